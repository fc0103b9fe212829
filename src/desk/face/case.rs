//! One case: reading it, saving its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sluss_core::cert::Kind;
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::Letter;
use sluss_core::limits;
use sluss_core::nested::{self, Block, NestedError};
use sluss_core::note::{Matter, Note};
use sluss_core::submission::REPORT;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::cases::{left, organisation, pager};
use super::shell::{Asked, Line, Place, Visit, box_of, perform};
use super::{casefile, clock, erasing, key, letter, sealed};
use crate::answer;
use crate::asked;
use crate::attachment::Attachment;
use crate::casebook::case::{Case, LetterState, Piece, Received};
use crate::cleaning;
use crate::desk::Office;
use crate::oral;
use crate::say::{AtPath, Explain as _, cleaned_lines, decided, kind_of, matter, saved_line};

/// Pieces of a thread on one page: even of the longest texts they fit.
const PIECES: usize = 8;
/// Bytes of a text that are shown; more is in the file.
const TEXT_SHOWN: usize = limits::TEXT;
/// A case as the page needs it, told while the desk was held.
struct Told {
    head: Markup,
    /// Whether a codename is held for its source.
    codename: bool,
    /// The decision by which it may be erased.
    erasable: Option<String>,
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
    files: Option<(u32, Vec<Attachment>)>,
    /// The letter, if it can still be changed or taken back.
    changeable: Option<Digest>,
}

impl ToldPiece {
    /// What an investigator wrote.
    fn ours(content: Markup) -> Self {
        Self { content, theirs: false, sealed: None, files: None, changeable: None }
    }
}

/// Shows a case.
pub(super) async fn show(visit: &Visit, number: &str, typed: &Fields, trouble: Option<&str>) -> Answer {
    let wanted = visit.request.query("page").and_then(|page| page.parse().ok());
    let (asked, today) = (number.to_owned(), clock(visit.voice()).map(|clock| clock.today()));
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let case = office.casebook.case(&asked).map_err(|error| error.explain(voice))?;
        let told = tell(office, &case, answer::changeable(desk, &case), voice, wanted, &today?)?;
        Ok::<_, String>(Told { codename: oral::codename(desk, &case.number()).is_some(), ..told })
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
        @if told.codename {
            (box_of("warning", &voice.say("note"), &[voice.say("codename-held")]))
            p { a href=(visit.href(&format!("case/{number}/codename"))) { (voice.say("codename-show")) } }
        }
        p.actions {
            a.button href=(visit.href(&format!("case/{number}/letter"))) { (voice.say("letter-title")) }
            a href=(visit.href(&format!("case/{number}/note"))) { (voice.say("note-title")) }
        }
        (pager(voice, &visit.href(&format!("case/{number}")), told.page, told.pages))
        ol.thread {
            @for piece in &told.pieces {
                li.theirs[piece.theirs] {
                    (piece.content)
                    @if let Some(message) = piece.sealed { (sealed::link(visit, number, message)) }
                    @if let Some((sequence, files)) = &piece.files { (save_form(visit, number, *sequence, files, typed)) }
                    @if let Some(letter) = piece.changeable { (letter::change(visit, number, letter)) }
                }
            }
        }
        (pager(voice, &visit.href(&format!("case/{number}")), told.page, told.pages))
        (casefile::form(visit, number, typed))
        @if let Some(decision) = &told.erasable { (erasing::form(visit, number, decision)) }
    };
    let title = voice.say_with("case-title", &[("number", number.into())]);
    visit.shown(&title, Some(Place::Cases), trouble, &main, Keeping::Nothing)
}

fn tell(
    office: &Office,
    case: &Case<'_>,
    changeable: Option<Digest>,
    voice: Voice<'_>,
    wanted: Option<usize>,
    today: &sluss_core::day::Day,
) -> Result<Told, String> {
    let pages = case.thread().len().div_ceil(PIECES).max(1);
    // The newest is what people come for.
    let page = wanted.unwrap_or(pages).clamp(1, pages);
    let pieces = case.thread().iter().skip((page - 1) * PIECES).take(PIECES);
    let pieces = pieces.map(|piece| ToldPiece {
        changeable: changeable.filter(|changeable| *changeable == piece.digest()),
        ..told_piece(office, piece, voice)
    });
    let erasable = erasing::decision(office, case, voice);
    Ok(Told {
        head: head(office, case, voice, *today),
        codename: false,
        erasable,
        pieces: pieces.collect(),
        page,
        pages,
    })
}

/// The whole case as it is handed over, files by name.
pub(super) fn sheet(office: &Office, case: &Case<'_>, voice: Voice<'_>, today: sluss_core::day::Day) -> Markup {
    html! {
        (head(office, case, voice, today))
        ol.thread {
            @for piece in case.thread() {
                @let told = told_piece(office, piece, voice);
                li.theirs[told.theirs] {
                    (told.content)
                    @if let Some((_, files)) = &told.files { (listed(files, voice)) }
                }
            }
        }
    }
}

