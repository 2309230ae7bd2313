//! A conversation as bytes to be stored, and back. Spec: messages, "State" (what is kept); the bytes are this program's
//! own.

use zeroize::Zeroizing;

use super::inbox::Inbox;
use super::mailboxes::Mailboxes;
use super::outbox::Outbox;
use super::receipts::{ReceiptPolicy, Receipts};
use super::view::View;
use super::{Conversation, Error, Standing};
use crate::ratchet::Session;
use crate::wire::{decode, encode};

/// The version of the bytes below.
const VERSION: u8 = 1;
/// A snapshot in bytes, at most. It is read by its owner only; the limit bounds what a damaged file can ask for.
const SNAPSHOT_MAX: usize = 256 * 1024 * 1024;

type Stored = (Vec<u8>, Standing, ReceiptPolicy, u64, Outbox, Inbox, Receipts, View, Mailboxes);

impl Conversation {
    /// All of the state, a secret: version byte ‖ encoding.
    #[must_use]
    pub fn snapshot(&self) -> Zeroizing<Vec<u8>> {
        let session = self.session.snapshot();
        let parts = (
            session.as_slice(),
            self.standing,
            self.policy,
            self.next,
            &self.outbox,
            &self.inbox,
            &self.receipts,
            &self.view,
            &self.mailboxes,
        );
        #[expect(clippy::expect_used, reason = "every value of the types has an encoding")]
        let body = encode(&parts).expect("encodes");
        let mut out = Zeroizing::new(Vec::with_capacity(body.len().saturating_add(1)));
        out.push(VERSION);
        out.extend_from_slice(&body);
        out
    }

    /// The conversation that a snapshot was taken of.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if the bytes are none, of another version, or break a bound.
    pub fn restore(snapshot: &[u8]) -> Result<Self, Error> {
        let Some((&VERSION, body)) = snapshot.split_first() else { return Err(Error::Snapshot) };
        let stored: Stored = decode::<_, SNAPSHOT_MAX>(body).map_err(|_| Error::Snapshot)?;
        let (session, standing, policy, next, outbox, inbox, receipts, view, mailboxes) = stored;
        let session = Zeroizing::new(session);
        if next == 0 || !outbox.is_sound() || !inbox.is_sound() || !receipts.is_sound() || !view.is_sound() {
            return Err(Error::Snapshot);
        }
        let session = Session::restore(&session).map_err(|_| Error::Snapshot)?;
        Ok(Self { session, standing, policy, next, outbox, inbox, receipts, view, mailboxes })
    }
}
