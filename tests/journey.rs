//! The whole way of a report, with the shipped programs as processes, over a private Tor network:
//! a source reports through an onion service, a stick goes to a desk and back, the source reads
//! the answer. [`Scene`] lays everything; [`Scene::walk`] walks it.

pub mod desk;
pub mod drop;
mod organisations;
mod stock;
pub mod traces;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sluss_core::limits;

use crate::tornet::{SocksClient, TorNet};
use crate::visitor::{Form, Page, Visitor};
use desk::{Desk, DeskPage, Reader};
use drop::{Drop, Serving};
use stock::Gnupg;
use traces::Traces;

/// The organisation that the drop serves.
pub const ORGANISATION: &str = "lillaedet";
/// Words that occur nowhere else, so that finding them proves a leak.
const TEXT: &str = "Kanariefågeln Zyxomma såg attestanten byta fakturorna i arkivrummet.";
const MORE: &str = "Brunkulla Zyxomma: pärmen står numera i garaget.";
const ELSEWHERE: &str = "Granbys stiftelse köpte Zyxomma-bilen av ordföranden.";
const TOLD: &str = "Någon ringde: kvittona i Zyxomma-mappen är påhittade.";
const ANSWER: &str = "Vilket datum gällde fakturan som Zyxomma-fågeln nämner?";
const FILES: [(&str, &str); 2] =
    [("zyxomma-faktura.txt", "text/plain"), ("zyxomma-foto.bin", "application/octet-stream")];

/// Tells a person what has just been done.
pub type Tell<'a> = &'a mut dyn FnMut(&str);

/// A drop, its people and a Tor network, all in one folder.
#[derive(Debug)]
pub struct Scene {
    /// Serves; dropped before the network that it stands on.
    pub serving: Serving,
    /// The drop.
    pub drop: Drop,
    /// Reads through the desk's page; her cert is post-quantum.
    pub anna: Desk,
    /// Reads by commands, and has a cert that stock gpg can use.
    pub bertil: Desk,
    /// Her key is the reserve.
    pub cecilia: Desk,
    /// The source's own Tor.
    pub client: SocksClient,
    /// Everything that the parts wrote, and nothing that people saved elsewhere.
    dir: PathBuf,
    _net: TorNet,
}

impl Scene {
    /// Lays everything in the folder `dir`, until the onion service can be reached.
    pub async fn lay(dir: &Path, tell: Tell<'_>) -> Result<Self> {
        let dir = dir.join("wrote");
        let stick = dir.join("stick");
        fs::create_dir_all(&stick)?;
        let net = TorNet::up(&dir.join("tor"))?;
        tell("a Tor network of our own stands, on loopback alone");
        let drop = Drop::lay(&dir, &net.arti_override(), limits::VAULT_DEMO)?;
        tell("the drop is laid, its vault filled, its onion key drawn");

        let desks = dir.join("desks");
        let anna = Desk::new(&desks, "anna", "Anna Ek")?;
        let bertil = Desk::new(&desks, "bertil", "Bertil Alm")?;
        let cecilia = Desk::new(&desks, "cecilia", "Cecilia Reserv")?;
        let page = anna.open_page()?;
        let mut reader = page.come_in().await?;
        make_keys(&mut reader, &anna, [&bertil, &cecilia], &stick).await?;
        tell("three people have keys, each at a desk of their own: two investigators and the reserve");
        draw_roster(&mut reader, &drop, [&bertil, &cecilia], &stick).await?;
        tell("all three have signed the first roster");
        let roster = stick.join("roster.json");
        drop.run(&["roster", "add", text(&roster)?])?;
        drop.run(&["check"])?;
        tell("the drop has taken up the roster, and its check finds nothing wrong");

        let serving = drop.serve()?;
        let client = net.client("source")?;
        tell("the onion service is reachable");
        Ok(Self { serving, drop, anna, bertil, cecilia, client, dir, _net: net })
    }

    /// Somebody on a circuit of their own.
    pub fn visitor(&self, identity: &str) -> Result<Visitor> {
        Ok(Visitor::over_tor(self.client.socks, &self.drop.onion()?, identity))
    }

