//! Marking many cases as junk at once, and showing many again: boxes in the lists of cases, and one reason for all.

use std::collections::BTreeSet;

use sluss_core::cert::Fingerprint;
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};

use super::cases::{self, Listed, MANY, first_line};
use super::key;
use super::shell::{Asked, Line, Visit};
use crate::casebook::case::Case;
use crate::noting::junk::mark;
use crate::say::{Explain as _, marked_lines};

/// Which cases of a list can be ticked, and which are.
pub(super) struct Ticks {
    listed: Listed,
    chosen: BTreeSet<Fingerprint>,
    /// Whether those are ticked too of which the list shows enough.
    all: bool,
}

impl Ticks {
    pub(super) fn of(listed: Listed, asked: &Fields) -> Self {
        Self { listed, chosen: chosen(asked), all: asked.one("do") == "all" }
    }

    /// Whether a case can be ticked.
    fn offers(&self, case: &Case<'_>) -> bool {
        match self.listed {
            Listed::Today => false,
            Listed::All => case.is_untouched() && !case.junk(),
            Listed::Junk => case.junk(),
        }
    }

    pub(super) fn offer_any(&self, cases: &[Case<'_>]) -> bool {
        cases.iter().any(|case| self.offers(case))
    }

    /// The box of a case, named by what stands beside it.
    pub(super) fn tick(&self, case: &Case<'_>) -> Markup {
        let (number, source) = (case.number(), case.source().fingerprint());
        let shows_enough = || {
            let alone = case.submissions().nth(1).is_none();
            alone && !case.urgent() && first_line(case).is_some_and(|line| !line.is_empty())
        };
        let ticked = self.chosen.contains(&source) || (self.all && shows_enough());
        html! {
            @if self.offers(case) {
                input type="checkbox" name="case" value=(source) checked[ticked] aria-labelledby=(format!("number-{number} text-{number}"));
            }
        }
    }
}

/// The cases that are ticked in a form.
fn chosen(typed: &Fields) -> BTreeSet<Fingerprint> {
    typed.all("case").filter_map(|source| source.parse().ok()).collect()
}

fn action(listed: Listed) -> String {
    format!("{}/mark", listed.path())
}

/// The form around a `table` with boxes.
pub(super) fn form(visit: &Visit, listed: Listed, asked: &Fields, table: &Markup) -> Markup {
    let voice = visit.voice();
    let [what, button] =
        if listed == Listed::Junk { ["mark-shown-what", "mark-shown"] } else { ["mark-junk-what", "mark-junk"] };
    let hint = Some(voice.say("mark-reason-hint"));
    let reason = Line { form: "mark", name: "reason", label: voice.say("mark-reason"), hint, secret: false };
    let content = html! {
        @for name in ["page", "wide", "words"] { input type="hidden" name=(name) value=(asked.one(name)); }
        p { (voice.say(what)) " " a href="#mark-reason" { (voice.say("mark-go")) } }
        (table)
        (reason.markup(asked))
        p.hint id="mark-all-hint" { (voice.say_with("mark-all-hint", &[("most", MANY.into())])) }
        p.actions {
            button { (voice.say(button)) }
            button.quiet name="do" value="all" aria-describedby="mark-all-hint" { (voice.say("mark-all")) }
        }
    };
    visit.form(&action(listed), &content)
}

/// Ticks all, or marks those that are ticked.
pub(super) async fn sent(visit: &Visit, listed: Listed) -> Answer {
    let taken = match visit.take(&action(listed)).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    if taken.fields.one("do") == "all" {
        return cases::list(visit, listed, &cases::widened(&taken.fields), None).await;
    }
    let (chosen, reason) = (chosen(&taken.fields), Secret::new(taken.fields.one("reason").to_owned()));
    let junk = listed != Listed::Junk;
    let marking = visit.perform_at_length(taken, listed.path(), listed.path(), move |desk, voice, clock, progress| {
        let marked = mark(desk, &chosen, junk, reason.expose(), clock, progress);
        marked.map(|marked| marked_lines(&marked, junk, voice)).map_err(|error| error.explain(voice))
    });
    match marking.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(typed) => key::locked(visit, &key::carried(&typed, "", listed.path()), None),
        Asked::Refused(typed, trouble) => cases::list(visit, listed, &typed, Some(&trouble)).await,
    }
}
