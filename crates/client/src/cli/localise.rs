//! Puts the locale's help texts on the command tree, by a convention of keys: `help` for the program, `help-COMMAND`,
//! `help-COMMAND-OPTION`, `help-global-OPTION`.

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};

use super::Cli;
use crate::locale::Locale;

/// The command tree, speaking the locale's language.
#[must_use]
pub fn command(locale: &Locale) -> Command {
    let command = describe(Cli::command(), "global", locale)
        .about(locale.text("help", &[]))
        .after_help(locale.text("help-more", &[]));
    command.mut_subcommands(|sub| subcommand(sub, "", locale))
}

/// A command, and those below it: `transfer`, `transfer new`.
fn subcommand(sub: Command, above: &str, locale: &Locale) -> Command {
    let name = format!("{above}{}", sub.get_name());
    let about = locale.text(&format!("help-{name}"), &[]);
    let below = format!("{name}-");
    describe(sub, &name, locale).about(about).mut_subcommands(|sub| subcommand(sub, &below, locale))
}

fn describe(command: Command, name: &str, locale: &Locale) -> Command {
    let usage = locale.text("help-heading-usage", &[]);
    let template = format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    let command = command
        .help_template(StyledStr::from(template))
        .subcommand_help_heading(locale.text("help-heading-commands", &[]))
        .subcommand_value_name(locale.text("help-value-command", &[]))
        .disable_help_subcommand(true);
    command.mut_args(|arg| {
        let key = key(name, arg.get_id().as_str());
        let takes_value = arg.get_action().takes_values();
        let heading = locale.text(heading(name, &arg), &[]);
        let arg = arg.help(locale.text(&key, &[])).help_heading(heading);
        if takes_value { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
    })
}

/// The key of an argument's help text.
fn key(command: &str, id: &str) -> String {
    format!("help-{command}-{}", id.replace('_', "-"))
}

fn heading(command: &str, arg: &Arg) -> &'static str {
    match (command, arg.is_positional()) {
        ("global", _) => "help-heading-global",
        (_, true) => "help-heading-arguments",
        (_, false) => "help-heading-options",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    /// The keys that the tree asks for.
    fn keys() -> Vec<String> {
        let tree = Cli::command();
        let of = |command: &Command, name: &str| -> Vec<String> {
            command.get_arguments().map(|arg| key(name, arg.get_id().as_str())).collect()
        };
        let mut keys = of(&tree, "global");
        let mut below: Vec<(String, &Command)> =
            tree.get_subcommands().map(|sub| (sub.get_name().to_owned(), sub)).collect();
        while let Some((name, command)) = below.pop() {
            keys.push(format!("help-{name}"));
            keys.extend(of(command, &name));
            below.extend(command.get_subcommands().map(|sub| (format!("{name}-{}", sub.get_name()), sub)));
        }
        keys
    }

    #[test]
    fn the_tree_is_sound() {
        for lang in Lang::ALL {
            command(&Locale::new(lang)).debug_assert();
        }
    }

    #[test]
    fn every_command_and_option_has_a_text_in_every_language() {
        let keys = keys();
        assert!(keys.len() > 100, "{keys:?}");
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for key in &keys {
                assert!(locale.has(key), "{lang:?}: {key}");
            }
        }
    }

    #[test]
    fn help_speaks_korean() {
        let mut tree = command(&Locale::new(Lang::Ko));
        let help = tree.render_long_help().to_string();
        assert!(help.contains("사용법") && help.contains("invite"), "{help}");
        assert!(!help.contains("Usage") && !help.contains("Print help"), "{help}");
        let join = tree.find_subcommand_mut("join").unwrap().render_help().to_string();
        assert!(join.contains("--code-stdin") && !join.contains("Options:"), "{join}");
        let transfer = tree.find_subcommand_mut("transfer").unwrap().render_help().to_string();
        assert!(transfer.contains("funds-received") && !transfer.contains("Commands"), "{transfer}");
    }
}
