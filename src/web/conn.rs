//! One HTTP/1 conversation over any stream: requests in, answers out.
//!
//! Protects: no header tells who or when (`Date`, `Server` and `ETag` do not exist); a request that
//! another site made somebody's browser send is told apart; an upload is drained before its answer,
//! so that the answer is read, and cut where it grows beyond all bounds; a body whose end two could see in two places is
//! the last thing that is read.
//! It does not decide who may ask what. What malformed HTTP gets is hyper's own answer.

use std::convert::Infallible;
use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cookie::{Cookie, SameSite};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use sluss_core::limits;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_io_timeout::TimeoutStream;

pub use hyper::{Method, StatusCode};

use crate::body::{Body, BodyError};

/// Headers that no browser sends, and whoever passes a request on does.
const PASSED_ON: [&str; 10] = [
    "cf-connecting-ip",
    "client-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "x-real-ip",
    "x-tor2web",
];
/// What the names of others of them begin with.
const FORWARDED: &str = "x-forwarded";

/// Bytes that a conversation holds of what it sends or is sent, at most: more than a usual page, less than a large one.
const BUFFER: usize = 128 * 1024;

/// What one conversation may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long a request's head may take, and how long a connection may lie idle between two.
    pub header: Duration,
    /// How long a request's body may stand still, and how long an answer may that nobody takes.
    pub idle: Duration,
    /// Bytes of one request's body that are read at all, drained ones included; beyond them the connection is cut.
    pub body: u64,
}

impl Default for Bounds {
    /// The body bound is twice what may be uploaded: whoever chose too large a file is told so, if it is not far too large.
    fn default() -> Self {
        Self { header: limits::HEADER_TIMEOUT, idle: limits::BODY_IDLE, body: 2 * limits::UPLOAD }
    }
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Either side was done, or what came was no request.
    Closed,
    /// The visitor went away in the middle of a body or an answer. What they sent or were sent last may be left in whatever
    /// carries this stream until more comes (measured: up to 35 bytes in a Tor circuit), so the caller should end that too,
    /// unless more comes.
    Broken,
    /// The visitor stood still there, which leaves the same: the caller should end whatever carries this stream.
    Stalled,
    /// More was sent than is ever read: the caller should end whatever carries this stream too.
    Overrun,
}

/// Drives one conversation over `stream` to its end; `handler` is asked once a request.
///
/// After the answer to a request whose body could not be read to its end, the stream is dropped.
pub async fn converse<S, H, F>(stream: S, bounds: Bounds, handler: H) -> Ending
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request) -> F,
    F: Future<Output = Answer>,
{
    let failed = Mutex::new(None);
    let service = service_fn(|incoming| {
        let (request, body) = Request::read(incoming, bounds);
        // Whoever passed it on may see its end elsewhere than we do: nothing that follows it is read.
        let last = request.head.headers.contains_key(header::TRANSFER_ENCODING);
        let answer = handler(request);
        let failed = &failed;
        async move {
            let answer = answer.await;
            body.drain().await.inspect_err(|error| {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(*error);
            })?;
            Ok::<_, BodyError>(if last { answer.closing() } else { answer }.0)
        }
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(bounds.idle));
    let ended = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header)
        .half_close(false)
        .max_buf_size(BUFFER)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .await;
    let failed = *failed.lock().unwrap_or_else(PoisonError::into_inner);
    match (ended, failed) {
        (_, Some(BodyError::Overrun)) => Ending::Overrun,
        (_, Some(BodyError::Idle)) => Ending::Stalled,
        (_, Some(BodyError::Stopped)) => Ending::Broken,
        (Err(error), None) => match of_stream(&error) {
            Some(io::ErrorKind::TimedOut) => Ending::Stalled,
            Some(_) => Ending::Broken,
            None => Ending::Closed,
        },
        (Ok(()), None) => Ending::Closed,
    }
}

/// What went wrong with the stream itself, if anything did; nobody taking an answer for too long is `TimedOut`.
fn of_stream(error: &hyper::Error) -> Option<io::ErrorKind> {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    cause.or(error.is_incomplete_message().then_some(io::ErrorKind::UnexpectedEof))
}

