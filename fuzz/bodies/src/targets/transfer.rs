//! Ledgers of three honest people whose messages overtake each other and are lost, and one whose contacts say anything:
//! what is refused changes nothing, every state can be stored, and nobody without the word has a receipt that counts.

use crate::input::Input;
use crate::ledger::{People, Victim};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (who, mut people) = (usize::from(input.byte() % 4), People::default());
    let mut victim = (who > 0).then(|| Victim::new(who - 1));
    for _ in 0..100 {
        match &mut victim {
            _ if input.is_empty() => break,
            None => people.step(&mut input),
            Some(victim) => victim.step(&mut input),
        }
    }
    people.finish();
}
