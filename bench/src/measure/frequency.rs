//! Cycles a second of the core that this runs on.

use std::hint::black_box;
use std::time::Instant;

/// Cycles from one fma to another that needs its result: on every x86 core with AVX-512 (Intel
/// since Skylake, AMD since Zen 4), by the tables of <https://uops.info> (`VFMADD231SD`) and of A. Fog,
/// *Instruction tables* (<https://www.agner.org/optimize>).
const FMA: f64 = 4.0;

/// Fmas in a row: some microseconds, so that most tries are not interrupted.
const CHAIN: u32 = 4096;

/// Tries: a millisecond or two.
const TRIES: usize = 256;

/// The most cycles a second that were seen in some milliseconds of now: from the time that a chain
/// of instructions takes of which each waits for the one before. None where the cycles of that
/// chain are not known, or the build has no fma.
pub fn frequency() -> Option<f64> {
    if !cfg!(all(target_arch = "x86_64", target_feature = "avx512f", target_feature = "fma")) {
        return None;
    }
    let tries = (0..TRIES).map(|_| {
        let clock = Instant::now();
        black_box(chain(black_box(1.0), black_box(0.5)));
        clock.elapsed().as_secs_f64()
    });
    let least = tries.fold(f64::INFINITY, f64::min);
    Some(FMA * f64::from(CHAIN) / least).filter(|hertz| hertz.is_finite())
}

/// x ← x·a + a, again and again; nothing in it can be done sooner, or at once.
#[inline(never)]
fn chain(x: f64, a: f64) -> f64 {
    (0..CHAIN).fold(x, |x, _| x.mul_add(a, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_has_some_gigahertz() {
        let known =
            cfg!(all(target_arch = "x86_64", target_feature = "avx512f", target_feature = "fma"));
        let found = frequency();
        assert_eq!(found.is_some(), known);
        assert!(found.is_none_or(|hertz| (0.2e9..8e9).contains(&hertz)), "{found:?}");
    }
}
