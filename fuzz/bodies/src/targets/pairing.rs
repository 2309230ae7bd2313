//! Both machines under cells that only a dishonest side could seal: a refused cell changes nothing, a wrong word is
//! never taken for the right one, and every state can be stored.

use crate::pairing::{Machine, forged};
use crate::people::{NOW, Seeded};
use nightjar_protocol::pairing::{Inviter, InviterOutcome, Joiner, JoinerStep};

/// Tries an input.
pub fn run(data: &[u8]) {
    let Some((what, changes)) = data.split_first() else { return };
    let (before, after, taken, restored) = match forged(*what, changes) {
        (Machine::Inviter(mut inviter), cell) => {
            let (before, step) = (inviter.snapshot(), inviter.handle(NOW, &cell, &mut Seeded(4)));
            let taken = step.map(|step| assert!(matches!(step.outcome, InviterOutcome::Mismatch { left: 1.. })));
            (before, inviter.snapshot(), taken, Inviter::restore(&inviter.snapshot()).unwrap().snapshot())
        }
        (Machine::Joiner(mut joiner), cell) => {
            let (before, step) = (joiner.snapshot(), joiner.handle(&cell));
            let taken = step.map(|step| assert!(matches!(step, JoinerStep::Mismatch { left: 1.. })));
            (before, joiner.snapshot(), taken, Joiner::restore(&joiner.snapshot()).unwrap().snapshot())
        }
    };
    assert!((taken.is_err()) == (before == after) && restored == after);
}
