//! The points that h is evaluated at, one in each lane of each chain.

#![allow(
    clippy::indexing_slicing,
    reason = "a valid tape reads coordinates below its dims, and `draw_up_to` has drawn this one"
)]

use inkwell::values::{IntValue, PointerValue, VectorValue};
use mc_core::Affine;

use super::drawing::Drawing;
use super::ir::{Ir, Vectors};
use super::notes::Note;
use super::table::{Round, Table};
use crate::error::JitError;
use crate::shape::Draw;

/// The maps from d ∈ [1, 2) to the sides of the box.
pub(super) struct Axes<'ctx> {
    dims: usize,
    scales: Table<'ctx>,
    offsets: Table<'ctx>,
}

impl<'ctx> Axes<'ctx> {
    /// These maps, one a coordinate.
    pub(super) fn new(maps: &[Affine]) -> Self {
        Self {
            dims: maps.len(),
            scales: Table::new("scale", maps.iter().map(|map| map.scale)),
            offsets: Table::new("offset", maps.iter().map(|map| map.offset)),
        }
    }
}

/// The current point of every lane, and what it is drawn from.
pub(super) struct Points<'e, 'ctx> {
    axes: &'e Axes<'ctx>,
    drawing: Drawing<'ctx>,
    place: Place<'ctx>,
}

