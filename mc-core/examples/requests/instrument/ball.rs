//! What an expression is at a point, and how far f64 may be off: a centre and a radius.
//!
//! Functions are taken from the references of the accuracy instrument, which have 160 bits. The radius counts
//! every rounding of f64, as much as the bound of the function allows, and what the roundings
//! before it do to its argument. Where that leaves open what comes out, as at a jump or a pole, there is no ball; and
//! none where a number is not finite, since a run ends with that.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::expression::{Expr, Vector};
use crate::accuracy::function::Function;
use crate::accuracy::functions::functions;
use crate::accuracy::reference::{nearest, powi};

/// The exact value is within `radius` of `centre`, and so is that of f64, if it is right.
#[derive(Clone, Copy, Debug)]
pub struct Ball {
    pub centre: f64,
    pub radius: f64,
}

/// What the names mean.
pub struct Place<'p> {
    pub x: &'p [f64],
    pub lo: &'p [f64],
    pub hi: &'p [f64],
    pub volume: f64,
}

/// Half an ulp, of 1.
const ROUNDING: f64 = f64::EPSILON / 2.0;
const SMALLEST: f64 = f64::from_bits(1);

/// Each function by its name, with its largest bound and its floor.
static FUNCTIONS: LazyLock<HashMap<&str, (Function, f64, f64)>> = LazyLock::new(|| {
    let mut all: HashMap<&str, (Function, f64, f64)> = HashMap::new();
    for function in functions() {
        let (bound, floor) = (function.bound, function.floor);
        let name = match function.name {
            "modulo" => "mod",
            "minimum" => "min",
            "maximum" => "max",
            name => name,
        };
        let (_, most, highest) = all.entry(name).or_insert((function, bound, floor));
        (*most, *highest) = (most.max(bound), highest.max(floor));
    }
    all
});

impl Ball {
    fn exact(centre: f64) -> Option<Self> {
        Self::new(centre, 0.0)
    }

    fn new(centre: f64, radius: f64) -> Option<Self> {
        // The radius is rounded too.
        let radius = radius * (1.0 + 1e-12);
        (centre.abs() + radius < f64::MAX).then_some(Self { centre, radius })
    }

    /// Rounded by f64 so many ulps off; 0.5 where it is rounded once.
    fn rounded(centre: f64, radius: f64, ulps: f64) -> Option<Self> {
        // The centre is rounded too, and an ulp is at most this much of a number.
        let rounding = (ulps + 0.5) * (2.0 * ROUNDING * (centre.abs() + radius) + SMALLEST);
        Self::new(centre, radius + rounding)
    }

    pub fn has(&self, value: f64) -> bool {
        (value - self.centre).abs() <= self.radius
    }

    fn is_exact(&self) -> bool {
        self.radius == 0.0
    }

    fn sum(self, other: Self) -> Option<Self> {
        Self::rounded(self.centre + other.centre, self.radius + other.radius, 0.5)
    }

    fn negative(self) -> Self {
        Self { centre: -self.centre, ..self }
    }

    fn product(self, other: Self) -> Option<Self> {
        let radius = self.centre.abs() * other.radius
            + other.centre.abs() * self.radius
            + self.radius * other.radius;
        Self::rounded(self.centre * other.centre, radius, 0.5)
    }

    fn quotient(self, other: Self) -> Option<Self> {
        let least = other.centre.abs() - other.radius;
        if least <= 0.0 {
            return None;
        }
        let centre = self.centre / other.centre;
        // In this order no part underflows that counts.
        let radius = self.radius / least + centre.abs() * (other.radius / least);
        Self::rounded(centre, radius, 0.5)
    }

    /// 1 or 0, where it is certain.
    fn compared(self, op: &str, other: Self) -> Option<Self> {
        let apart = (self.centre - other.centre).abs() > self.radius + other.radius;
        let exact = self.is_exact() && other.is_exact();
        if !(apart || exact) {
            return None;
        }
        let (a, b) = (self.centre, other.centre);
        Self::exact(f64::from(match op {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            ">=" => a >= b,
            "==" => a == b,
            "!=" => a != b,
            _ => unreachable!("comparisons are these"),
        }))
    }

