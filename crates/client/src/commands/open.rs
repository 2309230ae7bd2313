//! `open`: shows a message that has attachments, draws its photos, saves what is to be saved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nightjar_protocol::conversation::{Direction, Item, MessageId, MessageState, Progress};
use nightjar_protocol::limits::ATTACHMENT_MAX;
use nightjar_protocol::message::AttachmentKind;
use zeroize::Zeroizing;

use super::online::{Online, block_on};
use super::{Context, contact, save};
use crate::cli::Open;
use crate::engine::{Engine, FileId, Notice};
use crate::failure::{Failure, Kind};
use crate::media::photo::{self, Cells};
use crate::output::Output;
use crate::terminal::{Style, depth::Depth, room};
use crate::{args, variable};

pub(super) fn run(context: &Context<'_>, options: &Open) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    block_on(async {
        if let Some(relay) = online.engine.state().contacts.get(&contact).map(|it| it.relay.clone()) {
            online.engine.connect(&relay);
        }
        online.hear_time().await?;
        let message = find(&mut online, contact, options).await?;
        let wanted = chosen(&online.engine, contact, message, options)?;
        fetch(&mut online, &wanted).await?;
        let targets = options.save.as_deref();
        let targets = targets.map(|path| targets_of(&mut online.engine, path, &wanted)).transpose()?;
        let caption = online.engine.show_message(contact, message).ok_or_else(|| unknown(options))?;
        // What is shown is written down as shown first.
        online.engine.turn()?;
        online.presenter.received(&online.engine, contact, message, &caption)?;
        online.presenter.files.list(&online.engine, contact, message)?;
        match targets {
            Some(targets) => {
                for (id, path) in targets {
                    save::save(&mut online.engine, id, &path)?;
                    online.presenter.files.saved(&online.engine, id, &path.display().to_string())?;
                }
            }
            None => draw(&mut online, &wanted, options)?,
        }
        online.settle(SETTLE).await
    })
}

fn unknown(options: &Open) -> Failure {
    Failure::new(Kind::FileUnknown).text("name", &options.contact)
}

/// The message that is meant, which may still wait at the relay.
async fn find(online: &mut Online<'_>, contact: u64, options: &Open) -> Result<MessageId, Failure> {
    let is_new = |engine: &Engine| match choose(engine, contact, options) {
        Ok(found) => options.number.is_some() || is_unseen(engine, contact, found),
        Err(_) => false,
    };
    let over = |engine: &mut Engine, _: Option<&Notice>| {
        Ok((is_new(engine) || engine.is_drained() || engine.down().is_some()).then_some(()))
    };
    online.until(Some(DRAIN), false, over).await?;
    choose(&online.engine, contact, options)
}

fn is_unseen(engine: &Engine, contact: u64, message: MessageId) -> bool {
    let mut messages = engine.conversation(contact).into_iter().flat_map(|it| it.messages(engine.now()));
    messages.any(|view| view.id == message && view.state == MessageState::Unseen)
}

/// The message of this number; without one the oldest that was not opened, or else the youngest.
fn choose(engine: &Engine, contact: u64, options: &Open) -> Result<MessageId, Failure> {
    let messages = engine.conversation(contact).into_iter().flat_map(|it| it.messages(engine.now()));
    let with_files = messages.filter(|view| view.id.direction == Direction::Received && !view.items.is_empty());
    let all: Vec<_> = with_files.map(|view| (view.id, view.state)).collect();
    let found = match options.number {
        Some(number) => all.iter().find(|(id, _)| id.number == number),
        None => all.iter().find(|(_, state)| *state == MessageState::Unseen).or(all.last()),
    };
    found.map(|(id, _)| *id).ok_or_else(|| unknown(options))
}

/// The attachments that are meant.
fn chosen(engine: &Engine, contact: u64, message: MessageId, options: &Open) -> Result<Vec<FileId>, Failure> {
    let count = items(engine, contact, message).map_or(0, <[Item]>::len);
    let all = (0..).take(count).map(|item| FileId { contact, message, item });
    let meant = |id: &FileId| options.item.is_none_or(|item| id.item == item - 1);
    let chosen: Vec<FileId> = all.filter(meant).collect();
    if chosen.is_empty() { Err(unknown(options)) } else { Ok(chosen) }
}

