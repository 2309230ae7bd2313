//! One connection's view of the mailboxes: its slots, its quotas, what it is owed. Spec: relay, "Commands" and "Leases".

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::keys::{MailboxId, ReadKey};
use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX, SUBSCRIPTIONS_MAX};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::{Cell, Command, Refusal, Reply};

use super::patience::Patience;
use super::subscriptions::{Bell, SubscriptionId, bit};
use super::{Limits, Mailboxes};
use crate::bucket::{Bucket, Rate};
use crate::store::{Created, Error, Store, Stored};

/// One connection at the mailboxes. Dropping it ends its subscriptions.
pub struct Session<S: Store> {
    shared: Arc<Mailboxes<S>>,
    limits: Arc<Limits>,
    bell: Arc<Bell>,
    slots: BTreeMap<u16, Subscription>,
    /// Slots, as bits, that may have a cell to push.
    ready: u64,
    /// Where the next round over the slots begins, so that a busy mailbox does not starve its neighbours.
    turn: u16,
    created: u32,
    /// The life of the store in which it began.
    epoch: Epoch,
    made: Bucket,
    /// Slots whose mailbox could not be read, and when to try again.
    patience: Patience,
}

/// What goes to a client unasked.
pub enum Delivery {
    /// A cell.
    Push {
        /// Of which subscription.
        slot: u16,
        /// Its number in its mailbox.
        seq: u64,
        /// Seconds that it will be kept.
        ttl: u32,
        /// The cell.
        cell: Arc<Cell>,
    },
    /// A subscription is over.
    Ended {
        /// Which one.
        slot: u16,
    },
}

struct Subscription {
    id: SubscriptionId,
    mailbox: MailboxId,
    /// The highest number pushed; 0 if none.
    pushed: u64,
    /// Numbers pushed and not acknowledged, ascending.
    lent: VecDeque<u64>,
}

impl<S: Store> Session<S> {
    /// A session without subscriptions.
    #[must_use]
    pub fn new(shared: Arc<Mailboxes<S>>) -> Self {
        let (limits, epoch) = (shared.limits.now(), shared.store.epoch());
        let (bell, made, patience) = (Arc::default(), Bucket::default(), Patience::default());
        let (slots, ready, turn, created) = (BTreeMap::new(), 0, 0, 0);
        Self { shared, limits, bell, slots, ready, turn, created, epoch, made, patience }
    }

    /// Whether the store has begun another life, of which the client does not know.
    pub fn is_stale(&self) -> bool {
        self.shared.store.epoch() != self.epoch
    }

    /// Carries out a command; nothing comes of an `Append`, which [`Self::append`] carries out.
    pub async fn handle(&mut self, command: Command) -> Reply {
        let answer = match command {
            Command::Create { read_key, ttl } => self.create(&read_key, ttl).await,
            Command::Append { .. } => Err(Refusal::Limit),
            Command::Subscribe { slot, read_key } => self.subscribe(slot, &read_key).await,
            Command::Acknowledge { slot, up_to } => self.acknowledge(slot, up_to).await,
            Command::Unsubscribe { slot } => self.unsubscribe(slot),
            Command::Delete { read_key } => self.delete(&read_key).await,
            Command::Ping => Ok(Reply::Done),
        };
        self.shared.counters().answered(answer)
    }

