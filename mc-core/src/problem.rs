//! What is estimated: ∫ f(x) g(x) dx over a box.

#![allow(clippy::indexing_slicing, reason = "the end is at most the length")]

#[cfg(feature = "serde")]
mod parts;
mod pilot;
mod scale;

pub use scale::Scale;
pub(crate) use scale::{join, split};

use crate::expr::{Formula, ParseError};
use crate::function::Function;
use crate::moments::{Accumulator, Tree};
use crate::plan::{Block, Plan};
use crate::points::Draw as _;
use crate::real::Real;
use crate::short::Short;
use crate::support::{Affine, Support};
use crate::tape::{Evaluator, Tape, TapeError};

/// φ = ∫ f(x) g(x) dx over a box, with f and g as tapes.
///
/// ```
/// use mc_core::{Density, Problem, Support};
///
/// // The mean of ‖x‖² over [−1, 2] × [3, 5].
/// let support: Support = "-1:2,3:5".parse()?;
/// let problem = Problem::parse(support, "norm(x)^2", Density::Uniform)?;
/// assert_eq!(problem.scale().weight(), 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "parts::Parts", into = "parts::Parts")
)]
pub struct Problem {
    support: Support,
    f: Integrand,
    g: Option<Integrand>,
    h: Tape,
    affine: Vec<Affine>,
    scale: Scale,
}

/// One of the functions of a problem.
#[derive(Clone, Debug)]
pub struct Integrand {
    tape: Tape,
    formula: Option<Formula>,
}

impl Integrand {
    /// Records a function.
    ///
    /// # Errors
    ///
    /// As [`Tape::trace`].
    pub fn trace<F: Function>(function: &F, dims: usize) -> Result<Self, TapeError> {
        Ok(Self { tape: Tape::trace(function, dims)?, formula: None })
    }

    /// Parses and records text.
    ///
    /// # Errors
    ///
    /// As [`Formula::parse`].
    pub fn parse(text: &str, support: &Support) -> Result<Self, ProblemError> {
        let formula = Formula::parse(text, support).map_err(ProblemError::Text)?;
        let tape = Tape::trace(&formula, support.dims())?;
        Ok(Self { tape, formula: Some(formula) })
    }

    /// As a program.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// As the tree it was parsed to, if it came as text.
    pub fn formula(&self) -> Option<&Formula> {
        self.formula.as_ref()
    }
}

/// The density g that f is weighed with.
#[derive(Clone, Debug, Default)]
pub enum Density {
    /// g = 1/V: the estimate is the mean of f over the box. V·g = 1 is not
    /// computed but known, so the volume may overflow and no digit is lost.
    #[default]
    Uniform,
    /// Any other. `1` makes the estimate the plain integral ∫ f(x) dx.
    Of(Integrand),
}

impl Density {
    /// `uniform`, or an expression.
    ///
    /// # Errors
    ///
    /// As [`Formula::parse`].
    pub fn parse(text: &str, support: &Support) -> Result<Self, ProblemError> {
        match text.trim() {
            "uniform" => Ok(Self::Uniform),
            _ => Ok(Self::Of(Integrand::parse(text, support)?)),
        }
    }
}

impl Problem {
    /// The problem of a traced or parsed f.
    ///
    /// # Errors
    ///
    /// f and g must take points of the support; where one of them is a constant
    /// it must be finite; and if g is not uniform, the volume of the support
    /// must be a normal number.
    pub fn new(support: Support, f: Integrand, g: Density) -> Result<Self, ProblemError> {
        let tape = f.tape.clone();
        let mut values = Evaluator::new(&tape);
        // A constant has no spread to be found: it costs too much to be looked at.
        let constant = tape.as_constant().is_some() && matches!(g, Density::Uniform);
        let cost = if constant { u64::MAX } else { tape.cost() };
        Self::with_values(support, f, g, &mut |x| values.eval(x), cost)
    }

    /// The problem of an f that no tape can be made of. `stand_in` is in its place, for the
    /// techniques that have f itself; `values` is f, and is asked for a few points
    /// ([`Scale`] says what for).
    ///
    /// # Errors
    ///
    /// As [`Problem::new`].
    pub fn standing_in(
        support: Support,
        stand_in: Integrand,
        g: Density,
        mut values: impl FnMut(&[f64]) -> f64,
    ) -> Result<Self, ProblemError> {
        Self::with_values(support, stand_in, g, &mut values, pilot::UNKNOWN_COST)
    }

