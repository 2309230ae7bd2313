//! What a person can see of questions and transfers. Spec: transfer, "What each party sees".

use super::Ledger;
use super::event::Proof;
use super::record::{Carried, ClaimState, Course, Promised, ReceiptState, Sent};
use crate::base32;
use crate::keys::UnixTime;
use crate::limits::ATTEMPTS_MAX;
use crate::message::{CashReceipt, Dispute, QuestionId, Reason, TransferId};
use crate::money::{Amount, ClaimCode, Currency, Sum};
use zeroize::Zeroizing;

/// This person's part in a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Promised it and ordered it.
    Sender,
    /// Carries it.
    Broker,
    /// Is to have it.
    Family,
}

/// How far a transfer is, as far as this person's devices go by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Claims and receipts are taken.
    Open,
    /// All of it was proved, or claimed. A sender looks at what was received.
    Finished,
    /// Its time is over.
    Expired,
}

/// A transfer.
pub struct TransferView<'a> {
    /// This person's part.
    pub part: Part,
    /// Its name: the family's name with the sender and the family, the broker's with the broker.
    pub id: TransferId,
    /// Sender: the broker's name of it.
    pub order: Option<TransferId>,
    /// Broker, family: who sent it.
    pub sender: Option<u64>,
    /// Sender: who carries it.
    pub broker: Option<u64>,
    /// Sender: who is to have it.
    pub family: Option<u64>,
    /// What was promised or ordered.
    pub amount: Amount,
    /// What the broker keeps, as far as this person was told.
    pub fee: Option<Amount>,
    /// Whose note it is depends on the part: the family's with the sender.
    pub note: &'a str,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// When it ends.
    pub expires: UnixTime,
    /// How far it is.
    pub status: Status,
    /// Sender, broker: since when the broker has the money, as the broker says.
    pub funded: Option<UnixTime>,
    /// Sender, broker: how far the claim is.
    pub claim: ClaimState,
    /// Sender: the broker's reason not to take the order, and the family's not to take the promise.
    pub refused: [Option<Reason>; 2],
    /// What was said to have come, in the order in which it was said.
    pub receipts: Vec<ReceiptView<'a>>,
    /// What the family said against it.
    pub disputes: Vec<DisputeView<'a>>,
    /// Sender: what was proved by the real word. Family: what was proved.
    pub received: Sum,
    /// What was proved as far as the family can tell: the duress word counts. Never to be shown as received.
    pub apparent: Sum,
    /// Family: what to say to the broker once the cash is there.
    pub code: Option<&'a ClaimCode>,
    /// Sender, family: the question about it that can be answered now.
    pub question: Option<QuestionId>,
}

/// A receipt for cash.
pub struct ReceiptView<'a> {
    /// Which of the transfer's.
    pub number: u8,
    /// What has come.
    pub amount: Amount,
    /// What was written to it.
    pub note: &'a str,
    /// When.
    pub at: UnixTime,
    /// SHA-256 of attachments that show it.
    pub evidence: &'a [[u8; 32]],
    /// Sender: what stands behind it.
    pub proof: Option<Proof>,
    /// Family: what has become of it.
    pub state: Option<ReceiptState>,
}

/// What the family said against a transfer.
pub struct DisputeView<'a> {
    /// In which way it is not as was promised.
    pub note: &'a str,
    /// When it was said.
    pub at: UnixTime,
}

/// A question that waits to be asked.
pub struct PreparedView<'a> {
    /// Which one.
    pub id: QuestionId,
    /// What is to be asked. The answers are not shown again.
    pub text: &'a str,
    /// Whether a duress word is set.
    pub has_duress: bool,
}

/// A question that is to be answered here.
pub struct QuestionView<'a> {
    /// Which one.
    pub id: QuestionId,
    /// What is asked.
    pub text: &'a str,
    /// The transfer that a receipt is asked for.
    pub about: Option<TransferId>,
    /// Attempts that are left, 0 if none but the one under way.
    pub attempts_left: u8,
    /// Whether an answer is under way.
    pub is_waiting: bool,
    /// When it can no longer be answered.
    pub expires: UnixTime,
}

