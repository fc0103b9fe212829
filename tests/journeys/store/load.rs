//! A drop under load, as the world sees it: sources who report, write more and erase, an operator who sweeps, and a
//! [`Ledger`] of what each of them was told, by which an export is judged afterwards.
//!
//! Only the shipped program touches the store here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use sluss_core::bundle::Receipt;
use sluss_core::digest::Digest;
use sluss_tests::process::{Process, wait_for};
use sluss_tests::visitor::{Form, Page, Visitor};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::rng;
use crate::operator::rig::{ORGANISATION, Opened, Rig};

/// Who reports at the same time.
const SENDERS: u64 = 8;
/// Submissions of one load, so that it cannot fill a vault while something else is waited for.
pub const MOST: usize = 160;
/// How long those wait who have nothing to do before they look again.
const REST: Duration = Duration::from_millis(20);
/// Sources that a deleter leaves for others to write on.
const LEFT: usize = 8;
/// Who reads what is there and never receipts it, so that nothing is deleted on her account.
const WITNESS: &str = "reserve";
/// What a drop answers that has no room for more: nothing is acknowledged then.
const NO_ROOM: u16 = 507;
/// How long a drop may take to do what a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What one submission was, and what its source was told of it, each with its moment.
struct Entry {
    text: String,
    files: Vec<Vec<u8>>,
    /// The codename; none before it was shown.
    source: Option<String>,
    kept: Option<u64>,
    /// Somebody asked for its deletion: it may be gone from here on.
    asked: Option<u64>,
    gone: Option<u64>,
}

/// Everything that was sent and told.
pub struct Ledger {
    /// What time it is: a place in the order of all that happens.
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    entries: Mutex<BTreeMap<String, Entry>>,
    /// Codenames that nobody is using just now.
    idle: Mutex<Vec<String>>,
    erased: Mutex<Vec<String>>,
}

/// What was found when a drop was judged.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Told to their source before the moment in question.
    pub acknowledged: usize,
    /// Of those, deleted on demand, and told so.
    pub deleted: usize,
    /// Sent and there, but their source was never told.
    pub untold: usize,
    /// Acknowledged, and not there.
    pub lost: usize,
    /// There, but not what anybody sent.
    pub half: usize,
    /// There more than once.
    pub twice: usize,
    /// Deleted, told so, and there.
    pub undead: usize,
    /// Drops that could not be opened.
    pub shut: usize,
}

impl Tally {
    /// Whether every promise was kept.
    pub fn is_clean(self) -> bool {
        (self.lost, self.half, self.twice, self.undead, self.shut) == (0, 0, 0, 0, 0)
    }

    /// Adds what another judgement found wrong.
    pub fn add_faults(&mut self, other: Self) {
        self.lost += other.lost;
        self.half += other.half;
        self.twice += other.twice;
        self.undead += other.undead;
        self.shut += other.shut;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, deleted, untold, lost, half, twice, undead, shut } = self;
        write!(f, "{acknowledged} acknowledged, {deleted} deletions confirmed, {untold} there untold; ")?;
        write!(f, "{lost} lost, {half} half, {twice} twice, {undead} undead, {shut} shut")
    }
}

impl Ledger {
    /// An empty one, whose moments `now` tells.
    pub fn new(now: impl Fn() -> u64 + Send + Sync + 'static) -> Arc<Self> {
        let (entries, idle, erased) = Default::default();
        Arc::new(Self { now: Box::new(now), entries, idle, erased })
    }

