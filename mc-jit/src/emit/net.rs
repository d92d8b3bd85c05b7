//! Sobol' points of L batches at once, as in [`mc_core::net`].

#![allow(clippy::indexing_slicing, reason = "every coordinate has a state in each row")]

use inkwell::values::{IntValue, PointerValue, VectorValue};

use super::ir::{Ir, Vectors};
use super::notes::Note;
use super::table::Round;
use crate::error::JitError;

/// The states of the points: for each coordinate, a word in every lane of each row, vectors of different batches.
///
/// From a point to the next, a coordinate changes by one direction number, the same in all lanes: it is
/// read from memory once, into all of them.
#[derive(Clone)]
pub(super) struct Nets<'ctx> {
    dims: usize,
    /// Vectors of different batches.
    rows: usize,
    /// Points of each batch that are drawn together, a power of two.
    points: usize,
    /// The direction numbers: those of all coordinates for digit 0, then for digit 1, ….
    words: PointerValue<'ctx>,
    /// Those that lead from the last of the points drawn together to the next one.
    next: PointerValue<'ctx>,
    /// The states in memory: L words of each row for coordinate 0, then for coordinate 1, ….
    states: PointerValue<'ctx>,
}

impl<'ctx> Nets<'ctx> {
    /// Those of group `group`. The host has put the first states of all groups into `states`.
    pub(super) fn start(
        ir: &Ir<'_, 'ctx>,
        [words, states]: [PointerValue<'ctx>; 2],
        group: IntValue<'ctx>,
        [dims, rows, points]: [usize; 3],
    ) -> Result<Self, JitError> {
        let each = dims as u64 * rows as u64 * u64::from(ir.lanes());
        let first = ir.builder.build_int_mul(group, ir.int(each), "")?;
        let states = ir.at(states, first)?;
        Ok(Self { dims, rows, points, words, next: words, states })
    }

    /// The number of vectors that are drawn together: every row's, point after point.
    pub(super) fn vectors(&self) -> usize {
        self.rows * self.points
    }

    /// In round `round` of the loop over samples: which digit the step to the next round is of.
    pub(super) fn round(
        mut self,
        ir: &Ir<'_, 'ctx>,
        round: IntValue<'ctx>,
    ) -> Result<Self, JitError> {
        let b = &ir.builder;
        let step = ir.step(Note::Digit);
        let digit = ir.trailing_zeros(b.build_int_add(round, ir.int(1), "")?)?;
        let digit = b.build_int_add(digit, ir.int(self.points.ilog2().into()), "")?;
        self.next = ir.at(self.words, b.build_int_mul(digit, ir.int(self.dims as u64), "")?)?;
        ir.step(step);
        Ok(self)
    }

    /// The state of coordinate `k` at each of the points, as d ∈ [1, 2): point after point, all rows.
    pub(super) fn draw(
        &mut self,
        ir: &Ir<'_, 'ctx>,
        k: Round<'ctx>,
    ) -> Result<Vectors<'ctx>, JitError> {
        let b = &ir.builder;
        let step = ir.step(Note::Step);
        let k = match k {
            Round::Known(k) => ir.int(k as u64),
            Round::Index(k) => k,
        };
        let width = self.rows as u64 * u64::from(ir.lanes());
        let first = b.build_int_mul(k, ir.int(width), "")?;
        let place = |row: usize| {
            let at = ir.int(row as u64 * u64::from(ir.lanes()));
            ir.at(self.states, b.build_int_add(first, at, "")?)
        };
        let mut state: Vectors<'ctx> =
            (0..self.rows).map(|row| ir.load_words(place(row)?)).collect::<Result<_, _>>()?;
        let mut drawn = Vec::with_capacity(self.vectors());
        for point in 1..=self.points {
            drawn.extend(state.iter().copied());
            let words = if point == self.points {
                self.next
            } else {
                let digit = u64::from(point.trailing_zeros());
                ir.at(self.words, ir.int(digit * self.dims as u64))?
            };
            let word = ir.load_splat_word(ir.at(words, k)?)?;
            for state in &mut state {
                *state = b.build_xor(*state, word, "state")?;
            }
        }
        for (row, state) in state.into_iter().enumerate() {
            b.build_store(place(row)?, state)?;
        }
        let numbers = drawn.into_iter().map(|d: VectorValue<'ctx>| ir.to_number(d)).collect();
        ir.step(step);
        numbers
    }
}
