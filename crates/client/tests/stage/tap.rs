//! Someone on the wire between a client and its relay, who sees when how many bytes go which way, and nothing else.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Which way bytes went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// To the relay.
    Up,
    /// To the client.
    Down,
}

/// Passes on what it gets and keeps count.
pub struct Tap {
    /// Where clients find it.
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// Bytes in the order in which they passed, of one connection. What comes at once the same way is one entry.
pub type Seen = Vec<(Way, usize)>;

impl Tap {
    /// Listens, and passes connections on to `relay`, a port of this machine.
    pub fn start(relay: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(relay) = TcpStream::connect(("127.0.0.1", relay)) else { continue };
                let mut connections = kept.lock().unwrap();
                let number = connections.len();
                connections.push(Vec::new());
                drop(connections);
                pass(&client, &relay, Way::Up, number, &kept);
                pass(&relay, &client, Way::Down, number, &kept);
            }
        });
        Self { port, seen }
    }

    /// Every connection so far, in the order in which they began.
    pub fn connections(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn pass(from: &TcpStream, to: &TcpStream, way: Way, number: usize, seen: &Arc<Mutex<Vec<Seen>>>) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    let seen = Arc::clone(seen);
    thread::spawn(move || {
        let mut bytes = vec![0; 65536];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            note(&mut seen.lock().unwrap()[number], way, count);
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

fn note(connection: &mut Seen, way: Way, count: usize) {
    match connection.last_mut() {
        Some((last, sum)) if *last == way => *sum += count,
        _ => connection.push((way, count)),
    }
}

/// What was seen most often.
pub fn usual(runs: impl Iterator<Item = Seen>) -> Seen {
    let mut counted: BTreeMap<Seen, usize> = BTreeMap::new();
    runs.for_each(|seen| *counted.entry(seen).or_default() += 1);
    eprintln!("{counted:?}");
    counted.into_iter().max_by_key(|(_, count)| *count).unwrap().0
}
