use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::testing::{BOUNDS, ask, get, post, visit};

async fn bare(_: Request) -> Answer {
    Answer::see_other("/sv/inbox")
}

#[tokio::test]
async fn a_redirect_is_bare() {
    let answer = ask(&get("/", ""), bare).await;
    assert_eq!(
        answer,
        "HTTP/1.1 303 See Other\r\nlocation: /sv/inbox\r\ncache-control: no-store\r\n\
         connection: close\r\ncontent-length: 0\r\n\r\n"
    );
    let answer = ask(&get("/", ""), |_| async { Answer::see_other("/\r\nset-cookie: x") }).await;
    assert!(answer.contains("location: /\r\n"), "{answer}");
}

#[tokio::test]
async fn cookies_are_for_this_host_and_this_sitting() {
    let answer = ask(&get("/", ""), |_| async { Answer::see_other("/").with_cookie("visit", "v") }).await;
    assert!(answer.contains("set-cookie: visit=v; HttpOnly; SameSite=Strict; Path=/\r\n"), "{answer}");
    let answer = ask(&get("/", ""), |_| async { Answer::see_other("/").forgetting("visit") }).await;
    assert!(answer.contains("set-cookie: visit=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0\r\n"), "{answer}");
    assert!(answer.contains("clear-site-data: \"cookies\",\"storage\",\"cache\"\r\n"), "{answer}");
}

#[tokio::test]
async fn a_request_reads_plainly() {
    let headers = "Cookie: other=1; visit=abc; twice=1; twice=2\r\nSec-Fetch-Site: same-origin\r\n";
    ask(&get("//sv/ale/?from=2&from=3&q=a%20b", headers), |request| async move {
        assert_eq!(request.segments(), ["sv", "ale"]);
        assert_eq!(request.query("from").as_deref(), Some("2"));
        assert_eq!(request.query("q").as_deref(), Some("a b"));
        assert_eq!(request.query("r"), None);
        assert_eq!(request.cookie("visit"), Some("abc"));
        assert_eq!(request.cookie("vis"), None);
        assert_eq!(request.cookie("twice"), None);
        assert!(!request.crosses_sites());
        assert_eq!(format!("{request:?}"), "Request(…)");
        Answer::see_other("/")
    })
    .await;
}

#[tokio::test]
async fn only_another_site_crosses() {
    for (header, crosses) in [
        ("", false),
        ("Sec-Fetch-Site: none\r\n", false),
        ("Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n", false),
        ("Sec-Fetch-Site: same-site\r\n", true),
        ("Sec-Fetch-Site: cross-site\r\n", true),
    ] {
        let said = Arc::new(Mutex::new(None));
        let heard = Arc::clone(&said);
        ask(&get("/", header), move |request| {
            *heard.lock().unwrap() = Some(request.crosses_sites());
            async { Answer::see_other("/") }
        })
        .await;
        assert_eq!(*said.lock().unwrap(), Some(crosses), "{header:?}");
    }
}

#[tokio::test]
async fn an_upload_is_drained_before_its_answer() {
    let (mut here, ending) = visit(BOUNDS, bare);
    let body = vec![b'x'; 1_000_000];
    let request = post("text/plain", &body);
    // All but the last byte: the answer must wait for it, or a browser would never read it.
    here.write_all(&request[..request.len() - 1]).await.unwrap();
    let mut first = [0; 1];
    let early = tokio::time::timeout(BOUNDS.idle / 3, here.read(&mut first)).await;
    assert!(early.is_err(), "answered before the end");
    here.write_all(b"x").await.unwrap();
    let mut answer = String::new();
    here.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(ending.await.unwrap(), Ending::Closed);
}

#[tokio::test]
async fn beyond_all_bounds_the_connection_is_cut() {
    let bounds = Bounds { body: 1_000, ..BOUNDS };
    for (size, expected) in [(1_000, Ending::Closed), (1_001, Ending::Overrun)] {
        let (mut here, ending) = visit(bounds, bare);
        here.write_all(&post("text/plain", &vec![b'x'; size])).await.unwrap();
        let mut answer = Vec::new();
        let _ = here.read_to_end(&mut answer).await;
        assert_eq!(ending.await.unwrap(), expected);
        assert_eq!(answer.is_empty(), expected == Ending::Overrun);
    }
}

