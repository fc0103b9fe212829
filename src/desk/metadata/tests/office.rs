use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::*;

const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
const W: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";

fn zipped(parts: &[(&str, &[u8])], time: DateTime) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let method = if content.len() > 1000 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(time);
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn unzipped(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut all = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        assert_eq!(part.last_modified(), Some(DateTime::default()));
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        all.push((part.name().unwrap().into_owned(), content));
    }
    all
}

fn types(names: &[&str]) -> String {
    let parts: String = names
        .iter()
        .map(|name| format!("<Override PartName=\"/{name}\" ContentType=\"application/vnd.x+xml\"/>"))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Types \
         xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"jpeg\" \
         ContentType=\"image/jpeg\"/>{parts}</Types>"
    )
}

fn relationships(all: &[(&str, &str)]) -> String {
    let all: String = all
        .iter()
        .enumerate()
        .map(|(number, (kind, target))| {
            let external = if target.contains(':') { " TargetMode=\"External\"" } else { "" };
            let kind = if kind.starts_with("http") { (*kind).to_owned() } else { format!("{TYPE}{kind}") };
            format!("<Relationship Id=\"rId{number}\" Type=\"{kind}\" Target=\"{target}\"{external}/>")
        })
        .collect();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>"
    )
}

const CORE: &str = "<cp:coreProperties><dc:title>Secret plan</dc:title><dc:creator>Doris Dahl</dc:creator>\
    <cp:lastModifiedBy>Erik Ek</cp:lastModifiedBy><dcterms:created>2026-11-01T08:00:00Z</dcterms:created>\
    <dcterms:modified>2026-11-02T09:00:00Z</dcterms:modified></cp:coreProperties>";
const APP: &str = "<Properties><Application>Office Thing</Application><Company>Bolaget &amp; Co</Company>\
    <Template>C:\\Users\\doris\\mall.dotx</Template><Pages>1</Pages></Properties>";
const CUSTOM: &str =
    "<Properties><property name='Case officer'><vt:lpwstr>Filip Falk</vt:lpwstr></property></Properties>";

/// A letter that tells all there is.
pub(super) fn letter() -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?><w:document {W}><!-- a note --><w:body><w:p w:rsidR=\"00AA11BB\" w:rsidRDefault=\"00CC22DD\">\
         <w:r><w:t>Visible words</w:t></w:r><w:ins w:id=\"1\" w:author=\"Gustav Grahn\" w:date=\"2026-10-01T10:00:00Z\">\
         <w:r><w:t xml:space=\"preserve\">inserted &amp; kept</w:t></w:r></w:ins>\
         <w:del w:id=\"2\" w:author='Gustav \"G\" Grahn' w:date=\"2026-10-05T10:00:00Z\"><w:r><w:delText>deleted \
         words</w:delText></w:r></w:del><w:del w:id=\"3\" w:author=\"Gustav Grahn\" w:date=\"2026-10-03T10:00:00Z\"/>\
         </w:p></w:body></w:document>"
    );
    let comments = format!(
        "<w:comments {W}><w:comment w:id=\"0\" w:author=\"Hanna Holm\" w:initials=\"HH\" w:date=\"2026-10-02T10:00:00Z\">\
         <w:p><w:r><w:t>What I think</w:t></w:r></w:p></w:comment></w:comments>"
    );
    let settings = format!(
        "<w:settings {W}><w:attachedTemplate r:id=\"rId0\"/><w:rsids><w:rsidRoot w:val=\"00AA11BB\"/><w:rsid \
         w:val=\"00CC22DD\"/></w:rsids><w15:docId w15:val=\"{{11112222-3333}}\"/><w:docVars><w:docVar w:name=\"ref\" \
         w:val=\"DNR-55\"/></w:docVars></w:settings>"
    );
    let people = "<w15:people><w15:person w15:author=\"Ivar Ivarsson\"><w15:presenceInfo w15:providerId=\"AD\" \
        w15:userId=\"S::ivar@bolaget.se\"/></w15:person></w15:people>";
    let names = [
        "word/document.xml",
        "word/comments.xml",
        "word/settings.xml",
        "word/people.xml",
        "docProps/core.xml",
        "docProps/app.xml",
        "docProps/custom.xml",
        "customXml/item1.xml",
    ];
    let package = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/";
    let root = relationships(&[
        ("officeDocument", "word/document.xml"),
        (&format!("{package}core-properties"), "docProps/core.xml"),
        ("extended-properties", "docProps/app.xml"),
        ("custom-properties", "docProps/custom.xml"),
        (&format!("{package}thumbnail"), "docProps/thumbnail.jpeg"),
    ]);
    let inner = relationships(&[
        ("comments", "comments.xml"),
        ("settings", "settings.xml"),
        ("http://schemas.microsoft.com/office/2011/relationships/people", "people.xml"),
        ("image", "media/image1.jpeg"),
        ("customXml", "../customXml/item1.xml"),
        ("hyperlink", "https://example.org/"),
    ]);
    let settings_relationships = relationships(&[("attachedTemplate", "file:///C:/Users/jenny/mall.dotm")]);
    let parts: [(&str, &[u8]); 15] = [
        ("[Content_Types].xml", types(&names).leak().as_bytes()),
        ("_rels/.rels", root.leak().as_bytes()),
        ("word/document.xml", document.leak().as_bytes()),
        ("word/_rels/document.xml.rels", inner.leak().as_bytes()),
        ("word/comments.xml", comments.leak().as_bytes()),
        ("word/settings.xml", settings.leak().as_bytes()),
        ("word/_rels/settings.xml.rels", settings_relationships.leak().as_bytes()),
        ("word/people.xml", people.as_bytes()),
        ("word/media/image1.jpeg", super::jpeg::telling().leak()),
        ("docProps/core.xml", CORE.as_bytes()),
        ("docProps/app.xml", APP.as_bytes()),
        ("docProps/custom.xml", CUSTOM.as_bytes()),
        ("docProps/thumbnail.jpeg", super::jpeg::telling().leak()),
        ("customXml/item1.xml", b"<x>Karin Kvist</x>"),
        ("customXml/_rels/item1.xml.rels", relationships(&[("customXmlProps", "itemProps1.xml")]).leak().as_bytes()),
    ];
    zipped(&parts, DateTime::from_date_and_time(2026, 11, 3, 7, 8, 10).unwrap())
}

