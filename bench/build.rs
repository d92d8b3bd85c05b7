//! Says whether there is a Chromium on this machine, so that the tests which look at
//! the page with it are reported as ignored where there is none.

use std::env;

/// What it may be called. The tests are told which name was found.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_browser)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PATH");
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    match places.find(|place| place.is_file()) {
        Some(browser) => println!("cargo::rustc-env=MC_BROWSER={}", browser.display()),
        None => println!("cargo::rustc-cfg=no_browser"),
    }
}
