//! How accurate the elementary functions are: a table, measured here and now.
//!
//! ```text
//! cargo run --release -p mc-core --example accuracy [-- --arguments N --search N] [NAME…]
//! ```
//!
//! Each row is one function: its largest error over a million seeded arguments
//! (or N) in units in the last place of the exact result, the share of results
//! that are the nearest f64, the largest error that a search finds from there (as many
//! arguments again, or N: hill climbing), the bound promised, and the argument
//! with the largest error. A row that breaks its bound says FAIL, and the exit code is 1.

mod instrument;

use std::process::ExitCode;
use std::thread;

use instrument::arguments::Arguments;
use instrument::function::Function;
use instrument::functions::functions;
use instrument::measure::Measured;
use instrument::search::Found;

const USAGE: &str = "usage: accuracy [--arguments N] [--search N] [--threads N] [NAME…]";

struct Request {
    arguments: u64,
    search: Option<u64>,
    threads: usize,
    names: Vec<String>,
}

fn request(mut words: impl Iterator<Item = String>) -> Result<Request, String> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut request = Request { arguments: 1_000_000, search: None, threads, names: Vec::new() };
    while let Some(word) = words.next() {
        let number = |value: Option<String>| match value.as_deref().map(str::parse) {
            Some(Ok(number)) if number > 0 => Ok(number),
            _ => Err(format!("{word} wants a number from 1 up\n{USAGE}")),
        };
        match word.as_str() {
            "--arguments" => request.arguments = number(words.next())?,
            "--search" => request.search = Some(number(words.next())?),
            "--threads" => request.threads = number(words.next())? as usize,
            "--help" | "-h" => return Err(USAGE.to_owned()),
            _ if functions().iter().any(|function| function.name == word) => {
                request.names.push(word);
            }
            _ => {
                let known: Vec<_> = functions().iter().map(|function| function.name).collect();
                return Err(format!("no function {word:?}; there are: {}", known.join(" ")));
            }
        }
    }
    Ok(request)
}

/// The argument, so that it reads back to the same bits.
fn place(function: &Function, at: [f64; 2]) -> String {
    match function.arguments {
        Arguments::One(_) => format!("{:?}", at[0]),
        Arguments::Two(_) => format!("{:?}, {:?}", at[0], at[1]),
    }
}

fn print_row(function: &Function, measured: &Measured, found: &Found) {
    let share = 100.0 * measured.rounded_correctly as f64 / measured.arguments as f64;
    let Function { name, domain, .. } = function;
    let arguments = measured.arguments;
    let short = |error: f64| {
        if error < 1e6 { format!("{error:.3}") } else { format!("{error:.0e}") }
    };
    let (error, worst) = (short(measured.error), short(found.error));
    let bound = format!("{}{}", function.bound, if function.floor > 0.0 { "*" } else { "" });
    let verdict = if function.keeps(found.error) { "ok" } else { "FAIL" };
    let place = place(function, found.at);
    println!(
        "{name:<14}{domain:<14}{arguments:>10}{error:>8}{share:>8.2} %{worst:>8}{bound:>7}  {verdict:<6}{place}"
    );
}

fn main() -> ExitCode {
    let request = match request(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    println!(
        "{:<14}{:<14}{:>10}{:>8}{:>10}{:>8}{:>7}  {:<6}largest error at",
        "function", "domain", "arguments", "ulp", "nearest", "search", "bound", ""
    );
    let (mut kept, mut absolute) = (true, false);
    for function in functions() {
        if !request.names.is_empty() && !request.names.iter().any(|name| name == function.name) {
            continue;
        }
        let measured = function.measure(request.arguments, request.threads);
        let trials = request.search.unwrap_or(request.arguments);
        let found = function.search(&measured, trials, request.threads);
        print_row(&function, &measured, &found);
        kept &= function.keeps(found.error);
        absolute |= function.floor > 0.0;
    }
    if absolute {
        println!("* in ulps of 1 where the result is smaller");
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
