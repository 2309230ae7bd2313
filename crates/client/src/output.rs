//! Who hears what: standard output carries what was asked for, standard error everything else. With `--json`, standard
//! output carries events instead, one object a line.

#[cfg(unix)]
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::event::{ErrorEvent, Event};
use crate::failure::{Failure, Kind};
use crate::locale::{Arg, Locale};
use crate::terminal::{Colour, Stream, Style, escape, qr};

/// Everything the program says goes through here.
pub struct Output {
    locale: Locale,
    settings: Settings,
    colour: Colour,
    result: Mutex<Sink>,
    aside: Mutex<Sink>,
}

/// How much is said, and in which form.
#[derive(Clone, Copy, Default)]
pub struct Settings {
    /// Events instead of lines.
    pub json: bool,
    /// Messages in the clear in events.
    pub reveal: bool,
    /// Only results, warnings and failures.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
}

type Sink = Box<dyn Write + Send>;

impl Output {
    /// Speaks to this process's standard streams.
    #[must_use]
    pub fn standard(locale: Locale, settings: Settings, colour: Colour) -> Self {
        Self::to(locale, settings, colour, unbuffered(Stream::Result), unbuffered(Stream::Aside))
    }

    /// Speaks to streams of the caller's.
    #[must_use]
    pub fn to(locale: Locale, settings: Settings, colour: Colour, result: Sink, aside: Sink) -> Self {
        Self { locale, settings, colour, result: Mutex::new(result), aside: Mutex::new(aside) }
    }

    /// The messages.
    #[must_use]
    pub const fn locale(&self) -> &Locale {
        &self.locale
    }

    /// How much is said, and in which form.
    #[must_use]
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// Whether what was asked for is written in colours.
    #[must_use]
    pub const fn has_colour(&self) -> bool {
        self.colour.has(Stream::Result)
    }

    /// The message `key`, not written anywhere yet.
    #[must_use]
    pub fn text(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        self.locale.text(key, args)
    }

    /// A line that was asked for. With `--json` nothing: an event says it. What came from outside must have passed
    /// [`escape`].
    ///
    /// # Errors
    /// [`Kind::Output`] if it could not be written: it was not seen.
    pub fn result(&self, line: &str) -> Result<(), Failure> {
        if self.settings.json {
            return Ok(());
        }
        write_line(&self.result, line.as_bytes())
    }

    /// A text that was asked for in its own right, whatever the form of events: a help text, a script.
    ///
    /// # Errors
    /// As [`Self::result`].
    pub fn document(&self, text: &str) -> Result<(), Failure> {
        write_line(&self.result, text.as_bytes())
    }

    /// The message `key` as a line that was asked for.
    ///
    /// # Errors
    /// As [`Self::result`].
    pub fn answer(&self, style: Style, key: &str, args: &[(&'static str, Arg<'_>)]) -> Result<(), Failure> {
        let text = self.text(key, args);
        self.result(&self.colour.paint(Stream::Result, style, &text))
    }

    /// A QR code of `text`. One too long to draw is left out: the text itself is there too.
    ///
    /// # Errors
    /// As [`Self::result`].
    pub fn qr(&self, text: &str) -> Result<(), Failure> {
        let lines = qr::draw(text).unwrap_or_default();
        lines.iter().try_for_each(|line| self.result(&self.colour.paint(Stream::Result, Style::Code, line)))
    }

    /// As [`Self::result`], in a style.
    ///
    /// # Errors
    /// As [`Self::result`].
    pub fn styled_result(&self, style: Style, line: &str) -> Result<(), Failure> {
        self.result(&self.colour.paint(Stream::Result, style, line))
    }

    /// Clears the terminal and what it remembers of earlier lines, as far as it lets a program do that.
    ///
    /// # Errors
    /// As [`Self::result`].
    pub fn clear_screen(&self) -> Result<(), Failure> {
        if std::io::stdout().is_terminal() { self.result("\x1b[2J\x1b[3J\x1b[H") } else { Ok(()) }
    }

    /// An event, with `--json`; otherwise nothing. Plaintext leaves it unless `--reveal` was given.
    ///
    /// # Errors
    /// As [`Self::result`].
    pub fn event(&self, event: Event<'_>) -> Result<(), Failure> {
        if !self.settings.json {
            return Ok(());
        }
        let event = if self.settings.reveal { event } else { event.concealed() };
        let mut line = Zeroizing::new(Vec::with_capacity(event.room()));
        serde_json::to_writer(&mut *line, &event.versioned()).map_err(Failure::internal)?;
        write_line(&self.result, &line)
    }

    /// Something by the way, which `-q` silences.
    pub fn say(&self, style: Style, key: &str, args: &[(&'static str, Arg<'_>)]) {
        if !self.settings.quiet {
            self.aside_line(style, &self.text(key, args));
        }
    }

    /// Something by the way that only `-v` asks for.
    pub fn detail(&self, key: &str, args: &[(&'static str, Arg<'_>)]) {
        if self.settings.verbose > 0 {
            self.aside_line(Style::Dim, &self.text(key, args));
        }
    }

    /// A warning, which nothing silences.
    pub fn warn(&self, key: &str, args: &[(&'static str, Arg<'_>)]) {
        self.aside_line(Style::Warn, &self.text(key, args));
    }

    /// Tells of a failure: the text to standard error and, with `--json`, the event to standard output.
    pub fn fail(&self, failure: &Failure) {
        let next = failure.next(&self.locale);
        if self.settings.json {
            let kind = failure.kind();
            let event = Event::Error(ErrorEvent { code: kind.code(), exit: kind.exit(), hint: &next });
            // If not even this can be written, the exit code still says it.
            let _ = self.event(event);
        }
        let what = escape::line(&failure.what(&self.locale));
        self.aside_line(Style::Bad, &format!("✗ {}", *what));
        let place = failure.place(&self.locale);
        self.aside_line(Style::Dim, &self.text("failure-where", crate::args![place = &place]));
        self.aside_line(Style::Plain, &self.text("failure-next", crate::args![next = &next]));
    }

    /// A line to standard error that is not a message of its own (a QR code, a help text).
    pub fn aside(&self, line: &str) {
        self.aside_line(Style::Plain, line);
    }

    fn aside_line(&self, style: Style, text: &str) {
        let line = self.colour.paint(Stream::Aside, style, text);
        // Nobody is left to tell when standard error is gone.
        let _ = write_line(&self.aside, line.as_bytes());
    }
}

/// One write a line, from a buffer that is cleared afterwards: a message must not stay behind in a buffer of the
/// standard library's.
fn write_line(sink: &Mutex<Sink>, line: &[u8]) -> Result<(), Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(line.len() + 1));
    bytes.extend_from_slice(line);
    bytes.push(b'\n');
    let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
    sink.write_all(&bytes)
        .and_then(|()| sink.flush())
        .map_err(|error| Failure::new(Kind::Output).text("detail", error.kind()))
}

/// A stream without the standard library's buffer. On Windows the buffer stays: the console needs its translation.
fn unbuffered(stream: Stream) -> Sink {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let owned = match stream {
            Stream::Result => std::io::stdout().as_fd().try_clone_to_owned(),
            Stream::Aside => std::io::stderr().as_fd().try_clone_to_owned(),
        };
        if let Ok(owned) = owned {
            return Box::new(File::from(owned));
        }
    }
    match stream {
        Stream::Result => Box::new(std::io::stdout()),
        Stream::Aside => Box::new(std::io::stderr()),
    }
}

/// Whether standard error is a terminal, so that something may move on it.
#[must_use]
pub fn aside_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests;
