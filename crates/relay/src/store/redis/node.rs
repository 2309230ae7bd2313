//! One Redis server: connections to it that are made when they are needed, and made again with patience.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, Cmd, IntoConnectionInfo, PushInfo, PushKind, RedisConnectionInfo, RedisError, Value,
};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::super::Error;
use super::epoch::Epochs;
use super::lane::Append;
use super::scripts::Call;

/// Where a server is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Place {
    pub host: String,
    pub port: u16,
}

/// What is needed to make a connection.
pub(super) struct Dial {
    pub login: RedisConnectionInfo,
    /// How long any one operation may take.
    pub patience: Duration,
    /// Looked at before anything else is done over a new connection.
    pub epochs: Epochs,
}

/// One server.
pub(super) struct Node {
    pub place: Place,
    /// For everything but the next two.
    pub talk: Line,
    /// For what others publish. Subscribing and its opposite are sent one after the other, in the order of their lock.
    pub ear: Line,
    pub order: tokio::sync::Mutex<()>,
    /// Where appends queue that wait for replicas.
    pub lane: OnceLock<mpsc::Sender<Append>>,
}

/// One connection, or the next attempt at it.
pub(super) struct Line {
    place: Place,
    dial: Arc<Dial>,
    hear: Option<Hear>,
    live: Mutex<Option<Live>>,
    dialing: tokio::sync::Mutex<Rest>,
}

/// A connection, until it is noticed that it is none any more.
#[derive(Clone)]
pub(super) struct Live {
    pub connection: MultiplexedConnection,
    /// The server's life, as eight digits of what it calls itself: another after each start.
    pub run: Arc<str>,
    /// Tells it from every other connection of this process.
    pub serial: u64,
    alive: Arc<AtomicBool>,
}

/// Is told of what a server says unasked, and over which connection.
pub(super) type Hear = Arc<dyn Fn(u64, PushInfo) + Send + Sync>;

/// Why a server did not do what it was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// It has no memory left.
    Full,
    /// It does not know the script.
    NoScript,
    /// Another server is the one to ask: nothing was done.
    Moved,
    /// It did not answer: whether it was done is not known.
    Lost,
    /// It will not, or not now: nothing was done.
    Refused,
}

#[derive(Default)]
struct Rest {
    until: Option<Instant>,
    pause: Duration,
}

impl Node {
    /// A server that nothing was said to yet; `hear` is told what it publishes.
    pub fn new(place: Place, dial: &Arc<Dial>, hear: Hear) -> Self {
        let line = |hear| Line {
            place: place.clone(),
            dial: Arc::clone(dial),
            hear,
            live: Mutex::default(),
            dialing: tokio::sync::Mutex::default(),
        };
        let (talk, ear) = (line(None), line(Some(hear)));
        Self { talk, ear, place, order: tokio::sync::Mutex::default(), lane: OnceLock::new() }
    }

    /// A line of its own for what would keep others waiting.
    pub fn another_line(&self) -> Line {
        let Line { place, dial, .. } = &self.talk;
        let (place, dial) = (place.clone(), Arc::clone(dial));
        Line { place, dial, hear: None, live: Mutex::default(), dialing: tokio::sync::Mutex::default() }
    }

    /// Carries out a script.
    pub async fn run(&self, call: &Call) -> Result<Value, Trouble> {
        let live = self.talk.connection().await?;
        match live.ask(&call.by_hash(&live.run)).await {
            Err(Trouble::NoScript) => live.ask(&call.by_text(&live.run)).await,
            answer => answer,
        }
    }
}

impl Dial {
    /// A connection over which nothing was said yet.
    pub async fn connect(&self, place: &Place, hear: Option<Hear>) -> Result<Live, Trouble> {
        let (alive, serial) = (Arc::new(AtomicBool::new(true)), SERIAL.fetch_add(1, Relaxed));
        let hears = Arc::clone(&alive);
        let push = move |info: PushInfo| {
            if info.kind == PushKind::Disconnection {
                hears.store(false, Relaxed);
            }
            if let Some(hear) = &hear {
                hear(serial, info);
            }
            Ok::<(), Trouble>(())
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.patience / 2))
            .set_response_timeout(Some(self.patience * 3 / 4))
            .set_push_sender(push);
        let place = (place.host.as_str(), place.port).into_connection_info()?;
        let info = place.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let client = Client::open(info.set_redis_settings(self.login.clone()))?;
        let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Live { connection, run: Arc::from(""), serial, alive })
    }
}

