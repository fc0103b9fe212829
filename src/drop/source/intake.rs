//! A form with files, from its head to the sealed submission that is kept.
//!
//! Protects: there is room before the first byte is read, a form is taken once, and whatever goes wrong on the way hands
//! the typed fields back to the page; but not to a gateway.

use sluss_core::limits;
use sluss_core::seal::sealed_at_most;
use sluss_web::conn::{Answer, Request};
use sluss_web::form::{Fields, Form, FormError, Shape};
use sluss_web::session::{Claim, Turn};
use tokio::sync::OwnedSemaphorePermit;

use super::gateway;
use super::progress::Teller;
use super::report::LAST;
use super::sealing::{Job, Sealing};
use super::sent;
use super::shell::Face;
use super::trouble::Trouble;
use crate::harden::aside;
use crate::reception::{Outcome, chance};
use crate::store::{Guest, Permit, Pool};

/// The name of the field of files.
pub(super) const FILES: &str = "files";
/// The name of the field of the form's nonce.
pub(super) const NONCE: &str = "nonce";

/// The hidden field of a form that is sent to a frame.
pub(super) const FRAMED: &str = "framed";
/// The button that asks for the form with files instead of sending.
pub(super) const NEXT: &str = "next";

/// A place among those who seal, given back when dropped; among those who upload, also one of the visitor's own.
#[allow(dead_code, reason = "held until the submission is kept")]
struct Place(OwnedSemaphorePermit, Option<OwnedSemaphorePermit>);

impl Place {
    /// Uploads that are too many are told so.
    fn of_upload(face: &Face) -> Result<Self, Trouble> {
        let own = face.visitor.uploads.clone().try_acquire_owned().map_err(|_| Trouble::Busy)?;
        let place = face.reception.uploads.clone().try_acquire_owned().map_err(|_| Trouble::Busy)?;
        Ok(Self(place, Some(own)))
    }

    /// Text, which has arrived whole by then, waits for milliseconds, and no slow upload can be in its way.
    async fn of_text(face: &Face) -> Result<Self, Trouble> {
        let place = face.reception.texts.clone().acquire_owned().await;
        place.map(|place| Self(place, None)).map_err(|_| Trouble::Busy)
    }
}

/// Room in the vault; and for whoever asks for much of it, a place, without which it would be held for nothing.
struct Room {
    permit: Permit,
    place: Option<Place>,
}

/// A form whose head was read, as far as that went.
pub(super) struct Intake {
    form: Form,
    /// What was typed.
    pub(super) fields: Fields,
    head: Result<(), FormError>,
    declared: u64,
    guest: Guest,
    room: Option<Result<Room, Trouble>>,
    place: Option<Place>,
    teller: Teller,
}

impl Intake {
    /// Asks for room for what the request declares, then reads its form up to the first file.
    pub(super) async fn read(face: &Face, request: &Request, guest: Guest) -> Result<Self, Trouble> {
        let limits = face.reception.limits;
        let declared = request.declared().ok_or(Trouble::Broken)?;
        let room = reserve(face, declared, guest).await;
        let shape = Shape { files: FILES, most_files: limits.files, most_bytes: limits.upload };
        let mut form = Form::open(request, shape)?;
        let head = form.head().await;
        let fields = form.take_fields();
        gateway::refuse_rewritten(face, &fields)?;
        let teller = face.reception.watched.teller(fields.one(NONCE), declared);
        Ok(Self { form, fields, head, declared, guest, room: Some(room), place: None, teller })
    }

    /// The form's turn; or what it led to, if it was taken before. Waits while the same form is being taken.
    pub(super) async fn claim(&self, face: &Face, purpose: &str) -> Result<Result<Turn<Outcome>, Outcome>, Trouble> {
        self.head?;
        match face.reception.nonces.claim(purpose, self.fields.one(NONCE)).await {
            Claim::Turn(turn) => Ok(Ok(turn)),
            Claim::Done(outcome) => {
                self.teller.kept();
                Ok(Err(outcome))
            }
            Claim::Unknown => Err(Trouble::OldForm),
        }
    }

