//! Whole cases, as investigators lead them on the pages of their desks: from the stick to closing and erasure, with one
//! investigator recused and one whose key is lost.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};
use sluss_tests::journey::desk::{DeskPage, Reader};
use sluss_tests::journey::traces::Traces;
use sluss_tests::process::run;
use sluss_tests::visitor::Form;

use super::rig::Source;
use super::roster_life::{Office, number};

/// Words that occur nowhere else, so that finding them proves a leak.
const REPORT: &str = "Kvittona i Zyxomma-pärmen är påhittade.";
const FEEDBACK: &str = "Vi har granskat Zyxomma-pärmen och anmält saken.";
/// What a thief notes with a key that is lost.
const STOLEN: &str = "Utan åtgärd.";
const NOTE: &str = "Zyxomma-pärmen är beslagtagen.";
const REASON: &str = "Två år har gått, och arkivet har sitt.";

/// Somebody at the page of their desk, which is theirs until they leave.
struct Seat {
    reader: Reader,
    /// Links followed and forms sent since they sat down.
    actions: usize,
    _page: DeskPage,
}

impl Seat {
    async fn at(office: &Office, desk: &str) -> Result<Self> {
        let desk = &office.desks[desk];
        let page = desk.open_page()?;
        let reader = page.come_in().await?;
        let mut seat = Self { reader, actions: 0, _page: page };
        seat.send("unlock", |form| form.fill("passphrase", &desk.passphrase)).await?;
        Ok(seat)
    }

    async fn go(&mut self, path: &str) -> Result<String> {
        self.actions += 1;
        self.reader.go(&format!("/en/{path}")).await?;
        Ok(self.reader.page.text())
    }

    async fn send(&mut self, action: &str, fill: impl FnOnce(Form) -> Result<Form>) -> Result<String> {
        self.actions += 1;
        self.reader.send(&format!("/en/{action}"), fill).await?;
        Ok(self.reader.page.text())
    }

    async fn open(&mut self, bundle: &Path) -> Result<String> {
        self.go("exchange").await?;
        self.send("exchange/open", |form| form.fill("path", &bundle.display().to_string())).await
    }

    async fn note(&mut self, case: &str, kind: &str, text: &str) -> Result<String> {
        let note = format!("case/{case}/note");
        self.go(&note).await?;
        self.send(&note, |form| form.choose("kind", kind)?.fill("text", text)).await
    }

    async fn write(&mut self, case: &str, kind: &str, text: &str) -> Result<String> {
        let letter = format!("case/{case}/letter");
        self.go(&letter).await?;
        self.send(&letter, |form| form.choose("kind", kind)?.fill("text", text)).await
    }

    async fn make_return(&mut self, to: &str) -> Result<String> {
        self.go("exchange").await?;
        self.send("exchange/return", |form| form.fill("to", to)).await
    }
}

/// Cases that the list shows.
async fn listed(seat: &mut Seat) -> Result<Vec<String>> {
    seat.go("cases").await?;
    seat.reader.page.links_to("/en/case/")
}

#[tokio::test(flavor = "multi_thread")]
async fn investigators_lead_cases_from_the_stick_to_the_erasure() -> Result<()> {
    let mut office = Office::of(&["anna", "bertil", "cilla"])?;
    let first = office.rig.report_without(REPORT, "cilla")?;
    let second = office.rig.report("En andra rapport.")?;
    let case = number(&first);

    shared_by_two(&office, &first, &second).await?;
    recused(&office, &first).await?;
    told_what_came_of_it(&office, &first).await?;
    lost_key(&mut office, &first).await?;
    erased(&office, &first).await?;

    let traces = Traces::of(&[REPORT, FEEDBACK, NOTE, "Zyxomma", "zyxomma"].map(str::as_bytes), &[])?;
    let (found, read) = traces.find(&office.rig.scratch("desks"))?;
    ensure!(found.is_empty() && read > 100_000, "left in files at {case}: {found:?}");
    Ok(())
}

