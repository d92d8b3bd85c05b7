// ---- The kernel: LANES batches a work-item, one node of the tree a work-group ----

// Samples in one batch; 0 for a batch past the end.
INLINE uint batch_len(ulong batch, ulong end, ulong samples, ulong batch_size)
{
    return batch < end ? min(batch_size, samples - batch * batch_size) : 0;
}

// The moments of batches first .. end of a plan, merged as far as a work-group
// reaches: node g of `nodes` is the root over GROUP * LANES batches.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batches(ulong start, ulong first, ulong end, ulong samples, ulong batch_size,
             __global const scalar *table, __global real *scratch, __global moments *nodes)
{
    const ulong mine = first + get_global_id(0) * LANES;
    const word batch = (word)(mine) + LANE;
    // No batch is longer than the one before it.
    const uint longest = batch_len(mine, end, samples, batch_size);
    const uint shortest = batch_len(mine + LANES - 1, end, samples, batch_size);
    const word rest = (word)(samples) - batch * (word)(batch_size);
    const word count = (batch < (word)(end)) ? min((word)(batch_size), rest) : (word)(0);

    stream s = new_stream(start, batch);
    real shift = 0.0, sum = 0.0, squares = 0.0;
    for (uint k = 0; k < longest; k++) {
        const real h = sample(&s, table, scratch);
        // Accumulate: deviations from the batch's first value.
        if (k == 0) shift = h;
        real delta = h - shift;
        // A lane whose batch has ended stands still.
        if (k >= shortest) delta = ((word)(k) < count) ? delta : (real)(0.0);
        sum += delta;
        squares = fma(delta, delta, squares);
    }

    // Merge: the first levels of the tree, in local memory.
    __local moments tree[GROUP * LANES];
    const uint item = get_local_id(0);
    double shifts[LANES], sums[LANES], squared[LANES];
    store_lanes(shift, shifts);
    store_lanes(sum, sums);
    store_lanes(squares, squared);
    for (uint lane = 0; lane < LANES; lane++) {
        const ulong count = batch_len(mine + lane, end, samples, batch_size);
        tree[item * LANES + lane] = from_sums(count, shifts[lane], sums[lane], squared[lane]);
    }
    for (uint step = 1; step < GROUP * LANES; step *= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint left = 2 * step * item; left < GROUP * LANES; left += 2 * step * GROUP) {
            tree[left] = merge(tree[left], tree[left + step]);
        }
    }
    if (item == 0) nodes[get_group_id(0)] = tree[0];
}
