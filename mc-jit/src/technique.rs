//! The technique `jit`.

use mc_core::{Kernel, PrepareError, Problem, Technique};

use crate::emit::MonteCarlo;
use crate::engine::{self, Code};
use crate::error::JitError;
use crate::host::{Host, Lanes};
use crate::kernel::JitKernel;
use crate::shape::{Chains, Shape};

/// The loop, compiled for the integrand and for this machine.
///
/// ```
/// use mc_core::{Plan, Progress, SquaredNorm, Support, Technique, run};
/// use mc_jit::Jit;
///
/// let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2)?)?;
/// let kernel = Jit::new().prepare(&problem)?;
/// let estimate = run(&*kernel, &problem, &Plan::new(100_000, 1)?, &Progress::new())?;
/// assert!(estimate.distance(2.0 / 3.0) < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jit {
    lanes: Option<Lanes>,
    chains: Option<Chains>,
    /// Compile for this CPU instead; it must have nothing that this one lacks.
    cpu: Option<&'static str>,
}

impl Jit {
    /// With the lanes and chains that suit this machine and the problem.
    pub fn new() -> Self {
        Self::default()
    }

    /// With vectors of `lanes` batches, whatever the machine has.
    pub fn with_lanes(lanes: Lanes) -> Self {
        Self { lanes: Some(lanes), ..Self::default() }
    }

    /// With `chains` vectors worked on at a time.
    pub fn with_chains(self, chains: Chains) -> Self {
        Self { chains: Some(chains), ..self }
    }

    /// The loop for `problem` as LLVM IR, before LLVM works on it.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn llvm_ir(&self, problem: &Problem) -> Result<String, PrepareError> {
        let host = self.host()?;
        Ok(engine::llvm_ir(&self.source(problem, &host), &host)?)
    }

    /// The loop for `problem` as the assembly of this machine.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn assembly(&self, problem: &Problem) -> Result<String, PrepareError> {
        let host = self.host()?;
        Ok(engine::assembly(&self.source(problem, &host), &host)?)
    }

    fn source<'p>(&self, problem: &'p Problem, host: &Host) -> MonteCarlo<'p> {
        MonteCarlo { problem, shape: Shape::of(problem, host, self.lanes, self.chains) }
    }

    fn host(&self) -> Result<Host, JitError> {
        let host = engine::host()?;
        Ok(match self.cpu {
            Some(cpu) => Host { cpu: cpu.to_owned(), features: String::new() },
            None => host.clone(),
        })
    }
}

impl Technique for Jit {
    fn name(&self) -> &'static str {
        "jit"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let host = self.host()?;
        let source = self.source(problem, &host);
        let code = Code::compile(&source, &host)?;
        Ok(Box::new(JitKernel::new(code, source.shape, problem.dims())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CPUs without AVX-512, without AVX and FMA, and without SSE4: what they
    /// lack is made of other instructions, or of calls. Every x86-64 has them.
    #[cfg(target_arch = "x86_64")]
    mod lower_levels {
        use super::*;

        fn on(cpu: &'static str) -> Jit {
            Jit { cpu: Some(cpu), ..Jit::new() }
        }

        mc_core::conformance!(x86_64_v2, on("x86-64-v2"));
        mc_core::conformance!(x86_64_v1, on("x86-64"));
    }
}
