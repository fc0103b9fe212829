//! Request smuggling: bodies whose end can be read in two ways, and requests after the last one.

use sluss_tests::visitor::ONION;

use super::{answers, beginning, part, post_fields, post_parts, raw, status};
use crate::source::rig::{ORGANISATION, Rig, report_form};

/// What stands on the page that answers a smuggled request, and on no other here.
const SMUGGLED: &str = "There is no such page";

#[tokio::test(flavor = "multi_thread")]
async fn no_body_becomes_a_request() {
    let rig = Rig::new().await;
    let hidden = format!("GET /en/nowhere HTTP/1.1\r\nHost: {ONION}\r\n\r\n");
    let length = hidden.len();
    let chunks = format!("0\r\n\r\n{hidden}");
    let chunked = chunks.len();
    // That it is found where it is asked for.
    assert!(raw(&rig, hidden.as_bytes()).await.contains(SMUGGLED));
    let refused = [
        ("two lengths", format!("Content-Length: 4\r\nContent-Length: {length}"), &hidden),
        ("two lengths in one line", format!("Content-Length: 4, {length}"), &hidden),
        ("a signed length", format!("Content-Length: +{length}"), &hidden),
        ("a length below nothing", format!("Content-Length: -{length}"), &hidden),
        ("a length in another base", format!("Content-Length: 0x{length:x}"), &hidden),
        ("no length at all", "Content-Length: ".to_owned(), &hidden),
        ("a space before the colon", format!("Content-Length : {length}"), &hidden),
        ("a folded line", format!("X: a\r\n Content-Length: {length}"), &hidden),
        ("a bare carriage return", format!("X: a\rContent-Length: {length}"), &hidden),
        ("a NUL", format!("X: a\0\r\nContent-Length: {length}"), &hidden),
        ("an unknown coding", "Transfer-Encoding: gzip".to_owned(), &chunks),
        ("a coding after the chunks", "Transfer-Encoding: chunked, identity".to_owned(), &chunks),
        ("a coding that looks like chunks", "Transfer-Encoding: \u{b}chunked".to_owned(), &chunks),
        ("a space before a coding's colon", "Transfer-Encoding : chunked".to_owned(), &chunks),
        ("a folded coding", "Transfer-Encoding:\r\n chunked".to_owned(), &chunks),
    ];
    // Read in one way, as chunks; after them the connection ends.
    let both = [
        ("a length before chunks", format!("Content-Length: {chunked}\r\nTransfer-Encoding: chunked"), &chunks),
        ("a length after chunks", format!("Transfer-Encoding: chunked\r\nContent-Length: {chunked}"), &chunks),
        ("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked".to_owned(), &chunks),
        ("chunks in capitals", "TRANSFER-ENCODING: CHUNKED".to_owned(), &chunks),
    ];
    let read = [
        ("an honest length", format!("Content-Length: {length}"), &hidden),
        ("the same length twice", format!("Content-Length: {length}\r\nContent-Length: {length}"), &hidden),
        ("line feeds alone", format!("X: a\nContent-Length: {length}\nY: b"), &hidden),
    ];
    for (expected, cases) in [(("400", 1), refused.as_slice()), (("200", 1), &both), (("200", 2), &read)] {
        for (why, framing, body) in cases {
            let last = format!("GET /sv/inbox HTTP/1.1\r\nHost: {ONION}\r\nConnection: close\r\n\r\n");
            let sent = format!("GET /sv HTTP/1.1\r\nHost: {ONION}\r\n{framing}\r\n\r\n{body}{last}");
            let answer = raw(&rig, sent.as_bytes()).await;
            assert!(!answer.contains(SMUGGLED), "{why}");
            assert_eq!((status(&answer), answers(&answer)), expected, "{why}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_without_measure_end_the_connection() {
    let rig = Rig::new().await;
    let hidden = format!("GET /en/nowhere HTTP/1.1\r\nHost: {ONION}\r\n\r\n");
    for (why, chunks) in [
        ("a size beyond all numbers", "fffffffffffffffff\r\na".to_owned()),
        ("a size with a prefix", "0x1\r\na\r\n0\r\n\r\n".to_owned()),
        ("a signed size", "+1\r\na\r\n0\r\n\r\n".to_owned()),
        ("a line feed in an extension", "1;a\nb\r\na\r\n0\r\n\r\n".to_owned()),
        ("endless extensions", format!("1;{}\r\na\r\n0\r\n\r\n", "a".repeat(100_000))),
        ("a chunk that goes on", "1\r\nab\r\n0\r\n\r\n".to_owned()),
        ("endless trailers", format!("0\r\n{}\r\n", "X: y\r\n".repeat(50_000))),
    ] {
        let head = format!("GET /sv HTTP/1.1\r\nHost: {ONION}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let answer = raw(&rig, format!("{head}{chunks}{hidden}").as_bytes()).await;
        assert!(answers(&answer) <= 1 && !answer.contains(SMUGGLED), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_after_the_last_answer() {
    let rig = Rig::new().await;
    let form = report_form(&mut rig.visitor(), "sv").await;
    let first = post_fields("/sv/inbox", "", &[("codename", "fel ord")]);
    let second = post_parts("", &(beginning(&form) + &part("text", "", "efter det sista")));
    let answer = raw(&rig, &[first, second.clone()].concat()).await;
    assert_eq!((status(&answer), answers(&answer), rig.objects("anna").len()), ("303", 1, 0));
    // Sent by itself it is taken.
    assert_eq!(status(&raw(&rig, &second).await), "303");
    assert_eq!(rig.objects("anna").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_hides_its_length_is_refused() {
    let rig = Rig::new().await;
    let form = report_form(&mut rig.visitor(), "sv").await;
    let parts = beginning(&form) + &part("text", "", "t") + &part("files", "; filename=\"a\"", &"x".repeat(300_000));
    let body = format!("{parts}--B--\r\n");
    for lengths in ["", "Content-Length: 100\r\n"] {
        let head = format!(
            "POST /sv/{ORGANISATION}/report HTTP/1.1\r\nHost: {ONION}\r\n{lengths}Transfer-Encoding: chunked\r\n\
             Content-Type: multipart/form-data; boundary=B\r\n\r\n{:x}\r\n",
            body.len()
        );
        let answer = raw(&rig, format!("{head}{body}\r\n0\r\n\r\n").as_bytes()).await;
        assert_eq!((status(&answer), answers(&answer)), ("400", 1), "{lengths:?}");
    }
    assert!(rig.objects("anna").is_empty());
}
