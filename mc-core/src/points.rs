//! Drawing points, batch by batch, of either kind.

use std::sync::Arc;

use crate::net::{Net, NetError};
use crate::plan::{Plan, Replicates};
use crate::stream::{Stream, one_to_two};
use crate::support::Affine;

/// Draws the points of a run, one after another. Any batch can be the first.
pub trait Draw {
    /// Goes to the first point of a batch.
    fn start(&mut self, batch: u64);

    /// Draws the next point of the batch, in the box. `axes` and `x` have one entry a coordinate.
    fn draw(&mut self, axes: &[Affine], x: &mut [f64]);
}

/// Random points: a stream a batch, a word of it a coordinate.
#[derive(Clone, Debug)]
pub struct RandomPoints {
    seed: u64,
    stream: Stream,
}

impl RandomPoints {
    /// Those of a run with this seed, from batch 0 on.
    pub fn new(seed: u64) -> Self {
        Self { seed, stream: Stream::new(seed, 0) }
    }
}

impl Draw for RandomPoints {
    #[inline(always)]
    fn start(&mut self, batch: u64) {
        self.stream = Stream::new(self.seed, batch);
    }

    #[inline(always)]
    fn draw(&mut self, axes: &[Affine], x: &mut [f64]) {
        self.stream.draw(axes, x);
    }
}

/// Sobol' points: from each to the next, one xor a coordinate.
///
/// The words of the current point are kept in `S`; an array `[u64; N]` is kept in registers.
#[derive(Clone, Debug)]
pub struct SobolPoints<S = Vec<u64>> {
    net: Arc<Net>,
    replicates: Replicates,
    index: u64,
    state: S,
}

impl<S: AsRef<[u64]>> SobolPoints<S> {
    /// The same points, with their words in another place, of as many coordinates.
    #[inline]
    pub fn kept_in<T: AsMut<[u64]>>(self, mut state: T) -> SobolPoints<T> {
        let Self { net, replicates, index, state: before } = self;
        state.as_mut().iter_mut().zip(before.as_ref()).for_each(|(word, before)| *word = *before);
        SobolPoints { net, replicates, index, state }
    }
}

impl<S: AsMut<[u64]>> Draw for SobolPoints<S> {
    #[inline]
    fn start(&mut self, batch: u64) {
        let (replicate, index) = self.replicates.place(batch);
        self.index = index;
        self.net.start(replicate, index, self.state.as_mut());
    }

    #[inline(always)]
    fn draw(&mut self, axes: &[Affine], x: &mut [f64]) {
        let state = self.state.as_mut();
        for ((x, axis), word) in x.iter_mut().zip(axes).zip(&*state) {
            *x = axis.apply(f64::from_bits(*word));
        }
        self.net.step(self.index, state);
        self.index += 1;
    }
}

/// The points of a run, whatever they are.
#[derive(Clone, Debug)]
pub enum Points {
    /// [`Sampling::Random`](crate::Sampling::Random).
    Random(RandomPoints),
    /// [`Sampling::Sobol`](crate::Sampling::Sobol).
    Sobol(SobolPoints),
}

impl Plan {
    /// The points of this run, in `dims` coordinates, from batch 0 on.
    ///
    /// # Errors
    ///
    /// [`NetError`] where there are no Sobol' points of so many coordinates.
    pub fn points(&self, dims: usize) -> Result<Points, NetError> {
        Ok(match self.replicates() {
            None => Points::Random(RandomPoints::new(self.seed())),
            Some(replicates) => {
                let net = Net::shared(dims, self.seed())?;
                let mut points = SobolPoints {
                    net,
                    replicates,
                    index: 0,
                    state: vec![one_to_two(0).to_bits(); dims],
                };
                points.start(0);
                Points::Sobol(points)
            }
        })
    }

    /// The net of this run in `dims` coordinates, and how replicates share its points; none where points are random.
    ///
    /// # Errors
    ///
    /// As [`Plan::points`].
    pub fn net(&self, dims: usize) -> Result<Option<(Arc<Net>, Replicates)>, NetError> {
        let of = |replicates| Net::shared(dims, self.seed()).map(|net| (net, replicates));
        self.replicates().map(of).transpose()
    }
}

impl Draw for Points {
    #[inline]
    fn start(&mut self, batch: u64) {
        match self {
            Self::Random(points) => points.start(batch),
            Self::Sobol(points) => points.start(batch),
        }
    }

    #[inline]
    fn draw(&mut self, axes: &[Affine], x: &mut [f64]) {
        match self {
            Self::Random(points) => points.draw(axes, x),
            Self::Sobol(points) => points.draw(axes, x),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batch after batch, the points of a replicate are its net, and those of the next one others.
    #[test]
    fn batches_follow_each_other() {
        let plan = Plan::sobol(1_000, 3).unwrap();
        let replicates = plan.replicates().unwrap();
        let net = Net::new(5, 3).unwrap();
        let mut points = plan.points(5).unwrap();
        let axes = [Affine { scale: 1.0, offset: 0.0 }; 5];
        for replicate in 0..replicates.count() {
            let mut state = vec![0; 5];
            net.start(replicate, 0, &mut state);
            for index in 0..replicates.points() {
                if index % plan.batch_size() == 0 {
                    points.start((replicate * replicates.points() + index) / plan.batch_size());
                }
                let mut x = [0.0; 5];
                points.draw(&axes, &mut x);
                assert_eq!(x.map(f64::to_bits), state[..], "{replicate} {index}");
                net.step(index, &mut state);
            }
        }
    }

    #[test]
    fn too_many_coordinates_are_an_error() {
        let dims = crate::net::MAX_DIMS + 1;
        let message = Plan::sobol(100, 1).unwrap().points(dims).unwrap_err().to_string();
        assert!(message.contains(&dims.to_string()), "{message}");
        assert!(Plan::new(100, 1).unwrap().points(dims).is_ok());
    }
}
