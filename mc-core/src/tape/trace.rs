//! Recording a function: run it once on numbers that write down what is done.

#![allow(clippy::indexing_slicing, reason = "`len` is at most the length of the shortest row")]

use std::borrow::Cow;
use std::cell::RefCell;
use std::iter::{Product, Sum};
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::recording::Recording;
use super::validate::TapeError;
use super::{Binary, Constant, Fold, Op, Row, Tape, Ternary, Unary, Value};
use crate::function::Function;
use crate::real::Real;

impl Tape {
    /// Records `function` for points of `dims` coordinates.
    ///
    /// The recording is as small as exact rules make it: operations on constants
    /// are done now (by the same IEEE operations), equal ones are done once,
    /// what a loop does not change moves out of it, and what the result does not
    /// need is dropped. No rule can change a bit of the result.
    ///
    /// # Errors
    ///
    /// If the function carries a value out of the body of a fold other than by
    /// returning it.
    pub fn trace<F: Function + ?Sized>(function: &F, dims: usize) -> Result<Self, TapeError> {
        let recorder = Recorder::default();
        let x: Vec<_> = (0..dims as u32).map(|k| Traced(Repr::Coord(&recorder, k))).collect();
        let result = recorder.value(function.eval(&x).0);
        recorder.0.into_inner().finish(dims, result)
    }
}

/// A number that records what is done with it.
///
/// Constants stay numbers until they meet a coordinate, so arithmetic among
/// them is done while recording.
#[derive(Clone, Copy, Debug)]
pub struct Traced<'t>(Repr<'t>);

#[derive(Clone, Copy, Debug)]
enum Repr<'t> {
    Const(f64),
    Coord(&'t Recorder, u32),
    Value(&'t Recorder, Value),
}

impl<'t> Repr<'t> {
    fn recorder(self) -> Option<&'t Recorder> {
        match self {
            Self::Const(_) => None,
            Self::Coord(recorder, _) | Self::Value(recorder, _) => Some(recorder),
        }
    }

    fn constant(self) -> Option<f64> {
        match self {
            Self::Const(c) => Some(c),
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
struct Recorder(RefCell<Recording>);
impl Recorder {
    fn value(&self, number: Repr<'_>) -> Value {
        match number {
            Repr::Const(c) => self.push(Op::Const(c.into())),
            Repr::Coord(_, k) => self.push(Op::Coord(k)),
            Repr::Value(_, value) => value,
        }
    }

    fn push(&self, op: Op) -> Value {
        self.0.borrow_mut().push(op)
    }

    fn traced(&self, op: Op) -> Traced<'_> {
        Traced(Repr::Value(self, self.push(op)))
    }
}

fn unary<'t>(op: Unary, a: Traced<'t>) -> Traced<'t> {
    match a.0.recorder() {
        None => Traced(Repr::Const(op.apply(a.0.constant().unwrap_or(f64::NAN)))),
        Some(recorder) => recorder.traced(Op::Unary(op, recorder.value(a.0))),
    }
}

fn binary<'t>(op: Binary, a: Traced<'t>, b: Traced<'t>) -> Traced<'t> {
    let (ca, cb) = (a.0.constant(), b.0.constant());
    if let (Some(a), Some(b)) = (ca, cb) {
        return Traced(Repr::Const(op.apply(a, b)));
    }
    // What follows is exact for every other operand, signed zeros included.
    let is = |constant: Option<f64>, c: f64| constant.is_some_and(|k| k.to_bits() == c.to_bits());
    match op {
        Binary::Add if is(ca, -0.0) => return b,
        Binary::Add if is(cb, -0.0) => return a,
        Binary::Sub if is(cb, 0.0) => return a,
        Binary::Mul if is(ca, 1.0) => return b,
        Binary::Mul | Binary::Div if is(cb, 1.0) => return a,
        Binary::Mul if is(ca, -1.0) => return -b,
        Binary::Mul | Binary::Div if is(cb, -1.0) => return -a,
        Binary::Div => {
            if let Some(inverse) = cb.and_then(exact_inverse) {
                return binary(Binary::Mul, a, Traced(Repr::Const(inverse)));
            }
        }
        _ => {}
    }
    match a.0.recorder().or(b.0.recorder()) {
        None => Traced(Repr::Const(f64::NAN)), // both constant: done above
        Some(recorder) => {
            let (mut a, mut b) = (recorder.value(a.0), recorder.value(b.0));
            let commutes =
                matches!(op, Binary::Add | Binary::Mul | Binary::Equal | Binary::NotEqual);
            if commutes && b < a {
                std::mem::swap(&mut a, &mut b);
            }
            recorder.traced(Op::Binary(op, a, b))
        }
    }
}

