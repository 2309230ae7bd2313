//! The cases of `vectors/invite/`: both forms of an invite, a relay's address, and the keys. Text is text, not hex.

use nightjar_protocol::invite::{Code, Error, Host, Invite, InviteKeys, Link, RelayAddress};
use nightjar_protocol::keys::{DhPublic, Random};
use serde_json::{Map, Value};

use super::case::{Case, Outcome, hex, name};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "link" => link(case),
        "code" => code(case),
        "read" => read(case),
        "read-link" => Link::parse(case.text("text")).map(|link| of_link(&link)),
        "address" => case.text("text").parse().map(|address| of_address(&address)),
        kind => panic!("unknown kind {kind}"),
    }
    .map_err(name)
}

/// Gives out the bytes of the case.
struct Given(Vec<u8>);

impl Random for Given {
    fn fill(&mut self, out: &mut [u8]) {
        out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
    }
}

type Values = Map<String, Value>;

fn link(case: &Case) -> Result<Values, Error> {
    let relay = case.text("relay").parse()?;
    let link = Link::generate(relay, &mut Given(case.bytes("secret")));
    let mut values = of_keys(&link.keys());
    values.insert("text".into(), link.text().as_str().into());
    Ok(values)
}

fn code(case: &Case) -> Result<Values, Error> {
    let code = Code::generate(&mut Given(case.bytes("drawn")));
    let mut values = of_keys(&code.keys(&DhPublic::from_bytes(case.array("relay_key"))));
    values.insert("text".into(), code.text().as_str().into());
    Ok(values)
}

/// What a person typed, a long part of it given as a string and a count.
fn read(case: &Case) -> Result<Values, Error> {
    let text = match case.has("times") {
        true => case.text("text").repeat(case.number("times") as usize),
        false => case.text("text").to_owned(),
    };
    let invite = Invite::parse(&text)?;
    Ok([("text".to_owned(), invite.text().as_str().into())].into_iter().collect())
}

fn of_link(link: &Link) -> Values {
    let mut values = of_keys(&link.keys());
    values.insert("text".into(), link.text().as_str().into());
    values.insert("relay".into(), link.relay().text().as_str().into());
    values
}

fn of_address(address: &RelayAddress) -> Values {
    let form = match address.host() {
        Host::Name(_) => "name",
        Host::V4(_) => "IPv4",
        Host::V6(_) => "IPv6",
    };
    let access = address.access().map(|key| ("access", hex(key.as_bytes())));
    let values: [(&str, Value); 6] = [
        ("form", form.into()),
        ("host", address.host().to_string().into()),
        ("port", address.port().into()),
        ("key", hex(address.key().as_bytes())),
        ("text", address.text().as_str().into()),
        ("shown", address.to_string().into()),
    ];
    values.into_iter().chain(access).map(|(key, value)| (key.to_owned(), value)).collect()
}

fn of_keys(keys: &InviteKeys) -> Values {
    let values = [
        ("rendezvous_read_key", hex(keys.rendezvous.as_bytes())),
        ("rendezvous_mailbox", hex(keys.rendezvous.mailbox().as_bytes())),
        ("bundle_key", hex(keys.bundle.as_bytes())),
        ("pairing_key", hex(keys.pairing.as_bytes())),
        ("psk0", hex(keys.psk0.as_bytes())),
    ];
    values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
