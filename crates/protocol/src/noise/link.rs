//! `Noise_NK` between a client and a relay, `Noise_NKpsk0` where the relay is private. Spec: wire, "Handshake".

use snow::{Builder, HandshakeState};
use zeroize::Zeroizing;

use super::resolver::EphemeralSlot;
use super::{Ephemeral, Error, LINK_PATTERN, PRIVATE_LINK_PATTERN, Transport, builder, forget_psk, read, step, write};
use crate::keys::{DhPublic, DhSecret, Psk};

/// The client, before its first message.
pub struct LinkInitiator;

/// The client, awaiting message 2.
pub struct LinkAwaitReply(Box<HandshakeState>);

/// The relay, before message 1.
pub struct LinkResponder;

/// The relay, about to write message 2.
pub struct LinkReply(Box<HandshakeState>, EphemeralSlot);

impl LinkInitiator {
    /// Writes message 1: 32 + payload + 16 bytes. With `psk0` the pattern is `NKpsk0`.
    ///
    /// # Errors
    /// [`Error::Handshake`] if the relay's key is of low order.
    pub fn write_message(
        relay: &DhPublic,
        prologue: &[u8],
        psk0: Option<&Psk>,
        ephemeral: &Ephemeral,
        payload: &[u8],
    ) -> Result<(LinkAwaitReply, Vec<u8>), Error> {
        step(|| {
            let slot = EphemeralSlot::default();
            slot.put(ephemeral);
            let state = link_builder(prologue, psk0, slot)?
                .remote_public_key(relay.as_bytes())
                .and_then(Builder::build_initiator)
                .map_err(|_| Error::Handshake)?;
            let mut state = Box::new(state);
            let message = write(&mut state, payload)?;
            forget_psk(&mut state, 0)?;
            Ok((LinkAwaitReply(state), message))
        })
    }
}

impl LinkAwaitReply {
    /// Reads message 2 and its payload.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it does not authenticate.
    pub fn read_message(mut self, message: &[u8]) -> Result<(Transport, Zeroizing<Vec<u8>>), Error> {
        step(|| {
            let payload = read(&mut self.0, message)?;
            Ok((Transport::new(&mut self.0)?, payload))
        })
    }
}

impl LinkResponder {
    /// Reads message 1 and its payload.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it was not written to this relay's key, with this `psk0` or without one.
    pub fn read_message(
        secret: &DhSecret,
        prologue: &[u8],
        psk0: Option<&Psk>,
        message: &[u8],
    ) -> Result<(LinkReply, Zeroizing<Vec<u8>>), Error> {
        step(|| {
            let slot = EphemeralSlot::default();
            let state = link_builder(prologue, psk0, slot.clone())?
                .local_private_key(secret.as_bytes())
                .and_then(Builder::build_responder)
                .map_err(|_| Error::Handshake)?;
            let mut state = Box::new(state);
            let payload = read(&mut state, message)?;
            forget_psk(&mut state, 0)?;
            Ok((LinkReply(state, slot), payload))
        })
    }
}

impl LinkReply {
    /// Writes message 2: 32 + payload + 16 bytes.
    ///
    /// # Errors
    /// [`Error::Handshake`] if the client's ephemeral key is of low order.
    pub fn write_message(mut self, ephemeral: &Ephemeral, payload: &[u8]) -> Result<(Transport, Vec<u8>), Error> {
        step(|| {
            self.1.put(ephemeral);
            let message = write(&mut self.0, payload)?;
            Ok((Transport::new(&mut self.0)?, message))
        })
    }
}

fn link_builder<'a>(prologue: &'a [u8], psk0: Option<&'a Psk>, slot: EphemeralSlot) -> Result<Builder<'a>, Error> {
    match psk0 {
        None => builder(LINK_PATTERN, prologue, slot),
        Some(psk0) => {
            builder(PRIVATE_LINK_PATTERN, prologue, slot)?.psk(0, psk0.as_bytes()).map_err(|_| Error::Handshake)
        }
    }
}
