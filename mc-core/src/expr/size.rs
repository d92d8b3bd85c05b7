//! How large and how small the values of an expression can be, as far as its box tells.
//!
//! √(v·v) and 1/v^k can over- or underflow where the result does not. What avoids that
//! costs a second loop, or some steps. Where the box shows that it cannot happen, the plain
//! form is taken: it gives the same bits.

#![allow(clippy::indexing_slicing, reason = "the parts are arrays of two and of three")]

use super::functions::{Function1, Function2};
use super::tree::{Element, ElementLeaf, Reduce, Reduction, Row, Scalar, ScalarLeaf, Tree};
use crate::elementary::NORM_POWERS;
use crate::support::{Interval, Support};
use crate::tape::Binary;

/// Powers of two: a finite value is 0, or its size is between 2^least and 2^most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    least: f64,
    most: f64,
}

/// Sizes are rounded away from 1 by so much: whatever a rounding adds.
const MARGIN: f64 = 1.0;

/// Bits of a number: a sum is a multiple of this part of its smallest term.
const BITS: f64 = 53.0;

impl Size {
    /// 0 alone.
    const ZERO: Self = Self { least: f64::INFINITY, most: f64::NEG_INFINITY };

    const ONE: Self = Self { least: 0.0, most: 0.0 };

    fn new(least: f64, most: f64) -> Self {
        Self { least: least - MARGIN, most: most + MARGIN }
    }

    fn of(c: f64) -> Option<Self> {
        match c {
            0.0 => Some(Self::ZERO),
            c if c.is_finite() => Some(Self::new(c.abs().log2(), c.abs().log2())),
            _ => None,
        }
    }

    fn or(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    fn plus(self, other: Self) -> Self {
        let or = self.or(other);
        Self::new(or.least - BITS, or.most + 1.0)
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.least + other.least, self.most + other.most)
    }

    fn over(self, other: Self) -> Self {
        Self::new(self.least - other.most, self.most - other.least)
    }

    fn power(self, k: i32) -> Self {
        let k = f64::from(k);
        // Each step rounds.
        if k == 0.0 {
            Self::ONE
        } else if k > 0.0 {
            Self::new(self.least * k - k, self.most * k + k)
        } else {
            Self::new(self.most * k + k, self.least * k - k)
        }
    }

    /// A coordinate: on the grid that scale and offset of its side make.
    fn of_side(side: &Interval) -> Self {
        const GRID: f64 = 120.0;
        let ends = [side.lo(), side.hi(), side.width()].map(|c| Self::of(c).unwrap_or(Self::ZERO));
        let all = ends[0].or(ends[1]).or(ends[2]);
        let least = if side.lo() > 0.0 || side.hi() < 0.0 {
            ends[0].least.min(ends[1].least)
        } else {
            all.least - GRID
        };
        Self { least, most: ends[0].most.max(ends[1].most) }
    }
}

/// The leaves of a tree.
pub(super) trait Leaf: Sized {
    /// None where nothing is known.
    fn size(&self, of: &Sizes<'_>) -> Option<Size>;

    /// The same in its plain form, where that will do.
    fn plain(self, of: &Sizes<'_>) -> Tree<Self>;
}

/// What is known: the box, and inside a loop its rows and shared numbers.
#[derive(Clone, Copy)]
pub(super) struct Sizes<'s> {
    sides: &'s [Interval],
    len: usize,
    rows: &'s [Option<Size>],
    shared: &'s [Option<Size>],
}

impl Leaf for ScalarLeaf {
    fn size(&self, of: &Sizes<'_>) -> Option<Size> {
        match self {
            Self::Number(c) => Size::of(*c),
            Self::Coord(k) => of.sides.get(*k).map(Size::of_side),
            Self::Reduce(reduce) => of.in_loop(reduce, |inside| reduce.size(inside)),
        }
    }

    fn plain(self, of: &Sizes<'_>) -> Scalar {
        match self {
            Self::Reduce(reduce) => reduce.plain(of),
            leaf => Tree::Leaf(leaf),
        }
    }
}

impl Leaf for ElementLeaf {
    fn size(&self, of: &Sizes<'_>) -> Option<Size> {
        match self {
            Self::Row(row) => of.rows.get(*row).copied().flatten(),
            Self::Position => Some(Size { least: 0.0, most: (of.len as f64).log2() + MARGIN }),
            Self::Shared(k) => of.shared.get(*k).copied().flatten(),
        }
    }

