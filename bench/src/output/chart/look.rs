//! How what a document names looks.

use crate::peers::PeerName;
use crate::technique::look::Look;
use crate::technique::name::Name;

/// The look of a technique, or of a peer, by its name.
pub fn look_of(technique: &str) -> Look {
    let ours = technique.parse().map(Name::look);
    let known = ours.or_else(|_| technique.parse().map(PeerName::look));
    known.unwrap_or(Look::UNKNOWN)
}

/// Whether a technique, or a peer, uses several cores.
pub fn uses_many(technique: &str) -> bool {
    let ours = technique.parse().map(Name::uses_many);
    ours.or_else(|_| technique.parse().map(PeerName::uses_many)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::technique::look::Shape;
    use crate::technique::name::KernelName;

    #[test]
    fn techniques_of_a_comparison_look_different() {
        let executors = ["rayon-serial", "rayon-jit", "crossbeam-jit", "processes-jit", "mpi-jit"];
        let kernels = KernelName::ALL.map(KernelName::text);
        let names = [&kernels[..], &executors, &PeerName::ALL.map(PeerName::text)].concat();
        for (k, a) in names.iter().enumerate() {
            for b in &names[..k] {
                assert_ne!(look_of(a), look_of(b), "{a} {b}");
            }
        }
        assert_eq!(look_of("rayon-jit").shape, Shape::Triangle);
        assert!(!look_of("ndarray-whole").filled);
        assert_eq!(look_of("of another version"), Look::UNKNOWN);
    }

    #[test]
    fn one_core_or_several() {
        for name in ["rayon-serial", "opencl", "mpi-jit", "numba-tuned", "multiprocessing"] {
            assert!(uses_many(name), "{name}");
        }
        for name in ["serial", "jit", "numba", "gsl", "python-loop"] {
            assert!(!uses_many(name), "{name}");
        }
    }
}
