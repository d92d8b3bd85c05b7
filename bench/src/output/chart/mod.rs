//! Pictures, drawn by plotters as SVG.

pub mod axis;
pub mod canvas;
pub mod dots;
pub mod lines;
pub mod look;
mod marks;

/// What went wrong while drawing; since nothing is written but a string, a defect.
#[derive(Debug, thiserror::Error)]
#[error("a picture could not be drawn: {0}")]
pub struct ChartError(String);

impl From<ChartError> for crate::process::Failure {
    fn from(error: ChartError) -> Self {
        Self::Run(error.to_string())
    }
}

impl<E: std::error::Error + Send + Sync> From<plotters::drawing::DrawingAreaErrorKind<E>>
    for ChartError
{
    fn from(error: plotters::drawing::DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}
