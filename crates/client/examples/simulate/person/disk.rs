//! A person's disk: what was committed last, and the moment at which the power goes.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nightjar_client::vault::{Error, Keep};

/// What survives a person's program.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<Kept>>);

/// When a program is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kill {
    /// Before its next commit but so many is made.
    BeforeCommit(u64),
    /// After it, before anything that follows from it leaves.
    AfterCommit(u64),
    /// When requests that follow from it wait for the socket.
    BeforeSocket(u64),
    /// When some of their bytes are under way, and the answer is not there.
    BeforeAnswer(u64),
}

#[derive(Default)]
struct Kept {
    payload: Vec<u8>,
    commits: u64,
    plan: Option<Kill>,
    is_killed: bool,
}

impl Disk {
    /// What was committed last.
    pub fn payload(&self) -> Vec<u8> {
        self.kept().payload.clone()
    }

    /// How often something was committed.
    pub fn commits(&self) -> u64 {
        self.kept().commits
    }

    /// Plans a kill.
    pub fn plan(&self, kill: Option<Kill>) {
        self.kept().plan = kill;
    }

    /// Whether the program was killed by its disk; asked once.
    pub fn was_killed(&self) -> bool {
        std::mem::take(&mut self.kept().is_killed)
    }

    /// The program has come to the socket, or beyond it; whether it is killed there.
    pub fn passes(&self, has_left: bool) -> bool {
        let mut kept = self.kept();
        let due = match (&mut kept.plan, has_left) {
            (Some(Kill::BeforeSocket(left)), false) | (Some(Kill::BeforeAnswer(left)), true) => count_down(left),
            _ => false,
        };
        if due {
            kept.plan = None;
        }
        due
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keep for Disk {
    fn commit(&mut self, payload: &[u8]) -> Result<(), Error> {
        let mut kept = self.kept();
        let (before, after) = match &mut kept.plan {
            Some(Kill::BeforeCommit(left)) => (count_down(left), false),
            Some(Kill::AfterCommit(left)) => (false, count_down(left)),
            _ => (false, false),
        };
        if !before {
            kept.payload = payload.to_vec();
            kept.commits += 1;
        }
        if before || after {
            (kept.plan, kept.is_killed) = (None, true);
            return Err(Error::Io(ErrorKind::Interrupted.into()));
        }
        Ok(())
    }
}

/// Whether it was the last.
fn count_down(left: &mut u64) -> bool {
    *left = left.saturating_sub(1);
    *left == 0
}
