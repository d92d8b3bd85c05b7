//! Which form the loop takes: decided from the tape, before any code is written.

#![allow(clippy::indexing_slicing, reason = "`position` found the depth among them")]

use mc_core::{Fold, Op, Problem, Row, Sampling, Step, Value};

use crate::cpu::{Cpu, Lanes};

/// A fold of at most this many operations in all its rounds is unrolled.
const UNROLLED: u64 = 64;

/// Operations that it takes to draw a coordinate.
const DRAWN: u64 = 12;

/// A point of at most this many coordinates may stay in registers.
const IN_REGISTERS: usize = 16;

/// Up to so many operations, a sample is short: it takes the next chain to fill
/// the time in which this one waits.
const SHORT: u64 = 64;

/// Beyond so many operations, a sample fills the CPU's reorder window alone, and
/// a second chain would only need more registers and more time to compile.
const LONG: u64 = 256;

/// Sobol' points of a batch that are drawn at a time, where there are vectors for them: every batch has an even
/// number of points, and half of their states are then neither read nor written.
const TOGETHER: usize = 2;

/// Bytes that the points of all chains may take in memory.
const IN_CACHE: u64 = 1 << 20;

/// Where the coordinates of a point are while h is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Draw {
    /// In registers: each is drawn where h first reads it.
    Registers,
    /// Nowhere: one loop over all coordinates, the fold at this place among the
    /// tape's folds, draws each when its round comes, and nothing else reads them.
    InFold(usize),
    /// In memory, written by a loop of its own before h is evaluated.
    Memory,
}

/// How many vectors are worked on side by side.
///
/// The next word of a stream has to wait for the last one, and the next sum for
/// the last sum. Meanwhile another chain computes. Any number gives the same bits.
///
/// Random points: each vector is of other batches. Sobol' points: every second one is of the same batches
/// as the one before, at the points that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chains {
    /// One after another.
    One,
    /// Two at a time.
    Two,
    /// Four at a time.
    Four,
}

impl Chains {
    /// Every number of them, the smallest first.
    pub const ALL: &[Self] = &[Self::One, Self::Two, Self::Four];

    /// How many.
    pub fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// The most of them, up to `count`.
    fn up_to(count: u64) -> Self {
        match count {
            0 | 1 => Self::One,
            2 | 3 => Self::Two,
            _ => Self::Four,
        }
    }
}

/// What a user wants of the form; the rest suits machine and problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) lanes: Option<Lanes>,
    pub(crate) chains: Option<Chains>,
    pub(crate) part: Option<usize>,
}

/// The form of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    /// Batches in one vector.
    pub(crate) lanes: Lanes,
    /// Vectors at a time.
    pub(crate) chains: Chains,
    /// How many of them are of different batches; the others are of the same, at the points that follow.
    pub(crate) rows: usize,
    /// Where the point is.
    pub(crate) draw: Draw,
    /// Operations in a function, if the integrand is cut into several.
    pub(crate) part: Option<usize>,
}

/// Integrands of up to so many operations are one function with the loop.
const WHOLE: u64 = 600;

/// Operations in a function of a longer one: enough that calls cost nothing,
/// few enough that LLVM's time for each of them stays what it is.
const PART: usize = 300;

/// How many operations a function of `steps` has, if they are cut into several.
pub(crate) fn part(steps: &[Step], draw: Draw) -> Option<usize> {
    (written(steps, draw) > WHOLE).then_some(PART)
}

