//! A request is run, and what comes out compared with what must.

use mc_core::{
    Accumulator, Block, Density, Evaluator, Kernel, Moments, NonFinite, Outcome, Plan, Problem,
    ProblemError, Progress, RunError, Session, Stream, Support, Tree, Warning,
};

use super::ball::Place;
use super::expression::Expr;
use super::random::Random;
use super::request::Request;
use super::wide::{scaled, split, spread};

/// How a request ended, if that was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passed {
    /// Refused, for a reason.
    pub refused: bool,
    /// Ended by a value that is not finite, or by overflow.
    pub non_finite: bool,
    /// Values of f and of g that were compared with balls, and those where nothing is certain.
    pub balls: u64,
    pub uncertain: u64,
    /// The estimate has a warning that its error is none.
    pub doubted: bool,
}

/// The loop over the tape, as in chapter 1.
struct Plain(Problem);

impl Kernel for Plain {
    fn problem(&self) -> &Problem {
        &self.0
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.0.h());
        let mut x = vec![0.0; self.0.dims()];
        Ok(Tree::of(block.batches().map(|batch| {
            let mut stream = Stream::new(plan.seed(), batch);
            let mut sample = || {
                stream.draw(self.0.affine(), &mut x);
                h.eval(&x)
            };
            let mut sums = Accumulator::start(sample());
            (1..plan.batch_len(batch)).for_each(|_| sums.push(sample()));
            sums.moments()
        })))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.0.dims(), workers)
    }
}

/// More sides than any request means: garbled boxes can have a million.
const MOST_DIMS: usize = 64;

/// Runs it and compares.
///
/// # Errors
///
/// What is wrong.
pub fn check(request: &Request) -> Result<Passed, String> {
    let refused = Passed { refused: true, ..Passed::default() };
    let meant = request.meant.is_some();
    let support: Support = match request.support.parse() {
        Ok(support) => support,
        Err(error) => {
            let error = format!("{error}");
            let said = ["must be less", "too wide", "must be finite"];
            let known = said.iter().any(|words| error.contains(words));
            return if known || !meant { Ok(refused) } else { Err(error) };
        }
    };
    let again = support.to_string().parse::<Support>();
    if again.as_ref() != Ok(&support) {
        return Err(format!("the box reads back as {again:?}"));
    }
    if support.dims() > MOST_DIMS {
        return Ok(refused);
    }
    let volume = support.volume();
    let problem =
        Density::parse(&request.g, &support).and_then(|g| Problem::parse(support, &request.f, g));
    let problem = match problem {
        Ok(problem) => problem,
        Err(error) => {
            let _ = error.to_string();
            return match error {
                ProblemError::Text(_) if !meant => Ok(refused),
                ProblemError::Constant { value, .. } if !value.is_finite() => Ok(refused),
                ProblemError::Volume { .. } if !volume.is_normal() => Ok(refused),
                _ => Err(format!("refused: {error}")),
            };
        }
    };
    let plan = Plan::new(request.samples, request.seed).map_err(|error| error.to_string())?;
    let sample = Sample::draw(&problem, &plan);
    let kernel = Plain(problem.clone());
    let progress = Progress::new();
    let outcome = Session::new(&plan).run(&kernel as &dyn Kernel, |_, _| (), &progress);

    let mut passed = Passed::default();
    match outcome {
        Ok(outcome) => {
            if let Some(k) = sample.first_bad() {
                return Err(format!("h is not finite at sample {k}, and nothing is said"));
            }
            passed.doubted = compare(&problem, &sample, &outcome)?;
        }
        Err(error) => {
            passed.non_finite = true;
            rightly_ended(&problem, &sample, &error)?;
        }
    }
    if let Some((f, g)) = &request.meant {
        let random = &mut Random::new(request.seed, 1);
        let few = plan.samples() <= 4;
        let points = if few { plan.samples() as usize } else { 2 };
        for k in 0..points {
            let k = if few { k } else { random.below(sample.points.len()) };
            sample.judge(&problem, f, g.as_ref(), k, &mut passed)?;
        }
    }
    Ok(passed)
}

/// What the run sees.
struct Sample {
    points: Vec<Vec<f64>>,
    /// f and g; 1 for a uniform density.
    values: Vec<(f64, f64)>,
    /// h, in its own units.
    standardised: Vec<f64>,
}

impl Sample {
    fn draw(problem: &Problem, plan: &Plan) -> Self {
        let mut f = Evaluator::new(problem.f().tape());
        let mut g = problem.g().map(|g| Evaluator::new(g.tape()));
        let mut h = Evaluator::new(problem.h());
        let mut sample = Self { points: vec![], values: vec![], standardised: vec![] };
        let mut x = vec![0.0; problem.dims()];
        for batch in 0..plan.batches() {
            let mut stream = Stream::new(plan.seed(), batch);
            for _ in 0..plan.batch_len(batch) {
                stream.draw(problem.affine(), &mut x);
                let g = g.as_mut().map_or(1.0, |g| g.eval(&x));
                sample.values.push((f.eval(&x), g));
                sample.standardised.push(h.eval(&x));
                sample.points.push(x.clone());
            }
        }
        sample
    }

    fn first_bad(&self) -> Option<usize> {
        self.standardised.iter().position(|h| !h.is_finite())
    }

