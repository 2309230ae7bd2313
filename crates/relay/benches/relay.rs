//! Cells through a relay on loopback, and frames through the link machine alone.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{DhSecret, ReadKey, UnixTime};
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Access, ClientHandshake, ClientLink, Epoch, Event, RelayHandshake, RelayLink, Welcome};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};
use nightjar_relay::config::Config;
use nightjar_relay::key::OsRandom;
use nightjar_relay::server::serve;

fn main() {
    divan::main();
}

/// Cells appended by one client, pushed to another and acknowledged by it, so many on their way at a time.
#[divan::bench(args = [1, 64], sample_count = 20)]
fn append_push_acknowledge(bencher: Bencher, window: usize) {
    const CELLS: usize = 512;
    let address = relay();
    let key = ReadKey::from_bytes([1; 32]);
    let id = key.mailbox();
    let (mut reader, mut writer) = (Client::connect(&address), Client::connect(&address));
    reader.link.queue(&Command::Create { read_key: key.duplicate(), ttl: 3600 });
    reader.link.queue(&Command::Subscribe { slot: 0, read_key: key });
    reader.send();
    while reader.link.unanswered() > 0 {
        reader.receive();
    }
    bencher.counter(ItemsCount::new(CELLS)).counter(BytesCount::new(CELLS * CELL_LEN)).bench_local(|| {
        for _ in 0..CELLS / window {
            for _ in 0..window {
                writer.link.queue_append(id, 60, Cell::from_bytes([7; CELL_LEN]));
            }
            writer.send();
            let mut pushed = 0;
            while pushed < window {
                for event in reader.receive() {
                    if let Event::Pushed { slot, seq, .. } = event {
                        reader.link.queue(&Command::Acknowledge { slot, up_to: seq });
                        pushed += 1;
                    }
                }
            }
            reader.send();
            while reader.link.unanswered() + writer.link.unanswered() > 0 {
                let waiting = if reader.link.unanswered() > 0 { &mut reader } else { &mut writer };
                waiting.receive();
            }
        }
    });
}

/// Commands to a relay that answers each, 64 a frame.
#[divan::bench(sample_count = 20)]
fn pings(bencher: Bencher) {
    let mut client = Client::connect(&relay());
    bencher.counter(ItemsCount::new(64_usize)).bench_local(|| {
        for _ in 0..64 {
            client.link.queue(&Command::Ping);
        }
        client.send();
        while client.link.unanswered() > 0 {
            client.receive();
        }
    });
}

/// A frame with a push, written by the relay's side and read by the client's, in memory.
#[divan::bench]
fn frame(bencher: Bencher) {
    let (mut client, mut relay) = links();
    let mut out = Vec::with_capacity(FRAME_LEN);
    bencher.counter(BytesCount::new(FRAME_LEN)).bench_local(|| {
        relay.queue_push(0, 1, 60, Cell::from_bytes([7; CELL_LEN]));
        out.clear();
        relay.write_frame(&mut out).expect("a frame");
        client.read_frame(out.as_slice().try_into().expect("a frame")).expect("an event")
    });
}

/// The link's handshake, both sides, in memory.
#[divan::bench]
fn handshake() -> (ClientLink, RelayLink) {
    links()
}

fn links() -> (ClientLink, RelayLink) {
    let (secret, public) = dh_keypair(&mut OsRandom);
    let (client, hello) = ClientHandshake::start(&public, None, &Ephemeral::generate(&mut OsRandom)).expect("a key");
    let welcome = Welcome { epoch: Epoch::default(), now: UnixTime(0) };
    let (relay, reply) = RelayHandshake::read_hello(&secret, &Access::open(), &hello)
        .and_then(|hello| hello.accept(&welcome, &Ephemeral::generate(&mut OsRandom)))
        .expect("a hello");
    let (client, _) = client.read_welcome(&reply).expect("a welcome");
    (client, relay)
}

/// A relay in the background, for as long as the benches run.
fn relay() -> RelayAddress {
    let (ready, listens) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let secret = DhSecret::generate(&mut OsRandom);
        runtime.block_on(serve(&Config::dev(), secret, std::future::pending(), |address, _| {
            let _ = ready.send(address.clone());
            Ok(())
        }))
    });
    listens.recv().expect("a relay")
}

struct Client {
    stream: TcpStream,
    link: ClientLink,
}

impl Client {
    fn connect(address: &RelayAddress) -> Self {
        let mut stream = TcpStream::connect((address.host().to_string(), address.port())).expect("a relay");
        stream.set_nodelay(true).expect("a socket");
        let (client, hello) =
            ClientHandshake::start(address.key(), address.access(), &Ephemeral::generate(&mut OsRandom))
                .expect("a key");
        stream.write_all(&hello).expect("a relay");
        let mut welcome = [0; HELLO_LEN];
        stream.read_exact(&mut welcome).expect("a welcome");
        Self { stream, link: client.read_welcome(&welcome).expect("a welcome").0 }
    }

    fn send(&mut self) {
        let mut out = Vec::new();
        while self.link.write_frame(&mut out).expect("a link") {}
        self.stream.write_all(&out).expect("a relay");
    }

    fn receive(&mut self) -> Vec<Event> {
        let mut frame = [0; FRAME_LEN];
        self.stream.read_exact(&mut frame).expect("a frame");
        self.link.read_frame(&frame).expect("a link")
    }
}
