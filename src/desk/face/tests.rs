//! The page over its real socket, by a visitor that sends raw HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use sluss_core::secret::Secret;

mod at_length;
mod ending;
mod flood;
mod idle;
mod keys;
mod oral;
mod writing;

use super::*;
use crate::say::{seen_by_sources, speech};
use crate::testing::{House, Out, armored};

const PASSPHRASE: &str = "ett två tre fyra fem sex";

/// A desk's page that is served on a thread of its own until the tests end.
struct Served {
    face: Arc<Face>,
    start: String,
    host: String,
    cookie: String,
}

struct Got {
    status: u16,
    head: String,
    body: String,
}

impl Got {
    fn location(&self) -> String {
        let line = self.head.lines().find_map(|line| line.strip_prefix("location: "));
        line.unwrap_or_else(|| panic!("{} {}", self.head, self.errors())).to_owned()
    }

    /// The nonce of the form for `action`.
    fn nonce(&self, action: &str) -> String {
        let form = self
            .body
            .split(&format!("action=\"{action}\""))
            .nth(1)
            .unwrap_or_else(|| panic!("no form {action}: {}", self.body.trim_end_matches(['.', '-', '>'])));
        form.split("name=\"nonce\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    fn read(mut stream: TcpStream) -> Self {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Self { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
    }

    fn errors(&self) -> &str {
        self.body.split("class=\"box error\"").nth(1).and_then(|rest| rest.split("</div>").next()).unwrap_or_default()
    }
}

impl Served {
    fn on(folder: &Path) -> Self {
        let book = Book::open(folder, &mut rand::rng()).unwrap();
        let door = Door::open(0, &mut rand::rng()).unwrap();
        let start = door.address().to_owned();
        let host = start.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let (listener, face) = Face::new(door, book, Lang::En, speech().unwrap(), seen_by_sources().unwrap());
        let serving = Arc::clone(&face);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::spawn(move || runtime.block_on(serving.listen(listener)));
        let mut served = Self { face, start, host, cookie: String::new() };
        let path = served.start.split_once(&served.host).unwrap().1.to_owned();
        let bound = served.ask("GET", &path, "", "");
        assert_eq!((bound.status, bound.location().as_str()), (303, "/"));
        let cookie = bound.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        served.cookie = cookie.split(';').next().unwrap().to_owned();
        served
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Got {
        self.ask_as(&self.host, method, path, headers, body)
    }

    fn ask_as(&self, host: &str, method: &str, path: &str, headers: &str, body: &str) -> Got {
        Got::read(self.begin(host, method, path, headers, body))
    }

    /// Sends a request, and leaves its answer to be read.
    fn begin(&self, host: &str, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let cookie = if self.cookie.is_empty() { String::new() } else { format!("Cookie: {}\r\n", self.cookie) };
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    fn get(&self, path: &str) -> Got {
        self.ask("GET", path, "Sec-Fetch-Site: same-origin\r\n", "")
    }

    /// Fills in the form for `action` that stands on `page`.
    fn post(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Got {
        self.send(action, &self.get(page).nonce(action), fields)
    }

    fn send(&self, action: &str, nonce: &str, fields: &[(&str, &str)]) -> Got {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let mut body = format!("nonce={nonce}");
        fields.iter().for_each(|(name, value)| body += &format!("&{name}={}", encode(value)));
        let headers = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        self.ask("POST", action, headers, &body)
    }

    /// Where what was sent leads, also when it took so long that a page told of it.
    fn arrives(&self, sent: &Got) -> String {
        match sent.location() {
            place if place.ends_with(work::PLACE) => {
                let told = self.get(&place).body;
                told.split("class=\"button\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
            }
            place => place,
        }
    }

    fn take_in(&self, bundle: &Path) {
        let sent = self.post("/en/exchange", "/en/exchange/open", &[("path", bundle.to_str().unwrap())]);
        assert_eq!(self.arrives(&sent), "/en");
    }

    fn unlock_with(&self, house: &House, id: &str) {
        let desk = Desk::with_tsks(Arc::clone(&self.face.book), house.tsk(id).clone(), Vec::new()).unwrap();
        *self.face.desk.blocking_lock() = Some(desk);
    }
}

/// Anna's book with a locked key and a roster, as after the ceremony.
fn laid(house: &House) -> std::path::PathBuf {
    let folder = house.folder.path().join("anna");
    let book = Book::open(&folder, &mut rand::rng()).unwrap();
    let tsk = house.tsk("anna");
    book.put_tsk(&tsk.cert(), &tsk.lock_for_gpg(&Secret::new(PASSPHRASE.to_owned())).unwrap()).unwrap();
    book.put_roster(house.roster.file()).unwrap();
    folder
}

/// Anna's unlocked page with one case, and the case's path.
fn with_a_case(house: &House) -> (Served, String) {
    let served = Served::on(&laid(house));
    served.unlock_with(house, "anna");
    let report = house.seal(&[], 1, "Så var det.", &[], &house.source());
    let out = Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() };
    served.take_in(&house.outbound("anna", &out));
    let cases = served.get("/en/cases").body;
    let case = format!("/en/case/{}", cases.split("/en/case/").nth(1).unwrap().split('"').next().unwrap());
    (served, case)
}

#[test]
fn the_door_opens_once_for_one_browser() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::on(folder.path());
    let path = served.start.split_once(&served.host).unwrap().1.to_owned();
    assert_eq!(served.get("/").location(), "/en");
    assert_eq!(served.get("/en").status, 200);
    let cookie = std::mem::take(&mut served.cookie);
    for path in [path.as_str(), "/", "/en", "/start/", "/start/00"] {
        assert_eq!(served.get(path).status, 403, "{path}");
    }
    served.cookie = cookie;
    assert_eq!(served.get(&path).status, 403, "a second use");
    for headers in ["Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"] {
        assert_eq!(served.ask("GET", "/en", headers, "").status, 403);
    }
    let (_, port) = served.host.split_once(':').unwrap();
    for host in [&format!("localhost:{port}"), "127.0.0.1", &format!("evil.example:{port}"), ""] {
        assert_eq!(served.ask_as(host, "GET", "/en", "", "").status, 403, "{host}");
    }
}

#[test]
fn a_key_is_made_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::on(folder.path());
    let typed = [("name", "Anna Ek"), ("kind", "post-quantum"), ("passphrase", PASSPHRASE), ("again", "annat")];
    let refused = served.post("/en", "/en/key/new", &typed);
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("value=\"Anna Ek\"") && !refused.body.contains(PASSPHRASE),
        "the name stays, the passphrase goes"
    );
    let mut fields = typed;
    fields[3].1 = PASSPHRASE;
    let made = served.post("/sv", "/sv/key/new", &fields);
    assert_eq!(made.location(), "/sv/key");
    let key = served.get("/sv/key").body;
    assert!(key.contains("anna-ek@sluss.invalid"));
    let words = |lang| served.face.book.cert().unwrap().fingerprint().words(lang).join(" ");
    assert!(key.contains(&format!("Fingeravtryckets 13 ord: {}<", words(Lang::Sv))), "nothing to read out: {key}");
    let told = format!("The 13 words of the fingerprint: {}<", words(Lang::En));
    assert!(served.get("/en/key").body.contains(&told), "words in another language than the page");
    let to = folder.path().join("stick");
    std::fs::create_dir(&to).unwrap();
    let exported = served.post("/sv/key", "/sv/key/export-cert", &[("path", to.to_str().unwrap())]);
    assert_eq!(exported.location(), "/sv/key");
    assert!(to.join("cert.asc").is_file());
    assert!(served.get("/sv/key").body.contains("cert.asc"));
    let again = served.post("/sv/key", "/sv/key/export-cert", &[("path", to.to_str().unwrap())]);
    assert_eq!(again.status, 422);
    assert!(again.errors().contains("skrivs över"), "{}", again.errors());
    // Lock and unlock.
    assert_eq!(served.post("/en", "/en/lock", &[]).location(), "/en");
    assert_eq!(served.get("/en/key").location(), "/en");
    let wrong = served.post("/en", "/en/unlock", &[("passphrase", "fel lösenfras")]);
    assert!(wrong.errors().contains("does not fit"), "{}", wrong.errors());
    assert_eq!(served.post("/en", "/en/unlock", &[("passphrase", PASSPHRASE)]).location(), "/en");
    assert_eq!(served.get("/en").status, 200);
}

#[test]
fn a_whole_case_on_the_page() {
    let house = House::new();
    let folder = laid(&house);
    let served = Served::on(&folder);
    served.unlock_with(&house, "anna");
    let files: [(&str, &[u8]); 1] = [("bevis.txt", b"bevis")];
    let report = house.seal(&["cilla"], 1, "<b>Så</b> var det.", &files, &house.source());
    let bundle = house.outbound("anna", &Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() });

