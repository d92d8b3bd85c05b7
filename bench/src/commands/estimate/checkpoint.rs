//! The checkpoint of an estimate: taken up, written now and then, and at the end.

use std::path::Path;
use std::time::{Duration, Instant};

use mc_core::session::checkpoint::{CheckpointError, CheckpointFile, Identity};
use mc_core::{Phase, ResumeError, Session, State};

use crate::numbers::grouped;
use crate::process::Failure;

/// The file of `--checkpoint`, and when it was written.
pub struct Checkpoint {
    file: CheckpointFile,
    every: Duration,
    written: Instant,
    trouble: Option<CheckpointError>,
}

impl Checkpoint {
    /// Opens the file at `path`, and lets a `new` session go on from it; words on stderr say so. It
    /// is written at once, so that what is wrong with it shows before anything is computed.
    pub fn take_up<'p>(
        path: &Path,
        identity: Identity,
        every: Duration,
        first: &State,
        new: impl Fn() -> Session<'p>,
    ) -> Result<(Self, Session<'p>), Failure> {
        let (file, kept) = CheckpointFile::open(path, identity).map_err(failure)?;
        let path = path.display();
        let (state, session) = match kept {
            None => (first.clone(), new()),
            Some(state) => match new().resume(state.clone()) {
                Ok(session) => {
                    let samples = grouped(state.samples());
                    eprintln!("going on from {path}, where {samples} samples are done");
                    (state, session)
                }
                // Runs of fewer than 2²² samples have smaller batches.
                Err(ResumeError::BatchSize { kept, wanted }) => {
                    let samples = grouped(state.samples());
                    eprintln!(
                        "starting anew: {path} has {samples} samples in batches of {kept}, and a run of this length \
                         has batches of {wanted}"
                    );
                    (first.clone(), new())
                }
                Err(error) => {
                    return Err(Failure::Request(format!("--checkpoint: {path}: {error}")));
                }
            },
        };
        let mut kept = Self { file, every, written: Instant::now(), trouble: None };
        kept.file.save(&state).map_err(failure)?;
        Ok((kept, session))
    }

    /// Writes the state, if it is time to. Trouble is said once; the run goes on, and
    /// the next time may be luckier.
    pub fn keep(&mut self, state: &State, phase: Phase) {
        if phase == Phase::UnderWay && self.written.elapsed() < self.every {
            return;
        }
        let saved = self.file.save(state);
        self.written = Instant::now();
        if let (Err(error), None) = (&saved, &self.trouble) {
            eprintln!("warning: {error}; the run goes on");
        }
        self.trouble = saved.err();
    }

    /// What a run that is broken off leaves behind.
    pub fn epilogue(&self) -> String {
        match &self.trouble {
            None => "what is done is kept: the same command goes on from there".to_owned(),
            Some(error) => format!("what is done since the last checkpoint is lost: {error}"),
        }
    }
}

fn failure(error: CheckpointError) -> Failure {
    let words = format!("--checkpoint: {error}");
    match error {
        CheckpointError::Refused { .. } => Failure::Request(words),
        _ => Failure::Run(words),
    }
}
