//! Asking the person, at the terminal itself: standard input may be a pipe that carries a message. Secrets that
//! programs pass come through numbered descriptors, never through arguments or the environment.

mod secret;

use std::fs::File;
use std::io::{Read, Write};

use zeroize::Zeroizing;

use crate::failure::{Failure, Kind};
use crate::locale::Arg;
use crate::output::Output;

/// Asks, unless asking is forbidden.
#[derive(Clone, Copy)]
pub struct Prompt<'a> {
    output: &'a Output,
    forbidden: bool,
}

/// Both directions of the terminal.
struct Tty {
    input: File,
    output: File,
}

impl<'a> Prompt<'a> {
    /// `forbidden` is `--no-input`.
    #[must_use]
    pub const fn new(output: &'a Output, forbidden: bool) -> Self {
        Self { output, forbidden }
    }

    /// A line that shows while it is typed, without its end.
    ///
    /// # Errors
    /// [`Kind::InputNeeded`], [`Kind::NoTerminal`], [`Kind::InputUnreadable`], or [`Kind::Interrupted`] when the input ends.
    pub fn line(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> Result<Zeroizing<String>, Failure> {
        let (mut tty, label) = self.open(key, args)?;
        tty.output.write_all(label.as_bytes()).map_err(|_| Kind::InputUnreadable)?;
        read_line(&mut tty.input)?.ok_or(Kind::Interrupted.into())
    }

    /// A line that does not show.
    ///
    /// # Errors
    /// As [`Self::line`].
    pub fn secret(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> Result<Zeroizing<String>, Failure> {
        let (tty, label) = self.open(key, args)?;
        secret::read(tty, &label)
    }

    /// Yes or no; asked again until it is one of the two.
    ///
    /// # Errors
    /// As [`Self::line`].
    pub fn confirm(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> Result<bool, Failure> {
        loop {
            let typed = self.line(key, args)?;
            if let Some(answer) = self.yes_or_no(&typed) {
                return Ok(answer);
            }
            self.output.warn("prompt-yes-or-no", &[]);
        }
    }

    /// What a line says to a question of yes or no, if it is one of the two.
    #[must_use]
    pub fn yes_or_no(&self, typed: &str) -> Option<bool> {
        let is_one_of = |key: &str| {
            let words = self.output.text(key, &[]);
            words.split_whitespace().any(|word| word.eq_ignore_ascii_case(typed.trim()))
        };
        if is_one_of("prompt-yes") { Some(true) } else { is_one_of("prompt-no").then_some(false) }
    }

    /// The terminal, and what to write to it in front of the answer.
    fn open(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> Result<(Tty, String), Failure> {
        let label = self.output.text(key, args);
        if self.forbidden {
            return Err(Failure::new(Kind::InputNeeded).text("what", label));
        }
        let tty = Tty::open().ok_or_else(|| Failure::new(Kind::NoTerminal).text("what", &label))?;
        Ok((tty, format!("{label} ")))
    }
}

impl Tty {
    #[cfg(unix)]
    fn open() -> Option<Self> {
        use std::io::IsTerminal;
        use std::os::fd::AsFd;
        if let Ok(input) = File::options().read(true).write(true).open("/dev/tty") {
            let output = input.try_clone().ok()?;
            return Some(Self { input, output });
        }
        // A terminal without being the controlling one: some containers.
        let (stdin, stderr) = (std::io::stdin(), std::io::stderr());
        if !stdin.is_terminal() || !stderr.is_terminal() {
            return None;
        }
        let input = stdin.as_fd().try_clone_to_owned().ok()?.into();
        Some(Self { input, output: stderr.as_fd().try_clone_to_owned().ok()?.into() })
    }

    #[cfg(not(unix))]
    fn open() -> Option<Self> {
        let input = File::options().read(true).write(true).open("CONIN$").ok()?;
        Some(Self { input, output: File::options().read(true).write(true).open("CONOUT$").ok()? })
    }
}

/// One line from descriptor `fd`, without its end. The lines of a pipe can be taken one after the other.
///
/// # Errors
/// [`Kind::Descriptor`] if nothing can be read from it, or not UTF-8, or more than [`LINE_MAX`] bytes;
/// [`Kind::DescriptorUnsupported`] where there are no numbered descriptors.
pub fn from_descriptor(fd: u32) -> Result<Zeroizing<String>, Failure> {
    let refused = || Failure::new(Kind::Descriptor).number("fd", fd.into());
    let mut file = open_descriptor(fd)?;
    match read_line(&mut file) {
        Ok(Some(line)) => Ok(line),
        Ok(None) | Err(_) => Err(refused()),
    }
}

/// One line of at most `most` bytes from standard input, without its end. `None` at the end of the input.
///
/// # Errors
/// [`Kind::Descriptor`] if there is none; [`Kind::InputUnreadable`] if it is longer, or not UTF-8.
pub fn standard_line(most: usize) -> Result<Option<Zeroizing<String>>, Failure> {
    read_line_of(&mut open_descriptor(0)?, most)
}

#[cfg(unix)]
fn open_descriptor(fd: u32) -> Result<File, Failure> {
    use std::os::fd::AsFd;
    let refused = |_| Failure::new(Kind::Descriptor).number("fd", fd.into());
    if fd == 0 {
        return std::io::stdin().as_fd().try_clone_to_owned().map(File::from).map_err(refused);
    }
    File::open(format!("/dev/fd/{fd}")).map_err(refused)
}

#[cfg(not(unix))]
fn open_descriptor(fd: u32) -> Result<File, Failure> {
    if fd != 0 {
        return Err(Kind::DescriptorUnsupported.into());
    }
    // Standard input is the one stream that can be had by number here.
    File::open("CONIN$").map_err(|_| Kind::DescriptorUnsupported.into())
}

/// Reads up to a line's end, byte by byte so that what follows stays for the next reader. `None` at the end of input.
fn read_line(input: &mut impl Read) -> Result<Option<Zeroizing<String>>, Failure> {
    read_line_of(input, LINE_MAX)
}

fn read_line_of(input: &mut impl Read, most: usize) -> Result<Option<Zeroizing<String>>, Failure> {
    let mut line = Zeroizing::new(Vec::with_capacity(most));
    let mut byte = Zeroizing::new([0_u8; 1]);
    let mut ended = true;
    loop {
        match input.read(byte.as_mut_slice()) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => {
                ended = false;
                break;
            }
            Ok(_) if line.len() == most => return Err(Kind::InputUnreadable.into()),
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return Err(Kind::InputUnreadable.into()),
        }
    }
    if line.is_empty() && ended {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    into_text(line).map(Some)
}

/// The bytes as text, without a copy.
fn into_text(mut line: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, Failure> {
    String::from_utf8(std::mem::take(&mut *line)).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        Kind::InputUnreadable.into()
    })
}

/// Bytes in a line at most.
pub const LINE_MAX: usize = 4096;

#[cfg(test)]
mod tests;
