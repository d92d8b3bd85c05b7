//! The integrand: each operation of the tape as instructions on vectors.

#![allow(
    clippy::indexing_slicing,
    reason = "every value has all chains; a valid tape has the tables that it reads"
)]

use std::rc::Rc;

use inkwell::FloatPredicate;
use inkwell::values::VectorValue;
use mc_core::elementary::LARGEST_REDUCED_BY_FMA;
use mc_core::{Binary, FoldBody, Lower, Row, Ternary, Unary};

use super::ir::{Ir, Vectors};
use super::parts::Parts;
use super::points::Points;
use super::rare::rarely;
use super::table::{Round, Table};
use crate::callbacks::Rare;
use crate::error::JitError;
use crate::shape::{Draw, unrolls};

/// A number of the tape: one vector for each chain.
#[derive(Clone)]
pub(super) struct Number<'ctx> {
    chains: Rc<[VectorValue<'ctx>]>,
    /// Of a comparison: where it holds, so that a choice need not look at 1 and 0.
    masks: Option<Rc<[VectorValue<'ctx>]>>,
}

impl<'ctx> From<Vectors<'ctx>> for Number<'ctx> {
    fn from(chains: Vectors<'ctx>) -> Self {
        Self { chains: chains.into(), masks: None }
    }
}

/// Writes h at the current point.
pub(super) struct Evaluate<'e, 'm, 'ctx> {
    ir: &'e Ir<'m, 'ctx>,
    tables: &'e [Table<'ctx>],
    draw: Draw,
    point: Points<'e, 'ctx>,
    chains: usize,
    parts: Parts<'ctx>,
    /// How many folds are open.
    depth: usize,
    /// How many of the tape's folds were begun, those inside others not counted.
    place: usize,
}

