//! Finding one's organisation among many, and what its page shows of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::roster::Roster;
use sluss_drop::crest::{Crest, CrestError, LARGEST};
use sluss_tests::house::House;

use super::rig::{ORGANISATION, Rig};

/// The Swedish alphabet. English readers take the last three for kinds of A and O.
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyzåäö";
const BEGINNINGS: [&str; 10] = ["al", "an", "ar", "el", "en", "er", "in", "or", "ul", "yr"];

/// The house's next roster, for `count` organisations whose names begin with every letter.
pub fn many(house: &House, count: usize) -> Result<Roster> {
    house.amended(|edition| {
        let Some(first) = edition.organisations.first().cloned() else { return };
        // Not in their order: a page that does not sort shows that.
        edition.organisations.extend((1..count).map(|number| {
            let mut next = first.clone();
            next.id = format!("kommun-{number}");
            let name = name(count - number);
            next.name = BTreeMap::from([(Lang::Sv, format!("{name}s kommun")), (Lang::En, name)]);
            next
        }));
    })
}

/// A name of its own for each number.
fn name(number: usize) -> String {
    let letter: String = ALPHABET.chars().cycle().nth(number).into_iter().flat_map(char::to_uppercase).collect();
    let mut rest = number / ALPHABET.chars().count();
    let mut name = letter;
    for _ in 0..2 {
        name += BEGINNINGS[rest % BEGINNINGS.len()];
        rest /= BEGINNINGS.len();
    }
    name + "sta"
}

/// A name's place in a language's alphabet.
fn place(lang: &str, name: &str) -> Vec<Option<usize>> {
    let fold = |letter| match letter {
        'å' | 'ä' if lang == "en" => 'a',
        'ö' if lang == "en" => 'o',
        other => other,
    };
    name.to_lowercase().chars().map(|letter| ALPHABET.chars().position(|it| it == fold(letter))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_290_organisations_is_on_one_page_in_the_order_of_its_language() -> Result<()> {
    let rig = Rig::new().await;
    rig.reception.take_roster(many(&rig.house, 290)?);
    let mut visitor = rig.visitor();
    for (lang, last) in [("sv", "Ö"), ("en", "Z")] {
        let page = visitor.open(&format!("/{lang}")).await?;
        ensure!(page.body.len() == limits::PAGE, "{lang}: {} bytes", page.body.len());
        let names = page.texts(".names li");
        ensure!(names.len() == 290 && names.iter().collect::<BTreeSet<_>>().len() == 290, "{} names", names.len());
        let places: Vec<_> = names.iter().map(|name| place(lang, name)).collect();
        let wrong = places.windows(2).zip(&names).find(|(pair, _)| pair[0] > pair[1]);
        ensure!(wrong.is_none(), "{lang}: what comes after {:?}?", wrong.map(|(_, name)| name));
        // Every letter leads to its names, and is the one under which they begin in this language.
        let letters = page.texts("main h3");
        ensure!(page.texts(".letters li") == letters && letters.last().is_some_and(|it| it == last), "{letters:?}");
        let source = page.source();
        for letter in &letters {
            ensure!(source.contains(&format!("href=\"#{letter}\"")), "{lang}: no way to {letter}");
            ensure!(source.contains(&format!("<h3 id=\"{letter}\">")), "{lang}: no place of {letter}");
        }
        let begun: BTreeSet<_> = places.iter().filter_map(|place| place.first().copied().flatten()).collect();
        ensure!(begun.len() == letters.len(), "{lang}: {} letters for {letters:?}", begun.len());
        let link = page.link(&names[200])?;
        let home = visitor.open(&link).await?;
        ensure!(home.texts("h1").concat().contains(&names[200]), "{link} is another's");
    }
    let home = visitor.open("/sv/kommun-7").await?;
    ensure!(home.status == 200 && home.body.len() == limits::PAGE);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_for_one_page_goes_on_on_the_next() -> Result<()> {
    let rig = Rig::new().await;
    rig.reception.take_roster(many(&rig.house, 1_500)?);
    let mut visitor = rig.visitor();
    let first = visitor.open("/sv").await?;
    let mut page = visitor.open("/sv").await?;
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        ensure!(page.status == 200 && page.body.len() == limits::PAGE);
        ensure!(page.texts(".letters li") == first.texts(".letters li"), "the letters are on every page");
        names.extend(page.texts(".names li"));
        pages += 1;
        if !page.text().contains("Visa fler") {
            break;
        }
        page = visitor.follow(&page, "Visa fler").await?;
    }
    ensure!(pages > 1 && names.len() == 1_500, "{} names on {pages} pages", names.len());
    let places: Vec<_> = names.iter().map(|name| place("sv", name)).collect();
    ensure!(places.is_sorted(), "the pages are not in order");
    // A letter leads to it from any page.
    let far = visitor.follow(&first, "Ö").await?;
    ensure!(far.source().contains("<h3 id=\"Ö\">"), "no Ö where its link leads");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisations_page_shows_its_crest_and_how_to_reach_it() -> Result<()> {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let home = visitor.open(&format!("/sv/{ORGANISATION}")).await?;
    let source = home.source();
    let picture = source.split("<img class=\"crest\" src=\"data:image/png;base64,").nth(1).context("no crest")?;
    let picture = data_encoding::BASE64.decode(picture.split('"').next().unwrap_or_default().as_bytes())?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("journey/crest.png");
    ensure!(picture == std::fs::read(file)?, "another picture");
    ensure!(home.text().contains("Andra ärenden") && home.text().contains("Kontaktcenter, 0123-45 60 10"));
    // The largest one would fit too.
    let spare = source.rsplit("<!--").next().map_or(0, str::len);
    let more = LARGEST.saturating_sub(picture.len()) * 4 / 3;
    ensure!(spare > 2 * more, "{spare} bytes to spare, {more} wanted");
    // The form is quiet.
    let form = visitor.open(&format!("/sv/{ORGANISATION}/report")).await?;
    ensure!(!form.source().contains("<img"), "a crest on the form");
    Ok(())
}

#[test]
fn a_crest_is_a_small_picture() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let read = |bytes: &[u8]| -> Result<Crest, CrestError> {
        std::fs::write(folder.path().join("crest"), bytes)?;
        let mut crest = Crest::from(PathBuf::from("crest"));
        crest.read(folder.path())?;
        Ok(crest)
    };
    let png = b"\x89PNG\r\n\x1a\n".to_vec();
    let filled = |bytes: usize| [png.clone(), vec![0; bytes - png.len()]].concat();
    ensure!(read(&filled(LARGEST))?.address().starts_with("data:image/png;base64,iVBOR"));
    ensure!(read(b"RIFF\x10\0\0\0WEBPVP8 ")?.address().starts_with("data:image/webp;base64,"));
    ensure!(matches!(read(&filled(LARGEST + 1)), Err(CrestError::Large)));
    for other in [b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".as_slice(), b"GIF89a", b"", b"RIFF\x10\0\0\0WAVE"] {
        ensure!(matches!(read(other), Err(CrestError::Kind)), "{other:?}");
    }
    let mut nowhere = Crest::from(PathBuf::from("nowhere.png"));
    ensure!(matches!(nowhere.read(Path::new("/nonexistent")), Err(CrestError::Read(_))));
    Ok(())
}