    let lost = served.post("/en/exchange", "/en/exchange/open", &[("path", "/nowhere/at all.sluss")]);
    assert!(
        lost.body.contains("value=\"/nowhere/at all.sluss\"") && lost.errors().contains("no such file"),
        "{}",
        lost.errors()
    );
    let nonce = served.get("/en/exchange").nonce("/en/exchange/open");
    let field = [("path", bundle.to_str().unwrap())];
    assert_eq!(served.arrives(&served.send("/en/exchange/open", &nonce, &field)), "/en");
    assert_eq!(served.arrives(&served.send("/en/exchange/open", &nonce, &field)), "/en", "sent twice, done once");
    let cases = served.get("/en").body;
    assert!(cases.contains("New reports and messages: 1") && cases.contains("for trying out"), "{cases}");
    let number = cases.split("/en/case/").nth(1).unwrap().split('"').next().unwrap().to_owned();

    let case = served.get(&format!("/en/case/{number}"));
    assert!(case.body.contains("&lt;b&gt;Så&lt;/b&gt; var det.") && case.body.contains("bevis.txt"));
    assert!(case.head.contains("no-store"));
    assert!(case.body.contains("macros") && case.body.contains("Scan no QR code"), "nobody is warned of files");
    let to = house.folder.path().join("saved.txt");
    let page = format!("/en/case/{number}");
    let saved = served.post(&page, &format!("{page}/save"), &[("file", "1/bevis.txt"), ("to", to.to_str().unwrap())]);
    assert_eq!(saved.location(), page);
    assert_eq!(std::fs::read(&to).unwrap(), b"bevis");
    assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600, "what is saved can be run");
    let taken = served.post(&page, &format!("{page}/save"), &[("file", "1/bevis.txt"), ("to", to.to_str().unwrap())]);
    assert_eq!(taken.status, 422);

    let letter = format!("{page}/letter");
    let empty = served.post(&letter, &letter, &[("kind", "feedback"), ("text", "  ")]);
    assert!(empty.errors().contains("empty"));
    let old = served.send(&letter, "00", &[("kind", "closing"), ("text", "Långt & <viktigt>")]);
    assert!(
        old.status == 422
            && old.body.contains("Långt &amp; &lt;viktigt&gt;")
            && old.body.contains("value=\"closing\" checked")
    );
    let kept = served.send(&letter, &old.nonce(&letter), &[("kind", "feedback"), ("text", "Tack.\r\nVi ser på det.")]);
    assert_eq!(kept.location(), page);
    let case = served.get(&page).body;
    assert!(case.contains("Tack.\nVi ser på det.") && case.contains("waits for the next return bundle"));
    let change = case.split("/letter?instead=").nth(1).unwrap().split('"').next().unwrap();
    let form = served.get(&format!("{letter}?instead={change}"));
    assert!(form.body.contains("Tack.\nVi ser på det.") && form.body.contains("value=\"feedback\" checked"));
    let changed = [("kind", "feedback"), ("text", "Tack, vi ser på det."), ("instead", change)];
    assert_eq!(served.send(&letter, &form.nonce(&letter), &changed).location(), page);
    let case = served.get(&page).body;
    assert!(case.contains("Tack, vi ser på det.") && !case.contains("Tack.\nVi ser på det."));
    assert_eq!(served.get(&format!("{letter}?instead={change}")).status, 422, "a letter that is gone can be changed");

    let noting = format!("{page}/note");
    let empty = served.post(&noting, &noting, &[("kind", "closed"), ("text", " ")]);
    assert!(empty.errors().contains("no text") && empty.body.contains("value=\"closed\" checked"));
    let junk = served.send(&noting, &empty.nonce(&noting), &[("kind", "junk"), ("text", "Reklam.")]);
    assert_eq!(junk.location(), page);
    assert!(served.get(&page).body.contains("Reklam."));
    let listed = ["/en", "/en/cases", "/en/junk"].map(|path| served.get(path).body.contains(&number));
    assert_eq!(listed, [false, false, true], "junk is shown, or lost");
    let none = served.get("/en/cases").body;
    assert!(none.contains("No case is left to show") && !none.contains("no cases yet"), "{none}");
    served.post(&noting, &noting, &[("kind", "no-junk"), ("text", "Nej.")]);
    served.post(&noting, &noting, &[("kind", "assigned"), ("person", "bertil"), ("text", "")]);
    let cases = served.get("/en").body;
    assert!(cases.contains(&number) && cases.contains("bertil Ek"), "{cases}");

    let register = "/en/register/lillaedet";
    assert!(served.get("/en/register").body.contains(register) && served.get(register).body.contains("not shown"));
    let csv = house.folder.path().join("register.csv");
    let save = [("to", csv.to_str().unwrap())];
    assert_eq!(served.post(register, &format!("{register}/save"), &save).location(), register);
    let saved = std::fs::read_to_string(&csv).unwrap();
    let line = format!("{}-{},Whistleblowing,2026-11-24,", &number[..4], &number[4..]);
    assert!(saved.lines().count() == 2 && saved.contains(&line), "{saved}");
    assert!(!saved.contains("var det") && !saved.contains("bertil"), "the register says who or what: {saved}");
    assert_eq!(served.post(register, &format!("{register}/save"), &save).status, 422, "a file is written over");
    assert_eq!(served.get("/en/register/nowhere").status, 404);

    let stick = house.folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let made = served.post("/en/exchange", "/en/exchange/return", &[("to", stick.to_str().unwrap())]);
    assert_eq!(made.location(), "/en/exchange");
    assert!(served.get("/en/exchange").body.contains("The stick can be pulled now."));
    let file = std::fs::read_dir(&stick).unwrap().next().unwrap().unwrap().path();
    let (manifest, _) = house.read_return(&file);
    assert_eq!((manifest.letters.len(), manifest.receipts.len()), (1, 1));
    assert_eq!(served.get("/en/case/FFFFFFFF").status, 422);
    assert_eq!(served.get("/en/nowhere").status, 404);
}