    fn power(self, exponent: Self) -> Option<Self> {
        /// Larger ones take the reference too long.
        const MOST: f64 = 64.0;
        let k = exponent.centre;
        if !exponent.is_exact() || k.fract() != 0.0 || k.abs() > MOST {
            return self.any_power(exponent);
        }
        let centre = nearest(&powi(self.centre, k)?);
        // So many roundings, of the base and on the way.
        let relative = self.radius / self.centre.abs() * k.abs();
        let radius = if self.is_exact() {
            0.0
        } else if relative < 0.1 {
            2.0 * relative * centre.abs()
        } else if k > 0.0 {
            (self.centre.abs() + self.radius).powi(k as i32) * 1.001 + centre.abs()
        } else {
            return None;
        };
        Self::rounded(centre, radius, k.abs() + 1.0)
    }

    fn any_power(self, exponent: Self) -> Option<Self> {
        let (x, y) = (self.centre, exponent.centre);
        if x < 0.0 && !exponent.is_exact() {
            return None;
        }
        let (function, bound, _) = &FUNCTIONS["pow"];
        let centre = nearest(&(function.reference)([x, y])?);
        let relative = self.radius / x.abs() * y.abs() + x.abs().ln().abs() * exponent.radius;
        if relative > 0.1 || self.radius > 0.1 * x.abs() {
            return None;
        }
        Self::rounded(centre, 2.0 * relative * centre.abs(), *bound)
    }

    /// A function of one number.
    fn call(self, name: &str) -> Option<Self> {
        let (function, bound, floor) = &FUNCTIONS[name];
        let at = |x: f64| {
            let value = has_value(name, x).then(|| (function.reference)([x, 0.0]))?;
            value.map(|value| nearest(&value))
        };
        let centre = at(self.centre)?;
        if self.is_exact() {
            return Self::rounded(centre, 2.0 * ROUNDING * bound * floor, *bound);
        }
        let (below, above) = (self.centre - self.radius, self.centre + self.radius);
        let (low, high) = (at(below)?, at(above)?);
        let radius = match name {
            // 1 at most is their slope.
            "sin" | "cos" => self.radius.min(2.0),
            // Nothing is said where a step lies between.
            "floor" | "ceil" | "round" | "trunc" | "sign" if low != high => return None,
            // Poles between, one or many.
            "tan" if self.radius > 0.1 || !(low <= centre && centre <= high) => return None,
            "gamma" | "ln_gamma" if below.floor() != above.floor() && below < 1.0 => return None,
            // They rise or fall, or bend to one side: twice what the ends say.
            _ => 2.0 * (low - centre).abs().max((high - centre).abs()),
        };
        Self::rounded(centre, radius + 2.0 * ROUNDING * bound * floor, *bound)
    }

    /// A function of two numbers.
    fn call2(self, name: &str, other: Self) -> Option<Self> {
        let (x, y) = (self, other);
        if name == "pow" {
            return x.any_power(y);
        }
        let (function, bound, _) = &FUNCTIONS[name];
        let centre = nearest(&(function.reference)([x.centre, y.centre])?);
        let radius = match name {
            "min" | "max" => x.radius.max(y.radius),
            "hypot" => x.radius + y.radius,
            "mod" if x.is_exact() && y.is_exact() => 0.0,
            "mod" => {
                let radius = x.radius + (x.centre / y.centre).abs() * y.radius + y.radius;
                // Not across a multiple of the divisor.
                let room = centre.abs().min(y.centre.abs() - centre.abs());
                if radius >= room {
                    return None;
                }
                radius
            }
            "atan2" => {
                let size = x.centre.hypot(y.centre);
                let by = x.radius.hypot(y.radius) / size;
                // Not across the cut behind 0.
                if by > 0.1 || (y.centre < 0.0 && x.centre.abs() <= x.radius) {
                    return None;
                }
                2.0 * by
            }
            _ => unreachable!("the functions of two numbers are these"),
        };
        Self::rounded(centre, radius, *bound)
    }

    fn infix(self, op: &str, other: Self) -> Option<Self> {
        match op {
            "+" => self.sum(other),
            "-" => self.sum(other.negative()),
            "*" => self.product(other),
            "/" => self.quotient(other),
            "^" => self.power(other),
            _ => self.compared(op, other),
        }
    }
}

