//! Values that are not finite, left out: the same for every technique.

use super::case::Case;
use super::check::{Mismatch, same_moments};
use crate::error::PrepareError;
use crate::kernel::Technique;
use crate::session::Lenient;
use crate::support::Support;

/// Integrands with bad values, few or many: with [`Lenient`] the moments must be those
/// of the finite values, in every block.
pub fn check_lenient(technique: Box<dyn Technique>) -> Vec<Mismatch> {
    let lenient = Lenient(technique);
    let support = Support::cube(-1.0, 1.0, 2).expect("a box");
    let mut mismatches = Vec::new();
    for (f, samples, sobol) in [
        ("sqrt(x0 + 0.9996)", 50_000, false),
        ("if(x0 < 0, (x1-x1)/(x1-x1), x1)", 5_000, false),
        ("if(x0 < 0, (x1-x1)/(x1-x1), x1)", 5_000, true),
        ("1/(x0-x0)", 100, false),
    ] {
        let mut case = Case::parsed(f, "uniform", support.clone(), &[samples]);
        if sobol {
            case = case.with_sobol(&[samples]);
        }
        let kernel = match lenient.prepare_for(case.problem(), case.sampling()) {
            Ok(kernel) => kernel,
            // A device without doubles says so.
            Err(PrepareError::Unavailable { .. }) => continue,
            Err(error) => return vec![Mismatch(format!("{f}: {error}"))],
        };
        for plan in case.plans() {
            for level in [0, 4, 63] {
                for block in plan.blocks(level).step_by(5) {
                    let expected = case.expected_finite(&plan, block);
                    let what = format!("{f}, {plan:?}, {block:?}");
                    match kernel.moments(&plan, block) {
                        Ok(got) if same_moments(&got, &expected) => {}
                        Ok(got) => {
                            let message = format!("{what}: {got:?} instead of {expected:?}");
                            mismatches.push(Mismatch(message));
                        }
                        Err(error) => mismatches.push(Mismatch(format!("{what}: {error}"))),
                    }
                }
            }
        }
    }
    mismatches
}
