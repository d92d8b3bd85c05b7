//! Any text: an error that can be shown, or a box whose text reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_core::Support;

fuzz_target!(|text: &str| {
    match text.parse::<Support>() {
        Ok(support) => assert_eq!(support.to_string().parse::<Support>().as_ref(), Ok(&support)),
        Err(error) => {
            let _ = error.to_string();
        }
    }
});
