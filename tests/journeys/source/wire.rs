//! The pages as bytes: one length, the same headers, nothing that tells, and forms that no browser would send.

use std::time::{Duration, Instant};

use sluss_core::letter::LetterKind;
use sluss_core::limits;
use sluss_drop::source::pace::BEAT;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::rig::{ORGANISATION, Rig, report, report_form, sign_in, words};

async fn raw(rig: &Rig, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(rig.address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// Asks, sees that the answer came on the beat or later, and hands out its head and how long its body is. The head comes
/// without what the cookie holds, and that apart.
async fn answered_on_the_beat(rig: &Rig, what: &str, request: &[u8]) -> (String, usize, String) {
    let asked = Instant::now();
    let answer = raw(rig, request).await;
    assert!(asked.elapsed() >= BEAT, "{what} answered before the beat");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: visit=")?.split(';').next());
    let cookie = cookie.unwrap_or_default().to_owned();
    let head = if cookie.is_empty() { head.to_owned() } else { head.replace(&cookie, &"x".repeat(cookie.len())) };
    (head, body.len(), cookie)
}

fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a.onion\r\nConnection: close\r\nCookie: visit={cookie}\r\n\r\n").into_bytes()
}

fn post(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a.onion\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_one_length_and_one_set_of_headers() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = report(&mut visitor, "t").await;
    let mut pages = vec![sign_in(&mut visitor, &words(&codename).join(" ")).await, codename];
    for lang in ["sv", "en"] {
        for rest in ["", "lillaedet", "lillaedet/report", "inbox", "inbox/left", "codename", "nowhere"] {
            pages.push(visitor.open(&format!("/{lang}/{rest}")).await.unwrap());
            pages.push(rig.visitor().open(&format!("/{lang}/{rest}")).await.unwrap());
        }
    }
    let mut shapes = Vec::new();
    for page in &pages {
        assert_eq!(page.body.len(), limits::PAGE, "{}", page.path);
        let names: Vec<&str> =
            page.headers.keys().map(|name| name.as_str()).filter(|name| *name != "connection").collect();
        for told in ["date", "server", "etag", "set-cookie", "last-modified"] {
            assert!(!page.headers.contains_key(told), "{told} on {}", page.path);
        }
        shapes.push(names.join(" "));
        // An icon that is nothing keeps browsers from asking for one.
        let source = page.source().replace("<link rel=\"icon\" href=\"data:,\">", "");
        // The crest lies in the page itself.
        let source = source.replace("<img class=\"crest\" src=\"data:image/png;base64,", "");
        for part in ["<script", "<link", "<img", "<iframe", " style=", "http-equiv", "onclick"] {
            assert!(!source.contains(part), "{part} on {}", page.path);
        }
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_carries_or_follows_a_secret_ends_its_connection() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = report(&mut visitor, "t").await;
    let inbox = sign_in(&mut visitor, &words(&codename).join(" ")).await;
    for page in [&codename, &inbox] {
        assert_eq!(page.headers["connection"], "close", "{}", page.path);
        assert_eq!(page.headers["cache-control"], "no-store", "{}", page.path);
    }
    let form = rig.visitor().open("/sv/lillaedet/report").await.unwrap();
    assert_eq!(form.headers["cache-control"], "no-cache", "Back must find what was typed");
}

/// Known, with or without an answer, unknown, and nothing that was ever a codename: on the wire they differ in nothing
/// but the page's words, and all leave on the beat. How well that hides the work, the bench `sign_in` measures.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_is_answered_alike_and_on_the_beat() {
    let rig = Rig::on_the_beat().await;
    let quiet = words(&report(&mut rig.visitor(), "t").await).join("+");
    let answered = words(&report(&mut rig.visitor(), "u").await).join("+");
    for object in rig.objects("anna") {
        let submission = rig.open("anna", &object).unwrap();
        if submission.text().expose().trim_end() == "u" {
            rig.answer(submission.source(), "anna", 1, LetterKind::Question, "När var det?");
        }
    }
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    let mut seen = Vec::new();
    for (what, body) in [
        ("no answer", format!("codename={quiet}")),
        ("an answer", format!("codename={answered}")),
        ("unknown", "codename=abacus+abdomen+abdominal+abide+abiding+ability+ablaze".to_owned()),
        ("three words", "codename=abacus+abdomen+abide".to_owned()),
        ("signs", "codename=%00%2F..%3B%27%22%3C%F0%9F%90%A6".to_owned()),
        ("10 kB", format!("codename={}", "x".repeat(10_000))),
        ("nothing typed", "codename=".to_owned()),
        ("nothing sent", String::new()),
    ] {
        let posted = post("/sv/inbox", kind, body.as_bytes());
        let (head, length, cookie) = answered_on_the_beat(&rig, what, &posted).await;
        assert!(head.starts_with("HTTP/1.1 303") && length == 0 && cookie.len() == 64, "{what}: {head}");
        let (shown, page, _) = answered_on_the_beat(&rig, what, &get("/sv/inbox", &cookie)).await;
        assert!(shown.starts_with("HTTP/1.1 200") && shown.contains("connection: close"), "{what}: {shown}");
        assert_eq!(page, limits::PAGE, "{what}");
        seen.push((head, shown));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");
    // The way in, and what is refused before anything is looked up.
    answered_on_the_beat(&rig, "the way in", &get("/sv/inbox", "")).await;
    let foreign = post("/sv/inbox", "Sec-Fetch-Site: cross-site\r\n", b"codename=a");
    answered_on_the_beat(&rig, "another site", &foreign).await;
    answered_on_the_beat(&rig, "no form", &post("/sv/inbox", "Content-Type: text/plain\r\n", b"codename=a")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_longer_than_a_beat_waits_for_the_next() {
    let rig = Rig::on_the_beat().await;
    let asked = Instant::now();
    let stopped = rig.stop_the_clock(BEAT + Duration::from_millis(20));
    let sent =
        raw(&rig, &post("/sv/inbox", "Content-Type: application/x-www-form-urlencoded\r\n", b"codename=a")).await;
    assert!(sent.starts_with("HTTP/1.1 303"), "{sent}");
    assert!(asked.elapsed() >= 2 * BEAT, "answered between two beats");
    stopped.join().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_a_post_ends_its_connection() {
    let rig = Rig::new().await;
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (path, body) in [
        ("/sv/inbox", "codename=fel"),
        ("/sv/inbox/leave", ""),
        ("/sv/inbox/message", "text=a"),
        ("/sv/lillaedet/report", "text=a"),
        ("/sv/nowhere", "text=a"),
    ] {
        // Without it, this would wait for the header's time-out.
        let answer = raw(&rig, &post(path, kind, body.as_bytes())).await;
        assert_eq!(answer.matches("connection: close\r\n").count(), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_send_nothing() {
    let rig = Rig::new().await;
    for path in ["/sv/lillaedet/report", "/sv/inbox", "/sv/inbox/leave", "/sv/inbox/message"] {
        let answer = raw(&rig, &post(path, "Sec-Fetch-Site: cross-site\r\n", b"codename=a")).await;
        assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("från en annan webbplats"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_no_browser_sends_are_told() {
    let rig = Rig::new().await;
    let path = format!("/sv/{ORGANISATION}/report");
    let form = report_form(&mut rig.visitor(), "sv").await;
    let (nonce, readers) = (form.value("nonce").unwrap(), form.value("readers").unwrap());
    let head = |text: &str| {
        let field = |name: &str, value: &str| {
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        [field("nonce", nonce), field("organisation", ORGANISATION), field("readers", readers), field("text", text)]
            .concat()
    };
    let file =
        |name: &str| format!("--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\nx\r\n");
    let multipart = "Content-Type: multipart/form-data; boundary=B\r\n";
    for (why, headers, body, status, cause) in [
        ("another content type", "Content-Type: text/plain\r\n", "hej".to_owned(), 415, "inte sidans formulär"),
        ("no content type", "", "hej".to_owned(), 415, "inte sidans formulär"),
        ("no boundary", "Content-Type: multipart/form-data\r\n", head("t"), 415, "inte sidans formulär"),
        ("truncated", multipart, head("text som finns kvar") + "--B\r\nContent-Dis", 400, "skadat eller ofullständigt"),
        ("truncated file", multipart, head("text som finns kvar") + &file("a").replace("x\r\n", "x"), 400, "skadat"),
        ("NUL in a name", multipart, head("text som finns kvar") + &file("a\0b") + "--B--\r\n", 400, "skadat"),
        ("another organisation", multipart, head("t").replace(ORGANISATION, "annan") + "--B--\r\n", 409, "för gammalt"),
        (
            "the reserve left out",
            multipart,
            head("t") + "--B\r\nContent-Disposition: form-data; name=\"without\"\r\n\r\nreserv\r\n--B--\r\n",
            422,
            "För få",
        ),
    ] {
        let answer = raw(&rig, &post(&path, headers, body.as_bytes())).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{why}: {}", &answer[..60]);
        assert!(answer.contains(cause), "{why}");
        assert_eq!(answer.contains("text som finns kvar"), body.contains("text som finns kvar"), "{why}");
    }
    // A long name, and one with everything that misleads, are no reason to refuse.
    let body = head("t") + &file(&"n".repeat(1_000)) + &file("..\\..\u{202e}exe.pdf") + "--B--\r\n";
    let answer = raw(&rig, &post(&path, multipart, body.as_bytes())).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{}", &answer[..60]);
    let opened = rig.open("anna", &rig.objects("anna")[0]).unwrap();
    let names: Vec<&str> = opened.files().map(|file| file.name.as_str()).collect();
    assert_eq!(names[1], "files/exe.pdf");
    assert!(names[0].chars().count() <= limits::FILE_NAME + "files/".len());
    assert_eq!(rig.objects("anna").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_no_page_takes_are_told() {
    let rig = Rig::new().await;
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS"] {
        let request = format!("{method} /sv/inbox HTTP/1.1\r\nHost: a.onion\r\nConnection: close\r\n\r\n");
        let answer = raw(&rig, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 405"), "{method}");
    }
    let answer = raw(&rig, &post("/sv/lillaedet", "", b"")).await;
    assert!(answer.contains("Sidan kan inte ta emot"));
}

#[tokio::test(flavor = "multi_thread")]
async fn far_too_much_is_cut_and_the_caller_told() {
    let mut rig = Rig::new().await;
    let most = rig.reception.bounds().body;
    let mut stream = TcpStream::connect(rig.address).await.unwrap();
    let head = format!(
        "POST /sv/{ORGANISATION}/report HTTP/1.1\r\nHost: a.onion\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        most + 10
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = vec![b'x'; 100_000];
    while stream.write_all(&chunk).await.is_ok() {}
    assert_eq!(rig.endings.recv().await, Some(sluss_web::conn::Ending::Overrun));
}
