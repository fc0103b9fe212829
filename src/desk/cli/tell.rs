//! Answers: as text for people, as JSON for scripts.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use sluss_core::bundle::SkipReason;
use sluss_core::cert::Cert;
use sluss_core::day::Day;
use sluss_core::nested::{self, Block, Unsealed, Voucher};
use sluss_core::roster::{Edition, Roster, in_lang};
use sluss_core::submission::REPORT;
use sluss_web::say::Voice;

use crate::answer::{Saved, Written};
use crate::asked;
use crate::casebook::case::{Case, LetterState, Piece, Received, State};
use crate::ceremony::Standing;
use crate::desk::Office;
use crate::exchange::{Intake, Made, Opened, Why};
use crate::say::{Explain, kind_of, made_lines, matter, next_step, opened_lines, saved_line, spoken, unsealed_lines};

/// What a command answers.
pub enum Answer {
    /// A key was made or loaded.
    Key(Box<Cert>),
    /// A file was written.
    File(PathBuf),
    /// A roster was drawn up, signed, or only shown.
    Standing {
        /// What it says.
        standing: Box<Standing>,
        /// The file, if it was written.
        file: Option<PathBuf>,
    },
    /// The roster in use.
    Roster {
        /// It.
        roster: Box<Roster>,
        /// Whether it just came into use.
        taken: bool,
    },
    /// A bundle was taken in.
    Opened {
        /// What came of it.
        opened: Opened,
        /// Today.
        today: Day,
    },
    /// A return bundle was made.
    Made(Made),
    /// A file was saved.
    Saved(Saved),
    /// What a source sealed themselves was opened and saved.
    Unsealed {
        /// The file.
        saved: Saved,
        /// What was found in it.
        unsealed: Unsealed,
    },
    /// A letter was written.
    Written(Written),
    /// Cases, or one, told already: they borrow from the desk.
    Told {
        /// For scripts.
        json: Value,
        /// For people.
        text: String,
    },
}

impl Answer {
    /// Tells all cases.
    pub fn cases(office: &Office, voice: Voice<'_>) -> Self {
        let cases = office.casebook.cases();
        let mut text = String::new();
        for case in &cases {
            line(&mut text, &head(office, case, voice));
        }
        if cases.is_empty() {
            line(&mut text, &voice.say("cli-no-cases"));
        }
        Self::Told { json: cases.iter().map(|case| case_json(office, case)).collect(), text }
    }

    /// Tells one case.
    pub fn case(office: &Office, case: &Case<'_>, voice: Voice<'_>) -> Self {
        let mut json = case_json(office, case);
        if let Value::Object(fields) = &mut json {
            let thread = case.thread().iter().map(|piece| piece_json(office, piece)).collect();
            fields.insert("thread".to_owned(), thread);
        }
        let mut text = head(office, case, voice) + "\n";
        if office.is_foreign(case) {
            line(&mut text, &voice.say("case-foreign-roster"));
        }
        for piece in case.thread() {
            piece_text(&mut text, office, piece, voice);
        }
        Self::Told { json, text }
    }

    /// The answer for scripts: one line.
    pub fn json(&self) -> String {
        let value = match self {
            Self::Key(cert) => json!({ "fingerprint": cert.fingerprint(), "kind": cert.kind() }),
            Self::File(file) => json!({ "file": file.display().to_string() }),
            Self::Standing { standing, .. } => json!({
                "version": standing.edition.version, "digest": standing.digest,
                "have": standing.have, "need": standing.need, "complete": standing.complete.is_some(),
            }),
            Self::Roster { roster, .. } => roster_json(roster),
            Self::Opened { opened: Opened::FromDrop(intake), .. } => intake_json(intake),
            Self::Opened { opened: Opened::FromColleague(heard), .. } => json!({
                "from": heard.name, "new": heard.new, "known": heard.known, "closed": heard.closed,
            }),
            Self::Made(made) => json!({
                "file": made.file.display().to_string(), "id": made.id, "letters": made.letters, "receipts": made.receipts,
                "acknowledged": made.acknowledged, "roster": made.roster,
            }),
            Self::Saved(saved) => json!({ "file": saved.file.display().to_string(), "size": saved.size }),
            Self::Unsealed { saved, unsealed } => json!({
                "file": saved.file.display().to_string(), "size": saved.size, "sealed_again": unsealed.again,
                "signature": match unsealed.voucher {
                    Voucher::Unsigned => "none",
                    Voucher::Stranger => "stranger",
                    Voucher::Source => "source",
                },
            }),
            Self::Written(written) => json!({ "digest": written.digest, "sequence": written.sequence }),
            Self::Told { json, .. } => json.clone(),
        };
        format!("{value}\n")
    }

