use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::conn::{Answer, Bounds, Ending};
use crate::form::{Fields, Form, Shape};
use crate::testing::{BOUNDS, ask, part, post, post_parts, visit};

const LONG: Duration = Duration::from_secs(60);
const TYPED: &str = "application/x-www-form-urlencoded";

/// Sends a form whole to somebody who holds it in `shared`; how that ended, and whether it was answered.
async fn sent(shared: &Arc<Semaphore>, time: Duration, bytes: usize) -> (Ending, bool) {
    let shared = Arc::clone(shared);
    let (mut here, ending) = visit(Bounds { idle: LONG, ..BOUNDS }, move |request| {
        request.body().hold_in(Arc::clone(&shared), time);
        async move {
            let _ = Fields::read(&request, 100_000).await;
            Answer::see_other("/")
        }
    });
    here.write_all(&post(TYPED, &vec![b'x'; bytes])).await.unwrap();
    let mut answer = String::new();
    let _ = here.read_to_string(&mut answer).await;
    (ending.await.unwrap(), answer.starts_with("HTTP/1.1 303"))
}

#[tokio::test]
async fn what_is_typed_takes_room_as_it_comes() {
    let shared = Arc::new(Semaphore::new(8));
    let held = Arc::clone(&shared);
    let (mut slow, ending) = visit(Bounds { idle: LONG, ..BOUNDS }, move |request| {
        request.body().hold_in(Arc::clone(&held), LONG);
        async move {
            let _ = Fields::read(&request, 100_000).await;
            Answer::see_other("/")
        }
    });
    // It says that it is long, and nearly nothing comes.
    let request = post(TYPED, &[b'x'; 90_000]);
    let head = request.len() - 90_000;
    slow.write_all(&request[..head + 100]).await.unwrap();
    while shared.available_permits() == 8 {
        tokio::task::yield_now().await;
    }
    assert_eq!(shared.available_permits(), 7);
    assert_eq!(sent(&shared, LONG, 5_000).await, (Ending::Closed, true), "who says much keeps others out");
    assert_eq!(shared.available_permits(), 7, "it is not given back");
    // What never gets room is not waited for without end.
    assert_eq!(sent(&shared, Duration::from_millis(200), 20_000).await, (Ending::Stalled, false));
    drop(slow);
    ending.await.unwrap();
    assert_eq!(shared.available_permits(), 8);
}

/// Whoever is refused and goes on sending holds nothing any more.
#[tokio::test]
async fn what_is_refused_gives_its_room_back() {
    let shared = Arc::new(Semaphore::new(64));
    let held = Arc::clone(&shared);
    let (mut slow, ending) = visit(Bounds { idle: LONG, ..BOUNDS }, move |request| {
        request.body().hold_in(Arc::clone(&held), LONG);
        async move {
            let _ = Fields::read(&request, 4_000).await;
            Answer::see_other("/")
        }
    });
    let request = post(TYPED, &[b'x'; 90_000]);
    let (first, rest) = request.split_at(request.len() - 88_000);
    slow.write_all(first).await.unwrap();
    while shared.available_permits() == 64 {
        tokio::task::yield_now().await;
    }
    slow.write_all(&rest[..8_000]).await.unwrap();
    let whole = tokio::time::timeout(LONG, async {
        while shared.available_permits() < 64 {
            tokio::time::sleep(PAUSE).await;
        }
    });
    whole.await.expect("it is held while the rest is drained");
    assert!(!ending.is_finished(), "it is not being drained");
}

#[tokio::test]
async fn files_pass_on_and_take_none() {
    let shared = Arc::new(Semaphore::new(256));
    let parts = [
        part("text", "", b"typed"),
        part("files", "; filename=\"a.bin\"\r\nContent-Type: text/plain", &vec![0; 900_000]),
        b"--B--\r\n".to_vec(),
    ];
    let request = post_parts(&parts.concat());
    let answer = ask(&request, move |request| {
        request.body().hold_in(Arc::clone(&shared), LONG);
        async move {
            let shape = Shape { files: "files", most_files: 1, most_bytes: 1_000_000 };
            let mut form = Form::open(&request, shape).unwrap();
            let mut length = 0;
            while let Some(mut file) = form.next_file().await.unwrap() {
                while let Some(chunk) = file.chunk().await.unwrap() {
                    length += chunk.len();
                }
            }
            Answer::see_other(&format!("/{length}"))
        }
    });
    assert!(answer.await.contains("location: /900000"));
}
