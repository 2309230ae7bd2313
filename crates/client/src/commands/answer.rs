//! `answer`: the answer to a question that a contact asks in the session, at the command line or in a talk.

use std::time::Duration;

use nightjar_protocol::ledger::{Event as Happened, Subject, handle};
use nightjar_protocol::message::QuestionId;
use nightjar_protocol::nickname::{Word, two_set_to_hangul};
use zeroize::Zeroizing;

use super::affairs::reason_key;
use super::online::{Online, Wait, block_on};
use super::{Context, contact, present, words};
use crate::args;
use crate::cli::affairs::Answer;
use crate::engine::Notice;
use crate::failure::{Failure, Kind};
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Answer) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    block_on(async {
        online.connect(contact).await?;
        // It may have come since anybody looked.
        online.collect().await?;
        let outcome = prove(&mut online, contact, options).await;
        online.settle(SETTLE).await?;
        outcome
    })
}

/// Answers until the words agree or no attempt is left.
async fn prove(online: &mut Online<'_>, contact: u64, options: &Answer) -> Result<(), Failure> {
    let id = waiting_question(online, contact)?;
    online.presenter.question(&online.engine, contact, id)?;
    let mut left = None;
    loop {
        let word = words::answer_again(online.context, options.answer_fd, left)?;
        online.engine.answer_question(contact, id, &word)?;
        drop(word);
        online.context.output.say(Style::Dim, "join-waiting", &[]);
        left = match verdict(online, id, options.timeout).await? {
            None => return Ok(()),
            Some(0) => return Err(Kind::QuestionSpent.into()),
            left => left,
        };
    }
}

/// What this answer came to: nothing is left to do, or so many tries are.
async fn verdict(online: &mut Online<'_>, asked: QuestionId, timeout: Option<u32>) -> Result<Option<u8>, Failure> {
    let output = online.context.output;
    let patience = Some(timeout.map_or(JUDGED, |seconds| Duration::from_secs(seconds.into())));
    let judged = |notice: &Notice| match notice {
        Notice::Affair(Happened::Matched { id, matched, left, .. }) if *id == asked => {
            Some(Ok((!matched).then_some(*left)))
        }
        Notice::Affair(Happened::QuestionExpired { id, .. }) if *id == asked => Some(Err(Kind::QuestionExpired.into())),
        Notice::Affair(Happened::Refused { of: Subject::Question(id), reason, .. }) if *id == asked => {
            let reason = output.text(reason_key(*reason).1, &[]);
            Some(Err(Failure::new(Kind::TransferRefused).text("reason", reason)))
        }
        _ => None,
    };
    match online.outcome(patience, judged).await? {
        Wait::Over(left) => Ok(left),
        Wait::TimedOut => {
            output.say(Style::Plain, "question-answered", &[]);
            Err(Kind::PeerAbsent.into())
        }
    }
}

/// The question of a contact that waits for an answer here.
///
/// # Errors
/// [`Kind::QuestionNone`]; [`Kind::QuestionTransfer`] if all that is asked is about transfers.
fn waiting_question(online: &Online<'_>, contact: u64) -> Result<QuestionId, Failure> {
    let name = present::name(&online.engine, contact);
    let (now, mut about) = (online.engine.now(), None);
    for question in online.engine.ledger().asked_by(contact).filter(|it| !it.is_waiting && it.expires > now) {
        match question.about {
            None => return Ok(question.id),
            Some(id) => about = Some(id),
        }
    }
    Err(match about {
        Some(id) => Failure::new(Kind::QuestionTransfer).text("name", name).text("id", handle(&id)),
        None => Failure::new(Kind::QuestionNone).text("name", name),
    })
}

/// An answer that is being typed in a talk, line by line.
pub(super) enum Typing {
    /// The answer comes next.
    Word,
    /// Whether the keys were meant as Hangul comes next.
    Hangul { typed: Zeroizing<String>, hangul: Zeroizing<String> },
    /// Whether to send it comes next.
    Sure(Word),
}

/// Begins an answer in a talk; none if there is nothing to answer.
///
/// # Errors
/// [`crate::failure::Kind::Output`].
pub(super) fn begin(online: &Online<'_>, contact: u64) -> Result<Option<Typing>, Failure> {
    let output = online.context.output;
    match waiting_question(online, contact) {
        Ok(id) => {
            online.presenter.question(&online.engine, contact, id)?;
            output.say(Style::Dim, "join-hangul-hint", &[]);
            output.say(Style::Plain, "join-answer", &[]);
            Ok(Some(Typing::Word))
        }
        Err(failure) => {
            output.fail(&failure);
            Ok(None)
        }
    }
}

/// Takes the next line of an answer in a talk: what comes after it, if anything. An empty line or a command gives up.
///
/// # Errors
/// Failures of the vault and [`crate::failure::Kind::Output`].
pub(super) fn go_on(
    online: &mut Online<'_>,
    contact: u64,
    typing: Typing,
    line: &str,
) -> Result<Option<Typing>, Failure> {
    let context = online.context;
    let output = context.output;
    if line.trim().is_empty() || line.starts_with('/') {
        return Ok(None);
    }
    match typing {
        Typing::Word => match two_set_to_hangul(line.trim()) {
            Some(hangul) => {
                let word = hangul.as_str();
                output.say(Style::Plain, "join-hangul", args![typed = line, word = word]);
                output.say(Style::Plain, "join-hangul-confirm", args![word = word]);
                Ok(Some(Typing::Hangul { typed: Zeroizing::new(line.to_owned()), hangul }))
            }
            None => Ok(Some(confirm(online, line))),
        },
        Typing::Hangul { typed, hangul } => match context.prompt().yes_or_no(line) {
            Some(true) => Ok(Some(confirm(online, &hangul))),
            Some(false) => Ok(Some(confirm(online, &typed))),
            None => Ok(Some(Typing::Hangul { typed, hangul })),
        },
        Typing::Sure(word) => match context.prompt().yes_or_no(line) {
            Some(true) => give(online, contact, &word).map(|()| None),
            Some(false) => Ok(Some(Typing::Word)),
            None => Ok(Some(Typing::Sure(word))),
        },
    }
}

/// Says in which form the word will be compared; one that cannot be an answer is typed again.
fn confirm(online: &Online<'_>, typed: &str) -> Typing {
    let output = online.context.output;
    match words::normalise(typed) {
        Ok(word) => {
            let shown = Zeroizing::new(word.display().to_owned());
            output.say(Style::Plain, "join-stored", args![word = shown.as_str()]);
            output.say(Style::Plain, "join-confirm", &[]);
            Typing::Sure(word)
        }
        Err(failure) => {
            output.fail(&failure);
            Typing::Word
        }
    }
}

fn give(online: &mut Online<'_>, contact: u64, word: &Word) -> Result<(), Failure> {
    let done = waiting_question(online, contact).and_then(|id| online.engine.answer_question(contact, id, word));
    match done {
        Ok(()) => {
            online.engine.turn()?;
            online.context.output.say(Style::Dim, "question-answered", &[]);
            Ok(())
        }
        Err(failure) => {
            online.context.output.fail(&failure);
            Ok(())
        }
    }
}

/// How long the verdict is waited for: whoever asked may be away, and the answer is on its way.
const JUDGED: Duration = Duration::from_secs(60);
const SETTLE: Duration = Duration::from_secs(10);