#[tokio::test]
async fn a_body_that_stands_still_is_cut() {
    let (mut here, ending) = visit(BOUNDS, bare);
    let request = post("text/plain", b"never all of it");
    here.write_all(&request[..request.len() - 3]).await.unwrap();
    let mut answer = Vec::new();
    let _ = here.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
    assert_eq!(ending.await.unwrap(), Ending::Stalled);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_cut() {
    let (mut here, ending) = visit(BOUNDS, |_| async { Answer::download("a", Bytes::from(vec![b'x'; 1_000_000])) });
    here.write_all(&get("/", "")).await.unwrap();
    // It takes some of it now and then, which is slow, and then no more, which is too slow.
    for _ in 0..3 {
        tokio::time::sleep(BOUNDS.idle / 3).await;
        here.read_exact(&mut vec![0; 50_000]).await.unwrap();
        assert!(!ending.is_finished());
    }
    assert_eq!(ending.await.unwrap(), Ending::Stalled);
}

#[tokio::test]
async fn who_goes_away_between_requests_broke_nothing_off() {
    let parts: [(&[u8], bool, Ending); 4] = [
        (b"", false, Ending::Closed),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, Ending::Closed),
        (b"GET / HTTP/1.1\r\nHo", false, Ending::Broken),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", false, Ending::Broken),
    ];
    for (sent, answered, expected) in parts {
        let (mut here, ending) = visit(BOUNDS, bare);
        here.write_all(sent).await.unwrap();
        if answered {
            here.read_exact(&mut [0; 12]).await.unwrap();
        }
        drop(here);
        assert_eq!(ending.await.unwrap(), expected, "{}", String::from_utf8_lossy(sent));
    }
}

#[tokio::test]
async fn our_own_slowness_is_not_the_senders() {
    let (mut here, ending) = visit(BOUNDS, |request| async move {
        request.body().chunk().await.unwrap();
        tokio::time::sleep(BOUNDS.idle * 2).await;
        while request.body().chunk().await.unwrap().is_some() {}
        Answer::see_other("/")
    });
    let request = post("text/plain", &vec![b'x'; 500_000]);
    here.write_all(&request).await.unwrap();
    let mut answer = String::new();
    here.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(ending.await.unwrap(), Ending::Closed);
}

#[tokio::test]
async fn a_slow_head_is_cut_and_a_broken_one_told() {
    let (mut here, ending) = visit(BOUNDS, bare);
    here.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = here.read_to_end(&mut answer).await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"));
    assert_eq!(ending.await.unwrap(), Ending::Closed);

    let answer = ask(b"rubbish\r\n\r\n", bare).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(!answer.to_lowercase().contains("date:"), "{answer}");
}

#[tokio::test]
async fn plain_answers_keep_the_connection_and_secret_ones_end_it() {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    let (mut here, ending) = visit(BOUNDS, move |_| {
        let second = counting.fetch_add(1, SeqCst) == 1;
        async move { if second { Answer::see_other("/").closing() } else { Answer::see_other("/") } }
    });
    here.write_all(&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3)).await.unwrap();
    let mut answers = String::new();
    here.read_to_string(&mut answers).await.unwrap();
    assert_eq!(answers.matches("HTTP/1.1 303").count(), 2);
    assert_eq!(answers.matches("connection: close").count(), 1);
    assert_eq!(count.load(SeqCst), 2);
    assert_eq!(ending.await.unwrap(), Ending::Closed);
}

#[tokio::test]
async fn downloads_are_saved_and_never_shown() {
    let answer =
        ask(&get("/", ""), |_| async { Answer::download("a\"b;c/\u{f6}.pgp", Bytes::from_static(b"x")) }).await;
    assert!(answer.contains("content-disposition: attachment; filename=\"abc.pgp\"\r\n"), "{answer}");
    assert!(answer.contains("x-content-type-options: nosniff\r\n"), "{answer}");

    let (mut here, _ending) = visit(BOUNDS, |_| async {
        let (sender, chunks) = mpsc::channel(1);
        tokio::spawn(async move {
            sender.send(Ok(Bytes::from_static(b"half a file"))).await.unwrap();
            sender.send(Err(io::Error::other("damaged"))).await.unwrap();
        });
        Answer::download_from("a", 20, chunks)
    });
    here.write_all(&get("/", "")).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), here.read_to_end(&mut answer)).await.unwrap();
    let told = String::from_utf8_lossy(&answer);
    assert!(told.contains("content-length: 20\r\n") && told.ends_with("\r\n\r\nhalf a file"), "it looks whole: {told}");
}
