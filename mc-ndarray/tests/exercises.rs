//! Solutions of chapter 2's exercises. Each is a program to read; what it claims is
//! asserted.

use mc_core::conformance::{check, integrands};
use mc_core::*;
use mc_ndarray::{Chunked, Whole};
use ndarray::{Array1, Array2, Axis, ShapeBuilder, Zip};

fn estimate(technique: &dyn Technique, problem: &Problem, plan: &Plan) -> Estimate {
    let kernel = technique.prepare(problem).unwrap();
    run(&*kernel, plan, &Progress::new()).unwrap()
}

/// Exercise 1: pieces of other lengths. A piece may end in the middle of a batch, for the
/// stream and the sums go on in the next; so its length is a matter of time alone.
#[test]
fn pieces_of_any_length() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 10).unwrap()).unwrap();
    let plan = Plan::new(10_007, 42).unwrap();
    let whole = estimate(&Whole::new(), &problem, &plan);
    for samples in [1, 2, 3, 31, 64, 1000, 4096, 1_000_000] {
        assert_eq!(estimate(&Chunked::with_piece(samples), &problem, &plan), whole, "{samples}");
    }
}

/// Whole arrays, without the shift: the slip of the lecture's slides.
struct Unshifted;

struct UnshiftedKernel {
    problem: Problem,
}

impl Technique for Unshifted {
    fn name(&self) -> &'static str {
        "unshifted"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(UnshiftedKernel { problem: problem.clone() }))
    }
}

impl Kernel for UnshiftedKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem.h());
        let lo = Array1::from(self.problem.support().lo());
        Ok(Tree::of(block.batches().map(|batch| {
            let mut points = points(&self.problem, plan, batch);
            // The third line of "Scale the points" adds the lower ends; the slide loses it.
            points -= &lo;
            let values = points.map_axis(Axis(1), |x| h.eval(&x.to_vec()));
            let mut sums = Accumulator::start(values[0]);
            values.iter().skip(1).for_each(|&h| sums.push(h));
            sums.moments()
        })))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}

/// The points of a batch, a row each; in memory a column follows a column.
fn points(problem: &Problem, plan: &Plan, batch: u64) -> Array2<f64> {
    let mut stream = Stream::new(plan.seed(), batch);
    let mut points = Array2::zeros((plan.batch_len(batch) as usize, problem.dims()).f());
    let mut x = vec![0.0; problem.dims()];
    for mut row in points.rows_mut() {
        // Draw the point: one word of the stream a coordinate.
        stream.draw(problem.affine(), &mut x);
        row.iter_mut().zip(&x).for_each(|(place, &x)| *place = x);
    }
    points
}

/// Exercise 2: drop the shift. On the unit box nothing is wrong, not even a bit, and that is
/// where the lecture looks. On another box the estimate is that of another problem, with an
/// error bar that looks as good as ever.
#[test]
fn the_slip_of_the_slides() {
    let plan = Plan::new(10_000, 42).unwrap();
    let unit = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    assert_eq!(estimate(&Unshifted, &unit, &plan), estimate(&Whole::new(), &unit, &plan));

    let meant: Support = "-1:2,3:5".parse().unwrap();
    let drawn: Support = "0:3,0:2".parse().unwrap();
    let problem = SquaredNorm::problem(meant.clone()).unwrap();
    let wrong = estimate(&Unshifted, &problem, &plan);
    assert!(wrong.distance(SquaredNorm::mean(&meant)) > 100.0, "{wrong}");
    assert!(wrong.distance(SquaredNorm::mean(&drawn)) < 5.0, "{wrong}");
    assert!(wrong.relative_error() < 0.01);

    // The suite has boxes that do not start at 0, and all that it says is of them.
    let mismatches = check(&Unshifted, &integrands());
    assert!(!mismatches.is_empty());
    for mismatch in mismatches {
        assert!(!mismatch.to_string().contains(" on 0:1^2,"), "{mismatch}");
    }
}

/// Exercise 3: fuse two passes. One pass does x·x and the sum while x is in a register:
/// of two arrays written for a coordinate, one is left. That is a loop with a larger
/// body, and compiling such loops for any f is what chapter 3 does.
#[test]
fn one_pass_for_two() {
    let problem =
        Problem::parse(Support::cube(0.0, 1.0, 3).unwrap(), "sum(x^2)", Density::Uniform).unwrap();
    let plan = Plan::new(1 << 12, 42).unwrap();
    let points = points(&problem, &plan, 0);
    let rows = points.nrows();

    // As NumPy does it: an operation is a pass, and its result an array.
    let mut arrays = 0;
    let mut sum = Array1::zeros(rows);
    for x in points.columns() {
        let square = &x * &x;
        sum = &sum + &square;
        arrays += 2;
    }
    assert_eq!(arrays, 2 * problem.dims());

    // The same operations for each sample, in the same order, so the same bits.
    let mut fused = Array1::<f64>::zeros(rows);
    for x in points.columns() {
        Zip::from(&mut fused).and(&x).for_each(|sum, &x| *sum += x * x);
    }
    assert_eq!(fused, sum);
    let mut h = Evaluator::new(problem.h());
    assert_eq!(fused, points.map_axis(Axis(1), |x| h.eval(&x.to_vec())));

    // It would not do to round once where the tape rounds twice.
    let mut once = Array1::<f64>::zeros(rows);
    for x in points.columns() {
        Zip::from(&mut once).and(&x).for_each(|sum, &x| *sum = x.mul_add(x, *sum));
    }
    assert_ne!(once, sum);
}

/// Exercise 4: what lies between two rows is the same in every column, and the other way round. So all
/// points are a column ⊕ a row: batches + K words, where random ones take batches × K.
#[test]
fn a_column_and_a_row() {
    let plan = Plan::sobol(100_000, 42).unwrap();
    let (batches, size) = (plan.batches() as usize, plan.batch_size() as usize);
    let (net, replicates) = plan.net(1).unwrap().unwrap();

    let column = Array2::from_shape_fn((batches, 1), |(batch, _)| {
        let (replicate, index) = replicates.place(batch as u64);
        let mut first = [0];
        net.start(replicate, index, &mut first);
        first[0]
    });
    let mut added = [0];
    let row = Array1::from_shape_fn(size, |sample| {
        let now = added[0];
        net.step(sample as u64, &mut added);
        now
    });
    // The smaller array is read again and again, as in NumPy.
    let words = &column ^ &row.broadcast((batches, size)).unwrap();
    assert_eq!((column.len() + row.len(), words.len()), (896, 98_304));

    // These are the points of the loop of chapter 1, batch after batch.
    let as_it_is = [Affine { scale: 1.0, offset: 0.0 }];
    let (mut points, mut x) = (plan.points(1).unwrap(), [0.0]);
    for (batch, words) in words.rows().into_iter().enumerate() {
        points.start(batch as u64);
        for &word in words {
            points.draw(&as_it_is, &mut x);
            assert_eq!(x[0].to_bits(), word);
        }
    }
}