/// 1/c where that is exact: c is a power of two and neither is subnormal.
fn exact_inverse(c: f64) -> Option<f64> {
    let inverse = 1.0 / c;
    let power_of_two = c.to_bits() & 0x000f_ffff_ffff_ffff == 0;
    (power_of_two && c.is_normal() && inverse.is_normal()).then_some(inverse)
}

fn ternary<'t>(op: Ternary, a: Traced<'t>, b: Traced<'t>, c: Traced<'t>) -> Traced<'t> {
    let [ca, cb, cc] = [a, b, c].map(|v| v.0.constant());
    if let (Some(a), Some(b), Some(c)) = (ca, cb, cc) {
        return Traced(Repr::Const(op.apply(a, b, c)));
    }
    match op {
        Ternary::MulAdd if ca == Some(1.0) => return b + c,
        Ternary::MulAdd if cb == Some(1.0) => return a + c,
        Ternary::Select => {
            if let Some(condition) = ca {
                return if condition != 0.0 { b } else { c };
            }
        }
        _ => {}
    }
    match [a, b, c].into_iter().find_map(|v| v.0.recorder()) {
        None => Traced(Repr::Const(f64::NAN)), // all constant: done above
        Some(recorder) => {
            let [mut a, mut b, c] = [a, b, c].map(|v| recorder.value(v.0));
            if op == Ternary::MulAdd && b < a {
                std::mem::swap(&mut a, &mut b);
            }
            if op == Ternary::Select && b == c {
                return Traced(Repr::Value(recorder, b));
            }
            recorder.traced(Op::Ternary(op, a, b, c))
        }
    }
}

/// A row that a rolled loop can read.
enum Rolled {
    Coords(u32),
    Table(Vec<Constant>),
    Same(f64),
}

impl Rolled {
    fn of(row: &[Traced<'_>]) -> Option<Self> {
        match row.first()?.0 {
            Repr::Coord(_, first) => row
                .iter()
                .zip(first..)
                .all(|(x, k)| matches!(x.0, Repr::Coord(_, at) if at == k))
                .then_some(Self::Coords(first)),
            Repr::Const(c) => {
                let table: Option<Vec<_>> =
                    row.iter().map(|x| x.0.constant().map(Constant::from)).collect();
                let table = table?;
                let same = table.iter().all(|entry| *entry == Constant::from(c));
                Some(if same { Self::Same(c) } else { Self::Table(table) })
            }
            Repr::Value(..) => None,
        }
    }
}

fn fold_rolled<'t>(
    recorder: &'t Recorder,
    init: Traced<'t>,
    len: usize,
    rows: &[Rolled],
    body: &mut dyn FnMut(Traced<'t>, Traced<'t>, &[Traced<'t>]) -> Traced<'t>,
) -> Traced<'t> {
    let init = recorder.value(init.0);
    let (index, acc) = recorder.0.borrow_mut().open_fold();
    let traced = |value| Traced(Repr::Value(recorder, value));
    let elements: Vec<_> = rows
        .iter()
        .map(|row| match row {
            Rolled::Same(c) => Traced(Repr::Const(*c)),
            Rolled::Coords(first) => {
                recorder.traced(Op::Element { row: Row::Coords { first: *first }, index })
            }
            Rolled::Table(table) => {
                let table = recorder.0.borrow_mut().table(table.clone());
                recorder.traced(Op::Element { row: Row::Table(table), index })
            }
        })
        .collect();
    let next = recorder.value(body(traced(acc), traced(index), &elements).0);
    let mut recording = recorder.0.borrow_mut();
    let steps = recording.close_fold();
    let fold = Fold { len: len as u32, init, index, acc, body: steps, next };
    traced(recording.push_fold(fold))
}

impl<'t> Real for Traced<'t> {
    fn constant(c: f64) -> Self {
        Self(Repr::Const(c))
    }

