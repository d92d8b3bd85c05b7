//! What a run takes: the figures, and the choice by them.

use std::num::NonZeroUsize;
use std::time::Duration;

use mc_core::Sampling;

use super::work::Work;
use crate::technique::name::{ExecutorName, KernelName, Name};

/// A technique with a number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How moments are computed.
    pub kernel: KernelName,
    /// Threads; one needs no executor.
    pub workers: NonZeroUsize,
}

impl Candidate {
    /// The technique: the kernel alone, or under rayon.
    pub fn name(self) -> Name {
        match self.workers {
            NonZeroUsize::MIN => Name::alone(self.kernel),
            _ => Name::under(ExecutorName::Rayon, self.kernel),
        }
    }
}

/// What a candidate will most likely take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Who.
    pub candidate: Candidate,
    /// Seconds before the first sample: compiling, starting threads.
    pub start: f64,
    /// Seconds for all samples.
    pub run: f64,
}

impl Prediction {
    /// Start and run.
    pub fn seconds(&self) -> f64 {
        self.start + self.run
    }
}

/// What the choice depends on besides the problem.
///
/// All times are those of the machine that the figures were measured on, a shared 2-core AMD
/// EPYC virtual machine with AVX-512, multiplied by `pace`. `cargo bench -p bench -- auto`
/// prints predictions beside what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// The most workers.
    pub workers: usize,
    /// Whether this build has a compiler.
    pub compiles: bool,
    /// Whether other programs keep its processors from being idle.
    pub busy: bool,
    /// How many times as long everything takes here.
    pub pace: f64,
    /// Seconds a sample takes with the kernels that were measured, in place of the figures.
    pub measured: Vec<(KernelName, f64)>,
}

/// The pace is believed within this factor: beyond, a measurement was disturbed.
const STRANGE: f64 = 8.0;

/// Seconds a kernel takes to start, beyond compiling: its first touch of code and arrays.
const SERIAL: f64 = 20e-6;
const NDARRAY: f64 = 35e-6;

/// Seconds an operation on an array takes however short that is, and the most parts that
/// a session has a sample of few batches computed in.
const ARRAY: f64 = 17e-9;
const PARTS: f64 = 96.0;

/// Nanoseconds that arrays take for a sample whatever its coordinates.
const SUMS: f64 = 1.0;

/// What a coordinate of a Sobol' point takes beside one of a random point, in compiled loops and in others: an xor in
/// place of a word of a stream, and the same map to the box (`cargo bench -p bench -- sobol`, n = 2 and 10).
const SOBOL_COMPILED: f64 = 0.4;
const SOBOL: f64 = 0.75;

/// Seconds until a thread is born, and until all have heard of the work.
const THREAD: f64 = 60e-6;
const WAKE: f64 = 100e-6;

/// Seconds that a thread waits for its turn where no processor is idle: a time slice.
const WAIT: f64 = 4e-3;

/// What each worker after the first adds, as a share of one: two threads of one core, or
/// one memory, are less than two cores.
const EACH_MORE: f64 = 0.85;

/// Seconds that LLVM takes for the smallest loop, for each chain of it, and more as soon
/// as there is anything but arithmetic.
const COMPILE: f64 = 7.2e-3;
const CHAIN: f64 = 0.35e-3;
const OTHER: f64 = 1.0e-3;

/// Seconds that LLVM takes for an operation: arithmetic, or another; half of it again for
/// each chain more.
const ARITHMETIC: f64 = 11e-6;
const OPERATION: f64 = 50e-6;
const AGAIN: f64 = 0.5;

impl Machine {
    /// This one, with at most so many workers.
    pub fn here(workers: usize) -> Self {
        let compiles = KernelName::Jit.missing().is_none();
        Self { workers, compiles, busy: false, pace: 1.0, measured: Vec::new() }
    }

    /// This machine, which is busy if more is running than it has processors for. Asking
    /// takes some microseconds, so a short run does not.
    pub fn seen(self) -> Self {
        let running = (self.workers > 1).then(running).flatten();
        Self { busy: running.is_some_and(|running| running > self.workers), ..self }
    }

    /// This machine, where a sample of `work` was seen to take so long with `kernel`. What
    /// is seen first says how fast the machine is.
    pub fn at_pace(mut self, work: &Work, kernel: KernelName, seconds: f64) -> Self {
        let usual = self.sample(work, kernel) / self.pace;
        let pace = (seconds / usual).clamp(1.0 / STRANGE, STRANGE);
        if self.measured.is_empty() {
            self.pace = match kernel {
                // Native code differs by what the compiler makes of it: that says little of others.
                KernelName::Serial => pace.sqrt(),
                // And the walk over a text by which of its branches are taken.
                KernelName::SerialInterpreted => self.pace,
                _ => pace,
            };
        }
        self.measured.push((kernel, usual * pace));
        self
    }