impl Shape {
    /// The form for `problem` on `cpu`, as far as it is not asked for.
    pub(crate) fn of(problem: &Problem, cpu: &Cpu, wanted: &Wanted, sampling: Sampling) -> Self {
        let lanes = wanted.lanes.unwrap_or(cpu.lanes());
        let tape = problem.h();
        // More chains fill the time that a loop over few coordinates takes.
        let unroll = wanted.chains == Some(Chains::One);
        let draw = Draw::of(tape.steps(), problem.dims(), unroll);
        let part = wanted.part.or_else(|| part(tape.steps(), draw));
        let chains = wanted.chains.unwrap_or_else(|| {
            // The states of Sobol' points are in memory, so there are registers for twice as many.
            let by_registers = cpu.chains(lanes) << u32::from(sampling == Sampling::Sobol);
            let operations = written(tape.steps(), draw);
            let by_code = if operations <= SHORT {
                4
            } else if operations <= LONG {
                2
            } else {
                1
            };
            let point = problem.dims() as u64 * u64::from(lanes.count()) * 8;
            let by_memory = if draw == Draw::Memory { (IN_CACHE / point).max(2) } else { 4 };
            Chains::up_to(by_registers.min(by_code).min(by_memory))
        });
        let rows = match sampling {
            Sampling::Random => chains.count(),
            Sampling::Sobol => chains.count() / chains.count().min(TOGETHER),
        };
        Self { lanes, chains, rows, draw, part }
    }

    /// The points of each batch that are drawn at a time, a power of two.
    pub(crate) fn points(&self) -> usize {
        self.chains.count() / self.rows
    }

    /// Batches that are computed at a time.
    pub(crate) fn width(&self) -> usize {
        self.rows * self.lanes.count() as usize
    }
}

impl Draw {
    /// Where the points of a tape over `dims` coordinates are; `unroll`: a fold
    /// over few coordinates is unrolled even if it could draw them.
    fn of(steps: &[Step], dims: usize, unroll: bool) -> Self {
        let mut reads = Reads::default();
        reads.block(steps, &mut Vec::new());
        let few = unroll && dims as u64 * DRAWN <= UNROLLED;
        if let Some(place) = reads.single(dims).filter(|_| !few) {
            Self::InFold(place)
        } else if dims <= IN_REGISTERS && !reads.folds.iter().any(|fold| fold.rolled) {
            Self::Registers
        } else {
            Self::Memory
        }
    }
}

/// Whether a fold of `len` rounds of `cost` operations each is unrolled.
pub(crate) fn unrolls(len: u32, cost: u64) -> bool {
    cost.saturating_mul(u64::from(len)) <= UNROLLED
}

/// The operations of one round, as [`mc_core::FoldBody::cost`] counts them.
fn cost(steps: &[Step]) -> u64 {
    let one = |step: &Step| match &step.op {
        Op::Fold(fold) => u64::from(fold.len).saturating_mul(cost(&fold.body)),
        _ => 1,
    };
    steps.iter().map(one).fold(0, u64::saturating_add)
}

/// The operations that code is written for: those of a loop's body once.
fn written(steps: &[Step], draw: Draw) -> u64 {
    let mut place = 0;
    let mut sum: u64 = 0;
    for step in steps {
        let Op::Fold(fold) = &step.op else {
            sum = sum.saturating_add(1);
            continue;
        };
        let rolled = draw == Draw::InFold(place) || !unrolls(fold.len, cost(&fold.body));
        let times = if rolled { 1 } else { u64::from(fold.len) };
        // Folds inside are counted as if they were of the tape itself; none of
        // them is the one that draws.
        sum = sum.saturating_add(times.saturating_mul(written(&fold.body, Draw::Memory)));
        place += 1;
    }
    sum
}

/// How a tape reads the coordinates.
#[derive(Default)]
struct Reads {
    /// Some of them one by one, by number.
    coords: bool,
    /// In folds.
    folds: Vec<FoldRead>,
}

/// Coordinates `first`, `first + 1`, … read in the rounds of a fold.
#[derive(Clone, Copy, PartialEq)]
struct FoldRead {
    /// The fold's index value, which tells it from the others.
    index: Value,
    first: u32,
    len: u32,
    /// Whether it stays a loop.
    rolled: bool,
    /// Its place among the tape's folds, if it is not inside another one.
    place: Option<usize>,
}

/// A fold that is being looked into.
#[derive(Clone, Copy)]
struct Open<'t> {
    /// Its place among the folds beside it.
    place: usize,
    fold: &'t Fold,
    rolled: bool,
}

