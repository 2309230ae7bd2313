//! A person: a disk that survives, and now and then a program that runs on it, with the client's own engine.

pub mod disk;
pub mod wired;

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use nightjar_client::blobs::Blobs;
use nightjar_client::clock::Clock;
use nightjar_client::engine::{Carrier, Engine, Line, Notice, Showing, State, Surroundings};
use nightjar_client::random::Source;
use nightjar_client::vault::Vault;
use nightjar_protocol::invite::RelayAddress;
use zeroize::Zeroizing;

use crate::dice::Dice;
use crate::time::{Calendar, MINUTE, Millis, SECOND, Time};
use disk::Disk;
use wired::{Around, Wired};

/// A person.
pub struct Person {
    pub side: usize,
    pub disk: Disk,
    pub calendar: Calendar,
    pub engine: Option<Engine>,
    wired: Option<Wired>,
    lines: Lines,
    blobs: Blobs,
    time: Time,
    dice: Dice,
    /// When its program was started.
    since: Millis,
    /// When it last had something to do.
    active: Millis,
    /// There may be something for the engine to do before it would wake by itself.
    is_touched: bool,
    wakes: Millis,
    has_been_up: bool,
}

/// What a program that ran for a moment had to say.
pub enum Ran {
    /// Something, or nothing.
    Told(Vec<Notice>),
    /// It was killed by its disk.
    Killed,
}

/// Lines that an engine gave away and nobody has taken.
type Lines = Arc<Mutex<Vec<Line>>>;

struct Giver(Lines);

impl Carrier for Giver {
    fn carry(&mut self, line: Line) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

impl Person {
    pub fn new(side: usize, time: &Time, dice: &mut Dice) -> Self {
        Self {
            side,
            disk: Disk::default(),
            calendar: Calendar::new(time),
            engine: None,
            wired: None,
            lines: Lines::default(),
            blobs: Blobs::ephemeral(),
            time: time.clone(),
            dice: dice.fork(),
            since: 0,
            active: 0,
            is_touched: false,
            wakes: 0,
            has_been_up: false,
        }
    }

    /// Starts the program, unless it runs. It has to understand what it finds.
    pub fn start(&mut self, relay: &RelayAddress, shows: bool) -> Result<(), String> {
        if self.engine.is_some() {
            return Ok(());
        }
        let surroundings = Surroundings {
            clock: Clock::of(self.calendar.clone()),
            random: Source::new(self.dice.fork()),
            blobs: self.blobs.clone(),
            carrier: Box::new(Giver(Arc::clone(&self.lines))),
        };
        let vault = Vault::kept_by(self.disk.clone(), Zeroizing::new(self.disk.payload()));
        let opened = Engine::open_in(surroundings, vault);
        let mut engine =
            opened.map_err(|failure| format!("the vault of {} does not restore: {failure:?}", self.side))?;
        engine.show(if shows { Showing::Everybody } else { Showing::Nobody });
        engine.transfer_files(true, true);
        engine.connect(relay);
        self.engine = Some(engine);
        self.since = self.time.now();
        (self.active, self.is_touched) = (self.since, true);
        Ok(())
    }

    /// The program ends, however it may be: what is not on the disk is gone.
    pub fn stop(&mut self) -> Option<u64> {
        (self.engine, self.has_been_up) = (None, false);
        self.disk.plan(None);
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.wired.take().and_then(|wired| wired.wire())
    }

    /// The engine, for its person to do something with.
    pub fn engine_mut(&mut self) -> Option<&mut Engine> {
        self.is_touched = true;
        self.engine.as_mut()
    }

    /// Lets the engine do what there is to do; `None` if there is nothing.
    pub fn run(&mut self) -> Result<Option<Ran>, String> {
        let is_due = self.is_touched || self.wakes <= self.time.now();
        let Some(engine) = self.engine.as_mut().filter(|_| is_due) else { return Ok(None) };
        self.is_touched = false;
        let ran = match poll(engine.next()) {
            Some(Ok(notices)) => {
                // There may be more.
                (self.active, self.is_touched) = (self.time.now(), true);
                Ran::Told(notices)
            }
            None => Ran::Told(Vec::new()),
            Some(Err(_)) if self.disk.was_killed() => Ran::Killed,
            Some(Err(failure)) => return Err(format!("the engine of {} fails: {failure:?}", self.side)),
        };
        self.wakes = self.wake();
        Ok(Some(ran))
    }

    /// Lets the link do what there is to do: whether there was anything, and whether requests left.
    pub fn link(&mut self, around: &mut Around<'_>) -> (bool, bool) {
        if self.wired.is_none() {
            let line = self.lines.lock().unwrap_or_else(PoisonError::into_inner).pop();
            self.wired = line.map(|line| Wired::new(line, self.dice.fork()));
        }
        let (moved, left) = self.wired.as_mut().map_or((false, false), |wired| wired.step(around));
        if moved {
            self.active = self.time.now();
        }
        self.is_touched |= moved;
        self.has_been_up |= self.is_up();
        (moved, left)
    }

    /// Whether the program may go by its clock: the relay was asked for the time, or could not be for too long.
    pub fn may_trust_its_clock(&self) -> bool {
        self.engine.is_some() && (self.has_been_up || self.time.now() >= self.since + PATIENCE)
    }

    /// Whether it has had the time to act by it, too.
    pub fn trusts_its_clock(&self) -> bool {
        self.may_trust_its_clock() && (self.has_been_up || self.time.now() >= self.since + PATIENCE + SECOND)
    }

    pub fn is_up(&self) -> bool {
        self.wired.as_ref().is_some_and(Wired::is_up)
    }

    /// What is on the disk.
    pub fn stored(&self) -> Result<State, String> {
        State::decode(&self.disk.payload()).map_err(|error| format!("the vault of {} is damaged: {error}", self.side))
    }

    /// The one contact, if there is one yet.
    pub fn contact(&self) -> Option<u64> {
        self.engine.as_ref()?.state().contacts.keys().next().copied()
    }

    /// When there is something to do by itself.
    pub fn due(&self) -> Option<Millis> {
        let link = self.wired.as_ref().map_or(0, |wired| wired.due(self.time.now()));
        self.engine.is_some().then(|| self.wakes.min(link))
    }

    /// When the engine would have itself woken, but seldom while nothing goes on.
    fn wake(&self) -> Millis {
        let (Some(engine), now) = (&self.engine, self.time.now()) else { return Millis::MAX };
        let (state, time) = (engine.state(), engine.now());
        let conversations = state.contacts.values().filter_map(|it| it.conversation.next_due());
        let invitations = state.invitations.values().map(|it| it.inviter.expires());
        let joinings = state.joinings.values().map(|it| it.joiner.expires());
        let all = conversations.chain(invitations).chain(joinings).chain(state.ledger.next_due());
        let wait = all.map(|due| due.since(time).max(1) * SECOND).min().unwrap_or(Millis::MAX);
        let is_busy = now < self.active + 30 * SECOND || (self.is_up() && !engine.is_sent());
        let most = match is_busy {
            _ if !engine.knows_time() => SECOND,
            true => 3 * SECOND,
            false => MINUTE,
        };
        now + wait.min(most)
    }
}

/// What a future comes to now; `None` if it waits.
fn poll<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

/// After this long a program goes by a clock that it could not compare.
const PATIENCE: Millis = 5 * SECOND;
