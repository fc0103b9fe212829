//! What travels on a USB stick: outbound (drop → desk), return (desk → drop) and desk bundles (desk → desk).
//!
//! Protects: a bundle is signed for one reader and encrypted to them; a changed, cut, foreign or unsigned one is refused
//! whole, before anything in it is acted upon. Its size is a step. It does not hide that a stick was carried.

use std::io::{self, Read, Seek, SeekFrom, Write};

use rand::{CryptoRng, RngExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cert::{Cert, Fingerprint, Tsk};
use crate::day::{Clock, Day};
use crate::digest::{Digest, Hashing};
pub use crate::envelope::{OpenError, SealError, Signed};
use crate::envelope::{decrypt_signed, sign_and_encrypt};
use crate::lang::Lang;
use crate::limits;
use crate::padding;
use crate::seal::sealed_at_most;
use crate::submission::Token;

/// The format this program writes.
pub const FORMAT: u32 = 1;

/// The member that says what the others are; always the first.
const MANIFEST: &str = "manifest.json";
/// Bytes of a manifest that are read at most.
const MANIFEST_MAX: u64 = 16 * 1024 * 1024;
/// Bytes of a tar block.
const BLOCK: u64 = 512;

/// 16 random bytes, written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RandomId([u8; 16]);

impl RandomId {
    /// Draws one.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self(rng.random())
    }

    /// The id with these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Display for RandomId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl std::fmt::Debug for RandomId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for RandomId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| "not 32 hexadecimal digits")?;
        bytes.try_into().map(Self).map_err(|_| "not 32 hexadecimal digits")
    }
}

impl From<RandomId> for String {
    fn from(id: RandomId) -> Self {
        id.to_string()
    }
}

/// A sealed thing that a bundle carries as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The digest of its sealed bytes, and its name in the bundle.
    pub digest: Digest,
    /// Its sealed bytes' length.
    pub length: u64,
}

/// A letter in a bundle, with what the drop must know to put it into a source's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterItem {
    /// The sealed letter.
    #[serde(flatten)]
    pub item: Item,
    /// The source's cert: by it the drop finds the thread, also when every submission in it has been receipted and deleted.
    pub source: Fingerprint,
    /// The investigator who wrote it.
    pub writer: Fingerprint,
    /// The writer's own number for this source, from 1.
    pub sequence: u32,
    /// Whether it closes the case: the drop erases closed threads after a configured time.
    pub closing: bool,
}

/// Drop → desk: what one investigator can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// [`FORMAT`].
    pub format: u32,
    /// The drop's id.
    pub drop: Digest,
    /// The digest of the roster in use.
    pub roster: Digest,
    /// Redrawn when a store is restored: a new one makes the desk send receipts and letters again.
    pub incarnation: RandomId,
    /// Whom it is for.
    pub investigator: Fingerprint,
    /// Its number for this investigator, from 1.
    pub number: u32,
    /// Whether the next number was made at the same time because this one was full.
    pub more: bool,
    /// The day on which it was made.
    pub day: Day,
    /// Sealed submissions.
    pub submissions: Vec<Item>,
    /// Letters that others wrote to the same sources.
    pub echoes: Vec<LetterItem>,
    /// Return bundles that have been done.
    pub done: Vec<RandomId>,
    /// Letters that could not be delivered, and why.
    pub skipped: Vec<Skipped>,
}

/// A valid letter that could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The sealed letter.
    pub digest: Digest,
    /// Why.
    pub reason: SkipReason,
}

/// Why a letter could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The source or the operator's rule erased the thread.
    ThreadGone,
    /// Its writer is not, or no longer, among those who may answer this source.
    NotAddressee,
    /// Another letter already has its number.
    NumberTaken,
}

impl Return {
    /// Whether nothing in it is longer than what a desk makes.
    pub fn is_measured(&self) -> bool {
        let told = sealed_at_most(limits::TEXT as u64);
        let reports = self.enrolments.iter().filter_map(|enrolment| enrolment.report.as_ref());
        self.letters.iter().all(|letter| letter.item.length <= limits::LETTER_SEALED)
            && reports.map(|report| report.item.length).all(|length| length <= told)
    }
}

