//! The control socket: how the operator's commands reach a drop that serves, which alone may open its store.
//!
//! Protects: the socket lies in the state folder, mode 0600, so that only the drop's own user (and root) can speak here.
//! Each message is one line of JSON; bytes of a known length may follow it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::office::export::{Exported, NewFile, Sink};
use crate::office::hatches::Hatch;
use crate::office::import::{Imported, Spool};
use crate::office::problem::Problem;
use crate::office::{Now, Office, RosterAdded, Status};
use crate::store::{Damage, Settings};

/// Bytes of one line.
const LINE: u64 = 1024 * 1024;
/// Bytes of a roster.
pub(super) const ROSTER: u64 = 64 * 1024 * 1024;
/// Bytes sent in one piece.
const PIECE: usize = 256 * 1024;

/// What a command asks for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
enum Ask {
    Status,
    /// The roster's bytes follow.
    RosterAdd {
        length: u64,
    },
    Export {
        name: String,
        from: Option<u32>,
    },
    /// The bundle's bytes follow.
    Import {
        length: u64,
    },
    /// The bundle that was sent is durable.
    Kept,
    HatchAdd {
        name: String,
        client: String,
    },
    Hatches,
    HatchRemove {
        name: String,
    },
    Sweep,
    Fsck {
        give_up: bool,
    },
}

/// What the serving drop says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
enum Say {
    /// A piece of a bundle; its bytes follow.
    Piece { length: u64 },
    /// That was all of it: make it durable.
    Whole,
    /// Done; what was done is in `what`.
    Done { what: serde_json::Value },
    /// Refused.
    Refused { why: Problem },
}

/// Where the work is done.
pub enum Reach {
    /// In this process: nothing serves.
    Here(Box<Office>),
    /// In the process that serves.
    There(Line),
}

impl Reach {
    /// Finds the serving drop, else opens the drop here.
    pub fn find(config: Config, now: Now) -> Result<Self, Problem> {
        match UnixStream::connect(config.control()) {
            Ok(stream) => Ok(Self::There(Line::new(stream)?)),
            Err(_) => Ok(Self::Here(Box::new(Office::open(config, now, Settings::default())?))),
        }
    }

    /// How the drop stands.
    pub fn status(self) -> Result<Status, Problem> {
        match self {
            Self::Here(office) => office.status(false),
            Self::There(mut line) => {
                line.say(&Ask::Status)?;
                line.done()
            }
        }
    }

    /// Deletes what is due, then sweeps.
    pub fn sweep(self) -> Result<(), Problem> {
        match self {
            Self::Here(office) => office.sweep(),
            Self::There(mut line) => {
                line.say(&Ask::Sweep)?;
                line.done()
            }
        }
    }

    /// Looks through the whole store; with `give_up`, deletes what is damaged.
    pub fn fsck(self, give_up: bool) -> Result<Damage, Problem> {
        match self {
            Self::Here(office) => office.fsck(give_up),
            Self::There(mut line) => {
                line.say(&Ask::Fsck { give_up })?;
                line.done()
            }
        }
    }

    /// Takes a roster into use.
    pub fn add_roster(self, bytes: &[u8]) -> Result<RosterAdded, Problem> {
        match self {
            Self::Here(office) => office.add_roster(bytes),
            Self::There(mut line) => {
                line.say(&Ask::RosterAdd { length: bytes.len() as u64 })?;
                line.send(bytes)?;
                line.done()
            }
        }
    }

    /// Lays a hatch for the person called `name`, and opens it. `client` is the public half of its access key.
    pub fn add_hatch(self, name: &str, client: &str) -> Result<Hatch, Problem> {
        match self {
            Self::Here(office) => office.add_hatch(name, client),
            Self::There(mut line) => {
                line.say(&Ask::HatchAdd { name: name.to_owned(), client: client.to_owned() })?;
                line.done()
            }
        }
    }

