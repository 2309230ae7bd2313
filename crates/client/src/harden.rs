//! Keeps secrets out of core dumps and out of swap, as far as the system lets a program do so without privileges, and off
//! the stack once they were used.

use std::future::{Future, poll_fn};

use nightjar_protocol::crypto::on_clean_stack;

/// What could not be done; each is a message of the locale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gap {
    /// Core dumps may hold secrets.
    CoreDumps,
    /// Memory may reach the swap file: the limit on locked memory forbids to lock it.
    SwapLimit,
    /// Memory may reach the swap file: this system has no way to lock it.
    SwapUnsupported,
}

impl Gap {
    /// The message's key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CoreDumps => "harden-core-dumps",
            Self::SwapLimit => "harden-swap-limit",
            Self::SwapUnsupported => "harden-swap-unsupported",
        }
    }
}

/// Switches core dumps off, and attaching by other processes of the same user with them.
///
/// # Errors
/// [`Gap::CoreDumps`] where that is not possible.
pub fn forbid_core_dumps() -> Result<(), Gap> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|_| Gap::CoreDumps)?;
    }
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        setrlimit(Resource::Core, none).map_err(|_| Gap::CoreDumps)
    }
    #[cfg(not(unix))]
    Err(Gap::CoreDumps)
}

/// Keeps all memory of this process, present and future, out of swap. Only where no limit stands against it: under a
/// limit, a later allocation would fail and end the program.
///
/// # Errors
/// [`Gap::SwapLimit`] or [`Gap::SwapUnsupported`].
pub fn lock_memory() -> Result<(), Gap> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::mm::{MlockAllFlags, mlockall};
        if !may_lock_everything() {
            return Err(Gap::SwapLimit);
        }
        // ONFAULT: what is reserved and never touched needs no memory.
        let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        mlockall(flags).map_err(|_| Gap::SwapLimit)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    Err(Gap::SwapUnsupported)
}

/// Does `work` and clears the stack that it took.
pub fn cleanly<T>(work: impl FnOnce() -> T) -> T {
    on_clean_stack::<STACK, _>(work)
}

/// Clears, after each step of `work`, the stack that the step took, of whichever thread took it.
pub fn each_step_cleanly<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let mut work = Box::pin(work);
    poll_fn(move |context| cleanly(|| work.as_mut().poll(context)))
}

/// What anything here takes of the stack at most, with room; a thread has 1 MiB at least. Clearing it takes microseconds.
const STACK: usize = 256 * 1024;

#[cfg(any(target_os = "linux", target_os = "android"))]
fn may_lock_everything() -> bool {
    use rustix::process::{Resource, getrlimit};
    use rustix::thread::{CapabilitySet, capabilities};
    let unlimited = getrlimit(Resource::Memlock).current.is_none();
    unlimited || capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn core_dumps_are_off() {
        forbid_core_dumps().unwrap();
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }

    #[test]
    fn locking_is_done_or_refused_but_never_in_between() {
        let locked = || {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let line = status.lines().find(|line| line.starts_with("VmLck:")).unwrap().to_owned();
            line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
        };
        match lock_memory() {
            Ok(()) => assert!(locked() > 0),
            Err(gap) => assert_eq!((gap, locked()), (Gap::SwapLimit, 0)),
        }
        // What comes later is still to be had: 64 MiB, touched.
        assert_eq!(vec![1_u8; 64 << 20].iter().map(|byte| u64::from(*byte)).sum::<u64>(), 64 << 20);
    }
}
