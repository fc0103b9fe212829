//! What a visitor hands back to be known again: the session's cookie and a form's nonce.

use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use arbitrary::Arbitrary;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sluss_web::conn::Answer;
use sluss_web::session::{Claim, Hold, Nonces, SessionId, Sessions};

use super::edit::{Edit, edited};
use super::few::{Bytes, Few};
use super::wire;

const COOKIE: &str = "visit";
const PURPOSE: &str = "report";

struct Door {
    sessions: Sessions<()>,
    id: SessionId,
    /// The session's cookie, as a browser sends it: `visit=…`.
    cookie: String,
    nonces: Arc<Nonces<()>>,
    nonce: String,
}

static DOOR: LazyLock<Door> = LazyLock::new(|| {
    let mut rng = StdRng::seed_from_u64(7);
    let sessions = Sessions::new(COOKIE, Duration::from_secs(1 << 30), 10);
    let id = sessions.open((), Hold::Firm, Instant::now(), &mut rng);
    let nonces = Arc::new(Nonces::new(10, &mut rng));
    let nonce = nonces.issue(PURPOSE, &mut rng);
    let give = async |_| sessions.give(Answer::see_other("/"), &id);
    let answer = wire::answer(vec![b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec()], give);
    let answer = String::from_utf8(answer).unwrap();
    let cookie = answer.split("set-cookie: ").nth(1).and_then(|given| given.split(';').next()).unwrap().to_owned();
    Door { sessions, id, cookie, nonces, nonce }
});

/// The lines of `Cookie` in a request, and a nonce.
#[derive(Debug, Arbitrary)]
pub struct HandedBack {
    lines: Few<Line>,
    purpose: Option<String>,
    nonce: Few<Edit>,
}

#[derive(Debug, Arbitrary)]
enum Line {
    Pairs(Few<Pair>),
    /// Anything.
    Raw(Bytes),
}

#[derive(Debug, Arbitrary)]
enum Pair {
    /// The session's own cookie.
    Real,
    /// The session's own, changed.
    Changed(Few<Edit>),
    /// One of the same name.
    Named(String),
    /// One of another name.
    Foreign(u8),
    /// Anything.
    Other(String),
}

/// A session is found only by its own cookie's 64 digits; by that cookie it is found wherever it stands, as long as no
/// other cookie of its name stands beside it. A nonce gives a turn only to the byte, and only for its own form.
pub fn holds(handed: &HandedBack) {
    let lines: Vec<Vec<u8>> = handed.lines.iter().map(Line::written).collect();
    let mut request = b"GET / HTTP/1.1\r\nConnection: close\r\n".to_vec();
    for line in &lines {
        request.extend([b"Cookie: ", line.as_slice(), b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    // Set up here: while a request is answered nothing else can be.
    let door = &*DOOR;
    let found = wire::ask(vec![request.clone()], async |request| {
        let id = door.sessions.id(&request);
        id.is_some_and(|id| id == door.id && door.sessions.with(&id, Instant::now(), |()| ()).is_some())
    });
    let (_, digits) = door.cookie.split_once('=').expect("a cookie has a name");
    assert!(found != Some(true) || contains(&request, digits.as_bytes()), "found without its cookie");
    if real_alone(&handed.lines) {
        assert_ne!(found, Some(false), "not found by its cookie");
    }
    nonce_holds(handed);
}

fn nonce_holds(handed: &HandedBack) {
    let text = String::from_utf8_lossy(&edited(DOOR.nonce.as_bytes(), &handed.nonce)).into_owned();
    let purpose = handed.purpose.as_deref().unwrap_or(PURPOSE);
    let mut claim = pin!(DOOR.nonces.claim(purpose, &text));
    // The turn is given back as it is dropped, so nobody ever has to wait.
    let Poll::Ready(claim) = claim.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("a nonce that nobody holds is waited for");
    };
    let own = text == DOOR.nonce && purpose == PURPOSE;
    assert_eq!(matches!(claim, Claim::Turn(_)), own);
    assert!(own || matches!(claim, Claim::Unknown));
}

/// Whether a line that can be read has the session's own cookie, and nothing else of its name stands anywhere.
fn real_alone(lines: &[Line]) -> bool {
    let real = |pair: &Pair| matches!(pair, Pair::Real);
    let named = |bytes: Vec<u8>| contains(&bytes, COOKIE.as_bytes());
    let has = lines.iter().any(|line| match line {
        Line::Pairs(pairs) => pairs.iter().any(real) && line.written().iter().all(|byte| (b' '..=b'~').contains(byte)),
        Line::Raw(_) => false,
    });
    let others = lines.iter().any(|line| match line {
        Line::Pairs(pairs) => pairs.iter().any(|pair| !real(pair) && named(pair.written())),
        Line::Raw(_) => named(line.written()),
    });
    has && !others
}

impl Line {
    /// Its bytes; a line ends where it ends.
    fn written(&self) -> Vec<u8> {
        let mut bytes = match self {
            Self::Pairs(pairs) => pairs.iter().map(Pair::written).collect::<Vec<_>>().join(b"; ".as_slice()),
            Self::Raw(bytes) => bytes.to_vec(),
        };
        bytes.retain(|byte| !b"\r\n".contains(byte));
        bytes
    }
}

impl Pair {
    fn written(&self) -> Vec<u8> {
        match self {
            Self::Real => DOOR.cookie.clone().into_bytes(),
            Self::Changed(edits) => edited(DOOR.cookie.as_bytes(), edits),
            Self::Named(value) => format!("{COOKIE}={value}").into_bytes(),
            Self::Foreign(value) => format!("theme={value}").into_bytes(),
            Self::Other(text) => text.clone().into_bytes(),
        }
    }
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|at| at == what)
}
