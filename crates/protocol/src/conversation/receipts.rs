//! Receipts that this side owes, each after a random delay. Spec: messages, "The ladder of receipts".

use bincode::{Decode, Encode};

use crate::keys::{Random, UnixTime};
use crate::limits::{LIFETIME_DEFAULT, LIFETIME_MAX, RECEIPTS_DUE_MAX, RECEIPTS_MAX};
use crate::message::{Receipt, ReceiptKind};

/// What this side states, and how late.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ReceiptPolicy {
    /// Whether *read* is stated, and *erased* where it would give away the reading.
    pub read: bool,
    /// Seconds that a receipt waits: at least, and at most. A receipt at once would say that somebody is there now.
    pub delay: (u32, u32),
}

impl Default for ReceiptPolicy {
    fn default() -> Self {
        Self { read: true, delay: (0, 2) }
    }
}

/// The receipts owed, in the order of what they are about.
#[derive(Encode, Decode)]
pub(super) struct Receipts {
    due: Vec<Due>,
}

#[derive(Encode, Decode)]
struct Due {
    kind: ReceiptKind,
    message: u64,
    at: UnixTime,
    /// The deadline of the message: whoever sent it has no use for a receipt long after.
    deadline: UnixTime,
}

/// A receipt that is due, and how long it is of use.
pub(super) struct DueReceipt {
    pub(super) receipt: Receipt,
    pub(super) deadline: UnixTime,
}

impl Receipts {
    pub(super) const fn new() -> Self {
        Self { due: Vec::new() }
    }

    /// Owes a receipt. One of the same kind for the same message is owed once.
    pub(super) fn owe(
        &mut self,
        now: UnixTime,
        policy: ReceiptPolicy,
        kind: ReceiptKind,
        (message, deadline): (u64, UnixTime),
        random: &mut impl Random,
    ) {
        if self.due.iter().any(|due| due.message == message && due.kind == kind) {
            return;
        }
        if self.due.len() >= RECEIPTS_DUE_MAX {
            self.due.remove(0);
        }
        self.due.push(Due { kind, message, at: now.plus(delay(policy, random)), deadline });
    }

    /// Takes out what is due: one receipt of the lowest kind that has any, of at most [`RECEIPTS_MAX`] messages.
    pub(super) fn take(&mut self, now: UnixTime) -> Option<DueReceipt> {
        // A clock that was set back does not hold a receipt up for longer than a receipt is of use.
        let is_due = |due: &Due| due.at <= now || due.at > now.plus(u64::from(LIFETIME_MAX));
        let kind = self.due.iter().filter(|due| is_due(due)).map(|due| due.kind).min()?;
        let (mut messages, mut deadline) = (Vec::new(), now.plus(u64::from(LIFETIME_DEFAULT)));
        self.due.retain(|due| {
            let taken = due.kind == kind && is_due(due) && messages.len() < RECEIPTS_MAX;
            if taken {
                messages.push(due.message);
                deadline = deadline.max(due.deadline);
            }
            !taken
        });
        messages.sort_unstable();
        let deadline = deadline.min(now.plus(u64::from(LIFETIME_MAX)));
        Some(DueReceipt { receipt: Receipt { kind, messages }, deadline })
    }

    /// When the next receipt is due.
    pub(super) fn next_due(&self) -> Option<UnixTime> {
        self.due.iter().map(|due| due.at).min()
    }

    /// Whether stored receipts can be such.
    pub(super) fn is_sound(&self) -> bool {
        self.due.len() <= RECEIPTS_DUE_MAX
    }
}

fn delay(policy: ReceiptPolicy, random: &mut impl Random) -> u64 {
    let (least, most) = policy.delay;
    let span = u64::from(most.saturating_sub(least)).saturating_add(1);
    let drawn = u64::from_be_bytes(*random.bytes::<8>());
    u64::from(least).saturating_add(drawn.checked_rem(span).unwrap_or(0))
}
