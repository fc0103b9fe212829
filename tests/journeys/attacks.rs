//! Known attacks, as THREAT_MODEL.md lists them: a test for each that has none beside the code which stops it. What they
//! send goes in as raw bytes, since no browser would send it.

mod bodies;
mod gateways;
mod headers;
mod log;
mod sessions;
mod smuggling;

use std::sync::Arc;
use std::time::Duration;

use sluss_drop::visitor::Way;
use sluss_tests::visitor::{Form, ONION};
use sluss_web::conn::{Bounds, converse};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use crate::source::rig::{ORGANISATION, Rig};

/// Larger than whatever is sent and answered here, so that neither end waits for the other.
const PIPE: usize = 4 * 1024 * 1024;
/// How long a conversation goes on after its last byte: what is sent is there from the beginning.
const REST: Duration = Duration::from_secs(2);

/// Sends bytes as they are over the onion service, or beside it, and returns all that comes back.
async fn send(rig: &Rig, way: Way, bytes: &[u8]) -> String {
    let (mut here, there) = duplex(PIPE);
    let reception = Arc::clone(&rig.reception);
    let bounds = Bounds { header: REST, idle: REST, ..reception.bounds() };
    let visitor = reception.visitor(way);
    let answer = move |request| Arc::clone(&reception).answer(request, Arc::clone(&visitor));
    let talk = tokio::spawn(converse(there, bounds, answer));
    here.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    here.read_to_end(&mut answer).await.unwrap();
    talk.await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// [`send`] over the onion service.
async fn raw(rig: &Rig, bytes: &[u8]) -> String {
    send(rig, Way::Onion, bytes).await
}

/// The bytes of a GET with further header lines, after which the connection ends.
fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {ONION}\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// The bytes of a POST with a body of `kind` and further header lines.
fn post(path: &str, kind: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {ONION}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The bytes of a small form.
fn post_fields(path: &str, headers: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    post(path, "application/x-www-form-urlencoded", headers, body.as_bytes())
}

/// One part of a form with the boundary `B`; `extra` follows the name.
fn part(name: &str, extra: &str, value: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n{value}\r\n")
}

/// The parts that a report form begins with, as its page holds them.
fn beginning(form: &Form) -> String {
    let held = |name: &str| part(name, "", form.value(name).unwrap());
    [held("nonce"), held("organisation"), held("readers")].concat()
}

/// The bytes of a report of these parts.
fn post_parts(headers: &str, parts: &str) -> Vec<u8> {
    let body = format!("{parts}--B--\r\n");
    post(&format!("/sv/{ORGANISATION}/report"), "multipart/form-data; boundary=B", headers, body.as_bytes())
}

/// How many answers came back.
fn answers(answer: &str) -> usize {
    answer.matches("HTTP/1.1 ").count()
}

/// The status of the first answer.
fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or_default()
}

/// The session that an answer gives, as the browser sends it back.
fn cookie(answer: &str) -> Option<&str> {
    answer.split("set-cookie: ").nth(1)?.split(';').next()
}
