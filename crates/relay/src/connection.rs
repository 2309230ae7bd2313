//! One client's connection: bytes to frames, frames to the mailboxes, answers and pushes back. The only room that touches
//! the link. Spec: relay, "Life of a connection".
//!
//! It knows its socket and not the other end's address, so no log can name one: only for the gate, when that has drawn a new
//! key, it asks the system, and hands on what it hears.

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
use tokio::task::{consume_budget, yield_now};
use tokio::time::{Instant, sleep_until, timeout};

use crate::access::Keys;
use crate::bucket::{Bucket, Rate};
use crate::config::{Config, Timeouts};
use crate::gate::{Gate, Guest, Place, Seat, lost};
use crate::key::OsRandom;
use crate::live::Live;
use crate::mailbox::{Delivery, Mailboxes, Session};
use crate::outgoing::Outgoing;
use crate::store::Store;

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

/// Says that there is no room, if the client lets itself be told within a moment.
pub(crate) async fn decline(mut stream: TcpStream, place: Place) {
    let _ = timeout(LINGER, refuse(&mut stream, HandshakeRefusal::Busy, place)).await;
}

async fn greet<S: Store>(
    stream: &mut TcpStream,
    mut guest: Guest,
    shared: &Shared<S>,
) -> Result<(RelayLink, Seat), End> {
    let mut hello = [0; HELLO_LEN];
    tokio::select! {
        read = stream.read_exact(&mut hello) => read?,
        () = guest.lost() => return Err(End::MadeWay),
    };
    let Some(seat) = guest.seat().await else {
        refuse(stream, HandshakeRefusal::Busy, shared.gate.show_out()).await?;
        return Err(End::Busy);
    };
    let accepted = shared
        .keys
        .now()
        .read_hello(&hello)
        .and_then(|hello| hello.accept(&shared.mailboxes.welcome(), &Ephemeral::generate(&mut OsRandom)));
    match accepted {
        Ok((link, welcome)) => {
            stream.write_all(&welcome).await?;
            Ok((link, seat))
        }
        Err(error) => {
            drop(seat);
            refuse(stream, HandshakeRefusal::Handshake, shared.gate.show_out()).await?;
            Err(End::Violation(error))
        }
    }
}

/// Tells why, and waits a moment for it to be heard, unless others need the place.
async fn refuse(stream: &mut TcpStream, reason: HandshakeRefusal, mut place: Place) -> io::Result<()> {
    stream.write_all(&refusal(reason)).await?;
    tokio::select! {
        _ = timeout(LINGER, linger(stream)) => {}
        () = place.lost() => {}
    }
    Ok(())
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

struct Connection<'a, S: Store> {
    stream: TcpStream,
    link: RelayLink,
    session: Session<S>,
    shared: &'a Shared<S>,
    /// Bytes read and not yet handled: less than a frame between two rounds.
    incoming: Vec<u8>,
    outgoing: Outgoing,
    idle_at: Instant,
    seat: Seat,
    read: Bucket,
    /// Until when nothing is read, because too much was.
    rests: Option<Instant>,
    /// Whether it waits for bytes that other connections hold.
    starved: bool,
}