    /// All hatches.
    pub fn hatches(self) -> Result<Vec<Hatch>, Problem> {
        match self {
            Self::Here(office) => Ok(office.hatches()),
            Self::There(mut line) => {
                line.say(&Ask::Hatches)?;
                line.done()
            }
        }
    }

    /// Shuts the hatch of the person called `name` for good.
    pub fn remove_hatch(self, name: &str) -> Result<Hatch, Problem> {
        match self {
            Self::Here(office) => office.remove_hatch(name),
            Self::There(mut line) => {
                line.say(&Ask::HatchRemove { name: name.to_owned() })?;
                line.done()
            }
        }
    }

    /// Writes the next bundle of the person called `name` to `path`.
    pub fn export(self, name: &str, from: Option<u32>, path: &Path) -> Result<Exported, Problem> {
        let mut file = NewFile::create(path)?;
        let exported = match self {
            Self::Here(office) => office.export(name, from, &mut file)?,
            Self::There(mut line) => {
                line.say(&Ask::Export { name: name.to_owned(), from })?;
                line.receive(&mut file)?;
                file.keep()?;
                line.say(&Ask::Kept)?;
                line.done()?
            }
        };
        file.name()?;
        Ok(exported)
    }

    /// Takes in the return bundle `file`, which is `length` bytes long.
    pub fn import(self, file: &mut (dyn Read + Send), length: u64) -> Result<Imported, Problem> {
        match self {
            Self::Here(office) => {
                let spool = Spool::copy(&office.config.state, &mut file.take(length))?;
                office.import(&spool)
            }
            Self::There(mut line) => {
                line.say(&Ask::Import { length })?;
                let sent = io::copy(&mut file.take(length), &mut line.stream);
                sent.map_err(|error| Problem::new("bundle-read").with("why", error))?;
                line.done()
            }
        }
    }
}

/// How a drop that serves stands; none where nothing serves.
pub(super) fn status_of_serving(config: &Config) -> Option<Result<Status, Problem>> {
    let stream = UnixStream::connect(config.control()).ok()?;
    Some(Line::new(stream).and_then(|line| Reach::There(line).status()))
}

/// One conversation over the socket.
pub struct Line {
    stream: UnixStream,
    incoming: BufReader<UnixStream>,
}

impl Line {
    fn new(stream: UnixStream) -> Result<Self, Problem> {
        let incoming = BufReader::new(stream.try_clone().map_err(broken)?);
        Ok(Self { stream, incoming })
    }

    fn say(&mut self, message: &impl Serialize) -> Result<(), Problem> {
        let mut line = serde_json::to_vec(message).map_err(|error| broken(error.into()))?;
        line.push(b'\n');
        self.send(&line)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.stream.write_all(bytes).map_err(broken)
    }

    fn hear<M: DeserializeOwned>(&mut self) -> Result<M, Problem> {
        let mut line = Vec::new();
        (&mut self.incoming).take(LINE).read_until(b'\n', &mut line).map_err(broken)?;
        serde_json::from_slice(&line).map_err(|error| broken(error.into()))
    }

    /// Waits for the end of the work.
    fn done<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        match self.hear()? {
            Say::Done { what } => serde_json::from_value(what).map_err(|error| broken(error.into())),
            Say::Refused { why } => Err(why),
            Say::Piece { .. } | Say::Whole => Err(broken(io::ErrorKind::InvalidData.into())),
        }
    }

    /// Writes what comes in pieces to `file`.
    fn receive(&mut self, file: &mut NewFile) -> Result<(), Problem> {
        loop {
            match self.hear()? {
                Say::Piece { length } => {
                    let copied = io::copy(&mut (&mut self.incoming).take(length), file.writer());
                    let copied = copied.map_err(|error| Problem::new("bundle-write").with("why", error))?;
                    if copied < length {
                        return Err(broken(io::ErrorKind::UnexpectedEof.into()));
                    }
                }
                Say::Whole => return Ok(()),
                Say::Refused { why } => return Err(why),
                Say::Done { .. } => return Err(broken(io::ErrorKind::InvalidData.into())),
            }
        }
    }
}

