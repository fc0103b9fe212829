//! Multipart confusion, hostile names, and files that harm whoever opens them: a form has one meaning, and a file is bytes.

use data_encoding::BASE64;
use sluss_core::limits;
use sluss_drop::store::Object;

use super::{beginning, part, post, raw, status};
use crate::source::rig::{ORGANISATION, Rig, report_form};

/// A hundred million zeros, packed three times over.
const BOMB: &str = "H4sIAAAAAAACA5Pv5mAAASbmt3d0/ZgDJVofWud6SrHoMrUueLNoGac9Zx+Lo2kio4eJLwfXYbULGmINyewNzP4Cvg\
    6CbGlmjkbPK69cnW+zs3L7uvalF1/vtw+5ej+58HPxd8MYXaCxDsd14/R+n5UIUPt6+eBFGaDIi12XL95aIMu6z9+s\
    fC4zUMDqfZaZ7HZ7lmni6czPgfyGc7d/VN3N3N5w/Ffd3xu2QJEFn+exglQqdCWAnJoiyANSptPECKQE3AxAYps42E\
    C2iR0EcU4oSYCoRBawpm4KNO2c66t+Vswg7trz33uZGBj+J4bInvu+7fTt56f0vb8ZXzlazcgAAGdAB5RBAQAA";

/// A report as somebody opens it.
struct Kept {
    text: String,
    files: Vec<(String, Vec<u8>)>,
    /// Sealed bytes.
    length: u64,
}

/// Sends a report of these parts after its form's own: the status, and what was kept.
async fn report_of(rig: &Rig, parts: &[u8]) -> (String, Option<Kept>) {
    let before: Vec<_> = rig.objects("anna").iter().map(|object| object.digest).collect();
    let form = report_form(&mut rig.visitor(), "sv").await;
    let body = [beginning(&form).as_bytes(), parts, b"--B--\r\n"].concat();
    let sent = post(&format!("/sv/{ORGANISATION}/report"), "multipart/form-data; boundary=B", "", &body);
    let answer = raw(rig, &sent).await;
    let new = rig.objects("anna").into_iter().find(|object| !before.contains(&object.digest));
    (status(&answer).to_owned(), new.map(|object| open(rig, &object)))
}

