//! `estimate`: one number, with its error.

mod checkpoint;
mod print;

use std::time::Instant;

use mc_core::session::checkpoint::Identity;
use mc_core::{Sampling, Session, State, StoppedBy};

use crate::auto::{self, Goal};
use crate::cli::flags::EstimateFlags;
use crate::cli::request::Request;
use crate::numbers::grouped;
use crate::output::{self, progress::Watcher};
use crate::process::{Failure, interrupt, say, warn};
use crate::technique::name::{KernelName, note};
use checkpoint::Checkpoint;
use print::{Report, Told};

/// Runs one estimate and prints it.
pub fn run(request: &Request, flags: &EstimateFlags) -> Result<(), Failure> {
    interrupt::attend();
    let EstimateFlags { ending, explain, digits, .. } = flags;
    let (explain, digits) = (*explain, *digits);
    let plan = request.plans[0];
    let asked = request.techniques.first();
    if let (Some(name), true) = (asked, explain) {
        return Err(Failure::Request(format!(
            "--explain: it says why auto chose a technique, and --technique asks for {name}: leave one of them out"
        )));
    }
    let clock = Instant::now();
    let (name, choice, mut runner) = match asked {
        Some(&name) => {
            let runner = auto::prepare(name, request)
                .map_err(|error| Failure::Run(format!("{name} cannot be used: {error}")))?;
            (name, None, runner)
        }
        None => {
            let (target, time_limit) = (ending.target(), ending.time_limit);
            let (choice, runner) = auto::choose(request, &Goal { plan, target, time_limit })
                .map_err(|error| Failure::Run(format!("no technique can be used: {error}")))?;
            (choice.name, Some(choice), runner)
        }
    };
    let prepare_seconds = clock.elapsed().as_secs_f64();
    if let Some(choice) = &choice {
        match explain {
            true => say(choice),
            false => say(format_args!("auto: {name} ({})", choice.why())),
        }
    }
    let precision = runner.precision();
    let progress = interrupt::watch();

    let problem = &request.problem;
    let new = || {
        let session = Session::new(&plan).stop_at(ending.target());
        let session = session.non_finite(ending.policy());
        let session = session.on_notice(|notice| say(format_args!("note: {notice}")));
        // The arrays of `ndarray-whole` are those of the whole run.
        let session = match name.kernel {
            KernelName::NdarrayWhole => session,
            _ => session.interruptible(),
        };
        ending.time_limit.iter().fold(session, |session, limit| session.time_limit(*limit))
    };
    let (mut kept, session) = match &ending.checkpoint {
        None => (None, new()),
        Some(path) => {
            let identity = Identity::new(problem, &plan)
                .map_err(|error| Failure::Run(format!("--checkpoint: {error}")))?
                .in_precision(precision);
            let new = || new().keep_state();
            let every = ending.checkpoint_every;
            let (kept, session) =
                Checkpoint::take_up(path, identity, every, &State::new(&plan), new)?;
            (Some(kept), session)
        }
    };

    runner.tell_at_once(|notice| say(notice));
    let watcher = Watcher::new(progress.clone(), plan.samples(), ending.time_limit);
    let clock = Instant::now();
    let outcome = session.run(
        &mut *runner,
        |state, phase| kept.iter_mut().for_each(|kept| kept.keep(state, phase)),
        &progress,
    );
    let run_seconds = clock.elapsed().as_secs_f64();
    drop(watcher);
    for notice in runner.notices() {
        say(notice);
    }
    let outcome = outcome.map_err(|error| match &kept {
        Some(kept) => Failure::Run(format!("{error}; {}", kept.epilogue())),
        None => Failure::Run(error.to_string()),
    })?;
    for warning in &outcome.warnings {
        warn(warning);
    }
    if outcome.stopped_by == StoppedBy::Interrupt {
        let samples = grouped(outcome.samples);
        let kept = kept.as_ref().map(|kept| format!("; {}", kept.epilogue())).unwrap_or_default();
        let those = match plan.sampling() {
            Sampling::Random => format!("the first {samples} samples"),
            Sampling::Sobol => format!("{samples} Sobol' points, as many of each replicate"),
        };
        say(format_args!("interrupted: the estimate is that of {those}{kept}"));
    }
    let chosen = choice.as_ref().map(|choice| choice.workers);
    let asked = Report::asked(request);
    let report = Report {
        technique: name.to_string(),
        estimate: outcome.estimate.value,
        variance: outcome.estimate.variance,
        std_error: outcome.estimate.std_error,
        samples: outcome.samples,
        replicates: outcome.estimate.replicates,
        precision: precision.to_string(),
        prepare_seconds,
        run_seconds,
        non_finite: outcome.non_finite,
        stopped_by: outcome.stopped_by.to_string(),
        warnings: outcome.warnings.iter().map(ToString::to_string).collect(),
        note: note(name, request.native.as_ref(), precision),
        auto: choice.filter(|_| explain).map(|choice| choice.explanation()),
        workers: chosen.unwrap_or(asked.workers),
        ..asked
    };
    let told = Told { request, ending, estimate: &outcome.estimate, digits, report };
    output::print(&told, request.format)
}
