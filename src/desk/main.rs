//! The desk's program; all of it is in the library. Its usage is `cli/help.en.txt`.
//!
//! Protects: what was freed is wiped, by the allocator.

use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    sluss_desk::cli::main()
}
