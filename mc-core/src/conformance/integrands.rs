//! The problems of the suite.

use super::case::Case;
use crate::catalogue::SquaredNorm;
use crate::function::Function;
use crate::real::Real;
use crate::support::Support;

/// Numbers of samples: fewer than a batch, than a vector of lanes, than a
/// group of batches; not a multiple of anything; many.
const SAMPLES: [u64; 6] = [2, 3, 100, 1_000, 10_000, 1_000_003];
const FEW: [u64; 4] = [2, 3, 100, 3_001];

fn support(text: &str) -> Support {
    text.parse().expect("the supports of the suite are right")
}

/// x₀·x₁ + 2·x₀³ − x_last/3 + 0.5: mixed terms, a division, fma nowhere.
struct Polynomial;

impl Function for Polynomial {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let last = x[x.len() - 1];
        x[0] * x[1] + x[0] * x[0] * x[0] * 2.0 - last / 3.0 + 0.5
    }
}

/// A density that is not constant: 1 + 0.25·x₀·|x_last|.
struct Tilted;

impl Function for Tilted {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        x[0] * x[x.len() - 1].abs() * 0.25 + 1.0
    }
}

/// Reads only one coordinate, the middle one: the others must be drawn too.
struct Middle;

impl Function for Middle {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        x[x.len() / 2].sqrt()
    }
}

/// The same value everywhere, found from the point: variance 0.
struct Constant;

impl Function for Constant {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        x[0].equal(x[0]) * 3.0
    }
}

/// Σ i·|xᵢ − cᵢ| + max xᵢ, with a table, the index, choice and two loops.
struct Loops;

impl Function for Loops {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let centres: Vec<f64> = (0..x.len()).map(|i| 1.0 / (i + 2) as f64).collect();
        let weighed = T::fold(T::constant(0.0), [x, &T::constants(&centres)], |acc, i, [x, c]| {
            acc + i * (x - c).abs()
        });
        let largest = T::fold(T::constant(f64::NEG_INFINITY), [x], |acc, _, [x]| x.maximum(acc));
        weighed + largest
    }
}

/// Σᵢ Πⱼ (1 + (xᵢ − xⱼ)²/n): a loop in a loop, over the same coordinates.
struct Nested;

impl Function for Nested {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let scale = 1.0 / x.len() as f64;
        T::fold(T::constant(0.0), [x], |acc, _, [xi]| {
            acc + T::fold(T::constant(1.0), [x], |acc, _, [xj]| {
                let d = xi - xj;
                acc * (d * d * scale + 1.0)
            })
        })
    }
}

/// Loops over parts of the point, each other coordinate read alone as well.
struct Parts;

impl Function for Parts {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let (left, right) = x.split_at(x.len() / 2);
        let alternating: T = x.iter().step_by(2).map(|&x| x * 1.5).sum();
        T::dot(left, &right[..left.len()]) - T::product_of(right) + alternating
    }
}

/// Uses the steps on bits: x rounded to 12 fraction bits, and its exponent.
struct Bits;

impl Function for Bits {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        x.iter()
            .map(|&x| {
                let scaled = (x.significand() * 4096.0).round_ties_even() * (1.0 / 4096.0);
                (scaled * x.exponent().exp2_int()).copysign(x) + (x * 7.0).floor()
            })
            .sum()
    }
}

/// The problems with closed shapes, loops, densities and boxes of all kinds.
pub fn integrands() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in ["0:1^2", "-1:2,3:5", "0:1^10", "-3:-1^3"] {
        cases.push(Case::new("‖x‖²", support(text), SquaredNorm, &SAMPLES));
        cases.push(Case::new("polynomial", support(text), Polynomial, &SAMPLES));
        cases.push(Case::weighed("‖x‖²·g", support(text), SquaredNorm, Tilted, &SAMPLES));
    }
    // Text, for the techniques that walk it.
    for (f, g, text) in [
        ("norm(x)^2", "uniform", "-1:2,3:5"),
        ("norm(x)^2", "prod(1/(hi-lo))", "-1:2,3:5"),
        ("sum(x)^3 - x0/x1", "1", "1:2^3"),
        ("if(norm(x) < 1, sqrt(1 - dot(x, x)/4), -sum(i*x))", "uniform", "-1:1^3"),
        ("dot([1, -2.5, x0], x - lo) / volume", "max(x) - min(x) + 1", "0:3,-1:1,2:7"),
        ("max(x0, x1)^-2 + min(abs(x)) * floor(10*x2)", "uniform", "0.5:1^4"),
    ] {
        cases.push(Case::parsed(f, g, support(text), &[2, 3, 100, 1_000, 10_000]));
    }
    // Averaged in other units than their own.
    for (f, g, text) in [
        ("x0*1e-160 - x1*2e-160", "uniform", "0:1^2"),
        ("1e300*x0/(x1 + 1)", "uniform", "0:1^2"),
        ("x0*1e-309", "uniform", "0:1"),
        ("1e16 + 2*floor(3*x0)", "uniform", "0:1"),
        ("sum(x)", "1/volume", "0:10^155"),
        ("1e150*(1 + x1)", "1/volume", "0:1e-200,0:1"),
        ("1e-150*x1", "(1 + x1)/volume", "0:1e200,0:1"),
        ("x0*1e100", "1e100*(1 + 1e-12*x1)", "1:1.0000000001,0:1"),
        ("exp(-1e7*(x0 - 0.5)^2)", "uniform", "0:1"),
    ] {
        cases.push(Case::parsed(f, g, support(text), &FEW));
    }
    cases.push(Case::new("middle", support("0:1^3"), Middle, &FEW));
    cases.push(Case::new("constant", support("0:1"), Constant, &FEW));
    for text in ["0:1^2", "-2:2^7", "-1:1^100"] {
        cases.push(Case::new("loops", support(text), Loops, &FEW));
        cases.push(Case::new("nested", support(text), Nested, &FEW));
        cases.push(Case::new("parts", support(text), Parts, &FEW));
    }
    cases.push(Case::new("bits", support("-100:100^2,1e-310:1e-300"), Bits, &FEW));
    cases.push(Case::new("tiny box", support("1e-300:2e-300^2"), SquaredNorm, &FEW));
    cases.push(Case::new("huge box", support("-1e70:1e70^2"), SquaredNorm, &FEW));
    cases.push(Case::new("far box", support("1e9:1000000000.0001^2"), SquaredNorm, &FEW));
    cases.push(Case::new("‖x‖²", support("0:1^1000"), SquaredNorm, &[2, 100, 3_001]));
    cases.push(Case::new("‖x‖²", support("-1:1^33"), SquaredNorm, &FEW));
    cases
}

/// The same problems with Sobol' points: replicates of two points, of few batches and of many.
pub fn sobol() -> Vec<Case> {
    let samples = |dims| match dims {
        0..=10 => [32, 100, 1_000, 20_000].as_slice(),
        _ => [32, 1_000].as_slice(),
    };
    let with_sobol = |case: Case| {
        let samples = samples(case.problem().dims());
        case.with_sobol(samples)
    };
    integrands().into_iter().map(with_sobol).collect()
}
