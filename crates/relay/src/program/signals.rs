//! What the system tells the program: end, read the settings again, say the counters. Elsewhere than on Unix only to end.

use std::io;

/// What the program is told.
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has signals for it"))]
pub(super) enum Told {
    /// End: SIGTERM, SIGINT or ctrl-c.
    End,
    /// Read the settings again: SIGHUP.
    Reload,
    /// Say the counters: SIGUSR1.
    Count,
}

#[cfg(unix)]
pub(super) use unix::Signals;

#[cfg(unix)]
mod unix {
    use super::{Told, io};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// The signals that the program waits for. Of the others, each does what the system has it do.
    pub(in super::super) struct Signals {
        term: Signal,
        int: Signal,
        /// Without settings to read again, the end of a terminal ends the program.
        hup: Option<Signal>,
        usr1: Option<Signal>,
    }

    impl Signals {
        /// Waits from now on; `dev` chooses between SIGHUP and SIGUSR1.
        pub fn new(dev: bool) -> io::Result<Self> {
            let (term, int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            let hup = (!dev).then(|| signal(SignalKind::hangup())).transpose()?;
            let usr1 = dev.then(|| signal(SignalKind::user_defined1())).transpose()?;
            Ok(Self { term, int, hup, usr1 })
        }

        pub async fn next(&mut self) -> Told {
            tokio::select! {
                _ = self.term.recv() => Told::End,
                _ = self.int.recv() => Told::End,
                () = received(self.hup.as_mut()) => Told::Reload,
                () = received(self.usr1.as_mut()) => Told::Count,
            }
        }
    }

    async fn received(signal: Option<&mut Signal>) {
        match signal {
            Some(signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub fn new(_dev: bool) -> io::Result<Self> {
        Ok(Self)
    }

    pub async fn next(&mut self) -> Told {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Told::End,
            Err(_) => std::future::pending().await,
        }
    }
}
