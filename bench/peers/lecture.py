"""The problem as the lecture writes it: f and g, for one point and for arrays.

X has a row for each coordinate: its lower and its upper end.
"""

import numpy as np


def f(x):
    return np.linalg.norm(x)**2


def g(x, X):
    return np.prod(1/(X[:, 1] - X[:, 0]))


def f_vec(x):
    return np.linalg.norm(x, axis=1)**2


def g_vec(x, X):
    return np.prod(np.ones((x.shape[0], x.shape[1]))
                   / (X[:, 1] - X[:, 0]), axis=1)


def support(lo, hi):
    """The box in the lecture's form."""
    return np.array((lo, hi)).T


def halves(seed):
    """A seed of 64 bits in the form that NumPy's old generator takes."""
    return [seed & 0xffffffff, seed >> 32]
