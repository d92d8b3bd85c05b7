//! What the README shows is what is here.

const README: &str = include_str!("../../../README.md");

/// The Rust listings of the README's section about libraries, as rustdoc compiles
/// them: of a line that it hides, the mark goes.
fn listings() -> Vec<String> {
    let (_, section) = README.split_once("\n## As a library\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```rust").skip(1).map(|block| {
        let code = block.split("```").next().unwrap_or_default();
        let code = code.split_once('\n').map_or("", |(_attributes, code)| code);
        let seen = |line: &str| {
            line.trim_start().strip_prefix("# ").map_or(line.to_owned(), |shown| {
                let indent = line.len() - line.trim_start().len();
                format!("{}{shown}", " ".repeat(indent))
            })
        };
        code.lines().map(|line| seen(line) + "\n").collect()
    });
    blocks.collect()
}

#[test]
fn the_readme_shows_these_programs() {
    let programs = [
        include_str!("../src/bin/ten_lines.rs"),
        include_str!("../src/bin/until_good_enough.rs"),
        include_str!("../src/bin/techniques.rs"),
    ];
    assert_eq!(listings(), programs);
}

#[test]
fn the_first_program_has_ten_lines() {
    let lines = include_str!("../src/bin/ten_lines.rs").lines();
    assert_eq!(lines.filter(|line| !line.trim().is_empty()).count(), 10);
}
