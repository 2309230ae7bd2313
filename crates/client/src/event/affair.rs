//! What happens to questions and transfers, as programs read it. An amount is given as people write it, and in units of
//! the currency's smallest part. Notes and claim codes appear with `--reveal` alone.

use serde::Serialize;

/// One event about a question or a transfer.
#[derive(Clone, Copy, Serialize)]
#[serde(tag = "event")]
pub enum Affair<'a> {
    /// A question waits for an answer: the other side's (`in`), or one's own (`out`).
    #[serde(rename = "question.asked")]
    QuestionAsked {
        /// The contact, as named here.
        contact: &'a str,
        /// `in` or `out`.
        direction: &'a str,
        /// What is asked.
        question: &'a str,
        /// The transfer that it is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        transfer: Option<&'a str>,
        /// Tries left.
        left: u8,
        /// When it ends.
        expires: u64,
    },
    /// A question is kept, to be asked later.
    #[serde(rename = "question.prepared")]
    QuestionPrepared {
        /// The contact, as named here.
        contact: &'a str,
        /// What is to be asked.
        question: &'a str,
        /// Questions that are ready for this contact.
        ready: u64,
    },
    /// A question was not answered in time: the other side's (`in`), or one's own (`out`).
    #[serde(rename = "question.expired")]
    QuestionExpired {
        /// The contact, as named here.
        contact: &'a str,
        /// `in` or `out`.
        direction: &'a str,
    },
    /// An answer is in the vault, on its way.
    #[serde(rename = "question.answered")]
    QuestionAnswered {
        /// The contact, as named here.
        contact: &'a str,
    },
    /// A transfer was opened: ordered here, or told of by whoever ordered it.
    #[serde(rename = "transfer.opened")]
    Opened {
        /// Its handle on this side.
        transfer: &'a str,
        /// What this side is to it: `sender`, `broker` or `family`.
        role: &'a str,
        /// Who receives the money; the sender alone knows.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<&'a str>,
        /// Who carries it; the sender alone knows.
        #[serde(skip_serializing_if = "Option::is_none")]
        via: Option<&'a str>,
        /// Who ordered it, for the two others.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<&'a str>,
        /// What is promised.
        #[serde(flatten)]
        sum: Sum<'a>,
        /// What the broker gets for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        fee: Option<Sum<'a>>,
        /// The note; with `--reveal` only.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'a str>,
        /// The family's claim code; with `--reveal` only.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        /// When it ends.
        expires: u64,
    },
    /// The broker has the money.
    #[serde(rename = "transfer.funded")]
    Funded {
        /// Its handle on this side.
        transfer: &'a str,
    },
    /// A claim code was judged.
    #[serde(rename = "transfer.claimed")]
    Claimed {
        /// Its handle on this side.
        transfer: &'a str,
        /// Whether it was right.
        accepted: bool,
        /// Tries left.
        left: u8,
    },
    /// A receipt: at the sender, what it is worth; at the family, what became of it.
    #[serde(rename = "transfer.confirmed")]
    Confirmed {
        /// Its handle on this side.
        transfer: &'a str,
        /// The receipt's number.
        number: u8,
        /// What was received with it.
        #[serde(flatten)]
        sum: Sum<'a>,
        /// `verified`, `duress` or `unproved`; at the family `waiting`, `proved`, `mismatch`, `unproved` or `refused`.
        proof: &'a str,
    },
    /// The family says that something is wrong.
    #[serde(rename = "transfer.disputed")]
    Disputed {
        /// Its handle on this side.
        transfer: &'a str,
    },
    /// All of the money was received.
    #[serde(rename = "transfer.finished")]
    Finished {
        /// Its handle on this side.
        transfer: &'a str,
    },
    /// A transfer's time is over.
    #[serde(rename = "transfer.expired")]
    Expired {
        /// Its handle on this side.
        transfer: &'a str,
    },
    /// The other side refused what was said.
    #[serde(rename = "transfer.refused")]
    Refused {
        /// What it was about: a handle.
        of: &'a str,
        /// The contact, as named here.
        contact: &'a str,
        /// `unknown`, `finished`, `expired`, `spent`, `amount`, `repeated` or `other`.
        reason: &'a str,
    },
    /// A transfer, listed or shown.
    #[serde(rename = "transfer.listed")]
    Listed(Listed<'a>),
    /// The sums of one broker in one currency.
    #[serde(rename = "transfer.total")]
    Total {
        /// The broker, as named here.
        contact: &'a str,
        /// The currency's three letters.
        currency: &'a str,
        /// Ordered, in the currency's smallest units.
        ordered: u64,
        /// Of it, paid out against the right claim code.
        claimed: u64,
        /// Confirmed with a proof.
        received: u64,
        /// Ordered and not confirmed.
        open: u64,
    },
}

/// A sum of money.
#[derive(Clone, Copy, Serialize)]
pub struct Sum<'a> {
    /// As people write it: `2100.00`.
    pub amount: &'a str,
    /// In the currency's smallest units.
    pub minor: u64,
    /// Three letters.
    pub currency: &'a str,
}