    /// Opens Anna's desk.
    pub fn open_desk(&self) -> Result<DeskPage> {
        self.anna.open_page()
    }

    /// Walks the whole way, and ends the drop. What people save goes to `outside`.
    pub async fn walk(self, outside: &Path, tell: Tell<'_>) -> Result<()> {
        fs::create_dir_all(outside)?;
        let contents = [format!("{TEXT}\r\n").repeat(30).into_bytes(), noise(3_000_000)];
        let codename = self.report(&contents, tell).await?;
        self.more(&codename, tell).await?;
        self.elsewhere(tell).await?;
        self.carry_out(tell)?;
        self.stock(outside, &contents)?;
        tell("stock gpg, tar and unzip open what was sealed for Bertil: text and files are right");
        let callers = self.answer(outside, &contents, tell).await?;
        self.carry_back(tell)?;
        self.read_answer(&codename, tell).await?;
        self.after_a_call(&callers, tell).await?;
        self.serving.stop()?;
        tell("the drop has ended, in order and without a word");

        let foto = contents.last().and_then(|content| content.get(..60)).context("no content")?;
        let secrets = [TEXT, MORE, ELSEWHERE, TOLD, ANSWER, "zyxomma", "Zyxomma"].map(str::as_bytes);
        let traces = Traces::of(&[&secrets[..], &[foto]].concat(), &codename)?;
        fs::write(outside.join("planted"), format!("nothing, {}, nothing", codename.join(" ")))?;
        ensure!(!traces.find(outside)?.0.is_empty(), "the search finds nothing at all");
        let (found, read) = traces.find(&self.dir)?;
        ensure!(found.is_empty(), "left in files: {found:?}");
        let (found, _) = Traces::of(&[], &callers)?.find(&self.dir)?;
        ensure!(found.is_empty(), "left of the caller's codename: {found:?}");
        tell(&format!("no text, file, name or codename is left in any file ({} MB searched)", read / 1_000_000));
        Ok(())
    }

    /// A source reports with two files and gets a codename.
    async fn report(&self, contents: &[Vec<u8>], tell: Tell<'_>) -> Result<Vec<String>> {
        let mut source = self.visitor("first")?;
        let start = source.open("/").await?;
        let home = source.follow(&start, "Lilla Edet").await?;
        let page = source.open(&format!("{}/report", home.path)).await?;
        let mut form = source.add_files(page.form(&page.path)?.fill("text", TEXT)?).await?;
        for ((name, kind), content) in FILES.iter().zip(contents) {
            form = form.attach("files", name, kind, content)?;
        }
        let page = source.submit_in_frame(&form).await?;
        ensure!(page.path == "/sv/codename", "no codename: {}", page.text());
        let codename = page.texts("ol.words li");
        ensure!(codename.len() == 7, "not seven words: {codename:?}");
        tell("a source has reported through Tor, with two files, and holds seven words");

        let inbox = sign_in(&mut source, &codename.join(" ")).await?;
        ensure!(!inbox.texts("ol.thread li").is_empty(), "nothing in the inbox: {}", inbox.text());
        let gone = source.open("/sv/codename").await?;
        ensure!(gone.status == 410, "the codename is shown after it was typed: {}", gone.status);
        leave(&mut source, &inbox).await?;
        tell("the words were typed once: the inbox opens, and the words are not shown again");
        Ok(codename)
    }

    /// The source adds something.
    async fn more(&self, codename: &[String], tell: Tell<'_>) -> Result<()> {
        let mut source = self.visitor("second")?;
        let inbox = sign_in(&mut source, &codename.join("-")).await?;
        let sent = source.submit(&inbox.form("/sv/inbox/message")?.fill("text", MORE)?).await?;
        ensure!(sent.texts("ol.thread li").len() > inbox.texts("ol.thread li").len(), "{}", sent.text());
        leave(&mut source, &sent).await?;
        tell("the source has come back on another circuit and added a message");
        Ok(())
    }

