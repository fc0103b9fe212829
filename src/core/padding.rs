//! The arithmetic of sealed lengths: what a plaintext of so many bytes becomes, and the step it is padded to.
//!
//! Protects the size of what was sent: every sealed length is a step. It cannot hide which step.
//! Sequoia writes partial body lengths (RFC 9580, 4.2.1.4) in chunks of at most 4 MiB, which these formulas follow.

use crate::limits;

/// Bytes of one partial chunk.
const CHUNK: u64 = 4 * 1024 * 1024;
/// Bytes of plaintext that share one AEAD tag in SEIPDv2 (RFC 9580, 5.13.2), as Sequoia chooses them.
const AEAD_CHUNK: u64 = 4096;
/// A literal packet's own fields: format, empty name's length, date.
const LITERAL_FIELDS: u64 = 6;

/// Which encryption container carries the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// SEIPDv1: some recipient knows no other.
    V1,
    /// SEIPDv2 with OCB.
    V2,
}

/// Bytes of a body of `n` with its length headers.
fn body(n: u64) -> u64 {
    let partials = if n > CHUNK { (n - 1) / CHUNK } else { 0 };
    let last = n - partials * CHUNK;
    let header = match last {
        0..192 => 1,
        192..8384 => 2,
        _ => 5,
    };
    n + partials + header
}

/// Bytes of a literal packet around `n`.
pub(crate) fn literal(n: u64) -> u64 {
    1 + body(n + LITERAL_FIELDS)
}

/// Bytes of the whole message: `head` is everything up to and including the container's type byte, `inner` the packets within.
pub(crate) fn sealed(head: u64, container: Container, inner: u64) -> u64 {
    head + match container {
        Container::V1 => body(41 + inner),
        Container::V2 => body(52 + inner + 16 * inner.div_ceil(AEAD_CHUNK)),
    }
}

/// The step above or at `n`: Padmé's (Nikitin et al., PETS 2019), never below the floor. Costs at most 12 %.
pub(crate) fn step(n: u64) -> u64 {
    let n = n.max(limits::SEALED_FLOOR);
    let exponent = n.ilog2();
    let kept = exponent.ilog2() + 1;
    n.next_multiple_of(1 << (exponent - kept))
}

/// The padding for which `length(padding)` is exactly a step as `next` makes them from a length, and that step.
///
/// `length` must grow with the padding. Some lengths cannot be reached exactly; then the next step is taken.
pub(crate) fn exact(length: impl Fn(u64) -> u64, next: impl Fn(u64) -> u64) -> (u64, u64) {
    let mut target = next(length(0));
    loop {
        let (mut low, mut high) = (0, target);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if length(middle) <= target { low = middle } else { high = middle - 1 }
        }
        if length(low) == target {
            return (low, target);
        }
        target = next(target + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_cost_little_and_grow() {
        let mut last = 0;
        for n in (0..600_000_000_u64).step_by(99_991) {
            let step = step(n);
            assert!(step >= n && step >= last);
            assert!(n < limits::SEALED_FLOOR || step - n <= n * 12 / 100, "{n} {step}");
            assert_eq!(super::step(step), step);
            last = step;
        }
    }

    #[test]
    fn exact_lands_on_a_step() {
        for container in [Container::V1, Container::V2] {
            for n in (1..40_000_000_u64).step_by(1_234_567) {
                let length = |pad| sealed(1_000, container, literal(n + pad));
                let (pad, target) = exact(length, step);
                assert_eq!((length(pad), step(target)), (target, target));
            }
        }
    }
}
