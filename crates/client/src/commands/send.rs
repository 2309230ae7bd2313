//! `send`: one message, from standard input or the terminal.

use std::io::{IsTerminal, Read};
use std::time::Duration;

use nightjar_protocol::conversation::{Audience, Event as Happened, MessageId};
use nightjar_protocol::limits::TEXT_MAX;
use zeroize::Zeroizing;

use super::chat::{Timers, queued};
use super::online::{Online, Wait, block_on};
use super::{Context, contact};
use crate::args;
use crate::cli::Send;
use crate::engine::{Notice, Outgoing};
use crate::failure::{Failure, Kind};
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Send) -> Result<(), Failure> {
    if [&options.photo, &options.voice, &options.file].iter().any(|files| !files.is_empty()) {
        return super::attach::run(context, options);
    }
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    let text = text(context)?;
    let Timers { lifetime, after_read } = Timers::choose(context, options.expires, options.after_read);
    let audience = if options.for_coercer { Audience::Coercer } else { Audience::Contact };
    block_on(async {
        online.connect(contact).await?;
        let id = online.engine.send(contact, &Outgoing { text: &text, lifetime, after_read, audience })?;
        drop(text);
        online.engine.turn()?;
        queued(&online, contact, id)?;
        accepted(&mut online, contact, id).await?;
        let life = context.output.locale().life(lifetime.into());
        context.output.answer(Style::Good, "send-accepted", args![life = &life])?;
        if options.wait {
            delivered(&mut online, contact, id, options.timeout).await?;
        }
        online.settle(SETTLE).await
    })
}

/// Waits until the relay has the message. If it cannot be reached, the message stays in the vault.
pub(super) async fn accepted(online: &mut Online<'_>, contact: u64, id: MessageId) -> Result<(), Failure> {
    let wanted =
        |event: &Happened| matches!(event, Happened::Accepted { id: it } | Happened::Delivered { id: it } if *it == id);
    let outcome = online.until(Some(ACCEPTED), true, |_, notice| Ok(happened(notice, contact, wanted))).await;
    let failure = match outcome {
        Ok(Wait::Over(())) => return Ok(()),
        Ok(Wait::TimedOut) => online.absent(),
        Err(failure) => failure,
    };
    online.context.output.warn("send-queued", &[]);
    Err(failure)
}

pub(super) async fn delivered(
    online: &mut Online<'_>,
    contact: u64,
    id: MessageId,
    timeout: Option<u32>,
) -> Result<(), Failure> {
    online.context.output.say(Style::Dim, "send-waiting", &[]);
    let patience = timeout.map_or(DELIVERED, |seconds| Duration::from_secs(seconds.into()));
    let wanted =
        |event: &Happened| matches!(event, Happened::Delivered { id: it } | Happened::Read { id: it } if *it == id);
    match online.until(Some(patience), false, |_, notice| Ok(happened(notice, contact, wanted))).await? {
        Wait::Over(()) => online.context.output.answer(Style::Good, "send-delivered", &[]),
        Wait::TimedOut => Err(Kind::NotDelivered.into()),
    }
}

fn happened(notice: Option<&Notice>, contact: u64, wanted: impl Fn(&Happened) -> bool) -> Option<()> {
    match notice {
        Some(Notice::Message { contact: it, event, .. }) if *it == contact && wanted(event) => Some(()),
        _ => None,
    }
}

/// The text: a line at the terminal, or all of standard input without the line's end.
fn text(context: &Context<'_>) -> Result<Zeroizing<String>, Failure> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        return context.prompt().line("send-text", &[]);
    }
    let mut text = Zeroizing::new(String::with_capacity(TEXT_MAX + 2));
    let most = TEXT_MAX as u64 + 2;
    (&mut stdin).take(most).read_to_string(&mut text).map_err(|_| Failure::from(Kind::MessageEncoding))?;
    if text.ends_with('\n') {
        text.pop();
    }
    if text.is_empty() {
        return Err(Kind::MessageEmpty.into());
    }
    if text.len() > TEXT_MAX {
        return Err(Failure::new(Kind::MessageLong)
            .number("length", text.len() as u64)
            .number("most", TEXT_MAX as u64));
    }
    Ok(text)
}

const ACCEPTED: Duration = Duration::from_secs(30);
const DELIVERED: Duration = Duration::from_secs(60);
const SETTLE: Duration = Duration::from_secs(5);
