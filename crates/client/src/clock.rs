//! The local clock, and how far the relay's is from it. The machines of the protocol take the time as an argument.
//!
//! This computer's time of day is read once. From then on a clock counts that nobody sets: a correction in the middle of
//! a conversation neither erases anything early nor keeps it longer. While a computer sleeps that clock may stand still;
//! the link is lost then, and the relay tells the time anew.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use nightjar_protocol::keys::UnixTime;

/// Tells the time in seconds, corrected by what the relay said its clock shows.
pub struct Clock {
    start: UnixTime,
    since: Instant,
    /// What to add to the steady clock, in seconds.
    shift: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { start: local(), since: Instant::now(), shift: AtomicI64::new(0) }
    }
}

impl Clock {
    /// The present, in the relay's time as far as it is known.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        shifted(self.steady(), self.shift.load(Ordering::Relaxed))
    }

    /// Takes over the relay's time: `now` follows it from here on. Returns the offset in seconds, positive when this
    /// computer's clock is behind.
    pub fn follow(&self, relay: UnixTime) -> i64 {
        self.shift.store(difference(relay, self.steady()), Ordering::Relaxed);
        difference(relay, local())
    }

    /// Takes up the offset that was kept since the last time.
    pub fn set_offset(&self, offset: i64) {
        self.shift.store(difference(shifted(local(), offset), self.steady()), Ordering::Relaxed);
    }

    /// Whether an offset is worth a warning to the person.
    #[must_use]
    pub const fn is_skewed(offset: i64) -> bool {
        offset.unsigned_abs() > SKEW_TOLERATED
    }

    fn steady(&self) -> UnixTime {
        self.start.plus(self.since.elapsed().as_secs())
    }
}

/// What this computer's clock shows; zero if it is set before 1970.
fn local() -> UnixTime {
    UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn shifted(time: UnixTime, by: i64) -> UnixTime {
    UnixTime(time.0.saturating_add_signed(by))
}

fn difference(a: UnixTime, b: UnixTime) -> i64 {
    let magnitude = i64::try_from(a.since(b).max(b.since(a))).unwrap_or(i64::MAX);
    if a >= b { magnitude } else { -magnitude }
}

/// A difference between the two clocks, in seconds, that nobody needs to hear of.
const SKEW_TOLERATED: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_a_relay_ahead_and_behind() {
        for offset in [-86_400_i64 * 30, 0, 86_400 * 30] {
            let clock = Clock::default();
            let relay = UnixTime(local().0.saturating_add_signed(offset));
            let told = clock.follow(relay);
            assert!((told - offset).abs() <= 1);
            assert!(difference(clock.now(), relay).abs() <= 1);
            assert_eq!(Clock::is_skewed(told), offset != 0);
            let next = Clock::default();
            next.set_offset(told);
            assert!(difference(next.now(), relay).abs() <= 2);
        }
    }

    #[test]
    fn a_correction_of_the_local_clock_moves_nothing() {
        // As after a correction by an hour: what was read at the start is not what would be read now.
        let clock = Clock { start: shifted(local(), -3600), ..Clock::default() };
        let relay = shifted(local(), 500);
        let told = clock.follow(relay);
        assert!((told - 500).abs() <= 1, "the offset kept for the next run is from the clock as it is now");
        assert!(difference(clock.now(), relay).abs() <= 1);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let clock = Clock::default();
        assert!(clock.follow(UnixTime(u64::MAX)) > 0);
        assert!(clock.now() > local());
    }
}
