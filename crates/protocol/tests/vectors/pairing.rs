//! The cases of `vectors/pairing/`: whole pairings from fixed randomness, and cells with one fault each.
//!
//! The faults are made by a second, hand-written implementation, which the whole pairings compare with the machines.

use nightjar_protocol::invite::{Invite, InviteKeys};
use nightjar_protocol::keys::{AeadKey, Psk, UnixTime};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{Error, Inviter, InviterOutcome, Joiner, JoinerStep, Question};
use nightjar_protocol::proof::Asker;
use nightjar_protocol::wire::Cell;
use serde_json::{Map, Value};

use super::case::{Case, Fixed, Outcome, bytes, hex, name};
use super::puppet::{self, PuppetInviter, PuppetJoiner};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "pairing" => Ok(pairing(case)),
        "bundle" => bundle(case).map_err(of),
        "message1" => message1(case).map_err(of),
        "reply" => reply(case).map_err(of),
        "answer" => answer(case).map_err(of),
        "verdict" => verdict(case).map_err(of),
        kind => panic!("unknown kind {kind}"),
    }
}

/// An encoding's fault inside a pairing's error is what the case names.
fn of(error: Error) -> String {
    match error {
        Error::Contents(error) => name(error),
        error => name(error),
    }
}

type Values = Map<String, Value>;

const LINK: &str = "NIGHTJAR:AEAACAQDAQCQMBYIBEFAWDANBYHSAIJCEMSCKJRHFAUSUKZMFUXC6MBRGIZTINJWG44DSOR3HQ6T4PYRKEAXEZLMMF4S4ZLYMFWXA3DF6O54VVQ";
const NOW: u64 = 1_800_000_000;
const EXPIRES: u64 = NOW + 1800;
const REAL: &str = "꼬맹이";
const WRONG: &str = "왕눈이";

fn keys() -> InviteKeys {
    Invite::parse(LINK).unwrap().keys(None).unwrap()
}

fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

fn question(case: &Case) -> Option<Question> {
    case.has("question").then(|| Question {
        text: case.text("question").into(),
        answer: word(case.text("real")),
        duress: case.has("duress").then(|| word(case.text("duress"))),
    })
}

/// A pairing from first to last, the machines killed and revived between all steps.
fn pairing(case: &Case) -> Values {
    let keys = Invite::parse(case.text("link")).unwrap().keys(None).unwrap();
    let (now, expires) = (UnixTime(case.number("now")), UnixTime(case.number("expires")));
    let mut inviter_random = Fixed::new(&case.bytes("inviter_seed"));
    let mut joiner_random = Fixed::new(&case.bytes("joiner_seed"));
    let mut inviter = Inviter::create(now, expires, question(case), &keys, &mut inviter_random).unwrap();
    let bundle = inviter.bundle().unwrap();
    let mut joiner = Joiner::open(now, &bundle, &keys).unwrap();
    let mut by_hand = ByHand::new(case, &keys, &bundle);

    let mut values = by_hand.hashes();
    let (mut cells, mut outcomes, mut seen) = (vec![hex(bundle.as_bytes())], Vec::new(), Vec::new());
    for typed in case.value("typed").as_array().unwrap() {
        let typed = typed.as_str();
        let answer = match typed {
            Some(typed) => joiner.answer(now, &word(typed), &mut joiner_random).unwrap(),
            None => joiner.accept(now, &mut joiner_random).unwrap(),
        };
        joiner = Joiner::restore(&joiner.snapshot()).unwrap();
        let step = inviter.handle(now, &answer, &mut inviter_random).unwrap();
        inviter = Inviter::restore(&inviter.snapshot()).unwrap();
        by_hand.check(&keys, typed, &answer, &step.reply, &mut values);
        cells.extend([hex(answer.as_bytes()), hex(step.reply.as_bytes())]);
        outcomes.push(outcome(step.outcome, &mut values));
        seen.push(step_of(joiner.handle(&step.reply).unwrap(), &values));
    }
    values.insert("cells".into(), cells.into());
    values.insert("inviter".into(), outcomes.into());
    values.insert("joiner".into(), seen.into());
    values
}

