//! Solutions of chapter 0's exercises. Each is a program to read; what it claims is
//! asserted.

use mc_core::conformance::{check, integrands};
use mc_core::net::Net;
use mc_core::stream::one_to_two;
use mc_core::*;

/// The chapter's `Plain`, with the seed that its streams take.
struct Plain {
    seed_plus: u64,
}

struct PlainKernel {
    problem: Problem,
    seed_plus: u64,
}

impl Technique for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(PlainKernel { problem: problem.clone(), seed_plus: self.seed_plus }))
    }
}

impl Kernel for PlainKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem.h());
        let mut x = vec![0.0; self.problem.dims()];
        Ok(Tree::of(block.batches().map(|batch| {
            let mut stream = Stream::new(plan.seed() + self.seed_plus, batch);
            let mut next = || {
                // Draw the point: one word of the stream a coordinate.
                stream.draw(self.problem.affine(), &mut x);
                // Evaluate h = f·g there.
                h.eval(&x)
            };
            // Accumulate: deviations from the batch's first value.
            let mut moments = Accumulator::start(next());
            (1..plan.batch_len(batch)).for_each(|_| moments.push(next()));
            moments.moments()
        })))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}

/// Exercise 1: streams of another seed. No statistical test can object, for it is as
/// good a sample as the right one. Only the comparison of bits sees it, at its first case.
#[test]
fn streams_of_another_seed() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let plan = Plan::new(10_000, 1).unwrap();
    let [right, wrong] = [0, 1].map(|seed_plus| {
        let kernel = Plain { seed_plus }.prepare(&problem).unwrap();
        run(&*kernel, &plan, &Progress::new()).unwrap()
    });
    assert_ne!(right, wrong);
    assert!(right.distance(2.0 / 3.0) < 5.0);
    assert!(wrong.distance(2.0 / 3.0) < 5.0);

    let cases = integrands();
    assert!(check(&Plain { seed_plus: 0 }, &cases).is_empty());
    let mismatches = check(&Plain { seed_plus: 1 }, &cases);
    assert!(mismatches[0].to_string().starts_with(cases[0].name()), "{}", mismatches[0]);
}

