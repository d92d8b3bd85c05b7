//! What workers and ranks are told, and what they prepare.

use clap::ValueEnum as _;
use mc_core::{Lenient, Problem, Technique, catalogue};

use crate::cli::request::Request;
use crate::technique::name::{KernelName, Name};
#[cfg(feature = "opencl")]
use crate::technique::opencl::Devices;
use crate::technique::simd::Simd;

/// The key of problems without native code.
const NO_NATIVE: &str = "";

/// What stands between a technique and its vector instructions, for workers.
const SIMD: char = '@';

/// What a technique's name begins with, for workers, if it leaves out values that are not finite.
const LENIENT: &str = "lenient ";

/// What workers and ranks can prepare.
pub fn find(technique: &str, key: &str, problem: &Problem) -> Option<Box<dyn Technique>> {
    if let Some(technique) = technique.strip_prefix(LENIENT) {
        return Some(Box::new(Lenient(find(technique, key, problem)?)));
    }
    let (technique, simd) = match technique.split_once(SIMD) {
        Some((technique, simd)) => (technique, Some(Simd::from_str(simd, false).ok()?)),
        None => (technique, None),
    };
    let kernel = KernelName::ALL.into_iter().find(|kernel| kernel.text() == technique)?;
    let native = match key {
        NO_NATIVE => None,
        name => Some(catalogue::find(name, Some(problem.dims())).ok()?),
    };
    match kernel.technique_of(native.as_ref(), simd, false) {
        #[cfg(feature = "opencl")]
        Ok(_) if kernel.is_on_device() => Some(Devices::told().technique(kernel)),
        technique => technique.ok(),
    }
}

/// What a technique is called among workers: its name, and its vector
/// instructions if they are chosen.
pub fn sent(name: Name, request: &Request) -> String {
    let lenient = if request.lenient { LENIENT } else { "" };
    match request.simd.filter(|_| name.kernel.is_compiled()) {
        Some(simd) => format!("{lenient}{}{SIMD}{}", name.kernel, simd.text()),
        None => format!("{lenient}{}", name.kernel),
    }
}

/// What tells a worker which native code goes with the problem.
pub fn key(request: &Request) -> &'static str {
    request.native.as_ref().map_or(NO_NATIVE, |entry| entry.name)
}
