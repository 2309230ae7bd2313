//! One client's connection: bytes to frames, frames to the mailboxes, answers and pushes back. The only room that touches
//! the link. Spec: relay, "Life of a connection".
//!
//! It knows its socket and not the other end's address, so no log can name one.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{self, HandshakeRefusal, RelayLink, refusal};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::Reply;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until, timeout};

use crate::access::Keys;
use crate::config::{Config, Timeouts};
use crate::key::OsRandom;
use crate::live::Live;
use crate::mailbox::{Delivery, Mailboxes, Session};
use crate::store::Store;

/// What connections have in common that began under the same settings.
pub(crate) struct Shared<S> {
    pub mailboxes: Arc<Mailboxes<S>>,
    pub keys: Arc<Live<Keys>>,
    pub timeouts: Timeouts,
    pub outgoing: usize,
}

impl<S> Shared<S> {
    pub fn new(mailboxes: Arc<Mailboxes<S>>, keys: Arc<Live<Keys>>, config: &Config) -> Self {
        let outgoing = config.quotas.outgoing_bytes as usize;
        Self { mailboxes, keys, timeouts: config.timeouts.clone(), outgoing }
    }
}

/// Serves one client until either side has had enough.
pub(crate) async fn attend<S: Store>(
    mut stream: TcpStream,
    shared: Arc<Shared<S>>,
    mut shutdown: watch::Receiver<bool>,
) {
    let counters = shared.mailboxes.counters();
    // Frames are whole when they are written; waiting for more only adds delay.
    let _ = stream.set_nodelay(true);
    let greeted = tokio::select! {
        greeted = timeout(shared.timeouts.hello.duration(), greet(&mut stream, &shared)) => greeted,
        () = stopped(&mut shutdown) => return,
    };
    let link = match greeted {
        Ok(Ok(link)) => link,
        failed => {
            counters.refused_hello.count();
            tracing::debug!(timed_out = failed.is_err(), "handshake failed");
            return;
        }
    };
    let end = Connection::new(stream, link, &shared).run(&mut shutdown).await;
    match end {
        End::Violation(_) => counters.frames_rejected.count(),
        End::SlowReader => counters.slow_readers.count(),
        End::Idle => counters.idle.count(),
        End::Stream | End::Drained | End::Epoch | End::Io(_) => {}
    }
    tracing::debug!(?end, "connection ended");
}

/// Says that there is no room, if the client lets itself be told within a moment.
pub(crate) async fn decline(mut stream: TcpStream) {
    let told = async {
        stream.write_all(&refusal(HandshakeRefusal::Busy)).await?;
        linger(&mut stream).await
    };
    let _ = timeout(LINGER, told).await;
}

async fn greet<S: Store>(stream: &mut TcpStream, shared: &Shared<S>) -> Result<RelayLink, End> {
    let mut hello = [0; HELLO_LEN];
    stream.read_exact(&mut hello).await?;
    let accepted = shared
        .keys
        .now()
        .read_hello(&hello)
        .and_then(|hello| hello.accept(&shared.mailboxes.welcome(), &Ephemeral::generate(&mut OsRandom)));
    match accepted {
        Ok((link, welcome)) => {
            stream.write_all(&welcome).await?;
            Ok(link)
        }
        Err(error) => {
            stream.write_all(&refusal(HandshakeRefusal::Handshake)).await?;
            let _ = timeout(LINGER, linger(stream)).await;
            Err(End::Violation(error))
        }
    }
}

/// Ends our side and waits for the other's, so that what was written is not lost to what was not read.
async fn linger(stream: &mut TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut nowhere = [0; 1024];
    while stream.read(&mut nowhere).await? > 0 {}
    Ok(())
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

struct Connection<'a, S: Store> {
    stream: TcpStream,
    link: RelayLink,
    session: Session<S>,
    shared: &'a Shared<S>,
    /// Bytes read and not yet handled: less than a frame between two rounds.
    incoming: Vec<u8>,
    outgoing: Outgoing,
    idle_at: Instant,
}

impl<'a, S: Store> Connection<'a, S> {
    fn new(stream: TcpStream, link: RelayLink, shared: &'a Shared<S>) -> Self {
        let session = Session::new(Arc::clone(&shared.mailboxes));
        let idle_at = Instant::now() + shared.timeouts.idle.duration();
        Self { stream, link, session, shared, incoming: Vec::new(), outgoing: Outgoing::default(), idle_at }
    }

    async fn run(mut self, shutdown: &mut watch::Receiver<bool>) -> End {
        let end = match self.exchange(shutdown).await {
            Ok(end) | Err(end) => end,
        };
        if matches!(end, End::Stream | End::Drained | End::Epoch) {
            let patience = self.shared.timeouts.drain.duration();
            if let Ok(Ok(())) = timeout(patience, self.stream.write_all(&self.outgoing.bytes)).await {
                let _ = timeout(LINGER, linger(&mut self.stream)).await;
            }
        }
        end
    }

    /// Reads, handles and writes until the end. What is written first is what was owed first.
    async fn exchange(&mut self, shutdown: &mut watch::Receiver<bool>) -> Result<End, End> {
        let timer = sleep_until(self.idle_at);
        tokio::pin!(timer);
        loop {
            self.fill().await?;
            self.write()?;
            if self.session.is_stale() {
                return Ok(End::Epoch);
            }
            if self.deadline() < timer.deadline() {
                timer.as_mut().reset(self.deadline());
            }
            let room = self.has_room();
            tokio::select! {
                () = stopped(shutdown) => return Ok(End::Drained),
                ready = self.stream.readable(), if room => {
                    ready?;
                    if !self.read().await? {
                        self.fill().await?;
                        return Ok(End::Stream);
                    }
                }
                ready = self.stream.writable(), if !self.outgoing.bytes.is_empty() => ready?,
                () = self.session.news(), if room => {}
                () = yield_now(), if room && self.session.owes() => {}
                () = &mut timer => {
                    self.check_deadlines()?;
                    timer.as_mut().reset(self.deadline());
                }
            }
        }
    }

