//! The command line of the techniques that LLVM compiles, and the experiments.

use assert_cmd::Command;
use serde_json::Value;

fn output(arguments: &[&str], code: i32) -> (String, String) {
    let mut command = Command::cargo_bin("bench").expect("the program is built");
    let output = command.args(arguments).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
    (out, err)
}

#[test]
fn the_sum_of_the_lecture() {
    let (text, _) = output(&["experiment", "sum", "--format", "json"], 0);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows[0]["way"], "interpreted");
    assert_eq!(rows[0]["times_as_fast"], 1.0);
    assert!(rows.iter().all(|row| row["sum_seconds"].as_f64().expect("a number") > 0.0));
    let first_calls = rows.iter().filter(|row| row["first_call_seconds"].is_f64()).count();
    assert_eq!(first_calls, if cfg!(feature = "_jit") { 2 } else { 0 }, "{text}");
    let (csv, _) = output(&["experiment", "sum", "--format", "csv"], 0);
    assert!(csv.starts_with("way,first_call_seconds,"), "{csv}");
}

#[cfg(not(feature = "_jit"))]
#[test]
fn without_llvm_nothing_is_compiled() {
    let (_, error) = output(&["experiment", "compile"], 1);
    assert!(error.contains("nothing is compiled here"), "{error}");
    let (_, error) = output(&["estimate", "--emit", "llvm"], 1);
    assert!(error.contains("jit cannot be used"), "{error}");
}

#[cfg(feature = "_jit")]
mod compiled {
    use super::*;

    #[test]
    fn what_compiling_costs() {
        let (text, _) = output(&["experiment", "compile", "--format", "json"], 0);
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let rows = report["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), 10);
        for row in rows {
            let seconds = |part: &str| row[part].as_f64().expect("a number");
            let parts = seconds("trace_seconds")
                + seconds("emit_seconds")
                + seconds("optimise_seconds")
                + seconds("machine_code_seconds");
            assert!(parts > 0.0 && seconds("compile_seconds") > 0.0, "{row}");
        }
        assert_eq!(rows[0]["problem"], "lecture, n = 2");
        assert!(rows[0]["pays_against_interpreter_from"].is_u64());
        assert!(rows[9]["operations"].as_u64().expect("a number") >= 50_000);
    }

    /// A loop is compiled once in a process; but what is told of preparing is each technique's own,
    /// whatever stands before it.
    #[test]
    fn everyone_prepares_cold() {
        let names = "rayon-jit,jit,crossbeam-jit,jit-lanes";
        let arguments = ["compare", "--technique", names, "--samples", "100", "--budget", "0.1"];
        let (text, _) = output(&[&arguments[..], &["--format", "json"]].concat(), 0);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let rows = document["rows"].as_array().expect("rows");
        let prepare = rows.iter().map(|row| row["prepare_seconds"].as_f64().expect("seconds"));
        let prepare: Vec<f64> = prepare.collect();
        assert_eq!(prepare.len(), 4);
        // What was found ready took a thousandth.
        let (least, most) = prepare
            .iter()
            .fold((f64::INFINITY, 0.0f64), |(least, most), &one| (least.min(one), most.max(one)));
        assert!(least > most / 30.0, "{prepare:?}");
    }

    /// The same bits at every level that this machine has, in workers too; a
    /// refusal that names the level where it has not.
    #[test]
    fn levels_give_the_same_bits_or_say_what_is_missing() {
        let levels: &[(&str, bool)] = if cfg!(target_arch = "x86_64") {
            &[
                ("avx512", cfg!(target_feature = "avx512f")),
                ("avx2", cfg!(target_feature = "avx2")),
                ("sse2", true),
                ("neon", false),
            ]
        } else {
            &[("neon", cfg!(target_arch = "aarch64")), ("avx2", false)]
        };
        let mut first = None;
        for (level, there) in levels {
            for technique in ["jit", "jit-calls", "processes-jit"] {
                let arguments = ["--technique", technique, "--simd", level, "--samples", "10007"];
                let all = [&["estimate", "--format", "json"][..], &arguments].concat();
                let (text, error) = output(&all, if *there { 0 } else { 1 });
                if *there {
                    let report: Value = serde_json::from_str(&text).expect("JSON");
                    let pair = (report["estimate"].to_string(), report["variance"].to_string());
                    assert_eq!(*first.get_or_insert_with(|| pair.clone()), pair, "{arguments:?}");
                } else {
                    assert!(error.contains(&format!("does not run {level} code")), "{error}");
                }
            }
        }
    }
}
