//! Wrong requests to xtask itself, with all that is said to them; those to the program that
//! it builds are in `bench/tests/wrong_requests.rs`. None of these looks for or installs
//! anything.

use std::process::Command;

const USAGE: &str = "Usage: cargo xtask COMMAND [--yes] [flags]";

/// A line, the first line of what is said, and whether the usage follows.
const CASES: [(&str, &str, bool); 12] = [
    ("", "no command", true),
    ("--yes", "no command", true),
    ("compar", "unknown command \"compar\"", true),
    ("--nonsense", "unknown command \"--nonsense\"", true),
    ("-- compare", "unknown command \"--\"", true),
    (
        "test --workers 2",
        "unexpected argument \"--workers\": `test` takes none but --yes and --quick",
        false,
    ),
    ("test all", "unexpected argument \"all\": `test` takes none but --yes and --quick", false),
    (
        "test --quick all",
        "unexpected argument \"all\": `test` takes none but --yes and --quick",
        false,
    ),
    ("doctor now", "unexpected argument \"now\": `doctor` takes none but --yes", false),
    ("oclgrind --quick", "unexpected argument \"--quick\": `oclgrind` takes none but --yes", false),
    ("gpu now", "unexpected argument \"now\": `gpu` takes none but --yes and --quick", false),
    (
        "gpu --quick now",
        "unexpected argument \"now\": `gpu` takes none but --yes and --quick",
        false,
    ),
];

#[test]
fn every_wrong_request_has_its_message_and_ends_with_2() {
    for (line, said, usage) in CASES {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command.args(line.split_whitespace()).output().expect("it runs");
        let words = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{line}: {words}");
        assert!(output.stdout.is_empty(), "{line} prints on stdout");
        assert_eq!(words.lines().next(), Some(format!("xtask: {said}").as_str()), "{line}");
        assert_eq!(words.contains(USAGE), usage, "{line}: {words}");
        assert!(usage || words.lines().count() == 1, "{line}: {words}");
    }
}
