//! `sluss import`: a return bundle from a desk.
//!
//! Protects: the bundle is copied first and verified to its end before anything in it is acted upon, so that nobody can
//! change it in between; it is refused whole or done whole; the same one again does nothing.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use sluss_core::bundle::{self, LetterItem, OpenError, RandomId, SkipReason};
use sluss_core::cert::{Cert, Fingerprint};
use sluss_core::codename::SourceId;
use sluss_core::day::Day;
use sluss_core::roster::Roster;
use sluss_web::say::Voice;

use super::Office;
use super::export::Sink;
use super::problem::Problem;
use crate::store::{
    Body, Certs, Delivered, Enrolled, Guest, NewLetter, NewSource, NewSubmission, Pool, Receipted, Return, Skipped,
    SourceKey,
};

/// What a return bundle did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Whose desk made it.
    pub name: String,
    /// The same bundle was done before: nothing was done now.
    pub already: bool,
    /// Letters that cannot be delivered; the next outbound bundle tells the desk which.
    pub skipped: usize,
    /// Receipts that were not by somebody who had opened the submission.
    pub wrong_receipts: usize,
    /// Codenames drawn at the desk that are taken.
    pub taken: usize,
    /// The version of the roster that it brought into use.
    pub roster: Option<u32>,
    /// Why the roster that it brought did not come into use.
    pub roster_refused: Option<Problem>,
}

impl Imported {
    /// What it did, for people.
    pub fn lines(&self, voice: Voice<'_>) -> Vec<String> {
        let name = [("name", self.name.as_str().into())];
        if self.already {
            return vec![voice.say_with("imported-already", &name)];
        }
        let mut lines = vec![voice.say_with("imported", &name)];
        if self.skipped > 0 {
            lines.push(voice.say_with("imported-skipped", &name));
        }
        if self.wrong_receipts > 0 {
            lines.push(voice.say_with("imported-wrong-receipts", &name));
        }
        if self.taken > 0 {
            lines.push(voice.say_with("imported-taken", &name));
        }
        if let Some(version) = self.roster {
            lines.push(voice.say_with("roster-added", &[("version", version.to_string().into())]));
        }
        if let Some(problem) = &self.roster_refused {
            let (cause, advice) = problem.explain(voice);
            lines
                .push(voice.say_with("imported-roster-refused", &[("cause", cause.into()), ("advice", advice.into())]));
        }
        lines
    }
}

/// A private copy of a bundle, without a name: it goes when it is closed.
pub struct Spool(File);

impl Spool {
    /// An empty one in the folder `state`.
    pub fn new(state: &Path) -> Result<Self, Problem> {
        tempfile::tempfile_in(state).map(Self).map_err(|error| Problem::file(state, &error))
    }

    /// Copies all of `from` into the folder `state`.
    pub fn copy(state: &Path, from: &mut dyn Read) -> Result<Self, Problem> {
        let mut spool = Self::new(state)?;
        io::copy(from, &mut spool.0).map_err(|error| Problem::new("bundle-read").with("why", error))?;
        spool.rewound()
    }

    /// The same, to be read from its beginning.
    pub fn rewound(mut self) -> Result<Self, Problem> {
        let rewound = self.0.seek(SeekFrom::Start(0));
        rewound.map(|_| self).map_err(|error| Problem::new("bundle-read").with("why", error))
    }

    /// What was written, to be read from its beginning, and its length in bytes.
    pub fn into_file(self) -> Result<(File, u64), Problem> {
        let file = self.rewound()?.0;
        let length = file.metadata().map(|metadata| metadata.len());
        length.map(|length| (file, length)).map_err(|error| Problem::new("bundle-read").with("why", error))
    }
}

impl Sink for Spool {
    fn writer(&mut self) -> &mut (dyn Write + Send + Sync) {
        &mut self.0
    }

    /// It has to live no longer than this process.
    fn keep(&mut self) -> Result<(), Problem> {
        Ok(())
    }
}

