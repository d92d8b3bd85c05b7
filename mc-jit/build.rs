//! Stops with one message where no LLVM is chosen, before the crate itself would
//! stop with many.

#[cfg(not(any(
    feature = "llvm18",
    feature = "llvm19",
    feature = "llvm20",
    feature = "llvm21",
    feature = "llvm22"
)))]
compile_error!(
    "mc-jit needs one of the features llvm18, llvm19, llvm20, llvm21, llvm22: the one for the LLVM that is \
     installed. `cargo xtask` finds it and chooses."
);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
