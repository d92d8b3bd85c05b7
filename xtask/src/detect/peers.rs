//! Whether there is a Python that can make virtual environments, and GSL.

use std::path::PathBuf;

use crate::need::Need;
use crate::system::{Os, System};

/// Says its version if the two modules are there. Debian has them in a package of
/// their own.
pub const ASK_PYTHON: &str = "import ensurepip, platform, venv; print(platform.python_version())";

/// What there is of what peers need.
#[derive(Debug)]
pub struct Peers {
    /// The interpreter and its version.
    pub python: Option<(PathBuf, String)>,
    /// The version of GSL.
    pub gsl: Option<String>,
}

impl Peers {
    /// Looks for it.
    pub fn on(system: &dyn System) -> Self {
        // The system's own has the modules once its package is installed; the first
        // in the path may be another.
        let programs: &[&str] = match system.os() {
            Os::Windows => &["python", "py"],
            Os::Linux | Os::Mac => &["python3", "/usr/bin/python3"],
        };
        let python = programs.iter().find_map(|program| {
            let version = system.tell(program, &["-c", ASK_PYTHON])?;
            Some((PathBuf::from(program), version))
        });
        Self { python, gsl: system.tell("gsl-config", &["--version"]) }
    }

    /// What has to be installed.
    pub fn missing(&self) -> Vec<Need> {
        let python = self.python.is_none().then_some(Need::Python);
        let gsl = self.gsl.is_none().then_some(Need::Gsl);
        python.into_iter().chain(gsl).collect()
    }

    /// A line for each.
    pub fn words(&self) -> [String; 2] {
        let python = match &self.python {
            Some((program, version)) => format!("Python {version}  {}", program.display()),
            None => "Python with venv not found".to_owned(),
        };
        let gsl = match &self.gsl {
            Some(version) => format!("GSL {version}"),
            None => "GSL not found".to_owned(),
        };
        [python, gsl]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn both_are_looked_for() {
        let nothing = Peers::on(&Fake::debian());
        assert_eq!(nothing.missing(), [Need::Python, Need::Gsl]);
        assert_eq!(nothing.words(), ["Python with venv not found", "GSL not found"]);
        let both = Peers::on(&Fake::debian().python().gsl());
        assert_eq!(both.missing(), []);
        assert_eq!(both.words(), ["Python 3.11.2  python3", "GSL 2.7.1"]);
    }

    #[test]
    fn the_systems_python_will_do() {
        let system = Fake::debian().program(&format!("/usr/bin/python3 -c {ASK_PYTHON}"), "3.13.5");
        let (program, version) = Peers::on(&system).python.unwrap();
        assert_eq!((program, version), (PathBuf::from("/usr/bin/python3"), "3.13.5".to_owned()));
        let windows = Fake::new(Os::Windows).program(&format!("py -c {ASK_PYTHON}"), "3.13.5");
        assert_eq!(Peers::on(&windows).missing(), [Need::Gsl]);
    }
}
