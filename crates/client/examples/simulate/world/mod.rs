//! Two people, a relay and a network, on one clock: what happens next, and the promises after each step.

mod ends;
mod faults;
mod lives;
mod pairing;
mod talking;
mod weather;

use std::collections::BTreeMap;

use nightjar_client::engine::{LookUp, Notice};
use nightjar_protocol::conversation::{Event, Expiry};
use nightjar_protocol::invite::RelayAddress;
use tokio::runtime::{Builder, Runtime};

use crate::book::{Book, Broken, Pending};
use crate::dice::Dice;
use crate::net::Net;
use crate::person::wired::Around;
use crate::person::{Person, Ran};
use crate::relay::Relay;
use crate::time::{Millis, SECOND, Time};
use crate::trace::{Lines, Trace};
pub use weather::Weather;

/// A world.
pub struct World {
    runtime: Runtime,
    time: Time,
    pub dice: Dice,
    pub weather: Weather,
    pub net: Net,
    pub relay: Relay,
    pub people: [Person; 2],
    pub book: Book,
    pub trace: Trace,
    address: RelayAddress,
    /// When a program that was killed or ended is started again.
    restart_at: [Option<Millis>; 2],
    fault_at: Millis,
    /// Nothing goes wrong any more.
    is_healed: bool,
    /// What people were told and have not acted upon.
    heard: [Vec<Heard>; 2],
    serial: u64,
}

/// What a person acts upon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    Published,
    LookUp(LookUp),
}

