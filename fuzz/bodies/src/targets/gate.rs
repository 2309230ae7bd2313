//! The gate's books under any order of events: what buffers may hold together, and what a network may have, each beside the
//! plainest count of the same.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::gate_ledger::{Account, Ledger};
use crate::input::Input;
use crate::networks::{Allowance, Networks, Presence};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    if input.byte() % 2 == 0 { ledger(&mut input) } else { networks(&mut input) }
}

fn ledger(input: &mut Input) {
    let most = (1 + usize::from(input.byte())) * 16;
    let ledger = Arc::new(Ledger::new(most));
    let mut accounts: Vec<(Account, usize)> = Vec::new();
    for _ in 0..200 {
        let (what, place, bytes) = (input.byte(), input.place(accounts.len()), usize::from(input.byte()) * 8);
        let sum: usize = accounts.iter().map(|(_, held)| held).sum();
        match (what % 8, place) {
            _ if input.is_empty() => break,
            (0, _) | (_, None) => accounts.push((ledger.open(), 0)),
            (1, Some(place)) => drop(accounts.swap_remove(place)),
            (2..5, Some(place)) => {
                let (account, held) = &mut accounts[place];
                let fits = bytes <= *held || sum - *held + bytes <= most;
                assert_eq!(account.book(bytes), fits);
                if fits {
                    *held = bytes.max(*held);
                }
            }
            (_, Some(place)) => {
                let (account, held) = &mut accounts[place];
                account.settle(bytes);
                *held = bytes;
            }
        }
        let sum: usize = accounts.iter().map(|(_, held)| held).sum();
        assert_eq!(ledger.held(), sum);
        assert_eq!(ledger.has_room(bytes), sum + bytes <= most);
        assert!(accounts.iter().all(|(account, _)| account.patience(HOUR) <= HOUR));
    }
    drop(accounts);
    assert_eq!(ledger.held(), 0);
}

/// One network: how many connections it has, and when each came that was let in.
#[derive(Default)]
struct Network {
    open: u32,
    came: Vec<Duration>,
}

fn networks(input: &mut Input) {
    let (connections, arrivals) = (1 + u32::from(input.byte() % 4), u32::from(input.byte() % 6));
    let loopback = input.byte() % 2 == 0;
    let networks = Arc::new(Networks::new(Allowance { connections, arrivals, loopback }, 2 * MINUTE));
    let (mut now, mut held) = (Duration::from_secs(1000), Vec::<(Presence, IpAddr)>::new());
    let mut counts: BTreeMap<(u8, Vec<u8>), Network> = BTreeMap::new();
    for _ in 0..200 {
        match input.byte() % 8 {
            _ if input.is_empty() => break,
            0 => now += Duration::from_secs(u64::from(input.byte())),
            1 | 2 => {
                if let Some(place) = input.place(held.len()) {
                    let (_, address) = held.swap_remove(place);
                    rings(address).iter().for_each(|ring| counts.entry(ring.clone()).or_default().open -= 1);
                }
            }
            _ => {
                let address = address(input);
                let admitted = networks.admit(address, now);
                let is_free = address.to_canonical().is_loopback() && !loopback;
                for (ring, factor) in rings(address).into_iter().zip([1, 4]) {
                    let network = counts.entry(ring).or_default();
                    let lately = network.came.iter().filter(|came| now - **came < MINUTE).count() as u32;
                    let room = network.open < connections * factor;
                    let slack = arrivals == 0 || lately < 2 * arrivals * factor;
                    assert!(is_free || admitted.is_none() || (room && slack), "more than it may have");
                }
                let full = |(ring, factor): (_, u32)| {
                    let network = &counts[&ring];
                    let lately = network.came.iter().filter(|came| now - **came <= MINUTE).count() as u32;
                    network.open >= connections * factor || (arrivals > 0 && lately >= arrivals * factor)
                };
                assert!(
                    admitted.is_some() || (!is_free && rings(address).into_iter().zip([1, 4]).any(full)),
                    "kept out"
                );
                if let Some(presence) = admitted {
                    for ring in rings(address) {
                        let network = counts.entry(ring).or_default();
                        (network.open, _) = (network.open + 1, network.came.push(now));
                    }
                    held.push((presence, address));
                }
            }
        }
        networks.tidy(now);
        held.iter_mut().for_each(|(presence, address)| networks.renew(presence, || Some(*address), now));
    }
}

/// The networks of an address, the narrow one first.
fn rings(address: IpAddr) -> [(u8, Vec<u8>); 2] {
    match address.to_canonical() {
        IpAddr::V4(address) => [4, 3].map(|length| (length, address.octets()[..usize::from(length)].to_vec())),
        IpAddr::V6(address) => [8, 6].map(|length| (length, address.octets()[..usize::from(length)].to_vec())),
    }
}

fn address(input: &mut Input) -> IpAddr {
    let (kind, host, beside) = (input.byte() % 8, input.byte() % 8, input.byte() % 2);
    let four = Ipv4Addr::new(192, 0, 2 + beside, host);
    match kind {
        0 => Ipv4Addr::new(127, 0, 0, host).into(),
        1 => Ipv6Addr::LOCALHOST.into(),
        2 => four.to_ipv6_mapped().into(),
        3..5 => Ipv6Addr::new(0x2001, 0xdb8, beside.into(), host.into(), 0, 0, 0, host.into()).into(),
        _ => four.into(),
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
