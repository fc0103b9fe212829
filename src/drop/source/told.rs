//! What people must be told before they report, in sections: the organisation's own page and the kit's advice page tell
//! the same ones with the same words (lag 2021:890, 5 kap. 9 §).

use sluss_core::lang::Lang;
use sluss_core::roster::in_lang;
use sluss_web::maud::{Markup, html};
use sluss_web::page::paragraphs;
use sluss_web::say::Voice;

use super::authorities::{AS_OF, AUTHORITIES};
use super::date::date;
use crate::reception::House;

/// The day on which the program's own texts for sources were last changed.
pub const UPDATED: (i16, i8, i8) = (2026, 11, 30);

/// A heading and what stands under it, as the messages that say it.
pub(crate) struct Section {
    title: &'static str,
    points: &'static [&'static str],
}

/// What to think of before one begins.
pub(crate) const BEFORE: Section = Section {
    title: "home-before",
    points: &[
        "before-device",
        "before-network",
        "before-history",
        "before-files",
        "before-few",
        "before-style",
        "before-tor",
        "before-visits",
    ],
};
/// How to know that this is the right place.
pub(crate) const ADDRESS: Section = Section { title: "home-address", points: &["address-compare", "address-codename"] };
/// What belongs here, and what does not.
pub(crate) const WHAT: Section =
    Section { title: "home-what", points: &["what-misconduct", "what-not", "what-classified"] };
/// Whom the law protects (3 kap. 1 §, 1 kap. 8 §).
pub(crate) const PROTECTED: Section = Section {
    title: "home-protected",
    points: &[
        "protected-work",
        "protected-seek",
        "protected-learn",
        "protected-contract",
        "protected-board",
        "protected-after",
        "protected-near",
    ],
};
/// What can be promised, and what cannot.
pub(crate) const PROMISE: Section = Section {
    title: "home-promise",
    points: &[
        "promise-address",
        "promise-sealed",
        "promise-server",
        "promise-yourself",
        "promise-secrecy",
        "promise-proof",
    ],
};
/// What the law gives whoever reports.
pub(crate) const RIGHTS: Section = Section {
    title: "home-rights",
    points: &[
        "rights-free",
        "rights-search",
        "rights-reprisals",
        "rights-damages",
        "rights-conditions",
        "rights-advice",
    ],
};
/// How everybody should be able to use the pages, and what is known to be missing.
pub(crate) const ACCESS: Section =
    Section { title: "home-access", points: &["access-goal", "access-tried", "access-known", "access-tell"] };

impl Section {
    /// The section in the voice's language.
    pub(crate) fn markup(&self, voice: Voice<'_>) -> Markup {
        html! {
            h2 { (voice.say(self.title)) }
            ul { @for point in self.points { li { (voice.say(point)) } } }
        }
    }
}

/// The other ways to report: the organisation's own, the authorities', and that they protect less.
pub(crate) fn other_ways(voice: Voice<'_>, lang: Lang, house: &House) -> Markup {
    html! {
        h2 #other { (voice.say("home-other")) }
        (paragraphs(in_lang(&house.other_ways, lang)))
        ul { @for point in ["other-weaker", "other-oral", "other-union", "other-external"] { li { (voice.say(point)) } } }
        details {
            summary { (voice.say("other-authorities")) }
            dl { @for (name, field) in AUTHORITIES { dt { (name) } dd { (voice.say(field)) } } }
            p { (voice.say_with("other-annex", &[("day", date(voice, AS_OF).into())])) }
            p { (voice.say("other-eu")) }
        }
    }
}

/// When the texts were last changed, the organisation's own included.
pub(crate) fn updated(voice: Voice<'_>, house: &House) -> Markup {
    let newest = house.updated.map_or(UPDATED, |day| day.civil().max(UPDATED));
    html! { p.hint { (voice.say_with("home-updated", &[("day", date(voice, newest).into())])) } }
}
