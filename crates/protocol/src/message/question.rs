//! A question asked in a session, its answers and the verdicts on them. Spec: proof, "Asking again".

use bincode::{Decode, Encode};

use super::{Body, CashReceipt, Error, TransferId};
use crate::keys::{Random, UnixTime};
use crate::limits::ATTEMPTS_MAX;
use crate::proof::{M1_LEN, M2_LEN, M3_LEN, is_question};

/// Names a question: 16 random bytes of its asker's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct QuestionId(pub [u8; 16]);

/// A question, and M1 of the first attempt at it.
#[derive(Encode, Decode)]
pub struct Question {
    /// Which one.
    pub id: QuestionId,
    /// The transfer that a receipt is asked for.
    pub about: Option<TransferId>,
    /// What is asked, 1 to `QUESTION_MAX` bytes.
    pub text: Body,
    /// M1 of attempt 1.
    pub m1: [u8; M1_LEN],
    /// When it can no longer be answered.
    pub expires: UnixTime,
}

/// An attempt at a question.
#[derive(Encode, Decode)]
pub struct Answer {
    /// Which question.
    pub id: QuestionId,
    /// Which attempt, 1 to [`ATTEMPTS_MAX`].
    pub attempt: u8,
    /// M2.
    pub m2: [u8; M2_LEN],
    /// What is being proved, where the question is about a transfer.
    pub receipt: Option<CashReceipt>,
}

/// What came of an attempt: of one form whatever it was.
#[derive(Encode, Decode)]
pub struct Verdict {
    /// Which question.
    pub id: QuestionId,
    /// Which attempt, 1 to [`ATTEMPTS_MAX`].
    pub attempt: u8,
    /// M3.
    pub m3: [u8; M3_LEN],
    /// M1 of the next attempt, of use after a mismatch only; behind the last attempt 64 random bytes.
    pub again: [u8; M1_LEN],
}

impl QuestionId {
    /// Draws a name.
    pub fn generate(random: &mut impl Random) -> Self {
        Self(*random.bytes())
    }
}

impl Question {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if is_question(self.text.as_str()) { Ok(()) } else { Err(Error::Question) }
    }
}

impl Answer {
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_attempt(self.attempt)?;
        self.receipt.as_ref().map_or(Ok(()), CashReceipt::check)
    }
}

impl Verdict {
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_attempt(self.attempt)
    }
}

fn check_attempt(attempt: u8) -> Result<(), Error> {
    if (1..=ATTEMPTS_MAX).contains(&attempt) { Ok(()) } else { Err(Error::Attempt) }
}
