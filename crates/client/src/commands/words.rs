//! Words that are never on the command line: the answer to a question, as whoever asks sets it and as whoever is asked
//! types it, and the note to a transfer.

use nightjar_protocol::ledger::NewQuestion;
use nightjar_protocol::limits::QUESTION_MAX;
use nightjar_protocol::nickname::{Error, Word, two_set_to_hangul};
use zeroize::Zeroizing;

use super::Context;
use super::online::Online;
use crate::args;
use crate::failure::{Failure, Kind};
use crate::locale::Arg;
use crate::prompt;
use crate::terminal::Style;

/// Where the answers to a question that is being asked come from.
#[derive(Clone, Copy)]
pub(super) struct Source {
    /// A descriptor; otherwise the terminal.
    pub(super) answer_fd: Option<u32>,
    /// Whether there is a duress answer.
    pub(super) duress: bool,
    /// A descriptor for it; otherwise the terminal.
    pub(super) duress_fd: Option<u32>,
}

/// A question with its answers, asked for as far as the options leave them open.
///
/// # Errors
/// [`Kind::QuestionLong`], those of [`normalise`] and of the terminal.
pub(super) fn new_question(context: &Context<'_>, text: String, source: Source) -> Result<NewQuestion, Failure> {
    check_question(&text)?;
    let (real, duress) = answers(context, source)?;
    Ok(NewQuestion { text, real, duress })
}

/// The text of a question, which may be as long as this.
///
/// # Errors
/// [`Kind::QuestionLong`].
pub(super) fn check_question(text: &str) -> Result<(), Failure> {
    match text.len() > QUESTION_MAX {
        true => {
            let failure = Failure::new(Kind::QuestionLong).number("length", text.len() as u64);
            Err(failure.number("most", QUESTION_MAX as u64))
        }
        false => Ok(()),
    }
}

/// The answer, and the duress answer if there is to be one.
///
/// # Errors
/// Those of [`normalise`] and of the terminal.
pub(super) fn answers(context: &Context<'_>, source: Source) -> Result<(Word, Option<Word>), Failure> {
    let answer = word(context, source.answer_fd, "invite-answer", "invite-answer-hint")?;
    let duress = match source.duress {
        true => Some(word(context, source.duress_fd, "invite-duress", "invite-duress-hint")?),
        false => None,
    };
    Ok((answer, duress))
}

/// An answer, typed and confirmed in the form in which it will be compared.
fn word(context: &Context<'_>, fd: Option<u32>, prompt_key: &str, hint: &str) -> Result<Word, Failure> {
    if let Some(fd) = fd {
        return normalise(&prompt::from_descriptor(fd)?);
    }
    context.output.say(Style::Dim, hint, &[]);
    loop {
        let typed = context.prompt().secret(prompt_key, &[])?;
        let word = match normalise(&typed) {
            Ok(word) => word,
            Err(failure) => {
                context.output.fail(&failure);
                continue;
            }
        };
        let shown = Zeroizing::new(word.display().to_owned());
        context.output.say(
            Style::Plain,
            "invite-answer-stored",
            args![word = shown.as_str(), count = word.graphemes()],
        );
        if context.prompt().confirm("invite-answer-confirm", &[])? {
            return Ok(word);
        }
    }
}

/// The answer of whoever is asked, with help for a keyboard that has no Hangul.
///
/// # Errors
/// Those of [`normalise`] and of the terminal.
pub(super) fn answer(context: &Context<'_>, fd: Option<u32>) -> Result<Word, Failure> {
    if let Some(fd) = fd {
        return normalise(&prompt::from_descriptor(fd)?);
    }
    context.output.say(Style::Dim, "join-hangul-hint", &[]);
    loop {
        let typed = context.prompt().line("join-answer", &[])?;
        let typed = in_hangul(context, typed)?;
        match normalise(&typed) {
            Ok(word) => {
                let shown = Zeroizing::new(word.display().to_owned());
                context.output.say(Style::Plain, "join-stored", args![word = shown.as_str()]);
                if context.prompt().confirm("join-confirm", &[])? {
                    return Ok(word);
                }
            }
            Err(failure) => context.output.fail(&failure),
        }
    }
}

/// Keys of an English keyboard that spell Hangul become Hangul, if the person meant that.
fn in_hangul(context: &Context<'_>, typed: Zeroizing<String>) -> Result<Zeroizing<String>, Failure> {
    let Some(hangul) = two_set_to_hangul(typed.trim()) else { return Ok(typed) };
    let word = hangul.as_str();
    context.output.say(Style::Plain, "join-hangul", args![typed = typed.as_str(), word = word]);
    if context.prompt().confirm("join-hangul-confirm", args![word = word])? { Ok(hangul) } else { Ok(typed) }
}

/// The word that was typed.
///
/// # Errors
/// [`Kind::AnswerLength`], [`Kind::AnswerCharacters`].
pub(super) fn normalise(typed: &str) -> Result<Word, Failure> {
    Word::normalise(typed).map_err(|error| match error {
        Error::TooLong | Error::TooShort => Kind::AnswerLength.into(),
        _ => Kind::AnswerCharacters.into(),
    })
}

/// The answer, for the first time or after a mismatch with so many tries left. If no further answer can be had, what is
/// left to say is that the last one did not match.
///
/// # Errors
/// As [`answer`], and [`Kind::Mismatch`].
pub(super) fn answer_again(context: &Context<'_>, fd: Option<u32>, left: Option<u8>) -> Result<Word, Failure> {
    answer(context, fd).map_err(|failure| match left {
        Some(left) => unanswered(failure, left),
        None => failure,
    })
}

/// No further answer can be had: what is left to say is that the last one did not match.
pub(super) fn unanswered(failure: Failure, left: u8) -> Failure {
    match failure.kind() {
        Kind::InputNeeded | Kind::NoTerminal | Kind::Descriptor | Kind::InputUnreadable => {
            Failure::new(Kind::Mismatch).number("left", left.into())
        }
        _ => failure,
    }
}

/// The text of a question that is typed now; none where the next one that was prepared is to be used.
///
/// # Errors
/// Those of the terminal.
pub(super) fn prepared_or_typed(online: &Online<'_>, contact: u64) -> Result<Option<String>, Failure> {
    if let Some(next) = online.engine.ledger().prepared(contact).next() {
        online.context.output.say(Style::Plain, "question-prepared-used", args![question = next.text]);
        return Ok(None);
    }
    let name = super::present::name(&online.engine, contact);
    Ok(Some(online.context.prompt().line("question-text", args![name = name])?.trim().to_owned()))
}

/// A note to a transfer, one line: from a descriptor, or asked for by the message `key` if it is wanted; otherwise empty.
///
/// # Errors
/// Those of the terminal and of [`prompt::from_descriptor`].
pub(super) fn note(
    context: &Context<'_>,
    (wanted, fd): (bool, Option<u32>),
    key: &str,
    args: &[(&'static str, Arg<'_>)],
) -> Result<String, Failure> {
    let mut line = match fd {
        Some(fd) => prompt::from_descriptor(fd)?,
        None if wanted => context.prompt().line(key, args)?,
        None => Zeroizing::default(),
    };
    Ok(std::mem::take(&mut *line))
}
