//! Memory that vectors are written to.

#![allow(
    clippy::indexing_slicing,
    reason = "callers stay below the length that they asked for, as with any slice"
)]

use std::collections::TryReserveError;
use std::ops::{Index, IndexMut};

/// As long as the widest vector, and aligned like it.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f64; 8]);

/// Lines that need no allocation: it would take as long as a hundred samples.
const HERE: usize = 24;

/// Doubles that need no allocation.
pub(crate) const AT_HAND: usize = 8 * HERE;

/// Doubles, aligned to 64 bytes.
pub(crate) struct Memory {
    here: [Line; HERE],
    /// Instead, if they are more.
    heap: Vec<Line>,
}

/// What is allocated, if anything must be.
pub(crate) struct Room(Vec<Line>);

impl Room {
    /// For `doubles` of them.
    #[inline]
    pub(crate) fn new(doubles: usize) -> Result<Self, TryReserveError> {
        let lines = doubles.div_ceil(8);
        let mut heap = Vec::new();
        if lines > HERE {
            heap.try_reserve_exact(lines)?;
            heap.resize(lines, Line([0.0; 8]));
        }
        Ok(Self(heap))
    }
}

impl Memory {
    /// Room for `doubles` of them; all are 0.
    #[inline]
    pub(crate) fn new(doubles: usize) -> Result<Self, TryReserveError> {
        Room::new(doubles).map(Self::of)
    }

    /// In this room; all are 0. It is made where it is kept: to move it would take as long as some samples.
    #[inline(always)]
    pub(crate) fn of(room: Room) -> Self {
        Self { here: [Line([0.0; 8]); HERE], heap: room.0 }
    }

    fn lines(&self) -> &[Line] {
        if self.heap.is_empty() { &self.here } else { &self.heap }
    }

    fn lines_mut(&mut self) -> &mut [Line] {
        if self.heap.is_empty() { &mut self.here } else { &mut self.heap }
    }

    /// The bits of all of them.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        let lines = self.lines_mut();
        // SAFETY: a line is eight doubles and nothing else, and any word is the bits of one.
        unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), 8 * lines.len()) }
    }

    /// The first of them, until this moves.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut f64 {
        self.lines_mut().as_mut_ptr().cast()
    }
}

impl Index<usize> for Memory {
    type Output = f64;

    fn index(&self, at: usize) -> &f64 {
        &self.lines()[at / 8].0[at % 8]
    }
}

impl IndexMut<usize> for Memory {
    fn index_mut(&mut self, at: usize) -> &mut f64 {
        &mut self.lines_mut()[at / 8].0[at % 8]
    }
}
