//! What is said of attachments: what was announced, how far it is, what became of it. Nothing here changes anything.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::Instant;

use nightjar_protocol::conversation::{Direction, Item, MessageId, Progress};
use nightjar_protocol::message::AttachmentKind;

use super::present::name;
use crate::args;
use crate::engine::{Engine, FileId, FileProgress};
use crate::event::{Event, FileState, State};
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Style;
use crate::terminal::bar::Bar;

/// Says things about attachments.
pub(super) struct FileNews<'a> {
    output: &'a Output,
    bar: RefCell<Bar>,
    /// When each was first heard of, and how far it was then.
    begun: RefCell<BTreeMap<FileId, (Instant, u32)>>,
}

impl<'a> FileNews<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        let bar = RefCell::new(Bar::new(output.settings().quiet));
        Self { output, bar, begun: RefCell::new(BTreeMap::new()) }
    }

    /// Makes room for a line of something else.
    pub(super) fn clear(&self) {
        self.bar.borrow_mut().clear();
    }

    /// Draws no bars from now on: somebody types on this terminal.
    pub(super) fn keep_still(&self) {
        self.clear();
        *self.bar.borrow_mut() = Bar::new(true);
    }

    /// Draws how far an attachment is.
    pub(super) fn progress(&self, engine: &Engine, progress: &FileProgress) -> Result<(), Failure> {
        let FileProgress { id, kind, done, size } = *progress;
        let (rate, left) = self.pace(progress);
        let direction = if id.message.direction == Direction::Sent { "out" } else { "in" };
        let file = state(name(engine, id.contact), id, kind, size);
        self.output.event(Event::FileProgress { file, direction, done: done.into(), rate })?;
        if done == size {
            self.clear();
            return Ok(());
        }
        let percent = u64::from(done) * 100 / u64::from(size.max(1));
        let (size_text, rate_text) = (size_text(size.into()), size_text(rate));
        let left = left.map_or_else(|| "–".to_owned(), |left| self.output.locale().life(left));
        let kind = self.output.text(short_key(kind), &[]);
        let label = self.output.text(
            "file-progress",
            args![kind = &kind, percent = percent, size = &size_text, rate = &rate_text, left = &left],
        );
        self.bar.borrow_mut().draw(done.into(), size.into(), &label);
        Ok(())
    }

    /// Bytes a second since it began in this program, and seconds that are left at that.
    fn pace(&self, progress: &FileProgress) -> (u64, Option<u64>) {
        let mut begun = self.begun.borrow_mut();
        let (since, from) = *begun.entry(progress.id).or_insert_with(|| (Instant::now(), progress.done));
        let milliseconds = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = u64::from(progress.done.saturating_sub(from)).saturating_mul(1000) / milliseconds;
        (rate, u64::from(progress.size.saturating_sub(progress.done)).checked_div(rate))
    }

    /// Says that attachments are there to be opened, not what is in them.
    pub(super) fn announce(&self, engine: &Engine, contact: u64, id: MessageId) -> Result<(), Failure> {
        let Some(conversation) = engine.conversation(contact) else { return Ok(()) };
        let Some(view) = conversation.messages(engine.now()).find(|view| view.id == id) else { return Ok(()) };
        let (who, life) = (name(engine, contact), self.output.locale().life(view.remaining));
        self.output.answer(Style::Strong, "file-in", args![name = who, number = id.number, life = &life])?;
        for (item, it) in (0..).zip(view.items) {
            let file = state(who, FileId { contact, message: id, item }, it.kind, it.size);
            self.output.event(Event::FileOffered(file))?;
            self.output.answer(Style::Plain, "file-item", args![what = &self.what(it)])?;
        }
        self.output.say(Style::Dim, "file-in-open", args![name = who, number = id.number]);
        Ok(())
    }

    /// What an attachment is, without its name.
    pub(super) fn what(&self, item: &Item) -> String {
        let size = size_text(item.size.into());
        match item.kind {
            AttachmentKind::Voice => {
                let seconds = item.duration.div_ceil(1000);
                let length = format!("{}:{:02}", seconds / 60, seconds % 60);
                self.output.text("file-voice", args![length = &length, size = &size])
            }
            AttachmentKind::Photo => self.output.text("file-photo", args![size = &size]),
            AttachmentKind::File => self.output.text("file-file", args![size = &size]),
        }
    }

    /// The attachments of a message, each with its name, now that the message is shown.
    pub(super) fn list(&self, engine: &Engine, contact: u64, id: MessageId) -> Result<(), Failure> {
        let Some(conversation) = engine.conversation(contact) else { return Ok(()) };
        let Some(view) = conversation.messages(engine.now()).find(|view| view.id == id) else { return Ok(()) };
        for (item, it) in (0_u8..).zip(view.items) {
            let file = state(name(engine, contact), FileId { contact, message: id, item }, it.kind, it.size);
            let (progress, key) = match it.progress {
                Progress::Whole | Progress::Sent | Progress::Sending { .. } => ("whole", "file-listed"),
                Progress::Fetching => ("partly", "file-listed-partly"),
                Progress::Damaged => ("damaged", "file-listed-damaged"),
            };
            let called = it.name.as_str();
            self.output.event(Event::FileOpened { file, name: Some(called), progress })?;
            let what = self.what(it);
            let what = if called.is_empty() { what } else { format!("{what} · {called}") };
            self.output.answer(Style::Plain, key, args![item = item + 1, what = &what])?;
        }
        Ok(())
    }

    pub(super) fn fetched(&self, who: &str, id: MessageId) -> Result<(), Failure> {
        self.output.say(Style::Good, "file-fetched", args![name = who, number = id.number]);
        self.output.event(Event::FileFetched(State { contact: who, id: id.number }))
    }

    pub(super) fn damaged(&self, who: &str, id: MessageId, item: u8) -> Result<(), Failure> {
        let item = u64::from(item) + 1;
        self.output.warn("file-damaged", args![name = who, number = id.number, item = item]);
        self.output.event(Event::FileDamaged { state: State { contact: who, id: id.number }, item })
    }

    pub(super) fn trouble(&self, id: FileId, error: ErrorKind) {
        let key = if id.message.direction == Direction::Sent { "file-lost" } else { "file-disk" };
        self.output.warn(key, args![number = id.message.number, detail = &error.to_string()]);
    }

    /// Says where an attachment was saved.
    pub(super) fn saved(&self, engine: &Engine, id: FileId, path: &str) -> Result<(), Failure> {
        let item = engine.conversation(id.contact).and_then(|it| {
            let view = it.messages(engine.now()).find(|view| view.id == id.message)?;
            view.items.get(usize::from(id.item))
        });
        let (kind, size) = item.map_or((AttachmentKind::File, 0), |item| (item.kind, item.size));
        self.output.event(Event::FileSaved { file: state(name(engine, id.contact), id, kind, size), path })?;
        self.output.answer(Style::Good, "file-saved", args![path = path])
    }
}

fn state(contact: &str, id: FileId, kind: AttachmentKind, size: u32) -> FileState<'_> {
    let state = State { contact, id: id.message.number };
    FileState { state, item: u64::from(id.item) + 1, kind: kind_text(kind), bytes: size.into() }
}

/// What programs call it.
pub(super) const fn kind_text(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Voice => "voice",
        AttachmentKind::Photo => "photo",
        AttachmentKind::File => "file",
    }
}

const fn short_key(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Voice => "file-kind-voice",
        AttachmentKind::Photo => "file-kind-photo",
        AttachmentKind::File => "file-kind-file",
    }
}

/// So many bytes as people read them.
fn size_text(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..MEBI => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes / MEBI, bytes % MEBI * 10 / MEBI),
    }
}

const MEBI: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        let cases = [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (348_160, "340 KiB"), (1_258_292, "1.2 MiB")];
        for (bytes, text) in cases {
            assert_eq!(size_text(bytes), text);
        }
        assert_eq!(size_text(25 * MEBI), "25.0 MiB");
    }
}
