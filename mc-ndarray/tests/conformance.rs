//! The suite that every technique passes, for those of this chapter.

mc_core::conformance!(whole, mc_ndarray::Whole::new());
mc_core::conformance!(chunked, mc_ndarray::Chunked::new());
mc_core::conformance_of_mixtures!(whole_mixtures, mc_ndarray::Whole::new());
mc_core::conformance_of_mixtures!(chunked_mixtures, mc_ndarray::Chunked::new());
