//! Chapter 3 against the loops by hand, one core: `cargo bench -p bench -- jit`.
//!
//! - `jit/lecture`: the tuned loop on the lecture's problem, beside the loop that is
//!   written by hand and the one that only draws;
//! - `jit/steps`: the steps of the chapter, and its levels of vector instructions,
//!   beside the native loop;
//! - `jit/gaussian-peak`, `jit/genz-oscillatory`: beside the native loop written with
//!   the exp and cos of the standard library;
//! - `jit/few`: M = 100, after prepare;
//! - `jit/prepare`: compiling anew;
//! - `sobol/…`, `cargo bench -p bench -- sobol`: Sobol' points beside random ones, the loop by hand, and slower
//!   techniques; `sobol/prepare`: compiling anew for either.
//!
//! After a group come its ratios: of medians, from rounds in which all of it runs.
//! What compiling costs by part: `cargo xtask experiment compile`.

#[cfg(feature = "_jit")]
mod sobol;
#[cfg(feature = "_jit")]
mod with_jit;

#[cfg(feature = "_jit")]
fn main() {
    with_jit::groups();
    criterion::Criterion::default().configure_from_args().final_summary();
}

#[cfg(not(feature = "_jit"))]
fn main() {
    eprintln!("jit: left out: built without a feature llvm18 … llvm22");
}
