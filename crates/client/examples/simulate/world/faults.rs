//! The faults, one at a time.

use super::{Weather, World};
use crate::time::{DAY, HOUR, MINUTE, Millis, SECOND};

impl World {
    /// Puts in a fault, as the weather has it.
    pub(super) fn fault(&mut self) {
        let side = self.dice.below(2) as usize;
        match (self.weather, self.dice.below(100)) {
            (Weather::Calm, _) | (_, 0..30) => self.cut(side),
            (_, 30..42) => {
                let seconds = self.dice.between(3, 60);
                self.part(side, seconds * SECOND, "partition of seconds");
            }
            (_, 42..44) => {
                let hours = self.dice.between(1, 5);
                self.part(side, hours * HOUR, "partition of hours");
            }
            (_, 44..64) => self.plan_kill(side),
            (_, 64..69) => {
                self.trace.fault("program ended");
                self.end_program(side);
                let most = *self.dice.pick(&[MINUTE, HOUR]);
                self.restart_at[side] = Some(self.now() + self.dice.below(most));
            }
            (_, 69..76) => {
                let off = self.jump();
                self.trace.fault("calendar of a client");
                self.people[side].calendar.set(off);
            }
            (_, 76..83) => self.restart(true, "relay restarted"),
            (_, 83..88) => self.restart(false, "relay lost its memory"),
            (Weather::Jumping | Weather::Lying, 88..93) => {
                let off = self.jump();
                self.trace.fault("relay's time of day");
                self.relay.lie_about_time(off);
            }
            (Weather::Crowded | Weather::Lying, _) => {
                let temper = self.weather.temper(&mut self.dice);
                self.relay.shelf.set(temper);
            }
            _ => self.cut(side),
        }
    }

    fn cut(&mut self, side: usize) {
        let wires = self.net.of(side);
        if !wires.is_empty() {
            let wire = *self.dice.pick(&wires);
            self.trace.fault("cut");
            let now = self.now();
            self.net.cut(wire, now, &mut self.dice);
        }
    }

    fn part(&mut self, side: usize, millis: Millis, kind: &'static str) {
        self.trace.fault(kind);
        let until = self.now() + millis;
        self.net.part(side, until);
    }

    fn restart(&mut self, keeps: bool, kind: &'static str) {
        self.trace.fault(kind);
        let until = self.now() + self.dice.below(MINUTE);
        self.relay.restart(until, keeps, &mut self.net);
        let temper = self.weather.temper(&mut self.dice);
        self.relay.shelf.set(temper);
    }

    /// By how many seconds a calendar is off: up to thirty days.
    fn jump(&mut self) -> i64 {
        let most = *self.dice.pick(&[HOUR, DAY, 30 * DAY]) / SECOND;
        let off = self.dice.between(1, most).cast_signed();
        if self.dice.percent(50) { -off } else { off }
    }
}
