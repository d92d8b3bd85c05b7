//! The part of the experiment `sum` that needs a compiler.

#[cfg(feature = "_jit")]
pub use here::ways;

#[cfg(feature = "_jit")]
mod here {
    use std::error::Error;
    use std::hint::black_box;
    use std::time::Instant;

    use mc_core::Tape;
    use mc_jit::{ArrayFunction, PointFunction};

    use crate::commands::experiment::way_to_sum::Sum;
    use crate::measure::{Seconds, Way};

    /// The sum of `x` by compiled functions, each compiled `first_calls` times.
    pub fn ways(tape: &Tape, x: &[f64], first_calls: usize) -> Result<Vec<Sum>, String> {
        Ok(vec![one(tape, x, first_calls)?, one_a_lane(tape, x, first_calls)?])
    }

    fn one(tape: &Tape, x: &[f64], first_calls: usize) -> Result<Sum, String> {
        let compile = || {
            // `tape` traced is itself: a first call starts from the function.
            let traced = Tape::trace(tape, x.len()).map_err(words)?;
            let mut f = PointFunction::compile_cold(&traced).map_err(words)?;
            f.eval(black_box(x)).map_err(words)?;
            Ok(f)
        };
        let first = Some(first_call(first_calls, compile)?);
        let (mut f, x) = (compile()?, x.to_vec());
        let call = move || f.eval(black_box(&x)).map_err(words);
        Ok(Sum { way: Way::new("compiled, f64", call), first, sums: 1 })
    }

    /// The same numbers once for each lane.
    fn one_a_lane(tape: &Tape, x: &[f64], first_calls: usize) -> Result<Sum, String> {
        let lanes = ArrayFunction::compile(tape).map_err(words)?.lanes().count() as usize;
        let points: Vec<f64> = x.iter().flat_map(|&x| std::iter::repeat_n(x, lanes)).collect();
        let mut sums = vec![0.0; lanes];
        let compile = || {
            let traced = Tape::trace(tape, x.len()).map_err(words)?;
            let f = ArrayFunction::compile(&traced).map_err(words)?;
            f.map(black_box(&points), &mut vec![0.0; lanes]).map_err(words)?;
            Ok(f)
        };
        let first = Some(first_call(first_calls, compile)?);
        let f = compile()?;
        let name = format!("compiled, f64, {lanes} sums in {lanes} lanes");
        let call = move || {
            f.map(black_box(&points), &mut sums).map_err(words)?;
            Ok(if sums.iter().all(|sum| *sum == sums[0]) { sums[0] } else { f64::NAN })
        };
        Ok(Sum { way: Way::new(name, call), first, sums: lanes })
    }

    /// The median time of `times` first calls.
    fn first_call<F>(times: usize, call: impl Fn() -> Result<F, String>) -> Result<f64, String> {
        let one = |_| {
            let clock = Instant::now();
            call().map(|_| clock.elapsed().as_secs_f64())
        };
        let seconds: Vec<f64> = (0..times.max(1)).map(one).collect::<Result<_, _>>()?;
        Ok(Seconds::median_of(seconds))
    }

    fn words(error: impl Error) -> String {
        error.to_string()
    }
}

/// Why there are none.
#[cfg(not(feature = "_jit"))]
pub fn ways(_: &mc_core::Tape, _: &[f64], _: usize) -> Result<Vec<super::way_to_sum::Sum>, String> {
    Err(crate::technique::name::KernelName::Jit.missing().unwrap_or_default())
}
