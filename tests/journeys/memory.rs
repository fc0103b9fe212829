//! What is left in the memory of the shipped drop a second after a visit over Tor: nothing of text, files, their names,
//! the codename, the key of the inbox, or an answer.

use std::collections::HashSet;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;
use rand::RngExt as _;
use rand::distr::{Alphabetic, SampleString as _};
use sluss_core::codename::Codename;
use sluss_core::limits;
use sluss_tests::memory::{Windows, words_in, words_of};
use sluss_tests::process::Process;
use sluss_tests::tornet::{SocksClient, TorNet};
use sluss_tests::visitor::{Form, Page, Visitor};
use tokio::time::sleep;

use crate::operator::rig::{ORGANISATION, Rig};

const VAULT: u64 = 64 * 1024 * 1024;
/// How much more of it a round takes: a quarter of the vault is for one day's files.
const ROUND: u64 = 8 * 1024 * 1024;
/// How long after a response nothing may be left.
const SOON: Duration = Duration::from_secs(1);
/// The same where other tests keep the machine busy: then even an end of a stream may take longer to be heard of.
const LOADED: Duration = Duration::from_secs(10);
/// How long Tor's directories may take to carry the service, and its circuits what is sent.
const PATIENCE: Duration = Duration::from_secs(120);
/// Rounds, unless somebody asks for another number by this variable, on a machine that does nothing else.
const ROUNDS: u32 = 3;
const BY_HAND: &str = "SLUSS_ROUNDS";
const AT_ONCE: usize = 16;
/// How long a session lives here: shorter than a drop's own, longer than anybody in a round stays away.
const SESSION: Duration = Duration::from_secs(60);
/// How much later it may be looked for.
const TIDY: Duration = Duration::from_secs(6);
/// Bytes of a file.
const FILE: usize = 300_000;
/// Bytes of a form that come before its sender goes away, or stands still.
const PART: usize = 200_000;
/// What may stand between two words of a codename.
const BETWEEN: [&str; 8] = ["", " ", "-", "+", "%20", "\n", "</li><li>", ","];

/// What one visitor types and chooses: nothing of it occurs anywhere else.
struct Secrets {
    text: String,
    name: String,
    file: Vec<u8>,
}

impl Secrets {
    fn draw() -> Self {
        let letters = |count| Alphabetic.sample_string(&mut rand::rng(), count);
        let mut file = vec![0; FILE];
        rand::rng().fill(&mut file[..]);
        Self { text: letters(3_000), name: format!("{}.bin", letters(24)), file }
    }

    fn windows(&self, more: &[(&str, Vec<u8>)]) -> Windows {
        let own = [("text", self.text.as_bytes()), ("name", self.name.as_bytes()), ("file", &self.file)];
        Windows::of(own.into_iter().chain(more.iter().map(|(name, secret)| (*name, secret.as_slice()))))
    }
}

/// A serving drop and people on their way to it.
struct Stage {
    rig: Rig,
    serving: Process,
    client: SocksClient,
    onion: String,
    /// What may be part of words and belongs to no visitor: the drop's texts, and what its pages and forms name, have
    /// pieces of a codename too, such as «bo reserv» in a list of readers or «position» in a style.
    common: HashSet<u64>,
    /// What sessions hold that live on: a codename may have a word of another.
    held: HashSet<u64>,
}

impl Stage {
    async fn set(folder: &std::path::Path, net: &TorNet, rounds: u32) -> Result<Self> {
        let rig = Rig::lay_at(folder.join("drop"), VAULT + u64::from(rounds) * ROUND)?;
        fs::copy(net.arti_override(), rig.dir().join("network.toml"))?;
        let toml = fs::read_to_string(rig.config())?;
        fs::write(rig.config(), toml.replace("# session = 600", &format!("session = {}", SESSION.as_secs())))?;
        let (serving, client) = (rig.serve()?, net.client("memory")?);
        let card: serde_json::Value = serde_json::from_slice(&fs::read(rig.dir().join("keys/drop.json"))?)?;
        let onion = card.pointer("/onion/0").and_then(serde_json::Value::as_str).context("no address")?.to_owned();
        let mut stage = Self { rig, serving, client, onion, common: HashSet::new(), held: HashSet::new() };
        let end = Instant::now() + PATIENCE;
        while let Err(error) = stage.visitor("first").open("/sv").await {
            ensure!(Instant::now() < end, "never reached: {error:#}");
            sleep(SOON).await;
        }
        stage.common = stage.rehearse().await?;
        Ok(stage)
    }

