"""Count, mean and sum of squared deviations, and how two of them become one."""


def merge(a, b):
    """Chan, Golub and LeVeque (1983)."""
    (count_a, mean_a, m2_a), (count_b, mean_b, m2_b) = a, b
    count = count_a + count_b
    if count == 0:
        return a
    delta = mean_b - mean_a
    mean = mean_a + delta*(count_b/count)
    return count, mean, m2_a + m2_b + delta*delta*(count_a*(count_b/count))


def estimate(moments, weight):
    """Value and variance; weight is V·g where g is constant."""
    count, mean, m2 = moments
    return weight*mean, weight*weight*(m2/count/(count - 1))