#[test]
fn a_case_file_is_verified_by_the_commands_that_it_names() {
    let house = House::new();
    let served = Served::on(&laid(&house));
    served.unlock_with(&house, "anna");
    let (source, files) = (house.source(), [("bevis å.txt", b"bevis".as_slice())]);
    let report = house.seal(&[], 1, "Så var det.", &files, &source);
    let message = house.seal(&[], 2, "Och så här.", &files, &source);
    let submissions: [&[u8]; 2] = [&report, &message];
    let bundle =
        house.outbound("anna", &Out { incarnation: 1, number: 1, submissions: &submissions, ..Out::default() });
    served.take_in(&bundle);
    let page = served.get("/en").body.split("/en/case/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = format!("/en/case/{page}");
    let [letter, noting, file] = ["letter", "note", "file"].map(|form| format!("{page}/{form}"));
    served.post(&letter, &letter, &[("kind", "feedback"), ("text", "Tack.")]);
    served.post(&noting, &noting, &[("kind", "within"), ("text", "Ett missförhållande.")]);
    served.post(&noting, &noting, &[("kind", "closed"), ("text", "Utrett.")]);

    let stick = house.folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let to = [("to", stick.to_str().unwrap())];
    assert_eq!(served.post(&page, &file, &to).location(), page);
    assert!(served.get(&page).body.contains("Saved unsealed"));
    assert_eq!(served.post(&page, &file, &to).status, 422, "a folder is written over");
    assert_eq!(std::fs::read_dir(&stick).unwrap().count(), 1, "half a case file lies beside it");
    let folder = stick.join(format!("case-{}", page.rsplit('/').next().unwrap()));
    let sheet = std::fs::read_to_string(folder.join("case.html")).unwrap();
    for told in ["Så var det.", "Och så här.", "bevis å.txt", "Tack.", "Ett missförhållande.", "Utrett.", "anna Ek"]
    {
        assert!(sheet.contains(told), "{told} is not on the page");
    }
    assert!(!sheet.contains("<form") && !sheet.contains("/en/"), "the page leads somewhere");
    assert_eq!(std::fs::metadata(folder.join("001-message/report.txt")).unwrap().permissions().mode() & 0o777, 0o600);

    let guide = std::fs::read_to_string(folder.join("verify.txt")).unwrap();
    let commands: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let run = |command: &str| {
        let ran = Command::new("sh")
            .args(["-c", command])
            .current_dir(&folder)
            .env("GNUPGHOME", house.folder.path())
            .output();
        let ran = ran.expect("gpg and sqv are installed by tests/run");
        (
            ran.status.success(),
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)),
        )
    };
    let all = |told: &str, of: &str| {
        let said: Vec<_> =
            commands.iter().filter(|command| command.starts_with(of)).map(|command| run(command)).collect();
        assert!(said.iter().all(|(done, said)| *done && said.contains(told)), "{of}: {said:?}");
        said.len()
    };
    assert_eq!(all("sealed/005-note.pgp: OK", "sha256sum --check"), 1);
    assert_eq!(all("imported: 1", "gpg --import"), 1);
    assert_eq!(all("Good signature", "gpg --decrypt"), 3);
    assert_eq!(all(&source.fingerprint().to_string(), "sqv"), 1);
    assert_eq!(all("", "sha256sum 0"), 2);
    assert_eq!(commands.len(), 8, "a command that was not tried: {guide}");

    // What is signed names what was read, by digests that stand in the list; the files' stand in the manifest.
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let (_, last) = run("gpg --decrypt 005-note.asc");
    let sealed: Vec<&str> = sums.lines().filter(|line| line.contains("  sealed/")).collect();
    assert!(sealed.len() == 5 && sealed[..4].iter().all(|line| last.contains(&line[..64])), "{last}");
    let of_message = commands.iter().rfind(|command| command.starts_with("sha256sum 002")).unwrap();
    let (_, digests) = run(of_message);
    let manifest = std::fs::read_to_string(folder.join("002-message/sluss.json")).unwrap();
    assert_eq!(digests.lines().count(), 3, "text, cert and file: {digests}");
    assert!(digests.lines().all(|line| manifest.contains(&line[..64])), "{digests}");
    for (changed, command) in [
        ("002-message/sluss.json", "sqv --keyring 002-message/source.asc 002-message/sluss.sig 002-message/sluss.json"),
        ("sealed/003-letter.pgp", "sha256sum --check SHA256SUMS"),
        ("001-message/report.txt", "sha256sum --check SHA256SUMS"),
        ("case.html", "sha256sum --check SHA256SUMS"),
    ] {
        let path = folder.join(changed);
        let before = std::fs::read(&path).unwrap();
        let mut bytes = before.clone();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert!(!run(command).0, "{changed} was changed and nobody noticed");
        std::fs::write(&path, before).unwrap();
        assert!(run(command).0, "{changed} is as it was");
    }
    let _ = Command::new("gpgconf").env("GNUPGHOME", house.folder.path()).args(["--kill", "all"]).status();
}

