//! Pairings in every stage, in which the wrong word was typed, and cells that a dishonest side could seal.

use std::sync::LazyLock;

use nightjar_protocol::invite::InviteKeys;
use nightjar_protocol::pairing::{Inviter, Joiner};
use nightjar_protocol::proof::{Asker, Outcome};
use nightjar_protocol::wire::Cell;

use crate::input::patch;
use crate::people::{NOW, REAL, Seeded, WRONG, attempt, invite, pair, question, word};
use crate::puppet::{
    ANSWER, Agreed, MESSAGE1, PuppetInviter, PuppetJoiner, REPLY, VERDICT, content, offer, open, plain, retry, seal,
};

/// What is drawn once.
pub struct Scene {
    /// The keys of the invite.
    pub keys: InviteKeys,
    /// The bundle before sealing.
    pub bundle: Vec<u8>,
    /// The inviter that waits, the one with a second attempt open, and one that is over: snapshots.
    pub inviters: [Vec<u8>; 3],
    /// The joiner that has opened the bundle, and those that have answered once, twice, and for good: snapshots.
    pub joiners: [Vec<u8>; 4],
    message1: Vec<u8>,
    puppet: PuppetInviter,
    sent: Cell,
    reply: Vec<u8>,
    /// The joiner that has typed the right word, the cell in which it did, and the M3 that convinces it.
    convinced: (Vec<u8>, Cell, [u8; 64]),
    /// What the second attempt is sealed under, its M1, and an answer to it.
    to_inviter: (Agreed, [u8; 64], Vec<u8>),
    to_joiner: (Agreed, Vec<u8>),
}

/// Who is to take a cell.
#[allow(clippy::large_enum_variant, reason = "one at a time")]
pub enum Machine {
    /// The one who asked.
    Inviter(Inviter),
    /// The one who was asked.
    Joiner(Joiner),
}

/// The scene.
pub fn scene() -> &'static Scene {
    static SCENE: LazyLock<Scene> = LazyLock::new(draw);
    &SCENE
}

fn draw() -> Scene {
    let keys = invite(1);
    let (mut inviter, mut joiner, mut random) = pair(Some(question(None)), 1);
    let (waiting, opened) = (inviter.snapshot().to_vec(), joiner.snapshot().to_vec());
    let bundle = open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();

    let hand = PuppetJoiner::answer(&bundle, &keys, &word(WRONG), |_| (), &mut random);
    let message1 = content(&open(&keys.pairing, &hand.cell).unwrap()).to_vec();
    let mut retrying = Inviter::restore(&waiting).unwrap();
    let reply = retrying.handle(NOW, &hand.cell, &mut random).unwrap().reply;
    let (agreed, _, m1, _) = hand.read(&keys, &reply).unwrap();
    let (answer, _) = retry(&agreed, 2, &word(WRONG), &m1, &mut random);
    let to_inviter = content(&open(&agreed.retry().1, &answer).unwrap()).to_vec();

    attempt(&mut inviter, &mut joiner, REAL, &mut random);
    let inviters = [waiting, retrying.snapshot().to_vec(), inviter.snapshot().to_vec()];

    let puppet = PuppetInviter::new(NOW.0 + 1800, Some("?"), (&word(REAL), None), &mut random);
    let mut answered = Joiner::open(NOW, &puppet.bundle(&keys), &keys).unwrap();
    let sent = answered.answer(NOW, &word(WRONG), &mut random).unwrap();
    let first = answered.snapshot().to_vec();
    let (noise, payload) = puppet.read(&keys, &sent).unwrap();
    let (message, to) = puppet.reply(noise, &payload, &[5; 64], |_| (), &mut random);
    let reply = [message, offer(&to.retry().0, &puppet.m1, &[6; 24])].concat();
    drop(answered.handle(&seal(&keys.pairing, &plain(REPLY, &reply), &[7; 24])).unwrap());
    answered.answer(NOW, &word(WRONG), &mut random).unwrap();
    let joiners = [opened, first, answered.snapshot().to_vec(), joiner.snapshot().to_vec()];
    let verdict = [[2].as_slice(), &[5; 64], &puppet.m1].concat();
    let (to_inviter, to_joiner) = ((agreed, m1, to_inviter), (to, verdict));
    let convinced = convince(&puppet, &keys, &mut random);
    Scene { keys, bundle, inviters, joiners, message1, puppet, sent, reply, convinced, to_inviter, to_joiner }
}

fn convince(puppet: &PuppetInviter, keys: &InviteKeys, random: &mut Seeded) -> (Vec<u8>, Cell, [u8; 64]) {
    let mut joiner = Joiner::open(NOW, &puppet.bundle(keys), keys).unwrap();
    let sent = joiner.answer(NOW, &word(REAL), random).unwrap();
    let (_, first) = puppet.read(keys, &sent).unwrap();
    let asker = Asker::restore(&puppet.asker.store()).unwrap();
    let concluded = asker.finish(first.last_chunk().unwrap(), b"", random).unwrap();
    let m3 = concluded.m3;
    assert!(matches!(concluded.conclude(), Outcome::Verified(_)));
    (joiner.snapshot().to_vec(), sent, m3)
}

