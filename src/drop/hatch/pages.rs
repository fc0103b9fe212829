//! The hatch's pages.

use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_web::conn::{Answer, StatusCode};
use sluss_web::maud::{Markup, html};
use sluss_web::page::{Keeping, Page, Size, Switch};

use super::{BUNDLE, Door, FROM, HAND_IN};
use crate::office::import::Imported;
use crate::office::problem::Problem;

/// Bytes of a megabyte, as people count.
const MEGABYTE: u64 = 1_000_000;

/// The door itself: what can be fetched and handed in.
pub(super) fn front(door: &Door, lang: Lang, next: u32) -> Answer {
    let voice = door.speech.voice(lang);
    let fetch = format!("/{lang}/fetch");
    let megabytes = [("megabytes", limits::BUNDLE_STEP.div_ceil(MEGABYTE).into())];
    let main = html! {
        section aria-labelledby="fetch" {
            h2 #fetch { (voice.say("fetch-title")) }
            p { (voice.say_with("fetch-next", &[("number", next.to_string().into())])) }
            p.hint { (voice.say_with("fetch-size", &megabytes)) }
            form method="post" action=(fetch) { p.actions { button type="submit" { (voice.say("fetch-button")) } } }
            details {
                summary { (voice.say("fetch-again-title")) }
                p { (voice.say("fetch-again-why")) }
                form method="post" action=(fetch) {
                    label for="from" { (voice.say("fetch-again-from")) }
                    input #from type="text" inputmode="numeric" name=(FROM) autocomplete="off" required;
                    p.actions { button type="submit" { (voice.say("fetch-again-button")) } }
                }
            }
        }
        section aria-labelledby="hand-in" {
            h2 #hand-in { (voice.say("hand-in-title")) }
            p { (voice.say("hand-in-how")) }
            form method="post" action={ "/" (lang) "/hand-in" } enctype="multipart/form-data" {
                label for="bundle" { (voice.say("hand-in-file")) }
                input #bundle type="file" name=(BUNDLE) required;
                p.hint { (voice.say_with("hand-in-size", &[("megabytes", (HAND_IN / MEGABYTE).into())])) }
                p.actions { button type="submit" { (voice.say("hand-in-button")) } }
            }
        }
        section aria-labelledby="lost" {
            h2 #lost { (voice.say("lost-title")) }
            p { (voice.say("lost-what")) }
        }
    };
    let title = voice.say_with("hatch-title", &[("name", door.hatch.name.as_str().into())]);
    shown(door, lang, StatusCode::OK, title, main)
}

/// A return bundle was taken in.
pub(super) fn handed_in(door: &Door, lang: Lang, imported: &Imported) -> Answer {
    let voice = door.speech.voice(lang);
    let main = html! {
        div.box.done role="status" {
            p { strong { (voice.say("accepted")) } }
            @for line in imported.lines(voice) { p { (line) } }
        }
        (back(door, lang))
    };
    shown(door, lang, StatusCode::OK, voice.say("accepted-title"), main)
}

/// Cause, then advice.
pub(super) fn refused(door: &Door, lang: Lang, status: StatusCode, problem: &Problem) -> Answer {
    let voice = door.speech.voice(lang);
    let (cause, advice) = problem.explain(voice);
    let main = html! {
        div.box.error role="alert" {
            p { strong { (voice.say("refused")) } }
            p { (cause) }
            p { (advice) }
        }
        (back(door, lang))
    };
    shown(door, lang, status, voice.say("refused-title"), main)
}

fn back(door: &Door, lang: Lang) -> Markup {
    html! { p { a href={ "/" (lang) } { (door.speech.voice(lang).say("hatch-back")) } } }
}

fn shown(door: &Door, lang: Lang, status: StatusCode, title: String, main: Markup) -> Answer {
    let voice = door.speech.voice(lang);
    let others = door.speech.languages().filter(|other| *other != lang);
    let switches = others.map(|other| Switch {
        lang: other,
        label: door.speech.voice(other).say("hatch-language"),
        href: format!("/{other}"),
    });
    let page = Page {
        lang,
        title,
        site: voice.say("hatch-site"),
        skip: voice.say("hatch-skip"),
        banners: Vec::new(),
        switches: switches.collect(),
        head: html! {},
        nav: html! {},
        main,
        footer: html! { p { (voice.say("hatch-footer")) } },
    };
    // Pages this short always fit.
    page.answer(status, Size::Usual, Keeping::Nothing).unwrap_or_else(|_| Answer::see_other("/"))
}