    fn plain(self, _: &Sizes<'_>) -> Element {
        Tree::Leaf(self)
    }
}

impl<L: Leaf> Tree<L> {
    fn size(&self, of: &Sizes<'_>) -> Option<Size> {
        match self {
            Self::Leaf(leaf) => leaf.size(of),
            Self::Neg(a) => a.size(of),
            Self::Function1(function, a) => of_function(*function, a.size(of)?),
            Self::Function2(Function2::Min | Function2::Max, parts) => {
                Some(parts[0].size(of)?.or(parts[1].size(of)?))
            }
            Self::Function2(..) => None,
            Self::Chain(first, rest) => {
                rest.iter().try_fold(first.size(of)?, |left, (op, right)| {
                    let right = right.size(of)?;
                    match op {
                        Binary::Add | Binary::Sub => Some(left.plus(right)),
                        Binary::Mul => Some(left.times(right)),
                        Binary::Div => Some(left.over(right)),
                        _ => Some(Size::ONE), // comparisons: 1 or 0
                    }
                })
            }
            Self::Power(base, k) => Some(base.size(of)?.power(*k)),
            Self::Inverse(a) => Some(Size::ONE.over(a.size(of)?)),
            Self::If(parts) => Some(parts[1].size(of)?.or(parts[2].size(of)?)),
        }
    }

    /// The same, with the plain form of powers and norms wherever it will do.
    fn plain(self, of: &Sizes<'_>) -> Self {
        let each = |tree: Self| tree.plain(of);
        match self {
            Self::Leaf(leaf) => leaf.plain(of),
            Self::Neg(a) => Self::Neg(each(*a).into()),
            Self::Function1(function, a) => Self::Function1(function, each(*a).into()),
            Self::Function2(function, parts) => {
                Self::Function2(function, Box::new(parts.map(each)))
            }
            Self::Chain(first, rest) => {
                let rest = rest.into_iter().map(|(op, tree)| (op, each(tree)));
                Self::Chain(each(*first).into(), rest.collect())
            }
            Self::Power(base, k) => {
                /// x^|k| is finite then.
                const MOST: f64 = 1000.0;
                let power = base.size(of).map(|size| size.power(k.saturating_abs()));
                let base = each(*base).into();
                match power {
                    Some(power) if k < 0 && power.most < MOST => {
                        Self::Inverse(Self::Power(base, -k).into())
                    }
                    _ => Self::Power(base, k),
                }
            }
            Self::Inverse(a) => Self::Inverse(each(*a).into()),
            Self::If(parts) => Self::If(Box::new(parts.map(each))),
        }
    }
}

impl Sizes<'_> {
    /// What is known inside a loop.
    fn in_loop<R>(&self, reduce: &Reduce, then: impl FnOnce(&Sizes<'_>) -> R) -> R {
        let shared: Vec<_> = reduce.shared.iter().map(|tree| tree.size(self)).collect();
        let row = |row: &Row| match row {
            Row::Point => all(self.sides.iter().map(|side| Some(Size::of_side(side)))),
            Row::Constants(row) => all(row.iter().map(|c| Size::of(*c))),
            Row::Entries(entries) => all(entries.iter().map(|entry| entry.size(self))),
        };
        let rows: Vec<_> = reduce.rows.iter().map(row).collect();
        then(&Sizes { sides: self.sides, len: reduce.len, rows: &rows, shared: &shared })
    }
}

/// What covers all of them.
fn all(sizes: impl Iterator<Item = Option<Size>>) -> Option<Size> {
    sizes.reduce(|a, b| Some(a?.or(b?))).flatten()
}

impl Reduce {
    fn size(&self, inside: &Sizes<'_>) -> Option<Size> {
        let element = self.element.size(inside)?;
        let other = self.other.as_ref().map_or(Some(element), |other| other.size(inside))?;
        let (len, double) = (self.len as f64, (self.len as f64).log2());
        // All terms are multiples of the last bit of the smallest, and so is their sum.
        let sum = |of: Size| Size::new(of.least - BITS, of.most + double + MARGIN);
        Some(match self.kind {
            Reduction::Sum => sum(element),
            Reduction::Product => {
                Size::new(element.least * len - len, element.most * len + len).or(Size::ONE)
            }
            Reduction::Minimum | Reduction::Maximum => element,
            Reduction::Dot => sum(element.times(other)),
            Reduction::Norm => Size::new(element.least, element.most + double),
        })
    }

