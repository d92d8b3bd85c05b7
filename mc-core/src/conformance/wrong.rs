//! Kernels with one thing wrong each, to show that the suite catches it.

use std::fmt;
use std::sync::Arc;

use super::*;
use crate::error::{PrepareError, RunError};
use crate::kernel::{Kernel, Technique};
use crate::moments::{Accumulator, Moments, Tree};
use crate::net::Net;
use crate::plan::{Block, Plan};
use crate::problem::{Density, Problem};
use crate::stream::Stream;
use crate::support::Affine;
use crate::tape::{Evaluator, Tape};

/// What is done wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    Nothing,
    /// Two samples of one batch change places.
    SwappedSamples,
    /// Points miss the offset of the box (the slip in the lecture's slides).
    MissedShift,
    /// One word of the stream is skipped before the last batch.
    SkippedWord,
    /// The last, short batch is taken for a full one.
    LongLastBatch,
    /// Deviations are not taken from the first value.
    NoShift,
    /// The product in δ·δ + q is rounded.
    UnfusedSquares,
    /// Batches merge one after another instead of in the tree.
    MergedInARow,
    /// Streams, or nets, of neighbouring seeds are mixed up.
    NextSeed,
    /// All replicates have the shift of the first.
    ForgottenShift,
    /// The step to the next point of the net takes the digit of another.
    GrayBit,
    /// Two replicates change places.
    SwappedReplicates,
}

struct Kernelish {
    wrong: Wrong,
    problem: Problem,
}

impl Technique for Wrong {
    fn name(&self) -> &'static str {
        "wrong"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(Kernelish { wrong: *self, problem: problem.clone() }))
    }
}

impl Kernel for Kernelish {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem.h());
        let mut x = vec![0.0; self.problem.dims()];
        let seed = plan.seed() + u64::from(self.wrong == Wrong::NextSeed);
        let batches = block.batches().map(|batch| {
            let mut points = Drawn::new(self.wrong, plan, seed, batch, x.len());
            if let (Wrong::SkippedWord, Drawn::Random(stream)) = (self.wrong, &mut points)
                && batch + 1 == plan.batches()
            {
                stream.next_word();
            }
            let mut count = plan.batch_len(batch);
            if self.wrong == Wrong::LongLastBatch {
                count = plan.batch_size();
            }
            let mut values: Vec<f64> = (0..count)
                .map(|_| {
                    points.draw(self.problem.affine(), &mut x);
                    if self.wrong == Wrong::MissedShift {
                        for (x, axis) in x.iter_mut().zip(self.problem.affine()) {
                            *x -= axis.offset;
                        }
                    }
                    h.eval(&x)
                })
                .collect();
            if self.wrong == Wrong::SwappedSamples && batch == 0 && count > 1 {
                values.swap(0, 1);
            }
            match self.wrong {
                Wrong::NoShift | Wrong::UnfusedSquares => {
                    let shift = if self.wrong == Wrong::NoShift { 0.0 } else { values[0] };
                    let sum = values.iter().map(|h| h - shift).sum();
                    let squares = values.iter().map(|h| (h - shift) * (h - shift)).sum();
                    Moments::from_sums(count, shift, sum, squares)
                }
                _ => {
                    let mut batch = Accumulator::start(values[0]);
                    values[1..].iter().for_each(|&h| batch.push(h));
                    batch.moments()
                }
            }
        });
        Ok(match self.wrong {
            Wrong::MergedInARow => batches.fold(Moments::EMPTY, Moments::merge),
            _ => Tree::of(batches),
        })
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}

/// The points of a batch, drawn by hand.
enum Drawn {
    Random(Stream),
    Sobol { net: Arc<Net>, index: u64, state: Vec<u64>, wrong: Wrong },
}

impl Drawn {
    fn new(wrong: Wrong, plan: &Plan, seed: u64, batch: u64, dims: usize) -> Self {
        let Some(replicates) = plan.replicates() else {
            return Self::Random(Stream::new(seed, batch));
        };
        let net = Net::shared(dims, seed).expect("coordinates that there are");
        let (mut replicate, index) = replicates.place(batch);
        match wrong {
            Wrong::ForgottenShift => replicate = 0,
            Wrong::SwappedReplicates => replicate ^= 1,
            _ => {}
        }
        let mut state = vec![0; dims];
        net.start(replicate, index, &mut state);
        Self::Sobol { net, index, state, wrong }
    }

