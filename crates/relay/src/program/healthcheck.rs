//! `healthcheck`: asks a relay that runs on this machine whether all is well, for a container or a service manager.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use super::{Failure, read, usage};
use crate::config::Layers;

/// Fails if the relay is not well, or is not there.
pub(super) fn healthcheck(layers: &Layers) -> Result<(), Failure> {
    let listen = read(layers)?.config.metrics.listen;
    let listen =
        listen.ok_or_else(|| usage(anyhow!("metrics.listen is empty, so the relay tells nobody how it is")))?;
    Ok(ask(listen)?)
}

/// Asks who listens there. Fails unless it is a relay, and well.
pub(super) fn ask(listen: SocketAddr) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect_timeout(&listen, PATIENCE).context("no relay answers")?;
    stream.set_read_timeout(Some(PATIENCE)).context("cannot wait")?;
    let request = format!("GET /health HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).context("the relay does not listen")?;
    let mut answer = String::new();
    stream.take(ANSWER_MAX).read_to_string(&mut answer).context("the relay does not answer")?;
    match answer.split_once("\r\n\r\n") {
        Some((head, _)) if head.starts_with("HTTP/1.1 200 ") => Ok(()),
        Some((head, reason)) if head.starts_with("HTTP/1.1 503 ") => bail!("{}", reason.trim_end()),
        _ => bail!("who answers is no relay"),
    }
}

const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes.
const ANSWER_MAX: u64 = 4096;
