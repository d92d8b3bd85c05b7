//! Expressions at random, and how they are written.

use std::fmt::{self, Write};

use super::random::Random;

/// A number.
#[derive(Clone, Debug)]
pub enum Expr {
    Number(f64),
    /// `n`, `volume`, `pi` or `e`.
    Name(&'static str),
    Coordinate(usize),
    Negative(Box<Expr>),
    /// `+ - * / ^`, comparisons.
    Infix(&'static str, Box<Expr>, Box<Expr>),
    /// A function of one number, or of two.
    Call(&'static str, Vec<Expr>),
    If(Box<[Expr; 3]>),
    /// `sum prod norm min max`.
    Reduce(&'static str, Vector),
    Dot(Vector, Vector),
}

/// As many numbers as the box has sides.
#[derive(Clone, Debug)]
pub enum Vector {
    /// `x`, `lo`, `hi` or `i`.
    Name(&'static str),
    Listed(Vec<Expr>),
    Infix(&'static str, Box<Vector>, Box<Vector>),
    Scaled(&'static str, Box<Vector>, Box<Expr>),
    Call(&'static str, Box<Vector>),
}

const ONE: [&str; 34] = [
    "sqrt",
    "cbrt",
    "exp",
    "exp2",
    "expm1",
    "ln",
    "log2",
    "log10",
    "log1p",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "erf",
    "erfc",
    "norm_cdf",
    "norm_pdf",
    "norm_quantile",
    "gamma",
    "ln_gamma",
    "abs",
    "sign",
    "floor",
    "ceil",
    "round",
    "trunc",
];
const TWO: [&str; 6] = ["pow", "hypot", "atan2", "mod", "min", "max"];
const ARITHMETIC: [&str; 8] = ["+", "+", "-", "-", "*", "*", "*", "/"];
const COMPARISONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];
const POWERS: [f64; 12] = [2.0, 2.0, 3.0, 0.5, 1.0, 0.0, 5.0, 17.0, 32.0, 33.0, 1.5, 7.0];

impl Expr {
    /// One over a box of `dims` sides, at most so deep.
    pub fn random(random: &mut Random, dims: usize, depth: usize) -> Self {
        let part = |random: &mut Random| Box::new(Self::random(random, dims, depth - 1));
        if depth == 0 {
            return match random.below(10) {
                0..=5 => Self::Coordinate(random.below(dims)),
                6..=8 => Self::Number(random.number()),
                _ => Self::Name(random.of(&["n", "volume", "pi", "e"])),
            };
        }
        match random.below(20) {
            0..=1 => Self::random(random, dims, 0),
            2 => Self::Negative(part(random)),
            3..=8 => Self::Infix(random.of(&ARITHMETIC), part(random), part(random)),
            9..=10 => {
                let base = part(random);
                let power = Box::new(Self::Number(random.of(&POWERS)));
                let power = if random.one_in(4) { Box::new(Self::Negative(power)) } else { power };
                Self::Infix("^", base, if random.one_in(6) { part(random) } else { power })
            }
            11..=13 => Self::Call(random.of(&ONE), vec![*part(random)]),
            14..=15 => Self::Call(random.of(&TWO), vec![*part(random), *part(random)]),
            16 => Self::Infix(random.of(&COMPARISONS), part(random), part(random)),
            17 => {
                let condition = Self::Infix(random.of(&COMPARISONS), part(random), part(random));
                Self::If(Box::new([condition, *part(random), *part(random)]))
            }
            18 => {
                Self::Dot(Vector::random(random, dims, depth), Vector::random(random, dims, depth))
            }
            _ => {
                let name = random.of(&["sum", "prod", "norm", "min", "max"]);
                Self::Reduce(name, Vector::random(random, dims, depth))
            }
        }
    }

    /// How firmly it holds together: what is weaker than asked for stands in brackets.
    fn strength(&self) -> u8 {
        match self {
            Self::Infix("+" | "-", ..) => 1,
            Self::Infix("*" | "/", ..) => 2,
            Self::Negative(_) => 3,
            Self::Infix("^", ..) => 4,
            Self::Infix(..) => 0,
            _ => 5,
        }
    }
}

impl Vector {
    fn random(random: &mut Random, dims: usize, depth: usize) -> Self {
        if depth <= 1 || random.one_in(3) {
            return Self::Name(random.of(&["x", "x", "x", "lo", "hi", "i"]));
        }
        let part = |random: &mut Random| Box::new(Self::random(random, dims, depth - 1));
        match random.below(4) {
            0 => Self::Listed((0..dims).map(|_| Expr::random(random, dims, depth - 2)).collect()),
            1 => Self::Infix(random.of(&ARITHMETIC), part(random), part(random)),
            2 => {
                let scale = Box::new(Expr::random(random, dims, depth - 2));
                Self::Scaled(random.of(&ARITHMETIC), part(random), scale)
            }
            _ => Self::Call(random.of(&ONE), part(random)),
        }
    }

    fn strength(&self) -> u8 {
        match self {
            Self::Infix("+" | "-", ..) | Self::Scaled("+" | "-", ..) => 1,
            Self::Infix(..) | Self::Scaled(..) => 2,
            _ => 5,
        }
    }
}

fn bracketed(f: &mut fmt::Formatter<'_>, part: &dyn fmt::Display, enough: bool) -> fmt::Result {
    if enough { write!(f, "{part}") } else { write!(f, "({part})") }
}

/// What stands on the left and on the right of an operator.
fn sides(op: &str) -> (u8, u8) {
    match op {
        "+" | "-" => (1, 2),
        "*" | "/" => (2, 3),
        "^" => (5, 3),
        _ => (1, 1),
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(c) if (1e-4..1e16).contains(c) || *c == 0.0 => write!(f, "{c}"),
            Self::Number(c) => write!(f, "{c:e}"),
            Self::Name(name) => f.write_str(name),
            Self::Coordinate(k) if k % 2 == 0 => write!(f, "x{k}"),
            Self::Coordinate(k) => write!(f, "x[{k}]"),
            Self::Negative(part) => {
                f.write_char('-')?;
                bracketed(f, part, part.strength() >= 3)
            }
            Self::Infix(op, left, right) => {
                let (least_left, least_right) = sides(op);
                bracketed(f, left, left.strength() >= least_left)?;
                f.write_str(op)?;
                bracketed(f, right, right.strength() >= least_right)
            }
            Self::Call(name, parts) => {
                let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
                write!(f, "{name}({})", parts.join(", "))
            }
            Self::If(parts) => write!(f, "if({}, {}, {})", parts[0], parts[1], parts[2]),
            Self::Reduce(name, vector) => write!(f, "{name}({vector})"),
            Self::Dot(a, b) => write!(f, "dot({a}, {b})"),
        }
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Listed(parts) => {
                let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", parts.join(", "))
            }
            Self::Infix(op, left, right) => {
                let (least_left, least_right) = sides(op);
                bracketed(f, left, left.strength() >= least_left)?;
                f.write_str(op)?;
                bracketed(f, right, right.strength() >= least_right)
            }
            Self::Scaled(op, left, right) => {
                let (least_left, least_right) = sides(op);
                bracketed(f, left, left.strength() >= least_left)?;
                f.write_str(op)?;
                bracketed(f, right, right.strength() >= least_right)
            }
            Self::Call(name, part) => write!(f, "{name}({part})"),
        }
    }
}
