//! Bars on stderr, when it is a terminal.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use mc_core::Progress;

/// A bar of `steps` named steps; hidden where stderr is no terminal.
pub fn steps(steps: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Shows a run's progress while it lives.
pub struct Watcher {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Watches `progress` on its way to `samples`. Runs of under half a second
    /// show nothing.
    pub fn new(progress: Arc<Progress>, samples: u64) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        if !std::io::stderr().is_terminal() {
            return Self { ended, thread: None };
        }
        let stop = ended.clone();
        let thread = std::thread::spawn(move || watch(&progress, samples, &stop));
        Self { ended, thread: Some(thread) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch(progress: &Progress, samples: u64, ended: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(50);
    const PATIENCE: Duration = Duration::from_millis(500);
    let start = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    while !ended.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
        if start.elapsed() < PATIENCE {
            continue;
        }
        let bar = bar.get_or_insert_with(|| {
            let template = "{bar:30} {percent}% of {human_len} samples, {per_sec}, {eta} left";
            let style = ProgressStyle::with_template(template);
            ProgressBar::new(samples)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
                .with_elapsed(start.elapsed())
        });
        bar.set_position(progress.samples());
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}
