//! What the system says of processes and processors, from `/proc`: `None` where there is none. And the two limits that a
//! run needs set, by the programs that set them.

use std::fs::read_to_string;
use std::process::{Command, Stdio};

/// Seconds of processor time that a process has used, user and system; `pid` may be `self`.
pub fn cpu_seconds(pid: &str) -> Option<f64> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything; the fields behind it are numbers.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(USER_TIME).take(2);
    let (user, system): (f64, f64) = (times.next()?.parse().ok()?, times.next()?.parse().ok()?);
    Some((user + system) / TICKS)
}

/// Seconds in which the machine's processors, all together, were not idle.
pub fn busy_seconds() -> Option<f64> {
    let stat = read_to_string("/proc/stat").ok()?;
    let times = stat.lines().next()?.split_whitespace().skip(1).take(8).map(str::parse::<f64>);
    let busy = times.enumerate().filter(|(at, _)| !IDLE.contains(at)).map(|(_, time)| time.unwrap_or(0.0));
    Some(busy.sum::<f64>() / TICKS)
}

/// A process's resident set in KiB.
pub fn resident_kib(pid: &str) -> Option<f64> {
    let status = read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

/// The first and the last processor that this process may use, if it may use two.
pub fn processors() -> Option<(u32, u32)> {
    let status = read_to_string("/proc/self/status").ok()?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?.trim();
    let first = list.split([',', '-']).next()?.parse().ok()?;
    let last = list.rsplit([',', '-']).next()?.parse().ok()?;
    (first != last).then_some((first, last))
}

/// Pins this process to one processor; whether it is.
pub fn pin(processor: u32) -> bool {
    does(Command::new("taskset").args(["-cp", &processor.to_string(), &std::process::id().to_string()]))
}

/// Lets this process, and those it starts, open as many files as it may ask for; whether they may open `needed`.
pub fn allow_files(needed: u64) -> bool {
    let Some((soft, hard)) = open_files() else { return true };
    if soft >= needed {
        return true;
    }
    let wanted = hard.min(FILES_MAX);
    let pid = std::process::id().to_string();
    does(Command::new("prlimit").args(["--pid", &pid, &format!("--nofile={wanted}:{hard}")])) && wanted >= needed
}

/// The limit of open files that holds, and the one that this process may raise it to.
fn open_files() -> Option<(u64, u64)> {
    let limits = read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let mut limits = line.split_whitespace().map(|limit| limit.parse().unwrap_or(FILES_MAX));
    Some((limits.next()?, limits.next()?))
}

fn does(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Ticks of processor time in a second, as Linux shows them to programs.
const TICKS: f64 = 100.0;
/// Where `utime` stands behind the process's name; `stime` follows.
const USER_TIME: usize = 11;
/// Where idle time and waiting for disks stand.
const IDLE: [usize; 2] = [3, 4];
const FILES_MAX: u64 = 1 << 20;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_time_and_memory() {
        let before = cpu_seconds("self").unwrap();
        while cpu_seconds("self").unwrap() < before + 0.02 {}
        assert!(busy_seconds().unwrap() >= 0.02);
        assert!(resident_kib("self").unwrap() > 100.0);
        assert_eq!((cpu_seconds("0"), resident_kib("0")), (None, None), "there is no process 0");
    }

    #[test]
    fn limits_that_cannot_be_met_are_told() {
        assert!(allow_files(1));
        assert!(!allow_files(u64::MAX));
    }
}
