//! How a technique looks in every picture, so that no reader needs the colour: the number of a
//! colour, a shape, dashes.

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
    /// The number of the colour, in the palette of Okabe and Ito.
    pub colour: u8,
    /// The shape of its marks.
    pub shape: Shape,
    /// Whether marks are filled: they are not for variants of a kernel.
    pub filled: bool,
    /// The number of the pattern of dashes; 0: none.
    pub dash: u8,
}

impl Look {
    /// Of a kernel, alone.
    pub const fn kernel(colour: u8) -> Self {
        Self { colour, shape: Shape::Circle, filled: true, dash: 0 }
    }

    /// Of a variant of a kernel.
    pub const fn variant(self, dash: u8) -> Self {
        Self { filled: false, dash, ..self }
    }

    /// With this shape.
    pub const fn shaped(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    /// Of what no table knows: a technique of another version, or of somebody else.
    pub const UNKNOWN: Self = Self::kernel(6).shaped(Shape::Cross);

    /// A line that only guides the eye.
    pub const GUIDE: Self = Self { filled: false, dash: 1, ..Self::kernel(5) };
}