    /// How many submissions were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.entries().values().filter(|entry| entry.kept.is_some()).count()
    }

    /// When somebody was told anything.
    pub fn told(&self) -> Vec<u64> {
        self.entries().values().flat_map(|entry| [entry.kept, entry.gone]).flatten().collect()
    }

    /// Compares what a bundle brought with what had been told at the moment `at`.
    pub fn judge(&self, at: u64, found: &[Opened]) -> Tally {
        let (mut tally, mut seen) = (Tally::default(), BTreeSet::new());
        let entries = self.entries();
        let before = |moment: Option<u64>| moment.is_some_and(|moment| moment <= at);
        for opened in found {
            let id = id_of(&opened.text);
            let Some(entry) = entries.get(id).filter(|entry| entry.is(opened)) else {
                tally.half += 1;
                continue;
            };
            tally.twice += usize::from(!seen.insert(id));
            tally.undead += usize::from(before(entry.gone));
            tally.untold += usize::from(!before(entry.kept));
        }
        for (id, entry) in entries.iter() {
            tally.acknowledged += usize::from(before(entry.kept));
            tally.deleted += usize::from(before(entry.gone));
            let due = before(entry.kept) && !before(entry.asked);
            tally.lost += usize::from(due && !seen.contains(id.as_str()));
        }
        tally
    }

    /// The submissions of a bundle are about to be receipted; afterwards [`Ledger::gone`] says that they are deleted.
    pub fn asked(&self, ids: &BTreeSet<String>) {
        let now = (self.now)();
        self.change(|id, entry| entry.asked = entry.asked.or(ids.contains(id).then_some(now)));
    }

    /// Somebody was told that these are deleted.
    pub fn gone(&self, ids: &BTreeSet<String>) {
        let now = (self.now)();
        self.change(|id, entry| entry.gone = entry.gone.or(ids.contains(id).then_some(now)));
    }

    fn sent(&self, text: &str, files: &[Vec<u8>], source: Option<&str>) {
        let entry = Entry {
            text: text.to_owned(),
            files: files.to_vec(),
            source: source.map(str::to_owned),
            kept: None,
            asked: None,
            gone: None,
        };
        self.entries().insert(id_of(text).to_owned(), entry);
    }

    fn kept(&self, text: &str, source: &str) {
        let now = (self.now)();
        let id = id_of(text);
        self.change(|other, entry| {
            if other == id {
                (entry.kept, entry.source) = (Some(now), Some(source.to_owned()));
            }
        });
    }

    fn of_source(&self, source: &str) -> BTreeSet<String> {
        let entries = self.entries();
        let theirs = entries.iter().filter(|(_, entry)| entry.source.as_deref() == Some(source));
        theirs.map(|(id, _)| id.clone()).collect()
    }

    /// A codename that is nobody else's until it is given back, if more than `left` are there.
    fn borrow(&self, left: usize, rng: &mut StdRng) -> Option<String> {
        let mut idle = self.idle.lock().unwrap();
        (idle.len() > left).then(|| rng.random_range(0..idle.len())).map(|at| idle.swap_remove(at))
    }

    fn give_back(&self, codename: String) {
        self.idle.lock().unwrap().push(codename);
    }

    fn change(&self, mut change: impl FnMut(&str, &mut Entry)) {
        self.entries().iter_mut().for_each(|(id, entry)| change(id, entry));
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().unwrap()
    }
}

impl Entry {
    fn is(&self, opened: &Opened) -> bool {
        opened.text.strip_suffix('\n') == Some(&self.text) && opened.files == self.files
    }
}

