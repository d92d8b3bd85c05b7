//! `--technique auto`: which technique, with how many workers, gives the estimate first.
//!
//! What a person waits for is the whole estimate, preparing included:
//!
//! > T = start + M · c / workers
//!
//! A slow start can pay: LLVM takes some 10 ms to compile the loop, which then draws
//! a sample in a tenth of the time. So for each candidate the *model* ([`Machine`]) predicts
//! both terms, and the smallest sum wins. The parts, one file each:
//!
//! - `work`: what the tape asks for, in coordinates drawn and operations done;
//! - `model`: what these cost with each kernel, what starting costs, and the choice;
//! - `probe`: a short measurement that tells this machine and this integrand
//!   from those that the model's figures come from;
//! - `device`: whether a GPU does it sooner, which no model knows: it is tried;
//! - `choose`: all of these together;
//! - `explain`: the reasons, in words and as JSON;
//! - `runner`: `auto` as a technique among others.
//!
//! # What is measured, and when
//!
//! A choice must cost little beside the run. By the model's own figures a run of some tenths of a
//! millisecond is not worth a measurement. For a longer one, a kernel that needs no compiler
//! computes the first batches of the sample, for at most 3 % of the time predicted and at most a
//! millisecond: native code, or arrays, or for a short run the walk over the text, which is warm
//! soonest. Its speed replaces the predicted one; the ratio of the two is the machine's *pace*, by
//! which all other predictions, of compiling too, are multiplied. If the loop and the arrays are
//! then close, and it matters which, the other one is measured likewise.
//!
//! It also asks the system how many threads are running: where no processor is idle, and still
//! not after that measurement, a new thread waits for its turn, some milliseconds, and short runs
//! are quicker alone.
//!
//! With `--rel-error` or `--abs-error` the number of samples is not known. The moments
//! of these first batches tell: (std_error / target)² times as many as they are,
//! rounded up to the doubling at which a target is judged. Of Sobol' points the first batches are all of one
//! replicate: there a short run of 16 tells, and their ratio is not squared. A time limit bounds it as well: no
//! more samples are needed than the candidate that draws the most in that time.
//!
//! None of this can change a bit of the estimate, because all candidates give the same.
//!
//! # Who is no candidate
//!
//! `crossbeam-…`, `processes-…` and `mpi-…` do what `rayon-…` does and start more slowly (processes
//! and ranks are for what threads cannot do: other machines, and work that may die); `jit-calls`
//! and `jit-scalar` are steps on the way to faster kernels; `ndarray-whole` needs memory that grows
//! with M; `opencl` on a CPU compiles longer than `jit` and then computes on the same cores.
//! `by-hand` is written for one problem, to measure against.
//!
//! `cargo bench -p bench -- auto` compares the choice with every technique, over a grid of problems
//! and M.

mod choose;
mod device;
mod explain;
mod goal;
mod model;
mod probe;
mod runner;
mod work;

pub use choose::choose;
pub use explain::{Choice, Tried};
pub use goal::Goal;
pub use model::{Candidate, Machine, Prediction};
pub use probe::Probe;
pub use runner::{Auto, prepare};
pub use work::Work;