fn of_letter() -> Vec<(What, &'static str)> {
    let mut all = vec![
        (What::Title, "Secret plan"),
        (What::Author, "Doris Dahl"),
        (What::Editor, "Erik Ek"),
        (What::Created, "2026-11-01T08:00:00Z"),
        (What::Changed, "2026-11-02T09:00:00Z"),
        (What::Program, "Office Thing"),
        (What::Organisation, "Bolaget & Co"),
        (What::Path, "C:\\Users\\doris\\mall.dotx"),
        (What::Other, "Case officer: Filip Falk"),
        (What::Thumbnail, "docProps/thumbnail.jpeg"),
        (What::Other, "customXml/item1.xml"),
        (What::Comment, "a note"),
        (What::TrackedChange, "Gustav Grahn (2) 2026-10-01T10:00:00Z – 2026-10-03T10:00:00Z"),
        (What::TrackedChange, "Gustav \"G\" Grahn (1) 2026-10-05T10:00:00Z"),
        (What::Comment, "Hanna Holm (1) 2026-10-02T10:00:00Z"),
        (What::Author, "HH"),
        (What::Author, "Ivar Ivarsson"),
        (What::Author, "presenceInfo providerId=AD userId=S::ivar@bolaget.se"),
        (What::Path, "file:///C:/Users/jenny/mall.dotm"),
        (What::Path, "attachedTemplate id=rId0"),
        (What::Identifier, "docId val={11112222-3333}"),
        (What::Other, "docVars docVar name=ref val=DNR-55"),
        (What::EditingSession, "5"),
        (What::Changed, "2026-11-03 07:08:10"),
    ];
    all.extend(super::jpeg::TOLD);
    all
}

#[test]
fn a_letter_tells_much_and_its_copy_nothing() {
    let (copy, remains) = tells(&letter(), &of_letter(), &[]);
    use Remains::*;
    assert_eq!(remains, BTreeSet::from([Text, Pictures, ColourProfile, TrackedChanges, Comments, Links]));
    let parts = unzipped(&copy);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    let stay = [
        "[Content_Types].xml",
        "_rels/.rels",
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "word/comments.xml",
        "word/settings.xml",
        "word/_rels/settings.xml.rels",
        "word/media/image1.jpeg",
    ];
    assert_eq!(names, stay);
    let all: String = parts.iter().map(|(_, content)| String::from_utf8_lossy(content)).collect();
    for word in [
        "Grahn",
        "Holm",
        "HH",
        "2026",
        "rsid",
        "00AA11BB",
        "1111",
        "DNR",
        "Ivar",
        "ivar",
        "Camera AB",
        "docProps",
        "customXml",
        "people",
        "jenny",
        "rsidRoot",
        "attachedTemplate",
        "a note",
    ] {
        assert!(!all.contains(word), "{word} is in {all}");
    }
    for word in ["Visible words", "inserted &amp; kept", "deleted words", "What I think", "https://example.org/"] {
        assert!(all.contains(word), "{word} is not in {all}");
    }
}

