//! A peer of a conversation who says what no honest one would, and a victim who writes, reads and waits meanwhile.

use nightjar_protocol::conversation::envelope::{Envelope, Piece};
use nightjar_protocol::conversation::{Audience, Conversation, Error, MessageState};
use nightjar_protocol::keys::{AeadKey, MailboxId, ReadKey, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::{Attachment, AttachmentKind, Attachments, Body, Message, Receipt, ReceiptKind, Text};
use nightjar_protocol::ratchet::Session;
use nightjar_protocol::wire::encode;

use crate::input::Input;
use crate::people::{NOW, Seeded};
use crate::session::ends;
use crate::talk::{conversations, deliver, look};
use crate::window::{Numbers, Receiver, Sender, WINDOW};

/// Both of them.
pub struct Affair {
    peer: Session,
    victim: Conversation,
    now: UnixTime,
    random: Seeded,
    /// What has come, and what was sealed, counted beside the victim's machine.
    receiver: Receiver,
    sender: Sender,
}

impl Default for Affair {
    fn default() -> Self {
        let ([peer, _], [_, victim]) = (ends(), conversations());
        let (receiver, sender) = Default::default();
        Self { peer, victim, now: NOW, random: Seeded(1), receiver, sender }
    }
}

impl Affair {
    /// Somebody does something.
    pub fn step(&mut self, input: &mut Input) {
        let Self { victim, now, random, .. } = self;
        match input.byte() % 10 {
            0 => drop(victim.send_text(*now, "here", (3600, 60), Audience::Contact, random)),
            1 => *now = now.plus(u64::from(input.byte()) << (input.byte() % 20)),
            2 => drop(victim.rotate(*now, random)),
            3 => {
                let unseen = victim.messages(*now).find(|message| message.state == MessageState::Unseen);
                if let Some(id) = unseen.map(|message| message.id) {
                    assert!(victim.show(*now, id, random).is_some() && victim.acknowledge(*now, id, random).is_ok());
                }
            }
            4 => self.attach(input),
            _ => match envelope(input, *now, self.receiver.floor()) {
                Some(envelope) => self.say(&envelope),
                None => drop(self.send(input.string())),
            },
        }
        self.count();
        self.victim.tick(self.now, &mut self.random);
        self.count();
        look(&mut self.victim, self.now);
    }

    /// The victim sends attachments, or something becomes of some.
    fn attach(&mut self, input: &mut Input) {
        let Self { victim, now, random, .. } = self;
        let (what, item) = (input.byte(), input.byte() % 4);
        let named: Vec<_> = victim.messages(*now).map(|message| message.id).collect();
        let id = input.place(named.len()).map(|place| named[place]);
        match (what % 4, id) {
            (0, _) | (_, None) => {
                let deadline = now.plus(3600);
                let _ = victim.send_attachments(*now, attachments(input, *now, deadline), Audience::Contact, random);
            }
            (1, Some(id)) => victim.appended(id, item, Epoch([what; 8]), u32::from(what)),
            (2, Some(id)) => drop(victim.failed(id, item)),
            (_, Some(id)) => drop(victim.fetched(*now, id, item, random)),
        }
    }

    /// The peer says an envelope: of its numbers the victim takes only those that the spec lets it take.
    fn say(&mut self, envelope: &Envelope) {
        let Ok(bytes) = encode(envelope) else { return };
        let is_sound = Envelope::decode(&bytes).is_ok();
        let Some(taken) = self.send(&bytes) else { return };
        let numbers = Numbers::from(envelope);
        let (has, is_ahead) = (self.receiver.has(numbers.seq), self.receiver.is_ahead(&numbers));
        match taken {
            Ok(()) => {
                assert!(is_sound && numbers.ack <= self.sender.last(), "sense, and cells that there are");
                assert!(!has && !is_ahead, "a cell twice, or beyond the window");
                self.receiver.take(&numbers);
                self.sender.acked(numbers.ack);
            }
            Err(Error::Ahead) => assert!(is_sound && is_ahead && !has, "within the window"),
            Err(Error::Acknowledgement) => assert!(numbers.ack > self.sender.last()),
            Err(_) if numbers.ack > self.sender.last() => assert!(!is_sound),
            // After its numbers, a piece or message may be at odds with what is there.
            Err(Error::Repeated | Error::Piece | Error::Message(_) | Error::Full) => assert!(has || !is_ahead),
            Err(_) => assert!(!is_sound),
        }
    }

    /// A cell of the peer's arrives, with any content; `None` if that is too long.
    fn send(&mut self, content: &[u8]) -> Option<Result<(), Error>> {
        let cell = self.peer.encrypt(content, &mut self.random).ok()?;
        Some(deliver(&mut self.victim, self.now, &cell, &mut self.random).map(drop))
    }

    fn count(&mut self) {
        let held = self.victim.outbox(self.now, Epoch(*b"nobodys!")).map(|queued| queued.seq);
        self.sender.sealed(held, self.receiver.floor());
    }
}

/// An envelope of plausible numbers about a message of the input's choice, or one in the making.
fn envelope(input: &mut Input, now: UnixTime, floor: u64) -> Option<Envelope> {
    // Near the beginning, about the window's end, and at the end of numbers.
    let far = |byte: u8| match byte {
        0..160 => u64::from(byte),
        160..240 => WINDOW - 40 + u64::from(byte - 160),
        _ => u64::MAX - u64::from(byte - 240),
    };
    let time = |byte: u8| UnixTime((now.0 - 30).saturating_add(far(byte)));
    let message = match input.byte() % 5 {
        0 => return None,
        3 => {
            let (sent_at, deadline) = (time(input.byte()), time(input.byte()));
            Message::Attachments(attachments(input, sent_at, deadline))
        }
        1 => Message::Text(Text {
            body: Body::new(str::from_utf8(input.string()).ok()?),
            sent_at: time(input.byte()),
            deadline: time(input.byte()),
            after_read: u32::from(input.byte()),
        }),
        2 => Message::Receipt(Receipt {
            kind: KINDS[usize::from(input.byte() % 4)],
            messages: input.string().iter().map(|byte| far(*byte)).collect(),
        }),
        _ => Message::Mailbox(MailboxId::from_bytes([input.byte(); 32])),
    };
    let deadline = message.deadline().unwrap_or_else(|| time(input.byte()));
    let bytes = encode(&message).ok()?;
    let count = 1 + input.byte() % 3;
    let index = input.byte() % count;
    let part = bytes.len().div_ceil(usize::from(count)).max(1);
    let bytes = bytes.chunks(part).nth(usize::from(index))?.to_vec();
    let mut number = || far(input.byte());
    let (seen, message) = (number(), number());
    // Mostly what is taken but for one number: at the window's very end, or what was sent and what was not.
    let seq = match input.byte() {
        near @ 0..120 => u64::from(near),
        edge @ 120..240 => floor + WINDOW - 8 + u64::from(edge % 16),
        wild => far(wild),
    };
    let oldest = Some(input.byte()).filter(|byte| *byte > 200).map_or(1, far);
    let ack = Some(input.byte()).filter(|byte| *byte > 200).map_or(0, |byte| u64::from(byte % 8));
    let piece = Piece { message, index, count, deadline, bytes };
    Some(Envelope { seq, oldest, ack, seen, piece })
}

/// Attachments of which some are plausible.
fn attachments(input: &mut Input, sent_at: UnixTime, deadline: UnixTime) -> Attachments {
    let caption = String::from_utf8_lossy(input.short()).into_owned();
    let mut item = |_| {
        let (kind, size, duration) = (input.byte(), u32::from(input.byte()), u32::from(input.byte()));
        Attachment {
            kind: [AttachmentKind::Voice, AttachmentKind::Photo, AttachmentKind::File][usize::from(kind % 3)],
            name: Body::new(&String::from_utf8_lossy(input.short())),
            size: if kind < 240 { size * 999 } else { u32::MAX - size },
            hash: [kind; 32],
            duration: if kind % 3 == 0 { duration } else { duration / 240 },
            mailbox: ReadKey::from_bytes([kind; 32]),
            key: AeadKey::from_bytes([kind; 32]),
        }
    };
    let items = (0..deadline.0 % 3 + 1).map(&mut item).collect();
    Attachments { caption: Body::new(&caption), items, sent_at, deadline, after_read: 60 }
}

const KINDS: [ReceiptKind; 4] =
    [ReceiptKind::Delivered, ReceiptKind::Read, ReceiptKind::Erased, ReceiptKind::Acknowledged];
