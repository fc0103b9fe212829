//! The desk's pages, as the shipped program shows them.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use data_encoding::BASE64;
use sluss_core::cert::{Kind, Tsk};
use sluss_core::day::{Clock, Day};
use sluss_core::envelope::seal_bytes;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::roster::{DropCard, FORMAT, RosterFile};
use sluss_core::secret::Secret;
use sluss_core::submission::Report;
use sluss_tests::house::House;
use sluss_tests::journey::desk::Desk;
use sluss_tests::visitor::{Form, Page, Visitor};

use super::{Wall, judge};

/// The first of the texts that stand on pages; those before are told by commands, and some in boxes on pages too.
const FIRST: &str = "\nsite = ";
const SV: &str = include_str!("../../../src/desk/words/sv.ftl");
const PICTURE: &[u8] = include_bytes!("../../../src/desk/metadata/tests/picture.jpg");
const EN: &str = include_str!("../../../src/desk/words/en.ftl");
/// What no page of this walk says, and why not.
const RARE: [(&str, &str); 25] = [
    ("tells-more", "no file of this walk tells two hundred things"),
    ("case-foreign-roster", "the drop uses the roster that this desk knows"),
    ("failed", "no page is too long"),
    ("hole", "a letter would have to go missing"),
    ("note-hole", "a note would have to go missing"),
    ("key-expires", "no cert that a desk makes expires"),
    ("ending-own", "as above"),
    ("ending-person", "as above"),
    ("ending-drop", "as above"),
    ("open-found", "no stick is plugged in"),
    ("open-other", "as above"),
    ("register-outside", "no report of this walk is outside the channel's scope"),
    ("search-more", "a thousand cases would have to be found"),
    ("roster-held", "nobody's renewed key is in the roster yet"),
    ("roster-sooner", "this organisation promises what the law does"),
    ("today-month", "no case of this walk has its day then"),
    ("today-more", "fifty cases would have to be late"),
    ("today-nothing", "one case waits to the end"),
    ("today-told", "the drop confirms no feedback"),
    ("today-under-way", "the case of this walk that is answered is late"),
    ("today-week", "no case of this walk has its day then"),
    ("work-hint", "a bundle of this walk is opened at once"),
    ("work-percent", "as above"),
    ("work-stop", "as above"),
    ("unknown-writer", "everybody is in the roster still"),
];
/// What the sources of this walk answer to the form's questions, one message each.
const ANSWERS: [(&str, &str); 9] = [
    ("ongoing", "yes"),
    ("ongoing", "no"),
    ("ongoing", "unsure"),
    ("relation", "works-there"),
    ("relation", "worked-there"),
    ("relation", "contractor"),
    ("relation", "other"),
    ("relation", "unsaid"),
    ("meeting", "yes"),
];
/// How they want their files handled.
const HANDLING: [(&str, &str); 2] = [("keep-original", "yes"), ("clean-copy", "yes")];
/// The number of the message that the source sealed themselves, after those.
const BY_HAND: u32 = 4 + ANSWERS.len() as u32;
/// Days before today on which the people's certs were made.
const OLD: i32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn judges_find_nothing_in_the_desks_pages() -> Result<()> {
    let page = |texts: &'static str| texts.find(FIRST).and_then(|at| texts.get(at..)).context("no texts of pages");
    judge("desk", [(Lang::Sv, page(SV)?), (Lang::En, page(EN)?)], &RARE, async |wall| {
        let folder = tempfile::tempdir()?;
        let today = Day::of(SystemTime::now())?;
        let people = [("anna", Kind::Classic), ("bertil", Kind::PostQuantum), ("reserv", Kind::PostQuantum)];
        let mut house = House::new(&people, today.plus_days(-OLD))?;
        let desk = Desk::new(folder.path(), "anna", "Anna Ek")?;
        let page = desk.open_page()?;
        let rest = page.address.strip_prefix("http://").context("no address")?;
        let (host, start) = rest.split_once('/').context("no one-time address")?;
        let mut anna = Seat { visitor: Visitor::direct(host.parse::<SocketAddr>()?), wall, folder: folder.path() };
        the_door(&mut anna, start).await?;
        a_key(&mut anna, &house, &desk.passphrase).await?;
        house.roster = a_roster(&mut anna, &house).await?.verify()?;
        let [case, other] = a_case(&mut anna, &house, today).await?;
        sealed_by_the_source(&mut anna, &case).await?;
        letters_and_files(&mut anna, &case).await?;
        notes(&mut anna, &case).await?;
        many_at_once(&mut anna, &other).await?;
        erased(&mut anna, &other).await?;
        oral(&mut anna).await?;
        backed_up(&mut anna, &desk.passphrase).await?;
        renewed(&mut anna, &desk.passphrase).await?;
        locked(&mut anna, &case, &desk.passphrase).await
    })
    .await
}

