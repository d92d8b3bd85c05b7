// ---- What hardly any argument needs: large angles, remainders of huge quotients ----
// Each is mc_core::Real's, bit for bit: integers, one lane at a time, and only where a
// lane needs them. (Of a double, angles beyond 2^41. The steps that reduce smaller ones are
// written for doubles: of a float, all beyond pi/4 are reduced here.)

// Bits of a number without its exponent.
#define DIGITS (FRACTION + 1)
#define SCALAR_FIELD (((bit)(1) << FRACTION) - 1)
#define EXPONENT_OF(bits) ((int)(((bits) >> FRACTION) & (2 * BIAS + 1)))

#if FRACTION == 52
#define SMALL_ANGLE 2199023255552.0
#else
#define SMALL_ANGLE 0x1.921fb6p-1f
#endif

#if LANES == 1
#define ANY(condition) (condition)
#define ALL(condition) (condition)
#else
#define ANY(condition) any(condition)
#define ALL(condition) all(condition)
#endif

// 2^k, a normal number.
static scalar power_of_2(int k) { return as_scalar((bit)(k + BIAS) << FRACTION); }

// The angle x = quarters * pi/2 + r - minus_lo, |r| <= pi/4, without whole turns.
typedef struct { uint quarters; scalar r, minus_lo; } angle;

// Payne & Hanek's method, as mc-core/src/elementary/large_angle.rs explains it.
static angle reduced(scalar x)
{
    const bit b = as_bit(x);
    const ulong m = (b & SCALAR_FIELD) | ((bit)(1) << FRACTION);

    // x * 2/pi modulo 4 in three words: two bits for the quarters, 190 for the fraction.
    const uint start = EXPONENT_OF(b) - BIAS - FRACTION - 1 + 63;
    const uint word0 = start / 64, shift = start % 64;
    ulong window[3];
    for (uint k = 0; k < 3; k++) {
        const ulong here = TWO_OVER_PI[word0 + k], next = TWO_OVER_PI[word0 + k + 1];
        window[k] = shift == 0 ? here : (here << shift) | (next >> (64 - shift));
    }
    ulong n0 = m * window[2], n1 = m * window[1];
    ulong n2 = m * window[0] + mul_hi(m, window[1]);
    const ulong carry = mul_hi(m, window[2]);
    n1 += carry;
    n2 += n1 < carry ? 1 : 0;

    // To the nearest quarter.
    uint quarters = (uint)(n2 >> 62);
    bool negative = ((n2 >> 61) & 1) != 0;
    if (negative) {
        quarters++;
        n0 = ~n0 + 1;
        n1 = ~n1 + (n0 == 0 ? 1 : 0);
        n2 = ~n2 + (n0 == 0 && n1 == 0 ? 1 : 0);
    }
    n2 &= 0x3fffffffffffffffUL;

    // The fraction's first 128 bits that are not 0, times pi/4.
    uint zeros = 0;
    if (n2 == 0) {
        n2 = n1;
        n1 = n0;
        n0 = 0;
        zeros = 64;
    }
    const uint up_by = (uint)clz(n2);
    if (up_by != 0) {
        n2 = (n2 << up_by) | (n1 >> (64 - up_by));
        n1 = (n1 << up_by) | (n0 >> (64 - up_by));
        zeros += up_by;
    }
    const ulong p1 = 0xc90fdaa22168c234UL, p0 = 0xc4c6628b80dc1cd1UL;
    ulong hi = mul_hi(n2, p1), lo = n2 * p1;
    const ulong cross1 = mul_hi(n2, p0), cross2 = mul_hi(n1, p1);
    lo += cross1;
    hi += lo < cross1 ? 1 : 0;
    lo += cross2;
    hi += lo < cross2 ? 1 : 0;
    if ((hi >> 63) == 0) {
        hi = (hi << 1) | (lo >> 63);
        lo <<= 1;
        zeros++;
    }

    // DIGITS bits to nearest, and what they lack.
    const ulong rest = (hi << DIGITS) | (lo >> (64 - DIGITS));
    const bool up = (rest >> 63) != 0;
    const ulong digits = (hi >> (64 - DIGITS)) + (up ? 1 : 0);
    const ulong lack = (up ? ~rest + 1 : rest) >> (64 - DIGITS);
    const scalar scale = power_of_2(3 - DIGITS - (int)zeros);
    if (x < 0) {
        quarters = ~quarters + 1;
        negative = !negative;
    }
    const scalar sign = negative ? -1 : 1;
    angle a;
    a.quarters = quarters & 3;
    a.r = sign * (scalar)digits * scale;
    a.minus_lo = (up ? sign : -sign) * (scalar)lack * (scale * power_of_2(-DIGITS));
    return a;
}

