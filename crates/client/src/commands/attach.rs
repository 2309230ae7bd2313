//! `send` with attachments: files are read, made fit, sealed and brought to the relay; and the wait for those on their way.

use std::fs::{File, Metadata};
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nightjar_protocol::conversation::{Audience, MessageId, Standing};
use nightjar_protocol::limits::{ATTACHMENT_MAX, ATTACHMENTS_MAX, CAPTION_MAX};
use nightjar_protocol::message::{Attachment, AttachmentKind};
use zeroize::Zeroizing;

use super::chat::{Timers, queued};
use super::online::{Online, Wait, block_on};
use super::send::{accepted, delivered};
use super::{Context, contact};
use crate::args;
use crate::cli::Send;
use crate::engine::{Engine, NewFile, Notice};
use crate::failure::{Failure, Kind};
use crate::media::name::FileName;
use crate::media::{self, photo, voice};
use crate::terminal::Style;

/// Files to be attached, by what they are.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    pub(super) voice: &'a [PathBuf],
    pub(super) photo: &'a [PathBuf],
    pub(super) file: &'a [PathBuf],
    /// Whether photos keep their size.
    pub(super) full_size: bool,
}

impl Files<'_> {
    /// Whether there are no more than `most`.
    ///
    /// # Errors
    /// [`Kind::FilesTooMany`].
    pub(super) fn check(&self, most: usize) -> Result<(), Failure> {
        let count = self.photo.len() + self.voice.len() + self.file.len();
        if count > most { Err(Failure::new(Kind::FilesTooMany).number("most", most as u64)) } else { Ok(()) }
    }
}

/// Sends the files that the options name, as one message.
pub(super) fn run(context: &Context<'_>, options: &Send) -> Result<(), Failure> {
    let files =
        Files { voice: &options.voice, photo: &options.photo, file: &options.file, full_size: options.full_size };
    files.check(ATTACHMENTS_MAX)?;
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    let caption = caption(context)?;
    let Timers { lifetime, after_read } = Timers::choose(context, options.expires, options.after_read);
    let audience = if options.for_coercer { Audience::Coercer } else { Audience::Contact };
    let standing = online.engine.conversation(contact).map(|it| it.standing());
    if standing == Some(Standing::Duress) && audience != Audience::Coercer {
        return Err(Failure::new(Kind::ContactDuress).text("name", &options.contact));
    }
    block_on(async {
        if let Some(relay) = online.engine.state().contacts.get(&contact).map(|it| it.relay.clone()) {
            online.engine.connect(&relay);
        }
        let items = seal(&mut online, contact, &files)?;
        online.hear_time().await?;
        let id = online.engine.send_files(contact, &caption, items, (lifetime, after_read), audience)?;
        drop(caption);
        online.engine.turn()?;
        queued(&online, contact, id)?;
        accepted(&mut online, contact, id).await?;
        uploaded(&mut online, contact, id).await?;
        let life = context.output.locale().life(lifetime.into());
        context.output.answer(Style::Good, "send-accepted", args![life = &life])?;
        if options.wait {
            delivered(&mut online, contact, id, options.timeout).await?;
        }
        online.settle(SETTLE).await
    })
}

/// Waits until the relay has all of the attachments. What it does not take stays here and is sent the next time.
pub(super) async fn uploaded(online: &mut Online<'_>, contact: u64, id: MessageId) -> Result<(), Failure> {
    let failure = match online.carry(|engine| engine.is_uploaded(contact, id)).await {
        Ok(true) => return Ok(()),
        Ok(false) => {
            let relay = online.engine.state().contacts.get(&contact).map(|it| &it.relay);
            let place = relay.map(|relay| format!("{}:{}", relay.host(), relay.port())).unwrap_or_default();
            Failure::new(Kind::RelayFull).text("relay", place)
        }
        Err(failure) => failure,
    };
    online.presenter.files.clear();
    online.context.output.warn("file-rest-out", &[]);
    Err(failure)
}

/// Reads, prepares and seals one file after the other, so that no more than one is in memory.
pub(super) fn seal(online: &mut Online<'_>, contact: u64, files: &Files<'_>) -> Result<Vec<Attachment>, Failure> {
    let _spinner = online.context.spinner("file-preparing");
    let of = |kind, paths: &'_ [PathBuf]| paths.iter().map(|path| (kind, path.clone())).collect::<Vec<_>>();
    let voices = of(AttachmentKind::Voice, files.voice);
    let photos = of(AttachmentKind::Photo, files.photo);
    let others = of(AttachmentKind::File, files.file);
    let all = voices.into_iter().chain(photos).chain(others);
    all.map(|(kind, path)| seal_one(&mut online.engine, contact, kind, &path, files.full_size)).collect()
}