/// Somebody at the desk.
struct Seat<'a, 'b> {
    visitor: Visitor,
    wall: &'a mut Wall<'b>,
    folder: &'a Path,
}

impl Seat<'_, '_> {
    async fn go(&mut self, rest: &str) -> Result<Page> {
        self.visitor.open(&self.wall.path(rest)).await
    }

    /// Goes to a page and hangs it up.
    async fn show(&mut self, name: &str, rest: &str) -> Result<Page> {
        let page = self.go(rest).await?;
        self.wall.hang(name, &page)?;
        Ok(page)
    }

    /// Fills in the form on `page` that leads to `action`, and hangs up what it leads to.
    async fn send(
        &mut self,
        name: &str,
        page: &Page,
        action: &str,
        fill: impl FnOnce(Form) -> Result<Form>,
    ) -> Result<Page> {
        let mut page = self.visitor.submit(&fill(page.form(&self.wall.path(action))?)?).await?;
        if page.path.ends_with("/exchange/progress") {
            page = self.visitor.follow(&page, "").await?;
        }
        self.wall.hang(name, &page)?;
        Ok(page)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn path_of(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }
}

async fn the_door(anna: &mut Seat<'_, '_>, start: &str) -> Result<()> {
    anna.show("door-used", "").await?;
    let foreign = anna.visitor.post(&anna.wall.path("lock"), "text/plain", "", "cross-site").await?;
    anna.wall.hang("door-foreign", &foreign)?;
    ensure!(anna.visitor.open(&format!("/{start}")).await?.status.is_success(), "the door stays closed");
    Ok(())
}

async fn a_key(anna: &mut Seat<'_, '_>, house: &House, passphrase: &str) -> Result<()> {
    let tsk = house.people["anna"].lock_for_gpg(&Secret::new(passphrase.to_owned()))?;
    fs::write(anna.file("anna.tsk"), tsk)?;
    let page = anna.show("start", "").await?;
    let differ = |form: Form| form.fill("name", "Anna Ek")?.fill("passphrase", passphrase)?.fill("again", "annat");
    let page = anna.send("passphrases-differ", &page, "key/new", differ).await?;
    let from = anna.path_of("anna.tsk");
    let wrong = |form: Form| form.fill("path", &from)?.fill("passphrase", "inte denna");
    let page = anna.send("key-not-loaded", &page, "key/load", wrong).await?;
    let right = |form: Form| form.fill("path", &from)?.fill("passphrase", passphrase);
    let page = anna.send("key", &page, "key/load", right).await?;
    let to = anna.path_of("anna.asc");
    let page = anna.send("key-exported", &page, "key/export-cert", |form| form.fill("path", &to)).await?;
    anna.send("key-there-already", &page, "key/export-cert", |form| form.fill("path", &to)).await?;
    Ok(())
}

/// From no roster to one in use, drawn up here and signed by everybody.
async fn a_roster(anna: &mut Seat<'_, '_>, house: &House) -> Result<RosterFile> {
    anna.show("today-no-roster", "").await?;
    anna.show("exchange-no-roster", "exchange").await?;
    let page = anna.show("roster-none", "roster").await?;
    let page = anna.send("roster-not-found", &page, "roster/look", |form| form.fill("path", "/nowhere")).await?;

    let edition = house.roster.edition();
    let card = DropCard {
        format: FORMAT,
        onion: vec![format!("{}.onion", "sluss23".repeat(8))],
        cert: edition.drop.clone(),
        kdf: edition.kdf.clone(),
        demo: edition.demo,
    };
    fs::write(anna.file("drop.json"), serde_json::to_vec(&card)?)?;
    let mut description = String::new();
    for (id, role) in [("anna", "investigator"), ("bertil", "investigator"), ("reserv", "reserve")] {
        fs::write(anna.file(&format!("{id}.asc")), house.people[id].cert().armored())?;
        description += &format!(
            "[[people]]\nid = \"{id}\"\nname = \"{id} Ek\"\nfirm = \"Ek & Alm\"\nrole = \"{role}\"\ncert = \"{id}.asc\"\n"
        );
    }
    description += "[[organisations]]\nid = \"lillaedet\"\nname = { sv = \"Lilla Edets kommun\" }\n\
                    recipients = [\"anna\", \"bertil\", \"reserv\"]\n";
    fs::write(anna.file("people.toml"), description)?;
    let [from, card, to] = ["people.toml", "drop.json", "roster.json"].map(|name| anna.path_of(name));
    let draw = |form: Form| form.fill("description", &from)?.fill("card", &card)?.fill("to", &to);
    let page = anna.send("roster-drawn", &page, "roster/new", draw).await?;
    let page = anna.send("roster-to-be-signed", &page, "roster/look", |form| form.fill("path", &to)).await?;
    let page = anna.send("roster-signed", &page, "roster/sign", Ok).await?;
    let mut file: RosterFile = serde_json::from_slice(&fs::read(&to)?)?;
    let day = edition.day.plus_days(OLD);
    for id in ["bertil", "reserv"] {
        file.sign(&house.people[id], day)?;
    }
    fs::write(&to, file.to_bytes())?;
    let page = anna.send("roster-to-be-used", &page, "roster/look", |form| form.fill("path", &to)).await?;
    anna.send("roster-in-use", &page, "roster/use", Ok).await?;
    Ok(file)
}

/// Two bundles: an old one with two cases and something unreadable, and one with the rest of a thread. Answers its case, and
/// the other.
async fn a_case(anna: &mut Seat<'_, '_>, house: &House, today: Day) -> Result<[String; 2]> {
    anna.show("today-none", "").await?;
    anna.show("cases-none", "cases").await?;
    anna.show("register-none", "register/lillaedet").await?;
    let page = anna.show("exchange", "exchange").await?;
    let page = anna.send("bundle-not-found", &page, "exchange/open", |form| form.fill("path", "/nowhere")).await?;

    let source = Tsk::generate(Kind::PostQuantum, None, house.roster.edition().birthday)?;
    let told = |text: &str, answers: &[(&str, &str)]| Report {
        text: Secret::new(text.to_owned()),
        answers: answers.iter().map(|(question, answer)| ((*question).to_owned(), (*answer).to_owned())).collect(),
    };
    // A comment of twelve letters after the picture's beginning.
    let commented = [&PICTURE[..20], b"\xff\xfe\x00\x0eTaken by Bo.", &PICTURE[20..]].concat();
    let files: [(&str, &[u8]); 6] = [
        ("kvitto å.pdf", &[7; 12_345]),
        ("anteckning.txt", b"kort"),
        ("faktura.pdf.exe", b"MZ\x90\0"),
        ("bild.jpg", &commented),
        ("renad.jpg", PICTURE),
        ("avtal.pdf", b"%PDF-1.7\n/JavaScript /EmbeddedFile /URI (x)"),
    ];
    let report = house.seal(&told("Någon byter <fakturor>.\n", &[("urgent", "yes")]), 1, &files, &source)?;
    let another = Tsk::generate(Kind::PostQuantum, None, house.roster.edition().birthday)?;
    let declined = told("Rektorn har anställt sin bror, utan annons.\n", &[("declined", "yes")]);
    let declined = house.seal_for(&house.audience(&["bertil"])?, &declined, 1, &[], &another)?;
    let old = [report, declined, vec![0; 1_000]];
    let mut new = vec![
        house.seal(&told("", &HANDLING), 2, &files, &source)?,
        house.seal(&told(&"x".repeat(limits::TEXT + 1), &[]), 3, &[], &source)?,
    ];
    new.push(by_hand(house, &source, BY_HAND)?);
    for (number, answer) in (4..).zip(ANSWERS) {
        new.push(house.seal(&told("Mer.\n", &[answer]), number, &[], &source)?);
    }
    fs::write(anna.file("1.sluss"), house.outbound("anna", 1, today.plus_days(-5), &old)?)?;
    fs::write(anna.file("2.sluss"), house.outbound("anna", 2, today, &new)?)?;
    let [one, two] = ["1.sluss", "2.sluss"].map(|name| anna.path_of(name));
    anna.send("today-stale", &page, "exchange/open", |form| form.fill("path", &one)).await?;
    anna.show("opened-at-length", "exchange/progress").await?;
    let page = anna.go("exchange").await?;
    let cases = anna.send("today", &page, "exchange/open", |form| form.fill("path", &two)).await?;
    let prefix = anna.wall.path("case") + "/";
    let links = cases.links_to(&prefix)?;
    ensure!(links.len() == 2, "not two cases: {}", cases.text());
    let (mut long, mut other) = (None, None);
    for link in links.iter().map(|link| link.replace(&prefix, "case/")) {
        if anna.go(&link).await?.text().contains("utan annons") {
            anna.show("case-declined", &link).await?;
            other = Some(link);
        } else {
            long = Some(link);
        }
    }
    long.zip(other).map(<[_; 2]>::from).context("a case is not there")
}

/// A message whose text and file the source sealed themselves; what is armor in a file's name alone is refused.
fn by_hand(house: &House, source: &Tsk, number: u32) -> Result<Vec<u8>> {
    let (day, anna) = (house.roster.edition().day, house.people["anna"].cert());
    let content = "Jag förseglade det här själv.".as_bytes();
    let sealed = BASE64.encode(&seal_bytes(content, source, &[&anna], day, Clock::new(day.instant())?)?);
    let mut armored = String::new();
    for line in sealed.as_bytes().chunks(64) {
        armored += &format!("{}\n", str::from_utf8(line)?);
    }
    let text = format!("-----BEGIN PGP MESSAGE-----\n\n{armored}-----END PGP MESSAGE-----\n");
    let report = Report { text: Secret::new(text), answers: BTreeMap::new() };
    house.seal(&report, number, &[("kvitto.pdf.gpg", b"skadad")], source)
}

async fn sealed_by_the_source(anna: &mut Seat<'_, '_>, case: &str) -> Result<()> {
    anna.show("sealed-text", &format!("{case}/sealed/{BY_HAND}")).await?;
    anna.show("sealed-nothing", &format!("{case}/sealed/1")).await?;
    let page = anna.show("case-sealed-by-the-source", case).await?;
    let to = anna.path_of("kvitto-oppnat.pdf");
    anna.send("sealed-file-refused", &page, &format!("{case}/unseal"), |form| form.fill("to", &to)).await?;
    let page = anna.go(&format!("{case}/sealed/{BY_HAND}")).await?;
    anna.send("sealed-text-saved", &page, &format!("{case}/unseal"), |form| form.fill("to", &to)).await?;
    Ok(())
}

async fn letters_and_files(anna: &mut Seat<'_, '_>, case: &str) -> Result<()> {
    anna.show("case-unknown", "case/FFFFFFFF").await?;
    anna.show("case-newest", case).await?;
    let page = anna.show("case-oldest", &format!("{case}?page=1")).await?;
    let to = anna.path_of("kvitto.pdf");
    let action = anna.wall.path(&format!("{case}/save"));
    let form = page.forms()?.into_iter().find(|form| form.action == action).context("nothing to save")?;
    let form = form.choose("file", "1/kvitto å.pdf")?.fill("to", &to)?;
    for name in ["file-saved", "file-there-already"] {
        let page = anna.visitor.submit(&form).await?;
        anna.wall.hang(name, &page)?;
        fs::write(&to, "there already")?;
        anna.go("roster").await?;
    }
    let to = anna.path_of("renad-bild.jpg");
    for (name, file, doing) in [
        ("file-tells", "1/bild.jpg", "tell"),
        ("file-tells-nothing", "1/renad.jpg", "tell"),
        ("file-tells-not", "1/anteckning.txt", "tell"),
        ("clean-copy-saved", "1/bild.jpg", "clean"),
    ] {
        let page = anna.go(&format!("{case}?page=1")).await?;
        let form = page.forms()?.into_iter().find(|form| form.action == action).context("nothing to save")?;
        let page = anna.visitor.submit(&form.choose("file", file)?.choose("do", doing)?.fill("to", &to)?).await?;
        anna.wall.hang(name, &page)?;
    }
    ensure!(fs::read(&to)? == PICTURE, "the copy is not clean");
    fs::remove_file(&to)?;

    let letter = format!("{case}/letter");
    let page = anna.show("letter", &letter).await?;
    let page = anna.send("letter-empty", &page, &letter, |form| form.fill("text", " ")).await?;
    let long = "x".repeat(3 * limits::TEXT_GIVEN_BACK + 1);
    anna.send("letter-far-too-long", &page, &letter, |form| form.fill("text", &long)).await?;
    let damaged = anna.visitor.post(&anna.wall.path(&letter), "text/plain", "", "same-origin").await?;
    anna.wall.hang("letter-damaged", &damaged)?;
    let page =
        anna.send("letter-template", &page, &letter, |form| form.fill("text", "")?.choose("do", "template")).await?;
    let page = anna.send("letter-preview", &page, &letter, |form| form.choose("do", "preview")).await?;
    let page = anna.send("letter-written-on", &page, &letter, |form| form.choose("do", "write")).await?;
    templates(anna).await?;
    let old = |form: Form| form.fill("nonce", "00")?.fill("text", "Vilken dag var det?");
    let page = anna.send("letter-old-form", &page, &letter, old).await?;
    let page = anna.send("letter-kept", &page, &letter, Ok).await?;
    let change = page.links_to(&format!("{}?", anna.wall.path(&letter)))?;
    let change = anna.visitor.open(change.first().context("a letter cannot be changed")?).await?;
    let page = anna.visitor.submit(&change.form(&anna.wall.path(&letter))?.fill("text", "Vilken dag?")?).await?;
    let page = anna.send("letter-withdrawn", &page, &format!("{case}/withdraw"), Ok).await?;
    ensure!(!page.text().contains("Vilken dag"), "a letter stands that was taken back: {}", page.text());
    let page = anna.go(&letter).await?;
    let form = page.form(&anna.wall.path(&letter))?.choose("kind", "feedback")?.fill("text", "Det är utrett.")?;
    anna.visitor.submit(&form).await?;
    let page = anna.show("exchange-to-be-sent", "exchange").await?;
    let to = anna.path_of("return.sluss");
    anna.send("returned", &page, "exchange/return", |form| form.fill("to", &to)).await?;
    anna.show("today-carried", "").await?;
    anna.show("lost", "nowhere").await?;
    Ok(())
}

async fn templates(anna: &mut Seat<'_, '_>) -> Result<()> {
    anna.show("templates", "templates").await?;
    let page = anna.show("template-of-one", "templates?kind=feedback&language=sv&organisation=lillaedet").await?;
    let long = "x".repeat(limits::LETTER_TEXT + 1);
    let page = anna.send("template-too-long", &page, "templates/keep", |form| form.fill("text", &long)).await?;
    anna.send("template-kept", &page, "templates/keep", |form| form.fill("text", "Hej.")).await?;
    Ok(())
}

async fn notes(anna: &mut Seat<'_, '_>, case: &str) -> Result<()> {
    let note = format!("{case}/note");
    anna.show("junk-none", "junk").await?;
    let page = anna.show("note", &note).await?;
    anna.send("note-empty", &page, &note, |form| form.fill("text", " ")).await?;
    let decisions = [
        ("tags", "fakturor, Ale"),
        ("within", "Ett allvarligt missförhållande."),
        ("impartial", "Inga uppdrag där."),
        ("assigned", ""),
    ];
    for (kind, text) in decisions.into_iter().chain([("closed", "Utrett."), ("junk", "Reklam.")]) {
        if kind == "junk" {
            register(anna).await?;
            handed_over(anna, case).await?;
        }
        let page = anna.go(&note).await?;
        let fill = |form: Form| form.choose("kind", kind)?.choose("person", "bertil")?.fill("text", text);
        anna.send(&format!("noted-{kind}"), &page, &note, fill).await?;
    }
    let page = anna.show("cases-tagged", "cases").await?;
    let page = anna.send("cases-found", &page, "cases/search", |form| form.fill("words", "ale FAKTUROR")).await?;
    ensure!(page.links_to(&anna.wall.path(case))?.len() == 1, "not found: {}", page.text());
    anna.send("cases-not-found", &page, "cases/search", |form| form.fill("words", "ale annons")).await?;
    let page = anna.show("exchange-with-a-colleague", "exchange").await?;
    let to = anna.path_of("bertil.sluss");
    let share = |form: Form| form.choose("colleague", "bertil")?.fill("to", &to);
    let page = anna.send("shared", &page, "exchange/share", share).await?;
    anna.send("shared-there-already", &page, "exchange/share", share).await?;
    anna.show("cases-junk-hidden", "cases").await?;
    anna.show("junk", "junk").await?;
    Ok(())
}

/// Marks one case as junk, beside one that is, and shows it again, in the forms for many.
async fn many_at_once(anna: &mut Seat<'_, '_>, case: &str) -> Result<()> {
    let page = anna.show("cases-to-mark", "cases").await?;
    let page = anna.send("mark-none-ticked", &page, "cases/mark", |form| form.fill("reason", "Reklam.")).await?;
    let all = |form: Form| form.fill("reason", " ")?.choose("do", "all");
    let page = anna.send("mark-all-ticked", &page, "cases/mark", all).await?;
    let page = anna.send("mark-no-reason", &page, "cases/mark", Ok).await?;
    let page = anna.send("marked", &page, "cases/mark", |form| form.fill("reason", "Reklam.")).await?;
    ensure!(page.links_to(&anna.wall.path(case))?.is_empty(), "it is not hidden: {}", page.text());
    let page = anna.show("junk-to-show-again", "junk").await?;
    // Of the other, whose source says that somebody is in danger, a person has to take note.
    let page = anna.send("junk-all-ticked", &page, "junk/mark", |form| form.choose("do", "all")).await?;
    let page = anna.send("shown-again", &page, "junk/mark", |form| form.fill("reason", "Ingen reklam.")).await?;
    ensure!(page.links_to(&anna.wall.path(case))?.is_empty(), "it is hidden still: {}", page.text());
    Ok(())
}

async fn erased(anna: &mut Seat<'_, '_>, case: &str) -> Result<()> {
    let note = format!("{case}/note");
    anna.show("erased-none", "erased").await?;
    for (kind, text) in [("closed", "Utrett."), ("kept", "Tvist pågår."), ("erased", "Tvisten är över.")] {
        let page = anna.show(&format!("note-before-{kind}"), &note).await?;
        let fill = |form: Form| form.choose("kind", kind)?.fill("text", text);
        anna.send(&format!("noted-{kind}-of-another"), &page, &note, fill).await?;
    }
    anna.show("today-to-erase", "").await?;
    let page = anna.show("case-to-erase", case).await?;
    let erase = format!("{case}/erase");
    let page = anna.send("erase-not-sure", &page, &erase, Ok).await?;
    let page = anna.send("erased", &page, &erase, |form| form.choose("sure", "yes")).await?;
    ensure!(page.text().contains("Tvisten är över.") && !page.text().contains("annons"), "{}", page.text());
    anna.show("cases-some-erased", "cases").await?;
    anna.show("register-of-erased", "register/lillaedet").await?;
    Ok(())
}

async fn oral(anna: &mut Seat<'_, '_>) -> Result<()> {
    let page = anna.show("oral", "oral").await?;
    let page = anna.send("oral-empty", &page, "oral/keep", |form| form.choose("way", "meeting")).await?;
    let told = |form: Form| form.choose("way", "telephone")?.fill("text", "Hon ringde om kvittona.");
    let page = anna.send("codename", &page, "oral/keep", told).await?;
    ensure!(page.texts("ol.words li").len() == 7, "no codename: {}", page.text());
    let codename = page.path.split_once("/case/").map(|(_, rest)| format!("case/{rest}")).context("no case")?;
    let case = codename.trim_end_matches("/codename").to_owned();
    anna.show("case-oral-codename-held", &case).await?;
    anna.send("codename-handed-over", &page, &codename, Ok).await?;
    anna.show("codename-gone", &codename).await?;
    let note = format!("{case}/note");
    let page = anna.show("note-of-oral", &note).await?;
    let approved = |form: Form| form.choose("kind", "approved")?.fill("text", "Uppläst i telefon.");
    anna.send("case-oral-approved", &page, &note, approved).await?;
    anna.show("exchange-with-an-inbox", "exchange").await?;
    Ok(())
}

async fn register(anna: &mut Seat<'_, '_>) -> Result<()> {
    anna.show("register", "register").await?;
    let page = anna.show("register-of-one", "register/lillaedet").await?;
    let to = anna.path_of("register.csv");
    let page = anna.send("register-saved", &page, "register/lillaedet/save", |form| form.fill("to", &to)).await?;
    anna.send("register-there-already", &page, "register/lillaedet/save", |form| form.fill("to", &to)).await?;
    let saved = fs::read_to_string(&to)?;
    fs::remove_file(&to)?;
    ensure!(saved.lines().count() == 3 && !saved.contains("anna") && !saved.contains("annons"), "{saved}");
    Ok(())
}

async fn handed_over(anna: &mut Seat<'_, '_>, case: &str) -> Result<()> {
    let page = anna.go(case).await?;
    let to = anna.path_of("akt");
    let page = anna.send("case-file-saved", &page, &format!("{case}/file"), |form| form.fill("to", &to)).await?;
    ensure!(anna.file("akt/case.html").is_file(), "nothing was saved: {}", page.text());
    fs::remove_dir_all(&to)?;
    Ok(())
}

async fn backed_up(anna: &mut Seat<'_, '_>, passphrase: &str) -> Result<()> {
    let page = anna.show("key-never-backed-up", "key").await?;
    let to = anna.path_of("tsk.asc");
    let page = anna.send("key-backed-up", &page, "key/export-tsk", |form| form.fill("path", &to)).await?;
    let wrong = |form: Form| form.fill("path", &to)?.fill("passphrase", "inte denna");
    let page = anna.send("backup-not-opened", &page, "key/drill", wrong).await?;
    let right = |form: Form| form.fill("path", &to)?.fill("passphrase", passphrase);
    anna.send("backup-tried", &page, "key/drill", right).await?;
    anna.show("key-on-paper", "key/paper").await?;
    Ok(())
}

async fn renewed(anna: &mut Seat<'_, '_>, passphrase: &str) -> Result<()> {
    let page = anna.show("key-in-use", "key").await?;
    anna.send("key-renewed", &page, "key/renew", |form| form.fill("passphrase", passphrase)).await?;
    Ok(())
}

async fn locked(anna: &mut Seat<'_, '_>, case: &str, passphrase: &str) -> Result<()> {
    let letter = format!("{case}/letter");
    let writing = anna.go(&letter).await?;
    let page = anna.send("locked", &writing, "lock", Ok).await?;
    anna.send("wrong-passphrase", &page, "unlock", |form| form.fill("passphrase", "inte denna")).await?;
    let text = |form: Form| form.fill("text", "Påbörjat brev.");
    let page = anna.send("locked-while-writing", &writing, &letter, text).await?;
    anna.send("unlocked-to-write", &page, "unlock", |form| form.fill("passphrase", passphrase)).await?;
    Ok(())
}
