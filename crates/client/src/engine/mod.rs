//! The client's engine: the state in the vault on one side, relays on the other.
//!
//! Every turn goes the same way: news come in, machines handle them, the state is written and flushed, and only then does
//! anything leave: an acknowledgement, a cell, a line on the screen.

mod actions;
mod affairs;
mod files;
mod inbound;
mod notice;
mod online;
mod relay;
pub mod state;
mod surroundings;

use std::time::Duration;

use nightjar_protocol::conversation::{Conversation, ReceiptPolicy};
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::pairing::Joiner;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

pub use actions::{Invited, NewInvite, Outgoing};
pub use files::{FileId, FileProgress, NewFile};
pub use notice::{LookUp, Notice};
pub use state::{Contact, Invitation, Owner, State};
pub use surroundings::{Carrier, Line, Pump, Surroundings};

use crate::clock::Clock;
use crate::connection::{self, News, Report};
use crate::failure::Failure;
use crate::random::Source;
use crate::vault::Vault;
use actions::Finding;
use files::Files;
use relay::{Purpose, Relay};

/// The engine.
pub struct Engine {
    vault: Vault,
    state: State,
    clock: Clock,
    random: Source,
    carrier: Box<dyn Carrier>,
    relays: Vec<Relay>,
    news: mpsc::Receiver<Report<usize, Purpose>>,
    reporter: mpsc::Sender<Report<usize, Purpose>>,
    notices: Vec<Notice>,
    files: Files,
    /// In a box, as the machines of the state.
    finding: Option<Box<Finding>>,
    showing: Showing,
    receipts: ReceiptPolicy,
    dirty: bool,
    rejected: u64,
    /// Nothing is erased by a clock that may be wrong until the relay's was asked for, or could not be.
    clock_trusted_at: Instant,
    clock_heard: bool,
    /// The time by which was erased last.
    erased_at: Option<UnixTime>,
}

/// Whose messages are shown as they come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Showing {
    /// Nobody's: they wait, and their timers with them.
    #[default]
    Nobody,
    /// One contact's.
    Contact(u64),
    /// Everybody's.
    Everybody,
}

impl Engine {
    /// Opens the state that the vault holds, on this computer.
    ///
    /// # Errors
    /// A failure that says the vault's content is damaged.
    pub fn open(vault: Vault) -> Result<Self, Failure> {
        let surroundings = Surroundings::of_this_computer(vault.home());
        Self::open_in(surroundings, vault)
    }