/// A machine and a cell for it: one that was right before these changes were made, under a seal that is right.
pub fn forged(what: u8, changes: &[u8]) -> (Machine, Cell) {
    let Scene { keys, inviters, joiners, .. } = scene();
    let inviter = |at: usize| Machine::Inviter(Inviter::restore(&inviters[at]).unwrap());
    let joiner = |at: usize| Machine::Joiner(Joiner::restore(&joiners[at]).unwrap());
    let it = scene();
    // Where the cell's own layout is changed, and where only what is inside.
    let whole = |kind, right: &[u8]| patch(&plain(kind, right), changes);
    let inside = |kind, right: &[u8]| plain(kind, &patch(right, changes));
    match what % 16 {
        0 => (inviter(0), seal(&keys.pairing, &padded(whole(MESSAGE1, &it.message1)), &[1; 24])),
        1 => {
            let edit = |payload: &mut Vec<u8>| *payload = patch(payload, changes);
            let mut random = Seeded(2);
            (inviter(0), PuppetJoiner::answer(&it.bundle, keys, &word(WRONG), edit, &mut random).cell)
        }
        2 => (inviter(1), seal(&it.to_inviter.0.retry().1, &padded(whole(ANSWER, &it.to_inviter.2)), &[1; 24])),
        3 => (inviter(1), seal(&it.to_inviter.0.retry().1, &inside(ANSWER, &it.to_inviter.2), &[1; 24])),
        4 => (inviter(1), seal(&keys.pairing, &padded(whole(MESSAGE1, &it.message1)), &[1; 24])),
        5 => (inviter(2), seal(&keys.pairing, &padded(whole(MESSAGE1, &it.message1)), &[1; 24])),
        6 => (joiner(1), seal(&keys.pairing, &padded(whole(REPLY, &it.reply)), &[1; 24])),
        7 => (joiner(1), seal(&keys.pairing, &plain(REPLY, &reply(changes)), &[1; 24])),
        8 => (joiner(2), seal(&it.to_joiner.0.retry().0, &padded(whole(VERDICT, &it.to_joiner.1)), &[1; 24])),
        9 => (joiner(2), seal(&it.to_joiner.0.retry().0, &inside(VERDICT, &it.to_joiner.1), &[1; 24])),
        // Other shares each time: what is compared in part only is taken for right now and then.
        10 | 11 => (inviter(0), PuppetJoiner::answer(&it.bundle, keys, &word(WRONG), |_| (), &mut drawn(changes)).cell),
        12 => (inviter(1), retry(&it.to_inviter.0, 2, &word(WRONG), &it.to_inviter.1, &mut drawn(changes)).0),
        // The right word, and a tag that is right but for a few bits.
        13 | 14 => {
            let spoil = |payload: &mut Vec<u8>| payload.last_chunk_mut().map(|tags| spoil_tags(tags, changes)).unwrap();
            (inviter(0), PuppetJoiner::answer(&it.bundle, keys, &word(REAL), spoil, &mut Seeded(2)).cell)
        }
        _ => {
            let (joiner, sent, m3) = &it.convinced;
            let (noise, first) = it.puppet.read(keys, sent).unwrap();
            let mut tags = [*m3, *m3];
            spoil_tags(tags.as_flattened_mut().first_chunk_mut().unwrap(), changes);
            let (message, agreed) = it.puppet.reply(noise, &first, &tags[0], |_| (), &mut Seeded(3));
            let reply = [message, offer(&agreed.retry().0, &it.puppet.m1, &[6; 24])].concat();
            (Machine::Joiner(Joiner::restore(joiner).unwrap()), seal(&keys.pairing, &plain(REPLY, &reply), &[7; 24]))
        }
    }
}

fn drawn(changes: &[u8]) -> Seeded {
    Seeded(changes.iter().take(8).fold(8, |seed, byte| seed << 8 | u64::from(*byte)))
}

/// Changes at least one bit, the same in both tags.
fn spoil_tags(tags: &mut [u8; 128], changes: &[u8]) {
    let right = *tags;
    for &[place, mask] in changes.as_chunks().0 {
        let place = usize::from(place % 64);
        (tags[place], tags[64 + place]) = (tags[place] ^ mask, tags[64 + place] ^ mask);
    }
    if *tags == right {
        (tags[63], tags[127]) = (tags[63] ^ 1, tags[127] ^ 1);
    }
}

/// Noise message 2 around a changed payload, and a changed offer behind it.
fn reply(changes: &[u8]) -> Vec<u8> {
    let Scene { keys, puppet, sent, .. } = scene();
    let (noise, first) = puppet.read(keys, sent).unwrap();
    let edit = |payload: &mut Vec<u8>| *payload = patch(payload, changes);
    let (message, agreed) = puppet.reply(noise, &first, &[5; 64], edit, &mut Seeded(3));
    let mut m1 = puppet.m1;
    m1.iter_mut().zip(changes).for_each(|(place, byte)| *place ^= byte & 0x80);
    [message, offer(&agreed.retry().0, &m1, &[6; 24])].concat()
}

/// A cell's plaintext again.
pub fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(plain(0, b"").len(), 0);
    bytes
}
