//! How often the warnings of a sample are right: the figures that their docs state.

use super::*;
use crate::catalogue;
use crate::conformance::test_kernels::Good;
use crate::problem::{Density, Problem};
use crate::{Plan, Progress, Sampling, Technique};

/// What some runs of a problem were like.
struct Tally {
    /// Shares of the runs.
    covered: f64,
    warned: f64,
    unreliable: f64,
    // Of Sobol' points.
    one_replicate: f64,
    no_better: f64,
    /// The doubt that a twentieth, a half and all but a twentieth of the runs are below; 0 is no warning.
    doubts: [f64; 3],
}

fn tally(problem: &Problem, truth: f64, plans: &[Plan]) -> Tally {
    let kernel = Good.prepare(problem).unwrap();
    let (mut covered, mut warned, mut unreliable) = (0, 0, 0);
    let (mut one_replicate, mut no_better) = (0, 0);
    let mut doubts = Vec::new();
    for plan in plans {
        let progress = Progress::new();
        let ended = Session::new(plan).run(&*kernel, |_, _| (), &progress).unwrap();
        let (lo, hi) = ended.estimate.interval95();
        covered += u64::from(lo <= truth && truth <= hi);
        let doubt = ended.warnings.iter().find_map(|warning| match warning {
            Warning::HeavyTail { doubt, .. } => Some((*doubt, warning.to_string())),
            _ => None,
        });
        let has = |kind: fn(&Warning) -> bool| u64::from(ended.warnings.iter().any(kind));
        one_replicate += has(|warning| matches!(warning, Warning::Replicate { .. }));
        no_better += has(|warning| matches!(warning, Warning::NoBetter { .. }));
        warned += u64::from(doubt.is_some());
        unreliable +=
            u64::from(doubt.as_ref().is_some_and(|(_, text)| text.contains("cannot be relied on")));
        doubts.push(doubt.map_or(0.0, |(doubt, _)| doubt));
    }
    doubts.sort_by(f64::total_cmp);
    let share = |count: u64| count as f64 / plans.len() as f64;
    let at = |percent: usize| doubts[(doubts.len() - 1) * percent / 100];
    Tally {
        covered: share(covered),
        warned: share(warned),
        unreliable: share(unreliable),
        one_replicate: share(one_replicate),
        no_better: share(no_better),
        doubts: [at(5), at(50), at(95)],
    }
}

/// Powers with a finite variance (a < 1/2) and with none, and peaks that few samples meet.
fn known() -> Vec<(String, String, &'static str, f64)> {
    let power = |a: f64| (format!("x^-{a}"), format!("x0^(-{a})"), "0:1", 1.0 / (1.0 - a));
    let mut known: Vec<_> = [0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9].map(power).into();
    // The values of a Cauchy variable have the tail of 1/x.
    for a in [0.4, 0.6, 0.9] {
        let f = format!("abs(tan(pi*(x0-0.5)))^{a}");
        let truth = 1.0 / (std::f64::consts::FRAC_PI_2 * a).cos();
        known.push((format!("Cauchy^{a}"), f, "0:1", truth));
    }
    for width in ["0.1", "0.03", "0.01", "0.001", "0.0001", "0.00001"] {
        let f = format!("norm_pdf((x0-0.4)/{width})/{width}");
        // 1 − Φ(−4) − Φ(−6) for the widest.
        let truth = if width == "0.1" { 1.0 - 3.167222842e-5 } else { 1.0 };
        known.push((format!("peak of width {width}"), f, "0:1", truth));
    }
    let narrow = "norm_pdf((x0-0.64449662)/0.19)/0.19".to_owned();
    // Φ((0.5 − 0.6445)/0.19)/1000.5, from the issue.
    known.push(("one peak in 1000".to_owned(), narrow, "-1000:0.5", 0.223475337326446 / 1000.5));
    // What a net cannot see: a jump across many coordinates. P(Σ x > 25) is 1/2 in 50.
    known.push(("jump in 50-D".to_owned(), "if(sum(x) > 25, 1, 0)".to_owned(), "0:1^50", 0.5));
    known.push(("jump in 10-D".to_owned(), "if(sum(x) > 5, 1, 0)".to_owned(), "0:1^10", 0.5));
    known.push(("exp(5 x)".to_owned(), "exp(5*x0)".to_owned(), "0:1", (5f64.exp() - 1.0) / 5.0));
    known
}

/// Prints them: `cargo test --release -p mc-core --lib calibration -- --ignored --nocapture`.
#[test]
#[ignore = "prints figures, for minutes"]
fn figures_of_the_warnings() {
    for (sampling, samples) in [
        (Sampling::Random, 10_000),
        (Sampling::Random, 100_000),
        (Sampling::Sobol, 16 << 10),
        (Sampling::Sobol, 16 << 13),
    ] {
        let seeds = (20_000_000 / samples).min(400);
        println!(
            "{sampling}, M = {samples}, {seeds} seeds: covered, warned, `cannot be relied on`, one replicate, no better, \
             doubts at 5, 50, 95 %"
        );
        let plans: Vec<_> =
            (0..seeds).map(|seed| Plan::of(sampling, samples, seed).unwrap()).collect();
        let line = |name: &str, problem: &Problem, truth: f64| {
            let tally = tally(problem, truth, &plans);
            println!(
                "  {name:22} {:5.1} {:5.1} {:5.1} {:5.1} {:5.1}  {:.3} {:.3} {:.3}",
                100.0 * tally.covered,
                100.0 * tally.warned,
                100.0 * tally.unreliable,
                100.0 * tally.one_replicate,
                100.0 * tally.no_better,
                tally.doubts[0],
                tally.doubts[1],
                tally.doubts[2]
            );
        };
        for (name, f, support, truth) in known() {
            let problem = Problem::parse(support.parse().unwrap(), &f, Density::Uniform).unwrap();
            line(&name, &problem, truth);
        }
        for name in catalogue::NAMES {
            let entry = catalogue::find(name, None).unwrap();
            line(name, &entry.problem, entry.truth);
        }
    }
}
