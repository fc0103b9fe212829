//! The frame beside a form with files: what it tells while they come, when they are refused, and when they are kept.

use std::net::SocketAddr;
use std::time::Duration;

use sluss_tests::visitor::{Form, ONION, Visitor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::rig::{Rig, report_form, sign_in, words};

/// How long a frame may say nothing new: less than the line break that it sends to stay open.
const PATIENCE: Duration = Duration::from_secs(10);

/// A frame as a browser reads it: piece by piece, for as long as it goes on.
struct Frame {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Frame {
    /// Opens the frame of this form.
    async fn open(drop: SocketAddr, form: &Form) -> Self {
        let mut stream = TcpStream::connect(drop).await.unwrap();
        let nonce = form.value("nonce").unwrap();
        let request = format!("GET /sv/progress?form={nonce} HTTP/1.1\r\nhost: {ONION}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        Self { stream, read: Vec::new() }
    }

    /// Reads on until it has said this; returns all that it has said.
    async fn until(&mut self, said: &str) -> String {
        loop {
            let text = String::from_utf8_lossy(&self.read).into_owned();
            if text.contains(said) {
                return text;
            }
            let more = timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
            let more = more.unwrap_or_else(|_| panic!("never said «{said}»: {text}")).unwrap();
            assert!(more > 0, "ended without «{said}»: {text}");
        }
    }

    /// Reads to its end.
    async fn end(mut self) -> String {
        timeout(PATIENCE, self.stream.read_to_end(&mut self.read)).await.expect("goes on").unwrap();
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

async fn form(visitor: &mut Visitor, bytes: usize) -> Form {
    let form = report_form(visitor, "sv").await.fill("text", "Med filer").unwrap();
    let form = visitor.add_files(form).await.unwrap();
    form.attach("files", "a.bin", "application/octet-stream", &vec![1; bytes]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_tells_how_far_files_have_come() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = form(&mut visitor, 900_000).await;
    let mut frame = Frame::open(rig.address, &form).await;
    let began = frame.until("Inget skickas än").await;
    assert!(began.contains("frame-ancestors 'self'") && began.contains("cache-control: no-store"), "{began}");
    let half = visitor.submit_part(&form, 450_000).await.unwrap();
    let told = frame.until(" % har kommit fram").await;
    let percent = told.split(" % har").next().and_then(|before| before.rsplit('>').next()).unwrap();
    assert!((1..=52).contains(&percent.parse::<u32>().unwrap()), "{percent} %");
    // That one breaks off; the form is sent again, and the same frame tells of it.
    drop(half);
    let page = visitor.submit(&form).await.unwrap();
    assert_eq!(page.path, "/sv/sent", "{}", page.text());
    let all = frame.end().await;
    assert!(all.contains("Allt är sparat"), "{all}");
}

/// Who has waited for a long upload may be away when it ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_codename_waits_while_its_tab_stands_open() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = form(&mut visitor, 1_000).await;
    let mut page = visitor.submit(&form).await.unwrap();
    // For an hour, during which the browser does what the page asks of it.
    let mut waited = Duration::ZERO;
    while waited < Duration::from_secs(3_600) {
        let asked = page.headers.get("refresh").expect("the page does not keep it").to_str().unwrap();
        let (seconds, place) = asked.split_once("; url=").unwrap();
        let pause = Duration::from_secs(seconds.parse().unwrap());
        rig.pass(pause);
        waited += pause;
        page = visitor.open(place).await.unwrap();
    }
    let shown = visitor.open("/sv/codename").await.unwrap();
    assert_eq!(shown.texts(".words li").len(), 7, "{}", shown.text());
    // Nothing waits any more once it was typed.
    let inbox = sign_in(&mut visitor, &words(&shown).join(" ")).await;
    assert!(!inbox.texts("ol.thread").is_empty(), "{}", inbox.text());
    assert!(visitor.open("/sv/sent").await.unwrap().headers.get("refresh").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_tells_of_a_refusal_while_files_still_come() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = form(&mut visitor, 2_300_000).await;
    let mut frame = Frame::open(rig.address, &form).await;
    frame.until("Inget skickas än").await;
    let _going_on = visitor.submit_part(&form, 20_000).await.unwrap();
    let told = frame.until("Filerna är för stora").await;
    assert!(told.contains("Du behöver inte vänta"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_frames_are_told_so_and_their_files_come_all_the_same() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let mut frames = Vec::new();
    for _ in 0..200 {
        let form = report_form(&mut visitor, "sv").await;
        let mut frame = Frame::open(rig.address, &form).await;
        frame.until("Inget skickas än").await;
        frames.push(frame);
    }
    let form = form(&mut visitor, 1_000).await;
    let unseen = Frame::open(rig.address, &form).await.end().await;
    assert!(unseen.contains("De kommer fram ändå"), "{unseen}");
    assert_eq!(visitor.submit_in_frame(&form).await.unwrap().path, "/sv/codename");
    // Whoever leaves makes room.
    frames.pop();
    let mut frame = Frame::open(rig.address, &report_form(&mut visitor, "sv").await).await;
    while !String::from_utf8_lossy(&frame.read).contains("Inget skickas än") {
        if frame.stream.read_buf(&mut frame.read).await.unwrap() == 0 {
            frame = Frame::open(rig.address, &report_form(&mut visitor, "sv").await).await;
        }
    }
}
