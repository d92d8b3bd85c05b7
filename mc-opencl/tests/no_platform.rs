//! What a machine without OpenCL says. A process of its own is told to look for
//! platforms where there are none.

use std::env;
use std::process::Command;

use mc_core::{PrepareError, SquaredNorm, Support, Technique};
use mc_opencl::{OpenCl, OpenClError, devices};

const INSIDE: &str = "MC_OPENCL_TEST_WITHOUT_PLATFORM";

#[test]
fn a_machine_without_opencl_says_what_to_install() {
    if env::var_os(INSIDE).is_some() {
        return inside();
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_machine_without_opencl_says_what_to_install", "--nocapture"])
        .env(INSIDE, "1")
        // The loaders of Khronos and of Debian both heed this.
        .env("OCL_ICD_VENDORS", "/nonexistent")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("no OpenCL platform: install"), "{text}");
}

fn inside() {
    assert!(matches!(devices(), Err(OpenClError::NoPlatform)));
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    match OpenCl::default().prepare(&problem) {
        Err(PrepareError::Unavailable { reason }) => println!("{reason}"),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("a kernel without a platform"),
    }
}
