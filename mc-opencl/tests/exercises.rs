//! Solutions of chapter 5's exercises. Each is a program to read; what it claims is
//! asserted. Only one needs a device.

use mc_core::net::Net;
use mc_core::{Density, Plan, Precision, Problem, Progress, Sampling, Support, Technique, run};
use mc_opencl::{OpenCl, OpenClGrid, Shape, source, source_for};

fn problem(f: &str, dims: usize) -> Problem {
    Problem::parse(Support::cube(0.0, 1.0, dims).unwrap(), f, Density::Uniform).unwrap()
}

/// The generated part of a program: what draws a point and evaluates h there.
fn sample(f: &str, dims: usize) -> String {
    let text = source(&problem(f, dims), Shape::GPU);
    let start = text.find("// Draw the point").expect("the first step");
    text[start..].split("\n}").next().unwrap_or_default().to_owned()
}

/// Exercise 1: where the point is. Nowhere, if one loop reads each coordinate once and in
/// order, for then each is drawn where it is read. Otherwise in an array of the work-item's
/// own, or in the device's memory if that is too large. (Up to 16 coordinates are always
/// such an array, as in the chapter's listing: the loop is unrolled, and the array is in
/// registers.)
#[test]
fn where_the_point_is() {
    let array = |text: &str| text.contains("real x[");
    let memory = |text: &str| text.contains("__global real *x = scratch");

    let small = sample("norm(x)^2", 2);
    assert!(array(&small) && !memory(&small), "{small}");
    for dims in [17, 1000] {
        let nowhere = sample("norm(x)^2", dims);
        assert!(!array(&nowhere) && !memory(&nowhere), "{nowhere}");
        assert!(nowhere.contains("const real v3 = draw(s, "), "{nowhere}");
    }
    // x0 is read twice, and so all of the point is kept.
    let kept = sample("norm(x)^2 + x0", 17);
    assert!(array(&kept) && !memory(&kept), "{kept}");
    let far = sample("norm(x)^2 + x0", 1000);
    assert!(!array(&far) && memory(&far), "{far}");
    // The rule: 4 KiB a work-item on a GPU, which are 512 doubles.
    assert_eq!(Shape::GPU.private_bytes, 512 * size_of::<f64>());
    assert!(array(&sample("norm(x)^2 + x0", 512)));
    assert!(memory(&sample("norm(x)^2 + x0", 513)));
}

/// Exercise 2: lanes. The program is the same but for the types of its first lines: `real`
/// is a vector of so many doubles. So the bits are the same, and the time is not.
#[test]
fn lanes_are_types() {
    let problem = problem("norm(x)^2", 2);
    let text = |lanes| source(&problem, Shape { lanes, ..Shape::GPU });
    for (lanes, real) in [(1, "double"), (2, "double2"), (8, "double8"), (16, "double16")] {
        assert!(text(lanes).contains(&format!("typedef {real} real;")), "{lanes}");
    }
    let after_types = |text: &str| {
        let (_, rest) = text.split_once("// ---- Steps that OpenCL C has no name for").unwrap();
        rest.to_owned()
    };
    assert_eq!(after_types(&text(1)), after_types(&text(16)));
}

/// Exercise 2 again, on the device.
#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn lanes_have_the_same_bits() {
    let problem = problem("norm(x)^2", 2);
    let plan = Plan::new(100_003, 42).unwrap();
    let estimates = [1, 2, 4, 8, 16].map(|lanes| {
        let kernel = OpenCl::default().lanes(lanes).prepare(&problem).unwrap();
        run(&*kernel, &plan, &Progress::new()).unwrap()
    });
    assert!(estimates.iter().all(|estimate| *estimate == estimates[0]), "{estimates:?}");
}

/// Exercise 3: what the grid does, with a work-item for each coordinate of each sample. All
/// terms of Σ exp(xᵢ): each depends on its own coordinate. Nothing of max(x): a round
/// compares with the round before. Nothing of Σ (xᵢ − Σx)² either: a term needs the sum
/// over all coordinates, which is not there while the grid runs.
#[test]
fn what_the_grid_does() {
    let kernels = |f: &str| {
        let text = OpenClGrid::source(&problem(f, 3), Precision::F64).unwrap();
        let (grid, column) = text.split_once("// ---- The columns").unwrap();
        let (_, grid) = grid.split_once("__kernel").unwrap();
        (grid.to_owned(), column.to_owned())
    };
    // Every program of the grid scales the points; is there an operation besides?
    let (grid, column) = kernels("sum(exp(x))");
    assert!(grid.contains("exp2_int("), "{grid}");
    assert!(!column.contains("exp2_int(") && column.contains(" + "), "{column}");
    for f in ["max(x)", "sum((x - sum(x))^2)"] {
        let (grid, column) = kernels(f);
        assert!(!grid.contains("const real"), "{grid}");
        assert!(column.contains("const real"), "{column}");
    }
}

/// Exercise 4: Sobol' points are read where a loop needs them, as random ones are, but there is a
/// word for each coordinate to be kept: in the work-item's own memory, or in the device's if
/// they are too many. Two batches go on by the same words, so they differ in what they differed
/// in at first: lanes and replicates need no table of their own.
#[test]
fn what_sobol_points_keep() {
    let text = |dims, sampling| source_for(&problem("norm(x)^2", dims), Shape::GPU, sampling);
    for dims in [17, 1000] {
        let random = text(dims, Sampling::Random);
        assert!(random.contains("typedef struct { word s0, s1, s2, s3; } stream;"), "{random}");
        let sobol = text(dims, Sampling::Sobol);
        assert!(!sobol.contains("real x[") && !sobol.contains("real *x ="), "{sobol}");
        let kept = if dims == 17 { "bits d[DIMS]" } else { "__global bits *d" };
        assert!(sobol.contains(&format!("typedef struct {{ {kept}; }} stream;")), "{sobol}");
    }

    let net = Net::new(3, 42).unwrap();
    let (batch_size, mut here, mut there) = (8, vec![0; 3], vec![0; 3]);
    net.start(0, 0, &mut here);
    net.start(5, 3 * batch_size, &mut there);
    let apart = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| a ^ b).collect::<Vec<_>>();
    let at_first = apart(&here, &there);
    for k in 0..batch_size - 1 {
        net.step(k, &mut here);
        net.step(3 * batch_size + k, &mut there);
        assert_eq!(apart(&here, &there), at_first, "after sample {k}");
    }
}
