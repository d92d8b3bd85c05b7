//! Whether g is a density: not negative, and with the integral 1.

use super::warning::Warning;
use crate::moments::Accumulator;
use crate::plan::Plan;
use crate::points::Draw as _;
use crate::problem::{Problem, join, split};
use crate::tape::Evaluator;

/// One sample of g for so many of h, so that it costs a run some hundredths of its time.
const SHARE: u64 = 2048;

/// The fewest samples, and the most.
const LEAST: u64 = 256;
const MOST: u64 = 65_536;

/// Operations that the samples may take in all, where g is long.
const PATIENCE: u64 = 1 << 24;

/// An integral is doubted when it is so many standard errors off 1.
const ERRORS: f64 = 5.0;

/// Of how many equal values the sum must be worth: where fewer values carry it, as those
/// of a peak do, their spread says too little of its error.
const EFFECTIVE: f64 = 100.0;

/// What rounding of a volume and a density explains.
const ROUNDING: f64 = 1e-9;

/// What is doubtful about the g of a run. Its values at the first points of the run are looked
/// at, so that depends on problem, samples and seed alone. The constant 1 makes an
/// estimate the plain integral of f, and is no density.
pub(super) fn doubts(problem: &Problem, plan: &Plan) -> Option<Warning> {
    let g = problem.g()?.tape();
    let (volume, of_volume) = split(problem.scale().weight());
    // V·g, which is about 1: V and g alone may be far from it.
    let weighed = |g: f64| {
        let (g, of_g) = split(g);
        join(volume * g, of_volume + of_g)
    };
    if let Some(value) = g.as_constant() {
        let integral = weighed(value);
        return match value {
            1.0 => None,
            ..0.0 => Some(Warning::NegativeDensity { g: value }),
            _ if (integral - 1.0).abs() <= ROUNDING => None,
            _ => Some(Warning::Density { integral, std_error: 0.0 }),
        };
    }
    let samples = (plan.samples() / SHARE).clamp(LEAST, MOST).min(plan.samples());
    let samples = samples.min(PATIENCE / g.cost().max(1));
    let mut evaluator = Evaluator::new(g);
    let mut x = vec![0.0; problem.dims()];
    let mut sums: Option<Accumulator> = None;
    let batches = (0..plan.batches()).take(samples.div_ceil(plan.batch_size()) as usize);
    let mut points = plan.points(problem.dims()).ok()?;
    for batch in batches {
        points.start(batch);
        for _ in 0..plan.batch_len(batch) {
            points.draw(problem.affine(), &mut x);
            let g = evaluator.eval(&x);
            if g < 0.0 {
                return Some(Warning::NegativeDensity { g });
            }
            match &mut sums {
                None => sums = Some(Accumulator::start(weighed(g))),
                Some(sums) => sums.push(weighed(g)),
            }
        }
    }
    let moments = sums?.moments();
    let (count, integral) = (moments.count as f64, moments.mean);
    let std_error = (moments.m2 / count / (count - 1.0)).sqrt();
    let effective = count / (1.0 + moments.m2 / count / (integral * integral));
    let off = (integral - 1.0).abs();
    (effective >= EFFECTIVE && off > ERRORS * std_error && off > ROUNDING)
        .then_some(Warning::Density { integral, std_error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Density;

    fn doubt(g: &str, support: &str, samples: u64) -> Option<Warning> {
        let support = support.parse().unwrap();
        let density = Density::parse(g, &support).unwrap();
        let problem = Problem::parse(support, "x0", density).unwrap();
        doubts(&problem, &Plan::new(samples, 1).unwrap())
    }

    #[test]
    fn densities_and_the_plain_integral_are_not_doubted() {
        for (g, support) in [
            ("uniform", "0:3"),
            ("1", "0:3"),
            ("1/volume", "0:3,-1:7"),
            ("prod(1/(hi-lo))", "0:0.1^300"),
            ("2*x0", "0:1"),
            ("norm_pdf(x0)*norm_pdf(x1)", "-9:9^2"),
            ("exp(-x0)", "0:40"),
            // A peak that few samples meet is not judged.
            ("norm_pdf(x0/1e-4)/1e-4", "-9:9"),
            ("prod(6*x*(1-x))", "0:1^30"),
        ] {
            for samples in [300, 10_000, 1_000_000] {
                assert_eq!(doubt(g, support, samples), None, "{g} on {support}");
            }
        }
    }

    #[test]
    fn what_is_no_density_is_said() {
        for (g, support, truth) in [
            ("2", "0:1", 2.0),
            ("1/2", "0:1", 0.5),
            ("exp(-x0^2/2)", "-5:5", 2.5066),
            ("x0", "0:1", 0.5),
            ("norm_pdf(x0)", "0:5", 0.5),
            ("1e-100*(1 + x0)", "0:1e100^1", 5e99),
        ] {
            match doubt(g, support, 1_000_000) {
                Some(Warning::Density { integral, std_error }) => {
                    assert!((integral - truth).abs() <= 5.0 * std_error + 1e-12 * truth, "{g}");
                }
                other => panic!("{g}: {other:?}"),
            }
        }
        for (g, support) in [("-1", "0:1"), ("x0 - 0.01", "0:1"), ("sin(x0)", "0:6")] {
            let found = doubt(g, support, 1_000_000);
            assert!(matches!(found, Some(Warning::NegativeDensity { g }) if g < 0.0), "{found:?}");
        }
    }

    /// 1,000 seeds of a density that varies much: 5 standard errors are passed once in 10⁶.
    #[test]
    fn a_density_is_not_doubted_by_chance() {
        let support = "-4:4".parse().unwrap();
        let density = Density::parse("norm_pdf(x0)/0.99993665751633374", &support).unwrap();
        let problem = Problem::parse(support, "x0", density).unwrap();
        for seed in 0..1_000 {
            assert_eq!(doubts(&problem, &Plan::new(10_000, seed).unwrap()), None, "{seed}");
        }
    }
}
