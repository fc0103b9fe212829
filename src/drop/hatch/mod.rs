//! The hatch: an investigator's own door, over Tor, through which they fetch their bundles and hand in what their desk
//! made, from a computer that is online.
//!
//! Protects: what goes out is sealed to the investigator's desk and what comes in is verified like any return bundle, so
//! that whoever takes the online computer reads nothing and forges nothing; a fetch is a bundle of the same size whether
//! or not there is news, as long as the news fits the least size. It does not hide that somebody fetches, and larger news
//! make a larger bundle.

mod pages;

use std::fs::File;
use std::io::{self, Read as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_web::conn::{Answer, Bounds, Method, Request, StatusCode};
use sluss_web::form::{Fields, Form, FormError, Shape};
use sluss_web::say::{Speech, SpeechError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{block_in_place, spawn_blocking};

use crate::office::export::{Exported, Sink as _};
use crate::office::hatches::Hatch;
use crate::office::import::{Imported, Spool};
use crate::office::problem::Problem;
use crate::office::{EN as OFFICE_EN, Office, SV as OFFICE_SV};
use crate::visitor::{Visitor, Way};

/// The texts in Swedish.
pub const SV: &str = include_str!("sv.ftl");
/// The texts in English.
pub const EN: &str = include_str!("en.ftl");

/// Bytes of a return bundle that is taken in here: four size steps. What is larger goes on a stick.
const HAND_IN: u64 = 4 * limits::BUNDLE_STEP;
/// Bytes of a form beside its file.
const FORM: u64 = 64 * 1024;
/// Bytes of a bundle that are sent in one piece.
const PIECE: usize = 64 * 1024;
/// The name of the field of the file.
const BUNDLE: &str = "bundle";
/// The name of the field of the first bundle that was lost.
const FROM: &str = "from";

/// What an investigator can do something about, beside what is wrong with a bundle.
const TOLD: [&str; 5] = ["erased-meanwhile", "no-person", "no-such-bundle", "two-exports", "vault-full"];

/// What is not done, and the status that says so.
struct Refusal(StatusCode, Problem);

impl Refusal {
    fn of(status: StatusCode, id: &'static str) -> Self {
        Self(status, Problem::new(id))
    }
}

impl From<Problem> for Refusal {
    /// What is the operator's to mend, and names their folders, is not told in detail: `sluss export` tells it.
    fn from(problem: Problem) -> Self {
        let id = problem.id();
        let told = id.starts_with("bundle-") || TOLD.contains(&id);
        if told { Self(StatusCode::UNPROCESSABLE_ENTITY, problem) } else { fault() }
    }
}

impl From<FormError> for Refusal {
    fn from(error: FormError) -> Self {
        match error {
            FormError::TooLarge => Self::of(StatusCode::PAYLOAD_TOO_LARGE, "too-large-to-hand-in"),
            _ => Self::of(StatusCode::BAD_REQUEST, "hand-in-broken"),
        }
    }
}

/// One investigator's door. Nobody comes to it but who has its access key.
pub struct Door {
    office: Arc<Office>,
    hatch: Hatch,
    speech: Speech,
    visitor: Visitor,
    turn: Arc<Semaphore>,
    /// The first bundle that was sent and did not arrive whole: the next one holds it too.
    owed: Mutex<Option<u32>>,
}

impl Door {
    /// The door of `hatch`.
    ///
    /// # Errors
    /// If the program's own texts are damaged.
    pub fn new(office: Arc<Office>, hatch: Hatch) -> Result<Arc<Self>, SpeechError> {
        let texts = [(Lang::Sv, OFFICE_SV), (Lang::Sv, SV), (Lang::En, OFFICE_EN), (Lang::En, EN)];
        Ok(Arc::new(Self {
            office,
            hatch,
            speech: Speech::new(&texts)?,
            visitor: Visitor::new(Way::Onion, Arc::new(Instant::now)),
            turn: Arc::new(Semaphore::new(1)),
            owed: Mutex::new(None),
        }))
    }

    /// What one conversation may cost.
    pub fn bounds(&self) -> Bounds {
        Bounds { body: 2 * HAND_IN, ..Bounds::default() }
    }

    /// Answers one request, in its turn: the handler for [`sluss_web::conn::converse`].
    pub async fn answer(self: Arc<Self>, request: Request) -> Answer {
        self.visitor.may_ask().await;
        let segments = request.segments();
        let lang = segments.first().and_then(|tag| self.speech.language(tag));
        let rest = if lang.is_some() { segments.get(1..).unwrap_or_default() } else { segments.as_slice() };
        let lang = lang.unwrap_or(Lang::Sv);
        let answered = match (request.method(), rest) {
            _ if request.was_passed_on() || request.host() != Some(&self.hatch.address) => Err(not_found()),
            (&Method::POST, _) if request.crosses_sites() => Err(not_found()),
            (&Method::GET, []) => self.front(lang).await,
            (&Method::POST, ["fetch"]) => Arc::clone(&self).fetch(&request).await,
            (&Method::POST, ["hand-in"]) => Arc::clone(&self).hand_in(lang, &request).await,
            _ => Err(not_found()),
        };
        answered.unwrap_or_else(|Refusal(status, problem)| pages::refused(&self, lang, status, &problem))
    }

    async fn front(self: &Arc<Self>, lang: Lang) -> Result<Answer, Refusal> {
        let this = Arc::clone(self);
        let next = spawn_blocking(move || this.office.next_bundle(&this.hatch.name)).await.map_err(|_| fault())??;
        Ok(pages::front(self, lang, next))
    }

    /// Seals the next bundle and sends it.
    async fn fetch(self: Arc<Self>, request: &Request) -> Result<Answer, Refusal> {
        let turn = self.turn().await?;
        let fields = Fields::read(request, usize::try_from(FORM).unwrap_or(usize::MAX)).await?;
        let asked = fields.one(FROM).trim();
        let wrong = |_| Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, "no-number");
        let asked: Option<u32> = (!asked.is_empty()).then(|| asked.parse().map_err(wrong)).transpose()?;
        let this = Arc::clone(&self);
        let sealed = spawn_blocking(move || this.seal(asked)).await;
        let Sealed { exported, file, length } = sealed.map_err(|_| fault())??;
        let name = format!("{}-{}.sluss", exported.name, exported.number);
        let (pieces, coming) = mpsc::channel(2);
        spawn_blocking(move || {
            let _turn = turn;
            if send(file, &pieces).is_ok() {
                *self.owed() = exported.from;
            }
        });
        Ok(Answer::download_from(&name, length, coming))
    }

    /// Seals the next bundle, with everything since bundle `asked` and since one that did not arrive.
    fn seal(&self, asked: Option<u32>) -> Result<Sealed, Problem> {
        let mut spool = Spool::new(&self.office.config.state)?;
        let mut owed = self.owed();
        let from = [asked, *owed].into_iter().flatten().min();
        let exported = self.office.export(&self.hatch.name, from, &mut spool)?;
        *owed = from.or(Some(exported.number));
        let (file, length) = spool.into_file()?;
        Ok(Sealed { exported, file, length })
    }

    /// Takes a return bundle in.
    async fn hand_in(self: Arc<Self>, lang: Lang, request: &Request) -> Result<Answer, Refusal> {
        let _turn = self.turn().await?;
        let shape = Shape { files: BUNDLE, most_files: 1, most_bytes: HAND_IN };
        let mut form = Form::open(request, shape)?;
        let mut spool = Spool::new(&self.office.config.state)?;
        let mut file = form.next_file().await?.ok_or_else(nothing_chosen)?;
        while let Some(chunk) = file.chunk().await? {
            let written = block_in_place(|| spool.writer().write_all(&chunk));
            written.map_err(|error| Problem::new("bundle-read").with("why", error))?;
        }
        let imported = self.import(spool).await?;
        Ok(pages::handed_in(&self, lang, &imported))
    }

    async fn import(self: &Arc<Self>, spool: Spool) -> Result<Imported, Refusal> {
        let office = Arc::clone(&self.office);
        let imported = spawn_blocking(move || office.import(&spool.rewound()?)).await;
        Ok(imported.map_err(|_| fault())??)
    }

    /// One bundle goes out or in at a time, and not too many in a row: each costs the disk a size step.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if !self.visitor.may_submit() {
            return Err(Refusal::of(StatusCode::TOO_MANY_REQUESTS, "hatch-too-often"));
        }
        Arc::clone(&self.turn).acquire_owned().await.map_err(|_| fault())
    }

    fn owed(&self) -> MutexGuard<'_, Option<u32>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bundle that is to be sent.
struct Sealed {
    exported: Exported,
    file: File,
    length: u64,
}

/// Hands on a whole file, piece by piece; an error if nobody takes it.
fn send(mut file: File, pieces: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(());
        }
        pieces.blocking_send(Ok(piece.into())).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
    }
}

fn nothing_chosen() -> Refusal {
    Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, "nothing-chosen")
}

fn not_found() -> Refusal {
    Refusal::of(StatusCode::NOT_FOUND, "hatch-not-found")
}

fn fault() -> Refusal {
    Refusal::of(StatusCode::INTERNAL_SERVER_ERROR, "hatch-fault")
}
