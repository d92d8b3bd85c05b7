"""numba: the lecture's loop with `jit` in front, of f and g too.

Mended as in python_loop.py. Today's Numba compiles no list of arrays, so the box
is broadcast over the points; the lecture's Numba ran such lines in the interpreter.
"""

import numpy as np
from numba import jit

import lecture

jit_f = jit(lecture.f)
jit_g = jit(lecture.g)


@jit
def jitted_monte_carlo_serial(f, g, M, X):
    # Draw the points.
    N = X.shape[0]
    points = np.random.rand(M, N)
    points = points*(X[:, 1] - X[:, 0]) + X[:, 0]
    V = np.prod(np.abs(X[:, 1] - X[:, 0]))

    # The mean, in a loop.
    sum1 = 0.0
    for i in range(0, M):
        sum1 += f(points[i, :])*g(points[i, :], X)
    sum1 /= M

    # The variance, in another: f and g are called again.
    var1 = 0.0
    for i in range(0, M):
        var1 += (f(points[i, :])*g(points[i, :], X) - sum1)**2
    return V*sum1, V**2*var1/(M*(M - 1))


@jit
def set_seed(seed):
    # Numba's generator is its own: np.random.seed of the interpreter sets another.
    np.random.seed(seed)


def prepare(lo, hi, workers):
    X = lecture.support(lo, hi)

    def estimate(samples, seed):
        low, high = lecture.halves(seed)
        set_seed(low ^ high)
        return jitted_monte_carlo_serial(jit_f, jit_g, samples, X)

    return estimate
