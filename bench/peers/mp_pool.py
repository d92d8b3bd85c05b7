"""multiprocessing-pool: processes that are started once, each with NumPy in pieces.

A worker gets a seed and a count, draws its own points from its own stream, and
sends three numbers back. No point ever travels.
"""

import functools
import multiprocessing as mp

import numpy as np

import moments
import orphans
from numpy_chunked import Piece, weight

# A worker's own; set when it starts.
piece = None


def start(lo, hi):
    global piece
    orphans.die_with_parent()
    piece = Piece(lo, hi)


def part(task):
    sequence, samples = task
    return piece.all_moments(np.random.Generator(np.random.SFC64(sequence)), samples)


def prepare(lo, hi, workers):
    pool = mp.Pool(workers, start, (lo, hi))

    def estimate(samples, seed):
        streams = np.random.SeedSequence(seed).spawn(workers)
        ends = [samples*k//workers for k in range(workers + 1)]
        counts = [b - a for a, b in zip(ends, ends[1:])]
        parts = pool.map(part, zip(streams, counts), chunksize=1)
        return moments.estimate(functools.reduce(moments.merge, parts), weight(lo, hi))

    return estimate
