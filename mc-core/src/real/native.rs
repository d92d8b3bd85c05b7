//! f64 as a [`Real`]: native code, and the meaning of each operation.

#![allow(clippy::indexing_slicing, reason = "`len` is at most the length of the shortest row")]

use std::borrow::Cow;

use super::Real;
use crate::elementary;

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
    fn ln(self) -> Self {
        elementary::native_ln(self)
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

    #[inline(always)]
    fn large_sin(self, small: Self) -> Self {
        elementary::native_large_sin(self, small)
    }

    #[inline(always)]
    fn large_cos(self, small: Self) -> Self {
        elementary::native_large_cos(self, small)
    }

    #[inline(always)]
    fn large_tan(self, small: Self) -> Self {
        elementary::native_large_tan(self, small)
    }

    #[inline(always)]
    fn large_remainder(self, divisor: Self, small: Self) -> Self {
        elementary::native_remainder(self, divisor, small)
    }

    fn norm(x: &[Self]) -> Self {
        // The second loop is for few vectors only.
        let square = Self::dot(x, x);
        let [least, most] = elementary::NORM_RANGE;
        if (least..=most).contains(&square) {
            return square.sqrt();
        }
        elementary::norm(|scale| {
            x.iter().fold(0.0, |acc, &x| {
                let x = scale.map_or(x, |scale| x * scale);
                f64::mul_add(x, x, acc)
            })
        })
    }

    fn fold_rows(
        init: Self,
        len: usize,
        rows: &[&[Self]],
        body: &mut dyn FnMut(Self, Self, &[Self]) -> Self,
    ) -> Self {
        // A sum has a row or two: they need no allocation.
        let mut few = [0.0; 4];
        let mut many = Vec::new();
        let elements = match few.get_mut(..rows.len()) {
            Some(few) => few,
            None => {
                many.resize(rows.len(), 0.0);
                &mut many[..]
            }
        };
        let mut acc = init;
        for i in 0..len {
            for (element, row) in elements.iter_mut().zip(rows) {
                *element = row[i];
            }
            acc = body(acc, i as f64, elements);
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
