//! What this machine has.

pub mod browser;
mod links;
pub mod llvm;
pub mod mpi;
pub mod opencl;
pub mod peers;

use crate::need::{self, Need, Purpose};
use crate::packages::Source;
use crate::system::System;

use llvm::Llvm;
use mpi::Mpi;
use opencl::Opencl;

/// All that the techniques depend on.
pub struct Found {
    /// For mc-jit.
    pub llvm: Llvm,
    /// For mc-opencl.
    pub opencl: Opencl,
    /// For the ranks of mc-multiproc.
    pub mpi: Mpi,
}

impl Found {
    /// Looks, and changes nothing.
    pub fn on(system: &dyn System) -> Self {
        Self { llvm: Llvm::on(system), opencl: Opencl::on(system), mpi: Mpi::on(system) }
    }

    /// What is not there.
    pub fn missing(&self) -> Vec<Need> {
        [self.llvm.missing.as_slice(), &self.opencl.missing, &self.mpi.missing].concat()
    }

    /// The features of `bench` that can be built.
    pub fn features(&self) -> Vec<String> {
        let mut features = Vec::new();
        if let Some(install) = self.llvm.ready() {
            features.push(install.feature());
        }
        if self.opencl.can_link() {
            features.push("opencl".to_owned());
        }
        if self.mpi.is_ready() {
            features.push("mpi".to_owned());
        }
        features
    }

    /// Why a technique is left out, in one sentence that says what would help;
    /// none if it is there.
    pub fn reason(&self, purpose: Purpose, system: &dyn System, source: &Source) -> Option<String> {
        let needs = match purpose {
            Purpose::Jit => {
                if let Some(wrong) = &self.llvm.wrong_prefix {
                    return Some(wrong.clone());
                }
                &self.llvm.missing
            }
            Purpose::Opencl => &self.opencl.missing,
            Purpose::Mpi => &self.mpi.missing,
            // Asked for by name, so it has its own: `Peers`.
            Purpose::Peers | Purpose::Checks => return None,
        };
        not_found(needs, system, source)
    }
}

/// "… was not found; … installs it"; none if nothing is needed.
pub fn not_found(needs: &[Need], system: &dyn System, source: &Source) -> Option<String> {
    // LLVM is the news; what is linked beside it comes along.
    let named = match needs {
        [] => return None,
        [Need::Llvm, ..] => &[Need::Llvm],
        all => all,
    };
    let was = if named.len() == 1 { "was" } else { "were" };
    let remedy = source.remedy(system, needs);
    Some(format!("{} {was} not found; {remedy}", need::list(named)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn features_name_what_is_there() {
        assert!(Found::on(&Fake::debian()).features().is_empty());
        let full = Fake::debian().llvm(19).opencl_loader().pocl().mpi();
        assert_eq!(Found::on(&full).features(), ["llvm19", "opencl", "mpi"]);
        assert!(Found::on(&full).missing().is_empty());
    }

    #[test]
    fn reasons_say_what_would_help() {
        let system = Fake::debian().opencl_loader();
        let (found, source) = (Found::on(&system), Source::on(&system));
        assert_eq!(
            found.reason(Purpose::Jit, &system, &source).unwrap(),
            "LLVM 18 to 22 (headers and libraries) was not found; \
             `apt-get install llvm-22-dev libffi-dev g++` installs it"
        );
        assert_eq!(
            found.reason(Purpose::Opencl, &system, &source).unwrap(),
            "an OpenCL device was not found; \
             `apt-get install pocl-opencl-icd` installs it"
        );
        assert_eq!(
            found.reason(Purpose::Mpi, &system, &source).unwrap(),
            "MPI (mpicc, headers and libraries), mpirun and libclang were not found; \
             `apt-get install libopenmpi-dev openmpi-bin libclang-dev` installs it"
        );
    }
}
