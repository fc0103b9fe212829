use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, dictionary, text_string};

use super::*;

const EXIF_IN_JPEG: &str = "Camera AB";

/// A page that says something.
fn page(document: &mut Document, pages: ObjectId, words: &str) -> Dictionary {
    let content = Content {
        operations: vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 24.into()]),
            Operation::new("Td", vec![100.into(), 600.into()]),
            Operation::new("Tj", vec![Object::string_literal(words)]),
            Operation::new("ET", vec![]),
        ],
    };
    let mut content = Stream::new(Dictionary::new(), content.encode().unwrap());
    content.compress().unwrap();
    let content = document.add_object(content);
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let picture = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 8, "Height" => 8, "BitsPerComponent" => 8,
        "ColorSpace" => "DeviceGray", "Filter" => "DCTDecode",
    };
    let picture = document.add_object(Stream::new(picture, super::jpeg::telling()));
    dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        // Names that a document gives freely, and that mean something elsewhere.
        "Resources" => dictionary! {
            "Font" => dictionary! { "F1" => font, "AA" => font },
            "XObject" => dictionary! { "Metadata" => picture, "PTEX.Pict" => picture },
        },
    }
}

fn plain_document() -> Document {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let page = page(&mut document, pages, "Hello clean world");
    let page = document.add_object(page);
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    document
}

fn entries(document: &mut Document, id: ObjectId) -> &mut Dictionary {
    document.get_object_mut(id).unwrap().as_dict_mut().unwrap()
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut file = Vec::new();
    document.save_to(&mut file).unwrap();
    file
}

/// A document that tells all there is, with what it tells.
pub(super) fn telling() -> Vec<u8> {
    let mut document = plain_document();
    let info = document.add_object(dictionary! {
        "Author" => text_string("Åsa Öberg"), "Title" => text_string("Internal draft"),
        "Creator" => text_string("Writer 7"), "Producer" => text_string("Pdf Maker 3"),
        "CreationDate" => text_string("D:20261129101112+01'00'"), "ModDate" => text_string("D:20261130"),
        "Company" => text_string("Kommunen AB"), "Odd" => text_string("odd value"),
    });
    document.trailer.set("Info", info);
    document.trailer.set("ID", vec![Object::string_literal("0123"), Object::string_literal("4567")]);
    let xmp = "<x:xmpmeta><rdf:RDF><rdf:Description xmp:CreatorTool='Xmp Writer'><dc:creator><rdf:Seq>\
        <rdf:li>Xmp Author</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>";
    let xmp = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp.into());
    let xmp = document.add_object(xmp);
    let page = document.page_iter().next().unwrap();
    let popup = document.new_object_id();
    let note = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Text", "Rect" => vec![10.into(), 10.into(), 30.into(), 30.into()],
        "T" => text_string("Commenter Carl"), "Contents" => text_string("The words of the comment stay"),
        "M" => text_string("D:20261128"), "NM" => text_string("note-id-1"), "Popup" => popup,
    });
    let file = document.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"the file within".to_vec()));
    let spec = document.add_object(dictionary! {
        "Type" => "Filespec", "F" => text_string("budget.xls"), "UF" => text_string("budget åäö.xls"),
        "EF" => dictionary! { "F" => file },
    });
    let names = dictionary! {
        "EmbeddedFiles" => dictionary! { "Names" => vec![text_string("budget.xls"), spec.into()] },
        "JavaScript" => dictionary! { "Names" => vec![
            text_string("go"),
            dictionary! { "S" => "JavaScript", "JS" => text_string("app.alert('script one')") }.into(),
        ] },
    };
    let signature = document.add_object(dictionary! {
        "Type" => "Sig", "Name" => text_string("Signer Siv"), "Location" => text_string("Kiruna"),
        "Contents" => Object::string_literal("pkcs7"), "ByteRange" => vec![0.into(), 1.into()],
    });
    let field = document.add_object(dictionary! {
        "FT" => "Sig", "T" => text_string("FieldName"), "V" => signature, "Subtype" => "Widget",
        "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()], "M" => text_string("D:20261127"),
    });
    let thumbnail = document.add_object(Stream::new(dictionary! { "Width" => 1 }, b"thumbnail bytes".to_vec()));
    let entries = entries(&mut document, page);
    entries.set("Annots", vec![note.into(), field.into()]);
    entries.set("Thumb", thumbnail);
    entries.set("LastModified", text_string("D:20261126"));
    entries.set("PieceInfo", dictionary! { "Drawer" => dictionary! { "Private" => text_string("private data") } });
    entries.set("PTEX.FileName", text_string("/home/tex/figure.pdf"));
    let catalog = document.catalog_mut().unwrap();
    catalog.set("Metadata", xmp);
    catalog.set("Names", names);
    catalog.set("AcroForm", dictionary! { "Fields" => vec![field.into()] });
    catalog.set("OpenAction", dictionary! { "S" => "JavaScript", "JS" => text_string("app.alert('script two')") });
    document.add_object(text_string("an unused object"));
    saved(document)
}

