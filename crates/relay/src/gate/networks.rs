//! How many connections a network has and how often it comes, without its address. Spec: relay, "Networks".
//!
//! A network is counted under a keyed hash (SipHash) of its prefix. The key is drawn anew every few minutes and the former
//! one is kept as long again; who is still connected then is counted anew under the new one, from what its socket says, and
//! what was counted under older keys is erased. So no table, and no memory that was freed, tells of who came earlier.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nightjar_protocol::keys::Random;
use zeroize::{Zeroize, Zeroizing};

use crate::bucket::{Bucket, Rate};
use crate::key::OsRandom;
use crate::live::Live;

/// What one network may have.
#[derive(Clone, Copy)]
pub(super) struct Allowance {
    /// Connections at a time.
    pub connections: u32,
    /// New connections a minute, as many of them at once; 0 for no limit.
    pub arrivals: u32,
    /// Whether this machine is a network, too.
    pub loopback: bool,
}

/// The networks that have connections, or had some lately.
pub(super) struct Networks {
    allowance: Live<Allowance>,
    /// How long a key is used: longer than connections take to ask [`Networks::renew`].
    period: Duration,
    /// How many keys were drawn: tells stale counts from others without the lock.
    drawn: AtomicU64,
    table: Mutex<Table>,
}

struct Table {
    /// Under the present key, and under the former.
    present: Generation,
    former: Generation,
    since: Duration,
    swept: Duration,
}

struct Generation {
    number: u64,
    key: Key,
    counts: HashMap<u64, Count>,
}

/// The first bytes of an address, then zeros, then how many they are.
type Prefix = Zeroizing<[u8; 17]>;

/// Two keys for one hash: the standard library's own, and one that is not derived from any before it.
struct Key(RandomState, Zeroizing<[u8; 16]>);

#[derive(Clone, Copy, Default)]
struct Count {
    open: u32,
    arrivals: Bucket,
}

/// One connection, counted in its networks until it is dropped.
pub(crate) struct Presence {
    networks: Arc<Networks>,
    generation: u64,
    marks: [Option<u64>; RINGS],
}

impl Networks {
    pub fn new(allowance: Allowance, period: Duration) -> Self {
        let table = Table {
            present: Generation::draw(2),
            former: Generation::draw(1),
            since: Duration::ZERO,
            swept: Duration::ZERO,
        };
        Self { allowance: Live::new(allowance), period, drawn: AtomicU64::new(2), table: Mutex::new(table) }
    }

    /// Takes another allowance, for those to come.
    pub fn adopt(&self, allowance: Allowance) {
        self.allowance.replace(allowance);
    }

    /// Counts a new connection; `None` if its network has as many as it may, or comes too often.
    pub fn admit(self: &Arc<Self>, address: IpAddr, now: Duration) -> Option<Presence> {
        let (allowance, mut table) = (self.allowance.now(), self.table());
        let mut counted = [None; RINGS];
        for ((prefix, factor), place) in self.prefixes(address).iter().zip(FACTORS).zip(&mut counted) {
            let Some(prefix) = prefix else { continue };
            let (mark, mut count) = table.look_up(prefix);
            let arrivals = Rate::per(allowance.arrivals.into(), MINUTE).times(factor.into());
            count.arrivals.take(arrivals, 1, now, Duration::ZERO)?;
            if count.open >= allowance.connections.saturating_mul(factor) {
                return None;
            }
            *place = Some((mark, count.arrivals));
        }
        let marks = table.enter(counted, now);
        Some(Presence { networks: Arc::clone(self), generation: table.present.number, marks })
    }

    /// Counts a connection anew if a key was drawn since it was counted. Only then `address` is asked for.
    pub fn renew(&self, presence: &mut Presence, address: impl FnOnce() -> Option<IpAddr>, now: Duration) {
        if presence.generation == self.drawn.load(Relaxed) {
            return;
        }
        let Some(address) = address() else { return };
        let mut table = self.table();
        table.leave(presence.generation, &mut presence.marks);
        let counted = self.prefixes(address).map(|prefix| {
            let (mark, count) = table.look_up(&prefix?);
            Some((mark, count.arrivals))
        });
        presence.marks = table.enter(counted, now);
        presence.generation = table.present.number;
    }

    /// Draws a new key if it is time, and erases what was counted under the key before the last.
    pub fn tidy(&self, now: Duration) {
        let mut table = self.table();
        if now.saturating_sub(table.since) < self.period {
            return;
        }
        let number = table.present.number + 1;
        table.former = std::mem::replace(&mut table.present, Generation::draw(number));
        table.since = now;
        self.drawn.store(number, Relaxed);
    }

