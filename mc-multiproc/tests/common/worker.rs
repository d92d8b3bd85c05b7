//! The executable that the tests start as workers: a `main` as a user writes it.

#[path = "mod.rs"]
mod common;

use mc_core::{Plan, Progress};
use mc_multiproc::{ProcessPool, serve_if_worker, this_executable};

fn main() {
    serve_if_worker(&common::find);
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [verb, technique] = &arguments[..]
        && verb == "coordinate"
    {
        coordinate(technique);
    }
    eprintln!("this program is a worker of mc-multiproc's tests, started by them");
    std::process::exit(2);
}

/// Starts workers, prints their ids, and keeps them busy for years.
fn coordinate(technique: &str) {
    let pool = ProcessPool::start(this_executable().unwrap(), 3).unwrap();
    let prepared = pool.prepare(technique, "", &common::problem()).unwrap();
    println!("{}", pool.ids().iter().map(u32::to_string).collect::<Vec<_>>().join(" "));
    let _ = prepared.run(&Plan::new(1 << 60, 7).unwrap(), &Progress::new());
}
