//! h in f32: the functions that it has, and what is refused.

use mc_core::{Density, Plan, Precision, Problem, Progress, Technique, run};
use mc_opencl::OpenCl;

fn problem(f: &str, support: &str) -> Problem {
    Problem::parse(support.parse().unwrap(), f, Density::Uniform).unwrap()
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn angles_and_remainders_of_floats() {
    // Beyond π/4 a float is reduced in integers. A point is rounded to 23 bits, so
    // values are off by what that shifts it.
    for technique in [OpenCl::default(), OpenCl::default().lanes(4), OpenCl::default().lanes(1)] {
        for (f, support) in [
            ("sin(x0)", "-30:30"),
            ("cos(x0)", "-3:1"),
            ("sin(x0)^2 + cos(x0)^2", "0:1e12"),
            ("tan(x0)", "2:4"),
            ("mod(x0, 0.75)", "-7:7"),
            ("mod(2^70 * (1 + floor(8*x0)), 7)", "0:1"),
        ] {
            let problem = problem(f, support);
            let plan = Plan::new(3000, 3).unwrap();
            let estimate = |technique: &dyn Technique| {
                run(&*technique.prepare(&problem).unwrap(), &plan, &Progress::new()).unwrap()
            };
            let float = estimate(&technique.clone().precision(Precision::F32));
            let double = estimate(&technique);
            let off = (float.value - double.value).abs();
            let spread = double.std_error * 3000f64.sqrt();
            assert!(off <= 1e-5 * (double.value.abs() + spread), "{f}: {off:e}");
        }
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn angles_that_floats_cannot_hold_are_refused() {
    // Neighbouring floats are a million apart there: other samples than those of f64.
    let technique = OpenCl::default().precision(Precision::F32);
    let error = technique.prepare(&problem("sin(x0)", "0:1e13")).err().unwrap();
    assert!(error.to_string().contains("f32"), "{error}");
}