    fn constants(row: &[f64]) -> Cow<'_, [Self]> {
        row.iter().map(|&c| Self::constant(c)).collect()
    }

    fn mul_add(self, factor: Self, addend: Self) -> Self {
        ternary(Ternary::MulAdd, self, factor, addend)
    }

    fn sqrt(self) -> Self {
        unary(Unary::Sqrt, self)
    }

    fn abs(self) -> Self {
        unary(Unary::Abs, self)
    }

    fn copysign(self, sign: Self) -> Self {
        binary(Binary::CopySign, self, sign)
    }

    fn floor(self) -> Self {
        unary(Unary::Floor, self)
    }

    fn round_ties_even(self) -> Self {
        unary(Unary::RoundTiesEven, self)
    }

    fn exponent(self) -> Self {
        unary(Unary::Exponent, self)
    }

    fn significand(self) -> Self {
        unary(Unary::Significand, self)
    }

    fn exp2_int(self) -> Self {
        unary(Unary::Exp2Int, self)
    }

    fn less(self, other: Self) -> Self {
        binary(Binary::Less, self, other)
    }

    fn less_equal(self, other: Self) -> Self {
        binary(Binary::LessEqual, self, other)
    }

    fn equal(self, other: Self) -> Self {
        binary(Binary::Equal, self, other)
    }

    fn not_equal(self, other: Self) -> Self {
        binary(Binary::NotEqual, self, other)
    }

    fn select(condition: Self, then: Self, otherwise: Self) -> Self {
        ternary(Ternary::Select, condition, then, otherwise)
    }

    fn large_sin(self, small: Self) -> Self {
        binary(Binary::LargeSin, self, small)
    }

    fn large_cos(self, small: Self) -> Self {
        binary(Binary::LargeCos, self, small)
    }

    fn large_tan(self, small: Self) -> Self {
        binary(Binary::LargeTan, self, small)
    }

    fn large_remainder(self, divisor: Self, small: Self) -> Self {
        ternary(Ternary::LargeRemainder, self, divisor, small)
    }

    fn fold_rows(
        init: Self,
        len: usize,
        rows: &[&[Self]],
        body: &mut dyn FnMut(Self, Self, &[Self]) -> Self,
    ) -> Self {
        let mut acc = init;
        let mut recorder =
            init.0.recorder().or_else(|| rows.iter().find_map(|row| row.first()?.0.recorder()));
        let rolled: Option<Vec<_>> = rows.iter().map(|row| Rolled::of(&row[..len])).collect();
        for i in 0..len {
            if let (Some(recorder), Some(rolled)) = (recorder, &rolled)
                && i == 0
                && len > 1
            {
                return fold_rolled(recorder, init, len, rolled, body);
            }
            let elements: Vec<_> = rows.iter().map(|row| row[i]).collect();
            acc = body(acc, Self::constant(i as f64), &elements);
            if i == 0 && recorder.is_none() {
                // Rows and start are constant, but the body has met a
                // coordinate: now a rolled loop can be recorded after all.
                recorder = acc.0.recorder();
                if let (Some(recorder), Some(rolled)) = (recorder, &rolled)
                    && len > 1
                {
                    return fold_rolled(recorder, init, len, rolled, body);
                }
            }
        }
        acc
    }
}

impl Neg for Traced<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        unary(Unary::Neg, self)
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl $trait for Traced<'_> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                binary(Binary::$op, self, other)
            }
        }

        impl $trait<f64> for Traced<'_> {
            type Output = Self;

            fn $method(self, other: f64) -> Self {
                binary(Binary::$op, self, Self::constant(other))
            }
        }
    )*};
}

arithmetic!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div);

// As for f64, a sum starts at −0 and a product at 1.
impl Sum for Traced<'_> {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::constant(-0.0), Add::add)
    }
}

impl Product for Traced<'_> {
    fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::constant(1.0), Mul::mul)
    }
}