    /// Somebody else finds another organisation and reports to it.
    async fn elsewhere(&self, tell: Tell<'_>) -> Result<()> {
        let mut source = self.visitor("elsewhere")?;
        let start = source.open("/").await?;
        for name in ["Lilla Edets kommun", "Granby kommun", "Ekhults vatten AB"] {
            ensure!(start.text().contains(name), "the first page does not name {name}: {}", start.text());
        }
        let home = source.follow(&start, "Granby").await?;
        for own in ["0456-78 90 00", "Kommunstyrelsen i Granby", "Inom 3 dagar", "två månader", "sina stiftelser"] {
            ensure!(home.text().contains(own), "Granby's page does not say {own:?}: {}", home.text());
        }
        ensure!(!home.text().contains("0123-45 60"), "Granby's page has Lilla Edet's number");
        let page = source.open(&format!("{}/report", home.path)).await?;
        let page = source.submit(&page.form(&page.path)?.fill("text", ELSEWHERE)?).await?;
        ensure!(page.path == "/sv/codename", "no codename: {}", page.text());
        tell("another source has found another organisation by the first page, with its own texts, and reported there");
        Ok(())
    }

    fn carry_out(&self, tell: Tell<'_>) -> Result<()> {
        for desk in [&self.anna, &self.bertil, &self.cecilia] {
            self.drop.run(&["export", "--for", desk.id, text(&self.stick(desk.id))?])?;
        }
        tell("three outbound bundles lie on a stick");
        Ok(())
    }

    /// Bertil opens his bundle without any program of ours.
    fn stock(&self, outside: &Path, contents: &[Vec<u8>]) -> Result<()> {
        let gnupg = Gnupg::new(outside.join("gnupg"), self.bertil.passphrase_file())?;
        let key = outside.join("bertil.asc");
        self.bertil.unlocked(&["tsk", "export-for-gpg", text(&key)?])?;
        gnupg.import(&key)?;
        let (card, drop) = (fs::read(self.drop.card())?, outside.join("drop.asc"));
        let card: Value = serde_json::from_slice(&card)?;
        fs::write(&drop, card.get("cert").and_then(Value::as_str).context("no drop cert")?)?;
        gnupg.import(&drop)?;
        let tar = outside.join("bundle.tar");
        gnupg.decrypt(&self.stick("bertil"), &tar)?;
        let mut reports = Vec::new();
        for (index, sealed) in stock::untar(&tar, &outside.join("bundle"))?.iter().enumerate() {
            let zip = outside.join(format!("{index}.zip"));
            gnupg.decrypt(sealed, &zip)?;
            let report = String::from_utf8(stock::unzip(&zip, "report.txt")?)?;
            if report.contains(TEXT) {
                for ((name, _), content) in FILES.iter().zip(contents) {
                    ensure!(stock::unzip(&zip, &format!("files/{name}"))? == *content, "{name} differs");
                }
            }
            reports.push(report);
        }
        ensure!(reports.len() == 2, "{} submissions instead of two", reports.len());
        for text in [TEXT, MORE] {
            ensure!(reports.iter().any(|report| report.contains(text)), "nothing says {text:?}: {reports:?}");
        }
        Ok(())
    }

