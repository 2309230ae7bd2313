//! Frames in, frames out, for as long as both sides want. Spec: relay, "Life of a connection".

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use nightjar_protocol::limits::FRAME_LEN;
use nightjar_protocol::link::{self, RelayLink};
use nightjar_protocol::wire::{Command, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{consume_budget, yield_now};
use tokio::time::{Instant, sleep_until, timeout};

use super::appends::Appends;
use super::greeting::linger;
use super::{End, LINGER, Shared, stopped};
use crate::bucket::Bucket;
use crate::buffers;
use crate::gate::{Seat, lost};
use crate::mailbox::{Delivery, Session};
use crate::outgoing::Outgoing;
use crate::store::Store;

pub(super) struct Connection<'a, S: Store> {
    stream: TcpStream,
    link: RelayLink,
    session: Session<S>,
    appends: Appends,
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
    pub fn new(stream: TcpStream, link: RelayLink, seat: Seat, shared: &'a Shared<S>) -> Self {
        let (session, appends) = (Session::new(Arc::clone(&shared.mailboxes)), Appends::default());
        let idle_at = Instant::now() + shared.timeouts.idle.duration();
        let (incoming, outgoing, read) = (Vec::new(), Outgoing::default(), Bucket::default());
        Self {
            stream,
            link,
            session,
            appends,
            shared,
            incoming,
            outgoing,
            idle_at,
            seat,
            read,
            rests: None,
            starved: false,
        }
    }

    pub async fn run(mut self, shutdown: &mut watch::Receiver<bool>) -> End {
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
        let (timer, stop) = (sleep_until(self.idle_at), stopped(shutdown));
        tokio::pin!(timer, stop);
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
                () = &mut stop => return Ok(End::Drained),
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
        if !self.book(buffers::LEN + ANSWERS_LEN) {
            return Ok(true);
        }
        let mut bytes = buffers::take();
        bytes.extend_from_slice(&self.incoming);
        let count = match read_some(&mut self.stream, &mut bytes).await {
            Some(Ok(0)) if bytes.is_empty() => return Ok(false),
            Some(Ok(0)) => {
                self.shared.mailboxes.counters().incoming.saw(bytes.len());
                return Err(End::Violation(link::Error::Frame));
            }
            Some(count) => count?,
            None => {
                buffers::give(bytes);
                return Ok(true);
            }
        };
        self.charge(count);
        let (frames, rest) = bytes.as_chunks::<FRAME_LEN>();
        let mut handled = Ok(());
        for frame in frames {
            // A client that always has one more gets its turn, and others theirs: a socket that is ready counts for nothing.
            consume_budget().await;
            handled = self.handle(frame).await;
            if handled.is_err() {
                break;
            }
        }
        // What came before a bad frame stands.
        self.answer_appends().await;
        handled?;
        // Not the buffer itself: an idle connection holds none, and there may be ten thousand of them.
        self.incoming = rest.to_vec();
        buffers::give(bytes);
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
            if let Command::Append { mailbox, ttl } = command {
                self.appends.push(self.session.append(mailbox, ttl, request.cell.take()));
                continue;
            }
            self.answer_appends().await;
            let reply = self.session.handle(command).await;
            self.link.queue(reply);
        }
        Ok(())
    }

    /// Waits for the appends that came so far, and queues their answers.
    async fn answer_appends(&mut self) {
        for reply in self.appends.answers().await {
            self.link.queue(reply);
        }
    }

    /// Seals what is queued, and as many pushes as there is room for.
    async fn fill(&mut self) -> Result<(), End> {
        loop {
            let room = self.shared.outgoing.saturating_sub(self.outgoing.bytes.len()).div_ceil(FRAME_LEN);
            let more = if room > 0 && self.book(buffers::LEN) {
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
        if buffer.capacity() == 0 && self.link.queued() > 0 {
            *buffer = buffers::take();
        }
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

/// Reads what is there behind what is in the buffer; `None` if there is nothing. Unlike `try_read`, it takes a read that did
/// not fill the buffer for the last, and spares a system call to be told so.
async fn read_some(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<io::Result<usize>> {
    poll_fn(|context| match pin!(stream.read_buf(bytes)).poll(context) {
        Poll::Ready(read) => Poll::Ready(Some(read)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// The answers to one read at most: nine frames can end in it, and two answer one.
const ANSWERS_LEN: usize = 19 * FRAME_LEN;
/// Cells asked for at a time.
const ROUND: usize = 8;
