//! Messages and envelopes: no panic, and what is read is written again the same.

use nightjar_protocol::conversation::envelope::{Envelope, split};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::message::Message;

/// Tries an input.
pub fn run(data: &[u8]) {
    if let Ok(envelope) = Envelope::decode(data) {
        assert_eq!(envelope.encode().unwrap().as_slice(), data);
        let _ = Message::decode(&envelope.piece.bytes);
    }
    let Ok(message) = Message::decode(data) else { return };
    assert_eq!(message.encode().unwrap().as_slice(), data);
    let pieces = split(1, UnixTime(1), data).unwrap();
    assert_eq!(pieces.iter().flat_map(|piece| piece.bytes.clone()).collect::<Vec<u8>>(), data);
}
