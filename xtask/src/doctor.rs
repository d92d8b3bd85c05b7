//! `cargo xtask doctor`: what is here, what is missing, what would install it.
//! It changes nothing.

use std::path::Path;

use crate::detect::peers::Peers;
use crate::detect::{Found, not_found};
use crate::need::{Need, Purpose};
use crate::packages::Source;
use crate::system::System;

/// Two tables in plain text: what the machine has, and what that makes possible.
pub fn report(system: &dyn System) -> String {
    let found = Found::on(system);
    let rust = system.tell("rustc", &["--version"]).unwrap_or_else(|| "not found".to_owned());
    let mut rows =
        vec![("Rust", rust), ("CPU", cpu(system)), ("SIMD", simd().to_owned()), ("cores", cores())];
    rows.extend(llvm(&found).into_iter().map(|line| ("LLVM", line)));
    rows.extend(opencl(system, &found).into_iter().map(|line| ("OpenCL", line)));
    rows.extend(mpi(&found).into_iter().map(|line| ("MPI", line)));
    let peers = Peers::on(system);
    rows.extend(peers.words().into_iter().map(|line| ("peers", line)));

    let source = Source::on(system);
    let state = |purpose| match found.reason(purpose, system, &source) {
        None => "ready".to_owned(),
        Some(reason) => format!("missing: {reason}"),
    };
    let techniques = [
        ("serial", "ready".to_owned()),
        ("ndarray", "ready".to_owned()),
        ("jit", state(Purpose::Jit)),
        ("rayon, crossbeam, processes", "ready".to_owned()),
        ("mpi", state(Purpose::Mpi)),
        ("opencl", state(Purpose::Opencl)),
        (
            "compare --peers",
            not_found(&peers.missing(), system, &source)
                .map_or_else(|| "ready".to_owned(), |reason| format!("missing: {reason}")),
        ),
    ];
    format!("{}\n{}", table(&rows), table(&techniques))
}

/// Two aligned columns. A name that repeats is written once.
fn table(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut above = "";
    for (name, value) in rows {
        let shown = if *name == above { "" } else { name };
        text += &format!("{shown:width$}  {value}\n");
        above = name;
    }
    text
}

fn cpu(system: &dyn System) -> String {
    let linux = || {
        let text = system.read(Path::new("/proc/cpuinfo"))?;
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    linux()
        .or_else(|| system.tell("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .or_else(|| system.var("PROCESSOR_IDENTIFIER"))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// How many f64 one instruction works on: the width that jit can use.
fn simd() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx512f") {
            return "AVX-512, 8 lanes of f64";
        }
        match (std::is_x86_feature_detected!("avx2"), std::is_x86_feature_detected!("fma")) {
            (true, true) => "AVX2 and FMA, 4 lanes of f64",
            (true, false) => "AVX2 without FMA, 4 lanes of f64",
            _ => "SSE2, 2 lanes of f64 (no FMA instruction)",
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        "NEON, 2 lanes of f64"
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        "not known for this processor"
    }
}

fn cores() -> String {
    // This is what the process may use, which a container can limit.
    std::thread::available_parallelism()
        .map_or_else(|error| format!("not known ({error})"), |count| count.to_string())
}

fn llvm(found: &Found) -> Vec<String> {
    let chosen = found.llvm.usable();
    let lines: Vec<_> = found
        .llvm
        .installs
        .iter()
        .map(|install| {
            let note = match &install.unusable {
                Some(why) => format!(" (not used: {why})"),
                None if Some(install) == chosen => " (this one is used)".to_owned(),
                None => String::new(),
            };
            format!("{}  {}{note}", install.version, install.prefix.display())
        })
        .collect();
    match &found.llvm.wrong_prefix {
        Some(wrong) => vec![wrong.clone()],
        None if lines.is_empty() => vec!["none found".to_owned()],
        None => lines,
    }
}

fn opencl(system: &dyn System, found: &Found) -> Vec<String> {
    let opencl = &found.opencl;
    let loader = if opencl.can_link() { "can be linked" } else { "not found" };
    let mut lines = vec![format!("loader {loader}")];
    lines.extend(opencl.drivers.iter().map(|name| format!("driver {name}")));
    lines.extend(
        opencl.broken.iter().map(|name| format!("driver {name} (its library is not installed)")),
    );
    // clinfo asks the drivers. Where it is not installed, their files must do.
    let listed = system.tell("clinfo", &["-l"]).unwrap_or_default();
    lines.extend(
        listed
            .lines()
            .filter_map(|line| line.split_once("Device #"))
            .map(|(_, device)| format!("device {device}")),
    );
    lines
}

fn mpi(found: &Found) -> Vec<String> {
    let mpi = &found.mpi;
    let compiler = if mpi.missing.contains(&Need::Mpi) { "not found" } else { "found" };
    let libclang = mpi.libclang.as_ref().map(|folder| folder.display().to_string());
    vec![
        mpi.launcher.clone().unwrap_or_else(|| "mpirun not found".to_owned()),
        format!("mpicc {compiler}"),
        format!("libclang {}", libclang.as_deref().unwrap_or("not found")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn a_bare_machine_is_told_what_would_help() {
        let text = report(&Fake::debian());
        assert!(text.contains("LLVM    none found\n"), "{text}");
        assert!(text.contains("OpenCL  loader not found\n"), "{text}");
        assert!(text.contains("MPI     mpirun not found\n        mpicc not found\n"), "{text}");
        assert!(text.contains("\nserial                       ready\n"), "{text}");
        assert!(text.contains("apt-get install llvm-22-dev"), "{text}");
    }

    #[test]
    fn what_is_used_and_what_is_not_are_both_shown() {
        let system = Fake::debian()
            .llvm(22)
            .llvm(19)
            .opencl_loader()
            .pocl()
            .mpi()
            .program("llvm-config --version", "14.0.6")
            .program("llvm-config --prefix", "/usr/lib/llvm-14")
            .program("clinfo -l", "Platform #0: PoCL\n `-- Device #0: pthread-skylake\n");
        let text = report(&system);
        let expected = "\
LLVM    22.1.2  /usr/lib/llvm-22 (this one is used)
        19.1.2  /usr/lib/llvm-19
        14.0.6  /usr/lib/llvm-14 (not used: mc-jit supports 18 to 22)
OpenCL  loader can be linked
        driver pocl.icd
        device 0: pthread-skylake
MPI     mpirun (Open MPI) 4.1.4
        mpicc found
        libclang /usr/lib/llvm-14/lib
";
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("jit                          ready\n"), "{text}");
        assert!(system.acts.borrow().is_empty());
    }
}
