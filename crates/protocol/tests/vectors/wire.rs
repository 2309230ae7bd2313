//! The cases of `vectors/wire/`: the encoding, frames, and the link from both sides.

use nightjar_protocol::keys::{AccessKey, DhPublic, DhSecret, MailboxId, Psk, ReadKey, UnixTime};
use nightjar_protocol::limits::{BATCH_LEN, CELL_LEN, FRAME_LEN, FRAME_PLAIN_LEN, HELLO_LEN};
use nightjar_protocol::link::{
    self, Access, ClientHandshake, ClientLink, Epoch, HandshakeRefusal, RelayHandshake, RelayLink, Welcome,
};
use nightjar_protocol::noise::{Ephemeral, LinkInitiator, LinkResponder, Transport};
use nightjar_protocol::wire::{Cell, Command, Refusal, Reply, decode, encode};
use nightjar_protocol::{crypto, wire};
use serde_json::{Value, json};

use super::case::{Case, Outcome, bytes, hex, name, outputs};
use super::encoding;

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "decode" => decoded(case).map_err(name),
        "command" => Ok(outputs([("bytes", hex(&encode(&command(case)).map_err(name)?))])?),
        "reply" => Ok(outputs([("bytes", hex(&encode(&reply(case)).map_err(name)?))])?),
        "dh" => exchange(case).map_err(name),
        "mailbox-id" => mailbox_id(case),
        "link" => whole_link(case).map_err(link_name),
        "refusal" => refusal(case),
        "hello" => hello(case).map_err(link_name),
        "client-frame" => client_frame(case).map_err(link_name),
        "relay-frame" => relay_frame(case).map_err(link_name),
        "value" => encoding::run(case),
        "welcome" => welcome(case).map_err(link_name),
        kind => panic!("unknown kind {kind}"),
    }
}

/// A wire error inside a link error is what the case names.
fn link_name(error: link::Error) -> String {
    match error {
        link::Error::Contents(error) => name(error),
        link::Error::Declined(_) => "Declined".into(),
        error => name(error),
    }
}

/// What the codec makes of bytes, read as a list of bytes with a limit of 64.
fn decoded(case: &Case) -> Result<serde_json::Map<String, Value>, wire::Error> {
    let value: Vec<u8> = decode::<_, 64>(&case.bytes("bytes"))?;
    Ok([("value".to_owned(), hex(&value))].into_iter().collect())
}

fn command(case: &Case) -> Command {
    let read_key = || ReadKey::from_bytes(case.array("read_key"));
    let (ttl, slot) = (|| case.number("ttl") as u32, || case.number("slot") as u16);
    match case.text("command") {
        "Create" => Command::Create { read_key: read_key(), ttl: ttl() },
        "Append" => Command::Append { mailbox: MailboxId::from_bytes(case.array("mailbox")), ttl: ttl() },
        "Subscribe" => Command::Subscribe { slot: slot(), read_key: read_key() },
        "Acknowledge" => Command::Acknowledge { slot: slot(), up_to: case.number("up_to") },
        "Unsubscribe" => Command::Unsubscribe { slot: slot() },
        "Delete" => Command::Delete { read_key: read_key() },
        "Ping" => Command::Ping,
        other => panic!("no command {other}"),
    }
}

fn reply(case: &Case) -> Reply {
    let slot = || case.number("slot") as u16;
    match case.text("reply") {
        "Done" => Reply::Done,
        "Subscribed" => Reply::Subscribed { waiting: case.number("waiting") as u32 },
        "Push" => Reply::Push { slot: slot(), seq: case.number("seq"), ttl: case.number("ttl") as u32 },
        "Ended" => Reply::Ended { slot: slot() },
        "Unknown" => Reply::Refused(Refusal::Unknown),
        "MailboxFull" => Reply::Refused(Refusal::MailboxFull),
        "RelayFull" => Reply::Refused(Refusal::RelayFull),
        "Quota" => Reply::Refused(Refusal::Quota),
        "Limit" => Reply::Refused(Refusal::Limit),
        "Unavailable" => Reply::Refused(Refusal::Unavailable),
        other => panic!("no reply {other}"),
    }
}

fn mailbox_id(case: &Case) -> Outcome {
    outputs([("mailbox", hex(ReadKey::from_bytes(case.array("read_key")).mailbox().as_bytes()))])
}

fn exchange(case: &Case) -> Result<serde_json::Map<String, Value>, crypto::Error> {
    let (secret, public) = (DhSecret::from_bytes(case.array("secret")), DhPublic::from_bytes(case.array("public")));
    let shared = crypto::dh(&secret, &public)?;
    Ok([("shared".to_owned(), hex(shared.as_bytes()))].into_iter().collect())
}