    /// A norm whose square can neither over- nor underflow is the root of it.
    fn plain(self, of: &Sizes<'_>) -> Scalar {
        let (element, other, root) = of.in_loop(&self, |inside| {
            let safe = self.element.size(inside).is_some_and(|size| {
                let most = 2.0 * size.most + (self.len as f64).log2();
                let [lowest, highest] = NORM_POWERS.map(f64::from);
                2.0 * size.least > lowest && most < highest
            });
            let root = self.kind == Reduction::Norm && safe;
            let other = self.other.clone().map(|other| other.plain(inside));
            (self.element.clone().plain(inside), other, root)
        });
        let kind = if root { Reduction::Dot } else { self.kind };
        let shared = self.shared.into_iter().map(|tree| tree.plain(of)).collect();
        let row = |row| match row {
            Row::Entries(entries) => {
                Row::Entries(entries.into_iter().map(|entry| entry.plain(of)).collect())
            }
            row => row,
        };
        let rows = self.rows.into_iter().map(row).collect();
        let reduce = Self { kind, len: self.len, shared, rows, element, other };
        let reduce = Tree::Leaf(ScalarLeaf::Reduce(Box::new(reduce)));
        if root { Tree::Function1(Function1::Sqrt, reduce.into()) } else { reduce }
    }
}

/// What a function makes of a finite argument that is known to such a size; none where
/// that is not known.
fn of_function(function: Function1, a: Size) -> Option<Size> {
    use Function1 as F;
    /// No number is nearer to a multiple of π/2, but 0.
    const NEAREST: f64 = -62.0;
    // |y| ≤ 1, and about |a| where that is small.
    let like_a = Size::new(a.least.min(0.0), 0.0);
    let power = |exponent: f64| (exponent < 1000.0).then(|| Size::new(-exponent, exponent));
    match function {
        F::Abs => Some(a),
        F::Sqrt => Some(Size::new(a.least / 2.0, a.most / 2.0)),
        F::Cbrt => Some(Size::new(a.least / 3.0, a.most / 3.0)),
        F::Exp => power(std::f64::consts::LOG2_E * a.most.exp2()),
        F::Exp2 => power(a.most.exp2()),
        F::Ln | F::Log2 | F::Log10 => {
            Some(Size::new(-BITS - MARGIN, a.least.abs().max(a.most.abs()).log2()))
        }
        F::Sin => Some(Size::new(a.least.min(NEAREST), 0.0)),
        F::Cos => Some(Size::new(NEAREST, 0.0)),
        F::Tan => Some(Size::new(a.least.min(NEAREST), -NEAREST)),
        F::Tanh | F::Erf | F::Atan => Some(like_a),
        F::Floor | F::Ceil | F::Round | F::Trunc => Some(Size::new(0.0, a.most.max(0.0))),
        F::Sign => Some(Size::ONE),
        _ => None,
    }
}

/// The expression, with the plain form of norms and powers wherever the box allows it.
pub(super) fn plain(tree: Scalar, support: &Support) -> Scalar {
    tree.plain(&Sizes { sides: support.sides(), len: 0, rows: &[], shared: &[] })
}

#[cfg(test)]
mod tests {
    use super::super::Formula;
    use crate::function::Function;
    use crate::support::Support;
    use crate::tape::{Evaluator, Tape};

    fn tape(text: &str, support: &str) -> Tape {
        let support: Support = support.parse().unwrap();
        Tape::trace(&Formula::parse(text, &support).unwrap(), support.dims()).unwrap()
    }

    #[test]
    fn what_cannot_overflow_is_plain() {
        for (text, plain, support) in [
            ("norm(x)", "sqrt(dot(x, x))", "0:1^3"),
            ("norm(x)", "sqrt(dot(x, x))", "-1e100:1e100^1000"),
            ("norm(x - 0.5)", "sqrt(dot(x - 0.5, x - 0.5))", "-1:1^3"),
            ("norm(exp(x))", "sqrt(dot(exp(x), exp(x)))", "-3:3^3"),
            ("norm([sin(x0), x1/x2])", "sqrt(dot([sin(x0), x1/x2], [sin(x0), x1/x2]))", "1:3^3"),
            ("(1 + sum(x))^-3", "1/(1 + sum(x))^3", "0:1^3"),
            (
                "norm(if(x < 0.5, x, i))^-2",
                "1/(sqrt(dot(if(x < 0.5, x, i), if(x < 0.5, x, i))))^2",
                "0.1:1^3",
            ),
        ] {
            let (tape, plain) = (tape(text, support), tape(plain, support));
            assert_eq!(tape.to_string(), plain.to_string(), "{text}");
        }
    }

