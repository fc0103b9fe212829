//! The desk's program; all of it is in the library. Its usage is `cli/help.en.txt`.
//!
//! Protects: what was freed is wiped, by the allocator; a panic is told by its place alone, since a parser's message may
//! quote a source's file.

use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(io::stderr(), "sluss-desk: panic at {place}");
    }));
    sluss_desk::cli::main()
}
