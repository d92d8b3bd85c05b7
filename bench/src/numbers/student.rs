//! Errors that replicates tell, beside those that many samples tell.

/// How many standard errors an estimate whose error `replicates` tell is beyond as seldom as a normal one is beyond
/// `normal` of them; none: its error is told by the samples, and it is normal.
///
/// The estimate of replicates has Student's t with ν = R − 1 degrees of freedom. This is the inverse of D. L.
/// Wallace's transformation of t to a normal number, z ≈ (8ν + 1)/(8ν + 3)·√(ν·ln(1 + t²/ν)) (*Ann. Math. Statist.*
/// 30, 1959). For 15 to 30 degrees it is off by 2 in 10,000 up to 2 normal errors, and at 5 by 5 in 1,000.
pub fn reach(normal: f64, replicates: Option<u64>) -> f64 {
    let Some(degrees) = replicates.map(|replicates| replicates.saturating_sub(1).max(1) as f64)
    else {
        return normal;
    };
    let z = normal * (8.0 * degrees + 3.0) / (8.0 * degrees + 1.0);
    (degrees * (z * z / degrees).exp_m1()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the incomplete beta function in 25 digits (mpmath).
    #[test]
    fn as_seldom_as_a_normal_error() {
        for (normal, replicates, wanted) in [
            (1.0, 16, 1.034_463),
            (1.0, 31, 1.016_947),
            (1.959_964, 16, 2.131_450),
            (1.959_964, 31, 2.042_272),
            (5.0, 16, 8.267_096),
            (5.0, 20, 7.352_620),
            (5.0, 31, 6.319_214),
        ] {
            let found = reach(normal, Some(replicates));
            let most = if normal < 2.0 { 2e-4 } else { 5e-3 };
            assert!((found / wanted - 1.0).abs() < most, "{normal} {replicates}: {found}");
        }
        assert_eq!(reach(5.0, None), 5.0);
    }
}