// 0, 2, -0, -2 for so many quarters, as exp2_int gives for small angles; r; minus_lo.
typedef struct { real turn, r, minus_lo; } angles;

static angles reduced_lanes(real x, uint ahead)
{
    scalar of[LANES], turn[LANES], r[LANES], minus_lo[LANES];
    store_lanes(x, of);
    for (uint lane = 0; lane < LANES; lane++) {
        turn[lane] = r[lane] = minus_lo[lane] = 0;
        if (fabs(of[lane]) > (scalar)SMALL_ANGLE) {
            if (isinf(of[lane])) {
                r[lane] = of[lane] - of[lane];
                continue;
            }
            const angle a = reduced(of[lane]);
            const uint quarters = (a.quarters + ahead) & 3;
            turn[lane] = (quarters & 1) != 0 ? (scalar)2 : (scalar)0;
            turn[lane] = quarters < 2 ? turn[lane] : -turn[lane];
            r[lane] = a.r;
            minus_lo[lane] = a.minus_lo;
        }
    }
    angles a;
    a.turn = load_lanes(turn);
    a.r = load_lanes(r);
    a.minus_lo = load_lanes(minus_lo);
    return a;
}

// `small`, or where x is a large angle what `near_0` makes of it, `ahead` quarters on.
#define OR_LARGE(name, near_0, ahead)                                         \
    INLINE real name(real x, real small)                                      \
    {                                                                         \
        if (ANY(fabs(x) > (real)(SMALL_ANGLE))) {                             \
            const angles a = reduced_lanes(x, ahead);                         \
            const real large = near_0(a.turn, a.r, a.minus_lo);               \
            small = (fabs(x) > (real)(SMALL_ANGLE)) ? large : small;          \
        }                                                                     \
        return small;                                                         \
    }

OR_LARGE(large_sin, sin_or_cos_near_0, 0)
OR_LARGE(large_cos, sin_or_cos_near_0, 1)
OR_LARGE(large_tan, tan_near_0, 1)

// The remainder of x by y with the sign of x: long division of whole numbers, as many
// bits of the quotient at a time as a word has left.
static scalar exact_remainder(scalar x, scalar y)
{
    if (!isfinite(x) || isnan(y) || y == 0) return as_scalar(~(bit)(0));
    if (fabs(x) < fabs(y)) return x;
    bit rest = as_bit(x) & SCALAR_FIELD, divisor = as_bit(y) & SCALAR_FIELD;
    int high = EXPONENT_OF(as_bit(x)), low = EXPONENT_OF(as_bit(y));
    if (high != 0) rest |= (bit)(1) << FRACTION; else high = 1;
    if (low != 0) divisor |= (bit)(1) << FRACTION; else low = 1;
    rest %= divisor;
    const int most = 8 * (int)sizeof(bit) - DIGITS;
    for (int shifts = high - low; shifts > 0; shifts -= most) {
        rest = (rest << min(shifts, most)) % divisor;
    }
    // The power may be subnormal; the product is exact all the same.
    const scalar power = low > FRACTION ? as_scalar((bit)(low - FRACTION) << FRACTION)
                                        : as_scalar((bit)(1) << (low - 1));
    return copysign((scalar)rest * power, x);
}

// `small` where it is less than the divisor, else the remainder.
INLINE real large_remainder(real x, real y, real small)
{
    if (!ALL(fabs(small) < fabs(y))) {
        scalar of[LANES], by[LANES], rest[LANES];
        store_lanes(x, of);
        store_lanes(y, by);
        store_lanes(small, rest);
        for (uint lane = 0; lane < LANES; lane++) {
            if (!(fabs(rest[lane]) < fabs(by[lane]))) {
                rest[lane] = exact_remainder(of[lane], by[lane]);
            }
        }
        small = load_lanes(rest);
    }
    return small;
}
