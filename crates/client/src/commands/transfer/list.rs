//! `transfer list`: every transfer in a line, and the sums by broker and currency. No relay hears of it.

use nightjar_protocol::ledger::{ClaimState, Part, Proof, ReceiptState, ReceiptView, Status, TransferView, handle};

use super::super::Context;
use super::super::affairs::{Figures, named, role};
use super::super::online::Online;
use super::super::present::name;
use crate::args;
use crate::cli::affairs::TransferList;
use crate::engine::Engine;
use crate::event::{Affair, Event, Listed, ListedReceipt};
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &TransferList) -> Result<(), Failure> {
    let online = Online::open(context, false)?;
    let (engine, output) = (&online.engine, context.output);
    if options.totals {
        return totals(engine, output);
    }
    let mut any = false;
    for view in engine.ledger().transfers(engine.now()) {
        any = true;
        event(output, engine, &view)?;
        line(output, engine, &view)?;
    }
    if any { Ok(()) } else { output.answer(Style::Dim, "transfers-none", &[]) }
}

fn totals(engine: &Engine, output: &Output) -> Result<(), Failure> {
    let totals = engine.ledger().totals(engine.now());
    for total in &totals {
        let [ordered, claimed, received, open] =
            [total.ordered, total.claimed, total.received, total.open].map(Figures::from);
        let (contact, currency) = (name(engine, total.broker), total.currency);
        output.event(Event::Affair(Affair::Total {
            contact,
            currency: currency.code(),
            ordered: ordered.sum(),
            claimed: claimed.sum(),
            received: received.sum(),
            open: open.sum(),
        }))?;
        let said = args![
            name = contact,
            ordered = ordered.sum().amount,
            claimed = claimed.sum().amount,
            received = received.sum().amount,
            open = open.sum().amount,
            currency = currency.code()
        ];
        output.answer(Style::Plain, "transfer-total", said)?;
    }
    if totals.is_empty() { output.answer(Style::Dim, "transfers-none", &[]) } else { Ok(()) }
}

fn line(output: &Output, engine: &Engine, view: &TransferView<'_>) -> Result<(), Failure> {
    let (id, amount) = (handle(&view.id), view.amount.to_string());
    let (who, (style, state)) = (who(output, engine, view), state(output, view));
    match view.status {
        Status::Open => {
            let life = output.locale().life(view.expires.since(engine.now()));
            let said = args![id = &id, amount = &amount, who = &who, state = &state, life = &life];
            output.answer(style, "transfer-line", said)
        }
        _ => output.answer(style, "transfer-line-over", args![id = &id, amount = &amount, who = &who, state = &state]),
    }
}

/// Between whom it is, as far as this side knows.
pub(super) fn who(output: &Output, engine: &Engine, view: &TransferView<'_>) -> String {
    match view.part {
        Part::Sender => {
            let (to, via) = (named(engine, view.family), named(engine, view.broker));
            output.text("transfer-who-sender", args![to = to, via = via])
        }
        Part::Broker => output.text("transfer-who-broker", args![name = named(engine, view.sender)]),
        Part::Family => output.text("transfer-who-family", args![name = named(engine, view.sender)]),
    }
}

/// How far it is, in a word or two.
pub(super) fn state(output: &Output, view: &TransferView<'_>) -> (Style, String) {
    let is_short = view.part == Part::Sender && view.received.minor() < view.amount.minor().into();
    let (style, key) = match view.status {
        Status::Open if !view.disputes.is_empty() => (Style::Warn, "transfer-state-disputed"),
        Status::Open if view.received.minor() == 0 => (Style::Plain, "transfer-state-open"),
        Status::Expired => (Style::Warn, "transfer-state-expired"),
        Status::Finished if !is_short => (Style::Good, "transfer-state-finished"),
        Status::Open | Status::Finished => {
            let open = nightjar_protocol::money::Sum::from(view.amount).minus(view.received);
            let open = open.map(|open| open.to_string()).unwrap_or_default();
            return (Style::Warn, output.text("transfer-state-short", args![amount = &open]));
        }
    };
    (style, output.text(key, &[]))
}

/// Tells programs of a transfer, with everything that this side knows of it.
pub(super) fn event(output: &Output, engine: &Engine, view: &TransferView<'_>) -> Result<(), Failure> {
    let (transfer, amount, received) = (handle(&view.id), Figures::from(view.amount), Figures::from(view.received));
    let amounts: Vec<Figures> = view.receipts.iter().map(|it| Figures::from(it.amount)).collect();
    let receipts = view.receipts.iter().zip(&amounts).map(|(receipt, figures)| ListedReceipt {
        number: receipt.number,
        sum: figures.sum(),
        proof: proof(receipt),
        at: receipt.at.0,
    });
    let receipts: Vec<ListedReceipt<'_>> = receipts.collect();
    output.event(Event::Affair(Affair::Listed(Listed {
        transfer: &transfer,
        role: role(view.part),
        to: view.family.map(|it| name(engine, it)),
        via: view.broker.map(|it| name(engine, it)),
        from: view.sender.map(|it| name(engine, it)),
        sum: amount.sum(),
        state: match view.status {
            Status::Open => "open",
            Status::Finished => "finished",
            Status::Expired => "expired",
        },
        received: (view.part != Part::Broker).then(|| received.sum()),
        funded: view.funded.map(|at| at.0),
        claim: (view.part != Part::Family).then_some(claim(view.claim)),
        receipts: &receipts,
        disputes: view.disputes.len() as u64,
        expires: view.expires.0,
    })))
}

const fn claim(claim: ClaimState) -> &'static str {
    match claim {
        ClaimState::None => "none",
        ClaimState::Waiting => "waiting",
        ClaimState::Wrong { .. } => "wrong",
        ClaimState::Accepted => "accepted",
        ClaimState::Refused(_) => "refused",
    }
}

/// What stands behind a receipt, or what became of it, for programs.
const fn proof(receipt: &ReceiptView<'_>) -> &'static str {
    match (receipt.proof, receipt.state) {
        (Some(Proof::Verified), _) => "verified",
        (Some(Proof::Duress), _) => "duress",
        (None, Some(ReceiptState::Waiting)) => "waiting",
        (None, Some(ReceiptState::Proved)) => "proved",
        (None, Some(ReceiptState::Mismatch { .. })) => "mismatch",
        (None, Some(ReceiptState::Refused(_))) => "refused",
        (Some(Proof::Unproved), _) | (None, _) => "unproved",
    }
}