#[test]
fn an_idle_desk_locks_itself_and_loses_no_letter() {
    let house = House::new();
    let served = Served::on(&laid(&house));
    served.unlock_with(&house, "anna");
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let bundle = house.outbound("anna", &Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() });
    served.take_in(&bundle);
    let cases = served.get("/en").body;
    let number = cases.split("/en/case/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let letter = format!("/en/case/{number}/letter");
    let nonce = served.get(&letter).nonce(&letter);

    served.face.lock_if_idle(Instant::now() + limits::SESSION_IDLE - Duration::from_secs(5));
    assert!(served.face.desk.blocking_lock().is_some());
    served.face.lock_if_idle(Instant::now() + limits::SESSION_IDLE);
    assert!(served.face.desk.blocking_lock().is_none());
    assert_eq!(served.get(&letter).location(), "/en");
    let asked = served.send(&letter, &nonce, &[("kind", "feedback"), ("text", "Mödosamt skrivet")]);
    assert!(asked.body.contains("Mödosamt skrivet") && asked.body.contains("type=\"password\""));
    let fields = [
        ("passphrase", PASSPHRASE),
        ("case", number.as_str()),
        ("kind", "feedback"),
        ("text", "Mödosamt skrivet"),
        ("instead", ""),
    ];
    let back = served.send("/en/unlock", &asked.nonce("/en/unlock"), &fields);
    assert!(back.body.contains("Mödosamt skrivet") && back.body.contains("value=\"feedback\" checked"));
    assert_eq!(served.send(&letter, &back.nonce(&letter), &fields[2..]).status, 303);

    let noting = format!("/en/case/{number}/note");
    let nonce = served.get(&noting).nonce(&noting);
    served.face.lock_if_idle(Instant::now() + limits::SESSION_IDLE);
    let noted = [("kind", "partial"), ("text", "Jag känner rektorn."), ("person", "")];
    let asked = served.send(&noting, &nonce, &noted);
    let mut fields = vec![("passphrase", PASSPHRASE), ("case", number.as_str()), ("form", "note"), ("instead", "")];
    fields.extend(noted);
    assert!(asked.body.contains("Jag känner rektorn.") && asked.body.contains("name=\"form\" value=\"note\""));
    let back = served.send("/en/unlock", &asked.nonce("/en/unlock"), &fields);
    assert!(back.body.contains("Jag känner rektorn.") && back.body.contains("value=\"partial\" checked"));
    assert_eq!(served.send(&noting, &back.nonce(&noting), &noted).status, 303);
}

