//! One row of the table: a function, its bound, and where it is measured.

use std::ops::RangeInclusive;

use super::arguments::{Arguments, Places, Source};
use super::reference::Big;

/// What is measured against what, and what is promised.
pub struct Function {
    pub name: &'static str,
    /// Where the bound holds, in words.
    pub domain: &'static str,
    /// The largest error allowed, in ulps of the exact result.
    pub bound: f64,
    /// Smaller results than this are measured in ulps of this.
    pub floor: f64,
    pub arguments: Arguments,
    /// The function of mc-core.
    pub computed: fn([f64; 2]) -> f64,
    /// The exact value; none where there is nothing to measure.
    pub reference: fn([f64; 2]) -> Option<Big>,
}

/// A function of one variable, on all numbers, with an exact result; say
/// otherwise by the methods below.
macro_rules! one {
    ($name:ident, |$x:ident| $exact:expr) => {
        Function {
            name: stringify!($name),
            domain: "all",
            bound: 0.0,
            floor: 0.0,
            arguments: Arguments::One(Places {
                domain: ALL,
                range: -100.0..=100.0,
                hard: &[0.0],
                period: 0.0,
            }),
            computed: |[x, _]| Real::$name(x),
            reference: |[$x, _]| $exact.into(),
        }
    };
}

/// A function of two variables, drawn by `$draw`.
macro_rules! two {
    ($name:ident, $draw:ident, |$x:ident, $y:ident| $exact:expr) => {
        Function {
            name: stringify!($name),
            domain: "all",
            bound: 0.0,
            floor: 0.0,
            arguments: Arguments::Two($draw),
            computed: |[x, y]| Real::$name(x, y),
            reference: |[$x, $y]| $exact.into(),
        }
    };
}

pub(super) use {one, two};

impl Function {
    /// Another function of the same arguments.
    pub fn named(self, name: &'static str, computed: fn([f64; 2]) -> f64) -> Self {
        Self { name, computed, ..self }
    }

    /// At most this many ulps off.
    pub fn bound(self, bound: f64) -> Self {
        Self { bound, ..self }
    }

    /// Results below `floor` are measured in ulps of `floor`.
    pub fn floor(self, floor: f64) -> Self {
        Self { floor, ..self }
    }

    /// Holds there only.
    pub fn for_which(self, domain: &'static str) -> Self {
        Self { domain, ..self }
    }

    /// Arguments from there only.
    pub fn on(self, domain: RangeInclusive<f64>) -> Self {
        self.with(|places| places.domain = domain)
    }

    /// Where most happens.
    pub fn mostly(self, range: RangeInclusive<f64>) -> Self {
        self.with(|places| places.range = range)
    }

    /// Zeros, branch points, thresholds.
    pub fn near(self, hard: &'static [f64]) -> Self {
        self.with(|places| places.hard = hard)
    }

    /// The multiples of this are hard cases too.
    pub fn near_multiples_of(self, period: f64) -> Self {
        self.with(|places| places.period = period)
    }

    fn with(mut self, change: impl FnOnce(&mut Places)) -> Self {
        match &mut self.arguments {
            Arguments::One(places) => change(places),
            Arguments::Two(_) => unreachable!("pairs are drawn by a function"),
        }
        self
    }

    /// The arguments of one chunk.
    pub fn source(&self, chunk: u64) -> Source {
        Source::new(&[self.name, self.domain].concat(), chunk)
    }
}
