//! The suite as tests: one line of macro for a technique.

/// One test: `conformance_test!([#[attribute]…] name: mismatches)`.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_test {
    ([$(#[$attribute:meta])*] $name:ident: $mismatches:expr) => {
        #[test]
        $(#[$attribute])*
        fn $name() {
            $crate::conformance::assert_none(&$mismatches);
        }
    };
}

/// The tests of the suite for a [`Technique`](crate::Technique):
/// `conformance!(name, technique)`.
///
/// Attributes before the name go on every test, such as a
/// `#[cfg_attr(…, ignore = "…")]` where a device may be missing.
#[macro_export]
macro_rules! conformance {
    ($(#[$attribute:meta])* $name:ident, $technique:expr $(,)?) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::conformance as suite;

            $crate::conformance_test!([$(#[$attribute])*] integrands_have_the_same_bits:
                suite::check(&$technique, &suite::integrands()));
            $crate::conformance_test!([$(#[$attribute])*] sobol_points_have_the_same_bits:
                suite::check(&$technique, &suite::sobol()));
            $crate::conformance_test!([$(#[$attribute])*] operations_have_the_same_bits:
                suite::check_operations(&$technique));
            $crate::conformance_test!([$(#[$attribute])*] functions_have_the_same_bits:
                suite::check(&$technique, &suite::functions()));
            $crate::conformance_test!([$(#[$attribute])*] blocks_are_nodes_of_the_tree:
                suite::check_blocks(&$technique));
            $crate::conformance_test!([$(#[$attribute])*] the_first_non_finite_sample_is_named:
                suite::check_non_finite(&$technique));
            $crate::conformance_test!([$(#[$attribute])*] values_that_are_not_finite_can_be_left_out:
                suite::check_lenient(Box::new($technique)));
        }
    };
}

/// The longer list of integrands, for the variant of a [`Technique`](crate::Technique) that
/// people use: `conformance_of_mixtures!(name, technique)`.
#[macro_export]
macro_rules! conformance_of_mixtures {
    ($(#[$attribute:meta])* $name:ident, $technique:expr $(,)?) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::conformance as suite;

            $crate::conformance_test!([$(#[$attribute])*] mixtures_have_the_same_bits:
                suite::check(&$technique, &suite::mixtures()));
        }
    };
}

/// The tests of the suite for whole runs: `conformance_of_runs!(name, prepare)`
/// with `prepare: Fn(&Problem) -> Result<impl Fn(&Plan) -> Result<Estimate, RunError>, PrepareError>`.
#[macro_export]
macro_rules! conformance_of_runs {
    ($(#[$attribute:meta])* $name:ident, $prepare:expr $(,)?) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::conformance as suite;

            $crate::conformance_test!([$(#[$attribute])*] runs_have_the_same_bits:
                suite::check_runs($prepare));
        }
    };
}