    /// Puts a cell into a mailbox. It is begun when it is first polled, and goes on without this session.
    pub fn append(
        &self,
        id: MailboxId,
        ttl: u32,
        cell: Option<Cell>,
    ) -> impl Future<Output = Reply> + Send + use<S> + 'static {
        let (shared, limits) = (Arc::clone(&self.shared), Arc::clone(&self.limits));
        async move {
            let answer = append(&shared, &limits, id, ttl, cell).await;
            shared.counters().answered(answer)
        }
    }

    /// Returns when [`Self::collect`] may have something.
    pub async fn news(&self) {
        tokio::select! {
            () = self.bell.rung() => {}
            () = self.patience.over() => {}
        }
    }

    /// Whether [`Self::collect`] may have something at once.
    pub const fn owes(&self) -> bool {
        self.ready != 0
    }

    /// What is owed to the client and may go out now, at most `most` cells; nothing if there is nothing.
    pub async fn collect(&mut self, most: usize) -> Vec<Delivery> {
        let news = self.bell.take();
        self.ready |= news.slots | self.patience.take();
        let mut deliveries = Vec::new();
        for (slot, id) in news.ended {
            if self.slots.get(&slot).is_some_and(|subscription| subscription.id == id) {
                self.slots.remove(&slot);
                deliveries.push(Delivery::Ended { slot });
            }
        }
        let ended = deliveries.len();
        while self.ready != 0 && deliveries.len() - ended < most {
            // The next ready slot at or after the turn, from the lowest again after the highest.
            let slot = (self.turn + self.ready.rotate_right(self.turn.into()).trailing_zeros() as u16) % 64;
            self.turn = (slot + 1) % 64;
            self.push(slot, most + ended, &mut deliveries).await;
        }
        deliveries
    }

    /// Takes one slot's turn: a few cells, as far as its window is open and `deliveries` has at most `until`.
    async fn push(&mut self, slot: u16, until: usize, deliveries: &mut Vec<Delivery>) {
        self.ready &= !bit(slot);
        let Some(subscription) = self.slots.get_mut(&slot) else { return };
        let open = usize::from(self.limits.quotas.window).saturating_sub(subscription.lent.len());
        if open == 0 {
            return;
        }
        let most = open.min(TURN).min(until - deliveries.len());
        let now = self.shared.now();
        match self.shared.store.read_after(subscription.mailbox, subscription.pushed, most, now).await {
            Ok(cells) => {
                self.patience.succeeded();
                if cells.len() == most {
                    self.ready |= bit(slot);
                }
                for Stored { seq, expires, cell } in cells {
                    subscription.pushed = seq;
                    subscription.lent.push_back(seq);
                    self.shared.counters().cells_out.count();
                    let ttl = u32::try_from(expires.since(now)).unwrap_or(CELL_TTL_MAX);
                    deliveries.push(Delivery::Push { slot, seq, ttl, cell });
                }
            }
            // The store will be back, and the mailbox with it: a client that is told of an end would not come back at once.
            Err(Error::Unavailable) => self.patience.failed(bit(slot)),
            // The mailbox is gone: nothing more comes of this subscription.
            Err(_) => {
                self.vacate(slot);
                deliveries.push(Delivery::Ended { slot });
            }
        }
    }

    async fn create(&mut self, read_key: &ReadKey, ttl: u32) -> Result<Reply, Refusal> {
        let ttl = within(ttl, MAILBOX_TTL_MAX)?.min(self.limits.lifetimes.mailbox);
        let (id, now, store) = (read_key.mailbox(), self.shared.now(), &self.shared.store);
        let (quotas, mut made) = (&self.limits.quotas, self.made);
        let rate = Rate::per(quotas.mailboxes_per_minute.into(), MINUTE);
        let in_time = made.take(rate, 1, Duration::from_secs(now.0), Duration::ZERO).is_some();
        // Empty mailboxes are cheap to ask for, and are not to take the room of cells.
        let room = store.usage().mailboxes < quotas.mailboxes;
        if room && in_time && self.created < quotas.mailboxes_per_connection {
            if store.create(id, ttl, now).await? == Created::New {
                (self.created, self.made) = (self.created + 1, made);
            }
            return Ok(Reply::Done);
        }
        match store.renew(id, Some(ttl), now).await {
            Ok(_) => Ok(Reply::Done),
            Err(Error::Unknown) if room => Err(Refusal::Quota),
            Err(Error::Unknown) => Err(Refusal::RelayFull),
            Err(error) => Err(error.into()),
        }
    }

    async fn subscribe(&mut self, slot: u16, read_key: &ReadKey) -> Result<Reply, Refusal> {
        if slot >= SUBSCRIPTIONS_MAX || self.slots.contains_key(&slot) {
            return Err(Refusal::Limit);
        }
        if self.slots.len() >= usize::from(self.limits.quotas.subscriptions_per_connection) {
            return Err(Refusal::Quota);
        }
        let mailbox = read_key.mailbox();
        let waiting = self.shared.store.renew(mailbox, None, self.shared.now()).await?;
        // From here on a new cell rings; what came before is found by the first turn.
        let id = self.shared.subscriptions.take(mailbox, slot, &self.bell);
        if let Err(error) = self.shared.store.watch(mailbox, self.shared.now()).await {
            self.shared.release(mailbox, id);
            return Err(error.into());
        }
        self.slots.insert(slot, Subscription { id, mailbox, pushed: 0, lent: VecDeque::new() });
        self.ready |= bit(slot);
        Ok(Reply::Subscribed { waiting })
    }

    async fn acknowledge(&mut self, slot: u16, up_to: u64) -> Result<Reply, Refusal> {
        let subscription = self.slots.get_mut(&slot).ok_or(Refusal::Unknown)?;
        if up_to > subscription.pushed {
            return Err(Refusal::Limit);
        }
        self.shared.store.acknowledge(subscription.mailbox, up_to, self.shared.now()).await?;
        let closed = subscription.lent.len() >= usize::from(self.limits.quotas.window);
        while subscription.lent.front().is_some_and(|seq| *seq <= up_to) {
            subscription.lent.pop_front();
        }
        // With the window open, whatever there was to push has been pushed, or its slot is ready as it is.
        if closed {
            self.ready |= bit(slot);
        }
        Ok(Reply::Done)
    }

    fn unsubscribe(&mut self, slot: u16) -> Result<Reply, Refusal> {
        if self.vacate(slot) { Ok(Reply::Done) } else { Err(Refusal::Unknown) }
    }

    async fn delete(&mut self, read_key: &ReadKey) -> Result<Reply, Refusal> {
        let mailbox = read_key.mailbox();
        self.shared.store.delete(mailbox, self.shared.now()).await?;
        self.shared.end(mailbox);
        Ok(Reply::Done)
    }

    /// Frees a slot, if it is taken.
    fn vacate(&mut self, slot: u16) -> bool {
        let Some(subscription) = self.slots.remove(&slot) else { return false };
        self.shared.release(subscription.mailbox, subscription.id);
        true
    }
}

