"""numba-tuned: as fast as we can make it with Numba.

The idea is that of the Rust techniques: a thread runs many streams side by side,
with the same step for all of them in one inner loop. The steps of different streams
need not wait for each other, and LLVM makes vector instructions of them.

fastmath lets LLVM contract and reorder; these sums can bear it.
"""

import numpy as np
from numba import njit, uint64

from numba_shared import ONE, shared, split_mix

# Streams a worker runs side by side.
LANES = 64
# Rows of a worker's table: state words, then values and sums.
S0, S1, S2, S3, H, SHIFT, SUM, SQUARES = (LANES*row for row in range(8))


@njit(fastmath=True, inline="always")
def evaluate(words, floats, width, offset):
    """f at the next point of every lane."""
    for k in range(LANES):
        floats[H + k] = 0.0
    for i in range(len(width)):
        for k in range(LANES):
            # xoshiro256+ (Blackman and Vigna).
            s0, s1, s2, s3 = words[S0 + k], words[S1 + k], words[S2 + k], words[S3 + k]
            word = s0 + s3
            s2 ^= s0
            s3 ^= s1
            words[S1 + k] = s1 ^ s2
            words[S0 + k] = s0 ^ s3
            words[S2 + k] = s2 ^ (s1 << uint64(17))
            words[S3 + k] = (s3 << uint64(45)) | (s3 >> uint64(19))
            # The top 52 bits make a number in [1, 2).
            d = np.uint64((word >> uint64(12)) | uint64(ONE)).view(np.float64)
            x = d*width[i] + offset[i]
            floats[H + k] += x*x


@njit(fastmath=True, inline="always")
def push(floats, count):
    """Adds the deviations of the first `count` lanes."""
    for k in range(count):
        delta = floats[H + k] - floats[SHIFT + k]
        floats[SUM + k] += delta
        floats[SQUARES + k] += delta*delta


@njit(fastmath=True)
def part(worker, samples, seed, width, offset):
    """Moments of f over this many points, for the worker with this number."""
    words = np.empty(8*LANES, np.uint64)
    floats = words.view(np.float64)
    # Four words of one SplitMix64 sequence for each stream.
    state = seed + uint64(worker)*uint64(4*LANES)*uint64(0x9e3779b97f4a7c15)
    for k in range(4*LANES):
        state, words[k] = split_mix(state)

    evaluate(words, floats, width, offset)
    floats[SHIFT:SHIFT + LANES] = floats[H]
    floats[SUM:SQUARES + LANES] = 0.0
    blocks, rest = samples//LANES, samples % LANES
    if rest:
        push(floats, rest)
        evaluate(words, floats, width, offset)
    for _ in range(blocks):
        push(floats, LANES)
        evaluate(words, floats, width, offset)
    total = floats[SUM:SUM + LANES].sum()
    squares = floats[SQUARES:SQUARES + LANES].sum()
    mean = total/samples
    return samples, floats[SHIFT] + mean, squares - total*mean


def prepare(lo, hi, workers):
    return shared(part, lo, hi, workers)
