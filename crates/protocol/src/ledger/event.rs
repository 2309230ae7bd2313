//! What happened, for the person. Spec: transfer, "What each party sees".

use bincode::{Decode, Encode};

use crate::message::{QuestionId, Reason, TransferId};

/// What happened to a question or a transfer. A transfer is named as [`super::TransferView::id`] names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A contact asks something.
    Asked {
        /// Who.
        contact: u64,
        /// The question.
        id: QuestionId,
        /// The transfer that a receipt is asked for.
        about: Option<TransferId>,
    },
    /// An answer to a question of this person. For this person alone.
    AnswerWas {
        /// Whose.
        contact: u64,
        /// The question.
        id: QuestionId,
        /// The transfer that a receipt was asked for.
        about: Option<TransferId>,
        /// What it was.
        outcome: Outcome,
    },
    /// The asker has judged this person's answer. Nothing tells whether a word that matched was the real one.
    Matched {
        /// Whose question it is.
        contact: u64,
        /// The question.
        id: QuestionId,
        /// The transfer that a receipt was given for.
        about: Option<TransferId>,
        /// Whether it matched.
        matched: bool,
        /// Attempts that are left.
        left: u8,
    },
    /// A sender asks this person to pay out.
    Ordered {
        /// The transfer.
        id: TransferId,
    },
    /// A sender promises this person cash. A question about it follows.
    Promised {
        /// The transfer.
        id: TransferId,
    },
    /// The broker has the sender's money.
    Funded {
        /// The transfer.
        id: TransferId,
    },
    /// A claim was judged: the broker's, at the sender, or this person's own.
    Claimed {
        /// The transfer.
        id: TransferId,
        /// Whether the code was right.
        accepted: bool,
        /// Claims that are left.
        left: u8,
    },
    /// The family says that cash has come.
    Receipt {
        /// The transfer.
        id: TransferId,
        /// Which of its receipts.
        number: u8,
        /// What stands behind it.
        proof: Proof,
    },
    /// The family says that it is not as was promised.
    Disputed {
        /// The transfer.
        id: TransferId,
    },
    /// A contact did not act upon something.
    Refused {
        /// Who.
        contact: u64,
        /// What it was about.
        of: Subject,
        /// Which attempt or receipt of it; 0 for all else.
        number: u8,
        /// Why.
        reason: Reason,
    },
    /// A transfer's time is over and it was not finished.
    TransferExpired {
        /// The transfer.
        id: TransferId,
    },
    /// As far as the family can tell, all that was promised has come. A sender looks at what was received.
    TransferFinished {
        /// The transfer.
        id: TransferId,
    },
    /// A question was not answered in time.
    QuestionExpired {
        /// Who asked or was asked.
        contact: u64,
        /// The question.
        id: QuestionId,
        /// The transfer that a receipt was asked for.
        about: Option<TransferId>,
    },
    /// A transfer that was over for long is gone here.
    Forgotten {
        /// The transfer.
        id: TransferId,
    },
}

/// What an answer was. For the asker alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The real word.
    Verified,
    /// The duress word: somebody stands beside them. Nothing that a program sends by itself may differ from `Verified`.
    Duress,
    /// Another word: mistyped, or somebody else.
    Mismatch {
        /// Attempts that are left.
        left: u8,
    },
}

/// What stands behind a receipt for cash. For the sender alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Proof {
    /// The real word: the only kind that counts.
    Verified,
    /// The duress word: it looks accepted to who stands beside them.
    Duress,
    /// Nothing but the phone.
    Unproved,
}

/// What a refusal is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A question.
    Question(QuestionId),
    /// A transfer.
    Transfer(TransferId),
}
