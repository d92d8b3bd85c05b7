//! Angles beyond 2⁴¹, reduced exactly (Payne & Hanek, *SIGNUM Newsletter* 18, 1983).
//!
//! x = m·2ᵉ with a whole m below 2⁵³. Of the bits of 2/π only those matter whose product
//! with 2ᵉ is no multiple of 4, and 192 of them give x·2/π modulo 4 to 2⁻¹³⁷. No f64 comes
//! closer to a multiple of π/2 than 2⁻⁶² of a quarter turn, so that 75 bits are right even
//! there. All of it is arithmetic on integers: the same bits on every machine.
//!
//! `mc-opencl/src/kernels/large.cl` is the same in OpenCL C.

#![allow(
    clippy::indexing_slicing,
    reason = "a finite x has a window inside the table: its last bits are for 2^1023"
)]

/// The bits of 2/π in words, the highest first; before them 64 zeros. The first bit of
/// word 1 has the weight ½.
pub const TWO_OVER_PI: [u64; 20] = [
    0x0000_0000_0000_0000,
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
];

/// π/4·2¹²⁸, rounded down.
const QUARTER_PI: u128 = 0xc90f_daa2_2168_c234_c4c6_628b_80dc_1cd1;

/// x = quarters·π/2 + r − minus_lo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Angle {
    /// 0, 1, 2 or 3: whole turns are left out.
    pub quarters: usize,
    /// At most π/4 in size.
    pub r: f64,
    /// What r lacks, negated.
    pub minus_lo: f64,
}

/// Reduces a finite |x| > 1.
pub(super) fn reduce(x: f64) -> Angle {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let m = (bits & FRACTION) | (1 << 52);
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;

    // x·2/π modulo 4: two bits for the quarters, then 190 for the fraction of one.
    // The first bit of 2/π that matters is number e − 1, e = exponent − 52.
    let start = (exponent - 52 - 1 + 63) as usize;
    let window = |k: usize| -> u64 {
        let (word, shift) = (start / 64 + k, start % 64);
        let pair = u128::from(TWO_OVER_PI[word]) << 64 | u128::from(TWO_OVER_PI[word + 1]);
        (pair << shift >> 64) as u64
    };
    let product = |k: usize| u128::from(m) * u128::from(window(k));
    let low = product(2);
    let middle = product(1) + (low >> 64);
    let mut high = (m.wrapping_mul(window(0))).wrapping_add((middle >> 64) as u64);
    let mut tail = middle << 64 | low & u128::from(u64::MAX);

    // To the nearest quarter.
    let mut quarters = high >> 62;
    let mut negative = high >> 61 & 1 == 1;
    if negative {
        quarters += 1;
        tail = tail.wrapping_neg();
        high = !high + u64::from(tail == 0);
    }
    high &= u64::MAX >> 2;

    // The fraction's first 128 bits that are not 0, times π/4.
    let zeros = if high == 0 { 64 + tail.leading_zeros() } else { high.leading_zeros() };
    let top = if zeros < 64 {
        u128::from(high) << (64 + zeros) | tail >> (64 - zeros)
    } else {
        tail << (zeros - 64)
    };
    let angle = high_product(top, QUARTER_PI);
    let zeros = zeros + angle.leading_zeros();
    let angle = angle << angle.leading_zeros();

    // 53 bits to nearest, and what they lack.
    let rest = (angle >> 11) as u64;
    let up = rest >> 63;
    let r = (angle >> 75) as u64 + up;
    let lack = if up == 1 { rest.wrapping_neg() } else { rest } >> 11;
    let power = |k: i32| f64::from_bits(((1023 + k) as u64) << 52);
    let scale = power(-50 - zeros as i32);
    let mut sign = 1.0;
    if x < 0.0 {
        quarters = quarters.wrapping_neg();
        negative = !negative;
    }
    if negative {
        sign = -sign;
    }
    let lack_sign = if up == 1 { sign } else { -sign };
    Angle {
        quarters: (quarters & 3) as usize,
        r: sign * r as f64 * scale,
        minus_lo: lack_sign * lack as f64 * (scale * power(-53)),
    }
}

/// a·b/2¹²⁸, at most 3 too small.
fn high_product(a: u128, b: u128) -> u128 {
    let [a1, a0, b1, b0] = [a >> 64, a & u128::from(u64::MAX), b >> 64, b & u128::from(u64::MAX)];
    a1 * b1 + ((a1 * b0) >> 64) + ((a0 * b1) >> 64)
}
