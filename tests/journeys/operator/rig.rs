//! A drop as `sluss init` lays it, its people's TSKs, sources, and what a desk would make: all real.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use data_encoding::BASE64;
use sluss_core::bundle::{self, Addresses, Enrolment, Item, LetterItem, OralReport, Outbound, RandomId};
use sluss_core::cert::{Cert, Fingerprint, Kind, Tsk, birthday_before};
use sluss_core::codename::{Codename, SourceKeys};
use sluss_core::day::{Clock, Day, Deadlines};
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::{self, Letter, LetterKind, SealedLetter, Text};
use sluss_core::limits;
use sluss_core::open;
use sluss_core::roster::{self, DropCard, Edition, Organisation, Person, Role, Roster, RosterFile};
use sluss_core::seal::Sealer;
use sluss_core::secret::Secret;
use sluss_core::submission::{Heading, Report, Token};
use sluss_drop::config::Config;
use sluss_drop::store::{Guest, NewSource, NewSubmission, Pool, Settings, SourceChange, SourceKey, Store};
use sluss_tests::process::{Process, shipped, wait_for};

pub const ORGANISATION: &str = "lillaedet";
pub const VAULT: u64 = 8 * 1024 * 1024;
pub const CODENAME: &str = "abacus abdomen abdominal abide abiding ability";
const PEOPLE: [&str; 3] = ["anna", "bo", "reserve"];

