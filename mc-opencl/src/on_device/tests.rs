//! Shapes that the device at hand would not choose itself, launches cut short,
//! and threads that share a kernel. All need a device.

use mc_core::conformance::{
    Case, assert_none, check, check_blocks, check_operations, functions, integrands, sobol,
};
use mc_core::{Density, Kernel, Precision, PrepareError, Support, Technique};

use super::compiled::fitting_source;
use super::*;
use crate::device::Wanted;
use crate::source::Source;
use crate::team::Team;

fn any_device() -> DeviceInfo {
    Wanted::default().choose().unwrap().0.remove(0)
}

/// Any device as if it asked for this shape.
struct Shaped(Shape);

impl Technique for Shaped {
    fn name(&self) -> &'static str {
        "opencl in a shape"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        self.prepare_for(problem, Sampling::Random)
    }

    fn prepare_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        let member = OnDevice::new(problem, &any_device(), self.0, sampling)
            .map_err(|error| error.preparing("opencl in a shape"))?;
        let team = Team::new("opencl in a shape", Precision::F64, problem, vec![Box::new(member)]);
        Ok(Box::new(team))
    }
}

/// A GPU's work-groups and scalars, whatever device runs them. What does not depend on the shape is
/// tested with the device's own; of Sobol' points some are enough, beside
/// [`points_are_right_wherever_they_are_kept`].
#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn the_shape_of_a_gpu_has_the_same_bits() {
    let gpu = Shaped(Shape::GPU);
    assert_none(&check_blocks(&gpu));
    assert_none(&check_operations(&gpu));
    assert_none(&check(&gpu, &functions()));
    assert_none(&check(&gpu, &integrands()));
    let some: Vec<_> = sobol().into_iter().step_by(6).collect();
    assert_none(&check(&gpu, &some));
}

fn problem(f: &str, support: &str) -> Problem {
    let support: Support = support.parse().unwrap();
    Problem::parse(support, f, Density::Uniform).unwrap()
}

#[track_caller]
fn assert_same_bits(kernel: &Compiled, problem: &Problem, sampling: Sampling, samples: u64) {
    let plan = Plan::of(sampling, samples, 7).unwrap();
    let level = plan.estimate_level();
    let case = Case::of_tape(problem);
    let expected: Vec<_> = plan.blocks(level).map(|node| case.expected(&plan, node)).collect();
    let got = kernel.nodes(&plan, plan.whole(), level).unwrap();
    assert_eq!(got, expected, "{samples} samples, {sampling}");
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn points_are_right_wherever_they_are_kept() {
    let info = any_device();
    let cases = [
        // One loop, over axes that are all the same or not.
        ("norm(x)^2", "0:1^40"),
        ("sum(i*x)", "0:1^20,-1:3^20"),
        // Two loops and a loop that starts late: kept.
        ("norm(x)^2 * prod(x)", "0:1^20,-1:3^20"),
        ("sum(x*[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]) - x[17]/x[0]", "1:2^18"),
        // Not all are read.
        ("x[3]", "0:1^40"),
        ("x[1]*x[0]", "2:3,4:5,6:7"),
    ];
    for (f, support) in cases {
        let problem = problem(f, support);
        for (lanes, group) in [(1, 32), (8, 2)] {
            for private_bytes in [0, 1 << 16] {
                let shape =
                    Shape { lanes, chains: 2, group, private_bytes, precision: Precision::F64 };
                for (sampling, samples) in
                    [(Sampling::Random, [3, 1_000, 20_011]), (Sampling::Sobol, [32, 1_000, 20_011])]
                {
                    let kernel = Compiled::new(&problem, &info, shape, sampling).unwrap();
                    for samples in samples {
                        assert_same_bits(&kernel, &problem, sampling, samples);
                    }
                }
            }
        }
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn cutting_launches_changes_nothing() {
    let info = any_device();
    let problem = problem("norm(x)^2 * prod(x)", "-1:2^3");
    let shape = Shape { private_bytes: 0, ..info.shape(Precision::F64) };
    for sampling in Sampling::ALL {
        let mut kernel = Compiled::new(&problem, &info, shape, sampling).unwrap();
        assert!(kernel.samples > 0.0, "the speed was measured");
        let whole = Plan::of(sampling, 300_007, 1).unwrap();
        for (samples, max_groups) in [(0.0, u64::MAX), (f64::INFINITY, 3), (1e5, 2)] {
            (kernel.samples, kernel.max_groups) = (samples, max_groups);
            assert!(kernel.level(&whole) < whole.batches().ilog2());
            assert_same_bits(&kernel, &problem, sampling, 300_007);
        }
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn a_shape_shrinks_until_its_points_fit() {
    let mut info = any_device();
    let problem = problem("norm(x)^2 * prod(x)", "0:1^100");
    let shape =
        Shape { lanes: 4, chains: 1, group: 8, private_bytes: 0, precision: Precision::F64 };
    let bytes = |shape: Shape| (100 * shape.span() * size_of::<f64>()) as u64;
    info.max_buffer = bytes(shape) - 1;
    // The state of Sobol' points takes as much again.
    for (sampling, group) in [(Sampling::Random, 4), (Sampling::Sobol, 2)] {
        let fitting = fitting_source(&problem, &info, shape, sampling).unwrap().shape;
        assert_eq!(fitting, Shape { group, ..shape });
        let kernel = Compiled::new(&problem, &info, shape, sampling).unwrap();
        assert_eq!(kernel.max_groups, 1);
        assert_same_bits(&kernel, &problem, sampling, 3_000);
    }
    info.max_buffer = 799;
    let Err(error) = fitting_source(&problem, &info, shape, Sampling::Random) else {
        panic!("it fits")
    };
    assert!(matches!(error, OpenClError::TooLarge { needed: 800, available: 799, .. }));
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn a_device_that_rounds_otherwise_is_found_out() {
    let info = any_device();
    let problem = problem("x0*x1 + x1*x2 - x0/3", "0:1,0:2,1:3");
    for shape in [info.shape(Precision::F64), Shape::GPU] {
        let random = Sampling::Random;
        let right = Source::new(&problem, shape, random).unwrap();
        assert!(Compiled::from_source(&problem, &info, &right, random).is_ok());
        let two_roundings = ("fma(delta, delta, squares[c])", "delta * delta + squares[c]");
        let one_rounding = ("const real v3 = v1 + v2;", "const real v3 = fma(x[0], x[1], v2);");
        for (from, to) in [two_roundings, one_rounding] {
            assert_eq!(right.text.matches(from).count(), 1, "{}", right.text);
            let wrong = Source { text: right.text.replace(from, to), ..right.clone() };
            match Compiled::from_source(&problem, &info, &wrong, random) {
                Err(OpenClError::OtherBits { .. }) => {}
                Err(other) => panic!("{other}"),
                Ok(_) => panic!("{to} went unseen"),
            }
        }
    }
}