/// What reveals that a submission was opened and safely kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The sealed submission.
    pub submission: Digest,
    /// The token inside it.
    pub token: Token,
}

/// Desk → drop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// [`FORMAT`].
    pub format: u32,
    /// The drop's id.
    pub drop: Digest,
    /// Random, not counted: a restored desk must not be refused.
    pub id: RandomId,
    /// Who made it.
    pub investigator: Fingerprint,
    /// The incarnation that its numbers belong to.
    pub incarnation: Option<RandomId>,
    /// Numbers of outbound bundles that are safely kept at the desk.
    pub acknowledged: Vec<u32>,
    /// Sealed letters.
    pub letters: Vec<LetterItem>,
    /// What was opened.
    pub receipts: Vec<Receipt>,
    /// Inboxes for codenames that were drawn at the desk.
    pub enrolments: Vec<Enrolment>,
    /// A new roster, as its file's text.
    pub roster: Option<String>,
}

/// An inbox for a source who reported by telephone or in a meeting.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The source's id, 64 hexadecimal digits.
    pub source_id: Digest,
    /// The source's cert.
    pub source: Fingerprint,
    /// The source's TSK, locked with the inbox key, base64.
    pub locked_tsk: String,
    /// The organisation's id.
    pub organisation: String,
    /// The language in which the source is spoken to.
    pub language: Lang,
    /// What the source told, if this bundle carries it: to the drop it is a report like any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<OralReport>,
}

/// A report that somebody told, which an investigator wrote down and sealed at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OralReport {
    /// The sealed report.
    #[serde(flatten)]
    pub item: Item,
    /// The digest of the token inside.
    pub token_hash: Digest,
    /// Those who can open it.
    pub readers: Vec<Fingerprint>,
    /// Recipients who must not see what the source sends.
    pub excluded: Vec<Fingerprint>,
    /// The day on which it was told.
    pub day: Day,
    /// Whether the source was told at once that it was received.
    pub acknowledged: bool,
}

impl std::fmt::Debug for Enrolment {
    /// Shows nothing: with the source id and a disk, somebody's record is found.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// Desk ↔ desk of the same case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// [`FORMAT`].
    pub format: u32,
    /// The drop's id.
    pub drop: Digest,
    /// Random.
    pub id: RandomId,
    /// Who made it.
    pub investigator: Fingerprint,
    /// Signed casebook entries, carried as they are.
    pub entries: Vec<Item>,
}

/// A manifest: one of [`Outbound`], [`Return`], [`Desk`].
pub trait Manifest: Serialize + DeserializeOwned {
    /// The first line of its JSON, so that no bundle is taken for another kind.
    const KIND: &'static str;
    /// Its format.
    fn format(&self) -> u32;
    /// The drop's id.
    fn drop_id(&self) -> Digest;
    /// Digests and lengths of what follows, in order.
    fn items(&self) -> Vec<Item>;
}

impl Manifest for Outbound {
    const KIND: &'static str = "sluss outbound bundle";

    fn format(&self) -> u32 {
        self.format
    }

    fn drop_id(&self) -> Digest {
        self.drop
    }

    fn items(&self) -> Vec<Item> {
        self.submissions.iter().copied().chain(self.echoes.iter().map(|echo| echo.item)).collect()
    }
}

impl Manifest for Return {
    const KIND: &'static str = "sluss return bundle";

    fn format(&self) -> u32 {
        self.format
    }

    fn drop_id(&self) -> Digest {
        self.drop
    }

    fn items(&self) -> Vec<Item> {
        let told = self.enrolments.iter().filter_map(|enrolment| enrolment.report.as_ref());
        self.letters.iter().map(|letter| letter.item).chain(told.map(|report| report.item)).collect()
    }
}

impl Manifest for Desk {
    const KIND: &'static str = "sluss desk bundle";

    fn format(&self) -> u32 {
        self.format
    }

    fn drop_id(&self) -> Digest {
        self.drop
    }

    fn items(&self) -> Vec<Item> {
        self.entries.clone()
    }
}

#[derive(Serialize, Deserialize)]
struct Titled<M> {
    kind: String,
    #[serde(flatten)]
    manifest: M,
}