struct Keys {
    secret: DhSecret,
    public: DhPublic,
    /// The client's access key, if it has one.
    held: Option<AccessKey>,
    /// Whom the relay takes.
    access: Access,
    client: Ephemeral,
    relay: Ephemeral,
}

fn keys(case: &Case) -> Keys {
    let key = |label: &str| crypto::sha256(&[case.text("seed").as_bytes(), label.as_bytes()]);
    let secret = DhSecret::from_bytes(key("relay static"));
    let public = crypto::dh_public(&secret);
    let (client, relay) = (Ephemeral::from_bytes(key("client e")), Ephemeral::from_bytes(key("relay e")));
    let access_key = |value: &Value| AccessKey::from_bytes(bytes(value.as_str().unwrap()).try_into().unwrap());
    let held = case.has("access_key").then(|| access_key(case.value("access_key")));
    let taken: Vec<_> = match case.has("relay_access_keys") {
        true => case.value("relay_access_keys").as_array().unwrap().iter().map(access_key).collect(),
        false => Vec::new(),
    };
    let access = Access::of(&taken, &public).expect("as many as a relay may have");
    Keys { secret, public, held, access, client, relay }
}

const WELCOME: Welcome = Welcome { epoch: Epoch(*b"\x01\x02\x03\x04\x05\x06\x07\x08"), now: UnixTime(1_800_000_000) };

