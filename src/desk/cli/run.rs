//! Doing what a command says.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rand::CryptoRng;
use sluss_core::cert::Cert;
use sluss_core::confine::{Sockets, confine};
use sluss_core::day::Clock;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::secret::Secret;
use sluss_web::say::{Speech, Voice};

use super::args::{Command, UsageError};
use super::tell::Answer;
use crate::answer;
use crate::book::Book;
use crate::ceremony;
use crate::desk::Desk;
use crate::durable;
use crate::exchange;
use crate::face;
use crate::progress::Progress;
use crate::say::{AtPath, Explain, seen_by_sources};
use crate::unseal;

/// Bytes of a passphrase file that are read at most.
const PASSPHRASE_MAX: u64 = 4096;

/// Why a command was not done, in words.
#[derive(Debug)]
pub enum Failure {
    /// For a reason.
    Refused(String),
    /// Because it was used wrongly.
    Usage(String),
}

/// Everything about a call but the command.
pub struct Call<'a> {
    /// The book's folder.
    pub folder: &'a Path,
    /// The file whose first line is the passphrase.
    pub passphrase: Option<&'a Path>,
    /// Whether a script reads the answer.
    pub json: bool,
    /// The language.
    pub voice: Voice<'a>,
}

/// Opens the page and stays until it is told to end.
pub fn page(
    folder: &Path,
    port: u16,
    browser: bool,
    lang: Lang,
    speech: Speech,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let refused = |error: &dyn Explain| Failure::Refused(error.explain(speech.voice(lang)));
    let book = Book::open(folder, &mut rand::rng()).map_err(|error| refused(&error))?;
    let door = face::Door::open(port, &mut rand::rng()).map_err(|error| refused(&error))?;
    write(out, &format!("{}\n{}\n", door.address(), speech.voice(lang).say("cli-open-page")))?;
    let opened: Option<Result<_, face::BrowserError>> = browser.then(|| {
        let profile = face::Profile::lay()?;
        profile.open(door.address()).map(|window| (profile, window))
    });
    let (_profile, window) = match opened.transpose() {
        Ok(opened) => opened.unzip(),
        Err(error) => {
            write(out, &format!("{}\n", error.explain(speech.voice(lang))))?;
            (None, None)
        }
    };
    confine(Sockets::Accepted).map_err(|error| refused(&error))?;
    let seen = seen_by_sources().map_err(|error| Failure::Refused(error.to_string()))?;
    face::serve(door, book, lang, speech, seen, window).map_err(|error| Failure::Refused(error.to_string()))
}

/// Writes an answer out.
pub fn write(out: &mut impl Write, text: &str) -> Result<(), Failure> {
    // A reader that went away needs no answer.
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Refused(error.to_string())),
        _ => Ok(()),
    }
}

