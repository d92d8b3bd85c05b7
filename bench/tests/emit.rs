//! What `--emit` prints.

use assert_cmd::Command;

#[test]
fn the_tape_is_printed_instead_of_an_estimate() {
    let text = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("bench").expect("the program is built");
        command.args(["estimate", "--emit", "tape"]).args(arguments);
        let output = command.output().expect("it runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(
        text(&["--support", "0:1^1000"]),
        "# f = norm(x)^2, g = uniform, on 0:1^1000 (n = 1000)\n\
         # h = f: 4 operations, those in the bodies of loops counted once\n\
         v0 = 0\n\
         v5 = fold v2 = v0 for v1 in 0..1000\n    \
             v3 = x[v1]\n    \
             v4 = fma v3 v3 v2\n    \
             next v4\n\
         return v5\n"
    );
    let weighed = text(&["--f", "sum([1, 2.5]*x)", "--g", "x0"]);
    assert!(weighed.contains("\n# h = f·g: 8 operations"), "{weighed}");
    assert!(weighed.contains("\ntable0 = 1 2.5\n"), "{weighed}");
    assert!(text(&["--f", "3"]).contains("# h = f: 1 operation\nv0 = 3\nreturn v0\n"));
}

/// Its output, if it ends with this exit code.
#[cfg(feature = "_jit")]
fn output(arguments: &[&str], code: i32) -> (String, String) {
    let mut command = Command::cargo_bin("bench").expect("the program is built");
    let output = command.args(arguments).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
    (out, err)
}

#[cfg(feature = "_jit")]
#[test]
fn the_code_of_each_step_is_printed_with_its_steps() {
    for (technique, vector) in
        [("jit-calls", "<1 x double>"), ("jit-scalar", "<1 x i64>"), ("jit-lanes", " x i64>")]
    {
        let (text, error) = output(&["estimate", "--emit", "llvm", "--technique", technique], 0);
        assert!(error.is_empty(), "{error}");
        assert!(text.starts_with("; f = norm(x)^2, g = uniform, on 0:1^2 (n = 2)\n"), "{text}");
        assert!(text.contains(vector) && text.contains("  ; Evaluate h = f·g there."), "{text}");
    }
    let avx2 = ["estimate", "--emit", "asm", "--technique", "jit", "--simd", "avx2"];
    let (text, _) = output(&avx2, 0);
    assert!(text.contains("%ymm") && !text.contains("%zmm"), "{text}");
    let neon = ["estimate", "--emit", "asm", "--simd", "neon", "--technique", "jit-scalar"];
    let (text, _) = output(&neon, 0);
    assert!(text.starts_with("// f = norm(x)^2") && text.contains("// evaluate\n"), "{text}");
}
