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
    /// A question was not answered in time, whoever asked it.
    #[serde(rename = "question.expired")]
    QuestionExpired {
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
        /// What is wrong; with `--reveal` only.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'a str>,
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
        /// The transfer that it was about; empty for a question.
        of: &'a str,
        /// The contact, as named here.
        contact: &'a str,
        /// `unknown`, `finished`, `expired`, `spent`, `currency`, `repeated` or `full`.
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
        /// What was ordered.
        ordered: Sum<'a>,
        /// Of it, paid out against the right claim code.
        claimed: Sum<'a>,
        /// Confirmed with a proof.
        received: Sum<'a>,
        /// What can still come.
        open: Sum<'a>,
    },
}

/// A transfer as far as this side knows it.
#[derive(Clone, Copy, Serialize)]
pub struct Listed<'a> {
    /// Its handle on this side.
    pub transfer: &'a str,
    /// What this side is to it: `sender`, `broker` or `family`.
    pub role: &'a str,
    /// Who receives the money; the sender alone knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<&'a str>,
    /// Who carries it; the sender alone knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<&'a str>,
    /// Who ordered it, for the two others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<&'a str>,
    /// What is promised.
    #[serde(flatten)]
    pub sum: Sum<'a>,
    /// `open`, `finished` or `expired`.
    pub state: &'a str,
    /// What was received and proved, as far as this side knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Sum<'a>>,
    /// When the broker had the money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub funded: Option<u64>,
    /// `none`, `waiting`, `wrong`, `accepted` or `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<&'a str>,
    /// Receipts, in the order in which they were made.
    pub receipts: &'a [ListedReceipt<'a>],
    /// Disputes.
    pub disputes: u64,
    /// When it ends.
    pub expires: u64,
}

/// One receipt of a transfer that is listed.
#[derive(Clone, Copy, Serialize)]
pub struct ListedReceipt<'a> {
    /// Its number.
    pub number: u8,
    /// What was received with it.
    #[serde(flatten)]
    pub sum: Sum<'a>,
    /// As in [`Affair::Confirmed`].
    pub proof: &'a str,
    /// When it was made.
    pub at: u64,
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

impl<'a> Affair<'a> {
    /// The event without plaintext.
    #[must_use]
    pub const fn concealed(mut self) -> Self {
        match &mut self {
            Self::Opened { note, code, .. } => (*note, *code) = (None, None),
            Self::Disputed { note, .. } => *note = None,
            _ => {}
        }
        self
    }

    /// Bytes of texts in the event, of which no copy is to be left behind.
    #[must_use]
    pub const fn plaintext(&self) -> usize {
        match self {
            Self::Opened { note: Some(note), .. } | Self::Disputed { note: Some(note), .. } => note.len(),
            Self::QuestionAsked { question, .. } | Self::QuestionPrepared { question, .. } => question.len(),
            _ => 0,
        }
    }
}