    /// The answer for people.
    pub fn text(&self, voice: Voice<'_>) -> String {
        let mut text = String::new();
        match self {
            Self::Key(cert) => {
                let values =
                    [("fingerprint", cert.fingerprint().grouped().into()), ("kind", cert.kind().explain(voice).into())];
                line(&mut text, &voice.say_with("cli-key", &values));
                line(&mut text, &spoken(cert.fingerprint(), voice));
            }
            Self::File(file) => {
                line(&mut text, &voice.say_with("cli-written", &[("file", file.display().to_string().into())]))
            }
            Self::Standing { standing, file } => standing_text(&mut text, standing, file.as_ref(), voice),
            Self::Roster { roster, taken } => {
                edition_text(&mut text, roster.edition(), roster.digest(), voice);
                if *taken {
                    line(&mut text, &voice.say("cli-roster-used"));
                }
            }
            Self::Opened { opened, today } => {
                opened_lines(opened, *today, voice).iter().for_each(|said| line(&mut text, said))
            }
            Self::Made(made) => made_lines(made, voice).iter().for_each(|said| line(&mut text, said)),
            Self::Saved(saved) => line(&mut text, &saved_line(saved, voice)),
            Self::Unsealed { saved, unsealed } => {
                unsealed_lines(saved, unsealed, voice).iter().for_each(|said| line(&mut text, said))
            }
            Self::Written(_) => line(&mut text, &voice.say("cli-letter-written")),
            Self::Told { text: told, .. } => text.push_str(told),
        }
        text
    }
}

fn line(text: &mut String, said: &str) {
    text.push_str(said);
    text.push('\n');
}

fn standing_text(text: &mut String, standing: &Standing, file: Option<&PathBuf>, voice: Voice<'_>) {
    edition_text(text, &standing.edition, standing.digest, voice);
    let values = [("have", standing.have.into()), ("need", standing.need.into())];
    line(text, &voice.say_with("cli-roster-signatures", &values));
    if standing.complete.is_some() {
        line(text, &voice.say("cli-roster-complete"));
    } else if file.is_none() {
        line(text, &voice.say("cli-roster-look"));
    }
    if let Some(file) = file {
        line(text, &voice.say_with("cli-written", &[("file", file.display().to_string().into())]));
    }
}

fn edition_text(text: &mut String, edition: &Edition, digest: sluss_core::digest::Digest, voice: Voice<'_>) {
    let values = [
        ("version", edition.version.into()),
        ("day", edition.day.to_string().into()),
        ("digest", digest.to_string().into()),
    ];
    line(text, &voice.say_with("cli-roster-head", &values));
    for person in &edition.people {
        let Ok(cert) = Cert::from_bytes(person.cert.as_bytes()) else { continue };
        let values = [
            ("id", person.id.as_str().into()),
            ("name", person.name.as_str().into()),
            ("firm", person.firm.as_str().into()),
            ("role", person.role.explain(voice).into()),
            ("kind", cert.kind().explain(voice).into()),
        ];
        line(text, &format!("  {}", voice.say_with("cli-person", &values)));
        line(text, &format!("    {}", cert.fingerprint().grouped()));
        line(text, &format!("    {}", spoken(cert.fingerprint(), voice)));
        for earlier in &person.earlier {
            line(text, &format!("    {}", voice.say_with("roster-held", &[("fingerprint", earlier.grouped().into())])));
        }
        let assignments = in_lang(&person.assignments, voice.lang());
        if !assignments.is_empty() {
            line(text, &format!("    {assignments}"));
        }
    }
    for organisation in &edition.organisations {
        let values = [
            ("id", organisation.id.as_str().into()),
            ("name", in_lang(&organisation.name, voice.lang()).into()),
            ("recipients", organisation.recipients.join(", ").into()),
        ];
        line(text, &format!("  {}", voice.say_with("cli-organisation", &values)));
        if !organisation.deadlines.is_the_law() {
            line(text, &format!("    {}", organisation.deadlines.explain(voice)));
        }
    }
}

