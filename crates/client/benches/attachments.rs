//! Two engines with vaults on the disk and a relay on loopback, in one process: a file of 10 MiB from its being read to
//! its being saved, and the time that a text takes while a file of 25 MiB goes the same way. One line of JSON a figure.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use nightjar_client::engine::{Engine, FileId, LookUp, NewFile, NewInvite, Notice, Outgoing, Showing};
use nightjar_client::vault::{KdfParams, Passphrase, Vault};
use nightjar_protocol::conversation::{Audience, Direction, Event, MessageId};
use nightjar_protocol::invite::{Invite, RelayAddress};
use nightjar_protocol::keys::DhSecret;
use nightjar_protocol::limits::{AFTER_READ_DEFAULT, ATTACHMENT_MAX, INVITE_TTL_DEFAULT, LIFETIME_DEFAULT};
use nightjar_protocol::message::AttachmentKind;
use nightjar_relay::config::Config;
use nightjar_relay::key::OsRandom;
use nightjar_relay::server::serve;
use tokio::sync::mpsc;

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (sender, receiver) = pair(&relay(), folder.path());
    start_to_saved(&sender, &receiver, folder.path());
    let mut left = 100;
    texts(&sender, &receiver, "alone", |_| {
        left -= 1;
        left == 0
    });
    let file = folder.path().join("large");
    fs::write(&file, bytes(ATTACHMENT_MAX as usize)).expect("a file");
    sender.order(Order::SendFile(file.to_str().expect("a path").to_owned()));
    texts(&sender, &receiver, "beside a file of 25 MiB", |is_fetched| is_fetched);
    // Before the folder goes that their vaults are in.
    [sender, receiver].into_iter().for_each(Person::leave);
}

/// 10 MiB: read, sealed, sent, fetched, its hash checked, saved and on the disk.
fn start_to_saved(sender: &Person, receiver: &Person, folder: &Path) {
    let file = folder.path_of("original");
    let content = bytes(10 << 20);
    fs::write(&file, &content).expect("a file");
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let copy = folder.path_of(&format!("copy-{round}"));
        let begin = Instant::now();
        sender.order(Order::SendFile(file.clone()));
        let mut id = None;
        receiver.wait(|heard| {
            id = if let Heard::Fetched(it) = heard { Some(it) } else { None };
            id.is_some()
        });
        receiver.order(Order::Save(id.expect("a message"), copy.clone()));
        let saved = receiver.wait(|heard| matches!(heard, Heard::Saved));
        times.push(saved.duration_since(begin));
        assert!(fs::read(&copy).expect("a copy") == content, "another file came out");
        fs::remove_file(&copy).expect("a copy");
        sleep(REST);
    }
    report("file_10_mib_start_to_saved", "alone", &mut times);
}

/// Texts one by one, until it is enough, as may depend on whether a file has arrived.
fn texts(sender: &Person, receiver: &Person, what: &str, mut enough: impl FnMut(bool) -> bool) {
    let (mut times, mut is_fetched) = (Vec::new(), false);
    loop {
        let begin = Instant::now();
        sender.order(Order::Say);
        let came = receiver.wait(|heard| {
            is_fetched |= matches!(heard, Heard::Fetched(_));
            matches!(heard, Heard::Text)
        });
        times.push(came.duration_since(begin));
        if enough(is_fetched) {
            return report("text", what, &mut times);
        }
        sleep(Duration::from_millis(5));
    }
}

fn report(bench: &str, what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros() as u64;
    let line = serde_json::json!({
        "bench": bench, "what": what, "count": times.len(), "p50_us": at(50), "p90_us": at(90), "least_us": at(0),
    });
    println!("{line}");
}

trait PathOf {
    fn path_of(&self, name: &str) -> String;
}

impl PathOf for Path {
    fn path_of(&self, name: &str) -> String {
        self.join(name).to_str().expect("a path").to_owned()
    }
}

fn bytes(length: usize) -> Vec<u8> {
    (0_u64..).flat_map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).take(length).collect()
}

/// Two people who have just met.
fn pair(relay: &RelayAddress, folder: &Path) -> (Person, Person) {
    let vault = |name: &str| {
        let passphrase = Passphrase::new("a passphrase");
        Vault::create_with(&folder.join(name), &passphrase, KdfParams::LEAST).expect("a vault")
    };
    let (inviter, joiner) = (Person::new(relay, vault("inviter")), Person::new(relay, vault("joiner")));
    inviter.order(Order::Invite);
    let mut link = String::new();
    inviter.wait(|heard| match heard {
        Heard::Invited(text) => {
            link = text;
            false
        }
        heard => matches!(heard, Heard::Published),
    });
    joiner.order(Order::Join(link));
    joiner.wait(|heard| matches!(heard, Heard::Paired));
    inviter.wait(|heard| matches!(heard, Heard::Paired));
    (inviter, joiner)
}

/// An engine in a thread and a runtime of its own, as it would be in a process of its own.
struct Person {
    orders: mpsc::UnboundedSender<Order>,
    hears: Receiver<(Instant, Heard)>,
    life: JoinHandle<()>,
}

