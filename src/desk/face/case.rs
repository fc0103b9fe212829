//! One case: reading it, saving its files, writing to the source.

use std::path::PathBuf;

use sluss_core::cert::Kind;
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::{Letter, LetterKind};
use sluss_core::limits;
use sluss_core::nested::{self, Block, NestedError};
use sluss_core::submission::{FILES, REPORT};
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::cases::{left, organisation, pager};
use super::shell::{Line, Place, Visit, box_of};
use super::{clock, key, sealed};
use crate::answer;
use crate::asked;
use crate::casebook::case::{Case, LetterState, Piece, Received};
use crate::desk::Office;
use crate::say::{AtPath, Explain as _, saved_line};

/// Pieces of a thread on one page: even of the longest texts they fit.
const PIECES: usize = 8;
/// Bytes of a text that are shown; more is in the file.
const TEXT_SHOWN: usize = limits::TEXT;
/// Bytes of a word, about, for saying how long a letter may be.
const WORD: usize = 7;

/// The letters that can be written, by the word that the form and the commands use.
const KINDS: [(&str, LetterKind, &str); 4] = [
    ("acknowledgement", LetterKind::Acknowledgement, "letter-acknowledgement-hint"),
    ("question", LetterKind::Question, "letter-question-hint"),
    ("feedback", LetterKind::Feedback, "letter-feedback-hint"),
    ("closing", LetterKind::Closing, "letter-closing-hint"),
];

/// A case as the page needs it, told while the desk was held.
struct Told {
    head: Markup,
    pieces: Vec<ToldPiece>,
    page: usize,
    pages: usize,
}

/// One piece of the thread: its markup, and what can be saved of it.
struct ToldPiece {
    content: Markup,
    theirs: bool,
    /// The message's number, if its source sealed the text themselves.
    sealed: Option<u32>,
    /// The message's number and its files' names and sizes.
    files: Option<(u32, Vec<(String, u64)>)>,
}

/// Shows a case.
pub(super) async fn show(visit: &Visit, number: &str, typed: &Fields, trouble: Option<&str>) -> Answer {
    let wanted = visit.request.query("page").and_then(|page| page.parse().ok());
    let (asked, today) = (number.to_owned(), clock(visit.voice()).map(|clock| clock.today()));
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let case = office.casebook.case(&asked).map_err(|error| error.explain(voice))?;
        tell(office, &case, voice, wanted, &today?)
    });
    let told = match told.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Ok(told)) => told,
        Some(Err(trouble)) => {
            return visit.shown(
                &visit.voice().say("lost-title"),
                Some(Place::Cases),
                Some(&trouble),
                &html! {},
                Keeping::Nothing,
            );
        }
    };
    let voice = visit.voice();
    let main = html! {
        (told.head)
        p.actions { a.button href=(visit.href(&format!("case/{number}/letter"))) { (voice.say("letter-title")) } }
        (pager(voice, &visit.href(&format!("case/{number}")), told.page, told.pages))
        ol.thread {
            @for piece in &told.pieces {
                li.theirs[piece.theirs] {
                    (piece.content)
                    @if let Some(message) = piece.sealed { (sealed::link(visit, number, message)) }
                    @if let Some((sequence, files)) = &piece.files { (save_form(visit, number, *sequence, files, typed)) }
                }
            }
        }
        (pager(voice, &visit.href(&format!("case/{number}")), told.page, told.pages))
    };
    let title = voice.say_with("case-title", &[("number", number.into())]);
    visit.shown(&title, Some(Place::Cases), trouble, &main, Keeping::Nothing)
}

fn tell(
    office: &Office,
    case: &Case<'_>,
    voice: Voice<'_>,
    wanted: Option<usize>,
    today: &sluss_core::day::Day,
) -> Result<Told, String> {
    let pages = case.thread().len().div_ceil(PIECES).max(1);
    // The newest is what people come for.
    let page = wanted.unwrap_or(pages).clamp(1, pages);
    let pieces = case.thread().iter().skip((page - 1) * PIECES).take(PIECES);
    let pieces = pieces.map(|piece| match piece {
        Piece::Submission(submission) => told_submission(submission, voice),
        Piece::Letter { digest, letter, state, hole } => told_letter(office, *digest, letter, *state, *hole, voice),
    });
    Ok(Told { head: head(office, case, voice, *today), pieces: pieces.collect(), page, pages })
}

