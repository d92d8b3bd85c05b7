//! The two sides of the worker protocol over bytes in memory, for the fuzz target
//! `fuzz/fuzz_targets/worker.rs` of this crate: whoever starts a worker, or is started as one, is not trusted.

use mc_core::{Collector, Moments, Plan, Problem, Progress, RunError};

use crate::order::Order;
use crate::process::frame;
use crate::process::message::{Hello, KernelId, MOST_BLOCKS, Refusal, Reply, Request, Role, WHOLE};
use crate::process::question::{Question, greeted};
use crate::process::worker::{self, Service, Techniques};

/// Reads the content of the next frame, if there is a whole one.
pub fn next_frame(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    frame::read(bytes).ok()
}

/// What a worker answers to the bytes of a coordinator, and why it ended if that is not
/// because the bytes do.
pub fn serve(techniques: &dyn Techniques, mut bytes: &[u8]) -> (Vec<u8>, Result<(), String>) {
    let frames = std::iter::from_fn(|| next_frame(&mut bytes));
    let mut service = Service::new(techniques);
    let mut output = Vec::new();
    let served = worker::serve(frames, &mut output, &mut |request| service.answer(request));
    (output, served.map_err(|error| error.to_string()))
}

/// How often a worker that answers with these bytes has answered something.
///
/// # Errors
///
/// If they are not a hello and then replies, each a whole frame.
pub fn answers(mut bytes: &[u8]) -> Result<usize, String> {
    let words = |error: frame::FrameError| error.to_string();
    if bytes.is_empty() {
        return Ok(0);
    }
    greeted(&frame::read(&mut bytes).map_err(words)?)?;
    let mut count = 1;
    while !bytes.is_empty() {
        frame::decode::<Reply>(&frame::read(&mut bytes).map_err(words)?).map_err(words)?;
        count += 1;
    }
    Ok(count)
}

/// The moments of a whole run with one worker: a coordinator without processes.
///
/// `exchange` takes the bytes of a request and returns the content of the next frame
/// from the worker, none if it ended.
///
/// # Errors
///
/// What is wrong with an answer, or with the moments in it.
pub fn coordinate(
    problem: &Problem,
    plan: &Plan,
    mut exchange: impl FnMut(&[u8]) -> Option<Vec<u8>>,
) -> Result<Moments, String> {
    const KERNEL: KernelId = 1;
    const RUN: u64 = 1;
    let words = |error: frame::FrameError| error.to_string();
    let mut say = |frame: Result<Vec<u8>, _>| {
        exchange(&frame.map_err(words)?).ok_or_else(|| "the worker ended".to_owned())
    };

    let hello = greeted(&say(frame::encode(&Hello::from(Role::Coordinator)))?)?;
    if !hello.same_version() {
        return Err(hello.to_string());
    }
    let request = Request::Prepare {
        kernel: KERNEL,
        technique: "serial".to_owned(),
        key: String::new(),
        problem: Box::new(problem.clone()),
        sampling: plan.sampling(),
    };
    let content = say(frame::encode(&request))?;
    if let Reply::Prepared(Err(Refusal::Unavailable(why) | Refusal::Failed(why))) =
        (Question::Prepare { kernel: KERNEL }).read(&content)?
    {
        return Err(why);
    }
    let request = Request::Level { kernel: KERNEL, plan: *plan, workers: 1 };
    let content = say(frame::encode(&request))?;
    let level = match (Question::Level { run: RUN }).read(&content)? {
        Reply::Level(Ok(WHOLE)) => plan.whole().level(),
        Reply::Level(level) => plan.level_within(plan.whole(), level?, 1),
        other => return Err(format!("{other:?}")),
    };
    let mut collector = Collector::new(problem, plan, plan.whole(), level);
    let mut order = Order::new(collector.indices(), 1);
    while let Some(range) = order.hand_out_range(MOST_BLOCKS) {
        let (first, count) = (range.start, range.end - range.start);
        let question = Question::Blocks { run: RUN, plan: *plan, level, first, count };
        let request = Request::Blocks { kernel: KERNEL, plan: *plan, level, range };
        if let Reply::Blocks(moments, failure) = question.read(&say(frame::encode(&request))?)? {
            (first..).zip(moments).for_each(|(index, moments)| order.put(index, Ok(moments)));
            let failed = |error: RunError| error.to_string();
            order.merge(&mut collector, plan, &Progress::new()).map_err(failed)?;
            failure.map_or(Ok(()), Err)?;
        }
    }
    collector.moments().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use mc_core::{Density, PrepareError, SquaredNorm, Support, Technique, run};

    use super::*;

    fn find(_: &str, _: &str, _: &Problem) -> Option<Box<dyn Technique>> {
        Some(Box::new(mc_serial::Flat))
    }

    #[test]
    fn a_conversation_in_memory_gives_the_moments_of_the_run() -> Result<(), PrepareError> {
        let support = Support::cube(0.0, 1.0, 2).unwrap();
        let problem = Problem::trace(support, &SquaredNorm, Density::Uniform).unwrap();
        let plan = Plan::new(10_001, 3).unwrap();
        let mut said = Vec::new();
        let moments = coordinate(&problem, &plan, |request| {
            said.extend(request);
            let (answers, served) = serve(&find, &said);
            served.unwrap();
            let mut answers = &answers[..];
            std::iter::from_fn(|| next_frame(&mut answers)).last()
        });
        let estimate = run(&*mc_serial::Flat.prepare(&problem)?, &plan, &Progress::new());
        let expected = estimate.unwrap();
        let moments = moments.unwrap();
        assert_eq!(
            mc_core::Estimate::checked(&moments, problem.scale(), plan.samples()).unwrap(),
            expected
        );
        // One hello, one answer each to prepare and level, and then the blocks.
        assert!(answers(&serve(&find, &said).0).unwrap() > 3);
        Ok(())
    }
}