    fn draw(&mut self, axes: &[Affine], x: &mut [f64]) {
        match self {
            Self::Random(stream) => stream.draw(axes, x),
            Self::Sobol { net, index, state, wrong } => {
                for ((x, axis), word) in x.iter_mut().zip(axes).zip(&*state) {
                    *x = axis.apply(f64::from_bits(*word));
                }
                // Gray code has no carry: the trailing ones of an index are not those of the next.
                let of = *index + u64::from(*wrong == Wrong::GrayBit);
                net.step(of, state);
                *index += 1;
            }
        }
    }
}

#[test]
fn the_right_kernel_passes() {
    assert_none(&check(&Wrong::Nothing, &integrands()));
    assert_none(&check(&Wrong::Nothing, &sobol()));
    assert_none(&check_operations(&Wrong::Nothing));
    assert_none(&check(&Wrong::Nothing, &functions()));
    assert_none(&check(&Wrong::Nothing, &mixtures()));
    assert_none(&check_blocks(&Wrong::Nothing));
    assert_none(&check_non_finite(&Wrong::Nothing));
}

#[test]
fn every_wrong_kernel_is_caught() {
    for wrong in [
        Wrong::SwappedSamples,
        Wrong::MissedShift,
        Wrong::SkippedWord,
        Wrong::LongLastBatch,
        Wrong::NoShift,
        Wrong::UnfusedSquares,
        Wrong::MergedInARow,
        Wrong::NextSeed,
    ] {
        assert!(!check(&wrong, &integrands()).is_empty(), "{wrong:?} passes the integrands");
        assert!(!check_blocks(&wrong).is_empty(), "{wrong:?} passes the blocks");
    }
}

#[test]
fn every_wrong_net_is_caught() {
    for wrong in [
        Wrong::SwappedSamples,
        Wrong::MissedShift,
        Wrong::NextSeed,
        Wrong::ForgottenShift,
        Wrong::GrayBit,
        Wrong::SwappedReplicates,
    ] {
        assert!(!check(&wrong, &sobol()).is_empty(), "{wrong:?} passes the integrands");
        assert!(!check_blocks(&wrong).is_empty(), "{wrong:?} passes the blocks");
    }
}

/// Any operation computed as any other of its kind is seen by the probes.
#[test]
fn a_wrong_operation_is_caught() {
    struct Exchanged(String, String);

    impl Technique for Exchanged {
        fn name(&self) -> &'static str {
            "exchanged"
        }

        fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
            // In the printed tape's place: the serialised form, with one operation renamed.
            let tape = exchange(problem.f().tape(), &self.0, &self.1);
            let problem = Problem::trace(problem.support().clone(), &tape, Density::Uniform)
                .expect("still a valid tape");
            Wrong::Nothing.prepare(&problem)
        }
    }

    fn exchange(tape: &Tape, from: &str, to: &str) -> Tape {
        let text = serde_json::to_string(tape).expect("a tape as text");
        serde_json::from_str(&text.replace(&format!("\"{from}\""), &format!("\"{to}\"")))
            .expect("a tape again")
    }

    fn pairs<O: fmt::Debug>(all: &[O]) -> Vec<(String, String)> {
        let names: Vec<_> = all.iter().map(|op| format!("{op:?}")).collect();
        let next = names.iter().cycle().skip(1).cloned();
        names.iter().cloned().zip(next).collect()
    }

    let operations = operations();
    let all = [
        pairs(crate::tape::Unary::ALL),
        pairs(crate::tape::Binary::ALL),
        pairs(crate::tape::Ternary::ALL),
    ]
    .concat();
    for (case, (from, to)) in operations.iter().zip(all) {
        let wrong = Exchanged(from.clone(), to.clone());
        let found = check(&wrong, std::slice::from_ref(case));
        assert!(!found.is_empty(), "{from} computed as {to} is not caught");
    }
}