fn head(office: &Office, case: &Case<'_>, voice: Voice<'_>, today: sluss_core::day::Day) -> Markup {
    let due = case.due();
    let day = |day: Option<sluss_core::day::Day>| day.map_or_else(|| voice.say("not-yet"), |day| day.to_string());
    let by = |day: sluss_core::day::Day, done: bool| {
        let left = if done { String::new() } else { format!(" ({})", left(day.since(today), voice)) };
        format!("{day}{left}")
    };
    let readers: Vec<String> = case
        .audience()
        .iter()
        .map(|reader| office.name_of(*reader).map_or_else(|| voice.say("unknown-writer"), str::to_owned))
        .collect();
    let kinds = case.audience().iter().filter_map(|reader| office.roster.keeper(*reader));
    let classic = kinds.map(|member| member.cert().kind()).any(|kind| kind == Kind::Classic);
    html! {
        dl {
            dt { (voice.say("column-organisation")) }
            dd { (organisation(office, case, voice)) }
            dt { (voice.say("column-state")) }
            dd { (case.state().explain(voice)) @if case.unanswered() { ", " strong { (voice.say("unanswered")) } } @if case.urgent() { ", " strong { (voice.say("urgent")) } } }
            dt { (voice.say("case-received")) }
            dd { (case.received().to_string()) }
            dt { (voice.say("case-acknowledged")) }
            dd { @if case.declined() { (voice.say("case-declined")) } @else { (day(case.acknowledged())) } }
            @if case.acknowledged().is_none() && !case.declined() { dt { (voice.say("case-acknowledge-by")) } dd { (by(due.acknowledge, false)) } }
            dt { (voice.say("case-feedback")) }
            dd { (day(case.feedback())) }
            dt { (voice.say("case-feedback-by")) }
            dd { (by(due.feedback, case.feedback().is_some())) }
            dt { (voice.say("case-readers")) }
            dd { (readers.join(", ")) }
            dt { (voice.say("case-source")) }
            dd.mono { (case.source().fingerprint().grouped()) }
        }
        @if office.is_foreign(case) { (box_of("warning", &voice.say("note"), &[voice.say("case-foreign-roster")])) }
        @if classic { (box_of("warning", &voice.say("note"), &[voice.say("case-classic")])) }
        p.hint { (voice.say_with("case-rolled", &[("day", due.feedback.rolled().to_string().into())])) }
    }
}

fn told_submission(submission: &Received, voice: Voice<'_>) -> ToldPiece {
    let manifest = &submission.manifest;
    let title = match manifest.sequence {
        1 => voice.say("submission-report"),
        number => voice.say_with("submission-message", &[("number", number.into())]),
    };
    let text = submission.text.expose();
    let end = (0..=TEXT_SHOWN.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let shown = text.get(..end).unwrap_or_default();
    let language = match manifest.language {
        Lang::Sv => voice.say("language-sv"),
        Lang::En => voice.say("language-en"),
        // A drop may speak what no desk does.
        Lang::Other(_) => manifest.language.to_string(),
    };
    let answers = asked::told(&manifest.answers, voice);
    let block = nested::block(text);
    let typed = html! {
        div.typed dir="auto" { @if text.is_empty() { em { (voice.say("no-text")) } } @else { (shown) } }
        @if shown.len() < text.len() { p { strong { (voice.say("text-cut")) } } }
    };
    let content = html! {
        h2 { (title) ", " (manifest.day.to_string()) }
        @match block {
            Some(Block::Message) => p { strong { (voice.say("sealed-mark")) } },
            Some(Block::SecretKey) => (box_of("warning", &voice.say("note"), &[NestedError::SecretKey.explain(voice)])),
            None => {},
        }
        @if block.is_some() && nested::is_armor_alone(text) { details { summary { (voice.say("sealed-raw")) } (typed) } }
        @else { (typed) }
        p.hint { (voice.say_with("source-language", &[("language", language.into())])) }
        @if !answers.is_empty() {
            h3 { (voice.say("answers")) }
            dl { @for (question, answer) in &answers { dt { (question) } dd dir="auto" { (answer) } } }
        }
    };
    let files =
        submission.files.iter().map(|file| (file.name.strip_prefix(FILES).unwrap_or(&file.name).to_owned(), file.size));
    let sealed = (block == Some(Block::Message)).then_some(manifest.sequence);
    ToldPiece { content, theirs: true, sealed, files: Some((manifest.sequence, files.collect())) }
}

fn told_letter(
    office: &Office,
    digest: Digest,
    letter: &Letter,
    state: LetterState,
    hole: bool,
    voice: Voice<'_>,
) -> ToldPiece {
    let name = office.name_of(letter.writer).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
    let title = voice.say_with("from-writer", &[("kind", letter.kind.explain(voice).into()), ("name", name.into())]);
    let content = html! {
        @if hole { p { strong { (voice.say("hole")) } } }
        h2 id=(format!("letter-{}", crate::say::short(digest))) { (title) ", " (letter.day.to_string()) }
        p.hint { (state.explain(voice)) }
        div.typed dir="auto" { (letter.text.expose()) }
    };
    ToldPiece { content, theirs: false, sealed: None, files: None }
}

fn save_form(visit: &Visit, number: &str, sequence: u32, files: &[(String, u64)], typed: &Fields) -> Markup {
    let voice = visit.voice();
    let form = format!("save-{sequence}");
    let to = Line { form: &form, name: "to", label: voice.say("save-to"), hint: None, secret: false };
    let size = |name: &str, size: u64| voice.say_with("file-size", &[("name", name.into()), ("size", size.into())]);
    let sealed_by_source: Vec<&str> =
        files.iter().map(|(name, _)| name.as_str()).filter(|name| nested::unsealed_name(name).is_some()).collect();
    let content = html! {
        p { (voice.say("files-warning")) }
        label for=(format!("{form}-file")) { (voice.say("file")) }
        select id=(format!("{form}-file")) name="file" {
            @for (name, bytes) in files { option value=(format!("{sequence}/{name}")) { (size(name, *bytes)) } }
            option value=(format!("{sequence}/{REPORT}")) { (REPORT) }
        }
        (to.markup(typed))
        p.actions { button.quiet { (voice.say("save")) } }
    };
    html! {
        @if !files.is_empty() { h3 { (voice.say("files")) } ul { @for (name, bytes) in files { li dir="auto" { (size(name, *bytes)) } } } }
        @if !sealed_by_source.is_empty() { (sealed::files_form(visit, number, sequence, &sealed_by_source, typed)) }
        details {
            summary { (voice.say("save")) }
            (visit.form(&format!("case/{number}/save"), &content))
        }
    }
}

/// Saves a file.
pub(super) async fn save(visit: &Visit, number: &str) -> Answer {
    let taken = match visit.take(&format!("case/{number}/save")).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let (case, file) = (number.to_owned(), taken.fields.one("file").to_owned());
    let to = PathBuf::from(taken.fields.one("to").trim());
    let done = match taken.fresh(visit.voice()) {
        Err(old) => Err(old),
        Ok(()) => {
            let saved = visit.face.with_desk(visit.lang(), move |desk, voice| {
                let saved = answer::save(desk, &case, &file, &to, &mut rand::rng());
                saved.map(|saved| saved_line(&saved, voice)).map_err(|error| AtPath(&to, &error).explain(voice))
            });
            match saved.await {
                None => return key::locked(visit, &Fields::default(), None),
                Some(saved) => saved,
            }
        }
    };
    let done = done.map(|said| {
        visit.face.notify(vec![said]);
        visit.href(&format!("case/{number}"))
    });
    match taken.settle(done) {
        Ok(answer) => answer,
        Err((typed, trouble)) => show(visit, number, &typed, Some(&trouble)).await,
    }
}

/// The page on which a letter is written.
pub(super) async fn write(visit: &Visit, number: &str, typed: &Fields, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let chosen = typed.one("kind");
    let values = [("most", limits::LETTER_TEXT.into()), ("words", (limits::LETTER_TEXT / WORD / 100 * 100).into())];
    let form = html! {
        fieldset {
            legend { (voice.say("letter-kind")) }
            @for (word, _, id) in KINDS {
                label.tick { input type="radio" name="kind" value=(word) checked[chosen == word || (chosen.is_empty() && word == "question")]; span { (voice.say(id)) } }
            }
        }
        label for="letter-text" { (voice.say("letter-text")) }
        span.hint id="letter-text-hint" { (voice.say_with("letter-hint", &values)) }
        textarea.long id="letter-text" name="text" aria-describedby="letter-text-hint" dir="auto" { "\n" (typed.one("text")) }
        p.actions { button { (voice.say("letter-send")) } a href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) } }
    };
    let title =
        format!("{}: {}", voice.say_with("case-title", &[("number", number.into())]), voice.say("letter-title"));
    visit.shown(
        &title,
        Some(Place::Cases),
        trouble,
        &visit.form(&format!("case/{number}/letter"), &form),
        Keeping::Typed,
    )
}