impl<S: Store> Drop for Session<S> {
    fn drop(&mut self) {
        for subscription in self.slots.values() {
            self.shared.release(subscription.mailbox, subscription.id);
        }
    }
}

async fn append<S: Store>(
    shared: &Mailboxes<S>,
    limits: &Limits,
    id: MailboxId,
    ttl: u32,
    cell: Option<Cell>,
) -> Result<Reply, Refusal> {
    let ttl = within(ttl, CELL_TTL_MAX)?.min(limits.lifetimes.cell);
    // The link gives a cell with each append.
    let cell = cell.ok_or(Refusal::Limit)?;
    shared.store.append(id, cell, ttl, limits.quotas.cells_per_mailbox, shared.now()).await?;
    shared.counters().cells_in.count();
    shared.subscriptions.announce(id);
    Ok(Reply::Done)
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown => Self::Unknown,
            Error::MailboxFull => Self::MailboxFull,
            Error::Full => Self::RelayFull,
            Error::Unavailable => Self::Unavailable,
        }
    }
}

fn within(ttl: u32, most: u32) -> Result<u32, Refusal> {
    if (1..=most).contains(&ttl) { Ok(ttl) } else { Err(Refusal::Limit) }
}

const MINUTE: Duration = Duration::from_secs(60);
/// Cells that one subscription may push in its turn.
const TURN: usize = 8;