impl Expr {
    /// Its value at a place, if that is certain.
    pub fn ball(&self, at: &Place<'_>) -> Option<Ball> {
        match self {
            Self::Number(c) => Ball::exact(*c),
            Self::Name("n") => Ball::exact(at.x.len() as f64),
            Self::Name("volume") => Ball::exact(at.volume),
            Self::Name("pi") => Ball::exact(std::f64::consts::PI),
            Self::Name(_) => Ball::exact(std::f64::consts::E),
            Self::Coordinate(k) => Ball::exact(at.x[*k]),
            Self::Negative(part) => part.ball(at).map(Ball::negative),
            Self::Infix(op, left, right) => left.ball(at)?.infix(op, right.ball(at)?),
            Self::Call(name, parts) => match &parts[..] {
                [x] => x.ball(at)?.call(name),
                [x, y] => x.ball(at)?.call2(name, y.ball(at)?),
                _ => unreachable!("functions take one number or two"),
            },
            Self::If(parts) => {
                let condition = parts[0].ball(at)?;
                let chosen = if condition.centre != 0.0 { &parts[1] } else { &parts[2] };
                // A number that is not finite may stand where it is not chosen.
                chosen.ball(at)
            }
            Self::Reduce(name, vector) => reduced(name, &vector.balls(at)?),
            Self::Dot(a, b) => total(&products(&a.balls(at)?, &b.balls(at)?)?),
        }
    }
}

impl Vector {
    fn balls(&self, at: &Place<'_>) -> Option<Vec<Ball>> {
        let all = |values: &[f64]| values.iter().map(|value| Ball::exact(*value)).collect();
        match self {
            Self::Name("x") => all(at.x),
            Self::Name("lo") => all(at.lo),
            Self::Name("hi") => all(at.hi),
            Self::Name(_) => (0..at.x.len()).map(|i| Ball::exact(i as f64)).collect(),
            Self::Listed(parts) => parts.iter().map(|part| part.ball(at)).collect(),
            Self::Infix(op, a, b) => {
                let (a, b) = (a.balls(at)?, b.balls(at)?);
                a.into_iter().zip(b).map(|(a, b)| a.infix(op, b)).collect()
            }
            Self::Scaled(op, a, b) => {
                let (a, b) = (a.balls(at)?, b.ball(at)?);
                a.into_iter().map(|a| a.infix(op, b)).collect()
            }
            Self::Call(name, a) => a.balls(at)?.into_iter().map(|a| a.call(name)).collect(),
        }
    }
}

/// Whether x is in the domain of a function whose reference does not look.
fn has_value(name: &str, x: f64) -> bool {
    match name {
        "sqrt" => x >= 0.0,
        "ln" | "log2" | "log10" => x > 0.0,
        "log1p" => x > -1.0,
        "acosh" => x >= 1.0,
        _ => true,
    }
}

fn products(a: &[Ball], b: &[Ball]) -> Option<Vec<Ball>> {
    a.iter().zip(b).map(|(a, b)| a.product(*b)).collect()
}

/// Rounded in any order.
fn total(terms: &[Ball]) -> Option<Ball> {
    let centre = terms.iter().map(|term| term.centre).sum();
    let size: f64 = terms.iter().map(|term| term.centre.abs() + term.radius).sum();
    let radius: f64 = terms.iter().map(|term| term.radius).sum();
    Ball::rounded(centre, radius + 4.0 * ROUNDING * terms.len() as f64 * size, 0.5)
}

fn reduced(name: &str, vector: &[Ball]) -> Option<Ball> {
    let radius = vector.iter().map(|part| part.radius).fold(0.0, f64::max);
    let centres = vector.iter().map(|part| part.centre);
    match name {
        "sum" => total(vector),
        "prod" => vector.iter().try_fold(Ball::exact(1.0)?, |product, part| product.product(*part)),
        "min" => Ball::new(centres.fold(f64::INFINITY, f64::min), radius),
        "max" => Ball::new(centres.fold(f64::NEG_INFINITY, f64::max), radius),
        _ => {
            let norm = centres.fold(0.0, f64::hypot);
            let radius: f64 = vector.iter().map(|part| part.radius).sum();
            Ball::rounded(norm, radius, 2.0 * vector.len() as f64 + 2.0)
        }
    }
}
