"""python-loop: the lecture's loop.

Mended: the slide breaks a line before `+ np.array([X[:, 0], ]*M)`, and without
the parentheses Python takes what follows for a statement of its own, so the
points never leave the corner at the origin.
"""

import numpy as np

from lecture import f, g, halves, support


def monte_carlo_expectation_serial(f, g, M, X):
    # Draw the points.
    N = X.shape[0]
    points = np.random.rand(M, N)
    points = (points*(np.array([X[:, 1], ]*M)
                      - np.array([X[:, 0], ]*M))
              + np.array([X[:, 0], ]*M))
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


def prepare(lo, hi, workers):
    X = support(lo, hi)

    def estimate(samples, seed):
        np.random.seed(halves(seed))
        return monte_carlo_expectation_serial(f, g, samples, X)

    return estimate
