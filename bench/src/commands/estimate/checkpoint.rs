//! The checkpoint of an estimate: taken up, written now and then, and at the end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mc_core::session::checkpoint::{CheckpointError, CheckpointFile, Identity};
use mc_core::{Phase, ResumeError, Session, State};

use crate::numbers::grouped;
use crate::process::{Failure, say, warn};

/// Runs of fewer samples than this have batches of their own size: a run of another length begins anew.
const SHORT: u64 = 1 << 22;

/// The file of `--checkpoint`, and when it was written.
pub struct Checkpoint {
    file: CheckpointFile,
    // Where it was at first.
    first: PathBuf,
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
        start: &State,
        new: impl Fn() -> Session<'p>,
    ) -> Result<(Self, Session<'p>), Failure> {
        let (file, kept) = CheckpointFile::open(path, identity).map_err(failure)?;
        let path = path.display();
        let is_new = kept.is_none();
        let (state, session) = match kept {
            None => (start.clone(), new()),
            Some(state) => match new().resume(state.clone()) {
                Ok(session) => {
                    let samples = grouped(state.samples());
                    say(format_args!("going on from {path}, where {samples} samples are done"));
                    (state, session)
                }
                // A short run of Sobol' points in other replicates is as soon done anew. A long one is not thrown away:
                // the error says how it can go on.
                Err(ResumeError::Replicates { kept, wanted, .. }) if state.samples() < SHORT => {
                    let samples = grouped(state.samples());
                    say(format_args!(
                        "starting anew: {path} has {samples} samples in {kept} replicates, and a run of this length has \
                         {wanted}"
                    ));
                    (start.clone(), new())
                }
                // Runs of fewer than 2²² samples have smaller batches.
                Err(ResumeError::BatchSize { kept, wanted }) => {
                    let samples = grouped(state.samples());
                    say(format_args!(
                        "starting anew: {path} has {samples} samples in batches of {kept}, and a run of this length \
                         has batches of {wanted}"
                    ));
                    (start.clone(), new())
                }
                Err(error) => {
                    return Err(Failure::Request(format!("--checkpoint: {path}: {error}")));
                }
            },
        };
        let first = file.path().to_owned();
        let mut kept = Self { file, first, every, written: Instant::now(), trouble: None };
        match kept.file.save(&state) {
            // A disk that is full or cannot be written: what was read still gives its estimate.
            Err(error @ CheckpointError::Io { .. }) if !is_new => kept.missed(error),
            saved => saved.map_err(failure)?,
        }
        kept.tell();
        Ok((kept, session))
    }

    /// Says, once, that it could not be written.
    fn missed(&mut self, error: CheckpointError) {
        if self.trouble.is_none() {
            warn(format_args!("{error}; the run goes on"));
        }
        self.trouble = Some(error);
    }

    /// Says what became of the file.
    fn tell(&mut self) {
        for notice in self.file.take_notices() {
            warn(notice);
        }
    }

    /// Writes the state, if it is time to. Trouble is said once; the run goes on, and
    /// the next time may be luckier.
    pub fn keep(&mut self, state: &State, phase: Phase) {
        if phase == Phase::UnderWay && self.written.elapsed() < self.every {
            return;
        }
        let saved = self.file.save(state);
        self.written = Instant::now();
        match saved {
            Ok(()) => self.trouble = None,
            Err(error) => self.missed(error),
        }
        self.tell();
    }

    /// What a run that is broken off leaves behind.
    pub fn epilogue(&self) -> String {
        match &self.trouble {
            None if self.file.path() == self.first => {
                "what is done is kept: the same command goes on from there".to_owned()
            }
            None => {
                let path = self.file.path().display();
                format!("what is done is kept in {path}: --checkpoint {path} goes on from there")
            }
            Some(error) => format!("what is done since the last checkpoint is lost: {error}"),
        }
    }
}

fn failure(error: CheckpointError) -> Failure {
    let words = format!("--checkpoint: {error}");
    match error {
        CheckpointError::Refused { .. } | CheckpointError::NotAFile { .. } => {
            Failure::Request(words)
        }
        _ => Failure::Run(words),
    }
}
