//! Whether a GPU does it sooner.

use mc_core::Precision;

use super::explain::Tried;
use super::goal::Goal;
use crate::cli::request::Request;
use crate::run::{self, Runner};

/// Runs shorter than this are not worth asking for devices: loading their drivers takes
/// some tenths of a second, and compiling for one as long again.
const LONG: f64 = 10.0;

/// Tries a GPU that computes in f64, if there is one and processors take `seconds` for
/// so many `samples`: its technique is prepared and computes a block. What was found, and the
/// technique if it will take less from here on.
pub fn try_it(
    request: &Request,
    goal: &Goal,
    seconds: f64,
    samples: f64,
) -> (Option<Tried>, Option<Box<dyn Runner>>) {
    if seconds < LONG {
        return (None, None);
    }
    let Some(name) = gpu() else { return (None, None) };
    match timed(request, goal) {
        Ok((runner, seconds_per_sample)) => {
            let device_seconds = seconds_per_sample * samples;
            let faster = device_seconds < seconds && runner.precision() == Precision::F64;
            (Some(Tried { name, seconds: Ok(device_seconds) }), faster.then_some(runner))
        }
        Err(reason) => (Some(Tried { name, seconds: Err(reason) }), None),
    }
}

/// The technique on the device, and the seconds a sample takes in its second block.
fn timed(request: &Request, goal: &Goal) -> Result<(Box<dyn Runner>, f64), String> {
    use std::time::Instant;

    use crate::technique::name::{KernelName, Name};

    /// Samples of a block: enough to fill a large device.
    const BLOCK: u64 = 1 << 24;

    let plan = &goal.plan;
    let mut runner = run::prepare(Name::alone(KernelName::OpenCl), request)?;
    let level = (BLOCK / plan.batch_size()).ilog2().min(plan.whole().level());
    let block = plan.block(level, 0);
    let mut seconds = f64::INFINITY;
    for _ in 0..2 {
        let clock = Instant::now();
        runner
            .run_block(plan, block, &mc_core::Progress::new())
            .map_err(|error| error.to_string())?;
        seconds = seconds.min(clock.elapsed().as_secs_f64());
    }
    Ok((runner, seconds / block.samples(plan) as f64))
}

/// The name of a GPU with f64, if this build can use one.
#[cfg(feature = "opencl")]
fn gpu() -> Option<String> {
    let devices = mc_opencl::devices().ok()?;
    let gpu =
        |device: &mc_opencl::DeviceInfo| device.kind == mc_opencl::DeviceKind::Gpu && device.fp64;
    devices.into_iter().find(gpu).map(|device| device.name)
}

#[cfg(not(feature = "opencl"))]
fn gpu() -> Option<String> {
    None
}