    fn has_room(&self) -> bool {
        self.outgoing.bytes.len() < self.shared.outgoing
    }

    /// Reads what is there and handles the whole frames in it; `false` at the end of the stream.
    async fn read(&mut self) -> Result<bool, End> {
        let mut bytes = std::mem::take(&mut self.incoming);
        bytes.reserve_exact(READ_LEN);
        match self.stream.try_read_buf(&mut bytes) {
            Ok(0) if bytes.is_empty() => return Ok(false),
            Ok(0) => {
                self.shared.mailboxes.counters().incoming.saw(bytes.len());
                return Err(End::Violation(link::Error::Frame));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        let (frames, rest) = bytes.as_chunks::<FRAME_LEN>();
        for frame in frames {
            self.handle(frame).await?;
        }
        // Not the buffer itself: an idle connection holds none, and there may be ten thousand of them.
        self.incoming = rest.to_vec();
        Ok(true)
    }

    async fn handle(&mut self, frame: &[u8; FRAME_LEN]) -> Result<(), End> {
        let mut request = self.link.read_frame(frame)?;
        self.shared.mailboxes.counters().incoming.saw(frame.len());
        self.idle_at = Instant::now() + self.shared.timeouts.idle.duration();
        for command in request.commands {
            let reply = self.session.handle(command, &mut request.cell).await;
            self.link.queue(reply);
        }
        Ok(())
    }

    /// Seals what is queued, and as many pushes as there is room for.
    async fn fill(&mut self) -> Result<(), End> {
        loop {
            let room = self.shared.outgoing.saturating_sub(self.outgoing.bytes.len()).div_ceil(FRAME_LEN);
            let more = if room > 0 { self.session.collect(room.min(ROUND)).await } else { Vec::new() };
            let last = more.is_empty();
            for delivery in more {
                match delivery {
                    Delivery::Push { slot, seq, ttl, cell } => self.link.queue_push(slot, seq, ttl, cell),
                    Delivery::Ended { slot } => self.link.queue(Reply::Ended { slot }),
                }
            }
            self.seal()?;
            if last {
                return Ok(());
            }
        }
    }

    fn seal(&mut self) -> Result<(), End> {
        let buffer = &mut self.outgoing.bytes;
        let mut before = buffer.len();
        while self.link.write_frame(buffer)? {
            self.shared.mailboxes.counters().outgoing.saw(buffer.len() - before);
            before = buffer.len();
        }
        self.shared.mailboxes.counters().queued_most.reaches(before);
        Ok(())
    }

    /// Writes what the socket takes.
    fn write(&mut self) -> Result<(), End> {
        while !self.outgoing.bytes.is_empty() {
            match self.stream.try_write(&self.outgoing.bytes) {
                Ok(written) => self.outgoing.took(written, self.shared.timeouts.write.duration()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.outgoing.waits(self.shared.timeouts.write.duration());
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn deadline(&self) -> Instant {
        self.outgoing.due.map_or(self.idle_at, |due| due.min(self.idle_at))
    }

    fn check_deadlines(&self) -> Result<(), End> {
        let now = Instant::now();
        if self.outgoing.due.is_some_and(|due| due <= now) {
            return Err(End::SlowReader);
        }
        if self.idle_at <= now { Err(End::Idle) } else { Ok(()) }
    }
}

/// Bytes on their way to the socket.
#[derive(Default)]
struct Outgoing {
    bytes: Vec<u8>,
    /// How many of them the socket has to take before `due`: those that were there when the wait began. So a client cannot
    /// hold a buffer for ever by reading a byte now and then.
    goal: usize,
    due: Option<Instant>,
}

impl Outgoing {
    /// The socket takes no more for now.
    fn waits(&mut self, patience: Duration) {
        if self.due.is_none() {
            self.goal = self.bytes.len();
            self.due = Some(Instant::now() + patience);
        }
    }

    fn took(&mut self, written: usize, patience: Duration) {
        if written == self.bytes.len() {
            *self = Self::default();
            return;
        }
        self.bytes.drain(..written);
        self.goal = self.goal.saturating_sub(written);
        if self.goal == 0 && self.due.take().is_some() {
            self.waits(patience);
        }
    }
}

/// Bytes read at a time: eight frames.
const READ_LEN: usize = 8 * FRAME_LEN;
/// Cells asked for at a time.
const ROUND: usize = 8;
/// How long to wait for a client to hear a last word.
const LINGER: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn reading_a_byte_now_and_then_buys_no_time() {
        let mut outgoing = Outgoing { bytes: vec![1; 100], ..Outgoing::default() };
        let start = Instant::now();
        outgoing.waits(PATIENCE);
        tokio::time::advance(Duration::from_secs(50)).await;
        outgoing.took(99, PATIENCE);
        outgoing.bytes.extend([2; 50]);
        outgoing.waits(PATIENCE);
        assert_eq!(outgoing.due, Some(start + PATIENCE), "one byte of the first hundred is still there");
        outgoing.took(1, PATIENCE);
        assert_eq!(outgoing.due, Some(Instant::now() + PATIENCE), "the next fifty have their own time");
        assert_eq!(outgoing.bytes, [2; 50]);
        outgoing.took(50, PATIENCE);
        assert!(outgoing.bytes.is_empty() && outgoing.due.is_none());
    }
}
