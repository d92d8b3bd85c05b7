//! What the command line says of OpenCL devices. Without OpenCL in the build, that
//! it is missing.

use std::process::Output;

use assert_cmd::Command;
#[cfg(feature = "opencl")]
use serde_json::Value;

fn bench(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("bench").expect("the program is built");
    command.args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(not(feature = "opencl"))]
#[test]
fn without_opencl_it_is_said_what_is_missing() {
    for arguments in [
        &["compare", "--device", "list"][..],
        &["experiment", "elementwise"],
        &["estimate", "--emit", "opencl"],
        &["estimate", "--technique", "opencl-grid"],
    ] {
        let output = bench(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(text(&output.stderr).contains("OpenCL"), "{}", text(&output.stderr));
    }
}

#[cfg(feature = "opencl")]
mod with_a_device {
    use super::*;

    fn json(arguments: &[&str]) -> Value {
        let output = bench(&[arguments, &["--format", "json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON on stdout, words on stderr")
    }

    #[test]
    fn the_lectures_three_ways_have_the_bits_of_the_loop() {
        let ways = "serial,opencl-host,opencl-grid,opencl,processes-opencl";
        let comparison = json(&["compare", "--technique", ways, "--samples", "3001"]);
        assert_eq!(comparison["same_bits"], true);
        for row in comparison["rows"].as_array().expect("rows") {
            assert_eq!(row["available"], true, "{row}");
            assert_eq!(row["precision"], "f64");
        }
    }

    #[test]
    fn f32_is_labelled_in_every_format() {
        let ways = ["--technique", "serial,opencl,processes-opencl", "--precision", "f32"];
        let request = [&["compare", "--samples", "3001"][..], &ways].concat();
        let comparison = json(&request);
        assert_eq!(comparison["same_bits"], true, "rows in f32 are not compared");
        let precisions: Vec<_> = comparison["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["precision"].as_str().expect("a word"))
            .collect();
        assert_eq!(precisions, ["f64", "f32", "f32"]);
        assert!(comparison["rows"][1]["note"].as_str().expect("a note").contains("f32"));
        assert_ne!(comparison["rows"][0]["estimate"], comparison["rows"][1]["estimate"]);
        for format in ["table", "markdown", "csv"] {
            let output = bench(&[&request[..], &["--format", format]].concat());
            assert!(text(&output.stdout).contains("f32"), "{format}");
        }
        let one = ["estimate", "--technique", "opencl", "--precision", "f32", "--samples", "3001"];
        assert_eq!(json(&one)["precision"], "f32");
        for format in ["table", "markdown", "csv"] {
            let output = bench(&[&one[..], &["--format", format]].concat());
            assert!(text(&output.stdout).contains("f32"), "{format}");
        }
    }

    #[test]
    fn devices_are_listed_and_chosen() {
        let list = text(&bench(&["compare", "--device", "list"]).stdout);
        assert!(list.contains("  0  ") && list.contains("driver"), "{list}");
        let one = json(&["estimate", "--technique", "opencl", "--device", "0", "--samples", "100"]);
        assert_eq!(one["technique"], "opencl");
    }

    #[test]
    fn programs_are_printed() {
        let program = |technique| {
            let output = bench(&["estimate", "--emit", "opencl", "--technique", technique]);
            assert!(output.status.success(), "{}", text(&output.stderr));
            text(&output.stdout)
        };
        assert!(program("opencl").contains("__kernel"));
        assert!(program("opencl").starts_with("// f = norm(x)^2"));
        assert!(program("opencl").contains("// Draw the point: one word of the stream"));
        assert!(program("opencl-grid").contains("void each("));
        assert!(program("opencl-host").contains("c[i] = a[i] * b[i];"));
    }

    #[test]
    fn the_elementwise_product_has_its_parts() {
        let found = json(&["experiment", "elementwise", "--samples", "10000"]);
        let rows = found["rows"].as_array().expect("rows");
        let ways: Vec<_> = rows.iter().map(|row| row["way"].as_str().expect("a name")).collect();
        assert_eq!(ways, ["host, ndarray", "ocl", "copied", "shared"]);
        for row in &rows[1..] {
            for part in ["total", "allocate", "write", "kernel", "read"] {
                assert!(row[format!("{part}_seconds")].is_f64(), "{part}: {row}");
            }
            assert_eq!(row["precision"], "f32");
        }
    }
}