/// What went over a broker in a currency, as far as the sender's ledger remembers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Total {
    /// The broker.
    pub broker: u64,
    /// In which currency.
    pub currency: Currency,
    /// What was ordered.
    pub ordered: Sum,
    /// What was claimed with the right code.
    pub claimed: Sum,
    /// What the families proved by the real word.
    pub received: Sum,
    /// What can still come: of transfers whose time is not over, what was not received.
    pub open: Sum,
}

/// Why a text names no transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// No transfer's name begins so, or fewer than four characters.
    #[error("no transfer has this name")]
    Unknown,
    /// More than one transfer's name begins so.
    #[error("more than one transfer has this name")]
    Ambiguous,
}

/// A transfer's short name for people: eight small letters and digits.
#[must_use]
pub fn handle(TransferId(id): &TransferId) -> String {
    let mut text = Zeroizing::new(String::new());
    base32::encode(id.first_chunk::<HANDLE_BYTES>().unwrap_or(&[0; HANDLE_BYTES]), &mut text);
    text.to_ascii_lowercase()
}

impl Ledger {
    /// The transfers of this person, in whichever part, in the order in which they were opened or heard of.
    pub fn transfers(&self, now: UnixTime) -> impl Iterator<Item = TransferView<'_>> {
        let sent = self.sent.iter().map(move |it| self.view_sent(now, it));
        let carried = self.carried.iter().map(move |it| view_carried(now, it));
        let promised = self.promised.iter().map(move |it| self.view_promised(now, it));
        sent.chain(carried).chain(promised)
    }

    /// The transfer whose short name, in any letters, begins with this text of four characters at least. A sender's goes by
    /// either of its two names.
    ///
    /// # Errors
    /// [`NameError`] as each case says.
    pub fn find(&self, text: &str) -> Result<TransferId, NameError> {
        if text.len() < HANDLE_MIN {
            return Err(NameError::Unknown);
        }
        let is_named = |id: &TransferId| handle(id).starts_with(&text.to_ascii_lowercase());
        let sent = self.sent.iter().filter(|it| is_named(&it.promise.id) || is_named(&it.order));
        let carried = self.carried.iter().map(|it| it.order.id).filter(is_named);
        let promised = self.promised.iter().map(|it| it.promise.id).filter(is_named);
        let mut named = sent.map(|it| it.promise.id).chain(carried).chain(promised);
        match (named.next(), named.next()) {
            (Some(id), None) => Ok(id),
            (Some(_), Some(_)) => Err(NameError::Ambiguous),
            (None, _) => Err(NameError::Unknown),
        }
    }

    /// The questions prepared for a contact, in the order in which they will be asked.
    pub fn prepared(&self, contact: u64) -> impl Iterator<Item = PreparedView<'_>> {
        let of_contact = self.prepared.iter().filter(move |it| it.contact == contact);
        of_contact.map(|it| PreparedView { id: it.id, text: it.text.as_str(), has_duress: it.words.has_duress() })
    }

    /// The questions of a contact that are to be answered here.
    pub fn asked_by(&self, contact: u64) -> impl Iterator<Item = QuestionView<'_>> {
        let of_contact = self.answering.iter().filter(move |it| it.contact == contact);
        of_contact.map(|it| {
            let spent = it.attempt.saturating_sub(u8::from(it.is_offered()));
            QuestionView {
                id: it.id,
                text: it.text.as_str(),
                about: it.about,
                attempts_left: ATTEMPTS_MAX.saturating_sub(spent),
                is_waiting: !it.is_offered(),
                expires: it.expires,
            }
        })
    }

    /// What this person sent, by broker and currency.
    #[must_use]
    pub fn totals(&self, now: UnixTime) -> Vec<Total> {
        let mut totals: Vec<Total> = Vec::new();
        for sent in &self.sent {
            let amount = sent.promise.amount;
            let (currency, nothing) = (amount.currency(), Sum::nothing(amount.currency()));
            let at = totals.iter().position(|total| total.broker == sent.broker && total.currency == currency);
            let fresh = Total {
                broker: sent.broker,
                currency,
                ordered: nothing,
                claimed: nothing,
                received: nothing,
                open: nothing,
            };
            let before = at.map_or(fresh, |at| totals.swap_remove(at));
            let (claimed, received) = (sent.claim == ClaimState::Accepted, sent.received());
            let open = Sum::from(amount).minus(received).filter(|_| !sent.course.is_over(now));
            let add = |sum: Sum, part: Sum| sum.plus(part).unwrap_or(sum);
            totals.push(Total {
                ordered: add(before.ordered, amount.into()),
                claimed: add(before.claimed, if claimed { amount.into() } else { nothing }),
                received: add(before.received, received),
                open: add(before.open, open.unwrap_or(nothing)),
                ..before
            });
        }
        totals.sort_unstable_by_key(|total| (total.broker, total.currency));
        totals
    }

    fn view_sent<'a>(&'a self, now: UnixTime, sent: &'a Sent) -> TransferView<'a> {
        let id = sent.promise.id;
        let receipts = sent.receipts.iter().map(|kept| ReceiptView::new(&kept.receipt, Some(kept.proof), None));
        TransferView {
            part: Part::Sender,
            id,
            order: Some(sent.order),
            sender: None,
            broker: Some(sent.broker),
            family: Some(sent.family),
            amount: sent.promise.amount,
            fee: sent.fee,
            note: sent.promise.note.as_str(),
            sent_at: sent.promise.sent_at,
            expires: sent.course.expires,
            status: status(now, &sent.course, sent.is_finished()),
            funded: sent.funded,
            claim: sent.claim,
            refused: [sent.refused_order, sent.refused_promise],
            receipts: receipts.collect(),
            disputes: views(&sent.disputes),
            received: sent.received(),
            apparent: sent.apparent(),
            code: None,
            question: self.open_about(sent.family, Some(id)).filter(|it| it.expires > now).map(|it| it.id),
        }
    }

    fn view_promised<'a>(&'a self, now: UnixTime, promised: &'a Promised) -> TransferView<'a> {
        let promise = &promised.promise;
        let receipts = promised.receipts.iter().map(|given| ReceiptView::new(&given.receipt, None, Some(given.state)));
        let mut asked = self.answering.iter().rev();
        let question = asked.find(|it| {
            it.about == Some(promise.id) && it.contact == promised.contact && it.is_offered() && it.expires > now
        });
        TransferView {
            part: Part::Family,
            id: promise.id,
            order: None,
            sender: Some(promised.contact),
            broker: None,
            family: None,
            amount: promise.amount,
            fee: promise.fee,
            note: promise.note.as_str(),
            sent_at: promise.sent_at,
            expires: promised.course.expires,
            status: status(now, &promised.course, promised.course.finished.is_some()),
            funded: None,
            claim: ClaimState::None,
            refused: [None; 2],
            receipts: receipts.collect(),
            disputes: views(&promised.disputes),
            received: promised.proved(),
            apparent: promised.proved(),
            code: Some(&promise.code),
            question: question.map(|question| question.id),
        }
    }
}

