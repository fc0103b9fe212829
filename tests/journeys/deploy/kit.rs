//! The advice page: whole, alone, in both languages, and leading nowhere but to the onion.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, ensure};
use scraper::{Html, Selector};

use super::{drop_with_address, write_kit};
use crate::operator::rig::{ORGANISATION, Rig};

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).map(|element| element.text().collect()).collect()
}

fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

#[test]
fn the_advice_page_leads_to_the_onion_and_nowhere_else() -> Result<()> {
    let (rig, address) = drop_with_address()?;
    let own = write_kit(&rig)?;
    for (lang, file, other, said) in [
        ("sv", "visselblasning/index.html", "en/index.html", "Ring 0123 & fråga efter <Bo>."),
        ("en", "visselblasning/en/index.html", "../index.html", "Call 0123."),
    ] {
        let text = fs::read_to_string(own.join(file))?;
        let page = Html::parse_document(&text);
        ensure!(page.errors.is_empty(), "{file}: {:?}", page.errors);
        ensure!(attributes(&page, "html", "lang") == [lang]);
        ensure!(texts(&page, "h1").len() == 1 && texts(&page, "title").len() == 1);

        let place = format!("{address}/{lang}/{ORGANISATION}");
        ensure!(texts(&page, "li code") == [place.as_str()], "the address is not there as text");
        let onion = attributes(&page, "meta[http-equiv=onion-location]", "content");
        ensure!(onion == [format!("http://{place}")], "{onion:?}");
        ensure!(text.matches("onion-location").count() == 1);
        ensure!(attributes(&page, "meta[name=referrer]", "content") == ["no-referrer"]);

        // Nothing that is loaded, sent or run, and no way out but to the other language and within the page.
        for nothing in ["script", "form", "input", "img", "iframe", "object", "base", "video", "svg"] {
            ensure!(texts(&page, nothing).is_empty(), "{file} has a <{nothing}>");
        }
        ensure!(attributes(&page, "[src]", "src").is_empty() && !text.contains("@import") && !text.contains("url("));
        let links: BTreeSet<String> = attributes(&page, "[href]", "href").into_iter().collect();
        ensure!(links == BTreeSet::from(["#main", other, "data:,"].map(str::to_owned)), "{links:?}");
        ensure!(own.join(file).parent().context("a folder")?.join(other).is_file(), "the other language is not there");
        ensure!(text.matches("://").count() == 1, "an address that a browser would follow");

        let paragraphs = texts(&page, "p");
        ensure!(paragraphs.iter().any(|paragraph| paragraph == said), "{paragraphs:?}");
        ensure!(!texts(&page, "p.banner").is_empty(), "a demo does not say so");
        // A message that has no text shows its id.
        let id =
            |text: &String| text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let missing: Vec<String> = texts(&page, "p, li, h2, dd, strong").into_iter().filter(id).collect();
        ensure!(missing.is_empty(), "{missing:?}");
    }
    for (file, mode) in
        [("", 0o755), ("visselblasning/en", 0o755), ("visselblasning/index.html", 0o644), ("nginx.conf", 0o644)]
    {
        let found = fs::metadata(own.join(file))?.permissions().mode() & 0o777;
        ensure!(found == mode, "{file} has mode {found:o}: no web server can read it");
    }
    Ok(())
}

#[test]
fn a_kit_is_not_written_over_another_nor_without_an_address() -> Result<()> {
    let (rig, _) = drop_with_address()?;
    write_kit(&rig)?;
    let again = rig.run(&["kit", &rig.scratch("kit").display().to_string()])?;
    ensure!(again.code == 1 && again.err.contains("kit exists already"), "{again:?}");
    let bare = Rig::lay()?;
    let early = bare.run(&["kit", &bare.scratch("kit").display().to_string()])?;
    ensure!(early.code == 1 && early.err.contains("There is no roster."), "{early:?}");
    ensure!(!bare.scratch("kit").exists());
    let mut file = bare.first_roster()?.newest()?;
    file.onion.clear();
    let nowhere = bare.sign_first(&file)?;
    let config = sluss_drop::config::Config::read(&bare.config())?;
    let refused = sluss_drop::kit::write(&config, &nowhere.verify()?, &bare.scratch("kit"));
    ensure!(matches!(refused, Err(sluss_drop::kit::KitError::NoAddress)), "{refused:?}");
    Ok(())
}
