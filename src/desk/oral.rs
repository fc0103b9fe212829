//! Registering what somebody told by telephone or in a meeting (lag 2021:890, 5 kap. 8 § 1 and 8 kap. 1–3 §§).
//!
//! Protects: what was told is sealed to the organisation's recipients like any other report, without those whom the source
//! named, and gets an inbox of its own. The codename is shown once and kept nowhere; until a return bundle has reached the
//! drop it opens nothing. It does not protect a source from whoever heard them: that person knows who they are.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use rand::CryptoRng;
use sluss_core::bundle::{Enrolment, Item, OralReport};
use sluss_core::cert::{CertError, Kind, Tsk};
use sluss_core::codename::{DrawnCodename, UnlockError};
use sluss_core::day::{Clock, Day};
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::roster::{AudienceError, Member};
use sluss_core::seal::Sealer;
use sluss_core::secret::Secret;
use sluss_core::submission::{Heading, Report};

use crate::asked::{TOLD, WAYS};
use crate::book::Shelf;
use crate::casebook::case::number_of;
use crate::casebook::journal::Event;
use crate::desk::{Desk, DeskError};
use crate::progress::Progress;

/// What an investigator writes down.
pub struct Record {
    /// The organisation's id.
    pub organisation: String,
    /// How it was told: one of [`WAYS`].
    pub way: String,
    /// The day on which it was told.
    pub day: Day,
    /// The language in which the source is spoken to, and of the codename's words.
    pub language: Lang,
    /// The ids of recipients who must not see it.
    pub excluded: BTreeSet<String>,
    /// Whether the source was told at once that it was received.
    pub acknowledged: bool,
    /// What was told.
    pub text: Secret<String>,
}

/// Why a report was not registered.
#[derive(Debug, thiserror::Error)]
pub enum OralError {
    /// Nothing was written down.
    #[error("the record is empty")]
    Empty,
    /// It is too long.
    #[error("the record is {over} bytes too long")]
    TooLong {
        /// Bytes above [`limits::TEXT`].
        over: usize,
    },
    /// Nobody said how it was told.
    #[error("it is not said how it was told")]
    Way,
    /// It was told tomorrow, or before the drop was.
    #[error("the day lies ahead, or before the drop's first day")]
    Day,
    /// It has no audience.
    #[error(transparent)]
    Audience(#[from] AudienceError),
    /// Whoever wrote it down does not receive this organisation's reports, or is named among those who must not see it.
    #[error("whoever writes it down must be among its readers")]
    NotAReader,
    /// The codename could not be turned into keys.
    #[error(transparent)]
    Codename(#[from] UnlockError),
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<CertError> for OralError {
    fn from(error: CertError) -> Self {
        Self::Desk(error.into())
    }
}

/// Seals what was told and keeps it as a new case, of which it returns the number; its inbox opens after the next return
/// bundle. The unlocked desk holds its [`codename`].
pub fn register(desk: &mut Desk, record: &Record, clock: Clock, rng: &mut impl CryptoRng) -> Result<String, OralError> {
    // Browsers send CR LF; colleagues read lines.
    let text = Secret::new(record.text.expose().replace("\r\n", "\n").trim().to_owned());
    if text.expose().is_empty() {
        return Err(OralError::Empty);
    }
    if let over @ 1.. = text.expose().len().saturating_sub(limits::TEXT) {
        return Err(OralError::TooLong { over });
    }
    let way = WAYS.into_iter().find(|way| *way == record.way).ok_or(OralError::Way)?;
    let roster = &desk.office()?.roster;
    let birthday = roster.edition().birthday;
    if record.day > clock.today() || record.day < birthday {
        return Err(OralError::Day);
    }
    let audience = roster.audience(&record.organisation, &record.excluded, desk.clock(clock)?)?;
    if !audience.readers().iter().any(|reader| desk.owns(*reader)) {
        return Err(OralError::NotAReader);
    }
    let codename = DrawnCodename::draw(record.language, rng);
    let keys = codename.codename().unlock(&roster.edition().kdf)?;
    let source = Tsk::generate(Kind::PostQuantum, None, birthday)?;
    let heading =
        Heading { sequence: 1, day: record.day, acknowledged: record.acknowledged, language: record.language };
    let report = Report { text, answers: BTreeMap::from([(TOLD.to_owned(), way.to_owned())]) };
    let sealer = Sealer::new(&audience, &heading, &report, Vec::new(), rng).map_err(DeskError::Seal)?;
    let (sealed, body) = sealer.finish(&source).map_err(DeskError::Seal)?;
    let left_out = roster.members().iter().filter(|member| record.excluded.contains(&member.person().id));
    let enrolment = Enrolment {
        source_id: Digest::from_bytes(*keys.id.expose()),
        source: source.fingerprint(),
        locked_tsk: BASE64.encode(&source.lock(&keys.inbox_key)?),
        organisation: record.organisation.clone(),
        language: record.language,
        report: Some(OralReport {
            item: Item { digest: sealed.digest, length: sealed.length },
            token_hash: sealed.token_hash,
            readers: audience.readers().to_vec(),
            excluded: left_out.map(Member::cert).map(sluss_core::cert::Cert::fingerprint).collect(),
            day: record.day,
            acknowledged: record.acknowledged,
        }),
    };
    // The report comes last: by it the case is there, and its inbox must not be missing then.
    desk.enter(Event::Oral(enrolment), clock)?;
    desk.book().keep(Shelf::Submissions, sealed.digest, &mut body.as_slice()).map_err(DeskError::from)?;
    desk.read_submissions(&[sealed.digest], &Progress::default())?;
    let case = number_of(source.fingerprint());
    desk.codenames.insert(case.clone(), codename);
    Ok(case)
}

/// The codename of the case with this number: until it is forgotten, or the desk is locked.
pub fn codename<'a>(desk: &'a Desk, case: &str) -> Option<&'a DrawnCodename> {
    desk.codenames.get(case)
}

/// Forgets a codename that its source has.
pub fn forget_codename(desk: &mut Desk, case: &str) {
    desk.codenames.remove(case);
}

#[cfg(test)]
mod tests;
