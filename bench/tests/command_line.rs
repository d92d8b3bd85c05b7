//! The contract of the command line: exit codes, JSON. What is said to wrong requests is in
//! `wrong_requests.rs`.

use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

/// What every build has, whatever is installed.
const ALWAYS: [&str; 8] = [
    "serial",
    "serial-interpreted",
    "ndarray",
    "ndarray-whole",
    "rayon-serial",
    "crossbeam-ndarray",
    "processes-serial",
    "processes-serial-interpreted",
];

fn bench(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("bench").expect("the program is built");
    command.args(arguments).output().expect("it runs")
}

fn json(arguments: &[&str]) -> Value {
    let output = bench(&[arguments, &["--format", "json"]].concat());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {words}");
    serde_json::from_slice(&output.stdout).expect("JSON on stdout, words on stderr")
}

#[test]
fn every_technique_gives_the_same_text() {
    let lecture = [
        "estimate",
        "--f",
        "norm(x)^2",
        "--g",
        "prod(1/(hi-lo))",
        "--support",
        "-1:2,3:5",
        "--samples",
        "1000000",
        "--seed",
        "7",
    ];
    let mut first: Option<(String, String)> = None;
    for technique in ALWAYS {
        let report = json(&[&lecture[..], &["--technique", technique, "--workers", "3"]].concat());
        let pair = (report["estimate"].to_string(), report["variance"].to_string());
        assert_eq!(*first.get_or_insert_with(|| pair.clone()), pair, "{technique}");
        assert_eq!(report["technique"], technique);
        assert_eq!(report["samples"], 1_000_000);
        assert_eq!(report["seed"], 7);
        assert_eq!(report["dims"], 2);
        assert_eq!(report["non_finite"], 0);
    }
    // The bits that mc-core's known answers freeze.
    let (estimate, variance) = first.expect("techniques ran");
    let bits = |text: &str| text.parse::<f64>().expect("a number").to_bits();
    assert_eq!(bits(&estimate), 0x4031_565d_0e95_d52a);
    assert_eq!(bits(&variance), 0x3ef7_c280_8da5_5f71);
}

#[test]
fn a_comparison_has_a_row_for_every_technique_and_number_of_samples() {
    let comparison = json(&["compare", "--samples", "100,1000"]);
    assert_eq!(comparison["same_bits"], true);
    assert_eq!(comparison["truth"], 2.0 / 3.0);
    assert_eq!(comparison["support"], "0:1^2");
    let rows = comparison["rows"].as_array().expect("rows");
    for samples in [100, 1000] {
        for technique in ["serial", "jit", "opencl", "rayon-serial", "processes-jit"] {
            let row = rows
                .iter()
                .find(|row| row["technique"] == technique && row["samples"] == samples)
                .expect(technique);
            if row["available"] == true {
                assert!(row["distance"].as_f64().expect("the truth is known") < 5.0, "{row}");
                assert!(row["seconds"]["median"].as_f64().expect("a time") > 0.0, "{row}");
                assert!(row["samples_per_second"].as_f64().expect("a rate") > 0.0, "{row}");
                assert!(row["prepare_seconds"].is_f64() && row["speedup"].is_f64(), "{row}");
            } else {
                assert!(row["reason"].as_str().is_some_and(|r| !r.is_empty()), "{row}");
                assert!(row["estimate"].is_null(), "{row}");
            }
        }
    }
}

#[test]
fn text_without_native_code_is_said_to_be_so() {
    let native = json(&["estimate", "--technique", "serial", "--samples", "100"]);
    assert!(native.get("note").is_none());
    let text = json(&["estimate", "--technique", "serial", "--samples", "100", "--f", "norm(x)^2"]);
    assert!(text["note"].as_str().is_some_and(|note| note.contains("flat loop")), "{text}");
    assert_eq!(native["estimate"], text["estimate"]);
}

