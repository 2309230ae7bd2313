//! The end of a world: what lives arrives, and then nothing is left.

use nightjar_client::engine::State;
use nightjar_protocol::keys::UnixTime;

use super::World;
use crate::book::Broken;
use crate::person::Person;
use crate::time::{DAY, MINUTE, Millis};

impl World {
    /// Nothing goes wrong any more: what lives arrives within a while.
    pub(super) fn heal(&mut self) -> Result<(), Broken> {
        self.trace.event(format_args!("all is well from here on"));
        self.is_healed = true;
        self.net.heal();
        self.relay.shelf.set(Default::default());
        self.relay.lie_about_time(0);
        self.restart_at = [None; 2];
        if !self.book.is_honest {
            // Whoever has heard a false time hears the right one, and keeps nothing for longer than a lifetime from here on.
            let now = self.now();
            self.relay.restart(now, true, &mut self.net);
        }
        for side in [0, 1] {
            self.people[side].disk.plan(None);
            self.people[side].calendar.set(0);
            self.start(side)?;
        }
        self.pass(HEALING)?;
        let states = [self.people[0].stored()?, self.people[1].stored()?];
        self.book.check_both(&states[0], &states[1])?;
        if self.book.is_honest { self.check_liveness(&states) } else { Ok(()) }
    }

    fn check_liveness(&self, states: &[State; 2]) -> Result<(), Broken> {
        if states.iter().all(|state| state.contacts.len() == 1) {
            self.book.check_arrived(states)?;
        }
        match self.people.iter().all(Person::is_up) {
            true => Ok(()),
            false => Err("a link does not come back".to_owned()),
        }
    }

    /// Everything has had its time: nothing is left of it.
    pub(super) fn end(&mut self) -> Result<(), Broken> {
        for side in [0, 1] {
            self.stop(side);
        }
        self.pass(8 * DAY)?;
        for side in [0, 1] {
            self.start(side)?;
        }
        self.pass(MINUTE)?;
        for side in [0, 1] {
            let payload = self.people[side].disk.payload();
            self.book.check_nothing_left(side, &payload)?;
            let contacts = self.people[side].stored()?.contacts;
            if contacts.values().any(|it| it.conversation.messages(UnixTime(0)).next().is_some()) {
                return Err(format!("a message is left at {side}"));
            }
            self.stop(side);
        }
        self.pass(8 * DAY)?;
        match self.relay.cells() {
            0 => Ok(()),
            cells => Err(format!("{cells} cells are left at the relay")),
        }
    }
}

/// Within this long after all is well, what lives has arrived and is known to have.
const HEALING: Millis = 5 * MINUTE;
