//! The relay's side of the link. Spec: wire, "Link".

use std::sync::Arc;

use super::queue::Queue;
use super::{Access, Error, HELLO_PAYLOAD_LEN, PROLOGUE, Sealer, Welcome};
use crate::keys::DhSecret;
use crate::limits::{FRAME_LEN, HELLO_LEN};
use crate::noise::{Ephemeral, LinkReply, LinkResponder};
use crate::wire::{self, Cell, Command, Frame, Reply};

/// A relay that has read a client's hello.
pub struct RelayHandshake(LinkReply);

/// A relay whose link to one client stands.
pub struct RelayLink {
    sealer: Sealer,
    queue: Queue,
}

/// What one frame of a client asks for.
pub struct Request {
    /// The commands, in order; at most one of them is an `Append`.
    pub commands: Vec<Command>,
    /// The cell of the `Append`: present if and only if there is one.
    pub cell: Option<Cell>,
}

impl RelayHandshake {
    /// Reads a client's hello. One that nothing opens costs an X25519 exchange for each key in `access`.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it was not written to this relay's key in this version with what `access` asks for;
    /// [`Error::Contents`] if its padding is not zero. Answer with [`super::refusal`] and close.
    pub fn read_hello(secret: &DhSecret, access: &Access, hello: &[u8; HELLO_LEN]) -> Result<Self, Error> {
        let mut tried = access.ways().map(|psk0| LinkResponder::read_message(secret, PROLOGUE, psk0, hello));
        let (state, payload) = tried.find_map(Result::ok).ok_or(Error::Handshake)?;
        if payload.iter().any(|byte| *byte != 0) {
            return Err(wire::Error::Padding.into());
        }
        Ok(Self(state))
    }

    /// Accepts: the link, and the reply to send.
    ///
    /// # Errors
    /// [`Error::Handshake`] if the client's ephemeral key is of low order.
    pub fn accept(self, welcome: &Welcome, ephemeral: &Ephemeral) -> Result<(RelayLink, [u8; HELLO_LEN]), Error> {
        let mut payload = Vec::with_capacity(HELLO_PAYLOAD_LEN);
        payload.extend_from_slice(&welcome.epoch.0);
        payload.extend_from_slice(&welcome.now.0.to_be_bytes());
        payload.resize(HELLO_PAYLOAD_LEN, 0);
        let (transport, hello) = self.0.write_message(ephemeral, &payload)?;
        let link = RelayLink { sealer: Sealer(Some(transport)), queue: Queue::default() };
        Ok((link, hello.try_into().map_err(|_| Error::Handshake)?))
    }
}

impl RelayLink {
    /// Reads a frame of the client's.
    ///
    /// # Errors
    /// [`Error`]; the link is then closed, and the connection MUST be.
    pub fn read_frame(&mut self, sealed: &[u8; FRAME_LEN]) -> Result<Request, Error> {
        self.sealer.open(sealed, request)
    }

    /// Queues a reply other than `Push`, which needs a cell: see [`Self::queue_push`].
    pub fn queue(&mut self, reply: Reply) {
        self.queue.push(&reply, None);
    }

    /// Queues a cell of a subscribed mailbox, which the relay would keep `ttl` seconds yet.
    pub fn queue_push(&mut self, slot: u16, seq: u64, ttl: u32, cell: impl Into<Arc<Cell>>) {
        self.queue.push(&Reply::Push { slot, seq, ttl }, Some(cell.into()));
    }

    /// Replies and pushes that no frame has carried yet.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Appends the next frame to `out`; `false` if nothing is queued.
    ///
    /// # Errors
    /// [`Error`]; the link is then closed.
    pub fn write_frame(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        self.sealer.seal(&mut self.queue, out)
    }
}

fn request(frame: &Frame<'_>) -> Result<Request, Error> {
    let commands: Vec<Command> = frame.batch()?;
    let appends = commands.iter().filter(|command| matches!(command, Command::Append { .. })).count();
    if appends > 1 {
        return Err(Error::Order);
    }
    let cell = frame.cell(appends == 1)?;
    Ok(Request { commands, cell })
}
