//! Asks once, then installs what is missing.
//!
//! Each purpose has a command of its own: if LLVM can't be installed, OpenCL
//! still is. The question shows the commands as they will run.

use crate::need::{self, Need, Purpose};
use crate::packages::{NEWEST, Source};
use crate::rights::Rights;
use crate::system::System;

/// Without the option, apt calls it a success when no list could be fetched.
const APT_UPDATE: [&str; 4] = ["apt-get", "update", "-o", "APT::Update::Error-Mode=any"];

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
    let rights = Rights::on(system);
    let plan = Plan::new(system, needs, rights, yes);
    if rights == Rights::None && needs.iter().any(|need| need.purpose() != Purpose::Checks) {
        system.say("not installing packages: that needs root, and there is no sudo");
    }
    if plan.installs.is_empty() || !(yes || agreed(system, &plan, needs)) {
        return false;
    }
    carry_out(system, plan, || Plan::new(system, needs, rights, yes));
    true
}

/// What will be run.
struct Plan {
    /// Fetches the package lists.
    update: Option<Vec<String>>,
    /// One command for each purpose that can be helped.
    installs: Vec<(Purpose, Vec<String>)>,
}

impl Plan {
    fn new(system: &dyn System, needs: &[Need], rights: Rights, yes: bool) -> Self {
        let sudo = rights.words(yes);
        let mut plan = Self { update: None, installs: Vec::new() };
        if let Source::Apt(apt) = Source::on(system)
            && rights != Rights::None
        {
            for purpose in [Purpose::Jit, Purpose::Opencl, Purpose::Mpi, Purpose::Peers] {
                let (packages, nowhere) = apt.packages(&for_purpose(needs, purpose));
                if packages.is_empty() || !nowhere.is_empty() {
                    continue;
                }
                // Old lists name versions that the mirror no longer has.
                plan.update = Some(command(&[sudo, &APT_UPDATE]));
                let mut install = command(&[sudo, &APT_INSTALL]);
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
        let mut text = String::new();
        for (purpose, _) in &self.installs {
            let missing = need::list(&for_purpose(needs, *purpose));
            text += &format!("Missing for {}: {missing}.\n", purpose.name());
        }
        text += "To install it, this runs:\n";
        let installs = self.installs.iter().map(|(_, command)| command);
        for command in self.update.iter().chain(installs) {
            text += &format!("  {}\n", command.join(" "));
        }
        if self.leaves_version_open() {
            text += "  (NN: the newest from 22 down to 18 that apt then offers)\n";
        }
        text + "Install now? [Y/n] "
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

/// Runs the plan. It is made anew if apt had to be asked for a version first.
fn carry_out(system: &dyn System, mut plan: Plan, again: impl Fn() -> Plan) {
    if let Some(update) = plan.update.take() {
        // The install may work with the old lists, so a failure is only told.
        run(system, &update);
        if plan.leaves_version_open() {
            plan = again();
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
    lines.iter().skip(first).map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests;
