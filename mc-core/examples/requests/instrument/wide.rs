//! Twice the digits of f64, and all exponents that products of its numbers have.

/// The sum of two f64, the second at most half an ulp of the first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Double {
    pub high: f64,
    pub low: f64,
}

impl Double {
    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let from_b = high - a;
        Self { high, low: (a - (high - from_b)) + (b - from_b) }
    }

    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    pub fn plus(self, other: Self) -> Self {
        let sum = Self::sum(self.high, other.high);
        Self::sum(sum.high, sum.low + self.low + other.low)
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(Self { high: -other.high, low: -other.low })
    }

    pub fn times(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        let rest = self.high * other.low + self.low * other.high;
        Self::sum(product.high, product.low + rest)
    }

    pub fn over(self, divisor: f64) -> Self {
        let first = self.high / divisor;
        let rest = self.minus(Self::product(first, divisor));
        Self::sum(first, rest.high / divisor)
    }
}

/// x as m·2ᵉ with 1 ≤ |m| < 2; zero and what is not finite as themselves.
pub fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    // Subnormal numbers are made normal first.
    let (x, below) = if x.is_normal() { (x, 0) } else { (scaled(x, 200), 200) };
    let exponent = (x.to_bits() >> 52 & 0x7ff) as i32 - 1023;
    (scaled(x, -exponent), exponent - below)
}

/// x·2ᵏ; ±∞ and 0 beyond the range.
pub fn scaled(x: f64, k: i32) -> f64 {
    let part = |k: i32| 2f64.powi(k.clamp(-1000, 1000));
    x * part(k) * part(k - k.clamp(-1000, 1000)) * part(k - k.clamp(-2000, 2000))
}

/// Mean and standard deviation of products, in the unit of their largest.
pub struct Spread {
    /// All values are below 2^(unit + 1).
    pub unit: i32,
    pub mean: Double,
    /// √(Σ (h − mean)²/(M − 1)).
    pub std_dev: f64,
    /// The largest |h|, and the largest difference from the first.
    pub largest: f64,
    pub width: f64,
}

/// Of the products of these pairs, which are finite.
pub fn spread(pairs: &[(f64, f64)]) -> Spread {
    let parts: Vec<(Double, i32)> = pairs
        .iter()
        .map(|&(f, g)| {
            let ((f, of_f), (g, of_g)) = (split(f), split(g));
            (Double::product(f, g), of_f + of_g)
        })
        .collect();
    let nonzero = parts.iter().filter(|(product, _)| product.high != 0.0);
    let unit = nonzero.map(|&(product, exponent)| exponent + split(product.high).1).max();
    let unit = unit.unwrap_or(0);
    let values: Vec<Double> = parts
        .iter()
        .map(|&(product, exponent)| Double {
            high: scaled(product.high, exponent - unit),
            low: scaled(product.low, exponent - unit),
        })
        .collect();
    let count = values.len() as f64;
    let mean = values.iter().fold(Double::default(), |sum, value| sum.plus(*value)).over(count);
    let squares = values.iter().fold(Double::default(), |sum, value| {
        let off = value.minus(mean);
        sum.plus(off.times(off))
    });
    let most = |of: &dyn Fn(&Double) -> f64| values.iter().map(of).fold(0.0, f64::max);
    Spread {
        unit,
        mean,
        std_dev: (squares.high / (count - 1.0)).sqrt(),
        largest: most(&|value| value.high.abs()),
        width: most(&|value| value.minus(values[0]).high.abs()),
    }
}
