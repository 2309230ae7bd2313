//! `peers`: the contacts and the open invites, without a word to any relay.

use nightjar_protocol::conversation::{Direction, MessageState, Standing};
use nightjar_protocol::ledger::{Status, TransferView};

use super::Context;
use super::online::Online;
use crate::args;
use crate::engine::{Engine, Invitation};
use crate::event::Event;
use crate::failure::Failure;
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>) -> Result<(), Failure> {
    let online = Online::open(context, false)?;
    let (engine, output) = (&online.engine, context.output);
    let state = engine.state();
    if state.contacts.is_empty() && !state.invitations.values().any(Invitation::is_open) {
        return output.answer(Style::Dim, "peers-none", &[]);
    }
    for (number, contact) in &state.contacts {
        let (standing, key, style) = match contact.conversation.standing() {
            Standing::Verified => ("verified", "standing-verified", Style::Good),
            Standing::Unproved => ("unverified", "standing-unverified", Style::Warn),
            Standing::Duress => ("duress", "standing-duress", Style::Bad),
        };
        let (unread, pending) =
            counts(contact.conversation.messages(engine.now()).map(|it| (it.id.direction, it.state)));
        let [questions, prepared, transfers] = affairs(engine, *number);
        output.event(Event::PeerListed {
            contact: &contact.name,
            standing,
            unread,
            pending,
            questions,
            prepared,
            transfers,
        })?;
        let shown = output.text(key, &[]);
        output.answer(style, "peers-line", args![name = &contact.name, standing = &shown])?;
        if unread > 0 {
            output.answer(Style::Plain, "peers-unread", args![count = unread])?;
        }
        if pending > 0 {
            output.answer(Style::Plain, "peers-pending", args![count = pending])?;
        }
        for (count, key) in
            [(questions, "peers-questions-in"), (prepared, "peers-questions-ready"), (transfers, "peers-transfers")]
        {
            if count > 0 {
                output.answer(Style::Plain, key, args![count = count])?;
            }
        }
    }
    for invitation in state.invitations.values().filter(|it| it.is_open()) {
        let life = output.locale().life(invitation.inviter.expires().since(engine.now()));
        let attempts = invitation.inviter.attempts_left();
        output.answer(Style::Dim, "peers-invite", args![life = &life, attempts = attempts])?;
    }
    Ok(())
}

/// Questions of a contact that wait for an answer, questions that are prepared for it, transfers that are open with it.
fn affairs(engine: &Engine, contact: u64) -> [u64; 3] {
    let (ledger, now) = (engine.ledger(), engine.now());
    let asked = ledger.asked_by(contact).filter(|it| !it.is_waiting && it.expires > now).count();
    let is_with = |view: &TransferView<'_>| [view.sender, view.broker, view.family].contains(&Some(contact));
    let transfers = ledger.transfers(now).filter(|view| view.status == Status::Open && is_with(view)).count();
    [asked, ledger.prepared(contact).count(), transfers].map(|count| count as u64)
}

/// Messages that were not shown here, and messages that were not delivered there.
fn counts(messages: impl Iterator<Item = (Direction, MessageState)>) -> (u64, u64) {
    messages.fold((0, 0), |(unread, pending), message| match message {
        (Direction::Received, MessageState::Unseen) => (unread + 1, pending),
        (Direction::Sent, MessageState::Queued | MessageState::Accepted) => (unread, pending + 1),
        _ => (unread, pending),
    })
}
