//! Functions that can be run over any [`Real`].

use crate::real::Real;

/// A function of a point, written once over every [`Real`].
///
/// Rust has no generic closures, so this trait stands for one; the
/// [`function!`](crate::function) macro makes a `Function` of a generic
/// function, and a struct that implements it can carry parameters:
///
/// ```
/// use mc_core::{Function, Real};
///
/// /// 1 + a·x₀.
/// struct Line { a: f64 }
///
/// impl Function for Line {
///     fn eval<T: Real>(&self, x: &[T]) -> T {
///         x[0] * self.a + 1.0
///     }
/// }
/// assert_eq!(Line { a: 2.0 }.eval(&[3.0]), 7.0);
/// ```
pub trait Function {
    /// The value at `x`.
    fn eval<T: Real>(&self, x: &[T]) -> T;
}

impl<F: Function + ?Sized> Function for &F {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        (**self).eval(x)
    }
}

/// Makes a [`Function`] of a generic function.
///
/// ```
/// use mc_core::{Function, Real, function};
///
/// fn square_norm<T: Real>(x: &[T]) -> T {
///     T::dot(x, x)
/// }
/// let f = function!(square_norm);
/// assert_eq!(f.eval(&[1.0, 2.0]), 5.0);
/// ```
#[macro_export]
macro_rules! function {
    ($path:path) => {{
        #[derive(Clone, Copy, Debug)]
        struct Wrapped;

        impl $crate::Function for Wrapped {
            #[inline(always)]
            fn eval<T: $crate::Real>(&self, x: &[T]) -> T {
                $path(x)
            }
        }

        Wrapped
    }};
}