/// A handshake and one frame each way, every byte of it.
fn whole_link(case: &Case) -> Result<serde_json::Map<String, Value>, link::Error> {
    let keys = keys(case);
    let (client, hello) = ClientHandshake::start(&keys.public, keys.held.as_ref(), &keys.client)?;
    let (mut relay, welcome) =
        RelayHandshake::read_hello(&keys.secret, &keys.access, &hello)?.accept(&WELCOME, &keys.relay)?;
    let (mut client, said) = client.read_welcome(&welcome)?;
    assert_eq!(said, WELCOME);
    client.queue(&Command::Create { read_key: ReadKey::from_bytes([1; 32]), ttl: 3600 });
    client.queue_append(MailboxId::from_bytes([2; 32]), 600, Cell::from_bytes([3; CELL_LEN]));
    let mut asked = Vec::new();
    client.write_frame(&mut asked)?;
    relay.read_frame(asked.as_slice().try_into().expect("one frame"))?;
    relay.queue(Reply::Done);
    relay.queue(Reply::Refused(Refusal::Unknown));
    let mut answered = Vec::new();
    relay.write_frame(&mut answered)?;
    client.read_frame(answered.as_slice().try_into().expect("one frame"))?;
    let values = [
        ("relay_static", hex(keys.secret.as_bytes())),
        ("relay_static_public", hex(keys.public.as_bytes())),
        ("client_ephemeral", hex(keys.client.as_bytes())),
        ("relay_ephemeral", hex(keys.relay.as_bytes())),
        ("psk0", keys.held.map_or(Value::Null, |key| hex(psk0(&key, &keys.public).as_bytes()))),
        ("hello", hex(&hello)),
        ("welcome", hex(&welcome)),
        ("client_frame", hex(&asked)),
        ("relay_frame", hex(&answered)),
    ];
    let values = values.into_iter().filter(|(_, value)| !value.is_null());
    Ok(values.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn refusal(case: &Case) -> Outcome {
    let reason = match case.text("reason") {
        "Handshake" => HandshakeRefusal::Handshake,
        "Busy" => HandshakeRefusal::Busy,
        other => panic!("no reason {other}"),
    };
    outputs([("hello", hex(&link::refusal(reason)))])
}

/// A hello with this payload and fault, as the relay reads it.
fn hello(case: &Case) -> Result<serde_json::Map<String, Value>, link::Error> {
    let keys = keys(case);
    let (prologue, payload) = (case.text("prologue").as_bytes(), case.bytes("payload"));
    let psk0 = keys.held.as_ref().map(|key| psk0(key, &keys.public));
    let (_, message) = LinkInitiator::write_message(&keys.public, prologue, psk0.as_ref(), &keys.client, &payload)?;
    let mut message: [u8; HELLO_LEN] = message.try_into().expect("the payload fills a hello");
    if case.has("flip") {
        message[case.number("flip") as usize] ^= 1;
    }
    RelayHandshake::read_hello(&keys.secret, &keys.access, &message)?;
    Ok([("accepted".to_owned(), json!(true))].into_iter().collect())
}

/// What a client reads after its hello: the welcome of a relay with this payload and fault, or any `bytes`.
fn welcome(case: &Case) -> Result<serde_json::Map<String, Value>, link::Error> {
    let keys = keys(case);
    let (client, hello) = ClientHandshake::start(&keys.public, keys.held.as_ref(), &keys.client)?;
    let mut answer: [u8; HELLO_LEN] = match case.has("bytes") {
        true => case.array("bytes"),
        false => {
            let psk0 = keys.held.as_ref().map(|key| psk0(key, &keys.public));
            let (state, _) = LinkResponder::read_message(&keys.secret, PROLOGUE, psk0.as_ref(), &hello)?;
            let (_, message) = state.write_message(&keys.relay, &case.bytes("payload"))?;
            message.try_into().expect("the payload fills a welcome")
        }
    };
    if case.has("flip") {
        answer[case.number("flip") as usize] ^= 1;
    }
    let (_, said) = client.read_welcome(&answer)?;
    Ok([("epoch".to_owned(), hex(&said.epoch.0)), ("now".to_owned(), json!(said.now.0))].into_iter().collect())
}

/// Written once more from the text, so that the hellos of the cases do not rest on the code that they test.
fn psk0(key: &AccessKey, relay: &DhPublic) -> Psk {
    Psk::from_bytes(*crypto::hkdf_sha256::<32>(relay.as_bytes(), &[key.as_bytes()], b"nightjar/v1/link-access"))
}

/// A frame of any plaintext, sealed by a client that breaks the rules, as the relay reads it.
fn client_frame(case: &Case) -> Result<serde_json::Map<String, Value>, link::Error> {
    let keys = keys(case);
    let (state, message) = LinkInitiator::write_message(&keys.public, PROLOGUE, None, &keys.client, &[0; 48])?;
    let hello: [u8; HELLO_LEN] = message.try_into().expect("a hello");
    let (mut relay, welcome) =
        RelayHandshake::read_hello(&keys.secret, &keys.access, &hello)?.accept(&WELCOME, &keys.relay)?;
    let (mut transport, _) = state.read_message(&welcome)?;
    let request = offer(case, &mut transport, |frame| RelayLink::read_frame(&mut relay, frame))?;
    let cell = request.cell.map_or(Value::Null, |cell| hex(&cell.as_bytes()[..4]));
    Ok([("commands".to_owned(), json!(request.commands.len())), ("cell".to_owned(), cell)].into_iter().collect())
}

/// A frame of any plaintext, sealed by a relay that breaks the rules, as a client reads it that asked `asked` pings.
fn relay_frame(case: &Case) -> Result<serde_json::Map<String, Value>, link::Error> {
    let keys = keys(case);
    let (client, hello) = ClientHandshake::start(&keys.public, keys.held.as_ref(), &keys.client)?;
    let (state, _) = LinkResponder::read_message(&keys.secret, PROLOGUE, None, &hello)?;
    let (mut transport, welcome) = state.write_message(&keys.relay, &case.bytes("welcome"))?;
    let (mut client, _) = client.read_welcome(welcome.as_slice().try_into().expect("a hello"))?;
    for _ in 0..case.number("asked") {
        client.queue(&Command::Ping);
    }
    client.write_frame(&mut Vec::new())?;
    let events = offer(case, &mut transport, |frame| ClientLink::read_frame(&mut client, frame))?;
    Ok([("events".to_owned(), json!(events.len()))].into_iter().collect())
}

fn offer<T>(
    case: &Case,
    transport: &mut Transport,
    mut read: impl FnMut(&[u8; FRAME_LEN]) -> Result<T, link::Error>,
) -> Result<T, link::Error> {
    if case.has("skipped") {
        transport.write_message(&mut [0; FRAME_LEN])?;
    }
    let mut plain = case.bytes("length");
    let mut batch = case.bytes("batch");
    batch.resize(BATCH_LEN, 0);
    if case.has("padding") {
        *batch.last_mut().expect("not empty") = case.number("padding") as u8;
    }
    plain.extend(batch);
    plain.extend(case.bytes("cell"));
    assert_eq!(plain.len(), FRAME_PLAIN_LEN);
    plain.resize(FRAME_LEN, 0);
    transport.write_message(&mut plain)?;
    let mut sealed: [u8; FRAME_LEN] = plain.try_into().expect("a frame");
    if case.has("flip") {
        sealed[case.number("flip") as usize] ^= 1;
    }
    if case.has("repeated") {
        read(&sealed).expect("the first time it is the next one");
    }
    read(&sealed)
}

const PROLOGUE: &[u8] = b"nightjar/link/v1";
