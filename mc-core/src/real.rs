//! The numbers an integrand is written over.
//!
//! A generic function `fn f<T: Real>(x: &[T]) -> T` runs as native code with
//! `T = f64` and records itself with `T =` [`Traced`](crate::Traced). Every
//! operation here is one IEEE 754 operation, or one step on the bits of a
//! number, so that each technique can do exactly the same.

use std::borrow::Cow;
use std::fmt::Debug;
use std::iter::{Product, Sum};
use std::ops::{Add, Div, Mul, Neg, Sub};

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

    /// ‖x‖ = √(x·x). Where the square is meant, `dot(x, x)` is exact and cheaper.
    #[inline(always)]
    fn norm(x: &[Self]) -> Self {
        Self::dot(x, x).sqrt()
    }

    /// The smaller of two; where one is NaN, `other`.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        Self::select(self.less(other), self, other)
    }

    /// The larger of two; where one is NaN, `other`.
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        Self::select(other.less(self), self, other)
    }

    /// selfᵏ by repeated squaring, 1/self^|k| for negative k.
    ///
    /// The multiplications are those of the binary method from the lowest bit:
    /// x³ = x·x², x⁵ = x·(x²)². selfᵏ for k = 0 is 1.
    #[inline]
    fn powi(self, k: i32) -> Self {
        let mut power = None;
        let mut square = self;
        let mut bits = k.unsigned_abs();
        while bits != 0 {
            if bits & 1 == 1 {
                power = Some(power.map_or(square, |power: Self| power * square));
            }
            bits >>= 1;
            if bits != 0 {
                square = square * square;
            }
        }
        let power = power.unwrap_or(Self::constant(1.0));
        if k < 0 { Self::constant(1.0) / power } else { power }
    }
}

/// The meaning of [`Real::exp2_int`]: the low bits of the whole number `k`,
/// plus the bias 1023, moved to the exponent field.
///
/// Adding 1.5·2⁵² puts a whole number into the low bits of the sum, which
/// vector units without a conversion to integers can do too.
#[inline(always)]
pub fn exp2_int(k: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0 + 1023.0;
    f64::from_bits((k + SHIFT).to_bits() << 52)
}

/// The meaning of [`Real::exponent`].
#[inline(always)]
pub fn exponent(x: f64) -> f64 {
    // 2⁵² + e as bits, without a conversion from integers.
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    f64::from_bits(((x.to_bits() >> 52) & 0x7ff) | TWO_52) - (4_503_599_627_370_496.0 + 1023.0)
}

/// The meaning of [`Real::significand`].
#[inline(always)]
pub fn significand(x: f64) -> f64 {
    f64::from_bits((x.to_bits() & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000)
}

#[inline(always)]
fn truth(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

impl Real for f64 {
    #[inline(always)]
    fn constant(c: f64) -> Self {
        c
    }

    #[inline(always)]
    fn constants(row: &[f64]) -> Cow<'_, [Self]> {
        Cow::Borrowed(row)
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        f64::mul_add(self, factor, addend)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }

    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        f64::copysign(self, sign)
    }

    #[inline(always)]
    fn floor(self) -> Self {
        f64::floor(self)
    }

    #[inline(always)]
    fn round_ties_even(self) -> Self {
        f64::round_ties_even(self)
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        exponent(self)
    }

    #[inline(always)]
    fn significand(self) -> Self {
        significand(self)
    }

    #[inline(always)]
    fn exp2_int(self) -> Self {
        exp2_int(self)
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        truth(self < other)
    }

    #[inline(always)]
    fn less_equal(self, other: Self) -> Self {
        truth(self <= other)
    }

    #[inline(always)]
    fn equal(self, other: Self) -> Self {
        truth(self == other)
    }

    #[inline(always)]
    fn not_equal(self, other: Self) -> Self {
        truth(self != other)
    }

    #[inline(always)]
    fn select(condition: Self, then: Self, otherwise: Self) -> Self {
        if condition != 0.0 { then } else { otherwise }
    }

    fn fold_rows(
        init: Self,
        len: usize,
        rows: &[&[Self]],
        body: &mut dyn FnMut(Self, Self, &[Self]) -> Self,
    ) -> Self {
        let mut elements = vec![0.0; rows.len()];
        let mut acc = init;
        for i in 0..len {
            for (element, row) in elements.iter_mut().zip(rows) {
                *element = row[i];
            }
            acc = body(acc, i as f64, &elements);
        }
        acc
    }

    #[inline(always)]
    fn fold<const ROWS: usize>(
        init: Self,
        rows: [&[Self]; ROWS],
        mut body: impl FnMut(Self, Self, [Self; ROWS]) -> Self,
    ) -> Self {
        let len = rows.iter().map(|row| row.len()).min().unwrap_or(0);
        let rows = rows.map(|row| &row[..len]);
        let mut acc = init;
        #[expect(clippy::needless_range_loop, reason = "all rows are indexed")]
        for i in 0..len {
            acc = body(acc, i as f64, std::array::from_fn(|k| rows[k][i]));
        }
        acc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_on_bits() {
        for k in -1022..=1023 {
            let power = exp2_int(f64::from(k));
            assert_eq!(power, 2f64.powi(k), "2^{k}");
            assert_eq!(exponent(power), f64::from(k));
            assert_eq!(exponent(-1.5 * power), f64::from(k));
            assert_eq!(significand(-1.5 * power), 1.5);
        }
        assert_eq!(exponent(0.0), -1023.0);
        assert_eq!(exponent(f64::MIN_POSITIVE / 2.0), -1023.0);
        assert_eq!(exponent(f64::INFINITY), 1024.0);
        assert_eq!(exponent(f64::NAN), 1024.0);
    }

    #[test]
    fn powers() {
        assert_eq!(Real::powi(3.0, 0), 1.0);
        assert_eq!(Real::powi(3.0, 1), 3.0);
        assert_eq!(Real::powi(3.0, 5), 243.0);
        assert_eq!(Real::powi(2.0, -3), 0.125);
        assert_eq!(Real::powi(-2.0, 11), -2048.0);
        assert_eq!(Real::powi(1.0, i32::MIN), 1.0);
    }

    #[test]
    fn comparisons_with_nan() {
        assert_eq!(f64::NAN.less(1.0), 0.0);
        assert_eq!(f64::NAN.less_equal(f64::NAN), 0.0);
        assert_eq!(f64::NAN.equal(f64::NAN), 0.0);
        assert_eq!(f64::NAN.not_equal(f64::NAN), 1.0);
        assert_eq!(f64::select(f64::NAN, 1.0, 2.0), 1.0);
        assert_eq!(f64::select(-0.0, 1.0, 2.0), 2.0);
    }

    #[test]
    fn folds_in_order() {
        let x = [1.0, 2.0, 3.0];
        assert_eq!(f64::dot(&x, &x), 14.0);
        assert_eq!(f64::sum_of(&x), 6.0);
        assert_eq!(f64::product_of(&x), 6.0);
        assert_eq!(f64::norm(&[3.0, 4.0]), 5.0);
        let digits = f64::fold(0.0, [&x], |acc, i, [x]| acc * 100.0 + i * 10.0 + x);
        assert_eq!(digits, 11223.0);
        assert_eq!(f64::fold_rows(0.0, 4, &[], &mut |acc, i, _| acc + i), 6.0);
    }
}