    fn with_values(
        support: Support,
        f: Integrand,
        g: Density,
        values: &mut dyn FnMut(&[f64]) -> f64,
        cost: u64,
    ) -> Result<Self, ProblemError> {
        let g = match g {
            Density::Uniform => None,
            Density::Of(g) => Some(g),
        };
        for tape in [Some(&f), g.as_ref()].into_iter().flatten().map(Integrand::tape) {
            if tape.dims() != support.dims() {
                let (tape, support) = (tape.dims(), support.dims());
                return Err(ProblemError::Dims { tape, support });
            }
        }
        let constant = |integrand: Option<&Integrand>| {
            integrand.and_then(|integrand| integrand.tape.as_constant()).filter(|c| !c.is_finite())
        };
        if let Some(value) = constant(Some(&f)) {
            return Err(ProblemError::Constant { what: "the integrand f", value });
        }
        if let Some(value) = constant(g.as_ref()) {
            return Err(ProblemError::Constant { what: "the density g", value });
        }
        let weight = match &g {
            None => 1.0,
            Some(_) => support.volume(),
        };
        if !weight.is_normal() {
            return Err(ProblemError::Volume { volume: weight });
        }
        let affine = support.affine();
        let g_tape = g.as_ref().map(Integrand::tape);
        let cost = cost.saturating_add(g_tape.map_or(0, Tape::cost));
        let scale = pilot::scale(weight, &affine, values, g_tape, cost);
        let h = match (g_tape, scale.is_plain()) {
            (None, true) => f.tape.clone(),
            (g, _) => {
                let standardised = Standardised { f: &f.tape, g, scale };
                Tape::trace(&standardised, support.dims())?
            }
        };
        Ok(Self { support, f, g, h, affine, scale })
    }

    /// The problem of an integrand given as text.
    ///
    /// # Errors
    ///
    /// As [`Formula::parse`] and [`Problem::new`].
    pub fn parse(support: Support, f: &str, g: Density) -> Result<Self, ProblemError> {
        let f = Integrand::parse(f, &support)?;
        Self::new(support, f, g)
    }

    /// The problem of an integrand given as a function.
    ///
    /// # Errors
    ///
    /// As [`Tape::trace`] and [`Problem::new`].
    pub fn trace<F: Function>(support: Support, f: &F, g: Density) -> Result<Self, ProblemError> {
        let f = Integrand::trace(f, support.dims())?;
        Self::new(support, f, g)
    }

    /// The box.
    pub fn support(&self) -> &Support {
        &self.support
    }

    /// The number of coordinates.
    pub fn dims(&self) -> usize {
        self.support.dims()
    }

    /// The function whose moment is estimated.
    pub fn f(&self) -> &Integrand {
        &self.f
    }

    /// The density, unless it is uniform.
    pub fn g(&self) -> Option<&Integrand> {
        self.g.as_ref()
    }

    /// What is averaged: h = f·g, or h = f under the uniform density, in the units of
    /// [`Problem::scale`].
    pub fn h(&self) -> &Tape {
        &self.h
    }

    /// The maps from random words to points, one a coordinate.
    pub fn affine(&self) -> &[Affine] {
        &self.affine
    }

    /// The units of [`Problem::h`], and what takes its mean to the estimate.
    ///
    /// They depend on the problem alone, so they are the same on every machine and in every
    /// process.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Why the moments of `block` are not finite: its first sample, in order,
    /// whose h is not a finite number; overflow, where there is none; or the kernel, if
    /// the moments of h are finite.
    ///
    /// The samples are gone through one by one, so blame is laid on the same one
    /// whatever the technique.
    pub fn first_non_finite(&self, plan: &Plan, block: Block) -> NonFinite {
        let mut h = Evaluator::new(&self.h);
        let mut x = vec![0.0; self.dims()];
        let mut moments = Tree::new();
        let Ok(mut points) = plan.points(self.dims()) else { return NonFinite::Kernel };
        for batch in block.batches() {
            points.start(batch);
            let mut sums: Option<Accumulator> = None;
            for k in 0..plan.batch_len(batch) {
                points.draw(&self.affine, &mut x);
                let value = h.eval(&x);
                match &mut sums {
                    None => sums = Some(Accumulator::start(value)),
                    Some(sums) => sums.push(value),
                }
                if !value.is_finite() {
                    return NonFinite::Sample(Box::new(BadSample {
                        seed: plan.seed(),
                        sample: batch * plan.batch_size() + k,
                        f: Evaluator::new(self.f.tape()).eval(&x),
                        g: self.g.as_ref().map(|g| Evaluator::new(g.tape()).eval(&x)),
                        x,
                    }));
                }
            }
            moments.extend(sums.map(|sums| sums.moments()));
        }
        if moments.root().is_finite() { NonFinite::Kernel } else { NonFinite::Overflow }
    }
}