    /// Compares f and g at a point with balls.
    fn judge(
        &self,
        problem: &Problem,
        f: &Expr,
        g: Option<&Expr>,
        k: usize,
        passed: &mut Passed,
    ) -> Result<(), String> {
        let (x, support) = (&self.points[k], problem.support());
        let (lo, hi) = (support.lo(), support.hi());
        if x.iter().zip(lo.iter().zip(&hi)).any(|(x, (lo, hi))| !(lo <= x && x <= hi)) {
            return Err(format!("the point {x:?} lies outside of the box"));
        }
        let place = Place { x, lo: &lo, hi: &hi, volume: support.volume() };
        let (at_f, at_g) = self.values[k];
        for (name, expr, value) in [("f", Some(f), at_f), ("g", g, at_g)] {
            match expr.map(|expr| expr.ball(&place)) {
                Some(Some(ball)) if !ball.has(value) => {
                    return Err(format!("{name} is {value:e} at {x:?}, and should be {ball:?}"));
                }
                Some(Some(_)) => passed.balls += 1,
                Some(None) => passed.uncertain += 1,
                None => {}
            }
        }
        Ok(())
    }
}

/// The smallest number, as a power of two, and half an ulp of 1.
const SMALLEST: i32 = -1074;
const ROUNDING: f64 = f64::EPSILON / 2.0;

/// Compares an estimate with the same sample in twice the digits; whether it is said that squares
/// underflow, and its error is none.
fn compare(problem: &Problem, sample: &Sample, outcome: &Outcome) -> Result<bool, String> {
    let (scale, estimate) = (problem.scale(), &outcome.estimate);
    let exact = spread(&sample.values);
    let (weight, of_weight) = split(scale.weight());
    let count = sample.values.len() as f64;
    // All in units of 2^unit, in which V·h is about 1 at most.
    let unit = exact.unit + of_weight;
    let mean = exact.mean.high * weight;
    let std_error = exact.std_dev * weight / count.sqrt();
    let in_units = |x: f64| {
        let (significand, exponent) = split(x);
        scaled(significand, exponent - unit)
    };
    // What the smallest numbers are in h's own units, and factors of those that underflow.
    let factors = sample.values.iter().fold(1.0, |most: f64, (f, g)| {
        most.max((f * scale.factor_of_f()).abs()).max((g * scale.factor_of_g()).abs())
    });
    let smallest = scaled(factors.min(1e300), SMALLEST + 1 - scale.exponent() - exact.unit);
    let of_product = 4.0 * ROUNDING * exact.largest + 4.0 * smallest;
    let least = scaled(1.0, SMALLEST - unit);
    let off = (in_units(estimate.value) - mean).abs();
    let allowed = 2.0 * (of_product + 2.0 * count * ROUNDING * exact.width)
        + 4.0 * ROUNDING * mean.abs()
        + least;
    if off.is_nan() || off > allowed {
        return Err(format!("value {:e} is off by {off:e} of {mean:e}", estimate.value));
    }

    let half_ulp = (estimate.value.abs().next_up() - estimate.value.abs()) / 2.0;
    let square = estimate.std_error * estimate.std_error;
    let variance = estimate.variance;
    let agree = match square {
        _ if square.is_normal() => (variance / square - 1.0).abs() <= 1e-14,
        _ if square.is_infinite() => variance >= f64::MAX * 0.99,
        _ => (variance - square).abs() <= 4.0 * f64::from_bits(1),
    };
    if !agree {
        return Err(format!("variance {variance:e} for std_error {:e}", estimate.std_error));
    }
    if outcome.warnings.contains(&Warning::Underflow) {
        return Ok(true);
    }
    let got = in_units(estimate.std_error);
    let expected =
        if estimate.std_error == 0.0 { std_error } else { std_error.max(in_units(half_ulp)) };
    let allowed = 2.0 * of_product + 4.0 * count * ROUNDING * std_error + 1e-13 * expected + least;
    match (got - expected).abs() <= allowed {
        true => Ok(false),
        false => Err(format!("std_error {got:e} for {expected:e}, in units of 2^{unit}")),
    }
}

/// Whether a run had to end like this.
fn rightly_ended(problem: &Problem, sample: &Sample, error: &RunError) -> Result<(), String> {
    /// Where squares of h, in its own units, overflow.
    const LARGE: i32 = 480;
    let RunError::NonFinite(error) = error else {
        return Err(format!("ended by {error}"));
    };
    let _ = error.to_string();
    match (sample.first_bad(), error) {
        (Some(k), NonFinite::Sample(bad)) => {
            let (f, g) = sample.values[k];
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
            let named = bad.sample == k as u64
                && bad.x == sample.points[k]
                && same(bad.f, f)
                && same(bad.g.unwrap_or(1.0), g);
            if !named {
                return Err(format!("sample {k} is not finite, but {bad:?} is named"));
            }
            // Of finite f and g, only their product may be too large, in its own units.
            let power = split(f * 0.5).1 + split(g * 0.5).1 + problem.scale().exponent();
            let finite = f.is_finite() && g.is_finite();
            if finite && power < LARGE {
                return Err(format!("f = {f:e} and g = {g:e} have a finite product"));
            }
            Ok(())
        }
        (bad, NonFinite::Overflow) => {
            // A block before that of the first bad sample may have overflowed.
            let exact = spread(&sample.values[..bad.unwrap_or(sample.values.len())]);
            let (weight, of_weight) = split(problem.scale().weight());
            let value = split(weight * exact.mean.high);
            let std_error = split(weight * exact.std_dev);
            let too_large = |(significand, exponent): (f64, i32)| {
                significand != 0.0 && exponent + exact.unit + of_weight >= 1023
            };
            let squares = exact.unit + problem.scale().exponent() >= LARGE;
            match squares || too_large(value) || too_large(std_error) {
                true => Ok(()),
                false => Err("ended by overflow, though nothing is too large".to_owned()),
            }
        }
        (bad, error) => Err(format!("{error}; the first bad sample is {bad:?}")),
    }
}
