"""numba-xoshiro: Numba with a generator by hand, one stream a thread.

What most who know Numba would write: Numba's own generator, MT19937, is a call for
each number; xoshiro256+ is a dozen instructions in registers. They wait for each
other, which numba_tuned.py is about.
"""

import functools

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


@njit(parallel=True)
def parts(workers, samples, seed, width, offset):
    found = np.zeros((workers, 3))
    for worker in prange(workers):
        count = samples*(worker + 1)//workers - samples*worker//workers
        own = part(worker, count, seed, width, offset)
        found[worker, 0], found[worker, 1], found[worker, 2] = own
    return found


def prepare(lo, hi, workers):
    return shared(part, parts, lo, hi, workers)


# Below so many coordinates waking a thread takes longer than the work.
FEW = 200_000


def shared(part, parts, lo, hi, workers):
    """The estimate: `part` alone where there is little to do, else `parts`."""
    set_num_threads(workers)
    width = np.array(hi) - np.array(lo)
    offset = np.array(lo) - width

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

    # Compiles both.
    part(0, 2, np.uint64(0), width, offset)
    parts(workers, 2*workers, np.uint64(0), width, offset)
    return estimate
