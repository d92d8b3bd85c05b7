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
    /// Now, by this command.
    pub fn now(command: String) -> Self {
        let now = jiff::Timestamp::now();
        let second = now.round(jiff::Unit::Second).unwrap_or(now);
        Self { at: second.to_string(), command, commit: commit(), note: None }
    }
}

fn commit() -> Option<String> {
    let output = Command::new("git")
        .env("GIT_OPTIONAL_LOCKS", "0")
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
    fn the_time_is_in_utc_to_the_second() {
        let at = Made::now(String::new()).at;
        assert!(at.ends_with('Z') && at.len() == "2025-01-31T12:00:00Z".len(), "{at}");
    }
}
