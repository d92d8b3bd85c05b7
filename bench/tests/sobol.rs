//! `--sampling sobol` from the command line: one text from every technique, and what is said of replicates.

use std::process::{Command, Output};

use bench::technique::name::{ExecutorName, KernelName, Name};
use serde_json::Value;

/// 30 replicates of 2¹⁵ points.
const A_MILLION: u64 = 30 << 15;

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bench")).args(arguments).output().expect("it runs")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The JSON of a command with Sobol' points.
fn json(arguments: &[&str]) -> Value {
    let output = bench(&[arguments, &["--sampling", "sobol", "--format", "json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    serde_json::from_slice(&output.stdout).expect("JSON on stdout, words on stderr")
}

/// What `estimate` says to people of Sobol' points.
fn told(arguments: &[&str]) -> String {
    let output = bench(&[&["estimate", "--sampling", "sobol"], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    String::from_utf8(output.stdout).expect("text")
}

fn oscillatory(technique: &str) -> Value {
    let problem = ["--problem", "genz-oscillatory", "--dims", "10", "--samples", "1e6"];
    json(&[&["estimate", "--technique", technique, "--workers", "3"], &problem[..]].concat())
}

/// All that this build has. What is written by hand is for the lecture's problem only.
#[test]
fn every_technique_gives_the_same_text() {
    let expected = oscillatory("serial");
    assert_eq!(expected["sampling"], "sobol");
    assert_eq!((&expected["samples"], &expected["replicates"]), (&A_MILLION.into(), &30.into()));
    let is_here = |name: &Name| {
        let kernel = name.kernel != KernelName::ByHand && name.kernel.missing().is_none();
        kernel && name.executor.and_then(ExecutorName::missing).is_none()
    };
    let mut others = 0;
    let mut different = Vec::new();
    for name in Name::all().filter(is_here) {
        let found = oscillatory(&name.to_string());
        others += 1;
        let same = |field: &str| found[field] == expected[field];
        if !["estimate", "variance", "samples", "replicates"].into_iter().all(same) {
            different.push(name.to_string());
        }
    }
    assert!(others > 10, "{others}");
    assert!(different.is_empty(), "other bits: {}", different.join(", "));
}

#[test]
fn replicates_are_told_to_people_and_to_programs() {
    let text = told(&["--technique", "serial", "--samples", "1e6"]);
    assert!(text.contains("(t, 30 replicates)"), "{text}");
    assert!(text.contains("983,040 Sobol' points"), "{text}");
    let csv = bench(&["estimate", "--sampling", "sobol", "--samples", "100", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_slice());
    let header = reader.headers().expect("a header").clone();
    let row = reader.records().next().expect("a row").expect("text");
    let field = |name: &str| {
        let place = header.iter().position(|column| column == name).expect(name);
        row.get(place).expect(name).to_owned()
    };
    assert_eq!((field("sampling").as_str(), field("replicates").as_str()), ("sobol", "25"));
    // Random points have none.
    let random = bench(&["estimate", "--samples", "100", "--format", "json"]);
    let random: Value = serde_json::from_slice(&random.stdout).expect("JSON");
    assert_eq!((&random["sampling"], &random["replicates"]), (&"random".into(), &Value::Null));
}

#[test]
fn a_comparison_ranks_sobol_rows() {
    let ways = "serial,serial-interpreted,rayon-serial,processes-serial-interpreted,by-hand,auto";
    let comparison =
        json(&["compare", "--technique", ways, "--samples", "100,1e5", "--workers", "2"]);
    assert_eq!(
        (&comparison["same_bits"], &comparison["sampling"]),
        (&true.into(), &"sobol".into())
    );
    for row in comparison["rows"].as_array().expect("rows") {
        // Not in builds for every CPU.
        if row["technique"] == "by-hand" && row["available"] == false {
            continue;
        }
        assert_eq!((&row["available"], &row["same_bits"]), (&true.into(), &true.into()), "{row}");
        assert_eq!(row["sampling"], "sobol");
        // 25 of 4 points, 24 of 2¹².
        let drawn = (row["samples"].as_u64(), row["replicates"].as_u64());
        assert!([(Some(100), Some(25)), (Some(24 << 12), Some(24))].contains(&drawn), "{row}");
        assert!(row["rank"].is_u64() && row["speedup"].is_f64(), "{row}");
        assert!(row["seconds_to_1e-3"].is_null() && row["seconds_to_1e-4"].is_null(), "{row}");
    }
}

/// The intervals are Student's, and all techniques have the same bits.
#[test]
fn a_calibration_covers_as_often_as_it_says() {
    let f = ["--problem", "genz-product-peak", "--dims", "3", "--samples", "4096"];
    let found = json(&[&["calibrate", "--technique", "serial", "--seeds", "400"], &f[..]].concat());
    assert_eq!((&found["sampling"], &found["proof"]["same_bits"]), (&"sobol".into(), &true.into()));
    let row = &found["rows"][0];
    assert_eq!(row["replicates"], 16);
    for (share, nominal) in [("95", 0.95), ("68", 0.6827)] {
        let end = |end: &str| row[format!("{end}_{share}")].as_f64().expect("a share");
        // Four of its standard errors: by chance in 1 of 16,000 runs, and the seeds are fixed.
        let room = 4.0 * f64::sqrt(nominal * (1.0 - nominal) / 400.0);
        assert!((end("share") - nominal).abs() < room, "{row}");
    }
}

#[test]
fn a_target_a_limit_and_a_doubt_end_runs_as_others() {
    let serial = ["estimate", "--technique", "serial"];
    let smooth = ["--f", "exp(-sum(x))", "--support", "0:1^3"];
    let found = json(&[&serial[..], &smooth, &["--rel-error", "1e-6"]].concat());
    assert_eq!(found["stopped_by"], "rel-error");
    let error = found["std_error"].as_f64().zip(found["estimate"].as_f64());
    assert!(error.is_some_and(|(error, value)| error <= 1e-6 * value), "{found}");
    let found = json(&[&serial[..], &smooth, &["--time-limit", "0.05"]].concat());
    assert_eq!(found["stopped_by"], "time-limit");
    assert!(found["replicates"].as_u64().is_some_and(|replicates| replicates >= 16), "{found}");
    let bad = ["--f", "sqrt(x0 - 0.5)", "--samples", "1e5"];
    for (policy, truth) in [("skip", 0.471_404_520_8), ("zero", 0.235_702_260_4)] {
        let found = json(&[&serial[..], &bad, &["--non-finite", policy]].concat());
        assert_eq!(found["non_finite"].as_u64(), found["samples"].as_u64().map(|all| all / 2));
        let value = found["estimate"].as_f64().expect("a number");
        assert!((value - truth).abs() < 1e-3, "{policy}: {value}");
    }
    // A sine of many waves in each interval of the net: no better than random points, which is a warning.
    let waves = ["--f", "sin(1e9*x0)", "--support", "0:1", "--samples", "1e5", "--strict"];
    let output = bench(&[&["estimate", "--sampling", "sobol"], &waves[..]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    assert!(words(&output).contains("random"), "{}", words(&output));
}

#[test]
fn auto_chooses_and_says_why() {
    let found = json(&["estimate", "--explain", "--samples", "3e6"]);
    let candidates = found["auto"]["candidates"].as_array().expect("candidates");
    assert!(candidates.len() > 2, "{found}");
    let serial = json(&["estimate", "--technique", "serial", "--samples", "3e6"]);
    assert_eq!(found["estimate"].to_string(), serial["estimate"].to_string());
    // How many samples a target will take is told by the replicates of a short run.
    let smooth = ["--f", "exp(-sum(x))", "--support", "0:1^3", "--rel-error", "1e-5", "--explain"];
    let output = bench(&[&["estimate", "--sampling", "sobol"], &smooth[..]].concat());
    assert!(words(&output).contains("by their error it takes about"), "{}", words(&output));
}

/// A run of Sobol' points that is kept goes on by doubling; one in other replicates begins anew if it is
/// short, and is refused if it is long.
#[test]
fn a_kept_run_goes_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("run");
    let path = file.to_str().expect("text");
    let run = |samples: &str, kept: &[&str]| {
        let request =
            ["estimate", "--sampling", "sobol", "--technique", "serial", "--format", "json"];
        let output = bench(&[&request[..], &["--samples", samples], kept].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), report["estimate"].to_string(), words(&output))
    };
    let kept = ["--checkpoint", path];
    // 16 replicates of 2¹⁶ points, and of 2¹⁷; 20 of 2¹⁷; 24 of 2¹⁹, and of 2²⁰.
    for (samples, said) in [
        ("1048576", ""),
        ("2097152", "going on from"),
        ("2621440", "in 16 replicates"),
        ("12582912", "in batches of 512"),
        ("25165824", "going on from"),
    ] {
        let (code, estimate, words) = run(samples, &kept);
        assert_eq!(code, Some(0), "{words}");
        assert!(words.contains(said), "{samples}: {words}");
        assert_eq!(estimate, run(samples, &[]).1, "{samples}");
    }
    let (code, _, words) = run("28e6", &kept);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("24 replicates") && words.contains("25165824"), "{words}");
}

/// Ctrl-C in the midst of a doubling: the estimate is that of the points of the one before.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_stages() {
    // A shell without job control has what it starts in the background ignore Ctrl-C.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_bench"), "estimate"]);
    command.args(["--sampling", "sobol", "--technique", "serial", "--samples", "1e12"]);
    command.args(["--format", "json"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("a child");
    // The first stage takes some tens of milliseconds; a line tells that more is done.
    let mut line = String::new();
    let mut stderr = std::io::BufReader::new(child.stderr.take().expect("a pipe"));
    std::io::BufRead::read_line(&mut stderr, &mut line).expect("a line");
    let kill = format!("kill -s INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut rest).expect("text");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{line}{rest}");
    assert!(rest.contains("Sobol' points, as many of each replicate"), "{rest}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["stopped_by"], "interrupt");
    // 1e12 points are 29 replicates.
    let drawn = report["samples"].as_u64().zip(report["replicates"].as_u64());
    let (samples, replicates) = drawn.expect("numbers");
    assert!(samples > 0 && (samples / replicates).is_power_of_two(), "{report}");
    assert_eq!(samples % replicates, 0);
}
