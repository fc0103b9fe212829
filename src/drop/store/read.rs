//! Reading: a source by its codename, its letters, and any body.
//!
//! Protects whoever signs in: a known and an unknown codename take one path here.

use sluss_core::cert::Fingerprint;
use sluss_core::codename::SourceId;

use super::Store;
use super::body::BodyReader;
use super::fault::Fault;
use super::record::{Alias, Entry, Object, ObjectId, Source, SourceKey};

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Deleted meanwhile.
    #[error("this is not here any more")]
    Gone,
    /// The disk, or what is on it.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Store {
    /// The source of a codename, by one path whether there is one or not.
    pub fn source(&self, id: &SourceId) -> Result<Option<Source>, ReadError> {
        Ok(self.shelf.look(|cabinet| cabinet.find_source(SourceKey::of(id)))?)
    }

    /// The source whose cert this is: how letters find their thread.
    pub fn source_of(&self, cert: &Fingerprint) -> Result<Option<Source>, ReadError> {
        self.shelf.look(|cabinet| {
            let alias = cabinet.find::<Alias>(cert.as_bytes())?;
            Ok(alias.map(|alias| cabinet.find(&alias.source.0)).transpose()?.flatten())
        })
    }

    /// The source that an object belongs to.
    pub fn source_behind(&self, object: &Object) -> Result<Option<Source>, ReadError> {
        Ok(self.shelf.look(|cabinet| cabinet.find(&object.source.0))?)
    }

    /// The object of this identity.
    pub fn object(&self, id: &ObjectId) -> Result<Object, ReadError> {
        match self.shelf.look(|cabinet| cabinet.find::<Entry>(&id.bytes()))? {
            Some(Entry::Live(object)) => Ok(object),
            _ => Err(ReadError::Gone),
        }
    }

    /// The letters to a source that are kept: writer by writer, each in the order of their numbers.
    pub fn letters(&self, source: &Source) -> Result<Vec<Object>, ReadError> {
        let ids = source.heads.iter().flat_map(|head| {
            (1..=head.number).map(|number| ObjectId::Letter { source: source.key, writer: head.writer, number })
        });
        self.shelf.look(|cabinet| {
            let mut letters = Vec::new();
            for id in ids {
                if let Some(Entry::Live(letter)) = cabinet.find(&id.bytes())? {
                    letters.push(letter);
                }
            }
            Ok(letters)
        })
    }

    /// Reads a body. Its end comes only after its digest was right; else an error of kind `InvalidData`.
    pub fn open_body(&self, object: &Object) -> Result<BodyReader, ReadError> {
        Ok(BodyReader::new(&self.shelf.vault, object)?)
    }
}
