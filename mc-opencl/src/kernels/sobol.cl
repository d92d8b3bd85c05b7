// ---- Sobol' points: each batch is a part of one replicate ----
// The state of a point is d in [1, 2) itself, one number a coordinate. `net` has what
// changes it: the direction numbers, for each binary digit one a coordinate.

// The first points of these batches, of batch_size each; of a replicate there are
// per_replicate batches. `start` is where the sequence of the shifts starts.
INLINE stream new_points(ulong start, word batch, ulong per_replicate, ulong batch_size,
                         __global const bit *net, __global real *scratch)
{
    stream points = room_for_points(scratch), *s = &points;
    const uint size = popcount(batch_size - 1), digits = size + popcount(per_replicate - 1);
    // The digital shift of the replicate.
    const word replicate = (batch >> (digits - size)) + (word)(1);
    for (uint k = 0; k < DIMS; k++) {
        const word place = (replicate << 21 | (word)(k)) + (word)(1);
        const word shift = split_mix((word)(start) + place * (word)(GAMMA));
        STATE(k) = to_bits(shift >> (64 - FRACTION)) | as_bits(ONE);
    }
    // The direction numbers of the digits that the Gray code of the point's number has.
    const word index = (batch & (word)(per_replicate - 1)) << size;
    const word gray = index ^ (index >> 1);
    for (uint digit = size - 1; digit < digits; digit++) {
        const bits has = (bits)(0) - to_bits(gray >> digit & (word)(1));
        for (uint k = 0; k < DIMS; k++) STATE(k) ^= has & (bits)(net[digit * DIMS + k]);
    }
    return points;
}

// As the kernel calls it.
#define BEGIN(batch) new_points(start, batch, per_replicate, batch_size, net, scratch)

// From sample k of a batch to the next, each coordinate changes by one number, the same in
// all batches: that of the lowest binary digit that k has not.
INLINE __global const bit *steps(__global const bit *net, uint k)
{
    return net + (size_t)popcount(k & ~(k + 1)) * DIMS;
}

// One coordinate: the state is d, and x = scale * d + offset. Then the step to the next point.
INLINE real draw(HELD bits *state, bit step, scalar scale, scalar offset)
{
    const real d = as_real(*state);
    *state ^= (bits)(step);
    return fma((real)(scale), d, (real)(offset));
}
