//! Problems by name.

use super::closed_form::ClosedForm;
use super::entry::{Entry, Known};
use super::error::CatalogueError;
use super::list::each_problem;

/// The problems by name.
macro_rules! by_name {
    ($($variant:ident($known:ty),)+) => {
        /// The names that [`find`] knows.
        pub const NAMES: &[&str] = &[$(<$known as ClosedForm>::NAME),+];

        /// For each name, in the order of [`NAMES`], what the problem is.
        pub const ABOUT: &[&str] = &[$(<$known as ClosedForm>::ABOUT),+];

        /// The problem behind a name, with as many coordinates as are asked for
        /// or, without a number, as many as is usual for it.
        ///
        /// # Errors
        ///
        /// If there is no such name, or the problem does not exist in `dims`
        /// coordinates.
        pub fn find(name: &str, dims: Option<usize>) -> Result<Entry, CatalogueError> {
            $(if name == <$known as ClosedForm>::NAME {
                let dims = dims.unwrap_or(<$known as ClosedForm>::DIMS);
                return <$known as ClosedForm>::of_dims(dims)?.entry();
            })+
            Err(CatalogueError::Unknown { name: name.to_owned(), known: NAMES })
        }
    };
}

each_problem!(by_name);