/// Anna decides who leads the case, and Bertil hears of it; her way to its report is told in actions and seconds.
async fn shared_by_two(office: &Office, first: &Source, second: &Source) -> Result<()> {
    let (case, stick) = (number(first), office.path("to-bertil.sluss"));
    let bundle = office.rig.export("anna", &[])?;
    let begun = Instant::now();
    let mut anna = Seat::at(office, "anna").await?;
    anna.open(&bundle).await?;
    ensure!(listed(&mut anna).await?.len() == 2);
    let shown = anna.go(&format!("case/{case}")).await?;
    eprintln!("from the stick to a case: {} actions, {:?} with unlocking", anna.actions, begun.elapsed());
    ensure!(shown.contains(REPORT) && shown.contains("cilla Ek"), "{shown}");
    anna.note(&case, "impartial", "Inga uppdrag där.").await?;
    anna.note(&case, "within", "Ett allvarligt missförhållande.").await?;
    let note = format!("case/{case}/note");
    anna.go(&note).await?;
    let form = anna.reader.page.form(&format!("/en/{note}"))?;
    ensure!(form.offers("person", "bertil") && !form.offers("person", "cilla"), "{:?}", form.names());
    anna.send(&note, |form| form.choose("kind", "assigned")?.choose("person", "bertil")?.fill("text", NOTE)).await?;
    anna.note(&number(second), "junk", "Reklam.").await?;
    anna.go("exchange").await?;
    anna.send("exchange/share", |form| form.choose("colleague", "bertil")?.fill("to", &stick)).await?;
    anna.make_return(&office.path("anna-1.sluss")).await?;

    let mut bertil = Seat::at(office, "bertil").await?;
    bertil.open(&office.rig.export("bertil", &[])?).await?;
    bertil.open(stick.as_ref()).await?;
    let shown = bertil.go(&format!("case/{case}")).await?;
    ensure!(shown.contains(NOTE) && shown.contains("anna Ek"), "{shown}");
    ensure!(
        bertil.go("cases").await?.contains("hidden as junk"),
        "Anna's mark has not hidden the junk at Bertil's desk"
    );
    Ok(())
}

/// Whom the source left out sees the other case alone.
async fn recused(office: &Office, first: &Source) -> Result<()> {
    let mut cilla = Seat::at(office, "cilla").await?;
    cilla.open(&office.rig.export("cilla", &[])?).await?;
    let cases = listed(&mut cilla).await?;
    ensure!(cases.len() == 1 && !cases[0].contains(&number(first)), "{cases:?}");
    cilla.make_return(&office.path("cilla-1.sluss")).await?;
    Ok(())
}

/// Bertil gives feedback and closes the case; one trip of the stick, told in actions and seconds.
async fn told_what_came_of_it(office: &Office, first: &Source) -> Result<()> {
    let (case, back) = (number(first), office.path("bertil-1.sluss"));
    let begun = Instant::now();
    let mut bertil = Seat::at(office, "bertil").await?;
    bertil.write(&case, "feedback", FEEDBACK).await?;
    bertil.make_return(&back).await?;
    eprintln!("answering and the way back: {} actions, {:?} with unlocking", bertil.actions, begun.elapsed());
    bertil.write(&case, "closing", "Ärendet är avslutat.").await?;
    bertil.make_return(&office.path("bertil-2.sluss")).await?;
    for bundle in ["anna-1.sluss", "cilla-1.sluss", "bertil-1.sluss", "bertil-2.sluss"] {
        let said = office.rig.import(office.path(bundle).as_ref())?;
        ensure!(said.code == 0, "{bundle}: {said:?}");
    }
    ensure!(office.rig.inbox(first)? == [FEEDBACK, "Ärendet är avslutat."]);
    Ok(())
}

