//! What is kept of questions and transfers, in the form in which it is stored. Spec: transfer, "State"; proof, "Asking
//! again".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::event::Proof;
use crate::keys::UnixTime;
use crate::limits::{CASH_RECEIPTS_MAX, TRANSFER_GRACE, TRANSFER_KEPT};
use crate::message::{Body, CashReceipt, Dispute, Order, Promise, QuestionId, Reason, TransferId};
use crate::money::{Amount, Sum};
use crate::proof::{M1_LEN, Words};

/// A question that waits to be asked, with its answers.
#[derive(Encode, Decode)]
pub(super) struct Prepared {
    pub(super) id: QuestionId,
    pub(super) contact: u64,
    pub(super) text: Body,
    pub(super) words: Words,
}

/// A question that was asked.
#[derive(Encode, Decode)]
pub(super) struct Asked {
    pub(super) id: QuestionId,
    pub(super) contact: u64,
    pub(super) about: Option<TransferId>,
    pub(super) expires: UnixTime,
    pub(super) stage: Asking,
}

/// How far it is, for its asker.
#[derive(Encode, Decode)]
pub(super) enum Asking {
    Open(Box<Open>),
    /// Spent or expired: no answer is judged any more.
    Over(Reason),
}

/// What judges the next answer. M1 of one attempt is judged once: this is replaced or gone before the verdict leaves.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Open {
    pub(super) attempt: u8,
    pub(super) asker: Vec<u8>,
    pub(super) words: Words,
    pub(super) text: String,
}

/// A question that is to be answered here.
#[derive(Encode, Decode)]
pub(super) struct Answering {
    pub(super) id: QuestionId,
    pub(super) contact: u64,
    pub(super) about: Option<TransferId>,
    pub(super) text: Body,
    pub(super) attempt: u8,
    pub(super) expires: UnixTime,
    pub(super) stage: Stage,
}

/// How far it is, for its answerer.
#[derive(Encode, Decode)]
pub(super) enum Stage {
    /// M1 waits for a word.
    Offered([u8; M1_LEN]),
    /// M1 was answered, and is gone.
    Answered(Box<Secret>),
}

/// An answerer's stored state.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Secret(pub(super) Vec<u8>);

/// A transfer at its sender's.
#[derive(Encode, Decode)]
pub(super) struct Sent {
    pub(super) family: u64,
    pub(super) broker: u64,
    pub(super) order: TransferId,
    pub(super) fee: Option<Amount>,
    /// As the family knows it: amount, code and note.
    pub(super) promise: Promise,
    pub(super) course: Course,
    pub(super) funded: Option<UnixTime>,
    pub(super) claim: ClaimState,
    pub(super) refused_order: Option<Reason>,
    pub(super) refused_promise: Option<Reason>,
    pub(super) receipts: Vec<Kept>,
    pub(super) disputes: Vec<Dispute>,
}

/// A receipt at the sender's.
#[derive(Encode, Decode)]
pub(super) struct Kept {
    pub(super) receipt: CashReceipt,
    pub(super) proof: Proof,
}

/// A transfer at its broker's.
#[derive(Encode, Decode)]
pub(super) struct Carried {
    pub(super) contact: u64,
    pub(super) order: Order,
    pub(super) course: Course,
    pub(super) funded: Option<UnixTime>,
    pub(super) claim: ClaimState,
}

/// A transfer at its family's.
#[derive(Encode, Decode)]
pub(super) struct Promised {
    pub(super) contact: u64,
    pub(super) promise: Promise,
    pub(super) course: Course,
    pub(super) receipts: Vec<Given>,
    pub(super) disputes: Vec<Dispute>,
}

/// A receipt at the family's.
#[derive(Encode, Decode)]
pub(super) struct Given {
    pub(super) receipt: CashReceipt,
    pub(super) state: ReceiptState,
    /// The question whose verdict is awaited.
    pub(super) question: Option<QuestionId>,
}

/// What has become of a receipt, as far as the family can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum ReceiptState {
    /// Its verdict has not come.
    Waiting,
    /// Its word matched.
    Proved,
    /// Its word did not match: it counts for nothing.
    Mismatch {
        /// Attempts at the question that are left.
        left: u8,
    },
    /// It was sent without a proof.
    Unproved,
    /// It was not taken.
    Refused(Reason),
}

