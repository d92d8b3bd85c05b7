// ---- Count, mean and sum of squared deviations: mc_core::Moments ----

typedef struct { ulong count; double mean, m2; } moments;

// From the sums of h - shift and of its square.
INLINE moments from_sums(ulong count, double shift, double sum, double squares)
{
    moments all = { count, 0.0, 0.0 };
    if (count != 0) {
        const double step = sum / (double)count;
        const double m2 = fma(-sum, step, squares);
        all.mean = shift + step;
        all.m2 = m2 < 0.0 ? 0.0 : m2;
    }
    return all;
}

// Two samples together, the left one first.
INLINE moments merge(moments left, moments right)
{
    if (left.count == 0) return right;
    if (right.count == 0) return left;
    moments both;
    both.count = left.count + right.count;
    const double share = (double)right.count / (double)both.count;
    const double delta = right.mean - left.mean;
    both.mean = fma(delta, share, left.mean);
    both.m2 = fma(delta * delta, (double)left.count * share, left.m2 + right.m2);
    return both;
}
