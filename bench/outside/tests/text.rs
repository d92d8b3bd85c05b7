//! What the README shows is what is here.

const README: &str = include_str!("../../../README.md");

/// The Rust listings of the README's section about libraries.
fn listings() -> Vec<&'static str> {
    let (_, section) = README.split_once("\n## As a library\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```rust\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default()).collect()
}

/// The program without what a feature turns on: each such mark and the line after it. The README
/// shows what compiles where nothing but Rust is.
fn without_features(program: &str) -> String {
    let mut lines = program.lines();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("#[cfg(feature") {
            lines.next();
        } else {
            kept += &format!("{line}\n");
        }
    }
    kept
}

#[test]
fn the_readme_shows_these_programs() {
    let programs = [
        include_str!("../src/bin/ten_lines.rs"),
        include_str!("../src/bin/until_good_enough.rs"),
        include_str!("../src/bin/techniques.rs"),
    ];
    assert_eq!(listings(), programs.map(without_features));
}

#[test]
fn the_first_program_has_ten_lines() {
    let lines = include_str!("../src/bin/ten_lines.rs").lines();
    assert_eq!(lines.filter(|line| !line.trim().is_empty()).count(), 10);
}

/// rustdoc hides such lines, the web does not, and a copy of them does not compile.
#[test]
fn no_listing_has_a_line_that_only_rustdoc_hides() {
    let hidden: Vec<_> = listings()
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| line.trim_start().starts_with("# "))
        .collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}
