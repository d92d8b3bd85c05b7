// ---- The kernel for devices without fp64: LANES batches a work-item ----
// h has the digits of a float; its sums lose none. They are pairs, a float and
// what rounding took off it, and go to the host, which merges them in doubles.

// a + b as a pair: `low` takes what rounding takes off (Knuth's two-sum).
INLINE real two_sum(real a, real b, real *low)
{
    const real sum = a + b;
    const real of_b = sum - a;
    *low += (a - (sum - of_b)) + (b - of_b);
    return sum;
}

// Samples in one batch; 0 for a batch past the end.
INLINE uint batch_len(ulong batch, ulong end, ulong samples, ulong batch_size)
{
    return batch < end ? min(batch_size, samples - batch * batch_size) : 0;
}

// The sums of batches first .. end of a plan: for each its shift, the pair of
// its sum and the pair of its squares.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batches(ulong start, ulong first, ulong end, ulong samples, ulong batch_size,
             ulong per_replicate, ulong reach, __global const bit *net,
             __global const scalar *table, __global real *scratch, __global float *out)
{
    const ulong mine = first + get_global_id(0) * LANES;
    const word batch = (word)(mine) + LANE;
    // No batch is longer than the one before it.
    const uint longest = batch_len(mine, end, samples, batch_size);
    const uint shortest = batch_len(mine + LANES - 1, end, samples, batch_size);
    const word rest = (word)(samples) - batch * (word)(batch_size);
    const word count = (batch < (word)(end)) ? min((word)(batch_size), rest) : (word)(0);

    stream s = BEGIN(batch);
    real shift = 0.0f, sum = 0.0f, sum_low = 0.0f, squares = 0.0f, squares_low = 0.0f;
    for (uint k = 0; k < longest; k++) {
        const real h = sample(&s, k, net, table, scratch);
        // Accumulate: deviations from the batch's first value.
        if (k == 0) shift = h;
        real delta_low = 0.0f;
        real delta = two_sum(h, -shift, &delta_low);
        // A lane whose batch has ended stands still.
        if (k >= shortest) {
            delta = ((bits)(k) < to_bits(count)) ? delta : (real)(0);
            delta_low = ((bits)(k) < to_bits(count)) ? delta_low : (real)(0);
        }
        sum = two_sum(sum, delta, &sum_low);
        sum_low += delta_low;
        const real square = delta * delta;
        squares = two_sum(squares, square, &squares_low);
        squares_low += fma(delta, delta, -square);
    }

    float lanes[LANES];
    __global float *to = out + 5 * get_global_id(0) * LANES;
#define STORE(place, value) \
    store_lanes(value, lanes); \
    for (uint lane = 0; lane < LANES; lane++) to[5 * lane + place] = lanes[lane];
    STORE(0, shift)
    STORE(1, sum)
    STORE(2, sum_low)
    STORE(3, squares)
    STORE(4, squares_low)
}
