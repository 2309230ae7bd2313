//! The cases of `vectors/proof/`: published figures of CPace, and whole runs of the proof.

use nightjar_protocol::cpace::{self, Transcript, lv_cat};
use nightjar_protocol::crypto::{Element, GroupScalar, sha256, sha512};
use nightjar_protocol::keys::{Isk, Random};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::proof::{Answerer, Asker, Outcome as Verdict};
use serde_json::Value;

use super::case::{Case, Fixed, Outcome, bytes, hex, name, outputs};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "prepend_len" => outputs([("prepend_len", hex(&lv_cat(&[&case.bytes("octet_string")])))]),
        "lv_cat" => outputs([("lv_cat", hex(&lv_cat(&parts(case).iter().map(Vec::as_slice).collect::<Vec<_>>())))]),
        "o_cat" => {
            let [one, two] = parts(case).try_into().expect("two parts");
            outputs([("o_cat", hex(&o_cat(&one, &two)))])
        }
        "transcript" => transcript(case),
        "generator" => generator(case),
        "cpace" => cpace_run(case),
        "scalar_mult_vfy" => scalar_mult_vfy(case),
        "proof" => proof(case),
        "forged" => forged(case),
        kind => panic!("unknown kind {kind}"),
    }
}

fn parts(case: &Case) -> Vec<Vec<u8>> {
    case.value("parts").as_array().expect("a list").iter().map(|part| bytes(part.as_str().expect("hex"))).collect()
}

/// The draft's ordered concatenation. Nightjar has no use for it; it checks the figures around it.
fn o_cat(one: &[u8], two: &[u8]) -> Vec<u8> {
    let (first, second) = if one > two { (one, two) } else { (two, one) };
    [b"oc", first, second].concat()
}

/// Shares of any length, as the draft's figures for transcripts have them.
fn transcript(case: &Case) -> Outcome {
    let [ya, ada, yb, adb] = ["ya", "ada", "yb", "adb"].map(|key| case.bytes(key));
    outputs([
        ("transcript_ir", hex(&lv_cat(&[&ya, &ada, &yb, &adb]))),
        ("transcript_oc", hex(&o_cat(&lv_cat(&[&ya, &ada]), &lv_cat(&[&yb, &adb])))),
    ])
}

fn generator(case: &Case) -> Outcome {
    let [prs, ci, sid] = ["prs", "ci", "sid"].map(|key| case.bytes(key));
    let hash = cpace::generator_hash(&prs, &ci, &sid);
    outputs([
        ("generator_string", hex(&cpace::generator_string(&prs, &ci, &sid))),
        ("hash", hex(hash.as_slice())),
        ("generator", hex(&Element::from_uniform_bytes(&hash).encode())),
    ])
}

fn cpace_run(case: &Case) -> Outcome {
    let [prs, ci, sid, ada, adb] = ["prs", "ci", "sid", "ada", "adb"].map(|key| case.bytes(key));
    let [a, b] = ["ya", "yb"].map(|key| GroupScalar::from_bytes(&case.array(key)));
    let g = Element::from_uniform_bytes(&cpace::generator_hash(&prs, &ci, &sid));
    let (ya, yb) = (cpace::scalar_mult(&a, &g), cpace::scalar_mult(&b, &g));
    let transcript = Transcript { ya: &ya, ada: &ada, yb: &yb, adb: &adb };
    let k = cpace::scalar_mult_vfy(&a, &yb).map_err(name)?;
    let isk = cpace::isk(&a, &yb, &sid, &transcript).map_err(name)?;
    let isk_of_b = cpace::isk(&b, &ya, &sid, &transcript).map_err(name)?;
    assert!(isk.as_bytes() == isk_of_b.as_bytes(), "A and B disagree");
    let ordered = o_cat(&lv_cat(&[&ya, &ada]), &lv_cat(&[&yb, &adb]));
    outputs([
        ("g", hex(&g.encode())),
        ("Ya", hex(&ya)),
        ("Yb", hex(&yb)),
        ("K", hex(k.as_slice())),
        ("ISK_IR", hex(isk.as_bytes())),
        ("ISK_SY", hex(&sha512(&[&lv_cat(&[b"CPaceRistretto255_ISK", &sid, k.as_slice()]), &ordered]))),
        ("sid_output_ir", hex(&sha512(&[b"CPaceSidOutput", &transcript.encode()]))),
        ("sid_output_oc", hex(&sha512(&[b"CPaceSidOutput", &ordered]))),
        ("Ta", hex(cpace::tag(&isk, &sid, &ya, &ada).as_slice())),
        ("Tb", hex(cpace::tag(&isk, &sid, &yb, &adb).as_slice())),
    ])
}

fn scalar_mult_vfy(case: &Case) -> Outcome {
    let s = GroupScalar::from_bytes(&case.array("s"));
    let product = cpace::scalar_mult_vfy(&s, &case.array("x")).map_err(name)?;
    let decoded = Element::decode(&case.array("x")).map_err(name)?;
    outputs([("scalar_mult", hex(&cpace::scalar_mult(&s, &decoded))), ("scalar_mult_vfy", hex(product.as_slice()))])
}

