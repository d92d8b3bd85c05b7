// ---- Steps that OpenCL C has no name for, on all lanes at once ----
// Each is mc_core::Real's, bit for bit. A comparison of vectors gives -1 in a
// lane where it holds, one of scalars gives 1: `?:` takes either.

real less(real a, real b) { return (a < b) ? (real)(1.0) : (real)(0.0); }
real less_equal(real a, real b) { return (a <= b) ? (real)(1.0) : (real)(0.0); }
real equal(real a, real b) { return (a == b) ? (real)(1.0) : (real)(0.0); }
real not_equal(real a, real b) { return (a != b) ? (real)(1.0) : (real)(0.0); }

// `then` where condition is not 0 (NaN included).
real choose(real condition, real then, real otherwise)
{
    return (condition != (real)(0.0)) ? then : otherwise;
}

// The exponent field as a number: written under the exponent of 2^52, then 2^52
// and the bias 1023 are taken off.
real exponent(real x)
{
    return as_real(((as_word(x) >> 52) & (word)(0x7ffUL)) | (word)(0x4330000000000000UL))
        - (real)(4503599627370496.0 + 1023.0);
}

// The fraction field under the exponent of 1.
real significand(real x)
{
    return as_real((as_word(x) & (word)(0x000fffffffffffffUL)) | (word)(0x3ff0000000000000UL));
}

// 2^k for whole k: adding 1.5 * 2^52 and the bias puts k's bits lowest.
real exp2_int(real k)
{
    return as_real(as_word(k + (real)(6755399441055744.0 + 1023.0)) << 52);
}