    #[test]
    fn what_can_is_not() {
        for (text, support) in [
            ("norm(x)", "0:1e160^3"),
            ("norm(x)", "0:1e-160^3"),
            ("norm(gamma(x))", "0:1^3"),
            ("norm(exp(x))", "-700:0^3"),
            ("x0^-3", "0:1e110"),
            ("x0^-32", "0:1e10"),
        ] {
            let plain = text.replace("norm(", "sum(").replace("^-", "^");
            assert!(tape(text, support).len() > tape(&plain, support).len() + 4, "{text}");
        }
    }

    #[test]
    fn both_forms_have_the_same_bits() {
        let wide = ["-1e300:1e300^3", "0:1e-250^3"];
        for text in ["norm(x)", "norm(x/3 + 1)", "(1 + x0)^-3", "norm(x)^-4", "x0^-17", "x1^-2"] {
            let plain = tape(text, "0.1:4^3");
            for wide in wide {
                let general = tape(text, wide);
                for k in 0..200 {
                    let x = [0.13, 0.37, 0.71].map(|c| (c * f64::from(k)).fract() * 3.9 + 0.1);
                    let [a, b] = [&plain, &general].map(|tape| Evaluator::new(tape).eval(&x));
                    assert_eq!(a.to_bits(), b.to_bits(), "{text} at {x:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_lost_at_the_ends_of_the_range() {
        let at = |text: &str, x: f64| {
            let support: Support = "-1e300:1e300^2".parse().unwrap();
            let formula = Formula::parse(text, &support).unwrap();
            let value = formula.eval(&[x, -x]);
            let traced = Evaluator::new(&tape(text, "-1e300:1e300^2")).eval(&[x, -x]);
            assert_eq!(value.to_bits(), traced.to_bits(), "{text}");
            value
        };
        assert_eq!(at("norm([3e-162, 4e-162])*1e162", 0.0), 5.0);
        assert_eq!(at("norm([3*x0, 4*x1])", 2f64.powi(700)), 5.0 * 2f64.powi(700));
        assert_eq!(at("norm([3*x0, 4*x1])", 2f64.powi(-1060)), 5.0 * 2f64.powi(-1060));
        assert_eq!(at("norm(x)", f64::MAX), f64::INFINITY);
        assert_eq!(at("norm([x0, 0])", f64::MAX), f64::MAX);
        assert_eq!(at("norm(x)", 0.0), 0.0);
        assert_eq!(at("norm(x)", f64::INFINITY), f64::INFINITY);
        assert!(at("norm(x)", f64::NAN).is_nan());

        assert_eq!(at("x0^-4", 2f64.powi(260)), 2f64.powi(-1040));
        assert_eq!(at("x1^-3", 2f64.powi(350)), -2f64.powi(-1050));
        assert_eq!(at("x0^-16", 2f64.powi(67)), 2f64.powi(-1072));
        assert_eq!(at("x0^-32", 2f64.powi(33)), 2f64.powi(-1056));
        assert_eq!(at("x0^-32", 2f64.powi(34)), 0.0);
        assert_eq!(at("x0^-31", f64::INFINITY), 0.0);
        assert_eq!(at("x0^-2", 0.0), f64::INFINITY);
        assert_eq!(at("1e80^-4", 0.0), 1e-320);
    }

    #[test]
    fn nothing_but_nan_has_no_smallest() {
        let support: Support = "0:1^2".parse().unwrap();
        let at = |text: &str| Formula::parse(text, &support).unwrap().eval(&[0.25, 0.75]);
        assert!(at("min([sqrt(x0 - 2), sqrt(x1 - 2)])").is_nan());
        assert!(at("max(ln(-x))").is_nan());
        assert!(at("min(sqrt(x0 - 2), sqrt(x1 - 2))").is_nan());
        assert_eq!(at("min([sqrt(x0 - 2), x1])"), 0.75);
        assert_eq!(at("max([x0, sqrt(x1 - 2)])"), 0.25);
        assert_eq!(at("min(x)"), 0.25);
        assert_eq!(at("max(x)"), 0.75);
    }
}
