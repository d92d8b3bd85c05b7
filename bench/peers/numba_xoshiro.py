"""numba-xoshiro: Numba with a generator by hand, one stream a thread.

What most who know Numba would write: Numba's own generator, MT19937, is a call for
each number; xoshiro256+ is a dozen instructions in registers. They wait for each
other, which numba_tuned.py is about.
"""

import numpy as np
from numba import njit, prange, set_num_threads, uint64

import moments
from numpy_chunked import weight

# 1.0; the lower 52 bits are free.
ONE = 0x3ff0000000000000


@njit(inline="always")
def split_mix(state):
    """SplitMix64: the next state and its output."""
    state += uint64(0x9e3779b97f4a7c15)
    z = (state ^ (state >> uint64(30)))*uint64(0xbf58476d1ce4e5b9)
    z = (z ^ (z >> uint64(27)))*uint64(0x94d049bb133111eb)
    return state, z ^ (z >> uint64(31))


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
def part(found, state, samples, width, offset):
    """Finds the moments of f over this many points."""
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
    found[0], found[1], found[2] = samples, shift + mean, squares - total*mean


@njit(parallel=True)
def all_parts(samples, seed, width, offset, workers):
    found = np.zeros((workers, 3))
    for worker in prange(workers):
        # Four words of one SplitMix64 sequence for each worker.
        state = seed + uint64(worker)*uint64(4)*uint64(0x9e3779b97f4a7c15)
        count = samples*(worker + 1)//workers - samples*worker//workers
        if count:
            part(found[worker], state, count, width, offset)
    return found


def prepare(lo, hi, workers):
    return by_parts(all_parts, lo, hi, workers)


def by_parts(all_parts, lo, hi, workers):
    """The estimate from what `all_parts` finds."""
    set_num_threads(workers)
    width = np.array(hi) - np.array(lo)
    offset = np.array(lo) - width

    def estimate(samples, seed):
        # Neighbouring seeds would begin at neighbouring places of one sequence.
        _, scrambled = split_mix(np.uint64(seed))
        found = (0, 0.0, 0.0)
        for own in all_parts(samples, scrambled, width, offset, workers).tolist():
            found = moments.merge(found, own)
        return moments.estimate(found, weight(lo, hi))

    return estimate
