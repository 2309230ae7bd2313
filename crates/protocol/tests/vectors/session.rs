//! The cases of `vectors/session/`. Cells that are to be refused are made here, step by step as the spec says, and not
//! by the session under test.

use nightjar_protocol::crypto::{dh, dh_public, seal, sha256, xseal};
use nightjar_protocol::keys::{AeadKey, ChainKey, DhPublic, DhSecret, RootKey, SharedSecret, UnixTime};
use nightjar_protocol::ratchet::chains::{chain_step, initial_keys, root_step};
use nightjar_protocol::ratchet::layout::{BODY_LEN, Header, PREFIX_LEN, VERSION, read_body, write_body};
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;
use serde_json::{Map, Value, json};

use super::case::{Case, Fixed, Outcome, bytes, hex, name, outputs};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "initial-keys" => {
            let keys = initial_keys(&RootKey::from_bytes(case.array("root")), &case.array("id"));
            outputs([
                ("root", hex(keys.root.as_bytes())),
                ("joiner_header", hex(keys.joiner_header.as_bytes())),
                ("inviter_header", hex(keys.inviter_header.as_bytes())),
            ])
        }
        "root-step" => {
            let shared = SharedSecret::from_bytes(case.array("shared"));
            let step = root_step(&RootKey::from_bytes(case.array("root")), &shared);
            outputs([
                ("root", hex(step.root.as_bytes())),
                ("chain", hex(step.chain.as_bytes())),
                ("next_header", hex(step.next_header.as_bytes())),
            ])
        }
        "chain-step" => {
            let (message, next) = chain_step(&ChainKey::from_bytes(case.array("chain")));
            outputs([("message", hex(message.as_bytes())), ("next", hex(next.as_bytes()))])
        }
        "header" => header(case),
        "body" => body(case),
        "open" => open(case),
        "exchange" => exchange(case),
        "course" => course(case),
        kind => Err(format!("unknown kind {kind}")),
    }
}

/// `bytes`: a header before sealing.
fn header(case: &Case) -> Outcome {
    let header = Header::decode(&case.array("bytes")).map_err(name)?;
    assert_eq!(header.encode(), case.array("bytes"));
    outputs([("dh", hex(header.dh.as_bytes())), ("pn", json!(header.pn)), ("n", json!(header.n))])
}

/// `bytes`: the beginning of a body; zeros follow.
fn body(case: &Case) -> Outcome {
    let body = padded(&case.bytes("bytes"));
    let length = read_body(&body).map_err(name)?;
    let content = &body[3..3 + length];
    let mut again = [0; BODY_LEN];
    write_body(&mut again, content).map_err(name)?;
    assert_eq!(again, body);
    outputs([("content", hex(content)), ("sha256", hex(&sha256(&[&body])))])
}

/// The inviter opens the joiner's first cell, whose plaintexts are the `header` and the beginning of a `body`.
/// Faults: `flip` (a byte's place), `sender` and `other_id` (in the associated data), `twice` (opened, then given again).
/// `next_chain`: the cell is of the joiner's second chain, which the header's ratchet key begins. `after`: so many cells of
/// the first chain have come before.
fn open(case: &Case) -> Outcome {
    let own = DhSecret::from_bytes(case.array("joiner"));
    let inviter = DhSecret::from_bytes(case.array("inviter"));
    let id: [u8; 32] = case.array("id");
    let keys = initial_keys(&RootKey::from_bytes(case.array("root")), &id);
    let step = root_step(&keys.root, &dh(&own, &dh_public(&inviter)).map_err(name)?);
    let header: [u8; 48] = case.array("header");
    let place = Header::decode(&header);
    let shared = |dh_key: &DhPublic| dh(&inviter, dh_key).unwrap_or(SharedSecret::from_bytes([0; 32]));
    let first = match (case.has("next_chain"), &place) {
        (true, Ok(place)) => root_step(&step.root, &shared(&place.dh)).chain,
        _ => step.chain.duplicate(),
    };
    let mut chain = chain_step(&first);
    for _ in 0..place.map_or(0, |place| place.n.min(1000)) {
        chain = chain_step(&chain.1);
    }
    let sender = if case.has("sender") { case.number("sender") as u8 } else { 1 };
    let id_in_ad = if case.has("other_id") { case.array("other_id") } else { id };
    let header_key = if case.has("next_chain") { &step.next_header } else { &keys.joiner_header };
    let ad = [&[VERSION][..], &id_in_ad, &[sender]].concat();
    let mut cell = make_cell(&case.array("nonce"), &ad, (header_key, &header), (&chain.0, &case.bytes("body")));
    if case.has("flip") {
        cell[case.number("flip") as usize] ^= 1;
    }
    let seed = SessionSeed {
        root: RootKey::from_bytes(case.array("root")),
        id,
        role: Role::Inviter { own: inviter, peer: dh_public(&own) },
    };
    let (mut session, cell) = (Session::start(seed).map_err(name)?, Cell::from_bytes(cell));
    if case.has("twice") {
        session.decrypt(NOW, &cell).map_err(name)?;
    }
    let mut earlier = chain_step(&step.chain);
    for n in 0..if case.has("after") { case.number("after") as u32 } else { 0 } {
        let header = Header { dh: dh_public(&own), pn: 0, n }.encode();
        let honest = make_cell(&[n as u8; 24], &ad, (&keys.joiner_header, &header), (&earlier.0, b"\0\0\x01x"));
        session.decrypt(NOW, &Cell::from_bytes(honest)).map_err(name)?;
        earlier = chain_step(&earlier.1);
    }
    let before = session.snapshot();
    match session.decrypt(NOW, &cell) {
        Ok(content) => outputs([("cell", summary(&cell)), ("content", hex(content.as_bytes()))]),
        Err(error) => {
            assert!(session.snapshot() == before, "a refused cell changed the state");
            Err(name(error))
        }
    }
}

