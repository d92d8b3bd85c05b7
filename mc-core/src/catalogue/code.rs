//! The native code of the problems: of a closed list, since a visitor is generic.

use std::fmt::Debug;

use super::list::each_problem;
use crate::function::Function;

/// What is done with a function whose type is not known beforehand: a closure
/// could not be generic.
///
/// ```
/// use mc_core::{Function, Tape, TapeError, catalogue};
///
/// /// Records the function.
/// struct Trace;
///
/// impl catalogue::Visitor for Trace {
///     type Output = Result<Tape, TapeError>;
///
///     fn visit<F: Function>(self, f: F) -> Self::Output {
///         Tape::trace(&f, 3)
///     }
/// }
///
/// let entry = catalogue::find("ishigami", None)?;
/// assert_eq!(entry.with_function(Trace)?, *entry.problem.f().tape());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it with this function.
    fn visit<F: Function + Clone + Send + Sync + 'static>(self, f: F) -> Self::Output;
}

/// The problems by variant.
macro_rules! code {
    ($($variant:ident($known:ty),)+) => {
        /// An integrand of the catalogue as a Rust function.
        #[derive(Clone, Debug)]
        pub enum Code {
            $($variant($known),)+
        }

        impl Code {
            pub(super) fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
                match self {
                    $(Self::$variant(known) => visitor.visit(known.clone()),)+
                }
            }
        }

        /// What is in the list, and nothing else.
        pub trait Listed: Sized {
            fn code(self) -> Code;
        }

        $(impl Listed for $known {
            fn code(self) -> Code {
                Code::$variant(self)
            }
        })+
    };
}

each_problem!(code);
