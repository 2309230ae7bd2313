//! The cases of `vectors/attachments/`: messages, layouts, cells, and what a conversation makes of them.

use nightjar_protocol::attachment::{Error, Layout, Opened, Opener, Sealer};
use nightjar_protocol::crypto::{sha256, xseal};
use nightjar_protocol::keys::AeadKey;
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;
use serde_json::json;

use super::case::{Case, Fixed, Outcome, hex, name, outputs};
use super::messages;

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "message" | "handle" | "course" => messages::run(case),
        "layout" => layout(case),
        "seal" => seal(case),
        "open" => open(case).map_err(name),
        kind => Err(format!("unknown kind {kind}")),
    }
}

/// `size`: how many cells.
fn layout(case: &Case) -> Outcome {
    let layout = size(case).map_err(name)?;
    outputs([
        ("filled", json!(layout.filled())),
        ("cells", json!(layout.cells())),
        ("last", json!(layout.data(layout.filled() - 1).len())),
    ])
}

/// `share` at `index` of an attachment of `size` bytes, the nonce drawn from `seed`. Opened again, it is the same.
fn seal(case: &Case) -> Outcome {
    let (key, layout) = (AeadKey::from_bytes(case.array("key")), size(case).map_err(name)?);
    let (index, share) = (case.number("index") as u32, case.bytes("share"));
    let sealer = Sealer::new(&key, layout);
    let cell = sealer.seal(index, &share, &mut Fixed::new(&case.bytes("seed"))).map_err(name)?;
    let opened = Opener::new(&key, layout).open(cell.clone()).map_err(name)?;
    assert_eq!((opened.index(), opened.data()), (index, share.as_slice()));
    let bytes = cell.as_bytes();
    outputs([("begins", hex(&bytes[..64])), ("ends", hex(&bytes[CELL_LEN - 32..])), ("sha256", hex(&sha256(&[bytes])))])
}

/// `plain` sealed under `key` and `nonce`, with another `label` if there is one, changed at `flip`, opened with the key
/// `opener` if there is one.
fn open(case: &Case) -> Result<serde_json::Map<String, serde_json::Value>, Error> {
    let key = |name: &str| AeadKey::from_bytes(case.array(name));
    let label = if case.has("label") { case.text("label") } else { "nightjar/attachment/v1" };
    let nonce = case.array("nonce");
    let mut body = case.bytes("plain");
    body.extend([0; 16]);
    xseal(&key("key"), &nonce, label.as_bytes(), &mut body).expect("room for a tag");
    let mut cell: [u8; CELL_LEN] = [&nonce[..], &body].concat().try_into().expect("a cell's length");
    if case.has("flip") {
        cell[case.number("flip") as usize] ^= 1;
    }
    let opener = Opener::new(&key(if case.has("opener") { "opener" } else { "key" }), size(case)?);
    let opened: Opened = opener.open(Cell::from_bytes(cell))?;
    let values = [("index", json!(opened.index())), ("share", hex(opened.data()))];
    Ok(values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn size(case: &Case) -> Result<Layout, Error> {
    Layout::new(case.number("size") as u32)
}
