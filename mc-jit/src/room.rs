//! Memory that vectors are written to.

use std::collections::TryReserveError;
use std::ops::{Index, IndexMut};

/// As long as the widest vector, and aligned like it.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f64; 8]);

/// Doubles, aligned to 64 bytes.
pub(crate) struct Room(Vec<Line>);

impl Room {
    /// Room for `doubles` of them; all are 0.
    pub(crate) fn new(doubles: usize) -> Result<Self, TryReserveError> {
        let lines = doubles.div_ceil(8);
        let mut room = Vec::new();
        room.try_reserve_exact(lines)?;
        room.resize(lines, Line([0.0; 8]));
        Ok(Self(room))
    }

    /// The first of them.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut f64 {
        self.0.as_mut_ptr().cast()
    }
}

impl Index<usize> for Room {
    type Output = f64;

    fn index(&self, at: usize) -> &f64 {
        &self.0[at / 8].0[at % 8]
    }
}

impl IndexMut<usize> for Room {
    fn index_mut(&mut self, at: usize) -> &mut f64 {
        &mut self.0[at / 8].0[at % 8]
    }
}
