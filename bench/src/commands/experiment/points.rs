//! What the lecture's processes do: they are born for one sum, the parent sends them
//! their points, and they send back what they make of them.

use std::error::Error;
use std::io::{self, Read, Write};
use std::process::{Child, ExitCode, Stdio};

use mc_core::{Accumulator, Estimate, Function as _, Moments, Plan, Problem, Stream, Tree};
use mc_multiproc::this_executable;
use serde::{Deserialize, Serialize};

use super::way::at_once;
use crate::process::{print, say};

/// Set for these processes, and for no other.
const VARIABLE: &str = "MC_BENCH_POINTS";

/// What it is set to: another value is not ours.
const VALUE: &str = "bench:points";

/// What a child is sent.
#[derive(Serialize, Deserialize)]
struct Slice {
    problem: Problem,
    /// Samples in each batch but the last.
    batch_size: usize,
    /// The points, one after another.
    points: Vec<f64>,
}

/// Serves and says how to end, if this process was started for it.
pub fn serve_if_child() -> Option<ExitCode> {
    std::env::var_os(VARIABLE).filter(|value| value == VALUE)?;
    match serve() {
        Ok(()) => Some(ExitCode::SUCCESS),
        Err(error) => {
            say(format_args!("error: {error}"));
            Some(ExitCode::FAILURE)
        }
    }
}

fn serve() -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let Slice { problem, batch_size, points } = postcard::from_bytes(&bytes)?;
    let f = problem.f().formula().ok_or("f has no text")?;
    let g = problem.g().map(|g| g.formula().ok_or("g has no text")).transpose()?;
    let scale = problem.scale();
    let h = |x: &[f64]| match g {
        None => scale.of_value(f.eval(x)),
        Some(g) => scale.of_product(f.eval(x), g.eval(x)),
    };
    let batches = points.chunks(batch_size * problem.dims()).map(|batch| {
        let mut values = batch.chunks_exact(problem.dims()).map(h);
        let mut sums = Accumulator::start(values.next().unwrap_or(f64::NAN));
        values.for_each(|value| sums.push(value));
        sums.moments()
    });
    let moments: Vec<Moments> = batches.collect();
    print(postcard::to_stdvec(&moments)?)?;
    Ok(())
}

/// All points of the plan, made here.
pub fn points(problem: &Problem, plan: &Plan) -> Vec<f64> {
    let dims = problem.dims();
    let mut points = vec![0.0; plan.samples() as usize * dims];
    for (batch, points) in points.chunks_mut(plan.batch_size() as usize * dims).enumerate() {
        let mut stream = Stream::new(plan.seed(), batch as u64);
        points.chunks_exact_mut(dims).for_each(|x| stream.draw(problem.affine(), x));
    }
    points
}

/// The moments of each batch, from processes that are born for it.
pub fn born_for_it(
    problem: &Problem,
    plan: &Plan,
    points: &[f64],
    workers: usize,
) -> Result<Vec<Moments>, Box<dyn Error>> {
    let batch_size = plan.batch_size() as usize;
    // M need not divide by the number of workers: a slice is whole batches.
    let slice = (plan.batches() as usize).div_ceil(workers) * batch_size * problem.dims();
    let mut children = Vec::new();
    for points in points.chunks(slice) {
        let mut command = this_executable()?;
        command.env(VARIABLE, VALUE).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Children before one that cannot be started see their stdin end.
        children.push((command.spawn()?, points));
    }
    // One thread feeds and hears one child: its pipe holds less than it is sent.
    let moments = at_once(children, |(child, points)| {
        talk(child, problem, batch_size, points).map_err(|error| error.to_string())
    })?;
    Ok(moments.concat())
}

fn talk(
    mut child: Child,
    problem: &Problem,
    batch_size: usize,
    points: &[f64],
) -> Result<Vec<Moments>, Box<dyn Error>> {
    let slice = Slice { problem: problem.clone(), batch_size, points: points.to_vec() };
    let bytes = postcard::to_stdvec(&slice)?;
    let sent = child.stdin.take().map(|mut input| input.write_all(&bytes));
    let output = child.wait_with_output()?;
    if let Some(Err(error)) = sent {
        return Err(format!("a child took no points: {error}").into());
    }
    if !output.status.success() {
        return Err(format!("a child ended ({})", output.status).into());
    }
    Ok(postcard::from_bytes(&output.stdout)?)
}

/// The estimate from the moments of all batches.
pub fn estimate(problem: &Problem, batches: impl IntoIterator<Item = Moments>) -> Estimate {
    Estimate::new(&Tree::of(batches), problem.scale())
}

#[cfg(test)]
mod tests {
    use mc_core::{Density, Progress, Technique, run};
    use mc_serial::Flat;

    use super::*;

    #[test]
    fn points_made_beforehand_are_those_of_the_streams() {
        let problem =
            Problem::parse("-1:2,3:5".parse().expect("a box"), "norm(x)^2", Density::Uniform);
        let problem = problem.expect("a problem");
        let plan = Plan::new(1003, 7).expect("enough samples");
        let size = plan.batch_size() as usize * 2;
        let moments = points(&problem, &plan)
            .chunks(size)
            .map(|batch| {
                let mut values = batch.chunks(2).map(|x| x[0] * x[0] + x[1] * x[1]);
                let mut sums = Accumulator::start(values.next().expect("no batch is empty"));
                values.for_each(|value| sums.push(value));
                sums.moments()
            })
            .collect::<Vec<_>>();
        let kernel = Flat.prepare(&problem).expect("it interprets tapes");
        let expected = run(&*kernel, &plan, &Progress::new()).expect("it runs");
        // The integrand is written another way here, so the last bits may differ.
        let got = estimate(&problem, moments);
        assert!((got.value / expected.value - 1.0).abs() < 1e-14);
        assert!((got.variance / expected.variance - 1.0).abs() < 1e-12);
    }
}