/// Signs a letter and keeps it for the next return bundle.
pub(super) async fn keep_letter(visit: &Visit, number: &str) -> Answer {
    let taken = match visit.take(&format!("case/{number}/letter")).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let kind = KINDS
        .iter()
        .find(|(word, ..)| *word == taken.fields.one("kind"))
        .map_or(LetterKind::Question, |(_, kind, _)| *kind);
    let (case, text) = (number.to_owned(), sluss_core::secret::Secret::new(taken.fields.one("text").to_owned()));
    let done = match (taken.fresh(visit.voice()), clock(visit.voice())) {
        (Err(trouble), _) | (_, Err(trouble)) => Err(trouble),
        (Ok(()), Ok(clock)) => {
            let written = visit.face.with_desk(visit.lang(), move |desk, voice| {
                answer::reply(desk, &case, kind, text.expose(), clock).map_err(|error| error.explain(voice))
            });
            match written.await {
                None => return key::locked(visit, &with_case(&taken.fields, number), None),
                Some(written) => written.map(drop),
            }
        }
    };
    let done = done.map(|()| {
        visit.face.notify(vec![visit.voice().say("letter-kept")]);
        visit.href(&format!("case/{number}"))
    });
    match taken.settle(done) {
        Ok(answer) => answer,
        Err((typed, trouble)) => write(visit, number, &typed, Some(&trouble)).await,
    }
}

/// A letter's fields together with its case, for the page that unlocks first.
pub(super) fn with_case(typed: &Fields, number: &str) -> Fields {
    let mut carried = Fields::default();
    for (name, value) in [("case", number), ("kind", typed.one("kind")), ("text", typed.one("text"))] {
        carried.add(name.to_owned(), sluss_core::secret::Secret::new(value.to_owned()));
    }
    carried
}
