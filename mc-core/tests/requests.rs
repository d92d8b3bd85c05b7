//! Requests at random go through parser and session, and come out as wider arithmetic says.
//!
//! `cargo run --release -p mc-core --example requests -- --count 10000000` runs more of them.

#[allow(dead_code, reason = "its measurements are those of another test")]
#[path = "../examples/accuracy/instrument/mod.rs"]
mod accuracy;
#[path = "../examples/requests/instrument/mod.rs"]
mod instrument;

use instrument::check::check;
use instrument::request::Request;

#[test]
fn requests_at_random_are_right_or_refused() {
    const REQUESTS: u64 = 20_000;
    let (mut refused, mut non_finite, mut balls, mut uncertain) = (0, 0, 0, 0);
    for number in 0..REQUESTS {
        let request = Request::random(1, number);
        match check(&request) {
            Ok(passed) => {
                refused += u64::from(passed.refused);
                non_finite += u64::from(passed.non_finite);
                balls += passed.balls;
                uncertain += passed.uncertain;
            }
            Err(why) => panic!("number {number}, {request:?}: {why}"),
        }
    }
    // Most are run, most of what is run is finite, and most values are certain.
    assert!(refused < REQUESTS / 3, "{refused}");
    assert!(non_finite < REQUESTS / 5, "{non_finite}");
    assert!(balls > REQUESTS && balls > 3 * uncertain, "{balls}, {uncertain}");
}

/// What is checked is seen: of texts that mean something else nearly none passes.
#[test]
fn another_text_is_noticed() {
    let (mut noticed, mut compared) = (0, 0);
    for number in 0..2_000 {
        let right = Request::random(3, number);
        let Some((f, g)) = right.meant.clone() else { continue };
        // A thousandth of a millionth more.
        let wrong = Request { f: format!("({f})*1.000000001"), meant: Some((f, g)), ..right };
        match check(&wrong) {
            Ok(passed) if passed.balls > 0 => compared += 1,
            Ok(_) => {}
            Err(_) => noticed += 1,
        }
    }
    // Of those that pass, f is 0, or its own roundings are as large.
    assert!(noticed > 500 && noticed > compared, "{noticed} noticed, {compared} not");
}
