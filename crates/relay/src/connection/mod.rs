//! One client's connection: bytes to frames, frames to the mailboxes, answers and pushes back. The only room that touches
//! the link. Spec: relay, "Life of a connection".
//!
//! It knows its socket and not the other end's address, so no log can name one: only for the gate, when that has drawn a new
//! key, it asks the system, and hands on what it hears.

mod appends;
mod exchange;
mod greeting;

pub(crate) use greeting::decline;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::link;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::access::Keys;
use crate::bucket::Rate;
use crate::config::{Config, Timeouts};
use crate::gate::{Gate, Guest};
use crate::live::Live;
use crate::mailbox::Mailboxes;
use crate::store::Store;
use exchange::Connection;
use greeting::greet;

/// What connections have in common that began under the same settings.
pub(crate) struct Shared<S> {
    pub mailboxes: Arc<Mailboxes<S>>,
    pub keys: Arc<Live<Keys>>,
    pub timeouts: Timeouts,
    pub outgoing: usize,
    /// Bytes read from one connection.
    pub reading: Rate,
    pub gate: Arc<Gate>,
}

impl<S> Shared<S> {
    pub fn new(mailboxes: Arc<Mailboxes<S>>, keys: Arc<Live<Keys>>, gate: Arc<Gate>, config: &Config) -> Self {
        let (outgoing, second) = (config.quotas.outgoing_bytes as usize, u64::from(config.quotas.bytes_per_second));
        let reading = Rate::per(second, Duration::from_secs(1)).at_once(second * SECONDS_AT_ONCE);
        Self { mailboxes, keys, timeouts: config.timeouts.clone(), outgoing, reading, gate }
    }
}

/// Serves one client until either side has had enough.
pub(crate) async fn attend<S: Store>(
    mut stream: TcpStream,
    guest: Guest,
    shared: Arc<Shared<S>>,
    mut shutdown: watch::Receiver<bool>,
) {
    let counters = shared.mailboxes.counters();
    // Frames are whole when they are written; waiting for more only adds delay.
    let _ = stream.set_nodelay(true);
    let greeted = tokio::select! {
        greeted = timeout(shared.timeouts.hello.duration(), greet(&mut stream, guest, &shared)) => greeted,
        () = stopped(&mut shutdown) => return,
    };
    let (link, seat) = match greeted {
        Ok(Ok(greeted)) => greeted,
        failed => {
            match failed {
                Ok(Err(End::Busy)) => counters.refused_busy.count(),
                Ok(Err(End::MadeWay)) => counters.made_way.count(),
                _ => counters.refused_hello.count(),
            }
            tracing::debug!(timed_out = failed.is_err(), "handshake failed");
            return;
        }
    };
    let end = Connection::new(stream, link, seat, &shared).run(&mut shutdown).await;
    match end {
        End::MadeWay => counters.made_way.count(),
        End::Violation(_) => counters.frames_rejected.count(),
        End::SlowReader => counters.slow_readers.count(),
        End::Idle => counters.idle.count(),
        End::Stream | End::Drained | End::Epoch | End::Busy | End::Io(_) => {}
    }
    tracing::debug!(?end, "connection ended");
}

/// Returns when the relay is to stop, or is gone.
async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Why a connection ended.
#[derive(Debug)]
enum End {
    /// The client ended its stream.
    Stream,
    /// The relay shuts down, and all that was queued is written.
    Drained,
    /// A frame broke the protocol.
    Violation(#[expect(dead_code, reason = "read by its Debug")] link::Error),
    /// The client did not take what was queued for it.
    SlowReader,
    /// The client said nothing.
    Idle,
    /// The store began another life: the client is to learn of it in a new welcome.
    Epoch,
    /// It said nothing, and others needed the room.
    MadeWay,
    /// There is no room for it.
    Busy,
    /// The socket failed.
    Io(#[expect(dead_code, reason = "read by its Debug")] io::ErrorKind),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

impl From<link::Error> for End {
    fn from(error: link::Error) -> Self {
        Self::Violation(error)
    }
}

/// What a client may send at once, in seconds of its rate.
const SECONDS_AT_ONCE: u64 = 4;
/// How long to wait for a client to hear a last word.
const LINGER: Duration = Duration::from_secs(2);
