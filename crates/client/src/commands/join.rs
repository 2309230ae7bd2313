//! `join`: takes an invite, answers its question, and talks. Nothing is stored unless that was asked for.

use std::time::Duration;

use nightjar_protocol::invite;
use nightjar_protocol::limits::ATTEMPTS_MAX;
use nightjar_protocol::nickname::Word;

use super::invite::contact_name;
use super::online::{Online, Wait, block_on};
use super::{Context, chat, words};
use crate::args;
use crate::cli::Join;
use crate::engine::{LookUp, Notice, Owner};
use crate::event::Event;
use crate::failure::{Failure, Kind};
use crate::prompt;
use crate::terminal::{Style, escape};

pub(super) fn run(context: &Context<'_>, options: &Join) -> Result<(), Failure> {
    let mut online = Online::open(context, !options.keep)?;
    let invite = code(context, options)?;
    let name = contact_name(context, &online.engine, options.name.as_deref())?;
    let configured = match context.relay() {
        Ok(relay) => Some(relay),
        Err(failure) if failure.kind() == Kind::RelayMissing => None,
        Err(failure) => return Err(failure),
    };
    let relay = invite.relay(configured.as_ref()).map_err(|_| Failure::from(Kind::RelayMissing))?;
    // The person's own access key for that relay may be newer than the invite's.
    let own = configured.as_ref().filter(|it| it.access().is_some() && it.is_same_relay(relay));
    let relay = own.unwrap_or(relay).clone();
    block_on(async {
        {
            let _spinner = context.spinner("join-stretching");
            online.engine.look_up(&invite, relay, name)?;
        }
        drop(invite);
        look_up(&mut online).await?;
        let contact = prove(&mut online, options).await?;
        if online.engine.is_ephemeral() {
            context.output.say(Style::Plain, "join-ephemeral", &[]);
            return chat::talk(online, contact, chat::Timers::default()).await;
        }
        online.settle(SETTLE).await?;
        let name = super::present::name(&online.engine, contact).to_owned();
        context.output.say(Style::Plain, "join-kept", args![name = &name]);
        context.output.say(Style::Plain, "invite-chat-next", args![name = &name]);
        Ok(())
    })
}

/// The code or link, typed until it is free of slips; from standard input, once.
fn code(context: &Context<'_>, options: &Join) -> Result<invite::Invite, Failure> {
    if options.code_stdin {
        return parse(&prompt::from_descriptor(0)?);
    }
    loop {
        let typed = context.prompt().line("join-code", &[])?;
        match parse(&typed) {
            Ok(invite) => {
                context.output.say(Style::Good, "join-code-good", &[]);
                return Ok(invite);
            }
            Err(failure) => context.output.fail(&failure),
        }
    }
}

fn parse(typed: &str) -> Result<invite::Invite, Failure> {
    invite::Invite::parse(typed.trim()).map_err(|_| Kind::InviteMistyped.into())
}

/// Finds out what the invite leads to.
async fn look_up(online: &mut Online<'_>) -> Result<(), Failure> {
    online.context.output.say(Style::Dim, "join-looking", &[]);
    let found = online.until(Some(LOOK_UP), true, |_, notice| match notice {
        Some(Notice::LookUp(LookUp::Found)) => Ok(Some(())),
        Some(Notice::LookUp(LookUp::Used)) => Err(Kind::InviteUsed.into()),
        Some(Notice::LookUp(LookUp::Expired)) => Err(Kind::InviteExpired.into()),
        Some(Notice::LookUp(LookUp::Unknown)) => Err(Kind::InviteUnknown.into()),
        Some(Notice::LookUp(LookUp::Damaged)) => Err(Kind::InviteDamaged.into()),
        _ => Ok(None),
    });
    match found.await? {
        Wait::Over(()) => Ok(()),
        Wait::TimedOut => Err(online.absent()),
    }
}

/// Answers until the words agree or no attempt is left: the new contact.
async fn prove(online: &mut Online<'_>, options: &Join) -> Result<u64, Failure> {
    let output = online.context.output;
    let joiner = online.engine.found_joiner().ok_or_else(|| Failure::internal("no invite was found"))?;
    let asked = joiner.question().map(str::to_owned);
    let expires = joiner.expires();
    let life = output.locale().life(expires.since(online.engine.now()));
    output.say(Style::Plain, "join-found", args![life = &life, attempts = ATTEMPTS_MAX]);
    match &asked {
        Some(question) => {
            output.event(Event::ProofAsked { question, left: ATTEMPTS_MAX, expires: expires.0 })?;
            let question = escape::line(question);
            output.answer(Style::Strong, "join-question", args![question = question.as_str()])?;
            output.say(Style::Dim, "join-answer-once", &[]);
        }
        None => output.warn("join-no-question", &[]),
    }
    let word = answer(online, options, asked.is_some())?;
    let joining = online.engine.answer_found(word.as_ref())?;
    drop(word);
    loop {
        output.say(Style::Dim, "join-waiting", &[]);
        match verdict(online, joining, options.timeout).await? {
            Verdict::Paired(contact) => return Ok(contact),
            Verdict::Mismatch(left) => {
                let word = answer(online, options, true).map_err(|failure| words::unanswered(failure, left))?;
                online.engine.answer(joining, word.as_ref())?;
            }
        }
    }
}

enum Verdict {
    Paired(u64),
    Mismatch(u8),
}

async fn verdict(online: &mut Online<'_>, joining: u64, timeout: Option<u32>) -> Result<Verdict, Failure> {
    let patience = timeout.map(|seconds| Duration::from_secs(u64::from(seconds)));
    let outcome = online.until(patience, false, |_, notice| match notice {
        Some(Notice::Paired { was: Owner::Joining(it), contact, .. }) if *it == joining => {
            Ok(Some(Verdict::Paired(*contact)))
        }
        Some(Notice::Exhausted(Owner::Joining(it))) if *it == joining => Err(Kind::AttemptsExhausted.into()),
        Some(Notice::InviteExpired(Owner::Joining(it))) if *it == joining => Err(Kind::InviteExpired.into()),
        Some(Notice::Mismatch { owner: Owner::Joining(it), left }) if *it == joining && *left > 0 => {
            Ok(Some(Verdict::Mismatch(*left)))
        }
        _ => Ok(None),
    });
    match outcome.await? {
        Wait::Over(verdict) => Ok(verdict),
        Wait::TimedOut => {
            if !online.engine.is_ephemeral() {
                online.context.output.say(Style::Plain, "join-kept-waiting", &[]);
            }
            Err(Kind::PeerAbsent.into())
        }
    }
}

/// The answer, or none if none is asked for.
fn answer(online: &Online<'_>, options: &Join, asked: bool) -> Result<Option<Word>, Failure> {
    if !asked {
        return Ok(None);
    }
    words::answer(online.context, options.answer_fd).map(Some)
}

const LOOK_UP: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(10);
