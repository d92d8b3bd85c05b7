//! One way to a result, to be timed beside others.

use super::rounds::Competitor;

/// A closure with a name, run again and again. It keeps what its last run gave.
pub struct Way<'w, T> {
    /// What it is.
    pub name: String,
    run: Box<dyn FnMut() -> Result<T, String> + 'w>,
    /// What its last run gave.
    pub last: Option<T>,
}

impl<'w, T> Way<'w, T> {
    /// Gives `run` a name.
    pub fn new(name: impl Into<String>, run: impl FnMut() -> Result<T, String> + 'w) -> Self {
        Self { name: name.into(), run: Box::new(run), last: None }
    }
}

impl<T> Competitor for Way<'_, T> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        self.last = Some((self.run)()?);
        Ok(None)
    }
}
