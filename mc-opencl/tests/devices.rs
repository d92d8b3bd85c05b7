//! Several devices at once, and drivers that are not what they should be. Each in
//! a process of its own, which is told what to find.

use std::env;
use std::process::Command;

use mc_core::{Plan, Progress, SquaredNorm, Support, Technique, run};
use mc_opencl::{OpenCl, OpenClError, OpenClGrid, OpenClHost, devices};

const INSIDE: &str = "MC_OPENCL_TEST_INSIDE";

/// Runs the test of that name again, with these variables; what it printed.
fn again(test: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn two_devices_give_the_bits_of_one() {
    if env::var_os(INSIDE).is_none() {
        // PoCL, and only PoCL, makes two devices of one processor.
        let text = again("two_devices_give_the_bits_of_one", &[("POCL_DEVICES", "basic pthread")]);
        let alone = devices().unwrap();
        if alone.iter().any(|device| device.platform.contains("Portable Computing")) {
            let count = text.rsplit("devices: ").next().and_then(|rest| rest.lines().next());
            let count: usize = count.unwrap_or_default().parse().expect(&text);
            assert!(count > alone.len(), "PoCL made no second device: {text}");
        } else {
            println!("not tested with several devices: only PoCL makes two of one processor");
        }
        return;
    }
    let count = devices().unwrap().len();
    println!("devices: {count}");
    let problem = SquaredNorm::problem("-1:2,3:5".parse::<Support>().unwrap()).unwrap();
    // Sobol' points too: each replicate is a node, on whatever device.
    let plans = [Plan::new(1_000_003, 5).unwrap(), Plan::sobol(500_000, 5).unwrap()];
    let estimate = |technique: &dyn Technique| {
        let kernel = technique.prepare(&problem).unwrap();
        plans.map(|plan| run(&*kernel, &plan, &Progress::new()).unwrap())
    };
    let one = estimate(&OpenCl::with_device("0"));
    assert_eq!(estimate(&OpenCl::with_device("all")), one);
    assert_eq!(estimate(&OpenClHost::default().device("all")), one);
    assert_eq!(estimate(&OpenClGrid::default().device("all")), one);
    if count > 1 {
        assert_eq!(OpenCl::with_device("0,1").chosen().unwrap().0.len(), 2);
        assert_eq!(estimate(&OpenCl::with_device("1")), one);
        assert_eq!(estimate(&OpenCl::with_device("0,1")), one);
    }
}

#[test]
fn a_driver_that_cannot_be_opened_is_no_platform() {
    if env::var_os(INSIDE).is_none() {
        let folder = env::temp_dir().join(format!("mc-opencl-icd-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("broken.icd"), "/nonexistent/libnothing.so\n").unwrap();
        let place = folder.to_string_lossy().into_owned();
        let text = again(
            "a_driver_that_cannot_be_opened_is_no_platform",
            &[("OCL_ICD_VENDORS", place.as_str())],
        );
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(text.contains(": install "), "{text}");
        return;
    }
    match devices() {
        Err(error @ OpenClError::NoPlatform) => println!("{error}"),
        other => panic!("{other:?}"),
    }
}
