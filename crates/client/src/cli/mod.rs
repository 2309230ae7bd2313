//! The command line: every command and option. Help texts are messages of the locale (`help-COMMAND-OPTION`); the
//! tree here has none of its own.

#[macro_use]
mod arguments;
pub mod affairs;
pub mod duration;
pub mod localise;
pub mod usage;

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand};
use clap_complete::Shell;

use crate::locale::Lang;
use crate::terminal::When;

/// The whole command line.
#[derive(Parser)]
#[command(name = "nightjar", version, disable_help_flag = true, disable_version_flag = true)]
#[command(disable_help_subcommand = true, subcommand_required = true)]
pub struct Cli {
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation would become a help text")]
    pub global: Global,
    #[command(subcommand)]
    #[expect(missing_docs, reason = "documentation would become a help text")]
    pub command: Command,
}

arguments!(Global {
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    #[arg(long, global = true)]
    pub ephemeral: bool,
    #[arg(long, global = true, value_name = "HOST:PORT#KEY")]
    pub relay: Option<String>,
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "relay")]
    pub relay_file: Option<PathBuf>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true)]
    pub reveal: bool,
    #[arg(long, global = true)]
    pub no_input: bool,
    #[arg(long, global = true, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<Lang>,
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    #[arg(short, long, global = true, action = ArgAction::Help)]
    pub help: Option<bool>,
    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub version: Option<bool>,
});

#[derive(Subcommand)]
#[expect(missing_docs, reason = "documentation would become a help text; the texts are `help-…`")]
pub enum Command {
    Setup,
    Invite(Invite),
    Join(Join),
    Chat(Chat),
    Send(Send),
    Recv(Recv),
    Open(Open),
    Ask(affairs::Ask),
    Answer(affairs::Answer),
    Ack(affairs::Ack),
    Transfer(affairs::Transfer),
    Receipt(affairs::Receipt),
    Peers,
    Wipe(Wipe),
    Doctor,
    Demo(Demo),
    Completions(Completions),
    Man(Man),
    #[command(hide = true)]
    DevRelay(DevRelay),
}

arguments!(Invite {
    #[arg(long, value_name = "QUESTION")]
    pub ask: Option<String>,
    #[arg(long, value_name = "CONTACT")]
    pub name: Option<String>,
    #[arg(long, conflicts_with = "link")]
    pub digits: bool,
    #[arg(long)]
    pub link: bool,
    #[arg(long, value_name = "DURATION", value_parser = duration::invite)]
    pub expires: Option<u32>,
    #[arg(long, requires = "ask")]
    pub duress: bool,
    #[arg(long, value_name = "N", requires = "ask")]
    pub answer_fd: Option<u32>,
    #[arg(long, value_name = "N", requires = "duress")]
    pub duress_fd: Option<u32>,
    #[arg(long)]
    pub no_qr: bool,
    #[arg(long)]
    pub no_wait: bool,
});

arguments!(Join {
    #[arg(long)]
    pub code_stdin: bool,
    #[arg(long)]
    pub keep: bool,
    #[arg(long, value_name = "CONTACT")]
    pub name: Option<String>,
    #[arg(long, value_name = "N")]
    pub answer_fd: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait)]
    pub timeout: Option<u32>,
});

arguments!(Chat {
    #[arg(value_name = "CONTACT")]
    pub contact: String,
    #[arg(long, value_name = "DURATION", value_parser = duration::message)]
    pub expires: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::after_read)]
    pub after_read: Option<u32>,
});

arguments!(Send {
    #[arg(value_name = "CONTACT")]
    pub contact: String,
    #[arg(long, value_name = "DURATION", value_parser = duration::message)]
    pub expires: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::after_read)]
    pub after_read: Option<u32>,
    #[arg(long)]
    pub for_coercer: bool,
    #[arg(long, value_name = "FILE")]
    pub photo: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub voice: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    #[arg(long, requires = "photo")]
    pub full_size: bool,
    #[arg(long)]
    pub wait: bool,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait, requires = "wait")]
    pub timeout: Option<u32>,
});

arguments!(Recv {
    #[arg(value_name = "CONTACT")]
    pub contact: Option<String>,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait)]
    pub wait: Option<u32>,
    #[arg(long)]
    pub no_read_receipts: bool,
    #[arg(long)]
    pub no_files: bool,
});

arguments!(Open {
    #[arg(value_name = "CONTACT")]
    pub contact: String,
    #[arg(value_name = "N")]
    pub number: Option<u64>,
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(1..))]
    pub item: Option<u8>,
    #[arg(long, value_name = "PATH")]
    pub save: Option<PathBuf>,
    #[arg(long)]
    pub no_picture: bool,
});

arguments!(Wipe {
    #[arg(long)]
    pub yes: bool,
});

arguments!(Demo {
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub speed: u8,
});

arguments!(Completions {
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
});

arguments!(Man {
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
});

arguments!(DevRelay {
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub access_key_file: Option<PathBuf>,
    #[arg(long, value_name = "SECONDS")]
    pub stats_every: Option<u32>,
});
