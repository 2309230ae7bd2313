//! What an engine takes from the world around it: the time, dice, a place for blobs, links to relays. Every program takes
//! those of its computer; the simulation brings its own, and the engine cannot tell.

use std::path::Path;

use super::relay::Purpose;
use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::connection;
use crate::random::Source;

/// Where an engine lives.
pub struct Surroundings {
    /// Tells the time.
    pub clock: Clock,
    /// What keys, nonces and delays are drawn from.
    pub random: Source,
    /// The bytes of attachments.
    pub blobs: Blobs,
    /// What keeps links to relays.
    pub carrier: Box<dyn Carrier>,
}

/// What keeps links to relays.
pub trait Carrier: Send {
    /// Keeps a link from now on, and comes back after every cut, until the line ends.
    fn carry(&mut self, line: Line);
}

/// A link that the engine wants to be kept.
pub type Line = connection::Line<Purpose, usize>;

/// What drives such a link while it stands.
pub type Pump = connection::Pump<Purpose>;

/// Links over TCP.
struct Tcp;

impl Carrier for Tcp {
    fn carry(&mut self, line: Line) {
        line.keep();
    }
}

impl Surroundings {
    /// Those of this computer, with the blobs beside the vault in the folder `home`, or in memory.
    #[must_use]
    pub fn of_this_computer(home: Option<&Path>) -> Self {
        Self {
            clock: Clock::default(),
            random: Source::default(),
            blobs: home.map_or_else(Blobs::ephemeral, Blobs::beside),
            carrier: Box::new(Tcp),
        }
    }
}
