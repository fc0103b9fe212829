//! Sealing a submission while it arrives, in bounded memory.
//!
//! Protects: once sealed only the audience's TSKs open it, and its length is a step. While a report passes through here it
//! is plaintext in this process's memory, and whoever watches that memory reads it.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use openpgp::serialize::stream::Message;
use rand::{CryptoRng, RngExt};
use sequoia_openpgp as openpgp;
use sha2::{Digest as _, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::cert::Tsk;
use crate::digest::Digest;
pub use crate::envelope::SealError;
use crate::envelope::{container, encrypt, literal};
use crate::limits;
use crate::padding::{self, Container};
use crate::roster::Audience;
use crate::submission::{self, FORMAT, Heading, Manifest, Member, Report, Token, file_name};

/// Bytes of a zip member's headers beside its name: local header 30, data descriptor 16, central header 46.
const ENTRY: u64 = 30 + 16 + 46;
/// Bytes of a zip's end record.
const END: u64 = 22;
/// Sequoia's partial bodies break on larger writes.
const CHUNK: usize = 64 * 1024;

/// A submission that was sealed to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// The digest of the sealed bytes.
    pub digest: Digest,
    /// The digest of the token inside.
    pub token_hash: Digest,
    /// The number of sealed bytes: a step.
    pub length: u64,
}

/// Seals one submission into `W`: the report first, then file after file, then [`Sealer::finish`], without which nothing
/// that was written can be opened.
pub struct Sealer<'a, W: Write + Send + 'a> {
    zip: Option<ZipWriter<StreamWriter<Message<'a>>>>,
    tap: Tap<W>,
    /// Bytes of the message up to and including the container's type byte.
    head: u64,
    container: Container,
    manifest: Manifest,
    names: BTreeSet<String>,
    open: Option<OpenMember>,
    /// Bytes of the zip so far: members, headers and descriptors.
    zipped: u64,
}

struct OpenMember {
    name: String,
    size: u64,
    hash: Sha256,
}

impl<'a, W: Write + Send + 'a> Sealer<'a, W> {
    /// Begins with what was typed.
    pub fn new(
        audience: &'a Audience,
        heading: &Heading,
        report: &Report,
        sink: W,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, SealError> {
        let tap = Tap::new(sink);
        let message = encrypt(tap.clone(), &audience.slots)?;
        let head = tap.written();
        let manifest = Manifest {
            format: FORMAT,
            drop: audience.drop_id,
            organisation: audience.organisation.clone(),
            roster: audience.roster,
            sequence: heading.sequence,
            kind: heading.kind(),
            day: heading.day,
            acknowledged: heading.acknowledged,
            language: heading.language,
            audience: audience.readers.clone(),
            answers: report.answers.clone(),
            token: Token::from_bytes(rng.random()),
            members: Vec::new(),
        };
        let mut sealer = Self {
            zip: Some(ZipWriter::new_stream(literal(message)?)),
            tap,
            head,
            container: container(&audience.slots),
            manifest,
            names: BTreeSet::new(),
            open: None,
            zipped: 0,
        };
        sealer.begin(submission::REPORT.to_owned())?;
        sealer.write_all(report.text.expose().as_bytes())?;
        Ok(sealer)
    }

    /// Begins a file under the name a browser gave it, made plain; its bytes follow by `write`.
    pub fn file(&mut self, given: &str) -> Result<(), SealError> {
        let files = self.manifest.members.len();
        if files > limits::FILES {
            return Err(SealError::TooMany);
        }
        let name = file_name(given, &mut self.names);
        self.begin(format!("{}{name}", submission::FILES))
    }

    /// Ends it: the source's cert, the manifest, their signature where it is not the first, and the padding.
    pub fn finish(mut self, source: &Tsk) -> Result<(Sealed, W), SealError> {
        self.member(submission::SOURCE, source.cert().armored().as_bytes())?;
        self.end();
        let manifest = serde_json::to_vec_pretty(&self.manifest).map_err(|_| SealError::Failed)?;
        self.member(submission::MANIFEST, &manifest)?;
        if self.manifest.sequence > 1 {
            let signature = crate::envelope::sign_detached(&manifest, source, self.manifest.day)?;
            self.member(submission::SIGNATURE, &signature)?;
        }
        self.pad()?;
        self.close()
    }

    fn member(&mut self, name: &str, bytes: &[u8]) -> Result<(), SealError> {
        self.begin(name.to_owned())?;
        self.write_all(bytes)?;
        Ok(())
    }

    fn begin(&mut self, name: String) -> Result<(), SealError> {
        self.end();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o600)
            .system(zip::System::Unix);
        let zip = self.zip.as_mut().ok_or(SealError::Failed)?;
        zip.start_file(name.as_str(), options).map_err(unzipped)?;
        self.zipped += ENTRY + 2 * len(&name);
        self.open = Some(OpenMember { name, size: 0, hash: Sha256::new() });
        Ok(())
    }

    fn end(&mut self) {
        let Some(member) = self.open.take() else { return };
        let sha256 = Digest::from_bytes(member.hash.finalize().into());
        self.manifest.members.push(Member { name: member.name, size: member.size, sha256 });
    }

    /// Zeros, so many that the sealed length is exactly a step.
    fn pad(&mut self) -> Result<(), SealError> {
        let without = self.zipped + ENTRY + 2 * len(submission::PADDING) + END;
        let length = |padding: u64| padding::sealed(self.head, self.container, padding::literal(without + padding));
        let (mut left, step) = padding::exact(length, padding::step);
        if step > limits::SEALED_MAX {
            return Err(SealError::TooLarge);
        }
        self.begin(submission::PADDING.to_owned())?;
        let zeros = [0; CHUNK];
        while left > 0 {
            let chunk = zeros.get(..usize::try_from(left).unwrap_or(CHUNK).min(CHUNK)).unwrap_or(&zeros);
            self.write_all(chunk)?;
            left -= chunk.len() as u64;
        }
        Ok(())
    }

    fn close(mut self) -> Result<(Sealed, W), SealError> {
        let zip = self.zip.take().ok_or(SealError::Failed)?;
        let message = zip.finish().map_err(unzipped)?.into_inner();
        message.finalize().map_err(|_| self.tap.failure())?;
        let (sink, length, digest) = self.tap.close()?;
        Ok((Sealed { digest, token_hash: self.manifest.token.hash(), length }, sink))
    }
}

