//! What goes to stderr: only the relay's own lines, so that no library can say more than we do. Spec: relay, "What a relay must
//! not keep".

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Format, Level, Log};

/// The log while it is written.
pub(super) struct Logging(reload::Handle<Targets, Registry>);

impl Logging {
    /// Begins to log.
    pub fn start(settings: &Log) -> Self {
        let (ours, handle) = reload::Layer::new(ours(settings.level));
        let _ = tracing_subscriber::registry().with(ours).with(lines(settings.format)).try_init();
        Self(handle)
    }

    /// Logs this much from now on.
    pub fn adopt(&self, level: Level) {
        let _ = self.0.reload(ours(level));
    }
}

fn ours(level: Level) -> Targets {
    Targets::new().with_target(env!("CARGO_CRATE_NAME"), filter(level))
}

fn lines<S>(format: Format) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    match format {
        Format::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
        Format::Text if is_journal() => lines.without_time().boxed(),
        Format::Text => lines.boxed(),
    }
}

/// Whether stderr is the journal of systemd, which stamps each line itself.
#[cfg(unix)]
fn is_journal() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;

    let Ok(stream) = std::env::var("JOURNAL_STREAM") else { return false };
    let stderr = io::stderr().as_fd().try_clone_to_owned().map(std::fs::File::from);
    let found = stderr.and_then(|stderr| stderr.metadata());
    found.is_ok_and(|found| stream == format!("{}:{}", found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn is_journal() -> bool {
    false
}

const fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}
