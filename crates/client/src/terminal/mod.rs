//! The terminal: colours, widths in cells, and (in files of their own) harmless text, QR codes and spinners.

pub mod bar;
pub mod depth;
pub mod escape;
pub mod qr;
mod room;
pub mod spinner;

pub use room::{columns, room};

use std::io::IsTerminal;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// When colours are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One of the two streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// Standard output.
    Result,
    /// Standard error.
    Aside,
}

/// What a line is, and so how it looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// As it is.
    Plain,
    /// It went well.
    Good,
    /// It did not.
    Bad,
    /// Take notice.
    Warn,
    /// Less important.
    Dim,
    /// What the eye should find: a code, a name.
    Strong,
    /// A QR code: light on dark, whatever the terminal's own colours are.
    Code,
}

/// Whether each stream gets colours.
#[derive(Clone, Copy, Default)]
pub struct Colour {
    result: bool,
    aside: bool,
}

impl Colour {
    /// Decides for this process's streams. `no_color` is the variable's value, which counts if it is not empty.
    #[must_use]
    pub fn decide(when: When, no_color: Option<&str>) -> Self {
        let on = |terminal: bool| match when {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && no_color.is_none_or(str::is_empty),
        };
        Self { result: on(std::io::stdout().is_terminal()), aside: on(std::io::stderr().is_terminal()) }
    }

    /// Whether `stream` gets colours.
    #[must_use]
    pub const fn has(self, stream: Stream) -> bool {
        match stream {
            Stream::Result => self.result,
            Stream::Aside => self.aside,
        }
    }

    /// `text` in the colours of `style`, if `stream` gets colours.
    #[must_use]
    pub fn paint(self, stream: Stream, style: Style, text: &str) -> zeroize::Zeroizing<String> {
        let start = if self.has(stream) { style.start() } else { "" };
        let end = if start.is_empty() { "" } else { "\x1b[0m" };
        let mut out = zeroize::Zeroizing::new(String::with_capacity(start.len() + text.len() + end.len()));
        out.push_str(start);
        out.push_str(text);
        out.push_str(end);
        out
    }
}

impl Style {
    const fn start(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "\x1b[32m",
            Self::Bad => "\x1b[31m",
            Self::Warn => "\x1b[33m",
            Self::Dim => "\x1b[2m",
            Self::Strong => "\x1b[1m",
            Self::Code => "\x1b[97;40m",
        }
    }
}

/// Cells that `text` takes: two for a Hangul syllable or a Chinese character, none for a combining mark.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` followed by spaces up to `cells`; unchanged if it is wider.
#[must_use]
pub fn pad(text: &str, cells: usize) -> String {
    let missing = cells.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// `text` cut to at most `cells`, with `…` at the end if anything was cut.
#[must_use]
pub fn cut(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= cells
    };
    let mut out: String = text.chars().take_while(fits).collect();
    if cells > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_takes_two_cells() {
        assert_eq!(width("꼬맹이"), 6);
        assert_eq!(width("kim"), 3);
        assert_eq!(width("外婆"), 4);
        assert_eq!(width("\u{1112}\u{1161}\u{11ab}"), 2);
    }

    #[test]
    fn columns_line_up() {
        assert_eq!(pad("꼬맹이", 8), "꼬맹이  ");
        assert_eq!(pad("꼬맹이", 3), "꼬맹이");
        assert_eq!(cut("꼬맹이", 6), "꼬맹이");
        assert_eq!(cut("꼬맹이", 5), "꼬맹…");
        assert_eq!(cut("꼬맹이", 4), "꼬…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let on = Colour::decide(When::Always, Some("1"));
        assert_eq!(*on.paint(Stream::Result, Style::Good, "ok"), "\x1b[32mok\x1b[0m");
        assert_eq!(*on.paint(Stream::Aside, Style::Plain, "ok"), "ok");
        let off = Colour::decide(When::Never, None);
        assert_eq!(*off.paint(Stream::Result, Style::Good, "ok"), "ok");
    }
}
