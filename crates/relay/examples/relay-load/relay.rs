//! The relay under load: a process of its own, fresh for each run, with a configuration that refuses nothing.

use std::fs::{DirBuilder, File, read_to_string, remove_dir_all, write};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use nightjar_protocol::invite::RelayAddress;
use toml::{Table, Value};

use crate::options::Options;

/// A relay that serves until this is dropped.
pub struct Relay {
    child: Child,
    address: RelayAddress,
    /// Kept, so that the relay can go on writing.
    _stdout: BufReader<ChildStdout>,
    folder: Folder,
}

impl Relay {
    /// Starts the relay on a processor, or on any.
    pub fn start(options: &Options, processor: Option<u32>) -> anyhow::Result<Self> {
        let program = program(options)?;
        let folder = Folder::new(options.folder.as_deref())?;
        let config = folder.0.join("relay.toml");
        write(&config, configuration(&program, options, &folder.0)?.to_string())?;
        let mut words: Vec<String> = Vec::new();
        if let Some(processor) = processor {
            words.extend(["taskset".to_owned(), "-c".to_owned(), processor.to_string()]);
        }
        words.extend(options.under.iter().cloned());
        let mut command = match words.split_first() {
            None => Command::new(&program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(&program);
                command
            }
        };
        command.args(["serve", "--config"]).arg(&config).args(&options.relay_arg);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(folder.log())?);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = child.stdout.take().context("the relay has a stdout")?;
        match first_line(stdout) {
            Ok((address, stdout)) => Ok(Self { child, address, _stdout: stdout, folder }),
            Err(error) => {
                end(&mut child);
                Err(anyhow!("{error}: {}", folder.last_words()))
            }
        }
    }

    pub const fn address(&self) -> &RelayAddress {
        &self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The end of what it wrote to stderr.
    pub fn last_words(&self) -> String {
        self.folder.last_words()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Asks it to stop, so that a profiler around it can write what it has, and makes it stop if it does not.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status();
        let until = Instant::now() + PATIENCE;
        while asked.as_ref().is_ok_and(|status| status.success()) && Instant::now() < until {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The relay named, or the one that was built beside this program.
fn program(options: &Options) -> anyhow::Result<PathBuf> {
    let beside = || {
        let own = std::env::current_exe().ok()?;
        Some(own.parent()?.parent()?.join("nightjar-relay").with_extension(std::env::consts::EXE_EXTENSION))
    };
    let program = options.relay.clone().or_else(beside).context("no place for the relay's program")?;
    let hint = "build it (`cargo build --release -p nightjar-relay`) or name one with --relay";
    ensure!(program.is_file(), "there is no {}; {hint}", program.display());
    Ok(program)
}

/// What the relay prints for `gen-config`, with a port of the system's choice, its files in `folder`, and room for all runs.
fn configuration(program: &Path, options: &Options, folder: &Path) -> anyhow::Result<Table> {
    let printed = Command::new(program).arg("gen-config").stdin(Stdio::null()).output()?;
    let mut table: Table = String::from_utf8(printed.stdout)?.parse().context("gen-config printed no TOML")?;
    let path = |name: &str| Value::from(folder.join(name).to_string_lossy().into_owned());
    put(&mut table, "listen", Value::from("127.0.0.1:0"));
    put(&mut table, "key_file", path("key"));
    for (key, value) in ROOM {
        put_known(&mut table, key, Value::from(*value));
    }
    put_known(&mut table, "store.disk.folder", path("store"));
    match table.get_mut("store") {
        Some(Value::Table(store)) => put(store, "kind", Value::from(options.store.as_str())),
        _ => ensure!(options.store == "memory", "this relay keeps cells in memory only"),
    }
    for setting in &options.set {
        let (key, value) = setting.split_once('=').context("--set takes KEY=VALUE")?;
        let literal = format!("value = {value}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
        put(&mut table, key.trim(), literal.unwrap_or_else(|| Value::from(value)));
    }
    Ok(table)
}

/// Sets a key, `table.key`, if the configuration has it.
fn put_known(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None if table.contains_key(key) => put(table, key, value),
        None => {}
        Some((first, rest)) => {
            if let Some(Value::Table(inner)) = table.get_mut(first) {
                put_known(inner, rest, value);
            }
        }
    }
}

fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => drop(table.insert(key.to_owned(), value)),
        Some((first, rest)) => {
            let inner = table.entry(first).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// Waits for the relay's first line, its address.
fn first_line(stdout: ChildStdout) -> anyhow::Result<(RelayAddress, BufReader<ChildStdout>)> {
    let (say, said) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stdout, mut line) = (BufReader::new(stdout), String::new());
        let read = stdout.read_line(&mut line);
        say.send(read.map(|_| (line, stdout)))
    });
    let (line, stdout) = said.recv_timeout(STARTING).map_err(|_| anyhow!("the relay does not say where it is"))??;
    let address = line.trim_end().parse().map_err(|_| anyhow!("the relay did not start"))?;
    Ok((address, stdout))
}

/// A folder for its owner alone, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(within: Option<&Path>) -> anyhow::Result<Self> {
        let within = within.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let nanos = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_nanos();
        let path = within.join(format!("nightjar-relay-load-{}-{nanos}", std::process::id()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    fn last_words(&self) -> String {
        let log = read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(3).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = remove_dir_all(&self.0);
    }
}

/// Quotas that no run meets, for those keys that the relay has; 0 is no limit.
const ROOM: &[(&str, i64)] = &[
    ("quotas.connections", 20_000),
    ("quotas.connections_per_network", 20_000),
    ("quotas.newcomers", 20_000),
    ("quotas.arrivals_per_minute", 0),
    ("quotas.hellos_per_second", 0),
    ("quotas.mailboxes_per_minute", 0),
    ("quotas.bytes_per_second", 0),
    ("quotas.connection_bytes", 1 << 30),
    ("quotas.bytes", 16 << 30),
    ("quotas.cells_per_mailbox", 1_000_000),
    ("timeouts.idle", 3600),
];
/// For the relay to say where it is.
const STARTING: Duration = Duration::from_secs(60);
/// For the relay to stop when it is asked to.
const PATIENCE: Duration = Duration::from_secs(20);
