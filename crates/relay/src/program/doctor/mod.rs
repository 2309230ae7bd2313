//! `doctor`: looks at all that a relay needs, before it starts or beside it while it runs: one finding a line, and what to do
//! about what is not well. It changes nothing.

mod files;
mod machine;
mod network;
#[cfg(feature = "redis")]
mod redis;

use std::io::{self, Write};

use anyhow::{Context, anyhow};

use super::{Failure, read};
use crate::config::{Config, Kind, Layers};

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Finding {
    verdict: Verdict,
    /// What was looked at, in a word or two.
    what: &'static str,
    /// What was found.
    found: String,
    /// What to do about it; empty if nothing.
    next: String,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Verdict {
    /// As it has to be.
    Good,
    /// The relay runs, but not as an operator would want it to.
    Fair,
    /// The relay does not run, or runs for nobody.
    Bad,
}

impl Finding {
    pub fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Good, what, found: found.into(), next: String::new() }
    }

    pub fn fair(what: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fair, what, found: found.into(), next: next.into() }
    }

    pub fn bad(what: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { verdict: Verdict::Bad, what, found: found.into(), next: next.into() }
    }

    fn lines(&self) -> String {
        let Self { verdict, what, found, next } = self;
        let mark = match verdict {
            Verdict::Good => '✓',
            Verdict::Fair => '!',
            Verdict::Bad => '✗',
        };
        let next = if next.is_empty() { String::new() } else { format!("  {:14}  → {next}\n", "") };
        format!("{mark} {what:14}  {found}\n{next}")
    }
}

/// Looks at everything. Fails if something keeps the relay from serving.
pub(super) fn doctor(layers: &Layers) -> Result<(), Failure> {
    let config = read(layers)?.config;
    let findings = examine(&config);
    let text: String = findings.iter().map(Finding::lines).collect();
    write!(io::stdout(), "{text}").context("cannot write to stdout")?;
    match findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count() {
        0 => Ok(()),
        count => Err(anyhow!("{count} of these have to be put right").into()),
    }
}

fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::good("settings", "valid")];
    findings.push(files::key(&config.key_file));
    findings.extend(files::access(&config.access_key_file));
    findings.push(network::listen(config));
    findings.push(network::address(config));
    findings.push(network::metrics(config));
    findings.extend(store(config));
    findings.extend(machine::open_files(&config.quotas));
    findings.push(machine::clock());
    findings
}

/// What the chosen store needs.
fn store(config: &Config) -> Vec<Finding> {
    match config.store.kind {
        Kind::Memory => machine::memory(&config.quotas).into_iter().collect(),
        Kind::Disk => files::store(&config.store.disk.folder, &config.quotas),
        Kind::Redis => {
            let password = files::secret("password", &config.store.redis.password_file);
            #[cfg(feature = "redis")]
            let password = password.into_iter().chain(redis::store(&config.store.redis));
            password.into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_mark_and_what_to_do() {
        assert_eq!(Finding::good("clock", "right").lines(), "✓ clock           right\n");
        let bad = Finding::bad("key", "others may read it", "chmod 600 it").lines();
        assert_eq!(bad, "✗ key             others may read it\n                  → chmod 600 it\n");
    }
}