/// The joiner of a case by hand, on the same randomness.
struct ByHand {
    bundle: Vec<u8>,
    random: Fixed,
    agreed: Option<(puppet::Agreed, u8, [u8; 64])>,
}

impl ByHand {
    fn new(case: &Case, keys: &InviteKeys, bundle: &Cell) -> Self {
        let question = case.has("question").then(|| case.text("question"));
        let real = if case.has("real") { word(case.text("real")) } else { Word::unproved() };
        let duress = case.has("duress").then(|| word(case.text("duress")));
        let random = &mut Fixed::new(&case.bytes("inviter_seed"));
        let inviter = PuppetInviter::new(case.number("expires"), question, (&real, duress.as_ref()), random);
        assert!(inviter.bundle(keys) == *bundle, "the bundle by hand differs");
        Self { bundle: inviter.plain(), random: Fixed::new(&case.bytes("joiner_seed")), agreed: None }
    }

    fn hashes(&self) -> Values {
        let (prologue, context) = puppet::hashes(&self.bundle);
        [("prologue".to_owned(), hex(&prologue)), ("context_1".to_owned(), hex(&context))].into_iter().collect()
    }

    /// Answers as the joiner did, byte for byte, and reads the reply.
    fn check(&mut self, keys: &InviteKeys, typed: Option<&str>, answer: &Cell, reply: &Cell, values: &mut Values) {
        let typed = typed.map_or_else(Word::unproved, word);
        let (agreed, attempt, m3, offer, answerer) = match self.agreed.take() {
            None => {
                let joiner = PuppetJoiner::answer(&self.bundle, keys, &typed, |_| {}, &mut self.random);
                assert!(joiner.cell == *answer, "message 1 by hand differs");
                values.insert("psk2".into(), hex(joiner.psk2.as_bytes()));
                let (agreed, m3, offer, answerer) = joiner.read(keys, reply).unwrap();
                write(&agreed, values);
                (agreed, 1, m3, offer, answerer)
            }
            Some((agreed, attempt, offer)) => {
                let (cell, answerer) = puppet::retry(&agreed, attempt, &typed, &offer, &mut self.random);
                assert!(cell == *answer, "the answer by hand differs");
                let (read, m3, offer) = puppet::verdict(&agreed, reply).unwrap();
                assert_eq!(read, attempt);
                (agreed, attempt, m3, offer, answerer)
            }
        };
        if let Some(isk) = answerer.finish(&m3) {
            values.insert("isk".into(), hex(isk.as_bytes()));
            values.insert("root".into(), hex(&agreed.root(&isk)));
        }
        self.agreed = Some((agreed, attempt + 1, offer));
    }
}

fn write(agreed: &puppet::Agreed, values: &mut Values) {
    let (to_joiner, to_inviter) = agreed.retry();
    values.extend([
        ("h".to_owned(), hex(&agreed.h)),
        ("ss2".to_owned(), hex(&agreed.ss2)),
        ("r_inviter".to_owned(), hex(&agreed.r_inviter)),
        ("r_joiner".to_owned(), hex(&agreed.r_joiner)),
        ("retry_to_joiner".to_owned(), hex(to_joiner.as_bytes())),
        ("retry_to_inviter".to_owned(), hex(to_inviter.as_bytes())),
    ]);
}