    /// Anna reads at her desk's page, saves a file, asks, writes down what somebody tells her by telephone, and makes a
    /// return bundle. The caller's codename.
    async fn answer(&self, outside: &Path, contents: &[Vec<u8>], tell: Tell<'_>) -> Result<Vec<String>> {
        let page = self.open_desk()?;
        let mut anna = page.come_in().await?;
        anna.send("/en/unlock", |form| form.fill("passphrase", &self.anna.passphrase)).await?;
        anna.go("/en/exchange").await?;
        let stick = text(&self.stick("anna"))?.to_owned();
        anna.send("/en/exchange/open", |form| form.fill("path", &stick)).await?;
        let cases = anna.page.links_to("/en/case/")?;
        ensure!(cases.len() == 2, "Anna reads for two organisations, and sees {cases:?}");
        let granby = case_that_says(&mut anna, &cases, ELSEWHERE).await?;
        let case = case_that_says(&mut anna, &cases, TEXT).await?;
        ensure!(granby != case && anna.page.text().contains(MORE), "the case does not say {MORE:?}");
        tell("Anna's desk has opened her one bundle, of two organisations: the case shows report and message");

        let to = text(outside)?.to_owned();
        let (name, _) = FILES[1];
        let (save, file) = (format!("{case}/save"), format!("1/{name}"));
        let mut forms = anna.page.forms()?.into_iter().filter(|form| form.action == save);
        let form = forms.find(|form| form.offers("file", &file)).with_context(|| format!("{file} cannot be saved"))?;
        anna.submit(&form.choose("file", &file)?.fill("to", &to)?).await?;
        ensure!(fs::read(outside.join(name))? == contents[1], "the saved file differs");
        tell("a file was saved where Anna chose, byte for byte");

        anna.go(&format!("{case}/letter")).await?;
        let letter = |form: Form| form.choose("kind", "question")?.fill("text", ANSWER);
        anna.send(&format!("{case}/letter"), letter).await?;
        let callers = take_down(&mut anna).await?;
        tell("Anna has written down what somebody told her by telephone, and read seven words out to them");
        anna.go("/en/exchange").await?;
        let to = text(&self.back("anna"))?.to_owned();
        anna.send("/en/exchange/return", |form| form.fill("to", &to)).await?;
        tell("Anna has asked a question, signed; her return bundle lies on the stick");

        let intake = self.bertil.unlocked(&["open", text(&self.stick("bertil"))?])?;
        ensure!(intake["new"] == 2, "Bertil does not read for Granby: {intake}");
        self.bertil.unlocked(&["return", text(&self.back("bertil"))?])?;
        tell("Bertil's desk has read the same, by commands, and made a return bundle of receipts");
        Ok(callers)
    }

    fn carry_back(&self, tell: Tell<'_>) -> Result<()> {
        for id in ["anna", "bertil"] {
            self.drop.run(&["import", text(&self.back(id))?])?;
        }
        tell("both return bundles are taken in by the drop");
        Ok(())
    }

    /// The source types the words in each way that people mistype them.
    async fn read_answer(&self, codename: &[String], tell: Tell<'_>) -> Result<()> {
        let spellings = [codename.join("-").to_uppercase(), format!(" {} ", codename.join("  ")), codename.concat()];
        for (index, spelling) in spellings.iter().enumerate() {
            let mut source = self.visitor(&format!("later {index}"))?;
            let inbox = sign_in(&mut source, spelling).await?;
            ensure!(inbox.text().contains(ANSWER), "no answer in the inbox: {}", inbox.text());
            leave(&mut source, &inbox).await?;
        }
        let mut stranger = self.visitor("stranger")?;
        let mut other = codename.to_vec();
        other.rotate_left(1);
        let refused = sign_in(&mut stranger, &other.join(" ")).await?;
        ensure!(!refused.text().contains(ANSWER), "the words open the inbox in any order");
        tell("the source has signed in with capitals, hyphens and double spaces, and reads the answer");
        Ok(())
    }

    /// What was told by telephone has reached Bertil too, and whoever told it has an inbox.
    async fn after_a_call(&self, callers: &[String], tell: Tell<'_>) -> Result<()> {
        let bundle = self.dir.join("stick").join("bertil-2.sluss");
        self.drop.run(&["export", "--for", "bertil", text(&bundle)?])?;
        let intake = self.bertil.unlocked(&["open", text(&bundle)?])?;
        ensure!(intake["new"] == 1, "Bertil did not get what was told: {intake}");
        let mut caller = self.visitor("caller")?;
        let inbox = sign_in(&mut caller, &callers.join(" ")).await?;
        ensure!(!inbox.texts("ol.thread li").is_empty(), "nothing in the caller's inbox: {}", inbox.text());
        let sent = caller.submit(&inbox.form("/sv/inbox/message")?.fill("text", MORE)?).await?;
        ensure!(sent.texts("ol.thread li").len() > inbox.texts("ol.thread li").len(), "{}", sent.text());
        leave(&mut caller, &sent).await?;
        tell("the drop has brought it to Bertil, and the caller has signed in through Tor and added a message");
        Ok(())
    }

    fn stick(&self, id: &str) -> PathBuf {
        self.dir.join("stick").join(format!("{id}.sluss"))
    }