impl Line {
    /// The connection; a new one if there is none and the last attempt at one is long enough ago.
    pub async fn connection(&self) -> Result<Live, Trouble> {
        if let Some(live) = self.current() {
            return Ok(live);
        }
        let mut rest = self.dialing.lock().await;
        if let Some(live) = self.current() {
            return Ok(live);
        }
        if rest.until.is_some_and(|until| until > Instant::now()) {
            return Err(Trouble::Lost);
        }
        // Before the attempt: who gives up waiting for it has made it all the same.
        let first = rest.pause.is_zero();
        rest.pause = (rest.pause * 2).clamp(FIRST_PAUSE, LAST_PAUSE);
        rest.until = Some(Instant::now() + rest.pause);
        match timeout(self.dial.patience / 2, self.open()).await {
            Ok(Ok(live)) => {
                *rest = Rest::default();
                *self.slot() = Some(live.clone());
                Ok(live)
            }
            failed => {
                rest.until = Some(Instant::now() + rest.pause);
                if first {
                    let why = failed.err().map_or("refused", |_| "time-out");
                    tracing::warn!(server = %self.place, why, "a store does not answer");
                }
                Err(Trouble::Lost)
            }
        }
    }

    /// The connection, if there is one.
    pub fn current(&self) -> Option<Live> {
        self.slot().clone().filter(|live| live.alive.load(Relaxed))
    }

    async fn open(&self) -> Result<Live, Trouble> {
        let mut live = self.dial.connect(&self.place, self.hear.clone()).await?;
        live.run = run_of(&live.ask(redis::cmd("INFO").arg("server")).await?).ok_or(Trouble::Refused)?;
        self.dial.epochs.look(&live).await?;
        Ok(live)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// Sends a command and waits for its answer.
    pub async fn ask(&self, command: &Cmd) -> Result<Value, Trouble> {
        match self.connection.clone().send_packed_command(command).await {
            Ok(value) => refusal(value),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Sends commands at once and waits for the answers to all of them.
    pub async fn ask_all(&self, commands: &redis::Pipeline) -> Result<Vec<Result<Value, Trouble>>, Trouble> {
        match self.connection.clone().send_packed_commands(commands, 0, commands.len()).await {
            Ok(values) => Ok(values.into_iter().map(refusal).collect()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Nothing more is sent over it.
    pub fn give_up(&self) {
        self.alive.store(false, Relaxed);
    }

    fn failed(&self, error: RedisError) -> Trouble {
        let trouble = Trouble::from(error);
        if trouble == Trouble::Lost {
            self.give_up();
        }
        trouble
    }
}

impl From<RedisError> for Trouble {
    fn from(error: RedisError) -> Self {
        error.code().map_or(Self::Lost, Self::of)
    }
}

impl Trouble {
    fn of(code: &str) -> Self {
        match code {
            "OOM" => Self::Full,
            "NOSCRIPT" => Self::NoScript,
            "MOVED" | "ASK" | "READONLY" => Self::Moved,
            _ => Self::Refused,
        }
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        if trouble == Trouble::Full { Self::Full } else { Self::Unavailable }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn refusal(value: Value) -> Result<Value, Trouble> {
    match value {
        Value::ServerError(error) => Err(Trouble::of(error.code())),
        value => Ok(value),
    }
}

/// What a server calls this life of it: the first digits of `run_id`.
fn run_of(info: &Value) -> Option<Arc<str>> {
    let text = text(info)?;
    let run = text.lines().find_map(|line| line.strip_prefix("run_id:"))?;
    run.get(..8).map(Arc::from)
}

/// A text, in whichever form it came.
pub(super) fn text(value: &Value) -> Option<&str> {
    match value {
        Value::BulkString(bytes) => str::from_utf8(bytes).ok(),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text),
        _ => None,
    }
}

static SERIAL: AtomicU64 = AtomicU64::new(0);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);
