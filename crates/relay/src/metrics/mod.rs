//! What an operator may see of a relay that runs: sums for Prometheus and whether all is well, on a listener of this machine's
//! own. Spec: relay, "What a relay must not keep".

mod http;
mod process;
mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::config::Quotas;
use crate::server::Monitor;
use crate::stats::Stats;
use crate::store::Store;
use http::{Response, Status};

/// Answers who asks at `listener`, for ever: `GET /metrics` and `GET /health`.
pub(crate) async fn serve<S: Store>(listener: TcpListener, watched: Arc<Watched<S>>) {
    http::serve(listener, move |path| {
        let watched = Arc::clone(&watched);
        async move {
            match path.as_str() {
                "/metrics" => watched.metrics().await,
                "/health" => watched.health().await,
                _ => Response::text(Status::NotFound, "/metrics or /health\n"),
            }
        }
    })
    .await;
}

/// A relay under an operator's eyes.
pub(crate) struct Watched<S> {
    monitor: Monitor<S>,
    quotas: Quotas,
    draining: AtomicBool,
}

impl<S: Store> Watched<S> {
    /// A relay and the quotas that it started with.
    pub fn new(monitor: Monitor<S>, quotas: &Quotas) -> Self {
        Self { monitor, quotas: quotas.clone(), draining: AtomicBool::new(false) }
    }

    /// The counters now.
    pub fn stats(&self) -> Stats {
        self.monitor.stats()
    }

    pub const fn monitor(&self) -> &Monitor<S> {
        &self.monitor
    }

    /// Says from now on that nobody should come any more.
    pub fn drain(&self) {
        self.draining.store(true, Relaxed);
    }

    async fn metrics(&self) -> Response {
        let answers = self.answers().await;
        let page = text::render(&self.stats(), &self.quotas, answers, self.is_draining());
        Response { status: Status::Ok, content_type: text::TYPE, body: page }
    }

    async fn health(&self) -> Response {
        if self.is_draining() {
            Response::text(Status::Unavailable, "draining\n")
        } else if self.answers().await {
            Response::text(Status::Ok, "ok\n")
        } else {
            Response::text(Status::Unavailable, "store does not answer\n")
        }
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }

    async fn answers(&self) -> bool {
        timeout(PATIENCE, self.monitor.answers()).await.unwrap_or(false)
    }
}

/// How long a store may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use nightjar_protocol::keys::{DhSecret, MailboxId, Random, UnixTime};
    use nightjar_protocol::link::Epoch;
    use nightjar_protocol::wire::Cell;

    use super::*;
    use crate::clock::SystemClock;
    use crate::config::Config;
    use crate::key::OsRandom;
    use crate::server::Server;
    use crate::store::{Created, Error, Memory, Stored, Usage};

    /// A store whose server is away, or does not even say so.
    enum Away {
        Refuses,
        Silent,
    }

    impl Away {
        async fn answer<T>(&self) -> Result<T, Error> {
            match self {
                Self::Refuses => Err(Error::Unavailable),
                Self::Silent => std::future::pending().await,
            }
        }
    }

    impl Store for Away {
        fn epoch(&self) -> Epoch {
            Epoch([0; 8])
        }

        async fn create(&self, _: MailboxId, _: u32, _: UnixTime) -> Result<Created, Error> {
            self.answer().await
        }

        async fn renew(&self, _: MailboxId, _: Option<u32>, _: UnixTime) -> Result<u32, Error> {
            self.answer().await
        }

        async fn append(&self, _: MailboxId, _: Cell, _: u32, _: u32, _: UnixTime) -> Result<u64, Error> {
            self.answer().await
        }

        async fn read_after(&self, _: MailboxId, _: u64, _: usize, _: UnixTime) -> Result<Vec<Stored>, Error> {
            self.answer().await
        }

        async fn acknowledge(&self, _: MailboxId, _: u64, _: UnixTime) -> Result<(), Error> {
            self.answer().await
        }

        async fn delete(&self, _: MailboxId, _: UnixTime) -> Result<(), Error> {
            self.answer().await
        }

        async fn expire(&self, _: UnixTime) -> Result<Vec<MailboxId>, Error> {
            self.answer().await
        }

        fn usage(&self) -> Usage {
            Usage::default()
        }
    }

    async fn health(store: impl Store) -> (Status, String) {
        let config = Config::dev();
        let secret = DhSecret::generate(&mut OsRandom);
        let server = Server::bind(&config, secret, store, Arc::new(SystemClock::new())).await.unwrap();
        let Response { status, body, .. } = Watched::new(server.monitor(), &config.quotas).health().await;
        (status, body)
    }

    #[tokio::test(start_paused = true)]
    async fn a_relay_is_as_well_as_its_store() {
        let memory = Memory::new(1 << 20, Epoch(*OsRandom.bytes()));
        assert_eq!(health(memory).await, (Status::Ok, "ok\n".into()));
        for store in [Away::Refuses, Away::Silent] {
            assert_eq!(health(store).await, (Status::Unavailable, "store does not answer\n".into()));
        }
    }
}
