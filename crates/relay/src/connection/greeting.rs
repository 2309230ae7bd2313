//! A connection's first words, and its last. Spec: relay, "Life of a connection"; wire, "Handshake".

use std::io;

use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::{HandshakeRefusal, RelayLink, refusal};
use nightjar_protocol::noise::Ephemeral;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{End, LINGER, Shared};
use crate::gate::{Guest, Place, Seat};
use crate::key::OsRandom;
use crate::store::Store;

/// Says that there is no room, if the client lets itself be told within a moment.
pub(crate) async fn decline(mut stream: TcpStream, place: Place) {
    let _ = timeout(LINGER, refuse(&mut stream, HandshakeRefusal::Busy, place)).await;
}

pub(super) async fn greet<S: Store>(
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
pub(super) async fn linger(stream: &mut TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut nowhere = [0; 1024];
    while stream.read(&mut nowhere).await? > 0 {}
    Ok(())
}
