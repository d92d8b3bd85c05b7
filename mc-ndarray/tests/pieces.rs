//! How the samples are cut into pieces changes no bit.

use mc_core::conformance::Case;
use mc_core::{
    Density, Function, Moments, Plan, Problem, Real, RunError, SquaredNorm, Support, Technique,
};
use mc_ndarray::{Chunked, Whole};
use proptest::prelude::*;

fn moments(technique: &dyn Technique, problem: &Problem, plan: &Plan) -> Moments {
    technique.prepare(problem).unwrap().moments(plan, plan.whole()).unwrap()
}

fn bits(moments: Moments) -> (u64, u64, u64) {
    (moments.count, moments.mean.to_bits(), moments.m2.to_bits())
}

#[test]
fn pieces_of_any_length_have_the_bits_of_the_whole() {
    let random = [2, 3, 100, 5_003, 70_001].map(|samples| Plan::new(samples, 11).unwrap());
    // One batch a replicate, and many; batches side by side then begin anywhere in a replicate.
    let sobol = [32, 100, 5_003, 70_001].map(|samples| Plan::sobol(samples, 11).unwrap());
    let support: Support = "-1:2,3:5,0:1".parse().unwrap();
    let problem = Problem::parse(support, "norm(x)^2 + x0*x1", Density::Uniform).unwrap();
    for plan in random.into_iter().chain(sobol) {
        let whole = bits(moments(&Whole::new(), &problem, &plan));
        assert_eq!(bits(moments(&Chunked::new(), &problem, &plan)), whole);
        // Shorter than a batch, as long, longer; dividing nothing.
        for piece in [1, 20, 30, 64, 100, 1_000, 30_000] {
            let chunked = moments(&Chunked::with_piece(piece), &problem, &plan);
            assert_eq!(bits(chunked), whole, "{plan:?} in pieces of {piece}");
        }
    }
}

#[test]
fn a_kernel_serves_plans_of_all_sizes_one_after_another() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let kernel = Chunked::new().prepare(&problem).unwrap();
    for samples in [10, 100_000, 7, 30_000, 10] {
        let plan = Plan::new(samples, 1).unwrap();
        let again = kernel.moments(&plan, plan.whole()).unwrap();
        assert_eq!(bits(again), bits(moments(&Whole::new(), &problem, &plan)));
    }
}

#[test]
fn whole_is_one_block_a_worker() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let kernel = Whole::new().prepare(&problem).unwrap();
    for samples in [2, 100, 10_000, 1_000_003, u64::MAX] {
        let plan = Plan::new(samples, 1).unwrap();
        assert_eq!(plan.block_count(kernel.block_level(&plan, 1)), 1);
        for workers in [0, 2, 3, 7, 1_000] {
            let blocks = plan.block_count(kernel.block_level(&plan, workers));
            assert!((1..=workers.max(1) as u64).contains(&blocks), "{blocks} for {workers}");
        }
    }
}

#[test]
fn whole_is_refused_where_memory_does_not_suffice() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 10).unwrap()).unwrap();
    let kernel = Whole::with_memory(|| 100 << 20).prepare(&problem).unwrap();
    let run = |samples| {
        let plan = Plan::new(samples, 1).unwrap();
        kernel.moments(&plan, plan.whole())
    };
    assert!(run(900_000).is_ok());
    let error = run(2_000_000).unwrap_err();
    assert!(matches!(error, RunError::TooMuchMemory { .. }));
    let text = error.to_string();
    assert!(text.starts_with("ndarray-whole would need 183 MiB for 2000000 points"), "{text}");
    assert!(text.contains("take fewer samples"), "{text}");
    // More than any machine has: the answer comes at once.
    assert!(matches!(run(1 << 50), Err(RunError::TooMuchMemory { .. })));
}

/// Operations on whatever was computed before: values that live long and
/// short, and loops that read them.
#[derive(Clone, Debug)]
struct Web(Vec<(u8, usize, usize)>);

impl Function for Web {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let mut values = x.to_vec();
        for &(op, a, b) in &self.0 {
            let (a, b) = (values[a % values.len()], values[b % values.len()]);
            values.push(match op {
                0 => a + b,
                1 => a * b * 0.25,
                2 => T::select(a.less(b), a, b),
                3 => a.mul_add(b, a),
                4 => T::constant(0.5) - a,
                5 => T::fold(a, [x], |acc, i, [x]| (acc + x * b) / (i + 2.0)),
                6 => T::fold(a, [x], |acc, _, [x]| {
                    let inner = T::fold(b, [x_of(&values)], |acc, _, [y]| acc * 0.5 - y * x);
                    acc * 0.5 + inner * a
                }),
                7 => T::fold(a, [x], |_, _, [x]| x),
                8 => T::fold(a, [x], |acc, _, _| acc),
                _ => T::fold(a, [x, &T::constants(&[1.5, -2.0, 0.25])], |acc, _, [x, c]| {
                    T::select(c.less(x), b, acc * c)
                }),
            });
        }
        values[values.len() - 1]
    }
}

/// The coordinates, which come first.
fn x_of<T: Real>(values: &[T]) -> &[T] {
    &values[..3]
}

proptest! {
    #[test]
    fn registers_are_never_overwritten_too_soon(
        web in prop::collection::vec((0u8..10, 0usize..40, 0usize..40), 1..25),
    ) {
        let support = "-1:1,0.5:2,0:1".parse::<Support>().unwrap();
        // A web that gives a constant which is not finite is not a problem.
        if let Ok(problem) = Problem::trace(support, &Web(web), Density::Uniform) {
            let plan = Plan::new(103, 3).unwrap();
            let expected = Case::of_tape(&problem).expected(&plan, plan.whole());
            let got = moments(&Chunked::with_piece(20), &problem, &plan);
            prop_assert_eq!(bits(got), bits(expected), "{}", problem.h());
        }
    }
}
