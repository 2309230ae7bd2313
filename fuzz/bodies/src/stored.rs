//! Snapshots of every machine that has one.

use std::sync::LazyLock;

use nightjar_protocol::conversation::{Audience, Conversation};
use nightjar_protocol::ledger::Ledger;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::pairing::{Inviter, Joiner};
use nightjar_protocol::proof::{Answerer, Asker};
use nightjar_protocol::ratchet::Session;

use crate::pairing::{forged, scene};
use crate::people::{NOW, Seeded, WRONG, word};
use crate::session::ends;
use crate::talk::conversations;

/// A snapshot of a machine in use, by number: [`again`] takes it under the same number.
pub fn right(what: u8) -> &'static [u8] {
    static ALL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let (scene, [mut joiner, inviter]) = (scene(), conversations());
        joiner.send_text(NOW, "here", (60, 60), Audience::Contact, &mut Seeded(1)).unwrap();
        joiner.rotate(NOW, &mut Seeded(2)).unwrap();
        let [mut sender, mut receiver] = ends();
        let cells = [0; 5].map(|_| sender.encrypt(b"", &mut Seeded(3)).unwrap());
        drop(receiver.decrypt(NOW, &cells[4]).unwrap());
        let (asker, m1) = Asker::start(&word(WRONG), None, b"", 1, &mut Seeded(4)).unwrap();
        let (answerer, _) = Answerer::answer(&word(WRONG), &m1, b"", 1, b"", &mut Seeded(5)).unwrap();
        let machines = [asker.store(), answerer.store(), sender.snapshot(), receiver.snapshot()];
        let talks = [joiner.snapshot(), inviter.snapshot()];
        let stored = machines.iter().chain(&talks).map(|stored| stored.to_vec());
        let pairings = scene.inviters.iter().chain(&scene.joiners).cloned();
        stored.chain(pairings).chain(crate::ledger::snapshots()).collect()
    });
    &ALL[usize::from(what) % ALL.len()]
}

/// Restores a machine, uses it, and gives the snapshot that it had first.
pub fn again(what: u8, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut random = Seeded(6);
    let stored = match what % 16 {
        0 => Asker::restore(bytes).ok()?.store(),
        1 => Answerer::restore(bytes).ok()?.store(),
        2 | 3 => {
            let mut session = Session::restore(bytes).ok()?;
            let stored = session.snapshot();
            let cell = ends()[0].encrypt(b"", &mut random).ok()?;
            drop((session.decrypt(NOW, &cell), session.encrypt(b"", &mut random), session.next_expiry()));
            session.expire(NOW);
            stored
        }
        4 | 5 => {
            let mut conversation = Conversation::restore(bytes).ok()?;
            let stored = conversation.snapshot();
            conversation.tick(NOW, &mut random);
            let cell = conversations()[0].outbox(NOW, Epoch::default()).next().map(|queued| queued.cell.clone());
            drop(cell.map(|cell| conversation.handle(NOW, &cell, &mut random)));
            let _ = conversation.messages(NOW).count();
            stored
        }
        6..=8 => {
            let mut inviter = Inviter::restore(bytes).ok()?;
            let stored = inviter.snapshot();
            drop((inviter.pending(), inviter.bundle(), inviter.retry_mailbox(), inviter.attempts_left()));
            drop(inviter.handle(NOW, &forged(0, b"").1, &mut random));
            stored
        }
        13.. => {
            let mut ledger = Ledger::restore(bytes).ok()?;
            let stored = ledger.snapshot();
            crate::ledger::use_up(&mut ledger);
            stored
        }
        _ => {
            let mut joiner = Joiner::restore(bytes).ok()?;
            let stored = joiner.snapshot();
            drop((joiner.pending(), joiner.mailbox(), joiner.inviter_mailbox(), joiner.attempts_left()));
            drop(joiner.handle(&forged(6, b"").1));
            drop(joiner.answer(NOW, &word(WRONG), &mut random));
            stored
        }
    };
    Some(stored.to_vec())
}
