//! One problem of the suite, with what the rules give for it.

use std::ops::Range;

use super::oracle;
use crate::estimate::Estimate;
use crate::function::Function;
use crate::moments::Moments;
use crate::plan::{Block, Plan};
use crate::problem::{Density, Integrand, Problem};
use crate::sampling::Sampling;
use crate::support::Support;
use crate::tape::Evaluator;

type PointFunction = dyn Fn(&[f64]) -> f64 + Send + Sync;

/// One problem of the suite and what it is run for.
pub struct Case {
    name: String,
    problem: Problem,
    h: Box<PointFunction>,
    sampling: Sampling,
    samples: Vec<u64>,
    seeds: Range<u64>,
}

impl Case {
    fn make(
        name: String,
        problem: Problem,
        both: impl Fn(&[f64]) -> (f64, f64) + Send + Sync + 'static,
        samples: &[u64],
    ) -> Self {
        let name = format!("{name} on {}", problem.support());
        let scale = problem.scale();
        // h in the problem's units, by what they are said to be: the power of two goes to
        // the factor that it is said to go to, and then c is subtracted.
        let (in_f, in_g) = (scale.factor_of_f(), scale.factor_of_g());
        assert_eq!(in_f * in_g, 2f64.powi(scale.exponent()), "the units of {name}");
        let h = move |x: &[f64]| {
            let (f, g) = both(x);
            f * in_f * (g * in_g) - scale.shift()
        };
        let (sampling, samples) = (Sampling::Random, samples.to_vec());
        Self { name, problem, h: Box::new(h), sampling, samples, seeds: 42..43 }
    }

    pub(super) fn new<F>(name: &str, support: Support, f: F, samples: &[u64]) -> Self
    where
        F: Function + Send + Sync + 'static,
    {
        let problem = Problem::trace(support, &f, Density::Uniform).expect("a valid problem");
        Self::make(name.to_owned(), problem, move |x| (f.eval(x), 1.0), samples)
    }

    pub(super) fn weighed<F, G>(name: &str, support: Support, f: F, g: G, samples: &[u64]) -> Self
    where
        F: Function + Send + Sync + 'static,
        G: Function + Send + Sync + 'static,
    {
        let density = Density::Of(Integrand::trace(&g, support.dims()).expect("a valid density"));
        let problem = Problem::trace(support, &f, density).expect("a valid problem");
        Self::make(name.to_owned(), problem, move |x| (f.eval(x), g.eval(x)), samples)
    }

    pub(super) fn parsed(f: &str, g: &str, support: Support, samples: &[u64]) -> Self {
        let density = Density::parse(g, &support).expect("a valid density");
        let problem = Problem::parse(support, f, density).expect("a valid problem");
        let formula = |integrand: &Integrand| integrand.formula().expect("it was parsed").clone();
        let f_formula = formula(problem.f());
        let g_formula = problem.g().map(formula);
        let both = move |x: &[f64]| match &g_formula {
            None => (f_formula.eval(x), 1.0),
            Some(g) => (f_formula.eval(x), g.eval(x)),
        };
        Self::make(format!("{f} | {g}"), problem, both, samples)
    }

    /// The case of a problem's own tape: the oracle's moments for any problem,
    /// slowly.
    pub fn of_tape(problem: &Problem) -> Self {
        let tape = problem.h().clone();
        Self {
            name: format!("tape on {}", problem.support()),
            problem: problem.clone(),
            h: Box::new(move |x| Evaluator::new(&tape).eval(x)),
            sampling: Sampling::Random,
            samples: Vec::new(),
            seeds: 42..43,
        }
    }

    pub(super) fn with_seeds(mut self, seeds: Range<u64>) -> Self {
        self.seeds = seeds;
        self
    }

    /// The same with Sobol' points, for plans of so many samples each.
    pub(super) fn with_sobol(self, samples: &[u64]) -> Self {
        Self { sampling: Sampling::Sobol, samples: samples.to_vec(), ..self }
    }

    /// What it is called in a message.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What kind of points its plans have.
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// Every plan that it is run for.
    pub fn plans(&self) -> impl Iterator<Item = Plan> {
        self.samples.iter().flat_map(|&samples| {
            let sampling = self.sampling;
            let plan = move |seed| Plan::of(sampling, samples, seed).expect("enough samples");
            self.seeds.clone().map(plan)
        })
    }

    /// The estimate that the rules give for all of `plan`.
    ///
    /// # Panics
    ///
    /// If values are not finite.
    pub fn estimate(&self, plan: &Plan) -> Estimate {
        let nodes: Vec<_> =
            plan.blocks(plan.estimate_level()).map(|node| self.expected(plan, node)).collect();
        Estimate::of_nodes(&nodes, self.problem.scale(), plan).expect("finite values")
    }

    /// The moments that the rules give for `block`.
    pub fn expected(&self, plan: &Plan, block: Block) -> Moments {
        oracle::moments(&self.problem, &*self.h, plan, block)
    }

    /// The same of the values that are finite.
    pub(super) fn expected_finite(&self, plan: &Plan, block: Block) -> Moments {
        oracle::finite_moments(&self.problem, &*self.h, plan, block)
    }
}
