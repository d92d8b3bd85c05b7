//! Looks at Sobol' points: draws chapter 0's picture, or counts the points of pairs of coordinates.
//!
//! ```sh
//! cargo run --release -p mc-core --example points -- picture   # docs/points.svg and docs/points.uri
//! cargo run --release -p mc-core --example points -- pairs     # the first 50 coordinates
//! ```

use std::path::Path;
use std::process::ExitCode;

mod instrument;

use instrument::{SEED, evenness, picture, random, sobol};

/// The coordinates whose pairs are looked at.
const DIMS: usize = 50;

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("picture") => draw(),
        Some("pairs") => {
            print_pairs();
            Ok(())
        }
        _ => Err("say `picture` or `pairs`".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn draw() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (name, text) in [("points.svg", picture::svg()), ("points.uri", picture::address())] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|why| format!("{}: {why}", path.display()))?;
    }
    Ok(())
}

/// Of both kinds and several N: how many pairs have which t, and how far the worst are off.
fn print_pairs() {
    for count in [256, 1024, 4096] {
        for (name, points) in
            [("Sobol'", sobol(DIMS, SEED, count)), ("random", random(DIMS, SEED, count))]
        {
            let mut pairs = evenness::pairs(&points);
            pairs.sort_by(|a, b| b.deviation.total_cmp(&a.deviation));
            let mut of_t = [0; 53];
            pairs.iter().for_each(|pair| of_t[pair.t as usize] += 1);
            println!(
                "{count} {name} points, {} pairs of the first {DIMS} coordinates",
                pairs.len()
            );
            for (t, pairs) in of_t.iter().enumerate().filter(|(_, pairs)| **pairs > 0) {
                println!("  t = {t:2}: {pairs:4} pairs");
            }
            for pair in &pairs[..5] {
                let [i, j] = pair.coordinates;
                let percent = 100.0 * pair.deviation;
                println!(
                    "  x{i} and x{j}: t = {}, a box is {percent:.2} % of the points off",
                    pair.t
                );
            }
        }
    }
}
