//! Backups of the owner's newest TSK, on a stick or on paper, and the drill that shows whether one would help.
//!
//! Protects against a backup that fails on the day when it is needed: a drill reads it by the way a restore takes, and
//! compares what it opens with the key here. A backup is as safe as its passphrase: whoever has both has the key. It holds no
//! case.

use qrcode::{Color, EcLevel, QrCode};
use sluss_core::cert::{Cert, CertError, Tsk};
use sluss_core::day::Clock;
use sluss_core::secret::Secret;

use crate::book::{Book, BookError};
use crate::casebook::journal::{Drill, Event};
use crate::desk::{Desk, DeskError};

/// Lines of armor in one code: 640 letters make one of 97 modules a side, which cheap scanners read from paper.
const LINES: usize = 10;

/// Why a backup is not one of the owner's newest TSK.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// It does not open, or is no TSK.
    #[error(transparent)]
    Cert(#[from] CertError),
    /// It opens, and is another TSK than the newest one here; its cert.
    #[error("this is another TSK than the newest one here")]
    Another(Box<Cert>),
    /// It opens, and something is missing in it or differs.
    #[error("something is missing in it, or differs")]
    Incomplete,
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// Reads and opens a backup as a restore does, and compares it with the newest TSK here. Nothing changes, but that the
/// journal says on which day this was.
pub fn drill(desk: &mut Desk, backup: &[u8], passphrase: &Secret<String>, clock: Clock) -> Result<(), DrillError> {
    let restored = Tsk::unlock_with_passphrase(backup, passphrase)?;
    let newest = desk.newest_tsk()?;
    if restored.fingerprint() != newest.fingerprint() {
        return Err(DrillError::Another(Box::new(restored.cert())));
    }
    if !restored.equals(newest) {
        return Err(DrillError::Incomplete);
    }
    Ok(desk.enter(Event::Drilled(Drill { cert: restored.fingerprint() }), clock)?)
}

/// A backup as somebody typed it or scanned it from paper: blank lines may be lost, or others be there.
pub fn from_paper(typed: &str) -> Vec<u8> {
    let mut armor = String::with_capacity(typed.len() + 2);
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(':')) {
        armor.push_str(line);
        // A blank line ends the headers, which are left out.
        armor.push_str(if line.starts_with("-----BEGIN") { "\n\n" } else { "\n" });
    }
    armor.into_bytes()
}

/// What stands on paper of the owner's newest TSK.
#[derive(Debug)]
pub struct Paper {
    /// Its cert.
    pub cert: Cert,
    /// The armored lines of the locked TSK, without headers and blank ones.
    pub lines: Vec<String>,
    /// Codes that hold these lines, in order.
    pub codes: Vec<Code>,
}

impl Paper {
    /// Puts the newest TSK of `book` on paper.
    pub fn of(book: &Book) -> Result<Self, BookError> {
        let locked = book.newest_tsk()?;
        let kept = |line: &&str| !line.is_empty() && !line.contains(':');
        let lines: Vec<String> = String::from_utf8_lossy(&locked).lines().filter(kept).map(str::to_owned).collect();
        let codes = lines.chunks(LINES).filter_map(Code::of).collect();
        Ok(Self { cert: book.cert_for_roster()?, lines, codes })
    }
}

/// A QR code.
#[derive(Debug)]
pub struct Code {
    /// Modules of a side.
    pub width: usize,
    /// Its dark modules, row by row: where in its row each run of them begins, and how many they are.
    pub rows: Vec<Vec<(usize, usize)>>,
}

impl Code {
    /// The code that reads as these lines; none if they are too long for one, as those of an armor never are.
    fn of(lines: &[String]) -> Option<Self> {
        let code = QrCode::with_error_correction_level(lines.join("\n"), EcLevel::M).ok()?;
        let (width, modules) = (code.width(), code.into_colors());
        let rows = modules.chunks(width).map(|row| {
            let mut at = 0;
            let runs = row.chunk_by(|one, next| one == next).map(|run| {
                let begins = at;
                at += run.len();
                (run.first() == Some(&Color::Dark)).then_some((begins, run.len()))
            });
            runs.flatten().collect()
        });
        Some(Self { width, rows: rows.collect() })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sluss_core::cert::Kind;

    use super::*;
    use crate::ceremony::load;
    use crate::testing::{House, clock, rng};

    fn passphrase() -> Secret<String> {
        Secret::new("ett två tre fyra fem sex".to_owned())
    }

    fn locked(tsk: &Tsk) -> Vec<u8> {
        tsk.lock_for_gpg(&passphrase()).unwrap()
    }

    /// Anna's desk, with her key in its book.
    fn desk(house: &House) -> Desk {
        let desk = house.desk("anna");
        desk.book().put_tsk(&house.tsk("anna").cert(), &locked(house.tsk("anna"))).unwrap();
        desk
    }

    /// What a scanner reads, held before the code.
    fn scanned(code: &Code) -> String {
        const MODULE: usize = 3;
        const MARGIN: usize = 4;
        let side = MODULE * (code.width + 2 * MARGIN);
        let dark = |x: usize, y: usize| {
            let (x, row) = (x / MODULE, (y / MODULE).checked_sub(MARGIN).and_then(|y| code.rows.get(y)));
            row.is_some_and(|runs| {
                runs.iter().any(|(begins, length)| (begins + MARGIN..begins + MARGIN + length).contains(&x))
            })
        };
        let mut seen =
            rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark(x, y) { 0 } else { u8::MAX });
        seen.detect_grids().first().unwrap().decode().unwrap().1
    }

