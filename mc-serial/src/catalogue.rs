//! The functions of the catalogue as native code, compiled here once for all who use them.

use mc_core::catalogue::{Entry, Visitor};
use mc_core::{Function, Technique};

use crate::native::{Native, NoDensity};

impl Native<NoDensity> {
    /// The loop over the function of a problem of the
    /// [catalogue](mc_core::catalogue): technique `serial`, whatever the function.
    ///
    /// ```
    /// use mc_core::{Plan, Progress, Technique, catalogue, run};
    /// use mc_serial::Native;
    ///
    /// let entry = catalogue::find("lecture", None)?;
    /// let kernel = Native::of(&entry).prepare(&entry.problem)?;
    /// let estimate = run(&*kernel, &Plan::new(10_000, 1)?, &Progress::new())?;
    /// assert!(estimate.distance(entry.truth) < 5.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(entry: &Entry) -> Box<dyn Technique> {
        entry.with_function(IntoNative)
    }
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

    use super::*;
    use crate::Flat;

    #[test]
    fn native_code_has_the_bits_of_the_tape() {
        for name in catalogue::NAMES {
            let entry = catalogue::find(name, None).expect(name);
            let problem = &entry.problem;
            let plan = Plan::new(3_001, 7).expect("enough samples");
            let estimates = [Native::of(&entry), Box::new(Flat)].map(|technique| {
                let kernel = technique.prepare(problem).expect(name);
                run(&*kernel, &plan, &Progress::new()).expect(name)
            });
            assert_eq!(estimates[0], estimates[1], "{name}");
        }
    }
}
