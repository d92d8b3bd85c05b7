//! `compare --report`, `calibrate` and the runs that are kept.

use std::path::Path;
use std::process::{Command, Output};

use bench::commands::readme;
use bench::output::{page, runs};
use serde_json::Value;

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bench")).args(arguments).output().expect("it runs")
}

fn json(arguments: &[&str]) -> Value {
    let output = bench(&[arguments, &["--format", "json"]].concat());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {words}");
    serde_json::from_slice(&output.stdout).expect("JSON on stdout, words on stderr")
}

fn schema() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    std::fs::read_to_string(path).expect("the page on the schema")
}

/// The names of all fields of a document.
fn fields(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                found.push(name.clone());
                fields(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
        _ => {}
    }
}

fn is_documented(schema: &str, document: &Value) {
    let mut names = Vec::new();
    fields(document, &mut names);
    names.sort();
    names.dedup();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let ways = [format!("`{name}`"), format!(".{name}`")];
        assert!(ways.iter().any(|way| schema.contains(way)), "`{name}` is not in docs/schema.md");
    }
}

#[test]
fn the_page_is_written_and_every_field_of_the_json_is_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.html");
    let name = path.to_str().expect("a name");
    let common = ["compare", "--samples", "10000", "--technique", "serial,ndarray,rayon-serial"];
    let rest = ["--workers", "2", "--budget", "1", "--report", name, "--note", "a test"];
    let document = json(&[&common[..], &rest].concat());
    assert_eq!(document["schema"], 2);
    assert_eq!(document["made"]["note"], "a test");
    is_documented(&schema(), &document);
    // What was not asked for, and the page needs.
    let sizes: Vec<_> =
        document["rows"].as_array().expect("rows").iter().map(|row| &row["samples"]).collect();
    assert!(sizes.contains(&&Value::from(1000)) && sizes.contains(&&Value::from(100)), "{sizes:?}");
    for row in document["rows"].as_array().expect("rows") {
        assert_eq!(row["ranked"], row["available"], "{row}");
        assert_eq!(
            row["same_bits"].as_bool(),
            row["available"].as_bool().filter(|there| *there),
            "{row}"
        );
    }
    let scaled = document["page"]["scaling"]["rows"].as_array().expect("rows");
    assert!(scaled.iter().any(|row| row["workers"] == 2), "{scaled:?}");
    assert!(document["page"]["convergence"]["points"].as_array().expect("points").len() > 5);
    let page = std::fs::read_to_string(&path).expect("the page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.matches("<svg").count() >= 5);
    assert!(page.contains("a test") && !page.contains(name), "no path of this machine");
}

#[test]
fn every_field_of_an_estimate_is_documented() {
    let document = json(&["estimate", "--samples", "1000", "--problem", "lecture", "--explain"]);
    is_documented(&schema(), &document);
    assert_eq!((&document["schema"], &document["problem"]), (&2.into(), &"lecture".into()));
}

#[test]
fn without_a_page_nothing_is_measured_for_it() {
    let common = ["compare", "--samples", "100", "--technique", "ndarray", "--budget", "0.1"];
    let document = json(&common);
    assert!(document.get("page").is_none());
    // The serial loop was run for its bits, though it is not in the comparison.
    assert_eq!(document["rows"][0]["same_bits"], true);
    assert_eq!(document["rows"].as_array().expect("rows").len(), 1);
}

/// False alarms: each share is outside its 95 % interval in 5 % of seeds; but the seeds
/// are fixed, and so is the outcome.
#[test]
fn the_intervals_cover_the_truth_as_often_as_they_say() {
    let common = ["calibrate", "--seeds", "400", "--samples", "1000,10000", "--workers", "2"];
    let document = json(&[&common[..], &["--support", "-1:2,3:5"]].concat());
    is_documented(&schema(), &document);
    for row in document["rows"].as_array().expect("rows") {
        assert_eq!(row["seeds"], 400);
        let number = |name: &str| row[name].as_f64().expect(name);
        assert!(number("low_95") <= 0.95 && 0.95 <= number("high_95"), "{row}");
        assert!(number("low_68") <= 0.6827 && 0.6827 <= number("high_68"), "{row}");
        assert!(
            number("high_95") - number("low_95") < 0.06,
            "an interval that says something: {row}"
        );
    }
    assert_eq!(document["proof"]["same_bits"], true);
    let proven = document["proof"]["techniques"].as_array().expect("techniques");
    let ndarray = proven.iter().find(|found| found["technique"] == "ndarray").expect("ndarray");
    assert_eq!((&ndarray["compared"], &ndarray["equal"]), (&10.into(), &10.into()));
}

