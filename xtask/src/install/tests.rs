//! What is asked and what is run, on machines that are made up.

use super::*;
use crate::detect::Found;
use crate::packages::POLICY_COMMAND;
use crate::packages::tests::BOOKWORM;
use crate::system::Os;
use crate::system::fake::Fake;

const UPDATE: &str = "apt-get update -o APT::Update::Error-Mode=any";
const LLVM: &str = "env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends -o DPkg::Lock::Timeout=120 llvm-22-dev libffi-dev g++";
const OPENCL: &str = "env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends -o DPkg::Lock::Timeout=120 ocl-icd-opencl-dev pocl-opencl-icd";
const MPI: &str = "env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends -o DPkg::Lock::Timeout=120 libopenmpi-dev openmpi-bin libclang-dev";

fn offer_all(system: &Fake, yes: bool) -> bool {
    offer(system, &Found::on(system).missing(), yes)
}

#[test]
fn a_bare_debian_with_yes_gets_everything_without_a_question() {
    let system = Fake::debian();
    assert!(offer_all(&system, true));
    assert_eq!(*system.acts.borrow(), [UPDATE, LLVM, OPENCL, MPI]);
    assert!(system.questions.borrow().is_empty());
}

#[test]
fn without_package_lists_the_version_is_chosen_after_the_update() {
    let system = Fake::debian_without_lists().after(UPDATE, POLICY_COMMAND, BOOKWORM).answers("\n");
    assert!(offer_all(&system, false));
    assert_eq!(*system.acts.borrow(), [UPDATE, LLVM, OPENCL, MPI]);
    let questions = system.questions.borrow();
    assert_eq!(questions.len(), 1);
    assert!(questions[0].contains("llvm-NN-dev") && questions[0].contains("(NN: the newest"));
}

#[test]
fn a_failed_update_without_lists_does_not_install_a_placeholder() {
    let system = Fake::debian_without_lists().fails(UPDATE, "Temporary failure resolving");
    offer_all(&system, true);
    assert_eq!(system.acts.borrow().len(), 3, "update, and what has known names");
    let said = system.said.borrow();
    assert!(said.contains("Temporary failure resolving") && said.contains("apt has no lists"));
}

#[test]
fn the_question_lists_what_is_missing_and_the_commands() {
    let system = Fake::debian().answers("n\n");
    assert!(!offer_all(&system, false));
    assert!(system.acts.borrow().is_empty());
    assert_eq!(
        *system.questions.borrow(),
        [format!(
            "Missing for jit: LLVM 18 to 22 (headers and libraries), \
             libffi (headers and library) and the C++ standard library.\n\
             Missing for opencl: the OpenCL loader (libOpenCL) and an OpenCL device.\n\
             Missing for mpi: MPI (mpicc, headers and libraries), mpirun and libclang.\n\
             To install it, this runs:\n  {UPDATE}\n  {LLVM}\n  {OPENCL}\n  {MPI}\nInstall now? [Y/n] "
        )]
    );
}

#[test]
fn enter_means_yes_and_the_end_of_input_no() {
    for yes in ["", "\n", "y", "Y\n", "yes", " Yes \n"] {
        assert!(is_yes(Some(yes)), "{yes:?}");
    }
    for no in ["n", "no\n", "N", "what?", "ye"] {
        assert!(!is_yes(Some(no)), "{no:?}");
    }
    assert!(!is_yes(None));
}

#[test]
fn what_was_found_is_not_installed_again() {
    let system = Fake::debian().llvm(19).opencl_loader().mpi();
    assert!(offer_all(&system, true));
    let acts = system.acts.borrow();
    assert_eq!(acts.len(), 2);
    assert!(acts[1].ends_with("Timeout=120 pocl-opencl-icd"), "{}", acts[1]);

    let full = Fake::debian().llvm(19).opencl_loader().pocl().mpi().answers("y");
    assert!(!offer_all(&full, false));
    assert!(full.acts.borrow().is_empty() && full.questions.borrow().is_empty());
}

#[test]
fn nobody_to_ask_and_no_yes_changes_nothing() {
    let system = Fake::debian();
    assert!(!offer_all(&system, false));
    assert!(system.acts.borrow().is_empty());
    assert!(system.said.borrow().contains("--yes installs"));

    let ci = Fake::debian().var("CI", "true");
    assert!(!offer_all(&ci, false));
    assert!(ci.said.borrow().contains("CI is no answer"));
}

#[test]
fn a_user_goes_through_sudo_and_a_script_never_hangs_in_it() {
    let user = || Fake::debian().program("id -u", "1000").program("sudo --version", "1.9");
    let asked = user().answers("y");
    offer_all(&asked, false);
    assert_eq!(asked.acts.borrow()[0], format!("sudo {UPDATE}"));
    assert_eq!(asked.acts.borrow()[1], format!("sudo {LLVM}"));
    let script = user();
    offer_all(&script, true);
    assert_eq!(script.acts.borrow()[1], format!("sudo -n {LLVM}"));
}

#[test]
fn neither_root_nor_sudo_goes_on_without() {
    let system = Fake::debian().program("id -u", "1000").answers("y");
    assert!(!offer_all(&system, true));
    assert!(system.acts.borrow().is_empty() && system.questions.borrow().is_empty());
    assert!(system.said.borrow().contains("there is no sudo"));
}

#[test]
fn an_unknown_system_is_left_alone() {
    for system in [Fake::new(Os::Linux), Fake::new(Os::Windows), Fake::new(Os::Mac)] {
        let system = system.program("id -u", "0").answers("y");
        assert!(!offer_all(&system, true));
        assert!(system.acts.borrow().is_empty() && system.questions.borrow().is_empty());
    }
}

#[test]
fn a_failed_install_shows_its_last_words_and_the_rest_goes_on() {
    let system = Fake::debian().fails(LLVM, "E: Unable to correct problems");
    assert!(offer_all(&system, true));
    assert_eq!(system.acts.borrow().len(), 4);
    let said = system.said.borrow();
    assert!(said.contains("    E: Unable to correct problems"), "{said}");
    assert!(said.contains("installed what opencl needs") && !said.contains("installed what jit"));
}

#[test]
fn the_tail_is_short() {
    let text: String = (0..50).map(|line| format!("line {line}\n\n")).collect();
    let tail = tail(&text, 3);
    assert_eq!(tail, "    line 47\n    line 48\n    line 49\n");
    assert_eq!(super::tail("", 3), "");
}

#[test]
fn rust_components_come_from_rustup() {
    let needs = [Need::Rustfmt, Need::Clippy];
    let system = Fake::new(Os::Linux).program("rustup --version", "1.28").answers("");
    assert!(offer(&system, &needs, false));
    assert_eq!(*system.acts.borrow(), ["rustup component add rustfmt clippy"]);
    assert!(!offer(&Fake::new(Os::Linux), &needs, true));
}
