//! `/`: finds the organisation.

use sluss_core::roster::Roster;
use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::order::Order;
use super::shell::{Face, Nav};
use super::trouble::Trouble;

/// Organisations that are seen at a glance; more are sorted under their letters.
const FEW: usize = 12;
/// Bytes of names on one page, about six hundred organisations; the frame and the style need the rest.
const FULL: usize = 44_000;
/// Bytes of a letter's heading and of the links to it, at most.
const HEADING: usize = 200;

/// The names of one letter.
struct Shelf {
    letter: String,
    names: Vec<Markup>,
}

/// Lists the organisations in the order of the page's language, all on one page if they fit it.
pub(super) fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let pages = pages(face, &roster)?;
    let page = request.query("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let shelves = pages.get(page).map(Vec::as_slice).unwrap_or_default();
    let many = roster.edition().organisations.len() > FEW;
    let main = html! {
        p { (face.say("find-intro")) }
        h2 { (face.say("find-list")) }
        @if many { (letters(face, &pages, page)) }
        @for Shelf { letter, names } in shelves {
            @if many { h3 id=(letter) { (letter) } }
            ul.names { @for name in names { (name) } }
        }
        @if page + 1 < pages.len() {
            p { a href={ (face.path("")) "?page=" (page + 1) } { (face.say("find-more")) } }
        }
        h2 { (face.say("find-back")) }
        p { a href=(face.path("inbox")) { (face.say("find-inbox")) } }
    };
    face.answer(StatusCode::OK, Keeping::Typed, &face.page(Nav::Inbox, "", face.say("find-title"), main))
}

/// Every organisation, under its letter, in pages that fit the one length.
fn pages(face: &Face, roster: &Roster) -> Result<Vec<Vec<Shelf>>, Trouble> {
    let order = Order::of(face.lang)?;
    let organisations = roster.edition().organisations.iter().map(|it| (face.local(&it.name), it.id.as_str()));
    let mut organisations: Vec<_> = organisations.map(|(name, id)| (order.letter(name), name, id)).collect();
    organisations.sort_by(|(letter, name, _), (other, another, _)| {
        order.compare(letter, other).then_with(|| order.compare(name, another))
    });
    let many = organisations.len() > FEW;
    let (mut pages, mut page, mut filled) = (Vec::new(), Vec::<Shelf>::new(), 0);
    for (letter, name, id) in organisations {
        let link = html! { li { a href=(face.path(id)) { (name) } } };
        let bytes = link.0.len() + HEADING;
        if filled + bytes > FULL {
            pages.push(std::mem::take(&mut page));
            filled = 0;
        }
        filled += link.0.len();
        match page.last_mut() {
            Some(shelf) if !many || shelf.letter == letter => shelf.names.push(link),
            _ => {
                page.push(Shelf { letter, names: vec![link] });
                filled += HEADING;
            }
        }
    }
    pages.push(page);
    Ok(pages)
}

/// A link to each letter, wherever it begins.
fn letters(face: &Face, pages: &[Vec<Shelf>], shown: usize) -> Markup {
    let mut all: Vec<(usize, &str)> = Vec::new();
    for (page, shelf) in pages.iter().enumerate().flat_map(|(page, shelves)| shelves.iter().map(move |it| (page, it))) {
        if all.last().is_none_or(|(_, letter)| *letter != shelf.letter) {
            all.push((page, &shelf.letter));
        }
    }
    html! {
        nav.letters aria-label=(face.say("find-letters")) {
            ul {
                @for (page, letter) in all {
                    li {
                        @if page == shown { a href={ "#" (letter) } { (letter) } }
                        @else { a href={ (face.path("")) "?page=" (page) "#" (letter) } { (letter) } }
                    }
                }
            }
        }
    }
}