impl Reads {
    /// Sees `steps`, which are inside the folds `open`, the outermost first.
    fn block<'t>(&mut self, steps: &'t [Step], open: &mut Vec<Open<'t>>) {
        let mut place = 0;
        for step in steps {
            match &step.op {
                Op::Coord(_) => self.coords = true,
                Op::Element { row: Row::Coords { first }, index } => {
                    let depth = open.iter().position(|open| open.fold.index == *index);
                    // A valid tape reads elements inside their fold.
                    let Some(depth) = depth else { continue };
                    let Open { place, fold, rolled } = open[depth];
                    self.folds.push(FoldRead {
                        index: *index,
                        first: *first,
                        len: fold.len,
                        rolled,
                        place: (depth == 0).then_some(place),
                    });
                }
                Op::Fold(fold) => {
                    let rolled = !unrolls(fold.len, cost(&fold.body));
                    open.push(Open { place, fold, rolled });
                    self.block(&fold.body, open);
                    open.pop();
                    place += 1;
                }
                _ => {}
            }
        }
    }

    /// The place of the one fold that reads all coordinates once, in order, if
    /// nothing else reads any.
    fn single(&self, dims: usize) -> Option<usize> {
        let fold = self.folds.first()?;
        let all = fold.first == 0 && fold.len as usize == dims;
        let alone = !self.coords && self.folds.iter().all(|other| other == fold);
        if all && alone { fold.place } else { None }
    }
}

#[cfg(test)]
mod tests {
    use mc_core::{Density, Support};

    use super::*;
    use crate::cpu::Simd;

    fn problem(f: &str, dims: usize) -> Problem {
        Problem::parse(Support::cube(0.0, 1.0, dims).unwrap(), f, Density::Uniform).unwrap()
    }

    fn draw(f: &str, dims: usize) -> Draw {
        Draw::of(problem(f, dims).h().steps(), dims, false)
    }

    #[test]
    fn one_loop_over_all_coordinates_draws_them() {
        assert_eq!(draw("norm(x)^2", 2), Draw::InFold(0));
        assert_eq!(draw("norm(x)^2", 1000), Draw::InFold(0));
        assert_eq!(draw("2 + sum(i*x^3)/n", 40), Draw::InFold(0));
    }

    #[test]
    fn a_single_chain_has_short_loops_unrolled() {
        let draw = |dims| Draw::of(problem("norm(x)^2", dims).h().steps(), dims, true);
        assert_eq!([2, 5, 6].map(draw), [Draw::Registers, Draw::Registers, Draw::InFold(0)]);
    }

    #[test]
    fn few_coordinates_stay_in_registers() {
        assert_eq!(draw("x0*x1 + x2", 3), Draw::Registers);
        assert_eq!(draw("norm(x)^2 + x0", 2), Draw::Registers);
        assert_eq!(draw("sum(x)*prod(x)", 16), Draw::Registers);
        assert_eq!(draw("7", 3), Draw::Registers, "no coordinate is read, yet each is drawn");
    }

    #[test]
    fn coordinates_that_are_read_twice_are_kept_in_memory() {
        assert_eq!(draw("sum(x)*prod(x)", 17), Draw::Memory);
        assert_eq!(draw("norm(x)^2 + x0", 100), Draw::Memory);
        assert_eq!(draw("x0", 17), Draw::Memory);
    }

    #[test]
    fn long_code_gets_fewer_chains() {
        let cpu = Cpu::detect().with(Simd::Avx512);
        let chains = |f: &str, dims| {
            Shape::of(&problem(f, dims), &cpu, &Wanted::default(), Sampling::Random).chains
        };
        assert_eq!(chains("norm(x)^2", 1000), Chains::Four);
        assert_eq!(chains("sum(x)*prod(x)", 1_000_000), Chains::Two);
        let mut long = "x0".to_owned();
        for k in 0..150 {
            long = format!("({long})*x1 + {k}");
        }
        assert_eq!(chains(&long, 2), Chains::One);
    }
}
