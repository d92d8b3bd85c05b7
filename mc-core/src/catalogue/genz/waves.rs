//! The oscillatory family.

#![allow(
    clippy::indexing_slicing,
    reason = "every family has as many u and a as coordinates, at least one"
)]

use std::f64::consts::PI;

use super::{Family, scaled, vector, weighed};
use crate::real::Real;
use crate::short::Short;

/// cos(2πu₀ + Σ aᵢxᵢ).
#[derive(Clone, Copy, Debug)]
pub struct Oscillatory;

/// The mean of cos(phase + Σ aᵢxᵢ): the real part of e^(i·phase)·Π ∫ e^(i·aᵢx) dx,
/// cos(phase + Σ aᵢ/2)·Π sin(aᵢ/2)/(aᵢ/2).
fn mean_of_wave(phase: f64, a: &[f64]) -> f64 {
    let half = scaled(a, 0.5);
    let damping: f64 = half.iter().map(|half| half.sin() / half).product();
    (phase + half.iter().sum::<f64>()).cos() * damping
}

impl Family for Oscillatory {
    const NAME: &'static str = "genz-oscillatory";
    const ABOUT: &'static str = "a wave: cos(2πu₀ + Σ aᵢxᵢ)";
    const DIFFICULTY: f64 = 9.0;

    #[inline(always)]
    fn eval<T: Real>(a: &[T], u: &[T], x: &[T]) -> T {
        (T::constant(2.0 * PI) * u[0] + weighed(a, x)).cos()
    }

    fn text(a: &[f64], u: &[f64]) -> String {
        format!("cos(2*pi*{} + sum({}*x))", Short(u[0]), vector(a))
    }

    fn mean(a: &[f64], u: &[f64]) -> f64 {
        mean_of_wave(2.0 * PI * u[0], a)
    }

    /// cos² = ½ + ½·cos of twice the angle.
    fn second_moment(a: &[f64], u: &[f64]) -> f64 {
        0.5 + 0.5 * mean_of_wave(4.0 * PI * u[0], &scaled(a, 2.0))
    }
}
