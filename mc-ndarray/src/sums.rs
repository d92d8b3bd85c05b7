//! The sums of many batches side by side, as arrays.

use mc_core::Moments;
use ndarray::{Array1, ArrayView1, Zip};

/// The sums of each batch: what [`Accumulator`](mc_core::Accumulator) keeps, as arrays.
pub(crate) struct Sums {
    /// The first value of each batch; none before the first step.
    shift: Option<Array1<f64>>,
    sum: Array1<f64>,
    squares: Array1<f64>,
}

impl Sums {
    /// For so many batches.
    pub(crate) fn new(width: usize) -> Self {
        Self { shift: None, sum: Array1::zeros(width), squares: Array1::zeros(width) }
    }

    /// Takes the next value of each batch.
    pub(crate) fn push(&mut self, values: ArrayView1<'_, f64>) {
        let Some(shift) = &self.shift else {
            self.shift = Some(values.to_owned());
            return;
        };
        Zip::from(values).and(shift).and(&mut self.sum).and(&mut self.squares).for_each(
            |h, shift, sum, squares| {
                let delta = h - shift;
                *sum += delta;
                *squares = delta.mul_add(delta, *squares);
            },
        );
    }

    /// The moments of each batch, of so many values.
    pub(crate) fn moments(self, samples: u64) -> impl Iterator<Item = Moments> {
        let sums = self.shift.unwrap_or_default().into_iter().zip(self.sum).zip(self.squares);
        sums.map(move |((shift, sum), squares)| Moments::from_sums(samples, shift, sum, squares))
    }
}
