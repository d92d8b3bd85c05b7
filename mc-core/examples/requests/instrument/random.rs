//! Random choices.

use mc_core::Stream;

/// A stream of choices: the same for the same seed and number.
pub struct Random(Stream);

impl Random {
    pub fn new(seed: u64, number: u64) -> Self {
        Self(Stream::new(seed, number))
    }

    pub fn word(&mut self) -> u64 {
        // The low bits of a word are the weak ones.
        self.0.next_word() >> 3
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.word() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// In [0, 1).
    pub fn share(&mut self) -> f64 {
        (self.word() >> 8) as f64 / (1u64 << 53) as f64
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Not negative: mostly tame, and else where formulas break.
    pub fn number(&mut self) -> f64 {
        const TAME: [f64; 10] = [0.0, 1.0, 2.0, 3.0, 0.5, 0.1, 0.25, 10.0, 1.5, 7.0];
        const HARD: [f64; 20] = [
            1e-300,
            1e300,
            5e-324,
            2.2250738585072014e-308,
            1e-310,
            f64::MAX,
            2199023255552.0,
            2199023255553.5,
            4503599627370496.5,
            9007199254740992.0,
            1e16,
            1e-16,
            1e154,
            1e-162,
            1e100,
            1e-100,
            1e8,
            709.782712893384,
            f64::EPSILON,
            1.0 - f64::EPSILON / 2.0,
        ];
        match self.below(10) {
            0..=4 => self.of(&TAME),
            5..=6 => self.share() * 10.0,
            7..=8 => self.of(&HARD),
            _ => f64::from_bits(self.word() % f64::INFINITY.to_bits()),
        }
    }
}