fn items(engine: &Engine, contact: u64, message: MessageId) -> Option<&[Item]> {
    let view = engine.conversation(contact)?.messages(engine.now()).find(|view| view.id == message)?;
    Some(view.items)
}

fn item(engine: &Engine, id: FileId) -> Option<&Item> {
    items(engine, id.contact, id.message)?.get(usize::from(id.item))
}

/// Waits until the attachments are here, if they are on their way.
async fn fetch(online: &mut Online<'_>, wanted: &[FileId]) -> Result<(), Failure> {
    let coming = |engine: &Engine| {
        wanted.iter().any(|id| item(engine, *id).is_some_and(|item| item.progress == Progress::Fetching))
    };
    if !coming(&online.engine) {
        return Ok(());
    }
    online.engine.transfer_files(true, true);
    online.carry(|engine| !coming(engine) || (engine.is_drained() && !engine.is_fetching())).await?;
    if coming(&online.engine) { Err(Kind::FileIncomplete.into()) } else { Ok(()) }
}

/// Where each attachment is to be saved: at the path, or in the folder that it is, under a name of this program's choice.
fn targets_of(engine: &mut Engine, path: &Path, wanted: &[FileId]) -> Result<Vec<(FileId, PathBuf)>, Failure> {
    if path.is_dir() {
        return wanted.iter().map(|id| Ok((*id, path.join(proposed(engine, *id)?)))).collect();
    }
    match wanted {
        [one] => Ok(vec![(*one, path.to_owned())]),
        _ => Err(Failure::new(Kind::SaveFolder).text("path", path.display())),
    }
}

/// A name that says what it is, and nothing that its sender chose.
fn proposed(engine: &mut Engine, id: FileId) -> Result<String, Failure> {
    let kind = item(engine, id).map_or(AttachmentKind::File, |item| item.kind);
    let (what, extension) = match kind {
        AttachmentKind::Voice => ("voice", "ogg"),
        AttachmentKind::Photo if begins(engine, id)?.starts_with(b"\x89PNG") => ("photo", "png"),
        AttachmentKind::Photo => ("photo", "jpg"),
        AttachmentKind::File => ("file", "bin"),
    };
    Ok(format!("{what}-{}-{}.{extension}", id.message.number, id.item + 1))
}

/// The first bytes of an attachment.
fn begins(engine: &mut Engine, id: FileId) -> Result<Vec<u8>, Failure> {
    let mut first = Vec::new();
    engine.read_file(id, |share| {
        if first.is_empty() {
            first.extend(share.iter().take(8));
        }
        Ok(())
    })?;
    Ok(first)
}

/// Draws the photos, where that can be, and says how to have the rest.
fn draw(online: &mut Online<'_>, wanted: &[FileId], options: &Open) -> Result<(), Failure> {
    let output = online.context.output;
    let depth = if options.no_picture { None } else { depth(online.context) };
    let mut rest = false;
    for id in wanted {
        let Some(item) = item(&online.engine, *id).filter(|item| item.progress == Progress::Whole) else { continue };
        match (item.kind, depth) {
            (AttachmentKind::Photo, Some(depth)) => picture(&mut online.engine, output, *id, depth)?,
            _ => rest = true,
        }
    }
    if rest {
        output.say(Style::Dim, "file-save-hint", args![name = &options.contact]);
    }
    Ok(())
}

/// How many colours there are to draw with, if any: on a terminal, unless colours are unwanted.
fn depth(context: &Context<'_>) -> Option<Depth> {
    let is_wanted = !context.global.json && context.output.has_colour();
    Depth::from_env(variable).filter(|_| is_wanted)
}

fn picture(engine: &mut Engine, output: &Output, id: FileId, depth: Depth) -> Result<(), Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(ATTACHMENT_MAX as usize));
    engine.read_file(id, |share| {
        bytes.extend_from_slice(share);
        Ok(())
    })?;
    let (columns, rows) = room().unwrap_or((80, 24));
    match photo::paint(&bytes, Cells { columns, rows: rows.saturating_sub(2) }, depth) {
        Ok(lines) => lines.iter().try_for_each(|line| output.result(line)),
        Err(error) => {
            output.fail(&error.into());
            Ok(())
        }
    }
}

const DRAIN: Duration = Duration::from_secs(10);
const SETTLE: Duration = Duration::from_secs(6);
