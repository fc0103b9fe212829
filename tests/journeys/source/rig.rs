//! A reception that serves a loopback port, a store in a temporary folder, and clocks that the test moves.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sluss_core::cert::{Cert, Fingerprint, Kind};
use sluss_core::day::{Clock, Day};
use sluss_core::lang::Lang;
use sluss_core::letter::{Letter, LetterKind, Text};
use sluss_core::limits::Limits;
use sluss_core::open::{self, Submission};
use sluss_drop::crest::Crest;
use sluss_drop::language::Language;
use sluss_drop::reception::{House as Texts, Moment, Reception, Setup};
use sluss_drop::source::pace::BEAT;
use sluss_drop::store::{Guest, NewLetter, Object, Pool, Return, Settings, Store};
use sluss_drop::visitor::{Visitor as OnCircuit, Way};
use sluss_tests::house::House;
use sluss_tests::visitor::{Form, Page, Visitor};
use sluss_web::conn::{Ending, converse};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// Small enough that a test goes over them quickly.
pub const LIMITS: Limits = Limits { files: 3, upload: 1_000_000, text: 100_000, session: 600 };
/// Bytes of the vault.
pub const VAULT: u64 = 32 * 1024 * 1024;

/// A beat that nobody waits for: how the inbox keeps the shipped one is a test of its own.
const HASTY: Duration = Duration::from_millis(1);
/// From midnight to noon.
const NOON: Duration = Duration::from_secs(12 * 3600);
/// The organisation that the house reads for.
pub const ORGANISATION: &str = "lillaedet";
const PEOPLE: [(&str, Kind); 3] =
    [("anna", Kind::PostQuantum), ("bertil", Kind::PostQuantum), ("reserv", Kind::PostQuantum)];

pub struct Rig {
    _folder: tempfile::TempDir,
    pub store: Arc<Store>,
    pub house: House,
    pub reception: Arc<Reception>,
    pub address: SocketAddr,
    pub endings: mpsc::UnboundedReceiver<Ending>,
    languages: BTreeMap<Lang, Language>,
    beat: Duration,
    moment: Arc<Mutex<Moment>>,
    serving: JoinHandle<()>,
}

pub fn today() -> Day {
    "2026-11-24".parse().unwrap()
}

impl Rig {
    pub async fn new() -> Self {
        Self::with(VAULT, Way::Onion).await
    }

    pub async fn with(vault: u64, way: Way) -> Self {
        Self::begin(vault, way, true, BTreeMap::new(), HASTY).await
    }

    /// A drop whose inbox answers on the beat that the shipped one has.
    pub async fn on_the_beat() -> Self {
        Self::begin(VAULT, Way::Onion, true, BTreeMap::new(), BEAT).await
    }

    /// A drop that speaks another language too.
    pub async fn speaking(lang: Lang, language: Language) -> Self {
        Self::begin(VAULT, Way::Onion, true, BTreeMap::from([(lang, language)]), HASTY).await
    }

    /// A drop before its first roster, which the test takes up; reports are not acknowledged at once.
    pub async fn bare(way: Way) -> Self {
        Self::begin(VAULT, way, false, BTreeMap::new(), HASTY).await
    }

    async fn begin(vault: u64, way: Way, ready: bool, languages: BTreeMap<Lang, Language>, beat: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let mut rng = StdRng::seed_from_u64(1);
        Store::init(&path, vault, &mut rng, &mut |_, _| ()).unwrap();
        let store = Arc::new(Store::open(&path, &mut rng, Settings::default()).unwrap());
        let house = House::new(&PEOPLE, today()).unwrap();
        let noon = today().instant() + NOON;
        let moment = Arc::new(Mutex::new(Moment { wall: noon, steady: Instant::now() }));
        let reception = open(&store, ready.then_some(&house), &languages, beat, &moment);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (serving, endings) = serve(listener, Arc::clone(&reception), each(&reception, way));
        Self { _folder: folder, store, house, reception, address, endings, languages, beat, moment, serving }
    }

