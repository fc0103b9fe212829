//! An organisation's crest, as its page carries it: inside the page, since a page loads nothing.
//!
//! Protects: only a still picture's own bytes of two plain kinds get in; an image that could hold a script or name
//! another address (SVG) is refused. Browsers decode it, so it must come from whoever runs the drop.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde::Deserialize;

/// Bytes of a crest, at most: 8 kB, of which a page of the one length carries 11 beside its text.
pub const LARGEST: usize = 8 * 1024;

/// Why a crest is refused.
#[derive(Debug, thiserror::Error)]
pub enum CrestError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It is neither PNG nor WebP.
    #[error("neither PNG nor WebP")]
    Kind,
    /// It has more than [`LARGEST`] bytes.
    #[error("more than {LARGEST} bytes")]
    Large,
}

/// A crest: named by the configuration, read when that is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "PathBuf")]
pub struct Crest {
    file: PathBuf,
    address: String,
}

impl From<PathBuf> for Crest {
    fn from(file: PathBuf) -> Self {
        Self { file, address: String::new() }
    }
}

impl Crest {
    /// Reads the picture; a relative path counts from the folder `beside`. Afterwards [`Crest::file`] is where it was.
    pub fn read(&mut self, beside: &Path) -> Result<(), CrestError> {
        self.file = beside.join(&self.file);
        let mut bytes = Vec::new();
        File::open(&self.file)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
        let kind = kind(&bytes).ok_or(CrestError::Kind)?;
        if bytes.len() > LARGEST {
            return Err(CrestError::Large);
        }
        self.address = format!("data:{kind};base64,{}", BASE64.encode(&bytes));
        Ok(())
    }

    /// The picture's file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The picture, as a `data:` address; empty before it was read.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// By what every file of the kind begins with, whatever it is called.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