    /// Seconds that one worker takes for a sample.
    pub fn sample(&self, work: &Work, kernel: KernelName) -> f64 {
        if let Some((_, seconds)) = self.measured.iter().find(|(measured, _)| *measured == kernel) {
            return *seconds;
        }
        // What arrays take for a sample besides: its value is added to the sums of its batch, which
        // wait for the value before.
        let sums = if kernel == KernelName::Ndarray { SUMS } else { 0.0 };
        // Nanoseconds for a coordinate to be drawn, and for an operation on the sample.
        let (coordinate, operations, each) = match kernel {
            KernelName::Serial if work.native => (0.65, work.operations, 0.26),
            KernelName::Serial => (0.65, work.steps, 1.65),
            // Each function of the text is native code; the walk to it is not.
            KernelName::SerialInterpreted => (7.0, work.operations, 0.58),
            KernelName::Ndarray => (0.95, work.operations, 0.105),
            // Batches fill the lanes of vectors; one chain waits for itself.
            KernelName::JitLanes => (0.19, work.operations, 0.025),
            _ => (0.105, work.operations, 0.017),
        };
        let coordinate = match (work.sampling, kernel) {
            // There it is the walk to a coordinate that takes the time.
            (Sampling::Random, _) | (_, KernelName::SerialInterpreted) => coordinate,
            (_, KernelName::Serial | KernelName::Ndarray) => SOBOL * coordinate,
            (Sampling::Sobol, _) => SOBOL_COMPILED * coordinate,
        };
        self.pace * 1e-9 * (sums + coordinate * work.dims + each * operations)
    }

    /// Seconds before the first sample.
    pub fn start(&self, work: &Work, candidate: Candidate) -> f64 {
        let kernel = match candidate.kernel {
            KernelName::Ndarray => NDARRAY,
            KernelName::Jit => compile(work, work.chains()),
            KernelName::JitLanes => compile(work, 1.0),
            _ => SERIAL,
        };
        let threads = match candidate.workers.get() {
            1 => 0.0,
            workers => WAKE + THREAD * workers as f64 + if self.busy { WAIT } else { 0.0 },
        };
        self.pace * (kernel + threads)
    }

    /// What `candidate` takes for so many samples.
    pub fn predict(&self, work: &Work, candidate: Candidate, samples: f64) -> Prediction {
        let arrays = match candidate.kernel {
            KernelName::Ndarray => self.pace * ARRAY * work.operations * PARTS.min(samples / 6.0),
            _ => 0.0,
        };
        let all = arrays + self.sample(work, candidate.kernel) * samples;
        let workers = 1.0 + EACH_MORE * (candidate.workers.get() - 1) as f64;
        Prediction { candidate, start: self.start(work, candidate), run: all / workers }
    }

    /// Whether so many samples are done by the simplest loop before another candidate has started.
    pub fn is_tiny(&self, work: &Work, samples: f64) -> bool {
        self.sample(work, simplest(work)) * samples < NDARRAY - SERIAL
    }

    /// Every kernel with every number of workers that is tried: 1, 2, 4, … and the most.
    pub fn candidates(&self, work: &Work) -> Vec<Candidate> {
        let kernels = [
            (KernelName::SerialInterpreted, !work.native),
            (KernelName::Serial, true),
            (KernelName::Ndarray, true),
            (KernelName::JitLanes, self.compiles),
            (KernelName::Jit, self.compiles),
        ];
        let most = NonZeroUsize::new(self.workers).unwrap_or(NonZeroUsize::MIN);
        let doublings = (0..usize::BITS).map_while(|k| NonZeroUsize::new(1usize << k));
        let mut workers: Vec<_> = doublings.take_while(|workers| *workers < most).collect();
        workers.push(most);
        let here = kernels.into_iter().filter(|(_, here)| *here);
        here.flat_map(|(kernel, _)| {
            workers.iter().map(move |&workers| Candidate { kernel, workers })
        })
        .collect()
    }

    /// What every candidate takes, in the order of the chapters.
    pub fn predictions(&self, work: &Work, samples: f64) -> Vec<Prediction> {
        let predict = |candidate| self.predict(work, candidate, samples);
        self.candidates(work).into_iter().map(predict).collect()
    }

    /// The one that takes least.
    pub fn best(&self, work: &Work, samples: f64) -> Prediction {
        let alone = Candidate { kernel: simplest(work), workers: NonZeroUsize::MIN };
        let first = self.predict(work, alone, samples);
        self.predictions(work, samples)
            .into_iter()
            .fold(first, |best, other| if other.seconds() < best.seconds() { other } else { best })
    }

