//! What people typed and chose, as it comes in.
//!
//! Protects: typed text lands in [`Secret`]s; files pass through chunk by chunk and are never held;
//! no count, name, head or field can grow beyond a bound. Parts keep the order in which they were
//! sent: what a handler needs before the first file must stand before it in the page.
//! It trusts nothing that a part says of itself but its name: what is a file, the caller says.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyDataStream;
use hyper::body::{Body as HttpBody, Frame};
use hyper::header;
use sluss_core::limits;
use sluss_core::secret::Secret;

use crate::body::{Body, BodyError};
use crate::conn::Request;

/// Bytes of a part's head, boundary included: twice what the longest file name in any escape needs.
const HEAD: usize = 16 * 1024;
/// Parts of one form, empty ones included.
const PARTS: usize = 256;

/// Fields of one small form: more than the boxes that any page has.
const FIELDS: usize = 2_048;

/// Why a form could not be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not the content type that the page's form sends.
    #[error("this is not the form that the page holds")]
    NotAForm,
    /// The parts do not fit together, or have heads without measure.
    #[error("the form arrived damaged")]
    Broken,
    /// More text than can be given back.
    #[error("the text is longer than can be given back")]
    TextTooLong,
    /// More files than allowed.
    #[error("there are too many files")]
    TooManyFiles,
    /// The files are larger, together, than allowed.
    #[error("the files are too large")]
    TooLarge,
    /// The body ended or was ended.
    #[error(transparent)]
    Body(#[from] BodyError),
}

/// The typed fields of a form, in order.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, Secret<String>)>);

impl Fields {
    /// Reads a small form (`application/x-www-form-urlencoded`) of at most `most` bytes.
    pub async fn read(request: &Request, most: usize) -> Result<Self, FormError> {
        let kind = request.header(&header::CONTENT_TYPE).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
            return Err(FormError::NotAForm);
        }
        let mut raw = Secret::new(Vec::new());
        while let Some(chunk) = request.body().chunk().await? {
            if raw.expose().len() + chunk.len() > most {
                return Err(FormError::TextTooLong);
            }
            raw.expose_mut().extend_from_slice(&chunk);
        }
        let pairs = form_urlencoded::parse(raw.expose()).take(FIELDS);
        Ok(Self(pairs.map(|(name, value)| (name.into_owned(), Secret::new(value.into_owned()))).collect()))
    }

    /// Adds a field at the end.
    pub fn add(&mut self, name: String, value: Secret<String>) {
        self.0.push((name, value));
    }

    /// The first field of that name; empty if there is none, as for a box that was left empty.
    pub fn one(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(key, _)| key == name);
        field.map(|(_, value)| value.expose().as_str()).unwrap_or_default()
    }

    /// Every field of that name: ticked boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.expose().as_str())
    }

    /// Every field with its name, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.expose().as_str()))
    }

    /// Bytes of all values of the named fields together.
    pub fn weight(&self, names: &[&str]) -> usize {
        let named = self.0.iter().filter(|(key, _)| names.contains(&key.as_str()));
        named.map(|(_, value)| value.expose().len()).sum()
    }
}

/// What a form with files may hold.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The name of the field whose parts are files; every other part is text.
    pub files: &'static str,
    /// How many files.
    pub most_files: usize,
    /// Bytes of all files together.
    pub most_bytes: u64,
}

/// A form with files (`multipart/form-data`), read as it comes in: [`Form::head`], then file after file.
pub struct Form {
    parts: multer::Multipart<'static>,
    body: Body,
    gate: Arc<Gate>,
    shape: Shape,
    parts_left: usize,
    text_left: usize,
    fields: Fields,
    next: Option<Chosen>,
}

/// A file whose first chunk was looked at.
struct Chosen {
    name: Secret<String>,
    field: multer::Field<'static>,
    first: Option<Bytes>,
}

/// A chosen file, passing through; to be read to its end before the next one.
pub struct File<'f> {
    chosen: Box<Chosen>,
    gate: &'f Gate,
    left: &'f mut u64,
}

impl Form {
    /// Opens the form that `request` carries.
    pub fn open(request: &Request, shape: Shape) -> Result<Self, FormError> {
        let kind = request.header(&header::CONTENT_TYPE).ok_or(FormError::NotAForm)?;
        let boundary = multer::parse_boundary(kind).map_err(|_| FormError::NotAForm)?;
        let gate = Arc::new(Gate::default());
        let body = request.body().clone();
        let stream = Metered { body: body.clone(), gate: Arc::clone(&gate) };
        let parts = multer::Multipart::new(BodyDataStream::new(stream), boundary);
        let (text_left, fields) = (limits::TEXT_GIVEN_BACK, Fields::default());
        Ok(Self { parts, body, gate, shape, parts_left: PARTS, text_left, fields, next: None })
    }

