//! The command line: what was asked for goes to stdout, everything else to stderr. Exit 0 OK, 1 internal, 2 usage or
//! configuration.

use std::ffi::OsString;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use nightjar_protocol::keys::DhSecret;
use tokio::time::{Instant, interval_at};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Config;
use crate::key::{OsRandom, load_or_generate};
use crate::server::{Monitor, serve};
use crate::stats::Stats;
use crate::store::Memory;

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

#[derive(Args)]
struct Serve {
    /// Read settings from this file
    #[arg(long, value_name = "FILE", required_unless_present = "dev", conflicts_with = "dev")]
    config: Option<PathBuf>,
    /// Try things out: loopback only, a key that is forgotten, counters as JSON on stdout at the end and on SIGUSR1
    #[arg(long)]
    dev: bool,
    /// The port, 0 for any that is free
    #[arg(long, requires = "dev", default_value_t = 0, value_name = "N")]
    port: u16,
    /// The address to listen at, which has to be loopback
    #[arg(long, requires = "dev", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_name = "IP")]
    bind: IpAddr,
    /// Keep the key in this file
    #[arg(long, requires = "dev", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Print the counters this often, too
    #[arg(long, requires = "dev", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    stats_every: Option<u32>,
    /// How much to log: off, error, warn, info, debug or trace
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    log: LevelFilter,
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
        Command::Serve(options) => start(&options),
        Command::GenConfig => Ok(write!(io::stdout(), "{}", Config::template()).context("cannot write to stdout")?),
        Command::CheckConfig { file } => read(&file).map(drop),
    }
}

fn read(file: &Path) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let parsed = text.and_then(|text| Config::parse(&text).with_context(|| file.display().to_string()));
    parsed.map_err(usage)
}

fn start(options: &Serve) -> Result<(), Failure> {
    let (config, key_file) = match &options.config {
        Some(file) => read(file).map(|config| (config.clone(), Some(config.key_file)))?,
        None if !options.bind.is_loopback() => {
            let refused = anyhow::anyhow!("--dev serves this machine only; {} is no loopback address", options.bind);
            return Err(usage(refused.context("use `serve --config FILE` for others")));
        }
        None => {
            let listen = SocketAddr::from((options.bind, options.port));
            (Config { listen, ..Config::dev() }, options.key_file.clone())
        }
    };
    let secret = match key_file {
        Some(file) => load_or_generate(&file).with_context(|| format!("key file {}", file.display())).map_err(usage)?,
        None => DhSecret::generate(&mut OsRandom),
    };
    log(options.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
    Ok(runtime.block_on(relay(&config, secret, options))?)
}

async fn relay(config: &Config, secret: DhSecret, options: &Serve) -> anyhow::Result<()> {
    let end = termination().context("cannot wait for signals")?;
    let mut reporting = None;
    let stats = serve(config, secret, end, |address, monitor| {
        // Before anybody can know of this process: until it is waited for, the signal ends it.
        let asked = options.dev.then(Asked::new).transpose()?;
        say(&address.to_string())?;
        tracing::info!("serving");
        reporting = asked.map(|asked| tokio::spawn(report(monitor, asked, options.stats_every)));
        Ok(())
    });
    let stats = stats.await.with_context(|| format!("cannot serve at {}", config.listen))?;
    if let Some(reporting) = reporting {
        reporting.abort();
        tell(&stats)?;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Prints the counters on SIGUSR1, and every so many seconds if asked to.
async fn report(monitor: Monitor<Memory>, mut asked: Asked, every: Option<u32>) -> io::Result<()> {
    let period = Duration::from_secs(every.unwrap_or(u32::MAX).into());
    let mut tick = interval_at(Instant::now() + period, period);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = asked.next() => {}
        }
        tell(&monitor.stats())?;
    }
}

fn tell(stats: &Stats) -> io::Result<()> {
    say(&serde_json::to_string(stats)?)
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Only the relay's own lines, so that no library can say more than we do.
fn log(level: LevelFilter) {
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
}

#[cfg(unix)]
fn termination() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn termination() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Somebody asks for the counters: SIGUSR1.
struct Asked {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

impl Asked {
    fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1())?,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        self.signal.recv().await;
        #[cfg(not(unix))]
        std::future::pending().await
    }
}

const INTERNAL: u8 = 1;
const USAGE: u8 = 2;