#[test]
fn a_roster_is_looked_at_before_it_is_signed() {
    let house = House::new();
    let folder = house.folder.path().join("anna");
    let book = Book::open(&folder, &mut rand::rng()).unwrap();
    let tsk = house.tsk("anna");
    book.put_tsk(&tsk.cert(), &tsk.lock_for_gpg(&Secret::new(PASSPHRASE.to_owned())).unwrap()).unwrap();
    drop(book);
    let served = Served::on(&folder);
    served.unlock_with(&house, "anna");
    assert!(served.get("/en").body.contains("no roster yet"));
    let edition = house.roster.edition();
    let mut file = sluss_core::roster::RosterFile::first(edition).unwrap();
    for id in ["bertil", "cilla", "reserv"] {
        file.sign(house.tsk(id), crate::testing::day()).unwrap();
    }
    let path = house.folder.path().join("roster.json");
    std::fs::write(&path, file.to_bytes()).unwrap();
    let field = [("path", path.to_str().unwrap())];
    let looked = served.post("/en/roster", "/en/roster/look", &field);
    assert!(looked.body.contains(&house.tsk("bertil").fingerprint().grouped()) && looked.body.contains("3 of 4"));
    for tsk in [house.tsk("bertil"), &house.drop] {
        assert!(looked.body.contains(&tsk.fingerprint().words(Lang::En).join(" ")), "nothing to read out");
    }
    let digest = file.digest().unwrap().to_string();
    let fields = [("path", path.to_str().unwrap()), ("digest", digest.as_str())];
    // Somebody exchanges the file between looking and signing.
    let mut other = edition.clone();
    other.people[0].name = "Någon annan".to_owned();
    std::fs::write(&path, sluss_core::roster::RosterFile::first(&other).unwrap().to_bytes()).unwrap();
    let nonce = looked.nonce("/en/roster/sign");
    assert_eq!(served.send("/en/roster/sign", &nonce, &fields).status, 422);
    std::fs::write(&path, file.to_bytes()).unwrap();
    let signed = served.send("/en/roster/sign", &nonce, &fields);
    assert_eq!(signed.location(), "/en/roster");
    let looked = served.post("/en/roster", "/en/roster/look", &field);
    let used = served.send("/en/roster/use", &looked.nonce("/en/roster/use"), &fields);
    assert_eq!(used.location(), "/en/roster");
    assert!(served.get("/en/roster").body.contains("Lilla Edets kommun"));
    assert!(served.get("/en").body.contains("no cases yet"));
}

