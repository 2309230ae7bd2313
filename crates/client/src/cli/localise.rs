//! Puts the locale's help texts on the command tree, by a convention of keys: `help` for the program, `help-COMMAND`,
//! `help-COMMAND-OPTION`, `help-global-OPTION`.

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};

use super::Cli;
use crate::locale::Locale;

/// The command tree, speaking the locale's language.
#[must_use]
pub fn command(locale: &Locale) -> Command {
    let text = |key: &str| locale.text(key, &[]);
    let command = describe(Cli::command(), "global", locale)
        .about(text("help"))
        .after_help(text("help-more"))
        .subcommand_help_heading(text("help-heading-commands"))
        .subcommand_value_name(text("help-value-command"));
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        let about = text(&format!("help-{name}"));
        describe(sub, &name, locale).about(about)
    })
}

fn describe(command: Command, name: &str, locale: &Locale) -> Command {
    let usage = locale.text("help-heading-usage", &[]);
    let template = format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    command.help_template(StyledStr::from(template)).mut_args(|arg| {
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
        for sub in tree.get_subcommands() {
            keys.push(format!("help-{}", sub.get_name()));
            keys.extend(of(sub, sub.get_name()));
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
        assert!(keys.len() > 40, "{keys:?}");
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
    }
}
