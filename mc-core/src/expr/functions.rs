//! The functions of the language: one table for parsing, checking, evaluating.

use crate::real::Real;

macro_rules! functions {
    ($(#[$doc:meta])* $name:ident($($arg:ident),+) {
        $($function:ident $text:literal => $meaning:expr,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name {
            $($function,)+
        }

        impl $name {
            /// Their names.
            pub const NAMES: &[&str] = &[$($text),+];

            pub fn named(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$function),)+
                    _ => None,
                }
            }

            #[inline]
            pub fn apply<T: Real>(self, $($arg: T),+) -> T {
                match self {
                    $(Self::$function => $meaning,)+
                }
            }
        }
    };
}

functions! {
    /// Functions of one number, elementwise on vectors.
    Function1(a) {
        Sqrt "sqrt" => a.sqrt(),
        Cbrt "cbrt" => a.cbrt(),
        Exp "exp" => a.exp(),
        Exp2 "exp2" => a.exp2(),
        Expm1 "expm1" => a.expm1(),
        Ln "ln" => a.ln(),
        Log2 "log2" => a.log2(),
        Log10 "log10" => a.log10(),
        Log1p "log1p" => a.log1p(),
        Sin "sin" => a.sin(),
        Cos "cos" => a.cos(),
        Tan "tan" => a.tan(),
        Asin "asin" => a.asin(),
        Acos "acos" => a.acos(),
        Atan "atan" => a.atan(),
        Sinh "sinh" => a.sinh(),
        Cosh "cosh" => a.cosh(),
        Tanh "tanh" => a.tanh(),
        Asinh "asinh" => a.asinh(),
        Acosh "acosh" => a.acosh(),
        Atanh "atanh" => a.atanh(),
        Erf "erf" => a.erf(),
        Erfc "erfc" => a.erfc(),
        NormCdf "norm_cdf" => a.norm_cdf(),
        NormPdf "norm_pdf" => a.norm_pdf(),
        NormQuantile "norm_quantile" => a.norm_quantile(),
        Gamma "gamma" => a.gamma(),
        LnGamma "ln_gamma" => a.ln_gamma(),
        Abs "abs" => a.abs(),
        Sign "sign" => a.sign(),
        Floor "floor" => a.floor(),
        Ceil "ceil" => a.ceil(),
        Round "round" => a.round(),
        Trunc "trunc" => a.trunc(),
    }
}

functions! {
    /// Functions of two numbers, elementwise on vectors.
    Function2(a, b) {
        Pow "pow" => a.pow(b),
        Hypot "hypot" => a.hypot(b),
        Atan2 "atan2" => a.atan2(b),
        Mod "mod" => a.modulo(b),
        Min "min" => a.minimum(b),
        Max "max" => a.maximum(b),
    }
}

/// What makes one number of several, in its own way each.
pub(super) const REDUCTIONS: [&str; 5] = ["sum", "prod", "dot", "norm", "if"];

/// Whether a name is one of a function, these or a reduction.
pub(super) fn is_function(name: &str) -> bool {
    Function1::named(name).is_some()
        || Function2::named(name).is_some()
        || REDUCTIONS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        assert!(Function1::NAMES.iter().all(|name| Function1::named(name).is_some()));
        assert!(Function2::NAMES.iter().all(|name| Function2::named(name).is_some()));
        assert!(is_function("dot") && !is_function("x0"));
    }
}
