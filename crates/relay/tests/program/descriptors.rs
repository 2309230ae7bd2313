//! Fewer descriptors than there is work for.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::ClientHandshake;
use nightjar_protocol::noise::Ephemeral;
use nightjar_relay::key::OsRandom;

use super::harness::*;

/// A connection that has shaken hands; `None` if the relay does not answer it within a moment.
fn try_greet(address: &RelayAddress) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", address.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let (client, hello) =
        ClientHandshake::start(address.key(), address.access(), &Ephemeral::generate(&mut OsRandom)).unwrap();
    stream.write_all(&hello).unwrap();
    let mut welcome = [0; HELLO_LEN];
    stream.read_exact(&mut welcome).ok()?;
    client.read_welcome(&welcome).ok().map(|_| stream)
}

#[test]
fn it_says_so_if_it_may_not_open_as_many_files_as_it_is_to_serve() {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 256 && exec \"$0\" serve --dev", env!("CARGO_BIN_EXE_nightjar-relay")]);
    let (relay, address) = Running::of(shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()));
    let crowd: Vec<_> = (0..96).map(|_| greet(&address)).collect();
    assert!(try_greet(&address).is_none(), "the rest is for other things");
    drop(crowd);
    relay.signal("-TERM");
    let (exit, _, err) = relay.end();
    assert_eq!(exit, Some(0));
    assert!(err.contains("limit on open files") && !err.contains("cannot accept"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_it_waits_and_then_goes_on() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let (relay, address) = Running::start(&["serve", "--dev"]);
    // Taken away while it runs, as another part of it could.
    let few = Rlimit { current: Some(40), maximum: Some(40) };
    prlimit(Pid::from_raw(i32::try_from(relay.id()).unwrap()), Resource::Nofile, few).unwrap();
    let silent: Vec<_> = (0..64).map(|_| TcpStream::connect(("127.0.0.1", address.port())).unwrap()).collect();
    let mut crowd = vec![try_greet(&address).expect("the silent make way")];
    crowd.extend(std::iter::from_fn(|| try_greet(&address)));
    assert!((5..40).contains(&crowd.len()), "{}", crowd.len());
    drop(silent);
    drop(crowd);
    let again = std::iter::repeat_with(|| try_greet(&address)).take(15).flatten().next();
    assert!(again.is_some(), "there is room again");
    relay.signal("-TERM");
    let (exit, _, err) = relay.end();
    assert_eq!(exit, Some(0));
    assert_eq!(err.matches("cannot accept").count(), 1, "{err}");
}
