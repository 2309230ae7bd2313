//! A rate: so many at once, and so many a period after that. Spec: relay, "Quotas".
//!
//! What has been taken is kept as the one moment at which all of it will have come back (GCRA): eight bytes a bucket, no timer.

use std::time::Duration;

/// So many units a period. Of none there is no end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    units: u64,
    period: Duration,
    burst: u64,
}

/// What was taken at some [`Rate`] and has not come back yet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bucket {
    whole: Duration,
}

impl Rate {
    /// `units` a `period`, as many of them at once; 0 for no limit.
    pub const fn per(units: u64, period: Duration) -> Self {
        Self { units, period, burst: units }
    }

    /// The same with another number at once.
    pub const fn at_once(self, burst: u64) -> Self {
        Self { burst, ..self }
    }

    /// The same with no more than so many at once.
    pub const fn at_once_at_most(self, burst: u64) -> Self {
        if self.burst > burst { self.at_once(burst) } else { self }
    }

    /// So many times as much.
    pub const fn times(self, factor: u64) -> Self {
        Self { units: self.units.saturating_mul(factor), burst: self.burst.saturating_mul(factor), ..self }
    }

    /// How long `units` take to come back.
    fn cost(self, units: u64) -> Duration {
        let nanos = self.period.as_nanos() * u128::from(units);
        let cost = nanos.checked_div(u128::from(self.units)).unwrap_or(0);
        Duration::from_nanos(u64::try_from(cost).unwrap_or(u64::MAX))
    }
}

impl Bucket {
    /// Takes `units` now, if they are there within `patience`: how long to wait for them. `now` is measured from any moment,
    /// always the same.
    pub fn take(&mut self, rate: Rate, units: u64, now: Duration, patience: Duration) -> Option<Duration> {
        let whole = self.whole.max(now).saturating_add(rate.cost(units));
        let wait = whole.saturating_sub(now).saturating_sub(rate.cost(rate.burst));
        (wait <= patience).then(|| {
            self.whole = whole;
            wait
        })
    }

    /// Whether all that was taken has come back.
    pub fn is_whole(self, now: Duration) -> bool {
        self.whole <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;
    const RATE: Rate = Rate::per(60, Duration::from_secs(60));

    #[test]
    fn a_burst_is_given_and_then_one_a_second() {
        let (mut bucket, mut now) = (Bucket::default(), Duration::from_secs(1000));
        for _ in 0..60 {
            assert_eq!(bucket.take(RATE, 1, now, AT_ONCE), Some(AT_ONCE));
        }
        assert!(bucket.take(RATE, 1, now, AT_ONCE).is_none());
        now += Duration::from_millis(999);
        assert!(bucket.take(RATE, 1, now, AT_ONCE).is_none(), "a refusal takes nothing");
        now += Duration::from_millis(1);
        assert!(bucket.take(RATE, 1, now, AT_ONCE).is_some());
        assert!(bucket.take(RATE, 1, now, AT_ONCE).is_none() && !bucket.is_whole(now));
        assert!(bucket.is_whole(now + Duration::from_secs(60)));
        assert!(bucket.take(RATE, 60, now + Duration::from_secs(3600), AT_ONCE).is_some());
        assert!(
            bucket.take(RATE, 1, now + Duration::from_secs(3600), AT_ONCE).is_none(),
            "no more than a burst is kept"
        );
    }

    #[test]
    fn the_patient_are_told_how_long_and_are_served_in_their_order() {
        let (mut bucket, now, patience) = (Bucket::default(), Duration::from_secs(7), Duration::from_secs(2));
        let rate = RATE.at_once(1);
        let waits: Vec<_> = (0..5).map(|_| bucket.take(rate, 1, now, patience)).collect();
        assert_eq!(waits, [Some(AT_ONCE), Some(Duration::from_secs(1)), Some(patience), None, None]);
    }

    #[test]
    fn without_a_rate_there_is_no_limit() {
        let (mut bucket, rate) = (Bucket::default(), Rate::per(0, Duration::from_secs(1)));
        assert!((0..1000).all(|_| bucket.take(rate, u64::MAX, Duration::from_secs(1), AT_ONCE) == Some(AT_ONCE)));
    }
}
