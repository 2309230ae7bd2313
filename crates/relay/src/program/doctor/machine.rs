//! The machine: files that may be open, memory, the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Finding;
use crate::config::Quotas;

/// Whether as many connections as the quotas allow may be open.
#[cfg(unix)]
pub(super) fn open_files(quotas: &Quotas) -> Option<Finding> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let needed = u64::from(quotas.connections).saturating_add(OTHER_FILES);
    Some(match limit.current {
        Some(files) if files < needed => Finding::fair(
            "open files",
            format!("{files} here, and quotas.connections needs {needed}"),
            format!(
                "Start it with `ulimit -n {needed}`, or LimitNOFILE={needed} in its unit, which has a limit of its own."
            ),
        ),
        Some(files) => Finding::good("open files", format!("{files}, and quotas.connections needs {needed}")),
        None => Finding::good("open files", "as many as it likes"),
    })
}

#[cfg(not(unix))]
pub(super) fn open_files(_: &Quotas) -> Option<Finding> {
    None
}

/// Whether the memory is there that the memory's store may fill.
#[cfg(target_os = "linux")]
pub(super) fn memory(quotas: &Quotas) -> Option<Finding> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let available = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = available.trim().strip_suffix("kB")?.trim().parse().ok()?;
    let found = format!("{} MiB are free, and quotas.bytes may fill {}", kibibytes >> 10, quotas.bytes >> 20);
    Some(if kibibytes.saturating_mul(1024) >= quotas.bytes {
        Finding::good("memory", found)
    } else {
        Finding::fair(
            "memory",
            found,
            "Set less, or run beside less. A relay that was killed for memory has forgotten all.",
        )
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn memory(_: &Quotas) -> Option<Finding> {
    None
}

/// Whether the time of day can be right: clients are told it. Lives are measured by another clock.
pub(super) fn clock() -> Finding {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if now < EARLIEST {
        return Finding::bad(
            "clock",
            "it shows a time before this program was written",
            "Set it, by NTP for instance.",
        );
    }
    let (hours, minutes) = (now / 3600 % 24, now / 60 % 60);
    Finding::good("clock", format!("{hours:02}:{minutes:02} UTC. Compare it with another"))
}

/// Files other than connections: the listener, the store, metrics, the log.
const OTHER_FILES: u64 = 128;
/// The first of January 2026.
const EARLIEST: u64 = 1_767_225_600;