/// Who seals a bundle to whom, and when.
pub struct Addresses<'a> {
    /// Signs it.
    pub signer: &'a Tsk,
    /// Open it.
    pub readers: &'a [&'a Cert],
    /// The day that the signature carries.
    pub day: Day,
    /// At which the certs are judged.
    pub clock: Clock,
}

/// Seals a bundle into `sink`. `item` yields each item's sealed bytes, in the manifest's order.
///
/// Its length is [`limits::BUNDLE_STEP`] or a multiple of it, give or take the few bytes by which signatures differ.
pub fn seal<M: Manifest, R: Read>(
    manifest: &M,
    addresses: &Addresses<'_>,
    sink: impl Write + Send + Sync,
    item: impl FnMut(&Item) -> io::Result<R>,
) -> Result<(), SealError> {
    sign_and_encrypt(sink, addresses.signer, addresses.readers, addresses.day, addresses.clock, |sink, measure| {
        let length = pack(manifest, &mut *sink, item)?;
        let (padding, _) = padding::exact(
            |padding| measure.sealed(length + padding),
            |sealed| sealed.next_multiple_of(limits::BUNDLE_STEP),
        );
        // Zeros after a tar's end belong to it: readers pass over them.
        io::copy(&mut io::repeat(0).take(padding), sink)?;
        Ok(())
    })
}

/// Writes the tar and returns its length.
pub(crate) fn pack<M: Manifest, R: Read>(
    manifest: &M,
    sink: &mut dyn Write,
    mut item: impl FnMut(&Item) -> io::Result<R>,
) -> Result<u64, SealError> {
    let json = write_manifest(manifest)?;
    let mut tar = tar::Builder::new(sink);
    append(&mut tar, MANIFEST, json.len() as u64, json.as_slice())?;
    let mut length = member(json.len() as u64) + 2 * BLOCK;
    for entry in manifest.items() {
        append(&mut tar, &entry.digest.to_string(), entry.length, item(&entry)?)?;
        length += member(entry.length);
    }
    tar.into_inner()?;
    Ok(length)
}

pub(crate) fn write_manifest<M: Manifest>(manifest: &M) -> Result<Vec<u8>, SealError> {
    serde_json::to_vec(&Titled { kind: M::KIND.to_owned(), manifest }).map_err(|_| SealError::Failed)
}

pub(crate) fn read_manifest<M: Manifest>(json: &[u8]) -> Result<M, OpenError> {
    let titled: Titled<M> = serde_json::from_slice(json).map_err(|_| OpenError::Format("no manifest of this kind"))?;
    if titled.kind != M::KIND {
        return Err(OpenError::Format("it is a bundle of another kind"));
    }
    match titled.manifest.format() {
        0 => Err(OpenError::Format("its numbers begin at 1")),
        FORMAT => Ok(titled.manifest),
        _ => Err(OpenError::Newer),
    }
}

/// The bytes of a tar member: a header, the content in whole blocks.
fn member(content: u64) -> u64 {
    BLOCK + content.next_multiple_of(BLOCK)
}

fn append(
    tar: &mut tar::Builder<&mut dyn Write>,
    name: &str,
    length: u64,
    content: impl Read,
) -> Result<(), SealError> {
    let mut header = tar::Header::new_ustar();
    header.set_size(length);
    header.set_mode(0o600);
    header.set_mtime(0);
    let mut counted = Counted { inner: content.take(length), read: 0 };
    tar.append_data(&mut header, name, &mut counted)?;
    if counted.read != length {
        return Err(SealError::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    // Only at its end does a body tell that it was not what it should have been.
    match counted.inner.into_inner().read(&mut [0])? {
        0 => Ok(()),
        _ => Err(SealError::Io(io::ErrorKind::InvalidData.into())),
    }
}

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.read += n as u64;
        Ok(n)
    }
}

/// A bundle that was verified to its end: only now may it be acted upon.
#[derive(Debug)]
pub struct Verified<M> {
    /// What it says.
    pub manifest: M,
    /// Who signed it.
    pub signed: Signed,
}

