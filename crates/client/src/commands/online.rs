//! What commands that talk to a relay have in common: the engine, the wait for what it says, and the failure that a
//! relay's absence is.

use std::future::Future;
use std::io::ErrorKind;
use std::time::Duration;

use nightjar_protocol::conversation::ReceiptPolicy;
use nightjar_protocol::invite::RelayAddress;
use tokio::time::{Instant, sleep_until};

use super::Context;
use super::present::Presenter;
use crate::connection::Down;
use crate::engine::{Engine, Notice};
use crate::failure::{Failure, Kind};

/// A command at work with a relay.
pub(super) struct Online<'a> {
    /// What the command works with.
    pub(super) context: &'a Context<'a>,
    /// The engine.
    pub(super) engine: Engine,
    /// What says things.
    pub(super) presenter: Presenter<'a>,
    failed: u32,
}

/// How a wait ended.
pub(super) enum Wait<T> {
    /// What was waited for happened.
    Over(T),
    /// It did not happen in time.
    TimedOut,
}

impl<'a> Online<'a> {
    /// Opens the vault, or with `ephemeral` one in memory, and the engine on it. Nothing is connected yet.
    ///
    /// # Errors
    /// Those of the vault.
    pub(super) fn open(context: &'a Context<'a>, ephemeral: bool) -> Result<Self, Failure> {
        let vault = context.vault(ephemeral)?;
        let mut engine = Engine::open(vault)?;
        if context.config.read_receipts == Some(false) {
            engine.set_receipt_policy(ReceiptPolicy { read: false, ..ReceiptPolicy::default() });
        }
        Ok(Self { context, engine, presenter: Presenter::new(context.output), failed: 0 })
    }

    /// The relay that is configured.
    ///
    /// # Errors
    /// Those of [`Context::relay`].
    pub(super) fn relay(&self) -> Result<RelayAddress, Failure> {
        parse_relay(&self.context.relay()?)
    }

    /// Runs the engine until `seen` says that it is over, for at most `patience`. What happens meanwhile is told.
    ///
    /// # Errors
    /// [`Kind::Interrupted`], failures of the vault, what `seen` returns, and with `needs_relay` the failure that an
    /// absent relay is.
    pub(super) async fn until<T>(
        &mut self,
        patience: Option<Duration>,
        needs_relay: bool,
        mut seen: impl FnMut(&mut Engine, Option<&Notice>) -> Result<Option<T>, Failure>,
    ) -> Result<Wait<T>, Failure> {
        let deadline = patience.map(|patience| Instant::now() + patience);
        let timer = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(timer);
        let interrupt = interrupt();
        tokio::pin!(interrupt);
        self.engine.turn()?;
        if let Some(over) = seen(&mut self.engine, None)? {
            return Ok(Wait::Over(over));
        }
        loop {
            let notices = tokio::select! {
                notices = self.engine.next() => notices?,
                () = &mut timer => return Ok(Wait::TimedOut),
                () = &mut interrupt => return Err(Kind::Interrupted.into()),
            };
            let mut over = None;
            for notice in &notices {
                self.presenter.tell(&self.engine, notice)?;
                if needs_relay {
                    self.check_relay(notice)?;
                }
                if over.is_none() {
                    over = seen(&mut self.engine, Some(notice))?;
                }
            }
            if over.is_none() {
                over = seen(&mut self.engine, None)?;
            }
            if let Some(over) = over {
                self.engine.turn()?;
                return Ok(Wait::Over(over));
            }
        }
    }

    /// Lets what is due leave: cells that the relay has not taken, receipts that are owed now. Ends by itself, soon.
    ///
    /// # Errors
    /// Failures of the vault.
    pub(super) async fn settle(&mut self, patience: Duration) -> Result<(), Failure> {
        let settled = |engine: &mut Engine, _: Option<&Notice>| {
            Ok((engine.is_sent() && !engine.is_due_within(SOON)).then_some(()))
        };
        match self.until(Some(patience), false, settled).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.kind() == Kind::Interrupted => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Fails when the relay has not been reached after some attempts; at once where another attempt is of no use.
    fn check_relay(&mut self, notice: &Notice) -> Result<(), Failure> {
        match notice {
            Notice::RelayUp { .. } => self.failed = 0,
            Notice::RelayDown(down) => {
                self.failed += 1;
                let hopeless = matches!(down, Down::WrongKey | Down::Violation(_));
                if hopeless || self.failed >= ATTEMPTS {
                    return Err(self.absent());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The failure that the relay's absence is.
    pub(super) fn absent(&self) -> Failure {
        match self.engine.down() {
            Some((relay, down)) => relay_failure(relay, down),
            None => Kind::PeerAbsent.into(),
        }
    }
}

/// Runs `work` on a runtime of its own.
///
/// # Errors
/// Whatever `work` fails with.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    let done = runtime.block_on(work);
    // A thread that waits for a line at the terminal cannot be stopped; it goes with the process.
    runtime.shutdown_background();
    done
}

/// The failure that this state of a connection is.
pub(super) fn relay_failure(relay: &RelayAddress, down: Down) -> Failure {
    let kind = match down {
        Down::Unreachable(ErrorKind::NotFound | ErrorKind::Other) => Kind::RelayName,
        Down::Unreachable(_) => Kind::RelayUnreachable,
        Down::WrongKey => Kind::RelayKey,
        Down::Busy => Kind::RelayFull,
        Down::Cut => Kind::RelayLost,
        Down::Violation(_) => Kind::RelayProtocol,
    };
    Failure::new(kind).text("relay", format!("{}:{}", relay.host(), relay.port()))
}

/// A relay's address as it was typed or configured.
///
/// # Errors
/// [`Kind::RelayAddress`].
pub(super) fn parse_relay(text: &str) -> Result<RelayAddress, Failure> {
    text.parse().map_err(|_| Failure::new(Kind::RelayAddress).text("address", text))
}

/// Ends when the person presses Ctrl-C.
pub(super) async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Attempts at reaching a relay before a command gives up.
const ATTEMPTS: u32 = 4;
/// What is due within so many seconds is worth waiting for.
const SOON: u64 = 4;
