//! `recv`: shows what has arrived, answers what is owed, and ends.

use std::time::Duration;

use nightjar_protocol::conversation::{Event as Happened, ReceiptPolicy};

use super::chat::show_unseen;
use super::online::{Online, Wait, block_on};
use super::{Context, contact};
use crate::cli::Recv;
use crate::engine::{Engine, Notice, Showing};
use crate::failure::{Failure, Kind};
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &Recv) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let one = options.contact.as_deref().map(|name| contact(&online.engine, name)).transpose()?;
    if options.no_read_receipts {
        online.engine.set_receipt_policy(ReceiptPolicy { read: false, ..ReceiptPolicy::default() });
    }
    block_on(async {
        online.engine.connect_all();
        if !online.engine.state().contacts.is_empty() {
            online.hear_time().await?;
        }
        online.engine.transfer_files(!options.no_files, !options.no_files);
        online.engine.show(one.map_or(Showing::Everybody, Showing::Contact));
        let contacts: Vec<u64> = online.engine.state().contacts.keys().copied().collect();
        let (mut shown, mut open) = (0_usize, 0_usize);
        for number in contacts.into_iter().filter(|number| one.is_none_or(|one| one == *number)) {
            shown += show_unseen(&mut online, number)?;
            open += online.presenter.still_open(&online.engine, number)?;
        }
        let mut outcome = collect(&mut online, &mut shown, options.wait).await;
        if outcome.is_ok() && !options.no_files {
            outcome = online.carry(|engine| !engine.is_fetching() && !engine.is_uploading()).await.map(drop);
        }
        online.settle(SETTLE).await?;
        outcome?;
        match (shown, options.wait) {
            (0, Some(_)) => Err(Kind::NothingArrived.into()),
            (0, None) if open == 0 => {
                context.output.say(Style::Plain, "recv-none", &[]);
                Ok(())
            }
            _ => Ok(()),
        }
    })
}

/// Takes in what waits at the relay; with `wait`, for so long as nothing came.
async fn collect(online: &mut Online<'_>, shown: &mut usize, wait: Option<u32>) -> Result<(), Failure> {
    if online.engine.state().relays().is_empty() {
        return Ok(());
    }
    let patience = wait.map_or(DRAIN, |seconds| Duration::from_secs(seconds.into()));
    let must_wait = wait.is_some();
    let over = |engine: &mut Engine, notice: Option<&Notice>| {
        match notice {
            Some(
                Notice::Message { event: Happened::Received { .. }, text: Some(_), .. }
                | Notice::Paired { .. }
                | Notice::Affair(_),
            ) => *shown += 1,
            Some(Notice::Message { event: Happened::Received { id }, contact, .. }) => {
                *shown += usize::from(engine.has_files(*contact, *id));
            }
            Some(_) => {}
            None => return Ok((engine.is_drained() && (*shown > 0 || !must_wait)).then_some(())),
        }
        Ok(None)
    };
    match online.until(Some(patience), true, over).await? {
        Wait::Over(()) => Ok(()),
        Wait::TimedOut if online.engine.down().is_some() => Err(online.absent()),
        Wait::TimedOut => Ok(()),
    }
}

const DRAIN: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(6);
