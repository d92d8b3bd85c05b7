//! When, by which command and from which source a document was made.

use std::process::Command;

use serde::{Deserialize, Serialize};

/// What one needs to make it again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Made {
    /// The time in UTC, to the second, as in `2025-01-31T12:00:00Z`.
    pub at: String,
    /// The command, as it would be typed.
    pub command: String,
    /// The commit of the source, with `-dirty` behind it if files were changed; none
    /// if git does not tell.
    pub commit: Option<String>,
    /// What whoever made it wants said with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Made {
    /// Now, by this process.
    pub fn now() -> Self {
        let now = jiff::Timestamp::now();
        let second = now.round(jiff::Unit::Second).unwrap_or(now);
        Self {
            at: second.to_string(),
            command: typed(std::env::args().skip(1)),
            commit: commit(),
            note: None,
        }
    }
}

/// The arguments behind `cargo xtask`. The path behind `--report` is left out, and so
/// is `--note`, which stands elsewhere: they say nothing about what was measured.
fn typed(arguments: impl Iterator<Item = String>) -> String {
    let mut words = vec!["cargo xtask".to_owned()];
    let mut before = String::new();
    for argument in arguments {
        match std::mem::take(&mut before).as_str() {
            "--report" => {
                words.push("--report report.html".to_owned());
                continue;
            }
            "--note" => continue,
            _ if argument == "--report" || argument == "--note" => {}
            _ if argument.starts_with("--report=") => {
                words.push("--report report.html".to_owned());
            }
            _ if argument.starts_with("--note=") => {}
            _ => words.push(quoted(&argument)),
        }
        before = argument;
    }
    words.join(" ")
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/=+^%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn commit() -> Option<String> {
    let output = Command::new("git")
        .args(["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--abbrev=12", "--dirty"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_typed_again() {
        let line = |words: &[&str]| typed(words.iter().map(|word| (*word).to_owned()));
        assert_eq!(
            line(&["compare", "--f", "norm(x)^2", "--support", "-1:2,3:5", "--g", "it's"]),
            r"cargo xtask compare --f 'norm(x)^2' --support -1:2,3:5 --g 'it'\''s'"
        );
        assert_eq!(
            line(&[
                "compare",
                "--report",
                "/home/me/page.html",
                "--note=x",
                "--note",
                "--y",
                "--seed",
                "2"
            ]),
            "cargo xtask compare --report report.html --seed 2"
        );
    }

    #[test]
    fn the_time_is_in_utc_to_the_second() {
        let at = Made::now().at;
        assert!(at.ends_with('Z') && at.len() == "2025-01-31T12:00:00Z".len(), "{at}");
    }
}