fn people(today: Day) -> Result<BTreeMap<String, Tsk>> {
    PEOPLE.into_iter().map(|id| Ok((id.to_owned(), Tsk::generate(Kind::PostQuantum, Some(id), today)?))).collect()
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A source with its keys.
pub struct Source {
    keys: SourceKeys,
    tsk: Tsk,
    digest: Option<Digest>,
}

impl Source {
    pub fn cert(&self) -> Cert {
        self.tsk.cert()
    }
}

/// A submission as a desk opened it.
pub struct Opened {
    pub digest: Digest,
    pub token: Token,
    pub text: String,
    pub files: Vec<Vec<u8>>,
    pub source: Cert,
}

/// A bundle as a desk opened it.
pub struct AtDesk {
    pub manifest: Outbound,
    pub opened: Vec<Opened>,
}

impl AtDesk {
    pub fn of(&self, source: &Source) -> &Opened {
        self.opened.iter().find(|opened| Some(opened.digest) == source.digest).expect("not in the bundle")
    }
}

/// A letter with what the drop has to know of it.
#[derive(Clone)]
pub struct Written {
    pub digest: Digest,
    item: LetterItem,
    bytes: Vec<u8>,
}

impl Written {
    /// The same letter with other sealed bytes.
    pub fn with_bytes(self, bytes: Vec<u8>) -> Self {
        let (digest, length) = (Digest::of(&bytes), bytes.len() as u64);
        Self { digest, item: LetterItem { item: Item { digest, length }, ..self.item }, bytes }
    }
}

pub struct Rig {
    folder: tempfile::TempDir,
    dir: PathBuf,
    pub people: BTreeMap<String, Tsk>,
    today: Day,
    drawn: Cell<u32>,
}

impl Rig {
    /// A drop without a roster.
    pub fn lay() -> Result<Self> {
        let today = Day::of(SystemTime::now())?;
        Self::lay_for(people(today)?)
    }

    /// A drop in the folder `dir`, on a disk of the test's own, with its first roster in use.
    pub fn lay_at(dir: PathBuf, vault: u64) -> Result<Self> {
        let today = Day::of(SystemTime::now())?;
        let rig = Self::begin(people(today)?, Some(dir), vault)?;
        rig.add_roster(&rig.first_roster()?)?;
        Ok(rig)
    }

    /// A drop without a roster, for people with these TSKs.
    pub fn lay_for(people: BTreeMap<String, Tsk>) -> Result<Self> {
        Self::begin(people, None, VAULT)
    }

    fn begin(people: BTreeMap<String, Tsk>, dir: Option<PathBuf>, vault: u64) -> Result<Self> {
        let (today, folder) = (Day::of(SystemTime::now())?, tempfile::tempdir()?);
        let dir = dir.unwrap_or_else(|| folder.path().join("drop"));
        let rig = Self { folder, dir, people, today, drawn: Cell::new(0) };
        fs::create_dir(rig.scratch(""))?;
        let dir = rig.dir().display().to_string();
        let laid = rig.run(&["init", "--demo", "--vault", &vault.to_string(), &dir])?;
        ensure!(laid.code == 0, "{laid:?}");
        // A Tor network that nobody answers on, so that nothing leaves this computer.
        let nowhere = format!(
            "[tor_network]\nfallback_caches = [{{ rsa_identity = \"{0}\", ed_identity = \"{1}\", orports = [\"127.0.0.1:9\"] }}]\n\
             [tor_network.authorities]\nv3idents = [\"{0}\"]\n",
            "11".repeat(20),
            BASE64.encode(&[5; 32]).trim_end_matches('=')
        );
        fs::write(rig.dir().join("network.toml"), nowhere)?;
        let toml = fs::read_to_string(rig.config())?;
        fs::write(rig.config(), toml.replace("# network = ", "network = ").replace("# tick = 5", "tick = 0"))?;
        Ok(rig)
    }

    /// A drop with its first roster in use.
    pub fn with_roster() -> Result<Self> {
        let rig = Self::lay()?;
        rig.add_roster(&rig.first_roster()?)?;
        Ok(rig)
    }

    /// Takes a roster into use by command.
    pub fn add_roster(&self, roster: &RosterFile) -> Result<()> {
        fs::write(self.scratch("roster.json"), roster.to_bytes())?;
        let added = self.run(&["roster", "add", &self.scratch("roster.json").display().to_string()])?;
        ensure!(added.code == 0, "{added:?}");
        Ok(())
    }

    pub fn dir(&self) -> PathBuf {
        self.dir.clone()
    }

    /// From now on the drop is the one that lies in `dir`: a copy. Returns where it was.
    pub fn move_to(&mut self, dir: PathBuf) -> PathBuf {
        std::mem::replace(&mut self.dir, dir)
    }

    pub fn config(&self) -> PathBuf {
        self.dir().join("sluss.toml")
    }

    /// A file for the test's own use; the folder itself where `name` is empty.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join("scratch").join(name)
    }

    fn another(&self, kind: &str) -> PathBuf {
        self.drawn.set(self.drawn.get() + 1);
        self.scratch(&format!("{kind}-{}", self.drawn.get()))
    }

    /// A command for the drop.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(shipped("sluss")?);
        command.arg("--config").arg(self.config()).args(arguments).env("LANG", "C.UTF-8").env_remove("LC_ALL");
        Ok(command)
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Said> {
        let output = self.command(arguments)?.output()?;
        Ok(Said {
            code: output.status.code().context("killed")?,
            out: String::from_utf8(output.stdout)?,
            err: String::from_utf8(output.stderr)?,
        })
    }

    /// Serves, until the control socket answers.
    pub fn serve(&self) -> Result<Process> {
        let mut command = self.command(&["serve", "--also-without-tor", "127.0.0.1:0"])?;
        let serving = Process::start("sluss", &mut command, &self.another("serve"))?;
        wait_for("a serving drop", Duration::from_secs(30), || {
            Ok(self.run(&["status"])?.out.contains("The drop is serving.").then_some(()))
        })?;
        Ok(serving)
    }

    fn card(&self) -> Result<DropCard> {
        Ok(serde_json::from_slice(&fs::read(self.dir().join("keys/drop.json"))?)?)
    }

    fn edition(&self) -> Result<Edition> {
        let card = self.card()?;
        let person = |id: &str| Person {
            id: id.to_owned(),
            name: format!("{id} Ek"),
            firm: "Ek & Alm".to_owned(),
            role: if id == "reserve" { Role::Reserve } else { Role::Investigator },
            assignments: BTreeMap::new(),
            earlier: Vec::new(),
            cert: self.people[id].cert().armored(),
        };
        Ok(Edition {
            format: roster::FORMAT,
            version: 1,
            day: self.today,
            previous: None,
            demo: true,
            birthday: birthday_before(self.today),
            kdf: card.kdf,
            onion: card.onion,
            drop: card.cert,
            organisations: vec![Organisation {
                id: ORGANISATION.to_owned(),
                name: BTreeMap::from([(Lang::Sv, "Lilla Edet".to_owned())]),
                recipients: PEOPLE.map(str::to_owned).to_vec(),
                deadlines: Deadlines::default(),
            }],
            people: PEOPLE.map(person).to_vec(),
        })
    }

    /// The first roster, signed by all. The same each time but for the signatures.
    pub fn first_roster(&self) -> Result<RosterFile> {
        self.sign_first(&self.edition()?)
    }

    /// The roster after `before`.
    pub fn next_roster(&self, before: RosterFile) -> Result<RosterFile> {
        let previous = Some(before.digest()?);
        self.signed(before.followed_by(&Edition { version: 2, previous, ..self.edition()? })?)
    }

    /// Replaces somebody's TSK: the next roster names the new one.
    pub fn renew(&mut self, name: &str) -> Result<()> {
        self.people.insert(name.to_owned(), Tsk::generate(Kind::PostQuantum, Some(name), self.today)?);
        Ok(())
    }

    /// A first roster of this edition, signed by all.
    pub fn sign_first(&self, edition: &Edition) -> Result<RosterFile> {
        self.signed(RosterFile::first(edition)?)
    }

    fn signed(&self, mut file: RosterFile) -> Result<RosterFile> {
        for tsk in self.people.values() {
            file.sign(tsk, self.today)?;
        }
        Ok(file)
    }

    fn roster(&self) -> Result<Roster> {
        Ok(Roster::from_bytes(&fs::read(self.dir().join("keys/roster.json"))?)?)
    }

    pub fn drop_id(&self) -> Digest {
        self.roster().expect("a roster").drop_id()
    }

    fn clock(&self) -> Clock {
        Clock::new(SystemTime::now()).expect("a clock")
    }

    fn store(&self) -> Result<Store> {
        Ok(Store::open(&Config::read(&self.config())?.store(), &mut rand::rng(), Settings::default())?)
    }

    /// A source whom the drop does not know.
    pub fn stranger(&self) -> Result<Source> {
        self.drawn.set(self.drawn.get() + 1);
        let codename = Codename::typed(&format!("{CODENAME} {}", self.drawn.get()));
        let tsk = Tsk::generate(Kind::PostQuantum, None, birthday_before(self.today))?;
        Ok(Source { keys: codename.unlock(&self.card()?.kdf)?, tsk, digest: None })
    }

    /// A report by a new source, as the reception keeps it.
    pub fn report(&self, text: &str) -> Result<Source> {
        self.report_without(text, "nobody")
    }

    /// A report that the person called `excluded` must not see.
    pub fn report_without(&self, text: &str, excluded: &str) -> Result<Source> {
        self.report_of(text, excluded, None)
    }

    /// A report whose body goes on with so many bytes more that nobody can open.
    pub fn report_spoilt(&self, more: u64) -> Result<Source> {
        self.report_of("", "nobody", Some(more))
    }

    fn report_of(&self, text: &str, excluded: &str, more: Option<u64>) -> Result<Source> {
        let (roster, store, mut source) = (self.roster()?, self.store()?, self.stranger()?);
        let audience = roster.audience(ORGANISATION, &BTreeSet::from([excluded.to_owned()]), self.clock())?;
        let room = limits::SEALED_FLOOR + more.unwrap_or(0);
        let writer = store.permit(room, Pool::Text, Guest::Stranger)?.writer();
        let heading = Heading { sequence: 1, day: self.today, acknowledged: true, language: Lang::Sv };
        let typed = Report { text: Secret::new(text.to_owned()), ..Report::default() };
        let sealer = Sealer::new(&audience, &heading, &typed, writer, &mut rand::rng())?;
        let (sealed, mut writer) = sealer.finish(&source.tsk)?;
        std::io::copy(&mut std::io::repeat(0).take(more.unwrap_or(0)), &mut writer)?;
        let left_out = roster.member(excluded).map(|member| member.cert().fingerprint());
        store.commit(
            NewSubmission {
                body: writer.finish()?,
                token_hash: sealed.token_hash,
                addressees: audience.readers().to_vec(),
                organisation: ORGANISATION.to_owned(),
                sequence: 1,
                day: self.today,
            },
            SourceChange::Enrol(NewSource {
                key: SourceKey::of(&source.keys.id),
                fingerprint: source.tsk.fingerprint(),
                organisation: ORGANISATION.to_owned(),
                lang: Lang::Sv,
                locked_tsk: source.tsk.lock(&source.keys.inbox_key)?,
                excluded: left_out.into_iter().collect(),
                received: self.today,
                acknowledged: Some(self.today),
                declined: false,
            }),
        )?;
        source.digest = Some(sealed.digest);
        Ok(source)
    }

    /// The texts in a source's inbox, opened with what the store keeps and the codename unlocks.
    pub fn inbox(&self, source: &Source) -> Result<Vec<String>> {
        let store = self.store()?;
        let record = store.source(&source.keys.id)?.context("the source is gone")?;
        let tsk = Tsk::unlock(&record.locked_tsk, &source.keys.inbox_key)?;
        let roster = self.roster()?;
        let writers = roster.writers();
        let mut texts = Vec::new();
        for letter in store.letters(&record)? {
            let mut sealed = Vec::new();
            store.open_body(&letter)?.read_to_end(&mut sealed)?;
            texts.push(Letter::open(&sealed, &tsk, &writers)?.text.expose().to_owned());
        }
        Ok(texts)
    }

    /// Whether the store still has the report of a source.
    pub fn is_kept(&self, source: &Source) -> Result<bool> {
        let store = self.store()?;
        let roster = self.roster()?;
        for member in roster.members() {
            let theirs = store.objects_for(&member.into(), Some(0))?;
            if theirs.iter().any(|object| Some(object.digest) == source.digest) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Exports by command; returns the file.
    pub fn export(&self, name: &str, more: &[&str]) -> Result<PathBuf> {
        let path = self.another("outbound");
        let file = path.display().to_string();
        let exported = self.run(&[&["export", "--for", name, file.as_str()], more].concat())?;
        ensure!(exported.code == 0, "{exported:?}");
        Ok(path)
    }

    /// Verifies and opens a bundle as the desk of `name` does.
    pub fn open_outbound(&self, name: &str, path: &Path) -> Result<AtDesk> {
        let (tsk, drop) = (&self.people[name], Cert::from_bytes(self.card()?.cert.as_bytes())?);
        let manifest = bundle::verify::<Outbound>(File::open(path)?, tsk, &[&drop], self.drop_id())?.manifest;
        let mut opened = Vec::new();
        bundle::unpack::<Outbound>(File::open(path)?, tsk, &[&drop], |item, content| {
            if manifest.submissions.contains(item) {
                let mut sealed = Vec::new();
                content.read_to_end(&mut sealed).map_err(bundle::OpenError::Io)?;
                let mut submission = open::open(sealed.as_slice(), tsk, Cursor::new(Vec::new()))?;
                let names: Vec<String> = submission.files().map(|file| file.name.clone()).collect();
                let mut files = Vec::new();
                for name in names {
                    let mut file = Vec::new();
                    submission.save(&name, &mut file)?;
                    files.push(file);
                }
                opened.push(Opened {
                    digest: item.digest,
                    token: submission.manifest().token.clone(),
                    text: submission.text().expose().clone(),
                    files,
                    source: submission.source().clone(),
                });
            }
            Ok(())
        })?;
        Ok(AtDesk { manifest, opened })
    }

    /// A letter as the desk of `name` writes it.
    pub fn letter(&self, name: &str, source: &Source, number: u32, text: &str) -> Result<Written> {
        self.seal_letter(name, &source.cert(), source.digest, number, text)
    }

    /// A letter to whom only a desk knows.
    pub fn letter_to(&self, name: &str, source: &Cert, number: u32, text: &str) -> Result<Written> {
        self.seal_letter(name, source, None, number, text)
    }

    fn seal_letter(
        &self,
        name: &str,
        source: &Cert,
        answers: Option<Digest>,
        number: u32,
        text: &str,
    ) -> Result<Written> {
        let writer = &self.people[name];
        let letter = Letter {
            format: letter::FORMAT,
            drop: self.drop_id(),
            organisation: ORGANISATION.to_owned(),
            source: source.fingerprint(),
            writer: writer.fingerprint(),
            sequence: number,
            previous: None,
            seen: Vec::new(),
            answers,
            kind: LetterKind::Question,
            day: self.today,
            text: Text::new(text.to_owned()),
        };
        let others: Vec<Cert> = self.people.values().map(Tsk::cert).collect();
        let SealedLetter { bytes, digest } =
            letter.seal(writer, source, &others.iter().collect::<Vec<_>>(), self.clock())?;
        let item = LetterItem {
            item: Item { digest, length: bytes.len() as u64 },
            source: source.fingerprint(),
            writer: writer.fingerprint(),
            sequence: number,
            closing: false,
        };
        Ok(Written { digest, item, bytes })
    }

    /// An empty return bundle of `name`.
    pub fn returning(&self, name: &str) -> bundle::Return {
        self.returning_of(self.people[name].fingerprint())
    }

    fn returning_of(&self, investigator: Fingerprint) -> bundle::Return {
        bundle::Return {
            format: bundle::FORMAT,
            drop: self.drop_id(),
            id: RandomId::draw(&mut rand::rng()),
            investigator,
            incarnation: None,
            acknowledged: Vec::new(),
            letters: Vec::new(),
            receipts: Vec::new(),
            enrolments: Vec::new(),
            roster: None,
        }
    }

    /// Seals a return bundle of `name` with `letters`; returns the file.
    pub fn seal_return(&self, name: &str, manifest: bundle::Return, letters: &[Written]) -> Result<PathBuf> {
        self.seal(&self.people[name], manifest, letters, &[])
    }

    /// A return bundle of `name` that enrols those who told these reports, with letters.
    pub fn seal_told(&self, name: &str, told: &[(Enrolment, Vec<u8>)], letters: &[Written]) -> Result<PathBuf> {
        let mut manifest = self.returning(name);
        manifest.enrolments = told.iter().map(|(enrolment, _)| enrolment.clone()).collect();
        let reports: Vec<&[u8]> = told.iter().map(|(_, report)| report.as_slice()).collect();
        self.seal(&self.people[name], manifest, letters, &reports)
    }

    /// A return bundle that somebody else signed.
    pub fn seal_return_as(&self, signer: &Tsk, name: &str, letters: &[Written]) -> Result<PathBuf> {
        self.seal(signer, self.returning(name), letters, &[])
    }

    fn seal(
        &self,
        signer: &Tsk,
        mut manifest: bundle::Return,
        letters: &[Written],
        reports: &[&[u8]],
    ) -> Result<PathBuf> {
        manifest.letters = letters.iter().map(|letter| letter.item).collect();
        let drop = Cert::from_bytes(self.card()?.cert.as_bytes())?;
        let path = self.another("return");
        let addresses = Addresses { signer, readers: &[&drop], day: self.today, clock: self.clock() };
        bundle::seal(&manifest, &addresses, File::create(&path)?, |item| {
            let mut bodies = letters.iter().map(|letter| letter.bytes.as_slice()).chain(reports.iter().copied());
            Ok(bodies.find(|body| Digest::of(body) == item.digest).expect("a body"))
        })?;
        Ok(path)
    }

    /// Imports by command, answered in JSON.
    pub fn import(&self, path: &Path) -> Result<Said> {
        self.run(&["--json", "import", &path.display().to_string()])
    }

    /// What a desk sends for a source who called.
    pub fn enrolment(&self, source: &Source) -> Result<Enrolment> {
        Ok(Enrolment {
            source_id: Digest::from_bytes(*source.keys.id.expose()),
            source: source.tsk.fingerprint(),
            locked_tsk: BASE64.encode(&source.tsk.lock(&source.keys.inbox_key)?),
            organisation: ORGANISATION.to_owned(),
            language: Lang::Sv,
            report: None,
        })
    }

    /// What a desk sends for a source who told a report that the person called `excluded` must not see.
    pub fn told(&self, source: &mut Source, text: &str, excluded: &str) -> Result<(Enrolment, Vec<u8>)> {
        let roster = self.roster()?;
        let audience = roster.audience(ORGANISATION, &BTreeSet::from([excluded.to_owned()]), self.clock())?;
        let day = birthday_before(self.today);
        let heading = Heading { sequence: 1, day, acknowledged: true, language: Lang::Sv };
        let report = Report { text: Secret::new(text.to_owned()), ..Report::default() };
        let sealer = Sealer::new(&audience, &heading, &report, Vec::new(), &mut rand::rng())?;
        let (sealed, body) = sealer.finish(&source.tsk)?;
        source.digest = Some(sealed.digest);
        let report = OralReport {
            item: Item { digest: sealed.digest, length: sealed.length },
            token_hash: sealed.token_hash,
            readers: audience.readers().to_vec(),
            excluded: roster.member(excluded).map(|member| member.cert().fingerprint()).into_iter().collect(),
            day,
            acknowledged: true,
        };
        Ok((Enrolment { report: Some(report), ..self.enrolment(source)? }, body))
    }
}
