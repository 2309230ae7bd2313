//! `transfer new`: the broker is told an order, the family a promise, and a question that makes its receipt genuine.

use nightjar_protocol::ledger::{NewQuestion, NewTransfer, handle};
use nightjar_protocol::limits::TRANSFER_LIFETIME_DEFAULT;
use nightjar_protocol::message::TransferId;

use super::super::online::{Online, block_on};
use super::super::words::{self, Source};
use super::super::{Context, contact, present};
use super::{amount, currency, view};
use crate::args;
use crate::cli::affairs::TransferNew;
use crate::failure::Failure;
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &TransferNew) -> Result<(), Failure> {
    let currency = currency(&options.currency)?;
    let sum = amount(&options.amount, currency)?;
    let fee = options.fee.as_deref().map(|fee| amount(fee, currency)).transpose()?;
    let mut online = Online::open(context, false)?;
    let family = contact(&online.engine, &options.to)?;
    let broker = contact(&online.engine, &options.via)?;
    online.engine.check_parties(family, broker)?;
    let question = question(&online, family, options)?;
    let note = |wanted, fd, name: &str| words::note(context, (wanted, fd), "transfer-note-to", args![name = name]);
    let new = NewTransfer {
        amount: sum,
        fee,
        tell_fee: options.tell_fee,
        note_to_family: note(options.note, options.note_fd, &options.to)?,
        note_to_broker: note(options.via_note, options.via_note_fd, &options.via)?,
        lifetime: options.expires.unwrap_or(TRANSFER_LIFETIME_DEFAULT),
    };
    block_on(async {
        online.engine.connect_all();
        online.hear_time().await?;
        let id = online.engine.open_transfer((family, broker), &new, question.as_ref())?;
        online.engine.turn()?;
        opened(&online, id, options.tell_fee)?;
        online.sent().await
    })
}

/// The question on the command line or typed now; none where the next one that was prepared is to be used.
fn question(online: &Online<'_>, family: u64, options: &TransferNew) -> Result<Option<NewQuestion>, Failure> {
    let text = match &options.ask {
        Some(text) => text.clone(),
        None => match words::prepared_or_typed(online, family)? {
            Some(text) => text,
            None => return Ok(None),
        },
    };
    let source = Source { answer_fd: options.answer_fd, duress: options.duress, duress_fd: options.duress_fd };
    words::new_question(online.context, text, source).map(Some)
}

fn opened(online: &Online<'_>, id: TransferId, fee_told: bool) -> Result<(), Failure> {
    let (engine, output) = (&online.engine, online.context.output);
    let view = view(engine, id)?;
    online.presenter.opened(engine, &view)?;
    let name = |contact: Option<u64>| contact.map_or("", |contact| present::name(engine, contact));
    let (to, via) = (name(view.family), name(view.broker));
    let life = output.locale().life(view.expires.since(engine.now()));
    let (id, amount) = (handle(&id), view.amount.to_string());
    let said = args![id = &id, amount = &amount, to = to, via = via, life = &life];
    output.answer(Style::Good, "transfer-opened", said)?;
    if let Some(fee) = view.fee {
        let key = if fee_told { "transfer-opened-fee-told" } else { "transfer-opened-fee" };
        output.answer(Style::Plain, key, args![fee = &fee.to_string(), to = to])?;
    }
    output.say(Style::Dim, "transfer-opened-next", args![to = to, via = via]);
    Ok(())
}
