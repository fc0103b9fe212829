//! `sluss export`: an investigator's next outbound bundle.
//!
//! Protects against a report that goes missing on its way: the bundle is durable in its file before it counts as
//! exported, and a lost one can be made again from its number. Its size is a step, so that the file says little.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sluss_core::bundle::{self, Addresses, Item, LetterItem, Outbound, RandomId, SealError, Skipped};
use sluss_core::digest::Digest;
use sluss_core::limits;

use super::Office;
use super::problem::Problem;
use crate::store::{BodyReader, Certs, Done, Fault, Object, ObjectId, ReadError};

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Whose bundle.
    pub name: String,
    /// Its number.
    pub number: u32,
    /// Whether another bundle has to be made: this one is full.
    pub more: bool,
    /// The bundle from which on that one has to be made again, where this one was made again and did not reach the end.
    pub from: Option<u32>,
    /// Whether something could not be put in because it is damaged on the disk.
    pub damaged: bool,
}

/// Where a bundle goes.
pub trait Sink {
    /// Takes its bytes.
    fn writer(&mut self) -> &mut (dyn Write + Send + Sync);
    /// Returns when all of them are durable where they went.
    fn keep(&mut self) -> Result<(), Problem>;
}

/// A file that gets its name only when the bundle is whole and counted.
pub struct NewFile {
    beside: PathBuf,
    path: PathBuf,
    file: File,
    named: bool,
}

impl NewFile {
    /// Begins to write beside `path`, which must not exist.
    pub fn create(path: &Path) -> Result<Self, Problem> {
        if path.exists() {
            return Err(Problem::new("file-exists").with("path", path.display()));
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let beside = path.with_file_name(name);
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside);
        let file = file.map_err(|error| Problem::file(&beside, &error))?;
        Ok(Self { beside, path: path.to_owned(), file, named: false })
    }

    /// Gives the file its name.
    pub fn name(mut self) -> Result<(), Problem> {
        self.named = true;
        let named = std::fs::rename(&self.beside, &self.path).and_then(|()| {
            File::open(self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
        });
        named.map_err(|error| Problem::file(&self.path, &error))
    }
}

impl Sink for NewFile {
    fn writer(&mut self) -> &mut (dyn Write + Send + Sync) {
        &mut self.file
    }

