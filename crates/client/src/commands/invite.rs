//! `invite`: a code or a link that works once, a question if there is one, and the wait for whoever takes it.

use std::time::Duration;

use nightjar_protocol::limits::{ATTEMPTS_MAX, INVITE_TTL_DEFAULT};
use nightjar_protocol::pairing::Question;

use super::online::{Online, Wait, block_on};
use super::words::{self, Source};
use super::{Context, chat};
use crate::args;
use crate::cli::Invite;
use crate::engine::{Engine, Invited, NewInvite, Notice, Owner};
use crate::event::Event;
use crate::failure::{Failure, Kind};
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Invite) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    if options.no_wait && online.engine.is_ephemeral() {
        return Err(Failure::new(Kind::Usage).text("what", context.output.text("usage-no-wait-ephemeral", &[])));
    }
    let relay = online.relay()?;
    let name = contact_name(context, &online.engine, options.name.as_deref())?;
    let question = question(context, options)?;
    let asks = question.is_some();
    let lifetime = options.expires.unwrap_or(INVITE_TTL_DEFAULT);
    block_on(async {
        online.engine.connect(&relay);
        online.hear_time().await?;
        let invited = {
            let _spinner = (!options.link).then(|| context.spinner("invite-making"));
            online.engine.invite(NewInvite { name, relay, as_link: options.link, lifetime, question })?
        };
        publish(&mut online, invited.number).await?;
        show(context, &online.engine, options, &invited, asks)?;
        if options.no_wait {
            context.say("invite-later");
            return Ok(());
        }
        let key = if online.engine.is_ephemeral() { "invite-waiting-ephemeral" } else { "invite-waiting" };
        context.output.say(Style::Dim, key, &[]);
        let number = invited.number;
        // Whoever waits needs the code no more.
        drop(invited);
        let contact = wait(&mut online, number).await?;
        if online.engine.is_ephemeral() {
            return chat::talk(online, contact, chat::Timers::default()).await;
        }
        online.settle(SETTLE).await?;
        let name = super::present::name(&online.engine, contact).to_owned();
        context.output.say(Style::Plain, "invite-chat-next", args![name = &name]);
        Ok(())
    })
}

/// Waits until the relay has the bundle. An invite that did not get there is taken back.
async fn publish(online: &mut Online<'_>, number: u64) -> Result<(), Failure> {
    let published = |_: &mut Engine, notice: Option<&Notice>| {
        Ok(notice.is_some_and(|it| matches!(it, Notice::InvitePublished(it) if *it == number)).then_some(()))
    };
    let outcome = match online.until(Some(PUBLISH), true, published).await {
        Ok(Wait::Over(())) => return Ok(()),
        Ok(Wait::TimedOut) => Err(online.absent()),
        Err(failure) => Err(failure),
    };
    online.engine.withdraw(number);
    online.engine.turn()?;
    outcome
}

/// Shows what is to be handed over.
fn show(
    context: &Context<'_>,
    engine: &Engine,
    options: &Invite,
    invited: &Invited,
    asks: bool,
) -> Result<(), Failure> {
    let output = context.output;
    let form = if options.link { "link" } else { "digits" };
    let attempts = if asks { ATTEMPTS_MAX } else { 1 };
    output.event(Event::InviteCreated { code: &invited.code, form, expires: invited.expires.0, attempts })?;
    let key = if options.link { "invite-link" } else { "invite-code" };
    output.answer(Style::Strong, key, args![code = invited.code.as_str()])?;
    let life = output.locale().life(invited.expires.since(engine.now()));
    if asks {
        output.answer(Style::Plain, "invite-terms", args![life = &life, attempts = attempts])?;
    } else {
        output.answer(Style::Plain, "invite-terms-open", args![life = &life])?;
        output.warn("invite-no-question", &[]);
    }
    if options.link && !options.no_qr {
        output.qr(&invited.code)?;
    }
    output.answer(Style::Plain, if options.link { "invite-tell-link" } else { "invite-tell" }, &[])?;
    if !options.link {
        let relay = context.relay()?;
        let key = if relay.access().is_some() { "invite-tell-relay-private" } else { "invite-tell-relay" };
        output.say(Style::Dim, key, args![relay = &relay.to_string()]);
    }
    output.say(Style::Dim, "invite-tell-way", &[]);
    Ok(())
}

/// Waits for whoever takes the invite: the new contact.
async fn wait(online: &mut Online<'_>, number: u64) -> Result<u64, Failure> {
    let outcome = online.until(None, false, |_, notice| match notice {
        Some(Notice::Paired { was: Owner::Invitation(it), contact, .. }) if *it == number => Ok(Some(*contact)),
        Some(Notice::Exhausted(Owner::Invitation(it))) if *it == number => Err(Kind::AttemptsExhausted.into()),
        Some(Notice::InviteExpired(Owner::Invitation(it))) if *it == number => Err(Kind::InviteExpired.into()),
        _ => Ok(None),
    });
    match outcome.await {
        Ok(Wait::Over(contact)) => Ok(contact),
        Ok(Wait::TimedOut) => Err(Kind::PeerAbsent.into()),
        Err(failure) => {
            // The last verdict is still owed to the other side.
            if failure.kind() == Kind::AttemptsExhausted {
                online.settle(SETTLE).await?;
            }
            Err(failure)
        }
    }
}

/// The question and its answers, asked for as far as the options leave it open.
fn question(context: &Context<'_>, options: &Invite) -> Result<Option<Question>, Failure> {
    let text = match &options.ask {
        Some(text) => text.clone(),
        None if context.global.no_input || context.global.json => String::new(),
        None => context.prompt().line("invite-question", &[])?.trim().to_owned(),
    };
    if text.is_empty() {
        return Ok(None);
    }
    words::check_question(&text)?;
    let source = Source { answer_fd: options.answer_fd, duress: options.duress, duress_fd: options.duress_fd };
    let (answer, duress) = words::answers(context, source)?;
    Ok(Some(Question { text, answer, duress }))
}

/// What the contact is to be called: asked for, or a name that says nothing, with a number if need be.
///
/// # Errors
/// [`Kind::ContactName`], [`Kind::ContactExists`].
pub(super) fn contact_name(context: &Context<'_>, engine: &Engine, given: Option<&str>) -> Result<String, Failure> {
    let name = match given {
        Some(name) => name.trim().to_owned(),
        None if context.global.no_input || context.global.json || engine.is_ephemeral() => {
            free_name(engine, &context.output.text("contact-unnamed", &[]))
        }
        None => context.prompt().line("invite-name", &[])?.trim().to_owned(),
    };
    if name.is_empty() || name.len() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Kind::ContactName.into());
    }
    if engine.state().is_taken(&name) {
        return Err(Failure::new(Kind::ContactExists).text("name", name));
    }
    Ok(name)
}

fn free_name(engine: &Engine, unnamed: &str) -> String {
    let numbered = (2..).map(|number: u32| format!("{unnamed}-{number}"));
    let mut names = std::iter::once(unnamed.to_owned()).chain(numbered);
    names.find(|name| !engine.state().is_taken(name)).unwrap_or_default()
}

/// A contact's name in bytes, at most.
const NAME_MAX: usize = 64;
const PUBLISH: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(10);
