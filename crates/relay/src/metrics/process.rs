//! What the system says of this process, where it says so under `/proc`.

/// What a process takes up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Process {
    /// Bytes of memory that are in use.
    pub resident: u64,
    /// Files and sockets that are open.
    pub files: u64,
    /// How many of them may be.
    pub files_max: u64,
}

impl Process {
    #[cfg(target_os = "linux")]
    pub fn now() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: u64 = resident.trim().strip_suffix("kB")?.trim().parse().ok()?;
        let files = std::fs::read_dir("/proc/self/fd").ok()?.count() as u64;
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        Some(Self { resident: kibibytes * 1024, files, files_max: limit.current.unwrap_or(u64::MAX) })
    }

    #[cfg(not(target_os = "linux"))]
    pub const fn now() -> Option<Self> {
        None
    }
}