/// Bertil's key is lost before he has heard that his letters arrived: he begins anew, and Anna leads on.
async fn lost_key(office: &mut Office, first: &Source) -> Result<()> {
    // Whoever has the key, and its desk, may have made a stick.
    let (case, stolen) = (number(first), office.path("stolen.sluss"));
    let mut thief = Seat::at(office, "bertil").await?;
    thief.note(&case, "remark", STOLEN).await?;
    thief.go("exchange").await?;
    thief.send("exchange/share", |form| form.choose("colleague", "anna")?.fill("to", &stolen)).await?;
    drop(thief);
    office.hire("bertil", "bertil-again", "investigator")?;
    let roster = office.next(&office.path("first.json"), "second.json", "bertil", &["anna", "reserv"])?;
    let added = office.add(&roster)?;
    ensure!(added.code == 0, "{added:?}");
    office.use_roster(&roster, &["anna", "cilla", "bertil-again", "reserv"])?;
    let third = office.rig.report("En tredje rapport.")?;

    let mut again = Seat::at(office, "bertil-again").await?;
    again.open(&office.rig.export("bertil", &[])?).await?;
    let cases = listed(&mut again).await?;
    ensure!(cases.len() == 1 && cases[0].contains(&number(&third)), "what his lost key opened: {cases:?}");

    let mut anna = Seat::at(office, "anna").await?;
    anna.open(&office.rig.export("anna", &[])?).await?;
    let shown = anna.go(&format!("case/{}", number(first))).await?;
    ensure!(shown.contains(FEEDBACK) && shown.contains("bertil Ek"), "what he wrote is lost with his key: {shown}");
    let refused = anna.open(stolen.as_ref()).await;
    let shown = anna.go(&format!("case/{case}")).await?;
    ensure!(refused.is_err() && !shown.contains(STOLEN), "a lost key still brings notes: {shown}");
    Ok(())
}

/// Gives the commands that a case file's guide prints, with stock programs; how many there were.
fn verified(folder: &Path, home: &str) -> Result<usize> {
    DirBuilder::new().mode(0o700).create(home)?;
    let guide = fs::read_to_string(folder.join("verify.txt"))?;
    let commands: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    for command in &commands {
        run(Command::new("sh").args(["-c", command]).current_dir(folder).env("GNUPGHOME", home))?;
    }
    let _ = run(Command::new("gpgconf").args(["--homedir", home, "--kill", "gpg-agent"]));
    Ok(commands.len())
}

/// Anna hands the case over and erases it.
async fn erased(office: &Office, first: &Source) -> Result<()> {
    let case = number(first);
    let mut anna = Seat::at(office, "anna").await?;
    let shown = anna.go(&format!("case/{case}")).await?;
    ensure!(shown.contains("closed"), "{shown}");
    let file = office.path("case-file");
    anna.send(&format!("case/{case}/file"), |form| form.fill("to", &file)).await?;
    ensure!(fs::read_to_string(Path::new(&file).join("case.html"))?.contains(FEEDBACK));
    let checked = verified(Path::new(&file), &office.path("gnupg"))?;
    ensure!(
        checked == 1 + 1 + 5 + 1,
        "{checked} commands: the sums, the certs, letters and notes, the report's digests"
    );
    anna.note(&case, "erased", REASON).await?;
    anna.go(&format!("case/{case}")).await?;
    let told = anna.send(&format!("case/{case}/erase"), |form| form.choose("sure", "yes")).await?;
    ensure!(told.contains(REASON) && !told.contains(FEEDBACK), "{told}");
    ensure!(!listed(&mut anna).await?.iter().any(|path| path.contains(&case)), "it is listed still");
    let register = anna.go("register/lillaedet").await?;
    let (begins, ends) = case.split_at(4);
    ensure!(register.contains(&format!("{begins}-{ends}")) && !register.contains("Zyxomma"), "{register}");
    anna.make_return(&office.path("anna-2.sluss")).await?;
    let said = office.rig.import(office.path("anna-2.sluss").as_ref())?;
    ensure!(said.code == 0 && !office.rig.is_kept(first)?, "the drop still has it: {said:?}");
    Ok(())
}
