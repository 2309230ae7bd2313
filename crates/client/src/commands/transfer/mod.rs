//! `transfer`: orders of money, what brokers say to them, and how far each is.

mod broker;
mod list;
mod new;
mod show;

use nightjar_protocol::ledger::{NameError, TransferView};
use nightjar_protocol::message::TransferId;
use nightjar_protocol::money::{Amount, Currency};

use super::Context;
use crate::cli::affairs::{Transfer, TransferCommand};
use crate::engine::Engine;
use crate::failure::{Failure, Kind};

pub(super) fn run(context: &Context<'_>, options: &Transfer) -> Result<(), Failure> {
    match &options.command {
        TransferCommand::New(options) => new::run(context, options),
        TransferCommand::List(options) => list::run(context, options),
        TransferCommand::Show(options) => show::run(context, options),
        TransferCommand::FundsReceived(options) => broker::funds_received(context, options),
        TransferCommand::Claim(options) => broker::claim(context, options),
    }
}

/// The transfer whose handle begins like this.
///
/// # Errors
/// [`Kind::TransferUnknown`], [`Kind::TransferAmbiguous`].
pub(super) fn find(engine: &Engine, typed: &str) -> Result<TransferId, Failure> {
    engine.ledger().find(typed.trim()).map_err(|error| {
        let kind = match error {
            NameError::Ambiguous => Kind::TransferAmbiguous,
            _ => Kind::TransferUnknown,
        };
        Failure::new(kind).text("id", typed)
    })
}

/// What is known of a transfer.
///
/// # Errors
/// [`Kind::Internal`] if it was forgotten in this moment.
pub(super) fn view(engine: &Engine, id: TransferId) -> Result<TransferView<'_>, Failure> {
    let found = engine.ledger().transfers(engine.now()).find(|it| it.id == id);
    found.ok_or_else(|| Failure::internal("the transfer is gone"))
}

/// A currency as it was typed.
///
/// # Errors
/// [`Kind::Currency`].
fn currency(typed: &str) -> Result<Currency, Failure> {
    Currency::parse(typed.trim()).map_err(|_| Failure::new(Kind::Currency).text("value", typed))
}

/// An amount as it was typed.
///
/// # Errors
/// [`Kind::Amount`].
pub(super) fn amount(typed: &str, currency: Currency) -> Result<Amount, Failure> {
    let refused = |_| Failure::new(Kind::Amount).text("value", typed).text("currency", currency.code());
    Amount::parse(typed.trim(), currency).map_err(refused)
}
