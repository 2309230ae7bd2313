//! What commands do to mailboxes: limits, quotas, subscriptions. It sees commands and cells, never a socket. Spec: relay,
//! "Commands" and "Leases".
//!
//! ```text
//! connection ─ command → Session ─ operation → Store
//!      ↑                    │ appended → Subscriptions ─ bell ─┐   (a shared store's notices ring it, too)
//!      └── deliveries ── Session::collect ←────────────────────┘ (of the subscriber)
//! ```

mod patience;
mod session;
mod subscriptions;

pub use session::{Delivery, Session};

use std::sync::Arc;

use nightjar_protocol::keys::{MailboxId, Random, UnixTime};
use nightjar_protocol::link::Welcome;

use crate::clock::Clock;
use crate::config::{Lifetimes, Quotas};
use crate::key::OsRandom;
use crate::live::Live;
use crate::stats::{Counters, Stats};
use crate::store::{Error, Notice, Store};
use subscriptions::{SubscriptionId, Subscriptions};

/// All that the connections of one relay share.
pub struct Mailboxes<S> {
    store: S,
    clock: Arc<dyn Clock>,
    subscriptions: Subscriptions,
    limits: Live<Limits>,
    counters: Counters,
}

/// What an operator may change while the relay runs. A session keeps those that it began with.
pub(crate) struct Limits {
    pub quotas: Quotas,
    pub lifetimes: Lifetimes,
}

impl<S: Store> Mailboxes<S> {
    /// No mailboxes yet but those in the store.
    pub fn new(store: S, clock: Arc<dyn Clock>, quotas: Quotas, lifetimes: Lifetimes) -> Self {
        let limits = Live::new(Limits { quotas, lifetimes });
        Self { store, clock, subscriptions: Subscriptions::default(), limits, counters: Counters::default() }
    }

    /// Takes other limits for the sessions to come.
    pub(crate) fn adopt(&self, quotas: Quotas, lifetimes: Lifetimes) {
        self.limits.replace(Limits { quotas, lifetimes });
    }

    /// Whether the store answers: asked for a mailbox that nobody has, it has to say so.
    pub(crate) async fn answers(&self) -> bool {
        let nobodys = MailboxId::from_bytes(*OsRandom.bytes());
        self.store.renew(nobodys, None, self.now()).await == Err(Error::Unknown)
    }

    /// What a new connection is told.
    pub fn welcome(&self) -> Welcome {
        Welcome { epoch: self.store.epoch(), now: self.clock.wall() }
    }

    /// Erases what is gone, and ends the subscriptions to it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn expire(&self) -> Result<(), Error> {
        for mailbox in self.store.expire(self.now()).await? {
            self.end(mailbox);
        }
        Ok(())
    }

    /// Rings for what other processes do to the mailboxes that are subscribed to here, for ever.
    pub(crate) async fn listen(&self) {
        loop {
            match self.store.notice().await {
                Notice::Appended(mailbox) => self.subscriptions.announce(mailbox),
                Notice::Taken(mailbox) | Notice::Gone(mailbox) => self.end(mailbox),
            }
        }
    }

    fn end(&self, mailbox: MailboxId) {
        self.subscriptions.end(mailbox, || self.store.unwatch(mailbox));
    }

    fn release(&self, mailbox: MailboxId, id: SubscriptionId) {
        self.subscriptions.release(mailbox, id, || self.store.unwatch(mailbox));
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(crate) fn stats(&self) -> Stats {
        self.counters.stats(self.store.usage())
    }

    fn now(&self) -> UnixTime {
        self.clock.steady()
    }
}
