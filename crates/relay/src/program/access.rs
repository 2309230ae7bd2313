//! `gen-access-key` and `address`: what an operator makes and hands out. Secrets go to stdout, where they were asked for, and
//! come from files; they are never in arguments, the environment or the log.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use nightjar_protocol::keys::{AccessKey, DhSecret};

use super::{Failure, usage};
use crate::access::{self, Keys};
use crate::config::Config;
use crate::key;

/// Prints a new access key, as it stands in an access key file.
pub(super) fn generate() -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{}", *access::generate()).context("cannot write to stdout")?)
}

/// Prints the addresses to hand out, one for each access key, the first one first.
pub(super) fn address(config: &Config) -> Result<(), Failure> {
    let file = &config.key_file;
    let place = || format!("key file {}, which is made at the first start", file.display());
    let secret = key::load(file).with_context(place).map_err(usage)?;
    let mut listens = config.listen;
    if !config.address.is_empty() && listens.port() == 0 {
        // Any free port will do, because nobody is told of it.
        listens.set_port(1);
    }
    let address = keys(secret, config)?.address(config, listens).map_err(|error| usage(error.into()))?;
    let mut out = io::stdout().lock();
    for key in held(&config.access_key_file)?.map_or(vec![None], |held| held.into_iter().map(Some).collect()) {
        writeln!(out, "{}", *address.clone().with_access(key).text()).context("cannot write to stdout")?;
    }
    Ok(())
}

/// A static key, and the access keys that the settings name.
pub(super) fn keys(secret: DhSecret, config: &Config) -> Result<Keys, Failure> {
    match held(&config.access_key_file)? {
        None => Ok(secret.into()),
        // What was read is neither none nor too many.
        Some(held) => Keys::private(secret, held).ok_or_else(|| usage(access::Error::Many.into())),
    }
}

/// The access keys in this file; `None` if no file is named.
pub(super) fn held(file: &Path) -> Result<Option<Vec<AccessKey>>, Failure> {
    if file.as_os_str().is_empty() {
        return Ok(None);
    }
    access::load(file).map(Some).with_context(|| format!("access key file {}", file.display())).map_err(usage)
}
