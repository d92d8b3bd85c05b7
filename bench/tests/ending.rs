//! When an estimate ends, what it passes over, and what it warns of.

use std::process::{Command, Output};

use serde_json::Value;

const TECHNIQUES: [&str; 6] = [
    "serial",
    "serial-interpreted",
    "ndarray",
    "rayon-serial",
    "crossbeam-ndarray",
    "processes-serial",
];

fn bench(arguments: &[&str]) -> Output {
    let bench = env!("CARGO_BIN_EXE_bench");
    Command::new(bench).arg("estimate").args(arguments).output().expect("it runs")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(arguments: &[&str]) -> Value {
    let output = bench(&[arguments, &["--format", "json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What does not depend on the machine.
fn result(report: &Value) -> [String; 6] {
    ["estimate", "variance", "samples", "non_finite", "stopped_by", "warnings"]
        .map(|field| report[field].to_string())
}

#[test]
fn a_target_gives_the_same_result_whoever_computes_it() {
    let common = ["--f", "exp(-norm(x)^2)", "--support", "-3:3^2", "--seed", "4"];
    for (flag, error, by) in
        [("--rel-error", "1e-2", "\"rel-error\""), ("--abs-error", "1e-4", "\"abs-error\"")]
    {
        let mut first = None;
        for technique in TECHNIQUES {
            for workers in ["1", "3"] {
                let more = [flag, error, "--technique", technique, "--workers", workers];
                let result = result(&json(&[&common[..], &more].concat()));
                assert_eq!(result[4], by);
                assert_eq!(*first.get_or_insert_with(|| result.clone()), result, "{technique}");
            }
        }
    }
}

#[test]
fn whichever_comes_first_ends_it_and_the_output_says_which() {
    let common = ["--f", "x0", "--technique", "serial"];
    let with = |more: &[&str]| json(&[&common[..], more].concat());
    let plain = with(&[]);
    assert_eq!((&plain["stopped_by"], &plain["samples"]), (&"samples".into(), &1_000_000.into()));
    let met = with(&["--rel-error", "0.1", "--abs-error", "1e-9", "--time-limit", "1000"]);
    assert_eq!((&met["stopped_by"], &met["samples"]), (&"rel-error".into(), &65_536.into()));
    let few = with(&["--rel-error", "1e-9", "--samples", "70000"]);
    assert_eq!((&few["stopped_by"], &few["samples"]), (&"samples".into(), &70_000.into()));
    let late = with(&["--rel-error", "1e-12", "--time-limit", "0.05"]);
    assert_eq!(late["stopped_by"], "time-limit");
    // At a batch boundary, and as good as any other run of so many samples.
    assert_eq!(late["samples"].as_u64().expect("a number") % 1024, 0);
    let table = bench(&[&common[..], &["--rel-error", "0.1"]].concat());
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("stopped by  rel-error, of at most 10,000,000,000,000"), "{table}");
    assert!(table.contains("65,536 samples"), "{table}");
}

#[test]
fn values_that_are_not_finite_are_skipped_or_zero_and_counted() {
    let common = ["--f", "sqrt(x0 - 0.25)", "--support", "0:1", "--samples", "100000"];
    for policy in ["skip", "zero"] {
        let mut first = None;
        for technique in TECHNIQUES {
            let more = ["--non-finite", policy, "--technique", technique, "--workers", "2"];
            let report = json(&[&common[..], &more].concat());
            let result = result(&report);
            assert_eq!(*first.get_or_insert_with(|| result.clone()), result, "{technique}");
            // A quarter of them: 137 is the standard deviation, and the seed is fixed.
            let bad = report["non_finite"].as_u64().expect("a number");
            assert!(bad.abs_diff(25_000) < 822, "{bad}");
            assert_eq!(report["samples"], 100_000);
            // ∫ √(x − 1/4) = (2/3)·(3/4)^1.5 over the part where it is one.
            let integral = 2.0 / 3.0 * 0.75f64.powf(1.5);
            let truth = if policy == "skip" { integral / 0.75 } else { integral };
            let number = |field: &str| report[field].as_f64().expect("a number");
            assert!((number("estimate") - truth).abs() < 5.0 * number("std_error"), "{report}");
        }
    }
    let table = bench(&[&common[..], &["--non-finite", "zero"]].concat());
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("values, taken for 0"), "{table}");
    let none = bench(&["--f", "1/(x0-x0)", "--non-finite", "skip", "--samples", "100"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(words(&none).contains("only 0 of 100 values"), "{}", words(&none));
}

#[test]
fn what_is_doubtful_is_said() {
    let common = ["--support", "0:1", "--samples", "1e6", "--technique", "serial"];
    for (f, says) in [
        ("1/sqrt(x)", "heavy tails"),
        ("1/x^0.9", "heavy tails"),
        ("tan(pi*(x-0.5))", "heavy tails"),
        // Missed by this seed; nine in ten do.
        ("if(x < 1e-7, 1e7, 0)", "all 1000000 values of f·g are 0"),
    ] {
        let output = bench(&[&common[..], &["--f", f, "--format", "json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let warnings = report["warnings"].as_array().expect("a list");
        assert!(warnings.len() == 1 && warnings[0].to_string().contains(says), "{f}: {report}");
        assert!(words(&output).contains("warning: "), "{f}");
    }
    let fine = bench(&[&common[..], &["--f", "exp(x)", "--format", "csv"]].concat());
    assert!(!words(&fine).contains("warning"), "{}", words(&fine));
    let text = String::from_utf8_lossy(&fine.stdout).into_owned();
    let columns: Vec<_> = text.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(columns[0], columns[1], "{text}");
}