#[test]
fn pages_speak_both_languages_and_fit() {
    let house = House::new();
    let served = Served::on(&laid(&house));
    for lang in ["sv", "en"] {
        assert_eq!(served.get(&format!("/{lang}")).status, 200);
    }
    served.unlock_with(&house, "anna");
    for path in ["", "/exchange", "/roster", "/key"] {
        let (sv, en) = (served.get(&format!("/sv{path}")), served.get(&format!("/en{path}")));
        assert_eq!(
            (sv.status, en.status, sv.body.len(), en.body.len()),
            (200, 200, limits::PAGE, limits::PAGE),
            "{path}"
        );
        assert!(sv.body.contains(&format!("href=\"/en{path}\"")) && en.body.contains(&format!("href=\"/sv{path}\"")));
        assert!(!sv.body.contains("<script") && sv.head.contains("content-security-policy"));
    }
}

#[test]
fn what_the_source_sealed_is_opened_only_when_asked() {
    let house = House::new();
    let served = Served::on(&laid(&house));
    served.unlock_with(&house, "anna");
    let source = house.source();
    let text = armored(&house.seal_by_hand(b"<i>KANARIE</i>", &source, "anna"));
    let file = house.seal_by_hand(b"KANARIE-FIL", house.tsk("bertil"), "anna");
    let files: [(&str, &[u8]); 2] = [("bevis.pdf.gpg", &file), ("vanlig.txt", b"vanlig")];
    let report = house.seal(&[], 1, &text, &files, &source);
    let key = house.tsk("bertil").lock_for_gpg(&Secret::new("x".to_owned())).unwrap();
    let key = house.seal(&[], 2, &String::from_utf8(key).unwrap(), &[], &source);
    let long = "&".repeat(usize::try_from(limits::UNSEALED_TEXT).unwrap());
    let long = house.seal(&[], 3, &armored(&house.seal_by_hand(long.as_bytes(), &source, "anna")), &[], &source);
    let submissions: [&[u8]; 3] = [&report, &key, &long];
    let bundle =
        house.outbound("anna", &Out { incarnation: 1, number: 1, submissions: &submissions, ..Out::default() });
    served.take_in(&bundle);
    let number = served.get("/en").body.split("/en/case/").nth(1).unwrap().split('"').next().unwrap().to_owned();

    let page = format!("/en/case/{number}");
    let case = served.get(&page).body;
    assert!(
        case.contains("The source sealed this themselves.") && case.contains("themselves: bevis.pdf.gpg<"),
        "{case}"
    );
    assert!(
        !case.contains("KANARIE") && case.contains(&format!("href=\"{page}/sealed/1\"")),
        "nothing opens by itself"
    );
    assert!(case.contains("This is a secret key") && !case.contains(&format!("{page}/sealed/2\"")));
    let opened = served.get(&format!("{page}/sealed/1"));
    assert!(opened.body.contains("&lt;i&gt;KANARIE&lt;/i&gt;") && opened.body.contains("signed by the source's cert"));
    assert!(opened.head.contains("no-store"));
    assert!(served.get(&format!("{page}/sealed/2")).errors().contains("secret key"));
    let all = served.get(&format!("{page}/sealed/3"));
    assert_eq!(
        (all.status, all.body.matches("&amp;").count() as u64),
        (200, limits::UNSEALED_TEXT),
        "the longest text fits"
    );
    for nothing in ["9", "0", "x", "-1"] {
        assert_eq!(served.get(&format!("{page}/sealed/{nothing}")).status, 422, "{nothing}");
    }

    let to = house.folder.path().join("bevis.pdf");
    let field = [("file", "1/bevis.pdf.gpg"), ("to", to.to_str().unwrap())];
    let saved = served.post(&page, &format!("{page}/unseal"), &field);
    assert_eq!(saved.location(), page);
    assert_eq!(std::fs::read(&to).unwrap(), b"KANARIE-FIL");
    assert!(served.get(&page).body.contains("nobody vouches for the signature"));
    let refused = served.post(&page, &format!("{page}/unseal"), &[("file", "1/vanlig.txt"), ("to", "/tmp/nowhere/x")]);
    assert!(refused.errors().contains("no such file"), "{}", refused.errors());
    let to = house.folder.path().join("vanlig");
    let refused =
        served.post(&page, &format!("{page}/unseal"), &[("file", "1/vanlig.txt"), ("to", to.to_str().unwrap())]);
    assert!(refused.status == 422 && refused.errors().contains("no sealed OpenPGP message") && !to.exists());
    let text = house.folder.path().join("text");
    let opened = format!("{page}/sealed/1");
    let field = [("file", "1/report.txt"), ("to", text.to_str().unwrap())];
    assert_eq!(served.post(&opened, &format!("{page}/unseal"), &field).location(), page);
    assert_eq!(std::fs::read(&text).unwrap(), b"<i>KANARIE</i>");
    served.post("/en", "/en/lock", &[]);
    assert_eq!(served.get(&opened).location(), "/en");
}

#[test]
fn a_language_that_this_desk_does_not_speak_is_named_by_its_tag() {
    let mut house = House::new();
    house.language = serde_json::from_str("\"fi\"").unwrap();
    let served = Served::on(&laid(&house));
    served.unlock_with(&house, "anna");
    let report = house.seal(&[], 1, "Kuka luki?", &[], &house.source());
    let bundle = house.outbound("anna", &Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() });
    served.take_in(&bundle);
    let number = served.get("/en").body.split("/en/case/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let case = served.get(&format!("/en/case/{number}")).body;
    assert!(case.contains("Kuka luki?") && case.contains("Wants answers in fi"), "{case}");
}