    /// Another process on the same store and address: it knows no form, no session and no connection of the one before.
    pub async fn restart(&mut self) {
        self.serving.abort();
        let ended = (&mut self.serving).await;
        assert!(ended.unwrap_err().is_cancelled());
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.reception = open(&self.store, Some(&self.house), &self.languages, self.beat, &self.moment);
        (self.serving, self.endings) = serve(listener, Arc::clone(&self.reception), each(&self.reception, Way::Onion));
    }

    /// An address whose connections all come on one circuit, and who comes on it.
    pub async fn circuit(&self) -> (SocketAddr, Arc<OnCircuit>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, one) = (listener.local_addr().unwrap(), self.reception.visitor(Way::Onion));
        let always = Arc::clone(&one);
        serve(listener, Arc::clone(&self.reception), move || Arc::clone(&always));
        (address, one)
    }

    pub fn pass(&self, time: Duration) {
        self.moment.lock().unwrap().steady += time;
    }

    /// Nobody who asks the clock is told before `time` has passed.
    pub fn stop_the_clock(&self, time: Duration) -> std::thread::JoinHandle<()> {
        let (moment, (tell, stopped)) = (Arc::clone(&self.moment), std::sync::mpsc::channel());
        let waiting = std::thread::spawn(move || {
            let held = moment.lock().unwrap();
            tell.send(()).unwrap();
            std::thread::sleep(time);
            drop(held);
        });
        stopped.recv().unwrap();
        waiting
    }

    /// Makes it noon of another day.
    pub fn turn_to(&self, day: &str) {
        let day: Day = day.parse().unwrap();
        self.moment.lock().unwrap().wall = day.instant() + NOON;
    }

    fn today(&self) -> Day {
        Day::of(self.moment.lock().unwrap().wall).unwrap()
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::as_if_over_tor(self.address)
    }

    /// Everything that one person's next bundle would carry.
    pub fn objects(&self, id: &str) -> Vec<Object> {
        self.store.objects_for(&self.fingerprint(id).into(), Some(1)).unwrap()
    }

    pub fn fingerprint(&self, id: &str) -> Fingerprint {
        self.house.people[id].fingerprint()
    }

    /// Opens a submission as `id` would.
    pub fn open(&self, id: &str, object: &Object) -> Result<Submission<Cursor<Vec<u8>>>, open::OpenError> {
        open::open(Cursor::new(self.sealed(object)), &self.house.people[id], Cursor::new(Vec::new()))
    }

    pub fn sealed(&self, object: &Object) -> Vec<u8> {
        let mut sealed = Vec::new();
        self.store.open_body(object).unwrap().read_to_end(&mut sealed).unwrap();
        sealed
    }

    /// Puts a letter into a source's inbox, as a return bundle does.
    pub fn answer(&self, source: &Cert, writer: &str, sequence: u32, kind: LetterKind, text: &str) {
        let letter = self.letter(source.fingerprint(), writer, sequence, kind, text);
        let clock = Clock::new(self.moment.lock().unwrap().wall).unwrap();
        let reserve = self.house.people["reserv"].cert();
        let sealed = letter.seal(&self.house.people[writer], source, &[&reserve], clock).unwrap().bytes;
        self.put(source.fingerprint(), writer, sequence, &sealed, kind == LetterKind::Closing);
    }

    pub fn letter(&self, source: Fingerprint, writer: &str, sequence: u32, kind: LetterKind, text: &str) -> Letter {
        Letter {
            format: sluss_core::letter::FORMAT,
            drop: self.house.roster.drop_id(),
            organisation: ORGANISATION.to_owned(),
            source,
            writer: self.fingerprint(writer),
            sequence,
            previous: None,
            seen: Vec::new(),
            answers: None,
            kind,
            day: self.today(),
            text: Text::new(text.to_owned()),
        }
    }

    /// Stores sealed bytes as the `number`th letter of `writer`.
    pub fn deliver(&self, source: Fingerprint, writer: &str, number: u32, sealed: &[u8]) {
        self.put(source, writer, number, sealed, false);
    }

    fn put(&self, source: Fingerprint, writer: &str, number: u32, sealed: &[u8], closing: bool) {
        let mut slots = self.store.permit(sealed.len() as u64, Pool::Text, Guest::Known).unwrap().writer();
        slots.write_all(sealed).unwrap();
        let body = slots.finish().unwrap();
        let addressees = vec![self.fingerprint("reserv")];
        let writer = self.fingerprint(writer);
        let letter = NewLetter { body, source, writer, number, addressees, closing, day: self.today() };
        let bundle = Return {
            bundle: rand::random(),
            by: writer.into(),
            acknowledged: Vec::new(),
            receipts: Vec::new(),
            letters: vec![letter],
            skipped: Vec::new(),
            enrolments: Vec::new(),
            day: self.today(),
        };
        let settled = self.store.settle(bundle).unwrap();
        assert_eq!(settled.letters.len(), 1);
    }
}

