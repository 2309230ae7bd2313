//! What a proof in a session is bound to. Spec: proof, "Asking again".

use super::Peer;
use crate::cpace::lv_cat;
use crate::crypto::sha256;
use crate::message::{CashReceipt, QuestionId, TransferId};
use crate::ratchet::Side;
use crate::wire;

/// The context of every attempt at a question: session, asker, question, what it is about, its text.
#[must_use]
pub fn context(
    peer: &Peer,
    asker: Side,
    QuestionId(id): &QuestionId,
    about: Option<TransferId>,
    text: &str,
) -> [u8; 32] {
    let about = about.map(|TransferId(id)| id);
    let about = about.as_ref().map_or(&[][..], <[u8; 16]>::as_slice);
    sha256(&[&lv_cat(&[b"nightjar/question/v1", &peer.session, &[asker as u8], id, about, text.as_bytes()])])
}

/// What an answer proves besides the word: nothing, or all of a receipt.
#[must_use]
pub fn statement(receipt: Option<&CashReceipt>) -> Vec<u8> {
    let Some(receipt) = receipt else { return Vec::new() };
    #[expect(clippy::expect_used, reason = "every receipt has an encoding")]
    let encoded = wire::encode(receipt).expect("encodes");
    sha256(&[&lv_cat(&[b"nightjar/cash-receipt/v1", &encoded])]).to_vec()
}
