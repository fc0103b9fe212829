use std::sync::{Arc, Mutex};

use super::*;
use crate::conn::Answer;
use crate::testing::{ask, part, post, post_parts};

const SHAPE: Shape = Shape { files: "files", most_files: 3, most_bytes: 1_000_000 };

/// All fields of a form, then its files as `name:length`, until its end or error.
async fn parts(request: &Request) -> (Vec<String>, Result<(), FormError>) {
    let mut form = match Form::open(request, SHAPE) {
        Ok(form) => form,
        Err(error) => return (Vec::new(), Err(error)),
    };
    let mut files = Vec::new();
    let ended = collect(&mut form, &mut files).await;
    let Fields(fields) = form.take_fields();
    let fields = fields.into_iter().map(|(name, value)| format!("{name}={}", value.expose()));
    (fields.chain(files).collect(), ended)
}

async fn collect(form: &mut Form, seen: &mut Vec<String>) -> Result<(), FormError> {
    form.head().await?;
    while let Some(mut file) = form.next_file().await? {
        let mut length = 0;
        while let Some(chunk) = file.chunk().await? {
            length += chunk.len();
        }
        seen.push(format!("{}:{length}", file.name().expose()));
    }
    Ok(())
}

async fn read(request: Vec<u8>) -> (Vec<String>, Result<(), FormError>) {
    let seen = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&seen);
    ask(&request, move |request| {
        let keep = Arc::clone(&keep);
        async move {
            *keep.lock().unwrap() = Some(parts(&request).await);
            Answer::see_other("/")
        }
    })
    .await;
    seen.lock().unwrap().take().unwrap()
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    post_parts(&[parts.concat(), b"--B--\r\n".to_vec()].concat())
}

#[tokio::test]
async fn fields_are_gathered_and_files_pass_through() {
    let big = vec![b'\r'; 600_000];
    let sent = form(&[
        part("nonce", "", b"n"),
        part("text", "", "två\r\nrader".as_bytes()),
        part("files", "; filename=\"a.bin\"\r\nContent-Type: text/html", &big),
        part("files", "; filename=\"empty.txt\"", b""),
        part("padding", "", b"...."),
    ]);
    let (seen, ended) = read(sent).await;
    assert_eq!(seen, ["nonce=n", "text=två\r\nrader", "padding=....", "a.bin:600000", "empty.txt:0"]);
    assert_eq!(ended, Ok(()));
}

#[tokio::test]
async fn a_field_without_a_chosen_file_is_passed_over() {
    let (seen, ended) = read(form(&[part("files", "; filename=\"\"", b""), part("a", "", b"")])).await;
    assert_eq!((seen, ended), (vec!["a=".to_owned()], Ok(())));
}

#[tokio::test]
async fn what_is_a_file_the_page_says_not_the_part() {
    let sent = form(&[part("text", "; filename=\"x.exe\"", b"MZ"), part("files", "", b"no name")]);
    assert_eq!(read(sent).await.0, ["text=MZ", ":7"]);
}

#[tokio::test]
async fn limits_hold() {
    let file = |size: usize| part("files", "; filename=\"f\"", &vec![0; size]);
    let text = |size: usize| part("text", "", &vec![b'a'; size]);
    for (sent, expected) in [
        (form(&[file(1), file(1), file(1)]), Ok(())),
        (form(&[file(1), file(1), file(1), file(1)]), Err(FormError::TooManyFiles)),
        (form(&[file(400_000), file(600_000)]), Ok(())),
        (form(&[file(400_000), file(600_001)]), Err(FormError::TooLarge)),
        (form(&[text(400_000), text(600_000)]), Ok(())),
        (form(&[text(400_000), text(600_001)]), Err(FormError::TextTooLong)),
        (form(&vec![text(1); PARTS]), Ok(())),
        (form(&vec![text(1); PARTS + 1]), Err(FormError::Broken)),
    ] {
        assert_eq!(read(sent).await.1, expected);
    }
}

