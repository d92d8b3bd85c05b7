// ---- The lecture's kernel: each work-item multiplies one pair ----

__kernel void product(__global const scalar *a, __global const scalar *b, __global scalar *c)
{
    const size_t i = get_global_id(0);
    c[i] = a[i] * b[i];
}