/// The inviter's outcome; what it holds is written down, or must be what is there already.
fn outcome(outcome: InviterOutcome, values: &mut Values) -> Value {
    let (name, established) = match outcome {
        InviterOutcome::Verified(established) => ("Verified", established),
        InviterOutcome::Duress(established) => ("Duress", established),
        InviterOutcome::Unproved(established) => ("Unproved", established),
        InviterOutcome::Mismatch { left } => return format!("Mismatch, {left} left").into(),
        InviterOutcome::Repeated => return "Repeated".into(),
    };
    assert_eq!(values["root"], hex(established.seed.root.as_bytes()), "the root by hand differs");
    assert_eq!(values["h"], hex(&established.seed.id));
    values.insert("joiner_mailbox".into(), hex(established.peer_mailbox.as_bytes()));
    values.insert("inviter_mailbox".into(), hex(established.own_mailbox.mailbox().as_bytes()));
    name.into()
}

fn step_of(step: JoinerStep, values: &Values) -> Value {
    let (name, established) = match step {
        JoinerStep::Verified(established) => ("Verified", established),
        JoinerStep::Unproved(established) => ("Unproved", established),
        JoinerStep::Mismatch { left } => return format!("Mismatch, {left} left").into(),
    };
    assert_eq!(values["root"], hex(established.seed.root.as_bytes()));
    assert_eq!(values["h"], hex(&established.seed.id));
    assert_eq!(values["inviter_mailbox"], hex(established.peer_mailbox.as_bytes()));
    assert_eq!(values["joiner_mailbox"], hex(established.own_mailbox.mailbox().as_bytes()));
    name.into()
}

/// Overwrites bytes: `key` of the input is an object from offsets to bytes.
fn patch(case: &Case, key: &str, target: &mut [u8]) {
    if case.has(key) {
        for (at, new) in case.value(key).as_object().unwrap() {
            let (at, new) = (at.parse::<usize>().unwrap(), bytes(new.as_str().unwrap()));
            target[at..at + new.len()].copy_from_slice(&new);
        }
    }
}

/// Seals a plaintext with the case's faults in it: `plain` patches it, `longer` adds to its content, `flip` flips a bit
/// of the sealed cell.
fn spoilt(case: &Case, key: &AeadKey, plain: &[u8]) -> Cell {
    let mut plain = plain.to_vec();
    if case.has("longer") {
        let longer = [puppet::content(&plain), &case.bytes("longer")].concat();
        plain = puppet::plain(plain[1], &longer);
    }
    patch(case, "plain", &mut plain);
    let mut cell = *puppet::seal(key, &plain, &[9; 24]).as_bytes();
    if case.has("flip") {
        cell[case.number("flip") as usize] ^= 1;
    }
    Cell::from_bytes(cell)
}

fn now(case: &Case) -> UnixTime {
    UnixTime(if case.has("now") { case.number("now") } else { NOW })
}

fn random(side: &[u8]) -> Fixed {
    Fixed::new(&[b"pairing vector ", side].concat())
}

/// A joiner opens a bundle that was made by hand.
fn bundle(case: &Case) -> Result<Values, Error> {
    let keys = keys();
    let mut his = PuppetInviter::new(EXPIRES, Some("별명은?"), (&word(REAL), None), &mut random(b"inviter"));
    if case.has("dh") {
        his.terms.dh = nightjar_protocol::keys::DhPublic::from_bytes(case.array("dh"));
    }
    if case.has("kem") {
        his.terms.kem = nightjar_protocol::keys::KemPublic::from_bytes(case.array("kem"));
    }
    if case.has("expires") {
        his.terms.expires = case.number("expires");
    }
    if case.has("question") {
        his.terms.question = Some(case.bytes("question"));
    }
    if case.has("no_question") {
        his.terms.question = None;
    }
    if case.has("m1") {
        his.m1 = case.array("m1");
    }
    let mut plain = his.plain();
    if case.has("behind_terms") {
        plain = puppet::plain(1, &[his.terms.encode(), case.bytes("behind_terms"), his.m1.to_vec()].concat());
    }
    let key = if case.has("key") { AeadKey::from_bytes(case.array("key")) } else { keys.bundle.duplicate() };
    let joiner = Joiner::open(now(case), &spoilt(case, &key, &plain), &keys)?;
    let mut values = Values::new();
    values.insert("question".into(), joiner.question().map_or(Value::Null, Value::from));
    values.insert("expires".into(), joiner.expires().0.into());
    values.insert("mailbox".into(), hex(joiner.inviter_mailbox().unwrap().as_bytes()));
    values.insert("attempts_left".into(), joiner.attempts_left().into());
    Ok(values)
}

