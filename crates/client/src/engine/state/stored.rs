//! How the state lies in the vault: the strict encoding of the wire, one struct for each of the state's.

use bincode::{Decode, Encode};
use nightjar_protocol::conversation::Conversation;
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, ReadKey, UnixTime};
use nightjar_protocol::ledger::{Ledger, Post};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::Message;
use nightjar_protocol::pairing::{Inviter, Joiner};
use nightjar_protocol::wire::{self, Cell};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Chore, Contact, Invitation, Joining, Owner, Parcel, State};

/// A relay's address with an access key is a text that earlier programs of this version refuse; all others are as before.
pub(super) const VERSION: u16 = 2;

/// The state's encoding.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Stored {
    pub(super) version: u16,
    last_number: u64,
    clock_offset: i64,
    invitations: Vec<StoredInvitation>,
    joinings: Vec<StoredJoining>,
    contacts: Vec<StoredContact>,
    parcels: Vec<StoredParcel>,
    chores: Vec<StoredChore>,
    ledger: Vec<u8>,
    posts: Vec<StoredPost>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredInvitation {
    number: u64,
    name: String,
    relay: String,
    rendezvous: [u8; 32],
    inviter: Vec<u8>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredJoining {
    number: u64,
    name: String,
    relay: String,
    joiner: Vec<u8>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredContact {
    number: u64,
    name: String,
    relay: String,
    conversation: Vec<u8>,
    moved: u64,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredParcel {
    number: u64,
    #[zeroize(skip)]
    owner: Owner,
    relay: String,
    to: [u8; 32],
    cell: Vec<u8>,
    ttl: u32,
    expires: u64,
    accepted: Option<[u8; 8]>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredChore {
    number: u64,
    relay: String,
    mailbox: [u8; 32],
    blank_until: Option<u64>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredPost {
    contact: u64,
    message: Vec<u8>,
    deadline: u64,
}

impl Stored {
    pub(super) fn of(state: &State) -> Result<Self, wire::Error> {
        let invitations = state.invitations.iter().map(|(number, it)| {
            Ok(StoredInvitation {
                number: *number,
                name: it.name.clone(),
                relay: it.relay.text().to_string(),
                rendezvous: *it.rendezvous.as_bytes(),
                inviter: it.inviter.snapshot().to_vec(),
            })
        });
        let joinings = state.joinings.iter().map(|(number, it)| {
            Ok(StoredJoining {
                number: *number,
                name: it.name.clone(),
                relay: it.relay.text().to_string(),
                joiner: it.joiner.snapshot().to_vec(),
            })
        });
        let contacts = state.contacts.iter().map(|(number, it)| StoredContact {
            number: *number,
            name: it.name.clone(),
            relay: it.relay.text().to_string(),
            conversation: it.conversation.snapshot().to_vec(),
            moved: it.moved.0,
        });
        let parcels = state.parcels.iter().map(|(number, it)| StoredParcel {
            number: *number,
            owner: it.owner,
            relay: it.relay.text().to_string(),
            to: *it.to.as_bytes(),
            cell: it.cell.as_bytes().to_vec(),
            ttl: it.ttl,
            expires: it.expires.0,
            accepted: it.accepted.map(|epoch| epoch.0),
        });
        let chores = state.chores.iter().map(|(number, it)| StoredChore {
            number: *number,
            relay: it.relay.text().to_string(),
            mailbox: *it.mailbox.as_bytes(),
            blank_until: it.blank_until.map(|until| until.0),
        });
        let posts = state.posts.iter().map(|it| {
            let message = it.message.encode().map_err(malformed)?.to_vec();
            Ok(StoredPost { contact: it.contact, message, deadline: it.deadline.0 })
        });
        Ok(Self {
            version: VERSION,
            last_number: state.last_number,
            clock_offset: state.clock_offset,
            invitations: invitations.collect::<Result<_, wire::Error>>()?,
            joinings: joinings.collect::<Result<_, wire::Error>>()?,
            contacts: contacts.collect(),
            parcels: parcels.collect(),
            chores: chores.collect(),
            ledger: state.ledger.snapshot().to_vec(),
            posts: posts.collect::<Result<_, wire::Error>>()?,
        })
    }

    pub(super) fn restore(&self) -> Result<State, wire::Error> {
        let mut state = State { last_number: self.last_number, clock_offset: self.clock_offset, ..State::default() };
        for it in &self.invitations {
            let invitation = Invitation {
                name: it.name.clone(),
                relay: relay(&it.relay)?,
                rendezvous: ReadKey::from_bytes(it.rendezvous),
                inviter: Box::new(Inviter::restore(&it.inviter).map_err(malformed)?),
            };
            state.invitations.insert(it.number, invitation);
        }
        for it in &self.joinings {
            let joiner = Box::new(Joiner::restore(&it.joiner).map_err(malformed)?);
            state.joinings.insert(it.number, Joining { name: it.name.clone(), relay: relay(&it.relay)?, joiner });
        }
        for it in &self.contacts {
            let conversation = Box::new(Conversation::restore(&it.conversation).map_err(malformed)?);
            let contact =
                Contact { name: it.name.clone(), relay: relay(&it.relay)?, conversation, moved: UnixTime(it.moved) };
            state.contacts.insert(it.number, contact);
        }
        for it in &self.parcels {
            let cell: [u8; CELL_LEN] = it.cell.as_slice().try_into().map_err(malformed)?;
            let parcel = Parcel {
                owner: it.owner,
                relay: relay(&it.relay)?,
                to: MailboxId::from_bytes(it.to),
                cell: Cell::from_bytes(cell),
                ttl: it.ttl,
                expires: UnixTime(it.expires),
                accepted: it.accepted.map(Epoch),
            };
            state.parcels.insert(it.number, parcel);
        }
        for it in &self.chores {
            let chore = Chore {
                relay: relay(&it.relay)?,
                mailbox: ReadKey::from_bytes(it.mailbox),
                blank_until: it.blank_until.map(UnixTime),
            };
            state.chores.insert(it.number, chore);
        }
        state.ledger = Ledger::restore(&self.ledger).map_err(malformed)?;
        for it in &self.posts {
            let message = Message::decode(&it.message).map_err(malformed)?;
            state.posts.push(Post { contact: it.contact, message, deadline: UnixTime(it.deadline) });
        }
        Ok(state)
    }
}

fn relay(text: &str) -> Result<RelayAddress, wire::Error> {
    text.parse().map_err(malformed::<nightjar_protocol::invite::Error>)
}

fn malformed<E>(_: E) -> wire::Error {
    wire::Error::Malformed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chore(number: u64, relay: &str) -> StoredChore {
        StoredChore { number, relay: relay.to_owned(), mailbox: [7; 32], blank_until: None }
    }

    fn decode(chores: Vec<StoredChore>) -> Result<(), wire::Error> {
        let mut stored = Stored::of(&State::default()).unwrap();
        stored.chores = chores;
        State::decode(&wire::encode(&stored).unwrap()).map(drop)
    }

    #[test]
    fn what_would_be_written_otherwise_is_not_read() {
        let small = format!("relay.example:4433#{}", "a".repeat(52));
        let large = small.to_uppercase();
        assert_eq!(decode(vec![chore(1, &small), chore(2, &small)]), Ok(()));
        assert_eq!(decode(vec![chore(2, &small), chore(1, &small)]), Err(wire::Error::NotCanonical));
        assert_eq!(decode(vec![chore(1, &small), chore(1, &small)]), Err(wire::Error::NotCanonical));
        assert_eq!(decode(vec![chore(1, &large)]), Err(wire::Error::NotCanonical));
        assert_eq!(decode(vec![chore(1, "relay.example")]), Err(wire::Error::Malformed));
    }

    #[test]
    fn access_keys_are_kept_and_renewed_at_their_relay_alone() {
        let relay = |place: &str, access: &str| format!("{place}.example:4433#{}{access}", "a".repeat(52));
        let (old, new) = (format!(".{}", "b".repeat(24) + "ba"), format!(".{}", "c".repeat(24) + "ca"));
        let (ours, other) = (relay("ours", &old), relay("other", &old));
        let mut stored = Stored::of(&State::default()).unwrap();
        stored.chores = vec![chore(1, &ours), chore(2, &other), chore(3, &relay("ours", ""))];
        let mut state = State::decode(&wire::encode(&stored).unwrap()).unwrap();
        let renewed = relay("ours", &new).parse().unwrap();
        assert!(state.renew_access(&renewed) && !state.renew_access(&renewed));
        let state = State::decode(&state.encode().unwrap()).unwrap();
        let kept: Vec<_> = state.chores.values().map(|it| it.relay.text().to_string()).collect();
        assert_eq!(kept, [relay("ours", &new), other, relay("ours", &new)]);
    }
}
