// ---- Steps that OpenCL C has no name for, on all lanes at once ----
// Each is mc_core::Real's, bit for bit. A comparison of vectors gives -1 in a
// lane where it holds, one of scalars gives 1: `?:` takes either.
//
// A number has FRACTION bits of fraction, and its exponent is stored with BIAS
// added: 52 and 1023 in a double, 23 and 127 in a float.

#define ONE ((real)(1))
// 2^FRACTION: from here on, every number is whole.
#define WHOLE ((real)((scalar)((bit)(1) << FRACTION)))
#define FRACTION_FIELD ((bits)(((bit)(1) << FRACTION) - 1))

INLINE real less(real a, real b) { return (a < b) ? ONE : (real)(0); }
INLINE real less_equal(real a, real b) { return (a <= b) ? ONE : (real)(0); }
INLINE real equal(real a, real b) { return (a == b) ? ONE : (real)(0); }
INLINE real not_equal(real a, real b) { return (a != b) ? ONE : (real)(0); }

// `then` where condition is not 0 (NaN included).
INLINE real choose(real condition, real then, real otherwise)
{
    return (condition != (real)(0)) ? then : otherwise;
}

#ifdef __has_builtin
#if __has_builtin(__builtin_elementwise_floor) && __has_builtin(__builtin_elementwise_roundeven)
#define ROUNDS_VECTORS
#endif
#endif

#if LANES == 1
// A GPU has an instruction for each.
INLINE real nearest(real x) { return rint(x); }
INLINE real down(real x) { return floor(x); }
#elif defined(ROUNDS_VECTORS) && defined(POCL_DEVICE_ADDRESS_BITS)
// So has a CPU, but PoCL computes `rint` and `floor` of vectors in some twenty
// steps. Its compiler, asked directly, takes the instruction.
INLINE real nearest(real x) { return __builtin_elementwise_roundeven(x); }
INLINE real down(real x) { return __builtin_elementwise_floor(x); }
#else
// Adding and taking off 2^FRACTION leaves a whole number, and rounds to even on
// the way.
INLINE real nearest(real x)
{
    const real size = fabs(x);
    const real whole = (size + WHOLE) - WHOLE;
    return (size < WHOLE) ? copysign(whole, x) : x;
}

INLINE real down(real x)
{
    const real whole = nearest(x);
    return (whole > x) ? whole - ONE : whole;
}
#endif

// The exponent field as a number: written under the exponent of WHOLE, then
// WHOLE and the bias are taken off.
INLINE real exponent(real x)
{
    const bits field = (as_bits(x) >> FRACTION) & (bits)(2 * BIAS + 1);
    return as_real(field | as_bits(WHOLE)) - (WHOLE + (real)(BIAS));
}

// The fraction field under the exponent of 1.
INLINE real significand(real x)
{
    return as_real((as_bits(x) & FRACTION_FIELD) | as_bits(ONE));
}

// 2^k for whole k: adding 1.5 * WHOLE and the bias puts k's bits lowest.
INLINE real exp2_int(real k)
{
#if FRACTION == 23
    // The functions are written for the exponents of doubles. What is too large
    // for a float is infinite, what is too small is 0.
    k = fmin(fmax(k, (real)(-127)), (real)(128));
#endif
    return as_real(as_bits(k + ((real)(1.5f) * WHOLE + (real)(BIAS))) << FRACTION);
}