/// One line about a case.
fn head(office: &Office, case: &Case<'_>, voice: Voice<'_>) -> String {
    let organisation = office.roster.organisation(case.organisation());
    let name = organisation.map_or(case.organisation(), |organisation| in_lang(&organisation.name, voice.lang()));
    let mut head = format!("{}  {}  {}  {}", case.number(), case.received(), name, case.state().explain(voice));
    let _ = write!(head, ", {}", next_step(case, voice));
    if case.unanswered() {
        let _ = write!(head, ", {}", voice.say("unanswered"));
    }
    head
}

fn piece_text(text: &mut String, office: &Office, piece: &Piece<'_>, voice: Voice<'_>) {
    match piece {
        Piece::Submission(submission) => {
            let number = submission.manifest.sequence;
            let kind = if number == 1 {
                voice.say("submission-report")
            } else {
                voice.say_with("submission-message", &[("number", number.into())])
            };
            let _ = write!(text, "\n## {kind}, {}\n{}\n", submission.manifest.day, submission.text.expose());
            let by_source = |name: &str| {
                let said = voice.say_with("cli-sealed", &[("name", format!("{number}/{name}").into())]);
                format!("  {said}\n")
            };
            match nested::block(submission.text.expose()) {
                Some(Block::Message) => text.push_str(&by_source(REPORT)),
                Some(Block::SecretKey) => line(text, &nested::NestedError::SecretKey.explain(voice)),
                None => (),
            }
            for (question, answer) in asked::told(&submission.manifest.answers, voice) {
                let _ = writeln!(text, "  {question}: {answer}");
            }
            for file in &submission.files {
                let name = file.name();
                let values = [("name", format!("{number}/{name}").into()), ("size", file.member.size.into())];
                let _ = writeln!(text, "  {}; {}", voice.say_with("file-size", &values), kind_of(file, voice));
                for caution in &file.cautions {
                    let _ = writeln!(text, "    {}", caution.explain(voice));
                }
                if nested::unsealed_name(name).is_some() {
                    text.push_str(&by_source(name));
                }
            }
        }
        Piece::Letter { letter, state, .. } => {
            let name = office.name_of(letter.writer).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
            let values = [("kind", letter.kind.explain(voice).into()), ("name", name.into())];
            let from = voice.say_with("from-writer", &values);
            let _ = write!(text, "\n## {from}, {} ({})\n{}\n", letter.day, state.explain(voice), letter.text.expose());
        }
        Piece::Note { note, .. } => {
            let name = office.name_of(note.writer).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
            let values = [("matter", matter(&note.matter, office, voice).into()), ("name", name.into())];
            let from = voice.say_with("note-by", &values);
            let _ = write!(text, "\n## {from}, {}\n{}\n", note.day, note.text.expose());
        }
    }
}

fn case_json(office: &Office, case: &Case<'_>) -> Value {
    let due = case.due();
    json!({
        "case": case.number(),
        "source": case.source().fingerprint(),
        "organisation": case.organisation(),
        "state": match case.state() {
            State::New => "new",
            State::Open => "open",
            State::Closed => "closed",
        },
        "received": case.received(),
        "acknowledged": case.acknowledged(),
        "acknowledge_by": due.acknowledge,
        "feedback_by": due.feedback,
        "feedback": case.feedback().map(|(day, _)| day),
        "unanswered": case.unanswered(),
        "urgent": case.urgent(),
        "declined": case.declined(),
        "foreign_roster": office.is_foreign(case),
        "submissions": case.submissions().count(),
        "letters": case.letters().count(),
        "notes": case.notes().count(),
        "assigned": case.assigned(),
        "within_scope": case.within_scope(),
        "junk": case.junk(),
    })
}

