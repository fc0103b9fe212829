use std::io::Write as _;

use sluss_core::digest::Digest;

use super::Caution::{Disguised, Fetches, Holds, Macros, Runs, Scripts, TwoEndings, TwoKinds};
use super::*;

fn look(name: &str, content: &[u8]) -> (Option<String>, Vec<Caution>) {
    let member = Member { name: format!("{FILES}{name}"), size: content.len() as u64, sha256: Digest::of(content) };
    let file = Attachment::look(&member, content).unwrap();
    assert_eq!(file.name(), name);
    (file.kind, file.cautions.into_iter().collect())
}

fn cautions(name: &str, content: &[u8]) -> Vec<Caution> {
    look(name, content).1
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0";

/// A zip of these members, each with this text in it.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for name in names {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"text").unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn harmless_files_get_no_warning() {
    let word = zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
    for (name, content) in [
        ("bild.png", PNG),
        ("bild.jpeg", JPEG),
        ("avtal.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj"),
        ("anteckning.txt", "Så var det: http är inget.".as_bytes()),
        ("v1.2.pdf", b"%PDF-1.7\n"),
        ("2026.11.29.png", PNG),
        ("avtal.docx", &word),
        ("avtal.pdf.gpg", b"-----BEGIN PGP MESSAGE-----"),
        ("utan", b""),
    ] {
        assert_eq!(cautions(name, content), [], "{name}");
    }
    assert_eq!(look("bild.png", PNG).0.as_deref(), Some("png"));
    assert_eq!(look("anteckning.txt", b"x").0, None);
}

#[test]
fn what_runs_is_told_whatever_it_is_called() {
    assert_eq!(cautions("setup.exe", PROGRAM), [Runs]);
    assert_eq!(cautions("faktura.pdf", PROGRAM), [Runs, Disguised]);
    assert_eq!(cautions("faktura.pdf.exe", PROGRAM), [Runs, TwoEndings]);
    assert_eq!(cautions("faktura.pdf.LNK", b"L\0\0\0"), [Runs, TwoEndings]);
    assert_eq!(cautions("visa.desktop", b"[Desktop Entry]"), [Runs]);
    assert_eq!(cautions("protokoll", b"#!/bin/sh\nrm -rf ~"), [Runs]);
    assert_eq!(cautions("protokoll.txt", b"#!/bin/sh\nrm -rf ~"), [Runs, Disguised]);
}

#[test]
fn what_does_not_begin_as_its_ending_says_is_told() {
    for name in ["kvitto.pdf", "bild.JPG", "tabell.xlsx"] {
        assert_eq!(cautions(name, b"\x07\x07\x07\x07"), [Disguised], "{name}");
    }
    assert_eq!(cautions("avtal.docx", COMPOUND), [], "a locked one");
}

#[test]
fn macros_and_scripts_are_told() {
    let word = zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
    assert!(cautions("avtal.docx", &word).contains(&Macros));
    assert_eq!(cautions("avtal.docm", b"x"), [Macros]);
    let old = [COMPOUND, b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"].concat();
    assert_eq!(cautions("avtal.doc", &old), [Macros]);
    assert_eq!(cautions("avtal.doc", COMPOUND), []);
    assert_eq!(cautions("a.pdf", b"%PDF-1.7\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"), [Scripts]);
    assert_eq!(cautions("a.pdf", b"%PDF-1.7\n<< /EmbeddedFile >> /URI (http://x)"), [Holds, Fetches]);
    assert_eq!(cautions("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), [Scripts, Fetches]);
    assert_eq!(cautions("a.html", b"<html><SCRIPT>1</SCRIPT>"), [Scripts]);
    assert_eq!(cautions("a.rtf", b"{\\rtf1 \\objdata 00"), [Holds]);
}

#[test]
fn what_is_hidden_in_something_else_is_told() {
    let archive = zip(&["hemligt.txt"]);
    assert_eq!(cautions("mapp.zip", &archive), [Holds]);
    assert_eq!(cautions("bild.jpg", &[JPEG, &archive].concat()), [TwoKinds]);
    assert_eq!(cautions("bild.png", &[PNG, b"\n%PDF-1.4\n"].concat()), [TwoKinds]);
    assert_eq!(cautions("bild.jpg", b"%PDF-1.7\n"), [Disguised]);
    assert_eq!(cautions("avtal.pdf", b"<!DOCTYPE html><script>"), [Disguised, Scripts]);
}

#[test]
fn a_word_is_found_wherever_it_stands() {
    let word = b"/JavaScript";
    for place in [HEAD - 5, CHUNK - 5, CHUNK + 7, 3 * CHUNK - 1] {
        let mut content = vec![b' '; 4 * CHUNK];
        content[..9].copy_from_slice(b"%PDF-1.7\n");
        content[place..place + word.len()].copy_from_slice(word);
        assert_eq!(cautions("a.pdf", &content), [Scripts], "at {place}");
    }
}