    /// What the quickest candidate with this kernel takes.
    pub fn best_of(&self, work: &Work, kernel: KernelName, samples: f64) -> f64 {
        self.predictions(work, samples)
            .iter()
            .filter(|prediction| prediction.candidate.kernel == kernel)
            .fold(f64::INFINITY, |best, prediction| best.min(prediction.seconds()))
    }

    /// So many samples, or those that the quickest candidate draws within `limit`, its
    /// start included, if they are fewer.
    pub fn within(&self, work: &Work, samples: f64, limit: Option<Duration>) -> f64 {
        let Some(limit) = limit else { return samples };
        let drawn = |candidate| {
            // Many at once, so that only what each of them takes counts.
            const MANY: f64 = 1e9;
            let Prediction { start, run, .. } = self.predict(work, candidate, MANY);
            MANY * (limit.as_secs_f64() - start) / run
        };
        let most = self.candidates(work).into_iter().map(drawn).fold(1.0, f64::max);
        samples.min(most)
    }
}

/// The loop that needs nothing: native code, or the text as it stands.
pub fn simplest(work: &Work) -> KernelName {
    if work.native { KernelName::Serial } else { KernelName::SerialInterpreted }
}

/// How many threads of all programs are running or waiting for a processor, this one
/// included; none where the system does not say.
fn running() -> Option<usize> {
    let load = std::fs::read_to_string("/proc/loadavg").ok()?;
    load.split(' ').nth(3)?.split('/').next()?.parse().ok()
}