fn view_carried(now: UnixTime, carried: &Carried) -> TransferView<'_> {
    let order = &carried.order;
    let nothing = Sum::nothing(order.amount.currency());
    TransferView {
        part: Part::Broker,
        id: order.id,
        order: None,
        sender: Some(carried.contact),
        broker: None,
        family: None,
        amount: order.amount,
        fee: order.fee,
        note: order.note.as_str(),
        sent_at: order.sent_at,
        expires: carried.course.expires,
        status: status(now, &carried.course, carried.claim == ClaimState::Accepted),
        funded: carried.funded,
        claim: carried.claim,
        refused: [None; 2],
        receipts: Vec::new(),
        disputes: Vec::new(),
        received: nothing,
        apparent: nothing,
        code: None,
        question: None,
    }
}

/// What is finished stays so when its time is over.
fn status(now: UnixTime, course: &Course, is_finished: bool) -> Status {
    match (is_finished, course.is_over(now)) {
        (true, _) => Status::Finished,
        (false, true) => Status::Expired,
        (false, false) => Status::Open,
    }
}

fn views(disputes: &[Dispute]) -> Vec<DisputeView<'_>> {
    disputes.iter().map(|it| DisputeView { note: it.note.as_str(), at: it.at }).collect()
}

impl<'a> ReceiptView<'a> {
    fn new(receipt: &'a CashReceipt, proof: Option<Proof>, state: Option<ReceiptState>) -> Self {
        let CashReceipt { number, amount, at, .. } = *receipt;
        Self { number, amount, note: receipt.note.as_str(), at, evidence: &receipt.evidence, proof, state }
    }
}

const HANDLE_BYTES: usize = 5;
const HANDLE_MIN: usize = 4;
