//! The port bound: the least cycles that the lecture's problem takes at random points, on a core whose vector
//! ports are documented.
//!
//! A sample of n coordinates is at least so many vector instructions, each for as many samples as a
//! vector has lanes:
//!
//! | part | AVX-512 | which |
//! |---|---:|---|
//! | xoshiro256+ | 7n | add, shift, rotate, xor, and three pairs of xors in one `vpternlogq` each |
//! | d ∈ \[1, 2) of the word | n or 2n | `vpshrdq` with VBMI2, else shift and or |
//! | the map to the box | n | fma |
//! | f = ‖x‖² | n | fma |
//! | the moments | 3 | subtract, add, fma; none in the first sample of a batch |
//!
//! Each of them goes through a port of the core that takes one a cycle. What is taken of a core is the number of
//! ports that take any vector instruction, and their width:
//!
//! | core | ports | source |
//! |---|---|---|
//! | Intel with AVX-512 | two of 512 bits, 0 (with 1) and 5; three of 256, which is less | LLVM, `X86SchedIceLake.td` and `X86SchedSkylakeServer.td`: fma, sums, shifts and logic of 512 bits at ports 0 and 5; models without an fma at 5 (<https://hpc.rz.rptu.de/Tutorials/AVX/vechowto.shtml>) do less |
//! | AMD Zen 4 | four of 256 bits, FP0 to FP3 | LLVM, `X86ScheduleZnver4.td`, after AMD, *Software Optimization Guide*, 57647, 2.11: fma at FP0 and FP1, sums at FP2 and FP3, shifts at FP1 and FP2, integer sums and logic at all |
//! | AMD Zen 5 | four of 512 bits | A. J. Yee, *Zen5's AVX512 Teardown*, <http://numberworld.org/blogs/2024_8_7_zen5_avx512_teardown>; where they have 256 bits, the bound is twice what can be reached |
//!
//! The instructions are counted from the loop by hand: its operations are those of the table above, one
//! instruction each. Which of the ports an instruction can use only makes it worse, as do loads,
//! loop control, waiting, and starting streams. So no code that does this work in vectors is
//! faster. Other CPUs, other problems, Sobol' points: no bound.

use mc_core::{Plan, Problem};

use super::by_hand::ByHand;
use crate::results::Counts;

/// What the vector ports of a core do at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ports {
    /// The cores that are meant.
    pub cpu: &'static str,
    /// Lanes of 64 bits a cycle, over all ports.
    pub lanes: f64,
    /// Vector instructions for the word of a coordinate, d included.
    word: f64,
}

impl Ports {
    /// Those of this machine, if they are known; where the system does not tell, they are not.
    pub fn here() -> Option<Self> {
        Self::of(&std::fs::read_to_string("/proc/cpuinfo").ok()?)
    }

    /// Those of the first processor in the words of /proc/cpuinfo.
    fn of(cpuinfo: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
        };
        let flags: Vec<&str> = value("flags")?.split(' ').collect();
        // avx512er: Knights Landing, another kind of core.
        if !flags.contains(&"avx512f") || flags.contains(&"avx512er") {
            return None;
        }
        let (cpu, lanes) = match (value("vendor_id")?, value("cpu family")?) {
            ("GenuineIntel", "6") => ("Intel with AVX-512: two ports of 512 bits", 16.0),
            ("AuthenticAMD", "25") => ("AMD Zen 4: four pipes of 256 bits", 16.0),
            ("AuthenticAMD", "26") => ("AMD Zen 5: four pipes of 512 bits", 32.0),
            _ => return None,
        };
        let word = if flags.contains(&"avx512_vbmi2") { 8.0 } else { 9.0 };
        Some(Self { cpu, lanes, word })
    }

    /// What a sample of `problem` takes at least, if it is the lecture's.
    pub fn counts(&self, problem: &Problem) -> Option<Counts> {
        let dims = problem.dims() as f64;
        let counts = Counts { stream: self.word * dims, map: dims, f: dims, moments: 3.0 };
        ByHand::is_for(problem).then_some(counts)
    }

    /// The least cycles of a run of `plan`, of random points, on one core.
    pub fn cycles(&self, counts: &Counts, plan: &Plan) -> f64 {
        let (samples, batches) = (plan.samples() as f64, plan.batches() as f64);
        let points = (counts.stream + counts.map + counts.f) * samples;
        (points + counts.moments * (samples - batches)) / self.lanes
    }
}

#[cfg(test)]
mod tests {
    use mc_core::{SquaredNorm, Support};

    use super::*;

    fn cpuinfo(vendor: &str, family: u32, flags: &str) -> Option<Ports> {
        Ports::of(&format!(
            "processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nflags\t\t: fpu {flags}\n\n\
             processor\t: 1\nvendor_id\t: Other\n"
        ))
    }

    #[test]
    fn cores_that_are_known_and_others() {
        let lanes =
            |vendor, family| cpuinfo(vendor, family, "avx512f avx512_vbmi2").map(|p| p.lanes);
        assert_eq!(lanes("GenuineIntel", 6), Some(16.0));
        assert_eq!(lanes("AuthenticAMD", 25), Some(16.0));
        assert_eq!(lanes("AuthenticAMD", 26), Some(32.0));
        assert_eq!(lanes("AuthenticAMD", 23), None);
        assert_eq!(lanes("HygonGenuine", 24), None);
        assert_eq!(cpuinfo("GenuineIntel", 6, "avx2 fma"), None);
        assert_eq!(cpuinfo("GenuineIntel", 6, "avx512f avx512er"), None);
        assert_eq!(Ports::of("Processor : AArch64\n"), None);
    }

    #[test]
    fn a_sample_of_the_lecture() {
        let ports = cpuinfo("GenuineIntel", 6, "avx512f avx512_vbmi2").expect("known");
        let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
        let counts = ports.counts(&problem).expect("the lecture's");
        assert_eq!(counts, Counts { stream: 16.0, map: 2.0, f: 2.0, moments: 3.0 });
        let plan = Plan::new(1_000_000, 1).unwrap();
        let most = 23.0 / 16.0 * 1e6;
        let cycles = ports.cycles(&counts, &plan);
        assert!(cycles < most && cycles > 0.9 * most, "{cycles}");
        let without = cpuinfo("GenuineIntel", 6, "avx512f").expect("known");
        assert_eq!(without.counts(&problem).map(|counts| counts.stream), Some(18.0));
        let other = Problem::parse(problem.support().clone(), "sum(x)", mc_core::Density::Uniform);
        assert_eq!(ports.counts(&other.unwrap()), None);
    }
}
