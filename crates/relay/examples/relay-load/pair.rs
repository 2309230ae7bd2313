//! A pair's two sides: how the sender sends, stamped and at its pace, and how the recipient acknowledges.

use std::cell::Cell as Shared;
use std::rc::Rc;
use std::time::Duration;

use anyhow::bail;
use nightjar_protocol::keys::{MailboxId, Random, ReadKey};
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN};
use nightjar_protocol::link::Event;
use nightjar_protocol::wire::{Cell, Command};
use nightjar_relay::key::OsRandom;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::client::{Client, refusal};
use crate::figures::Tally;
use crate::options::Workload;

/// A sender, a mailbox and its recipient.
pub struct Pair {
    pub key: ReadKey,
    mailbox: MailboxId,
    /// Messages of this pair, and cells of one message.
    share: u64,
    pieces: u64,
    /// How long a recipient may owe an acknowledgement.
    patience: Duration,
    delivered: Shared<u64>,
    news: Notify,
}

/// When a sender may send.
#[derive(Clone, Copy)]
pub enum Pace {
    /// At most so many messages that are not delivered.
    Delivered(u64),
    /// At most so many messages that are not confirmed.
    Confirmed(u64),
    /// One each interval, the first after a while.
    Every(Duration, Duration),
}

/// The pairs of a workload, with mailboxes that nobody knows yet.
pub fn pairs(workload: &Workload) -> Vec<Rc<Pair>> {
    let pair = |share| {
        let key = ReadKey::generate(&mut OsRandom);
        let (mailbox, pieces, patience) = (key.mailbox(), workload.pieces(), workload.patience);
        Rc::new(Pair { key, mailbox, share, pieces, patience, delivered: Shared::new(0), news: Notify::new() })
    };
    workload.shares().map(pair).collect()
}

/// Sends a pair's share and waits until all of it is confirmed.
pub async fn send(mut client: Client, pair: Rc<Pair>, tally: Rc<Tally>, pace: Pace) -> anyhow::Result<Client> {
    let mut letter = Letter::new(&pair);
    let mut confirmed = 0;
    let mut due = Instant::now();
    if let Pace::Every(_, first) = pace {
        due += first;
    }
    loop {
        let mut burst = 0;
        while letter.sent < pair.share && burst < BURST {
            let now = Instant::now();
            let late = match pace {
                Pace::Delivered(window) if letter.sent - pair.delivered.get() < window => Duration::ZERO,
                Pace::Confirmed(window) if letter.sent - confirmed / pair.pieces < window => Duration::ZERO,
                Pace::Every(every, _) if due <= now => {
                    due += every;
                    now + every - due
                }
                _ => break,
            };
            letter.queue(&mut client, tally.now(), late);
            burst += pair.pieces;
        }
        if confirmed == pair.share * pair.pieces {
            return Ok(client);
        }
        let more = letter.sent < pair.share;
        tokio::select! {
            biased;
            exchanged = client.exchange() => exchanged?,
            () = pair.news.notified(), if more && matches!(pace, Pace::Delivered(_)) => {}
            () = sleep_until(due), if more && matches!(pace, Pace::Every(..)) => {}
        }
        for event in client.events.drain(..) {
            match event {
                Event::Answered { answer, .. } => match refusal(answer) {
                    None => confirmed += 1,
                    Some(refusal) => bail!("an append was refused: {refusal:?}"),
                },
                Event::Pushed { .. } | Event::Ended { .. } => bail!("a sender has no subscription"),
            }
        }
    }
}

/// Receives and acknowledges a pair's share.
pub async fn receive(mut client: Client, pair: Rc<Pair>, tally: Rc<Tally>) -> anyhow::Result<Client> {
    let mut inbox = Inbox { cells: 0, messages: 0, owed: None, owing: 0, due: Instant::now() };
    loop {
        let before = inbox.messages;
        for event in client.events.drain(..) {
            inbox.take(&event, &pair, &tally)?;
        }
        let last = inbox.messages >= pair.share;
        if let Some((slot, up_to)) = inbox.settles(last) {
            client.link.queue(&Command::Acknowledge { slot, up_to });
        }
        if inbox.messages > before {
            pair.delivered.set(inbox.messages);
            tally.delivered(inbox.messages - before);
            pair.news.notify_one();
        }
        if last {
            client.flush().await?;
            return Ok(client);
        }
        tokio::select! {
            biased;
            exchanged = client.exchange() => exchanged?,
            () = sleep_until(inbox.due), if inbox.owed.is_some() => {}
        }
    }
}