    /// Opens the state that the vault holds, with these surroundings.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_in(surroundings: Surroundings, vault: Vault) -> Result<Self, Failure> {
        let Surroundings { clock, random, blobs, carrier } = surroundings;
        let state = State::decode(vault.payload()).map_err(|_| Failure::from(crate::failure::Kind::VaultDamaged))?;
        clock.set_offset(state.clock_offset);
        let (reporter, news) = mpsc::channel(NEWS_WAITING);
        let mut engine = Self {
            files: Files::new(blobs),
            vault,
            state,
            clock,
            random,
            carrier,
            relays: Vec::new(),
            news,
            reporter,
            notices: Vec::new(),
            finding: None,
            showing: Showing::Nobody,
            receipts: ReceiptPolicy::default(),
            dirty: false,
            rejected: 0,
            clock_trusted_at: Instant::now() + CLOCK_PATIENCE,
            clock_heard: false,
            erased_at: None,
        };
        engine.open_files();
        Ok(engine)
    }

    /// The state, to look at.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The present, in the relay's time as far as it is known.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// Whether all of this is in memory only.
    #[must_use]
    pub const fn is_ephemeral(&self) -> bool {
        self.vault.is_ephemeral()
    }

    /// A contact's conversation.
    #[must_use]
    pub fn conversation(&self, contact: u64) -> Option<&Conversation> {
        self.state.contacts.get(&contact).map(|it| &*it.conversation)
    }

    /// The joiner's machine, while an invite is being taken up.
    #[must_use]
    pub fn joiner(&self, joining: u64) -> Option<&Joiner> {
        self.state.joinings.get(&joining).map(|it| &*it.joiner)
    }

    /// Shows the messages of these contacts from now on, as they come.
    pub const fn show(&mut self, showing: Showing) {
        self.showing = showing;
    }

    /// Sets what contacts are told by itself, and how late.
    pub fn set_receipt_policy(&mut self, policy: ReceiptPolicy) {
        for contact in self.state.contacts.values_mut() {
            self.dirty |= contact.conversation.receipt_policy() != policy;
            contact.conversation.set_receipt_policy(policy);
        }
        self.receipts = policy;
    }

    /// Whether something is to happen by itself within so many seconds, such as a receipt that is owed.
    #[must_use]
    pub fn is_due_within(&self, seconds: u64) -> bool {
        let soon = self.now().plus(seconds);
        let mut due = self.state.contacts.values().filter_map(|it| it.conversation.next_receipt_due());
        due.any(|due| due <= soon)
    }

    /// Whether the time is known as well as it can be: a relay told it, none is reached, or waiting for it is over.
    /// Before, what is sent, made or shown would have its life measured by a clock that may be wrong.
    #[must_use]
    pub fn knows_time(&self) -> bool {
        self.clock_is_trusted() || self.relays.iter().any(|relay| relay.down.is_some())
    }

    /// Keeps a link to this relay from now on. Must be called within a tokio runtime.
    pub fn connect(&mut self, address: &RelayAddress) {
        if !self.relays.iter().any(|relay| relay.address == *address) {
            let (connection, line) = connection::Line::new(address.clone(), self.relays.len(), self.reporter.clone());
            self.relays.push(Relay::new(address.clone(), connection));
            self.carrier.carry(line);
        }
    }

    /// Goes by this address's access key from now on wherever its relay is used: the person's own word of it is the newest.
    /// An address without one changes nothing. To be called before anything is connected.
    pub fn renew_access(&mut self, relay: &RelayAddress) {
        if relay.access().is_some() {
            self.dirty |= self.state.renew_access(relay);
        }
    }

    /// Keeps links to all relays that the state has to do with.
    pub fn connect_all(&mut self) {
        for address in self.state.relays() {
            self.connect(&address);
        }
    }

    /// Waits until something happens and tells what there is to tell, if anything. It can be given up and called again:
    /// nothing is lost.
    ///
    /// # Errors
    /// A failure of the vault. Nothing left then that the vault does not know.
    pub async fn next(&mut self) -> Result<Vec<Notice>, Failure> {
        self.turn()?;
        if self.notices.is_empty() {
            let due = sleep(self.until_due());
            tokio::select! {
                // Whatever comes first, the turn below does all; in this order it does the same each time.
                biased;
                Some((relay, news)) = self.news.recv() => {
                    self.take_report(relay, news);
                    for _ in 1..NEWS_PER_TURN {
                        let Ok((relay, news)) = self.news.try_recv() else { break };
                        self.take_report(relay, news);
                    }
                }
                () = self.files.flushed.notified() => {}
                () = due => {}
            }
            self.turn()?;
        }
        Ok(std::mem::take(&mut self.notices))
    }

    fn take_report(&mut self, relay: usize, news: Vec<News<Purpose>>) {
        for news in news {
            self.take_news(relay, news);
        }
    }

    /// Erases what is over, writes the state if it changed, and lets out what may leave.
    ///
    /// # Errors
    /// A failure of the vault.
    pub fn turn(&mut self) -> Result<(), Failure> {
        self.erase_what_is_over();
        self.sync_blobs();
        self.finish_files();
        self.survey_files();
        self.hand_over();
        self.synchronise();
        if self.dirty {
            let bytes = self.state.encode().map_err(Failure::internal)?;
            self.vault.commit(&bytes)?;
            self.dirty = false;
        }
        debug_assert!(self.is_written(), "something is about to leave that the vault does not know");
        self.remove_blobs();
        self.dispatch();
        Ok(())
    }

    /// Whether the vault holds the state as it is. Nothing may leave otherwise.
    fn is_written(&self) -> bool {
        let written = self.vault.payload();
        match self.state.encode() {
            // An empty state needs no vault.
            Ok(bytes) => *bytes == written || (written.is_empty() && self.state.is_empty()),
            Err(_) => false,
        }
    }

    /// Whether the clock that erases is to be relied upon: the relay's was heard, or waiting for it is over.
    fn clock_is_trusted(&self) -> bool {
        self.clock_heard || Instant::now() >= self.clock_trusted_at
    }

    fn erase_what_is_over(&mut self) {
        if !self.clock_is_trusted() {
            return;
        }
        let now = self.now();
        let mut events = Vec::new();
        for (number, contact) in &mut self.state.contacts {
            // Nothing may be due and yet something to do: a clock that went back adds nothing to a copy's life.
            let before = contact.conversation.next_due();
            let happened = contact.conversation.tick(now, &mut self.random);
            // A tick may seal a receipt without a word of it: the ratchet that moved on is written before the cell leaves.
            let was_due = before.is_some_and(|due| due <= now);
            self.dirty |= was_due || !happened.is_empty() || contact.conversation.next_due() != before;
            events.extend(happened.into_iter().map(|event| (*number, event)));
        }
        self.files.is_stale |= !events.is_empty();
        for (contact, event) in events {
            self.notices.push(Notice::Message { contact, event, text: None });
        }
        let over: Vec<u64> = self.state.parcels.iter().filter(|(_, it)| it.expires <= now).map(|it| *it.0).collect();
        for number in over {
            self.state.parcels.remove(&number);
            self.dirty = true;
        }
        self.tick_affairs(now);
        self.end_pairings(now);
        // A clock that went back shortens lives, and nothing need be due for that.
        if self.erased_at.is_none_or(|before| now < before) {
            self.dirty |= !self.is_written();
        }
        self.erased_at = Some(now);
    }

    fn end_pairings(&mut self, now: UnixTime) {
        let invitations = self.state.invitations.iter().filter(|(_, it)| it.inviter.expires() <= now);
        let invitations: Vec<u64> = invitations.map(|(number, _)| *number).collect();
        for number in invitations {
            let was_open = self.state.invitations.get(&number).is_some_and(Invitation::is_open);
            self.drop_pairing(Owner::Invitation(number));
            if was_open {
                self.notices.push(Notice::InviteExpired(Owner::Invitation(number)));
            }
        }
        let joinings = self.state.joinings.iter().filter(|(_, it)| it.joiner.expires() <= now);
        let joinings: Vec<u64> = joinings.map(|(number, _)| *number).collect();
        for number in joinings {
            self.drop_pairing(Owner::Joining(number));
            self.notices.push(Notice::InviteExpired(Owner::Joining(number)));
        }
    }

    /// How long nothing will happen by itself.
    fn until_due(&self) -> Duration {
        let now = self.now();
        let conversations = self.state.contacts.values().filter_map(|it| it.conversation.next_due());
        let invitations = self.state.invitations.values().map(|it| it.inviter.expires());
        let joinings = self.state.joinings.values().map(|it| it.joiner.expires());
        let affairs = self.state.ledger.next_due();
        let seconds = conversations.chain(invitations).chain(joinings).chain(affairs).map(|due| due.since(now)).min();
        let mut wait = seconds.map_or(TURN_AT_LEAST_EVERY, |seconds| Duration::from_secs(seconds.max(1)));
        if !self.clock_is_trusted() {
            wait = wait.min(self.clock_trusted_at.saturating_duration_since(Instant::now()) + Duration::from_millis(1));
        }
        wait.min(TURN_AT_LEAST_EVERY)
    }
}

/// Reports that wait for the engine before connections have to.
const NEWS_WAITING: usize = 64;
/// Reports that are handled before the state is written once for all of them.
const NEWS_PER_TURN: usize = 16;
/// Refused cells are tried again and lost subscriptions renewed at this pace.
const TURN_AT_LEAST_EVERY: Duration = Duration::from_secs(3);
/// How long erasing waits for the relay's clock.
const CLOCK_PATIENCE: Duration = Duration::from_secs(5);
