"""What numba_xoshiro.py and numba_tuned.py share: the first state of a stream, and how
the points are shared out to threads. They differ in `part`, the moments of one thread.
"""

import functools

import numpy as np
from numba import njit, prange, set_num_threads, uint64

import moments
from numpy_chunked import weight

# 1.0; the lower 52 bits are free.
ONE = 0x3ff0000000000000
# Below so many coordinates waking a thread takes longer than the work.
FEW = 200_000


@njit(inline="always")
def split_mix(state):
    """SplitMix64: the next state and its output."""
    state += uint64(0x9e3779b97f4a7c15)
    z = (state ^ (state >> uint64(30)))*uint64(0xbf58476d1ce4e5b9)
    z = (z ^ (z >> uint64(27)))*uint64(0x94d049bb133111eb)
    return state, z ^ (z >> uint64(31))


def shared(part, lo, hi, workers):
    """The estimate: `part` alone where there is little to do, else one on each thread."""
    set_num_threads(workers)
    width = np.array(hi) - np.array(lo)
    offset = np.array(lo) - width

    @njit(parallel=True)
    def parts(workers, samples, seed, width, offset):
        found = np.zeros((workers, 3))
        for worker in prange(workers):
            count = samples*(worker + 1)//workers - samples*worker//workers
            own = part(worker, count, seed, width, offset)
            found[worker, 0], found[worker, 1], found[worker, 2] = own
        return found

    def estimate(samples, seed):
        # Neighbouring seeds would begin at neighbouring places of one sequence.
        _, scrambled = split_mix(np.uint64(seed))
        scrambled = np.uint64(scrambled)
        if workers == 1 or samples < workers or samples*len(lo) < FEW:
            found = part(0, samples, scrambled, width, offset)
        else:
            rows = parts(workers, samples, scrambled, width, offset).tolist()
            found = functools.reduce(moments.merge, rows)
        return moments.estimate(found, weight(lo, hi))

    # Compiles what will be called, and nothing of it later.
    part(0, 2, np.uint64(0), width, offset)
    if workers > 1:
        parts(workers, 2*workers, np.uint64(0), width, offset)
    return estimate
