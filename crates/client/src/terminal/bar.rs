//! A progress bar: one line of a terminal, drawn again and again.

use std::io::{IsTerminal, Write};

use super::{columns, cut, escape};

/// One line on standard error, for as long as something is under way. Draws nothing where that is no terminal.
pub struct Bar {
    is_on: bool,
    is_drawn: bool,
}

impl Bar {
    /// `quiet` keeps it from being drawn.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        Self { is_on: !quiet && std::io::stderr().is_terminal(), is_drawn: false }
    }

    /// Draws the line: `done` of `all` are through, and `label` says what.
    pub fn draw(&mut self, done: u64, all: u64, label: &str) {
        if self.is_on {
            let line = format!("{} {}", blocks(done, all), *escape::line(label));
            // Drawing is a courtesy: what cannot be drawn is left out.
            let _ = write!(std::io::stderr(), "\r{}\x1b[K", cut(&line, columns().saturating_sub(1)));
            self.is_drawn = true;
        }
    }

    /// Empties the line, so that something else can be written there.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

fn blocks(done: u64, all: u64) -> String {
    let filled = done.min(all).saturating_mul(CELLS) / all.max(1);
    (0..CELLS).map(|at| if at < filled { '█' } else { '░' }).collect()
}

const CELLS: u64 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_fill_as_bytes_go_through() {
        let filled = |done, all| blocks(done, all).chars().filter(|c| *c == '█').count();
        assert_eq!((filled(0, 100), filled(50, 100), filled(99, 100), filled(100, 100)), (0, 10, 19, 20));
        assert_eq!((filled(7, 0), filled(300, 100)), (0, 20));
        assert_eq!(blocks(1, 3).chars().count(), 20);
    }
}
