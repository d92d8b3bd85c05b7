//! Arrays that are refused, in words, where memory cannot hold them.

use mc_core::RunError;
use ndarray::{Array1, Array2, ShapeBuilder};
use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};

use crate::evaluate::Arrays;
use crate::program::Program;

/// Arrays up to this size, in bytes, are made without asking how much memory
/// there is, which takes longer than to use them.
const SMALL: u64 = 16 << 20;

/// How much is taken at a time, in bytes, before looking again.
const STEP: u64 = 64 << 20;

/// Bytes that this process may still take without swapping or being killed:
/// what the machine has left, or its control group where that is less.
///
/// Pages of cached files count as left, since the system drops them when
/// memory is needed. On a system that sysinfo does not know there is no limit
/// but what the allocator refuses.
pub(crate) fn available() -> u64 {
    let Ok(mut system) = System::new() else { return u64::MAX };
    system.refresh_memory();
    let group = sysinfo::get_current_pid().ok().and_then(|pid| {
        let only = ProcessesToUpdate::Some(&[pid]);
        system.refresh_processes_specifics(only, false, ProcessRefreshKind::nothing());
        system.process(pid)?.cgroup_limits()
    });
    let in_group = group
        .or_else(|| system.cgroup_limits())
        .map_or(u64::MAX, |group| group.total_memory.saturating_sub(group.rss));
    system.available_memory().min(in_group)
}

/// Makes arrays for one technique.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Who asks.
    pub technique: &'static str,
    /// Tells how many bytes are available.
    pub available: fn() -> u64,
}

impl Memory {
    /// The arrays of `program` for `samples` samples at a time.
    ///
    /// Memory is taken step by step, and looked at between the steps: several
    /// threads or processes may be doing the same.
    ///
    /// # Errors
    ///
    /// [`RunError::TooMuchMemory`] if they do not fit.
    pub(crate) fn arrays(self, program: &Program, samples: u64) -> Result<Arrays, RunError> {
        let dims = program.tape.dims();
        // A column that starts 4096 bytes after its neighbour fights with it
        // for the same places of the cache: an odd number of cache lines.
        let rows = (samples.div_ceil(8) | 1).saturating_mul(8);
        let needed = rows.saturating_mul(8).saturating_mul(program.width());
        let mut taking = Taking { memory: self, needed, taken: 0, samples, dims };
        taking.check()?;
        let column = usize::try_from(rows).unwrap_or(usize::MAX);
        let failed = |error| RunError::Failed { technique: self.technique, cause: Box::new(error) };
        let points = taking.zeros(column.saturating_mul(dims))?;
        let points = Array2::from_shape_vec((column, dims).f(), points).map_err(failed)?;
        let registers = (0..program.registers()).map(|_| taking.zeros(column).map(Array1::from));
        Ok(Arrays { points, registers: registers.collect::<Result<_, _>>()? })
    }
}

/// Arrays that are being made.
struct Taking {
    memory: Memory,
    needed: u64,
    taken: u64,
    samples: u64,
    dims: usize,
}

impl Taking {
    /// Zeros, written, so that their memory is really there.
    fn zeros(&mut self, len: usize) -> Result<Vec<f64>, RunError> {
        let mut zeros = Vec::new();
        // What the allocator refuses is not available, whatever the system says.
        zeros.try_reserve_exact(len).map_err(|_| self.refused(self.taken))?;
        while zeros.len() < len {
            self.check()?;
            let step = (len - zeros.len()).min((STEP / 8) as usize);
            zeros.resize(zeros.len() + step, 0.0);
            self.taken += 8 * step as u64;
        }
        Ok(zeros)
    }

    /// Whether what is still to be taken fits. A sixteenth of what is available
    /// is left to others.
    fn check(&self) -> Result<(), RunError> {
        if self.needed <= SMALL {
            return Ok(());
        }
        let available = (self.memory.available)();
        let available = available - available / 16;
        if self.needed - self.taken > available {
            return Err(self.refused(available + self.taken));
        }
        Ok(())
    }

    fn refused(&self, available: u64) -> RunError {
        RunError::TooMuchMemory {
            technique: self.memory.technique,
            needed: self.needed,
            available,
            samples: self.samples,
            dims: self.dims,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use mc_core::{SquaredNorm, Tape};

    use super::*;

    fn program() -> Program {
        Program::new(&Tape::trace(&SquaredNorm, 2).unwrap())
    }

    fn ask(available: fn() -> u64, samples: u64) -> Result<Arrays, RunError> {
        Memory { technique: "test", available }.arrays(&program(), samples)
    }

    #[test]
    fn this_machine_has_memory() {
        let bytes = available();
        assert!(bytes > 1 << 20, "{bytes} bytes");
    }

    #[test]
    fn what_is_needed_is_what_is_taken() {
        // A loop over two columns, with two accs that change places.
        assert_eq!(program().width(), 4);
        let arrays = ask(|| u64::MAX, 1_000_001).unwrap();
        assert_eq!(arrays.points.ncols() + arrays.registers.len(), 4);
        assert!(arrays.points.column(1).as_slice().is_some(), "columns have no gaps");
        let rows = arrays.points.nrows();
        assert!((1_000_001..1_000_017).contains(&rows) && rows % 16 == 8, "{rows}");
    }

    #[test]
    fn refused_when_it_would_not_fit() {
        // 2·10⁶ samples of 4·8 bytes are 64 million bytes.
        let error = ask(|| 60_000_000, 2_000_000).unwrap_err();
        let RunError::TooMuchMemory {
            technique: "test",
            needed,
            available: left,
            samples,
            dims: 2,
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((needed, samples), (64_000_256, 2_000_000));
        assert_eq!(left, 60_000_000 - 60_000_000 / 16);
        assert!(ask(|| 70_000_000, 2_000_000).is_ok());
        assert!(ask(|| 0, 100_000).is_ok(), "little is taken unasked");
        for samples in [1 << 40, u64::MAX] {
            assert!(matches!(ask(available, samples), Err(RunError::TooMuchMemory { .. })));
        }
    }

    #[test]
    fn refused_when_the_allocator_says_no() {
        // As on a system with a limit on addresses: the question alone would let it pass.
        assert!(matches!(ask(|| u64::MAX, 1 << 58), Err(RunError::TooMuchMemory { .. })));
    }

    #[test]
    fn refused_when_others_take_it_meanwhile() {
        static LOOKS: AtomicU64 = AtomicU64::new(0);
        // 320 MB are asked for; after two steps someone else has taken the rest.
        let error = ask(
            || if LOOKS.fetch_add(1, Ordering::Relaxed) < 3 { 1 << 30 } else { 1 << 20 },
            10_000_000,
        )
        .unwrap_err();
        assert!(matches!(error, RunError::TooMuchMemory { .. }), "{error}");
    }
}
