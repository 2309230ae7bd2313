//! What commands that talk to a relay have in common: the engine, the wait for what it says, and the failure that a
//! relay's absence is.

use std::future::Future;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nightjar_protocol::conversation::ReceiptPolicy;
use nightjar_protocol::invite::RelayAddress;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::Context;
use super::present::Presenter;
use crate::connection::Down;
use crate::engine::{Engine, Notice};
use crate::failure::{Failure, Kind};
use crate::harden;

/// A command at work with a relay.
pub(super) struct Online<'a> {
    /// What the command works with.
    pub(super) context: &'a Context<'a>,
    /// The engine.
    pub(super) engine: Engine,
    /// What says things.
    pub(super) presenter: Presenter<'a>,
    interrupt: Option<Interrupt>,
    /// Attempts at reaching a relay that failed one after the other.
    failed: u32,
    /// And how many of the last ones ended with a greeting that was hung up on.
    hung_up: u32,
    /// A relay has answered.
    is_met: bool,
}

/// Ctrl-C, heard from the first wait on: between two waits too, and while the program asks the person something.
#[derive(Clone)]
pub(super) struct Interrupt {
    presses: watch::Receiver<u64>,
    heard: Arc<AtomicU64>,
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
        let relay = match context.relay() {
            Ok(relay) => Some(relay),
            Err(failure) if failure.kind() == Kind::RelayExposed => return Err(failure),
            // Who needs it asks again.
            Err(_) => None,
        };
        let vault = context.vault(ephemeral)?;
        let mut engine = Engine::open(vault)?;
        if let Some(relay) = relay {
            engine.renew_access(&relay);
        }
        if context.config.read_receipts == Some(false) {
            engine.set_receipt_policy(ReceiptPolicy { read: false, ..ReceiptPolicy::default() });
        }
        Ok(Self {
            context,
            engine,
            presenter: Presenter::new(context.output),
            interrupt: None,
            failed: 0,
            hung_up: 0,
            is_met: false,
        })
    }

    /// The relay that is configured.
    ///
    /// # Errors
    /// Those of [`Context::relay`].
    pub(super) fn relay(&self) -> Result<RelayAddress, Failure> {
        self.context.relay()
    }

    /// Ctrl-C. Must be called within a tokio runtime.
    pub(super) fn interrupt(&mut self) -> Interrupt {
        self.interrupt.get_or_insert_with(Interrupt::watch).clone()
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
        let mut interrupt = self.interrupt();
        let interrupt = interrupt.pressed();
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

    /// Keeps a link to where this contact is met, and waits for the time there.
    ///
    /// # Errors
    /// As [`Self::hear_time`].
    pub(super) async fn connect(&mut self, contact: u64) -> Result<(), Failure> {
        if let Some(relay) = self.engine.state().contacts.get(&contact).map(|it| it.relay.clone()) {
            self.engine.connect(&relay);
        }
        self.hear_time().await
    }

    /// Waits for the relay's time, for a moment. What is sent, made or shown before that has its life measured by this
    /// computer's clock, which may be wrong: it would be over too early, or at once.
    ///
    /// # Errors
    /// [`Kind::Interrupted`] and failures of the vault.
    pub(super) async fn hear_time(&mut self) -> Result<(), Failure> {
        let known = |engine: &mut Engine, _: Option<&Notice>| Ok(engine.knows_time().then_some(()));
        self.until(Some(TIME), false, known).await.map(drop)
    }

    /// Waits until the relays have all that is to leave. What they do not have stays in the vault and is sent the next time.
    ///
    /// # Errors
    /// The failure that a relay's absence is, [`Kind::Interrupted`], failures of the vault.
    pub(super) async fn sent(&mut self) -> Result<(), Failure> {
        self.sent_unless(|_| false).await
    }

    /// Waits for what comes of something that was just said: first until the relays have it, then for the other side.
    ///
    /// # Errors
    /// As [`Self::sent`], and what `heard` finds.
    pub(super) async fn outcome<T>(
        &mut self,
        patience: Option<Duration>,
        heard: impl Fn(&Notice) -> Option<Result<T, Failure>>,
    ) -> Result<Wait<T>, Failure> {
        // The answer can be quicker than the relay's word that it has the question.
        let mut early = None;
        let hear = |notice: &Notice| {
            early = early.take().or_else(|| heard(notice));
            early.is_some()
        };
        self.sent_unless(hear).await?;
        match early {
            Some(outcome) => outcome.map(Wait::Over),
            None => self.until(patience, false, |_, notice| notice.and_then(&heard).transpose()).await,
        }
    }

    async fn sent_unless(&mut self, mut heard: impl FnMut(&Notice) -> bool) -> Result<(), Failure> {
        let over = |engine: &mut Engine, notice: Option<&Notice>| {
            Ok(notice.map_or_else(|| engine.is_sent(), &mut heard).then_some(()))
        };
        let failure = match self.until(Some(ACCEPTED), true, over).await {
            Ok(Wait::Over(())) => return Ok(()),
            Ok(Wait::TimedOut) => self.absent(),
            Err(failure) => failure,
        };
        self.context.output.warn("send-queued", &[]);
        Err(failure)
    }

    /// Takes in what waits at the relays.
    ///
    /// # Errors
    /// As [`Self::sent`].
    pub(super) async fn collect(&mut self) -> Result<(), Failure> {
        let drained = |engine: &mut Engine, _: Option<&Notice>| Ok(engine.is_drained().then_some(()));
        self.until(Some(ACCEPTED), true, drained).await.map(drop)
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
            Notice::RelayDown(_) => self.failed += 1,
            _ => {}
        }
        match self.is_hopeless(notice) || self.failed >= ATTEMPTS {
            true => Err(self.absent()),
            false => Ok(()),
        }
    }

    /// Whether another attempt is of no use: a relay that does not follow the protocol, or none of this key. A greeting that
    /// is hung up on says that only where it happens again and again; a bad link does it now and then, and a link that breaks
    /// must not pass for somebody in between.
    pub(super) fn is_hopeless(&mut self, notice: &Notice) -> bool {
        match notice {
            Notice::RelayUp { .. } => (self.hung_up, self.is_met) = (0, true),
            Notice::RelayDown(Down::HungUp) => self.hung_up += 1,
            Notice::RelayDown(down) => {
                self.hung_up = 0;
                return matches!(down, Down::WrongKey | Down::Refused | Down::Violation(_));
            }
            _ => {}
        }
        self.is_refused()
    }

    const fn is_refused(&self) -> bool {
        !self.is_met && self.hung_up >= ATTEMPTS
    }

    /// The failure that the relay's absence is.
    pub(super) fn absent(&self) -> Failure {
        match self.engine.down() {
            Some((relay, Down::HungUp)) if !self.is_refused() => relay_failure(relay, Down::Cut),
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
    let done = runtime.block_on(harden::each_step_cleanly(work));
    // A thread that waits for a line at the terminal cannot be stopped; it goes with the process.
    runtime.shutdown_background();
    done
}

/// The failure that this state of a connection is.
pub(super) fn relay_failure(relay: &RelayAddress, down: Down) -> Failure {
    let kind = match down {
        Down::Unreachable(ErrorKind::NotFound | ErrorKind::Other) => Kind::RelayName,
        Down::Unreachable(_) => Kind::RelayUnreachable,
        Down::HungUp | Down::WrongKey => Kind::RelayKey,
        Down::Refused => Kind::RelayRefused,
        Down::Busy => Kind::RelayFull,
        Down::Cut => Kind::RelayLost,
        Down::Violation(_) => Kind::RelayProtocol,
    };
    Failure::new(kind).text("relay", format!("{}:{}", relay.host(), relay.port()))
}

impl Interrupt {
    fn watch() -> Self {
        let (sender, presses) = watch::channel(0);
        let heard = Arc::new(AtomicU64::new(0));
        let this = Self { presses, heard: Arc::clone(&heard) };
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                sender.send_modify(|presses| *presses += 1);
                sleep(UNHEARD).await;
                if heard.load(Ordering::Relaxed) < *sender.borrow() {
                    // The program waits for the person, who has just answered. Nothing is half done that a vault minds.
                    std::process::exit(Kind::Interrupted.exit().into());
                }
            }
        });
        this
    }

    /// Ends when the person presses Ctrl-C, or has pressed it since this last ended.
    pub(super) async fn pressed(&mut self) {
        let heard = &self.heard;
        let Ok(presses) = self.presses.wait_for(|presses| *presses > heard.load(Ordering::Relaxed)).await else {
            return std::future::pending().await;
        };
        heard.fetch_max(*presses, Ordering::Relaxed);
    }
}

/// A Ctrl-C that nothing has heard for this long ends the program.
const UNHEARD: Duration = Duration::from_millis(500);
/// How long the relay's time is waited for at most.
const TIME: Duration = Duration::from_secs(10);
/// Attempts at reaching a relay before a command gives up.
const ATTEMPTS: u32 = 4;
/// How long relays are waited for that are to take something, or to hand it over.
const ACCEPTED: Duration = Duration::from_secs(30);
/// What is due within so many seconds is worth waiting for.
const SOON: u64 = 4;
