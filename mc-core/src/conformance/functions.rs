//! Elementary functions, alone and mixed, on ordinary and on bad arguments.

use super::case::Case;
use crate::support::Support;

const FEW: [u64; 3] = [2, 3, 1_000];

fn support(text: &str) -> Support {
    text.parse().expect("the supports of the suite are right")
}

/// Every elementary function, a few to a problem: arguments in and out of their
/// domains, so NaN and infinities occur; they are replaced where they
/// would make the moments non-finite.
pub fn functions() -> Vec<Case> {
    // What is summed for x0, and the box of x0.
    let groups = [
        ("exp exp2 expm1 sinh cosh tanh", "-40:40"),
        ("exp exp2 expm1", "-800:800"),
        ("ln log2 log10 log1p", "-2:5"),
        ("ln log2 log10 log1p sqrt cbrt", "1e-310:1e-300"),
        ("sin cos tan", "-30:30"),
        ("sin cos tan", "1e8:2e9"),
        // One lane in twenty is beyond what the straight code reduces.
        ("sin cos tan", "-2.3e12:2.3e12"),
        ("sin cos tan", "-4e307:4e307"),
        ("asin acos atan", "-1.5:1.5"),
        ("asinh acosh atanh cbrt", "-3:3"),
        ("erf erfc norm_cdf norm_pdf", "-30:8"),
        ("norm_quantile", "-0.1:1.1"),
        ("gamma ln_gamma", "-5:30"),
        ("abs sign floor ceil round trunc sqrt", "-3:3"),
    ];
    let finite =
        |value: &str| format!("max(min(if(({value}) == ({value}), {value}, -7), 1e9), -1e9)");
    let mut cases: Vec<Case> = groups
        .iter()
        .map(|(names, side)| {
            let terms: Vec<_> =
                names.split(' ').map(|name| finite(&format!("{name}(x0)"))).collect();
            Case::parsed(&terms.join(" + "), "uniform", support(side), &FEW)
        })
        .collect();
    for (two, side) in [
        ("pow(x0, x1)", "-3:3,-5:5"),
        ("hypot(x0, x1) + atan2(x0, x1)", "-3:3^2"),
        ("mod(x0, x1) + min(x0, x1) * max(x0, x1)", "-3:3^2"),
        ("mod(1e300 * x0, x1)", "-3:3^2"),
        // One lane in twenty has too large a quotient for the straight code.
        ("mod(if(x0 < 0.05, 1e200, 1) * x0, x1)", "0:1,-3:3"),
    ] {
        cases.push(Case::parsed(&finite(two), "uniform", support(side), &FEW));
    }
    cases
}

/// Integrands as people write them, of functions, branches and reductions.
pub fn mixtures() -> Vec<Case> {
    let uniform = [
        ("exp(-norm(x)^2)", "-3:3^4"),
        ("exp(-sum((x - 0.5)^2) * 25)", "0:1^5"),
        ("prod(cos(x))", "0:1.5^3"),
        ("cos(2*pi*0.3 + sum(i*x))", "0:1^10"),
        ("prod(1/(0.04 + (x - 0.6)^2))", "0:1^4"),
        ("(1 + dot([1, 2, 3], x))^-4", "0:1^3"),
        ("exp(-sum(abs(x - 0.5)) * 3)", "0:1^6"),
        ("if(x0 < 0.4, exp(sum(x)), 0)", "0:1^3"),
        ("sin(x0) + 7*sin(x1)^2 + 0.1*x2^4*sin(x0)", "-pi:pi^3"),
        ("max(100*exp(0.03 + 0.2*norm_quantile(x0)) - 105, 0)", "0:1"),
        ("norm(x) <= 1", "-1:1^5"),
        // Scaled: their squares, or the power, over- or underflow.
        ("norm(x)*1e-300", "-1e300:1e300^3"),
        ("norm(x - 1e-201)*1e200", "0:1e-200^20"),
        ("x0^-4*1e300 + x1^-3*1e290", "1e70:1e80,-1e99:-1e98"),
        ("sqrt(1 - x0^2)", "-1:1"),
        ("ln(x0)^2 / (1 + x1)", "0:1^2"),
        ("x0^x1", "0:1^2"),
        ("x0^0.3 * (1 - x0)^1.7", "0:1"),
        ("1 / (1 + exp(-3*x0 + x1))", "-2:2^2"),
        ("tanh(dot([0.3, -1.2, 0.7], x) + 0.1)", "-1:1^3"),
        ("log1p(exp(-abs(x0))) + max(x0, 0)", "-9:9"),
        ("erf(x0) * erfc(x1)", "-2:2^2"),
        ("norm_pdf(x0) * norm_cdf(3*x0)", "-6:6"),
        ("gamma(x0) / gamma(x0 + 0.5)", "0.5:20"),
        ("exp(ln_gamma(x0 + x1) - ln_gamma(x0) - ln_gamma(x1))", "0.5:3^2"),
        ("atan2(x1, x0)^2", "-1:1^2"),
        ("hypot(x0, x1) * (hypot(x0, x1) < 1)", "-1:1^2"),
        ("cbrt(x0 - 0.3) + expm1(x1*1e-8)*1e8", "-1:1^2"),
        ("asin(x0)*acos(x1) + atan(x0/x1)", "-1:1^2"),
        ("sinh(x0)/cosh(x1) + asinh(x0*5)", "-2:2^2"),
        ("acosh(1 + x0^2) + atanh(x1*0.99)", "-1:1^2"),
        ("mod(floor(10*x0) + floor(10*x1), 2)", "-1:1^2"),
        ("round(3*x0)*trunc(3*x1) + ceil(x0) - sign(x1)", "-2:2^2"),
        ("if(x0*x1 > 0, ln(x0*x1), -sqrt(-x0*x1))", "-1:1^2"),
        ("log2(1 + norm(x)) + log10(2 + sum(x^2))", "-1:1^20"),
        ("sum(sin(i*x)/(1 + i))", "0:3^30"),
        ("prod(1 + (x - 0.5)*0.1) + min(cos(x))", "0:1^50"),
        ("max(abs(sin(3*x))) - min(x^2)", "-1:1^9"),
        ("exp2(-x0) * sin(exp2(x0))", "-3:8"),
        ("tan(x0) * (abs(tan(x0)) < 50)", "-20:20"),
        ("norm_quantile(0.5 + 0.4999*sin(x0))", "0:9"),
        ("dot(sin(x), cos(x)) / norm(exp(x))", "-1:1^12"),
        ("pow(1 + x0^2, -x1) * exp(-x1)", "0:5^2"),
        ("if(x0 < 0, if(x1 < 0, exp(x0), cos(x1)), ln(1 + x0))", "-1:1^2"),
        ("sum(if(x < 0.5, exp(x), sqrt(x)))", "0:1^8"),
    ];
    let mut cases: Vec<Case> =
        uniform.iter().map(|(f, side)| Case::parsed(f, "uniform", support(side), &FEW)).collect();
    cases.push(Case::parsed("sin(x0)^2", "norm_pdf(x0)", support("-8:8"), &FEW));
    cases.push(Case::parsed("norm(x)", "exp(-sum(x))", support("0:30^3"), &FEW));
    cases
}
