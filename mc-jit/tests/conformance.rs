//! The same bits as every other technique: at every width, whatever the machine
//! has (LLVM splits what is too wide), and with any number of chains.

use mc_jit::{Chains, Jit, Lanes};

mc_core::conformance!(of_the_host, Jit::new());
mc_core::conformance!(lanes1, Jit::with_lanes(Lanes::One));
mc_core::conformance!(lanes2, Jit::with_lanes(Lanes::Two));
mc_core::conformance!(lanes4, Jit::with_lanes(Lanes::Four));
mc_core::conformance!(lanes8, Jit::with_lanes(Lanes::Eight));
mc_core::conformance!(chains1, Jit::new().with_chains(Chains::One));
mc_core::conformance!(chains2, Jit::new().with_chains(Chains::Two));
mc_core::conformance!(chains4, Jit::new().with_chains(Chains::Four));
mc_core::conformance_of_mixtures!(mixtures, Jit::new());
mc_core::conformance_of_mixtures!(lanes2_mixtures, Jit::with_lanes(Lanes::Two));
mc_core::conformance_of_mixtures!(lanes4_mixtures, Jit::with_lanes(Lanes::Four));
mc_core::conformance_of_mixtures!(lanes8_mixtures, Jit::with_lanes(Lanes::Eight));
