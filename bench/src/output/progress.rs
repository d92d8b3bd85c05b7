//! Bars on stderr when it is a terminal; now and then a line when it is none.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use mc_core::Progress;

use crate::numbers::three_digits;
use crate::process::{is_quiet, say};

/// A bar of `steps` named steps; hidden where stderr is no terminal, or nothing is to be said.
pub fn steps(steps: u64) -> ProgressBar {
    if is_quiet() || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    drawn(steps, "{bar:30} {pos}/{len} {msg}")
}

fn drawn(length: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Shows a run's progress while it lives.
pub struct Watcher {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Watches `progress` on its way to `samples`, or to the end of `time`. Short runs
    /// show nothing.
    pub fn new(progress: Arc<Progress>, samples: u64, time: Option<Duration>) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let stop = ended.clone();
        // Where no thread can be had, there is no bar.
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            let way = Way { start: Instant::now(), first: None, samples, time };
            if is_quiet() {
                return;
            }
            if std::io::stderr().is_terminal() {
                bar(&progress, way, &stop);
            } else {
                lines(&progress, way, &stop);
            }
        });
        Self { ended, thread: thread.ok() }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// On a terminal.
fn bar(progress: &Progress, mut way: Way, ended: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(50);
    let mut bar: Option<ProgressBar> = None;
    while !ended.load(Ordering::Relaxed) {
        std::thread::park_timeout(TICK);
        let text = way.text(progress);
        if way.start.elapsed() < PATIENCE {
            continue;
        }
        let bar = bar.get_or_insert_with(|| drawn(way.samples, "{bar:20} {msg}"));
        bar.set_length(way.goal(progress));
        bar.set_position(progress.samples());
        bar.set_message(text);
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

/// In a log: a line after 2, 4, 8, … seconds, then every minute.
fn lines(progress: &Progress, mut way: Way, ended: &AtomicBool) {
    const FIRST: Duration = Duration::from_secs(2);
    const MOST: Duration = Duration::from_secs(60);
    let (mut next, mut pause) = (FIRST, FIRST);
    way.text(progress);
    while !ended.load(Ordering::Relaxed) {
        std::thread::park_timeout(next.saturating_sub(way.start.elapsed()).min(PATIENCE));
        // Also while it is not shown: from its first samples on it is measured.
        let text = way.text(progress);
        if way.start.elapsed() >= next {
            say(text);
            next += pause;
            pause = (2 * pause).min(MOST);
        }
    }
}

/// How far a run has to go.
struct Way {
    start: Instant,
    /// When samples were first seen to be done, and how many: a run that goes on from a
    /// checkpoint did not make them in this time.
    first: Option<(Instant, u64)>,
    samples: u64,
    time: Option<Duration>,
}

impl Way {
    /// Where it most likely ends.
    fn goal(&self, progress: &Progress) -> u64 {
        progress.goal().unwrap_or(self.samples).min(self.samples)
    }

    fn text(&mut self, progress: &Progress) -> String {
        let done = progress.samples();
        let (since, before) = match self.first {
            None if done == 0 => (Instant::now(), 0),
            None => *self.first.insert((Instant::now(), done)),
            Some(first) => first,
        };
        let speed = (done - before.min(done)) as f64 / since.elapsed().as_secs_f64().max(1e-9);
        let left = self.time.map(|time| time.saturating_sub(self.start.elapsed()).as_secs_f64());
        text(done, self.goal(progress), speed, left)
    }
}

/// One line: `speed` in samples a second, `left` the seconds until the time limit.
fn text(done: u64, goal: u64, speed: f64, left: Option<f64>) -> String {
    let share = 100.0 * done as f64 / goal.max(1) as f64;
    let head = format!("{share:.1} % of {} samples", three_digits(goal as f64));
    if speed <= 0.0 {
        return head;
    }
    let by_samples = goal.saturating_sub(done) as f64 / speed;
    let left = left.map_or(by_samples, |left| left.min(by_samples));
    format!("{head}, {}/s, {} left", three_digits(speed), long_time(left))
}

/// Seconds as people say them: `8 h 3 min`.
fn long_time(seconds: f64) -> String {
    const UNITS: [(f64, &str); 5] =
        [(31_557_600.0, "years"), (86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")];
    let seconds = seconds.max(0.0).round();
    let largest = UNITS.iter().position(|(size, _)| seconds >= *size).unwrap_or(UNITS.len() - 1);
    let (size, unit) = UNITS[largest];
    let whole = (seconds / size).floor();
    match UNITS.get(largest + 1) {
        Some((below, name)) if whole < 100.0 => {
            let rest = ((seconds - whole * size) / below).floor();
            format!("{whole:.0} {unit} {rest:.0} {name}")
        }
        _ => format!("{whole:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remaining_times_are_sane() {
        for (seconds, text) in [
            (0.2, "0 s"),
            (59.0, "59 s"),
            (200.0, "3 min 20 s"),
            (28_980.0, "8 h 3 min"),
            (1e6, "11 d 13 h"),
            (1e12, "31688 years"),
            (f64::INFINITY, "inf years"),
        ] {
            assert_eq!(long_time(seconds), text);
        }
        let line = text(1_000_000_000_000, 10_000_000_000_000, 1e8, None);
        assert_eq!(line, "10.0 % of 1.00e13 samples, 1.00e8/s, 1 d 1 h left");
        // A time limit comes first.
        let line = text(1_000_000_000, 10_000_000_000_000, 1e8, Some(20.0));
        assert_eq!(line, "0.0 % of 1.00e13 samples, 1.00e8/s, 20 s left");
        assert_eq!(text(0, u64::MAX, 0.0, None), "0.0 % of 1.84e19 samples");
    }

    #[test]
    fn what_was_done_before_does_not_count_for_the_speed() {
        let progress = Progress::new();
        let mut way = Way { start: Instant::now(), first: None, samples: 1_000, time: None };
        progress.add(500);
        assert_eq!(way.text(&progress), "50.0 % of 1000 samples");
        progress.add(1);
        assert!(way.text(&progress).contains("/s"));
    }
}
