//! Gateways that show onion services to ordinary browsers (tor2web and its kin): who comes through one is seen by it.
//!
//! Protects a source from reporting through one: whatever they ask for is answered by a page that says why and what to do,
//! and nothing that they sent is taken. A gateway is known by what it says of itself, by the name under which it asks, and
//! by the onion addresses that it rewrites on the pages that it passes on. One that does none of these looks like a browser,
//! and no page can protect from it: whoever runs it has read what was typed before it came here.

use sluss_web::conn::{Answer, Request};
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::shell::{Face, Nav};
use super::trouble::Trouble;
use crate::visitor::Way;

/// The hidden field with the drop's address, for gateways to rewrite.
const ADDRESS: &str = "address";
/// In the place of the address where the roster names none: as long as one, so that it is taken for one.
const NOBODYS: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.onion";

/// Whether a request that came over the onion service did not come from Tor's user.
pub(super) fn brought(face: &Face, request: &Request) -> bool {
    face.visitor.way == Way::Onion && (request.was_passed_on() || !request.host().is_some_and(is_onion))
}

/// The first field of every form with typed text: an onion address as it stands in a page.
pub(super) fn mark(face: &Face) -> Markup {
    let roster = face.reception.roster();
    let address = roster.as_ref().and_then(|roster| roster.edition().onion.first());
    html! { input type="hidden" name=(ADDRESS) value={ "http://" (address.map_or(NOBODYS, String::as_str)) "/" }; }
}

/// Refuses a form whose address came back as another.
pub(super) fn refuse_rewritten(face: &Face, fields: &Fields) -> Result<(), Trouble> {
    let address = fields.one(ADDRESS);
    let kept = || address.strip_prefix("http://").and_then(|rest| rest.strip_suffix('/')).is_some_and(is_onion);
    if face.visitor.way == Way::WithoutTor || address.is_empty() || kept() { Ok(()) } else { Err(Trouble::Gateway) }
}

/// The page that says so, in every language, because it leads nowhere: all its links would lead through the gateway.
pub(super) fn page(face: &Face) -> Answer {
    let others = face.reception.speech.languages().filter(|lang| *lang != face.lang);
    let main = html! {
        (face.trouble_box(&Trouble::Gateway))
        @for lang in others {
            div lang=(lang.as_str()) { (face.speaking(lang).trouble_box(&Trouble::Gateway)) }
        }
    };
    let page = face.page(Nav::Nowhere, "", face.say("trouble-title"), main);
    // A page this short always fits.
    let answer = face.answer(Trouble::Gateway.status(), Keeping::Nothing, &page);
    answer.unwrap_or_else(|_| Answer::see_other("/"))
}

/// Whether a name, with or without a port, is one that only Tor resolves.
fn is_onion(host: &str) -> bool {
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    is_name && name.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case("onion"))
}