/// Every text begins with a word that no other has.
fn id_of(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// A drop that serves under load. Dropping it ends the drop, in order.
pub struct Load {
    ledger: Arc<Ledger>,
    /// What had been acknowledged before.
    before: usize,
    stop: Arc<AtomicBool>,
    // Dropped before the runtime that it runs on.
    sources: JoinSet<Result<()>>,
    runtime: Runtime,
    sweeper: Option<JoinHandle<()>>,
    serving: Option<Process>,
}

impl Load {
    /// Serves the drop, and sends everybody in, to send [`MOST`] submissions together; then they rest. `round` tells this
    /// load's texts from others'.
    pub fn begin(rig: &Rig, ledger: &Arc<Ledger>, seed: u64, round: u64) -> Result<Self> {
        let serving = rig.serve()?;
        let address = wait_for("an address", PATIENCE, || serving.address())?;
        let runtime = Runtime::new()?;
        let (stop, mut sources) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
        let left = Arc::new(AtomicUsize::new(MOST));
        for number in 0..SENDERS {
            let sender = Source::new(ledger, &stop, address, seed, &format!("{seed:x}-{round}-{number}"));
            sources.spawn_on(sender.send(Arc::clone(&left)), runtime.handle());
        }
        let deleter = Source::new(ledger, &stop, address, seed, &format!("{seed:x}-{round}-deleter"));
        sources.spawn_on(deleter.erase(), runtime.handle());
        let sweeper = sweep_on(rig.command(&["sweep"])?, Arc::clone(&stop), rng(seed + round));
        let (before, ledger, serving) = (ledger.acknowledged(), Arc::clone(ledger), Some(serving));
        Ok(Self { ledger, before, stop, sources, runtime, sweeper: Some(sweeper), serving })
    }

    /// Waits until `count` submissions of this load were acknowledged: far fewer than [`MOST`].
    pub fn wait_for(&mut self, count: usize) -> Result<()> {
        let enough = self.before + count;
        let (ledger, sources) = (&self.ledger, &mut self.sources);
        let serving = self.serving.as_mut().context("it has ended")?;
        serving.wait_for("acknowledged submissions", PATIENCE, |_| {
            // A source who left found something wrong.
            if let Some(left) = sources.try_join_next() {
                left??;
            }
            Ok((ledger.acknowledged() >= enough).then_some(()))
        })
    }

    /// Kills the drop as a power cut would, then lets everybody go.
    pub fn kill(mut self) -> Result<()> {
        self.serving.take().context("it has ended")?.kill()?;
        self.part()
    }

    /// Lets everybody finish, then ends the drop.
    pub fn end(mut self) -> Result<()> {
        self.part()?;
        let status = self.serving.take().context("it has ended")?.end()?;
        ensure!(status.success(), "serve ended with {status}");
        Ok(())
    }

    fn part(&mut self) -> Result<()> {
        self.stop.store(true, Ordering::SeqCst);
        let sources = &mut self.sources;
        self.runtime.block_on(async {
            while let Some(source) = sources.join_next().await {
                source??;
            }
            Ok::<_, anyhow::Error>(())
        })?;
        self.sweeper.take().map(JoinHandle::join);
        Ok(())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.sweeper.take().map(JoinHandle::join);
    }
}

/// Sweeps again and again, with a while between that makes good nothing that a commit left undone. What each sweep says
/// does not count: the drop may be killed meanwhile.
fn sweep_on(mut command: Command, stop: Arc<AtomicBool>, mut rng: StdRng) -> JoinHandle<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    std::thread::spawn(move || {
        let stopped = || stop.load(Ordering::SeqCst);
        while !stopped() {
            let _ = command.status();
            for _ in 0..rng.random_range(1..100) {
                if !stopped() {
                    std::thread::sleep(REST);
                }
            }
        }
    })
}

/// Sources at one browser. Each request that finds nobody ends them: the drop was killed. A wrong answer is an error.
struct Source {
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    address: SocketAddr,
    name: String,
    rng: StdRng,
}

impl Source {
    fn new(ledger: &Arc<Ledger>, stop: &Arc<AtomicBool>, address: SocketAddr, seed: u64, name: &str) -> Self {
        let digest = Digest::of(format!("{seed} {name}").as_bytes());
        let rng = StdRng::from_seed(*digest.as_bytes());
        Self { ledger: Arc::clone(ledger), stop: Arc::clone(stop), address, name: name.to_owned(), rng }
    }

