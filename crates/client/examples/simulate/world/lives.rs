//! Programs that start, end and are killed.

use super::World;
use crate::book::Broken;
use crate::net::Way;
use crate::person::disk::Kill;
use crate::time::{MINUTE, SECOND};

impl World {
    /// A program was killed: what it had stored is known, and it comes back some time.
    pub(super) fn killed(&mut self, side: usize) -> Result<(), Broken> {
        self.trace.event(format_args!("{side} is killed"));
        self.stop(side);
        self.book.stored(side, self.people[side].disk.commits());
        let state = self.people[side].stored()?;
        self.book.learn(side, &state)?;
        let away = if self.is_healed { SECOND } else { *self.dice.pick(&[1, 5 * SECOND, MINUTE, 10 * MINUTE]) };
        self.restart_at[side] = Some(self.now() + away);
        Ok(())
    }

    /// Ends a program, at whatever it is.
    pub(super) fn stop(&mut self, side: usize) {
        self.heard[side].clear();
        self.book.was_cut_off(side);
        if let Some(wire) = self.people[side].stop() {
            let now = self.now();
            self.net.cut(wire, now, &mut self.dice);
            self.net.hang_up(wire, Way::Up, now);
        }
    }

    /// Starts a program, unless it runs.
    pub(super) fn start(&mut self, side: usize) -> Result<(), Broken> {
        let shows = self.dice.percent(50);
        let address = self.address.clone();
        if self.people[side].engine.is_none() {
            self.trace.event(format_args!("{side} starts, shows: {shows}"));
        }
        self.people[side].start(&address, shows)
    }

    /// Plans a kill of a program: at the disk, at the socket, or while it waits for an answer.
    pub(super) fn plan_kill(&mut self, side: usize) {
        let at = self.dice.between(1, 4);
        let kinds = [Kill::BeforeCommit, Kill::AfterCommit, Kill::BeforeSocket, Kill::BeforeAnswer];
        let names = ["kill before commit", "kill after commit", "kill before socket", "kill before answer"];
        let which = self.dice.below(4) as usize;
        self.trace.fault(names[which]);
        self.people[side].disk.plan(Some(kinds[which](at)));
    }

    /// A person ends a program; what it had not stored is gone.
    pub(super) fn end_program(&mut self, side: usize) {
        self.stop(side);
        self.book.stored(side, self.people[side].disk.commits());
    }
}