impl World {
    /// The world of a seed.
    pub fn new(seed: u64, lines: Lines) -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let (time, mut dice) = (Time::default(), Dice::new(seed));
        let weather = Weather::of(&mut dice);
        let relay = Relay::new(&time, &mut dice);
        let people = [0, 1].map(|side| Person::new(side, &time, &mut dice));
        let mut trace = Trace::new(&time, lines);
        trace.event(format_args!("seed {seed}, weather {weather:?}"));
        Self {
            runtime,
            dice,
            weather,
            net: Net::default(),
            address: relay.address(),
            relay,
            people,
            book: Book::new(&time, weather.is_honest()),
            trace,
            time,
            restart_at: [None; 2],
            fault_at: 0,
            is_healed: false,
            heard: Default::default(),
            serial: 0,
        }
    }

    /// All that happens in it.
    pub fn run(&mut self) -> Result<(), Broken> {
        let runtime = self.runtime.handle().clone();
        let _entered = runtime.enter();
        self.fault_at = self.weather.next_fault(&mut self.dice);
        let temper = self.weather.temper(&mut self.dice);
        self.relay.shelf.set(temper);
        if self.pair()? {
            self.talk()?;
        }
        self.heal()?;
        self.end()
    }

    /// What happened, in numbers.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = self.book.counts();
        counts.insert("seconds of virtual time", self.now() / SECOND);
        counts.insert(self.weather.name(), 1);
        counts
    }

    /// What happened.
    pub fn into_trace(self) -> Trace {
        self.trace
    }

    /// Lets so much time go by.
    pub fn pass(&mut self, millis: Millis) -> Result<(), Broken> {
        let until = self.now() + millis;
        self.until(until, |_| false).map(drop)
    }

    /// Lets time go by until `is_over` says so; `false` if that was not before the moment `until`.
    pub fn until(&mut self, until: Millis, is_over: impl Fn(&Self) -> bool) -> Result<bool, Broken> {
        loop {
            self.settle()?;
            if is_over(self) {
                return Ok(true);
            }
            let now = self.now();
            if now >= until {
                return Ok(false);
            }
            let people = self.people.iter().filter_map(Person::due);
            let starts = self.restart_at.iter().flatten().copied();
            let fault = (!self.is_healed).then_some(self.fault_at);
            let all = people.chain(starts).chain(self.net.due()).chain(self.relay.due()).chain(fault);
            let next = all.min().unwrap_or(until).clamp(now + 1, until);
            self.time.pass(next - now);
            let wait = tokio::time::Duration::from_millis(next - now);
            // The clock of the runtime, by which engines measure their patience.
            let runtime = self.runtime.handle().clone();
            runtime.block_on(tokio::time::advance(wait));
        }
    }

    pub fn now(&self) -> Millis {
        self.time.now()
    }

    /// Does everything that is to be done at this moment.
    fn settle(&mut self) -> Result<(), Broken> {
        if !self.is_healed && self.fault_at <= self.now() {
            self.fault();
            self.fault_at = self.now() + self.weather.next_fault(&mut self.dice);
        }
        for _ in 0..ROUNDS_MOST {
            let first = self.dice.below(2) as usize;
            let mut moved = false;
            for side in [first, 1 - first] {
                moved |= self.step(side)?;
            }
            if self.relay.is_up() {
                moved |= self.relay.step(&mut self.net, &mut self.trace);
                for fault in self.relay.shelf.faults() {
                    self.trace.fault(fault);
                }
                if let Some(broken) = self.relay.shelf.broken() {
                    return Err(broken.to_owned());
                }
            }
            if !moved {
                return Ok(());
            }
        }
        Err("something goes on and on without any time going by".to_owned())
    }

    /// One person's program, and then its link.
    fn step(&mut self, side: usize) -> Result<bool, Broken> {
        if self.restart_at[side].is_some_and(|at| at <= self.now()) {
            self.restart_at[side] = None;
            self.start(side)?;
        }
        let before = self.people[side].disk.commits();
        let told = match self.people[side].run()? {
            None => return self.link(side),
            Some(Ran::Told(notices)) => notices,
            Some(Ran::Killed) => {
                self.killed(side)?;
                return Ok(true);
            }
        };
        let commits = self.people[side].disk.commits();
        self.book.stored(side, commits);
        if let Some(engine) = self.people[side].engine.as_ref().filter(|_| commits != before) {
            self.book.learn(side, engine.state())?;
        }
        self.book.check_copies(side, &self.people[side])?;
        let moved = !told.is_empty() || commits != before;
        for notice in &told {
            self.tell(side, notice)?;
        }
        self.book.check_screen(side)?;
        Ok(self.link(side)? || moved)
    }

    fn link(&mut self, side: usize) -> Result<bool, Broken> {
        if self.people[side].engine.is_none() {
            return Ok(false);
        }
        if self.people[side].disk.passes(false) {
            self.killed(side)?;
            return Ok(true);
        }
        let (now, is_served) = (self.now(), self.relay.is_up());
        let Self { net, dice, trace, people, relay, .. } = self;
        let mut laid = Vec::new();
        let mut around = Around { side, now, net, dice, trace, is_served, laid: &mut laid };
        let (moved, has_left) = people[side].link(&mut around);
        laid.into_iter().for_each(|wire| relay.accept(wire));
        if has_left && people[side].disk.passes(true) {
            self.killed(side)?;
        }
        Ok(moved)
    }

    /// A person hears something.
    fn tell(&mut self, side: usize, notice: &Notice) -> Result<(), Broken> {
        let heard = match notice {
            Notice::Message { event, text, .. } => {
                self.trace.event(format_args!("{side} hears {event:?}"));
                match (event, text) {
                    (Event::Received { id }, None) => return self.book.told_of(side, *id),
                    (Event::Received { id }, Some(text)) => {
                        self.book.told_of(side, *id)?;
                        return self.book.reads(side, *id, text);
                    }
                    (Event::Expired { id, expiry: Expiry::Late | Expiry::Incomplete }, _) => {
                        return self.book.was_late(side, *id);
                    }
                    (Event::Erased { id }, _) => return self.book.erased(side, *id),
                    _ => return Ok(()),
                }
            }
            Notice::Affair(event) => {
                self.trace.event(format_args!("{side} hears {event:?}"));
                return self.book.affair(side, event);
            }
            Notice::InvitePublished(_) => Heard::Published,
            Notice::LookUp(what) => Heard::LookUp(*what),
            Notice::Paired { standing, .. } => {
                self.trace.event(format_args!("{side} is paired: {standing:?}"));
                return Ok(());
            }
            Notice::Mismatch { owner, left } => {
                self.trace.event(format_args!("{side} hears of a mismatch, {left} left"));
                return self.book.mismatched(*owner, *left);
            }
            _ => return Ok(()),
        };
        self.trace.event(format_args!("{side} hears {heard:?}"));
        self.heard[side].push(heard);
        Ok(())
    }

    /// A person's deed, which holds once it is stored.
    fn does(&mut self, side: usize, what: Pending) {
        let commits = self.people[side].disk.commits();
        self.book.did(side, commits, what);
    }
}

/// Steps at one moment before it counts as going on for ever.
const ROUNDS_MOST: usize = 20_000;
