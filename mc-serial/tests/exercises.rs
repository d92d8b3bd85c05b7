//! Solutions of chapter 1's exercises. Each is a program to read; what it claims is
//! asserted.

use mc_core::conformance::{check, check_blocks, integrands};
use mc_core::*;
use mc_serial::Native;

/// The loop of `sample_loop.rs`, with two of its choices open.
#[derive(Clone, Copy)]
struct Variant {
    /// Sums of h and h² instead of deviations from the first value.
    two_sums: bool,
    /// One stream for all batches instead of one for each.
    one_stream: bool,
}

struct VariantKernel {
    variant: Variant,
    problem: Problem,
}

impl Technique for Variant {
    fn name(&self) -> &'static str {
        "variant"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(VariantKernel { variant: *self, problem: problem.clone() }))
    }
}

impl Kernel for VariantKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem.h());
        let mut x = vec![0.0; self.problem.dims()];
        let mut points = plan.points(x.len())?;
        let mut stream = Stream::new(plan.seed(), 0);
        if self.variant.one_stream {
            // Whoever starts in the middle has to draw all that others drew before.
            let skipped = block.first() * plan.batch_size() * x.len() as u64;
            for _ in 0..skipped {
                stream.next_word();
            }
        }
        Ok(Tree::of(block.batches().map(|batch| {
            points.start(batch);
            let values = (0..plan.batch_len(batch)).map(|_| {
                // Draw the point: at random, or the next one of a net.
                match self.variant.one_stream {
                    true => stream.draw(self.problem.affine(), &mut x),
                    false => points.draw(self.problem.affine(), &mut x),
                }
                // Evaluate h = f·g there.
                h.eval(&x)
            });
            if self.variant.two_sums { by_two_sums(values) } else { by_deviations(values) }
        })))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}

fn by_deviations(mut values: impl Iterator<Item = f64>) -> Moments {
    // Accumulate: deviations from the batch's first value.
    let mut sums = Accumulator::start(values.next().unwrap());
    values.for_each(|h| sums.push(h));
    sums.moments()
}

/// The textbook's way: Σh² − (Σh)²/K.
fn by_two_sums(values: impl Iterator<Item = f64>) -> Moments {
    let (mut count, mut sum, mut squares) = (0, 0.0, 0.0);
    for h in values {
        count += 1;
        sum += h;
        squares += h * h;
    }
    Moments { count, mean: sum / count as f64, m2: squares - sum * sum / count as f64 }
}

/// Exercise 1: two sums. The suite notices at once, since the bits differ. The digits
/// that are lost show where the mean is large beside the spread: there the variance can
/// even be negative.
#[test]
fn two_sums() {
    let two_sums = Variant { two_sums: true, one_stream: false };
    assert!(!check(&two_sums, &integrands()).is_empty());

    // 10⁸ + x with x in [0, 1]: its variance is 1/12. A problem of it would be averaged as
    // differences from one of its values, so the sums are tried by themselves.
    let mut negative = 0;
    for seed in 0..20 {
        let mut stream = Stream::new(seed, 0);
        let axis = Support::cube(0.0, 1.0, 1).unwrap().affine();
        let values: Vec<f64> = std::iter::repeat_with(|| {
            let mut x = [0.0];
            stream.draw(&axis, &mut x);
            1e8 + x[0]
        })
        .take(100)
        .collect();
        let right = by_deviations(values.iter().copied());
        assert!((0.05..0.12).contains(&(right.m2 / 99.0)), "seed {seed}: {right:?}");
        negative += u32::from(by_two_sums(values.iter().copied()).m2 < 0.0);
    }
    assert!(negative > 0, "a sum of squares below 0 in {negative} of 20 runs");
}

/// Π (1 + xᵢ)/1.5. A fold goes through the coordinates in their order.
fn growth<T: Real>(x: &[T]) -> T {
    T::fold(T::constant(1.0), [x], |product, _, [x]| product * ((x + 1.0) / 1.5))
}

/// The same factors, the last first.
fn backwards<T: Real>(x: &[T]) -> T {
    x.iter().rev().fold(T::constant(1.0), |product, &x| product * ((x + 1.0) / 1.5))
}

/// Exercise 2: a product, natively. `T::product_of`, as every fold, multiplies in the
/// order of the coordinates; another order rounds otherwise, and is another function.
#[test]
fn a_product_in_order() {
    let support = Support::cube(0.0, 1.0, 5).unwrap();
    let problem = Problem::trace(support, &function!(growth), Density::Uniform).unwrap();
    let kernel = Native::new(function!(growth)).prepare(&problem).unwrap();
    let plan = Plan::new(100_000, 1).unwrap();
    let estimate = run(&*kernel, &plan, &Progress::new()).unwrap();
    assert!(estimate.distance(1.0) < 5.0, "{estimate}");

    let (mut stream, mut x) = (Stream::new(1, 0), [0.0; 5]);
    let mut others = 0;
    for _ in 0..1000 {
        stream.draw(problem.affine(), &mut x);
        others += u32::from(growth(&x) != backwards(&x));
    }
    assert!(others > 100, "{others} of 1000");
    // So it may not stand for the problem's f, however near its values are.
    let error = Native::new(function!(backwards)).check(&problem).unwrap_err();
    assert!(error.to_string().contains("is not the problem's integrand f"), "{error}");
}

/// Exercise 3: one stream for all batches. Where all is drawn in one go nothing is wrong
/// with it, but the bits are others than those of the rules. A second worker needs what
/// lies in the middle: it gets it only by drawing, and throwing away, all that lies
/// before. So two workers draw one and a half times as much, and w workers (w + 1)/2
/// times: the run gets no shorter than half of what it was.
#[test]
fn one_stream_for_all() {
    let one_stream = Variant { two_sums: false, one_stream: true };
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let plan = Plan::new(1 << 16, 1).unwrap();
    let kernel = one_stream.prepare(&problem).unwrap();
    let alone = kernel.moments(&plan, plan.whole()).unwrap();
    let estimate = Estimate::new(&alone, problem.scale());
    assert!(estimate.distance(2.0 / 3.0) < 5.0, "{estimate}");

    // Two workers, each with half of the batches, and the bits of one.
    let half = plan.whole().level() - 1;
    let halves = plan.blocks(half).map(|block| kernel.moments(&plan, block).unwrap());
    assert_eq!(Tree::of(halves), alone);

    // The suite notices at its first batch but one, and so at its first problem.
    let cases = integrands();
    let mismatches = check(&one_stream, &cases);
    assert!(mismatches[0].to_string().starts_with(cases[0].name()), "{}", mismatches[0]);
    // `check_blocks` would never end: it asks for blocks that lie 2⁵⁰ batches ahead. With the
    // streams of the rules these cost no more than the first, and nothing is left to notice.
    let rules = Variant { two_sums: false, one_stream: false };
    assert!(check(&rules, &cases).is_empty() && check_blocks(&rules).is_empty());
}