/// What a recipient has, and what it owes the relay.
struct Inbox {
    cells: u64,
    messages: u64,
    /// The last cell that is not acknowledged, how many there are, and when the first of them has to be.
    owed: Option<(u16, u64)>,
    owing: u64,
    due: Instant,
}

impl Inbox {
    fn take(&mut self, event: &Event, pair: &Pair, tally: &Tally) -> anyhow::Result<()> {
        match event {
            Event::Pushed { slot, seq, cell } => {
                let (stamp, number) = stamps(cell);
                if number != self.cells {
                    tally.out_of_order();
                }
                self.cells = number + 1;
                if self.cells.is_multiple_of(pair.pieces) {
                    self.messages += 1;
                    tally.took(tally.now().saturating_sub(stamp));
                }
                if self.owed.replace((*slot, *seq)).is_none() {
                    self.due = Instant::now() + pair.patience;
                }
                self.owing += 1;
            }
            Event::Answered { answer, .. } => {
                if let Some(refusal) = refusal(*answer) {
                    bail!("an acknowledgement was refused: {refusal:?}");
                }
            }
            Event::Ended { .. } => bail!("a subscription ended"),
        }
        Ok(())
    }

    /// What is to be acknowledged now, if anything.
    fn settles(&mut self, last: bool) -> Option<(u16, u64)> {
        if !last && self.owing < OWING_MAX && Instant::now() < self.due {
            return None;
        }
        self.owing = 0;
        self.owed.take()
    }
}

/// Messages in the making: cells as random as a relay would see them, stamped with the time and their number.
struct Letter {
    bytes: [u8; CELL_LEN],
    mailbox: MailboxId,
    pieces: u64,
    sent: u64,
}

impl Letter {
    fn new(pair: &Pair) -> Self {
        let mut bytes = [0; CELL_LEN];
        OsRandom.fill(&mut bytes);
        Self { bytes, mailbox: pair.mailbox, pieces: pair.pieces, sent: 0 }
    }

    /// Queues the next message, stamped with nanoseconds, or earlier if it should have gone out earlier.
    fn queue(&mut self, client: &mut Client, now: u64, late: Duration) {
        let wait = if late > GRAIN { u64::try_from(late.as_nanos()).unwrap_or(u64::MAX) } else { 0 };
        for piece in 0..self.pieces {
            if let Some((stamp, rest)) = self.bytes.split_first_chunk_mut() {
                *stamp = now.saturating_sub(wait).to_le_bytes();
                if let Some(number) = rest.first_chunk_mut() {
                    *number = (self.sent * self.pieces + piece).to_le_bytes();
                }
            }
            client.link.queue_append(self.mailbox, TTL, Cell::from_bytes(self.bytes));
        }
        self.sent += 1;
    }
}

fn stamps(cell: &Cell) -> (u64, u64) {
    let split = cell.as_bytes().split_first_chunk().and_then(|(stamp, rest)| Some((stamp, rest.first_chunk()?)));
    split.map_or((0, 0), |(stamp, number)| (u64::from_le_bytes(*stamp), u64::from_le_bytes(*number)))
}

/// Seconds that mailboxes and cells live: longer than any run.
pub const TTL: u32 = 3600;
/// Cells queued before they are written: 128 KiB of frames.
const BURST: u64 = (128 * 1024_u64).div_ceil(FRAME_LEN as u64);
/// Cells that a recipient owes an acknowledgement for, at most: half of the relay's window.
const OWING_MAX: u64 = 32;
/// What a timer may be late by without the wait being counted.
const GRAIN: Duration = Duration::from_millis(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_waits_for_others_but_not_for_long() {
        let owes = |owing, patience| Inbox {
            cells: owing,
            messages: owing,
            owed: Some((0, owing)),
            owing,
            due: Instant::now() + Duration::from_secs(patience),
        };
        assert_eq!(owes(1, 60).settles(false), None);
        assert_eq!(owes(1, 60).settles(true), Some((0, 1)), "nothing comes after it");
        assert_eq!(owes(1, 0).settles(false), Some((0, 1)), "it is due");
        let mut full = owes(OWING_MAX, 60);
        assert_eq!(full.settles(false), Some((0, OWING_MAX)));
        assert_eq!((full.settles(true), full.owing), (None, 0), "it is settled");
    }
}