impl Call<'_> {
    /// Does what `command` says and writes the answer to `out`.
    pub fn run(
        &self,
        command: Command,
        now: SystemTime,
        rng: &mut impl CryptoRng,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let clock = Clock::new(now).map_err(|error| self.refused(&error))?;
        let book = Book::open(self.folder, rng).map_err(|error| self.refused(&error))?;
        let answer = match command {
            Command::TskNew { name, kind } => {
                let cert = ceremony::make(&book, &name, kind, &self.passphrase()?, clock, rng);
                Answer::Key(Box::new(cert.map_err(|error| self.refused(&error))?))
            }
            Command::TskRenew(kind) => {
                let cert = ceremony::renew(&book, kind, &self.passphrase()?, clock, rng);
                Answer::Key(Box::new(cert.map_err(|error| self.refused(&error))?))
            }
            Command::TskLoad(file) => {
                let bytes = self.read(&file)?;
                let cert = ceremony::load(&book, &bytes, &self.passphrase()?, clock, rng);
                Answer::Key(Box::new(cert.map_err(|error| self.refused(&error))?))
            }
            Command::ExportCert(to) => {
                let cert: Cert = book.cert_for_roster().map_err(|error| self.refused(&error))?;
                return self.export(cert.armored().as_bytes(), &to, "cert.asc", out);
            }
            Command::ExportForGpg(to) => {
                let tsk = ceremony::export_for_gpg(&book, &self.passphrase()?).map_err(|error| self.refused(&error))?;
                return self.export(&tsk, &to, "tsk-for-gpg.asc", out);
            }
            Command::RosterNew { .. } | Command::RosterSign { .. } | Command::RosterUse(_) | Command::RosterShow => {
                self.roster(command, book, clock)?
            }
            command => self.case_work(command, book, clock, rng)?,
        };
        write(out, &if self.json { answer.json() } else { answer.text(self.voice) })
    }

    fn roster(&self, command: Command, book: Book, clock: Clock) -> Result<Answer, Failure> {
        match command {
            Command::RosterNew { description, card, previous, to } => {
                let previous = previous
                    .map(|path| ceremony::read_roster(&path))
                    .transpose()
                    .map_err(|error| self.refused(&error))?;
                let file = ceremony::draw_up(&description, card.as_deref(), previous, clock.today());
                let file = file.map_err(|error| self.refused(&error))?;
                let to = durable::place(&to, "roster.json").map_err(|error| self.refused(&AtPath(&to, &error)))?;
                self.put(&to, &file.to_bytes())?;
                let standing = ceremony::standing(&file).map_err(|error| self.refused(&error))?;
                Ok(Answer::Standing { standing: Box::new(standing), file: Some(to) })
            }
            Command::RosterSign { file: path, yes } => {
                let mut file = ceremony::read_roster(&path).map_err(|error| self.refused(&error))?;
                if !yes {
                    let standing = ceremony::standing(&file).map_err(|error| self.refused(&error))?;
                    return Ok(Answer::Standing { standing: Box::new(standing), file: None });
                }
                let tsk = book.locked_tsk().map_err(|error| self.refused(&error))?;
                let tsk = sluss_core::cert::Tsk::unlock_with_passphrase(&tsk, &self.passphrase()?)
                    .map_err(|error| self.refused(&error))?;
                let standing = ceremony::sign(&book, &mut file, &tsk, clock).map_err(|error| self.refused(&error))?;
                self.put(&path, &file.to_bytes())?;
                Ok(Answer::Standing { standing: Box::new(standing), file: Some(path) })
            }
            Command::RosterUse(path) => {
                let file = ceremony::read_roster(&path).map_err(|error| self.refused(&error))?;
                let roster = ceremony::take_into_use(&book, &file, clock).map_err(|error| self.refused(&error))?;
                Ok(Answer::Roster { roster: Box::new(roster), taken: true })
            }
            _ => {
                let roster = book.roster().map_err(|error| self.refused(&error))?;
                Ok(Answer::Roster { roster: Box::new(roster), taken: false })
            }
        }
    }

    fn case_work(
        &self,
        command: Command,
        book: Book,
        clock: Clock,
        rng: &mut impl CryptoRng,
    ) -> Result<Answer, Failure> {
        let desk = &mut Desk::unlock(Arc::new(book), &self.passphrase()?).map_err(|error| self.refused(&error))?;
        match command {
            Command::Open(path) => {
                let opened = exchange::open(desk, &path, clock, &Progress::default());
                let opened = opened.map_err(|error| self.refused(&AtPath(&path, &error)))?;
                Ok(Answer::Opened { opened, today: clock.today() })
            }
            Command::Return { to, with_roster } => {
                let made = exchange::make_return(desk, &to, with_roster, clock, rng);
                Ok(Answer::Made(made.map_err(|error| self.refused(&AtPath(&to, &error)))?))
            }
            Command::Show(case) => {
                let office = desk.office().map_err(|error| self.refused(&error))?;
                let case = office.casebook.case(&case).map_err(|error| self.refused(&error))?;
                Ok(Answer::case(office, &case, self.voice))
            }
            Command::Save { case, file, to, unseal: true } => {
                let saved = unseal::save(desk, &case, &file, &to);
                let (saved, unsealed) = saved.map_err(|error| self.refused(&AtPath(&to, &error)))?;
                Ok(Answer::Unsealed { saved, unsealed })
            }
            Command::Save { case, file, to, unseal: false } => {
                let saved = answer::save(desk, &case, &file, &to);
                Ok(Answer::Saved(saved.map_err(|error| self.refused(&AtPath(&to, &error)))?))
            }
            Command::Reply { case, kind, text } => {
                let text = self.text(&text)?;
                let written = answer::reply(desk, &case, kind, text.expose(), None, clock);
                Ok(Answer::Written(written.map_err(|error| self.refused(&error))?))
            }
            _ => {
                let office = desk.office().map_err(|error| self.refused(&error))?;
                Ok(Answer::cases(office, self.voice))
            }
        }
    }

    fn refused(&self, error: &dyn Explain) -> Failure {
        Failure::Refused(error.explain(self.voice))
    }

    /// Writes `bytes` to standard output for `-`, else to a new file.
    fn export(&self, bytes: &[u8], to: &Path, name: &str, out: &mut impl Write) -> Result<(), Failure> {
        if is_dash(to) {
            return write(out, &String::from_utf8_lossy(bytes));
        }
        let path = durable::place(to, name).map_err(|error| self.refused(&AtPath(to, &error)))?;
        self.put(&path, bytes)?;
        let answer = Answer::File(path);
        write(out, &if self.json { answer.json() } else { answer.text(self.voice) })
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        durable::write(path, |file| file.write_all(bytes))
            .map_err(|error: io::Error| self.refused(&AtPath(path, &error)))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        std::fs::read(path).map_err(|error| self.refused(&AtPath(path, &error)))
    }

    fn text(&self, path: &Path) -> Result<Secret<String>, Failure> {
        if is_dash(path) && self.passphrase.is_some_and(is_dash) {
            return Err(Failure::Usage(UsageError::Wrong("-".to_owned()).explain(self.voice)));
        }
        let mut text = Secret::new(String::new());
        // Whatever is too long for a letter is still measured, up to here.
        let most = limits::TEXT_GIVEN_BACK as u64;
        input(path)
            .and_then(|input| input.take(most).read_to_string(text.expose_mut()))
            .map_err(|error| self.refused(&AtPath(path, &error)))?;
        Ok(text)
    }

    /// The passphrase: the first line of its file.
    fn passphrase(&self) -> Result<Secret<String>, Failure> {
        let path = self.passphrase.ok_or_else(|| Failure::Usage(UsageError::Passphrase.explain(self.voice)))?;
        let mut text = Secret::new(String::new());
        input(path)
            .and_then(|input| input.take(PASSPHRASE_MAX).read_to_string(text.expose_mut()))
            .map_err(|error| self.refused(&AtPath(path, &error)))?;
        let line = text.expose().lines().next().unwrap_or_default().to_owned();
        Ok(Secret::new(line))
    }
}

fn input(path: &Path) -> io::Result<Box<dyn Read>> {
    if is_dash(path) { Ok(Box::new(io::stdin())) } else { Ok(Box::new(File::open(path)?)) }
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Explain for face::OpenPageError {
    fn explain(&self, voice: Voice<'_>) -> String {
        let Self { port, why } = self;
        voice.say_with("face-no-port", &[("port", port.to_string().into()), ("why", why.to_string().into())])
    }
}