#[test]
fn what_is_written_is_xml_with_the_same_texts() {
    let text = |xml: &str| {
        let mut reader = quick_xml::Reader::from_str(xml);
        let mut all = String::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Text(text) => all.push_str(&text.into_inner()),
                quick_xml::events::Event::Start(element) => assert!(element.attributes().all(|a| a.is_ok())),
                quick_xml::events::Event::Eof => return all,
                _ => (),
            }
        }
    };
    let parts = unzipped(&copy(&letter()).unwrap().0);
    let before = letter();
    let mut before = zip::ZipArchive::new(Cursor::new(&before)).unwrap();
    for (name, content) in parts.iter().filter(|(name, _)| name.ends_with("xml")) {
        let mut old = String::new();
        before.by_name(name).unwrap().read_to_string(&mut old).unwrap();
        assert_eq!(text(std::str::from_utf8(content).unwrap()), text(&old), "{name}");
    }
}

#[test]
fn a_copy_of_a_copy_is_the_same() {
    let (once, _) = copy(&letter()).unwrap();
    assert_eq!(copy(&once).unwrap().0, once);
}

#[test]
fn a_sheet_and_slides_are_cleaned() {
    let workbook = "<workbook><fileSharing userName=\"Lars Lind\"/><mc:AlternateContent><mc:Choice><x15ac:absPath \
        url=\"C:\\Users\\lars\\\"/></mc:Choice></mc:AlternateContent><xr:revisionPtr documentId=\"8_{44}\"/><sheets><sheet \
        name=\"One\" state=\"hidden\"/></sheets></workbook>";
    let comments = "<comments><authors><author>Maria Malm</author><author/></authors><commentList><comment \
        authorId=\"0\"><text><t>Sum is wrong</t></text></comment></commentList></comments>";
    let sheet = "<worksheet><pageSetup paperSize=\"9\" r:id=\"rId0\"/></worksheet>";
    let threaded =
        "<ThreadedComments><threadedComment dT=\"2026-10-09T10:00:00\" personId=\"{1}\"/></ThreadedComments>";
    let person = "<personList><person displayName=\"Nils Nord\" id=\"{1}\" userId=\"nils@bolaget.se\" \
        providerId=\"AD\"/></personList>";
    let slides = "<p:cmAuthorLst><p:cmAuthor id=\"1\" name=\"Olga Orre\" initials=\"OO\"/></p:cmAuthorLst>";
    let cache = "<pivotCacheDefinition refreshedBy=\"Per Palm\" refreshedDate=\"45000.5\"/>";
    let parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/comments1.xml", comments.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/threadedComments/threadedComment1.xml", threaded.as_bytes()),
        ("xl/persons/person.xml", person.as_bytes()),
        ("xl/pivotCache/pivotCacheDefinition1.xml", cache.as_bytes()),
        ("xl/printerSettings/printerSettings1.bin", b"PRINTER-4711"),
        ("xl/revisions/revisionLog1.xml", b"<a/>"),
        ("ppt/commentAuthors.xml", slides.as_bytes()),
    ];
    let expected = [
        (What::Author, "fileSharing userName=Lars Lind"),
        (What::Path, "absPath url=C:\\Users\\lars\\"),
        (What::Identifier, "revisionPtr documentId=8_{44}"),
        (What::Comment, "Maria Malm (1)"),
        (What::Device, "rId0"),
        (What::Created, "2026-10-09T10:00:00"),
        (What::Author, "Nils Nord"),
        (What::Author, "nils@bolaget.se"),
        (What::Organisation, "AD"),
        (What::Editor, "Per Palm"),
        (What::Changed, "45000.5"),
        (What::Device, "xl/printerSettings/printerSettings1.bin"),
        (What::EarlierRevision, "xl/revisions/revisionLog1.xml"),
        (What::Author, "Olga Orre"),
        (What::Author, "OO"),
    ];
    let words = ["Lars Lind", "Maria Malm", "Nils Nord", "Olga Orre", "Per Palm", "PRINTER-4711"];
    let (copy, remains) = tells(&zipped(&parts, DateTime::default()), &expected, &words);
    assert!(remains.is_superset(&BTreeSet::from([Remains::Comments, Remains::Hidden])));
    let all: String =
        unzipped(&copy).iter().map(|(_, content)| String::from_utf8_lossy(content).into_owned()).collect();
    assert!(all.contains("<author>Author</author>") && all.contains("Sum is wrong"), "{all}");
    assert!(all.contains("<pageSetup paperSize=\"9\"/>"), "{all}");
}

