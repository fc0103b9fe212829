//! Sealing 256 MiB against `gpg --compress-algo none`, in processor time, by turns in one run.
//!
//! `cargo bench -p sluss-tests --bench sealing`. Quote the ratio: times drift with the machine.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use sluss_core::cert::Kind;
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::seal::Sealer;
use sluss_core::submission::{Heading, Report};
use sluss_tests::house::House;

const BYTES: usize = 256 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let day = Day::of(SystemTime::now())?;
    let hybrid =
        House::new(&[("anna", Kind::PostQuantum), ("bertil", Kind::PostQuantum), ("reserv", Kind::PostQuantum)], day)?;
    let classic = House::new(&[("anna", Kind::Classic), ("bertil", Kind::Classic), ("reserv", Kind::Classic)], day)?;
    let gpg = Gpg::new(folder.path(), &classic)?;
    let plain = folder.path().join("plain");
    std::fs::write(&plain, (0..BYTES).map(|n| (n / 7).to_le_bytes()[0]).collect::<Vec<u8>>())?;

    println!("256 MiB, three recipients, processor seconds (median of {ROUNDS})");
    let (mut ours, mut mixed, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(seal(&hybrid, &plain)?);
        mixed.push(seal(&classic, &plain)?);
        theirs.push(gpg.encrypt(&plain)?);
    }
    let (ours, mixed, theirs) = (median(ours), median(mixed), median(theirs));
    println!("sealed, post-quantum:        {ours:.3}");
    println!("sealed, classic:             {mixed:.3}");
    println!("gpg --compress-algo none:    {theirs:.3}");
    println!("gpg / post-quantum:          {:.2}", theirs / ours);
    println!("gpg / classic:               {:.2}", theirs / mixed);
    Ok(())
}

/// Seals the file as a drop does, and returns this process's processor seconds.
fn seal(house: &House, plain: &Path) -> Result<f64> {
    let audience = house.audience(&[])?;
    let source = sluss_core::cert::Tsk::generate(Kind::PostQuantum, None, house.roster.edition().birthday)?;
    let heading = Heading { sequence: 1, day: house.day, acknowledged: true, language: Lang::Sv };
    let mut file = std::fs::File::open(plain)?;
    let before = processor_seconds(Whose::Own)?;
    let mut sealer = Sealer::new(&audience, &heading, &Report::default(), std::io::sink(), &mut rand::rng())?;
    sealer.file("plain")?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = std::io::Read::read(&mut file, &mut chunk)?;
        if n == 0 {
            break;
        }
        sealer.write_all(chunk.get(..n).context("a read beyond its buffer")?)?;
    }
    sealer.finish(&source)?;
    Ok(processor_seconds(Whose::Own)? - before)
}

/// Whose processor time: this process's, or that of the children it waited for.
#[derive(Clone, Copy)]
enum Whose {
    Own,
    Children,
}

/// User and system time from /proc/self/stat (proc(5), fields 14 to 17), in hundredths of a second.
fn processor_seconds(whose: Whose) -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().context("no stat")?.split_whitespace().collect();
    let first = match whose {
        Whose::Own => 11,
        Whose::Children => 13,
    };
    let ticks: Vec<f64> = [first, first + 1].iter().filter_map(|at| fields.get(*at)?.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

struct Gpg {
    home: std::path::PathBuf,
}

impl Gpg {
    fn new(folder: &Path, house: &House) -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let home = folder.join("gpg");
        std::fs::create_dir(&home)?;
        std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700))?;
        let gpg = Self { home };
        for tsk in house.people.values() {
            let mut import = gpg.command().arg("--import").stdin(Stdio::piped()).stderr(Stdio::null()).spawn()?;
            import.stdin.take().context("no stdin")?.write_all(tsk.cert().armored().as_bytes())?;
            ensure!(import.wait()?.success(), "gpg does not import a classic cert");
        }
        Ok(gpg)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("gpg");
        command.arg("--homedir").arg(&self.home).args(["--batch", "--no-tty", "--trust-model", "always"]);
        command
    }

    /// Encrypts the file to everybody, and returns gpg's processor seconds.
    fn encrypt(&self, plain: &Path) -> Result<f64> {
        let before = processor_seconds(Whose::Children)?;
        let recipients =
            ["anna", "bertil", "reserv"].iter().flat_map(|id| ["-r".to_owned(), format!("{id}@sluss.invalid")]);
        let mut command = self.command();
        command
            .args(["--compress-algo", "none", "-o", "-"])
            .args(recipients)
            .arg("-e")
            .arg(plain)
            .stdout(Stdio::null());
        ensure!(command.status()?.success(), "gpg does not encrypt");
        Ok(processor_seconds(Whose::Children)? - before)
    }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}