#[tokio::test]
async fn hostile_forms_end_in_an_error_and_keep_what_came_before() {
    let text = part("text", "", b"kept");
    let bomb = |line: &str| [b"--B\r\n".to_vec(), line.repeat(3_000_000 / line.len()).into_bytes()].concat();
    for (name, tail) in [
        ("truncated value", b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhal".to_vec()),
        ("truncated head", b"--B\r\nContent-Dispo".to_vec()),
        ("no end", b"--B\r\n".to_vec()),
        ("one endless head line", bomb("x")),
        ("endless head lines", bomb("X-Filler: yes\r\n")),
        (
            "a hundred head lines",
            [b"--B\r\n".to_vec(), b"X: y\r\n".repeat(100), b"\r\nv\r\n--B--\r\n".to_vec()].concat(),
        ),
        ("NUL in a name", [part("files", "; filename=\"a\0b\"", b"v"), b"--B--\r\n".to_vec()].concat()),
    ] {
        let (seen, ended) = read(post_parts(&[text.clone(), tail].concat())).await;
        assert_eq!(seen, ["text=kept"], "{name}");
        assert_eq!(ended, Err(FormError::Broken), "{name}");
    }
}

#[tokio::test]
async fn odd_names_and_nested_forms_are_data() {
    let long = "n".repeat(1_000);
    let nested = b"--C\r\nContent-Disposition: form-data; name=\"files\"; filename=\"in\"\r\n\r\nx\r\n--C--";
    let sent = form(&[
        part("files", &format!("; filename=\"{long}\""), b"1"),
        part("files", "; filename=\"../../etc/p\u{202e}asswd\"", b"22"),
        part("a", "\r\nContent-Type: multipart/mixed; boundary=C", nested),
    ]);
    let (seen, ended) = read(sent).await;
    assert_eq!(seen[0].as_bytes(), [b"a=", nested.as_slice()].concat());
    assert_eq!(seen[1], format!("{long}:1"));
    assert_eq!(seen[2], "../../etc/p\u{202e}asswd:2");
    assert_eq!(ended, Ok(()));
}

#[tokio::test]
async fn another_content_type_is_not_the_form() {
    for kind in ["text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/json"] {
        let (_, ended) = read(post(kind, b"--B--\r\n")).await;
        assert!(matches!(ended, Err(FormError::NotAForm | FormError::Broken)), "{kind}: {ended:?}");
    }
    assert_eq!(read(post("text/plain", b"")).await.1, Err(FormError::NotAForm));
}

#[tokio::test]
async fn an_upload_that_is_broken_off_is_told_apart() {
    let whole = form(&[part("text", "", b"kept"), part("files", "; filename=\"f\"", &[7; 50_000])]);
    let cut = whole.len() - 20_000;
    let (mut here, ending) = crate::testing::visit(crate::testing::BOUNDS, move |request| async move {
        let (seen, ended) = parts(&request).await;
        assert_eq!((seen, ended), (vec!["text=kept".to_owned()], Err(FormError::Body(BodyError::Stopped))));
        Answer::see_other("/")
    });
    tokio::io::AsyncWriteExt::write_all(&mut here, &whole[..cut]).await.unwrap();
    drop(here);
    assert_eq!(ending.await.unwrap(), crate::conn::Ending::Broken);
}

#[tokio::test]
async fn small_forms_decode() {
    let kind = "application/x-www-form-urlencoded";
    let [many, too_many] = [1_500, FIELDS + 1].map(|ticks| vec!["tick=a"; ticks].join("&"));
    for (kind, body, most, expected) in [
        (kind, "words=ett+tv%C3%A5&tick=a&tick=b", 100, Ok(("ett två".to_owned(), 2))),
        ("application/x-www-form-urlencoded; charset=utf-8", "words=", 100, Ok((String::new(), 0))),
        (kind, many.as_str(), 100_000, Ok((String::new(), 1_500))),
        (kind, too_many.as_str(), 100_000, Ok((String::new(), FIELDS))),
        (kind, "words=aaaaaaaaaa", 10, Err(FormError::TextTooLong)),
        ("text/plain", "words=a", 100, Err(FormError::NotAForm)),
    ] {
        let seen = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&seen);
        ask(&post(kind, body.as_bytes()), move |request| {
            let keep = Arc::clone(&keep);
            async move {
                let fields = Fields::read(&request, most).await;
                let read = fields.map(|fields| (fields.one("words").to_owned(), fields.all("tick").count()));
                *keep.lock().unwrap() = Some(read);
                Answer::see_other("/")
            }
        })
        .await;
        assert_eq!(seen.lock().unwrap().take(), Some(expected));
    }
}

#[tokio::test]
async fn the_head_is_known_before_the_first_file_is_read() {
    let before = [part("text", "", b"kept"), part("files", "; filename=\"f\"", &[7; 200_000])].concat();
    let (mut here, ending) = crate::testing::visit(crate::testing::BOUNDS, move |request| async move {
        let mut form = Form::open(&request, SHAPE).unwrap();
        form.head().await.unwrap();
        assert_eq!(form.take_fields().one("text"), "kept");
        let mut file = form.next_file().await.unwrap().unwrap();
        assert_eq!(file.name().expose(), "f");
        assert!(file.chunk().await.unwrap().is_some());
        Answer::see_other("/")
    });
    // The file's end is never sent: the handler must have come this far without it.
    tokio::io::AsyncWriteExt::write_all(&mut here, &post_parts(&before)).await.unwrap();
    tokio::io::AsyncWriteExt::shutdown(&mut here).await.unwrap();
    ending.await.unwrap();
}
