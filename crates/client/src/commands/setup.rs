//! `setup`: the relay's address, a passphrase, a vault.

use nightjar_protocol::invite::RelayAddress;

use super::Context;
use crate::args;
use crate::config::{Config, parse_relay};
use crate::event::Event;
use crate::failure::{Failure, Kind};
use crate::harden;
use crate::terminal::Style;
use crate::vault::{self, Passphrase, Vault};

pub(super) fn run(context: &Context<'_>) -> Result<(), Failure> {
    let home = &context.folders.home;
    if context.global.ephemeral {
        return Err(Failure::new(Kind::Usage).text("what", context.output.text("usage-setup-ephemeral", &[])));
    }
    if vault::exists(home) {
        return Err(Failure::new(Kind::VaultExists).text("path", home.display()));
    }
    if let Err(gap) = harden::lock_memory() {
        context.output.say(Style::Warn, gap.key(), &[]);
    }
    let relay = relay(context)?;
    let passphrase = passphrase(context)?;
    {
        let _spinner = context.spinner("setup-making");
        Vault::create(home, &passphrase).map_err(|error| Failure::from(error).text("path", home.display()))?;
    }
    let config = Config { relay: Some(relay), ..context.config.clone() };
    config.save(&context.folders.config)?;
    let shown = home.display().to_string();
    context.output.event(Event::VaultCreated { home: &shown })?;
    context.output.answer(Style::Good, "setup-done", args![path = &shown])?;
    context.say("setup-next");
    Ok(())
}

/// The relay, asked for until it has the form of one.
fn relay(context: &Context<'_>) -> Result<RelayAddress, Failure> {
    match context.relay() {
        Err(failure) if failure.kind() == Kind::RelayMissing => {}
        found => return found,
    }
    context.say("setup-relay-hint");
    loop {
        let typed = context.prompt().line("setup-relay", &[])?;
        match parse_relay(&typed) {
            Ok(relay) => return Ok(relay),
            Err(failure) => context.output.fail(&failure),
        }
    }
}

/// A passphrase worth having, typed twice; from a descriptor, once.
fn passphrase(context: &Context<'_>) -> Result<Passphrase, Failure> {
    let weak = || Failure::new(Kind::PassphraseWeak).number("least", Passphrase::LEAST as u64);
    if context.global.passphrase_fd.is_some() {
        let passphrase = context.passphrase("setup-passphrase")?;
        return if passphrase.is_acceptable() { Ok(passphrase) } else { Err(weak()) };
    }
    context.say("setup-passphrase-hint");
    let mut last = weak();
    for _ in 0..TRIES {
        let first = context.passphrase("setup-passphrase")?;
        if !first.is_acceptable() {
            context.output.warn("setup-passphrase-weak", args![least = Passphrase::LEAST]);
            last = weak();
            continue;
        }
        if first.matches(&context.passphrase("setup-passphrase-again")?) {
            return Ok(first);
        }
        context.output.warn("setup-passphrase-differ", &[]);
        last = Kind::PassphrasesDiffer.into();
    }
    Err(last)
}

/// Rounds of typing a new passphrase.
const TRIES: usize = 3;