fn open(rig: &Rig, object: &Object) -> Kept {
    let mut opened = rig.open("anna", object).unwrap();
    let text = opened.text().expose().trim_end().to_owned();
    let names: Vec<String> = opened.files().map(|file| file.name.clone()).collect();
    let save = |name: String| {
        let mut bytes = Vec::new();
        opened.save(&name, &mut bytes).unwrap();
        (name, bytes)
    };
    Kept { text, files: names.into_iter().map(save).collect(), length: object.length }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_read_in_one_way() {
    let rig = Rig::new().await;
    let text = |value: &str| part("text", "", value);
    let file = part("files", "; filename=\"a.txt\"", "x");
    let inner = part("text", "", "andra").replace("--B", "--C") + "--C--";
    let mixed = "\r\nContent-Type: multipart/mixed; boundary=C";
    for (why, parts, kept) in [
        ("a field twice", text("första") + &text("andra"), "första"),
        ("a text with a file's name", part("text", "; filename=\"x.exe\"", "första"), "första"),
        ("a part without a name", text("andra").replace("; name=\"text\"", "") + &text("första"), "första"),
        ("a name in capitals", part("TEXT", "", "andra") + &text("första"), "första"),
        ("a name with a space", part("text ", "", "andra") + &text("första"), "första"),
        ("a form within a form", part("other", mixed, &inner) + &text("första"), "första"),
        ("something behind the end", text("första") + "--B--\r\n" + &text("andra"), "första"),
        ("another organisation behind ours", part("organisation", "", "annan") + &text("första"), "första"),
        ("a boundary within a line", text("första --B--"), "första --B--"),
        ("a boundary with more to it", text("första\r\n--C"), "första\r\n--C"),
    ] {
        let (status, report) = report_of(&rig, parts.as_bytes()).await;
        let report = report.unwrap_or_else(|| panic!("{why}: {status}"));
        assert_eq!((status.as_str(), report.text.as_str(), report.files.len()), ("303", kept, 0), "{why}");
    }
    for (why, parts, expected) in [
        ("nothing but a file", file.clone(), "422"),
        ("a text behind files", text("första") + &file + &text("andra"), "400"),
        ("somebody left out behind files", text("t") + &file + &part("without", "", "anna"), "400"),
        ("a NUL in a name", text("t") + &part("files", "; filename=\"a\0b\"", "x"), "400"),
        ("a terminal's command in a name", text("t") + &part("files", "; filename=\"a\u{1b}[2Jb\"", "x"), "400"),
        ("a part without a head", text("t") + "--B\r\n\r\nandra\r\n", "400"),
        ("a line that is no header", text("t") + "--B\r\nnothing\r\n\r\nx\r\n", "400"),
    ] {
        let (status, report) = report_of(&rig, parts.as_bytes()).await;
        assert_eq!((status.as_str(), report.is_some()), (expected, false), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boundary_is_what_the_head_says() {
    let rig = Rig::new().await;
    let path = format!("/sv/{ORGANISATION}/report");
    for (kind, expected) in [
        ("multipart/form-data; boundary=\"B\"", "303"),
        ("multipart/form-data; charset=utf-8; boundary=B", "303"),
        ("multipart/form-data; boundary=C; boundary=B", "400"),
        ("multipart/form-data; boundary=", "400"),
        ("multipart/form-data", "415"),
        ("multipart/mixed; boundary=B", "415"),
        ("application/x-www-form-urlencoded; boundary=B", "415"),
    ] {
        let form = report_form(&mut rig.visitor(), "sv").await;
        let body = beginning(&form) + &part("text", "", "t") + "--B--\r\n";
        let answer = raw(&rig, &post(&path, kind, "", body.as_bytes())).await;
        assert_eq!(status(&answer), expected, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_says_nothing_but_a_name() {
    let rig = Rig::new().await;
    for (sent, expected) in [
        ("; filename=\"../../../.profile\"", "files/profile"),
        ("; filename=\"/etc/passwd\"", "files/passwd"),
        ("; filename=\"C:\\Windows\\a.exe\"", "files/a.exe"),
        ("; filename=\"fdp.\u{202e}exe.pdf\"", "files/fdp.exe.pdf"),
        ("; filename=\"a.txt\"; filename*=UTF-8''b.exe", "files/a.txt"),
        ("; filename*=UTF-8''b.exe; filename=\"a.txt\"", "files/file"),
        ("; filename=\"a.txt\"; filename=\"b.exe\"", "files/a.txt"),
    ] {
        let parts = part("text", "", "t") + &part("files", sent, "x");
        let (status, report) = report_of(&rig, parts.as_bytes()).await;
        let name = report.map(|report| report.files[0].0.clone());
        assert_eq!((status.as_str(), name.as_deref()), ("303", Some(expected)), "{sent}");
    }
}

/// What is packed is never unpacked, what can run is never run: not by the drop, nor by whoever opens a submission.
#[tokio::test(flavor = "multi_thread")]
async fn files_are_carried_as_they_are() {
    let rig = Rig::new().await;
    let files = [
        ("bomb.gz", BASE64.decode(BOMB.as_bytes()).unwrap()),
        ("faktura.docm", b"PK\x03\x04\xffword/vbaProject.bin".to_vec()),
        ("kod.desktop", b"[Desktop Entry]\nType=Application\nExec=qrencode".to_vec()),
    ];
    let mut parts = part("text", "", "t").into_bytes();
    for (name, content) in &files {
        let head = format!("--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
        parts.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    let (status, report) = report_of(&rig, &parts).await;
    let report = report.unwrap_or_else(|| panic!("{status}"));
    assert_eq!(report.files, files.map(|(name, content)| (format!("files/{name}"), content)));
    assert_eq!(report.length, limits::SEALED_FLOOR, "it is as small as it came");
}
