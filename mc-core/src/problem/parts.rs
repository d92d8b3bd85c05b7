//! A problem as it is sent to another process or kept in a file (feature `serde`).

use serde::{Deserialize, Serialize};

use super::{Density, Integrand, Problem, ProblemError};
use crate::expr::Formula;
use crate::support::Support;
use crate::tape::Tape;

/// What a problem is sent as; the rest follows from it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Parts {
    support: Support,
    f: IntegrandParts,
    g: Option<IntegrandParts>,
}

#[derive(Clone, Serialize, Deserialize)]
struct IntegrandParts {
    tape: Tape,
    text: Option<String>,
}

impl IntegrandParts {
    fn restore(self, support: &Support) -> Result<Integrand, ProblemError> {
        let parse = |text: String| Formula::parse(&text, support).map_err(ProblemError::Text);
        Ok(Integrand { tape: self.tape, formula: self.text.map(parse).transpose()? })
    }
}

impl From<Integrand> for IntegrandParts {
    fn from(integrand: Integrand) -> Self {
        let text = integrand.formula.map(|formula| formula.text().to_owned());
        Self { tape: integrand.tape, text }
    }
}

impl From<Problem> for Parts {
    fn from(problem: Problem) -> Self {
        Self { support: problem.support, f: problem.f.into(), g: problem.g.map(Into::into) }
    }
}

impl TryFrom<Parts> for Problem {
    type Error = ProblemError;

    fn try_from(parts: Parts) -> Result<Self, ProblemError> {
        let f = parts.f.restore(&parts.support)?;
        let g = match parts.g {
            None => Density::Uniform,
            Some(g) => Density::Of(g.restore(&parts.support)?),
        };
        Self::new(parts.support, f, g)
    }
}