fn open(
    store: &Arc<Store>,
    house: Option<&House>,
    languages: &BTreeMap<Lang, Language>,
    beat: Duration,
    moment: &Arc<Mutex<Moment>>,
) -> Arc<Reception> {
    let moment = Arc::clone(moment);
    let mut crest = Crest::from(PathBuf::from("crest.png"));
    crest.read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("journey")).unwrap();
    let texts = Texts {
        crest: Some(crest),
        contact: [(Lang::Sv, "Kontaktcenter, 0123-45 60 10".to_owned())].into(),
        acknowledge: house.is_some(),
        privacy: [(Lang::Sv, "Ansvarig: kommunen".to_owned())].into(),
        ..Texts::default()
    };
    Reception::new(Setup {
        roster: house.map(|house| house.roster.file().verify().unwrap()),
        store: Arc::clone(store),
        limits: LIMITS,
        houses: BTreeMap::from([(ORGANISATION.to_owned(), texts)]),
        demo: true,
        languages: languages.clone(),
        // What is said, not what is waited for here.
        wait: Duration::from_secs(5),
        beat,
        now: Arc::new(move || *moment.lock().unwrap()),
    })
    .unwrap()
}

/// A circuit of its own for each connection.
fn each(reception: &Arc<Reception>, way: Way) -> impl Fn() -> Arc<OnCircuit> + use<> {
    let reception = Arc::clone(reception);
    move || reception.visitor(way)
}

fn serve(
    listener: TcpListener,
    reception: Arc<Reception>,
    visitor: impl Fn() -> Arc<OnCircuit> + Send + 'static,
) -> (JoinHandle<()>, mpsc::UnboundedReceiver<Ending>) {
    let (tell, endings) = mpsc::unbounded_channel();
    let serving = tokio::spawn(async move {
        // Ends with this task: connections do not outlive a restart.
        let mut conversations = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (reception, tell) = (Arc::clone(&reception), tell.clone());
            let visitor = visitor();
            conversations.spawn(async move {
                let bounds = reception.bounds();
                let answer = |request| Arc::clone(&reception).answer(request, Arc::clone(&visitor));
                let ending = converse(stream, bounds, answer).await;
                let _ = tell.send(ending);
            });
        }
    });
    (serving, endings)
}

/// The report form, in a language; a new one, whatever the visitor has sent before.
pub async fn report_form(visitor: &mut Visitor, lang: &str) -> Form {
    let page = visitor.open(&format!("/{lang}/{ORGANISATION}/report?new=yes")).await.unwrap();
    page.form(&format!("/{lang}/{ORGANISATION}/report")).unwrap()
}

/// Reports `text` and comes as far as the codename page.
pub async fn report(visitor: &mut Visitor, text: &str) -> Page {
    let form = report_form(visitor, "sv").await.fill("text", text).unwrap();
    let page = visitor.submit(&form).await.unwrap();
    assert_eq!(page.path, "/sv/codename", "{}", page.text());
    page
}

/// The seven words of a codename page.
pub fn words(page: &Page) -> Vec<String> {
    let words = page.texts(".words li");
    assert_eq!(words.len(), 7, "{}", page.text());
    words
}

/// Types a codename and comes to the inbox, or to its refusal.
pub async fn sign_in(visitor: &mut Visitor, codename: &str) -> Page {
    let page = visitor.open("/sv/inbox").await.unwrap();
    let form = page.form("/sv/inbox").unwrap().fill("codename", codename).unwrap();
    visitor.submit(&form).await.unwrap()
}
