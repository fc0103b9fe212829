//! What a source's file is, and what speaks for caution, told without opening it.
//!
//! Protects whoever is about to save a file from taking a program for a picture. It looks at the file's name, at how its
//! bytes begin, and for a few words that macros, scripts and links leave; it unpacks nothing and runs nothing. Whoever
//! hides such words, as compression does, is not found out: a file without a warning is not thereby harmless.

use std::collections::BTreeSet;
use std::io::{self, Read};

use aho_corasick::AhoCorasick;
use infer::MatcherType;
use serde::{Deserialize, Serialize};
use sluss_core::submission::{FILES, Member};

/// Bytes of a file's beginning by which its kind is told.
const HEAD: usize = 8 * 1024;
/// Bytes that are looked through at a time.
const CHUNK: usize = 64 * 1024;
/// Within so many of its first bytes a reader of PDF finds a document's beginning.
const PDF_LATEST: usize = 1024;

/// A file that lies sealed in a submission.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, size and digest.
    pub member: Member,
    /// The usual ending of files that begin as it does, in small letters, if it is known.
    pub kind: Option<String>,
    /// What speaks for caution.
    pub cautions: BTreeSet<Caution>,
}

/// What speaks for caution with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caution {
    /// It is a program, or something that a computer runs or follows.
    Runs,
    /// It is something else than its name says.
    Disguised,
    /// Its name has two endings, the last of which decides.
    TwoEndings,
    /// It can be read as two kinds of file.
    TwoKinds,
    /// It holds macros.
    Macros,
    /// It holds scripts, or things to start.
    Scripts,
    /// Other files lie in it.
    Holds,
    /// It names places on the network, which may learn that it was opened.
    Fetches,
}

impl Attachment {
    /// Looks at a file of which `content` is the whole.
    pub fn look(member: &Member, mut content: impl Read) -> io::Result<Self> {
        let mut head = Vec::new();
        content.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let found = infer::get(&head);
        let family = Family::of(&head, found.as_ref());
        let words = words_in(head.as_slice().chain(content))?;
        let name = plain_name(member);
        let mut cautions: BTreeSet<Caution> = words.iter().filter_map(|word| word.means(family)).collect();
        cautions.extend(by_kind_and_name(name, family, found.as_ref()));
        if two_kinds(&head, family, found.as_ref(), &words) {
            cautions.insert(Caution::TwoKinds);
        }
        let kind = found.map(|found| found.extension().to_owned());
        Ok(Self { member: member.clone(), kind, cautions })
    }

    /// Its name, as the source's computer had it.
    pub fn name(&self) -> &str {
        plain_name(&self.member)
    }
}

fn plain_name(member: &Member) -> &str {
    member.name.strip_prefix(FILES).unwrap_or(&member.name)
}

/// How a file is built, as far as it decides which words in it mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Pdf,
    /// A zip: also what Word, Excel and LibreOffice write.
    Zip,
    /// What Word and Excel wrote before ([MS-CFB]).
    Compound,
    /// Text that a browser shows.
    Page,
    Rtf,
    Other,
}

impl Family {
    fn of(head: &[u8], found: Option<&infer::Type>) -> Self {
        let text = String::from_utf8_lossy(head.get(..PDF_LATEST).unwrap_or(head)).to_lowercase();
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        match found.map(infer::Type::extension) {
            Some("pdf") => Self::Pdf,
            Some("html") => Self::Page,
            Some("rtf") => Self::Rtf,
            _ if head.starts_with(b"PK\x03\x04") => Self::Zip,
            _ if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => Self::Compound,
            Some("xml") | None if text.contains("<svg") || text.contains("<html") => Self::Page,
            _ => Self::Other,
        }
    }
}

/// Words that are looked for, and what each means where it counts.
const WORDS: [(&[u8], Word); 22] = [
    (b"/JavaScript", Word::PdfScript),
    (b"/JS(", Word::PdfScript),
    (b"/JS (", Word::PdfScript),
    (b"/JS <", Word::PdfScript),
    (b"/Launch", Word::PdfScript),
    (b"/EmbeddedFile", Word::PdfFile),
    (b"/URI(", Word::PdfLink),
    (b"/URI (", Word::PdfLink),
    (b"/SubmitForm", Word::PdfLink),
    (b"vbaProject.bin", Word::ZipMacro),
    (b"Basic/script", Word::ZipMacro),
    (b"/embeddings/", Word::ZipFile),
    (b"/activeX/", Word::ZipFile),
    (b"externalLinks/", Word::ZipLink),
    (b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0", Word::CompoundMacro),
    (b"M\0a\0c\0r\0o\0s\0", Word::CompoundMacro),
    (b"<script", Word::PageScript),
    (b"javascript:", Word::PageScript),
    (b"http://", Word::PageLink),
    (b"https://", Word::PageLink),
    (b"\\objdata", Word::RtfFile),
    (b"PK\x05\x06", Word::ZipEnd),
];

/// What a word that was found stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    PdfScript,
    PdfFile,
    PdfLink,
    ZipMacro,
    ZipFile,
    ZipLink,
    ZipEnd,
    CompoundMacro,
    PageScript,
    PageLink,
    RtfFile,
}

impl Word {
    fn means(self, family: Family) -> Option<Caution> {
        match (self, family) {
            (Self::PdfScript, Family::Pdf) | (Self::PageScript, Family::Page) => Some(Caution::Scripts),
            (Self::ZipMacro, Family::Zip) | (Self::CompoundMacro, Family::Compound) => Some(Caution::Macros),
            (Self::PdfFile, Family::Pdf) | (Self::ZipFile, Family::Zip) | (Self::RtfFile, Family::Rtf) => {
                Some(Caution::Holds)
            }
            (Self::PdfLink, Family::Pdf) | (Self::ZipLink, Family::Zip) | (Self::PageLink, Family::Page) => {
                Some(Caution::Fetches)
            }
            _ => None,
        }
    }
}

