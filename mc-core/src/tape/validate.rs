//! What makes a tape valid; checked whenever one comes from outside.

#![allow(
    clippy::indexing_slicing,
    reason = "the values of a fold were found below `values` before it is closed"
)]

use super::{Op, Row, Step, Tape, Value};
use crate::support::MAX_DIMS;

/// Why a tape is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TapeError {
    /// A value is read where it is not defined.
    #[error("value {} is read where it is not defined: a value must not leave the body of its fold", value.0)]
    NotDefined {
        /// The value.
        value: Value,
    },
    /// A value is defined twice, or its name is out of range.
    #[error("value {} is defined twice or out of range", value.0)]
    Redefined {
        /// The value.
        value: Value,
    },
    /// A coordinate that the points do not have.
    #[error("coordinate {coord} is read, but points have {dims}")]
    NoCoord {
        /// The coordinate.
        coord: u64,
        /// How many there are.
        dims: u32,
    },
    /// A table that is missing or shorter than its fold.
    #[error("table {table} is missing or too short for its fold")]
    BadTable {
        /// The table's index.
        table: u32,
    },
    /// A fold of no rounds.
    #[error("a fold has no rounds")]
    EmptyFold,
    /// Folds inside folds, too deep.
    #[error("folds are nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// More coordinates than a support can have, or none.
    #[error("a tape over {dims} coordinates: there must be 1 to {MAX_DIMS}")]
    BadDims {
        /// How many.
        dims: u32,
    },
}

/// How deep folds may nest.
pub(super) const MAX_DEPTH: usize = 64;

impl Tape {
    pub(super) fn validate(&self) -> Result<(), TapeError> {
        if self.dims == 0 || self.dims as usize > MAX_DIMS {
            return Err(TapeError::BadDims { dims: self.dims });
        }
        // Every value takes a step or is one of the two that a fold defines.
        if self.values as usize > 3 * self.len() {
            return Err(TapeError::Redefined { value: Value(self.values) });
        }
        let mut check = Check { tape: self, state: vec![State::Unknown; self.values()] };
        check.block(&self.steps, 0)?;
        check.read(self.result)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unknown,
    Defined,
    /// The index of an open fold of this many rounds.
    Index(u32),
    /// Defined inside a fold that has ended.
    Gone,
}

struct Check<'t> {
    tape: &'t Tape,
    state: Vec<State>,
}

impl Check<'_> {
    fn define(&mut self, value: Value, state: State) -> Result<(), TapeError> {
        match self.state.get_mut(value.index()) {
            Some(slot @ State::Unknown) => {
                *slot = state;
                Ok(())
            }
            _ => Err(TapeError::Redefined { value }),
        }
    }

    fn read(&self, value: Value) -> Result<(), TapeError> {
        match self.state.get(value.index()) {
            Some(State::Defined | State::Index(_)) => Ok(()),
            _ => Err(TapeError::NotDefined { value }),
        }
    }

    fn coords(&self, first: u32, len: u32) -> Result<(), TapeError> {
        let last = u64::from(first) + u64::from(len) - 1;
        if last < u64::from(self.tape.dims) {
            Ok(())
        } else {
            Err(TapeError::NoCoord { coord: last, dims: self.tape.dims })
        }
    }

    fn block(&mut self, steps: &[Step], depth: usize) -> Result<(), TapeError> {
        if depth > MAX_DEPTH {
            return Err(TapeError::TooDeep);
        }
        for step in steps {
            match &step.op {
                Op::Const(_) => {}
                Op::Coord(k) => self.coords(*k, 1)?,
                Op::Unary(_, a) => self.read(*a)?,
                Op::Binary(_, a, b) => {
                    self.read(*a)?;
                    self.read(*b)?;
                }
                Op::Ternary(_, a, b, c) => {
                    self.read(*a)?;
                    self.read(*b)?;
                    self.read(*c)?;
                }
                Op::Element { row, index } => {
                    let Some(State::Index(len)) = self.state.get(index.index()).copied() else {
                        return Err(TapeError::NotDefined { value: *index });
                    };
                    match *row {
                        Row::Coords { first } => self.coords(first, len)?,
                        Row::Table(table) => {
                            let entries = self.tape.tables.get(table as usize).map_or(0, Vec::len);
                            if entries < len as usize {
                                return Err(TapeError::BadTable { table });
                            }
                        }
                    }
                }
                Op::Fold(fold) => {
                    if fold.len == 0 {
                        return Err(TapeError::EmptyFold);
                    }
                    self.read(fold.init)?;
                    self.define(fold.index, State::Index(fold.len))?;
                    self.define(fold.acc, State::Defined)?;
                    self.block(&fold.body, depth + 1)?;
                    self.read(fold.next)?;
                    let inner = [fold.index, fold.acc].into_iter();
                    for value in inner.chain(fold.body.iter().map(|step| step.value)) {
                        self.state[value.index()] = State::Gone;
                    }
                }
            }
            self.define(step.value, State::Defined)?;
        }
        Ok(())
    }
}
