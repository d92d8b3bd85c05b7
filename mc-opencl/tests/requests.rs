//! Requests that cannot be met, and the device's description.

use mc_core::{Precision, PrepareError, Problem, SquaredNorm, Support, Technique};
use mc_opencl::{OpenCl, devices};

fn problem() -> Problem {
    SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap()
}

fn refusal(technique: &OpenCl) -> PrepareError {
    match technique.prepare(&problem()) {
        Err(error) => error,
        Ok(_) => panic!("it was prepared"),
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn an_unknown_device_is_answered_with_those_there_are() {
    for selector in ["Cray", "4711"] {
        let error = refusal(&OpenCl::with_device(selector));
        assert!(matches!(error, PrepareError::Unavailable { .. }));
        let message = error.to_string();
        assert!(message.contains(selector), "{message}");
        for device in devices().unwrap() {
            assert!(message.contains(&device.name), "{message}");
        }
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn lanes_that_no_vector_has_are_refused() {
    for lanes in [0, 3, 32] {
        let message = refusal(&OpenCl::default().lanes(lanes)).to_string();
        assert!(message.contains(&format!("{lanes} batches")), "{message}");
        assert!(message.contains("1, 2, 4, 8 or 16"), "{message}");
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn a_device_is_found_by_index_and_by_name() {
    for device in devices().unwrap().into_iter().filter(|device| device.fp64) {
        assert!(device.shape(Precision::F64).lanes.is_power_of_two());
        for selector in [device.index.to_string(), device.name.to_uppercase()] {
            let found = &OpenCl::with_device(selector).chosen().unwrap().0[0];
            assert_eq!(found.name, device.name);
        }
    }
}
