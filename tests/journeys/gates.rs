//! Every page that people can come to, error pages too, in both languages, before its judges: nothing to complain of.
//!
//! That no page is missing here is seen by the messages: each that a page can say stands on one of those judged, but for
//! the few that are named with a reason.

mod desk;
mod hatch;
mod source;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use hyper::StatusCode;
use hyper::header::HeaderMap;
use sluss_core::lang::Lang;
use sluss_tests::browser::Exhibition;
use sluss_tests::visitor::Page;

/// What a page may have that it must not, and what its judges then say.
const FAULTS: [(&str, &str); 7] = [
    ("<img src='data:,'>", "An “img” element must have an “alt” attribute"),
    ("<span style='color: #999'>Pale</span>", "color-contrast"),
    ("<button style='outline: 0'>Unseen</button>", "Unseen</button>: nothing shows that it has the focus"),
    ("<button style='min-width: 0; padding: 0; width: 20px'>x</button>", "it is 20 x 40 pixels"),
    ("<a href='/a' style='font-size: 10px'>a</a> <a href='/b' style='font-size: 10px'>b</a>", "13 pixels"),
    ("<button>Under</button><i style='position: fixed; inset: 0; background: #fff'></i>", "Under</button>: i hides it"),
    ("<button tabindex='1'>First</button>", "by keyboard, stop 0 of 2 is number 1"),
];

#[test]
fn the_judges_see_what_is_wrong() -> Result<()> {
    let style = ":focus-visible { outline: 3px solid } button { min-width: 40px; height: 40px }";
    let mut exhibition = Exhibition::new()?;
    for (number, (fault, _)) in FAULTS.iter().enumerate() {
        let body = format!(
            "<!DOCTYPE html><html lang='en'><head><title>Fault</title><style>{style}</style></head>\
             <body><main><h1>Fault</h1><p><button>Sound</button></p><p>{fault}</p></main></body></html>"
        );
        let (headers, hops) = (HeaderMap::new(), Vec::new());
        let page = Page { path: String::new(), status: StatusCode::OK, headers, body: body.into(), hops };
        exhibition.hang(&format!("fault-{number}"), page)?;
    }
    let found = [exhibition.read_markup()?, exhibition.look()?].concat();
    for (number, (fault, told)) in FAULTS.iter().enumerate() {
        let name = format!("fault-{number}");
        ensure!(found.iter().any(|what| what.contains(told) && what.contains(&name)), "not seen: {fault}: {found:#?}");
    }
    let hidden = |what: &&String| what.contains("Sound") && !what.contains("hides it");
    ensure!(found.iter().find(hidden).is_none(), "nothing is wrong with what is sound: {found:#?}");
    Ok(())
}

/// Shows the pages that `walk` hangs up in each language to both judges.
async fn judge(
    room: &str,
    texts: [(Lang, &str); 2],
    rare: &[(&str, &str)],
    walk: impl AsyncFn(&mut Wall<'_>) -> Result<()>,
) -> Result<()> {
    let mut exhibition = Exhibition::new()?;
    let mut wrong = Vec::new();
    for (lang, texts) in texts {
        let name = format!("{room}-{}-", lang.as_str());
        walk(&mut Wall { exhibition: &mut exhibition, name: name.clone(), lang }).await?;
        let pages = exhibition.pages().iter().filter(|(page, _)| page.starts_with(&name)).map(|(_, page)| page);
        wrong.extend(unseen(texts, rare, &pages.collect::<Vec<_>>()));
    }
    ensure!(wrong.is_empty(), "{wrong:#?}");
    let found = [exhibition.read_markup()?, exhibition.look()?].concat();
    ensure!(found.is_empty(), "{} findings: {found:#?}", found.len());
    Ok(())
}

/// Where one language's pages hang.
struct Wall<'a> {
    exhibition: &'a mut Exhibition,
    name: String,
    lang: Lang,
}

impl Wall<'_> {
    fn hang(&mut self, name: &str, page: &Page) -> Result<()> {
        self.exhibition.hang(&format!("{}{name}", self.name), page.clone())
    }

    fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.lang.as_str()).trim_end_matches('/').to_owned()
    }
}

/// What is wrong with the pages as a show of `texts`: a message that stands on none of them and is not `rare`, or that is
/// but stands on one.
fn unseen(texts: &str, rare: &[(&str, &str)], pages: &[&Page]) -> Vec<String> {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said: Vec<[String; 2]> = pages.iter().map(|page| [page.text(), fold(&page.source())]).collect();
    let stands = |words: &[String]| said.iter().flatten().any(|page| words.iter().all(|words| page.contains(words)));
    let rare: BTreeMap<&str, &str> = rare.iter().copied().collect();
    let messages = messages(texts);
    let gone = rare.keys().filter(|id| !messages.contains_key(**id)).map(|id| format!("no such message: {id}"));
    let wrong = messages.iter().filter_map(|(id, words)| match (stands(words), rare.get(id)) {
        (false, None) => Some(format!("no page says {id}: {words:?}")),
        (true, Some(reason)) => Some(format!("{id} is not rare at all, though {reason}")),
        _ => None,
    });
    wrong.chain(gone).collect()
}

/// Each message with the words that it always says.
fn messages(texts: &str) -> BTreeMap<&str, Vec<String>> {
    let mut messages = BTreeMap::<&str, (usize, String)>::new();
    let mut current = None;
    for line in texts.lines().filter(|line| !line.starts_with('#')) {
        let mut rest = line;
        if line.starts_with(|first: char| first.is_ascii_alphabetic())
            && let Some((id, text)) = line.split_once('=')
        {
            current = Some(id.trim());
            rest = text;
        }
        let Some((depth, words)) = current.map(|id| messages.entry(id).or_default()) else { continue };
        words.push(' ');
        for letter in rest.chars() {
            match letter {
                '{' => *depth += 1,
                '}' => {
                    *depth -= 1;
                    words.push('\n');
                }
                letter if *depth == 0 => words.push(letter),
                _ => {}
            }
        }
    }
    let pieces = |words: String| {
        let pieces = words.split('\n').map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" "));
        pieces.filter(|piece| piece.chars().any(char::is_alphabetic)).collect()
    };
    messages.into_iter().map(|(id, (_, words))| (id, pieces(words))).collect()
}
