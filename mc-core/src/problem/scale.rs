//! The units that h is averaged in, and the way back.

/// How h = f·g is written before it is averaged, and what takes the mean of that to
/// the integral.
///
/// Kernels average h′ = h·2ᵏ − c. Squares of h would over- or underflow where |h| is
/// beyond 10^±150, and a variance of values that agree in all but their last digits
/// would be one of rounding errors. So k and c are chosen before the run, from the values
/// at a few fixed points: k = 0 unless these lie far from 1, and c = 0 unless they
/// agree in 7 digits and more. In those cases, which are nearly all, h′ *is* h, and
/// nothing is computed that would not be without.
///
/// The power of two is multiplied into f or into g, before their product:
/// h′ = f·(g·2ᵏ) − c or (f·2ᵏ)·g − c. So a product may be representable though f·g is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    weight: f64,
    exponent: i32,
    in_f: bool,
    shift: f64,
}

impl Scale {
    /// h′ = h, and the factor `weight` that takes its mean to the integral.
    pub fn plain(weight: f64) -> Self {
        Self { weight, exponent: 0, in_f: true, shift: 0.0 }
    }

    /// h′ = h·2^`exponent` − `shift`, the power in f or in g; `exponent` is at least −1022
    /// and at most 1023.
    pub(super) fn new(weight: f64, exponent: i32, in_f: bool, shift: f64) -> Self {
        Self { weight, exponent: exponent.clamp(-1022, 1023), in_f, shift }
    }

    /// What takes the mean of h to the integral: the volume V, or 1 under the
    /// uniform density.
    pub fn weight(self) -> f64 {
        self.weight
    }

    /// k, the exponent of the power of two.
    pub fn exponent(self) -> i32 {
        self.exponent
    }

    /// c, in the units of h′.
    pub fn shift(self) -> f64 {
        self.shift
    }

    /// Whether h′ is h.
    pub fn is_plain(self) -> bool {
        self.exponent == 0 && self.shift == 0.0
    }

    /// What f is multiplied by: 2ᵏ or 1.
    pub fn factor_of_f(self) -> f64 {
        if self.in_f { power_of_two(self.exponent) } else { 1.0 }
    }

    /// What g is multiplied by: 2ᵏ or 1.
    pub fn factor_of_g(self) -> f64 {
        if self.in_f { 1.0 } else { power_of_two(self.exponent) }
    }

    /// h′ where the density is uniform: h = f.
    ///
    /// This and [`Scale::of_product`] are the operations of [`Problem::h`](crate::Problem::h),
    /// for a technique that does not take them from there. Multiplying by 1 and
    /// subtracting 0 changes no bit; a loop can still leave it out where the scale
    /// [is plain](Scale::is_plain).
    #[inline(always)]
    pub fn of_value(self, f: f64) -> f64 {
        f * self.factor_of_f() - self.shift
    }

    /// h′ where h = f·g.
    #[inline(always)]
    pub fn of_product(self, f: f64, g: f64) -> f64 {
        (f * self.factor_of_f()) * (g * self.factor_of_g()) - self.shift
    }

    /// The value of h that has this h′.
    pub fn value(self, standardised: f64) -> f64 {
        let h = if self.shift == 0.0 { standardised } else { standardised + self.shift };
        let (significand, exponent) = split(h);
        join(significand, exponent - self.exponent)
    }
}

/// The factor that takes a mean to the integral, where values are averaged as they are.
impl From<f64> for Scale {
    fn from(weight: f64) -> Self {
        Self::plain(weight)
    }
}

/// 2^`exponent`, of which −1022 to 1023 are normal numbers.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// x as m·2ᵉ with 1 ≤ |m| < 2; zeros and what is not finite as they are, with e = 0.
pub(crate) fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    // Subnormal numbers are made normal first.
    let (x, below) = if x.is_normal() { (x, 0) } else { (x * power_of_two(64), 64) };
    let exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let significand = x.to_bits() & !(0x7ff << 52) | 1.0f64.to_bits();
    (f64::from_bits(significand), exponent - below)
}

/// m·2^`exponent`, rounded once; |m| is between 2⁻²⁰⁰ and 2¹⁰, or 0.
pub(crate) fn join(m: f64, exponent: i32) -> f64 {
    // The first product is exact, since it is normal.
    let first = exponent.clamp(-800, 800);
    m * power_of_two(first) * power_of_two((exponent - first).clamp(-1022, 1022))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_split_joins_again(bits in any::<u64>(), by in -2200i32..2200) {
            let x = f64::from_bits(bits);
            let (m, e) = split(x);
            if x.is_finite() && x != 0.0 {
                prop_assert!((1.0..2.0).contains(&m.abs()));
                prop_assert_eq!(join(m, e).to_bits(), bits);
                // One rounding, however far it goes: compared with two steps that are
                // exact unless the result is subnormal.
                let near = join(m, by);
                if (-1022..1023).contains(&by) {
                    prop_assert_eq!(near, m * power_of_two(by));
                } else if by < -1022 {
                    prop_assert_eq!(near, (m * power_of_two(-900)) * power_of_two((by + 900).max(-1022)));
                } else if by > 1023 {
                    prop_assert!(near.is_infinite());
                }
            } else {
                prop_assert_eq!(m.to_bits(), bits);
            }
        }

        #[test]
        fn a_plain_scale_changes_no_bit(f in any::<f64>(), g in any::<f64>()) {
            let scale = Scale::plain(3.0);
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
            prop_assert!(same(scale.of_value(f), f));
            prop_assert!(same(scale.of_product(f, g), f * g));
            prop_assert!(same(scale.value(f), f));
        }

        #[test]
        fn the_way_back(h in 0.1..1e3f64, exponent in -1000i32..1000, shift in -1e3..1e3f64) {
            let scale = Scale::new(1.0, exponent, true, shift);
            let back = scale.value(scale.of_value(join(split(h).0, split(h).1 - exponent)));
            let expected = join(split(h).0, split(h).1 - exponent);
            prop_assert!((back / expected - 1.0).abs() < 1e-12 * (shift / h).abs().max(1.0));
        }
    }
}
