//! The command line: what was asked for goes to stdout, everything else to stderr. Exit 0 OK, 1 internal, 2 usage or
//! configuration.

mod log;
mod serve;
mod signals;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::config::Config;
use serve::{Serve, serve};

#[derive(Parser)]
#[command(
    name = "nightjar-relay",
    version,
    about = "A relay keeps equal, opaque cells until they are fetched or expire"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or ctrl-c; the first line of stdout is the relay's address
    Serve(Serve),
    /// Print a configuration with every key, its default and what it means
    GenConfig,
    /// Say whether a configuration is valid
    CheckConfig {
        /// The file
        file: PathBuf,
    },
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
        Command::GenConfig => Ok(write!(io::stdout(), "{}", Config::template()).context("cannot write to stdout")?),
        Command::CheckConfig { file } => read(&file).map(drop),
    }
}

fn read(file: &Path) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let parsed = text.and_then(|text| Config::parse(&text).with_context(|| file.display().to_string()));
    parsed.map_err(usage)
}

const INTERNAL: u8 = 1;
const USAGE: u8 = 2;