/// How far the broker's claim is: with the sender, what was judged; with the broker, what was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum ClaimState {
    /// Nothing was claimed.
    None,
    /// A claim is under way.
    Waiting,
    /// The last code was wrong.
    Wrong {
        /// Claims that are left.
        left: u8,
    },
    /// The code was right.
    Accepted,
    /// The sender does not judge claims any more.
    Refused(Reason),
}

/// How far a transfer is in time.
#[derive(Encode, Decode)]
pub(super) struct Course {
    /// Claims and receipts are taken until then; at most `LIFETIME_MAX` from the present.
    pub(super) expires: UnixTime,
    pub(super) is_expired: bool,
    /// When all of it had come, or was claimed.
    pub(super) finished: Option<UnixTime>,
}

impl Course {
    /// A transfer that begins now and was given until `expires`, `lifetime` seconds after it was sent.
    pub(super) fn begin(now: UnixTime, expires: UnixTime, lifetime: u64) -> Self {
        Self { expires: expires.min(now.plus(lifetime)), is_expired: false, finished: None }
    }

    pub(super) fn is_over(&self, now: UnixTime) -> bool {
        self.is_expired || self.expires <= now
    }

    pub(super) fn finish(&mut self, now: UnixTime) {
        self.finished.get_or_insert(now);
    }

    /// When it is forgotten, `keep` seconds after its end.
    fn forget_at(&self, keep: u32) -> UnixTime {
        self.finished.map_or(self.expires, |finished| finished.min(self.expires)).plus(u64::from(keep))
    }
}

impl Sent {
    /// What the family proved, to the sender or to who stands beside them: all that the family can observe goes by it.
    pub(super) fn apparent(&self) -> Sum {
        self.sum(|proof| proof != Proof::Unproved)
    }

    /// What the family proved to the sender.
    pub(super) fn received(&self) -> Sum {
        self.sum(|proof| proof == Proof::Verified)
    }

    /// Whether the family has proved as much as was promised.
    pub(super) fn is_finished(&self) -> bool {
        self.apparent().minor() >= u128::from(self.promise.amount.minor())
    }

    pub(super) fn unproved(&self) -> usize {
        self.receipts.iter().filter(|kept| kept.proof == Proof::Unproved).count()
    }

    pub(super) fn has_receipt(&self, number: u8) -> bool {
        self.receipts.iter().any(|kept| kept.receipt.number == number)
    }

    /// The sender's own account: it waits for the end of the time, so that a late claim still finds it.
    pub(super) fn forget_at(&self) -> UnixTime {
        self.course.expires.plus(u64::from(TRANSFER_KEPT))
    }

    fn sum(&self, counts: impl Fn(Proof) -> bool) -> Sum {
        let counted = self.receipts.iter().filter(|kept| counts(kept.proof)).map(|kept| kept.receipt.amount);
        Sum::of(self.promise.amount.currency(), counted)
    }
}

impl Carried {
    pub(super) fn forget_at(&self) -> UnixTime {
        self.course.forget_at(TRANSFER_GRACE)
    }
}

impl Promised {
    /// What was proved, as far as this side can tell.
    pub(super) fn proved(&self) -> Sum {
        let proved = self.receipts.iter().filter(|given| given.state == ReceiptState::Proved);
        Sum::of(self.promise.amount.currency(), proved.map(|given| given.receipt.amount))
    }

    pub(super) fn unproved(&self) -> usize {
        self.receipts.iter().filter(|given| given.state == ReceiptState::Unproved).count()
    }

    /// A number that the sender has no receipt under.
    pub(super) fn free_number(&self) -> Option<u8> {
        (1..=CASH_RECEIPTS_MAX).find(|number| {
            self.receipts.iter().all(|given| given.receipt.number != *number || given.state.leaves_its_number_free())
        })
    }

    /// Keeps a receipt, in place of one of the same number that counts for nothing.
    pub(super) fn give(&mut self, given: Given) {
        self.receipts.retain(|earlier| earlier.receipt.number != given.receipt.number);
        self.receipts.push(given);
    }

    pub(super) fn forget_at(&self) -> UnixTime {
        self.course.forget_at(TRANSFER_GRACE)
    }
}

impl ReceiptState {
    const fn leaves_its_number_free(self) -> bool {
        match self {
            Self::Mismatch { .. } => true,
            Self::Refused(reason) => !matches!(reason, Reason::Repeated),
            Self::Waiting | Self::Proved | Self::Unproved => false,
        }
    }
}
