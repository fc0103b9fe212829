//! Opening a sealed submission, and believing nothing in it before it was checked.
//!
//! Protects the reader from a drop or a thief who altered, mixed or invented members: names, sizes and digests must be
//! those of the manifest, and nothing else may lie in the archive. It does not make a file safe to open.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use zip::{CompressionMethod, ZipArchive};

use crate::cert::{Cert, Tsk};
use crate::digest::{Digest, Hashing};
pub use crate::envelope::OpenError;
use crate::envelope::{self, decrypt};
use crate::limits;
use crate::secret::Secret;
use crate::submission::{self, FORMAT, Manifest, Member, SubmissionKind, is_plain_name};

/// Bytes of a manifest that are read at most.
const MANIFEST_MAX: u64 = 256 * 1024;

/// A submission that was opened and found to be as its manifest says.
pub struct Submission<S> {
    manifest: Manifest,
    text: Secret<String>,
    source: Cert,
    digest: Digest,
    archive: ZipArchive<S>,
}

impl<S: Read + Seek> Submission<S> {
    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What the source typed.
    pub fn text(&self) -> &Secret<String> {
        &self.text
    }

    /// The cert that came with it. Pin it at the first; a later one that differs is refused by the casebook.
    pub fn source(&self) -> &Cert {
        &self.source
    }

    /// The digest of the sealed bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The source's files, names included.
    pub fn files(&self) -> impl Iterator<Item = &Member> {
        self.manifest.members.iter().filter(|member| member.name.starts_with(submission::FILES))
    }

    /// One of the files, to be read.
    pub fn file<'a>(&'a mut self, member: &str) -> Result<impl Read + use<'a, S>, OpenError> {
        self.archive.by_name(member).map_err(|_| OpenError::Format("no such file"))
    }

    /// Writes one of the files to `sink`.
    pub fn save(&mut self, member: &str, sink: &mut impl Write) -> Result<(), OpenError> {
        io::copy(&mut self.file(member)?, sink).map(drop).map_err(OpenError::Io)
    }
}

/// Opens what `sealed` yields. Its plaintext is spooled into `spool`, which must be encrypted or memory
/// (see [`crate::veil`]) and empty; it stays there for reading files out of it.
pub fn open<S: Read + Write + Seek>(
    sealed: impl Read + Send + Sync,
    keys: &Tsk,
    mut spool: S,
) -> Result<Submission<S>, OpenError> {
    let mut hashing = Hashing::new(sealed);
    let mut message = decrypt(&mut hashing, keys)?;
    if let Err(error) = io::copy(&mut message, &mut spool) {
        return Err(message.refused(error));
    }
    drop(message);
    io::copy(&mut hashing, &mut io::sink()).map_err(OpenError::Io)?;
    let digest = hashing.digest();
    spool.seek(SeekFrom::Start(0)).map_err(OpenError::Io)?;
    let mut archive = ZipArchive::new(spool).map_err(|_| OpenError::Format("no zip archive"))?;

    let json = read_member(&mut archive, submission::MANIFEST, MANIFEST_MAX)?;
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|_| OpenError::Format("no manifest"))?;
    check_manifest(&manifest, keys)?;
    check_names(&mut archive, &manifest)?;
    for member in &manifest.members {
        check_member(&mut archive, member)?;
    }
    let text = read_member(&mut archive, submission::REPORT, limits::TEXT_GIVEN_BACK as u64)?;
    let text = String::from_utf8(text).map_err(|_| OpenError::Format("the text is no UTF-8"))?;
    let armored = read_member(&mut archive, submission::SOURCE, MANIFEST_MAX)?;
    let source = Cert::from_bytes(&armored).map_err(|_| OpenError::Format("no cert of the source"))?;
    if manifest.sequence > 1 {
        let signature = read_member(&mut archive, submission::SIGNATURE, MANIFEST_MAX)?;
        if envelope::verify_detached(&json, &signature, &[&source]).is_empty() {
            return Err(OpenError::ForeignSigner);
        }
    }
    Ok(Submission { manifest, text: Secret::new(text), source, digest, archive })
}

fn check_manifest(manifest: &Manifest, keys: &Tsk) -> Result<(), OpenError> {
    let first = manifest.sequence == 1;
    match manifest {
        Manifest { format, .. } if *format > FORMAT => Err(OpenError::Newer),
        Manifest { format: 0, .. } | Manifest { sequence: 0, .. } => Err(OpenError::Format("its numbers begin at 1")),
        Manifest { kind, .. } if (*kind == SubmissionKind::Report) != first => {
            Err(OpenError::Format("its kind is not its place"))
        }
        Manifest { audience, .. } if !audience.contains(&keys.fingerprint()) => Err(OpenError::NotAddressed),
        Manifest { members, .. } if members.len() > limits::FILES + 2 => {
            Err(OpenError::Format("it holds too many files"))
        }
        _ => Ok(()),
    }
}

/// The archive holds exactly the report, the files, the cert, the manifest, its signature and the padding, in that order.
fn check_names<S: Read + Seek>(archive: &mut ZipArchive<S>, manifest: &Manifest) -> Result<(), OpenError> {
    let mut expected: Vec<&str> = manifest.members.iter().map(|member| member.name.as_str()).collect();
    expected.push(submission::MANIFEST);
    if manifest.sequence > 1 {
        expected.push(submission::SIGNATURE);
    }
    expected.push(submission::PADDING);
    let actual: Vec<String> =
        (0..archive.len()).filter_map(|at| archive.name_for_index(at)?.ok().map(Cow::into_owned)).collect();
    if actual != expected {
        return Err(OpenError::Format("its members are not those of the manifest"));
    }
    let (first, last) = (manifest.members.first(), manifest.members.last());
    let framed = first.is_some_and(|member| member.name == submission::REPORT)
        && last.is_some_and(|member| member.name == submission::SOURCE);
    let within = manifest.members.len().saturating_sub(1);
    let mut seen = BTreeSet::new();
    let plain = manifest.members.iter().take(within).skip(1).all(|member| {
        member
            .name
            .strip_prefix(submission::FILES)
            .is_some_and(|name| is_plain_name(name) && seen.insert(name.to_lowercase()))
    });
    if framed && plain { Ok(()) } else { Err(OpenError::Format("a member's name is not allowed")) }
}

fn check_member<S: Read + Seek>(archive: &mut ZipArchive<S>, member: &Member) -> Result<(), OpenError> {
    let mut file = archive.by_name(&member.name).map_err(|_| OpenError::Format("a member is missing"))?;
    // Stored bytes cannot grow: what lies in the archive bounds what is read, and no bomb unfolds.
    if file.compression() != CompressionMethod::Stored || file.size() != member.size {
        return Err(OpenError::Format("a member is not as the manifest says"));
    }
    let mut hashing = Hashing::new(&mut file);
    let size = io::copy(&mut hashing, &mut io::sink()).map_err(|_| OpenError::Format("a member is damaged"))?;
    let sha256 = hashing.digest();
    if size == member.size && sha256 == member.sha256 {
        Ok(())
    } else {
        Err(OpenError::Format("a member is not as the manifest says"))
    }
}

fn read_member<S: Read + Seek>(archive: &mut ZipArchive<S>, name: &str, most: u64) -> Result<Vec<u8>, OpenError> {
    let file = archive.by_name(name).map_err(|_| OpenError::Format("a member is missing"))?;
    if file.compression() != CompressionMethod::Stored || file.size() > most {
        return Err(OpenError::Format("a member is not allowed"));
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(|_| OpenError::Format("a member is damaged"))?;
    Ok(bytes)
}