fn piece_json(office: &Office, piece: &Piece<'_>) -> Value {
    match piece {
        Piece::Submission(submission) => submission_json(submission),
        Piece::Note { digest, note, hole } => json!({
            "type": "note",
            "digest": digest,
            "sequence": note.sequence,
            "day": note.day,
            "matter": note.matter,
            "text": note.text,
            "writer": note.writer,
            "name": office.name_of(note.writer),
            "hole": hole,
        }),
        Piece::Letter { digest, letter, state, hole } => json!({
            "type": "letter",
            "digest": digest,
            "sequence": letter.sequence,
            "day": letter.day,
            "kind": letter.kind,
            "text": letter.text,
            "writer": letter.writer,
            "name": office.name_of(letter.writer),
            "hole": hole,
            "state": match state {
                LetterState::Theirs => "theirs",
                LetterState::Waiting => "waiting",
                LetterState::Carried => "carried",
                LetterState::Delivered(_) => "delivered",
                LetterState::Again(_) => "again",
                LetterState::Skipped(_) => "skipped",
            },
            "delivered": match state {
                LetterState::Delivered(day) | LetterState::Again(day) => Some(day),
                _ => None,
            },
            "reason": match state {
                LetterState::Skipped(reason) => Some(reason),
                _ => None::<&SkipReason>,
            },
        }),
    }
}

fn submission_json(submission: &Received) -> Value {
    let manifest = &submission.manifest;
    let files = submission.files.iter().map(|file| {
        json!({
            "name": file.name(),
            "size": file.member.size,
            "sha256": file.member.sha256,
            "kind": file.kind,
            "cautions": file.cautions,
        })
    });
    json!({
        "type": "submission",
        "digest": submission.digest,
        "sequence": manifest.sequence,
        "day": manifest.day,
        "text": submission.text.expose(),
        "answers": manifest.answers,
        "language": manifest.language,
        "files": files.collect::<Value>(),
    })
}

fn roster_json(roster: &Roster) -> Value {
    let edition = roster.edition();
    let people = roster.members().iter().map(|member| {
        let person = member.person();
        json!({
            "id": person.id, "name": person.name, "firm": person.firm, "role": person.role,
            "fingerprint": member.cert().fingerprint(), "kind": member.cert().kind(),
            "earlier": person.earlier,
        })
    });
    json!({
        "drop": roster.drop_id(), "version": edition.version, "day": edition.day, "digest": roster.digest(), "demo": edition.demo,
        "people": people.collect::<Value>(), "organisations": edition.organisations,
    })
}

fn intake_json(intake: &Intake) -> Value {
    let refused = intake.refused.iter().map(|refused| {
        let reason = match refused.why {
            Why::Unreadable => "unreadable",
            Why::SetAside(crate::casebook::SetAside::OtherDrop) => "other-drop",
            Why::SetAside(crate::casebook::SetAside::OtherCert) => "other-cert",
            Why::SetAside(crate::casebook::SetAside::OtherOrganisation) => "other-organisation",
            Why::SetAside(crate::casebook::SetAside::NoCase) => "no-case",
            Why::SetAside(crate::casebook::SetAside::NotAReader) => "not-a-reader",
        };
        json!({ "digest": refused.digest, "reason": reason })
    });
    json!({
        "number": intake.number, "more": intake.more, "day": intake.day, "new": intake.new, "known": intake.known,
        "letters": intake.letters, "refused": refused.collect::<Value>(), "done": intake.done, "skipped": intake.skipped,
        "missing": intake.missing, "restored": intake.restored, "newer_roster": intake.newer_roster, "clock_behind": intake.clock_behind,
    })
}
