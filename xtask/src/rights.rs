//! Who may install packages here.

use crate::system::System;

/// How a command gets the rights that installing takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// This user has them.
    Root,
    /// sudo is there, and may ask for a password.
    Sudo,
    /// There is no way from here.
    None,
}

impl Rights {
    /// Finds out.
    pub fn on(system: &dyn System) -> Self {
        if system.tell("id", &["-u"]).as_deref() == Some("0") {
            Self::Root
        } else if system.tell("sudo", &["--version"]).is_some() {
            Self::Sudo
        } else {
            Self::None
        }
    }

    /// The words before the command.
    pub const fn words(self, unattended: bool) -> &'static [&'static str] {
        match (self, unattended) {
            (Self::Root | Self::None, _) => &[],
            (Self::Sudo, false) => &["sudo"],
            // A script must not hang at a password, so sudo fails instead of asking.
            (Self::Sudo, true) => &["sudo", "-n"],
        }
    }
}
