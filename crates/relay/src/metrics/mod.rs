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
