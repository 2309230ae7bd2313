//! Two engines and a relay on loopback, in one process: first contact from the invite to both sides verified, and the
//! time from a message's being sent to its being received, shown and stored. One line of JSON a figure, in microseconds.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use nightjar_client::engine::{Engine, LookUp, NewInvite, Notice, Outgoing, Showing};
use nightjar_client::vault::{KdfParams, Passphrase, Vault};
use nightjar_protocol::conversation::{Audience, Event};
use nightjar_protocol::invite::{Invite, RelayAddress};
use nightjar_protocol::keys::DhSecret;
use nightjar_protocol::limits::{AFTER_READ_DEFAULT, INVITE_TTL_DEFAULT, LIFETIME_DEFAULT};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::Question;
use nightjar_relay::config::Config;
use nightjar_relay::key::OsRandom;
use nightjar_relay::server::serve;
use tokio::sync::mpsc;

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let relay = relay();
    first_contact(&relay);
    send_receive(&relay, "memory", Vault::ephemeral);
    let home = tempfile::tempdir().expect("a folder");
    let mut made = 0;
    send_receive(&relay, "disk", || {
        made += 1;
        let home = home.path().join(made.to_string());
        Vault::create_with(&home, &Passphrase::new("a passphrase"), KdfParams::LEAST).expect("a vault")
    });
}

fn first_contact(relay: &RelayAddress) {
    let once = || {
        let begin = Instant::now();
        pair(relay, Vault::ephemeral);
        begin.elapsed()
    };
    let mut times: Vec<Duration> = (0..CONTACTS).map(|_| once()).collect();
    report("first_contact", "memory", &mut times);
}

/// Messages one by one, with rests in which receipts go back.
fn send_receive(relay: &RelayAddress, kind: &str, vault: impl FnMut() -> Vault) {
    let (sender, receiver) = pair(relay, vault);
    let mut times = Vec::new();
    for _ in 0..MESSAGES {
        sender.order(Order::Send);
        let sent = sender.wait(|heard| matches!(heard, Heard::Sent));
        let received = receiver.wait(|heard| matches!(heard, Heard::Received));
        times.push(received.duration_since(sent));
        sleep(REST);
    }
    report("send_receive", kind, &mut times);
}

fn report(bench: &str, vault: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros() as u64;
    let line = serde_json::json!({
        "bench": bench, "vault": vault, "count": times.len(), "p50_us": at(50), "p90_us": at(90), "p99_us": at(99),
    });
    println!("{line}");
}

/// Two people who have just met.
fn pair(relay: &RelayAddress, mut vault: impl FnMut() -> Vault) -> (Person, Person) {
    let (inviter, joiner) = (Person::new(relay, vault()), Person::new(relay, vault()));
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
}

enum Order {
    Invite,
    Join(String),
    Send,
}

enum Heard {
    Invited(String),
    Published,
    Paired,
    Sent,
    Received,
}

impl Person {
    fn new(relay: &RelayAddress, vault: Vault) -> Self {
        let ((orders, taken), (says, hears)) = (mpsc::unbounded_channel(), channel());
        let relay = relay.clone();
        spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(live(relay, vault, taken, says));
        });
        Self { orders, hears }
    }

    fn order(&self, order: Order) {
        self.orders.send(order).expect("a person");
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
    engine.connect(&relay);
    loop {
        let heard: Vec<Heard> = tokio::select! {
            order = orders.recv() => match order {
                Some(order) => obey(&mut engine, &relay, order, &says),
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

fn obey(engine: &mut Engine, relay: &RelayAddress, order: Order, says: &Sender<(Instant, Heard)>) -> Vec<Heard> {
    match order {
        Order::Invite => {
            let question = Question { text: QUESTION.to_owned(), answer: answer(), duress: None };
            let (name, lifetime) = ("them".to_owned(), INVITE_TTL_DEFAULT);
            let new = NewInvite { name, relay: relay.clone(), as_link: true, lifetime, question: Some(question) };
            vec![Heard::Invited(engine.invite(new).expect("an invite").code.to_string())]
        }
        Order::Join(link) => {
            let invite = Invite::parse(&link).expect("a link");
            engine.look_up(&invite, relay.clone(), "them".to_owned()).expect("a look");
            Vec::new()
        }
        Order::Send => {
            let _ = says.send((Instant::now(), Heard::Sent));
            let contact = *engine.state().contacts.keys().next().expect("a contact");
            let (lifetime, after_read) = (LIFETIME_DEFAULT, AFTER_READ_DEFAULT);
            let message = Outgoing { text: TEXT, lifetime, after_read, audience: Audience::Contact };
            engine.send(contact, &message).expect("a message");
            engine.turn().expect("a turn");
            Vec::new()
        }
    }
}

fn note(engine: &mut Engine, notice: &Notice) -> Option<Heard> {
    match notice {
        Notice::InvitePublished(_) => Some(Heard::Published),
        Notice::Paired { .. } => Some(Heard::Paired),
        Notice::LookUp(LookUp::Found) => {
            engine.answer_found(Some(&answer())).expect("an answer");
            None
        }
        Notice::Message { event: Event::Received { .. }, text: Some(text), .. } if text.as_str() == TEXT => {
            Some(Heard::Received)
        }
        _ => None,
    }
}

fn answer() -> Word {
    Word::normalise("꼬맹이").expect("a word")
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

const CONTACTS: usize = 30;
const MESSAGES: usize = 300;
const REST: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(20);
const QUESTION: &str = "할머니가 부르던 내 별명은?";
const TEXT: &str = "오늘 밤에 다시 연락할게. 다들 건강하지?";