const WORDS: [&str; 17] = [
    "Internal draft",
    "Writer 7",
    "Kommunen",
    "odd value",
    "Xmp Author",
    "Commenter",
    "note-id-1",
    "the file within",
    "budget",
    "script one",
    "script two",
    "Signer",
    "pkcs7",
    "thumbnail bytes",
    "private data",
    "/home/tex",
    "an unused",
];

fn expected() -> Vec<(What, &'static str)> {
    let mut all = vec![
        (What::Author, "Åsa Öberg"),
        (What::Title, "Internal draft"),
        (What::Program, "Writer 7"),
        (What::Program, "Pdf Maker 3"),
        (What::Created, "D:20261129101112+01'00'"),
        (What::Changed, "D:20261130"),
        (What::Organisation, "Kommunen AB"),
        (What::Other, "Odd: odd value"),
        (What::Identifier, "30313233"),
        (What::Identifier, "34353637"),
        (What::Leftover, "1 objects"),
        (What::Program, "Xmp Writer"),
        (What::Author, "Xmp Author"),
        (What::Author, "Commenter Carl"),
        (What::Changed, "D:20261128"),
        (What::Identifier, "note-id-1"),
        (What::EmbeddedFile, "budget åäö.xls"),
        (What::Author, "Signer Siv"),
        (What::Place, "Kiruna"),
        (What::Changed, "D:20261127"),
        (What::Thumbnail, "page"),
        (What::Changed, "LastModified D:20261126"),
        (What::Program, "PieceInfo Drawer"),
        (What::Path, "PTEX.FileName /home/tex/figure.pdf"),
    ];
    all.extend(super::jpeg::TOLD);
    all
}

#[test]
fn a_document_tells_much_and_its_copy_nothing() {
    let (copy, remains) = tells(&telling(), &expected(), &WORDS);
    assert!(!has(&copy, EXIF_IN_JPEG) && has(&copy, "FieldName") && has(&copy, "The words of the comment stay"));
    use Remains::*;
    assert_eq!(remains, BTreeSet::from([Text, Pictures, ColourProfile, Comments, Forms]));
}

#[test]
fn what_is_seen_stays() {
    let (copy, _) = copy(&telling()).unwrap();
    let copy = Document::load_mem(&copy).unwrap();
    assert_eq!(copy.extract_text(&[1]).unwrap().trim(), "Hello clean world");
    let page = copy.page_iter().next().unwrap();
    let resources = copy.get_dictionary(page).unwrap().get(b"Resources").unwrap().as_dict().unwrap();
    for (kind, names) in [("Font", ["F1", "AA"]), ("XObject", ["Metadata", "PTEX.Pict"])] {
        for name in names {
            let named = resources.get(kind.as_bytes()).unwrap().as_dict().unwrap().get(name.as_bytes()).unwrap();
            assert!(copy.dereference(named).is_ok(), "{name}");
        }
    }
}

#[test]
fn a_reference_to_nothing_leads_nowhere_afterwards() {
    let (copy, _) = copy(&telling()).unwrap();
    let copy = Document::load_mem(&copy).unwrap();
    let page = copy.page_iter().next().unwrap();
    let notes = copy.get_page_annotations(page).unwrap();
    assert!(notes.iter().all(|note| note.get(b"Popup").is_ok_and(Object::is_null) || !note.has(b"Popup")));
}

#[test]
fn a_plain_document_tells_nothing() {
    let (clean, _) = copy(&saved(plain_document())).unwrap();
    assert_eq!(told(&clean), []);
    assert_eq!(copy(&clean).unwrap().0, clean, "a copy of a copy is the same");
}

#[test]
fn an_earlier_revision_is_told_and_goes() {
    let before = saved(plain_document());
    let mut update = IncrementalDocument::create_from(before.clone(), Document::load_mem(&before).unwrap());
    let page = update.get_prev_documents().page_iter().next().unwrap();
    update.opt_clone_object_to_new_document(page).unwrap();
    let pages = update.get_prev_documents().catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let newer = page_saying(&mut update.new_document, pages, "New words");
    update.new_document.objects.insert(page, newer.into());
    let mut file = Vec::new();
    update.save_to(&mut file).unwrap();
    let found = told(&file);
    assert!(found.contains(&(What::EarlierRevision, "2".to_owned())), "{found:?}");
    let (clean, _) = copy(&file).unwrap();
    let text = |file: &[u8]| Document::load_mem(file).unwrap().extract_text(&[1]).unwrap().trim().to_owned();
    assert_eq!(text(&clean), "New words");
    assert!(clean.len() < before.len() + 500, "nothing of what was before is there");
}

fn page_saying(document: &mut Document, pages: ObjectId, words: &str) -> Dictionary {
    page(document, pages, words)
}