    /// The networks of an address, the narrow one first; none for this machine, unless it is to be counted.
    fn prefixes(&self, address: IpAddr) -> [Option<Prefix>; RINGS] {
        let address = address.to_canonical();
        if address.is_loopback() && !self.allowance.now().loopback {
            return [const { None }; RINGS];
        }
        let (mut bytes, lengths) = ([0; 17], if address.is_ipv4() { [4, 3] } else { [8, 6] });
        match address {
            IpAddr::V4(address) => bytes[..4].copy_from_slice(&address.octets()),
            IpAddr::V6(address) => bytes[..16].copy_from_slice(&address.octets()),
        }
        lengths.map(|length: u8| {
            let mut prefix = Zeroizing::new(bytes);
            prefix[usize::from(length)..].zeroize();
            prefix[16] = length;
            Some(prefix)
        })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Whether one more network can be counted: beyond that, those that have nothing any more are forgotten first.
    fn has_room(&mut self, now: Duration) -> bool {
        let full = |table: &Self| table.present.counts.len() + RINGS > NETWORKS_MOST;
        if full(self) && now.saturating_sub(self.swept) >= SWEEP {
            self.swept = now;
            self.present.counts.retain(|_, count| count.open > 0 || !count.arrivals.is_whole(now));
        }
        !full(self)
    }

    /// A network's mark under the present key, and what it has under both.
    fn look_up(&self, prefix: &Prefix) -> (u64, Count) {
        let mark = self.present.key.mark(prefix);
        let former = self.former.counts.get(&self.former.key.mark(prefix)).copied().unwrap_or_default();
        let present = self.present.counts.get(&mark).copied();
        let open = former.open + present.map_or(0, |count| count.open);
        (mark, Count { open, arrivals: present.unwrap_or(former).arrivals })
    }

    /// Counts one connection in its networks; not at all in one for which there is no room.
    fn enter(&mut self, counted: [Option<(u64, Bucket)>; RINGS], now: Duration) -> [Option<u64>; RINGS] {
        let room = self.has_room(now);
        counted.map(|counted| {
            let (mark, arrivals) = counted.filter(|(mark, _)| room || self.present.counts.contains_key(mark))?;
            let count = self.present.counts.entry(mark).or_default();
            (count.open, count.arrivals) = (count.open + 1, arrivals);
            Some(mark)
        })
    }

    fn leave(&mut self, generation: u64, marks: &mut [Option<u64>; RINGS]) {
        let counts = match generation {
            number if number == self.present.number => &mut self.present.counts,
            number if number == self.former.number => &mut self.former.counts,
            _ => return,
        };
        for mark in marks.iter_mut().filter_map(Option::take) {
            if let Some(count) = counts.get_mut(&mark) {
                count.open = count.open.saturating_sub(1);
            }
        }
    }
}

impl Generation {
    fn draw(number: u64) -> Self {
        Self { number, key: Key(RandomState::new(), OsRandom.bytes()), counts: HashMap::new() }
    }
}

impl Key {
    fn mark(&self, prefix: &Prefix) -> u64 {
        self.0.hash_one((*self.1, **prefix))
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.networks.table().leave(self.generation, &mut self.marks);
    }
}

/// A network and the one around it: /32 and /24, /64 and /48.
const RINGS: usize = 2;
/// What the one around may have, in multiples: a provider's customers share it.
const FACTORS: [u32; RINGS] = [1, 4];
const MINUTE: Duration = Duration::from_secs(60);
/// Networks counted at a time under one key, of 24 bytes each: the next ones are not counted on their own.
const NETWORKS_MOST: usize = 64 * 1024;
/// How often at most all of them are looked through for those that have nothing any more.
const SWEEP: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);
    const PERIOD: Duration = Duration::from_secs(300);

    fn networks(connections: u32, arrivals: u32) -> Arc<Networks> {
        Arc::new(Networks::new(Allowance { connections, arrivals, loopback: false }, PERIOD))
    }

    fn ip(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn a_network_has_its_number_and_the_one_around_it_four_times_as_many() {
        let networks = networks(2, 0);
        for (inside, beside, further) in
            [("192.0.2.", "192.0.2.", "192.0.3.9"), ("2001:db8:0:", "2001:db8:0:", "2001:db8:1:9::1")]
        {
            let place = |host: usize| ip(&format!("{inside}{host}{}", if inside.contains(':') { "::1" } else { "" }));
            let mut held: Vec<_> =
                (1..=4).flat_map(|host| [networks.admit(place(host), NOW), networks.admit(place(host), NOW)]).collect();
            assert!(held.iter().all(Option::is_some), "{inside}");
            assert!(networks.admit(place(1), NOW).is_none(), "{inside}: two of its own");
            assert!(networks.admit(place(5), NOW).is_none(), "{beside}: eight around it");
            assert!(networks.admit(ip(further), NOW).is_some());
            held.pop();
            assert!(networks.admit(place(4), NOW).is_some(), "{inside}: who left is not counted");
        }
    }

    #[test]
    fn one_address_in_two_writings_is_one_network() {
        let networks = networks(1, 0);
        let _held = networks.admit(ip("192.0.2.1"), NOW).unwrap();
        assert!(networks.admit(ip("::ffff:192.0.2.1"), NOW).is_none());
        let _held = networks.admit(ip("2001:db8::1"), NOW).unwrap();
        assert!(networks.admit(ip("2001:db8::2"), NOW).is_none(), "a /64 is one");
    }

    #[test]
    fn this_machine_is_no_network_unless_it_is_to_be() {
        let networks = networks(1, 1);
        let held: Vec<_> = (0..9).map(|_| networks.admit(ip("127.0.0.1"), NOW)).collect();
        assert!(held.iter().all(Option::is_some) && networks.admit(ip("::1"), NOW).is_some());
        let strict = Allowance { connections: 1, arrivals: 0, loopback: true };
        let strict = Arc::new(Networks::new(strict, PERIOD));
        let _held = strict.admit(ip("127.0.0.1"), NOW).unwrap();
        assert!(strict.admit(ip("127.0.0.1"), NOW).is_none());
    }

    #[test]
    fn who_comes_and_goes_too_often_is_kept_out_for_a_while() {
        let networks = networks(9, 3);
        assert!((0..3).all(|_| networks.admit(ip("192.0.2.1"), NOW).is_some()));
        assert!(networks.admit(ip("192.0.2.1"), NOW).is_none());
        assert!(networks.admit(ip("192.0.2.2"), NOW).is_some());
        networks.tidy(NOW + PERIOD);
        assert!(networks.admit(ip("192.0.2.1"), NOW + MINUTE / 3).is_some(), "one of three came back");
        assert!(networks.admit(ip("192.0.2.1"), NOW + MINUTE / 3).is_none(), "a new key gives nothing away");
    }

    #[test]
    fn a_new_key_keeps_the_counts_of_those_who_are_counted_anew() {
        let networks = networks(2, 0);
        let address = || Some(ip("192.0.2.1"));
        let mut held = networks.admit(ip("192.0.2.1"), NOW).unwrap();
        let lost = networks.admit(ip("192.0.2.1"), NOW).unwrap();
        networks.renew(&mut held, || panic!("nothing has changed"), NOW);
        let marks = held.marks;
        networks.tidy(NOW + PERIOD);
        assert!(networks.admit(ip("192.0.2.1"), NOW).is_none(), "both are counted under the former key");
        networks.renew(&mut held, address, NOW);
        assert!(held.marks != marks && held.marks.iter().all(Option::is_some));
        assert!(networks.admit(ip("192.0.2.1"), NOW).is_none(), "one under each key");
        networks.tidy(NOW + PERIOD * 2);
        let mut second = networks.admit(ip("192.0.2.1"), NOW).expect("what nobody counted anew is forgotten");
        networks.renew(&mut held, address, NOW);
        assert!(networks.admit(ip("192.0.2.1"), NOW).is_none());
        drop(lost);
        networks.renew(&mut second, address, NOW);
        assert!(networks.admit(ip("192.0.2.1"), NOW).is_none(), "what was forgotten is not taken off twice");
        drop((held, second));
        assert!(networks.table().present.counts.values().all(|count| count.open == 0));
    }

    #[test]
    fn the_table_has_an_end_and_those_beyond_it_come_in_uncounted() {
        let networks = networks(1, 1);
        for host in 0..NETWORKS_MOST as u32 {
            let address = IpAddr::V4((0x0a00_0000 + host * 256).into());
            drop(networks.admit(address, NOW));
        }
        assert!(networks.table().present.counts.len() <= NETWORKS_MOST);
        assert!(networks.admit(ip("192.0.2.1"), NOW).is_some() && networks.admit(ip("192.0.2.1"), NOW).is_some());
        let later = NOW + MINUTE;
        assert!(networks.admit(ip("192.0.2.1"), later).is_some(), "the others have gone long ago");
        assert!(networks.admit(ip("192.0.2.1"), later).is_none());
    }
}
