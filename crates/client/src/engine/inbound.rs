//! What a cell does that came out of a mailbox: it goes to the machine that awaits it, and the machine's answer is put
//! where the next turn finds it. A cell that no machine accepts changes nothing but a count.

use nightjar_protocol::conversation::{Conversation, Event, Handled, Standing};
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, ReadKey, UnixTime};
use nightjar_protocol::limits::{BUNDLE_GRACE, LIFETIME_DEFAULT};
use nightjar_protocol::pairing::{self, Established, InviterOutcome, InviterStep, JoinerStep};
use nightjar_protocol::wire::Cell;
use zeroize::Zeroizing;

use super::state::{Chore, Contact, Parcel};
use super::{Engine, LookUp, Notice, Owner, Showing};

impl Engine {
    pub(super) fn take_cell(&mut self, owner: Owner, cell: &Cell) {
        let accepted = match owner {
            Owner::Invitation(number) => self.hand_inviter(number, cell),
            Owner::Joining(number) => self.hand_joiner(number, cell),
            Owner::Contact(number) => self.hand_conversation(number, cell),
            Owner::Nobody => None,
        };
        match accepted {
            Some(()) => self.dirty = true,
            None => {
                self.rejected = self.rejected.saturating_add(1);
                self.notices.push(Notice::Rejected(self.rejected));
            }
        }
    }

    fn hand_inviter(&mut self, number: u64, cell: &Cell) -> Option<()> {
        let now = self.now();
        let invitation = self.state.invitations.get_mut(&number)?;
        let (owner, expires) = (Owner::Invitation(number), invitation.inviter.expires());
        let handled = invitation.inviter.handle(now, cell, &mut self.random);
        if matches!(handled, Err(pairing::Error::Taken)) {
            self.notices.push(Notice::Contested(owner));
        }
        let InviterStep { reply, to, outcome } = handled.ok()?;
        let relay = invitation.relay.clone();
        // Whoever answered has the bundle and every earlier reply.
        self.state.parcels.retain(|_, parcel| parcel.owner != owner);
        if !matches!(outcome, InviterOutcome::Repeated) {
            self.notices.push(Notice::Joined(owner));
            self.use_up(number);
        }
        let parcel = Parcel { owner, relay, to, cell: reply, ttl: LIFETIME_DEFAULT, expires, accepted: None };
        let parcel_number = self.state.number();
        self.state.parcels.insert(parcel_number, parcel);
        match outcome {
            InviterOutcome::Verified(it) => self.pair(owner, it, Standing::Verified),
            InviterOutcome::Duress(it) => self.pair(owner, it, Standing::Duress),
            InviterOutcome::Unproved(it) => self.pair(owner, it, Standing::Unproved),
            InviterOutcome::Mismatch { left } => self.mismatch(owner, left),
            InviterOutcome::Repeated => {}
        }
        Some(())
    }

    /// Leaves an empty mailbox where the bundle was: whoever comes later reads "used".
    fn use_up(&mut self, number: u64) {
        let Some(invitation) = self.state.invitations.get(&number) else { return };
        let until = invitation.inviter.expires().plus(u64::from(BUNDLE_GRACE));
        let chore = Chore {
            relay: invitation.relay.clone(),
            mailbox: invitation.rendezvous.duplicate(),
            blank_until: Some(until),
        };
        self.add_chore(chore);
    }

    fn mismatch(&mut self, owner: Owner, left: u8) {
        self.notices.push(Notice::Mismatch { owner, left });
        if left == 0 {
            for parcel in self.state.parcels.values_mut().filter(|parcel| parcel.owner == owner) {
                parcel.owner = Owner::Nobody;
            }
            self.drop_pairing(owner);
            self.notices.push(Notice::Exhausted(owner));
        }
    }

    fn hand_joiner(&mut self, number: u64, cell: &Cell) -> Option<()> {
        let joining = self.state.joinings.get_mut(&number)?;
        let step = joining.joiner.handle(cell).ok()?;
        let owner = Owner::Joining(number);
        self.state.parcels.retain(|_, parcel| parcel.owner != owner);
        match step {
            JoinerStep::Verified(it) => self.pair(owner, it, Standing::Verified),
            JoinerStep::Unproved(it) => self.pair(owner, it, Standing::Unproved),
            JoinerStep::Mismatch { left } => self.mismatch(owner, left),
        }
        Some(())
    }

    fn pair(&mut self, was: Owner, established: Established, standing: Standing) {
        let Established { seed, peer_mailbox, own_mailbox } = established;
        let Ok(mut conversation) = Conversation::start(seed, own_mailbox, peer_mailbox, standing) else { return };
        conversation.set_receipt_policy(self.receipts);
        let contact = self.state.number();
        let (name, relay) = match was {
            // It stays, over and without a name, until its time is up: erased now, its mailbox would tell the relay of a
            // match, and a joiner that was killed asks again for the reply.
            Owner::Invitation(number) => match self.state.invitations.get_mut(&number) {
                Some(it) => (std::mem::take(&mut it.name), it.relay.clone()),
                None => return,
            },
            Owner::Joining(number) => match self.state.joinings.remove(&number) {
                Some(it) => (it.name, it.relay),
                None => return,
            },
            Owner::Contact(_) | Owner::Nobody => return,
        };
        for parcel in self.state.parcels.values_mut().filter(|parcel| parcel.owner == was) {
            parcel.owner = Owner::Contact(contact);
        }
        self.state
            .contacts
            .insert(contact, Contact { name, relay, conversation: Box::new(conversation), moved: self.now() });
        self.notices.push(Notice::Paired { was, contact, standing });
    }

