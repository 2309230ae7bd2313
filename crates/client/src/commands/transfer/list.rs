//! `transfer list`: every transfer in a line, and the sums by broker and currency. No relay hears of it.

use nightjar_protocol::ledger::{ClaimState, Part, Proof, ReceiptState, ReceiptView, Status, Total, TransferView, handle};

use super::super::Context;
use super::super::affairs::{named, role};
use super::super::online::Online;
use super::super::present::name;
use crate::args;
use crate::cli::affairs::TransferList;
use crate::engine::Engine;
use crate::event::{Affair, Event, Listed, ListedReceipt, Sum};
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
    for Total { broker, currency, ordered, claimed, received, open } in &totals {
        let digits = [ordered, claimed, received, open].map(|sum| sum.digits());
        let sum = |at: usize, minor| Sum::new(digits.get(at).map_or("", |it| it), minor, currency.code());
        output.event(Event::Affair(Affair::Total {
            contact: name(engine, *broker),
            currency: currency.code(),
            ordered: sum(0, ordered.minor()),
            claimed: sum(1, claimed.minor()),
            received: sum(2, received.minor()),
            open: sum(3, open.minor()),
        }))?;
        let [ordered, claimed, received, open] = &digits;
        let said = args![
            name = name(engine, *broker),
            ordered = ordered,
            claimed = claimed,
            received = received,
            open = open,
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
    let (transfer, digits, received) = (handle(&view.id), view.amount.digits(), view.received.digits());
    let currency = view.amount.currency();
    let amounts: Vec<String> = view.receipts.iter().map(|it| it.amount.digits()).collect();
    let receipts = view.receipts.iter().zip(&amounts).map(|(receipt, digits)| ListedReceipt {
        number: receipt.number,
        sum: Sum::new(digits, receipt.amount.minor().into(), currency.code()),
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
        sum: Sum::new(&digits, view.amount.minor().into(), currency.code()),
        state: match view.status {
            Status::Open => "open",
            Status::Finished => "finished",
            Status::Expired => "expired",
        },
        received: (view.part != Part::Broker).then(|| Sum::new(&received, view.received.minor(), currency.code())),
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
