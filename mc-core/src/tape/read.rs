//! A tape that comes from outside: read, then checked (feature `serde`).

use std::cell::Cell;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::validate::{MAX_DEPTH, TapeError};
use super::{Constant, Fold, Step, Tape, Value};

/// Reads a fold that may hold folds, to a limit: what was read must not be able
/// to exhaust the stack before it can be checked.
pub(super) fn nested<'de, D: Deserializer<'de>>(from: D) -> Result<Box<Fold>, D::Error> {
    thread_local! {
        static DEPTH: Cell<usize> = const { Cell::new(0) };
    }
    if DEPTH.get() == MAX_DEPTH {
        return Err(D::Error::custom(TapeError::TooDeep));
    }
    DEPTH.set(DEPTH.get() + 1);
    let fold = Box::deserialize(from);
    DEPTH.set(DEPTH.get() - 1);
    fold
}

/// A tape as it was read, before the check.
#[derive(Deserialize)]
pub(super) struct Unchecked {
    dims: u32,
    values: u32,
    tables: Vec<Vec<Constant>>,
    steps: Vec<Step>,
    result: Value,
}

impl TryFrom<Unchecked> for Tape {
    type Error = TapeError;

    fn try_from(read: Unchecked) -> Result<Self, TapeError> {
        let Unchecked { dims, values, tables, steps, result } = read;
        let tape = Self { dims, values, tables, steps, result };
        tape.validate()?;
        Ok(tape)
    }
}
