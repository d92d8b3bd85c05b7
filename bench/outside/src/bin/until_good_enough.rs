use mc_core::{Density, Plan, Problem, Progress, Session, Target, Technique};
use mc_multiproc::{Executor, Rayon, default_workers};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let support = "-3:3^4".parse()?;
    let problem = Problem::parse(support, "exp(-norm(x)^2)", Density::Uniform)?;
    let kernel = mc_ndarray::Chunked::new().prepare(&problem)?;
    let rayon = Rayon::new(default_workers().get())?;

    // As many samples as it takes, up to the most that a plan is made for.
    let plan = Plan::new(Session::MOST_SAMPLES, 42)?;
    let progress = Progress::new(); // another thread may read it, or cancel
    let outcome = Session::new(&plan).stop_at(Target::relative(1e-2)?).run(
        rayon.with(&*kernel),
        |_state, _phase| (), // nothing is kept
        &progress,
    )?;
    let samples = outcome.samples;
    println!("{} after {samples} samples, by {}", outcome.estimate, outcome.stopped_by);
    for warning in outcome.warnings {
        println!("warning: {warning}");
    }
    Ok(())
}
