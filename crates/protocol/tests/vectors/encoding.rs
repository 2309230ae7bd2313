//! The cases of `vectors/wire/` that show the encoding of one type. Spec: wire, "Encoding".

use bincode::{Decode, Encode};
use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::wire::{Command, Error, Refusal, decode, encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::case::{Case, Outcome, bytes, name, outputs};

/// `bytes`, one encoding or a list of them, read as values of `type`.
pub fn run(case: &Case) -> Outcome {
    let read = |text: &Value| value(case.text("type"), &bytes(text.as_str().expect("hex"))).map_err(name);
    match case.value("bytes") {
        Value::Array(all) => outputs([("values", all.iter().map(read).collect::<Result<_, _>>()?)]),
        one => outputs([("value", read(one)?)]),
    }
}

fn value(kind: &str, bytes: &[u8]) -> Result<Value, Error> {
    match kind {
        "u8" => read::<u8>(bytes),
        "u16" => read::<u16>(bytes),
        "u32" => read::<u32>(bytes),
        "u64" => read::<u64>(bytes),
        "bool" => read::<bool>(bytes),
        "text" => read::<String>(bytes),
        "optional u16" => read::<Option<u16>>(bytes),
        "list of u16" => read::<Vec<u16>>(bytes),
        "array of 3 u16" => read::<[u16; 3]>(bytes),
        "structure of u8, u32, text" => read::<(u8, u32, String)>(bytes),
        "refusal" => same::<Refusal>(bytes).map(|refusal| json!(format!("{refusal:?}"))),
        "command" => same::<Command>(bytes).map(|command| command_of(&command)),
        kind => panic!("unknown type {kind}"),
    }
}

fn read<T: Encode + Decode<()> + Serialize>(bytes: &[u8]) -> Result<Value, Error> {
    same::<T>(bytes).map(|value| json!(value))
}

/// The value of these bytes, which has to be encoded as the very same.
fn same<T: Encode + Decode<()>>(bytes: &[u8]) -> Result<T, Error> {
    let value: T = decode::<_, 64>(bytes)?;
    assert_eq!(encode(&value)?.as_slice(), bytes);
    Ok(value)
}

/// Which command, and its fields in order.
fn command_of(command: &Command) -> Value {
    let key = |read_key: &ReadKey| hex::encode(read_key.as_bytes());
    match command {
        Command::Create { read_key, ttl } => json!(["Create", key(read_key), ttl]),
        Command::Append { mailbox, ttl } => json!(["Append", hex::encode(mailbox.as_bytes()), ttl]),
        Command::Subscribe { slot, read_key } => json!(["Subscribe", slot, key(read_key)]),
        Command::Acknowledge { slot, up_to } => json!(["Acknowledge", slot, up_to]),
        Command::Unsubscribe { slot } => json!(["Unsubscribe", slot]),
        Command::Delete { read_key } => json!(["Delete", key(read_key)]),
        Command::Ping => json!(["Ping"]),
    }
}
