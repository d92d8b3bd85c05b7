//! Around every size at which the loop takes another form: folds unrolled or
//! rolled, points in registers, in memory, or drawn by the fold that reads them.

use mc_core::conformance::Case;
use mc_core::{Density, Plan, Problem, Sampling, Support, Technique};
use mc_jit::{Chains, Jit, Lanes};

fn problem(f: &str, support: &str) -> Problem {
    let support: Support = support.parse().unwrap();
    Problem::parse(support, f, Density::Uniform).unwrap()
}

fn has_the_right_bits(jit: Jit, problem: &Problem) {
    for sampling in Sampling::ALL {
        let plan = Plan::of(sampling, 2_003, 11).unwrap();
        let kernel = jit.prepare_for(problem, sampling).unwrap();
        let got = kernel.moments(&plan, plan.whole()).unwrap();
        let expected = Case::of_tape(problem).expected(&plan, plan.whole());
        let text = problem.f().formula().unwrap().text();
        assert_eq!(got, expected, "{text} on {}, {sampling}, {jit:?}", problem.support());
    }
}

#[test]
fn every_form_has_the_same_bits() {
    for f in [
        "norm(x)^2",
        "sum(x)*prod(x)",
        "norm(x)^2 + x0*i_last",
        "sum((i+1)*x^5)/n",
        "x0 - 2",
        "1.5",
    ] {
        for dims in [1, 2, 3, 15, 16, 17, 21, 22, 31, 32, 33, 64, 65, 200] {
            let f = f.replace("i_last", &format!("x{}", dims - 1));
            for support in [format!("0:1^{dims}"), format!("-1:2,1:3^{dims}")] {
                let problem = problem(&f, &support);
                for chains in [Chains::One, Chains::Four] {
                    has_the_right_bits(Jit::with_lanes(Lanes::Four).with_chains(chains), &problem);
                }
            }
        }
    }
}
