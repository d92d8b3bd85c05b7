//! Which LLVM is taken, and why another is not.

use super::*;
use crate::system::fake::Fake;

#[test]
fn versions_as_llvm_config_writes_them() {
    assert_eq!(major_version("22.1.8\n"), Some(22));
    assert_eq!(major_version("19.1.7"), Some(19));
    assert_eq!(major_version("22.0.0git"), Some(22));
    assert_eq!(major_version("18.1.8-rc2"), Some(18));
    assert_eq!(major_version(""), None);
    assert_eq!(major_version("llvm-config: command failed"), None);
}

#[test]
fn the_highest_supported_version_is_taken() {
    let llvm = Llvm::on(&Fake::debian().llvm(19).llvm(22).llvm(18));
    let install = llvm.ready().unwrap();
    assert_eq!(install.feature(), "llvm22");
    assert_eq!(
        install.environment(),
        ("LLVM_SYS_221_PREFIX".to_owned(), "/usr/lib/llvm-22".to_owned())
    );
    let found: Vec<_> = llvm.installs.iter().map(|install| install.major).collect();
    assert_eq!(found, [22, 19, 18]);
}

#[test]
fn an_unsupported_plain_llvm_config_is_shown_and_not_used() {
    let system = Fake::debian()
        .program("llvm-config --version", "14.0.6")
        .program("llvm-config --prefix", "/usr/lib/llvm-14");
    let llvm = Llvm::on(&system);
    assert_eq!(llvm.installs[0].unusable.as_deref(), Some("mc-jit supports 18 to 22"));
    assert!(llvm.missing.contains(&Need::Llvm));
}

#[test]
fn a_plain_llvm_config_of_a_supported_version_is_used() {
    let system = Fake::debian()
        .llvm(17) // for libffi and libstdc++ only: 17 is not looked for
        .program("llvm-config --version", "20.1.8")
        .program("llvm-config --prefix", "/usr")
        .program("llvm-config --libnames --link-shared", "libLLVM.so")
        .file("/usr/include/llvm-c/Core.h", "");
    assert_eq!(Llvm::on(&system).ready().unwrap().prefix, Path::new("/usr"));
}

#[test]
fn llvm_config_without_the_headers_is_not_enough() {
    let system = Fake::debian()
        .program("llvm-config-19 --version", "19.1.7")
        .program("llvm-config-19 --prefix", "/usr/lib/llvm-19")
        .program("llvm-config-19 --libnames --link-shared", "libLLVM.so");
    let llvm = Llvm::on(&system);
    let why = llvm.installs[0].unusable.as_deref().unwrap();
    assert!(why.contains("headers are not installed"), "{why}");
    assert!(llvm.ready().is_none());
}

#[test]
fn a_static_llvm_needs_its_system_libraries() {
    let system = Fake::debian()
        .program("llvm-config-20 --version", "20.1.8")
        .program("llvm-config-20 --prefix", "/opt/llvm")
        .program("llvm-config-20 --libnames --link-static", "libLLVMCore.a")
        .program("llvm-config-20 --system-libs --link-static", "-lm -lzstd")
        .program("cc -print-file-name=libm.so", "/usr/lib/libm.so")
        .program("cc -print-file-name=libzstd.so", "libzstd.so")
        .file("/opt/llvm/include/llvm-c/Core.h", "");
    let why = Llvm::on(&system).installs[0].unusable.clone().unwrap();
    assert!(why.contains("libzstd"), "{why}");
    let system = system.program("cc -print-file-name=libzstd.a", "/usr/lib/libzstd.a");
    assert_eq!(Llvm::on(&system).installs[0].unusable, None);
}

#[test]
fn a_set_prefix_wins_over_a_higher_version() {
    let system = Fake::debian()
        .llvm(22)
        .var("LLVM_SYS_191_PREFIX", "/opt/llvm")
        .file("/opt/llvm/bin/llvm-config", "")
        .file("/opt/llvm/include/llvm-c/Core.h", "")
        .program("/opt/llvm/bin/llvm-config --version", "19.1.0")
        .program("/opt/llvm/bin/llvm-config --prefix", "/opt/llvm")
        .program("/opt/llvm/bin/llvm-config --libnames --link-shared", "libLLVM.so");
    assert_eq!(Llvm::on(&system).ready().unwrap().feature(), "llvm19");
}

#[test]
fn a_set_prefix_of_no_use_is_named_and_nothing_is_installed_instead() {
    let system = Fake::debian().llvm(22).var("LLVM_SYS_191_PREFIX", "/nowhere");
    let llvm = Llvm::on(&system);
    assert!(llvm.ready().is_none() && llvm.missing.is_empty());
    let wrong = llvm.wrong_prefix.unwrap();
    assert_eq!(wrong, "LLVM_SYS_191_PREFIX=/nowhere is set, but no LLVM 19 is there");
}

#[test]
fn homebrew_is_asked_for_its_folder() {
    let config = "/opt/homebrew/opt/llvm@21/bin/llvm-config";
    let system = Fake::new(Os::Mac)
        .program("brew --prefix", "/opt/homebrew")
        .file(config, "")
        .file("/opt/homebrew/opt/llvm@21/include/llvm-c/Core.h", "")
        .program(&format!("{config} --version"), "21.1.8")
        .program(&format!("{config} --prefix"), "/opt/homebrew/opt/llvm@21")
        .program(&format!("{config} --libnames --link-shared"), "libLLVM.dylib");
    assert_eq!(Llvm::on(&system).ready().unwrap().feature(), "llvm21");
}
