//! The `nightjar` client. One direction: the command line (`cli`) chooses a command (`commands`), which speaks through
//! `output` and asks through `terminal`; what it keeps is in the `vault`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod blobs;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod connection;
pub mod engine;
pub mod event;
pub mod failure;
pub mod harden;
pub mod locale;
pub mod media;
pub mod output;
pub mod prompt;
pub mod random;
pub mod terminal;
pub mod vault;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{FromArgMatches, ValueEnum};

use cli::Cli;
use commands::Context;
use config::{Config, Folders};
use failure::Failure;
use locale::{Lang, Locale};
use output::{Output, Settings};
use terminal::{Colour, When};

/// Runs the program on this process's arguments, environment and streams.
#[must_use]
pub fn run() -> ExitCode {
    let dumps = harden::forbid_core_dumps();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let hints = Hints::scan(&arguments);
    let output = hints.output();
    if let Err(gap) = dumps {
        output.detail(gap.key(), &[]);
    }
    let cli = match parse(&arguments, &output) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let settings = Settings {
        json: cli.global.json,
        reveal: cli.global.reveal,
        quiet: cli.global.quiet,
        verbose: cli.global.verbose,
    };
    let output = Output::standard(Locale::new(hints.lang), settings, hints.colour());
    let done = Context::new(cli.global, &cli.command, &output).and_then(|context| commands::run(&context, cli.command));
    match done {
        Ok(code) => code,
        Err(failure) => {
            output.fail(&failure);
            failure.exit()
        }
    }
}

fn parse(arguments: &[OsString], output: &Output) -> Result<Cli, ExitCode> {
    let tree = cli::localise::command(output.locale());
    let typed = arguments.iter().skip(1).filter_map(|typed| typed.to_str());
    let command = typed.filter_map(|typed| tree.find_subcommand(typed)).map(|sub| sub.get_name().to_owned()).next();
    let matches = tree.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let failure = match matches {
        Ok(cli) => return Ok(cli),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            match output.document(error.render().to_string().trim_end()) {
                Ok(()) => return Err(ExitCode::SUCCESS),
                Err(failure) => failure,
            }
        }
        Err(error) => cli::usage::failure(&error, command.as_deref(), output.locale()),
    };
    output.fail(&failure);
    Err(failure.exit())
}

/// What must be known before the command line is understood: in which language and form to say that it is not.
#[derive(Default)]
struct Hints {
    lang: Lang,
    json: bool,
    when: When,
}

impl Hints {
    fn scan(arguments: &[OsString]) -> Self {
        let typed: Vec<_> =
            arguments.iter().skip(1).map_while(|typed| typed.to_str()).take_while(|typed| *typed != "--").collect();
        let value = |name: &str| {
            let inline = typed.iter().find_map(|typed| typed.strip_prefix(name)?.strip_prefix('='));
            let after = typed.iter().position(|typed| *typed == name).and_then(|at| typed.get(at + 1).copied());
            inline.or(after)
        };
        let lang = value("--lang").and_then(|lang| Lang::from_str(lang, true).ok());
        Self {
            lang: lang.or_else(|| configured_lang(value("--home"))).unwrap_or_else(|| Lang::from_env(variable)),
            json: typed.contains(&"--json"),
            when: value("--color").and_then(|when| When::from_str(when, true).ok()).unwrap_or_default(),
        }
    }

    fn output(&self) -> Output {
        let settings = Settings { json: self.json, ..Settings::default() };
        Output::standard(Locale::new(self.lang), settings, self.colour())
    }

    fn colour(&self) -> Colour {
        Colour::decide(self.when, variable("NO_COLOR").as_deref())
    }
}

/// The language of the configuration file; a fault in the file is reported later, when the file is needed.
fn configured_lang(home: Option<&str>) -> Option<Lang> {
    let folders = Folders::find(home.map(Path::new), variable("NIGHTJAR_HOME").as_deref()).ok()?;
    Config::load(&folders.config).ok()?.lang
}

/// A variable of the environment. No secret is ever read from there.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}