/// First pass: reads `sealed` to its end, checks signature, addressee, drop, and that every item is there, whole and named
/// by its digest. Nothing is handed out.
pub fn verify<M: Manifest>(
    sealed: impl Read + Send + Sync,
    keys: &Tsk,
    signers: &[&Cert],
    drop_id: Digest,
) -> Result<Verified<M>, OpenError> {
    let pass_over =
        |_: &Item, content: &mut dyn Read| io::copy(content, &mut io::sink()).map(drop).map_err(OpenError::Io);
    receive(sealed, keys, signers, drop_id, pass_over)
}

/// The only pass of a reader who can put items aside: checks what [`verify`] checks, and hands each item's sealed bytes to
/// `take` before anything is verified. What `take` put aside is to be thrown away unless this returns `Ok`.
pub fn receive<M: Manifest>(
    sealed: impl Read + Send + Sync,
    keys: &Tsk,
    signers: &[&Cert],
    drop_id: Digest,
    take: impl FnMut(&Item, &mut dyn Read) -> Result<(), OpenError>,
) -> Result<Verified<M>, OpenError> {
    let mut refused = None;
    let mut message = decrypt_signed(sealed, keys, signers)?;
    let manifest = walk(&mut message, take);
    let manifest: Option<M> = match manifest {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            refused = Some(error);
            None
        }
    };
    // A bad signature explains a bad archive better than the archive does: hear it first.
    message.drain()?;
    let signed = message.signed()?;
    match (manifest, refused) {
        (Some(manifest), None) if manifest.drop_id() != drop_id => Err(OpenError::OtherDrop),
        (Some(manifest), None) => Ok(Verified { manifest, signed }),
        (_, error) => Err(error.unwrap_or(OpenError::Damaged)),
    }
}

/// Second pass over the same bytes, which the caller kept from changing: hands each item's sealed bytes to `take`.
///
/// `sealed` is read from its start. Items are checked against their digests once more, after they were taken.
pub fn unpack<M: Manifest>(
    mut sealed: impl Read + Seek + Send + Sync,
    keys: &Tsk,
    signers: &[&Cert],
    take: impl FnMut(&Item, &mut dyn Read) -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    sealed.seek(SeekFrom::Start(0)).map_err(OpenError::Io)?;
    let mut message = decrypt_signed(sealed, keys, signers)?;
    walk::<M>(&mut message, take).map(drop)
}

/// Reads a bundle's tar: the manifest, then exactly its items.
fn walk<M: Manifest>(
    plaintext: &mut impl Read,
    mut take: impl FnMut(&Item, &mut dyn Read) -> Result<(), OpenError>,
) -> Result<M, OpenError> {
    let mut archive = tar::Archive::new(plaintext);
    // Raw: what extends a name could be of any size, and would be read into memory before anybody looks at it.
    let mut entries = archive.entries().map_err(|_| OpenError::Damaged)?.raw(true);
    let mut json = Vec::new();
    let first = named(entries.next(), MANIFEST)?;
    if first.size() > MANIFEST_MAX {
        return Err(OpenError::Format("its manifest is too long"));
    }
    first.take(MANIFEST_MAX).read_to_end(&mut json).map_err(|_| OpenError::Damaged)?;
    let manifest: M = read_manifest(&json)?;
    for item in manifest.items() {
        let entry = named(entries.next(), &item.digest.to_string())?;
        if entry.size() != item.length {
            return Err(OpenError::Format("an item is not as long as the manifest says"));
        }
        let mut content = Hashing::new(entry);
        take(&item, &mut content)?;
        io::copy(&mut content, &mut io::sink()).map_err(|_| OpenError::Damaged)?;
        if content.digest() != item.digest {
            return Err(OpenError::Format("an item is not the one that the manifest names"));
        }
    }
    match entries.next() {
        None => Ok(manifest),
        Some(_) => Err(OpenError::Format("it holds more than the manifest names")),
    }
}

/// The member that must follow, under the name it must have.
fn named<'a, R: Read>(
    entry: Option<io::Result<tar::Entry<'a, R>>>,
    name: &str,
) -> Result<tar::Entry<'a, R>, OpenError> {
    let entry = entry.ok_or(OpenError::Format("a member is missing"))?.map_err(|_| OpenError::Damaged)?;
    let plain = entry.header().entry_type().is_file() && entry.path_bytes().as_ref() == name.as_bytes();
    if plain { Ok(entry) } else { Err(OpenError::Format("a member is not the one that must follow")) }
}
