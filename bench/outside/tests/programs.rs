//! The programs of the README: each prints what it should, to the last digit. These
//! digits are the same on every machine and with every set of vector instructions.

use std::process::Command;

/// What a program prints.
fn output(program: &str) -> String {
    let output = Command::new(program).output().expect("it starts");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {words}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn ten_lines() {
    let printed = output(env!("CARGO_BIN_EXE_ten_lines"));
    assert_eq!(printed, "0.007898468558873259 ± 0.00014058944840301951\n");
}

#[test]
fn until_good_enough() {
    let printed = output(env!("CARGO_BIN_EXE_until_good_enough"));
    assert_eq!(
        printed,
        "0.0076599882455952294 ± 0.000059859650316181565 after 524288 samples, by rel-error\n"
    );
}

#[test]
fn techniques() {
    let printed = output(env!("CARGO_BIN_EXE_techniques"));
    // What is not here says why, in a line before the last one.
    let last = printed.lines().last().unwrap_or_default();
    let first_program = output(env!("CARGO_BIN_EXE_ten_lines"));
    let (estimate, count) = last.split_once(" from each of ").expect("an estimate and a count");
    assert_eq!(estimate, first_program.trim_end());
    assert!(count.parse::<usize>().is_ok_and(|count| count >= 3), "{count}");
}
