//! Whether there is a Chromium, which the tests of the page look at it with.

use std::path::PathBuf;

use crate::system::System;

/// What it may be called.
pub const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The first of these in the path.
pub fn browser(system: &dyn System) -> Option<PathBuf> {
    NAMES.into_iter().find_map(|name| system.find(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Os;
    use crate::system::fake::Fake;

    #[test]
    fn it_is_looked_for_by_its_names() {
        assert_eq!(browser(&Fake::debian()), None);
        let system = Fake::debian().var("PATH", "/bin:/opt");
        assert_eq!(browser(&system), None);
        let system = system.file("/opt/google-chrome", "");
        assert_eq!(browser(&system), Some("/opt/google-chrome".into()));
        let system = system.file("/opt/chromium", "").file("/bin/chromium", "");
        assert_eq!(browser(&system), Some("/bin/chromium".into()));
    }

    #[test]
    fn windows_programs_have_an_ending() {
        let system = Fake::new(Os::Windows).var("PATH", "/bin").file("/bin/chrome.exe", "");
        assert_eq!(browser(&system), Some("/bin/chrome.exe".into()));
    }
}
