//! Whether other programs used the machine while something was measured.

use std::fs;

/// Programs that wanted to run in the last minute, from where on a machine is busy.
const LOAD: f64 = 0.5;

/// The share of the time that another guest of the same host took, from where on
/// it is worth a word.
const STOLEN: f64 = 0.01;

/// What the machine was doing when a measurement began.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    load: Option<f64>,
    times: Option<Times>,
}

impl Before {
    /// Now.
    pub fn now() -> Self {
        let read = |path| fs::read_to_string(path).ok();
        Self {
            load: read("/proc/loadavg").as_deref().and_then(load),
            times: read("/proc/stat").as_deref().and_then(Times::parse),
        }
    }

    /// What to say of the time since then, if the machine was busy with other
    /// things; or that this system does not tell.
    pub fn note(&self) -> Option<String> {
        let after = fs::read_to_string("/proc/stat").ok();
        let after = after.as_deref().and_then(Times::parse);
        note(self.load, self.times.zip(after))
    }
}

fn note(load: Option<f64>, times: Option<(Times, Times)>) -> Option<String> {
    let Some((load, (before, after))) = load.zip(times) else {
        return Some("This system does not tell whether the machine was busy.".to_owned());
    };
    let stolen = after.stolen_since(&before);
    let before = format!("a load of {load} in the minute before");
    let others = format!("{:.0} % of its time taken by other guests of its host", 100.0 * stolen);
    let busy = match (load > LOAD, stolen > STOLEN) {
        (false, false) => return None,
        (true, false) => before,
        (false, true) => others,
        (true, true) => format!("{before}, and {others}"),
    };
    Some(format!("The machine was busy: {busy}."))
}

/// The mean number of programs that wanted to run, over the last minute.
fn load(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Ticks of all cores since the system started.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Times {
    all: u64,
    stolen: u64,
}

impl Times {
    /// From /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.lines().next()?.split_whitespace();
        if words.next()? != "cpu" {
            return None;
        }
        let ticks: Vec<u64> = words.take(8).map_while(|word| word.parse().ok()).collect();
        let [.., stolen] = *ticks.as_array::<8>()?;
        Some(Self { all: ticks.iter().sum(), stolen })
    }

    /// The share of the time that was stolen.
    fn stolen_since(&self, before: &Self) -> f64 {
        let all = self.all.saturating_sub(before.all).max(1);
        self.stolen.saturating_sub(before.stolen) as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_tells() {
        assert_eq!(load("0.25 0.50 1.00 1/200 4242\n"), Some(0.25));
        assert_eq!(load(""), None);
        let times = Times::parse("cpu  10 20 30 40 50 60 70 80 0 0\ncpu0 1 1\n");
        assert_eq!(times, Some(Times { all: 360, stolen: 80 }));
        assert_eq!(Times::parse("cpu 1 2 3"), None);
        assert_eq!(Times::parse("intr 1 2 3 4 5 6 7 8"), None);
    }

    #[test]
    fn what_is_said() {
        let times = |stolen| Some((Times { all: 0, stolen: 0 }, Times { all: 1000, stolen }));
        assert_eq!(note(Some(0.1), times(0)), None);
        assert!(note(Some(3.5), times(0)).unwrap().contains("load of 3.5"));
        let both = note(Some(3.5), times(50)).unwrap();
        assert!(both.contains("3.5") && both.contains("5 %"), "{both}");
        assert!(note(Some(0.1), times(50)).unwrap().starts_with("The machine was busy: 5 %"));
        assert!(note(None, times(0)).unwrap().contains("does not tell"));
    }
}
