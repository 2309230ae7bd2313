//! Looks for pieces of a secret in everything that a process can have written.

use std::fs::File;
use std::os::unix::fs::FileExt;

use memchr::memmem::Finder;

/// What is looked for: 16 bytes are enough to be no accident.
const PIECE: usize = 16;
/// An allocator writes over the beginning of what is freed: what stays is then a later piece.
const STEP: usize = 8;
/// Pieces of a long secret at most: its beginning, its end, and what lies between in larger steps.
const PIECES: usize = 96;
/// Read at once.
const CHUNK: usize = 1 << 20;

/// The memory of a process that runs.
pub struct Memory {
    maps: Vec<Mapping>,
    memory: File,
}

struct Mapping {
    from: u64,
    to: u64,
    name: String,
}

impl Memory {
    /// Of this process; it may go on meanwhile. `None` if the person said to do without.
    pub fn of(pid: u32) -> Option<Self> {
        if std::env::var_os("NIGHTJAR_NO_MEMORY_TESTS").is_some() {
            eprintln!("SKIPPED: NIGHTJAR_NO_MEMORY_TESTS is set");
            return None;
        }
        let refused = |error: std::io::Error| -> ! {
            panic!("the memory of process {pid} cannot be read ({error}): {HOW}");
        };
        let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_else(|error| refused(error));
        let memory = File::open(format!("/proc/{pid}/mem")).unwrap_or_else(|error| refused(error));
        Some(Self { maps: maps.lines().filter_map(mapping).collect(), memory })
    }

    /// Where pieces of `secret` are: each place and how much of the secret begins there.
    pub fn find(&self, secret: &[u8]) -> Vec<String> {
        assert!(secret.len() >= PIECE, "too short to be told from chance");
        let last = secret.len() - PIECE;
        let step = STEP.max(last / PIECES);
        let pieces = (0..last).step_by(step).chain([last]);
        let finders: Vec<_> = pieces.map(|at| (at, Finder::new(&secret[at..at + PIECE]))).collect();
        let mut found = Vec::new();
        for mapping in &self.maps {
            let mut from = mapping.from;
            while from < mapping.to {
                // Chunks overlap, so that no piece falls between two.
                let mut bytes = vec![0; CHUNK.min((mapping.to - from) as usize)];
                // Guard pages, and pages that have gone since.
                if self.memory.read_exact_at(&mut bytes, from).is_ok() {
                    for (at, finder) in &finders {
                        let places = finder.find_iter(&bytes);
                        found.extend(places.map(|place| format!("{:x} {} +{at}", from + place as u64, mapping.name)));
                    }
                }
                from += (CHUNK - PIECE + 1) as u64;
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// What surrounds a place, for whoever has to find out what left it there.
    pub fn around(&self, place: &str) -> String {
        let at = u64::from_str_radix(place.split(' ').next().unwrap(), 16).unwrap();
        let mut bytes = vec![0; 192];
        let _ = self.memory.read_at(&mut bytes, at - 64);
        bytes.escape_ascii().to_string()
    }
}

/// A line of `/proc/PID/maps`: what can be read, unless it is a window into the kernel or the unchanging part of a file.
fn mapping(line: &str) -> Option<Mapping> {
    let mut words = line.split_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let name = words.nth(3).unwrap_or("anonymous").to_owned();
    let is_fixed = name.starts_with('/') && !rights.contains('w');
    if !rights.starts_with('r') || is_fixed || name.starts_with("[v") {
        return None;
    }
    let (from, to) = range.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some(Mapping { from: number(from)?, to: number(to)?, name })
}

const HOW: &str = "it takes root or CAP_SYS_PTRACE where a program keeps others of its own user out, as the client does; \
                   NIGHTJAR_NO_MEMORY_TESTS=1 does without these tests";