    /// Reads the typed fields that stand before the first file.
    pub async fn head(&mut self) -> Result<(), FormError> {
        if self.next.is_none() {
            self.next = self.find_file().await?;
            self.body.pass_on();
        }
        Ok(())
    }

    /// Whether the head ended at a file.
    pub fn has_file(&self) -> bool {
        self.next.is_some()
    }

    /// Hands out the typed fields that were read so far, also after an error.
    pub fn take_fields(&mut self) -> Fields {
        std::mem::take(&mut self.fields)
    }

    /// The next file; `None` at the form's end. A file field where nothing was chosen is passed over.
    pub async fn next_file(&mut self) -> Result<Option<File<'_>>, FormError> {
        self.head().await?;
        let Some(chosen) = self.next.take().map(Box::new) else { return Ok(None) };
        self.shape.most_files = self.shape.most_files.checked_sub(1).ok_or(FormError::TooManyFiles)?;
        Ok(Some(File { chosen, gate: &self.gate, left: &mut self.shape.most_bytes }))
    }

    async fn find_file(&mut self) -> Result<Option<Chosen>, FormError> {
        while let Some(mut field) = self.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != self.shape.files {
                let text = self.text(field).await?;
                self.fields.add(name, text);
                continue;
            }
            let name = Secret::new(field.file_name().unwrap_or_default().to_owned());
            let first = self.gate.chunk(&mut field).await?.filter(|chunk| !chunk.is_empty());
            if !name.expose().is_empty() || first.is_some() {
                return Ok(Some(Chosen { name, field, first }));
            }
        }
        Ok(None)
    }

    async fn next_field(&mut self) -> Result<Option<multer::Field<'static>>, FormError> {
        self.gate.shut(HEAD);
        let field = self.parts.next_field().await.map_err(of_multer)?;
        let taken = usize::from(field.is_some());
        self.parts_left = self.parts_left.checked_sub(taken).ok_or(FormError::Broken)?;
        Ok(field)
    }

    async fn text(&mut self, mut field: multer::Field<'static>) -> Result<Secret<String>, FormError> {
        let mut raw = Vec::new();
        while let Some(chunk) = self.gate.chunk(&mut field).await? {
            self.text_left = self.text_left.checked_sub(chunk.len()).ok_or(FormError::TextTooLong)?;
            raw.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(raw).unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned());
        Ok(Secret::new(text))
    }
}

impl File<'_> {
    /// The name that the sender gave it: hostile until it was made harmless.
    pub fn name(&self) -> &Secret<String> {
        &self.chosen.name
    }

    /// The next chunk; `None` at the file's end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FormError> {
        let next = match self.chosen.first.take() {
            Some(chunk) => Some(chunk),
            None => self.gate.chunk(&mut self.chosen.field).await?,
        };
        if let Some(chunk) = &next {
            *self.left = self.left.checked_sub(chunk.len() as u64).ok_or(FormError::TooLarge)?;
        }
        Ok(next)
    }
}

/// multer's reasons name fields and so never go further than here.
fn of_multer(error: multer::Error) -> FormError {
    match error {
        multer::Error::StreamReadFailed(cause) => cause.downcast_ref().copied().unwrap_or(FormError::Broken),
        _ => FormError::Broken,
    }
}

/// A body for multer, which takes all that a stream has ready, and looks for a head's end without a
/// measure. So it is asked to make do with what it holds before it gets one chunk more, and while a
/// head is being read only so many bytes come.
struct Metered {
    body: Body,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    shut: AtomicBool,
    left: AtomicUsize,
}

impl Gate {
    fn shut(&self, left: usize) {
        self.shut.store(true, Relaxed);
        self.left.store(left, Relaxed);
    }

    async fn chunk(&self, field: &mut multer::Field<'static>) -> Result<Option<Bytes>, FormError> {
        self.shut(usize::MAX);
        field.chunk().await.map_err(of_multer)
    }
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = FormError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, FormError>>> {
        if self.gate.shut.swap(false, Relaxed) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let left = self.gate.left.load(Relaxed);
        if left == 0 {
            return Poll::Ready(Some(Err(FormError::Broken)));
        }
        let Some(chunk) = ready!(self.body.poll_chunk(cx)) else { return Poll::Ready(None) };
        // A chunk that goes over the measure still comes: it may hold the head's end and much of a file.
        self.gate.shut(left.saturating_sub(chunk.as_ref().map_or(0, Bytes::len)));
        Poll::Ready(Some(chunk.map(Frame::data).map_err(FormError::Body)))
    }
}

#[cfg(test)]
mod tests;