    pub(super) fn drop_pairing(&mut self, owner: Owner) {
        match owner {
            Owner::Invitation(number) => {
                let Some(it) = self.state.invitations.remove(&number) else { return };
                self.give_up(&it.relay, Some(it.inviter.mailbox()).into_iter().chain(it.inviter.retry_mailbox()));
            }
            Owner::Joining(number) => {
                let Some(it) = self.state.joinings.remove(&number) else { return };
                self.give_up(&it.relay, it.joiner.mailbox().into_iter());
            }
            Owner::Contact(_) | Owner::Nobody => return,
        }
        self.state.parcels.retain(|_, parcel| parcel.owner != owner);
        self.dirty = true;
    }

    /// Has mailboxes erased that nobody needs any more.
    pub(super) fn give_up(&mut self, relay: &RelayAddress, mailboxes: impl Iterator<Item = ReadKey>) {
        for mailbox in mailboxes {
            self.add_chore(Chore { relay: relay.clone(), mailbox, blank_until: None });
        }
    }

    fn hand_conversation(&mut self, number: u64, cell: &Cell) -> Option<()> {
        let now = self.now();
        let contact = self.state.contacts.get_mut(&number)?;
        let Handled { events, said } = contact.conversation.handle(now, cell, &mut self.random).ok()?;
        self.retire(number);
        // Whoever writes in the session has completed the pairing.
        self.state.parcels.retain(|_, parcel| parcel.owner != Owner::Contact(number));
        for event in events {
            self.tell(number, event, now);
        }
        if let Some(message) = said {
            self.hear(number, message);
        }
        Some(())
    }

    /// Erases the mailboxes that a conversation has moved out of.
    pub(super) fn retire(&mut self, number: u64) {
        let Some(contact) = self.state.contacts.get_mut(&number) else { return };
        let retired: Vec<ReadKey> = contact.conversation.retired_mailboxes().iter().map(ReadKey::duplicate).collect();
        for mailbox in &retired {
            contact.conversation.deleted(&mailbox.mailbox());
        }
        let relay = contact.relay.clone();
        self.give_up(&relay, retired.into_iter());
    }

    /// Moves to fresh mailboxes where the present ones are old, so that no mailbox is a lifelong handle.
    pub(super) fn rotate(&mut self, relay: &RelayAddress) {
        let now = self.now();
        let due = |contact: &Contact| contact.relay == *relay && now.since(contact.moved) >= ROTATE_AFTER;
        for contact in self.state.contacts.values_mut().filter(|contact| due(contact)) {
            // While the last move is not confirmed there is nothing to do.
            if contact.conversation.rotate(now, &mut self.random).is_ok() {
                (contact.moved, self.dirty) = (now, true);
            }
        }
    }

    /// Passes an event on, and shows the message it brings if messages are being shown. Attachments are opened, not shown.
    fn tell(&mut self, contact: u64, event: Event, now: UnixTime) {
        let shown = match self.showing {
            Showing::Nobody => false,
            Showing::Contact(number) => number == contact,
            Showing::Everybody => true,
        };
        self.files.is_stale = true;
        let text = match event {
            Event::Received { id } if shown && !self.has_files(contact, id) => {
                self.state.contacts.get_mut(&contact).and_then(|it| {
                    it.conversation.show(now, id, &mut self.random).map(|text| Zeroizing::new(text.to_owned()))
                })
            }
            _ => None,
        };
        self.notices.push(Notice::Message { contact, event, text });
    }

    /// A cell lies where the invite said to look. Rubbish before the bundle is passed over: whoever can put it there must
    /// not hide the bundle behind it.
    pub(super) fn found(&mut self, cell: &Cell, at: (u16, u64), is_last: bool) {
        let now = self.now();
        let Some(finding) = &mut self.finding else { return };
        if finding.joiner.is_some() {
            return;
        }
        match pairing::Joiner::open(now, cell, &finding.keys) {
            Ok(joiner) => {
                finding.joiner = Some(Box::new(joiner));
                finding.at = Some(at);
                self.looked_up(LookUp::Found);
            }
            Err(pairing::Error::Expired) => self.looked_up(LookUp::Expired),
            Err(_) if is_last => self.looked_up(LookUp::Damaged),
            Err(_) => {}
        }
    }

    pub(super) fn looked_up(&mut self, outcome: LookUp) {
        self.notices.push(Notice::LookUp(outcome));
    }

    /// Puts a cell on its way to a mailbox of a pairing, to stay there `ttl` seconds and to be offered until `expires`.
    pub(super) fn post(&mut self, owner: Owner, to: MailboxId, cell: Cell, (ttl, expires): (u32, UnixTime)) {
        let Some(relay) = self.state.relay(owner).cloned() else { return };
        let number = self.state.number();
        self.state.parcels.insert(number, Parcel { owner, relay, to, cell, ttl, expires, accepted: None });
        self.dirty = true;
    }
}

/// A mailbox is moved out of after so many seconds: a week.
const ROTATE_AFTER: u64 = 7 * 24 * 3600;