impl<'e, 'm, 'ctx> Evaluate<'e, 'm, 'ctx> {
    /// At `point`, drawn as `draw` says, with the tape's `tables`; in parts of
    /// `most` operations, if any number is given.
    pub(super) fn at(
        ir: &'e Ir<'m, 'ctx>,
        tables: &'e [Table<'ctx>],
        draw: Draw,
        point: Points<'e, 'ctx>,
        most: Option<usize>,
    ) -> Self {
        let (chains, parts) = (point.vectors(), Parts::new(most, point.doubles(ir)));
        Self { ir, tables, draw, point, chains, parts, depth: 0, place: 0 }
    }

    /// When all is written: the result, the point, and the doubles of memory in use.
    pub(super) fn finish(
        mut self,
        h: Number<'ctx>,
    ) -> Result<(Vectors<'ctx>, Points<'e, 'ctx>, u64), JitError> {
        let h = self.in_loop(h)?;
        Ok((h.chains.to_vec(), self.point, self.parts.doubles()))
    }

    /// `a`, for code of the loop itself, which is written from here on.
    fn in_loop(&mut self, a: Number<'ctx>) -> Result<Number<'ctx>, JitError> {
        self.parts.close(self.ir)?;
        self.bring(a)
    }

    /// `a`, where code is being written.
    fn bring(&mut self, a: Number<'ctx>) -> Result<Number<'ctx>, JitError> {
        let ir = self.ir;
        let chains = a.chains.iter().map(|&vector| self.parts.bring(ir, vector));
        let chains: Vectors<'ctx> = chains.collect::<Result<_, _>>()?;
        if *chains == *a.chains { Ok(a) } else { Ok(chains.into()) }
    }

    fn each(
        &self,
        operation: impl Fn(usize) -> Result<VectorValue<'ctx>, JitError>,
    ) -> Result<Number<'ctx>, JitError> {
        Ok((0..self.chains).map(operation).collect::<Result<Vectors<'ctx>, _>>()?.into())
    }

    /// Coordinate `first + round`.
    fn coordinate(&mut self, first: usize, round: Round<'ctx>) -> Result<Number<'ctx>, JitError> {
        let ir = self.ir;
        if self.point.is_everywhere(round) {
            self.parts.enter(ir)?;
            return Ok(self.point.coord(ir, first, round)?.into());
        }
        Ok(self.parts.in_loop(ir, || self.point.coord(ir, first, round))?.into())
    }

    fn same(&self, vector: VectorValue<'ctx>) -> Number<'ctx> {
        vec![vector; self.chains].into()
    }

    /// 1 where the comparison holds, else 0.
    fn comparison(
        &self,
        predicate: FloatPredicate,
        a: &Number<'ctx>,
        b: &Number<'ctx>,
    ) -> Result<Number<'ctx>, JitError> {
        let (one, zero) = (self.ir.number(1.0), self.ir.number(0.0));
        let masks = self.each(|c| self.ir.compare(predicate, a.chains[c], b.chains[c]))?.chains;
        let number = self.each(|c| self.ir.select(masks[c], one, zero))?;
        Ok(Number { masks: Some(masks), ..number })
    }

    /// `small` up to the angle that the tape's steps reduce, else what `rare` gives.
    fn large_angle(
        &mut self,
        rare: Rare,
        angle: &Number<'ctx>,
        small: &Number<'ctx>,
    ) -> Result<Number<'ctx>, JitError> {
        let ir = self.ir;
        let needed = self.each(|c| {
            let size = ir.intrinsic("llvm.fabs", &[angle.chains[c]])?;
            ir.compare(FloatPredicate::OGT, size, ir.number(LARGEST_REDUCED_BY_FMA))
        })?;
        let (parts, args) = (&mut self.parts, [&*angle.chains]);
        Ok(rarely(ir, parts, rare, &needed.chains, &args, &small.chains)?.into())
    }

    /// The bits of `a`, changed by `change`, as a number again.
    fn on_bits(
        &self,
        a: VectorValue<'ctx>,
        change: impl Fn(VectorValue<'ctx>) -> Result<VectorValue<'ctx>, JitError>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        self.ir.to_number(change(self.ir.to_word(a)?)?)
    }

    /// As [`mc_core::exponent`].
    fn exponent(&self, a: VectorValue<'ctx>) -> Result<VectorValue<'ctx>, JitError> {
        let (ir, b) = (self.ir, &self.ir.builder);
        let biased = self.on_bits(a, |bits| {
            let field = b.build_right_shift(bits, ir.word(52), false, "")?;
            let field = b.build_and(field, ir.word(0x7ff), "")?;
            Ok(b.build_or(field, ir.word(0x4330_0000_0000_0000), "")?)
        })?;
        Ok(b.build_float_sub(biased, ir.number(4_503_599_627_370_496.0 + 1023.0), "")?)
    }

    /// As [`mc_core::significand`].
    fn significand(&self, a: VectorValue<'ctx>) -> Result<VectorValue<'ctx>, JitError> {
        let (ir, b) = (self.ir, &self.ir.builder);
        self.on_bits(a, |bits| {
            let fraction = b.build_and(bits, ir.word(0x000f_ffff_ffff_ffff), "")?;
            Ok(b.build_or(fraction, ir.word(0x3ff0_0000_0000_0000), "")?)
        })
    }

    /// As [`mc_core::exp2_int`].
    fn exp2_int(&self, k: VectorValue<'ctx>) -> Result<VectorValue<'ctx>, JitError> {
        let (ir, b) = (self.ir, &self.ir.builder);
        let shifted = b.build_float_add(k, ir.number(6_755_399_441_055_744.0 + 1023.0), "")?;
        self.on_bits(shifted, |bits| Ok(b.build_left_shift(bits, ir.word(52), "")?))
    }
}

impl<'ctx> Lower for Evaluate<'_, '_, 'ctx> {
    type Value = Number<'ctx>;
    type Index = Round<'ctx>;
    type Error = JitError;

    fn constant(&mut self, c: f64) -> Result<Number<'ctx>, JitError> {
        Ok(self.same(self.ir.number(c)))
    }

    fn coord(&mut self, k: usize) -> Result<Number<'ctx>, JitError> {
        self.coordinate(k, Round::Known(0))
    }

    fn unary(&mut self, op: Unary, a: Number<'ctx>) -> Result<Number<'ctx>, JitError> {
        let ir = self.ir;
        self.parts.enter(ir)?;
        let a = self.bring(a)?;
        self.each(|c| {
            let a = a.chains[c];
            match op {
                Unary::Neg => Ok(ir.builder.build_float_neg(a, "")?),
                Unary::Abs => ir.intrinsic("llvm.fabs", &[a]),
                Unary::Sqrt => ir.intrinsic("llvm.sqrt", &[a]),
                Unary::Floor => ir.intrinsic("llvm.floor", &[a]),
                Unary::RoundTiesEven => ir.intrinsic("llvm.roundeven", &[a]),
                Unary::Exponent => self.exponent(a),
                Unary::Significand => self.significand(a),
                Unary::Exp2Int => self.exp2_int(a),
            }
        })
    }

    fn binary(
        &mut self,
        op: Binary,
        a: Number<'ctx>,
        b: Number<'ctx>,
    ) -> Result<Number<'ctx>, JitError> {
        let (ir, build) = (self.ir, &self.ir.builder);
        self.parts.enter(ir)?;
        let (a, b) = (self.bring(a)?, self.bring(b)?);
        match op {
            Binary::Add => {
                self.each(|c| Ok(build.build_float_add(a.chains[c], b.chains[c], "")?))
            }
            Binary::Sub => {
                self.each(|c| Ok(build.build_float_sub(a.chains[c], b.chains[c], "")?))
            }
            Binary::Mul => {
                self.each(|c| Ok(build.build_float_mul(a.chains[c], b.chains[c], "")?))
            }
            Binary::Div => {
                self.each(|c| Ok(build.build_float_div(a.chains[c], b.chains[c], "")?))
            }
            Binary::CopySign => {
                self.each(|c| ir.intrinsic("llvm.copysign", &[a.chains[c], b.chains[c]]))
            }
            Binary::Less => self.comparison(FloatPredicate::OLT, &a, &b),
            Binary::LessEqual => self.comparison(FloatPredicate::OLE, &a, &b),
            Binary::Equal => self.comparison(FloatPredicate::OEQ, &a, &b),
            Binary::NotEqual => self.comparison(FloatPredicate::UNE, &a, &b),
            Binary::LargeSin => self.large_angle(Rare::Sin, &a, &b),
            Binary::LargeCos => self.large_angle(Rare::Cos, &a, &b),
            Binary::LargeTan => self.large_angle(Rare::Tan, &a, &b),
        }
    }

    fn ternary(
        &mut self,
        op: Ternary,
        a: Number<'ctx>,
        b: Number<'ctx>,
        c: Number<'ctx>,
    ) -> Result<Number<'ctx>, JitError> {
        let ir = self.ir;
        self.parts.enter(ir)?;
        let (a, b, c) = (self.bring(a)?, self.bring(b)?, self.bring(c)?);
        match op {
            Ternary::MulAdd => self.each(|k| ir.mul_add(a.chains[k], b.chains[k], c.chains[k])),
            Ternary::Select => {
                let zero = self.same(ir.number(0.0));
                let condition = match &a.masks {
                    Some(masks) => Rc::clone(masks),
                    None => {
                        self.each(|k| ir.compare(FloatPredicate::UNE, a.chains[k], zero.chains[k]))?
                            .chains
                    }
                };
                self.each(|k| ir.select(condition[k], b.chains[k], c.chains[k]))
            }
            Ternary::LargeRemainder => {
                // Not less, or not a number.
                let needed = self.each(|k| {
                    let [rest, divisor] = [c.chains[k], b.chains[k]];
                    let rest = ir.intrinsic("llvm.fabs", &[rest])?;
                    let divisor = ir.intrinsic("llvm.fabs", &[divisor])?;
                    ir.compare(FloatPredicate::UGE, rest, divisor)
                })?;
                let args = [&*a.chains, &b.chains];
                let parts = &mut self.parts;
                Ok(rarely(ir, parts, Rare::Remainder, &needed.chains, &args, &c.chains)?.into())
            }
        }
    }

    fn element(&mut self, row: Row, round: &Round<'ctx>) -> Result<Number<'ctx>, JitError> {
        match row {
            Row::Coords { first } => self.coordinate(first as usize, *round),
            Row::Table(table) => {
                let table = &self.tables[table as usize];
                let entry = self.parts.in_loop(self.ir, || table.entry(self.ir, *round))?;
                Ok(self.same(entry))
            }
        }
    }

    fn index_value(&mut self, round: &Round<'ctx>) -> Result<Number<'ctx>, JitError> {
        let number = match *round {
            Round::Known(k) => self.ir.number(k as f64),
            Round::Index(index) => {
                self.parts.in_loop(self.ir, || self.ir.index_as_number(index))?
            }
        };
        Ok(self.same(number))
    }

    fn fold(
        &mut self,
        body: &mut FoldBody<'_, Self>,
        init: Number<'ctx>,
    ) -> Result<Number<'ctx>, JitError> {
        let ir = self.ir;
        let draws = self.depth == 0 && self.draw == Draw::InFold(self.place);
        self.place += usize::from(self.depth == 0);
        self.depth += 1;
        let mut acc = init;
        if !draws && unrolls(body.len(), body.cost()) {
            for k in 0..body.len() {
                acc = body.round(self, Round::Known(k as usize), acc)?;
            }
        } else {
            acc = self.in_loop(acc)?;
            self.point.draw_all(ir)?;
            let mut carried = acc.chains.to_vec();
            if draws {
                carried.extend(self.point.carried());
            }
            let rounds = ir.begin_loop("round", ir.int(body.len().into()), &carried)?;
            let (before, drawing) = rounds.carried.split_at(self.chains);
            let round = Round::Index(rounds.index);
            if draws {
                self.point.draw_in_fold(ir, drawing, round)?;
            }
            acc = body.round(self, round, before.to_vec().into())?;
            acc = self.in_loop(acc)?;
            let mut next = acc.chains.to_vec();
            if draws {
                next.extend(self.point.carried());
            }
            ir.end_loop(rounds, &next)?;
            acc.masks = None;
        }
        self.depth -= 1;
        Ok(acc)
    }
}
