use mc_core::{Density, Plan, Problem, Progress, Real, Technique, function, run};

fn peak<T: Real>(x: &[T]) -> T {
    (-T::dot(x, x)).exp()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let problem = Problem::trace("-3:3^4".parse()?, &function!(peak), Density::Uniform)?;
    let kernel = mc_serial::Native::new(function!(peak)).prepare(&problem)?;
    println!("{}", run(&*kernel, &Plan::new(100_000, 42)?, &Progress::new())?);
    Ok(())
}
