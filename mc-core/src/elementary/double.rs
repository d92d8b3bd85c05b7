//! Sums and products whose rounding error is kept: unevaluated pairs hi + lo.

use crate::real::Real;

/// hi + lo with |lo| ≤ ulp(hi)/2, about 106 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Double<T> {
    pub hi: T,
    pub lo: T,
}

impl<T: Real> Double<T> {
    /// a + b exactly (Knuth, *TAOCP 2*, 4.2.2 theorem B).
    #[inline(always)]
    pub fn sum(a: T, b: T) -> Self {
        let hi = a + b;
        let b_rounded = hi - a;
        Self { hi, lo: (a - (hi - b_rounded)) + (b - b_rounded) }
    }

    /// a + b exactly, where |a| ≥ |b| or a = 0 (Dekker, *Numer. Math.* 18, 1971).
    #[inline(always)]
    pub fn quick_sum(a: T, b: T) -> Self {
        let hi = a + b;
        Self { hi, lo: b - (hi - a) }
    }

    /// a·b exactly, where nothing underflows.
    #[inline(always)]
    pub fn product(a: T, b: T) -> Self {
        let hi = a * b;
        Self { hi, lo: a.mul_add(b, -hi) }
    }

    /// The nearest single number.
    #[inline(always)]
    pub fn round(self) -> T {
        self.hi + self.lo
    }
}
