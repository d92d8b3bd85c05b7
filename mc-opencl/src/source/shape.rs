//! How work is laid out on a device.

use mc_core::Precision;

/// How work is laid out on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Batches that one work-item computes side by side, in vectors of that
    /// length: 1, 2, 4, 8 or 16.
    pub lanes: usize,
    /// Such vectors of a work-item, a power of two: while one waits for its next
    /// word, another computes. Long samples and f32 have one all the same.
    pub chains: usize,
    /// Work-items of a work-group, a power of two.
    pub group: usize,
    /// Bytes of a point that a work-item may keep in private memory; points
    /// that are larger, and cannot be read while they are drawn, go to a buffer.
    pub private_bytes: usize,
    /// The arithmetic that h is evaluated in.
    pub precision: Precision,
}

impl Shape {
    /// For a GPU: one batch a work-item, since the device itself runs
    /// work-items side by side. Private arrays take memory for every work-item
    /// that may be resident, so they must be small.
    pub const GPU: Self =
        Self { lanes: 1, chains: 1, group: 128, private_bytes: 4 << 10, precision: Precision::F64 };

    /// For a CPU with vectors of `width` numbers: two of the machine's vectors as
    /// one of the program's, and two of those, so that one computes while the
    /// others wait for their results. Each is a work-group: so few batches still reach every
    /// core, and PoCL, which writes a kernel out for each part of its work-groups, has little to
    /// compile.
    pub fn cpu(width: usize) -> Self {
        let lanes = (2 * width.next_power_of_two()).min(Self::MAX_LANES);
        Self { lanes, chains: 2, group: 1, private_bytes: 64 << 10, precision: Precision::F64 }
    }

    /// The longest vectors of OpenCL C.
    pub const MAX_LANES: usize = 16;

    /// Bytes of one node of the tree: count, mean and m2.
    pub(crate) const NODE_BYTES: u64 = 24;

    /// Bytes of one number.
    pub(crate) fn number_bytes(self) -> usize {
        match self.precision {
            Precision::F64 => size_of::<f64>(),
            Precision::F32 => size_of::<f32>(),
        }
    }

    /// Batches of a work-group: one node of the merge tree.
    pub fn span(self) -> usize {
        self.lanes * self.chains * self.group
    }

    /// The same, of work-items that have one vector each.
    pub(super) fn with_one_chain(self) -> Self {
        Self { chains: 1, ..self }
    }
}
