//! What the client knows: invitations it made, invitations it takes up, contacts, and cells on their way. Written whole
//! into the vault, in the strict encoding of the wire.

mod stored;

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use nightjar_protocol::conversation::Conversation;
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, ReadKey, UnixTime};
use nightjar_protocol::ledger::{Ledger, Post};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::pairing::{Inviter, Joiner};
use nightjar_protocol::wire::{self, Cell};
use zeroize::Zeroizing;

use crate::vault::PAYLOAD_MAX;
use stored::{Stored, VERSION};

/// All of it. The machines, which are secret, are in boxes: a map that gives a value up keeps its bytes in the place where
/// it was, and those of a box are cleared.
#[derive(Default)]
pub struct State {
    /// Numbers that were given out.
    pub last_number: u64,
    /// What to add to this computer's clock to have the relay's, in seconds, when last heard.
    pub clock_offset: i64,
    /// Invitations made here that nobody has completed.
    pub invitations: BTreeMap<u64, Invitation>,
    /// Invitations of others that are being taken up.
    pub joinings: BTreeMap<u64, Joining>,
    /// The people.
    pub contacts: BTreeMap<u64, Contact>,
    /// Cells of pairings that a relay is to have.
    pub parcels: BTreeMap<u64, Parcel>,
    /// Mailboxes to be emptied or erased.
    pub chores: BTreeMap<u64, Chore>,
    /// Questions and transfers.
    pub ledger: Ledger,
    /// What the ledger has to say to contacts and no conversation has taken yet, in order.
    pub posts: Vec<Post>,
}

/// An invitation made here.
pub struct Invitation {
    /// What the contact will be called.
    pub name: String,
    /// Where it waits.
    pub relay: RelayAddress,
    /// The mailbox that the invite's secret names: holds the bundle.
    pub rendezvous: ReadKey,
    /// The handshake.
    pub inviter: Box<Inviter>,
}

impl Invitation {
    /// Whether an answer may yet be judged. One that is over has become a contact, and stays without a name until it expires.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.inviter.attempts_left() > 0
    }
}

/// An invitation of somebody else's.
pub struct Joining {
    /// What the contact will be called.
    pub name: String,
    /// Where both meet.
    pub relay: RelayAddress,
    /// The handshake.
    pub joiner: Box<Joiner>,
}

/// A person.
pub struct Contact {
    /// What the person is called here.
    pub name: String,
    /// Where both meet.
    pub relay: RelayAddress,
    /// All that was said and is to be said.
    pub conversation: Box<Conversation>,
    /// Since when this side is reached at its present mailbox.
    pub moved: UnixTime,
}

/// A cell of a pairing, kept until it has served its purpose.
pub struct Parcel {
    /// Whose it is.
    pub owner: Owner,
    /// The relay that is to have it.
    pub relay: RelayAddress,
    /// Where it goes.
    pub to: MailboxId,
    /// The cell.
    pub cell: Cell,
    /// Seconds that the relay may keep it. The same for all but bundles, so that it marks nothing.
    pub ttl: u32,
    /// When it is of no more use.
    pub expires: UnixTime,
    /// The relay's epoch in which it was accepted last.
    pub accepted: Option<Epoch>,
}

/// A mailbox that is no longer needed as it is.
pub struct Chore {
    /// The relay it is on.
    pub relay: RelayAddress,
    /// The mailbox.
    pub mailbox: ReadKey,
    /// Whether an empty one is to stand in its place, and until when: a sign that the invite was used.
    pub blank_until: Option<UnixTime>,
}

/// Whose a mailbox or a cell is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode)]
pub enum Owner {
    /// An invitation made here.
    Invitation(u64),
    /// An invitation of somebody else's.
    Joining(u64),
    /// A contact.
    Contact(u64),
    /// Nobody any more: a last word that is still to be delivered.
    Nobody,
}

impl State {
    /// Whether nothing was ever put into it but the relay's time.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.last_number == 0
    }

    /// A number that was not given out before.
    pub const fn number(&mut self) -> u64 {
        self.last_number = self.last_number.saturating_add(1);
        self.last_number
    }

    /// The relay of an owner, if the owner is still there.
    #[must_use]
    pub fn relay(&self, owner: Owner) -> Option<&RelayAddress> {
        match owner {
            Owner::Invitation(number) => self.invitations.get(&number).map(|it| &it.relay),
            Owner::Joining(number) => self.joinings.get(&number).map(|it| &it.relay),
            Owner::Contact(number) => self.contacts.get(&number).map(|it| &it.relay),
            Owner::Nobody => None,
        }
    }

    /// The number of the contact with this name.
    #[must_use]
    pub fn contact_named(&self, name: &str) -> Option<u64> {
        self.contacts.iter().find(|(_, contact)| contact.name == name).map(|(number, _)| *number)
    }

    /// Whether a contact, or one that is to be, has this name.
    #[must_use]
    pub fn is_taken(&self, name: &str) -> bool {
        self.contact_named(name).is_some()
            || self.invitations.values().any(|it| it.name == name)
            || self.joinings.values().any(|it| it.name == name)
    }

    /// All relays that something here has to do with.
    #[must_use]
    pub fn relays(&self) -> Vec<RelayAddress> {
        let invitations = self.invitations.values().map(|it| &it.relay);
        let joinings = self.joinings.values().map(|it| &it.relay);
        let contacts = self.contacts.values().map(|it| &it.relay);
        let mut relays: Vec<RelayAddress> = Vec::new();
        let rest = self.chores.values().map(|it| &it.relay).chain(self.parcels.values().map(|it| &it.relay));
        for relay in invitations.chain(joinings).chain(contacts).chain(rest) {
            if !relays.contains(relay) {
                relays.push(relay.clone());
            }
        }
        relays
    }

    /// Puts this address wherever the same relay stands with another access key; whether it stood anywhere.
    pub fn renew_access(&mut self, relay: &RelayAddress) -> bool {
        let invitations = self.invitations.values_mut().map(|it| &mut it.relay);
        let joinings = self.joinings.values_mut().map(|it| &mut it.relay);
        let contacts = self.contacts.values_mut().map(|it| &mut it.relay);
        let parcels = self.parcels.values_mut().map(|it| &mut it.relay);
        let chores = self.chores.values_mut().map(|it| &mut it.relay);
        let mut renewed = false;
        for held in invitations.chain(joinings).chain(contacts).chain(parcels).chain(chores) {
            if held.is_same_relay(relay) && held != relay {
                *held = relay.clone();
                renewed = true;
            }
        }
        renewed
    }

    /// The bytes for the vault.
    ///
    /// # Errors
    /// None in practice: every part has an encoding.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, wire::Error> {
        wire::encode(&Stored::of(self)?)
    }

    /// Reads what the vault holds; an empty vault holds an empty state.
    ///
    /// # Errors
    /// [`wire::Error`] if the bytes are not what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, wire::Error> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let stored: Stored = wire::decode::<_, PAYLOAD_MAX>(bytes)?;
        if stored.version != VERSION {
            return Err(wire::Error::Malformed);
        }
        let state = stored.restore()?;
        // Numbers that come twice or out of order, and addresses in another spelling, are not what was written.
        if state.encode()?.as_slice() == bytes { Ok(state) } else { Err(wire::Error::NotCanonical) }
    }
}
