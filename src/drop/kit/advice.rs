//! The advice page: how to reach the drop safely, for the ordinary website.
//!
//! Protects whoever reads it where others look on: before anything else it says where not to read it; it holds no form,
//! no script, nothing that is loaded from elsewhere, and other sites' addresses as text alone, so that no browser tells
//! them where its user came from. Tor Browser learns the onion address from it, and offers to go there.

use sluss_core::lang::Lang;
use sluss_core::roster::{Organisation, in_lang};
use sluss_web::maud::{Markup, html};
use sluss_web::page::{Page, Switch};
use sluss_web::say::{Speech, Voice};

use crate::reception::House;
use crate::source::told;

/// The page of one organisation in one language.
pub(super) struct Advice<'a> {
    pub(super) speech: &'a Speech,
    pub(super) lang: Lang,
    pub(super) organisation: &'a Organisation,
    pub(super) house: &'a House,
    pub(super) onion: &'a str,
}

/// A page's file, below the place that the website shows: Swedish first.
pub(super) fn file(lang: Lang) -> &'static str {
    if lang == Lang::Sv { "index.html" } else { "en/index.html" }
}

impl Advice<'_> {
    pub(super) fn page(&self, demo: bool) -> Page {
        let name = in_lang(&self.organisation.name, self.lang);
        let address = format!("{}/{}/{}", self.onion, self.lang.as_str(), self.organisation.id);
        Page {
            lang: self.lang,
            title: self.voice().say_with("home-title", &[("organisation", name.into())]),
            site: self.say("site"),
            skip: self.say("skip"),
            banners: if demo { vec![self.say("banner-demo")] } else { Vec::new() },
            switches: vec![self.switch()],
            head: html! {
                meta name="referrer" content="no-referrer";
                meta http-equiv="onion-location" content={ "http://" (address) };
            },
            nav: html! {},
            main: html! {
                p { (self.voice().say_with("advice-intro", &[("organisation", name.into())])) }
                div.box.warning {
                    p { strong { (self.say("box-warning")) } }
                    p { (self.say("advice-elsewhere")) }
                    p { (self.say("advice-seen")) }
                }
                (self.way(&address))
                (told::WHAT.markup(self.voice()))
                (told::PROTECTED.markup(self.voice()))
                (told::other_ways(self.voice(), self.lang, self.house))
                (told::RIGHTS.markup(self.voice()))
                (told::updated(self.voice(), self.house))
            },
            footer: html! { p { (self.say("advice-footer")) } },
        }
    }

    fn voice(&self) -> Voice<'_> {
        self.speech.voice(self.lang)
    }

    fn say(&self, id: &str) -> String {
        self.voice().say(id)
    }

    fn switch(&self) -> Switch {
        let other = self.lang.other();
        let up = if self.lang == Lang::Sv { "" } else { "../" };
        Switch {
            lang: other,
            label: self.speech.voice(other).say("language-name"),
            href: format!("{up}{}", file(other)),
        }
    }

    /// From one's own device to the drop, step by step.
    fn way(&self, address: &str) -> Markup {
        html! {
            h2 { (self.say("advice-way")) }
            ol {
                li { (self.say("before-device")) " " (self.say("before-network")) }
                li { (self.say("advice-browser")) }
                li { (self.say("advice-safest")) }
                li { (self.say("advice-address")) br; code { (address) } }
                li { (self.say("advice-there")) }
            }
            p { (self.say("advice-same")) }
            p { (self.say("before-tor")) }
        }
    }
}
