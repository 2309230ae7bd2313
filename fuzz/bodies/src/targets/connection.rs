//! A relay's connections over real sockets: any bytes before the handshake, then any frames and commands in any order on two
//! connections that share mailboxes. What is answered and pushed is what the spec's tables say, garbage ends its own
//! connection, and a third client's mailbox is never touched.

use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN, FRAME_PLAIN_LEN, HELLO_LEN};
use nightjar_protocol::link::{HandshakeRefusal, refusal};
use nightjar_protocol::wire::Command;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::books::{Books, mark};
use crate::folder::block_on;
use crate::input::{Input, patch};
use crate::links::{PAYLOAD_LEN, command, hello_with, plain};
use crate::oracle::request;
use crate::relay::{Client, Relay, config};

/// Tries an input.
pub fn run(data: &[u8]) {
    block_on(async {
        let mut input = Input(data);
        let mut relay = Relay::start().await;
        match input.byte() % 4 {
            0 => hello(&mut relay, &mut input).await,
            _ => {
                Stage::new(relay.client().await, relay.client().await, relay.client().await)
                    .play(&mut relay, &mut input)
                    .await
            }
        }
        relay.stop().await;
    });
}

/// The first bytes of a connection: a hello, changed, cut off or with something behind it.
async fn hello(relay: &mut Relay, input: &mut Input<'_>) {
    let (_, right) = hello_with(None, &[0; PAYLOAD_LEN]);
    let sent = if input.byte() % 4 == 0 { input.rest().to_vec() } else { patch(&right, input.rest()) };
    let mut stream = relay.connect().await;
    let _ = stream.write_all(&sent).await;
    let _ = stream.shutdown().await;
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    match sent.first_chunk::<HELLO_LEN>() {
        None => assert!(heard.is_empty()),
        // A part of a frame behind it: the link stood, and is closed.
        Some(hello) if *hello == right => assert!(heard.len() <= HELLO_LEN + FRAME_LEN),
        // What lay unread behind it may have taken the answer down with it.
        Some(_) => assert!(heard.is_empty() || heard == refusal(HandshakeRefusal::Handshake)),
    }
    drop(stream);
    relay.lost_one().await;
}

/// Two who do anything, and one who minds his own mailbox.
struct Stage {
    clients: [Client; 3],
    books: Books,
    drawn: u8,
}

impl Stage {
    fn new(one: Client, other: Client, third: Client) -> Self {
        Self { clients: [one, other, third], books: Books::new(&config(), 3), drawn: 0 }
    }

    async fn play(mut self, relay: &mut Relay, input: &mut Input<'_>) {
        let own = || ReadKey::from_bytes([0xaa; 32]);
        self.say(2, &[Command::Create { read_key: own(), ttl: 60 }, Command::Subscribe { slot: 9, read_key: own() }])
            .await;
        let mut number = 0;
        for _ in 0..80 {
            let what = input.byte();
            let client = usize::from(what & 1);
            match what >> 1 & 15 {
                _ if input.is_empty() => break,
                0 => {
                    number += 1;
                    self.say(2, &[Command::Append { mailbox: own().mailbox(), ttl: 60 }]).await;
                    self.say(2, &[Command::Acknowledge { slot: 9, up_to: number }]).await;
                }
                1 => {
                    let bytes = match input.byte() % 3 {
                        0 => input.string().to_vec(),
                        1 => vec![what; FRAME_LEN],
                        _ => vec![0; FRAME_LEN + 1],
                    };
                    self.clients[client].send_raw(&bytes).await;
                    self.replace(client, relay, bytes.len() < FRAME_LEN).await;
                }
                2 => self.replace(client, relay, true).await,
                3 | 4 => {
                    let commands: Vec<_> = (0..1 + input.byte() % 4).map(|_| command(input)).collect();
                    let frame = plain(&commands, (input.byte() % 4 > 0).then_some(9), input.short());
                    self.clients[client].send(&frame).await;
                    match request(&frame) {
                        Ok((commands, _)) => self.heard(client, &commands, &frame).await,
                        Err(_) => self.replace(client, relay, false).await,
                    }
                }
                _ => self.ask(client, input).await,
            }
        }
        self.finish(relay).await;
    }

    /// A frame as an honest client writes it.
    async fn ask(&mut self, client: usize, input: &mut Input<'_>) {
        let mut commands: Vec<_> = (0..1 + input.byte() % 4).map(|_| command(input)).collect();
        let mut appends = 0;
        commands.retain(|command| {
            appends += usize::from(matches!(command, Command::Append { .. }));
            appends <= 1 || !matches!(command, Command::Append { .. })
        });
        self.say(client, &commands).await;
    }

    async fn say(&mut self, client: usize, commands: &[Command]) {
        self.drawn = self.drawn.wrapping_add(1);
        let cell = commands.iter().any(|command| matches!(command, Command::Append { .. })).then_some(self.drawn);
        let frame = plain(commands, cell, b"");
        self.clients[client].send(&frame).await;
        self.heard(client, commands, &frame).await;
    }

    /// The relay has a client's frame: everybody hears what follows from it.
    async fn heard(&mut self, client: usize, commands: &[Command], frame: &[u8; FRAME_PLAIN_LEN]) {
        self.books.frame(client, commands, mark(&frame[FRAME_PLAIN_LEN - CELL_LEN..]));
        for (at, client) in self.clients.iter_mut().enumerate() {
            client.hear(self.books.due(at)).await;
        }
    }

    /// A connection ends, by the client's will or the relay's, and another takes its place.
    async fn replace(&mut self, client: usize, relay: &mut Relay, leaves: bool) {
        let mut former = std::mem::replace(&mut self.clients[client], relay.client().await);
        if leaves {
            former.leave().await;
        } else {
            former.is_closed().await;
        }
        relay.lost_one().await;
        self.books.left(client);
    }

    /// Nothing is on its way that was not due: all is quiet, twice.
    async fn finish(mut self, relay: &mut Relay) {
        for _ in 0..2 {
            for client in 0..3 {
                self.say(client, &[Command::Ping]).await;
            }
        }
        for client in self.clients {
            client.leave().await;
            relay.lost_one().await;
        }
    }
}
