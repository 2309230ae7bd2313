//! The promises that hold for any run of events, and for any bytes.

use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::ratchet::Session;
use nightjar_protocol::ratchet::layout::CONTENT_MAX;
use nightjar_protocol::wire::Cell;
use proptest::prelude::*;

use super::ends::{NOW, Pair};

#[derive(Clone, Copy, Debug)]
enum Action {
    Send { side: usize, length: usize },
    Deliver { side: usize, pick: usize },
    Replay { side: usize, pick: usize },
    Store { side: usize },
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0..2_usize, 0..=CONTENT_MAX).prop_map(|(side, length)| Action::Send { side, length }),
        4 => (0..2_usize, any::<usize>()).prop_map(|(side, pick)| Action::Deliver { side, pick }),
        1 => (0..2_usize, any::<usize>()).prop_map(|(side, pick)| Action::Replay { side, pick }),
        1 => (0..2_usize).prop_map(|side| Action::Store { side }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every cell opens once, to what was sealed, in whatever order; never twice, and not by who sealed it.
    #[test]
    fn any_interleaving(actions in prop::collection::vec(action(), 1..120), seed: u64) {
        let mut pair = Pair::new(seed);
        let mut flying: [Vec<(Cell, Vec<u8>)>; 2] = [Vec::new(), Vec::new()];
        let mut landed: [Vec<Cell>; 2] = [Vec::new(), Vec::new()];
        for action in actions {
            match action {
                Action::Send { side, length } => {
                    let content: Vec<u8> = (0..length).map(|i| (i ^ side) as u8).collect();
                    let cell = pair.encrypt(side, &content);
                    prop_assert!(pair.ends[side].decrypt(NOW, &cell).is_err(), "opened what it sealed itself");
                    flying[side].push((cell, content));
                }
                Action::Deliver { side, pick } if !flying[side].is_empty() => {
                    let index = pick % flying[side].len();
                    let (cell, content) = flying[side].remove(index);
                    let opened = pair.ends[1 - side].decrypt(NOW, &cell).unwrap();
                    prop_assert_eq!(opened.as_bytes(), &content);
                    landed[side].push(cell);
                }
                Action::Replay { side, pick } if !landed[side].is_empty() => {
                    let cell = landed[side][pick % landed[side].len()].clone();
                    pair.refuses(1 - side, NOW, &cell);
                }
                Action::Store { side } => pair.store(side),
                _ => {}
            }
        }
        for (side, flying) in flying.iter_mut().enumerate() {
            let end = &mut pair.ends[1 - side];
            for (cell, content) in flying.drain(..) {
                let opened = end.decrypt(NOW, &cell).unwrap();
                prop_assert_eq!(opened.as_bytes(), &content);
            }
            prop_assert_eq!(end.skipped_keys(), 0);
        }
    }

    /// Garbage of any kind changes nothing.
    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), CELL_LEN), seed: u64) {
        let mut pair = Pair::new(seed);
        pair.refuses(0, NOW, &Cell::from_bytes(bytes.try_into().unwrap()));
    }

    /// No bytes make the reader of snapshots panic, and what it takes it gives back.
    #[test]
    fn snapshots_of_garbage(bytes in prop::collection::vec(any::<u8>(), 0..400), flip in any::<(usize, u8)>()) {
        if let Ok(session) = Session::restore(&bytes) {
            prop_assert!(session.snapshot().as_slice() == bytes);
        }
        let mut bytes = Pair::new(1).ends[0].snapshot().to_vec();
        let length = bytes.len();
        bytes[flip.0 % length] ^= flip.1;
        if let Ok(session) = Session::restore(&bytes) {
            prop_assert!(session.snapshot().as_slice() == bytes);
        }
    }
}
