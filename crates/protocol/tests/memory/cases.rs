//! What is done with secrets, and which of them are spent or living then. The test goes through a case as its victim does,
//! to know what to look for.

use std::any::Any;

use nightjar_protocol::crypto::{dh, dh_keypair, dh_public, hkdf_sha256, sha256};
use nightjar_protocol::keys::{DhSecret, Isk, Psk, Random, RootKey, UnixTime};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::noise::{Ephemeral, LinkInitiator, LinkResponder, PairingInitiator, PairingResponder};
use nightjar_protocol::proof::{Answerer, Asker, Outcome};
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};

/// What to call a secret, and the stretches of memory that it may lie in, 16 bytes or more each.
pub type Secret = (&'static str, Vec<Vec<u8>>);

/// What a case comes to.
pub struct Case {
    /// Must be nowhere, although [`alive`](Self::alive) lives.
    pub spent: Vec<Secret>,
    /// Must be somewhere, until `alive` is dropped.
    pub living: Vec<Secret>,
    /// Holds what lives.
    pub alive: Box<dyn Any>,
}

/// Goes through a case, with all randomness from a seed.
pub type Run = fn(&[u8]) -> Case;

/// All cases, by their tests' names.
pub const CASES: [(&str, Run); 6] = [
    ("the_scan_finds_what_is_there", control),
    ("link", link),
    ("pairing", pairing),
    ("session", session),
    ("proof", proof),
    ("word", word),
];

/// A key that is held and dropped, and one that never was anywhere: the scan tells them apart.
fn control(seed: &[u8]) -> Case {
    let key = Box::new(RootKey::generate(&mut Stream::new(seed)));
    // Not computed before the victim has let go of it: of no use to it.
    let never = sha256(&[b"never", seed]).to_vec();
    Case { spent: vec![("nothing", vec![never])], living: vec![secret("key", key.as_bytes())], alive: key }
}

/// A link that stands: its handshake's keys are spent, its transport's live.
fn link(seed: &[u8]) -> Case {
    let mut random = Stream::new(seed);
    let (relay, relay_public) = dh_keypair(&mut random);
    let (psk, initiator, responder) =
        (Psk::generate(&mut random), DhSecret::generate(&mut random), DhSecret::generate(&mut random));
    let of = |secret: &DhSecret| Ephemeral::from_bytes(*secret.as_bytes());
    let (waiting, first) =
        LinkInitiator::write_message(&relay_public, b"prologue", Some(&psk), &of(&initiator), b"").unwrap();
    let (reply, _) = LinkResponder::read_message(&relay, b"prologue", Some(&psk), &first).unwrap();
    let (theirs, second) = reply.write_message(&of(&responder), b"").unwrap();
    let (ours, _) = waiting.read_message(&second).unwrap();

    let es = dh(&initiator, &relay_public).unwrap();
    let ee = dh(&initiator, &dh_public(&responder)).unwrap();
    let (initiator_public, responder_public) = (dh_public(&initiator), dh_public(&responder));
    let steps: [&[u8]; 5] =
        [psk.as_bytes(), initiator_public.as_bytes(), es.as_bytes(), responder_public.as_bytes(), ee.as_bytes()];
    let mut chaining = vec![sha256(&[b"Noise_NKpsk0_25519_ChaChaPoly_SHA256"]).to_vec()];
    for step in steps {
        chaining.push(hkdf_sha256::<32>(chaining.last().unwrap(), &[step], b"").to_vec());
    }
    let keys = hkdf_sha256::<64>(chaining.last().unwrap(), &[], b"");
    Case {
        spent: vec![
            secret("psk0", psk.as_bytes()),
            secret("client's ephemeral key", initiator.as_bytes()),
            secret("relay's ephemeral key", responder.as_bytes()),
            secret("es", es.as_bytes()),
            secret("ee", ee.as_bytes()),
            ("chaining keys", chaining.split_off(1)),
        ],
        living: vec![secret("client's key", &keys[..32]), secret("relay's key", &keys[32..])],
        alive: Box::new((ours, theirs)),
    }
}

/// The pairing's handshake, after which nothing of it lives.
fn pairing(seed: &[u8]) -> Case {
    let mut random = Stream::new(seed);
    let (secret_key, public) = dh_keypair(&mut random);
    let [psk0, psk2] = [(); 2].map(|()| Psk::generate(&mut random));
    let [initiator, responder] = [(); 2].map(|()| Ephemeral::generate(&mut random));
    let payload = random.bytes::<64>();
    let (waiting, first) =
        PairingInitiator::write_message(&public, &[1; 32], &psk0, &initiator, payload.as_slice()).unwrap();
    let (reply, read) = PairingResponder::read_message(&secret_key, &[1; 32], &psk0, &first).unwrap();
    assert_eq!(*read, payload.as_slice());
    let (second, _) = reply.write_message(&psk2, &responder, payload.as_slice()).unwrap();
    waiting.read_message(&psk2, &second).unwrap();
    let spent = vec![
        secret("psk0", psk0.as_bytes()),
        secret("psk2", psk2.as_bytes()),
        secret("one-time key", secret_key.as_bytes()),
        secret("joiner's ephemeral key", initiator.as_bytes()),
        secret("inviter's ephemeral key", responder.as_bytes()),
        secret("payload", payload.as_slice()),
    ];
    Case { spent, living: Vec::new(), alive: Box::new(()) }
}

/// A session after some turns: what it started from is spent, and what was said; what it holds lives.
fn session(seed: &[u8]) -> Case {
    let mut random = Stream::new(seed);
    let root = RootKey::generate(&mut random);
    let (joiner, joiner_public) = dh_keypair(&mut random);
    let (inviter, inviter_public) = dh_keypair(&mut random);
    let mut spent = vec![
        secret("first root key", root.as_bytes()),
        secret("joiner's first ratchet key", joiner.as_bytes()),
        secret("inviter's first ratchet key", inviter.as_bytes()),
    ];
    let start = |role| Session::start(SessionSeed { root: root.duplicate(), id: [7; 32], role }).unwrap();
    let mut ends = [
        start(Role::Joiner { own: joiner, peer: inviter_public }),
        start(Role::Inviter { own: inviter, peer: joiner_public }),
    ];
    for _ in 0..6 {
        let text = random.bytes::<40>();
        let cell = ends[0].encrypt(text.as_slice(), &mut random).unwrap();
        assert_eq!(ends[1].decrypt(UnixTime(1), &cell).unwrap().as_bytes(), text.as_slice());
        spent.push(secret("text", text.as_slice()));
        // What this end holds before it opens the next cell and takes the next step is spent after it.
        ends.reverse();
    }
    let living = ends.iter().map(|end| ("state", stretches(&end.snapshot()))).collect();
    Case { spent, living, alive: Box::new(ends.map(Box::new)) }
}

/// A proof that is over: the words, both sides' states, everything but the key that came of it.
fn proof(seed: &[u8]) -> Case {
    let mut random = Stream::new(seed);
    let [real, duress] = [REAL, DURESS].map(|typed| Word::normalise(typed).unwrap());
    let (asker, m1) = Asker::start(&real, Some(&duress), b"context", 1, &mut random).unwrap();
    let (answerer, m2) = Answerer::answer(&real, &m1, b"context", 1, b"", &mut random).unwrap();
    let mut of_answerer = stretches(&answerer.store());
    let mut spent = vec![
        ("asker's state", stretches(&asker.store())),
        secret("real word", real.display().as_bytes()),
        secret("duress word", duress.display().as_bytes()),
    ];
    let concluded = asker.finish(&m2, b"", &mut random).unwrap();
    let theirs = answerer.finish(&concluded.m3).unwrap();
    let Outcome::Verified(ours) = concluded.conclude() else { panic!("the words are the same") };
    // The key that comes of it is in that state, too.
    of_answerer.retain(|piece| !ours.as_bytes().windows(8).any(|part| piece.windows(8).any(|it| it == part)));
    spent.push(("answerer's state", of_answerer));
    let keys: [Box<Isk>; 2] = [Box::new(ours), Box::new(theirs)];
    Case { spent, living: vec![secret("ISK", keys[0].as_bytes())], alive: Box::new(keys) }
}

/// A word as it was typed, and its forms on the way to the one that lives.
fn word(_: &[u8]) -> Case {
    let word = Box::new(Word::normalise(REAL).unwrap());
    let living = vec![secret("word", word.display().as_bytes())];
    let halfway = REAL.to_lowercase();
    Case { spent: vec![("case-folded", vec![halfway.into_bytes()])], living, alive: word }
}

fn secret(what: &'static str, bytes: &[u8]) -> Secret {
    (what, vec![bytes.to_vec()])
}

/// The stretches of a stored state that are told from chance: zeros and lengths are everywhere.
fn stretches(stored: &[u8]) -> Vec<Vec<u8>> {
    let is_telling = |bytes: &&[u8]| bytes.iter().collect::<std::collections::BTreeSet<_>>().len() >= 12;
    stored.chunks(16).filter(|chunk| chunk.len() == 16).filter(is_telling).map(<[u8]>::to_vec).collect()
}

/// Randomness that the test and its victim share.
struct Stream {
    seed: Vec<u8>,
    block: u64,
}

impl Stream {
    fn new(seed: &[u8]) -> Self {
        Self { seed: seed.to_vec(), block: 0 }
    }
}

impl Random for Stream {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            chunk.copy_from_slice(&sha256(&[&self.seed, &self.block.to_be_bytes()])[..chunk.len()]);
            self.block += 1;
        }
    }
}

const REAL: &str = "The Old Ferryman's Youngest Daughter";
const DURESS: &str = "The Young Ferryman's Oldest Daughter";
