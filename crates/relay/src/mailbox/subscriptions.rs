//! Who is subscribed to which mailbox, and how a connection learns that there is news. Spec: relay, "Leases".

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nightjar_protocol::keys::MailboxId;
use nightjar_protocol::limits::SUBSCRIPTIONS_MAX;
use tokio::sync::Notify;

/// The one subscription of each mailbox that has one.
#[derive(Default)]
pub(super) struct Subscriptions {
    standing: Mutex<HashMap<MailboxId, Subscriber>>,
    last: AtomicU64,
}

/// Tells one subscription from every other of this process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct SubscriptionId(u64);

struct Subscriber {
    id: SubscriptionId,
    slot: u16,
    bell: Arc<Bell>,
}

impl Subscriptions {
    /// Ties a mailbox to a slot; an older subscription to it ends.
    pub fn take(&self, mailbox: MailboxId, slot: u16, bell: &Arc<Bell>) -> SubscriptionId {
        let id = SubscriptionId(self.last.fetch_add(1, Relaxed));
        let former = self.standing().insert(mailbox, Subscriber { id, slot, bell: Arc::clone(bell) });
        if let Some(former) = former {
            former.bell.ring(former.slot, Some(former.id));
        }
        id
    }

    /// Ends a subscription whose connection wants it no more, if it still stands; `free` runs before the next can begin.
    pub fn release(&self, mailbox: MailboxId, id: SubscriptionId, free: impl FnOnce()) {
        let mut standing = self.standing();
        if standing.get(&mailbox).is_some_and(|subscriber| subscriber.id == id) {
            standing.remove(&mailbox);
            free();
        }
    }

    /// Ends the subscription of a mailbox that is gone, or another process's; `free` as above.
    pub fn end(&self, mailbox: MailboxId, free: impl FnOnce()) {
        let mut standing = self.standing();
        if let Some(subscriber) = standing.remove(&mailbox) {
            subscriber.bell.ring(subscriber.slot, Some(subscriber.id));
            free();
        }
    }

    /// Says that a cell has arrived.
    pub fn announce(&self, mailbox: MailboxId) {
        if let Some(subscriber) = self.standing().get(&mailbox) {
            subscriber.bell.ring(subscriber.slot, None);
        }
    }

    fn standing(&self) -> MutexGuard<'_, HashMap<MailboxId, Subscriber>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rings for a connection when one of its subscriptions has news.
#[derive(Default)]
pub(super) struct Bell {
    news: Mutex<News>,
    wake: Notify,
}

/// What rang since it was last asked.
#[derive(Default)]
pub(super) struct News {
    /// Slots with new cells, as bits; it may ring for a slot whose subscription is another by now.
    pub slots: u64,
    /// Subscriptions that ended, with their slots.
    pub ended: Vec<(u16, SubscriptionId)>,
}

impl Bell {
    fn ring(&self, slot: u16, ended: Option<SubscriptionId>) {
        {
            let mut news = self.news();
            match ended {
                Some(id) => news.ended.push((slot, id)),
                None => news.slots |= bit(slot),
            }
        }
        self.wake.notify_one();
    }

    /// Returns when it has rung since this last returned.
    pub async fn rung(&self) {
        self.wake.notified().await;
    }

    /// What it rang for; it is then forgotten.
    pub fn take(&self) -> News {
        std::mem::take(&mut self.news())
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slot as a bit.
pub(super) const fn bit(slot: u16) -> u64 {
    const { assert!(SUBSCRIPTIONS_MAX <= 64, "slots are the bits of a u64") };
    1 << (slot % 64)
}
