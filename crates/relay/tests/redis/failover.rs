//! Two relays, the real program, over a cluster whose primaries are killed under load: what was accepted is delivered.
//!
//! The long form, which prints its figures:
//! `cargo test -p nightjar-relay --test redis -- --ignored --nocapture --test-threads 1`

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::link::{Answer, Event};
use nightjar_protocol::wire::{Cell, Refusal};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::harness::{Client, PATIENCE, acknowledge, create, id, subscribe};
use crate::program::{Folder, Running};
use crate::servers::are_here;
use crate::servers::group::Group;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_accepted_is_lost_when_a_primary_is_killed() {
    if are_here() {
        let figures = kill_primaries(1, 1).await;
        assert_eq!(figures.lost, 0, "{figures:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes; prints figures"]
async fn twenty_kills_with_one_replica_that_confirms() {
    if are_here() {
        let figures = kill_primaries(20, 1).await;
        assert_eq!(figures.lost, 0, "{figures:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes; prints figures. What is lost here is what `replicas = 0` means"]
async fn twenty_kills_without_confirmation() {
    if are_here() {
        kill_primaries(20, 0).await;
    }
}

/// What a run came to.
#[derive(Debug)]
struct Figures {
    accepted: usize,
    delivered: usize,
    /// Accepted and not delivered.
    lost: usize,
    /// Delivered more than once, which a session drops: leases taken up again, appends repeated.
    again: u64,
    /// Answered with `Unavailable`.
    unavailable: u64,
}

/// Pairs of clients under load, the writer at one relay and the reader at the other.
struct Load {
    going: Arc<AtomicBool>,
    writers: Vec<JoinHandle<BTreeSet<u64>>>,
    readers: Vec<JoinHandle<(BTreeSet<u64>, u64)>>,
    /// How far each writer is.
    accepted: Vec<Arc<AtomicU64>>,
    unavailable: Arc<AtomicU64>,
}

async fn kill_primaries(times: u32, replicas: u32) -> Figures {
    let mut group = Group::start().await;
    let folder = Folder::new(&format!("failover-{replicas}-{times}"));
    let key = folder.file("key");
    let nodes = group.places();
    let config = format!(
        "listen = \"127.0.0.1:0\"\nkey_file = \"{key}\"\n[store]\nkind = \"redis\"\n\
         [store.redis]\nnodes = {nodes:?}\ncluster = true\nreplicas = {replicas}\n"
    );
    let config = folder.write("relay.toml", &config);
    // One after the other: the first makes the key that both have.
    let relays = [(); 2].map(|()| Running::start(&["serve", "--config", &config]));
    let load = Load::start(relays.each_ref().map(|(_, address)| address.clone())).await;
    load.until_each_goes_on().await;
    for round in 0..times {
        let primaries = group.primaries().await;
        let port = primaries[round as usize % primaries.len()];
        let (victim, replica) = (group.at(port), group.replica_of(port).await);
        // The copy is cut off for a moment; what it does not have then it never gets.
        group.servers[replica].signal("-STOP");
        group.servers[victim].cli(&["CLIENT", "KILL", "TYPE", "replica"]).await.unwrap();
        sleep(BEHIND).await;
        let killed = Instant::now();
        group.servers[victim].kill();
        group.servers[replica].signal("-CONT");
        // Not before its replica has taken over: it would be the primary again, of nothing, and the replica its copy.
        let over = async |group: &Group| {
            let primaries = group.primaries().await;
            primaries.len() == 3 && !primaries.contains(&port)
        };
        group.until(over).await;
        let promoted = killed.elapsed();
        if replicas == 0 {
            load.until_each_goes_on().await;
        }
        // It comes back with nothing, as a replica: without it nothing more could be confirmed.
        group.servers[victim].resume().await;
        load.until_each_goes_on().await;
        let gap = killed.elapsed();
        println!("kill {round}: a replica took over after {promoted:.1?}, every mailbox took cells after {gap:.1?}");
        group.until(async |group| group.is_whole().await).await;
    }
    let figures = load.end().await;
    let Figures { accepted, delivered, lost, again, unavailable } = &figures;
    println!(
        "{times} kills, replicas = {replicas}: {accepted} accepted, {delivered} delivered, {lost} lost, {again} pushed \
         again, {unavailable} answered with unavailable"
    );
    figures
}

impl Load {
    async fn start(relays: [RelayAddress; 2]) -> Self {
        let (going, unavailable) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicU64::new(0)));
        let mut load = Self { going, writers: Vec::new(), readers: Vec::new(), accepted: Vec::new(), unavailable };
        for pair in 0..PAIRS {
            let (here, there) = (&relays[usize::from(pair % 2)], &relays[usize::from((pair + 1) % 2)]);
            let mut reader = Client::connect(there).await.unwrap();
            assert_eq!(reader.ask(create(pair)).await, Answer::Done);
            let (writer, accepted) = (Client::connect(here).await.unwrap(), Arc::new(AtomicU64::new(0)));
            let going = Arc::clone(&load.going);
            load.writers.push(tokio::spawn(write(
                writer,
                pair,
                Arc::clone(&going),
                Arc::clone(&accepted),
                Arc::clone(&load.unavailable),
            )));
            load.readers.push(tokio::spawn(read(reader, pair, going)));
            load.accepted.push(accepted);
        }
        load
    }

    /// Waits until each writer has had more accepted than now.
    async fn until_each_goes_on(&self) {
        let before: Vec<u64> = self.accepted.iter().map(|accepted| accepted.load(SeqCst)).collect();
        let more = async {
            for (accepted, before) in self.accepted.iter().zip(before) {
                // One may have been on its way, so two.
                while accepted.load(SeqCst) < before + 2 {
                    sleep(Duration::from_millis(10)).await;
                }
            }
        };
        timeout(PATIENCE, more).await.expect("every mailbox takes cells again");
    }

    async fn end(self) -> Figures {
        self.going.store(false, SeqCst);
        let (mut accepted, mut delivered, mut again) = (BTreeSet::new(), BTreeSet::new(), 0);
        for writer in self.writers {
            accepted.extend(writer.await.unwrap());
        }
        for reader in self.readers {
            let (cells, twice) = reader.await.unwrap();
            delivered.extend(cells);
            again += twice;
        }
        let lost = accepted.difference(&delivered).count();
        let unavailable = self.unavailable.load(SeqCst);
        Figures { accepted: accepted.len(), delivered: delivered.len(), lost, again, unavailable }
    }
}

/// Appends numbered cells one after the other, each until it is accepted: those that were.
async fn write(
    mut client: Client,
    pair: u8,
    going: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
    unavailable: Arc<AtomicU64>,
) -> BTreeSet<u64> {
    let (mut accepted, mut number) = (BTreeSet::new(), u64::from(pair) << 32);
    while going.load(SeqCst) {
        let mut bytes = [0; CELL_LEN];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        client.queue_append(id(pair), 3600, Cell::from_bytes(bytes));
        client.send().await;
        match client.next_answer().await {
            Answer::Done => {
                accepted.insert(number);
                count.fetch_add(1, SeqCst);
                number += 1;
                sleep(BREATH).await;
            }
            Answer::Refused(Refusal::Unavailable) => {
                unavailable.fetch_add(1, SeqCst);
                sleep(BREATH * 5).await;
            }
            other => panic!("a writer got {other:?}"),
        }
    }
    accepted
}

/// Takes what is pushed and acknowledges it, until the writers have ended and nothing more comes: what came, and how much of it
/// more than once.
async fn read(mut client: Client, pair: u8, going: Arc<AtomicBool>) -> (BTreeSet<u64>, u64) {
    let (mut seen, mut again, mut slot, mut subscribed) = (BTreeSet::new(), 0, 0, false);
    loop {
        if !subscribed {
            slot = (slot + 1) % 64;
            client.queue(&subscribe(slot, pair));
            client.send().await;
            subscribed = true;
        }
        match timeout(QUIET, client.next()).await {
            Ok(Some(Event::Pushed { seq, cell, .. })) => {
                let number = u64::from_le_bytes(*cell.as_bytes().first_chunk().unwrap());
                again += u64::from(!seen.insert(number));
                client.queue(&acknowledge(slot, seq));
                client.send().await;
            }
            // That of a former slot is our own doing.
            Ok(Some(Event::Ended { slot: ended })) => subscribed &= ended != slot,
            Ok(Some(Event::Answered { answer: Answer::Refused(Refusal::Unavailable), .. })) => {
                // Of a subscription or of an acknowledgement: another subscription does for both.
                sleep(BREATH * 20).await;
                subscribed = false;
            }
            Ok(Some(_)) => {}
            Ok(None) => panic!("a relay ended a reader's connection"),
            Err(_) if going.load(SeqCst) => {}
            Err(_) => return (seen, again),
        }
    }
}

const PAIRS: u8 = 12;
/// How long a replica falls behind.
const BEHIND: Duration = Duration::from_millis(100);
/// Between two cells of a writer.
const BREATH: Duration = Duration::from_millis(2);
/// A reader to whom nothing comes for so long after the end has all: longer than a relay waits before it reads again what it
/// could not read.
const QUIET: Duration = Duration::from_secs(6);
