//! How many connections the system lets us have open. Spec: relay, "Quotas".

use crate::config::Quotas;

/// What the limit on open files leaves for connections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// Connections that have said hello.
    pub connections: usize,
    /// Connections that have not.
    pub newcomers: usize,
}

impl Room {
    /// What the quotas ask for, or as much of it as a limit of `files` allows.
    #[must_use]
    pub fn within(quotas: &Quotas, files: Option<u64>) -> Self {
        let wanted = Self { connections: quotas.connections as usize, newcomers: quotas.newcomers as usize };
        let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
        let free = files.saturating_sub(RESERVED).max(2);
        let newcomers = wanted.newcomers.min((free / 4).max(1));
        Self { connections: wanted.connections.min(free - newcomers), newcomers }
    }

    /// Whether it is all that the quotas ask for.
    #[must_use]
    pub fn is_all(self, quotas: &Quotas) -> bool {
        (self.connections, self.newcomers) == (quotas.connections as usize, quotas.newcomers as usize)
    }
}

/// Raises this process's limit on open files as far as it may: the limit then; `None` if there is none or nobody can say.
#[cfg(unix)]
#[must_use]
pub fn raise_files() -> Option<u64> {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let mut raised = limit;
    raised.current = limit.maximum;
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

/// Elsewhere sockets are no files, and their number has no such limit.
#[cfg(not(unix))]
#[must_use]
pub fn raise_files() -> Option<u64> {
    None
}

/// Descriptors for all else: the listener, the logs, the store, metrics, and those who are told that there is no room.
const RESERVED: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_does_not_give_is_not_promised() {
        let quotas = Quotas { connections: 10_000, newcomers: 2048, ..Quotas::default() };
        for (files, connections, newcomers) in [
            (None, 10_000, 2048),
            (Some(1_048_576), 10_000, 2048),
            (Some(12_176), 10_000, 2048),
            (Some(12_175), 9_999, 2048),
            (Some(1024), 672, 224),
            (Some(32), 1, 1),
            (Some(0), 1, 1),
        ] {
            let room = Room::within(&quotas, files);
            assert_eq!((room.connections, room.newcomers), (connections, newcomers), "{files:?}");
            assert_eq!(room.is_all(&quotas), (connections, newcomers) == (10_000, 2048));
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_limit_is_raised_as_far_as_it_may() {
        let raised = raise_files();
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        assert_eq!((limit.current, limit.current), (raised, limit.maximum));
    }
}
