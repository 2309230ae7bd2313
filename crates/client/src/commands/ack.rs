//! `ack`: a person says that they have taken note of a message. No device ever says that by itself.

use std::time::Duration;

use super::online::{Online, block_on};
use super::{Context, contact};
use crate::args;
use crate::cli::affairs::Ack;
use crate::failure::Failure;
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Ack) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    block_on(async {
        online.connect(contact).await?;
        acknowledge(&mut online, contact, options.number)?;
        online.settle(SETTLE).await
    })
}

/// Acknowledges the message of this number, or the last one that was shown.
///
/// # Errors
/// [`crate::failure::Kind::MessageUnknown`] and failures of the vault.
pub(super) fn acknowledge(online: &mut Online<'_>, contact: u64, number: Option<u64>) -> Result<(), Failure> {
    let number = online.engine.acknowledge(contact, number)?;
    online.engine.turn()?;
    let name = super::present::name(&online.engine, contact);
    online.context.output.answer(Style::Good, "acknowledge-done", args![name = name, number = number])
}

const SETTLE: Duration = Duration::from_secs(6);