/// h = f·g, in this order, in other units.
struct Standardised<'t> {
    f: &'t Tape,
    g: Option<&'t Tape>,
    scale: Scale,
}

impl Function for Standardised<'_> {
    /// As [`Scale::of_value`] and [`Scale::of_product`], without the operations that change nothing.
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let times = |value: T, factor: f64| if factor == 1.0 { value } else { value * factor };
        let f = times(self.f.eval(x), self.scale.factor_of_f());
        let h = match self.g {
            None => f,
            Some(g) => f * times(g.eval(x), self.scale.factor_of_g()),
        };
        if self.scale.shift() == 0.0 { h } else { h - self.scale.shift() }
    }
}

/// Why a problem is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// A text is not an expression over the support.
    #[error("{0}")]
    Text(ParseError),
    /// A function cannot be recorded.
    #[error("the function cannot be recorded: {0}")]
    Tape(#[from] TapeError),
    /// The integrand takes points of another dimension.
    #[error("the integrand takes {tape} coordinates, but the support has {support}")]
    Dims {
        /// What the tape takes.
        tape: usize,
        /// What the support has.
        support: usize,
    },
    /// f or g is a constant that is not a finite number.
    #[error("{what} is {} everywhere: it must be finite", Short(*value))]
    Constant {
        /// Which.
        what: &'static str,
        /// The constant.
        value: f64,
    },
    /// The volume is needed and overflows or underflows.
    #[error(
        "the volume of the support is {}, beyond what f64 can hold: with `uniform` as density \
         it is not needed",
        Short(*volume)
    )]
    Volume {
        /// The volume.
        volume: f64,
    },
}

/// Which value was not a finite number.
#[derive(Clone, Debug, PartialEq)]
pub enum NonFinite {
    /// h at a sample.
    Sample(Box<BadSample>),
    /// No single value, but sums or products of them: the values are too large.
    Overflow,
    /// No value of h, and no sum of them: the kernel computes something else.
    Kernel,
}

/// A sample at which h = f·g is not a finite number.
#[derive(Clone, Debug, PartialEq)]
pub struct BadSample {
    /// The seed of the run.
    pub seed: u64,
    /// The sample's index, from 0.
    pub sample: u64,
    /// The point.
    pub x: Vec<f64>,
    /// f at the point.
    pub f: f64,
    /// g at the point, unless the density is uniform.
    pub g: Option<f64>,
}

impl std::error::Error for NonFinite {}

impl std::fmt::Display for NonFinite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Overflow => f.write_str(
                "the moments overflow: values of f·g are finite but too large, above about 1e150, or as far \
                 above those at the fixed points that their units were chosen by; scale the integrand down",
            ),
            Self::Kernel => f.write_str(
                "the kernel's moments are not finite, though the values of f·g and their moments are, \
                 computed from its tape: the kernel computes something else, such as a NaN of its own",
            ),
            Self::Sample(bad) => {
                /// The most coordinates printed.
                const SHOWN: usize = 8;
                write!(f, "the integrand is not finite at sample {} of seed {}: f = {}", bad.sample, bad.seed, Short(bad.f))?;
                if let Some(g) = bad.g {
                    write!(f, ", g = {}", Short(g))?;
                }
                write!(f, " at x = {:?}", &bad.x[..bad.x.len().min(SHOWN)])?;
                if bad.x.len() > SHOWN {
                    write!(f, " and {} more coordinates", bad.x.len() - SHOWN)?;
                }
                Ok(())
            }
        }
    }
}
