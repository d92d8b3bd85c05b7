//! Operations on whole arrays: what NumPy has in C.
//!
//! Each is one pass that reads its operands and writes its result. Which
//! operation it is gets decided once a pass, not once an element: the compiler
//! makes a loop for each, and vector code of it.

use mc_core::elementary::LARGEST_REDUCED_BY_FMA;
use mc_core::{Binary, Ternary, Unary};
use ndarray::{ArrayView1, ArrayViewMut1, Zip};

/// What an operation reads: an array, or a number that all elements share.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand<'a> {
    Number(f64),
    Array(ArrayView1<'a, f64>),
}

use Operand::{Array, Number};

/// out = a.
pub(crate) fn copy(a: Operand<'_>, out: ArrayViewMut1<'_, f64>) {
    map1(a, out, |a| a);
}

/// out = op(a), element by element.
pub(crate) fn unary(op: Unary, a: Operand<'_>, out: ArrayViewMut1<'_, f64>) {
    macro_rules! passes {
        ($($op:ident)+) => {
            match op {
                $(Unary::$op => map1(a, out, |a| Unary::$op.apply(a)),)+
            }
        };
    }
    passes!(Neg Abs Sqrt Floor RoundTiesEven Exponent Significand Exp2Int)
}

/// out = op(a, b), element by element.
pub(crate) fn binary(op: Binary, a: Operand<'_>, b: Operand<'_>, out: ArrayViewMut1<'_, f64>) {
    let angle = matches!(op, Binary::LargeSin | Binary::LargeCos | Binary::LargeTan);
    if angle && none(a, |angle| angle.abs() > LARGEST_REDUCED_BY_FMA) {
        return copy(b, out);
    }
    macro_rules! passes {
        ($($op:ident)+) => {
            match op {
                $(Binary::$op => map2(a, b, out, |a, b| Binary::$op.apply(a, b)),)+
            }
        };
    }
    passes!(Add Sub Mul Div CopySign Less LessEqual Equal NotEqual LargeSin LargeCos LargeTan)
}

/// out = op(a, b, c), element by element.
pub(crate) fn ternary(op: Ternary, abc: [Operand<'_>; 3], out: ArrayViewMut1<'_, f64>) {
    macro_rules! passes {
        ($($op:ident)+) => {
            match op {
                $(Ternary::$op => map3(abc, out, |a, b, c| Ternary::$op.apply(a, b, c)),)+
            }
        };
    }
    passes!(MulAdd Select LargeRemainder)
}

/// Whether the condition holds for no element. It is seen for all of them, without a
/// branch, so that the compiler makes vectors of the loop.
#[inline(always)]
fn none(a: Operand<'_>, condition: impl Fn(f64) -> bool) -> bool {
    match a {
        Number(a) => !condition(a),
        Array(a) => a.fold(0, |any, &a| any | u64::from(condition(a))) == 0,
    }
}

#[inline(always)]
fn map1(a: Operand<'_>, mut out: ArrayViewMut1<'_, f64>, f: impl Fn(f64) -> f64) {
    match a {
        Number(a) => out.fill(f(a)),
        Array(a) => Zip::from(out).and(a).for_each(|out, &a| *out = f(a)),
    }
}

#[inline(always)]
fn map2(a: Operand<'_>, b: Operand<'_>, out: ArrayViewMut1<'_, f64>, f: impl Fn(f64, f64) -> f64) {
    match (a, b) {
        (Number(a), _) => map1(b, out, |b| f(a, b)),
        (_, Number(b)) => map1(a, out, |a| f(a, b)),
        (Array(a), Array(b)) => Zip::from(out).and(a).and(b).for_each(|out, &a, &b| *out = f(a, b)),
    }
}

#[inline(always)]
fn map3(abc: [Operand<'_>; 3], out: ArrayViewMut1<'_, f64>, f: impl Fn(f64, f64, f64) -> f64) {
    match abc {
        [Number(a), b, c] => map2(b, c, out, |b, c| f(a, b, c)),
        [a, Number(b), c] => map2(a, c, out, |a, c| f(a, b, c)),
        [a, b, Number(c)] => map2(a, b, out, |a, b| f(a, b, c)),
        [Array(a), Array(b), Array(c)] => {
            Zip::from(out).and(a).and(b).and(c).for_each(|out, &a, &b, &c| *out = f(a, b, c));
        }
    }
}
