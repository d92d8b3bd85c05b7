// ---- The kernel: CHAINS * LANES batches a work-item, one node of the tree a work-group ----

// Samples in one batch; 0 for a batch past the end.
INLINE uint batch_len(ulong batch, ulong end, ulong samples, ulong batch_size)
{
    return batch < end ? min(batch_size, samples - batch * batch_size) : 0;
}

// Batches of a work-item.
#define WIDTH (LANES * CHAINS)

// Written once for each chain, so that all of them are in registers.
#if CHAINS == 1
#define EACH_CHAIN for (uint c = 0; c < 1; c++)
#else
#define EACH_CHAIN _Pragma("unroll") for (uint c = 0; c < CHAINS; c++)
#endif

// The moments of batches first .. end of a plan, merged as far as a work-group
// reaches, or to nodes of fewer batches: each of `nodes` is the root over `reach` of them.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batches(ulong start, ulong first, ulong end, ulong samples, ulong batch_size,
             ulong per_replicate, ulong reach, __global const bit *net,
             __global const scalar *table, __global real *scratch, __global moments *nodes)
{
    const ulong mine = first + get_global_id(0) * WIDTH;
    // Only the last batch of a plan may be short, and behind it there is none.
    const uint longest = batch_len(mine, end, samples, batch_size);
    const ulong last = min(mine + WIDTH, end) - 1;
    const uint shortest = min(longest, batch_len(last, end, samples, batch_size));

    stream s[CHAINS];
    real shift[CHAINS], sum[CHAINS], squares[CHAINS], sums[CHAINS], squared[CHAINS];
    EACH_CHAIN {
        s[c] = BEGIN((word)(mine + c * LANES) + LANE);
        // Adding to -0.0 changes nothing, not even a sign.
        sum[c] = -0.0;
        shift[c] = squares[c] = sums[c] = squared[c] = 0.0;
    }
    // The first sample, then up to the end of the short batch, then of the others:
    // so the loop over samples has nothing to test.
    uint k = 0;
    for (uint part = 0; part < 3; part++) {
        const uint stop = part == 0 ? min(longest, 1u) : part == 1 ? shortest : longest;
        for (; k < stop; k++) {
            EACH_CHAIN {
                const real h = sample(&s[c], k, net, table, scratch);
                // Accumulate: deviations from the batch's first value.
                const real delta = h - shift[c];
                sum[c] += delta;
                squares[c] = fma(delta, delta, squares[c]);
            }
        }
        EACH_CHAIN {
            if (part == 0) {
                // The deviation of the first value from 0.
                shift[c] = sum[c];
                sum[c] = squares[c] = 0.0;
            } else {
                // The lane of a batch that ends here goes on, but no longer counts.
                const word batch = (word)(mine + c * LANES) + LANE;
                const word rest = (word)(samples) - batch * (word)(batch_size);
                const word more = (batch < (word)(end)) ? rest : (word)(0);
                sums[c] = (more >= (word)(k)) ? sum[c] : sums[c];
                squared[c] = (more >= (word)(k)) ? squares[c] : squared[c];
            }
        }
    }

    // Merge: the first levels of the tree, in local memory.
    __local moments tree[GROUP * WIDTH];
    const uint item = get_local_id(0);
    EACH_CHAIN {
        double from[3][LANES];
        store_lanes(shift[c], from[0]);
        store_lanes(sums[c], from[1]);
        store_lanes(squared[c], from[2]);
        for (uint lane = 0; lane < LANES; lane++) {
            const uint place = c * LANES + lane;
            const ulong count = batch_len(mine + place, end, samples, batch_size);
            tree[item * WIDTH + place] = from_sums(count, from[0][lane], from[1][lane], from[2][lane]);
        }
    }
    for (uint step = 1; step < reach; step *= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint left = 2 * step * item; left < GROUP * WIDTH; left += 2 * step * GROUP) {
            tree[left] = merge(tree[left], tree[left + step]);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    __global moments *to = nodes + get_group_id(0) * (GROUP * WIDTH / reach);
    for (uint node = item; node < GROUP * WIDTH / reach; node += GROUP) to[node] = tree[node * reach];
}
