//! Solutions of chapter 3's exercises. Each is a program to read; what it claims is
//! asserted.

use mc_core::stream::one_to_two;
use mc_core::{
    Accumulator, Estimate, Function, Plan, Problem, Progress, Real, Sampling, SquaredNorm, Stream,
    Support, Tape, Technique, Tree, function, run,
};
use mc_jit::{Chains, Jit, PointFunction, Simd};

fn problem(support: &str) -> Problem {
    SquaredNorm::problem(support.parse::<Support>().unwrap()).unwrap()
}

fn estimate(jit: Jit, problem: &Problem, plan: &Plan) -> Estimate {
    run(&*jit.prepare(problem).unwrap(), plan, &Progress::new()).unwrap()
}

/// Exercise 1: one chain, two, four. The loop does the same work for each batch, so its
/// arithmetic is there once a chain: longer code, of pieces that do not wait for each
/// other. The bits are the same.
#[test]
fn chains_side_by_side() {
    // So many coordinates that no loop over them is unrolled.
    let problem = problem("0:1^100");
    let plan = Plan::new(10_007, 42).unwrap();
    let one = estimate(Jit::new().with_chains(Chains::One), &problem, &plan);
    for &chains in Chains::ALL {
        let jit = Jit::new().with_chains(chains);
        assert_eq!(estimate(jit, &problem, &plan), one, "{chains:?}");

        // To read it, any width will do, also one that this machine lacks.
        let text = jit.with_simd(Simd::Avx512).llvm_ir(&problem).unwrap();
        // The map to the box, the term of ‖x‖², the sum of squares: each once a chain.
        let fmas = text.matches("call <8 x double> @llvm.fma").count();
        assert_eq!(fmas, 3 * chains.count(), "{text}");
    }
}

/// The loop of chapter 1 with one thing changed: the map to the box rounds twice. Gives
/// its estimate, and the first sample with another point.
fn with_two_roundings(problem: &Problem, plan: &Plan) -> (Estimate, Option<u64>) {
    let mut first = None;
    let mut x = vec![0.0; problem.dims()];
    let moments = Tree::of((0..plan.batches()).map(|batch| {
        let mut stream = Stream::new(plan.seed(), batch);
        let mut sample = |k: u64| {
            // Draw the point: one word of the stream a coordinate.
            for (x, axis) in x.iter_mut().zip(problem.affine()) {
                let d = one_to_two(stream.next_word());
                *x = axis.scale * d + axis.offset;
                if *x != axis.apply(d) {
                    first.get_or_insert(batch * plan.batch_size() + k);
                }
            }
            // Evaluate h = f·g there.
            SquaredNorm.eval(&x)
        };
        // Accumulate: deviations from the batch's first value.
        let mut sums = Accumulator::start(sample(0));
        (1..plan.batch_len(batch)).for_each(|k| sums.push(sample(k)));
        sums.moments()
    }));
    (Estimate::new(&moments, problem.scale()), first)
}

/// Exercise 2: an `fmul` and an `fadd` in place of the fma. On the unit box, and on any
/// whose sides are powers of two, the product is exact and nothing can be noticed: a test
/// that knows only these boxes is blind. On [−1, 2] it takes a sample or two.
#[test]
fn two_roundings_in_the_map() {
    let plan = Plan::new(1000, 42).unwrap();
    for support in ["0:1^2", "-1:1,3:5"] {
        let problem = problem(support);
        let (other, first) = with_two_roundings(&problem, &plan);
        assert_eq!(first, None, "{support}");
        assert_eq!(other, estimate(Jit::new(), &problem, &plan), "{support}");
    }
    let problem = problem("-1:2,3:5");
    let (other, first) = with_two_roundings(&problem, &plan);
    assert!(first.is_some_and(|sample| sample < 10), "{first:?}");
    assert_ne!(other, estimate(Jit::new(), &problem, &plan));
}

fn total<T: Real>(x: &[T]) -> T {
    T::sum_of(x)
}

/// Eight sums, of every eighth number each, added at the end: what a compiler would have
/// to make of `total` to fill the lanes of one vector.
fn eight_totals<T: Real>(x: &[T]) -> T {
    let mut sums = [T::constant(0.0); 8];
    for (i, &x) in x.iter().enumerate() {
        sums[i % 8] = sums[i % 8] + x;
    }
    T::sum_of(&sums)
}

/// Exercise 3: the sum in eight. No addition waits for more than every eighth before it,
/// but the numbers are rounded in another order: for doubles it is another function, and a
/// compiler may not put it in the place of the first. For integers, which never round, it
/// is the same; doubles that hold small integers do not round either.
#[test]
fn a_sum_in_eight() {
    const LEN: usize = 1000;
    let compile = |tape: Tape| PointFunction::compile(&tape).unwrap();
    let mut one = compile(Tape::trace(&function!(total), LEN).unwrap());
    let mut eight = compile(Tape::trace(&function!(eight_totals), LEN).unwrap());

    let integers: Vec<f64> = (0..LEN).map(|i| i as f64).collect();
    assert_eq!(one.eval(&integers).unwrap(), 499_500.0);
    assert_eq!(eight.eval(&integers).unwrap(), 499_500.0);

    // (With 1/(1 + i) both sums are the same, by luck: one example shows no equality.)
    let roots: Vec<f64> = integers.iter().map(|i| i.sqrt()).collect();
    let [a, b] = [one.eval(&roots).unwrap(), eight.eval(&roots).unwrap()];
    assert_ne!(a, b);
    assert!((a - b).abs() < 1e-15 * LEN as f64 * a);
}

/// Exercise 4: at Sobol' points there is one xor a coordinate and vector of points, whatever the number of chains. From
/// two chains on, a state that is read and written leads to two points, so there are half as many of these.
///
/// The loop counts the samples of a batch, though the digit is that of the point's number in its replicate: a
/// batch starts at a multiple of a power of two, so the lowest zero digit inside it is that of the sample's number.
/// Only the step after its last sample is another, and nobody takes it. Batches of 12 points would each need its own digits.
#[test]
fn one_xor_a_coordinate() {
    let problem = problem("0:1^100");
    for &chains in Chains::ALL {
        let jit = Jit::new().with_chains(chains).with_simd(Simd::Avx512);
        let text = jit.llvm_ir_for(&problem, Sampling::Sobol).unwrap();
        let count = |instruction: &str| text.matches(instruction).count();
        assert_eq!(count("xor <8 x i64>"), chains.count(), "{text}");
        let states = chains.count().div_ceil(2);
        assert_eq!([count("load <8 x i64>"), count("store <8 x i64>")], [states; 2], "{text}");
    }

    // From each point of a batch to the next.
    let digits = |first: u64, points: u64| -> Vec<u32> {
        (first + 1..first + points).map(u64::trailing_zeros).collect()
    };
    assert!((0..1000).all(|batch| digits(16 * batch, 16) == digits(0, 16)));
    assert_ne!(digits(12, 12), digits(0, 12));
}
