use mc_core::{Density, Plan, PrepareError, Problem, Progress, Real, Technique, function, run};

fn peak<T: Real>(x: &[T]) -> T {
    (-T::dot(x, x)).exp()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let f = function!(peak);
    let problem = Problem::trace("-3:3^4".parse()?, &f, Density::Uniform)?;
    let plan = Plan::new(100_000, 42)?;

    let techniques: Vec<Box<dyn Technique>> = vec![
        Box::new(mc_serial::Native::new(f)), // as native code
        Box::new(mc_serial::Flat),           // its recording, interpreted
        Box::new(mc_ndarray::Chunked::new()),
        #[cfg(feature = "_jit")]
        Box::new(mc_jit::Jit::new()),
        #[cfg(feature = "opencl")]
        Box::new(mc_opencl::OpenCl::default()),
    ];

    let mut estimates = Vec::new();
    for technique in &techniques {
        match technique.prepare(&problem) {
            Ok(kernel) => estimates.push(run(&*kernel, &plan, &Progress::new())?),
            // No OpenCL device here, say; the reason says what would help.
            Err(PrepareError::Unavailable { reason }) => println!("{reason}"),
            Err(error) => return Err(error.into()),
        }
    }
    assert!(estimates.iter().all(|estimate| *estimate == estimates[0])); // the same bits
    println!("{} from each of {}", estimates[0], estimates.len());
    Ok(())
}