fn inviter(keys: &InviteKeys) -> (Inviter, Vec<u8>) {
    let question = Question { text: "별명은?".into(), answer: word(REAL), duress: None };
    let inviter =
        Inviter::create(UnixTime(NOW), UnixTime(EXPIRES), Some(question), keys, &mut random(b"inviter")).unwrap();
    let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();
    (inviter, bundle)
}

/// An inviter handles a cell: its outcome, or an error that changed nothing.
fn judged(case: &Case, inviter: &mut Inviter, cell: &Cell) -> Result<Values, Error> {
    let before = inviter.snapshot();
    let judged = inviter.handle(now(case), cell, &mut random(b"judge"));
    let step = judged.inspect_err(|_| assert_eq!(*inviter.snapshot(), *before, "an error changed the inviter"))?;
    let outcome = match step.outcome {
        InviterOutcome::Verified(_) => "Verified".to_owned(),
        InviterOutcome::Mismatch { left } => format!("Mismatch, {left} left"),
        InviterOutcome::Repeated => "Repeated".to_owned(),
        _ => panic!("another outcome"),
    };
    Ok([("inviter".to_owned(), outcome.into())].into_iter().collect())
}

/// An inviter handles a message 1 that was made by hand with the right word.
fn message1(case: &Case) -> Result<Values, Error> {
    let mut keys = keys();
    let (mut inviter, mut bundle) = inviter(&keys);
    patch(case, "bundle", &mut bundle);
    let pairing = keys.pairing.duplicate();
    if case.has("psk0") {
        keys.psk0 = Psk::from_bytes(case.array("psk0"));
    }
    let edit = |payload: &mut Vec<u8>| {
        patch(case, "payload", payload);
        if case.has("payload_longer") {
            payload.extend(case.bytes("payload_longer"));
        }
        if case.has("payload_shorter") {
            payload.truncate(payload.len() - case.number("payload_shorter") as usize);
        }
    };
    let his = PuppetJoiner::answer(&bundle, &keys, &word(REAL), edit, &mut random(b"joiner"));
    let plain = puppet::open(&pairing, &his.cell).unwrap();
    if case.has("after") {
        let other = PuppetJoiner::answer(&bundle, &keys, &word(WRONG), |_| {}, &mut random(b"other"));
        inviter.handle(UnixTime(NOW), &other.cell, &mut random(b"judge")).unwrap();
        if case.text("after") == "itself" {
            return judged(case, &mut inviter, &other.cell);
        }
    }
    judged(case, &mut inviter, &spoilt(case, &pairing, &plain))
}

/// An inviter handles answer 2 after a mismatch.
fn answer(case: &Case) -> Result<Values, Error> {
    let keys = keys();
    let (mut inviter, bundle) = inviter(&keys);
    let his = PuppetJoiner::answer(&bundle, &keys, &word(WRONG), |_| {}, &mut random(b"joiner"));
    let step = inviter.handle(UnixTime(NOW), &his.cell, &mut random(b"judge")).unwrap();
    let (agreed, _, offer, _) = his.read(&keys, &step.reply).unwrap();
    let (cell, _) = puppet::retry(&agreed, 2, &word(REAL), &offer, &mut random(b"joiner 2"));
    let (to_joiner, to_inviter) = agreed.retry();
    let plain = puppet::open(&to_inviter, &cell).unwrap();
    let key = if case.has("wrong_direction") { to_joiner } else { to_inviter };
    judged(case, &mut inviter, &spoilt(case, &key, &plain))
}

