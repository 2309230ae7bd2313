//! The time, as the protocol wants it: the relay's, moved on by a clock that only goes forward. Spec: messages, "Clocks".
//!
//! The calendar of this computer is asked once, at the start, and corrected by what the relay's was known to differ by.
//! After that nobody who sets the calendar moves a deadline.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nightjar_protocol::keys::UnixTime;

/// Tells the time in seconds.
pub struct Clock {
    anchor: Mutex<Anchor>,
    computer: Box<dyn Computer>,
}

/// What a computer knows of the time.
pub trait Computer: Send + Sync {
    /// A clock that nobody can set, from any beginning.
    fn forward(&self) -> Duration;

    /// The calendar, which anybody can set.
    fn calendar(&self) -> UnixTime;
}

/// The computer that this program runs on.
struct ThisComputer;

/// What the time was, and what the forward clock showed then.
#[derive(Clone, Copy)]
struct Anchor {
    time: UnixTime,
    at: Duration,
}

impl Default for Clock {
    fn default() -> Self {
        Self::of(ThisComputer)
    }
}

impl Clock {
    /// Begins with what this computer's calendar shows.
    #[must_use]
    pub fn of(computer: impl Computer + 'static) -> Self {
        let anchor = Anchor { time: computer.calendar(), at: computer.forward() };
        Self { anchor: Mutex::new(anchor), computer: Box::new(computer) }
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        let anchor = *self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        anchor.time.plus(self.computer.forward().saturating_sub(anchor.at).as_secs())
    }

    /// Takes over the relay's time. Returns its difference from this computer's calendar in seconds, positive when the
    /// calendar is behind.
    pub fn follow(&self, relay: UnixTime) -> i64 {
        self.anchor(relay);
        difference(relay, self.computer.calendar())
    }

    /// Takes up the difference that was kept since the last time.
    pub fn set_offset(&self, offset: i64) {
        self.anchor(shifted(self.computer.calendar(), offset));
    }

    fn anchor(&self, time: UnixTime) {
        let at = self.computer.forward();
        *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = Anchor { time, at };
    }

    /// Whether an offset is worth a warning to the person.
    #[must_use]
    pub const fn is_skewed(offset: i64) -> bool {
        offset.unsigned_abs() > SKEW_TOLERATED
    }
}

impl Computer for ThisComputer {
    fn forward(&self) -> Duration {
        forward()
    }

    fn calendar(&self) -> UnixTime {
        local()
    }
}

/// A clock that nobody can set and that goes on while the computer sleeps.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn forward() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// A clock that nobody can set. Whether it goes on while the computer sleeps is the system's choice; the next greeting of
/// a relay sets it right.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn forward() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// What this computer's calendar shows; zero if it is set before 1970.
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
        let clock = Clock::default();
        clock.set_offset(-3600);
        assert!(difference(clock.now(), shifted(local(), -3600)).abs() <= 1);
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
