//! Looking for what must not be found: words of a source in the files that a run wrote.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result};
use data_encoding::BASE64;

/// What may stand between two words of a codename that was written down anywhere.
const SEPARATORS: [&str; 7] = ["", " ", "-", "+", "%20", "\n", "\0"];
/// Shorter pieces turn up by chance.
const SHORTEST: usize = 6;

/// Things that must not be found.
#[derive(Debug)]
pub struct Traces {
    needles: Vec<Vec<u8>>,
    searched: AhoCorasick,
}

impl Traces {
    /// Texts and names, as they are and in Base64, and a codename by each pair of neighbouring words.
    pub fn of(secrets: &[&[u8]], codename: &[String]) -> Result<Self> {
        let mut needles: Vec<Vec<u8>> = secrets.iter().map(|secret| secret.to_vec()).collect();
        for secret in secrets {
            // Base64 looks different at each of three offsets; the ends depend on the neighbours.
            for skip in 0..3 {
                let whole = secret.get(skip..).unwrap_or_default();
                let whole = whole.get(..whole.len() / 3 * 3).unwrap_or_default();
                needles.push(BASE64.encode(whole).into_bytes());
            }
        }
        for pair in codename.windows(2) {
            needles.extend(SEPARATORS.map(|between| pair.join(between).into_bytes()));
        }
        needles.retain(|needle| needle.len() >= SHORTEST);
        let searched = AhoCorasick::new(&needles)?;
        Ok(Self { needles, searched })
    }

    /// Every file under `folder` that holds one, with what it holds. Also tells how many bytes were read.
    pub fn find(&self, folder: &Path) -> Result<(Vec<(PathBuf, String)>, u64)> {
        let (mut found, mut read, mut folders) = (Vec::new(), 0, vec![folder.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let entry = entry?;
                let (path, kind) = (entry.path(), entry.file_type()?);
                self.name(&path, &mut found);
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() {
                    read += entry.metadata()?.len();
                    found.extend(self.find_in(&path)?.map(|needle| (path, needle)));
                }
            }
        }
        Ok((found, read))
    }

    /// What one file holds, if it holds any.
    pub fn find_in(&self, path: &Path) -> Result<Option<String>> {
        let file = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
        let hit = self.searched.stream_find_iter(file).next().transpose()?;
        Ok(hit.map(|hit| self.needle(hit.pattern().as_usize())))
    }

    fn name(&self, path: &Path, found: &mut Vec<(PathBuf, String)>) {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        if let Some(hit) = self.searched.find(name) {
            found.push((path.to_owned(), self.needle(hit.pattern().as_usize())));
        }
    }

    fn needle(&self, index: usize) -> String {
        self.needles.get(index).map(|needle| String::from_utf8_lossy(needle).into_owned()).unwrap_or_default()
    }
}
