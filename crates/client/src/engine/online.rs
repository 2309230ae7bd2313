//! The engine's side of the relays: their news come in here, and cells and subscriptions go out.

use std::collections::{BTreeMap, BTreeSet};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, ReadKey, UnixTime};
use nightjar_protocol::limits::{BUNDLE_GRACE, MAILBOX_TTL_MAX};
use nightjar_protocol::link::{Answer, Welcome};
use nightjar_protocol::wire::{Cell, Command, Refusal};
use tokio::time::{Duration, Instant};

use super::files::{Lent, Pace};
use super::relay::{Held, Piece, Purpose, Relay, Slot, Up};
use super::state::Chore;
use super::{Engine, LookUp, Notice, Owner};
use crate::clock::Clock;
use crate::connection::{Down, News};

impl Engine {
    /// Whether every relay is reached and has handed over all that waited.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.relays.iter().all(Relay::is_drained)
    }

    /// Why a relay is not reached, if one is not.
    #[must_use]
    pub fn down(&self) -> Option<(&RelayAddress, Down)> {
        self.relays.iter().find_map(|relay| relay.down.map(|down| (&relay.address, down)))
    }

    /// Whether nothing waits to be taken by a relay that is reached, and nothing to be erased there.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.relays.iter().all(|relay| {
            relay.is_answered()
                && self.due_at(relay).next().is_none()
                && self.state.chores.values().all(|chore| chore.relay != relay.address)
        })
    }

    pub(super) fn take_news(&mut self, index: usize, news: News<Purpose>) {
        match news {
            News::Up { generation, welcome } => self.relay_up(index, generation, welcome),
            News::Down(down) => {
                let Some(relay) = self.relays.get_mut(index) else { return };
                relay.up = None;
                relay.down = Some(down);
                self.pause_uploads();
                self.notices.push(Notice::RelayDown(down));
            }
            News::Answered { purpose, answer } => self.answered(index, purpose, answer),
            News::Pushed { slot, seq, cell } => self.pushed(index, slot, seq, cell),
            News::Ended { slot } => {
                if let Some(slot) = self.slot(index, slot) {
                    (slot.ended, slot.waiting) = (Some(Instant::now()), Some(0));
                }
            }
        }
    }

    fn slot(&mut self, index: usize, slot: u16) -> Option<&mut Slot> {
        self.relays.get_mut(index)?.up.as_mut()?.slots.get_mut(&slot)
    }

    fn relay_up(&mut self, index: usize, generation: u64, welcome: Welcome) {
        let offset = self.clock.follow(welcome.now);
        self.clock_heard = true;
        if self.state.clock_offset.abs_diff(offset) > OFFSET_NOISE {
            (self.state.clock_offset, self.dirty) = (offset, true);
        }
        let Some(relay) = self.relays.get_mut(index) else { return };
        let restarted = relay.last_epoch.is_some_and(|epoch| epoch != welcome.epoch);
        (relay.last_epoch, relay.down) = (Some(welcome.epoch), None);
        relay.up = Some(Up {
            generation,
            epoch: welcome.epoch,
            created: BTreeSet::new(),
            slots: BTreeMap::new(),
            acknowledge: BTreeMap::new(),
            in_flight: BTreeSet::new(),
            later: BTreeMap::new(),
            chores: BTreeSet::new(),
            unanswered: 0,
            pace: Pace::new(),
        });
        let address = relay.address.clone();
        let offset = if Clock::is_skewed(offset) { offset } else { 0 };
        self.notices.push(Notice::RelayUp { offset, restarted });
        self.rotate(&address);
    }

    /// Erases a mailbox, and puts an empty one in its place if that is to be.
    fn start_chore(&mut self, index: usize, number: u64) {
        let now = self.now();
        let (Some(relay), Some(chore)) = (self.relays.get_mut(index), self.state.chores.get(&number)) else { return };
        if chore.relay != relay.address || !relay.begin(number) {
            return;
        }
        let delete = Command::Delete { read_key: chore.mailbox.duplicate() };
        match chore.blank_until {
            None => relay.command(delete, Purpose::Chore(number)),
            Some(until) => {
                relay.command(delete, Purpose::Nothing);
                let ttl = life(until, now, MAILBOX_TTL_MAX);
                let create = Command::Create { read_key: chore.mailbox.duplicate(), ttl };
                relay.command(create, Purpose::Chore(number));
            }
        }
    }

    /// Has something done to a mailbox, once the state that wants it is written.
    pub(super) fn add_chore(&mut self, chore: Chore) {
        let number = self.state.number();
        self.state.chores.insert(number, chore);
        self.dirty = true;
    }

    fn answered(&mut self, index: usize, purpose: Purpose, answer: Answer) {
        if let Some(up) = self.relays.get_mut(index).and_then(|relay| relay.up.as_mut()) {
            up.unanswered = up.unanswered.saturating_sub(purpose.is_awaited().into());
        }
        match (purpose, answer) {
            (Purpose::Nothing, _) => {}
            (Purpose::Subscribe(slot), Answer::Subscribed { waiting }) => self.subscribed(index, slot, waiting),
            (Purpose::Subscribe(slot), answer) => self.not_subscribed(index, slot, answer),
            // A store that does not answer has erased nothing: the next connection asks again.
            (Purpose::Chore(_), Answer::Refused(Refusal::Unavailable)) => {}
            (Purpose::Chore(number), _) => {
                self.state.chores.remove(&number);
                self.dirty = true;
            }
            (Purpose::Share(file, at, since), answer) => self.share_answered(index, (file, at), since, answer),
            (Purpose::Mailbox(file), answer) => self.mailbox_answered(index, file, answer),
            (Purpose::Append(piece), Answer::Refused(refusal)) => self.refused(index, piece, refusal),
            (Purpose::Append(piece), _) => self.accepted(index, piece),
        }
    }

    fn subscribed(&mut self, index: usize, slot: u16, waiting: u32) {
        let Some(slot) = self.slot(index, slot) else { return };
        slot.waiting = Some(waiting);
        if slot.held == Held::Rendezvous && waiting == 0 {
            self.looked_up(LookUp::Used);
        }
    }

    fn not_subscribed(&mut self, index: usize, slot: u16, answer: Answer) {
        let Some(slot) = self.slot(index, slot) else { return };
        (slot.ended, slot.waiting) = (Some(Instant::now()), Some(0));
        // A store that does not answer says nothing of the invite.
        if slot.held == Held::Rendezvous && answer == Answer::Refused(Refusal::Unknown) {
            self.looked_up(LookUp::Unknown);
        }
    }

    fn refused(&mut self, index: usize, piece: Piece, refusal: Refusal) {
        let Some(up) = self.relays.get_mut(index).and_then(|relay| relay.up.as_mut()) else { return };
        up.in_flight.remove(&piece);
        up.later.insert(piece, Instant::now() + RETRY);
        if matches!(refusal, Refusal::RelayFull | Refusal::MailboxFull | Refusal::Unavailable) {
            self.notices.push(Notice::RelayFull);
        }
    }

    fn accepted(&mut self, index: usize, piece: Piece) {
        let Some(up) = self.relays.get_mut(index).and_then(|relay| relay.up.as_mut()) else { return };
        up.in_flight.remove(&piece);
        let epoch = up.epoch;
        match piece {
            Piece::Parcel(number) => {
                let Some(parcel) = self.state.parcels.get_mut(&number) else { return };
                let first = parcel.accepted.replace(epoch).is_none();
                if let (true, Owner::Invitation(number)) = (first, parcel.owner) {
                    self.notices.push(Notice::InvitePublished(number));
                }
            }
            Piece::Cell { contact, seq } => {
                let Some(it) = self.state.contacts.get_mut(&contact) else { return };
                if let Some(event) = it.conversation.accepted(seq, epoch) {
                    self.notices.push(Notice::Message { contact, event, text: None });
                }
            }
        }
        self.dirty = true;
    }

    fn pushed(&mut self, index: usize, number: u16, seq: u64, cell: Cell) {
        let Some(slot) = self.slot(index, number) else { return };
        (slot.waiting, slot.quiet_since) = (slot.waiting.map(|waiting| waiting.saturating_sub(1)), Instant::now());
        let (held, is_last) = (slot.held, slot.waiting == Some(0));
        match held {
            Held::Rendezvous => self.found(&cell, (number, seq), is_last),
            Held::File(file) => {
                let generation =
                    self.relays.get(index).and_then(|relay| relay.up.as_ref()).map_or(0, |up| up.generation);
                self.take_share(file, Lent { relay: index, generation, slot: number, seq }, cell);
            }
            Held::Owner(owner) => {
                self.take_cell(owner, &cell);
                if let Some(up) = self.relays.get_mut(index).and_then(|relay| relay.up.as_mut()) {
                    up.acknowledge.insert(number, seq);
                }
            }
        }
    }

    /// Burns the invite that was answered: its bundle is acknowledged in the frame that carries the answer.
    pub(super) fn burn(&mut self, address: &RelayAddress, slot: u16, seq: u64) {
        let relay = self.relays.iter_mut().find(|relay| relay.address == *address);
        if let Some(up) = relay.and_then(|relay| relay.up.as_mut()) {
            up.acknowledge.insert(slot, seq);
        }
    }

    /// Makes subscriptions what the state wants them to be.
    pub(super) fn synchronise(&mut self) {
        let now = self.now();
        for index in 0..self.relays.len() {
            let Some(address) = self.relays.get(index).map(|relay| relay.address.clone()) else { continue };
            let mut wanted = self.wanted(&address);
            if let Some(relay) = self.relays.get(index) {
                wanted.extend(self.wanted_files(relay, wanted.len()));
            }
            let Some(relay) = self.relays.get_mut(index) else { continue };
            relay.subscribe(wanted);
            for invitation in self.state.invitations.values().filter(|it| it.relay == address) {
                let until = invitation.inviter.expires().plus(u64::from(BUNDLE_GRACE));
                relay.create(&invitation.rendezvous, life(until, now, MAILBOX_TTL_MAX), Purpose::Nothing);
            }
        }
    }

    fn wanted(&self, address: &RelayAddress) -> Vec<(ReadKey, Held)> {
        let mut wanted = Vec::new();
        let mut invitations: Vec<_> = self.state.invitations.iter().filter(|(_, it)| it.relay == *address).collect();
        for (number, it) in invitations.extract_if(.., |(_, it)| it.is_open()) {
            for key in Some(it.inviter.mailbox()).into_iter().chain(it.inviter.retry_mailbox()) {
                wanted.push((key, Held::Owner(Owner::Invitation(*number))));
            }
        }
        for (number, it) in self.state.joinings.iter().filter(|(_, it)| it.relay == *address) {
            if let Some(key) = it.joiner.mailbox() {
                wanted.push((key, Held::Owner(Owner::Joining(*number))));
            }
        }
        for (number, it) in self.state.contacts.iter().filter(|(_, it)| it.relay == *address) {
            for key in it.conversation.own_mailboxes() {
                wanted.push((key.duplicate(), Held::Owner(Owner::Contact(*number))));
            }
        }
        if let Some(finding) = self.finding.as_ref().filter(|finding| finding.relay == *address) {
            wanted.push((finding.keys.rendezvous.duplicate(), Held::Rendezvous));
        }
        // What is over comes last: if there is no room for all of them, it is the first to do without.
        let over = invitations.into_iter().map(|(number, it)| (it.inviter.mailbox(), *number));
        wanted.extend(over.map(|(key, number)| (key, Held::Owner(Owner::Invitation(number)))));
        wanted
    }

    /// Lets out what may leave: first what others may write to, then cells, then what is no longer needed.
    pub(super) fn dispatch(&mut self) {
        for index in 0..self.relays.len() {
            let Some(relay) = self.relays.get(index) else { continue };
            let due: Vec<_> = self.due_at(relay).map(|(piece, to, ttl, cell)| (piece, to, ttl, cell.clone())).collect();
            let Some(relay) = self.relays.get_mut(index) else { continue };
            for (piece, to, ttl, cell) in due {
                relay.append(piece, to, ttl, cell);
            }
            relay.acknowledge();
            self.upload(index);
            let chores: Vec<u64> = self.state.chores.keys().copied().collect();
            for number in chores {
                self.start_chore(index, number);
            }
            if let Some(relay) = self.relays.get_mut(index) {
                relay.flush();
            }
        }
    }

    /// Cells that this relay does not have, though it should, and that are not on their way to it.
    fn due_at<'a>(&'a self, relay: &'a Relay) -> impl Iterator<Item = (Piece, MailboxId, u32, &'a Cell)> + 'a {
        let (now, epoch) = (self.now(), relay.up.as_ref().map(|up| up.epoch));
        let parcels = self
            .state
            .parcels
            .iter()
            .filter(move |(_, it)| it.relay == relay.address && it.accepted != epoch && epoch.is_some());
        let parcels = parcels.map(move |(number, it)| (Piece::Parcel(*number), it.to, it.ttl, &it.cell));
        let contacts = self.state.contacts.iter().filter(|(_, it)| it.relay == relay.address);
        let cells = contacts.flat_map(move |(contact, it)| {
            let due = epoch.map(|epoch| it.conversation.outbox(now, epoch)).into_iter().flatten();
            let to = it.conversation.peer_mailbox();
            due.map(move |it| (Piece::Cell { contact: *contact, seq: it.seq }, to, it.ttl, it.cell))
        });
        parcels.chain(cells).filter(|(piece, ..)| !relay.has_in_flight(*piece))
    }
}

/// Seconds from now until `until`, at least one and at most `most`.
pub(super) fn life(until: UnixTime, now: UnixTime, most: u32) -> u32 {
    u32::try_from(until.since(now)).unwrap_or(u32::MAX).clamp(1, most)
}

/// A refused cell is offered again after this long.
pub(super) const RETRY: Duration = Duration::from_secs(3);
/// Seconds by which two readings of one clock may differ without being written down.
const OFFSET_NOISE: u64 = 2;
