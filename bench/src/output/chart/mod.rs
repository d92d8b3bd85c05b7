//! Pictures, drawn by plotters as SVG.

mod axis;
mod canvas;
mod dots;
mod lines;
mod look;
mod marks;

pub use axis::{Axis, mebibytes, power_of_ten, seconds};
pub use canvas::Picture;
pub use dots::{Dot, Dots};
pub use lines::{Lines, Series, add, log_axes};
pub use look::{look_of, uses_many};

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
