use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};

use super::*;

/// A picture of 8 by 8 points, as a program writes it.
pub(crate) const PICTURE: &[u8] = include_bytes!("picture.jpg");

const TIFF: usize = 6;

fn segment(marker: u8, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    [&[0xff, marker], (body.len() as u16 + 2).to_be_bytes().as_slice(), &body].concat()
}

/// The picture with more segments after its beginning.
fn with(segments: &[Vec<u8>]) -> Vec<u8> {
    [&PICTURE[..20], &segments.concat(), &PICTURE[20..]].concat()
}

fn exif(turn: u16) -> Vec<u8> {
    let text = |tag, text: &str| Field { tag, ifd_num: In::PRIMARY, value: Value::Ascii(vec![text.into()]) };
    let degrees = |tag, parts: [u32; 3]| Field {
        tag,
        ifd_num: In::PRIMARY,
        value: Value::Rational(parts.map(|num| Rational { num, denom: 1 }).to_vec()),
    };
    let utf16 = "Anna XP".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let fields = [
        text(Tag::Artist, "Anna Andersson"),
        text(Tag::Make, "Camera AB"),
        text(Tag::Model, "K-3"),
        text(Tag::BodySerialNumber, "SN-778899"),
        text(Tag::CameraOwnerName, "Bo Berg"),
        text(Tag::Software, "Darkroom 4"),
        text(Tag::DateTime, "2026:11:29 10:11:12"),
        text(Tag::DateTimeOriginal, "2026:11:28 09:08:07"),
        text(Tag::GPSLatitudeRef, "N"),
        degrees(Tag::GPSLatitude, [59, 19, 30]),
        text(Tag::GPSLongitudeRef, "E"),
        degrees(Tag::GPSLongitude, [18, 4, 10]),
        Field { tag: Tag(exif::Context::Tiff, 0x9c9d), ifd_num: In::PRIMARY, value: Value::Byte(utf16) },
        Field {
            tag: Tag::UserComment,
            ifd_num: In::PRIMARY,
            value: Value::Undefined(b"ASCII\0\0\0on the roof".into(), 0),
        },
        Field { tag: Tag::MakerNote, ifd_num: In::PRIMARY, value: Value::Undefined(b"secret of the maker".into(), 0) },
        Field { tag: Tag::Orientation, ifd_num: In::PRIMARY, value: Value::Short(vec![turn]) },
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    writer.set_jpeg(PICTURE, In::THUMBNAIL);
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false).unwrap();
    segment(0xe1, &[b"Exif\0\0", tiff.get_ref()])
}

fn xmp() -> Vec<u8> {
    let packet = "<?xpacket begin='\u{feff}'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>\
        <rdf:Description xmp:CreatorTool='Xmp Tool 1' xmpMM:DocumentID='xmp.did:42'>\
        <dc:creator><rdf:Seq><rdf:li>Cecilia Ceder</rdf:li></rdf:Seq></dc:creator>\
        <photoshop:City>Umeå</photoshop:City></rdf:Description></rdf:RDF></x:xmpmeta>";
    segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()])
}

fn photoshop() -> Vec<u8> {
    let mut sets = Vec::new();
    for (set, value) in [(80, "Desk Editor"), (90, "Luleå"), (116, "Paper AB")] {
        sets.extend([0x1c, 2, set, 0, value.len() as u8]);
        sets.extend(value.as_bytes());
    }
    let length = (sets.len() as u32).to_be_bytes();
    segment(0xed, &[b"Photoshop 3.0\0", b"8BIM\x04\x04\0\0", &length, &sets])
}

/// A picture that tells all there is.
pub(super) fn telling() -> Vec<u8> {
    let mut file = with(&[
        exif(6),
        xmp(),
        photoshop(),
        segment(0xe2, &[b"MPF\0", b"MM\0\x2a\0\0\0\x08"]),
        segment(0xec, &[b"Ducky\0", b"quality"]),
        segment(0xfe, &["En hälsning".as_bytes()]),
        segment(0xe0, &[b"JFXX\0\x10", PICTURE]),
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", b"colours"]),
        segment(0xee, &[b"Adobe\0\x64\0\0\0\0\x01"]),
    ]);
    file.extend(b"a film that the telephone put here");
    file
}

pub(super) const TOLD: [(What, &str); 24] = [
    (What::Author, "Anna Andersson"),
    (What::Author, "Bo Berg"),
    (What::Author, "Anna XP"),
    (What::Comment, "on the roof"),
    (What::Device, "Camera AB"),
    (What::Device, "K-3"),
    (What::SerialNumber, "SN-778899"),
    (What::Program, "Darkroom 4"),
    (What::Created, "2026:11:28 09:08:07"),
    (What::Changed, "2026:11:29 10:11:12"),
    (What::Place, "59 deg 19 min 30 sec N, 18 deg 4 min 10 sec E"),
    (What::Thumbnail, "EXIF"),
    (What::Program, "Xmp Tool 1"),
    (What::Identifier, "xmp.did:42"),
    (What::Author, "Cecilia Ceder"),
    (What::Place, "Umeå"),
    (What::Author, "Desk Editor"),
    (What::Place, "Luleå"),
    (What::Author, "Paper AB"),
    (What::EmbeddedFile, "APP2 MPF, 12 bytes"),
    (What::Comment, "En hälsning"),
    (What::Thumbnail, "APP0 JFXX, 175 bytes"),
    (What::EmbeddedFile, "34 bytes"),
    (What::Other, "MakerNote"),
];

