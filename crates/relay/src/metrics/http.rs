//! As much of HTTP/1.1 as two pages take: one request a connection, its head bounded in bytes and time, then the end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// What is answered.
pub(super) struct Response {
    pub status: Status,
    pub content_type: &'static str,
    pub body: String,
}

/// How it went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    Ok,
    Malformed,
    NotFound,
    Method,
    TooLarge,
    Unavailable,
}

impl Response {
    /// A short answer for people.
    pub fn text(status: Status, body: &str) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", body: body.to_owned() }
    }

    fn encode(&self) -> Vec<u8> {
        let Self { status, content_type, body } = self;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            status.line()
        );
        [head.as_bytes(), body.as_bytes()].concat()
    }
}

impl Status {
    const fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::Malformed => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::Method => "405 Method Not Allowed",
            Self::TooLarge => "431 Request Header Fields Too Large",
            Self::Unavailable => "503 Service Unavailable",
        }
    }
}

/// Answers each request with what `page` has under its path. Who comes when all are busy waits.
pub(super) async fn serve<F>(listener: TcpListener, page: impl Fn(String) -> F + Clone + Send + 'static)
where
    F: Future<Output = Response> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(AT_A_TIME));
    while let Ok(permit) = Arc::clone(&room).acquire_owned().await {
        // Without the address: it is nobody's business who looks, either.
        let Ok((stream, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let page = page.clone();
        tokio::spawn(async move {
            let _ = timeout(PATIENCE, answer(stream, page)).await;
            drop(permit);
        });
    }
}

async fn answer<F: Future<Output = Response>>(mut stream: TcpStream, page: impl Fn(String) -> F) -> io::Result<()> {
    let response = match read(&mut stream).await? {
        Ok(path) => page(path).await,
        Err(status) => Response::text(status, "GET /metrics or /health\n"),
    };
    stream.write_all(&response.encode()).await?;
    // What was not read could take the answer down with it.
    stream.shutdown().await?;
    let mut nowhere = [0; 1024];
    while stream.read(&mut nowhere).await? > 0 {}
    Ok(())
}

/// The path that is asked for, what follows its `?` left out.
async fn read(stream: &mut TcpStream) -> io::Result<Result<String, Status>> {
    let mut head = Vec::with_capacity(1024);
    while head.len() < HEAD_MAX {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(Err(Status::Malformed));
        }
        if let Some(parsed) = parse(&head) {
            return Ok(parsed);
        }
    }
    Ok(Err(Status::TooLarge))
}

/// `None` until the head is whole.
pub(super) fn parse(head: &[u8]) -> Option<Result<String, Status>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Partial) => None,
        Err(httparse::Error::TooManyHeaders) => Some(Err(Status::TooLarge)),
        Err(_) => Some(Err(Status::Malformed)),
        Ok(httparse::Status::Complete(_)) => Some(match (request.method, request.path) {
            (Some("GET"), Some(path)) => Ok(path.split_once('?').map_or(path, |(path, _)| path).to_owned()),
            _ => Err(Status::Method),
        }),
    }
}

/// Bytes of a request's head.
const HEAD_MAX: usize = 8 * 1024;
const HEADERS_MAX: usize = 64;
/// Requests at a time.
const AT_A_TIME: usize = 16;
/// For one request and its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// After the system could not accept.
const PAUSE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let head = b"GET /metrics?debug=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for length in 0..head.len() {
            assert_eq!(parse(&head[..length]), None, "{length}");
        }
        assert_eq!(parse(head), Some(Ok("/metrics".into())));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(HEADERS_MAX + 1));
        for (head, status) in [
            ("POST /metrics HTTP/1.1\r\n\r\n", Status::Method),
            ("nonsense\r\n\r\n", Status::Malformed),
            ("\u{1}", Status::Malformed),
            (&many, Status::TooLarge),
        ] {
            assert_eq!(parse(head.as_bytes()), Some(Err(status)), "{head}");
        }
    }
}