impl Office {
    /// Takes a return bundle in.
    pub fn import(&self, spool: &Spool) -> Result<Imported, Problem> {
        let _turn = self.turn();
        let roster = self.roster()?;
        let signers: Vec<&Cert> = roster.members().iter().map(|member| member.cert()).collect();
        let verified = bundle::verify::<bundle::Return>(&spool.0, &self.tsk, &signers, roster.drop_id())?;
        let (manifest, by) = (verified.manifest, verified.signed.by);
        let member = roster.holder(by).filter(|_| manifest.investigator == by);
        let name = member.ok_or(OpenError::ForeignSigner)?.person().id.clone();
        let mut imported = Imported { name, ..Imported::default() };
        if self.store.is_done(manifest.id.as_bytes())? {
            return Ok(Imported { already: true, ..imported });
        }
        if !manifest.is_measured() {
            return Err(OpenError::Format("a letter or a report in it is longer than any that a desk makes").into());
        }
        let sources = self.new_sources(&manifest, &roster)?;
        self.take_roster(&manifest, &mut imported);
        let roster = self.roster()?;
        // Whoever has left by the roster on board writes to nobody any more; their receipts still count.
        let certs = roster.keeper(by).map_or_else(|| Certs::from(by), Certs::from);
        let Bodies { letters, skipped, reports } =
            self.bodies(spool, &signers, &manifest, &sources, &certs, &roster)?;
        imported.skipped = skipped.len();
        let ours = manifest.incarnation == Some(RandomId::from_bytes(self.store.incarnation()));
        let settled = self.store.settle(Return {
            bundle: *manifest.id.as_bytes(),
            by: certs,
            acknowledged: if ours { manifest.acknowledged } else { Vec::new() },
            receipts: manifest.receipts,
            letters,
            skipped,
            enrolments: enrolled(sources, &manifest.enrolments, reports),
            day: self.clock()?.today(),
        })?;
        imported.already = settled.already;
        imported.taken = settled.taken;
        imported.skipped += settled.letters.iter().filter(|one| matches!(one, Delivered::Skipped(_))).count();
        imported.wrong_receipts = settled.receipts.iter().filter(|one| **one == Receipted::Token).count();
        self.delete_receipted()?;
        Ok(imported)
    }

    /// A roster on board comes into use by the same rules as by command; one that is refused holds nothing else up.
    fn take_roster(&self, manifest: &bundle::Return, imported: &mut Imported) {
        match manifest.roster.as_ref().map(|text| self.replace_roster(text.as_bytes())) {
            Some(Ok(added)) if !added.already => imported.roster = Some(added.version),
            Some(Err(problem)) => imported.roster_refused = Some(problem),
            _ => {}
        }
    }

    /// Second pass: the letters' and the reports' bodies go into the vault, where nothing names them yet.
    fn bodies(
        &self,
        spool: &Spool,
        signers: &[&Cert],
        manifest: &bundle::Return,
        sources: &[NewSource],
        by: &Certs,
        roster: &Roster,
    ) -> Result<Bodies, Problem> {
        let day = self.clock()?.today();
        let (mut bodies, mut failed) = (Bodies::default(), None);
        let mut letters = manifest.letters.iter();
        bundle::unpack::<bundle::Return>(&spool.0, &self.tsk, signers, |item, content| {
            let taken = match letters.next() {
                Some(letter) => self.letter(letter, content, sources, by, roster, day).map(|taken| match taken {
                    Ok(letter) => bodies.letters.push(letter),
                    Err(reason) => bodies.skipped.push(Skipped { letter: letter.item.digest, reason }),
                }),
                None => self.store_body(item.length, content).map(|report| bodies.reports.push(report)),
            };
            taken.map_err(|problem| {
                failed = Some(problem);
                OpenError::Damaged
            })
        })
        .map_err(|error| failed.take().unwrap_or_else(|| error.into()))?;
        Ok(bodies)
    }