/// What an inviter by hand has agreed with a real joiner, who then waits for `reply`.
struct Awaited {
    joiner: Joiner,
    keys: InviteKeys,
    message: Vec<u8>,
    agreed: puppet::Agreed,
    offer: [u8; 64],
}

fn awaited(case: &Case) -> Awaited {
    let keys = keys();
    let his = PuppetInviter::new(EXPIRES, Some("별명은?"), (&word(REAL), None), &mut random(b"inviter"));
    let mut joiner = Joiner::open(UnixTime(NOW), &his.bundle(&keys), &keys).unwrap();
    let answer = joiner.answer(UnixTime(NOW), &word(WRONG), &mut random(b"joiner")).unwrap();
    let (noise, first) = his.read(&keys, &answer).unwrap();
    let edit = |payload: &mut Vec<u8>| patch(case, "payload", payload);
    let (message, agreed) = his.reply(noise, &first, &[1; 64], edit, &mut random(b"judge"));
    let (_, offer) = Asker::start(&word(REAL), None, &agreed.h, 2, &mut random(b"offer")).unwrap();
    Awaited { joiner, keys, message, agreed, offer }
}

impl Awaited {
    /// The plaintext of the reply, with an offer that the case may give.
    fn plain(&self, case: &Case) -> Vec<u8> {
        let m1 = if case.has("offer") { case.array("offer") } else { self.offer };
        let mut offer = puppet::offer(&self.agreed.retry().0, &m1, &[5; 24]);
        patch(case, "sealed_offer", &mut offer);
        puppet::plain(puppet::REPLY, &[self.message.clone(), offer].concat())
    }
}

/// A joiner handles a cell: its step, or an error that changed nothing.
fn read(joiner: &mut Joiner, cell: &Cell) -> Result<Values, Error> {
    let before = joiner.snapshot();
    let step = joiner.handle(cell).inspect_err(|_| {
        assert_eq!(*joiner.snapshot(), *before, "an error changed the joiner");
    })?;
    let JoinerStep::Mismatch { left } = step else { panic!("another step") };
    Ok([("joiner".to_owned(), format!("Mismatch, {left} left").into())].into_iter().collect())
}

/// A joiner reads a reply that was made by hand.
fn reply(case: &Case) -> Result<Values, Error> {
    let mut awaited = awaited(case);
    let cell = spoilt(case, &awaited.keys.pairing, &awaited.plain(case));
    read(&mut awaited.joiner, &cell)
}

/// A joiner reads the verdict on answer 2, or on answer 3 if the case says so.
fn verdict(case: &Case) -> Result<Values, Error> {
    let mut awaited = awaited(case);
    let first = puppet::seal(&awaited.keys.pairing, &awaited.plain(case), &[3; 24]);
    read(&mut awaited.joiner, &first).unwrap();
    let mut joiner = awaited.joiner;
    joiner.answer(UnixTime(NOW), &word(WRONG), &mut random(b"joiner 2")).unwrap();
    let (to_joiner, to_inviter) = awaited.agreed.retry();
    let of =
        |attempt: u8, offer: &[u8]| puppet::plain(puppet::VERDICT, &[&[attempt], [2; 64].as_slice(), offer].concat());
    let last = case.has("last");
    if last {
        read(&mut joiner, &puppet::seal(&to_joiner, &of(2, &awaited.offer), &[4; 24])).unwrap();
        joiner.answer(UnixTime(NOW), &word(WRONG), &mut random(b"joiner 3")).unwrap();
    }
    let offer = if case.has("next_offer") { case.array("next_offer") } else { awaited.offer };
    let key = if case.has("wrong_direction") { to_inviter } else { to_joiner };
    read(&mut joiner, &spoilt(case, &key, &of(if last { 3 } else { 2 }, &offer)))
}
