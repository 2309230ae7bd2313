//! What goes to stderr: only the relay's own lines, so that no library can say more than we do. Spec: relay, "What a relay must
//! not keep".

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Level, Log};

/// Begins to log. A second call changes nothing.
pub(super) fn log(settings: &Log) {
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), filter(settings.level));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
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
