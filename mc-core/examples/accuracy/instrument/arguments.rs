//! Arguments to measure at: every binade, the interesting range, hard cases.
//!
//! They come from a seed and the number of the chunk alone, so they are the
//! same on every machine and for every number of threads.

use std::f64::consts::LN_2;
use std::ops::RangeInclusive;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A source of arguments.
pub struct Source(Xoshiro256PlusPlus);

/// Where to draw the arguments of a function.
pub enum Arguments {
    /// Of one variable.
    One(Places),
    /// Of two: drawn by a function of its own.
    Two(fn(&mut Source) -> [f64; 2]),
}

/// Where to draw a single argument. A quarter each: all bit patterns of the
/// domain, all of the range, the range uniformly, near the hard cases.
pub struct Places {
    pub domain: RangeInclusive<f64>,
    /// Where the function neither overflows nor is constant.
    pub range: RangeInclusive<f64>,
    /// Zeros, branch points, thresholds.
    pub hard: &'static [f64],
    /// If not 0, its multiples are hard cases too.
    pub period: f64,
}

impl Places {
    /// The largest multiple of the period that is of interest.
    fn multiples(&self) -> f64 {
        let end = self.domain.start().abs().max(self.domain.end().abs());
        (end.min(3e12) / self.period).floor()
    }
}

/// f64 as whole numbers in the same order; ±0 are two.
fn ordered(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN - bits - 1 } else { bits }
}

fn from_ordered(k: i64) -> f64 {
    f64::from_bits(if k < 0 { i64::MIN - k - 1 } else { k } as u64)
}

impl Source {
    /// The arguments of one chunk of the function `name`.
    pub fn new(name: &str, chunk: u64) -> Self {
        let hash = name.bytes().fold(chunk.wrapping_add(2015), |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
        });
        Self(Xoshiro256PlusPlus::seed_from_u64(hash))
    }

    /// A whole number in 0..n.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform on [lo, hi].
    pub fn uniform(&mut self, lo: f64, hi: f64) -> f64 {
        let unit = (self.0.next_u64() >> 11) as f64 * (f64::EPSILON / 2.0);
        ((hi - lo) * unit + lo).clamp(lo, hi)
    }

    /// Any bit pattern of [lo, hi], all alike: every binade has its share.
    pub fn bits(&mut self, lo: f64, hi: f64) -> f64 {
        let (lo, hi) = (ordered(lo), ordered(hi));
        let count = hi.abs_diff(lo) + 1;
        from_ordered(lo.wrapping_add(self.below(count) as i64))
    }

    /// −1 or 1.
    pub fn sign(&mut self) -> f64 {
        [-1.0, 1.0][self.below(2) as usize]
    }

    /// x, one of its next neighbours, or one somewhat farther off.
    pub fn near(&mut self, x: f64) -> f64 {
        let width = match self.below(4) {
            0 => return x,
            1 => 4,
            2 => 64,
            _ => 1 << self.below(52),
        };
        let step = self.below(2 * width + 1) as i64 - width as i64;
        let neighbour = from_ordered(ordered(x).saturating_add(step));
        if neighbour.is_finite() { neighbour } else { x }
    }

    /// A number at any distance from x, from an ulp to half a binade.
    pub fn beside(&mut self, x: f64) -> f64 {
        let width = 1_i64 << self.below(52);
        let step = self.below(2 * width as u64 + 1) as i64 - width;
        let neighbour = from_ordered(ordered(x).saturating_add(step));
        if neighbour.is_finite() { neighbour } else { x }
    }

    /// ±2ᵏ with k in lo..=hi.
    pub fn power_of_2(&mut self, lo: i64, hi: i64) -> f64 {
        let k = lo + self.below(hi.abs_diff(lo) + 1) as i64;
        self.sign() * f64::from_bits(ordered_power(k))
    }

    /// The next argument of a function.
    pub fn argument(&mut self, arguments: &Arguments) -> [f64; 2] {
        let places = match arguments {
            Arguments::One(places) => places,
            Arguments::Two(draw) => return draw(self),
        };
        loop {
            let x = self.one(places);
            if places.domain.contains(&x) {
                return [x, 0.0];
            }
        }
    }

    fn one(&mut self, places: &Places) -> f64 {
        let (lo, hi) = (*places.range.start(), *places.range.end());
        match self.below(4) {
            0 => self.bits(*places.domain.start(), *places.domain.end()),
            1 => self.bits(lo, hi),
            2 => self.uniform(lo, hi),
            _ => self.hard(places),
        }
    }

    fn hard(&mut self, places: &Places) -> f64 {
        // A result such as 1 + x or x + x² next to the middle of two numbers.
        let tiny = self.power_of_2(-1074, -20);
        if self.below(8) == 0 {
            return self.near(tiny);
        }
        if places.period != 0.0 && self.below(2) == 0 {
            let k = self.bits(1.0, places.multiples()).round();
            return self.near(k * places.period) * self.sign();
        }
        let x = places.hard[self.below(places.hard.len() as u64) as usize];
        self.near(x)
    }
}

