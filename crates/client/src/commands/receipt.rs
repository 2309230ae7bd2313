//! `receipt`: what came of money that was promised, proved by the answer to a question; or that something is wrong.

use std::mem;
use std::time::Duration;

use nightjar_protocol::conversation::{Audience, MessageId};
use nightjar_protocol::ledger::{Confirmation, Event as Happened, Part, Subject, handle};
use nightjar_protocol::limits::EVIDENCE_MAX;
use nightjar_protocol::message::{Attachment, QuestionId, TransferId};

use super::affairs::reason_key;
use super::attach::{self, Files};
use super::chat::Timers;
use super::online::{Online, Wait, block_on};
use super::present::name;
use super::transfer::{amount, find, view};
use super::{Context, words};
use crate::args;
use crate::cli::affairs::{Receipt, ReceiptCommand, ReceiptConfirm, ReceiptDispute};
use crate::engine::Notice;
use crate::failure::{Failure, Kind};
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Receipt) -> Result<(), Failure> {
    match &options.command {
        ReceiptCommand::Confirm(options) => confirm(context, options),
        ReceiptCommand::Dispute(options) => dispute(context, options),
    }
}

fn confirm(context: &Context<'_>, options: &ReceiptConfirm) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let id = find(&online.engine, &options.id)?;
    let promise = view(&online.engine, id)?;
    promised(promise.part, id)?;
    let sender = promise.sender.ok_or_else(|| Failure::internal("a promise of nobody"))?;
    let files = Files { voice: &options.voice, photo: &options.photo, file: &[], full_size: false };
    files.check(EVIDENCE_MAX)?;
    let mut came = Confirmation {
        amount: amount(&options.amount, promise.amount.currency())?,
        note: words::note(context, (options.note, options.note_fd), "transfer-note", &[])?,
        evidence: Vec::new(),
    };
    block_on(async {
        online.engine.connect_all();
        online.hear_time().await?;
        // The question for this part may have come since.
        online.collect().await?;
        online.engine.transfer_files(false, true);
        let mut evidence = Evidence { sender, items: attach::seal(&mut online, sender, &files)?, sent: None };
        came.evidence = evidence.items.iter().map(|item| item.hash).collect();
        let outcome = prove(&mut online, id, &came, &mut evidence, options).await;
        if outcome.is_err() && evidence.sent.is_none() && !came.evidence.is_empty() {
            // Nothing has left or was kept: a receipt does not go without what it speaks of.
            return outcome;
        }
        // The sender may be away; what shows the cash waits at the relay all the same.
        if let Some(message) = evidence.sent {
            attach::uploaded(&mut online, sender, message).await?;
        }
        online.settle(SETTLE).await?;
        outcome
    })
}

/// Attachments that show the cash: they go once, with the first answer.
struct Evidence {
    sender: u64,
    items: Vec<Attachment>,
    sent: Option<MessageId>,
}

impl Evidence {
    /// Puts them on their way in the turn in which the receipt leaves.
    fn send(&mut self, online: &mut Online<'_>) -> Result<(), Failure> {
        if self.items.is_empty() {
            return Ok(());
        }
        let timers = Timers::choose(online.context, None, None);
        let (items, life) = (mem::take(&mut self.items), (timers.lifetime, timers.after_read));
        self.sent = Some(online.engine.send_files(self.sender, "", items, life, Audience::Contact)?);
        Ok(())
    }
}

/// Answers the question about the transfer until the words agree or no attempt is left. If nothing is asked, the receipt
/// goes without a proof.
async fn prove(
    online: &mut Online<'_>,
    id: TransferId,
    came: &Confirmation,
    evidence: &mut Evidence,
    options: &ReceiptConfirm,
) -> Result<(), Failure> {
    let output = online.context.output;
    let (transfer, amount) = (handle(&id), came.amount.to_string());
    let mut left = None;
    loop {
        let promise = view(&online.engine, id)?;
        let Some((contact, question)) = promise.sender.zip(promise.question) else {
            if left.is_none() {
                output.warn("transfer-receipt-plain", &[]);
            }
            online.engine.confirm(id, came, None)?;
            evidence.send(online)?;
            online.sent().await?;
            return output.answer(Style::Plain, "transfer-receipt-sent", args![amount = &amount, id = &transfer]);
        };
        online.presenter.question(&online.engine, contact, question)?;
        let word = words::answer_again(online.context, options.answer_fd, left)?;
        online.engine.confirm(id, came, Some(&word))?;
        drop(word);
        evidence.send(online)?;
        output.say(Style::Dim, "join-waiting", &[]);
        left = match judged(online, (id, question), options.timeout).await {
            Ok(None) => return Ok(()),
            Ok(Some(0)) => return Err(Kind::QuestionSpent.into()),
            Ok(left) => left,
            Err(failure) => {
                if failure.kind() == Kind::PeerAbsent {
                    output.say(Style::Plain, "transfer-receipt-sent", args![amount = &amount, id = &transfer]);
                }
                return Err(failure);
            }
        };
    }
}

/// What the answer came to: nothing is left to do, or so many tries are.
async fn judged(
    online: &mut Online<'_>,
    (about, asked): (TransferId, QuestionId),
    timeout: Option<u32>,
) -> Result<Option<u8>, Failure> {
    let output = online.context.output;
    let patience = Some(timeout.map_or(JUDGED, |seconds| Duration::from_secs(seconds.into())));
    let judged = |notice: &Notice| match notice {
        Notice::Affair(Happened::Matched { about: Some(it), matched, left, .. }) if *it == about => {
            Some(Ok((!matched).then_some(*left)))
        }
        Notice::Affair(Happened::TransferExpired { id }) if *id == about => {
            Some(Err(Failure::new(Kind::TransferExpired).text("id", handle(id))))
        }
        Notice::Affair(Happened::Refused { of: Subject::Question(id), reason, .. }) if *id == asked => {
            let reason = output.text(reason_key(*reason).1, &[]);
            Some(Err(Failure::new(Kind::TransferRefused).text("reason", reason)))
        }
        _ => None,
    };
    match online.outcome(patience, judged).await? {
        Wait::Over(left) => Ok(left),
        Wait::TimedOut => Err(Kind::PeerAbsent.into()),
    }
}

fn dispute(context: &Context<'_>, options: &ReceiptDispute) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let id = find(&online.engine, &options.id)?;
    let promise = view(&online.engine, id)?;
    promised(promise.part, id)?;
    let sender = promise.sender;
    let note = words::note(context, (true, options.note_fd), "transfer-dispute-note", &[])?;
    block_on(async {
        online.engine.connect_all();
        online.hear_time().await?;
        online.engine.dispute(id, &note)?;
        online.sent().await?;
        let name = sender.map_or("", |sender| name(&online.engine, sender));
        context.output.answer(Style::Good, "transfer-dispute-sent", args![name = name, id = &handle(&id)])
    })
}

/// Whether this side is the one that receives the money.
fn promised(part: Part, id: TransferId) -> Result<(), Failure> {
    match part {
        Part::Family => Ok(()),
        Part::Sender | Part::Broker => Err(Failure::new(Kind::TransferRole).text("id", handle(&id))),
    }
}

/// How long the verdict is waited for: whoever asked may be away, and the receipt is on its way.
const JUDGED: Duration = Duration::from_secs(60);
const SETTLE: Duration = Duration::from_secs(10);