impl<'a, S: Store> Connection<'a, S> {
    fn new(stream: TcpStream, link: RelayLink, seat: Seat, shared: &'a Shared<S>) -> Self {
        let session = Session::new(Arc::clone(&shared.mailboxes));
        let idle_at = Instant::now() + shared.timeouts.idle.duration();
        let (incoming, outgoing, read) = (Vec::new(), Outgoing::default(), Bucket::default());
        Self { stream, link, session, shared, incoming, outgoing, idle_at, seat, read, rests: None, starved: false }
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
            self.settle();
            if self.deadline() < timer.deadline() {
                timer.as_mut().reset(self.deadline());
            }
            let room = self.has_room() && !self.starved;
            tokio::select! {
                () = stopped(shutdown) => return Ok(End::Drained),
                () = lost(&mut self.seat.quiet) => return Err(End::MadeWay),
                () = self.seat.account.freed(), if self.starved => self.starved = false,
                ready = self.stream.readable(), if room && self.rests.is_none() => {
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
                    self.seat.renew(|| Some(self.stream.peer_addr().ok()?.ip()));
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
        if !self.book(READ_LEN + ANSWERS_LEN) {
            return Ok(true);
        }
        let mut bytes = std::mem::take(&mut self.incoming);
        bytes.reserve_exact(READ_LEN);
        match self.stream.try_read_buf(&mut bytes) {
            Ok(0) if bytes.is_empty() => return Ok(false),
            Ok(0) => {
                self.shared.mailboxes.counters().incoming.saw(bytes.len());
                return Err(End::Violation(link::Error::Frame));
            }
            Ok(count) => self.charge(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        let (frames, rest) = bytes.as_chunks::<FRAME_LEN>();
        for frame in frames {
            // A client that always has one more gets its turn, and others theirs: a socket that is ready counts for nothing.
            consume_budget().await;
            self.handle(frame).await?;
        }
        // Not the buffer itself: an idle connection holds none, and there may be ten thousand of them.
        self.incoming = rest.to_vec();
        Ok(true)
    }

    /// Too much from one client makes it wait, and nobody else.
    fn charge(&mut self, bytes: usize) {
        let now = self.shared.gate.now();
        let wait = self.read.take(self.shared.reading, bytes as u64, now, Duration::MAX).unwrap_or_default();
        self.rests = (!wait.is_zero()).then(|| Instant::now() + wait);
    }

    /// Books bytes that are going to be held; `false` if all connections hold as much as they may.
    fn book(&mut self, more: usize) -> bool {
        // A buffer that grows doubles.
        let most = self.buffered() + self.outgoing.bytes.capacity() + more;
        self.starved = !self.seat.account.book(most);
        !self.starved
    }

    /// Gives back what was booked and is not held.
    fn settle(&mut self) {
        self.seat.account.settle(self.buffered());
    }

    fn buffered(&self) -> usize {
        self.incoming.capacity() + self.outgoing.bytes.capacity()
    }

    async fn handle(&mut self, frame: &[u8; FRAME_LEN]) -> Result<(), End> {
        let mut request = self.link.read_frame(frame)?;
        self.shared.mailboxes.counters().incoming.saw(frame.len());
        self.idle_at = Instant::now() + self.shared.timeouts.idle.duration();
        self.seat.quiet = None;
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
            let more = if room > 0 && self.book(ROUND * FRAME_LEN) {
                self.session.collect(room.min(ROUND)).await
            } else {
                Vec::new()
            };
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
            let patience = self.seat.account.patience(self.shared.timeouts.write.duration());
            match self.stream.try_write(&self.outgoing.bytes) {
                Ok(written) => self.outgoing.took(written, patience),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.outgoing.waits(patience);
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn deadline(&self) -> Instant {
        [self.outgoing.due, self.rests].into_iter().flatten().fold(self.idle_at, Instant::min)
    }

    fn check_deadlines(&mut self) -> Result<(), End> {
        let now = Instant::now();
        self.rests = self.rests.filter(|until| *until > now);
        if self.outgoing.due.is_some_and(|due| due <= now) {
            return Err(End::SlowReader);
        }
        if self.idle_at <= now { Err(End::Idle) } else { Ok(()) }
    }
}

/// Bytes read at a time: eight frames.
const READ_LEN: usize = 8 * FRAME_LEN;
/// The answers to one read at most: nine frames can end in it, and two answer one.
const ANSWERS_LEN: usize = 19 * FRAME_LEN;
/// Cells asked for at a time.
const ROUND: usize = 8;
/// What a client may send at once, in seconds of its rate.
const SECONDS_AT_ONCE: u64 = 4;
/// How long to wait for a client to hear a last word.
const LINGER: Duration = Duration::from_secs(2);
