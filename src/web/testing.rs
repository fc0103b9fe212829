//! A visitor for the tests of this crate: raw bytes over a duplex stream, so that nothing between
//! hides what a header or a broken form does.

use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::task::JoinHandle;

use crate::conn::{Answer, Bounds, Ending, Request, converse};

/// Short enough for a test, long enough for a busy machine.
pub const BOUNDS: Bounds =
    Bounds { header: Duration::from_millis(300), idle: Duration::from_millis(300), body: 4_000_000 };

/// A visitor's end of a conversation with `handler`.
pub fn visit<H, F>(bounds: Bounds, handler: H) -> (DuplexStream, JoinHandle<Ending>)
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let (here, there) = tokio::io::duplex(64 * 1024);
    (here, tokio::spawn(converse(there, bounds, handler)))
}

/// Sends `request` whole, asks for the connection's end, and returns all that came back.
pub async fn ask<H, F>(request: &[u8], handler: H) -> String
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let (mut here, ending) = visit(BOUNDS, handler);
    let (mut from, mut to) = tokio::io::split(&mut here);
    let mut answer = Vec::new();
    let read = async { from.read_to_end(&mut answer).await };
    let write = async { to.write_all(request).await };
    let _ = tokio::join!(read, write);
    ending.await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// The bytes of a GET with further header lines.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// The bytes of a POST with a body of `kind`.
pub fn post(kind: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The bytes of a POST of a form with files, its boundary `B`, its body as given.
pub fn post_parts(body: &[u8]) -> Vec<u8> {
    post("multipart/form-data; boundary=B", body)
}

/// One part of such a form; `extra` follows the name, as ` ; filename="…"`.
pub fn part(name: &str, extra: &str, value: &[u8]) -> Vec<u8> {
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n");
    [head.as_bytes(), value, b"\r\n"].concat()
}

/// The bytes after an answer's head.
pub fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}
