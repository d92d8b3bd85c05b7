//! The error in units in the last place, and its maximum over many arguments.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::function::Function;
use super::reference::{Big, big, exponent, nearest};
use super::search::Found;

/// Arguments are drawn and measured by this many.
const CHUNK: u64 = 1024;

/// What was measured of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    pub arguments: u64,
    /// How many results are the f64 nearest to the exact one.
    pub rounded_correctly: u64,
    /// The largest error in ulps.
    pub error: f64,
    /// Where.
    pub at: [f64; 2],
    /// The worst of each part of the arguments, the worst first.
    pub worst: Vec<Found>,
}

/// |computed − exact| in ulps of the exact result: of its binade, or 2⁻¹⁰⁷⁴
/// where it is subnormal. Infinity is right if `exact` rounds to it; else it
/// counts as 2¹⁰²⁴. NaN is infinitely wrong. With `floor` > 0, ulps of `floor`
/// where the exact result is smaller.
pub fn ulps(computed: f64, exact: &Big, floor: f64) -> f64 {
    if computed.is_nan() {
        return f64::INFINITY;
    }
    if computed == nearest(exact) && computed.is_infinite() {
        return 0.0;
    }
    let smallest = if floor > 0.0 { exponent(&big(floor)) } else { -1022 };
    let unit = exponent(exact).clamp(smallest, 1023) - 52;
    let computed =
        if computed.is_finite() { big(computed) } else { big(computed.signum()) << 1024 };
    nearest(&((computed - exact) >> unit)).abs()
}

impl Function {
    fn measure_chunk(&self, chunk: u64, arguments: u64) -> Measured {
        let mut source = self.source(chunk);
        let mut measured = Measured {
            arguments,
            rounded_correctly: 0,
            error: -1.0,
            at: [f64::NAN; 2],
            worst: Vec::new(),
        };
        let mut left = arguments;
        while left > 0 {
            let at = source.argument(&self.arguments);
            let Some(exact) = (self.reference)(at) else { continue };
            left -= 1;
            let computed = (self.computed)(at);
            let error = ulps(computed, &exact, self.floor);
            measured.rounded_correctly += u64::from(computed == nearest(&exact));
            if error > measured.error {
                (measured.error, measured.at) = (error, at);
            }
        }
        measured.worst.push(Found { error: measured.error, at: measured.at });
        measured
    }

    /// Is the error within the bound?
    pub fn keeps(&self, error: f64) -> bool {
        error <= self.bound
    }

    /// Measures over that many arguments. The result does not depend on the
    /// number of threads.
    pub fn measure(&self, arguments: u64, threads: usize) -> Measured {
        let chunks = arguments.div_ceil(CHUNK);
        let next = AtomicU64::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let chunk = next.fetch_add(1, Ordering::Relaxed);
                if chunk >= chunks {
                    return done;
                }
                let size = CHUNK.min(arguments - chunk * CHUNK);
                done.push((chunk, self.measure_chunk(chunk, size)));
            }
        };
        let mut done = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            let results = workers.into_iter().flat_map(|worker| worker.join().expect("no panic"));
            results.collect::<Vec<_>>()
        });
        done.sort_by_key(|&(chunk, _)| chunk);
        let mut parts = done.into_iter().map(|(_, part)| part);
        let mut sum = parts.next().expect("at least one argument");
        for part in parts {
            sum.arguments += part.arguments;
            sum.rounded_correctly += part.rounded_correctly;
            if part.error > sum.error {
                (sum.error, sum.at) = (part.error, part.at);
            }
            sum.worst.extend(part.worst);
        }
        sum.worst.sort_by(|a, b| b.error.total_cmp(&a.error));
        sum
    }
}
