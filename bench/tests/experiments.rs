//! `experiment`: the small experiments of chapter 4.

use std::process::{Command, Output};

use serde_json::Value;

fn bench(line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    let output = command.args(line.split(' ')).output().expect("it runs");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn rows(line: &str) -> Vec<Value> {
    let output = bench(&format!("{line} --format json"));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    report["rows"].as_array().expect("rows").clone()
}

/// The command itself compares the bits of its steps, and fails if they differ.
#[test]
fn the_mistakes_with_processes_are_mended_step_by_step() {
    for more in ["", " --support -1:2,3:5 --f x0*x1 --g 1"] {
        // 10,001 is no multiple of the workers.
        let line = "experiment processes --samples 10001 --workers 3";
        let rows = rows(&format!("{line}{more}"));
        let steps: Vec<_> = rows.iter().filter_map(|row| row["step"].as_str()).collect();
        assert_eq!(steps.len(), 7, "{steps:?}");
        assert!(steps[0].starts_with("born twice") && steps[3].contains("a pool that is there"));
        assert!(
            rows.iter().all(|row| row["seconds"].as_f64().is_some_and(|s| s > 0.0)),
            "{rows:?}"
        );
    }
}

#[test]
fn scaling_has_one_worker_all_workers_and_the_independent_ones() {
    let line = "experiment scaling --workers 2 --samples 100000 --technique";
    let rows = rows(&format!("{line} rayon-serial,processes-serial"));
    let names: Vec<_> = rows.iter().filter_map(|row| row["technique"].as_str()).collect();
    assert_eq!(names, ["rayon-serial", "processes-serial", "independent processes"]);
    for row in &rows {
        let figure = |name: &str| row[name].as_f64().expect(name);
        assert_eq!(figure("ratio").is_finite(), figure("many_seconds") > 0.0, "{row}");
    }
    assert_eq!(rows[2]["of_independent"], 1.0);
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_told_for_each_number_of_samples() {
    let line = "experiment memory --workers 2 --samples 10000,1000000 --technique serial";
    let rows = rows(line);
    assert_eq!(rows.len(), 2);
    for row in &rows {
        for who in ["coordinator_kib", "worker_kib"] {
            assert!(row[who].as_u64().is_some_and(|kib| kib > 100), "{row}");
        }
        match cfg!(feature = "mpi") {
            true => assert!(row["rank_kib"].as_u64().is_some_and(|kib| kib > 100), "{row}"),
            false => assert!(row["rank_kib"].is_null(), "{row}"),
        }
    }
}

#[test]
fn formats() {
    let line = "experiment processes --samples 100 --workers 1 --format";
    let text = |format| String::from_utf8(bench(&format!("{line} {format}")).stdout).expect("text");
    assert!(text("table").contains("× same kernel"));
    assert!(text("markdown").contains("| step | M |"));
    let csv = text("csv");
    assert!(csv.starts_with("step,samples,seconds"), "{csv}");
    assert_eq!(csv.lines().count(), 8, "{csv}");
}

/// A row for each pair of executor and kernel, whatever it says.
#[test]
fn a_comparison_tells_the_crossovers_it_measured() {
    let line =
        "compare --samples 1000 --workers 2 --technique rayon-serial,processes-ndarray,serial";
    let output = bench(&format!("{line} --format json"));
    let comparison: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = comparison["crossovers"].as_array().expect("crossovers");
    let pairs: Vec<_> = found
        .iter()
        .map(|row| {
            (row["technique"].as_str().expect("a name"), row["against"].as_str().expect("a name"))
        })
        .collect();
    assert_eq!(pairs, [("rayon-serial", "serial"), ("processes-ndarray", "ndarray")]);
    for row in found {
        assert!(row["searched_to"].as_u64().is_some_and(|samples| samples >= 1000), "{row}");
        assert!(row["reason"].is_null(), "{row}");
    }
    // The kernel that was prepared for that is no row.
    assert_eq!(comparison["rows"].as_array().map(Vec::len), Some(3));
    let table = String::from_utf8(bench(line).stdout).expect("text");
    assert!(table.contains("crossover: rayon-serial is "), "{table}");
}
