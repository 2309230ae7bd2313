//! `ask`: a question in a session, to find out whether the other side is still who it was; and questions kept for later.

use std::time::Duration;

use nightjar_protocol::ledger::{Event as Happened, NewQuestion, Outcome, Subject};
use nightjar_protocol::limits::{ATTEMPTS_MAX, LIFETIME_DEFAULT};
use nightjar_protocol::message::QuestionId;

use super::affairs::reason_key;
use super::online::{Online, Wait, block_on};
use super::words::{self, Source};
use super::{Context, contact, present};
use crate::args;
use crate::cli::affairs::Ask;
use crate::engine::Notice;
use crate::event::{Affair, Event};
use crate::failure::{Failure, Kind};
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Ask) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    let question = question(&online, contact, options)?;
    if options.prepare {
        return prepare(&mut online, contact, question);
    }
    block_on(async {
        online.connect(contact).await?;
        let id = put(&mut online, contact, question.as_ref(), options.expires.unwrap_or(LIFETIME_DEFAULT))?;
        if options.no_wait {
            return online.sent().await;
        }
        context.output.say(Style::Dim, "question-waiting", &[]);
        let outcome = verdict(&mut online, id, options.timeout).await;
        // The verdict is owed to the other side, whatever it is.
        online.settle(SETTLE).await?;
        outcome
    })
}

/// The question on the command line or typed now; none where the next one that was prepared is to be used.
fn question(online: &Online<'_>, contact: u64, options: &Ask) -> Result<Option<NewQuestion>, Failure> {
    let context = online.context;
    let text = match &options.question {
        Some(text) => text.clone(),
        None if options.prepare => {
            let name = present::name(&online.engine, contact);
            context.prompt().line("question-text", args![name = name])?.trim().to_owned()
        }
        None => match words::prepared_or_typed(online, contact)? {
            Some(text) => text,
            None => return Ok(None),
        },
    };
    let source = Source { answer_fd: options.answer_fd, duress: options.duress, duress_fd: options.duress_fd };
    words::new_question(context, text, source).map(Some)
}

/// Asks, and says so.
fn put(
    online: &mut Online<'_>,
    contact: u64,
    question: Option<&NewQuestion>,
    lifetime: u32,
) -> Result<QuestionId, Failure> {
    let prepared = || online.engine.ledger().prepared(contact).next().map(|it| it.text.to_owned());
    let text = question.map(|it| it.text.clone()).or_else(prepared).unwrap_or_default();
    let id = online.engine.ask(contact, question, lifetime)?;
    online.engine.turn()?;
    let (output, name) = (online.context.output, present::name(&online.engine, contact));
    output.event(Event::Affair(Affair::QuestionAsked {
        contact: name,
        direction: "out",
        question: &text,
        transfer: None,
        left: ATTEMPTS_MAX,
        expires: online.engine.now().plus(lifetime.into()).0,
    }))?;
    let life = output.locale().life(lifetime.into());
    let said = args![name = name, question = &text, life = &life, left = ATTEMPTS_MAX];
    output.answer(Style::Good, "question-sent", said)?;
    Ok(id)
}

fn prepare(online: &mut Online<'_>, contact: u64, question: Option<NewQuestion>) -> Result<(), Failure> {
    let Some(question) = question else { return Ok(()) };
    online.engine.prepare(contact, &question)?;
    online.engine.turn()?;
    let (output, name) = (online.context.output, present::name(&online.engine, contact));
    let ready = online.engine.ledger().prepared(contact).count();
    output.event(Event::Affair(Affair::QuestionPrepared {
        contact: name,
        question: &question.text,
        ready: ready as u64,
    }))?;
    output.answer(Style::Good, "question-prepared", args![name = name, question = &question.text, count = ready])?;
    output.say(Style::Dim, "question-prepared-next", args![name = name]);
    Ok(())
}

/// Waits until the answer is judged. After a mismatch with attempts left the wait goes on.
async fn verdict(online: &mut Online<'_>, asked: QuestionId, timeout: Option<u32>) -> Result<(), Failure> {
    let output = online.context.output;
    let patience = timeout.map(|seconds| Duration::from_secs(seconds.into()));
    let judged = |notice: &Notice| match notice {
        Notice::Affair(Happened::AnswerWas { id, outcome, .. }) if *id == asked => match outcome {
            Outcome::Mismatch { left: 0 } => Some(Err(Kind::QuestionSpent.into())),
            Outcome::Mismatch { .. } => None,
            Outcome::Verified | Outcome::Duress => Some(Ok(())),
        },
        Notice::Affair(Happened::QuestionExpired { id, .. }) if *id == asked => Some(Err(Kind::QuestionExpired.into())),
        Notice::Affair(Happened::Refused { of: Subject::Question(id), reason, .. }) if *id == asked => {
            let reason = output.text(reason_key(*reason).1, &[]);
            Some(Err(Failure::new(Kind::TransferRefused).text("reason", reason)))
        }
        _ => None,
    };
    match online.outcome(patience, judged).await? {
        Wait::Over(()) => Ok(()),
        Wait::TimedOut => Err(Kind::PeerAbsent.into()),
    }
}

const SETTLE: Duration = Duration::from_secs(10);