/// A request's head, and its body to be read by a [`crate::form`].
pub struct Request {
    head: hyper::http::request::Parts,
    body: Body,
}

impl Request {
    fn read(incoming: hyper::Request<Incoming>, bounds: Bounds) -> (Self, Body) {
        let (head, incoming) = incoming.into_parts();
        let body = Body::new(incoming, bounds.body, bounds.idle);
        (Self { head, body: body.clone() }, body)
    }

    /// What is asked to be done.
    pub fn method(&self) -> &Method {
        &self.head.method
    }

    /// The path as it was sent, without a query.
    pub fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// The path's segments, empty ones left out. Nothing is decoded: our own paths need no escapes.
    pub fn segments(&self) -> Vec<&str> {
        self.path().split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// A field of the query, decoded; the first of that name.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.head.uri.query()?.as_bytes();
        form_urlencoded::parse(query).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// A cookie's value; none where two of that name differ, because one of them was put there by somebody else.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.head.headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let cookies = lines.flat_map(Cookie::split_parse).flatten();
        let mut values = cookies.filter(|cookie| cookie.name() == name).map(|cookie| cookie.value_raw());
        let first = values.next()?;
        values.all(|other| other == first).then_some(first).flatten()
    }

    /// A header's value, where it is readable text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The name and port under which the browser believes to ask; an address that was made to lead here has another.
    /// None where none is named, or two that differ: in the header, twice, or in the request line too.
    pub fn host(&self) -> Option<&str> {
        let lines = self.head.headers.get_all(header::HOST).iter().map(|line| line.to_str().ok());
        let mut named = lines.chain(self.head.uri.authority().map(|authority| Some(authority.as_str())));
        let first = named.next()??;
        named.all(|other| other == Some(first)).then_some(first)
    }

    /// Whether something on the way says of itself that it passed this on, as gateways from the web into Tor do. One
    /// that hides cannot be told apart from a browser.
    pub fn was_passed_on(&self) -> bool {
        let names = |name: &HeaderName| PASSED_ON.contains(&name.as_str()) || name.as_str().starts_with(FORWARDED);
        self.head.headers.keys().any(names)
    }

    /// Whether another site made the browser send this. Only `Sec-Fetch-Site` tells: under
    /// `no-referrer` the `Origin` of an honest form is `null`. Clients that do not send it are no
    /// browsers that could be led astray.
    pub fn crosses_sites(&self) -> bool {
        let site = self.header(&HeaderName::from_static("sec-fetch-site"));
        site.is_some_and(|site| site != "same-origin" && site != "none")
    }

    /// Bytes that the body will have, as the head declares; `None` without `Content-Length`.
    pub fn declared(&self) -> Option<u64> {
        self.header(&header::CONTENT_LENGTH)?.parse().ok()
    }

    /// The body, to be read once.
    pub fn body(&self) -> &Body {
        &self.body
    }
}

impl fmt::Debug for Request {
    /// Shows nothing: what is asked, and how, is the visitor's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request(…)")
    }
}

/// What a handler answers. Pages are made by [`crate::page::Page::answer`].
pub struct Answer(hyper::Response<UnsyncBoxBody<Bytes, io::Error>>);

