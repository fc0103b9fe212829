//! A visitor: does what Tor Browser does at its security level Safest, where no script runs.
//!
//! It keeps cookies, follows a 303 by GET, and submits only forms that a page offers, with only
//! the fields that it offers. It opens a new connection for each request; a visitor over Tor stays
//! on one circuit for as long as the network lets it.

mod form;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use cookie::Cookie;
use http_body_util::{BodyExt, Full};
use hyper::header::{self, HeaderMap};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use scraper::{Html, Selector};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_socks::tcp::Socks5Stream;

pub use form::Form;

/// How long a whole answer may take; uploads of the largest size are slower through Tor.
const PATIENCE: Duration = Duration::from_secs(300);
const MOST_HOPS: usize = 8;

/// An onion address that nobody has.
pub const ONION: &str = "ssssssssssssssssssssssssssssssssssssssssssssssssssssssss.onion";

/// What every navigation of Tor Browser carries, in its order.
const NAVIGATION: [(&str, &str); 9] = [
    ("user-agent", "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-language", "en-US,en;q=0.5"),
    ("accept-encoding", "gzip, deflate"),
    ("upgrade-insecure-requests", "1"),
    ("sec-fetch-dest", "document"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-user", "?1"),
    ("priority", "u=0, i"),
];

/// Somebody at a browser, on one site.
#[derive(Debug)]
pub struct Visitor {
    road: Road,
    /// As in `Host`.
    host: String,
    cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
enum Road {
    Direct(SocketAddr),
    Tor { socks: SocketAddr, identity: String },
}

/// What a request led to, after all redirections.
#[derive(Debug, Clone)]
pub struct Page {
    /// The path that the address bar shows, with its query.
    pub path: String,
    /// The status of the last answer.
    pub status: StatusCode,
    /// The headers of the last answer.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The statuses of all answers, the last among them.
    pub hops: Vec<StatusCode>,
}

/// What a request sends along.
struct Content {
    kind: String,
    body: Bytes,
}

/// A connection whose other end waits for more. Dropping it breaks it off.
pub struct Stopped(#[allow(dead_code, reason = "held, then dropped")] Box<dyn Stream>);

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Visitor {
    /// Somebody who asks a server at a loopback address.
    pub fn direct(address: SocketAddr) -> Self {
        Self { road: Road::Direct(address), host: address.to_string(), cookies: BTreeMap::new() }
    }

    /// Somebody who came to a loopback address through Tor, as far as it can tell.
    pub fn as_if_over_tor(address: SocketAddr) -> Self {
        Self { host: ONION.to_owned(), ..Self::direct(address) }
    }

    /// Somebody who asks an onion service through a Tor client; another `identity` comes on
    /// another circuit.
    pub fn over_tor(socks: SocketAddr, onion: &str, identity: &str) -> Self {
        let road = Road::Tor { socks, identity: identity.to_owned() };
        Self { road, host: onion.to_owned(), cookies: BTreeMap::new() }
    }

    /// The cookies that the site set.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// Forgets all cookies, as "New identity" does.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Becomes another tab of the same browser.
    pub fn take_cookies(&mut self, other: &Self) {
        self.cookies.clone_from(&other.cookies);
    }

    /// Types an address.
    pub async fn open(&mut self, path: &str) -> Result<Page> {
        self.navigate(Method::GET, path, None, "none").await
    }

    /// Follows the link of a page whose text contains `text`.
    pub async fn follow(&mut self, page: &Page, text: &str) -> Result<Page> {
        let path = page.link(text)?;
        self.navigate(Method::GET, &path, None, "same-origin").await
    }

    /// Submits a form.
    pub async fn submit(&mut self, form: &Form) -> Result<Page> {
        let (path, content) = form.encode();
        let method = if content.is_some() { Method::POST } else { Method::GET };
        self.navigate(method, &path, content, "same-origin").await
    }

    /// Goes on from a form to the one with files, which its second button asks for; what was typed comes along.
    pub async fn add_files(&mut self, form: Form) -> Result<Form> {
        let form = form.choose("next", "files")?;
        let page = self.submit(&form).await?;
        page.form(&form.action).with_context(|| page.text())
    }

    /// Submits a form with files, whose answer stands in a frame, and leaves the frame by its link; a refusal has none.
    pub async fn submit_in_frame(&mut self, form: &Form) -> Result<Page> {
        let page = self.submit(form).await?;
        match page.path.ends_with("/sent") {
            true => self.follow(&page, "").await,
            false => Ok(page),
        }
    }

    /// Submits a form with files while `beside` reads the frame at `progress` that tells of it: the answer, and what the
    /// frame told. A frame is told nothing before it is there; what is sent again is not kept again.
    pub async fn submit_watched(&mut self, form: &Form, mut beside: Self, progress: &str) -> Result<(Page, Page)> {
        let place = format!("{progress}?form={}", form.value("nonce").context("no nonce")?);
        let frame = beside.open(&place);
        tokio::pin!(frame);
        loop {
            let sent = self.submit(form).await?;
            tokio::select! {
                told = &mut frame => return Ok((sent, told?)),
                () = sleep(Duration::from_millis(20)) => {}
            }
        }
    }

    /// Posts what no form of a page offers, as if from a page on `site`: `same-origin` or `cross-site`.
    pub async fn post(&mut self, path: &str, kind: &str, body: &'static str, site: &str) -> Result<Page> {
        let content = Content { kind: kind.to_owned(), body: Bytes::from_static(body.as_bytes()) };
        self.navigate(Method::POST, path, Some(content), site).await
    }

    /// Submits a form, but stops after `bytes` of its body.
    pub async fn submit_part(&mut self, form: &Form, bytes: usize) -> Result<Stopped> {
        let (path, content) = form.encode();
        let content = content.context("a form without a body")?;
        ensure!(bytes < content.body.len(), "the whole form is only {} B", content.body.len());
        let mut head = format!("POST {path} HTTP/1.1\r\n");
        for (name, value) in self.headers(Some(&content), "same-origin") {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", content.body.len());
        let mut stream = self.connect().await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(content.body.get(..bytes).unwrap_or_default()).await?;
        stream.flush().await?;
        Ok(Stopped(stream))
    }

    async fn navigate(
        &mut self,
        mut method: Method,
        path: &str,
        mut content: Option<Content>,
        site: &str,
    ) -> Result<Page> {
        let (mut path, mut hops) = (path.to_owned(), Vec::new());
        while hops.len() < MOST_HOPS {
            let (status, headers, body) = timeout(PATIENCE, self.ask(&method, &path, content.take(), site))
                .await
                .with_context(|| format!("no answer to {method} {path}"))?
                .with_context(|| format!("{method} {path}"))?;
            hops.push(status);
            self.remember(&headers);
            if !status.is_redirection() {
                return Ok(Page { path, status, headers, body, hops });
            }
            ensure!(status == StatusCode::SEE_OTHER, "an unexpected redirection: {status}");
            let place = headers.get(header::LOCATION).context("a 303 to nowhere")?.to_str()?;
            path = resolve(&path, place.strip_prefix(&format!("http://{}", self.host)).unwrap_or(place))?;
            method = Method::GET;
        }
        bail!("redirected for ever, at last to {path}")
    }

    async fn ask(
        &self,
        method: &Method,
        path: &str,
        content: Option<Content>,
        site: &str,
    ) -> Result<(StatusCode, HeaderMap, Bytes)> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in self.headers(content.as_ref(), site) {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(content.map(|c| c.body).unwrap_or_default()))?;
        let stream = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
        let connection = tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        drop(sender);
        connection.abort();
        Ok((head.status, head.headers, body))
    }

    fn headers(&self, content: Option<&Content>, site: &str) -> Vec<(&'static str, String)> {
        let mut headers = vec![("host", self.host.clone())];
        headers.extend(NAVIGATION.map(|(name, value)| (name, value.to_owned())));
        headers.push(("sec-fetch-site", site.to_owned()));
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            headers.push(("cookie", pairs.collect::<Vec<_>>().join("; ")));
        }
        if let Some(content) = content {
            // The pages say no-referrer, and so the browser hides where the form stood.
            headers.push(("origin", "null".to_owned()));
            headers.push(("content-type", content.kind.clone()));
        }
        headers
    }

    async fn connect(&self) -> Result<Box<dyn Stream>> {
        Ok(match &self.road {
            Road::Direct(address) => Box::new(TcpStream::connect(address).await?),
            Road::Tor { socks, identity } => {
                let place = (self.host.as_str(), 80);
                let road = Socks5Stream::connect_with_password(socks, place, identity, "x");
                Box::new(timeout(PATIENCE, road).await.context("no way through Tor")??)
            }
        })
    }

    fn remember(&mut self, headers: &HeaderMap) {
        let clears = headers.get("clear-site-data").and_then(|value| value.to_str().ok());
        if clears.is_some_and(|what| what.contains("\"cookies\"")) {
            self.cookies.clear();
        }
        for line in headers.get_all(header::SET_COOKIE) {
            let Ok(cookie) = Cookie::parse(String::from_utf8_lossy(line.as_bytes())) else {
                continue;
            };
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

impl Page {
    /// Its source.
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a reader sees, more or less: all text, white space folded.
    pub fn text(&self) -> String {
        self.texts("body").concat()
    }

    /// The text of each element that a CSS selector finds, white space folded.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let Ok(selector) = Selector::parse(css) else {
            return Vec::new();
        };
        let fold = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let html = Html::parse_document(&self.source());
        html.select(&selector).map(|found| fold(found.text().collect())).collect()
    }

    /// All its forms.
    pub fn forms(&self) -> Result<Vec<Form>> {
        form::read(&Html::parse_document(&self.source()), &self.path)
    }

    /// The only form whose action, resolved, is `action`.
    pub fn form(&self, action: &str) -> Result<Form> {
        let mut fitting = self.forms()?.into_iter().filter(|form| form.action == action);
        match (fitting.next(), fitting.next()) {
            (Some(form), None) => Ok(form),
            (None, _) => bail!("no form {action:?} on {}: {}", self.path, self.text()),
            (Some(_), Some(_)) => bail!("several forms {action:?} on {}", self.path),
        }
    }

    /// Where all links lead that begin with `prefix`, in their order.
    pub fn links_to(&self, prefix: &str) -> Result<Vec<String>> {
        let html = Html::parse_document(&self.source());
        let links = Selector::parse("a[href]").map_err(|error| anyhow::anyhow!("{error}"))?;
        let places = html.select(&links).filter_map(|link| resolve(&self.path, link.attr("href")?).ok());
        Ok(places.filter(|place| place.starts_with(prefix)).collect())
    }

    /// Where the first link whose text contains `text` leads.
    pub fn link(&self, text: &str) -> Result<String> {
        let html = Html::parse_document(&self.source());
        let links = Selector::parse("a[href]").map_err(|error| anyhow::anyhow!("{error}"))?;
        let link = html.select(&links).find(|link| link.text().collect::<String>().contains(text));
        let link = link.with_context(|| format!("no link {text:?} on {}", self.path))?;
        resolve(&self.path, link.attr("href").unwrap_or_default())
    }
}

/// A link on the page at `base`, as a path on the same site.
fn resolve(base: &str, link: &str) -> Result<String> {
    let here = base.split(['?', '#']).next().unwrap_or_default();
    let link = link.split('#').next().unwrap_or_default();
    Ok(match link {
        "" => here.to_owned(),
        _ if link.starts_with('/') && !link.starts_with("//") => link.to_owned(),
        _ if link.starts_with('?') => format!("{here}{link}"),
        _ if link.contains(':') || link.starts_with("//") => bail!("{link} leads to another site"),
        _ => format!("{}/{link}", here.rsplit_once('/').map_or("", |(folder, _)| folder)),
    })
}