/// Where the coordinates are: see [`Draw`].
enum Place<'ctx> {
    /// Those that are drawn.
    Registers(Vec<Vectors<'ctx>>),
    /// That of the current round.
    InFold(Vectors<'ctx>),
    /// All, L doubles of each chain for coordinate 0, then for coordinate 1, ….
    Memory,
    /// Given ones: L doubles of coordinate 0 are at `first`, those of the next
    /// coordinate `stride` doubles further on, ….
    Given { first: PointerValue<'ctx>, stride: IntValue<'ctx> },
}

impl<'e, 'ctx> Points<'e, 'ctx> {
    /// The next points. The memory has room for all its coordinates
    /// if they are to be there.
    pub(super) fn next(
        ir: &Ir<'_, 'ctx>,
        axes: &'e Axes<'ctx>,
        drawing: Drawing<'ctx>,
        draw: Draw,
    ) -> Result<Self, JitError> {
        let place = match draw {
            Draw::Registers => Place::Registers(Vec::with_capacity(axes.dims)),
            Draw::InFold(_) => Place::InFold(Vec::new()),
            Draw::Memory => Place::Memory,
        };
        let mut point = Self { axes, drawing, place };
        if draw == Draw::Memory {
            point.draw_to_memory(ir)?;
        }
        Ok(point)
    }

    /// Points that are not drawn, one chain of them; `axes` has no coordinates.
    pub(super) fn given(
        axes: &'e Axes<'ctx>,
        first: PointerValue<'ctx>,
        stride: IntValue<'ctx>,
    ) -> Self {
        Self { axes, drawing: Drawing::nothing(), place: Place::Given { first, stride } }
    }

    /// Doubles that the point takes in memory.
    pub(super) fn doubles(&self, ir: &Ir<'_, 'ctx>) -> u64 {
        match self.place {
            Place::Memory => self.axes.dims as u64 * self.vectors() as u64 * u64::from(ir.lanes()),
            _ => 0,
        }
    }

    /// Whether coordinate `round` can be read in any function: from memory, or
    /// because it is a number that is there already.
    pub(super) fn is_everywhere(&self, round: Round<'ctx>) -> bool {
        matches!((&self.place, round), (Place::Memory, Round::Known(_)) | (Place::InFold(_), _))
    }

    /// The number of vectors of a coordinate.
    pub(super) fn vectors(&self) -> usize {
        match self.place {
            Place::Given { .. } => 1,
            _ => self.drawing.vectors(),
        }
    }

    /// Draws one coordinate.
    fn draw(&mut self, ir: &Ir<'_, 'ctx>, k: Round<'ctx>) -> Result<Vectors<'ctx>, JitError> {
        let step = ir.step(Note::Map);
        let scale = self.axes.scales.entry(ir, k)?;
        let offset = self.axes.offsets.entry(ir, k)?;
        let d = self.drawing.draw(ir, k)?;
        let x = d.into_iter().map(|d| ir.mul_add(scale, d, offset)).collect();
        ir.step(step);
        x
    }

    fn draw_to_memory(&mut self, ir: &Ir<'_, 'ctx>) -> Result<(), JitError> {
        let rounds = ir.int(self.axes.dims as u64);
        let coords = ir.begin_loop("coord", rounds, &self.drawing.carried())?;
        self.drawing.go_on(&coords.carried);
        for (chain, x) in self.draw(ir, Round::Index(coords.index))?.into_iter().enumerate() {
            ir.builder.build_store(self.slot(ir, coords.index, chain)?, x)?;
        }
        ir.end_loop(coords, &self.drawing.carried())
    }

    /// Where the coordinate `k` of `chain` is in memory.
    fn slot(
        &self,
        ir: &Ir<'_, 'ctx>,
        k: IntValue<'ctx>,
        chain: usize,
    ) -> Result<PointerValue<'ctx>, JitError> {
        let lanes = u64::from(ir.lanes());
        let width = ir.int(self.drawing.vectors() as u64 * lanes);
        let first = ir.builder.build_int_mul(k, width, "")?;
        let at = ir.builder.build_int_add(first, ir.int(chain as u64 * lanes), "")?;
        ir.at(ir.memory.get(), at)
    }

    /// Coordinate `first + round`.
    pub(super) fn coord(
        &mut self,
        ir: &Ir<'_, 'ctx>,
        first: usize,
        round: Round<'ctx>,
    ) -> Result<Vectors<'ctx>, JitError> {
        if let (Place::Registers(_), Round::Known(k)) = (&self.place, round) {
            self.draw_up_to(ir, first + k + 1)?;
        }
        match (&self.place, round) {
            (Place::Registers(drawn), Round::Known(k)) => Ok(drawn[first + k].clone()),
            (Place::InFold(current), _) => Ok(current.clone()),
            (Place::Memory, _) => {
                let k = number(ir, first, round)?;
                let chains = 0..self.drawing.vectors();
                chains.map(|chain| ir.load(self.slot(ir, k, chain)?)).collect()
            }
            (Place::Given { first: base, stride }, _) => {
                let k = number(ir, first, round)?;
                let at = ir.at(*base, ir.builder.build_int_mul(k, *stride, "")?)?;
                Ok(vec![ir.load_any(at)?])
            }
            // `Shape::of` leaves no loop over coordinates that are in registers.
            (Place::Registers(_), Round::Index(_)) => Err(JitError::Shape),
        }
    }

    /// Draws the coordinates before `end` that are not drawn yet, if they are
    /// drawn one by one.
    fn draw_up_to(&mut self, ir: &Ir<'_, 'ctx>, end: usize) -> Result<(), JitError> {
        while let Place::Registers(drawn) = &self.place
            && drawn.len() < end
        {
            let x = self.draw(ir, Round::Known(drawn.len()))?;
            if let Place::Registers(drawn) = &mut self.place {
                drawn.push(x);
            }
        }
        Ok(())
    }

    /// Before a loop: what its rounds read must be drawn by then.
    pub(super) fn draw_all(&mut self, ir: &Ir<'_, 'ctx>) -> Result<(), JitError> {
        self.draw_up_to(ir, self.axes.dims)
    }

    /// What is to be carried round the loop that draws.
    pub(super) fn carried(&self) -> Vectors<'ctx> {
        self.drawing.carried()
    }

    /// In a round of the loop that draws: its coordinate.
    pub(super) fn draw_in_fold(
        &mut self,
        ir: &Ir<'_, 'ctx>,
        carried: &[VectorValue<'ctx>],
        round: Round<'ctx>,
    ) -> Result<(), JitError> {
        self.drawing.go_on(carried);
        self.place = Place::InFold(self.draw(ir, round)?);
        Ok(())
    }

    /// What the points after this one are drawn from, once every coordinate is drawn.
    pub(super) fn finish(mut self, ir: &Ir<'_, 'ctx>) -> Result<Drawing<'ctx>, JitError> {
        self.draw_all(ir)?;
        Ok(self.drawing)
    }
}

/// `first + round`.
fn number<'ctx>(
    ir: &Ir<'_, 'ctx>,
    first: usize,
    round: Round<'ctx>,
) -> Result<IntValue<'ctx>, JitError> {
    match round {
        Round::Known(k) => Ok(ir.int((first + k) as u64)),
        Round::Index(k) => Ok(ir.builder.build_int_add(k, ir.int(first as u64), "")?),
    }
}