impl Answer {
    /// An answer of `status` with `headers`, in their order, and `body`.
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self::of(status, headers, Full::new(body).map_err(|never: Infallible| match never {}))
    }

    /// The same with `padding` bytes of padding before `end`: they take no memory, however long nobody takes the answer.
    pub(crate) fn padded(
        status: StatusCode,
        headers: HeaderMap,
        filled: Bytes,
        padding: usize,
        end: &'static str,
    ) -> Self {
        Self::of(status, headers, Padded { filled, padding, end: Bytes::from_static(end.as_bytes()) })
    }

    fn of(
        status: StatusCode,
        headers: HeaderMap,
        body: impl HttpBody<Data = Bytes, Error = io::Error> + Send + 'static,
    ) -> Self {
        let mut response = hyper::Response::new(body.boxed_unsync());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self(response)
    }

    /// A bare 303 to a path of our own; one that cannot stand in a header leads to `/`.
    pub fn see_other(path: &str) -> Self {
        let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        let headers = [(header::LOCATION, place), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        Self::new(StatusCode::SEE_OTHER, headers.into_iter().collect(), Bytes::new())
    }

    /// A file to be saved, never shown: `name` is what the browser proposes, ASCII without quotes.
    pub fn download(name: &str, content: Bytes) -> Self {
        Self::new(StatusCode::OK, download_headers(name), content)
    }

    /// [`Answer::download`] of `length` bytes in chunks that come over a channel, for what does not fit in memory; an
    /// error, or fewer bytes, breaks the connection off, so that the browser does not take half a file for a whole one.
    pub fn download_from(name: &str, length: u64, chunks: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        let mut headers = download_headers(name);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        Self::of(StatusCode::OK, headers, Chunks(chunks))
    }

    /// An answer whose body comes over a channel, for [`crate::frame`].
    pub(crate) fn growing(headers: HeaderMap, chunks: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        Self::of(StatusCode::OK, headers, Chunks(chunks))
    }

    /// The status that goes out.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Lets the browser keep `cookie` until it is closed: for this host alone, out of scripts' reach.
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        let cookie = Cookie::build((name, value)).http_only(true).same_site(SameSite::Strict).path("/");
        self.with(header::SET_COOKIE, &cookie.build().to_string())
    }

    /// Makes the browser forget the cookie, and whatever else it keeps of this site.
    pub fn forgetting(self, name: &str) -> Self {
        let mut cookie = Cookie::build((name, "")).http_only(true).same_site(SameSite::Strict).path("/").build();
        // Not `make_removal`: its `Expires` is counted from now, which would date the answer.
        cookie.set_max_age(cookie::time::Duration::ZERO);
        self.with(header::SET_COOKIE, &cookie.to_string())
            .with(HeaderName::from_static("clear-site-data"), r#""cookies","storage","cache""#)
    }

    /// Ends the connection after this answer: for answers that carry or follow a secret, so that no
    /// buffer of the connection outlives it.
    pub fn closing(mut self) -> Self {
        self.0.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        self
    }

    /// Makes the browser leave the page for a path of our own when it has stood for so long.
    pub fn left_after(self, stands: Duration, path: &str) -> Self {
        self.with(header::REFRESH, &format!("{}; url={path}", stands.as_secs()))
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers_mut().append(name, value);
        }
        self
    }
}

impl fmt::Debug for Answer {
    /// Shows the status alone: headers carry cookies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status())
    }
}

fn download_headers(name: &str) -> HeaderMap {
    let safe: String = name.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '/' | ';')).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{safe}\""));
    let fixed = |value| HeaderValue::from_static(value);
    [
        (header::CONTENT_TYPE, fixed("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(fixed("attachment"))),
        (header::CACHE_CONTROL, fixed("no-store")),
        (header::CONTENT_SECURITY_POLICY, fixed("default-src 'none'; sandbox")),
        (HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin")),
        (header::REFERRER_POLICY, fixed("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
    ]
    .into_iter()
    .collect()
}

/// What padding is made of.
static DOTS: [u8; 16 * 1024] = [b'.'; 16 * 1024];

/// What was filled in, so many dots, and the end.
struct Padded {
    filled: Bytes,
    padding: usize,
    end: Bytes,
}

impl HttpBody for Padded {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = if !self.filled.is_empty() {
            std::mem::take(&mut self.filled)
        } else if let dots @ 1.. = self.padding.min(DOTS.len()) {
            self.padding -= dots;
            Bytes::from_static(DOTS.get(..dots).unwrap_or_default())
        } else {
            std::mem::take(&mut self.end)
        };
        std::task::Poll::Ready((!next.is_empty()).then(|| Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.filled.is_empty() && self.padding == 0 && self.end.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.filled.len() + self.padding + self.end.len()) as u64)
    }
}

struct Chunks(mpsc::Receiver<io::Result<Bytes>>);

impl HttpBody for Chunks {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests;