/// The bits of 2ᵏ, also for a subnormal one.
fn ordered_power(k: i64) -> u64 {
    if k < -1022 { 1 << (k + 1074) } else { ((k + 1023) as u64) << 52 }
}

/// Any x and y; x and y with a ratio between 2⁻⁶⁰ and 2⁶⁰; nearly the same
/// size; both near the ends of the range of f64.
pub fn plane(source: &mut Source) -> [f64; 2] {
    let any = source.bits(-f64::MAX, f64::MAX);
    let ratio = source.uniform(-60.0, 60.0).exp2() * source.sign();
    let near_1 = source.near(1.0) * source.sign();
    let pair = match source.below(8) {
        0 => [any, source.bits(-f64::MAX, f64::MAX)],
        1 => [any, any * ratio],
        2 => [any * ratio, any],
        3 => [any, any * near_1],
        4 => [source.uniform(-10.0, 10.0), source.uniform(-10.0, 10.0)],
        5 => [source.uniform(-1.7e308, 1.7e308), source.uniform(-1.7e308, 1.7e308)],
        6 => [source.uniform(-1e-305, 1e-305), source.uniform(-1e-305, 1e-305)],
        _ => [source.bits(-1e-310, 1e-310), source.bits(-1e-310, 1e-310)],
    };
    pair.map(|x| if x.is_finite() { x } else { f64::MAX })
}

/// A base and the exponent that gives: a result anywhere in the range of f64,
/// near 1, at overflow or underflow; small whole numbers; anything.
pub fn powers(source: &mut Source) -> [f64; 2] {
    let base = match source.below(4) {
        0 => source.near(1.0),
        1 => source.uniform(0.0, 10.0) + f64::MIN_POSITIVE,
        _ => source.bits(f64::from_bits(1), f64::MAX),
    };
    let ln_of_result = match source.below(8) {
        0 => return [base, source.bits(-f64::MAX, f64::MAX)],
        1 => {
            let base = source.below(200) as f64 + 1.0;
            return [base * source.sign(), source.below(200) as f64 - 100.0];
        }
        2 => return [base, [0.5, -0.5, 1.0, -1.0, 2.0, 3.0, 1.5, -2.0][source.below(8) as usize]],
        3 => source.near(1024.0 * LN_2),
        4 => source.near(-1074.0 * LN_2),
        5 => source.bits(f64::from_bits(1), 1.0) * source.sign(),
        _ => source.uniform(-746.0, 710.0),
    };
    let exponent = ln_of_result / base.ln();
    if !exponent.is_finite() {
        return [base, 1.0];
    }
    match source.below(8) {
        0 => [-base, exponent.round()],
        1 => [base, exponent.round()],
        _ => [base, exponent],
    }
}

/// A base and a whole exponent from −32 to 32: a result anywhere in the range of f64, as
/// a rule.
pub fn whole_powers(source: &mut Source) -> [f64; 2] {
    let k = source.below(65) as f64 - 32.0;
    let range = 1074.0 / k.abs().max(1.0);
    let base = match source.below(4) {
        0 => source.uniform(1.0, 2.0),
        1 => source.bits(-f64::MAX, f64::MAX),
        _ => source.uniform(-range, range).exp2() * source.sign(),
    };
    [if base.is_finite() { base } else { 1.5 }, k]
}

/// A dividend and a divisor: as in [`plane`], with a quotient of any size or of up to
/// 2¹¹⁰, or next to a whole one.
pub fn divisions(source: &mut Source) -> [f64; 2] {
    let [x, y] = plane(source);
    let quotient = source.below(1 << 30) as f64;
    match source.below(4) {
        0 => [x, y],
        1 => [x, x * source.uniform(-110.0, 60.0).exp2() * source.sign()],
        2 => [source.below(1 << 20) as f64 * source.sign(), source.below(1000) as f64],
        _ => [source.near(y * quotient), y],
    }
    .map(|x: f64| if x.is_finite() { x } else { f64::MAX })
}
