//! The numbers an integrand is written over.
//!
//! A generic function `fn f<T: Real>(x: &[T]) -> T` runs as native code with
//! `T = f64` and records itself with `T =` [`Traced`](crate::Traced). Every
//! operation here is one IEEE 754 operation, or one step on the bits of a
//! number, so that each technique can do exactly the same.

#![allow(
    clippy::indexing_slicing,
    reason = "`fold_rows` gives as many elements as it was given rows"
)]

use std::borrow::Cow;
use std::fmt::Debug;
use std::iter::{Product, Sum};
use std::ops::{Add, Div, Mul, Neg, Sub};

mod native;

pub use native::{exp2_int, exponent, significand};

use crate::elementary;

/// Methods that stand for functions of [`crate::elementary`].
macro_rules! elementary {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[doc = concat!("([`elementary::", stringify!($name), "`](crate::elementary::", stringify!($name), ")).")]
        #[inline]
        fn $name(self) -> Self {
            elementary::$name(self)
        }
    )+};
    ($($(#[$doc:meta])* $name:ident $other:ident,)+) => {$(
        $(#[$doc])*
        #[doc = concat!("([`elementary::", stringify!($name), "`](crate::elementary::", stringify!($name), ")).")]
        #[inline]
        fn $name(self, $other: Self) -> Self {
            elementary::$name(self, $other)
        }
    )+};
}

/// A real number as far as an integrand is concerned.
///
/// Arithmetic mixes with `f64` on the right (`x * 2.0`); other constants come
/// from [`Real::constant`]. There is no `if` on values, since a recording has no
/// value to look at: comparisons give 1 or 0, and [`Real::select`] chooses.
///
/// ```
/// use mc_core::Real;
///
/// /// 1 inside the unit ball, else 0.
/// fn ball<T: Real>(x: &[T]) -> T {
///     T::dot(x, x).less_equal(T::constant(1.0))
/// }
/// assert_eq!(ball(&[0.6, 0.6]), 1.0);
/// assert_eq!(ball(&[0.8, 0.8]), 0.0);
/// ```
pub trait Real:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + Sum
    + Product
{
    /// The constant `c`.
    fn constant(c: f64) -> Self;

    /// A row of constants; f64 borrows it.
    fn constants(row: &[f64]) -> Cow<'_, [Self]>;

    /// fma: `self·factor + addend`, rounded once.
    fn mul_add(self, factor: Self, addend: Self) -> Self;

    /// √self, correctly rounded.
    fn sqrt(self) -> Self;

    /// |self|.
    fn abs(self) -> Self;

    /// |self| with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;

    /// The largest whole number ≤ self.
    fn floor(self) -> Self;

    /// The nearest whole number; halfway cases go to the even one.
    fn round_ties_even(self) -> Self;

    /// The exponent field as a number: ⌊log₂|self|⌋ for normal numbers, −1023
    /// for zero and subnormal ones, 1024 for infinities and NaN.
    fn exponent(self) -> Self;

    /// The fraction field with exponent 0, in [1, 2); the sign is dropped.
    fn significand(self) -> Self;

    /// 2^self for whole numbers −1022 ≤ self ≤ 1023, made by writing the
    /// exponent field. Outside that range the bits are as
    /// [`exp2_int`] says, of no use but the same everywhere.
    fn exp2_int(self) -> Self;

    /// 1 if self < other, else 0 (also where one is NaN).
    fn less(self, other: Self) -> Self;

    /// 1 if self ≤ other, else 0 (also where one is NaN).
    fn less_equal(self, other: Self) -> Self;

    /// 1 if self = other, else 0 (also where one is NaN).
    fn equal(self, other: Self) -> Self;

    /// 1 if self ≠ other, else 0: 1 where one is NaN.
    fn not_equal(self, other: Self) -> Self;

    /// `then` where `condition` ≠ 0 (NaN included), else `otherwise`. Both are
    /// computed.
    fn select(condition: Self, then: Self, otherwise: Self) -> Self;

    /// `small` where |self| ≤ 2⁴¹, else sin self, reduced by integers
    /// ([`elementary::sin`]). NaN for infinities; `small` for NaN.
    fn large_sin(self, small: Self) -> Self;

    /// `small` where |self| ≤ 2⁴¹, else cos self, as [`Real::large_sin`].
    fn large_cos(self, small: Self) -> Self;

    /// `small` where |self| ≤ 2⁴¹, else tan self, as [`Real::large_sin`].
    fn large_tan(self, small: Self) -> Self;

    /// `small` where |small| < |divisor|, else the remainder self − divisor·n with n
    /// = self/divisor without its fraction. It is exact, and has the sign of self. NaN for
    /// an infinite self or a divisor ±0.
    fn large_remainder(self, divisor: Self, small: Self) -> Self;

    /// A loop: acc = init, then for i = 0, 1, …, len − 1
    /// `acc = body(acc, i, [row0[i], row1[i], …])`; its last acc.
    ///
    /// This is the form that stays a loop in every technique, so that n = 1000
    /// coordinates do not make 1000 operations. Each row has at least `len`
    /// entries. Rows that are a run of coordinates or are constant stay rolled;
    /// others are unrolled. `body` must not depend on how often it is called.
    fn fold_rows(
        init: Self,
        len: usize,
        rows: &[&[Self]],
        body: &mut dyn FnMut(Self, Self, &[Self]) -> Self,
    ) -> Self;

    /// [`Real::fold_rows`] for a fixed number of rows, at least one; the
    /// shortest row gives the length.
    #[inline]
    fn fold<const ROWS: usize>(
        init: Self,
        rows: [&[Self]; ROWS],
        mut body: impl FnMut(Self, Self, [Self; ROWS]) -> Self,
    ) -> Self {
        let len = rows.iter().map(|row| row.len()).min().unwrap_or(0);
        Self::fold_rows(init, len, &rows, &mut |acc, i, elements| {
            body(acc, i, std::array::from_fn(|k| elements[k]))
        })
    }

    /// Σ aᵢ·bᵢ: from 0, acc = fma(aᵢ, bᵢ, acc) in order.
    #[inline(always)]
    fn dot(a: &[Self], b: &[Self]) -> Self {
        Self::fold(Self::constant(0.0), [a, b], |acc, _, [a, b]| a.mul_add(b, acc))
    }

    /// Σ xᵢ: from 0, acc + xᵢ in order.
    #[inline(always)]
    fn sum_of(x: &[Self]) -> Self {
        Self::fold(Self::constant(0.0), [x], |acc, _, [x]| acc + x)
    }

    /// Π xᵢ: from 1, acc·xᵢ in order.
    #[inline(always)]
    fn product_of(x: &[Self]) -> Self {
        Self::fold(Self::constant(1.0), [x], |acc, _, [x]| acc * x)
    }

    /// ‖x‖ = √(x·x). Where x·x would over- or underflow, x is scaled by a power of two.
    ///
    /// A recording holds a second loop for that. Where the square is meant, `dot(x, x)` is
    /// exact and cheaper; where x cannot be that large or small, so is `dot(x, x).sqrt()`, with
    /// the same bits.
    ///
    /// # Accuracy
    ///
    /// (n + 1)/2 ulps at most for n entries: the root halves the error of the sum. The worst that a search found for n = 2 is 1.20.
    #[inline]
    fn norm(x: &[Self]) -> Self {
        elementary::norm(|scale| match scale {
            None => Self::dot(x, x),
            Some(scale) => Self::fold(Self::constant(0.0), [x], |acc, _, [x]| {
                let x: Self = x * scale;
                x.mul_add(x, acc)
            }),
        })
    }

    /// selfᵏ by repeated squaring, 1/self^|k| for negative k.
    ///
    /// The multiplications are those of the binary method from the lowest bit:
    /// x³ = x·x², x⁵ = x·(x²)². selfᵏ for k = 0 is 1.
    ///
    /// # Accuracy
    ///
    /// |k| − 1 ulps at most for k > 0, |k| for k < 0, where nothing under- or overflows: each
    /// of the roundings is half an ulp of its factor at most, and an ulp can become two. The worst
    /// that a search found for |k| ≤ 32 is 28.7 ulps, at k = −32. `pow` has less than 1.
    ///
    /// For |k| ≤ 32 the result may be subnormal, also where self^|k| overflows.
    #[inline]
    fn powi(self, k: i32) -> Self {
        /// What an overflowing power is scaled by.
        const DOWN: f64 = 1.0 / 18_446_744_073_709_551_616.0; // 2⁻⁶⁴
        let one = Self::constant(1.0);
        let mut bits = k.unsigned_abs();
        if bits < 2 {
            let power = if bits == 0 { one } else { self };
            return if k < 0 { one / power } else { power };
        }
        // All but the last multiplication.
        let mut others = None;
        let mut square = self;
        while bits > 2 || bits == 2 && others.is_some() {
            if bits & 1 == 1 {
                others = Some(others.map_or(square, |power: Self| power * square));
            }
            bits >>= 1;
            square = square * square;
        }
        let others = others.unwrap_or(square);
        let power = others * square;
        if k > 0 {
            return power;
        }
        let overflow = power.abs().equal(Self::constant(f64::INFINITY));
        let power = Self::select(overflow, others * DOWN * square, power);
        one / power * Self::select(overflow, Self::constant(DOWN), one)
    }

    elementary! {
        /// eˣ
        exp,
        /// 2ˣ
        exp2,
        /// eˣ − 1
        expm1,
        /// The natural logarithm
        ln,
        /// The logarithm to base 2
        log2,
        /// The logarithm to base 10
        log10,
        /// ln(1 + x)
        log1p,
        /// ∛x
        cbrt,
        /// Sine
        sin,
        /// Cosine
        cos,
        /// Tangent
        tan,
        /// Arc sine
        asin,
        /// Arc cosine
        acos,
        /// Arc tangent
        atan,
        /// Hyperbolic sine
        sinh,
        /// Hyperbolic cosine
        cosh,
        /// Hyperbolic tangent
        tanh,
        /// Inverse hyperbolic sine
        asinh,
        /// Inverse hyperbolic cosine
        acosh,
        /// Inverse hyperbolic tangent
        atanh,
        /// The error function
        erf,
        /// 1 − erf(x)
        erfc,
        /// Φ, the standard normal distribution function
        norm_cdf,
        /// The standard normal density
        norm_pdf,
        /// Φ⁻¹, the standard normal quantile function
        norm_quantile,
        /// Γ
        gamma,
        /// ln |Γ|
        ln_gamma,
        /// −1, 0 or 1
        sign,
        /// The smallest whole number ≥ x
        ceil,
        /// The nearest whole number, halfway cases away from zero
        round,
        /// The whole number next to x towards zero
        trunc,
    }

    elementary! {
        /// self to the power y
        pow y,
        /// √(self² + y²)
        hypot y,
        /// The angle of the point (x, self)
        atan2 x,
        /// The remainder of self by y
        modulo y,
        /// The smaller of two
        minimum y,
        /// The larger of two
        maximum y,
    }
}
