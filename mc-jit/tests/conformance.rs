//! The same bits as every other technique: at every step of the chapter, at every
//! width, whatever the machine has (LLVM splits what is too wide), with any number
//! of chains, and in parts of any length.

use mc_jit::{Chains, Jit, JitCalls, Lanes};

mc_core::conformance!(jit_calls, JitCalls::new());
mc_core::conformance!(jit_scalar, Jit::scalar());
mc_core::conformance!(jit_lanes, Jit::lanes());
mc_core::conformance!(jit, Jit::new());
mc_core::conformance!(lanes1, Jit::with_lanes(Lanes::One));
mc_core::conformance!(lanes2, Jit::with_lanes(Lanes::Two));
mc_core::conformance!(lanes4, Jit::with_lanes(Lanes::Four));
mc_core::conformance!(lanes8, Jit::with_lanes(Lanes::Eight));
mc_core::conformance!(chains1, Jit::new().with_chains(Chains::One));
mc_core::conformance!(chains2, Jit::new().with_chains(Chains::Two));
mc_core::conformance!(chains4, Jit::new().with_chains(Chains::Four));
mc_core::conformance!(parts_of_1, Jit::new().with_parts_of(1));
mc_core::conformance!(parts_of_7, Jit::with_lanes(Lanes::Four).with_parts_of(7));
mc_core::conformance_of_mixtures!(jit_calls_mixtures, JitCalls::new());
mc_core::conformance_of_mixtures!(jit_scalar_mixtures, Jit::scalar());
mc_core::conformance_of_mixtures!(jit_lanes_mixtures, Jit::lanes());
mc_core::conformance_of_mixtures!(mixtures, Jit::new());
mc_core::conformance_of_mixtures!(lanes2_mixtures, Jit::with_lanes(Lanes::Two));
mc_core::conformance_of_mixtures!(lanes4_mixtures, Jit::with_lanes(Lanes::Four));
mc_core::conformance_of_mixtures!(lanes8_mixtures, Jit::with_lanes(Lanes::Eight));
mc_core::conformance_of_mixtures!(parts_of_5_mixtures, Jit::new().with_parts_of(5));
