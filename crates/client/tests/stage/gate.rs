//! A bad link between clients and a relay: it breaks where it is told to, or takes only so much at a time.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};

use super::Chance;
use super::tap::Way;

/// Passes on what it gets, until it breaks.
pub struct Gate {
    /// Where clients find it.
    pub port: u16,
    plan: Arc<Plan>,
}

/// After how many bytes a connection breaks, each way, and whether what is on its way back still comes.
#[derive(Clone, Copy)]
struct Break {
    up: Option<usize>,
    down: Option<usize>,
    is_gentle: bool,
}

type Weather = Box<dyn FnMut() -> Break + Send>;

#[derive(Default)]
struct Plan {
    next: Mutex<Option<Break>>,
    always: Mutex<Option<Weather>>,
    broken: AtomicU64,
    /// Bytes a second each way; 0 for as many as go.
    rate: AtomicU64,
}

impl Gate {
    /// Listens, and passes connections on to `relay`, a port of this machine.
    pub fn start(relay: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (port, plan) = (listener.local_addr().unwrap().port(), Arc::new(Plan::default()));
        let kept = Arc::clone(&plan);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(relay) = TcpStream::connect(("127.0.0.1", relay)) else { continue };
                let drawn = kept.always.lock().unwrap().as_mut().map(|draw| draw());
                let plan = kept.next.lock().unwrap().take().or(drawn);
                let gentle = plan.is_some_and(|plan| plan.is_gentle);
                pass(&client, &relay, plan.and_then(|plan| plan.up).map(|bytes| (bytes, gentle)), &kept);
                pass(&relay, &client, plan.and_then(|plan| plan.down).map(|bytes| (bytes, false)), &kept);
            }
        });
        Self { port, plan }
    }

    /// `host:port#key` of a relay as it is found through here.
    pub fn address(&self, relay: &str) -> String {
        let (_, key) = relay.split_once('#').unwrap();
        format!("127.0.0.1:{}#{key}", self.port)
    }

    /// The next connection breaks after so many whole frames this way. If that is up and gentle, the relay's answers to
    /// them still come.
    pub fn break_after(&self, way: Way, frames: usize, is_gentle: bool) {
        let bytes = Some(HELLO_LEN + frames * FRAME_LEN);
        let (up, down) = if way == Way::Up { (bytes, None) } else { (None, bytes) };
        *self.plan.next.lock().unwrap() = Some(Break { up, down, is_gentle });
    }

    /// Every connection from now on breaks after up to so many frames up or so many down, or in the middle of one.
    pub fn break_always(&self, up: u64, down: u64) {
        let mut chance = Chance::new();
        *self.plan.always.lock().unwrap() = Some(Box::new(move || {
            let mut drawn = |most: u64| Some(HELLO_LEN + chance.below(most * FRAME_LEN as u64) as usize);
            Break { up: drawn(up), down: drawn(down), is_gentle: false }
        }));
    }

    /// So many connections from now on break in the relay's answer to the greeting.
    pub fn break_greetings(&self, mut count: u32) {
        *self.plan.always.lock().unwrap() = Some(Box::new(move || {
            let down = (count > 0).then_some(HELLO_LEN / 2);
            count = count.saturating_sub(1);
            Break { up: None, down, is_gentle: false }
        }));
    }

    /// Connections hold from now on.
    pub fn mend(&self) {
        *self.plan.next.lock().unwrap() = None;
        *self.plan.always.lock().unwrap() = None;
    }

    /// How often it broke.
    pub fn broken(&self) -> u64 {
        self.plan.broken.load(SeqCst)
    }

    /// Takes so many bytes a second from now on.
    pub fn slow_down(&self, rate: u64) {
        self.plan.rate.store(rate, SeqCst);
    }
}

fn pass(from: &TcpStream, to: &TcpStream, most: Option<(usize, bool)>, plan: &Arc<Plan>) {
    let (mut from, mut to, plan) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(plan));
    thread::spawn(move || {
        let (mut bytes, mut left) = (vec![0; FRAME_LEN], most);
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let count = left.map_or(count, |(left, _)| count.min(left));
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
            if let rate @ 1.. = plan.rate.load(SeqCst) {
                thread::sleep(Duration::from_secs_f64(count as f64 / rate as f64));
            }
            left = left.map(|(left, is_gentle)| (left - count, is_gentle));
            if let Some((0, is_gentle)) = left {
                plan.broken.fetch_add(1, SeqCst);
                let _ = if is_gentle { to.shutdown(Shutdown::Write) } else { to.shutdown(Shutdown::Both) };
                if !is_gentle {
                    let _ = from.shutdown(Shutdown::Both);
                }
                return;
            }
        }
        let _ =
            to.shutdown(if most.is_some_and(|(_, is_gentle)| is_gentle) { Shutdown::Write } else { Shutdown::Both });
    });
}
