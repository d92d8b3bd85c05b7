// ---- One random stream a batch: xoshiro256+ seeded from SplitMix64 ----

#define GAMMA 0x9e3779b97f4a7c15UL

typedef struct { word s0, s1, s2, s3; } stream;

INLINE word split_mix(word counter)
{
    word z = (counter ^ (counter >> 30)) * (word)(0xbf58476d1ce4e5b9UL);
    z = (z ^ (z >> 27)) * (word)(0x94d049bb133111ebUL);
    return z ^ (z >> 31);
}

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

INLINE word next_word(stream *s)
{
    const word result = s->s0 + s->s3;
    const word t = s->s1 << 17;
    s->s2 ^= s->s0;
    s->s3 ^= s->s1;
    s->s1 ^= s->s2;
    s->s0 ^= s->s3;
    s->s2 ^= t;
    s->s3 = rotate(s->s3, (word)(45));
    return result;
}

// One coordinate: the top FRACTION bits make d in [1, 2), and x = scale * d + offset.
INLINE real draw(stream *s, scalar scale, scalar offset)
{
    const real d = as_real(to_bits(next_word(s) >> (64 - FRACTION)) | as_bits(ONE));
    return fma((real)(scale), d, (real)(offset));
}