    /// What is in the memory, and on the pages, when somebody visits whom nobody looks for.
    async fn rehearse(&self) -> Result<HashSet<u64>> {
        let (secrets, mut source) = (Secrets::draw(), self.visitor("rehearsal"));
        let empty = source.open(&format!("/sv/{ORGANISATION}/report")).await?;
        let form = self.with_file(&mut source, &secrets).await?;
        let mut common = words_in(self.serving.pid())?;
        let page = source.submit_in_frame(&form).await?;
        let inbox = sign_in(&mut source, &page.texts(".words li").join(" ")).await?;
        common.extend(words_in(self.serving.pid())?);
        common.extend([&empty, &page, &inbox].into_iter().flat_map(|page| words_of(&page.body)));
        leave(&mut source, &inbox).await?;
        Ok(common)
    }

    fn visitor(&self, identity: &str) -> Visitor {
        Visitor::over_tor(self.client.socks, &self.onion, identity)
    }

    /// Fails if any of these windows is in the drop's memory.
    async fn nothing_left(&self, of: &str, windows: Windows) -> Result<()> {
        let windows = windows.without(&self.common).without(&self.held);
        ensure!(windows.count() > 100, "nothing to look for");
        let patience = if std::env::var_os(BY_HAND).is_some() { SOON } else { LOADED };
        let begun = Instant::now();
        let found = loop {
            sleep(SOON).await;
            let found = windows.found_in(self.serving.pid())?;
            if found.is_empty() || begun.elapsed() >= patience {
                break found;
            }
        };
        ensure!(found.is_empty(), "after {of} {} traces are left: {:#?}", found.len(), &found[..found.len().min(40)]);
        Ok(())
    }

    async fn with_file(&self, visitor: &mut Visitor, secrets: &Secrets) -> Result<Form> {
        let page = visitor.open(&format!("/sv/{ORGANISATION}/report")).await?;
        let form = visitor.add_files(page.form(&page.path)?.fill("text", &secrets.text)?).await?;
        form.attach("files", &secrets.name, "application/octet-stream", &secrets.file)
    }

    /// What of a codename must not be found: its words, the keys that they give.
    fn of_codename(&self, words: &[String]) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let card: serde_json::Value = serde_json::from_slice(&fs::read(self.rig.dir().join("keys/drop.json"))?)?;
        let kdf = serde_json::from_value(card.get("kdf").context("no kdf")?.clone())?;
        let keys = Codename::typed(&words.join(" ")).unlock(&kdf)?;
        let mut secrets = vec![("inbox key", keys.inbox_key.expose().to_vec())];
        secrets.extend(BETWEEN.map(|between| ("codename", words.join(between).into_bytes())));
        secrets.push(("codename", words.join("-").to_uppercase().into_bytes()));
        Ok(secrets)
    }
}

async fn sign_in(visitor: &mut Visitor, codename: &str) -> Result<Page> {
    let page = visitor.open("/sv/inbox").await?;
    let inbox = visitor.submit(&page.form("/sv/inbox")?.fill("codename", codename)?).await?;
    ensure!(!inbox.texts("ol.thread").is_empty(), "no inbox: {}", inbox.text());
    Ok(inbox)
}

async fn leave(visitor: &mut Visitor, inbox: &Page) -> Result<()> {
    visitor.submit(&inbox.form("/sv/inbox/leave")?).await?;
    Ok(())
}

/// A report with a file, its inbox with an answer, and out.
async fn whole_visit(stage: &Stage, round: u32) -> Result<()> {
    let secrets = Secrets::draw();
    let mut source = stage.visitor(&format!("source {round}"));
    let form = stage.with_file(&mut source, &secrets).await?;
    let page = source.submit_in_frame(&form).await?;
    let words = page.texts(".words li");
    ensure!(words.len() == 7, "no codename: {}", page.text());
    // The session has the codename, until it was typed; the rest is gone.
    stage.nothing_left("a report", secrets.windows(&[])).await?;

    let bundle = stage.rig.open_outbound("anna", &stage.rig.export("anna", &[])?)?;
    let report =
        bundle.opened.iter().find(|opened| opened.text.contains(&secrets.text)).context("not in the bundle")?;
    let answer = Alphabetic.sample_string(&mut rand::rng(), 2_000);
    let letter = stage.rig.letter_to("anna", &report.source, 1, &answer)?;
    let back = stage.rig.seal_return("anna", stage.rig.returning("anna"), &[letter])?;
    ensure!(stage.rig.import(&back)?.code == 0, "the answer is not taken in");

    let inbox = sign_in(&mut source, &words.join("-").to_uppercase()).await?;
    ensure!(inbox.text().contains(&answer), "no answer: {}", inbox.text());
    let fetched = source.open(&inbox.link("Hämta brevet")?).await?;
    leave(&mut source, &inbox).await?;
    let mut more = stage.of_codename(&words)?;
    more.extend([("answer", answer.into_bytes()), ("fetched letter", fetched.body.to_vec())]);
    stage.nothing_left("a visit", secrets.windows(&more)).await
}

