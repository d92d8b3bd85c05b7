//! Requests at random against wider arithmetic.
//!
//! ```text
//! cargo run --release -p mc-core --example requests [-- --count N --seed S --first K]
//! ```
//!
//! Each request is a text for f, one for g, a box, and 2 to 1000 samples, with the numbers where
//! formulas break; one in eight is garbled. It goes through the parser and a whole session. What comes out is compared: f and g at some
//! points with the references of the accuracy instrument, and value, variance and standard error with
//! the same sample in twice the digits. What is not finite must end in the error that names
//! its sample. A request that is wrong is printed with its number, and the exit code is 1.

#[allow(dead_code, reason = "its measurements are those of the other example")]
#[path = "../accuracy/instrument/mod.rs"]
mod accuracy;
mod instrument;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use instrument::check::check;
use instrument::request::Request;

const USAGE: &str = "usage: requests [--count N] [--seed S] [--first K]";

/// A request that takes longer has a loop that it should not have.
const PATIENCE: Duration = Duration::from_secs(5);

fn numbers(mut words: impl Iterator<Item = String>) -> Result<[u64; 3], String> {
    let mut numbers = [1_000_000, 1, 0];
    while let Some(word) = words.next() {
        let place = ["--count", "--seed", "--first"].iter().position(|flag| *flag == word);
        let number = words.next().and_then(|number| number.parse().ok());
        match (place, number) {
            (Some(place), Some(number)) => numbers[place] = number,
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(numbers)
}

fn main() -> ExitCode {
    let [count, seed, first] = match numbers(std::env::args().skip(1)) {
        Ok(numbers) => numbers,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::FAILURE;
        }
    };
    let (mut wrong, mut refused, mut non_finite, mut doubted) = (0, 0, 0, 0);
    let (mut balls, mut uncertain) = (0, 0);
    let start = Instant::now();
    for number in first..first + count {
        let request = Request::random(seed, number);
        let clock = Instant::now();
        let result = check(&request);
        let slow = clock.elapsed() > PATIENCE;
        if let Ok(passed) = &result {
            refused += u64::from(passed.refused);
            non_finite += u64::from(passed.non_finite);
            doubted += u64::from(passed.doubted);
            balls += passed.balls;
            uncertain += passed.uncertain;
        }
        if slow || result.is_err() {
            wrong += 1;
            let Request { f, g, support, samples, seed, .. } = &request;
            let why = result.err().unwrap_or_else(|| format!("took {:?}", clock.elapsed()));
            println!(
                "{number}: {why}\n    --f '{f}' --g '{g}' --support '{support}' --samples {samples} --seed {seed}"
            );
        }
    }
    let estimates = count - wrong - refused - non_finite;
    println!(
        "{count} requests of seed {seed} from {first} on, in {:.0} s: {estimates} estimates ({doubted} say that squares \
         underflow), {refused} refused, {non_finite} ended by what is not finite; {balls} values of f and g compared, \
         {uncertain} where nothing is certain; {wrong} wrong",
        start.elapsed().as_secs_f64()
    );
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
