//! A line that is typed without showing. Ctrl-C is read as a key, so that echo is always switched on again.

use zeroize::Zeroizing;

use super::Tty;
use crate::failure::Failure;

#[cfg(unix)]
pub(super) use unix::read;

/// Reads a line from the console without echo.
#[cfg(not(unix))]
pub(super) fn read(mut tty: Tty, label: &str) -> Result<Zeroizing<String>, Failure> {
    use std::io::Write;

    use crate::failure::Kind;
    let _ = tty.output.write_all(label.as_bytes());
    rpassword::read_password().map(Zeroizing::new).map_err(|_| Kind::InputUnreadable.into())
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{Read, Write};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::{Failure, Tty, Zeroizing};
    use crate::failure::Kind;
    use crate::prompt::{LINE_MAX, into_text};

    /// Reads a line from the terminal without echo. Echo is off before `label` invites to type.
    pub(in crate::prompt) fn read(mut tty: Tty, label: &str) -> Result<Zeroizing<String>, Failure> {
        let silence = Silence::start(tty.input.try_clone().map_err(|_| Kind::InputUnreadable)?)?;
        tty.output.write_all(label.as_bytes()).map_err(|_| Kind::InputUnreadable)?;
        let line = edit(&mut tty.input);
        drop(silence);
        // The line end that was typed did not show either.
        let _ = tty.output.write_all(b"\n");
        line
    }

    /// No echo, no line editing and no signals from keys, until dropped.
    struct Silence {
        tty: File,
        before: Termios,
    }

    impl Silence {
        fn start(tty: File) -> Result<Self, Failure> {
            let before = tcgetattr(&tty).map_err(|_| Kind::InputUnreadable)?;
            let mut during = before.clone();
            during.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN);
            tcsetattr(&tty, OptionalActions::Drain, &during).map_err(|_| Kind::InputUnreadable)?;
            Ok(Self { tty, before })
        }
    }

    impl Drop for Silence {
        fn drop(&mut self) {
            let _ = tcsetattr(&self.tty, OptionalActions::Drain, &self.before);
        }
    }

    /// The keys that matter on a line that cannot be seen: end, rub out, start again, give up. Sequences of other
    /// keys (arrows) are swallowed, lest they become part of a passphrase.
    #[expect(clippy::unbuffered_bytes, reason = "a buffer would hold on to keys that belong to the next prompt")]
    pub(super) fn edit(input: &mut impl Read) -> Result<Zeroizing<String>, Failure> {
        let mut line = Zeroizing::new(Vec::with_capacity(LINE_MAX));
        let mut keys = input.bytes();
        loop {
            match keys.next() {
                None if line.is_empty() => return Err(Kind::Interrupted.into()),
                None | Some(Ok(b'\r' | b'\n')) => return into_text(line),
                Some(Ok(CTRL_C)) => return Err(Kind::Interrupted.into()),
                Some(Ok(CTRL_D)) if line.is_empty() => return Err(Kind::Interrupted.into()),
                Some(Ok(BACKSPACE | DELETE)) => rub_out(&mut line),
                Some(Ok(CTRL_U | CTRL_W)) => line.clear(),
                Some(Ok(ESCAPE)) => swallow(&mut keys),
                Some(Ok(0..b' ')) => {}
                Some(Ok(byte)) if line.len() < LINE_MAX => line.push(byte),
                Some(Ok(_)) => return Err(Kind::InputUnreadable.into()),
                Some(Err(_)) => return Err(Kind::InputUnreadable.into()),
            }
        }
    }

    /// Takes the last character away: its continuation bytes and the byte that leads them.
    fn rub_out(line: &mut Vec<u8>) {
        while let Some(byte) = line.pop() {
            if byte & 0xc0 != 0x80 {
                break;
            }
        }
    }

    fn swallow(keys: &mut impl Iterator<Item = std::io::Result<u8>>) {
        if matches!(keys.next(), Some(Ok(b'[' | b'O'))) {
            while let Some(Ok(byte)) = keys.next() {
                if (0x40..0x7f).contains(&byte) {
                    break;
                }
            }
        }
    }

    const CTRL_C: u8 = 0x03;
    const CTRL_D: u8 = 0x04;
    const BACKSPACE: u8 = 0x08;
    const CTRL_U: u8 = 0x15;
    const CTRL_W: u8 = 0x17;
    const ESCAPE: u8 = 0x1b;
    const DELETE: u8 = 0x7f;

    #[cfg(test)]
    mod tests {
        use super::*;

        fn typed(keys: &str) -> Option<String> {
            edit(&mut keys.as_bytes()).ok().map(|line| line.to_string())
        }

        #[test]
        fn rubbing_out_takes_whole_characters() {
            assert_eq!(typed("꼬맹이\x7f\x7f마\n").as_deref(), Some("꼬마"));
            assert_eq!(typed("ab\x7f\x7f\x7f\x7fc\r").as_deref(), Some("c"));
            assert_eq!(typed("wrong\x15right\n").as_deref(), Some("right"));
        }

        #[test]
        fn arrows_are_not_part_of_a_passphrase() {
            assert_eq!(typed("a\x1b[Ab\x1b[1;5Cc\x1bOPd\n").as_deref(), Some("abcd"));
        }

        #[test]
        fn giving_up_is_told_from_an_empty_line() {
            assert_eq!(edit(&mut "abc\x03\n".as_bytes()).unwrap_err().kind(), Kind::Interrupted);
            assert_eq!(edit(&mut "\x04".as_bytes()).unwrap_err().kind(), Kind::Interrupted);
            assert_eq!(edit(&mut "".as_bytes()).unwrap_err().kind(), Kind::Interrupted);
            assert_eq!(typed("\n").as_deref(), Some(""));
        }
    }
}
