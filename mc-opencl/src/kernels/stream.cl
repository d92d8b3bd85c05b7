// ---- One random stream a batch: xoshiro256+ seeded from SplitMix64 ----

typedef struct { word s0, s1, s2, s3; } stream;

// The streams of these batches; `start` is the scrambled seed.
INLINE stream new_stream(ulong start, word batch)
{
    const word counter = (word)(start) + batch * (word)(4 * GAMMA);
    stream s;
    s.s0 = split_mix(counter + (word)(GAMMA));
    s.s1 = split_mix(counter + (word)(2 * GAMMA));
    s.s2 = split_mix(counter + (word)(3 * GAMMA));
    s.s3 = split_mix(counter + (word)(4 * GAMMA));
    return s;
}

// As the kernel calls it.
#define BEGIN(batch) new_stream(start, batch)

#if defined(__AVX512F__) && defined(POCL_DEVICE_ADDRESS_BITS) && LANES >= 8
// One instruction of AVX-512. PoCL's compiler must be asked for it: on its own it
// lets two of these share an xor, which is one instruction more.
INLINE ulong8 xor3_of_8(ulong8 a, ulong8 b, ulong8 c)
{
    return as_ulong8(__builtin_ia32_pternlogq512_mask(
        as_long8(a), as_long8(b), as_long8(c), 0x96, 0xff));
}
#if LANES == 8
#define xor3 xor3_of_8
#else
INLINE word xor3(word a, word b, word c)
{
    return (word)(xor3_of_8(a.lo, b.lo, c.lo), xor3_of_8(a.hi, b.hi, c.hi));
}
#endif
#else
INLINE word xor3(word a, word b, word c) { return a ^ b ^ c; }
#endif

INLINE word next_word(stream *s)
{
    const word result = s->s0 + s->s3;
    const word t = s->s1 << 17;
    const word s3 = s->s3 ^ s->s1;
    s->s1 = xor3(s->s1, s->s2, s->s0);
    s->s2 = xor3(s->s2, t, s->s0);
    s->s0 ^= s3;
    s->s3 = rotate(s3, (word)(45));
    return result;
}

// One coordinate: the top FRACTION bits make d in [1, 2), and x = scale * d + offset.
INLINE real draw(stream *s, scalar scale, scalar offset)
{
    const real d = as_real(to_bits(next_word(s) >> (64 - FRACTION)) | as_bits(ONE));
    return fma((real)(scale), d, (real)(offset));
}
