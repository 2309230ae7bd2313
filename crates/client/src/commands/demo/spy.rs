//! What a thief of the relay would find: its memory is searched for what the people said. Linux lets us look; elsewhere
//! this step says that it did not.

/// Whether a text stands in the memory of a process; `None` where that cannot be found out.
#[cfg(target_os = "linux")]
pub(super) fn search(process: u32, text: &[u8]) -> Option<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).ok()?;
    let mut found = false;
    let mut read = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let Some((start, end)) = line.split(' ').next().and_then(|range| range.split_once('-')) else { continue };
        let (Ok(start), Ok(end)) = (u64::from_str_radix(start, 16), u64::from_str_radix(end, 16)) else { continue };
        let length = usize::try_from(end - start).unwrap_or(0).min(REGION_MAX);
        let mut region = vec![0; length];
        if memory.seek(SeekFrom::Start(start)).is_err() || memory.read_exact(&mut region).is_err() {
            continue;
        }
        read += length;
        found |= region.windows(text.len()).any(|window| window == text);
    }
    (read > 0).then_some(found)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn search(_: u32, _: &[u8]) -> Option<bool> {
    None
}

#[cfg(target_os = "linux")]
const REGION_MAX: usize = 256 << 20;
