//! Who may come in, and how much all of them may hold. Spec: relay, "Life of a connection", "Networks" and "Quotas".
//!
//! ```text
//! accept ─ Gate::admit(address) → Guest ─ hello → Guest::seat → Seat ─ a frame → stays
//!          (networks)             (a line)         (room, rate)  (a line)
//! ```
//! The gate alone sees a client's address, keeps it nowhere, and has nothing that could print one.

mod descriptors;
mod ledger;
mod line;
mod networks;

pub(crate) use descriptors::{Room, raise_files};
pub(crate) use ledger::Account;
pub(crate) use line::Place;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use crate::bucket::{Bucket, Rate};
use crate::config::{Quotas, Timeouts};
use crate::live::Live;
use ledger::Ledger;
use line::Line;
use networks::{Allowance, Networks, Presence};

/// The way in.
pub(crate) struct Gate {
    since: Instant,
    networks: Arc<Networks>,
    arrivals: Mutex<Bucket>,
    hellos: Mutex<Bucket>,
    hello_rate: Live<Rate>,
    patience: Duration,
    room: Arc<Semaphore>,
    /// Those who have not said hello.
    silent: Arc<Line>,
    /// Those who have, and nothing since.
    quiet: Arc<Line>,
    ledger: Arc<Ledger>,
}

/// Why somebody does not come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// The relay serves as many as it may, or its buffers are spent.
    Busy,
    /// The network has as many connections as it may, or comes too often.
    Network,
}

/// A connection that has not said hello.
pub(crate) struct Guest {
    gate: Arc<Gate>,
    presence: Presence,
    place: Place,
}

/// A connection that counts as one.
pub(crate) struct Seat {
    gate: Arc<Gate>,
    presence: Presence,
    /// Its place among those who have said nothing since their hello, until its first frame.
    pub quiet: Option<Place>,
    /// What its buffers hold.
    pub account: Account,
    _permit: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate for so many connections at a time as the quotas say and `room` allows.
    pub fn new(quotas: &Quotas, timeouts: &Timeouts, room: Room) -> Self {
        let period = KEY_PERIOD.max(timeouts.idle.duration() * 2);
        Self {
            since: Instant::now(),
            networks: Arc::new(Networks::new(allowance(quotas), period)),
            arrivals: Mutex::default(),
            hellos: Mutex::default(),
            hello_rate: Live::new(hello_rate(quotas)),
            patience: timeouts.hello.duration() / 2,
            room: Arc::new(Semaphore::new(room.connections)),
            silent: Arc::new(Line::new(room.newcomers)),
            quiet: Arc::new(Line::new(usize::MAX)),
            ledger: Arc::new(Ledger::new(usize::try_from(quotas.connection_bytes).unwrap_or(usize::MAX))),
        }
    }

    /// Takes other rates and shares for those to come. What there is room for stays as it is.
    pub fn adopt(&self, quotas: &Quotas) {
        self.hello_rate.replace(hello_rate(quotas));
        self.networks.adopt(allowance(quotas));
    }

    /// Lets a new connection wait for its hello.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Guest, Refused> {
        let now = self.now();
        let has_room = self.room.available_permits() > 0 || self.quiet.could_make_way(now.saturating_sub(QUIET));
        if !has_room || !self.ledger.has_room(LEAST_ROOM) {
            return Err(Refused::Busy);
        }
        let presence = self.networks.admit(address, now).ok_or(Refused::Network)?;
        Ok(Guest { gate: Arc::clone(self), presence, place: self.silent.join(now) })
    }

    /// A place for one that is told why it cannot stay: among the silent, for it is not heard any more.
    pub fn show_out(&self) -> Place {
        self.silent.join(self.now())
    }

    /// Sends the silent connection that came first away, so that its descriptor is free.
    pub fn make_way(&self) {
        self.silent.make_way(Duration::MAX);
    }

    /// What is due from time to time: a new key for the networks.
    pub fn tidy(&self) {
        self.networks.tidy(self.now());
    }

    /// Bytes that connections hold.
    pub fn held(&self) -> usize {
        self.ledger.held()
    }

    /// How long to let the next connection wait in the system's queue: accepting has its rate, too, so that those who are
    /// not let in cost little.
    pub fn pause(&self) -> Duration {
        self.turn(&self.arrivals, self.hello_rate.now().times(ACCEPTED_PER_HELLO), Duration::MAX).unwrap_or_default()
    }

    /// A turn: how long to wait for it; `None` if that is too long.
    fn turn(&self, bucket: &Mutex<Bucket>, rate: Rate, patience: Duration) -> Option<Duration> {
        bucket.lock().unwrap_or_else(PoisonError::into_inner).take(rate, 1, self.now(), patience)
    }

    /// Room for one connection more; if there is none, that of one that has said nothing for long since its hello.
    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
            return Some(permit);
        }
        if !self.quiet.make_way(self.now().saturating_sub(QUIET)) {
            return None;
        }
        timeout(SECOND, Arc::clone(&self.room).acquire_owned()).await.ok()?.ok()
    }

    /// Time since the gate was made.
    pub fn now(&self) -> Duration {
        self.since.elapsed()
    }
}

impl Guest {
    /// Returns when it has to go, because too many came after it.
    pub async fn lost(&mut self) {
        self.place.lost().await;
    }

    /// It has said hello: waits for its turn and takes a seat. `None` if that would take too long, or there is none.
    pub async fn seat(self) -> Option<Seat> {
        let Self { gate, presence, place } = self;
        // It is not silent any more, and is not to be taken for one while it waits for us.
        drop(place);
        let permit = gate.permit().await?;
        let rate = gate.hello_rate.now().at_once_at_most(HELLOS_AT_ONCE);
        sleep(gate.turn(&gate.hellos, rate, gate.patience)?).await;
        let (quiet, account) = (Some(gate.quiet.join(gate.now())), gate.ledger.open());
        Some(Seat { gate, presence, quiet, account, _permit: permit })
    }
}