    fn back(&self, id: &str) -> PathBuf {
        self.dir.join("stick").join(format!("return-{id}.sluss"))
    }
}

/// Goes to the case, of these, that says something; returns its path.
async fn case_that_says(anna: &mut Reader, cases: &[String], words: &str) -> Result<String> {
    for case in cases {
        anna.go(case).await?;
        if anna.page.text().contains(words) {
            return Ok(case.clone());
        }
    }
    anyhow::bail!("no case says {words:?}")
}

/// Anna registers an oral report; its codename.
async fn take_down(anna: &mut Reader) -> Result<Vec<String>> {
    anna.go("/en/oral").await?;
    let told = |form: Form| {
        form.choose("organisation", ORGANISATION)?
            .choose("way", "telephone")?
            .choose("language", "sv")?
            .fill("text", TOLD)
    };
    anna.send("/en/oral/keep", told).await?;
    let codename = anna.page.texts("ol.words li");
    ensure!(codename.len() == 7, "not seven words: {}", anna.page.text());
    let forget = anna.page.path.clone();
    anna.send(&forget, Ok).await?;
    ensure!(anna.page.texts("ol.words li").is_empty() && anna.page.text().contains(TOLD), "{}", anna.page.text());
    Ok(codename)
}

/// Anna makes her TSK on her desk's page, the others theirs by commands; all certs go onto the stick.
async fn make_keys(anna: &mut Reader, desk: &Desk, others: [&Desk; 2], stick: &Path) -> Result<()> {
    let key = |form: Form| {
        form.fill("name", desk.name)?
            .choose("kind", "post-quantum")?
            .fill("passphrase", &desk.passphrase)?
            .fill("again", &desk.passphrase)
    };
    anna.send("/en/key/new", key).await?;
    let to = text(&stick.join("anna.asc"))?.to_owned();
    anna.send("/en/key/export-cert", |form| form.fill("path", &to)).await?;
    for other in others {
        let kind: &[&str] = if other.id == "bertil" { &["--classic"] } else { &[] };
        other.unlocked(&[&["tsk", "new", "--name", other.name], kind].concat())?;
        other.run(&["tsk", "export-cert", text(&stick.join(format!("{}.asc", other.id)))?])?;
    }
    Ok(())
}

/// Anna draws up the roster and signs, then the others; everybody takes it into use.
async fn draw_roster(anna: &mut Reader, drop: &Drop, others: [&Desk; 2], stick: &Path) -> Result<()> {
    let (description, roster) = (stick.join("people.toml"), stick.join("roster.json"));
    fs::write(&description, organisations::PEOPLE)?;
    let (from, card, to) = (text(&description)?.to_owned(), text(&drop.card())?.to_owned(), text(&roster)?.to_owned());
    anna.go("/en/roster").await?;
    let draw = |form: Form| form.fill("description", &from)?.fill("card", &card)?.fill("to", &to);
    anna.send("/en/roster/new", draw).await?;
    look(anna, &to).await?;
    anna.send("/en/roster/sign", Ok).await?;
    for other in others {
        other.unlocked(&["roster", "sign", "--yes", &to])?;
    }
    look(anna, &to).await?;
    anna.send("/en/roster/use", Ok).await?;
    for other in others {
        other.run(&["roster", "use", &to])?;
    }
    Ok(())
}

async fn look(reader: &mut Reader, roster: &str) -> Result<()> {
    reader.go("/en/roster").await?;
    reader.send("/en/roster/look", |form| form.fill("path", roster)).await
}

async fn sign_in(source: &mut Visitor, codename: &str) -> Result<Page> {
    let page = source.open("/sv/inbox").await?;
    source.submit(&page.form("/sv/inbox")?.fill("codename", codename)?).await
}

async fn leave(source: &mut Visitor, page: &Page) -> Result<()> {
    source.submit(&page.form("/sv/inbox/leave")?).await?;
    ensure!(source.cookies().is_empty(), "a cookie is left");
    Ok(())
}

/// Bytes that do not compress and occur nowhere else, the same in each run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    })
    .take(length)
    .collect()
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is no text")
}
