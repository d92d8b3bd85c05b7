//! All ways to compute, on few samples: what `cargo xtask oclgrind` runs on a
//! simulated device that reports every access out of bounds and every race. On
//! other devices they are tests like any other.

use mc_core::conformance::Case;
use mc_core::{Density, Estimate, Plan, Precision, Problem, Progress, Sampling, Technique, run};
use mc_opencl::{OpenCl, OpenClGrid, OpenClHost};

fn problem(f: &str, g: &str, support: &str) -> Problem {
    let support = support.parse().unwrap();
    let g = Density::parse(g, &support).unwrap();
    Problem::parse(support, f, g).unwrap()
}

/// Small, in few and many coordinates, with loops of all kinds.
fn problems() -> Vec<Problem> {
    vec![
        problem("norm(x)^2", "uniform", "0:1^2"),
        problem("norm(x)^2", "prod(1/(hi-lo))", "-1:2,3:5"),
        problem("exp(-norm(x)^2)", "uniform", "-1:1^3"),
        problem("norm(x)^2 + x[7]*max(x)", "uniform", "0:1^19"),
        problem("sum(exp(x)*i) + prod(1 + 0.1*x)", "uniform", "-1:1^9,0:2^9"),
    ]
}

#[track_caller]
fn same_bits(technique: &dyn Technique) {
    for problem in problems() {
        let kernel = technique.prepare(&problem).unwrap();
        for samples in [2, 3, 300] {
            let plan = Plan::new(samples, 3).unwrap();
            let expected = Case::of_tape(&problem).expected(&plan, plan.whole());
            assert_eq!(kernel.moments(&plan, plan.whole()).unwrap(), expected, "{samples} samples");
        }
    }
    // The kernel is prepared for other points when it is asked for them.
    for problem in problems().into_iter().skip(1).step_by(2) {
        let kernel = technique.prepare(&problem).unwrap();
        for samples in [32, 300] {
            let plan = Plan::sobol(samples, 3).unwrap();
            let got = run(&*kernel, &plan, &Progress::new()).unwrap();
            assert_eq!(got, expected_estimate(&problem, &plan), "{samples} samples");
        }
    }
}

fn expected_estimate(problem: &Problem, plan: &Plan) -> Estimate {
    let case = Case::of_tape(problem);
    let nodes = plan.blocks(plan.estimate_level()).map(|node| case.expected(plan, node));
    Estimate::of_nodes(&nodes.collect::<Vec<_>>(), problem.scale(), plan).unwrap()
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn everything_on_the_device() {
    same_bits(&OpenCl::default());
    same_bits(&OpenCl::default().lanes(4));
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn the_product_on_the_device() {
    same_bits(&OpenClHost::default());
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn a_grid_on_the_device() {
    same_bits(&OpenClGrid::default());
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn floats_on_the_device() {
    for technique in [OpenCl::default(), OpenCl::default().lanes(4)] {
        let technique = technique.precision(Precision::F32);
        for problem in problems() {
            let kernel = technique.prepare(&problem).unwrap();
            assert_eq!(kernel.precision(), Precision::F32);
            for sampling in Sampling::ALL {
                let plan = Plan::of(sampling, 300, 3).unwrap();
                let expected = expected_estimate(&problem, &plan);
                let got = run(&*kernel, &plan, &Progress::new()).unwrap();
                let size = expected.value.abs() + got.std_error * 300f64.sqrt();
                assert!((got.value - expected.value).abs() <= 2e-6 * size, "{sampling}");
            }
        }
    }
}

/// What no test should do: asks Oclgrind for its report.
#[test]
#[ignore = "writes out of bounds on purpose; `cargo xtask oclgrind` runs it"]
fn a_write_out_of_bounds_is_reported() {
    mc_opencl::write_out_of_bounds().unwrap();
}
