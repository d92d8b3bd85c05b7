//! Native code: the functions of the catalogue as techniques.

use mc_core::catalogue::{Entry, Visitor};
use mc_core::{Function, Technique};
use mc_serial::Native;

/// The technique `serial` over the function of `entry`.
pub fn technique(entry: &Entry) -> Box<dyn Technique> {
    entry.with_function(IntoNative)
}

struct IntoNative;

impl Visitor for IntoNative {
    type Output = Box<dyn Technique>;

    fn visit<F: Function + Clone + Send + Sync + 'static>(self, f: F) -> Self::Output {
        Box::new(Native::new(f))
    }
}

#[cfg(test)]
mod tests {
    use mc_core::{Plan, Progress, catalogue, run};
    use mc_serial::Flat;

    use super::*;

    #[test]
    fn native_code_has_the_bits_of_the_tape() {
        for name in catalogue::NAMES {
            let entry = catalogue::find(name, None).expect(name);
            let problem = &entry.problem;
            let plan = Plan::new(3_001, 7).expect("enough samples");
            let estimates = [technique(&entry), Box::new(Flat)].map(|technique| {
                let kernel = technique.prepare(problem).expect(name);
                run(&*kernel, &plan, &Progress::new()).expect(name)
            });
            assert_eq!(estimates[0], estimates[1], "{name}");
        }
    }
}