#[test]
fn what_stands_around_a_document_goes() {
    let file = [b"before\n", saved(plain_document()).as_slice(), b"\nafter"].concat();
    let found = told(&file);
    assert!(found.contains(&(What::Leftover, "7 bytes before".to_owned())), "{found:?}");
    assert!(found.contains(&(What::Leftover, "5 bytes after".to_owned())), "{found:?}");
    let (clean, _) = copy(&file).unwrap();
    assert!(!has(&clean, "before") && !has(&clean, "after"));
}

#[test]
fn objects_in_streams_are_read_and_written() {
    let mut document = Document::load_mem(&telling()).unwrap();
    let mut file = Vec::new();
    document.save_modern(&mut file).unwrap();
    assert!(!has(&file, "Commenter Carl"), "it should be compressed");
    let found = told(&file);
    assert!(found.contains(&(What::Author, "Commenter Carl".to_owned())), "{found:?}");
    copy(&file).unwrap();
}

#[test]
fn what_only_the_frame_leads_to_goes() {
    for kind in ["XRef", "ObjStm"] {
        let mut document = plain_document();
        let author = document.add_object(dictionary! { "Author" => text_string("Frame Author") });
        let frame = document.add_object(dictionary! { "Type" => kind, "Info" => author });
        document.catalog_mut().unwrap().set("Odd", frame);
        let (copy, _) = copy(&saved_raw(&document)).unwrap();
        assert!(!has(&copy, "Frame Author"), "{kind}");
    }
}

#[test]
fn an_encrypted_document_is_refused() {
    use lopdf::{EncryptionState, EncryptionVersion, Permissions};
    let mut document = plain_document();
    document.trailer.set("ID", vec![Object::string_literal("0123"), Object::string_literal("4567")]);
    for password in ["", "hemligt"] {
        let mut document = document.clone();
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: password,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let file = saved(document);
        assert!(matches!(list(Cursor::new(&file)), Err(MetadataError::Protected)), "{password:?}");
        assert!(matches!(copy(&file), Err(MetadataError::Protected)), "{password:?}");
    }
}

#[test]
fn a_document_that_unfolds_is_refused() {
    let mut bomb = Stream::new(dictionary! { "Type" => "ObjStm", "N" => 1, "First" => 4 }, vec![b' '; 5 << 20]);
    bomb.compress().unwrap();
    let mut document = plain_document();
    document.add_object(bomb);
    let stream = saved_raw(&document);
    assert!(stream.len() < 200_000);
    assert!(matches!(list(Cursor::new(stream)), Err(MetadataError::TooLarge)));

    let mut document = plain_document();
    document.add_object(Object::Array(vec![Object::Integer(0); 6_000_001]));
    assert!(matches!(list(Cursor::new(saved(document))), Err(MetadataError::TooLarge)));
}

/// Many streams of objects, each small enough, that hold too much together.
#[test]
fn many_documents_parts_that_unfold_are_refused() {
    let numbers = "0 ".repeat(1_000_000);
    let mut document = plain_document();
    for number in 0..10 {
        let content = format!("{} 0 [{numbers}]", 1000 + number);
        let first = format!("{} 0 ", 1000 + number).len();
        let mut stream =
            Stream::new(dictionary! { "Type" => "ObjStm", "N" => 1, "First" => first as i64 }, content.into());
        stream.compress().unwrap();
        document.add_object(stream);
    }
    let file = saved_raw(&document);
    assert!(file.len() < 200_000);
    assert!(matches!(list(Cursor::new(file)), Err(MetadataError::TooLarge)));
}

/// A document with streams of objects as they are, which the library would write anew.
fn saved_raw(document: &Document) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (id, object) in &document.objects {
        places.push((id.0, file.len()));
        file.extend(format!("{} 0 obj\n", id.0).into_bytes());
        lopdf::Writer::write_object(&mut file, object).unwrap();
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(b"xref\n0 1\n0000000000 65535 f \n");
    for (id, place) in &places {
        file.extend(format!("{id} 1\n{place:010} 00000 n \n").into_bytes());
    }
    let root = document.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let size = places.last().unwrap().0 + 1;
    file.extend(format!("trailer\n<< /Size {size} /Root {} 0 R >>\nstartxref\n{start}\n%%EOF", root.0).into_bytes());
    file
}

#[test]
fn a_deep_document_is_survived() {
    for deep in ["[".repeat(100_000), "<</A".repeat(100_000), "(".repeat(100_000)] {
        let file = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/X {deep}>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]\
            /Count 1>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
        );
        survives(file.as_bytes());
    }
}

#[test]
fn pages_that_go_in_circles_are_survived() {
    for kids in ["2 0 R", "1 0 R", "3 0 R", "9 0 R"] {
        let file = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[{kids}]/Parent \
            2 0 R/Count 1>>endobj\n3 0 obj 4 0 R endobj\n4 0 obj 3 0 R endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
        );
        survives(file.as_bytes());
    }
}

#[test]
fn a_document_cut_off_anywhere_is_survived() {
    let file = telling();
    (0..file.len()).step_by(7).for_each(|length| survives(&file[..length]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]
    #[test]
    fn a_changed_document_is_survived(file in changed(Box::leak(telling().into_boxed_slice()))) {
        survives(&file);
    }
}
