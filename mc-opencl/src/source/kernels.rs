//! The parts of programs that are the same for every problem.

pub(super) const REAL: &str = include_str!("../kernels/real.cl");
pub(super) const SPLIT_MIX: &str = include_str!("../kernels/split_mix.cl");
pub(super) const STREAM: &str = include_str!("../kernels/stream.cl");
pub(super) const SOBOL: &str = include_str!("../kernels/sobol.cl");
pub(super) const MOMENTS: &str = include_str!("../kernels/moments.cl");
pub(super) const BATCHES: &str = include_str!("../kernels/batches.cl");
pub(super) const BATCHES_F32: &str = include_str!("../kernels/batches_f32.cl");
pub(super) const PRODUCT: &str = include_str!("../kernels/product.cl");