    /// What is left of an armored TSK when its subkey is lost.
    fn without_subkey(locked: &[u8]) -> Vec<u8> {
        let armor = String::from_utf8_lossy(locked);
        let body = armor.split("\n\n").nth(1).unwrap().lines().take_while(|line| !line.starts_with(['=', '-']));
        let mut packets = data_encoding::BASE64.decode(body.collect::<String>().as_bytes()).unwrap();
        let mut at = 0;
        // Tag 7 is a secret subkey (RFC 9580, 5.5.1.4); lengths as in 4.2.1.
        while packets[at] & 0x3f != 7 {
            let [one, two] = [packets[at + 1], packets[at + 2]].map(usize::from);
            at += if one < 192 { 2 + one } else { 3 + ((one - 192) << 8) + two + 192 };
        }
        packets.truncate(at);
        packets
    }

    #[test]
    fn a_drill_tells_whether_a_backup_would_help() {
        let house = House::new();
        let mut desk = desk(&house);
        let fingerprint = house.tsk("anna").fingerprint();
        let backup = desk.book().newest_tsk().unwrap();
        let (certs, wrong) = (desk.book().certs().unwrap(), Secret::new("fel lösenfras".to_owned()));
        let mut refused =
            |backup: &[u8], passphrase: &Secret<String>| drill(&mut desk, backup, passphrase, clock()).unwrap_err();
        assert!(matches!(refused(&backup, &wrong), DrillError::Cert(CertError::Passphrase)));
        assert!(matches!(refused(b"", &passphrase()), DrillError::Cert(CertError::Malformed)));
        let cert = house.tsk("anna").cert().armored();
        assert!(matches!(refused(cert.as_bytes(), &passphrase()), DrillError::Cert(CertError::NoSecret)));
        let other = locked(house.tsk("bertil"));
        assert!(
            matches!(refused(&other, &passphrase()), DrillError::Another(cert) if cert == Box::new(house.tsk("bertil").cert()))
        );
        assert!(matches!(refused(&without_subkey(&backup), &passphrase()), DrillError::Incomplete));
        assert_eq!(desk.drilled().unwrap(), None, "what was refused counts");

        drill(&mut desk, &backup, &passphrase(), clock()).unwrap();
        let later = Clock::new(clock().latest() + Duration::from_secs(40 * 24 * 3600)).unwrap();
        drill(&mut desk, &backup, &passphrase(), later).unwrap();
        drill(&mut desk, &backup, &passphrase(), clock()).unwrap();
        assert_eq!(desk.drilled().unwrap(), Some(later.today()));
        assert_eq!(
            (desk.book().certs().unwrap(), desk.tsk().fingerprint()),
            (certs, fingerprint),
            "a drill changed keys"
        );
        drop(desk);
        assert_eq!(house.desk("anna").drilled().unwrap(), Some(later.today()), "the day is not kept");
    }

    #[test]
    fn a_renewed_key_wants_a_backup_of_its_own() {
        let house = House::new();
        let mut desk = desk(&house);
        let old = desk.book().newest_tsk().unwrap();
        drill(&mut desk, &old, &passphrase(), clock()).unwrap();
        let renewed = Tsk::generate(Kind::PostQuantum, Some("anna"), clock().today()).unwrap();
        let book = std::sync::Arc::clone(desk.book());
        book.renew_tsk(&renewed.cert(), &locked(&renewed)).unwrap();
        let mut desk = Desk::with_tsks(book, house.tsk("anna").clone(), vec![renewed.clone()]).unwrap();
        assert_eq!(desk.drilled().unwrap(), None);
        assert!(matches!(drill(&mut desk, &old, &passphrase(), clock()), Err(DrillError::Another(_))));
        let backup = desk.book().newest_tsk().unwrap();
        drill(&mut desk, &backup, &passphrase(), clock()).unwrap();
        assert_eq!(desk.drilled().unwrap(), Some(clock().today()));
    }

    #[test]
    fn what_was_put_on_paper_is_scanned_or_typed_back() {
        let house = House::new();
        let mut desk = desk(&house);
        let paper = Paper::of(desk.book()).unwrap();
        let read: Vec<String> = paper.codes.iter().map(scanned).collect();
        assert!(read.len() > 2 && read.len() == paper.lines.len().div_ceil(LINES), "{} codes", read.len());
        assert!(paper.codes.iter().all(|code| code.width <= 97), "a code is too fine for cheap scanners");
        assert!(!read.concat().contains("anna"), "a header stands on paper");
        assert_eq!(from_paper("-----BEGIN A-----\nb\n"), b"-----BEGIN A-----\n\nb\n", "no line ends the headers");
        let typed = paper.lines.iter().map(|line| format!("  {line} \r\n\r\n")).collect::<String>();
        for text in [read.join("\n"), typed] {
            drill(&mut desk, &from_paper(&text), &passphrase(), clock()).unwrap();
        }
        // The same lines in a book that has nothing.
        let elsewhere = Book::open(&house.folder.path().join("elsewhere"), &mut rand::rng()).unwrap();
        let restored = load(&elsewhere, &from_paper(&read.join("\n")), &passphrase(), clock(), &mut rng()).unwrap();
        assert_eq!(restored, paper.cert);
        assert!(Tsk::unlock_with_passphrase(&from_paper(&read[1..].join("\n")), &passphrase()).is_err());
    }
}
