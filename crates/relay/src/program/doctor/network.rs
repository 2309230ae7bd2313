//! The network: whether the relay can listen, or does; whether clients can find it; who watches.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use nightjar_protocol::crypto::dh_public;
use nightjar_protocol::invite::Host;
use nightjar_protocol::keys::{AccessKey, DhPublic};
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::ClientHandshake;
use nightjar_protocol::noise::Ephemeral;

use super::super::access::held;
use super::super::healthcheck::ask;
use super::Finding;
use crate::config::Config;
use crate::key::{OsRandom, load};

/// The port is free, or a relay with our key answers there.
pub(super) fn listen(config: &Config) -> Finding {
    let place = config.listen;
    match TcpListener::bind(place) {
        Ok(_) => Finding::good("listen", format!("{place} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => serves(config),
        Err(error) => Finding::bad(
            "listen",
            format!("{place}: {error}"),
            "Choose an address of this machine and a port above 1023.",
        ),
    }
}

fn serves(config: &Config) -> Finding {
    let place = config.listen;
    let Ok(secret) = load(&config.key_file) else {
        let next = "If it is this relay, ask again as its user, who may read the key.";
        return Finding::fair("listen", format!("somebody listens at {place}"), next);
    };
    let held = held(&config.access_key_file).ok().flatten().unwrap_or_default();
    match greet(nearest(place), &dh_public(&secret), held.first()) {
        Some(()) => Finding::good("listen", format!("this relay answers at {place}")),
        None => Finding::bad(
            "listen",
            format!("who listens at {place} does not have this relay's key"),
            "Stop it, or choose another port.",
        ),
    }
}

/// A handshake as a client makes it: only who has the key can answer, and only to who has an access key if it wants one.
fn greet(place: SocketAddr, key: &DhPublic, access: Option<&AccessKey>) -> Option<()> {
    let mut stream = TcpStream::connect_timeout(&place, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let (client, hello) = ClientHandshake::start(key, access, &Ephemeral::generate(&mut OsRandom)).ok()?;
    stream.write_all(&hello).ok()?;
    let mut welcome = [0; HELLO_LEN];
    stream.read_exact(&mut welcome).ok()?;
    client.read_welcome(&welcome).ok().map(drop)
}

/// Where this machine reaches what listens here.
fn nearest(place: SocketAddr) -> SocketAddr {
    let ip = match place.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, place.port())
}

/// Where clients are told that the relay is: a place that they can find.
pub(super) fn address(config: &Config) -> Finding {
    let address = config.relay_address(config.listen, DhPublic::from_bytes([0; 32]));
    let Ok(address) = address else {
        return Finding::bad("address", "clients cannot be told where it is", "Set address to \"host:port\".");
    };
    let (host, port) = (address.host().to_string(), address.port());
    match address.host() {
        Host::V4(ip) if ip.is_unspecified() => nowhere(&host),
        Host::V6(ip) if ip.is_unspecified() => nowhere(&host),
        Host::V4(ip) if ip.is_loopback() || ip.is_private() || ip.is_link_local() => near(&host),
        Host::V6(ip) if ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() => near(&host),
        Host::V4(_) | Host::V6(_) => Finding::good("address", format!("clients go to {host}, port {port}")),
        Host::Name(_) if host.ends_with(".onion") => {
            Finding::good("address", format!("clients go to {host}, port {port}, through Tor. Nobody was asked for it"))
        }
        Host::Name(_) => match (host.as_str(), port).to_socket_addrs().map(|found| found.count()) {
            Ok(1..) => Finding::good("address", format!("clients go to {host}, port {port}, which has an address")),
            Ok(0) | Err(_) => Finding::bad(
                "address",
                format!("{host} has no address"),
                "Set one where the name is registered, or wait for it.",
            ),
        },
    }
}

fn nowhere(host: &str) -> Finding {
    Finding::bad(
        "address",
        format!("invites would name {host}, which is nowhere"),
        "Set address to \"host:port\" as clients see it.",
    )
}

fn near(host: &str) -> Finding {
    Finding::fair(
        "address",
        format!("only machines near this one find {host}"),
        "Set address to \"host:port\" as clients see it.",
    )
}

/// Metrics, if somebody is to see them: the port is free, or the relay answers there.
pub(super) fn metrics(config: &Config) -> Finding {
    let Some(place) = config.metrics.listen else {
        return Finding::fair(
            "metrics",
            "nobody can see how the relay is",
            "Set metrics.listen to \"127.0.0.1:9170\".",
        );
    };
    // In this order, or it would ask itself.
    match (ask(place), TcpListener::bind(place)) {
        (Ok(()), _) => Finding::good("metrics", format!("the relay at {place} is well")),
        (Err(_), Ok(_)) => Finding::good("metrics", format!("{place} is free")),
        (Err(error), Err(_)) => Finding::bad("metrics", format!("{place}: {error:#}"), "Look at the relay's log."),
    }
}

const PATIENCE: Duration = Duration::from_secs(5);