/// A whole run. `answerer_…` overrides what the asker has; `m1`, `m2` and `m3` are overwritten on the way by
/// `{"at": offset, "bytes": hex}`, or changed in one bit by `{"flip": offset}`.
fn proof(case: &Case) -> Outcome {
    let word = |key: &str| Word::normalise(case.text(key)).map_err(name);
    let other = |key: &str| if case.has(&format!("answerer_{key}")) { format!("answerer_{key}") } else { key.into() };
    let (context, attempt, statement) = (case.bytes("context"), attempt(case, "attempt"), case.bytes("statement"));
    let duress = if case.has("duress") { Some(word("duress")?) } else { None };
    let (mut asker_random, mut answerer_random) =
        (Fixed::new(&case.bytes("asker_seed")), Fixed::new(&case.bytes("answerer_seed")));
    let slot = Fixed::new(&case.bytes("asker_seed")).bytes::<1>()[0] & 1;

    let (asker, m1) =
        Asker::start(&word("real")?, duress.as_ref(), &context, attempt, &mut asker_random).map_err(name)?;
    let (answerer, m2) = Answerer::answer(
        &word("typed")?,
        &tampered(case, "m1", m1),
        &case.bytes(&other("context")),
        self::attempt(case, &other("attempt")),
        &case.bytes(&other("statement")),
        &mut answerer_random,
    )
    .map_err(name)?;
    let concluded = asker.finish(&tampered(case, "m2", m2), &statement, &mut asker_random).map_err(name)?;
    let m3 = concluded.m3;
    let (verdict, isk) = match concluded.conclude() {
        Verdict::Verified(isk) => ("verified", Some(isk)),
        Verdict::Duress(isk) => ("duress", Some(isk)),
        Verdict::Mismatch => ("mismatch", None),
    };
    let answerer_isk = answerer.finish(&tampered(case, "m3", m3));
    let sid = |slot| hex(&sha256(&[&lv_cat(&[b"nightjar/proof-sid/v1", &context, &attempt.to_be_bytes(), &[slot]])]));
    outputs([
        ("real_slot", Value::from(slot)),
        ("sid_0", sid(0)),
        ("sid_1", sid(1)),
        ("m1", hex(&m1)),
        ("m2", hex(&m2)),
        ("m3", hex(&m3)),
        ("verdict", Value::from(verdict)),
        ("asker_isk", key(isk)),
        ("answerer_isk", key(answerer_isk)),
    ])
}

/// An answerer who runs a word of `words` in each slot, as no honest one does: M2 is made here, step by step as the spec
/// says. The asker's side is that of "proof".
fn forged(case: &Case) -> Outcome {
    let word = |text: &str| Word::normalise(text).map_err(name);
    let (mut asker_random, mut random) =
        (Fixed::new(&case.bytes("asker_seed")), Fixed::new(&case.bytes("answerer_seed")));
    let (context, real, duress) = (case.bytes("context"), word(case.text("real"))?, word(case.text("duress"))?);
    let (asker, m1) = Asker::start(&real, Some(&duress), &context, 1, &mut asker_random).map_err(name)?;
    let words = case.value("words").as_array().expect("two words");
    let sids =
        [0, 1].map(|slot: u8| sha256(&[&lv_cat(&[b"nightjar/proof-sid/v1", &context, &1_u32.to_be_bytes(), &[slot]])]));
    let scalars: [GroupScalar; 2] = [cpace::sample_scalar(&mut random), cpace::sample_scalar(&mut random)];
    let mut shares = Vec::new();
    for (slot, typed) in words.iter().enumerate() {
        let typed = word(typed.as_str().expect("a word"))?;
        let hash = cpace::generator_hash(typed.prs(), &lv_cat(&[b"asker", b"answerer"]), &sids[slot]);
        shares.push(cpace::scalar_mult(&scalars[slot], &Element::from_uniform_bytes(&hash)));
    }
    let mut m2 = shares.concat();
    let adb = m2.clone();
    for slot in [0, 1] {
        let ya = m1[32 * slot..][..32].try_into().expect("a share");
        let transcript = Transcript { ya, ada: &m1, yb: &shares[slot], adb: &adb };
        let isk = cpace::isk(&scalars[slot], ya, &sids[slot], &transcript).map_err(name)?;
        m2.extend_from_slice(cpace::tag(&isk, &sids[slot], &shares[slot], &adb).as_slice());
    }
    let m2: [u8; 192] = m2.try_into().expect("192 bytes");
    let concluded = asker.finish(&m2, b"", &mut asker_random).map_err(name)?;
    let m3 = concluded.m3;
    let verdict = match concluded.conclude() {
        Verdict::Verified(_) => "verified",
        Verdict::Duress(_) => "duress",
        Verdict::Mismatch => "mismatch",
    };
    outputs([("m1", hex(&m1)), ("m2", hex(&m2)), ("m3", hex(&m3)), ("verdict", Value::from(verdict))])
}

fn attempt(case: &Case, key: &str) -> u32 {
    case.number(key).try_into().expect("u32")
}

fn key(isk: Option<Isk>) -> Value {
    isk.map_or(Value::Null, |isk| hex(isk.as_bytes()))
}

fn tampered<const N: usize>(case: &Case, message: &str, mut bytes: [u8; N]) -> [u8; N] {
    if case.has(message) {
        let change = case.value(message);
        let number = |key: &str| change.get(key).map(|value| value.as_u64().expect("a number") as usize);
        if let Some(at) = number("flip") {
            bytes[at] ^= 1;
        }
        if let Some(at) = number("at") {
            let with = super::case::bytes(change["bytes"].as_str().expect("hex"));
            bytes[at..at + with.len()].copy_from_slice(&with);
        }
    }
    bytes
}