fn told_piece(office: &Office, piece: &Piece<'_>, voice: Voice<'_>) -> ToldPiece {
    match piece {
        Piece::Submission(submission) => told_submission(submission, voice),
        Piece::Letter { digest, letter, state, hole } => {
            ToldPiece::ours(told_letter(office, *digest, letter, *state, *hole, voice))
        }
        Piece::Note { note, hole, .. } => ToldPiece::ours(told_note(office, note, *hole, voice)),
    }
}

fn head(office: &Office, case: &Case<'_>, voice: Voice<'_>, today: sluss_core::day::Day) -> Markup {
    let due = case.due();
    let written = |letter: Option<(sluss_core::day::Day, LetterState)>| {
        letter.map_or_else(|| voice.say("not-yet"), |(day, state)| format!("{day} ({})", state.explain(voice)))
    };
    let acknowledged = match case.acknowledged_at_once() {
        Some(day) => day.to_string(),
        None if case.declined() => voice.say("case-declined"),
        None => written(case.first_letter(|_| true)),
    };
    let by = |day: sluss_core::day::Day, done: bool| {
        let left = if done { String::new() } else { format!(" ({})", left(day.since(today), voice)) };
        format!("{day}{left}")
    };
    let readers: Vec<String> = case
        .audience()
        .iter()
        .map(|reader| office.name_of(*reader).map_or_else(|| voice.say("unknown-writer"), str::to_owned))
        .collect();
    let left_out = office.left_out(case).unwrap_or_default();
    let left_out: Vec<&str> = left_out.iter().map(|id| office.name_in_use(id)).collect();
    let impartial = case.impartial().into_iter().map(|(writer, yes)| {
        let name = office.name_of(writer).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
        format!("{name}: {}", matter(&Matter::Impartial { yes }, office, voice))
    });
    let impartial: Vec<String> = impartial.collect();
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
            dd { (acknowledged) }
            @if case.surely_acknowledged().is_none() && !case.declined() { dt { (voice.say("case-acknowledge-by")) } dd { (by(due.acknowledge, false)) } }
            dt { (voice.say("case-feedback")) }
            dd { (written(case.feedback())) }
            dt { (voice.say("case-feedback-by")) }
            dd { (by(due.feedback, case.surely_fed_back().is_some())) }
            dt { (voice.say("case-readers")) }
            dd { (readers.join(", ")) }
            @if !left_out.is_empty() { dt { (voice.say("case-left-out")) } dd { (left_out.join(", ")) } }
            @if let Some(to) = case.assigned() { dt { (voice.say("case-assigned")) } dd { (office.name_in_use(to)) } }
            @if !case.tags().is_empty() { dt { (voice.say("case-tags")) } dd dir="auto" { (case.tags().join(", ")) } }
            @if let Some(within) = case.within_scope() { dt { (voice.say("case-scope")) } dd { (matter(&Matter::Scope { within }, office, voice)) } }
            @if case.is_oral() { dt { (voice.say("case-record")) } dd { (record(case, office, voice)) } }
            @if !impartial.is_empty() { dt { (voice.say("case-impartial")) } dd { (impartial.join(", ")) } }
            @if let Some((fate, note)) = case.fate() { dt { (voice.say("case-fate")) } dd { (decided(fate, note.writer, note.day, office, voice)) } }
            dt { (voice.say("case-source")) }
            dd.mono { (case.source().fingerprint().grouped()) }
        }
        @if office.is_foreign(case) { (box_of("warning", &voice.say("note"), &[voice.say("case-foreign-roster")])) }
        @if classic { (box_of("warning", &voice.say("note"), &[voice.say("case-classic")])) }
        @if case.deadlines().law.is_swedish() { p.hint { (voice.say_with("case-rolled", &[("day", due.feedback.rolled().to_string().into())])) } }
    }
}

