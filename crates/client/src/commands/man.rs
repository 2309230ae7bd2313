//! `man`: the manual, as one page or as a page a command.

use std::fs;
use std::path::Path;

use clap::Command;
use clap_mangen::Man as Page;

use super::Context;
use crate::cli::{Man, localise};
use crate::failure::Failure;

pub(super) fn run(context: &Context<'_>, options: &Man) -> Result<(), Failure> {
    let tree = localise::command(context.output.locale());
    match &options.out {
        None => context.output.document(page(tree)?.trim_end()),
        Some(folder) => write_all(tree, folder),
    }
}

/// `nightjar.1`, `nightjar-invite.1`, `nightjar-transfer-new.1` and so on.
fn write_all(mut tree: Command, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    tree.build();
    let name = tree.get_name().to_owned();
    write_below(&tree, &name, folder)?;
    fs::write(folder.join(format!("{name}.1")), page(tree)?)?;
    Ok(())
}

fn write_below(command: &Command, name: &str, folder: &Path) -> Result<(), Failure> {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let full = format!("{name}-{}", sub.get_name());
        write_below(sub, &full, folder)?;
        fs::write(folder.join(format!("{full}.1")), page(sub.clone().name(full))?)?;
    }
    Ok(())
}

fn page(command: Command) -> Result<String, Failure> {
    let mut out = Vec::new();
    Page::new(command).render(&mut out)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}