    fn keep(&mut self) -> Result<(), Problem> {
        self.file.sync_all().map_err(|error| Problem::file(&self.beside, &error))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.named {
            // What is left would be a bundle that does not count; if it cannot be removed it still opens.
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

/// What a bundle will hold.
struct Load {
    objects: Vec<Object>,
    more: bool,
    from: Option<u32>,
    damaged: bool,
}

impl Office {
    /// The number of the next bundle of the person called `name`.
    pub fn next_bundle(&self, name: &str) -> Result<u32, Problem> {
        let roster = self.roster()?;
        let member = roster.member(name).ok_or_else(|| Problem::new("no-person").with("name", name))?;
        Ok(self.store.investigator(&Certs::from(member))?.next)
    }

    /// Writes the next bundle of the person called `name` into `sink`; with `from`, everything since that bundle again.
    pub fn export(&self, name: &str, from: Option<u32>, sink: &mut dyn Sink) -> Result<Exported, Problem> {
        let _turn = self.turn();
        let roster = self.roster()?;
        let member = roster.member(name).ok_or_else(|| Problem::new("no-person").with("name", name))?;
        let certs = Certs::from(member);
        let number = self.store.investigator(&certs)?.next;
        if from.is_some_and(|from| from == 0 || from >= number) {
            return Err(Problem::new("no-such-bundle").with("name", name).with("last", number - 1));
        }
        let load = self.load(&certs, from)?;
        let done = self.store.done_for(&certs)?;
        let clock = self.clock()?;
        let manifest = Outbound {
            format: bundle::FORMAT,
            drop: roster.drop_id(),
            roster: roster.digest(),
            incarnation: RandomId::from_bytes(self.store.incarnation()),
            investigator: certs.in_use,
            number,
            more: load.more,
            day: clock.today(),
            submissions: load.objects.iter().filter(|object| is_submission(object)).map(item).collect(),
            echoes: self.echoes(&load.objects)?,
            done: done.iter().map(|done| RandomId::from_bytes(done.bundle)).collect(),
            skipped: skipped(&done),
        };
        let addresses = Addresses { signer: &self.tsk, readers: &[member.cert()], day: clock.today(), clock };
        let sealed = bundle::seal(&manifest, &addresses, sink.writer(), |item| self.body(&load.objects, item.digest));
        sealed.map_err(|error| match error {
            // It was sound a moment ago: whoever wrote it has erased it.
            SealError::Io(error) if error.kind() == io::ErrorKind::InvalidData => Problem::new("erased-meanwhile"),
            error => error.into(),
        })?;
        sink.keep()?;
        let objects: Vec<ObjectId> = load.objects.iter().map(|object| object.id).collect();
        let told: Vec<[u8; 16]> = done.iter().map(|done| done.bundle).collect();
        self.store.mark_exported(&certs, number, &objects, &told)?;
        Ok(Exported { name: name.to_owned(), number, more: load.more, from: load.from, damaged: load.damaged })
    }

    /// Chooses as much as one bundle takes, and leaves out what can no longer be read. What is made again comes first, a
    /// whole earlier bundle at a time, so that there is a number from which to go on; the rest oldest first.
    fn load(&self, certs: &Certs, from: Option<u32>) -> Result<Load, Problem> {
        let mut waiting: Vec<(u32, Object)> = Vec::new();
        for object in self.store.objects_for(certs, from)? {
            waiting.push((object.first_exported_to(certs).unwrap_or(u32::MAX), object));
        }
        waiting.sort_by_key(|(bundle, object)| (*bundle, object.day, object.number, object.digest));
        let mut load = Load { objects: Vec::new(), more: false, from: None, damaged: false };
        let mut bytes = 0;
        for (bundle, object) in waiting {
            if !load.objects.is_empty() && bytes + object.length > limits::BUNDLE_FULL {
                load.more = true;
                load.from = (bundle != u32::MAX).then_some(bundle);
                break;
            }
            // Nobody can tell any more whose letter it is.
            let Some(readable) = self.has_its_source(&object)? else { continue };
            // Read to its end first, so that a damaged one holds up no other.
            if readable && self.store.is_sound(&object)? {
                bytes += object.length;
                load.objects.push(object);
            } else {
                load.damaged = true;
            }
        }
        Ok(load)
    }

    /// Whether the record of a letter's source can be read; `None` where there is none, since it was given up.
    fn has_its_source(&self, object: &Object) -> Result<Option<bool>, Problem> {
        if is_submission(object) {
            return Ok(Some(true));
        }
        match self.store.source_behind(object) {
            Err(ReadError::Fault(Fault::Damaged)) => Ok(Some(false)),
            found => Ok(found?.map(|_| true)),
        }
    }

    fn body(&self, objects: &[Object], digest: Digest) -> io::Result<BodyReader> {
        let object = objects.iter().find(|object| object.digest == digest).ok_or(io::ErrorKind::NotFound)?;
        self.store.open_body(object).map_err(io::Error::other)
    }

    /// Letters by others, with the thread that they belong to.
    fn echoes(&self, objects: &[Object]) -> Result<Vec<LetterItem>, Problem> {
        let mut echoes = Vec::new();
        for object in objects {
            let ObjectId::Letter { writer, number, .. } = object.id else { continue };
            let source = self.store.source_behind(object)?.ok_or_else(|| Problem::new("store-damaged"))?.fingerprint;
            echoes.push(LetterItem { item: item(object), source, writer, sequence: number, closing: object.closes() });
        }
        Ok(echoes)
    }
}

fn is_submission(object: &Object) -> bool {
    matches!(object.id, ObjectId::Submission(_))
}

fn item(object: &Object) -> Item {
    Item { digest: object.digest, length: object.length }
}

fn skipped(done: &[Done]) -> Vec<Skipped> {
    let skipped = done.iter().flat_map(|done| &done.skipped);
    skipped.map(|skipped| Skipped { digest: skipped.letter, reason: skipped.reason }).collect()
}
