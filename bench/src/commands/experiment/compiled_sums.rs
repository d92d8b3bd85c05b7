//! The part of the experiment `sum` that needs a compiler.

use std::error::Error;
use std::hint::black_box;

use mc_core::Tape;
use mc_jit::{ArrayFunction, PointFunction};

use super::way::Sum;
use crate::measure::{Way, median_time};

/// The sum of `x` by compiled functions, each compiled `first_calls` times.
pub fn ways(tape: &Tape, x: &[f64], first_calls: usize) -> Result<Vec<Sum>, Box<dyn Error>> {
    Ok(vec![one(tape, x, first_calls)?, one_a_lane(tape, x, first_calls)?])
}

fn one(tape: &Tape, x: &[f64], first_calls: usize) -> Result<Sum, Box<dyn Error>> {
    let compile = || {
        // `tape` traced is itself: a first call starts from the function.
        let mut f = PointFunction::compile_cold(&Tape::trace(tape, x.len())?)?;
        f.eval(black_box(x))?;
        Ok::<_, Box<dyn Error>>(f)
    };
    let first = Some(median_time(first_calls, compile)?);
    let (mut f, x) = (compile()?, x.to_vec());
    let call = move || f.eval(black_box(&x));
    Ok(Sum { way: Way::new("compiled, f64", call), first, sums: 1 })
}

/// The same numbers once for each lane.
fn one_a_lane(tape: &Tape, x: &[f64], first_calls: usize) -> Result<Sum, Box<dyn Error>> {
    let lanes = ArrayFunction::compile(tape)?.lanes().count() as usize;
    let points: Vec<f64> = x.iter().flat_map(|&x| std::iter::repeat_n(x, lanes)).collect();
    let mut sums = vec![0.0; lanes];
    let compile = || {
        let f = ArrayFunction::compile(&Tape::trace(tape, x.len())?)?;
        f.map(black_box(&points), &mut vec![0.0; lanes])?;
        Ok::<_, Box<dyn Error>>(f)
    };
    let first = Some(median_time(first_calls, compile)?);
    let f = compile()?;
    let name = format!("compiled, f64, {lanes} sums in {lanes} lanes");
    let call = move || {
        f.map(black_box(&points), &mut sums)?;
        let same = sums.iter().all(|sum| *sum == sums[0]);
        Ok::<_, mc_jit::ArrayError>(if same { sums[0] } else { f64::NAN })
    };
    Ok(Sum { way: Way::new(name, call), first, sums: lanes })
}