fn make_cell(
    nonce: &[u8; 24],
    ad: &[u8],
    (header_key, header): (&AeadKey, &[u8; 48]),
    (body_key, body): (&AeadKey, &[u8]),
) -> [u8; 4096] {
    let mut sealed_header = [&header[..], &[0; 16]].concat();
    xseal(header_key, nonce, ad, &mut sealed_header).expect("seals");
    let mut sealed_body = [&padded(body)[..], &[0; 16]].concat();
    let ad = [ad, nonce, &sealed_header].concat();
    seal(body_key, nonce[..12].try_into().expect("12 bytes"), &ad, &mut sealed_body).expect("seals");
    [&nonce[..], &sealed_header, &sealed_body].concat().try_into().expect("a cell")
}

/// Two sessions; `steps` in order: `joiner seals CONTENT`, `inviter opens INDEX` (of the cells sealed so far).
fn exchange(case: &Case) -> Outcome {
    let [mut joiner, mut inviter] = both(case)?;
    let mut random = Fixed::new(case.text("seed").as_bytes());
    let mut cells: Vec<Cell> = Vec::new();
    let mut out = Map::new();
    for (index, step) in case.value("steps").as_array().expect("steps").iter().enumerate() {
        let step = step.as_str().expect("a step");
        let words: Vec<&str> = step.split(' ').collect();
        let side = if words[0] == "joiner" { &mut joiner } else { &mut inviter };
        let outcome = match words[1] {
            "seals" => {
                cells.push(side.encrypt(&bytes(words[2]), &mut random).map_err(name)?);
                summary(cells.last().expect("just sealed"))
            }
            "opens" => {
                let cell = &cells[words[2].parse::<usize>().expect("an index")];
                hex(side.decrypt(NOW, cell).map_err(name)?.as_bytes())
            }
            verb => panic!("unknown verb {verb}"),
        };
        out.insert(format!("{index:02} {step}"), outcome);
    }
    out.insert("skipped keys of the inviter".into(), json!(inviter.skipped_keys()));
    Ok(out)
}

/// Two sessions; `steps`, each `by` a side, `at` so many seconds: `seal` (so many `times`), `open` or `refuse` the `cell` of that
/// place among all that were sealed. A cell to be refused MUST change nothing. After each step: the keys that the side keeps of
/// cells that were overtaken.
fn course(case: &Case) -> Outcome {
    let [mut joiner, mut inviter] = both(case)?;
    let mut random = Fixed::new(case.text("seed").as_bytes());
    let mut cells: Vec<Cell> = Vec::new();
    let (mut kept, mut now) = (Vec::new(), NOW);
    for step in case.value("steps").as_array().expect("steps") {
        let number = |key: &str| step.get(key).and_then(Value::as_u64);
        let side = if step["by"] == "joiner" { &mut joiner } else { &mut inviter };
        now = number("at").map_or(now, |at| NOW.plus(at));
        match step["do"].as_str().expect("a verb") {
            "seal" => {
                for _ in 0..number("times").unwrap_or(1) {
                    cells.push(side.encrypt(format!("cell {}", cells.len()).as_bytes(), &mut random).map_err(name)?);
                }
            }
            "open" => {
                let place = number("cell").expect("a place") as usize;
                let content = side.decrypt(now, &cells[place]).map_err(|error| format!("{error:?} at cell {place}"))?;
                assert_eq!(content.as_bytes(), format!("cell {place}").as_bytes());
            }
            "refuse" => {
                let before = side.snapshot();
                let refused = side.decrypt(now, &cells[number("cell").expect("a place") as usize]).is_err();
                assert!(refused && side.snapshot() == before, "opened, or changed the state");
            }
            verb => panic!("unknown verb {verb}"),
        }
        kept.push(json!(side.skipped_keys()));
    }
    outputs([("kept", Value::Array(kept)), ("last", cells.last().map_or(Value::Null, summary))])
}

/// Both ends, the joiner's first.
fn both(case: &Case) -> Result<[Session; 2], String> {
    let own = [DhSecret::from_bytes(case.array("joiner")), DhSecret::from_bytes(case.array("inviter"))];
    let public: [DhPublic; 2] = own.each_ref().map(dh_public);
    let [joiner, inviter] = own;
    let start = |role| {
        let root = RootKey::from_bytes(case.array("root"));
        Session::start(SessionSeed { root, id: case.array("id"), role }).map_err(name)
    };
    Ok([start(Role::Joiner { own: joiner, peer: public[1] })?, start(Role::Inviter { own: inviter, peer: public[0] })?])
}

/// A cell: what stands before the body in full, and the hash of it all.
fn summary(cell: &Cell) -> Value {
    let bytes = cell.as_bytes();
    json!({ "nonce_and_header": hex::encode(&bytes[..PREFIX_LEN]), "sha256": hex::encode(sha256(&[bytes])) })
}

fn padded(start: &[u8]) -> [u8; BODY_LEN] {
    let mut body = [0; BODY_LEN];
    body[..start.len()].copy_from_slice(start);
    body
}

const NOW: UnixTime = UnixTime(1_800_000_000);
