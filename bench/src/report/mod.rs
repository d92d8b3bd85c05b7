//! `compare --report FILE.html`: a page to put on the wall.
//!
//! One file without scripts, which asks nobody for anything: style sheet and
//! pictures are in it. It is made from the [`Comparison`](crate::document::Comparison),
//! all of which is in the JSON, and shows nothing else.

mod chart;
mod figures;
pub mod measure;
mod page;
mod tables;

pub use chart::ChartError;
pub use page::{page, picture};

use mc_core::Plan;

use crate::bound::Bound;
use crate::request::Request;
use crate::techniques::{ExecutorName, KernelName, Name};

/// The fewest samples of a time that is drawn.
const FEWEST: u64 = 100;
/// How many numbers of samples make a line.
const ENOUGH: usize = 3;

/// Adds what the page needs to the comparison itself: the bound, alone and on all
/// workers, where it fits the problem; and where fewer than three numbers of samples
/// were asked for, tenths of the smallest.
pub fn widen(request: &mut Request) {
    if request.techniques.is_empty() {
        request.techniques = Name::defaults(request);
    }
    if Bound::is_for(&request.problem) {
        let bounds =
            [Name::alone(KernelName::Bound), Name::under(ExecutorName::Rayon, KernelName::Bound)];
        for name in bounds {
            if !request.techniques.contains(&name) {
                request.techniques.push(name);
            }
        }
    }
    request.plans.sort_by_key(Plan::samples);
    while request.plans.len() < ENOUGH {
        let least = request.plans[0];
        let Ok(tenth) = Plan::new(least.samples() / 10, least.seed()) else { break };
        if tenth.samples() < FEWEST {
            break;
        }
        request.plans.insert(0, tenth);
    }
}

#[cfg(test)]
mod tests;
