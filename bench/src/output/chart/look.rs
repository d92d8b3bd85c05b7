//! How a technique looks in every picture: colour by kernel, shape and dashes by
//! executor, so that no reader needs the colour.

/// Kernels and peers by the beginning of their names, the longest first: the number
/// of the colour, in the palette of Okabe and Ito, and the shape.
const FAMILIES: [(&str, u8, Shape); 11] = [
    ("serial-interpreted", 1, Shape::Circle),
    ("serial", 0, Shape::Circle),
    ("ndarray", 2, Shape::Circle),
    ("jit", 3, Shape::Circle),
    ("opencl", 4, Shape::Circle),
    ("bound", 5, Shape::Circle),
    ("numba", 7, Shape::Circle),
    ("numpy", 6, Shape::Circle),
    ("multiprocessing", 6, Shape::Diamond),
    ("gsl", 6, Shape::Square),
    ("", 6, Shape::Cross),
];

/// Patterns of dashes of a kernel's variants, by the end of their names.
const VARIANTS: [(&str, u8); 9] = [
    ("-whole", 2),
    ("-calls", 2),
    ("-scalar", 3),
    ("-lanes", 4),
    ("-host", 2),
    ("-grid", 3),
    ("-tuned", 2),
    ("-chunked", 2),
    ("-pool", 2),
];

/// The executors, by the first part of a name.
const EXECUTORS: [(&str, Shape, u8); 4] = [
    ("rayon-", Shape::Triangle, 1),
    ("crossbeam-", Shape::Square, 2),
    ("processes-", Shape::Diamond, 3),
    ("mpi-", Shape::Cross, 4),
];

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Alone, in one thread.
    Circle,
    /// Under rayon.
    Triangle,
    /// Under crossbeam.
    Square,
    /// In processes.
    Diamond,
    /// In ranks of MPI.
    Cross,
}

/// Colour, shape and dashes of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The number of the colour.
    pub colour: u8,
    /// The shape of its marks.
    pub shape: Shape,
    /// Whether marks are filled: they are not for variants of a kernel.
    pub filled: bool,
    /// The number of the pattern of dashes; 0: none.
    pub dash: u8,
}

impl Look {
    /// Of a technique, or of a peer.
    pub fn of(technique: &str) -> Self {
        let executor = EXECUTORS.iter().find(|(prefix, ..)| technique.starts_with(prefix));
        let kernel = executor.map_or(technique, |(prefix, ..)| &technique[prefix.len()..]);
        let family = FAMILIES.iter().find(|(prefix, ..)| kernel.starts_with(prefix));
        let (name, colour, shape) = family.copied().unwrap_or(("", 6, Shape::Cross));
        let variant = VARIANTS.iter().find(|(suffix, _)| kernel.ends_with(suffix));
        let (shape, dash) = match executor {
            Some((_, shape, dash)) => (*shape, *dash),
            None => (shape, variant.map_or(0, |(_, dash)| *dash)),
        };
        Self { colour, shape, filled: kernel == name || name.is_empty(), dash }
    }

    /// A line that only guides the eye.
    pub fn guide() -> Self {
        Self { colour: 5, shape: Shape::Circle, filled: false, dash: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::technique::name::KernelName;

    #[test]
    fn techniques_of_a_comparison_look_different() {
        let executors = ["rayon-serial", "rayon-jit", "crossbeam-jit", "processes-jit", "mpi-jit"];
        let peers = ["python-loop", "numpy", "numpy-chunked", "numba", "numba-tuned", "gsl"];
        let kernels = KernelName::ALL.map(KernelName::text);
        let names = [&kernels[..], &executors, &peers].concat();
        for (k, a) in names.iter().enumerate() {
            for b in &names[..k] {
                assert_ne!(Look::of(a), Look::of(b), "{a} {b}");
            }
        }
        assert_eq!(Look::of("rayon-jit").shape, Shape::Triangle);
        assert!(!Look::of("ndarray-whole").filled);
        assert_eq!(Look::of("python-loop").colour, 6);
    }
}
