"""multiprocessing: the lecture's class, processes and a queue for each estimate.

The slide's backslashes keep the shift that python_loop.py had to mend; parentheses
stand for them. Mended: M need not be divisible by the number of workers; and `__init__` and `partial_var` use the object's own N, f
and X, where the slides read those that happen to be global.
"""

import multiprocessing as mp

import numpy as np

import orphans
from lecture import f, g, halves, support


class cpu_parallel_monte_carlo:
    def __init__(self, f, g, M, X, workers):
        self.f = f
        self.g = g
        self.M = M
        self.X = X
        self.workers = workers
        # As on the lecture's machine: a child begins as a copy and has the points.
        self.mp = mp.get_context("fork")
        self.queue = self.mp.Queue()
        self.N = X.shape[0]
        self.points = (np.random.rand(M, self.N)
                       * (np.array([X[:, 1], ]*M)
                          - np.array([X[:, 0], ]*M))
                       + np.array([X[:, 0], ]*M))
        self.V = np.prod(np.abs(X[:, 1] - X[:, 0]))

        # When the object is defined we go ahead and estimate.
        self.mc_mean()
        self.mc_var()

    def slice(self, process):
        first = self.M*process//self.workers
        last = self.M*(process + 1)//self.workers
        return self.points[first:last, :]

    def partial_sum(self, process):
        orphans.die_with_parent()
        partial_points = self.slice(process)
        sum1 = 0.0
        for i in range(0, partial_points.shape[0]):
            sum1 += (self.f(partial_points[i, :])
                     * self.g(partial_points[i, :], self.X))
        self.queue.put(sum1)

    def partial_var(self, process):
        orphans.die_with_parent()
        partial_points = self.slice(process)
        var1 = 0.0
        sum1 = self.mean/self.V
        for i in range(0, partial_points.shape[0]):
            var1 += (self.f(partial_points[i, :])
                     * self.g(partial_points[i, :], self.X)
                     - sum1)**2
        self.queue.put(var1)

    def on_workers(self, target):
        processes = [self.mp.Process(target=target, kwargs=dict(process=i))
                     for i in range(0, self.workers)]
        for p in processes:
            p.start()
        for p in processes:
            p.join()
            if p.exitcode:
                raise RuntimeError(f"a worker process ended with {p.exitcode}")
        return sum(self.queue.get() for p in processes)

    def mc_mean(self):
        self.mean = self.on_workers(self.partial_sum)*self.V/self.M

    def mc_var(self):
        self.var = self.on_workers(self.partial_var)*self.V**2/(self.M*(self.M - 1))


def prepare(lo, hi, workers):
    X = support(lo, hi)

    def estimate(samples, seed):
        np.random.seed(halves(seed))
        test = cpu_parallel_monte_carlo(f, g, samples, X, workers)
        return test.mean, test.var

    return estimate
