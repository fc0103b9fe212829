//! The commands of `sluss-desk`: the same work as on the page, for scripts.
//!
//! Protects: a passphrase comes from a file or descriptor, never from the arguments or the environment, which others on
//! the machine can read. What `show` writes to the terminal is plaintext, as it was asked for.

mod args;
mod run;
mod tell;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use sluss_core::lang::Lang;
use sluss_core::memory;
use sluss_web::say::Speech;

use crate::say::{Explain as _, speech};
use args::{Args, Command};
use run::Failure;

const HELP_EN: &str = include_str!("help.en.txt");
const HELP_SV: &str = include_str!("help.sv.txt");

/// Runs the program and says how it ended: 0 done, 1 refused with a reason, 2 wrong use.
pub fn main() -> ExitCode {
    memory::keep_private();
    // Where the system does not allow it, an unencrypted swap may get to hold what is open here.
    memory::keep_from_swap();
    let mut lang = args::lang_of_environment();
    let args = args::parse(lexopt::Parser::from_env(), &mut lang);
    let speech = match speech() {
        Ok(speech) => speech,
        Err(error) => return complain(&error.to_string(), ExitCode::FAILURE),
    };
    let voice = speech.voice(lang);
    match args {
        Err(error) => complain(&error.explain(voice), ExitCode::from(2)),
        Ok(args) => match perform(args, lang, speech) {
            Ok(()) => ExitCode::SUCCESS,
            Err(Failure::Refused(why)) => complain(&why, ExitCode::FAILURE),
            Err(Failure::Usage(why)) => complain(&why, ExitCode::from(2)),
        },
    }
}

fn perform(args: Args, lang: Lang, speech: Speech) -> Result<(), Failure> {
    let out = &mut io::stdout().lock();
    match args.command {
        Command::Help => run::write(out, if lang == Lang::Sv { HELP_SV } else { HELP_EN }),
        Command::Version => run::write(out, concat!("sluss-desk ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Page { port, browser } => run::page(&args.book, port, browser, lang, speech, out),
        command => {
            let call = run::Call {
                folder: &args.book,
                passphrase: args.passphrase.as_deref(),
                json: args.json,
                voice: speech.voice(lang),
            };
            call.run(command, SystemTime::now(), &mut rand::rng(), out)
        }
    }
}

fn complain(why: &str, code: ExitCode) -> ExitCode {
    // Nobody is left to tell if this fails.
    let _ = writeln!(io::stderr(), "{why}");
    code
}

#[cfg(test)]
mod tests;
