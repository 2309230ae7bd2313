//! `Noise_NKpsk0+psk2` between a joiner (initiator) and an inviter (responder). Spec: pairing, "Noise".

use snow::HandshakeState;
use zeroize::Zeroizing;

use super::resolver::EphemeralSlot;
use super::{Ephemeral, Error, PAIRING_PATTERN, builder, forget_psk, hash, read, step, write};
use crate::keys::{DhPublic, DhSecret, Psk};

/// The joiner, before message 1.
pub struct PairingInitiator;

/// The joiner, awaiting message 2.
pub struct PairingAwaitReply {
    state: Box<HandshakeState>,
    hash: [u8; 32],
}

/// The inviter, before message 1.
pub struct PairingResponder;

/// The inviter, about to write message 2.
pub struct PairingReply {
    state: Box<HandshakeState>,
    slot: EphemeralSlot,
    hash: [u8; 32],
}

/// psk2 depends on message 1, but snow wants every key up front: this one stands in and is replaced before use.
const PSK2_PENDING: [u8; 32] = [0; 32];
const PSK0_LOCATION: u8 = 0;
const PSK2_LOCATION: u8 = 2;

impl PairingInitiator {
    /// Writes message 1: 32 + payload + 16 bytes.
    ///
    /// # Errors
    /// [`Error::Handshake`] if the inviter's key is of low order.
    pub fn write_message(
        responder: &DhPublic,
        prologue: &[u8; 32],
        psk0: &Psk,
        ephemeral: &Ephemeral,
        payload: &[u8],
    ) -> Result<(PairingAwaitReply, Vec<u8>), Error> {
        step(|| {
            let slot = EphemeralSlot::default();
            slot.put(ephemeral);
            let state = builder(PAIRING_PATTERN, prologue, slot)?
                .remote_public_key(responder.as_bytes())
                .and_then(|builder| builder.psk(PSK0_LOCATION, psk0.as_bytes()))
                .and_then(|builder| builder.psk(PSK2_LOCATION, &PSK2_PENDING))
                .and_then(snow::Builder::build_initiator)
                .map_err(|_| Error::Handshake)?;
            let mut state = Box::new(state);
            let message = write(&mut state, payload)?;
            forget_psk(&mut state, PSK0_LOCATION.into())?;
            let hash = hash(&state)?;
            Ok((PairingAwaitReply { state, hash }, message))
        })
    }
}

impl PairingAwaitReply {
    /// The handshake hash after message 1: the salt of psk2.
    #[must_use]
    pub const fn handshake_hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Reads message 2: its payload and the final handshake hash.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it does not authenticate.
    pub fn read_message(mut self, psk2: &Psk, message: &[u8]) -> Result<(Zeroizing<Vec<u8>>, [u8; 32]), Error> {
        step(|| {
            self.state.set_psk(PSK2_LOCATION.into(), psk2.as_bytes()).map_err(|_| Error::Handshake)?;
            let payload = read(&mut self.state, message)?;
            forget_psk(&mut self.state, PSK2_LOCATION.into())?;
            Ok((payload, hash(&self.state)?))
        })
    }
}

impl PairingResponder {
    /// Reads message 1 and its payload.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it was not written to this key under this psk0 and prologue.
    pub fn read_message(
        secret: &DhSecret,
        prologue: &[u8; 32],
        psk0: &Psk,
        message: &[u8],
    ) -> Result<(PairingReply, Zeroizing<Vec<u8>>), Error> {
        step(|| {
            let slot = EphemeralSlot::default();
            let state = builder(PAIRING_PATTERN, prologue, slot.clone())?
                .local_private_key(secret.as_bytes())
                .and_then(|builder| builder.psk(PSK0_LOCATION, psk0.as_bytes()))
                .and_then(|builder| builder.psk(PSK2_LOCATION, &PSK2_PENDING))
                .and_then(snow::Builder::build_responder)
                .map_err(|_| Error::Handshake)?;
            let mut state = Box::new(state);
            let payload = read(&mut state, message)?;
            forget_psk(&mut state, PSK0_LOCATION.into())?;
            let hash = hash(&state)?;
            Ok((PairingReply { state, slot, hash }, payload))
        })
    }
}

impl PairingReply {
    /// The handshake hash after message 1: the salt of psk2.
    #[must_use]
    pub const fn handshake_hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Writes message 2, 32 + payload + 16 bytes, and gives the final handshake hash with it.
    ///
    /// # Errors
    /// [`Error::Handshake`] if the joiner's ephemeral key is of low order.
    pub fn write_message(
        mut self,
        psk2: &Psk,
        ephemeral: &Ephemeral,
        payload: &[u8],
    ) -> Result<(Vec<u8>, [u8; 32]), Error> {
        step(|| {
            self.slot.put(ephemeral);
            self.state.set_psk(PSK2_LOCATION.into(), psk2.as_bytes()).map_err(|_| Error::Handshake)?;
            let message = write(&mut self.state, payload)?;
            forget_psk(&mut self.state, PSK2_LOCATION.into())?;
            Ok((message, hash(&self.state)?))
        })
    }
}
