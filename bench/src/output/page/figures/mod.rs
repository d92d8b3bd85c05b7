//! The pictures of the page, from the document. None where the document lacks what
//! the picture needs.

mod convergence;
mod cost;
mod experiment;
mod scaling;
mod throughput;
mod times;

pub use convergence::{error, funnel};
pub use cost::{memory, most_memory, to_an_error};
pub use experiment::experiment;
pub use scaling::scaling;
pub use throughput::{by_hand, rate, throughput, throughputs};
pub use times::{overview, times};

use crate::output::chart::ChartError;
use crate::output::chart::canvas::Picture;

type Figure = Result<Option<Picture>, ChartError>;
