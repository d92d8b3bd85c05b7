//! One way to a result, to be timed beside others.

/// A closure with a name, run again and again. It keeps what its last run gave.
pub struct Way<'w, T> {
    /// What it is.
    pub name: String,
    /// How it takes part in the rounds.
    pub(super) pace: Pace,
    run: Box<Runs<'w, T>>,
    /// What its last run gave.
    pub last: Option<T>,
}

/// How a way takes part in the rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// A run to warm up, then one in every round.
    EveryRound,
    /// It is so slow that it would leave the others no time: it takes part in a few
    /// rounds, cold, and its time is not taken from the budget.
    Slow {
        /// In how many rounds.
        rounds: usize,
    },
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
        Self::clocked(name, Pace::EveryRound, move |repeats| {
            for _ in 1..repeats {
                run()?;
            }
            Ok((run()?, None))
        })
    }

    /// One that makes so many runs in a row, and may have a clock of its own.
    pub fn clocked(
        name: impl Into<String>,
        pace: Pace,
        run: impl FnMut(u32) -> Result<(T, Option<f64>), String> + 'w,
    ) -> Self {
        Self { name: name.into(), pace, run: Box::new(run), last: None }
    }

    /// `repeats` runs in a row; the seconds of one of them, by a clock of its own.
    pub fn run(&mut self, repeats: u32) -> Result<Option<f64>, String> {
        let (last, seconds) = (self.run)(repeats)?;
        self.last = Some(last);
        Ok(seconds)
    }
}