enum Order {
    Invite,
    Join(String),
    Say,
    SendFile(String),
    Save(MessageId, String),
}

enum Heard {
    Invited(String),
    Published,
    Paired,
    Text,
    Fetched(MessageId),
    Saved,
}

impl Person {
    fn new(relay: &RelayAddress, vault: Vault) -> Self {
        let ((orders, taken), (says, hears)) = (mpsc::unbounded_channel(), channel());
        let relay = relay.clone();
        let life = spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(live(relay, vault, taken, says));
        });
        Self { orders, hears, life }
    }

    fn order(&self, order: Order) {
        self.orders.send(order).expect("a person");
    }

    fn leave(self) {
        drop(self.orders);
        self.life.join().expect("a good end");
    }

    /// Waits for what is meant: when it happened.
    fn wait(&self, mut meant: impl FnMut(Heard) -> bool) -> Instant {
        loop {
            let (at, heard) = self.hears.recv_timeout(PATIENCE).expect("it happens");
            if meant(heard) {
                return at;
            }
        }
    }
}

async fn live(
    relay: RelayAddress,
    vault: Vault,
    mut orders: mpsc::UnboundedReceiver<Order>,
    says: Sender<(Instant, Heard)>,
) {
    let mut engine = Engine::open(vault).expect("an engine");
    engine.show(Showing::Everybody);
    engine.transfer_files(true, true);
    engine.connect(&relay);
    loop {
        let heard: Vec<Heard> = tokio::select! {
            order = orders.recv() => match order {
                Some(order) => obey(&mut engine, &relay, order).into_iter().collect(),
                None => return,
            },
            notices = engine.next() => {
                let notices = notices.expect("an engine at work");
                notices.iter().filter_map(|notice| note(&mut engine, notice)).collect()
            }
        };
        for heard in heard {
            // Whoever asked may have heard enough.
            let _ = says.send((Instant::now(), heard));
        }
    }
}

fn obey(engine: &mut Engine, relay: &RelayAddress, order: Order) -> Option<Heard> {
    let contact = engine.state().contacts.keys().next().copied();
    match order {
        Order::Invite => {
            let (name, lifetime) = ("them".to_owned(), INVITE_TTL_DEFAULT);
            let new = NewInvite { name, relay: relay.clone(), as_link: true, lifetime, question: None };
            return Some(Heard::Invited(engine.invite(new).expect("an invite").code.to_string()));
        }
        Order::Join(link) => {
            let invite = Invite::parse(&link).expect("a link");
            engine.look_up(&invite, relay.clone(), "them".to_owned()).expect("a look");
        }
        Order::Say => {
            let (lifetime, after_read) = (LIFETIME_DEFAULT, AFTER_READ_DEFAULT);
            let message = Outgoing { text: "다들 건강하지?", lifetime, after_read, audience: Audience::Contact };
            engine.send(contact.expect("a contact"), &message).expect("a message");
            engine.turn().expect("a turn");
        }
        Order::SendFile(path) => {
            let (contact, bytes) = (contact.expect("a contact"), fs::read(path).expect("a file"));
            let file = NewFile { kind: AttachmentKind::File, name: "file", duration: 0, bytes: &bytes };
            let item = engine.seal_file(contact, &file).expect("room");
            let timers = (LIFETIME_DEFAULT, AFTER_READ_DEFAULT);
            engine.send_files(contact, "", vec![item], timers, Audience::Contact).expect("a message");
            engine.turn().expect("a turn");
        }
        Order::Save(message, path) => {
            let id = FileId { contact: contact.expect("a contact"), message, item: 0 };
            let mut file = File::create(path).expect("a file");
            engine
                .read_file(id, |share| {
                    file.write_all(share).expect("room");
                    Ok(())
                })
                .expect("all of it");
            file.sync_all().expect("a disk");
            return Some(Heard::Saved);
        }
    }
    None
}

fn note(engine: &mut Engine, notice: &Notice) -> Option<Heard> {
    match notice {
        Notice::InvitePublished(_) => Some(Heard::Published),
        Notice::Paired { .. } => Some(Heard::Paired),
        Notice::LookUp(LookUp::Found) => {
            engine.answer_found(None).expect("an answer");
            None
        }
        Notice::Message { event: Event::Fetched { id }, .. } if id.direction == Direction::Received => {
            Some(Heard::Fetched(*id))
        }
        Notice::Message { event: Event::Received { .. }, text: Some(_), .. } => Some(Heard::Text),
        _ => None,
    }
}

/// A relay in the background, for as long as the bench runs.
fn relay() -> RelayAddress {
    let (ready, listens) = channel();
    spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let (config, secret) = (Config::dev(), DhSecret::generate(&mut OsRandom));
        let serving = serve(&config, secret, std::future::pending(), |address, _| {
            let _ = ready.send(address.clone());
            Ok(())
        });
        runtime.expect("a runtime").block_on(serving)
    });
    listens.recv().expect("a relay")
}

const ROUNDS: usize = 11;
const REST: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(60);
