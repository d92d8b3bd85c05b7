//! The operations and what each of them means.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::real::Real;

macro_rules! operations {
    ($(#[$doc:meta])* $name:ident($($arg:ident),+) {
        $($(#[$op_doc:meta])* $op:ident $text:literal => $meaning:expr,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
        pub enum $name {
            $($(#[$op_doc])* $op,)+
        }

        impl $name {
            /// Every operation of this kind.
            pub const ALL: &[Self] = &[$(Self::$op),+];

            /// What it means, over any numbers. For f64 this is the reference
            /// that all techniques agree with bit for bit.
            #[inline(always)]
            pub fn apply<T: Real>(self, $($arg: T),+) -> T {
                match self {
                    $(Self::$op => $meaning,)+
                }
            }

            /// Its name in a printed tape.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$op => $text,)+
                }
            }
        }
    };
}

operations! {
    /// Operations on one value.
    Unary(a) {
        /// −a: the sign bit flips.
        Neg "neg" => -a,
        /// |a|.
        Abs "abs" => a.abs(),
        /// √a, correctly rounded.
        Sqrt "sqrt" => a.sqrt(),
        /// The largest whole number ≤ a.
        Floor "floor" => a.floor(),
        /// The nearest whole number, ties to even.
        RoundTiesEven "round" => a.round_ties_even(),
        /// The exponent field: [`Real::exponent`].
        Exponent "exponent" => a.exponent(),
        /// The fraction field: [`Real::significand`].
        Significand "significand" => a.significand(),
        /// 2^a for whole a: [`Real::exp2_int`].
        Exp2Int "exp2_int" => a.exp2_int(),
    }
}

operations! {
    /// Operations on two values.
    Binary(a, b) {
        /// a + b.
        Add "add" => a + b,
        /// a − b.
        Sub "sub" => a - b,
        /// a·b.
        Mul "mul" => a * b,
        /// a / b.
        Div "div" => a / b,
        /// |a| with the sign of b.
        CopySign "copysign" => a.copysign(b),
        /// 1 if a < b, else 0.
        Less "less" => a.less(b),
        /// 1 if a ≤ b, else 0.
        LessEqual "less_equal" => a.less_equal(b),
        /// 1 if a = b, else 0.
        Equal "equal" => a.equal(b),
        /// 1 if a ≠ b or one is NaN, else 0.
        NotEqual "not_equal" => a.not_equal(b),
        /// b, or sin a where |a| > 2⁴¹: [`Real::large_sin`].
        LargeSin "large_sin" => a.large_sin(b),
        /// b, or cos a where |a| > 2⁴¹: [`Real::large_cos`].
        LargeCos "large_cos" => a.large_cos(b),
        /// b, or tan a where |a| > 2⁴¹: [`Real::large_tan`].
        LargeTan "large_tan" => a.large_tan(b),
    }
}

operations! {
    /// Operations on three values.
    Ternary(a, b, c) {
        /// a·b + c, rounded once.
        MulAdd "fma" => a.mul_add(b, c),
        /// b where a ≠ 0 (NaN included), else c.
        Select "select" => T::select(a, b, c),
        /// c where |c| < |b|, else the remainder of a by b: [`Real::large_remainder`].
        LargeRemainder "large_remainder" => a.large_remainder(b, c),
    }
}
