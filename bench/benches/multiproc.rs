//! Threads, processes and ranks.
fn main() {}
