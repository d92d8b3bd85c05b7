//! All ways to compute, on few samples: what `cargo xtask oclgrind` runs on a
//! simulated device that reports every access out of bounds and every race. On
//! other devices they are tests like any other.

use mc_core::conformance::Case;
use mc_core::{Density, Plan, Precision, Problem, Progress, Technique, run};
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
            let plan = Plan::new(300, 3).unwrap();
            let expected = Case::of_tape(&problem).expected(&plan, plan.whole());
            let got = run(&*kernel, &plan, &Progress::new()).unwrap();
            let mean = expected.mean * problem.scale().weight();
            assert!(
                (got.value - mean).abs() <= 2e-6 * (mean.abs() + got.std_error * 300f64.sqrt())
            );
        }
    }
}

/// What no test should do: asks Oclgrind for its report.
#[test]
#[ignore = "writes out of bounds on purpose; `cargo xtask oclgrind` runs it"]
fn a_write_out_of_bounds_is_reported() {
    mc_opencl::write_out_of_bounds().unwrap();
}