/// Whether the source has checked what was written down of what they told.
fn record(case: &Case<'_>, office: &Office, voice: Voice<'_>) -> String {
    match case.approved() {
        Some(approved) => matter(&Matter::Record { approved }, office, voice),
        None => voice.say("record-unchecked"),
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
    let sealed = (block == Some(Block::Message)).then_some(manifest.sequence);
    let files = Some((manifest.sequence, submission.files.clone()));
    ToldPiece { content, theirs: true, sealed, files, changeable: None }
}

fn told_letter(
    office: &Office,
    digest: Digest,
    letter: &Letter,
    state: LetterState,
    hole: bool,
    voice: Voice<'_>,
) -> Markup {
    let name = office.name_of(letter.writer).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
    let title = voice.say_with("from-writer", &[("kind", letter.kind.explain(voice).into()), ("name", name.into())]);
    html! {
        @if hole { p { strong { (voice.say("hole")) } } }
        h2 id=(format!("letter-{}", crate::say::short(digest))) { (title) ", " (letter.day.to_string()) }
        p.hint { (state.explain(voice)) }
        div.typed dir="auto" { (letter.text.expose()) }
    }
}

fn told_note(office: &Office, note: &Note, hole: bool, voice: Voice<'_>) -> Markup {
    let name = office.name_of(note.writer).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
    let values = [("matter", matter(&note.matter, office, voice).into()), ("name", name.into())];
    html! {
        @if hole { p { strong { (voice.say("note-hole")) } } }
        h2 { (voice.say_with("note-by", &values)) ", " (note.day.to_string()) }
        p.hint { (voice.say("note-among-us")) }
        @if !note.text.expose().is_empty() { div.typed dir="auto" { (note.text.expose()) } }
    }
}

fn sized(file: &Attachment, voice: Voice<'_>) -> String {
    voice.say_with("file-size", &[("name", file.name().into()), ("size", file.member.size.into())])
}

fn listed(files: &[Attachment], voice: Voice<'_>) -> Markup {
    html! {
        @if !files.is_empty() {
            h3 { (voice.say("files")) }
            ul {
                @for file in files {
                    li {
                        bdi { (sized(file, voice)) } "; " (kind_of(file, voice))
                        @if !file.cautions.is_empty() {
                            ul { @for caution in &file.cautions { li { (caution.explain(voice)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn save_form(visit: &Visit, number: &str, sequence: u32, files: &[Attachment], typed: &Fields) -> Markup {
    let voice = visit.voice();
    let form = format!("save-{sequence}");
    let to = Line { form: &form, name: "to", label: voice.say("save-to"), hint: None, secret: false };
    let sealed_by_source: Vec<&str> =
        files.iter().map(Attachment::name).filter(|name| nested::unsealed_name(name).is_some()).collect();
    let content = html! {
        p { (voice.say("files-warning")) }
        label for=(format!("{form}-file")) { (voice.say("file")) }
        select id=(format!("{form}-file")) name="file" {
            @for file in files { option value=(format!("{sequence}/{}", file.name())) { (sized(file, voice)) } }
            option value=(format!("{sequence}/{REPORT}")) { (REPORT) }
        }
        (to.markup(typed))
        p.actions {
            button.quiet { (voice.say("save")) }
            button.quiet name="do" value="clean" { (voice.say("clean-save")) }
            button.quiet name="do" value="tell" { (voice.say("tells")) }
        }
        p.hint { (voice.say("clean-what")) }
    };
    html! {
        (listed(files, voice))
        @if !sealed_by_source.is_empty() { (sealed::files_form(visit, number, sequence, &sealed_by_source, typed)) }
        details {
            summary { (voice.say("save")) }
            (visit.form(&format!("case/{number}/save"), &content))
        }
    }
}

/// Saves a file or a copy of it that tells less, or shows what it tells.
pub(super) async fn save(visit: &Visit, number: &str) -> Answer {
    let (next, case) = (visit.href(&format!("case/{number}")), number.to_owned());
    let taken = match visit.take(&format!("case/{number}/save")).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    if taken.fields.one("do") == "tell" {
        return tells(visit, number, &taken.fields).await;
    }
    let (file, to) = (taken.fields.one("file").to_owned(), PathBuf::from(taken.fields.one("to").trim()));
    let clean = taken.fields.one("do") == "clean";
    let asked = perform(Arc::clone(&visit.face), visit.lang(), taken, next, move |desk, voice, _| {
        if clean {
            let saved = cleaning::save(desk, &case, &file, &to);
            let lines = saved.map(|(saved, remains)| cleaned_lines(&saved, &remains, voice));
            return lines.map_err(|error| AtPath(&to, &error).explain(voice));
        }
        let saved = answer::save(desk, &case, &file, &to);
        saved.map(|saved| vec![saved_line(&saved, voice)]).map_err(|error| AtPath(&to, &error).explain(voice))
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => show(visit, number, &typed, Some(&trouble)).await,
    }
}

/// Shows what a file tells beside what it shows.
async fn tells(visit: &Visit, number: &str, typed: &Fields) -> Answer {
    let (case, file) = (number.to_owned(), typed.one("file").to_owned());
    let named = file.split_once('/').map_or(file.as_str(), |(_, name)| name).to_owned();
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let told = cleaning::tells(desk, &case, &file);
        told.map_err(|error| AtPath(Path::new(&file), &error).explain(voice))
    });
    let told = match told.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => return show(visit, number, typed, Some(&trouble)).await,
        Some(Ok(told)) => told,
    };
    let voice = visit.voice();
    let main = html! {
        p { bdi { (named) } }
        @if told.entries.is_empty() { p { (voice.say("tells-nothing")) } } @else {
            p { (voice.say("tells-what")) }
            dl { @for entry in &told.entries { dt { (entry.what.explain(voice)) } dd dir="auto" { (entry.value) } } }
        }
        @if told.more { p { strong { (voice.say("tells-more")) } } }
        p.hint { (voice.say("tells-hint")) }
        p { a.button href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) } }
    };
    let title = format!("{}: {}", voice.say_with("case-title", &[("number", number.into())]), voice.say("tells"));
    visit.shown(&title, Some(Place::Cases), None, &main, Keeping::Nothing)
}
