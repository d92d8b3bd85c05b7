//! A name becomes a technique.

use mc_core::Technique;
use mc_core::catalogue::Entry;
use mc_serial::{Flat, Interpreted, Native};

use super::by_hand::ByHand;
use super::name::KernelName;
use super::simd::Simd;

impl KernelName {
    /// The technique, for a problem whose native code is that of `entry`.
    pub fn technique(self, entry: Option<&Entry>) -> Result<Box<dyn Technique>, String> {
        self.technique_of(entry, None, false)
    }

    /// [`technique`](Self::technique); if it is compiled, made of these vector instructions, and
    /// anew at each prepare if `cold`.
    #[cfg_attr(not(feature = "_jit"), expect(unused_variables))]
    pub fn technique_of(
        self,
        entry: Option<&Entry>,
        simd: Option<Simd>,
        cold: bool,
    ) -> Result<Box<dyn Technique>, String> {
        if let Some(reason) = self.missing() {
            return Err(reason);
        }
        Ok(match self {
            Self::Serial => match entry {
                Some(entry) => Native::of(entry),
                None => Box::new(Flat),
            },
            Self::SerialInterpreted => Box::new(Interpreted),
            Self::NdarrayWhole => Box::new(mc_ndarray::Whole::default()),
            Self::Ndarray => Box::new(mc_ndarray::Chunked::default()),
            Self::ByHand => Box::new(ByHand::default()),
            #[cfg(feature = "_jit")]
            Self::JitCalls | Self::JitScalar | Self::JitLanes | Self::Jit => {
                super::jit::technique(self, simd, cold)
            }
            #[cfg(feature = "opencl")]
            Self::OpenClHost | Self::OpenClGrid | Self::OpenCl => {
                super::opencl::Devices::default().technique(self)
            }
            Self::Auto => return Err("auto is a choice among kernels, and none itself".to_owned()),
            #[allow(unreachable_patterns)]
            _ => return Err(format!("{self} is not part of this build")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_not_missing() {
        for kernel in KernelName::ALL {
            assert_eq!(kernel.technique(None).is_err(), kernel.missing().is_some(), "{kernel}");
        }
    }
}
