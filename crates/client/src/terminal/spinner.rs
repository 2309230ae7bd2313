//! A sign of life on a terminal while something takes longer than a moment.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::escape;

/// Turns until it is dropped, then leaves the line empty. Does nothing where standard error is no terminal.
pub struct Spinner {
    turning: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Spinner {
    /// Starts to turn in front of `label`; `quiet` keeps it still.
    #[must_use]
    pub fn start(label: &str, quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self { turning: None };
        }
        let label = escape::line(label);
        let (stop, stopped) = channel::<()>();
        let turn = move || {
            for frame in FRAMES.iter().cycle() {
                // Drawing is a courtesy: what cannot be drawn is left out.
                let _ = write!(std::io::stderr(), "\r{frame} {}", *label);
                if stopped.recv_timeout(PERIOD) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        };
        let thread = std::thread::Builder::new().name("spinner".into()).spawn(turn);
        Self { turning: thread.ok().map(|thread| (stop, thread)) }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.turning.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

const FRAMES: [&str; 8] = ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"];
const PERIOD: Duration = Duration::from_millis(120);
