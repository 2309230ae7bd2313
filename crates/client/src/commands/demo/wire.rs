//! A way to the relay that can be cut: it passes bytes on, counts them, and hangs up in the middle when it is told to.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};

use super::actor::Outcome;

/// The way. It stays open until the program ends.
pub(super) struct Wire {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Bytes that went to the relay.
    passed: AtomicU64,
    /// When so many have gone, the way is cut.
    cut_at: AtomicU64,
    is_cut: AtomicBool,
}

impl Wire {
    /// Lays a way to the relay at this port of the loopback.
    pub(super) fn lay(relay: u16) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let state = Arc::new(State { cut_at: AtomicU64::new(u64::MAX), ..State::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // Whoever comes while the way is cut is hung up on at once.
                if shared.is_cut.load(Ordering::SeqCst) {
                    continue;
                }
                let relay = SocketAddr::from((Ipv4Addr::LOCALHOST, relay));
                if let Ok(relay) = TcpStream::connect(relay) {
                    shared.join(client, relay);
                }
            }
        });
        Ok(Self { port, state })
    }

    /// The port that leads to it.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the way when so many more bytes have gone to the relay.
    pub(super) fn cut_after(&self, bytes: u64) {
        self.state.cut_at.store(self.passed().saturating_add(bytes), Ordering::SeqCst);
    }

    /// Waits until it was cut.
    pub(super) fn wait_for_cut(&self, patience: Duration) -> Outcome<()> {
        let rounds = patience.as_millis() / TICK.as_millis();
        for _ in 0..rounds {
            if self.state.is_cut.load(Ordering::SeqCst) {
                return Ok(());
            }
            thread::sleep(TICK);
        }
        Err("the way was not cut".to_owned())
    }

    /// Opens the way again.
    pub(super) fn mend(&self) {
        self.state.cut_at.store(u64::MAX, Ordering::SeqCst);
        self.state.is_cut.store(false, Ordering::SeqCst);
    }

    /// Bytes that went to the relay so far.
    pub(super) fn passed(&self) -> u64 {
        self.state.passed.load(Ordering::SeqCst)
    }
}

impl State {
    /// Passes bytes on between the two until one hangs up or the way is cut.
    fn join(self: &Arc<Self>, client: TcpStream, relay: TcpStream) {
        let (Ok(client_in), Ok(relay_in)) = (client.try_clone(), relay.try_clone()) else { return };
        let up = Arc::clone(self);
        thread::spawn(move || up.pass(client_in, relay, true));
        let down = Arc::clone(self);
        thread::spawn(move || down.pass(relay_in, client, false));
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream, counted: bool) {
        let (mut buffer, mut greeted) = ([0; FRAME_LEN], false);
        loop {
            // A frame at a time, behind the greeting: where the way is cut, no part of one has gone.
            let next = if greeted { FRAME_LEN } else { HELLO_LEN };
            let Some(whole) = buffer.get_mut(..next) else { break };
            if from.read_exact(whole).and_then(|()| to.write_all(whole)).is_err() {
                break;
            }
            greeted = true;
            let passed = if counted { self.passed.fetch_add(next as u64, Ordering::SeqCst) } else { 0 };
            if passed >= self.cut_at.load(Ordering::SeqCst) {
                self.is_cut.store(true, Ordering::SeqCst);
            }
            if self.is_cut.load(Ordering::SeqCst) {
                break;
            }
        }
        // The other direction ends with this one; an end that is gone already is no matter.
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }
}

const TICK: Duration = Duration::from_millis(10);
