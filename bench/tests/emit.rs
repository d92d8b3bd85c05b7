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
