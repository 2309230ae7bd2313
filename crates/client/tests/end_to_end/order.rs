//! In which order a client has things done at the relay. Spec: pairing, "Inviter" and "Joiner".

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use nightjar_client::random::OsRandom;
use nightjar_protocol::keys::{DhSecret, MailboxId, UnixTime};
use nightjar_protocol::limits::LIFETIME_DEFAULT;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;
use nightjar_relay::clock::SystemClock;
use nightjar_relay::config::Config;
use nightjar_relay::server::Server;
use nightjar_relay::store::{Created, Error, Memory, Store, Stored, Usage};

use crate::stage::pair;

/// What a relay was asked to do, and did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Made(MailboxId),
    Appended(MailboxId, u32),
}

#[test]
fn a_mailbox_is_there_before_its_name_leaves() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let done = Arc::new(Mutex::new(Vec::new()));
    let store = Noted(Memory::new(1 << 20, Epoch::default()), Arc::clone(&done));
    let (config, secret) = (Config::dev(), DhSecret::generate(&mut OsRandom));
    let server = runtime.block_on(Server::bind(&config, secret, store, Arc::new(SystemClock::new()))).unwrap();
    let address = server.address().to_string();
    runtime.spawn(server.run(std::future::pending()));
    pair(&address);

    let (mut made, mut before) = (BTreeSet::new(), Vec::new());
    for done in done.lock().unwrap().iter() {
        match done {
            Done::Made(mailbox) => {
                made.insert(*mailbox.as_bytes());
            }
            Done::Appended(mailbox, ttl) => {
                assert!(made.contains(mailbox.as_bytes()));
                before.push((made.len(), *ttl));
            }
        }
    }
    // The bundle goes to the rendezvous mailbox and names the pairing mailbox; message 1 goes there and names the joiner's;
    // the reply goes there and names the inviter's. What is named has been made.
    let [bundle, message1, reply, ..] = before[..] else { panic!("three cells at least: {before:?}") };
    assert!(bundle.0 >= 2 && message1.0 >= 3 && reply.0 >= 4, "{before:?}");
    // All but the bundle live as long as what a session says.
    assert_eq!((message1.1, reply.1), (LIFETIME_DEFAULT, LIFETIME_DEFAULT));
}

/// A store in memory that notes what it did.
struct Noted(Memory, Arc<Mutex<Vec<Done>>>);

impl Store for Noted {
    fn epoch(&self) -> Epoch {
        self.0.epoch()
    }
    async fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        let created = self.0.create(id, ttl, now).await?;
        self.1.lock().unwrap().push(Done::Made(id));
        Ok(created)
    }
    async fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        self.0.renew(id, ttl, now).await
    }
    async fn append(&self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        let seq = self.0.append(id, cell, ttl, quota, now).await?;
        self.1.lock().unwrap().push(Done::Appended(id, ttl));
        Ok(seq)
    }
    async fn read_after(&self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        self.0.read_after(id, after, most, now).await
    }
    async fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        self.0.acknowledge(id, up_to, now).await
    }
    async fn delete(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        self.0.delete(id, now).await
    }
    async fn expire(&self, now: UnixTime) -> Result<Vec<MailboxId>, Error> {
        self.0.expire(now).await
    }
    fn usage(&self) -> Usage {
        self.0.usage()
    }
}
