//! The lecture's "native Python": the text is walked as a tree at every sample.

use mc_core::{Formula, Function, Integrand, Kernel, PrepareError, Problem, Technique};

use crate::sample_loop::boxed;

/// The loop over the parsed text: technique `serial-interpreted`.
///
/// A node of the tree is visited, and its kind looked up, once a sample; a
/// reduction such as `sum` collects its rows once a sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interpreted;

impl Technique for Interpreted {
    fn name(&self) -> &'static str {
        "serial-interpreted"
    }

    /// [`PrepareError::NoText`] if f or g is a Rust function: there is then
    /// no text to walk.
    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let f = text("the integrand f", problem.f())?;
        let g = problem.g().map(|g| text("the density g", g)).transpose()?;
        let scale = problem.scale();
        // Where h has no units of its own, nothing is computed for them.
        Ok(match (g, scale.is_plain()) {
            (None, true) => boxed(problem, move |x| f.eval(x)),
            (Some(g), true) => boxed(problem, move |x| f.eval(x) * g.eval(x)),
            (None, false) => boxed(problem, move |x| scale.of_value(f.eval(x))),
            (Some(g), false) => boxed(problem, move |x| scale.of_product(f.eval(x), g.eval(x))),
        })
    }
}

fn text(what: &'static str, integrand: &Integrand) -> Result<Formula, PrepareError> {
    integrand.formula().cloned().ok_or(PrepareError::NoText { what })
}
