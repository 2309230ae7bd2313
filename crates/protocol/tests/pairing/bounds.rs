//! What stands just inside and just outside of a bound: the life of an invite, and what a stored machine may hold.

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::limits::{ATTEMPTS_MAX, INVITE_TTL_MAX};
use nightjar_protocol::pairing::{Error, Inviter, Joiner};
use zeroize::Zeroizing;

use super::people::{DURESS, NOW, REAL, Seeded, WRONG, asked, invite, question, word};

fn created(expires: u64) -> Result<Inviter, Error> {
    Inviter::create(NOW, UnixTime(expires), Some(question(None)), &invite(31), &mut Seeded(31))
}

#[test]
fn an_invite_lives_from_a_second_to_its_limit() {
    assert_eq!(created(NOW.0 - 1).err(), Some(Error::Lifetime));
    assert_eq!(created(NOW.0).err(), Some(Error::Lifetime));
    assert!(created(NOW.0 + 1).is_ok());
    assert!(created(NOW.0 + u64::from(INVITE_TTL_MAX)).is_ok());
    assert_eq!(created(NOW.0 + u64::from(INVITE_TTL_MAX) + 1).err(), Some(Error::Lifetime));
}

#[test]
fn a_snapshot_says_whose_it_is() {
    let (inviter, joiner, _) = asked(32);
    for (role, other, snapshot) in [(1, 2, inviter.snapshot()), (2, 1, joiner.snapshot())] {
        assert_eq!(snapshot[1], role);
        let mut changed = Zeroizing::new(snapshot.to_vec());
        changed[1] = other;
        assert_eq!(Inviter::restore(&changed).err(), Some(Error::Snapshot));
        assert_eq!(Joiner::restore(&changed).err(), Some(Error::Snapshot));
    }
}

/// `snapshot` with the only place where `from` stands holding `to`.
fn changed(snapshot: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> =
        snapshot.windows(from.len()).enumerate().filter(|it| it.1 == from).map(|it| it.0).collect();
    assert_eq!(places.len(), 1, "the bytes stand once");
    let mut bytes = snapshot.to_vec();
    bytes[places[0]..places[0] + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn a_snapshot_with_words_that_no_person_could_have_set_is_refused() {
    let (inviter, ..) = asked(33);
    let snapshot = inviter.snapshot();
    // Not in normal form: compatibility jamo in the place of a syllable.
    let loose = changed(&snapshot, REAL.as_bytes(), "ㄱ맹이".as_bytes());
    assert_eq!(Inviter::restore(&loose).err(), Some(Error::Snapshot));
    // The same word for both, which would turn a verdict into a coin.
    let twice = changed(&snapshot, "바람돌이".as_bytes(), "꼬꼬맹이".as_bytes());
    assert!(Inviter::restore(&twice).is_ok(), "another word in its place is fine");
    let long = asked_with("꼬꼬맹이");
    let twice = changed(&long, DURESS.as_bytes(), "꼬꼬맹이".as_bytes());
    assert_eq!(Inviter::restore(&twice).err(), Some(Error::Snapshot));
}

fn asked_with(real: &str) -> Zeroizing<Vec<u8>> {
    let mut question = question(Some(DURESS));
    question.answer = word(real);
    let expires = UnixTime(NOW.0 + 60);
    Inviter::create(NOW, expires, Some(question), &invite(34), &mut Seeded(34)).unwrap().snapshot()
}

#[test]
fn a_snapshot_of_an_attempt_that_there_cannot_be_is_refused() {
    let (mut inviter, mut joiner, mut random) = asked(35);
    let first = joiner.answer(NOW, &word(WRONG), &mut random).unwrap();
    let reply = inviter.handle(NOW, &first, &mut random).unwrap().reply;
    joiner.handle(&reply).unwrap();
    let offered = joiner.snapshot();
    joiner.answer(NOW, &word(WRONG), &mut random).unwrap();
    for (number, snapshot) in [("inviter", inviter.snapshot()), ("offered", offered), ("resent", joiner.snapshot())] {
        let restored = |bytes: &[u8]| match number {
            "inviter" => Inviter::restore(bytes).map(|it| it.attempts_left()),
            _ => Joiner::restore(bytes).map(|it| it.attempts_left()),
        };
        let left = restored(&snapshot).unwrap();
        let places = attempt_places(&snapshot, left, restored);
        assert_eq!(places.len(), 1, "{number}: the attempt stands in one place");
        for attempt in [0, 1, ATTEMPTS_MAX + 1, 255] {
            let mut bytes = snapshot.to_vec();
            bytes[places[0]] = attempt;
            assert_eq!(restored(&bytes).err(), Some(Error::Snapshot), "{number}: attempt {attempt}");
        }
    }
}

/// Where a byte that holds attempt 2 can be made attempt 3 and leaves one attempt fewer.
fn attempt_places(snapshot: &[u8], left: u8, restored: impl Fn(&[u8]) -> Result<u8, Error>) -> Vec<usize> {
    let twos = snapshot.iter().enumerate().filter(|it| *it.1 == 2).map(|it| it.0);
    twos.filter(|at| {
        let mut bytes = snapshot.to_vec();
        bytes[*at] = 3;
        restored(&bytes).is_ok_and(|it| it == left - 1)
    })
    .collect()
}
