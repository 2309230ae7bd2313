//! The relay's two clocks. Lives are measured by one that a correction of the time of day does not move; the time of day
//! goes into the welcome. Spec: relay, "Mailbox".

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use nightjar_protocol::keys::UnixTime;

/// Where a relay takes the time from.
pub trait Clock: Send + Sync + 'static {
    /// Measures lives: never goes back, never jumps.
    fn steady(&self) -> UnixTime;

    /// The time of day.
    fn wall(&self) -> UnixTime;
}

/// The system's clocks.
pub struct SystemClock {
    start: UnixTime,
    since: Instant,
}

impl SystemClock {
    /// Starts from the time of day.
    #[must_use]
    pub fn new() -> Self {
        Self { start: now(), since: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn steady(&self) -> UnixTime {
        self.start.plus(self.since.elapsed().as_secs())
    }

    fn wall(&self) -> UnixTime {
        now()
    }
}

fn now() -> UnixTime {
    UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