/// Seconds that LLVM takes for the loop over `work`.
fn compile(work: &Work, chains: f64) -> f64 {
    let code = ARITHMETIC * work.arithmetic + OPERATION * work.other;
    let other = if work.other > 1.0 { OTHER } else { 0.0 };
    COMPILE + CHAIN * chains + other + code * (1.0 + AGAIN * (chains - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two coordinates, two operations, native code.
    const LECTURE: Work = Work {
        dims: 2.0,
        sampling: Sampling::Random,
        steps: 7.0,
        operations: 2.0,
        arithmetic: 1.0,
        other: 1.0,
        native: true,
    };

    /// A text of a thousand operations.
    const LONG: Work = Work {
        dims: 2.0,
        sampling: Sampling::Random,
        steps: 1022.0,
        operations: 973.0,
        arithmetic: 598.0,
        other: 375.0,
        native: false,
    };

    fn machine(workers: usize, compiles: bool) -> Machine {
        Machine { workers, compiles, busy: false, pace: 1.0, measured: Vec::new() }
    }

    fn chosen(machine: &Machine, work: &Work, samples: f64) -> (String, usize) {
        let Candidate { kernel, workers } = machine.best(work, samples).candidate;
        (Candidate { kernel, workers }.name().to_string(), workers.get())
    }

    #[test]
    fn more_samples_pay_for_threads_and_then_for_a_compiler() {
        let two = machine(2, true);
        assert_eq!(chosen(&two, &LECTURE, 1e2).0, "serial");
        assert_eq!(chosen(&two, &LECTURE, 1e6).0, "rayon-serial");
        assert_eq!(chosen(&two, &LECTURE, 1e9).0, "rayon-jit");
    }

    /// The default: 10⁶ samples of the lecture's problem, by one thread or two, also where the loop
    /// was seen to be as slow as arrays were once taken to be.
    #[test]
    fn a_million_samples_of_the_lecture_are_done_by_the_loop() {
        for workers in [1, 2] {
            for seen in [1.4e-9, 2.4e-9] {
                let seen = machine(workers, true).at_pace(&LECTURE, KernelName::Serial, seen);
                assert!(chosen(&seen, &LECTURE, 1e6).0.ends_with("serial"), "{seen:?}");
                let arrays = seen.best_of(&LECTURE, KernelName::Ndarray, 1e6);
                assert!(arrays > 1.2 * seen.best(&LECTURE, 1e6).seconds());
            }
        }
    }

    #[test]
    fn a_text_is_done_by_arrays_while_it_does_not_pay_to_compile_it() {
        let two = machine(2, true);
        assert_eq!(chosen(&two, &LONG, 1e1).0, "serial-interpreted");
        assert_eq!(chosen(&machine(1, true), &LONG, 1e4).0, "ndarray");
        assert_eq!(chosen(&two, &LONG, 1e5).0, "rayon-ndarray");
        assert!(chosen(&two, &LONG, 1e7).0.starts_with("rayon-jit"));
    }

    #[test]
    fn what_is_not_there_is_not_chosen() {
        for samples in [1e2, 1e4, 1e6, 1e9, 1e13] {
            for work in [&LECTURE, &LONG] {
                assert!(!chosen(&machine(2, false), work, samples).0.contains("jit"));
                assert_eq!(chosen(&machine(1, true), work, samples).1, 1);
            }
        }
        assert_eq!(chosen(&machine(1, true), &LECTURE, 1e9).0, "jit");
    }

    #[test]
    fn a_large_machine_uses_as_many_workers_as_pay() {
        let large = machine(96, true);
        let workers = |samples| chosen(&large, &LECTURE, samples).1;
        assert_eq!(workers(1e4), 1);
        let some = workers(3e6);
        assert!((2..96).contains(&some), "{some} workers for some milliseconds of work");
        assert_eq!(workers(1e12), 96);
        // As many as are asked for, also where that is no power of two.
        assert_eq!(chosen(&machine(3, true), &LECTURE, 1e10).1, 3);
    }

    #[test]
    fn a_slow_machine_compiles_slowly_too() {
        let quick = machine(2, true);
        let seconds = 5.0 * quick.sample(&LONG, KernelName::Ndarray);
        let slow = quick.clone().at_pace(&LONG, KernelName::Ndarray, seconds);
        assert!((slow.pace - 5.0).abs() < 1e-9);
        for samples in [1e3, 1e5, 1e7] {
            assert_eq!(chosen(&slow, &LONG, samples), chosen(&quick, &LONG, samples));
        }
        // Native code that is dearer than usual says that it is dear, and others win.
        let seconds = 30.0 * quick.sample(&LECTURE, KernelName::Serial);
        let dear = quick.clone().at_pace(&LECTURE, KernelName::Serial, seconds);
        assert_eq!(chosen(&quick, &LECTURE, 4e6).0, "rayon-serial");
        assert!(!chosen(&dear, &LECTURE, 4e6).0.contains("serial"));
        // What is seen second is believed too, and says nothing of the machine.
        let both = dear.clone().at_pace(&LECTURE, KernelName::Ndarray, 2e-9);
        assert_eq!(both.pace, dear.pace);
        assert_eq!(both.sample(&LECTURE, KernelName::Ndarray), 2e-9);
        // A measurement that went wrong does not go far.
        assert_eq!(quick.at_pace(&LONG, KernelName::Ndarray, 1e3).pace, STRANGE);
    }

    /// What a point saves is saved where drawing is what takes the time.
    #[test]
    fn sobol_points_cost_less() {
        let two = machine(2, true);
        for work in [LECTURE, LONG] {
            let sobol = Work { sampling: Sampling::Sobol, ..work };
            for kernel in [KernelName::Serial, KernelName::Ndarray, KernelName::Jit] {
                assert!(two.sample(&sobol, kernel) < two.sample(&work, kernel), "{kernel}");
            }
        }
        let sobol = Work { sampling: Sampling::Sobol, ..LECTURE };
        assert_eq!(chosen(&two, &sobol, 1e2).0, "serial");
        assert_eq!(chosen(&two, &sobol, 1e9).0, "rayon-jit");
    }

    #[test]
    fn where_no_processor_is_idle_threads_pay_later() {
        let (idle, busy) = (machine(2, true), Machine { busy: true, ..machine(2, true) });
        assert_eq!(chosen(&idle, &LECTURE, 1e6).0, "rayon-serial");
        assert_eq!(chosen(&busy, &LECTURE, 1e6).0, "serial");
        assert_eq!(chosen(&busy, &LECTURE, 1e9).0, "rayon-jit");
    }

    #[test]
    fn what_is_tiny_is_done_by_the_loop() {
        for work in [&LECTURE, &LONG] {
            for samples in [2.0, 10.0, 1e2, 1e3, 1e4, 1e5] {
                if machine(64, true).is_tiny(work, samples) {
                    let chosen = chosen(&machine(64, true), work, samples).0;
                    assert_eq!(chosen, simplest(work).to_string());
                }
            }
        }
        assert!(machine(2, true).is_tiny(&LECTURE, 1e3));
        assert!(!machine(2, true).is_tiny(&LONG, 1e2));
    }

    #[test]
    fn a_time_limit_bounds_the_samples() {
        let two = machine(2, true);
        assert_eq!(two.within(&LECTURE, 1e6, None), 1e6);
        assert_eq!(two.within(&LECTURE, 1e6, Some(Duration::from_secs(1))), 1e6);
        let short = two.within(&LECTURE, 1e13, Some(Duration::from_millis(2)));
        assert_eq!(chosen(&two, &LECTURE, short).0, "rayon-serial", "no time to compile");
        let long = two.within(&LECTURE, 1e13, Some(Duration::from_secs(20)));
        assert_eq!(chosen(&two, &LECTURE, long).0, "rayon-jit");
        assert!(two.best(&LECTURE, long).seconds() < 20.1);
        assert_eq!(two.within(&LECTURE, 1e13, Some(Duration::from_nanos(1))), 1.0);
    }
}