    /// One letter, or why it cannot be delivered: to a source of the store, or one whose inbox the same bundle opens.
    fn letter(
        &self,
        letter: &LetterItem,
        content: &mut dyn Read,
        sources: &[NewSource],
        by: &Certs,
        roster: &Roster,
        day: Day,
    ) -> Result<Result<NewLetter, SkipReason>, Problem> {
        let known = self.store.source_of(&letter.source)?.map(|source| (source.organisation, source.excluded));
        let new = sources.iter().find(|source| source.fingerprint == letter.source);
        let thread = known.or_else(|| new.map(|source| (source.organisation.clone(), source.excluded.clone())));
        let Some((organisation, excluded)) = thread else { return Ok(Err(SkipReason::ThreadGone)) };
        let recipients = roster.organisation(&organisation).map(|one| roster.recipients(one));
        let left_out = roster.people_behind(&excluded);
        let readers = recipients.unwrap_or_default();
        let readers = readers.iter().filter(|member| !left_out.contains(&member.person().id));
        let mut addressees: Vec<Fingerprint> = readers.map(|member| member.cert().fingerprint()).collect();
        if !by.has(&letter.writer) || !addressees.contains(&by.in_use) {
            return Ok(Err(SkipReason::NotAddressee));
        }
        addressees.retain(|one| *one != by.in_use);
        Ok(Ok(NewLetter {
            body: self.store_body(letter.item.length, content)?,
            source: letter.source,
            writer: letter.writer,
            number: letter.sequence,
            addressees,
            closing: letter.closing,
            day,
        }))
    }

    fn store_body(&self, length: u64, content: &mut dyn Read) -> Result<Body, Problem> {
        let mut writer = self.store.permit(length, Pool::Text, Guest::Known)?.writer();
        io::copy(content, &mut writer).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull => Problem::new("vault-full"),
            _ => Problem::new("disk-failed").with("why", error),
        })?;
        Ok(writer.finish()?)
    }

    fn new_sources(&self, manifest: &bundle::Return, roster: &Roster) -> Result<Vec<NewSource>, Problem> {
        let today = self.clock()?.today();
        let new = |enrolment: &bundle::Enrolment| {
            let locked_tsk = BASE64.decode(enrolment.locked_tsk.as_bytes());
            let known = roster.organisation(&enrolment.organisation).is_some();
            let report = enrolment.report.as_ref();
            Ok(NewSource {
                key: SourceKey::of(&SourceId::from_bytes(*enrolment.source_id.as_bytes())),
                fingerprint: enrolment.source,
                organisation: known
                    .then(|| enrolment.organisation.clone())
                    .ok_or(OpenError::Format("it enrols a source with an organisation unknown here"))?,
                lang: enrolment.language,
                locked_tsk: locked_tsk.map_err(|_| OpenError::Format("it enrols a source without a TSK"))?,
                excluded: report.map(|report| report.excluded.clone()).unwrap_or_default(),
                received: report.map_or(today, |report| report.day),
                acknowledged: report.filter(|report| report.acknowledged).map(|report| report.day),
                declined: false,
            })
        };
        manifest.enrolments.iter().map(new).collect()
    }
}

/// What of a return bundle lies in the vault.
#[derive(Default)]
struct Bodies {
    letters: Vec<NewLetter>,
    skipped: Vec<Skipped>,
    /// What sources told, in the order of their enrolments.
    reports: Vec<Body>,
}

/// Puts together each new source and what they told.
fn enrolled(sources: Vec<NewSource>, enrolments: &[bundle::Enrolment], reports: Vec<Body>) -> Vec<Enrolled> {
    let mut reports = reports.into_iter();
    let mut report_of = |told: &bundle::OralReport, organisation: &str| {
        Some(NewSubmission {
            body: reports.next()?,
            token_hash: told.token_hash,
            addressees: told.readers.clone(),
            organisation: organisation.to_owned(),
            sequence: 1,
            day: told.day,
        })
    };
    let both = sources.into_iter().zip(enrolments);
    let enrolled = both.map(|(source, enrolment)| {
        let report = enrolment.report.as_ref().and_then(|told| report_of(told, &enrolment.organisation));
        Enrolled { source, report }
    });
    enrolled.collect()
}
