//! The mailboxes that somebody here is subscribed to, and what other relays do to them: each has a channel, of its hash tag,
//! on which the scripts say that a cell came, that it was taken over, that it is gone. Spec: relay, "Leases".

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nightjar_protocol::keys::MailboxId;
use redis::{PushInfo, PushKind, Value};
use tokio::sync::{Notify, mpsc};

use super::super::Notice;
use super::names::Tag;

/// What is watched, and where notices go.
pub(super) struct Watched {
    /// This process, in what it publishes.
    pub us: String,
    watches: Mutex<HashMap<Tag, Watch>>,
    notices: mpsc::UnboundedSender<Notice>,
    /// Something is watched that no connection listens to.
    pub astray: Notify,
}

struct Watch {
    id: MailboxId,
    /// This subscription, as it stands in the mailbox.
    owner: String,
    /// Redis has said that the mailbox is ours. What was published before is about those before us.
    ours: bool,
    /// The connection that listens to it.
    home: Option<u64>,
}

/// A watched mailbox that the connection which should listen to it does not.
pub(super) struct Stray {
    pub tag: Tag,
    pub owner: String,
    pub ours: bool,
}

impl Watched {
    pub fn new(us: String, notices: mpsc::UnboundedSender<Notice>) -> Self {
        Self { us, watches: Mutex::default(), notices, astray: Notify::new() }
    }

    /// Begins to watch, for a subscription of this name.
    pub fn insert(&self, tag: Tag, id: MailboxId, owner: &str) {
        let mut watches = self.watches();
        let home = watches.get(&tag).and_then(|watch| watch.home);
        watches.insert(tag, Watch { id, owner: owner.to_owned(), ours: false, home });
    }

    /// Watches no longer.
    pub fn remove(&self, tag: Tag) {
        self.watches().remove(&tag);
    }

    /// Watches no longer, if it is still for this subscription.
    pub fn remove_for(&self, tag: Tag, owner: &str) {
        let mut watches = self.watches();
        if watches.get(&tag).is_some_and(|watch| watch.owner == owner) {
            watches.remove(&tag);
        }
    }

    pub fn contains(&self, tag: Tag) -> bool {
        self.watches().contains_key(&tag)
    }

    /// A connection listens to it now.
    pub fn listens(&self, tag: Tag, connection: u64) {
        if let Some(watch) = self.watches().get_mut(&tag) {
            watch.home = Some(connection);
        }
    }

    /// It has to be looked at again.
    pub fn strays_again(&self, tag: Tag) {
        if let Some(watch) = self.watches().get_mut(&tag) {
            watch.home = None;
        }
    }

    /// What no connection listens to that is still the one to: `connection` says which that is.
    pub fn strays(&self, connection: impl Fn(Tag) -> Option<u64>) -> Vec<Stray> {
        let watches = self.watches();
        let strays = watches.iter().filter(|(tag, watch)| watch.home.is_none() || watch.home != connection(**tag));
        strays.map(|(tag, watch)| Stray { tag: *tag, owner: watch.owner.clone(), ours: watch.ours }).collect()
    }

    /// What stands in a mailbox that was not listened to for a while: its cells may be new, it may be another's, or gone.
    pub fn found(&self, stray: &Stray, owner: Option<&str>) {
        let watches = self.watches();
        let Some(watch) = watches.get(&stray.tag).filter(|watch| watch.owner == stray.owner) else { return };
        let _ = self.notices.send(match owner {
            Some(owner) if owner == watch.owner || !stray.ours => Notice::Appended(watch.id),
            Some(_) => Notice::Taken(watch.id),
            None => Notice::Gone(watch.id),
        });
    }

    /// What a server says unasked. Only the connection that is to listen counts: a replica tells the same, but later.
    pub fn heard(&self, connection: u64, info: &PushInfo) {
        match (&info.kind, info.data.as_slice()) {
            (PushKind::SMessage, [Value::BulkString(channel), Value::BulkString(message)]) => {
                if let (Some(tag), Some((what, who))) = (Tag::of_channel(channel), message.split_first()) {
                    self.happened(connection, tag, *what, who);
                }
            }
            // Also the answer to our own wish; then it is watched no longer, or was again in the meantime and is looked at.
            (PushKind::SUnsubscribe, [Value::BulkString(channel), ..]) => {
                let mut watches = self.watches();
                let watch = Tag::of_channel(channel).and_then(|tag| watches.get_mut(&tag));
                if let Some(watch) = watch.filter(|watch| watch.home == Some(connection)) {
                    watch.home = None;
                    self.astray.notify_one();
                }
            }
            (PushKind::Disconnection, _) => self.astray.notify_one(),
            _ => {}
        }
    }

    fn happened(&self, connection: u64, tag: Tag, what: u8, who: &[u8]) {
        let mut watches = self.watches();
        let watch = watches.get_mut(&tag).filter(|watch| watch.home == Some(connection));
        let Some(watch) = watch else { return };
        let notice = match what {
            APPENDED if who != self.us.as_bytes() => Notice::Appended(watch.id),
            TAKEN if who == watch.owner.as_bytes() => {
                watch.ours = true;
                return;
            }
            TAKEN if watch.ours => Notice::Taken(watch.id),
            GONE if watch.ours => Notice::Gone(watch.id),
            _ => return,
        };
        let _ = self.notices.send(notice);
    }

    fn watches(&self) -> MutexGuard<'_, HashMap<Tag, Watch>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How what the scripts publish begins.
const APPENDED: u8 = b'a';
const TAKEN: u8 = b't';
const GONE: u8 = b'g';

#[cfg(test)]
mod tests {
    use nightjar_protocol::keys::DhSecret;

    use super::super::names::Names;
    use super::*;

    #[test]
    fn what_another_connection_tells_late_ends_nothing() {
        let (sender, mut notices) = mpsc::unbounded_channel();
        let (watched, id) = (Watched::new("us".into(), sender), MailboxId::from_bytes([7; 32]));
        let tag = Names::new(&DhSecret::from_bytes([1; 32])).tag(id);
        let hear = |connection, message: &[u8]| {
            let data = vec![Value::BulkString(tag.channel().into_bytes()), Value::BulkString(message.to_vec())];
            watched.heard(connection, &PushInfo { kind: PushKind::SMessage, data });
        };
        watched.insert(tag, id, "former");
        watched.listens(tag, 1);
        hear(1, b"tformer");
        watched.insert(tag, id, "newer");
        hear(1, b"tnewer");
        hear(2, b"tformer");
        assert!(notices.try_recv().is_err(), "the former one was ours");
        hear(1, b"tstranger");
        assert!(matches!(notices.try_recv(), Ok(Notice::Taken(taken)) if taken == id));
    }
}