impl Seat {
    /// Counts it anew under a new key, if there is one; only then `address` is asked for.
    pub fn renew(&mut self, address: impl FnOnce() -> Option<IpAddr>) {
        self.gate.networks.renew(&mut self.presence, address, self.gate.now());
    }
}

/// Returns when somebody in a line has to go; never for who is in none.
pub(crate) async fn lost(place: &mut Option<Place>) {
    match place {
        Some(place) => place.lost().await,
        None => std::future::pending().await,
    }
}

fn allowance(quotas: &Quotas) -> Allowance {
    let (connections, arrivals) = (quotas.connections_per_network, quotas.arrivals_per_minute);
    Allowance { connections, arrivals, loopback: quotas.limit_loopback }
}

fn hello_rate(quotas: &Quotas) -> Rate {
    Rate::per(quotas.hellos_per_second.into(), SECOND)
}

/// Handshakes at once: four milliseconds of a processor, which is what they may delay everybody else.
const HELLOS_AT_ONCE: u64 = 16;
/// Connections accepted for each that can shake hands.
const ACCEPTED_PER_HELLO: u64 = 4;
const SECOND: Duration = Duration::from_secs(1);
/// How long a key for the networks is used.
const KEY_PERIOD: Duration = Duration::from_secs(300);
/// How long after its hello a connection may say nothing before it has to make way: two ways there and back on a link as
/// slow as they come.
const QUIET: Duration = Duration::from_secs(5);
/// Bytes of buffers that have to be free for one more to come in.
const LEAST_ROOM: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn gate(change: impl FnOnce(&mut Quotas)) -> Arc<Gate> {
        let mut quotas = Quotas::default();
        change(&mut quotas);
        Arc::new(Gate::new(&quotas, &Timeouts::default(), Room::within(&quotas, None)))
    }

    #[tokio::test(start_paused = true)]
    async fn hellos_take_their_turns_and_beyond_the_patience_there_is_no_room() {
        let gate = gate(|quotas| quotas.hellos_per_second = 2);
        let start = Instant::now();
        let guests: Vec<_> = (0..20).map(|_| gate.admit(HERE).unwrap()).collect();
        let seats: Vec<_> = guests.into_iter().map(|guest| tokio::spawn(guest.seat())).collect();
        let mut waited = Vec::new();
        for seat in seats {
            waited.push(seat.await.unwrap().map(|seat| (start.elapsed().as_millis() / 10 * 10, drop(seat)).0));
        }
        assert_eq!(waited[..4], [Some(0), Some(0), Some(500), Some(1000)]);
        assert_eq!(waited[11], Some(5000), "half the time for a hello");
        assert!(waited[12..].iter().all(Option::is_none), "{waited:?}");
        assert_eq!(gate.room.available_permits(), Quotas::default().connections as usize, "no seat is lost");
    }

    #[tokio::test(start_paused = true)]
    async fn accepting_has_its_rate_too() {
        let gate = gate(|quotas| quotas.hellos_per_second = 2);
        let pauses: Vec<_> = (0..10).map(|_| gate.pause().as_millis()).collect();
        assert_eq!(pauses, [0, 0, 0, 0, 0, 0, 0, 0, 125, 250]);
    }

    #[tokio::test(start_paused = true)]
    async fn other_rates_and_shares_hold_from_then_on() {
        let gate = gate(|quotas| quotas.hellos_per_second = 1);
        assert!((0..4).all(|_| gate.pause().is_zero()) && !gate.pause().is_zero());
        let held = gate.admit(HERE).unwrap();
        let quotas = Quotas { limit_loopback: true, connections_per_network: 1, ..Quotas::default() };
        gate.adopt(&quotas);
        tokio::time::advance(SECOND).await;
        assert!((0..100).all(|_| gate.pause().is_zero()));
        let second = gate.admit(HERE).ok();
        assert!(second.is_some() && gate.admit(HERE).err() == Some(Refused::Network), "the first was not counted");
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn who_said_nothing_since_the_hello_makes_way_and_who_did_stays() {
        let gate = gate(|quotas| quotas.connections = 2);
        let mut first = gate.admit(HERE).unwrap().seat().await.unwrap();
        let mut second = gate.admit(HERE).unwrap().seat().await.unwrap();
        let late = gate.admit(HERE).err();
        assert_eq!(late, Some(Refused::Busy), "they may be about to speak");
        first.quiet = None;
        tokio::time::advance(QUIET + Duration::from_millis(1)).await;
        let third = tokio::spawn(gate.admit(HERE).unwrap().seat());
        lost(&mut second.quiet).await;
        drop(second);
        let third = third.await.unwrap().expect("the second's place");
        assert!(timeout(SECOND, lost(&mut first.quiet)).await.is_err());
        assert_eq!(gate.admit(HERE).err(), Some(Refused::Busy), "the third has not had its time");
        drop((first, third));
        assert!(gate.admit(HERE).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_comes_in_while_the_buffers_are_spent() {
        let gate = gate(|quotas| quotas.connection_bytes = 1 << 20);
        let mut seat = gate.admit(HERE).unwrap().seat().await.unwrap();
        assert!(seat.account.book((1 << 20) - LEAST_ROOM) && gate.admit(HERE).is_ok());
        assert!(seat.account.book((1 << 20) - LEAST_ROOM + 1));
        assert_eq!((gate.admit(HERE).err(), gate.held()), (Some(Refused::Busy), (1 << 20) - LEAST_ROOM + 1));
        drop(seat);
        assert!(gate.admit(HERE).is_ok() && gate.held() == 0);
    }
}
