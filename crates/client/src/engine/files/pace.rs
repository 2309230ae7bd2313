//! How many cells of attachments are under way to a relay: as many as the link takes without a text having to wait behind
//! them for long. Spec: attachments, "Delivery".

use tokio::time::Duration;

/// The window of one connection.
pub(in crate::engine) struct Pace {
    window: u32,
    in_flight: u32,
    /// The quickest answer: what the way there and back takes when nothing is before it.
    least: Duration,
    /// Answers to cells that were under way when the window was last changed: they say nothing new of it.
    settling: u32,
    /// A queue was seen: from here on the window grows by one at a time.
    is_full: bool,
}

impl Pace {
    pub(in crate::engine) const fn new() -> Self {
        Self { window: FIRST, in_flight: 0, least: Duration::MAX, settling: 0, is_full: false }
    }

    /// Whether one more may leave.
    pub(in crate::engine) const fn has_room(&self) -> bool {
        self.in_flight < self.window
    }

    pub(in crate::engine) const fn left(&mut self) {
        self.in_flight += 1;
    }

    /// The relay answered to a cell after this time.
    pub(in crate::engine) fn answered(&mut self, after: Duration) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.least = self.least.min(after);
        self.settling = self.settling.saturating_sub(1);
        let queued = after.saturating_sub(self.least);
        self.is_full |= queued > SHORT;
        if queued > LONG && self.settling == 0 {
            (self.window, self.settling) = ((self.window / 2).max(LEAST), self.in_flight);
        } else if queued < SHORT && (self.settling == 0 || !self.is_full) {
            (self.window, self.settling) = ((self.window + 1).min(MOST), self.in_flight);
        }
    }
}

const FIRST: u32 = 8;
/// Below two, a link would rest while an answer is under way.
const LEAST: u32 = 2;
/// A megabyte.
const MOST: u32 = 256;
/// A cell that waited for less than this behind others lets one more leave.
const SHORT: Duration = Duration::from_millis(250);
/// One that waited for longer halves what is under way.
const LONG: Duration = Duration::from_millis(750);

#[cfg(test)]
mod tests {
    use super::*;

    /// A link that takes `rate` cells a second and `way` both ways: the longest that a text would have waited, after a
    /// while, and the share of the link that was used.
    fn run(rate: f64, way: f64) -> (f64, f64) {
        let (mut pace, mut now, mut free, mut sent) = (Pace::new(), 0.0_f64, 0.0_f64, 0);
        let (mut under_way, mut longest) = (std::collections::VecDeque::new(), 0.0_f64);
        while now < 120.0 {
            while pace.has_room() {
                free = free.max(now) + 1.0 / rate;
                under_way.push_back((now, free + way));
                pace.left();
            }
            if now > 60.0 {
                longest = longest.max(free - now);
            }
            let (left, back) = under_way.pop_front().unwrap();
            now = back;
            sent += u32::from(now > 60.0);
            pace.answered(Duration::from_secs_f64(now - left));
        }
        (longest, f64::from(sent) / rate / 60.0)
    }

    #[test]
    fn a_text_waits_for_about_a_second_and_the_link_is_used() {
        // 2G, a poor cell phone's, a telephone line far away, the same through three relays, a good line.
        for (rate, way) in [(3.0, 0.8), (12.0, 0.3), (30.0, 0.1), (30.0, 2.0), (1000.0, 0.05)] {
            let (longest, used) = run(rate, way);
            assert!(longest <= 1.1 + LEAST as f64 / rate, "{rate} cells a second, {way} s: {longest} s");
            assert!(used > 0.9, "{rate} cells a second, {way} s: {used}");
        }
    }
}
