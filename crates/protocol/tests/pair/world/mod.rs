//! The world of the two: clock, relay, devices that store what they must and are killed in between.

mod steps;

use std::collections::{BTreeMap, VecDeque};

use nightjar_protocol::conversation::{Conversation, Direction, Event, Expiry, MessageId, Standing};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{MailboxId, Random, ReadKey, RootKey, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::ratchet::{Role, SessionSeed};
use nightjar_protocol::wire::Cell;

/// xorshift64*: enough for a simulation, and the same on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        (self.draw() >> 16) % bound
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        out.iter_mut().for_each(|byte| *byte = (self.draw() >> 32) as u8);
    }
}

/// What goes wrong in a world.
#[derive(Clone, Copy)]
pub struct Weather {
    pub silent_loss: bool,
    pub kills: bool,
    pub restarts: bool,
    pub long_away: bool,
}

impl Weather {
    pub fn fair() -> Self {
        Self { silent_loss: false, kills: false, restarts: false, long_away: false }
    }
}

#[derive(Default)]
struct Relay {
    epoch: u64,
    boxes: BTreeMap<[u8; 32], VecDeque<(u64, Cell)>>,
}

impl Relay {
    fn epoch(&self) -> Epoch {
        Epoch(self.epoch.to_be_bytes())
    }

    fn append(&mut self, now: u64, to: MailboxId, ttl: u32, cell: Cell) {
        assert!(ttl > 0);
        self.boxes.entry(*to.as_bytes()).or_default().push_back((now + u64::from(ttl), cell));
    }

    fn waiting(&mut self, now: u64, of: &ReadKey) -> &mut VecDeque<(u64, Cell)> {
        let cells = self.boxes.entry(*of.mailbox().as_bytes()).or_default();
        cells.retain(|(expires, _)| *expires > now);
        cells
    }
}

struct Device {
    conversation: Conversation,
    stored: Vec<u8>,
    online: bool,
    /// Events of steps that were stored.
    events: Vec<Event>,
    /// When a message was shown first.
    shown: BTreeMap<MessageId, u64>,
}

struct Sent {
    text: String,
    deadline: u64,
    after_read: u64,
}

pub struct World {
    seed: u64,
    now: u64,
    dice: Dice,
    weather: Weather,
    relay: Relay,
    devices: [Device; 2],
    /// What each side sent and stored, by message number.
    sent: [BTreeMap<u64, Sent>; 2],
    serial: u64,
}

impl World {
    pub fn new(number: u64, weather: Weather) -> Self {
        let mut dice = Dice::new(number + 1);
        let (joiner, joiner_public) = dh_keypair(&mut dice);
        let (inviter, inviter_public) = dh_keypair(&mut dice);
        let (root, id) = (RootKey::generate(&mut dice), *dice.bytes());
        let boxes = [ReadKey::generate(&mut dice), ReadKey::generate(&mut dice)];
        let [first, second] = boxes.each_ref().map(ReadKey::mailbox);
        let [own_first, own_second] = boxes;
        let seed = |role| SessionSeed { root: root.duplicate(), id, role };
        let start = |role, own, peer| Conversation::start(seed(role), own, peer, Standing::Verified).unwrap();
        let devices = [
            start(Role::Joiner { own: joiner, peer: inviter_public }, own_first, second),
            start(Role::Inviter { own: inviter, peer: joiner_public }, own_second, first),
        ]
        .map(|conversation| Device {
            stored: conversation.snapshot().to_vec(),
            conversation,
            online: true,
            events: Vec::new(),
            shown: BTreeMap::new(),
        });
        let sent = [BTreeMap::new(), BTreeMap::new()];
        Self { seed: number, now: 1_800_000_000, dice, weather, relay: Relay::default(), devices, sent, serial: 0 }
    }

    /// So many things happen.
    pub fn run(&mut self, steps: u64) {
        for _ in 0..steps {
            let side = self.dice.below(2) as usize;
            match self.dice.below(100) {
                0..15 => {
                    let length = [1, 20, 300, 4000, 16_000][self.dice.below(5) as usize];
                    let lifetime = if self.weather.long_away { 60 + self.dice.below(200_000) } else { 86_400 };
                    let after_read = 1 + self.dice.below(600);
                    self.send(side, length, lifetime as u32, after_read as u32);
                }
                15..40 => self.flush(side),
                40..70 => self.fetch(side),
                70..80 => self.show(side),
                80..88 => self.tick(side),
                88..93 => {
                    let most = if self.weather.long_away && self.dice.percent(10) { 300_000 } else { 300 };
                    let seconds = self.dice.below(most);
                    self.pass(seconds);
                }
                93..96 => self.devices[side].online ^= true,
                96 if self.weather.restarts => self.restart_relay(),
                97 => self.rotate(side),
                98 if self.weather.kills => self.kill(side),
                _ => self.tick(1 - side),
            }
        }
    }