fn broken(error: io::Error) -> Problem {
    Problem::new("control-broken").with("why", error)
}

/// A bundle on its way through the socket, in pieces.
struct Pieces {
    line: Line,
    gathered: Vec<u8>,
}

impl Pieces {
    fn put(&mut self) -> io::Result<()> {
        let length = self.gathered.len() as u64;
        let said = self.line.say(&Say::Piece { length }).and_then(|()| self.line.send(&self.gathered));
        self.gathered.clear();
        said.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.put()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Pieces {
    fn writer(&mut self) -> &mut (dyn Write + Send + Sync) {
        self
    }

    fn keep(&mut self) -> Result<(), Problem> {
        if !self.gathered.is_empty() {
            self.put().map_err(broken)?;
        }
        self.line.say(&Say::Whole)?;
        match self.line.hear()? {
            Ask::Kept => Ok(()),
            _ => Err(broken(io::ErrorKind::InvalidData.into())),
        }
    }
}

/// Opens the socket. Whoever calls this holds the store, so one that is there already is nobody's.
pub(super) fn open(path: &Path) -> Result<UnixListener, Problem> {
    let opened = || {
        if path.exists() {
            std::fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))?;
        io::Result::Ok(listener)
    };
    opened().map_err(|error| Problem::file(path, &error))
}

/// Answers commands for as long as the process lives, each in a thread of its own.
pub(super) fn attend(listener: UnixListener, office: Arc<Office>) -> Result<(), Problem> {
    let attending = move || {
        for stream in listener.incoming().flatten() {
            let office = Arc::clone(&office);
            // Whoever spoke and left hears nothing; the work was done, or refused, all the same.
            let answering = move || drop(Line::new(stream).and_then(|line| answer(&office, line)));
            drop(std::thread::Builder::new().name("command".to_owned()).spawn(answering));
        }
    };
    let started = std::thread::Builder::new().name("control".to_owned()).spawn(attending);
    started.map(drop).map_err(broken)
}

fn answer(office: &Office, mut line: Line) -> Result<(), Problem> {
    let (mut line, outcome) = match line.hear()? {
        Ask::Status => (line, office.status(true).and_then(told)),
        Ask::RosterAdd { length } => {
            let mut bytes = Vec::new();
            (&mut line.incoming).take(length.min(ROSTER)).read_to_end(&mut bytes).map_err(broken)?;
            (line, office.add_roster(&bytes).and_then(told))
        }
        Ask::Import { length } => {
            let spool = Spool::copy(&office.config.state, &mut (&mut line.incoming).take(length));
            let imported = spool.and_then(|spool| office.import(&spool));
            (line, imported.and_then(told))
        }
        Ask::Export { name, from } => {
            let mut pieces = Pieces { line, gathered: Vec::with_capacity(2 * PIECE) };
            let exported = office.export(&name, from, &mut pieces);
            (pieces.line, exported.and_then(told))
        }
        Ask::HatchAdd { name, client } => (line, office.add_hatch(&name, &client).and_then(told)),
        Ask::Hatches => (line, told(office.hatches())),
        Ask::HatchRemove { name } => (line, office.remove_hatch(&name).and_then(told)),
        Ask::Sweep => (line, office.sweep().and_then(told)),
        Ask::Fsck { give_up } => (line, office.fsck(give_up).and_then(told)),
        Ask::Kept => return Err(broken(io::ErrorKind::InvalidData.into())),
    };
    line.say(&match outcome {
        Ok(what) => Say::Done { what },
        Err(why) => Say::Refused { why },
    })
}

fn told(what: impl Serialize) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(what).map_err(|error| broken(error.into()))
}