/// The columns of CSV do not depend on what is estimated, and JSON has them by the same names.
#[test]
fn an_estimate_can_be_filed() {
    let csv = |arguments: &[&str]| {
        let common = ["estimate", "--samples", "1000", "--format", "csv", "--technique", "serial"];
        let output = bench(&[&common[..], arguments].concat());
        let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
        let header = reader.headers().expect("a header").clone();
        let row = reader.records().next().expect("a row").expect("text");
        header.iter().zip(row.iter()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>()
    };
    let names = |row: &[(String, String)]| row.iter().map(|(a, _)| a.clone()).collect::<Vec<_>>();
    let plain = csv(&["--problem", "lecture"]);
    let warned = ["--f", "if(x0 < 1e-9, 1, 0)", "--g", "1", "--support", "0:2", "--quiet"];
    let row = csv(&warned);
    assert_eq!(names(&plain), names(&row));
    let field = |name: &str| row.iter().find(|(own, _)| own == name).expect(name).1.as_str();
    assert_eq!((field("f"), field("g"), field("support")), (warned[1], "1", "0:2"));
    assert!(field("warnings").contains("the standard error says nothing"), "{row:?}");
    assert!(field("made_at").ends_with('Z') && field("made_command").contains("--support 0:2"));
    let report =
        json(&["estimate", "--samples", "1000", "--technique", "serial", "--problem", "lecture"]);
    for (name, value) in plain {
        let at = name.split_once('_').and_then(|(part, name)| report.get(part)?.get(name));
        let told = at.or_else(|| report.get(&name)).unwrap_or(&Value::Null);
        if name.ends_with("_seconds") || name == "made_at" || name == "made_command" {
            assert!(!told.is_null(), "{name}");
        } else if let Some(text) = told.as_str() {
            assert_eq!(value, text, "{name}");
        } else if told.is_number() {
            assert_eq!(value, told.to_string(), "{name}");
        }
    }
}

#[test]
fn formats() {
    let with = |format| {
        let output = bench(&[
            "compare",
            "--samples",
            "100",
            "--technique",
            "serial,ndarray",
            "--format",
            format,
        ]);
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    assert!(with("table").contains("Same bits: all 2 estimates"));
    assert!(with("table").lines().all(|line| line.chars().count() <= 100));
    assert!(with("markdown").contains("| technique | # | estimate |"));
    let csv = with("csv");
    assert!(csv.starts_with("technique,samples,dims,estimate,variance"), "{csv}");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    for format in ["table", "markdown", "csv"] {
        let output = bench(&["estimate", "--samples", "100", "--format", format]);
        assert!(output.status.success() && !output.stdout.is_empty());
    }
}

#[test]
fn a_value_that_is_not_finite_ends_with_1_and_names_the_sample() {
    let mut seen: Option<String> = None;
    for technique in ALWAYS {
        let output = bench(&[
            "estimate",
            "--f",
            "sqrt(x0 - 1e-3)",
            "--samples",
            "100000",
            "--technique",
            technique,
        ]);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{technique}: {words}");
        assert!(words.contains("not finite at sample") && words.contains("of seed 1"), "{words}");
        assert!(output.stdout.is_empty());
        assert_eq!(*seen.get_or_insert_with(|| words.clone()), words, "{technique}");
    }
}

/// Every problem, natively, from its text, and natively in worker processes.
#[test]
fn problems_by_name_are_the_same_for_every_technique_and_near_the_truth() {
    let names = bench(&["estimate", "--problem", "list"]);
    assert!(names.status.success());
    let names = String::from_utf8(names.stdout).expect("text");
    let names: Vec<_> = names.lines().map_while(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"lecture") && names.len() == 11, "{names:?}");
    let techniques = "serial,serial-interpreted,ndarray,processes-serial";
    for name in names {
        let rest = ["--technique", techniques, "--samples", "20000", "--workers", "2"];
        let comparison = json(&[&["compare", "--problem", name], &rest[..]].concat());
        assert_eq!(comparison["same_bits"], true, "{name}");
        for row in comparison["rows"].as_array().expect("rows") {
            // The note would say that the tape stood in for native code.
            assert!(row["available"] == true && row["note"].is_null(), "{name}: {row}");
            assert!(row["distance"].as_f64().expect("the truth is known") < 5.0, "{name}: {row}");
        }
    }
}

#[test]
fn a_problem_has_as_many_coordinates_as_asked_for() {
    let common = ["estimate", "--problem", "ball-volume", "--samples", "100"];
    assert_eq!(json(&common)["dims"], 3);
    assert_eq!(json(&[&common[..], &["--dims", "6"]].concat())["dims"], 6);
    // The lecture's problem by name is the default.
    let by_name = json(&["estimate", "--problem", "lecture", "--samples", "100"]);
    assert_eq!(by_name["estimate"], json(&["estimate", "--samples", "100"])["estimate"]);
}

#[test]
fn a_density_that_varies_has_no_native_code() {
    let common = ["estimate", "--samples", "100", "--g", "2*x0"];
    let with = |technique| json(&[&common[..], &["--technique", technique]].concat());
    let serial = with("serial");
    assert!(serial["note"].as_str().is_some_and(|note| note.contains("flat loop")), "{serial}");
    assert_eq!(serial["estimate"], with("serial-interpreted")["estimate"]);
}

#[test]
fn techniques_are_listed() {
    for command in ["estimate", "compare"] {
        let output = bench(&[command, "--technique", "list"]);
        assert!(output.status.success());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for name in
            ["serial-interpreted", "ndarray-whole", "jit", "opencl", "rayon-…", "processes-…"]
        {
            assert!(text.contains(name), "{text}");
        }
    }
}

#[test]
fn what_cannot_be_computed_is_said() {
    // Far more points than any memory holds.
    let output = bench(&["estimate", "--technique", "ndarray-whole", "--samples", "1e15"]);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("MiB") && words.contains("fewer samples"), "{words}");
}