    /// Reports, and now and then writes more under a codename of before.
    async fn send(mut self, left: Arc<AtomicUsize>) -> Result<()> {
        let mut turn = 0;
        while !self.stop.load(Ordering::SeqCst) {
            if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
                tokio::time::sleep(REST).await;
                continue;
            }
            turn += 1;
            let (text, files) = self.draw(turn);
            let known = if self.rng.random_bool(0.3) { self.ledger.borrow(0, &mut self.rng) } else { None };
            let alive = match known {
                Some(codename) => self.message(codename, &text, &files).await?,
                None => self.report(&text, &files).await?,
            };
            if !alive {
                break;
            }
        }
        Ok(())
    }

    /// Erases what sources sent, and looks that what was erased before stays so.
    async fn erase(mut self) -> Result<()> {
        while !self.stop.load(Ordering::SeqCst) {
            let alive = match self.ledger.borrow(LEFT, &mut self.rng) {
                Some(codename) => self.erase_all(codename).await?,
                None => self.look_for_erased().await?,
            };
            if !alive {
                break;
            }
        }
        Ok(())
    }

    /// A text that can be told from every other, whole or not, and now and then files.
    fn draw(&mut self, turn: u64) -> (String, Vec<Vec<u8>>) {
        let mut text = format!("{}-{turn}", self.name);
        for _ in 0..self.rng.random_range(1..400) {
            text += &format!(" {:x}", self.rng.random::<u64>());
        }
        let count = if self.rng.random_bool(0.15) { self.rng.random_range(1..3) } else { 0 };
        let mut file = || {
            let length = self.rng.random_range(1..100_000);
            (0..length).map(|_| self.rng.random()).collect()
        };
        (text, (0..count).map(|_| file()).collect())
    }

    async fn report(&mut self, text: &str, files: &[Vec<u8>]) -> Result<bool> {
        let (mut visitor, path) = (self.visitor(), format!("/sv/{ORGANISATION}/report"));
        let Ok(page) = visitor.open(&path).await else { return Ok(false) };
        let Some(form) = filled(&mut visitor, page.form(&path)?, text, files).await? else { return Ok(false) };
        self.ledger.sent(text, files, None);
        let Ok(page) = visitor.submit_in_frame(&form).await else { return Ok(false) };
        if page.status == NO_ROOM {
            return Ok(true);
        }
        let words = page.texts(".words li");
        ensure!(page.path == "/sv/codename" && words.len() == 7, "{}: {}", page.path, page.text());
        let codename = words.join(" ");
        self.ledger.kept(text, &codename);
        self.ledger.give_back(codename);
        Ok(true)
    }

    async fn message(&mut self, codename: String, text: &str, files: &[Vec<u8>]) -> Result<bool> {
        let mut visitor = self.visitor();
        let Some(inbox) = sign_in(&mut visitor, &codename).await? else {
            self.ledger.give_back(codename);
            return Ok(false);
        };
        let form = inbox.form("/sv/inbox/message").with_context(|| format!("«{codename}» is gone"))?;
        let Some(form) = filled(&mut visitor, form, text, files).await? else {
            self.ledger.give_back(codename);
            return Ok(false);
        };
        self.ledger.sent(text, files, Some(&codename));
        let Ok(page) = visitor.submit_in_frame(&form).await else {
            self.ledger.give_back(codename);
            return Ok(false);
        };
        if page.status == NO_ROOM {
            self.ledger.give_back(codename);
            return Ok(true);
        }
        ensure!(page.path == "/sv/inbox" && page.text().contains("Meddelandet är förseglat"), "{}", page.text());
        self.ledger.kept(text, &codename);
        self.ledger.give_back(codename);
        Ok(true)
    }

    async fn erase_all(&mut self, codename: String) -> Result<bool> {
        let mut visitor = self.visitor();
        let Some(inbox) = sign_in(&mut visitor, &codename).await? else {
            self.ledger.give_back(codename);
            return Ok(false);
        };
        inbox.form("/sv/inbox/message").with_context(|| format!("«{codename}» is gone"))?;
        let theirs = self.ledger.of_source(&codename);
        self.ledger.asked(&theirs);
        let Some(page) = erase(&mut visitor).await? else { return Ok(false) };
        ensure!(page.path == "/sv/inbox/erased" && page.status == 200, "{}: {}", page.path, page.text());
        self.ledger.gone(&theirs);
        self.ledger.erased.lock().unwrap().push(codename);
        Ok(true)
    }

    async fn look_for_erased(&mut self) -> Result<bool> {
        let codename = {
            let erased = self.ledger.erased.lock().unwrap();
            (!erased.is_empty()).then(|| erased[self.rng.random_range(0..erased.len())].clone())
        };
        let Some(codename) = codename else {
            tokio::time::sleep(REST).await;
            return Ok(true);
        };
        let Some(inbox) = sign_in(&mut self.visitor(), &codename).await? else { return Ok(false) };
        ensure!(inbox.text().contains("Det finns ingen inkorg med det kodnamnet"), "erased, but: {}", inbox.text());
        Ok(true)
    }

    fn visitor(&self) -> Visitor {
        Visitor::direct(self.address)
    }
}

/// The form as it is sent; nothing when nobody answers.
async fn filled(visitor: &mut Visitor, form: Form, text: &str, files: &[Vec<u8>]) -> Result<Option<Form>> {
    let mut form = form.fill("text", text)?;
    if !files.is_empty() {
        let Ok(with_files) = visitor.add_files(form).await else { return Ok(None) };
        form = with_files;
    }
    let mut numbered = files.iter().enumerate();
    let filled = numbered.try_fold(form, |form, (number, file)| {
        form.attach("files", &format!("{number}.bin"), "application/octet-stream", file)
    });
    filled.map(Some)
}