    /// Everybody is there and all goes well, until nothing can be under way any more.
    pub fn settle(&mut self) {
        self.settle_briefly();
        for _ in 0..40 {
            self.pass(6 * 3600);
            self.settle_briefly();
        }
    }

    /// Everybody is there and all goes well, for some minutes.
    pub fn settle_briefly(&mut self) {
        self.calm();
        self.devices.iter_mut().for_each(|device| device.online = true);
        for _ in 0..12 {
            for side in 0..2 {
                self.tick(side);
                self.flush(side);
                while self.fetch_one(side) {}
                while self.show_one(side) {}
            }
            self.pass(30);
        }
    }

    /// Nothing goes wrong any more.
    pub fn calm(&mut self) {
        self.weather = Weather::fair();
    }

    /// Both are away.
    pub fn part(&mut self) {
        self.devices.iter_mut().for_each(|device| device.online = false);
    }

    pub fn pass(&mut self, seconds: u64) {
        self.now += seconds;
        self.look();
    }

    pub fn check_last_arrived(&self, count: usize) {
        let received = |event: &&Event| matches!(event, Event::Received { .. });
        let mut all: Vec<(usize, u64, bool)> = Vec::new();
        for (side, sent) in self.sent.iter().enumerate() {
            for number in sent.keys() {
                let id = MessageId { direction: Direction::Received, number: *number };
                let arrived = self.devices[1 - side].events.contains(&Event::Received { id });
                all.push((side, *number, arrived));
            }
        }
        all.sort_by_key(|(side, number, _)| self.sent[*side][number].text.clone());
        assert!(all.len() >= count, "only {} were sent", all.len());
        assert!(all[all.len() - count..].iter().all(|(_, _, arrived)| *arrived), "the last {count} did not all arrive");
        assert!(self.devices.iter().all(|device| device.events.iter().any(|event| received(&event))));
    }

    /// The promises, once everything is over. `all`: nothing may have been lost at all.
    pub fn check(&mut self, all: bool) {
        for side in 0..2 {
            let (here, there) = (&self.devices[side], &self.devices[1 - side]);
            for number in self.sent[side].keys() {
                let (own, theirs) = (sent_id(*number), received_id(*number));
                let arrived = there.events.iter().filter(|event| **event == Event::Received { id: theirs }).count();
                let ended = |expiry| here.events.contains(&Event::Expired { id: own, expiry });
                let late = there.events.contains(&Event::Expired { id: theirs, expiry: Expiry::Late });
                assert!(arrived <= 1, "message {number} of {side} was received {arrived} times");
                assert!(!(late && arrived == 1), "message {number} of {side} was late, and received");
                assert!(arrived == 1 || ended(Expiry::Undelivered), "message {number} of {side} vanished in silence");
                if all {
                    assert!(arrived == 1, "message {number} of {side} was lost");
                    assert!(!ended(Expiry::Undelivered), "message {number} of {side} arrived and was not confirmed");
                }
                let ends = |event: &&Event| match event {
                    Event::Expired { id, .. } | Event::Erased { id } => *id == own,
                    _ => false,
                };
                assert_eq!(
                    here.events.iter().filter(ends).count(),
                    1,
                    "message {number} of {side} ended not just once"
                );
            }
            let known = |event: &Event| match event {
                Event::Received { id } => self.sent[1 - side].contains_key(&id.number),
                _ => true,
            };
            assert!(here.events.iter().all(known), "received what nobody sent");
            assert_eq!(here.conversation.messages(UnixTime(self.now)).count(), 0, "a message outlived its deadline");
            let queued = here.conversation.outbox(UnixTime(self.now), Epoch([0xEE; 8])).count();
            assert_eq!(queued, 0, "the outbox did not drain");
            assert!(!contains(&here.stored, b"marker"), "a text is still stored");
        }
    }

    /// Whoever looks at a screen now sees nothing that has had its time.
    fn look(&self) {
        for (side, device) in self.devices.iter().enumerate() {
            for message in device.conversation.messages(UnixTime(self.now)) {
                let sender = if message.id.direction == Direction::Sent { side } else { 1 - side };
                let Some(sent) = self.sent[sender].get(&message.id.number) else { continue };
                assert!(self.now < sent.deadline, "a message outlived its deadline");
                assert!(message.remaining <= sent.deadline - self.now);
                if let Some(shown) = device.shown.get(&message.id) {
                    assert!(self.now < shown + sent.after_read, "a message outlived its after-read timer");
                }
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the world of seed {} at {}", self.seed, self.now);
        }
    }
}

fn sent_id(number: u64) -> MessageId {
    MessageId { direction: Direction::Sent, number }
}

fn received_id(number: u64) -> MessageId {
    MessageId { direction: Direction::Received, number }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
