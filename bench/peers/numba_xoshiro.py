"""numba-xoshiro: Numba with a generator by hand, one stream a thread.

What most who know Numba would write: Numba's own generator, MT19937, is a call for
each number; xoshiro256+ is a dozen instructions in registers. They wait for each
other, which numba_tuned.py is about.
"""

import numpy as np
from numba import njit, uint64

from numba_shared import ONE, shared, split_mix


@njit(inline="always")
def step(s0, s1, s2, s3):
    """xoshiro256+ (Blackman and Vigna): the next state and a number in [1, 2)."""
    word = s0 + s3
    t = s1 << uint64(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = (s3 << uint64(45)) | (s3 >> uint64(19))
    # The top 52 bits are the best ones.
    d = np.uint64((word >> uint64(12)) | uint64(ONE)).view(np.float64)
    return s0, s1, s2, s3, d


@njit(fastmath=True)
def part(worker, samples, seed, width, offset):
    """Moments of f over this many points, for the worker with this number."""
    # Four words of one SplitMix64 sequence for each worker.
    state = seed + uint64(worker)*uint64(4)*uint64(0x9e3779b97f4a7c15)
    state, s0 = split_mix(state)
    state, s1 = split_mix(state)
    state, s2 = split_mix(state)
    state, s3 = split_mix(state)
    shift = total = squares = 0.0
    for k in range(samples):
        h = 0.0
        for i in range(len(width)):
            s0, s1, s2, s3, d = step(s0, s1, s2, s3)
            x = d*width[i] + offset[i]
            h += x*x
        if k == 0:
            shift = h
        delta = h - shift
        total += delta
        squares += delta*delta
    mean = total/samples
    return samples, shift + mean, squares - total*mean


def prepare(lo, hi, workers):
    return shared(part, lo, hi, workers)