/// The inbox, or its refusal; nothing when nobody answers.
pub async fn sign_in(visitor: &mut Visitor, codename: &str) -> Result<Option<Page>> {
    let Ok(page) = visitor.open("/sv/inbox").await else { return Ok(None) };
    Ok(visitor.submit(&page.form("/sv/inbox")?.fill("codename", codename)?).await.ok())
}

/// Erases all that is kept of whoever is signed in; nothing when nobody answers.
pub async fn erase(visitor: &mut Visitor) -> Result<Option<Page>> {
    const PLACE: &str = "/sv/inbox/erase";
    let Ok(page) = visitor.open(PLACE).await else { return Ok(None) };
    Ok(visitor.submit(&page.form(PLACE)?.choose("what", "all")?).await.ok())
}

/// Sets the seconds of the drop's beat; 0 commits at once.
pub fn set_tick(rig: &Rig, seconds: u64) -> Result<()> {
    let laid = std::fs::read_to_string(rig.config())?;
    let old = laid.lines().find(|line| line.starts_with("tick = ")).context("no beat in the configuration")?;
    Ok(std::fs::write(rig.config(), laid.replace(old, &format!("tick = {seconds}")))?)
}

/// Everything that the drop still has, as one who reads all of it opens it. Nothing serves.
pub fn everything(rig: &Rig) -> Result<Vec<Opened>> {
    let path = rig.scratch("everything");
    // One that could not be judged may have left its own.
    let _ = std::fs::remove_file(&path);
    let file = path.display().to_string();
    let export = |more: &[&str]| rig.run(&[&["--json", "export", "--for", WITNESS, file.as_str()], more].concat());
    let mut exported = export(&["--from", "1"])?;
    if exported.err.contains("the last one is number 0") {
        exported = export(&[])?;
    }
    ensure!(exported.code == 0, "{exported:?}");
    let told: Value = serde_json::from_str(&exported.out)?;
    ensure!(told["damaged"] == false && told["more"] == false, "{told}");
    Ok(rig.open_outbound(WITNESS, &path)?.opened)
}

/// The two investigators, who fetch what is new and hand back receipts for all of it.
#[derive(Default)]
pub struct Carrier {
    receipted: [BTreeSet<String>; 2],
    bundles: Vec<PathBuf>,
}

impl Carrier {
    /// Exports, opens what came, and makes a return bundle for each.
    pub fn fetch(&mut self, rig: &Rig) -> Result<()> {
        for (name, receipted) in ["anna", "bo"].into_iter().zip(&mut self.receipted) {
            // A source who erases meanwhile makes an export fail, and the next one succeeds.
            let path = wait_for("a bundle", PATIENCE, || Ok(rig.export(name, &[]).ok()))?;
            let opened = rig.open_outbound(name, &path)?.opened;
            std::fs::remove_file(path)?;
            receipted.extend(opened.iter().map(|opened| id_of(&opened.text).to_owned()));
            let receipt = |opened: &Opened| Receipt { submission: opened.digest, token: opened.token.clone() };
            let mut back = rig.returning(name);
            back.receipts = opened.iter().map(receipt).collect();
            self.bundles.push(rig.seal_return(name, back, &[])?);
        }
        Ok(())
    }

    /// Imports what [`Carrier::fetch`] made: all that both have receipted is deleted then.
    pub fn hand_back(&mut self, rig: &Rig, ledger: &Ledger) -> Result<()> {
        self.ask(ledger);
        for bundle in std::mem::take(&mut self.bundles) {
            let imported = rig.import(&bundle)?;
            ensure!(imported.code == 0, "{imported:?}");
            std::fs::remove_file(bundle)?;
        }
        let [anna, bo] = &self.receipted;
        ledger.gone(&anna.intersection(bo).cloned().collect());
        Ok(())
    }

    /// Begins to hand back beside a serving drop that is about to be killed; [`Carrier::hand_back`] does it again.
    pub fn begin_to_hand_back(&self, rig: &Rig, ledger: &Ledger) -> Result<Vec<Child>> {
        self.ask(ledger);
        let begin = |bundle: &PathBuf| {
            let mut import = rig.command(&["import", &bundle.display().to_string()])?;
            Ok(import.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
        };
        self.bundles.iter().map(begin).collect()
    }

    fn ask(&self, ledger: &Ledger) {
        self.receipted.iter().for_each(|ids| ledger.asked(ids));
    }
}
