//! Submissions at the desk: an archive is believed only as far as its manifest goes, and its manifest only as far as the
//! archive bears it out.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use serde_json::{Value, json};
use sluss_core::cert::Tsk;
use sluss_core::digest::Digest;
use sluss_core::limits;
use sluss_core::open::{self, OpenError, Submission};
use sluss_core::submission::{SubmissionKind, file_name};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::edit::{Edit, edited};
use super::few::{Bytes, Few};
use super::real::{PEOPLE, sealed, vector};
use super::tweak::{Tweak, tweak};

type Opened = Submission<Cursor<Vec<u8>>>;

/// The first submission's manifest.
static MANIFEST: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(open(vector!("report.pgp"), &PEOPLE.bertil).unwrap().manifest()).unwrap());

/// A submission that reaches a desk.
#[derive(Debug, Arbitrary)]
pub enum Reached {
    /// The first (or, with `true`, the second) frozen one, its sealed bytes changed.
    Changed(bool, Few<Edit>),
    /// One that no honest drop made, sealed as well as any.
    Crafted(Crafted),
    /// No archive at all, sealed.
    Noise(Bytes),
}

/// Members, what the manifest says of them, and changes to both.
#[derive(Debug, Arbitrary)]
pub struct Crafted {
    text: String,
    files: Few<(Name, Bytes)>,
    /// Changes to the manifest.
    tweaks: Few<Tweak>,
    /// Changes to the archive, its headers above all.
    edits: Few<Edit>,
    /// Whether members have data descriptors, as a drop's have.
    streamed: bool,
}

#[derive(Debug, Arbitrary)]
enum Name {
    /// Made plain, as a drop does it.
    Given(String),
    /// In the folder of files, as it is.
    Within(String),
    /// As it is.
    Bare(String),
}

/// What opens has plain and distinct names, is addressed to the reader, and holds every byte that its manifest names. A
/// sealed one that was changed on the way is what it was, or refused.
pub fn holds(reached: &Reached) {
    match reached {
        Reached::Changed(second, edits) => {
            // The second one left out Bertil.
            let (real, reader) =
                if *second { (vector!("message.pgp"), &PEOPLE.anna) } else { (vector!("report.pgp"), &PEOPLE.bertil) };
            match open(&edited(real, edits), reader) {
                Ok(opened) => {
                    assert_eq!(opened.text().expose(), "Fakturan betalades två gånger.");
                    assert_eq!(opened.source().fingerprint(), PEOPLE.source.fingerprint());
                    assert_eq!(opened.manifest().sequence, if *second { 2 } else { 1 });
                    opened_holds(opened, reader);
                }
                Err(error) => assert!(!edits.is_empty(), "{error}"),
            }
        }
        Reached::Crafted(crafted) => {
            let sealed = sealed(&crafted.zip(), &PEOPLE.bertil.cert());
            match open(&sealed, &PEOPLE.bertil) {
                Ok(opened) => opened_holds(opened, &PEOPLE.bertil),
                Err(error) => assert!(!crafted.is_honest(), "{error}"),
            }
        }
        Reached::Noise(bytes) => {
            if let Ok(opened) = open(&sealed(bytes, &PEOPLE.bertil.cert()), &PEOPLE.bertil) {
                opened_holds(opened, &PEOPLE.bertil);
            }
        }
    }
}

fn open(sealed: &[u8], reader: &Tsk) -> Result<Opened, OpenError> {
    open::open(sealed, reader, Cursor::new(Vec::new()))
}

fn opened_holds(mut opened: Opened, reader: &Tsk) {
    let manifest = opened.manifest().clone();
    assert!(manifest.audience.contains(&reader.fingerprint()));
    assert_eq!(manifest.sequence == 1, manifest.kind == SubmissionKind::Report);
    assert_eq!(manifest.members[0].sha256, Digest::of(opened.text().expose().as_bytes()));
    let files: Vec<_> = opened.files().cloned().collect();
    assert!(files.len() <= limits::FILES);
    let mut seen = BTreeSet::new();
    for file in files {
        let name = file.name.strip_prefix("files/").expect("a file outside its folder");
        assert!(!name.is_empty() && !name.starts_with('.') && name.chars().count() <= limits::FILE_NAME, "{name:?}");
        assert!(!name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | ':' | '\u{202e}')), "{name:?}");
        assert!(seen.insert(name.to_lowercase()), "{name:?} twice");
        let mut saved = Vec::new();
        opened.save(&file.name, &mut saved).expect("what was checked can be saved");
        assert_eq!((saved.len() as u64, Digest::of(&saved)), (file.size, file.sha256));
    }
}

impl Crafted {
    fn is_honest(&self) -> bool {
        let given = self.files.iter().all(|(name, _)| matches!(name, Name::Given(_)));
        given && self.files.len() <= limits::FILES && self.tweaks.is_empty() && self.edits.is_empty()
    }

    fn zip(&self) -> Vec<u8> {
        let mut members = vec![("report.txt".to_owned(), self.text.clone().into_bytes())];
        let mut taken = BTreeSet::new();
        members.extend(self.files.iter().map(|(name, bytes)| (name.written(&mut taken), bytes.to_vec())));
        members.push(("source.asc".to_owned(), PEOPLE.source.cert().armored().into_bytes()));
        let mut manifest = MANIFEST.clone();
        let list =
            members.iter().map(|(name, bytes)| json!({"name": name, "size": bytes.len(), "sha256": Digest::of(bytes)}));
        manifest["members"] = list.collect();
        tweak(&mut manifest, &self.tweaks);
        members.push(("sluss.json".to_owned(), serde_json::to_vec(&manifest).unwrap()));
        members.push(("padding".to_owned(), vec![0; 10]));
        edited(&zipped(&members, self.streamed), &self.edits)
    }
}

impl Name {
    fn written(&self, taken: &mut BTreeSet<String>) -> String {
        match self {
            Self::Given(name) => format!("files/{}", file_name(name, taken)),
            Self::Within(name) => format!("files/{name}"),
            Self::Bare(name) => name.clone(),
        }
    }
}

/// An archive of the members that have a name which is not taken: the writer itself refuses two of one name.
fn zipped(members: &[(String, Vec<u8>)], streamed: bool) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    if streamed {
        let mut zip = ZipWriter::new_stream(Vec::new());
        for (name, bytes) in members {
            if zip.start_file(name.as_str(), options).is_ok() {
                zip.write_all(bytes).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    } else {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            if zip.start_file(name.as_str(), options).is_ok() {
                zip.write_all(bytes).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    }
}
