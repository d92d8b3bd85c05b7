//! The same arrays, cut so small that they stay in the cache.

use std::sync::{Mutex, PoisonError};

use mc_core::{
    Block, Kernel, Moments, Plan, PrepareError, Problem, RunError, Sampling, Technique, Tree,
};

use crate::evaluate::Arrays;
use crate::memory::{self, Memory};
use crate::piece_loop;
use crate::program::Program;

/// Bytes of points and temporaries that a piece may have: half of a level-2
/// cache, which has 512 KiB or more in today's processors.
const PIECE: u64 = 256 << 10;

/// Samples that a piece has at least. In shorter arrays it takes longer to look
/// up a step than to do it; leaving the cache costs less than that.
const SHORTEST: u64 = 128;

/// Samples that a piece has at most. Then what a pass reads and writes stays in a level-1 cache, 8 KiB an array.
const LONGEST: u64 = 1024;

/// Batches side by side. Their states and sums, 56 bytes each, stay in a level-1 cache; a pass over them is
/// long enough to be worth starting.
const SIDE_BY_SIDE: u64 = 256;

/// Batches of Sobol' points side by side where there are many coordinates, since each of them has a word of its own.
const SIDE_BY_SIDE_AT_LEAST: u64 = 64;

/// Bytes of the first points of these batches, if they are more than that.
const FIRST_POINTS: u64 = 64 << 10;

/// Pieces of the samples, each small enough for the cache: technique `ndarray`.
///
/// Memory does not grow with M.
#[derive(Clone, Copy, Debug)]
pub struct Chunked {
    /// Samples in a piece, if it is not for the cache to say.
    piece: Option<u64>,
}

impl Default for Chunked {
    fn default() -> Self {
        Self::new()
    }
}

impl Chunked {
    /// Pieces for the cache: the fewer samples, the more coordinates they have
    /// and the more arrays the integrand needs at a time.
    pub fn new() -> Self {
        Self { piece: None }
    }

    /// Pieces of `samples` samples, at least 1: to see what the length does.
    pub fn with_piece(samples: u64) -> Self {
        Self { piece: Some(samples.max(1)) }
    }
}

impl Technique for Chunked {
    fn name(&self) -> &'static str {
        "ndarray"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let program = Program::new(problem.h());
        let in_cache = (PIECE / (8 * program.width())).clamp(SHORTEST, LONGEST);
        Ok(Box::new(ChunkedArrays {
            problem: problem.clone(),
            program,
            piece: self.piece.unwrap_or(in_cache),
            memory: Memory { technique: self.name(), available: memory::available },
            spare: Mutex::new(Vec::new()),
        }))
    }
}

struct ChunkedArrays {
    problem: Problem,
    program: Program,
    /// Samples in a piece.
    piece: u64,
    memory: Memory,
    /// Arrays that no block is computed in now: as many as there were workers.
    spare: Mutex<Vec<Arrays>>,
}

impl Kernel for ChunkedArrays {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        self.nodes(plan, block, block.level()).map(Tree::of)
    }

    /// Batches of different nodes are side by side too.
    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, RunError> {
        // Short blocks get short arrays: they are side by side in few pages of memory.
        let piece = self.piece.min(block.samples(plan));
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut arrays = match spare {
            Some(arrays) if arrays.points.nrows() as u64 >= piece => arrays,
            _ => self.memory.arrays(&self.program, piece)?,
        };
        let axes = self.problem.affine();
        let most = side_by_side(plan.sampling(), self.problem.dims());
        let nodes = piece_loop::nodes(plan, block, level, axes, &self.program, &mut arrays, most);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(arrays);
        nodes
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        let level = plan.block_level(self.problem.dims(), workers);
        // Enough batches to be side by side, unless the workers need shorter blocks.
        level.max(plan.block_level(1, workers).min(SIDE_BY_SIDE.ilog2()))
    }
}

/// How many batches are side by side.
fn side_by_side(sampling: Sampling, dims: usize) -> u64 {
    match sampling {
        Sampling::Random => SIDE_BY_SIDE,
        Sampling::Sobol => {
            (FIRST_POINTS / (8 * dims as u64)).clamp(SIDE_BY_SIDE_AT_LEAST, SIDE_BY_SIDE)
        }
    }
}