/// Too few samples for a peak that is seldom met: the intervals must be seen to fail.
#[test]
fn intervals_that_do_not_cover_are_seen() {
    let common = ["calibrate", "--seeds", "400", "--samples", "100"];
    let document = json(&[&common[..], &["--problem", "gaussian-peak", "--dims", "4"]].concat());
    let row = &document["rows"][0];
    assert!(row["high_95"].as_f64().expect("a share") < 0.95, "{row}");
    let table = bench(&[&common[..], &["--problem", "gaussian-peak", "--dims", "4"]].concat());
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("less"), "{table}");
}

#[test]
fn a_calibration_has_all_formats() {
    let with = |format| {
        let common = ["calibrate", "--seeds", "20", "--samples", "100", "--format", format];
        let output = bench(&common);
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    let table = with("table");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    assert!(
        table.contains("68 % cover") && table.contains("One technique speaks for all"),
        "{table}"
    );
    assert!(with("markdown").contains("|---:|---:|"));
    let csv = with("csv");
    assert!(
        csv.starts_with("samples,seeds,covered_68,share_68") && csv.lines().count() == 2,
        "{csv}"
    );
}

/// `cargo xtask readme` mends what this finds.
#[test]
fn the_readme_says_what_the_kept_run_says() {
    let text = std::fs::read_to_string(readme::path()).expect("the README");
    let name = readme::named(&text).expect("a place for figures");
    let folder = runs::folder().join(name);
    let document = runs::read(&folder).expect("the run that the README names");
    let expected = readme::with_run(&text, name, &document).expect("a place for figures");
    assert!(
        text == expected,
        "README.md and bench/runs/{name} disagree: run `cargo xtask readme {name}`"
    );
    for chapter in readme::CHAPTERS {
        let techniques = readme::techniques_of(chapter);
        let text = std::fs::read_to_string(readme::chapter_path(chapter)).expect("a chapter");
        let expected = readme::with_table(&text, name, &document, &techniques);
        assert!(
            text == expected.expect("a place for figures"),
            "{chapter}/README.md and bench/runs/{name} disagree: run `cargo xtask readme {name}`"
        );
    }
    let picture = std::fs::read_to_string(folder.join(runs::PICTURE)).expect("the picture");
    assert_eq!(
        Some(picture),
        page::picture(&document).expect("drawn"),
        "run `cargo xtask readme {name}`"
    );
}

/// Every run that is kept can still be read, and its page says what it says.
#[test]
fn kept_runs_can_be_read() {
    let mut count = 0;
    for entry in std::fs::read_dir(runs::folder()).expect("the folder of runs") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let document = runs::read(&path).expect("a run");
            assert!(document.rows.iter().any(|row| row.estimate.is_some()));
            let page = std::fs::read_to_string(path.join(runs::PAGE)).expect("its page");
            assert!(page.contains(&document.made.at));
            count += 1;
        }
    }
    assert!(count > 0);
}

/// Arrays of all points need their memory, and a loop does not: not even if it is
/// looked at after the arrays have been there.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_technique_is_its_own() {
    let common = ["compare", "--samples", "1000000", "--support", "0:1^8", "--budget", "0.1"];
    let document = json(&[&common[..], &["--technique", "ndarray-whole,serial,ndarray"]].concat());
    let peaks: Vec<_> = document["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["peak_memory_bytes"].as_u64().expect("a peak"))
        .collect();
    // 64 MB of points.
    assert!(peaks[0] > 64_000_000, "{peaks:?}");
    // The program itself is in each of them, with LLVM in it where it is built in.
    let less = peaks[0] - 40_000_000;
    assert!(peaks[1] < less && peaks[2] < less, "{peaks:?}");
}
