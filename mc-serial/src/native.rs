//! Native code: a generic Rust function, specialised for f64 by the compiler.

use mc_core::{Function, Kernel, PrepareError, Problem, Real, Tape, TapeError, Technique};

use crate::sample_loop::{SERIAL, boxed};

/// The loop over a Rust function: technique `serial`.
///
/// The function is run as it was compiled, with `T = f64`; the problem's tape is
/// only compared with it. So the function must be the problem's f, operation
/// for operation: [`Native::check`] traces it and compares.
///
/// ```
/// use mc_core::{Density, Plan, Problem, Progress, Real, Support, Technique, function, run};
/// use mc_serial::Native;
///
/// fn mixed<T: Real>(x: &[T]) -> T {
///     x[0] * x[1] + x[1] * 3.0
/// }
/// let f = function!(mixed);
/// let support: Support = "-1:2,3:5".parse()?;
/// let problem = Problem::trace(support, &f, Density::Uniform)?;
/// let kernel = Native::new(f).prepare(&problem)?;
/// let estimate = run(&*kernel, &Plan::new(10_000, 1)?, &Progress::new())?;
/// assert!(estimate.distance(14.0) < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Native<F, G = NoDensity> {
    f: F,
    g: Option<G>,
}

impl<F> Native<F> {
    /// The loop over f. A density that is constant needs no function: h is then
    /// f, or f times the constant.
    pub fn new(f: F) -> Self {
        Self { f, g: None }
    }
}

impl<F, G> Native<F, G> {
    /// The loop over f·g, for problems with this density.
    pub fn with_density(f: F, g: G) -> Self {
        Self { f, g: Some(g) }
    }
}

impl<F: Function, G: Function> Native<F, G> {
    /// Whether these functions are the f and g of `problem`: traced, they must
    /// give its tapes.
    ///
    /// # Errors
    ///
    /// What differs.
    pub fn check(&self, problem: &Problem) -> Result<(), Mismatch> {
        let f = Tape::trace(&self.f, problem.dims())?;
        if f != *problem.f().tape() {
            return Err(Mismatch::Integrand(Difference::between(&f, problem.f().tape())));
        }
        match (&self.g, problem.g()) {
            (None, None) => Ok(()),
            (Some(_), None) => Err(Mismatch::Uniform),
            (None, Some(g)) => g.tape().as_constant().map(|_| ()).ok_or(Mismatch::NoDensity),
            (Some(g), Some(wanted)) => {
                let g = Tape::trace(g, problem.dims())?;
                if g == *wanted.tape() {
                    Ok(())
                } else {
                    Err(Mismatch::Density(Difference::between(&g, wanted.tape())))
                }
            }
        }
    }
}

impl<F, G> Technique for Native<F, G>
where
    F: Function + Clone + Send + Sync + 'static,
    G: Function + Clone + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        SERIAL
    }

    /// [`PrepareError::Failed`] with the [`Mismatch`], if the functions are not
    /// those of the problem.
    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        self.check(problem).map_err(|mismatch| PrepareError::Failed {
            technique: self.name(),
            cause: Box::new(mismatch),
        })?;
        let f = self.f.clone();
        let scale = problem.scale();
        let constant = problem.g().and_then(|g| g.tape().as_constant());
        Ok(match (self.g.clone(), constant, scale.is_plain()) {
            (Some(g), _, true) => boxed(problem, move |x| f.eval(x) * g.eval(x)),
            (None, Some(g), true) => boxed(problem, move |x| f.eval(x) * g),
            (None, None, true) => boxed(problem, move |x| f.eval(x)),
            // These are rare: one loop serves all, and calls what it is given.
            (Some(g), _, false) => in_units(problem, move |x| (f.eval(x), g.eval(x))),
            (None, g, false) => in_units(problem, move |x| (f.eval(x), g.unwrap_or(1.0))),
        })
    }
}

/// The loop over f and g, where h is averaged in units of its own ([`Scale`](mc_core::Scale)).
fn in_units(
    problem: &Problem,
    both: impl Fn(&[f64]) -> (f64, f64) + Send + Sync + 'static,
) -> Box<dyn Kernel> {
    let scale = problem.scale();
    let h: Box<PointFunction> = Box::new(move |x| {
        let (f, g) = both(x);
        scale.of_product(f, g)
    });
    boxed(problem, h)
}

type PointFunction = dyn Fn(&[f64]) -> f64 + Send + Sync;

/// The type of the density of a [`Native`] that has none.
#[derive(Clone, Copy, Debug)]
pub enum NoDensity {}

impl Function for NoDensity {
    fn eval<T: Real>(&self, _: &[T]) -> T {
        match *self {}
    }
}

/// Why native functions are not those of a problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// f is another function.
    #[error("the native function is not the problem's integrand f: {0}")]
    Integrand(Difference),
    /// g is another function.
    #[error("the native density is not the problem's density g: {0}")]
    Density(Difference),
    /// A density was given, but the problem has none.
    #[error(
        "the problem's density is uniform, which multiplies f by nothing, but a native density was \
         given: use Native::new"
    )]
    Uniform,
    /// The problem's density needs native code too.
    #[error(
        "the problem's density is not constant, and no native density was given: use \
         Native::with_density"
    )]
    NoDensity,
    /// A function cannot be recorded.
    #[error("the native function cannot be recorded: {0}")]
    Trace(#[from] TapeError),
}

/// Where the printed tapes of a native function and of a problem part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line, from 1.
    pub line: usize,
    /// What the function does there.
    pub native: String,
    /// What the problem's tape does there.
    pub wanted: String,
}

impl Difference {
    /// The first difference of two tapes that are not equal.
    fn between(native: &Tape, wanted: &Tape) -> Self {
        let (native, wanted) = (native.to_string(), wanted.to_string());
        let (mut a, mut b) = (native.lines(), wanted.lines());
        let mut line = 1;
        let (native, wanted) = loop {
            match (a.next(), b.next()) {
                // Tables are not printed, so unequal tapes can print alike.
                (None, None) => break ("other constants in a table", "table"),
                (a, b) if a == b => line += 1,
                (a, b) => break (a.unwrap_or("nothing"), b.unwrap_or("nothing")),
            }
        };
        Self { line, native: native.trim().to_owned(), wanted: wanted.trim().to_owned() }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "as tapes they part at line {}, `{}` against the problem's `{}`",
            self.line, self.native, self.wanted
        )
    }
}
