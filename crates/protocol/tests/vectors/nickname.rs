//! The cases of `vectors/nickname/`. What was typed is text, or its UTF-8 in hex where an editor might change it.

use nightjar_protocol::nickname::{Word, two_set_to_hangul};
use serde_json::Value;

use super::case::{Case, Outcome, hex, name, outputs};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    let typed = if case.has("utf8") {
        String::from_utf8(case.bytes("utf8")).expect("UTF-8")
    } else {
        case.text("typed").to_owned()
    };
    match case.kind.as_str() {
        "normalise" => normalise(&typed),
        "keyboard" => {
            let hangul = two_set_to_hangul(&typed).map_or(Value::Null, |text| Value::String(text.to_string()));
            outputs([("hangul", hangul)])
        }
        kind => panic!("unknown kind {kind}"),
    }
}

fn normalise(typed: &str) -> Outcome {
    let word = Word::normalise(typed).map_err(name)?;
    outputs([
        ("word", Value::String(word.display().to_owned())),
        ("graphemes", Value::from(word.graphemes())),
        ("prs", hex(word.prs())),
    ])
}
