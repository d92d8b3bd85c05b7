//! The operations of the tape as expressions of OpenCL C.

use mc_core::{Binary, Ternary, Unary};

pub(super) fn unary(op: Unary, a: &str) -> String {
    match op {
        Unary::Neg => format!("-{a}"),
        Unary::Abs => format!("fabs({a})"),
        Unary::Sqrt => format!("sqrt({a})"),
        Unary::Floor => format!("down({a})"),
        Unary::RoundTiesEven => format!("nearest({a})"),
        Unary::Exponent => format!("exponent({a})"),
        Unary::Significand => format!("significand({a})"),
        Unary::Exp2Int => format!("exp2_int({a})"),
    }
}

pub(super) fn binary(op: Binary, a: &str, b: &str) -> String {
    match op {
        Binary::Add => format!("{a} + {b}"),
        Binary::Sub => format!("{a} - {b}"),
        Binary::Mul => format!("{a} * {b}"),
        Binary::Div => format!("{a} / {b}"),
        Binary::CopySign => format!("copysign({a}, {b})"),
        Binary::Less => format!("less({a}, {b})"),
        Binary::LessEqual => format!("less_equal({a}, {b})"),
        Binary::Equal => format!("equal({a}, {b})"),
        Binary::NotEqual => format!("not_equal({a}, {b})"),
        Binary::LargeSin => format!("large_sin({a}, {b})"),
        Binary::LargeCos => format!("large_cos({a}, {b})"),
        Binary::LargeTan => format!("large_tan({a}, {b})"),
    }
}

pub(super) fn ternary(op: Ternary, a: &str, b: &str, c: &str) -> String {
    match op {
        Ternary::MulAdd => format!("fma({a}, {b}, {c})"),
        Ternary::Select => format!("choose({a}, {b}, {c})"),
        Ternary::LargeRemainder => format!("large_remainder({a}, {b}, {c})"),
    }
}
