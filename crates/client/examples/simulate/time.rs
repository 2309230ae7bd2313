//! The one clock of a world, and what the computers in it make of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use nightjar_client::clock::Computer;
use nightjar_protocol::keys::UnixTime;
use nightjar_relay::clock::Clock;

/// Milliseconds since the world began.
pub type Millis = u64;

/// What time it really is.
#[derive(Clone, Default)]
pub struct Time(Arc<AtomicU64>);

/// A computer whose calendar anybody can set: a person's, or the relay's.
#[derive(Clone)]
pub struct Calendar {
    time: Time,
    off: Arc<AtomicI64>,
}

impl Time {
    /// Now.
    pub fn now(&self) -> Millis {
        self.0.load(Relaxed)
    }

    /// Now, in seconds since 1970.
    pub fn unix(&self) -> UnixTime {
        UnixTime(START + self.now() / 1000)
    }

    /// Lets it go on.
    pub fn pass(&self, millis: Millis) {
        self.0.fetch_add(millis, Relaxed);
    }
}

impl Calendar {
    /// One that is right.
    pub fn new(time: &Time) -> Self {
        Self { time: time.clone(), off: Arc::default() }
    }

    /// Sets it so many seconds off.
    pub fn set(&self, off: i64) {
        self.off.store(off, Relaxed);
    }

    fn shown(&self) -> UnixTime {
        UnixTime(self.time.unix().0.saturating_add_signed(self.off.load(Relaxed)))
    }
}

impl Computer for Calendar {
    fn forward(&self) -> Duration {
        Duration::from_millis(self.time.now())
    }

    fn calendar(&self) -> UnixTime {
        self.shown()
    }
}

impl Clock for Calendar {
    fn steady(&self) -> UnixTime {
        self.time.unix()
    }

    fn wall(&self) -> UnixTime {
        self.shown()
    }
}

pub const SECOND: Millis = 1000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;
const START: u64 = 1_800_000_000;
