//! What closed forms share.

/// (1 − e^(−t))/t, the mean of e^(−t·u) for u uniform on [0, 1]; 1 at 0.
pub(super) fn mean_of_decay(t: f64) -> f64 {
    if t == 0.0 { 1.0 } else { -(-t).exp_m1() / t }
}

/// E h² − (E h)², which rounding must not make negative.
pub(super) fn variance_of(second_moment: f64, mean: f64) -> f64 {
    (second_moment - mean * mean).max(0.0)
}
