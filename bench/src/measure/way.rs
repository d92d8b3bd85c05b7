//! One way to a result, to be timed beside others.

use mc_core::Progress;

/// A closure with a name, run again and again. It keeps what its last run gave.
pub struct Way<'w, T> {
    /// What it is.
    pub name: String,
    /// In how many rounds it takes part, if not in all.
    pub(super) rounds: Option<usize>,
    progress: Option<&'w Progress>,
    run: Box<Runs<'w, T>>,
    /// What its last run gave.
    pub last: Option<T>,
}

/// So many runs in a row: what the last one gave, and the seconds of one of them, if it has a clock
/// of its own that knows better than one outside: another process, for instance.
type Runs<'w, T> = dyn FnMut(u32) -> Result<(T, Option<f64>), String> + 'w;

impl<'w, T> Way<'w, T> {
    /// Gives `run` a name.
    pub fn new<E: ToString>(
        name: impl Into<String>,
        mut run: impl FnMut() -> Result<T, E> + 'w,
    ) -> Self {
        let mut run = move || run().map_err(|error| error.to_string());
        Self::clocked(name, None, move |repeats| {
            for _ in 1..repeats {
                run()?;
            }
            Ok((run()?, None))
        })
    }

    /// One that makes so many runs in a row, and may have a clock of its own. It makes a run to warm
    /// up, then one in every round. One that is so slow that it would leave the others no time takes
    /// part in so many `rounds`, cold, and its time is not taken from the budget.
    pub fn clocked(
        name: impl Into<String>,
        rounds: Option<usize>,
        run: impl FnMut(u32) -> Result<(T, Option<f64>), String> + 'w,
    ) -> Self {
        Self { name: name.into(), rounds, progress: None, run: Box::new(run), last: None }
    }

    /// One that fails once `progress` is cancelled.
    pub fn until(self, progress: &'w Progress) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// Whether a run that fails now fails because all are to stop: what was timed then stands.
    pub(super) fn is_interrupted(&self) -> bool {
        self.progress.is_some_and(|progress| progress.check().is_err())
    }

    /// `repeats` runs in a row; the seconds of one of them, by a clock of its own.
    pub fn run(&mut self, repeats: u32) -> Result<Option<f64>, String> {
        let (last, seconds) = (self.run)(repeats)?;
        self.last = Some(last);
        Ok(seconds)
    }
}
