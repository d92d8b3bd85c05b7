//! How a technique looks in every picture: colour by kernel, shape and dashes by
//! executor, so that no reader needs the colour.

/// Colours by number: the palette of Okabe and Ito, as the style sheet has it.
const FAMILIES: [(&str, u8); 8] = [
    // The longest first, where one name begins another.
    ("serial-interpreted", 1),
    ("serial", 0),
    ("ndarray", 2),
    ("jit", 3),
    ("opencl", 4),
    ("bound", 5),
    ("numba", 7),
    ("", 6),
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
        let (kernel, shape, dash) = match executor {
            Some((prefix, shape, dash)) => (&technique[prefix.len()..], *shape, *dash),
            None => (technique, Shape::Circle, 0),
        };
        let family = FAMILIES.iter().find(|(prefix, _)| kernel.starts_with(prefix));
        let (name, colour) = family.copied().unwrap_or(("", 6));
        let filled = kernel == name || name.is_empty();
        Self { colour, shape, filled, dash }
    }

    /// A line that only guides the eye.
    pub fn guide() -> Self {
        Self { colour: 5, shape: Shape::Circle, filled: false, dash: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::techniques::Name;

    #[test]
    fn techniques_of_a_comparison_look_different() {
        let names = Name::defaults();
        for (k, a) in names.iter().enumerate() {
            for b in &names[..k] {
                assert_ne!(Look::of(&a.to_string()), Look::of(&b.to_string()), "{a} {b}");
            }
        }
        assert_eq!(Look::of("rayon-jit").shape, Shape::Triangle);
        assert!(!Look::of("ndarray-whole").filled);
        assert_eq!(Look::of("numpy").colour, 6);
    }
}