/// Exercise 2: no point leaves its interval. In exact arithmetic scale·d + offset grows
/// with d, since scale > 0; and rounding never changes the order of two numbers: if a ≤ b,
/// then round(a) ≤ round(b). An fma rounds once, so it is monotone, and the two ends of
/// d's range bound all that is between. Two evaluations prove what 2⁵² would show.
#[test]
fn two_ends_prove_the_interval() {
    for (lo, hi) in
        [(0.0, 1.0), (-1.0, 2.0), (3.0, 5.0), (0.1, 0.3), (1e15, 1e15 + 1.0), (-1e300, 1.0)]
    {
        let map = Interval::new(lo, hi).unwrap().affine();
        let smallest = map.apply(one_to_two(0));
        let largest = map.apply(one_to_two(u64::MAX));
        assert!(lo <= smallest && largest <= hi, "[{lo}, {hi}]");

        // The claim itself, on a million neighbouring d from the middle of the range.
        let d = |k: u64| one_to_two((1 << 63) + (k << 12));
        let points = (0..1_000_000).map(|k| map.apply(d(k)));
        assert!(points.is_sorted(), "[{lo}, {hi}]");
    }

    // With two roundings it is monotone too, but its ends are elsewhere: computed as
    // lo + (hi − lo)·u with u < 1, a point can be hi itself.
    let (lo, hi, u) = (1.0, 1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
    assert_eq!(lo + (hi - lo) * u, hi);
}

/// Exercise 3: `norm(x)^2` is a chain of fmas, one rounding a coordinate; `sum(x^2)`
/// rounds each square, and then each sum.
#[test]
fn sum_of_squares_and_squared_norm() {
    let support = Support::cube(0.0, 1.0, 2).unwrap();
    let [norm, sum] = ["norm(x)^2", "sum(x^2)"]
        .map(|f| Problem::parse(support.clone(), f, Density::Uniform).unwrap());
    let [norm_tape, sum_tape] = [&norm, &sum].map(|problem| problem.h().to_string());
    assert!(norm_tape.contains("fma"), "{norm_tape}");
    assert!(!sum_tape.contains("fma"), "{sum_tape}");
    assert!(sum_tape.contains("mul") && sum_tape.contains("add"), "{sum_tape}");

    let mut by_norm = Evaluator::new(norm.h());
    let mut by_sum = Evaluator::new(sum.h());
    let mut stream = Stream::new(1, 0);
    let mut x = [0.0; 2];
    let mut others = 0;
    for _ in 0..1000 {
        stream.draw(norm.affine(), &mut x);
        let (a, b) = (by_norm.eval(&x), by_sum.eval(&x));
        assert_eq!(a, x[1].mul_add(x[1], x[0] * x[0]));
        assert_eq!(b, x[0] * x[0] + x[1] * x[1]);
        // They part by the last bit, and not always.
        assert!((a - b).abs() <= f64::EPSILON * b);
        others += u32::from(a != b);
    }
    assert!((100..900).contains(&others), "{others} of 1000");
}

/// The first `count` points of a net from point `first` on, of one replicate.
fn points(net: &Net, replicate: u64, first: u64, count: u64) -> Vec<[f64; 2]> {
    let mut state = [0; 2];
    net.start(replicate, first, &mut state);
    let point = |index| {
        let x = state.map(|word| f64::from_bits(word) - 1.0);
        net.step(index, &mut state);
        x
    };
    (first..first + count).map(point).collect()
}

/// Exercise 4: N − 1 cells keep their point, and point N falls on one of them. A shift moves the first
/// point away from the corner, so none has to go.
#[test]
fn without_its_first_point_a_net_is_none() {
    let empty = |points: Vec<[f64; 2]>| {
        let mut cells = [0; 256];
        for x in points {
            let [i, j] = x.map(|x| (16.0 * x) as usize);
            cells[16 * i + j] += 1;
        }
        cells.iter().filter(|count| **count == 0).count()
    };
    let plain = Net::plain(2).unwrap();
    assert_eq!(points(&plain, 0, 0, 1), [[0.0, 0.0]]);
    assert_eq!(empty(points(&plain, 0, 0, 256)), 0);
    assert_eq!(empty(points(&plain, 0, 1, 256)), 1);

    let random = Net::new(2, 1).unwrap();
    assert_eq!(empty(points(&random, 0, 0, 256)), 0);
    let corner = |replicate| points(&random, replicate, 0, 1)[0].iter().all(|x| *x < 1e-3);
    assert!(!(0..16).any(corner));
}

/// The means of f over replicates of 2ᵏ points.
fn means(seed: u64, replicates: u64, k: u32, f: impl Fn([f64; 2]) -> f64) -> Vec<f64> {
    let net = Net::new(2, seed).unwrap();
    let of = |replicate| points(&net, replicate, 0, 1 << k).into_iter().map(&f).sum::<f64>();
    (0..replicates).map(|replicate| of(replicate) / f64::from(1 << k)).collect()
}

/// A mean of means and its standard error.
fn of_means(means: &[f64]) -> (f64, f64) {
    let count = means.len() as f64;
    let mean = means.iter().sum::<f64>() / count;
    let squares: f64 = means.iter().map(|own| (own - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

/// Exercise 5: the first area is an elementary box, so each replicate has its exact share in it. The
/// edge of the disc cuts about √N of the N cells, and only those are left to chance: the error falls as
/// N^(−3/4), which is still better than N^(−1/2).
#[test]
fn jumps_along_the_axes_and_across() {
    let (aligned, error) = of_means(&means(1, 16, 12, |[x, _]| f64::from(x < 0.25)));
    assert_eq!((aligned, error), (0.25, 0.0));
    let (disc, error) = of_means(&means(1, 16, 12, |[x, y]| f64::from(x * x + y * y < 0.5)));
    let area = std::f64::consts::PI / 8.0;
    assert!((disc - area).abs() < 5.0 * error);
    let by_chance = (area * (1.0 - area) / f64::from(16 << 12)).sqrt();
    assert!((0.03..0.3).contains(&(error / by_chance)), "{}", error / by_chance);
}

/// Exercise 6: the error of four means is itself so uncertain that 1.96 of it are too few. Student's quantile
/// with 3 degrees of freedom is 3.182.
#[test]
fn four_replicates_want_a_wider_interval() {
    let truth = (1.0 - (-1.0f64).exp()).powi(2);
    let estimates = (0..1000).map(|seed| of_means(&means(seed, 4, 4, |[x, y]| (-x - y).exp())));
    let estimates: Vec<_> = estimates.collect();
    let covered = |width: f64| {
        let covers = |(mean, error): &&(f64, f64)| (mean - truth).abs() <= width * error;
        estimates.iter().filter(covers).count()
    };
    assert!((820..890).contains(&covered(1.96)), "{}", covered(1.96));
    assert!((930..970).contains(&covered(3.182)), "{}", covered(3.182));
}