#[test]
fn documents_in_a_document_are_cleaned_so_deep() {
    let mut file = letter();
    for _ in 0..2 {
        file = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/embeddings/a.docx", &file)], DateTime::default());
    }
    let (copy, remains) = tells(&file, &of_letter(), &[]);
    assert!(!has(&copy, "Doris") && !remains.contains(&Remains::Embedded));
    let file = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/embeddings/a.docx", &file)], DateTime::default());
    assert!(super::copy(&file).unwrap().1.contains(&Remains::Embedded), "too deep, and told so");
}

#[test]
fn what_is_not_looked_into_is_told() {
    let parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("word/media/image1.png", b"\x89PNG"),
        ("word/vbaProject.bin", b"macro"),
        ("word/embeddings/oleObject1.bin", b"object"),
    ];
    let (copy, remains) = copy(&zipped(&parts, DateTime::default())).unwrap();
    use Remains::*;
    assert_eq!(remains, BTreeSet::from([Text, Pictures, PictureMetadata, Macros, Embedded]));
    assert_eq!(unzipped(&copy)[1].1, b"\x89PNG");
}

#[test]
fn what_is_no_document_is_told_apart_from_a_locked_one() {
    let file = zipped(&[("hemligt.txt", b"text")], DateTime::default());
    assert!(matches!(list(Cursor::new(file)), Err(MetadataError::NotThisKind)));
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &locked].concat();
    assert!(matches!(list(Cursor::new(locked)), Err(MetadataError::Protected)));
}

#[test]
fn bad_xml_is_refused() {
    for xml in [
        "<!DOCTYPE w [<!ENTITY a 'b'>]><w:document/>",
        "<w:document>",
        "<w:document></w:other>",
        "<w:document w:rsidR=1/>",
        "\u{fffd}<a b='c' b='d' w:rsidR='e'/>",
    ] {
        let parts: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())];
        assert!(matches!(copy(&zipped(&parts, DateTime::default())), Err(MetadataError::Malformed)), "{xml}");
    }
    let utf16: Vec<u8> = "<w:document/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [b"\xff\xfe".as_slice(), &utf16].concat();
    let parts: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &utf16)];
    assert!(matches!(copy(&zipped(&parts, DateTime::default())), Err(MetadataError::Malformed)));
}

/// What looks like XML to a program, whatever its name.
#[test]
fn a_part_is_xml_if_its_kind_says_so() {
    let types = "<Types><Override PartName='/word/odd.bin' ContentType='application/x+xml'/></Types>";
    let odd = "<w:p w:rsidR='00AA11BB'/>";
    let parts: [(&str, &[u8]); 2] = [("[Content_Types].xml", types.as_bytes()), ("word/odd.bin", odd.as_bytes())];
    tells(&zipped(&parts, DateTime::default()), &[(What::EditingSession, "1")], &["00AA11BB"]);
}

#[test]
fn a_bomb_is_refused() {
    let zeros = vec![b' '; PART as usize];
    let parts: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &zeros)];
    let one = zipped(&parts, DateTime::default());
    assert!(one.len() < 200_000);
    assert!(matches!(list(Cursor::new(&one)), Err(MetadataError::TooLarge)));

    let names: Vec<String> = (0..UNPACKED / PART + 1).map(|number| format!("word/media/{number}.bin")).collect();
    let mut parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
    parts.push(("[Content_Types].xml", b"<Types/>"));
    let many = zipped(&parts, DateTime::default());
    assert!(matches!(copy(&many), Err(MetadataError::TooLarge)));
}

#[test]
fn parts_of_the_same_bytes_are_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "word/a.xml"] {
        archive.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        archive.write_all(b"<Types/>").unwrap();
    }
    archive.shallow_copy_file("word/a.xml", "word/b.xml").unwrap();
    let file = archive.finish().unwrap().into_inner();
    assert!(matches!(list(Cursor::new(file)), Err(MetadataError::Malformed)));
}

#[test]
fn a_letter_cut_off_anywhere_is_survived() {
    let file = letter();
    (0..file.len()).step_by(3).for_each(|length| survives(&file[..length]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
    #[test]
    fn a_changed_letter_is_survived(file in changed(Box::leak(letter().into_boxed_slice()))) {
        survives(&file);
    }

    #[test]
    fn a_changed_part_is_survived(part in changed(b"<w:p w:rsidR=\"0\" xmlns:w='a'><w:ins w:author='b' w:date=\"c\"/>&amp;<![CDATA[x]]><author>d</author></w:p>")) {
        let parts: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<Types/>"), ("xl/comments.xml", &part)];
        survives(&zipped(&parts, DateTime::default()));
    }
}
