//! Any bytes, as they are and with a head and a hash that fit: a refusal that can be
//! shown, or a state that is written to the same bytes, and that a run can go on from.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_core::session::checkpoint::{Identity, decode, encode};
use mc_core::{Plan, Session, SquaredNorm, State, Support};
use sha2::{Digest as _, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).expect("a box")).expect("one");
    let plan = Plan::new(u64::MAX, 1).expect("enough samples");
    let identity = Identity::new(&problem, &plan).expect("an identity");
    // Of a state without batches the numbers of batches and of nodes come last.
    let empty = encode(&identity, &State::new(&plan));
    let head = &empty[..empty.len() - 32 - 4 - 4 - 8];
    let mut made = [head, bytes].concat();
    let hash = Sha256::digest(&made);
    made.extend(hash);
    for bytes in [bytes, &made] {
        match decode(&identity, bytes) {
            Ok(state) => {
                assert_eq!(encode(&identity, &state), bytes);
                let _ = Session::new(&plan).resume(state);
            }
            Err(refusal) => {
                let _ = refusal.to_string();
            }
        }
    }
});
