//! What a source may expect after a report: who owes them what, and by which day (lag 2021:890, 5 kap. 8 §).

use sluss_core::day::{Acknowledgement, Clock, Day};
use sluss_core::roster::Roster;
use sluss_web::maud::{Markup, html};

use super::shell::Face;
use super::thread::Thread;

/// The duties of the thread's organisation, kept or not, as of today.
pub(super) fn show(face: &Face, roster: &Roster, thread: &Thread) -> Markup {
    // Letters are read also while the clock is beyond belief; only lateness is then not told.
    let today = face.clock().ok().map(Clock::today);
    let deadlines = roster.organisation(thread.organisation()).map(|it| it.deadlines).unwrap_or_default();
    let due = deadlines.due(thread.received(), thread.acknowledgement());
    // Only Swedish law may move a due day.
    let rolled = |due: Day| if deadlines.law.is_swedish() { due.rolled() } else { due };
    html! {
        h2 { (face.say("duties-title")) }
        dl {
            dt { (face.say("duty-received")) }
            dd { (face.date(thread.received())) }
            dt { (face.say("duty-acknowledge")) }
            dd {
                @match thread.acknowledgement() {
                    Acknowledgement::Given(day) => (kept(face, day)),
                    Acknowledgement::Declined => (face.say("duty-declined")),
                    Acknowledgement::Owed => {
                        (owed(face, "duty-acknowledge-by", due.acknowledge, rolled(due.acknowledge), today))
                    }
                }
            }
            dt { (face.say("duty-feedback")) }
            dd {
                @match thread.feedback() {
                    Some(day) => (kept(face, day)),
                    None => (owed(face, "duty-feedback-by", due.feedback, rolled(due.feedback), today)),
                }
            }
            dt { (face.say("duty-yours")) }
            dd { @if thread.is_asked() { strong { (face.say("duty-yours-asked")) } } @else { (face.say("duty-yours-what")) } }
        }
        p.hint { (face.say("duties-law")) }
    }
}

fn kept(face: &Face, day: Day) -> String {
    face.say_with("duty-kept", &[("day", face.date(day).as_str().into())])
}

fn owed(face: &Face, duty: &str, due: Day, rolled: Day, today: Option<Day>) -> Markup {
    html! {
        (face.say_with(duty, &[("day", face.date(due).as_str().into())]))
        @if rolled != due { " " (face.say_with("duty-rolled", &[("day", face.date(rolled).as_str().into())])) }
        @if today.is_some_and(|today| rolled < today) { br; strong { (face.say("duty-late")) } }
    }
}
