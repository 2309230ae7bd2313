//! The command line: what was asked for goes to stdout, everything else to stderr. Exit 0 OK, 1 internal, 2 usage or
//! configuration.

mod access;
mod doctor;
mod healthcheck;
mod log;
mod notify;
mod run;
mod serve;
mod signals;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::config::{Config, Effective, Layers};
use doctor::doctor;
use healthcheck::healthcheck;
use serve::{Serve, serve};

#[derive(Parser)]
#[command(
    name = "nightjar-relay",
    version,
    about = "A relay keeps equal, opaque cells until they are fetched or expire",
    after_help = AFTER
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or ctrl-c; the first line of stdout is the relay's address
    Serve(Serve),
    /// Look at everything that a relay needs, and say what to do about what is not well; exit 1 if it could not serve
    Doctor {
        /// The relay's file
        #[arg(long, value_name = "FILE", default_value = FILE)]
        config: PathBuf,
        #[command(flatten)]
        set: Set,
    },
    /// Ask the relay on this machine whether all is well; exit 0 if it is, 1 if not. It needs metrics.listen
    Healthcheck {
        /// The relay's file
        #[arg(long, value_name = "FILE", default_value = FILE)]
        config: PathBuf,
        #[command(flatten)]
        set: Set,
    },
    /// Print a configuration with every key, its default and what it means
    GenConfig,
    /// Print a new access key, a line for the access key file of a private relay
    GenAccessKey,
    /// Print the addresses to hand out, with the access keys if the relay is private
    Address {
        /// The relay's file
        #[arg(long, value_name = "FILE", default_value = FILE)]
        config: PathBuf,
        #[command(flatten)]
        set: Set,
    },
    /// Print the manual's page
    Man,
    /// Print a script that completes commands in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Say whether a configuration is valid
    CheckConfig {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        set: Set,
        /// Print all settings, each with where it is from
        #[arg(long)]
        print: bool,
    },
}

/// Settings on the command line.
#[derive(Args)]
struct Set {
    /// Set this key, whatever the environment and the file say; quotas.window=32 for instance
    #[arg(long, value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

impl Set {
    /// What a file says, and the environment, and the command line.
    fn layers(&self, file: &Path) -> Layers {
        Layers {
            file: Some(file.to_owned()),
            environment: std::env::vars_os().collect(),
            options: self.set.clone(),
            ..Layers::default()
        }
    }
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("KEY=VALUE is missing its =")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// Runs the program with these arguments, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE));
        }
    };
    match command(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, error }) => {
            let _ = writeln!(io::stderr(), "nightjar-relay: {error:#}");
            ExitCode::from(exit)
        }
    }
}

struct Failure {
    exit: u8,
    error: anyhow::Error,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { exit: INTERNAL, error }
    }
}

/// Marks a failure as one of usage or configuration.
fn usage(error: anyhow::Error) -> Failure {
    Failure { exit: USAGE, error }
}

fn command(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(options) => serve(&options),
        Command::Doctor { config, set } => doctor(&set.layers(&config)),
        Command::Healthcheck { config, set } => healthcheck(&set.layers(&config)),
        Command::GenConfig => print(Config::template().as_bytes()),
        Command::GenAccessKey => access::generate(),
        Command::Address { config, set } => access::address(&read(&set.layers(&config))?.config),
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).context("cannot write the page")?;
            print(&page)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "nightjar-relay", &mut script);
            print(&script)
        }
        Command::CheckConfig { file, set, print } => {
            let effective = read(&set.layers(&file))?;
            if print { self::print(effective.to_toml().as_bytes()) } else { Ok(()) }
        }
    }
}

fn print(document: &[u8]) -> Result<(), Failure> {
    Ok(io::stdout().write_all(document).context("cannot write to stdout")?)
}

fn read(layers: &Layers) -> Result<Effective, Failure> {
    layers.read().map_err(|error| usage(error.into()))
}

const AFTER: &str = "\
Settings come from a file, the environment (NIGHTJAR_RELAY_QUOTAS__BYTES is quotas.bytes) and options (--set quotas.bytes=…); \
options win over the environment, the environment over the file.

SIGTERM and SIGINT let connections end, a second one cuts them off; SIGHUP reads the settings again.

Exit status: 0 all is well, 1 something failed, 2 the command line or the settings are wrong.";
/// Where a packaged relay has its settings.
const FILE: &str = "/etc/nightjar-relay/relay.toml";
const INTERNAL: u8 = 1;
const USAGE: u8 = 2;
