//! Requests at random: texts, boxes and numbers of samples, each computed twice.
//!
//! `expression` and `request` make them, `ball` says what f and g are at a point, `wide` averages in twice
//! the digits, and `check` compares. The `requests` example runs many; `tests/requests.rs` runs few.

pub mod ball;
pub mod check;
pub mod expression;
pub mod random;
pub mod request;
pub mod wide;
