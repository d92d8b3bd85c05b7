//! What the parts of a product took.

/// Seconds that the parts of one product took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
    /// All of it, by the host's clock: what a caller waits for.
    pub total: f64,
    /// Making room on the device, by the host's clock.
    pub allocate: f64,
    /// Copying both factors there, by the device's clock.
    pub write: f64,
    /// Multiplying, by the device's clock.
    pub kernel: f64,
    /// Copying the product back, by the device's clock.
    pub read: f64,
}