#[test]
fn a_picture_tells_much_and_its_copy_nothing() {
    let words =
        ["Anna", "SN-778899", "Xmp Tool", "Desk Editor", "MPF", "Ducky", "JFXX", "a film", "secret", "hälsning"];
    let (copy, remains) = tells(&telling(), &TOLD, &words);
    assert_eq!(remains, BTreeSet::from([Remains::Pictures, Remains::ColourProfile]));
    assert!(has(&copy, "ICC_PROFILE") && has(&copy, "colours") && has(&copy, "Adobe\0"));
    // All that decoding needs is there byte for byte.
    assert!(copy.ends_with(&PICTURE[20..]) && copy.starts_with(&PICTURE[..20]));
}

#[test]
fn a_picture_that_tells_nothing_is_copied_as_it_is() {
    let (copy, _) = tells(PICTURE, &[], &[]);
    assert_eq!(told(PICTURE), []);
    assert_eq!(copy, PICTURE);
}

#[test]
fn how_a_picture_is_turned_stays_alone() {
    for (turn, kept) in [(0, false), (1, false), (2, true), (6, true), (8, true), (9, false)] {
        let (copy, _) = copy(&with(&[exif(turn), exif(turn)])).unwrap();
        assert_eq!(copy.len() - PICTURE.len(), if kept { 4 + TIFF + 26 } else { 0 }, "{turn}");
        if kept {
            let found = exif::Reader::new().read_from_container(&mut Cursor::new(&copy)).unwrap();
            let fields: Vec<_> = found.fields().map(|field| (field.tag, field.value.get_uint(0))).collect();
            assert_eq!(fields, [(Tag::Orientation, Some(turn.into()))]);
        }
    }
}

#[test]
fn the_small_picture_in_the_first_segment_goes() {
    let mut body = PICTURE[4 + 2..20].to_vec();
    (body[12], body[13]) = (1, 1);
    body.splice(..0, []);
    body.extend(b"rgb");
    let file = [&PICTURE[..2], &segment(0xe0, &[&body]), &PICTURE[20..]].concat();
    let (copy, _) = tells(&file, &[(What::Thumbnail, "APP0 JFIF, 17 bytes")], &["rgb"]);
    assert_eq!(copy, PICTURE);
}

#[test]
fn bytes_between_segments_go() {
    let file = with(&[b"between".to_vec(), segment(0x02, &[b"reserved"])]);
    tells(&file, &[(What::Leftover, "7 bytes")], &["between", "reserved"]);
}

#[test]
fn a_picture_cut_off_in_its_coded_part_is_a_picture() {
    let cut = &PICTURE[..PICTURE.len() - 4];
    assert_eq!(told(cut), []);
    assert_eq!(copy(cut).unwrap().0, [cut, &[0xff, 0xd9]].concat());
}

#[test]
fn several_scans_and_restarts_stay() {
    let scan = [segment(0xda, &[&[1, 1, 0, 0, 63, 0]]), b"a\xff\0b\xff\xd0c\xff\xff\xd7d".to_vec()].concat();
    let file = [&PICTURE[..PICTURE.len() - 2], &scan, &segment(0xfe, &[b"late"]), &scan, &[0xff, 0xd9]].concat();
    let (copy, _) = tells(&file, &[(What::Comment, "late")], &["late"]);
    let scan = [segment(0xda, &[&[1, 1, 0, 0, 63, 0]]), b"a\xff\0b\xff\xd0c\xff\xd7d".to_vec()].concat();
    assert_eq!(copy, [&PICTURE[..PICTURE.len() - 2], &scan, &scan, &[0xff, 0xd9]].concat());
}

#[test]
fn a_picture_cut_off_anywhere_is_survived() {
    let file = telling();
    (0..file.len()).for_each(|length| survives(&file[..length]));
}

#[test]
fn an_exif_made_to_unfold_is_survived() {
    // Fields that all say the same 60 kB, each of empty texts, would fill gigabytes.
    let fields = 5_000_u16;
    let mut tiff = [b"MM\0\x2a\0\0\0\x08".as_slice(), &fields.to_be_bytes()].concat();
    for field in 0..fields {
        tiff.extend(field.to_be_bytes());
        tiff.extend([0, 2, 0, 0, 0xea, 0x60, 0, 0, 0, 8]);
    }
    let file = with(&[segment(0xe1, &[b"Exif\0\0", &tiff])]);
    assert!(told(&file).iter().any(|(what, _)| *what == What::Other));
    survives(&file);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
    #[test]
    fn a_changed_picture_is_survived(file in changed(Box::leak(telling().into_boxed_slice()))) {
        survives(&file);
    }
}
