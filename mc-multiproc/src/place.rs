//! One worker a CPU.

/// The CPU that each worker keeps to, if there are as many workers as CPUs.
///
/// A thread that wakes should find an idle CPU by itself. In virtual machines it
/// often does not: the guest's scheduler takes a CPU that sleeps for one that its
/// host has taken away, and wakes two workers on one CPU, which then share it for
/// some milliseconds: longer than a short run. With fewer workers than CPUs
/// nothing is bound, since two programs would then be bound to the same few CPUs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    cpus: Vec<usize>,
}

impl Places {
    /// For this many workers, on the CPUs that this thread may use.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(workers: usize) -> Self {
        use rustix::thread::{CpuSet, sched_getaffinity};

        let Ok(allowed) = sched_getaffinity(None) else { return Self::default() };
        let cpus: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|&cpu| allowed.is_set(cpu)).collect();
        // A quota may be less than the CPUs.
        let all = cpus.len() == workers && workers == crate::default_workers().get();
        if all && workers > 1 { Self { cpus } } else { Self::default() }
    }

    /// Other systems are left to themselves.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(_: usize) -> Self {
        Self::default()
    }

    /// Binds this thread to the CPU of worker `worker`. A system that refuses is
    /// slower in short runs, and no more than that.
    pub(crate) fn take(&self, worker: usize) {
        if let Some(&cpu) = self.cpus.get(worker) {
            bind(None, cpu);
        }
    }

    /// The same for a process that has just been started as this worker.
    pub(crate) fn give(&self, worker: usize, process: u32) {
        if let Some(&cpu) = self.cpus.get(worker) {
            bind(Some(process), cpu);
        }
    }
}

/// Binds this thread, or the first thread of process `id` and those it will start,
/// to a CPU, where the system lets it.
#[cfg(target_os = "linux")]
fn bind(id: Option<u32>, cpu: usize) {
    use rustix::thread::{CpuSet, Pid, sched_setaffinity};

    let id = id.map(|id| i32::try_from(id).ok().and_then(Pid::from_raw));
    if cpu < CpuSet::MAX_CPU && id != Some(None) {
        let mut one = CpuSet::new();
        one.set(cpu);
        let _ = sched_setaffinity(id.flatten(), &one);
    }
}

/// Other systems are left to themselves.
#[cfg(not(target_os = "linux"))]
fn bind(_: Option<u32>, _: usize) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use rustix::thread::{CpuSet, sched_getaffinity};

    use super::*;

    fn allowed() -> Vec<usize> {
        let set = sched_getaffinity(None).expect("Linux tells");
        (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect()
    }

    #[test]
    fn each_worker_keeps_to_a_cpu_of_its_own() {
        let cpus = allowed();
        let places = Places::of(cpus.len());
        if cpus.len() < 2 || crate::default_workers().get() != cpus.len() {
            assert_eq!(places, Places::default());
            return;
        }
        for (worker, &cpu) in cpus.iter().enumerate() {
            let places = places.clone();
            let bound = thread::spawn(move || {
                places.take(worker);
                allowed()
            });
            assert_eq!(bound.join().expect("it ends"), [cpu]);
        }
    }

    #[test]
    fn fewer_or_more_workers_than_cpus_are_left_to_the_system() {
        let count = allowed().len();
        for workers in [1, count + 1, 10_000] {
            assert_eq!(Places::of(workers), Places::default(), "{workers}");
        }
    }
}