    /// Whether its answer stands in a frame beside it.
    pub(super) fn is_framed(&self) -> bool {
        !self.fields.one(FRAMED).is_empty()
    }

    /// Whether the form with files is asked for, and nothing sent.
    pub(super) fn asks_for_files(&self) -> bool {
        !self.fields.one(NEXT).is_empty() && self.head.is_ok()
    }

    /// The answer to a form in a frame that was not taken: said there and beside the upload, which may still be coming.
    pub(super) fn refused(&self, face: &Face, action: &str, trouble: &Trouble) -> Answer {
        self.teller.refused(*trouble);
        sent::refused(face, action, &self.fields, trouble)
    }

    /// Whether at least one file was chosen.
    pub(super) fn has_file(&self) -> bool {
        self.form.has_file()
    }

    /// The room that was asked for first: the first reason not to go on, if there was none. Of a visitor who submits too
    /// often nothing more is taken.
    pub(super) async fn take_room(&mut self, face: &Face) -> Result<Permit, Trouble> {
        if !face.visitor.may_submit() {
            return Err(Trouble::TooOften);
        }
        let room = match self.room.take().unwrap_or(Err(Trouble::Fault)) {
            // The same form, sent before, may have had the place, and broken off since.
            Err(Trouble::Busy) => reserve(face, self.declared, self.guest).await,
            room => room,
        };
        let Room { permit, place } = room?;
        self.place = place;
        Ok(permit)
    }

    /// Seals what was typed, and file after file as it comes in, and waits until it is kept.
    pub(super) async fn seal(&mut self, face: &Face, job: Job) -> Result<Outcome, Trouble> {
        let _place = match self.place.take() {
            Some(place) => place,
            None if self.has_file() => Place::of_upload(face)?,
            None => Place::of_text(face).await?,
        };
        let sealing = Sealing::start(job)?;
        sealing.take_files(&mut self.form, &mut self.teller).await?;
        self.nothing_came_late()?;
        self.teller.arrived();
        let outcome = sealing.finish().await?;
        self.teller.kept();
        Ok(outcome)
    }

    /// Sealing began at the first file: whom a field behind it would leave out could read all the same.
    fn nothing_came_late(&mut self) -> Result<(), Trouble> {
        let late = self.form.take_fields();
        if late.iter().all(|(name, _)| name == LAST) { Ok(()) } else { Err(Trouble::Broken) }
    }
}

/// The nonce that a form shown again carries: the same, unless that is what was wrong with it.
pub(super) fn nonce(face: &Face, purpose: &str, fields: &Fields, trouble: Option<&Trouble>) -> String {
    let typed = fields.one(NONCE);
    if typed.is_empty() || trouble == Some(&Trouble::OldForm) { fresh(face, purpose) } else { typed.to_owned() }
}

/// A new form's nonce.
pub(super) fn fresh(face: &Face, purpose: &str) -> String {
    face.reception.nonces.issue(purpose, &mut chance())
}

async fn reserve(face: &Face, declared: u64, guest: Guest) -> Result<Room, Trouble> {
    if declared > face.reception.limits.upload.saturating_add(limits::TEXT_GIVEN_BACK as u64) {
        return Err(Trouble::FilesTooLarge);
    }
    let small = declared <= limits::SEALED_FLOOR;
    let place = if small { None } else { Some(Place::of_upload(face)?) };
    let pool = if small { Pool::Text } else { Pool::Files(face.clock()?.today()) };
    let store = face.reception.store.clone();
    let asked = aside(move || store.permit(sealed_at_most(declared), pool, guest));
    let permit = asked.await.map_err(|_| Trouble::Fault)??;
    Ok(Room { permit, place })
}