impl<'a, W: Write + Send + 'a> Write for Sealer<'a, W> {
    /// Writes into the member that was begun last.
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let chunk = buf.get(..buf.len().min(CHUNK)).unwrap_or(buf);
        let (Some(zip), Some(member)) = (self.zip.as_mut(), self.open.as_mut()) else {
            return Err(io::Error::other("no member is open"));
        };
        zip.write_all(chunk)?;
        member.size += chunk.len() as u64;
        member.hash.update(chunk);
        self.zipped += chunk.len() as u64;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a, W: Write + Send + 'a> Drop for Sealer<'a, W> {
    /// An aborted submission goes nowhere: the zip writer would otherwise end its archive, and complain if it cannot.
    fn drop(&mut self) {
        self.tap.swallow();
    }
}

/// At most this many sealed bytes come of a request with a body of `declared` bytes: what a permit must reserve.
pub fn sealed_at_most(declared: u64) -> u64 {
    let headers = limits::SEALED_FLOOR / 2;
    padding::step(declared + declared / 128 + headers)
}

fn len(name: &str) -> u64 {
    name.len() as u64
}

fn unzipped(error: zip::result::ZipError) -> SealError {
    match error {
        zip::result::ZipError::Io(error) => SealError::Io(error),
        _ => SealError::Failed,
    }
}

/// The sealed bytes' way out, shared with the layers above it, which own what they write to.
struct Tap<W>(Arc<Mutex<Flow<W>>>);

struct Flow<W> {
    sink: Option<W>,
    written: u64,
    hash: Sha256,
    failure: Option<io::Error>,
}

impl<W> Clone for Tap<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<W: Write> Tap<W> {
    fn new(sink: W) -> Self {
        Self(Arc::new(Mutex::new(Flow { sink: Some(sink), written: 0, hash: Sha256::new(), failure: None })))
    }

    fn flow(&self) -> std::sync::MutexGuard<'_, Flow<W>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> u64 {
        self.flow().written
    }

    fn swallow(&self) {
        self.flow().sink = None;
    }

    fn failure(&self) -> SealError {
        self.flow().failure.take().map_or(SealError::Failed, SealError::Io)
    }

    fn close(&self) -> Result<(W, u64, Digest), SealError> {
        let mut flow = self.flow();
        let digest = Digest::from_bytes(flow.hash.finalize_reset().into());
        Ok((flow.sink.take().ok_or(SealError::Failed)?, flow.written, digest))
    }
}

impl<W: Write> Write for Tap<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mut guard = self.flow();
        let flow = &mut *guard;
        let Some(sink) = flow.sink.as_mut() else { return Ok(buf.len()) };
        if let Err(error) = sink.write_all(buf) {
            // The layers above turn it into texts of their own; the kind tells a full disk from a closed vault.
            flow.failure = Some(io::Error::from(error.kind()));
            return Err(error);
        }
        flow.written += buf.len() as u64;
        flow.hash.update(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.flow().sink.as_mut() {
            Some(sink) => sink.flush(),
            None => Ok(()),
        }
    }
}
