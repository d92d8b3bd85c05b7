//! The most memory that an estimate takes: in a process of its own, since what
//! one technique has freed, another would seem to have needed.

use std::process::Stdio;

use wait4::Wait4 as _;

use crate::request::Request;
use crate::techniques::Name;

/// The peak resident set size, in bytes, of `estimate` with this technique, or of
/// the largest of its workers if that is more.
///
/// None where the system does not tell, or the process fails: the technique's row
/// has then said why.
pub(super) fn peak_memory(request: &Request, name: Name, samples: u64) -> Option<u64> {
    let child = mc_multiproc::this_executable()
        .ok()?
        .arg("estimate")
        .args(request.arguments_for(name))
        .args(["--technique", &name.to_string(), "--samples", &samples.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let ended = child.wait4().ok()?;
    Some(ended.rusage.maxrss).filter(|&bytes| ended.status.success() && bytes > 0)
}