fn seal_one(
    engine: &mut Engine,
    contact: u64,
    kind: AttachmentKind,
    path: &Path,
    full_size: bool,
) -> Result<Attachment, Failure> {
    let bytes = read(path)?;
    // A camera's numbering says who took how many pictures since when: photos and voice notes go without a name.
    let (bytes, name, duration) = match kind {
        AttachmentKind::Voice => {
            let voice = voice::prepare(&bytes)?;
            (voice.bytes, None, u32::try_from(voice.duration_ms).map_err(|_| media::Error::VoiceTooLong)?.max(1))
        }
        AttachmentKind::Photo => {
            let options = photo::Options { full_size, patience: photo::PATIENCE };
            (photo::prepare(&bytes, &options)?.bytes, None, 0)
        }
        AttachmentKind::File => (bytes, Some(FileName::of_path(path)?), 0),
    };
    let name = name.as_ref().map_or("", FileName::as_str);
    engine.seal_file(contact, &NewFile { kind, name, duration, bytes: &bytes })
}

/// All of a file, which must not change meanwhile.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let shown = path.display().to_string();
    let unreadable =
        |detail: std::io::Error| Failure::new(Kind::FileUnreadable).text("name", &shown).text("detail", detail);
    // Before it is opened: who opens a pipe waits for its other end.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(std::io::ErrorKind::InvalidInput.into()));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let before = file.metadata().map_err(unreadable)?;
    if before.len() > u64::from(ATTACHMENT_MAX) {
        return Err(media::Error::FileTooLarge.into());
    }
    if before.len() == 0 {
        return Err(Failure::new(Kind::FileEmpty).text("name", &shown));
    }
    let length = usize::try_from(before.len()).map_err(Failure::internal)?;
    // One byte more than there should be, so that a file that grew is told from one that did not.
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
    (&mut file).take(before.len() + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let after = file.metadata().map_err(unreadable)?;
    if bytes.len() != length || !is_same(&before, &after) {
        return Err(Failure::new(Kind::FileChanged).text("name", &shown));
    }
    Ok(bytes)
}

fn is_same(before: &Metadata, after: &Metadata) -> bool {
    before.len() == after.len() && before.modified().ok() == after.modified().ok()
}

/// What is written to the attachments: a line at the terminal, or all of standard input. It may be empty.
fn caption(context: &Context<'_>) -> Result<Zeroizing<String>, Failure> {
    let mut stdin = std::io::stdin();
    let caption = if !stdin.is_terminal() {
        let mut text = Zeroizing::new(String::with_capacity(CAPTION_MAX + 2));
        let most = CAPTION_MAX as u64 + 2;
        (&mut stdin).take(most).read_to_string(&mut text).map_err(|_| Failure::from(Kind::MessageEncoding))?;
        if text.ends_with('\n') {
            text.pop();
        }
        text
    } else if context.global.no_input {
        Zeroizing::default()
    } else {
        context.prompt().line("send-caption", &[])?
    };
    if caption.len() > CAPTION_MAX {
        let (length, most) = (caption.len() as u64, CAPTION_MAX as u64);
        return Err(Failure::new(Kind::MessageLong).number("length", length).number("most", most));
    }
    Ok(caption)
}

impl Online<'_> {
    /// Lets attachments go on their way until `done`, for as long as they do: whether it came to that.
    ///
    /// # Errors
    /// The failure that a relay's absence is, [`Kind::Interrupted`], failures of the vault.
    pub(super) async fn carry(&mut self, done: impl Fn(&Engine) -> bool) -> Result<bool, Failure> {
        loop {
            let mut moved = false;
            let over = |engine: &mut Engine, notice: Option<&Notice>| {
                moved |= matches!(notice, Some(Notice::FileProgress(_)));
                Ok((notice.is_none() && done(engine)).then_some(()))
            };
            match self.until(Some(STILL), true, over).await? {
                Wait::Over(()) => return Ok(true),
                Wait::TimedOut if moved => {}
                Wait::TimedOut => return Ok(false),
            }
        }
    }
}

/// Nothing moves any more after this long.
const STILL: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(5);
