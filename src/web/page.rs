//! One page: the shell that all of them share, one length, one set of headers.
//!
//! Protects: whoever watches the line learns from an answer's length only that it was a page; a page
//! is one response, without script and without sub-resource, and says so to the browser; at least
//! 1.1 kB of padding follows whatever secret a page shows, so that no buffer on the way keeps it.
//! It does not hide how many pages were asked for, nor when.

use std::fmt;
use std::sync::LazyLock;

use bytes::Bytes;
use data_encoding::BASE64;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use sluss_core::lang::Lang;
use sluss_core::limits;

use crate::conn::{Answer, StatusCode};

const STYLE: &str = include_str!("style.css");
/// Bytes of padding that follow even the fullest page.
const PADDING: usize = 1_200;
/// The comment that the padding stands in.
const PADDING_BEGINS: &str = "<!--";
const PADDING_ENDS: &str = "-->";

/// The page does not fit its length: show less of it, or page it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the page is {over} bytes too long")]
pub struct TooLong {
    /// Bytes above what fits.
    pub over: usize,
}

/// The lengths that pages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// [`limits::PAGE`]: every page.
    Usual,
    /// [`limits::PAGE_LARGE`]: only one that gives people their own long text back.
    Large,
}

/// What the browser may do with a page afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Kept in memory, so that Back finds what was typed: pages where people write.
    Typed,
    /// Not kept, and the connection ends: pages that show a codename, letters or a case.
    Nothing,
}

/// A link to the same page in another language.
#[derive(Debug, Clone)]
pub struct Switch {
    /// The language it leads to.
    pub lang: Lang,
    /// That language's name in itself.
    pub label: String,
    /// Its path.
    pub href: String,
}

/// A page, to be filled and answered.
pub struct Page {
    /// The language of everything in it.
    pub lang: Lang,
    /// Its title, also its only `h1` (which `main` does not repeat).
    pub title: String,
    /// What this site is called: stands at the top of every page.
    pub site: String,
    /// The text of the link that skips to the content.
    pub skip: String,
    /// Warnings that stand above everything on every page.
    pub banners: Vec<String>,
    /// The same page in each other language.
    pub switches: Vec<Switch>,
    /// What else the head tells the browser.
    pub head: Markup,
    /// Links beside the site's name.
    pub nav: Markup,
    /// The content.
    pub main: Markup,
    /// What stands at the bottom of every page.
    pub footer: Markup,
}

impl fmt::Debug for Page {
    /// Shows nothing: a page may hold a codename, a letter, or what somebody typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Page(…)")
    }
}

/// A text that people wrote: its blank lines separate paragraphs.
pub fn paragraphs(text: &str) -> Markup {
    html! { @for paragraph in text.split("\n\n").filter(|it| !it.trim().is_empty()) { p { (paragraph) } } }
}

impl Page {
    /// The answer that shows this page, of exactly the bytes of `size`.
    pub fn answer(&self, status: StatusCode, size: Size, keeping: Keeping) -> Result<Answer, TooLong> {
        let (filled, padding) = self.filled(size)?;
        let answer =
            Answer::padded(status, headers(keeping, Framed::ByNobody), Bytes::from(filled), padding, PADDING_ENDS);
        Ok(if keeping == Keeping::Nothing { answer.closing() } else { answer })
    }

    /// The page up to its padding, and how many bytes that is.
    fn filled(&self, size: Size) -> Result<(String, usize), TooLong> {
        let length = match size {
            Size::Usual => limits::PAGE,
            Size::Large => limits::PAGE_LARGE,
        };
        let filled = self.markup().into_string() + PADDING_BEGINS;
        let least = filled.len() + PADDING + PADDING_ENDS.len();
        if least > length {
            return Err(TooLong { over: least - length });
        }
        let padding = length - filled.len() - PADDING_ENDS.len();
        Ok((filled, padding))
    }

    /// The page as it is, of no certain length: for a file.
    pub fn markup(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.lang.as_str()) {
                head { (head(&format!("{} – {}", self.title, self.site))) (self.head) }
                body {
                    a.skip href="#main" { (self.skip) }
                    @if !self.banners.is_empty() { aside { @for banner in &self.banners { p.banner { (banner) } } } }
                    header {
                        span.site { (self.site) }
                        (self.nav)
                        @for Switch { lang, label, href } in &self.switches {
                            a.switch href=(href) hreflang=(lang.as_str()) lang=(lang.as_str()) { (label) }
                        }
                    }
                    main #main tabindex="-1" {
                        h1 { (self.title) }
                        (self.main)
                    }
                    footer { (self.footer) }
                }
            }
        }
    }
}

/// What stands in the head of every document.
pub(crate) fn head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        // Without it browsers ask for /favicon.ico: one request more.
        link rel="icon" href="data:,";
        title { (title) }
        style { (PreEscaped(STYLE)) }
    }
}

/// Who may show a document in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framed {
    /// Nobody.
    ByNobody,
    /// Our own pages.
    ByUs,
}

/// The headers of every page, always in this order.
pub(crate) fn headers(keeping: Keeping, framed: Framed) -> HeaderMap {
    let fixed = HeaderValue::from_static;
    // Both have the same length.
    let cache = match keeping {
        Keeping::Typed => "no-cache",
        Keeping::Nothing => "no-store",
    };
    let policy = match framed {
        Framed::ByNobody => &POLICY,
        Framed::ByUs => &FRAME_POLICY,
    };
    [
        (header::CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, fixed(cache)),
        (header::CONTENT_SECURITY_POLICY, (*policy).clone()),
        (HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin")),
        (HeaderName::from_static("permissions-policy"), fixed("camera=(), geolocation=(), microphone=()")),
        (header::REFERRER_POLICY, fixed("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
    ]
    .into_iter()
    .collect()
}

/// Names the one stylesheet of all pages to a content security policy, by its hash.
pub fn style_source() -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(STYLE)))
}

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| policy("'none'"));
static FRAME_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| policy("'self'"));

fn policy(framed_by: &str) -> HeaderValue {
    let style = style_source();
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}; \
         style-src '{style}'; img-src data:; frame-src 'self'"
    );
    // The fallback forbids more: base64 always fits a header.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests;
