//! `wipe`: destroys the vault and the configuration, and says what it cannot promise.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::Context;
use crate::args;
use crate::blobs;
use crate::cli::Wipe;
use crate::event::Event;
use crate::failure::{Failure, Kind};
use crate::terminal::Style;
use crate::vault::{self, Vault};

pub(super) fn run(context: &Context<'_>, options: &Wipe) -> Result<(), Failure> {
    let (home, config) = (&context.folders.home, &context.folders.config);
    let shown = home.display().to_string();
    if !is_there(home, config) {
        return Err(Kind::VaultMissing.into());
    }
    if !options.yes {
        context.output.warn("wipe-warning", args![path = &shown]);
        if !context.prompt().confirm("wipe-confirm", &[])? {
            return Err(Kind::Declined.into());
        }
    }
    let mut files = match Vault::destroy(home) {
        Err(vault::Error::Missing) => 0,
        destroyed => destroyed?,
    };
    // The vault went first: without it nothing opens them.
    files += blobs::destroy(home).map_err(|error| Failure::new(Kind::VaultIo).text("detail", error))?;
    files += remove(config)?;
    // Only if nothing else is in them; neither failing is worth a word.
    let _ = fs::remove_dir(home);
    let _ = config.parent().map(fs::remove_dir);
    context.output.event(Event::VaultWiped { files })?;
    context.output.answer(Style::Good, "wipe-done", args![path = &shown])?;
    context.say("wipe-best-effort");
    Ok(())
}

fn is_there(home: &Path, config: &Path) -> bool {
    vault::exists(home) || blobs::exist(home) || config.exists()
}

fn remove(path: &Path) -> Result<u64, Failure> {
    match fs::remove_file(path) {
        Ok(()) => Ok(1),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(Failure::new(Kind::VaultIo).text("detail", error)),
    }
}
