//! What is made of a package manager's answers.

use super::*;
use crate::system::fake::Fake;

/// What a Debian 12 answers to [`POLICY_COMMAND`] (21, 20 and 18 are not known).
pub const BOOKWORM: &str = "\
llvm-22-dev:
  Installed: (none)
  Candidate: 1:22.1.8-1~deb12u1
  Version table:
     1:22.1.8-1~deb12u1 500
        500 http://deb.debian.org/debian-security bookworm-security/main amd64 Packages
llvm-19-dev:
  Installed: (none)
  Candidate: 1:19.1.7-3~deb12u1
  Version table:
     1:19.1.7-3~deb12u1 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
libffi-dev:
  Installed: (none)
  Candidate: 3.4.4-1
  Version table:
     3.4.4-1 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
g++:
  Installed: (none)
  Candidate: 4:12.2.0-3
ocl-icd-opencl-dev:
  Installed: (none)
  Candidate: 2.3.1-1
pocl-opencl-icd:
  Installed: (none)
  Candidate: 3.1-3+deb12u1
libopenmpi-dev:
  Installed: (none)
  Candidate: 4.1.4-3+b1
openmpi-bin:
  Installed: (none)
  Candidate: 4.1.4-3+b1
libclang-dev:
  Installed: (none)
  Candidate: 1:14.0-55.7~deb12u1
python3-venv:
  Installed: (none)
  Candidate: 3.11.2-1+b1
libgsl-dev:
  Installed: (none)
  Candidate: 2.7.1+dfsg-5+deb12u1
";

const ALL: [Need; 5] =
    [Need::Llvm, Need::LibFfi, Need::LibStdCxx, Need::OpenclLoader, Need::OpenclDevice];

#[test]
fn all_packages_are_asked_about() {
    assert!(POLICY_COMMAND.ends_with(&wanted().join(" ")));
}

#[test]
fn the_highest_llvm_with_a_candidate_is_chosen() {
    let apt = Apt::from_policy(BOOKWORM);
    assert!(apt.has_lists);
    assert_eq!(apt.packages(&[Need::Llvm]), (vec!["llvm-22-dev".to_owned()], vec![]));
    let withdrawn = BOOKWORM.replace("1:22.1.8-1~deb12u1\n  Version", "(none)\n  Version");
    let apt = Apt::from_policy(&withdrawn);
    assert_eq!(apt.packages(&[Need::Llvm]), (vec!["llvm-19-dev".to_owned()], vec![]));
}

#[test]
fn what_apt_does_not_offer_is_told() {
    let without = BOOKWORM.replace("llvm-22-dev:", "x:").replace("llvm-19-dev:", "y:");
    let system = Fake::debian().program(POLICY_COMMAND, &without);
    let source = Source::on(&system);
    assert!(source.remedy(&system, &[Need::Llvm]).contains("apt.llvm.org"));
    assert!(source.remedy(&system, &[Need::OpenclDevice]).contains("pocl-opencl-icd"));
}

#[test]
fn without_lists_the_version_is_left_open() {
    let apt = Apt::from_policy("");
    assert!(!apt.has_lists);
    let (packages, nowhere) = apt.packages(&ALL);
    let expected = ["llvm-NN-dev", "libffi-dev", "g++", "ocl-icd-opencl-dev", "pocl-opencl-icd"];
    assert_eq!((packages, nowhere), (expected.map(str::to_owned).to_vec(), vec![]));
}

#[test]
fn an_installed_package_is_not_a_list() {
    let text = "\
g++:
  Installed: 4:12.2.0-3
  Candidate: 4:12.2.0-3
  Version table:
 *** 4:12.2.0-3 100
        100 /var/lib/dpkg/status
";
    assert!(!Apt::from_policy(text).has_lists);
}

#[test]
fn commands_for_a_person_name_sudo_and_update_where_needed() {
    let remedy = |system: &Fake| Source::on(system).remedy(system, &[Need::OpenclDevice]);
    let nobody = Fake::debian().program("id -u", "1000");
    assert_eq!(remedy(&nobody), "`apt-get install pocl-opencl-icd`, run as root, installs it");
    let user = Fake::debian_without_lists().program("id -u", "1000").program("sudo --version", "1");
    assert_eq!(
        remedy(&user),
        "`sudo apt-get update && sudo apt-get install pocl-opencl-icd` installs it"
    );
}

#[test]
fn other_systems_get_names_and_nothing_is_run() {
    let fedora = Fake::new(Os::Linux).program("dnf --version", "5.2");
    assert_eq!(
        Source::on(&fedora).remedy(&fedora, &ALL),
        "`sudo dnf install llvm-devel libffi-devel gcc-c++ ocl-icd-devel pocl` \
         should install it"
    );
    let mac = Fake::new(Os::Mac);
    assert!(Source::on(&mac).remedy(&mac, &[Need::Llvm]).contains("`brew install llvm@22`"));
    let windows = Fake::new(Os::Windows);
    assert!(Source::on(&windows).remedy(&windows, &[Need::Llvm]).contains("LLVM_SYS_221_PREFIX"));
    let ranks = [Need::Mpi, Need::MpiLauncher, Need::Libclang];
    assert_eq!(
        Source::on(&fedora).remedy(&fedora, &ranks),
        "`sudo dnf install openmpi-devel clang-libs` should install it"
    );
    let unknown = Fake::new(Os::Linux);
    assert!(Source::on(&unknown).remedy(&unknown, &[Need::Llvm]).contains("LLVM 18 to 22"));
}
