//! Files made here, with everything in them that should be found, and hostile ones.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

pub(crate) mod jpeg;
mod office;
mod pdf;

/// What a file tells.
fn told(file: &[u8]) -> Vec<(What, String)> {
    let found = list(Cursor::new(file)).unwrap();
    found.entries.into_iter().map(|entry| (entry.what, entry.value)).collect()
}

/// A clean copy, and what stays in it.
fn copy(file: &[u8]) -> Result<(Vec<u8>, BTreeSet<Remains>), MetadataError> {
    let mut copy = Cursor::new(Vec::new());
    let remains = clean(Cursor::new(file), &mut copy)?;
    Ok((copy.into_inner(), remains))
}

/// Checks that a file tells exactly this, apart from [`What::Other`], and that a copy tells nothing, nor has these words.
#[track_caller]
fn tells(file: &[u8], expected: &[(What, &str)], words: &[&str]) -> (Vec<u8>, BTreeSet<Remains>) {
    let told = told(file);
    for (what, value) in expected {
        assert!(told.contains(&(*what, (*value).to_owned())), "{what:?} {value} is not in {told:#?}");
    }
    for (what, value) in &told {
        let known = *what == What::Other || expected.contains(&(*what, value));
        assert!(known, "{what:?} {value} was not expected");
    }
    let (copy, remains) = copy(file).unwrap();
    for word in words {
        assert!(has(file, word), "{word} should be in the file");
        assert!(!has(&copy, word), "{word} is still in the copy");
    }
    (copy, remains)
}

fn has(file: &[u8], word: &str) -> bool {
    file.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Nothing that is done to a file brings the reader down, or makes a copy that tells something.
fn survives(file: &[u8]) {
    _ = list(Cursor::new(file));
    let copied = copy(file);
    assert!(!matches!(copied, Err(MetadataError::NotClean)), "a copy would not be clean");
}

/// A file changed in some places.
fn changed(file: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(0), Just(0xff), Just(b' '), Just(b'9')]);
    prop::collection::vec(change, 1..12).prop_map(move |changes| {
        let mut file = file.to_vec();
        for (place, byte) in changes {
            *place.get_mut(&mut file) = byte;
        }
        file
    })
}

#[test]
fn what_is_no_such_file_is_refused() {
    for file in
        [b"".as_slice(), b"%PDF", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"]
    {
        assert!(matches!(list(Cursor::new(file)), Err(MetadataError::NotThisKind)), "{file:?}");
        assert!(matches!(copy(file), Err(MetadataError::NotThisKind)), "{file:?}");
    }
}

#[test]
fn what_is_too_large_is_refused_unread() {
    /// Begins in some way, and is as long as it says.
    struct Long(&'static [u8], u64);
    impl Read for Long {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.0.read(to)
        }
    }
    impl Seek for Long {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            Ok(if to == SeekFrom::End(0) { self.1 } else { 0 })
        }
    }
    for (head, size) in
        [(b"\xff\xd8\xff\xe0".as_slice(), LARGEST), (b"PK\x03\x04", LARGEST), (b"%PDF-1.7", LARGEST_PDF)]
    {
        assert!(matches!(list(Long(head, size + 1)), Err(MetadataError::TooLarge)), "{head:?}");
        assert!(!matches!(list(Long(head, size)), Err(MetadataError::TooLarge)), "{head:?}");
    }
}

#[test]
fn values_are_made_harmless_and_short() {
    assert_eq!(plain("a\u{202e}b\0c\n\td\u{200b}\u{9b}"), "ab c d");
    assert_eq!(plain("  \r\n "), "");
    assert_eq!(plain("\u{202e}"), "");
    assert_eq!(plain(&"ä".repeat(VALUE)).chars().count(), VALUE);
    assert_eq!(plain(&"ä".repeat(VALUE + 1)).chars().count(), VALUE + 1);
    assert!(plain(&"ä ".repeat(VALUE)).chars().count() <= VALUE + 1);
}

#[test]
fn a_value_is_not_in_what_is_debugged() {
    let mut found = Metadata::default();
    found.tell(What::Author, "Anna Andersson");
    assert_eq!(format!("{found:?}"), "Metadata { entries: [Entry { what: Author, .. }], more: false }");
}

#[test]
fn each_thing_is_told_once_and_not_too_many() {
    let mut found = Metadata::default();
    for number in 0..=ENTRIES {
        found.tell(What::Other, &number.to_string());
        found.tell(What::Other, "0");
    }
    assert_eq!((found.entries.len(), found.more), (ENTRIES, true));
}

#[test]
fn kinds_are_written_as_pages_name_them() {
    assert_eq!(serde_json::to_string(&What::TrackedChange).unwrap(), "\"tracked-change\"");
    assert_eq!(serde_json::to_string(&Remains::PictureMetadata).unwrap(), "\"picture-metadata\"");
}

#[test]
fn a_parser_that_panics_takes_only_its_thread_with_it() {
    std::panic::set_hook(Box::new(|_| ()));
    let done: Result<(), _> = contained(|| panic!("as a parser might"));
    _ = std::panic::take_hook();
    assert!(matches!(done, Err(MetadataError::Malformed)));
}

#[test]
fn a_failing_reader_is_told_apart_from_a_bad_file() {
    struct Broken(Cursor<Vec<u8>>);
    impl Read for Broken {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            if self.0.position() > 40 { Err(io::Error::other("a broken disk")) } else { self.0.read(to) }
        }
    }
    impl Seek for Broken {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
    let broken = Broken(Cursor::new(jpeg::telling()));
    assert!(matches!(list(broken), Err(MetadataError::Io(_))));
}
