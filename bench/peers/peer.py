"""Runs one of the Python peers, for as long as its standard input is open.

    python peer.py NAME

Lines in, lines out; README.md has the protocol. The clock is read around the
estimate alone, so the pipes cost it nothing.
"""

import importlib
import platform
import sys
import time
from importlib.metadata import version

import orphans

# The program of each peer, and the packages that it depends on.
PROGRAMS = {
    "python-loop": ("python_loop", ["numpy"]),
    "numpy": ("numpy_arrays", ["numpy"]),
    "numpy-chunked": ("numpy_chunked", ["numpy"]),
    "numba": ("numba_jit", ["numpy", "numba", "scipy"]),
    "numba-xoshiro": ("numba_xoshiro", ["numpy", "numba"]),
    "numba-tuned": ("numba_tuned", ["numpy", "numba"]),
    "multiprocessing": ("mp_processes", ["numpy"]),
    "multiprocessing-pool": ("mp_pool", ["numpy"]),
}
AS_WRITTEN = {"numpy": "NumPy", "numba": "Numba", "scipy": "SciPy"}


def main():
    # What a library may print must not stand among the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    orphans.die_with_parent()

    def answer(*words):
        print(*words, file=answers, flush=True)

    try:
        program, packages = PROGRAMS[sys.argv[1]]
        prepare = importlib.import_module(program).prepare
        _, workers, *ends = sys.stdin.readline().split()
        ends = [float(end) for end in ends]
        estimate = prepare(ends[::2], ends[1::2], int(workers))
        versions = [f"Python {platform.python_version()}"]
        versions += [f"{AS_WRITTEN[name]} {version(name)}" for name in packages]
        answer("ready", ", ".join(versions))
        for line in sys.stdin:
            _, samples, seed, repeats = line.split()
            answer(*timed(estimate, int(samples), int(seed), int(repeats)))
    except Exception as error:
        answer("error", type(error).__name__ + ":", " ".join(str(error).split()))
        sys.exit(1)


def timed(estimate, samples, seed, repeats):
    """Seconds of one estimate, its value and its variance."""
    begin = time.perf_counter()
    for _ in range(repeats):
        value, variance = estimate(samples, seed)
    seconds = (time.perf_counter() - begin) / repeats
    return seconds, float(value), float(variance)


if __name__ == "__main__":
    main()
