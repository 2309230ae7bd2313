//! What is wrong with a command line, in the reader's language. A secret that was typed where everybody on the
//! computer can read it is not repeated.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::duration;
use crate::args;
use crate::failure::{Failure, Kind};
use crate::locale::Locale;

/// The failure that `error` is. `command` is the subcommand, if one was recognised.
#[must_use]
pub fn failure(error: &clap::Error, command: Option<&str>, locale: &Locale) -> Failure {
    let arg = first(error, ContextKind::InvalidArg);
    let value = first(error, ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument if !arg.starts_with('-') => surplus(&arg, command, locale),
        ErrorKind::UnknownArgument => unknown(&arg, &first(error, ContextKind::SuggestedArg), "usage-unknown", locale),
        ErrorKind::InvalidSubcommand => {
            let typed = first(error, ContextKind::InvalidSubcommand);
            unknown(&typed, &first(error, ContextKind::SuggestedSubcommand), "usage-command", locale)
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            locale.text("usage-no-command", &[])
        }
        ErrorKind::MissingRequiredArgument => locale.text("usage-missing", args![arg = &arg]),
        ErrorKind::ArgumentConflict => {
            let other = first(error, ContextKind::PriorArg);
            locale.text("usage-conflict", args![arg = &arg, other = &other])
        }
        ErrorKind::InvalidValue if value.is_empty() => locale.text("usage-no-value", args![arg = &arg]),
        ErrorKind::InvalidValue => {
            let valid = all(error, ContextKind::ValidValue).join(", ");
            locale.text("usage-choice", args![arg = &arg, value = &value, valid = &valid])
        }
        ErrorKind::ValueValidation => refused(error, &arg, &value, locale),
        ErrorKind::TooManyValues => locale.text("usage-flag", args![arg = &arg]),
        ErrorKind::InvalidUtf8 => locale.text("usage-utf8", &[]),
        _ => locale.text("usage-other", &[]),
    };
    Failure::new(Kind::Usage).text("what", what)
}

/// A word that no option takes: often a secret.
fn surplus(arg: &str, command: Option<&str>, locale: &Locale) -> String {
    match command {
        Some("join") => locale.text("usage-code-typed", &[]),
        Some("send" | "chat" | "receipt") => locale.text("usage-text-typed", &[]),
        Some("answer") => locale.text("usage-answer-typed", &[]),
        Some("transfer") => locale.text("usage-claim-typed", &[]),
        _ => locale.text("usage-surplus", args![arg = arg]),
    }
}

fn unknown(typed: &str, meant: &str, key: &str, locale: &Locale) -> String {
    if meant.is_empty() {
        locale.text(key, args![arg = typed])
    } else {
        locale.text(&format!("{key}-meant"), args![arg = typed, meant = meant])
    }
}

fn refused(error: &clap::Error, arg: &str, value: &str, locale: &Locale) -> String {
    use std::error::Error;
    match error.source().and_then(|source| source.downcast_ref()) {
        Some(duration::Error::Form) => locale.text("usage-duration", args![arg = arg, value = value]),
        Some(duration::Error::Bounds(bounds)) => {
            let (least, most) = (duration::text(bounds.least), duration::text(bounds.most));
            locale.text("usage-bounds", args![arg = arg, value = value, least = &least, most = &most])
        }
        None => locale.text("usage-value", args![arg = arg, value = value]),
    }
}

fn first(error: &clap::Error, kind: ContextKind) -> String {
    all(error, kind).into_iter().next().unwrap_or_default()
}

fn all(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
