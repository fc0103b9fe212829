//! Forms as they come in: what was sent is what is read, within the limits, however the network cut it.

use arbitrary::Arbitrary;
use sluss_core::digest::Digest;
use sluss_core::limits;
use sluss_web::conn::Request;
use sluss_web::form::{Fields, Form, FormError, Shape};

use super::few::{Bytes, Few};
use super::wire;

const SHAPE: Shape = Shape { files: "files", most_files: 3, most_bytes: 5_000 };
/// Bytes of a small form that are read.
const SMALL: usize = 1_000;
const BOUNDARY: &str = "----sluss-geckoformboundary";
/// Names that fields may have here.
const NAMES: [&str; 4] = ["text", "nonce", "tick", ""];

/// A form, and how the network cuts it.
#[derive(Debug, Arbitrary)]
pub struct Sent {
    cuts: Few<u16>,
    body: Body,
}

#[derive(Debug, Arbitrary)]
enum Body {
    /// Whole parts, as a browser sends them, and whatever comes instead of their end.
    Parts(Few<Part>, Option<Bytes>),
    /// Anything at all.
    Raw(Bytes),
    /// A form without files.
    Small(Bytes),
}

#[derive(Debug, Arbitrary)]
struct Part {
    /// One of [`NAMES`], or else of a file.
    name: u8,
    file_name: Option<String>,
    value: Bytes,
    /// The value is so many times as long.
    times: u8,
}

/// What a handler sees of a form.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    fields: Vec<(&'static str, String)>,
    /// Names, lengths and digests.
    files: Vec<(String, usize, Digest)>,
    ended: Option<FormError>,
}

/// Whatever the cuts, a handler sees the same fields and whole files, and an error or none; which error a form without
/// an end gets first is open. It never gets more than the limits allow. What a browser sends comes back as it was sent,
/// up to the part that goes over a limit, and then with that limit's error.
pub fn holds(sent: &Sent) {
    let (kind, body) = match &sent.body {
        Body::Parts(parts, tail) => (None, written(parts, tail.as_deref())),
        Body::Raw(bytes) => (None, bytes.to_vec()),
        Body::Small(bytes) => (Some("application/x-www-form-urlencoded"), bytes.to_vec()),
    };
    let small = kind.is_some();
    let kind = kind.map_or(format!("multipart/form-data; boundary={BOUNDARY}"), str::to_owned);
    let head = format!(
        "POST /p HTTP/1.1\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let ask = |cuts: &[u16]| {
        let pieces = [vec![head.clone().into_bytes()], wire::cut(&body, cuts)].concat();
        wire::ask(pieces, |request| look(request, small)).expect("the head is as it must be")
    };

    let (whole, cut) = (ask(&[]), ask(&sent.cuts));
    assert_eq!(cut.ended.is_some(), whole.ended.is_some(), "cuts make an error");
    assert_eq!((&cut.fields, &cut.files), (&whole.fields, &whole.files), "cuts make a difference");
    let text: usize = whole.fields.iter().map(|(_, value)| value.len()).sum();
    let filed: usize = whole.files.iter().map(|(_, length, _)| length).sum();
    assert!(whole.files.len() <= SHAPE.most_files && filed as u64 <= SHAPE.most_bytes);
    // A byte that is no UTF-8 is shown as a sign of three.
    assert!(text <= 3 * if small { SMALL } else { limits::TEXT_GIVEN_BACK });
    assert!(!small || (whole.ended == Some(FormError::TextTooLong)) == (body.len() > SMALL));
    if let Body::Parts(parts, None) = &sent.body
        && parts.iter().all(|part| !part.bytes().windows(BOUNDARY.len()).any(|at| at == BOUNDARY.as_bytes()))
    {
        let expected = expected(parts);
        assert_eq!(whole, expected);
        assert_eq!(cut, expected);
    }
}

async fn look(request: Request, small: bool) -> Seen {
    let mut seen = Seen::default();
    let (fields, ended) = if small {
        match Fields::read(&request, SMALL).await {
            Ok(fields) => (fields, None),
            Err(error) => (Fields::default(), Some(error)),
        }
    } else {
        let mut form = Form::open(&request, SHAPE).expect("it is a form");
        let ended = gather(&mut form, &mut seen.files).await.err();
        (form.take_fields(), ended)
    };
    seen.fields = NAMES.iter().flat_map(|name| fields.all(name).map(|value| (*name, value.to_owned()))).collect();
    seen.ended = ended;
    seen
}

async fn gather(form: &mut Form, files: &mut Vec<(String, usize, Digest)>) -> Result<(), FormError> {
    while let Some(mut file) = form.next_file().await? {
        let mut bytes = Vec::new();
        while let Some(chunk) = file.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        files.push((file.name().expose().clone(), bytes.len(), Digest::of(&bytes)));
    }
    Ok(())
}

impl Part {
    /// The field's name; `None` for a file.
    fn field(&self) -> Option<&'static str> {
        NAMES.get(usize::from(self.name) % (NAMES.len() + 1)).copied()
    }

    /// A name that a browser would send without escapes.
    fn file_name(&self) -> Option<String> {
        let plain = |c: &char| !c.is_control() && !matches!(c, '"' | '\\' | '%');
        self.file_name.as_ref().map(|name| name.chars().filter(plain).collect())
    }

    fn bytes(&self) -> Vec<u8> {
        self.value.repeat(usize::from(self.times) + 1)
    }
}

fn written(parts: &[Part], tail: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let name = part.field().unwrap_or(SHAPE.files);
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
        if let Some(name) = part.file_name() {
            body.extend(format!("; filename=\"{name}\"\r\nContent-Type: text/html").bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(part.bytes());
        body.extend(b"\r\n");
    }
    body.extend(tail.unwrap_or(format!("--{BOUNDARY}--\r\n").as_bytes()));
    body
}

/// What must be seen of whole parts.
fn expected(parts: &[Part]) -> Seen {
    let mut seen = Seen::default();
    let (mut files_left, mut bytes_left) = (SHAPE.most_files, SHAPE.most_bytes);
    let mut fields = Vec::new();
    for part in parts {
        let (name, bytes) = (part.file_name().unwrap_or_default(), part.bytes());
        if let Some(field) = part.field() {
            fields.push((field, String::from_utf8_lossy(&bytes).into_owned()));
        } else if name.is_empty() && bytes.is_empty() {
            continue;
        } else if files_left == 0 {
            seen.ended = Some(FormError::TooManyFiles);
        } else if bytes.len() as u64 > bytes_left {
            seen.ended = Some(FormError::TooLarge);
        } else {
            files_left -= 1;
            bytes_left -= bytes.len() as u64;
            seen.files.push((name, bytes.len(), Digest::of(&bytes)));
        }
        if seen.ended.is_some() {
            break;
        }
    }
    let named = |name: &'static str| fields.iter().filter(move |(field, _)| *field == name).cloned();
    seen.fields = NAMES.iter().flat_map(|name| named(name)).collect();
    seen
}