/// Two who go away without a word: one with the codename on the screen, one signed in. What their sessions hold.
async fn left_alone(stage: &Stage) -> Result<Windows> {
    let (mut secrets, text) = (Vec::new(), Alphabetic.sample_string(&mut rand::rng(), 3_000));
    for name in ["forgetful", "called away"] {
        let mut source = stage.visitor(name);
        let page = source.open(&format!("/sv/{ORGANISATION}/report")).await?;
        let page = source.submit(&page.form(&page.path)?.fill("text", &text)?).await?;
        let words = page.texts(".words li");
        ensure!(words.len() == 7, "no codename: {}", page.text());
        if name == "called away" {
            sign_in(&mut source, &words.join(" ")).await?;
        }
        secrets.extend(stage.of_codename(&words)?);
    }
    Ok(Windows::of(secrets.iter().map(|(name, secret)| (*name, secret.as_slice()))))
}

/// Somebody whose connection breaks in the middle of an upload.
async fn broken_off(stage: &Stage, round: u32) -> Result<()> {
    let secrets = Secrets::draw();
    let mut source = stage.visitor(&format!("broken {round}"));
    let form = stage.with_file(&mut source, &secrets).await?;
    drop(source.submit_part(&form, PART).await?);
    stage.nothing_left("an upload that broke off", secrets.windows(&[])).await
}

/// Many reports at once, each with its visit to the inbox.
async fn at_once(stage: &Stage, round: u32) -> Result<()> {
    let visits = (0..AT_ONCE).map(|number| async move {
        let text = Alphabetic.sample_string(&mut rand::rng(), 3_000);
        let mut source = stage.visitor(&format!("crowd {round} {number}"));
        let page = source.open(&format!("/sv/{ORGANISATION}/report")).await?;
        let page = source.submit(&page.form(&page.path)?.fill("text", &text)?).await?;
        let words = page.texts(".words li");
        ensure!(words.len() == 7, "no codename: {}", page.text());
        let inbox = sign_in(&mut source, &words.join(" ")).await?;
        leave(&mut source, &inbox).await?;
        let mut secrets = stage.of_codename(&words)?;
        secrets.push(("text", text.into_bytes()));
        anyhow::Ok(secrets)
    });
    let secrets: Vec<_> = try_join_all(visits).await?.concat();
    let windows = Windows::of(secrets.iter().map(|(name, secret)| (*name, secret.as_slice())));
    stage.nothing_left("many visits at once", windows).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_visit_stays_in_memory() -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        eprintln!("passed over: nothing_of_a_visit_stays_in_memory: only root may read another process's memory");
        return Ok(());
    }
    let (folder, net) = (tempfile::tempdir()?, TorNet::shared()?);
    let rounds = std::env::var(BY_HAND).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let mut stage = Stage::set(folder.path(), &net, rounds).await?;
    // This one stands still all the while, until the drop has waited long enough.
    let (stalled, mut slow) = (Secrets::draw(), stage.visitor("slow"));
    let form = stage.with_file(&mut slow, &stalled).await?;
    let held = slow.submit_part(&form, PART).await?;
    let given_up = Instant::now() + limits::BODY_IDLE;
    let windows = stalled.windows(&[]);
    // It is under way through the network for a while.
    let arrives = Instant::now() + PATIENCE;
    while windows.found_in(stage.serving.pid())?.is_empty() {
        ensure!(Instant::now() < arrives, "the search finds nothing at all");
    }

    let alone = left_alone(&stage).await?;
    let expired = Instant::now() + SESSION + TIDY;
    ensure!(!alone.found_in(stage.serving.pid())?.is_empty(), "a session holds nothing");
    stage.held = alone.all();

    for round in 0..rounds {
        whole_visit(&stage, round).await?;
        broken_off(&stage, round).await?;
        at_once(&stage, round).await?;
        eprintln!("memory: round {} of {rounds}: nothing left", round + 1);
    }
    sleep(given_up.saturating_duration_since(Instant::now())).await;
    stage.nothing_left("an upload that stood still", windows).await?;
    sleep(expired.saturating_duration_since(Instant::now())).await;
    stage.held.clear();
    stage.nothing_left("sessions that nobody ended", alone).await?;
    drop(held);
    let status = stage.serving.end()?;
    ensure!(status.success(), "serve ended with {status}");
    Ok(())
}
