//! `completions`: a script for the shell, in the reader's language.

use super::Context;
use crate::cli::{Completions, localise};
use crate::failure::Failure;

pub(super) fn run(context: &Context<'_>, options: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut localise::command(context.output.locale()), "nightjar", &mut script);
    context.output.document(String::from_utf8_lossy(&script).trim_end())
}
