//! What became of messages of the other side. Spec: messages, "The ladder of receipts".

use bincode::{Decode, Encode};

use super::Error;
use crate::limits::RECEIPTS_MAX;

/// A receipt: a statement of one kind about messages of the other side.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Receipt {
    /// What became of them.
    pub kind: ReceiptKind,
    /// Their numbers, ascending, 1 to [`RECEIPTS_MAX`].
    pub messages: Vec<u64>,
}

/// The rungs of the ladder. All but the last are stated by devices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum ReceiptKind {
    /// Decrypted and whole.
    Delivered,
    /// Shown.
    Read,
    /// Gone.
    Erased,
    /// A person says that they have taken note.
    Acknowledged,
}

impl Receipt {
    pub(super) fn check(&self) -> Result<(), Error> {
        let ascending = self.messages.is_sorted_by(|a, b| a < b);
        if ascending && (1..=RECEIPTS_MAX).contains(&self.messages.len()) { Ok(()) } else { Err(Error::Receipts) }
    }
}
