//! Asks once, then installs what is missing.
//!
//! Each purpose has a command of its own: if LLVM can't be installed, OpenCL
//! still is. The question shows the commands as they will run.

use crate::need::{Need, Purpose};
use crate::packages::{self, NEWEST, Source};
use crate::system::System;

/// sudo drops the environment, so `env` stands after it. A machine that has just
/// started may be updating itself, so the lock is waited for.
const APT_INSTALL: [&str; 8] = [
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "install",
    "-y",
    "--no-install-recommends",
    "-o",
    "DPkg::Lock::Timeout=120",
];

/// Offers to install what is missing. Says whether anything was tried, so that
/// it is worth looking again.
pub fn offer(system: &dyn System, needs: &[Need], yes: bool) -> bool {
    if needs.is_empty() {
        return false;
    }
    let privilege = Privilege::of(system, yes);
    let plan = Plan::new(system, needs, privilege);
    if privilege == Privilege::None && needs.iter().any(|need| need.purpose() != Purpose::Checks) {
        system.say("not installing packages: that needs root, and there is no sudo");
    }
    if plan.installs.is_empty() || !(yes || agreed(system, &plan, needs)) {
        return false;
    }
    carry_out(system, plan, needs, privilege);
    true
}

/// How a command gets the rights to install packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privilege {
    Root,
    Sudo,
    /// A script must not hang at a password, so sudo fails instead of asking.
    SudoUnasked,
    None,
}

impl Privilege {
    fn of(system: &dyn System, yes: bool) -> Self {
        if packages::is_root(system) {
            Self::Root
        } else if system.tell("sudo", &["--version"]).is_none() {
            Self::None
        } else if yes {
            Self::SudoUnasked
        } else {
            Self::Sudo
        }
    }

    /// The words before the command.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Root | Self::None => &[],
            Self::Sudo => &["sudo"],
            Self::SudoUnasked => &["sudo", "-n"],
        }
    }
}

/// What will be run.
struct Plan {
    /// Fetches the package lists.
    update: Option<Vec<String>>,
    /// One command for each purpose that can be helped.
    installs: Vec<(Purpose, Vec<String>)>,
}

impl Plan {
    fn new(system: &dyn System, needs: &[Need], privilege: Privilege) -> Self {
        let mut plan = Self { update: None, installs: Vec::new() };
        if let Source::Apt(apt) = Source::on(system)
            && privilege != Privilege::None
        {
            for purpose in [Purpose::Jit, Purpose::Opencl] {
                let (packages, nowhere) = apt.packages(&for_purpose(needs, purpose));
                if packages.is_empty() || !nowhere.is_empty() {
                    continue;
                }
                // Old lists name versions that the mirror no longer has.
                plan.update = Some(command(&[privilege.words(), &["apt-get", "update"]]));
                let mut install = command(&[privilege.words(), &APT_INSTALL]);
                install.extend(packages);
                plan.installs.push((purpose, install));
            }
        }
        let checks = for_purpose(needs, Purpose::Checks);
        if !checks.is_empty() && system.tell("rustup", &["--version"]).is_some() {
            let names: Vec<_> = checks.iter().map(|need| need.words()).collect();
            plan.installs
                .push((Purpose::Checks, command(&[&["rustup", "component", "add"], &names])));
        }
        plan
    }

    /// What is asked of the user.
    fn question(&self, needs: &[Need]) -> String {
        let mut text = "\nThe following is missing:\n".to_owned();
        for (purpose, _) in &self.installs {
            for need in for_purpose(needs, *purpose) {
                text += &format!("  {} (for {})\n", need.words(), purpose.name());
            }
        }
        text += "Installing it runs:\n";
        let installs = self.installs.iter().map(|(_, command)| command);
        for command in self.update.iter().chain(installs) {
            text += &format!("  {}\n", command.join(" "));
        }
        if self.leaves_version_open() {
            text += "  (NN: the newest from 22 down to 18 that apt then offers)\n";
        }
        text + "Install? [Y/n] "
    }

    fn leaves_version_open(&self) -> bool {
        self.installs.iter().any(|(_, command)| command.iter().any(|word| word == NEWEST))
    }
}

fn for_purpose(needs: &[Need], purpose: Purpose) -> Vec<Need> {
    needs.iter().copied().filter(|need| need.purpose() == purpose).collect()
}

/// Joins the parts of a command.
fn command(parts: &[&[&str]]) -> Vec<String> {
    parts.iter().copied().flatten().map(|word| (*word).to_owned()).collect()
}

/// Asks, if someone is there.
fn agreed(system: &dyn System, plan: &Plan, needs: &[Need]) -> bool {
    if !system.can_ask() {
        let ci = if system.var("CI").is_some() { ", and CI is no answer" } else { "" };
        system.say(&format!("not installing: nobody is there to ask{ci} (--yes installs)"));
        return false;
    }
    is_yes(system.ask(&plan.question(needs)).as_deref())
}

/// Enter alone means yes; the end of input means no.
fn is_yes(answer: Option<&str>) -> bool {
    answer.is_some_and(|line| matches!(line.trim().to_ascii_lowercase().as_str(), "" | "y" | "yes"))
}

fn carry_out(system: &dyn System, mut plan: Plan, needs: &[Need], privilege: Privilege) {
    if let Some(update) = plan.update.take() {
        // The install may work with the old lists, so a failure is only told.
        run(system, &update);
        if plan.leaves_version_open() {
            plan = Plan::new(system, needs, privilege);
        }
    }
    for (purpose, command) in plan.installs {
        if command.iter().any(|word| word == NEWEST) {
            system.say(&format!("not installing what {} needs: apt has no lists", purpose.name()));
        } else if run(system, &command) {
            system.say(&format!("installed what {} needs", purpose.name()));
        }
    }
}

/// Runs one command, and shows the end of what it wrote if it fails.
fn run(system: &dyn System, command: &[String]) -> bool {
    system.say(&format!("running: {}", command.join(" ")));
    let output = system.act(command);
    if !output.success {
        let words = format!("{}\n{}", output.stdout, output.stderr);
        system.say(&format!("that failed:\n{}", tail(&words, 12)));
    }
    output.success
}

/// The last lines, indented.
fn tail(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let first = lines.len().saturating_sub(count);
    lines[first..].iter().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests;
