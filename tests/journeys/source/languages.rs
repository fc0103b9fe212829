//! The languages of the pages: dates, and any language that an operator adds.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use scraper::{Html, Selector};
use serde_json::json;
use sluss_core::codename;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::limits;
use sluss_drop::language::Language;
use sluss_drop::source::{EN, SV};
use sluss_tests::visitor::Page;
use sluss_web::say::Speech;

use super::rig::{ORGANISATION, Rig};

/// The language that is nobody's.
const PSEUDO: &str = "en-xa";
/// What stands on pages because somebody typed or configured it, or because it names another language.
const NOT_OURS: &str = "style, textarea, dt, code, .typed, .words, .switch, option[value=sv], option[value=en]";
const NAMES: [&str; 7] = [
    "Lilla Edets kommun",
    "anna Ek",
    "bertil Ek",
    "reserv Ek",
    "Ek & Alm",
    "Ansvarig: kommunen",
    "Kontaktcenter, 0123-45 60 10",
];

#[test]
fn a_day_is_said_in_the_words_and_the_order_of_its_language() -> Result<()> {
    let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)])?;
    for (lang, months) in [
        (Lang::Sv, "januari februari mars april maj juni juli augusti september oktober november december"),
        (Lang::En, "January February March April May June July August September October November December"),
    ] {
        for (month, name) in (1_i8..).zip(months.split(' ')) {
            let values = [("year", "2026".into()), ("month", month.into()), ("day", 3.into())];
            let said = speech.voice(lang).say_with("date", &values);
            ensure!(said == format!("3 {name} 2026"), "{said}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_language_is_spoken_on_every_page_of_a_journey() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let lang = Lang::parse(PSEUDO).context("no tag")?;
    // Words that are in no other list.
    let words: Vec<String> = codename::words(Lang::En).iter().map(|word| format!("x{word}")).collect();
    let rig = Rig::speaking(lang, added(folder.path(), lang, &words.join("\n"))?).await;
    let mut source = rig.visitor();
    let at = |rest: &str| format!("/{PSEUDO}/{rest}");
    let home = at(ORGANISATION);
    for path in [at(""), home.clone(), at("inbox"), at("inbox/left"), at("nowhere/at/all"), at("codename")] {
        spoken(&source.open(&path).await?)?;
    }
    let page = source.open(&format!("{home}/report")).await?;
    spoken(&page)?;
    let form = page.form(&page.path)?;
    spoken(&source.submit(&form).await?)?;
    let shown = source.submit(&form.fill("text", "Någon byter fakturor.")?).await?;
    ensure!(shown.path == at("codename"), "{}", shown.text());
    spoken(&shown)?;
    let drawn = shown.texts(".words li");
    ensure!(drawn.len() == codename::WORDS && drawn.iter().all(|word| words.contains(word)), "other words");
    let way_in = source.open(&at("inbox")).await?;
    spoken(&way_in)?;
    let form = way_in.form(&at("inbox"))?;
    spoken(&source.submit(&form.clone().fill("codename", "inte de orden")?).await?)?;
    let object = rig.objects("bertil").into_iter().next().context("no report")?;
    let sent = rig.open("bertil", &object)?;
    ensure!(sent.manifest().language == lang, "the answers would come in another language");
    for (sequence, kind) in (1..).zip([LetterKind::Question, LetterKind::Feedback, LetterKind::Closing]) {
        rig.answer(sent.source(), "bertil", sequence, kind, "Hur vet du det?");
    }
    let inbox = source.submit(&form.fill("codename", &drawn.join(" "))?).await?;
    ensure!(inbox.path == at("inbox") && inbox.text().contains("Hur vet du det?"), "{}", inbox.text());
    spoken(&inbox)?;
    let action = at("inbox/message");
    let page = source.submit(&inbox.form(&action)?.fill("text", "Mer.")?.choose("next", "files")?).await?;
    spoken(&page)?;
    let form = page.form(&action)?;
    speaks(&source.submit(&form.clone().fill("text", "")?).await?)?;
    let (sent, told) = source.submit_watched(&form, rig.visitor(), &at("progress")).await?;
    ensure!(sent.path == at("sent"), "{}", sent.text());
    speaks(&sent)?;
    speaks(&told)?;
    let erase = source.open(&at("inbox/erase")).await?;
    spoken(&erase)?;
    let erased = source.submit(&erase.form(&at("inbox/erase"))?.choose("what", "all")?).await?;
    ensure!(erased.path == at("inbox/erased"), "{}", erased.text());
    spoken(&erased)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_leads_to_itself_in_each_other_language() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let lang = Lang::parse(PSEUDO).context("no tag")?;
    let rig = Rig::speaking(lang, added(folder.path(), lang, "")?).await;
    for (here, others) in [("sv", ["en", PSEUDO]), ("en", ["sv", PSEUDO]), (PSEUDO, ["sv", "en"])] {
        let page = rig.visitor().open(&format!("/{here}/{ORGANISATION}")).await?;
        let document = Html::parse_document(&page.source());
        let links: Vec<_> = document.select(&selector(".switch")).filter_map(|it| it.attr("href")).collect();
        ensure!(links == others.map(|other| format!("/{other}/{ORGANISATION}")), "{here}: {links:?}");
    }
    // Only what is spoken is an address, and without a list the words are English.
    let page = rig.visitor().open("/fi/inbox").await?;
    ensure!(page.status == 404, "{}", page.text());
    let mut source = rig.visitor();
    let page = source.open(&format!("/{PSEUDO}/{ORGANISATION}/report")).await?;
    let shown = source.submit(&page.form(&page.path)?.fill("text", "t")?).await?;
    let english = codename::words(Lang::En);
    ensure!(shown.texts(".words li").iter().all(|word| english.contains(&word.as_str())), "other words");
    Ok(())
}

/// The pseudo-language, as an operator's files have it.
fn added(folder: &Path, lang: Lang, words: &str) -> Result<Language> {
    fs::write(folder.join("texts.ftl"), pseudo(EN))?;
    fs::write(folder.join("words.txt"), words)?;
    let files = if words.is_empty() {
        json!({"texts": "texts.ftl"})
    } else {
        json!({"texts": "texts.ftl", "words": "words.txt"})
    };
    let mut language: Language = serde_json::from_value(files)?;
    language.read(lang, folder)?;
    Ok(language)
}

/// A page, not a frame, with nothing on it but what the language says.
fn spoken(page: &Page) -> Result<()> {
    ensure!(page.body.len() == limits::PAGE, "{}: {} bytes", page.path, page.body.len());
    speaks(page)
}

/// Nothing stands there but what the language says.
fn speaks(page: &Page) -> Result<()> {
    let document = Html::parse_document(&page.source());
    ensure!(document.root_element().attr("lang") == Some(PSEUDO), "{}: another lang", page.path);
    let foreign: Vec<_> = document.select(&selector(NOT_OURS)).map(|it| it.id()).collect();
    let mut depth = 0_usize;
    let mut unspoken = String::new();
    for node in document.root_element().descendants() {
        let Some(text) = node.value().as_text() else { continue };
        if node.ancestors().any(|above| foreign.contains(&above.id())) {
            continue;
        }
        let text = NAMES.iter().fold(text.to_string(), |text, name| text.replace(name, ""));
        for letter in text.chars() {
            match letter {
                '⟦' => depth += 1,
                '⟧' => depth = depth.saturating_sub(1),
                _ if depth == 0 && letter.is_alphabetic() => unspoken.push(letter),
                _ => {}
            }
        }
    }
    ensure!(depth == 0 && unspoken.is_empty(), "{}: not in this language: {unspoken}", page.path);
    for label in document.select(&selector("[aria-label]")).filter_map(|it| it.attr("aria-label")) {
        ensure!(label.starts_with('⟦'), "{}: {label}", page.path);
    }
    Ok(())
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Every message in brackets, its letters marked, and 40 % longer, as languages can be.
fn pseudo(texts: &str) -> String {
    let mut told = String::new();
    let mut message = String::new();
    for line in texts.lines().chain(["#"]) {
        let begins = line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '#');
        if begins {
            if let Some((id, value)) = message.split_once('=') {
                told += &format!("{id}= {}\n", bracketed(value));
            }
            message.clear();
        }
        if !line.starts_with('#') {
            message += line;
            message.push('\n');
        }
    }
    told
}

fn bracketed(value: &str) -> String {
    /// Where a letter stands: in words, in a placeable, or in one of its variants.
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Words,
        Code,
        Variant,
    }
    let mut within = vec![At::Words];
    let (mut marked, mut letters) = (String::new(), 0);
    let mut key = false;
    for letter in value.trim().chars() {
        let at = *within.last().unwrap_or(&At::Words);
        match (at, letter) {
            (At::Words | At::Variant, '{') => within.push(At::Code),
            (At::Code, '}') => drop(within.pop()),
            (At::Variant, '\n') => drop(within.pop()),
            (At::Code, '[') => key = true,
            (At::Code, ']') if key => {
                key = false;
                within.push(At::Variant);
            }
            _ => {}
        }
        let ours = at != At::Code && letter.is_alphabetic();
        letters += usize::from(ours);
        marked.push(letter);
        if ours {
            marked.push('\u{301}');
        }
    }
    format!("⟦{marked}{}⟧", "~".repeat(letters * 2 / 5))
}
