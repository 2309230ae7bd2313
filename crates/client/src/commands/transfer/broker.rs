//! `transfer funds-received` and `transfer claim`: what whoever carries the money says of it.

use std::time::Duration;

use nightjar_protocol::ledger::{Event as Happened, Subject, handle};
use nightjar_protocol::message::TransferId;
use nightjar_protocol::money::ClaimCode;

use super::super::Context;
use super::super::affairs::reason_key;
use super::super::online::{Online, Wait, block_on};
use super::find;
use crate::args;
use crate::cli::affairs::{TransferClaim, TransferFundsReceived};
use crate::engine::Notice;
use crate::failure::{Failure, Kind};
use crate::prompt;
use crate::terminal::Style;

pub(super) fn funds_received(context: &Context<'_>, options: &TransferFundsReceived) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let id = find(&online.engine, &options.id)?;
    block_on(async {
        online.engine.connect_all();
        online.hear_time().await?;
        online.engine.funds_received(id)?;
        online.sent().await?;
        context.output.answer(Style::Good, "transfer-sent", &[])
    })
}

pub(super) fn claim(context: &Context<'_>, options: &TransferClaim) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let id = find(&online.engine, &options.id)?;
    let code = code(context, options.code_stdin)?;
    block_on(async {
        online.engine.connect_all();
        online.hear_time().await?;
        online.engine.claim(id, &code)?;
        drop(code);
        judged(&mut online, id, options.timeout).await
    })
}

/// The claim code, typed until it is free of slips; from standard input, once.
fn code(context: &Context<'_>, from_stdin: bool) -> Result<ClaimCode, Failure> {
    if from_stdin {
        return parse(&prompt::from_descriptor(0)?);
    }
    loop {
        let typed = context.prompt().line("transfer-claim-code", &[])?;
        match parse(&typed) {
            Ok(code) => return Ok(code),
            Err(failure) => context.output.fail(&failure),
        }
    }
}

fn parse(typed: &str) -> Result<ClaimCode, Failure> {
    ClaimCode::parse(typed).map_err(|_| Kind::ClaimMistyped.into())
}

/// Waits until whoever ordered the transfer has judged the code.
async fn judged(online: &mut Online<'_>, id: TransferId, timeout: Option<u32>) -> Result<(), Failure> {
    let output = online.context.output;
    output.say(Style::Dim, "join-waiting", &[]);
    let patience = timeout.map_or(JUDGED, |seconds| Duration::from_secs(seconds.into()));
    let judged = |notice: &Notice| match notice {
        Notice::Affair(Happened::Claimed { id: it, accepted, left }) if *it == id => Some(match (accepted, left) {
            (true, _) => Ok(()),
            (false, 0) => Err(Kind::ClaimSpent.into()),
            (false, left) => Err(Failure::new(Kind::ClaimWrong).number("left", (*left).into())),
        }),
        Notice::Affair(Happened::Refused { of: Subject::Transfer(it), reason, .. }) if *it == id => {
            let reason = output.text(reason_key(*reason).1, &[]);
            Some(Err(Failure::new(Kind::TransferRefused).text("reason", reason)))
        }
        _ => None,
    };
    match online.outcome(Some(patience), judged).await? {
        Wait::Over(()) => Ok(()),
        Wait::TimedOut => {
            output.say(Style::Plain, "transfer-claim-later", args![id = &handle(&id)]);
            Err(Kind::PeerAbsent.into())
        }
    }
}

const JUDGED: Duration = Duration::from_secs(60);
