//! What commands do to mailboxes: limits, quotas, subscriptions. It sees commands and cells, never a socket. Spec: relay,
//! "Commands" and "Leases".
//!
//! ```text
//! connection ─ command → Session ─ operation → Store
//!      ↑                    │ appended → Subscriptions ─ bell ─┐
//!      └── deliveries ── Session::collect ←────────────────────┘ (of the subscriber)
//! ```

mod patience;
mod session;
mod subscriptions;

pub(crate) use session::{Delivery, Session};

use std::sync::Arc;

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::link::Welcome;

use crate::clock::Clock;
use crate::config::{Lifetimes, Quotas};
use crate::stats::{Counters, Stats};
use crate::store::{Error, Store};
use subscriptions::Subscriptions;

/// All that the connections of one relay share.
pub(crate) struct Mailboxes<S> {
    store: S,
    clock: Arc<dyn Clock>,
    subscriptions: Subscriptions,
    quotas: Quotas,
    lifetimes: Lifetimes,
    counters: Counters,
}

impl<S: Store> Mailboxes<S> {
    pub fn new(store: S, clock: Arc<dyn Clock>, quotas: Quotas, lifetimes: Lifetimes) -> Self {
        Self { store, clock, subscriptions: Subscriptions::default(), quotas, lifetimes, counters: Counters::default() }
    }

    /// What a new connection is told.
    pub fn welcome(&self) -> Welcome {
        Welcome { epoch: self.store.epoch(), now: self.clock.wall() }
    }

    /// Erases what is gone, and ends the subscriptions to it.
    pub async fn expire(&self) -> Result<(), Error> {
        for mailbox in self.store.expire(self.now()).await? {
            self.subscriptions.end(mailbox);
        }
        Ok(())
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    pub fn stats(&self) -> Stats {
        self.counters.stats(self.store.usage())
    }

    fn now(&self) -> UnixTime {
        self.clock.steady()
    }
}
