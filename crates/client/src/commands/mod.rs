//! The commands, one file each, and what all of them need.

mod ack;
mod affairs;
mod answer;
mod ask;
mod attach;
mod chat;
mod completions;
pub mod demo;
mod dev_relay;
mod doctor;
mod files;
mod invite;
mod join;
mod man;
mod online;
mod open;
mod peers;
mod present;
mod receipt;
mod recv;
mod save;
mod send;
mod setup;
mod transfer;
mod wipe;
mod words;

use std::process::ExitCode;

use nightjar_protocol::invite::RelayAddress;

use crate::cli::{Command, Global};
use crate::clock::Clock;
use crate::config::{Config, Folders, Named};
use crate::engine::Engine;
use crate::failure::{Failure, Kind};
use crate::harden;
use crate::output::Output;
use crate::prompt::{self, Prompt};
use crate::terminal::Style;
use crate::terminal::spinner::Spinner;
use crate::variable;
use crate::vault::{Passphrase, Vault};

/// What a command works with.
pub struct Context<'a> {
    /// Options that all commands have.
    pub global: Global,
    /// Settings of the configuration file.
    pub config: Config,
    /// Where the files are.
    pub folders: Folders,
    /// The time.
    pub clock: Clock,
    /// Everything is said through this.
    pub output: &'a Output,
}

/// Runs `command`.
///
/// # Errors
/// Whatever stood in the way.
pub fn run(context: &Context<'_>, command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Setup => setup::run(context)?,
        Command::Wipe(wipe) => wipe::run(context, &wipe)?,
        Command::Completions(completions) => completions::run(context, &completions)?,
        Command::Man(man) => man::run(context, &man)?,
        Command::Invite(options) => invite::run(context, &options)?,
        Command::Join(options) => join::run(context, &options)?,
        Command::Chat(options) => chat::run(context, &options)?,
        Command::Send(options) => send::run(context, &options)?,
        Command::Recv(options) => recv::run(context, &options)?,
        Command::Open(options) => open::run(context, &options)?,
        Command::Ask(options) => ask::run(context, &options)?,
        Command::Answer(options) => answer::run(context, &options)?,
        Command::Ack(options) => ack::run(context, &options)?,
        Command::Transfer(options) => transfer::run(context, &options)?,
        Command::Receipt(options) => receipt::run(context, &options)?,
        Command::Peers => peers::run(context)?,
        Command::Doctor => return doctor::run(context),
        Command::Demo(options) => demo::run(context, &options)?,
        Command::DevRelay(options) => return Ok(dev_relay::run(&options)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The number of the contact with this name.
///
/// # Errors
/// [`Kind::ContactUnknown`].
fn contact(engine: &Engine, name: &str) -> Result<u64, Failure> {
    engine.state().contact_named(name).ok_or_else(|| Failure::new(Kind::ContactUnknown).text("name", name))
}

impl<'a> Context<'a> {
    /// Finds the folders and reads the configuration.
    ///
    /// # Errors
    /// One of the `config-…` failures, unless `command` must work without.
    pub fn new(global: Global, command: &Command, output: &'a Output) -> Result<Self, Failure> {
        let folders = Folders::find(global.home.as_deref(), variable("NIGHTJAR_HOME").as_deref())?;
        let indifferent = matches!(command, Command::Wipe(_) | Command::Completions(_) | Command::Man(_));
        let config = match Config::load(&folders.config) {
            Err(_) if indifferent => Config::default(),
            loaded => loaded?,
        };
        Ok(Self { global, config, folders, clock: Clock::default(), output })
    }

    /// Asks, unless `--no-input` forbids it.
    #[must_use]
    pub const fn prompt(&self) -> Prompt<'a> {
        Prompt::new(self.output, self.global.no_input)
    }

    /// The relay that is named: by an option, the environment or the configuration.
    ///
    /// # Errors
    /// Those of [`Config::relay`].
    pub fn relay(&self) -> Result<RelayAddress, Failure> {
        let variable = variable("NIGHTJAR_RELAY");
        let (option, file) = (self.global.relay.as_deref(), self.global.relay_file.as_deref());
        self.config.relay(Named { option, file, variable: variable.as_deref() })
    }

    /// Opens the vault, asking for the passphrase; with `ephemeral` or `--ephemeral` one in memory.
    ///
    /// # Errors
    /// One of the `vault-…` failures, or those of [`Prompt::secret`].
    pub fn vault(&self, ephemeral: bool) -> Result<Vault, Failure> {
        if let Err(gap) = harden::lock_memory() {
            self.output.detail(gap.key(), &[]);
        }
        if ephemeral || self.global.ephemeral {
            return Ok(Vault::ephemeral());
        }
        if !crate::vault::exists(&self.folders.home) {
            return Err(Kind::VaultMissing.into());
        }
        let passphrase = self.passphrase("prompt-passphrase")?;
        let _spinner = self.spinner("vault-opening");
        Ok(harden::cleanly(|| Vault::open(&self.folders.home, &passphrase))?)
    }

    /// The passphrase, from `--passphrase-fd` or the terminal.
    ///
    /// # Errors
    /// Those of [`Prompt::secret`] and [`prompt::from_descriptor`].
    pub fn passphrase(&self, key: &str) -> Result<Passphrase, Failure> {
        let typed = match self.global.passphrase_fd {
            Some(fd) => prompt::from_descriptor(fd)?,
            None => self.prompt().secret(key, &[])?,
        };
        Ok(Passphrase::new(&typed))
    }

    /// A sign of life beside the message `key`, for as long as the result lives.
    #[must_use]
    pub fn spinner(&self, key: &str) -> Spinner {
        Spinner::start(&self.output.text(key, &[]), self.output.settings().quiet)
    }

    /// Says the message `key` plainly.
    pub(crate) fn say(&self, key: &str) {
        self.output.say(Style::Plain, key, &[]);
    }
}