/// Which of the words stand in a file, in capitals or not.
fn words_in(content: impl Read) -> io::Result<BTreeSet<Word>> {
    let patterns = WORDS.iter().map(|(word, _)| word);
    let search = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns).map_err(io::Error::other)?;
    let mut found = BTreeSet::new();
    for hit in search.stream_find_iter(io::BufReader::with_capacity(CHUNK, content)) {
        found.extend(WORDS.get(hit?.pattern().as_usize()).map(|(_, word)| *word));
    }
    Ok(found)
}

/// Kinds, by their usual endings, of what a computer runs.
const PROGRAMS: [&str; 12] = ["class", "crx", "deb", "dex", "dey", "dll", "elf", "exe", "mach", "msi", "rpm", "sh"];

fn is_program(found: &infer::Type) -> bool {
    PROGRAMS.contains(&found.extension())
}

/// What an office program writes is a zip too, but known as what it is; documents stand among the archives.
fn is_archive(found: &infer::Type) -> bool {
    let document = ["dcm", "eot", "pdf", "ps", "rtf", "sqlite"].contains(&found.extension());
    found.matcher_type() == MatcherType::Archive && !document && !is_program(found)
}

/// Endings of what a computer runs or follows when it is opened.
const RUN: [&str; 32] = [
    "app", "apk", "appimage", "bat", "chm", "cmd", "com", "cpl", "deb", "desktop", "dll", "dmg", "exe", "hta", "iso",
    "jar", "js", "jse", "lnk", "msi", "msix", "pif", "pkg", "ps1", "reg", "rpm", "scr", "sh", "url", "vbe", "vbs",
    "wsf",
];
/// Endings of what people take for harmless.
const DOCUMENTS: [&str; 24] = [
    "csv", "doc", "docx", "eml", "gif", "heic", "jpeg", "jpg", "m4a", "mov", "mp3", "mp4", "odp", "ods", "odt", "pdf",
    "png", "ppt", "pptx", "rtf", "tif", "txt", "xls", "xlsx",
];
/// Endings of what always begins as its kind does.
const MARKED: [&str; 12] = ["docx", "gif", "jpeg", "jpg", "odp", "ods", "odt", "pdf", "png", "pptx", "tif", "xlsx"];
/// Endings of office files with macros in them (ECMA-376).
const MACROS: [&str; 8] = ["docm", "dotm", "potm", "ppam", "ppsm", "pptm", "xlam", "xlsm"];
/// Endings of text that a browser shows.
const PAGES: [&str; 6] = ["htm", "html", "mht", "mhtml", "svg", "xhtml"];
/// Endings that seal what comes before them.
const SEALS: [&str; 3] = ["asc", "gpg", "pgp"];

fn by_kind_and_name(name: &str, family: Family, found: Option<&infer::Type>) -> Vec<Caution> {
    let name = name.to_lowercase();
    let mut endings = name.rsplit('.').map(str::trim);
    let (last, before) = match (endings.next(), endings.next()) {
        (Some(last), Some(before)) => (last, before),
        _ => ("", ""),
    };
    // The part before the last ending is an ending itself only if something stands before it too.
    let two = endings.next().is_some() && DOCUMENTS.contains(&before) && !SEALS.contains(&last) && last != before;
    let document = DOCUMENTS.contains(&last);
    let program = found.is_some_and(is_program);
    // A zip may be an office file that is not known as one.
    let zip = found.is_some_and(|found| found.extension() == "zip");
    let archive = found.is_some_and(is_archive) && !zip;
    let page = family == Family::Page && !PAGES.contains(&last);
    let pdf = family == Family::Pdf && last != "pdf";
    let nothing = found.is_none() && family == Family::Other && MARKED.contains(&last);
    let disguised =
        (program && !RUN.contains(&last) && !last.is_empty()) || (document && (archive || page || pdf)) || nothing;
    let told = [
        (program || RUN.contains(&last), Caution::Runs),
        (archive || (zip && !document), Caution::Holds),
        (MACROS.contains(&last), Caution::Macros),
        (PAGES.contains(&last), Caution::Scripts),
        (two, Caution::TwoEndings),
        (disguised, Caution::Disguised),
    ];
    told.into_iter().filter_map(|(is, caution)| is.then_some(caution)).collect()
}

/// Whether another reader would find another file in it: a PDF that does not begin at the beginning, or a zip, which is
/// read from its end, behind something else.
fn two_kinds(head: &[u8], family: Family, found: Option<&infer::Type>, words: &BTreeSet<Word>) -> bool {
    let early = head.get(..PDF_LATEST.min(head.len())).unwrap_or_default();
    let pdf = family != Family::Pdf && early.windows(5).any(|bytes| bytes == b"%PDF-");
    let zip = !matches!(family, Family::Zip | Family::Compound) && words.contains(&Word::ZipEnd);
    pdf || (zip && found.is_some_and(holds_no_zip))
}

/// Whether this is a kind of which no zip is part.
fn holds_no_zip(found: &infer::Type) -> bool {
    matches!(found.matcher_type(), MatcherType::Image | MatcherType::Audio | MatcherType::Video)
        || matches!(found.extension(), "pdf" | "html" | "rtf")
}

#[cfg(test)]
mod tests;
