//! `/`: finds the organisation.

use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::maud::html;
use sluss_web::page::Keeping;

use super::shell::{Face, Nav};
use super::trouble::Trouble;

/// Organisations on one page.
const MANY: usize = 100;

/// Lists the organisations, a hundred a page.
pub(super) fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let mut organisations: Vec<(&str, &str)> =
        roster.edition().organisations.iter().map(|it| (face.local(&it.name), it.id.as_str())).collect();
    organisations.sort_by_key(|(name, _)| name.to_lowercase());
    let from = request.query("from").and_then(|from| from.parse::<usize>().ok()).unwrap_or(0);
    let next = from.saturating_add(MANY);
    let main = html! {
        p { (face.say("find-intro")) }
        h2 { (face.say("find-list")) }
        ul {
            @for (name, id) in organisations.iter().skip(from).take(MANY) {
                li { a href=(face.path(id)) { (name) } }
            }
        }
        @if next < organisations.len() {
            p { a href={ (face.path("")) "?from=" (next) } { (face.say("find-more")) } }
        }
        h2 { (face.say("find-back")) }
        p { a href=(face.path("inbox")) { (face.say("find-inbox")) } }
    };
    face.answer(StatusCode::OK, Keeping::Typed, &face.page(Nav::Inbox, "", face.say("find-title"), main))
}
