//! The head of a request to the page of sums: no panic, the same decision however it arrives in pieces, and a path is what
//! stands between `GET` and the version.

use crate::http::{Status, parse};

/// Tries an input.
pub fn run(data: &[u8]) {
    // Byte by byte, or what is long in some hundred pieces.
    let lengths = (0..data.len()).step_by(1 + data.len() / 256).chain([data.len()]);
    let decided = lengths.into_iter().find_map(|length| Some((length, parse(&data[..length])?)));
    let Some((length, decision)) = decided else { return assert!(parse(data).is_none()) };
    assert!(parse(data) == Some(decision.clone()) || decision.is_err(), "more of it decides otherwise");
    match decision {
        Ok(path) => {
            // A value may hold any bytes.
            let head = String::from_utf8_lossy(&data[..length]);
            let line = head.trim_start_matches(['\r', '\n']).lines().next().unwrap();
            let asked = line.strip_prefix("GET ").and_then(|rest| rest.trim_start().split_once(" HTTP/1."));
            assert!(asked.is_some_and(|(asked, _)| asked.split('?').next() == Some(&path)), "{line:?}: {path:?}");
            assert!(head.contains('\n') && !path.contains(['?', ' ', '\r', '\n']));
        }
        Err(status) => assert!(matches!(status, Status::Malformed | Status::Method | Status::TooLarge)),
    }
}
