//! One way to a sum of the experiment `sum`.

use crate::measure::Way;

/// One way to sum.
pub struct Sum {
    /// One call; all its sums are the same.
    pub way: Way<'static, f64>,
    /// Seconds of the first call, compiling included, if it compiles.
    pub first: Option<f64>,
    /// How many sums one call gives.
    pub sums: usize,
}

impl Sum {
    /// One that compiles nothing and gives one sum.
    pub fn plain(name: &str, mut call: impl FnMut() -> f64 + 'static) -> Self {
        Self { way: Way::new(name, move || Ok(call())), first: None, sums: 1 }
    }
}
