//! The bytes of a checkpoint.

#![allow(
    clippy::indexing_slicing,
    reason = "the content began with the name, which the hash covers"
)]

use sha2::{Digest, Sha256};

use super::Refusal;
use crate::kernel::Precision;
use crate::moments::{Moments, Tree};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::session::state::State;

/// What every checkpoint begins with, of any version.
pub(super) const NAME: &[u8] = b"mc-checkpoint ";
const MAGIC: &[u8] = b"mc-checkpoint 1\n";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HASH: usize = 32;

/// What a checkpoint is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    problem: [u8; HASH],
    seed: u64,
    precision: Precision,
}

impl Identity {
    /// That of a run of `plan` for `problem`, in f64 ([`Identity::in_precision`]). The
    /// numbers of samples may differ, and so may the texts that have the same tapes.
    ///
    /// # Errors
    ///
    /// If the problem cannot be written as bytes, which is a defect.
    pub fn new(problem: &Problem, plan: &Plan) -> Result<Self, postcard::Error> {
        let g = problem.g().map(|g| g.tape());
        let bytes = postcard::to_allocvec(&(problem.support(), problem.f().tape(), g))?;
        let problem = Sha256::digest(bytes).into();
        Ok(Self { problem, seed: plan.seed(), precision: Precision::F64 })
    }

    /// The same, computed with other floats: the bits are others.
    pub fn in_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }
}

/// The content of the file for `state`.
pub fn encode(identity: &Identity, state: &State) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION.len() as u8);
    bytes.extend(VERSION.as_bytes());
    bytes.extend(identity.problem);
    bytes.push(bits(identity.precision));
    for number in [identity.seed, state.batch_size(), state.batches()] {
        bytes.extend(number.to_le_bytes());
    }
    let write = |bytes: &mut Vec<u8>, moments: &[Moments]| {
        for Moments { count, mean, m2 } in moments {
            bytes.extend(count.to_le_bytes());
            bytes.extend(mean.to_le_bytes());
            bytes.extend(m2.to_le_bytes());
        }
    };
    write(&mut bytes, state.tree().subtrees());
    for number in [state.level(), state.nodes().len() as u32] {
        bytes.extend(number.to_le_bytes());
    }
    write(&mut bytes, state.nodes());
    let hash = Sha256::digest(&bytes);
    bytes.extend(hash);
    bytes
}

/// The state in `bytes`, if they are a checkpoint of `identity`.
///
/// # Errors
///
/// Why not.
pub fn decode(identity: &Identity, bytes: &[u8]) -> Result<State, Refusal> {
    let damaged = |what| Refusal::Damaged { what };
    if !bytes.starts_with(NAME) {
        return Err(Refusal::NotOne);
    }
    let ended = damaged("it ends too early");
    let (content, hash) = bytes.split_last_chunk::<HASH>().ok_or_else(|| ended.clone())?;
    if <[u8; HASH]>::from(Sha256::digest(content)) != *hash {
        return Err(damaged("its content does not have the hash that it had when it was written"));
    }
    let Some(rest) = content.strip_prefix(MAGIC) else {
        let line = content[NAME.len()..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        let theirs = format!("{} of the format", String::from_utf8_lossy(line));
        return Err(Refusal::Version { theirs, ours: VERSION.to_owned() });
    };
    parts(identity, rest).ok_or(ended)?
}

/// What follows the magic; none if it ends too early.
fn parts(identity: &Identity, mut rest: &[u8]) -> Option<Result<State, Refusal>> {
    let rest = &mut rest;
    let len = take::<1>(rest)?[0];
    let version = rest.split_off(..usize::from(len))?;
    if version != VERSION.as_bytes() {
        let theirs = String::from_utf8_lossy(version).into_owned();
        return Some(Err(Refusal::Version { theirs, ours: VERSION.to_owned() }));
    }
    if take::<HASH>(rest)? != identity.problem {
        return Some(Err(Refusal::Problem));
    }
    if take(rest)? != [bits(identity.precision)] {
        return Some(Err(Refusal::Precision { ours: identity.precision }));
    }
    let [seed, batch_size, batches] = [number(rest)?, number(rest)?, number(rest)?];
    if seed != identity.seed {
        return Some(Err(Refusal::Seed { theirs: seed, ours: identity.seed }));
    }
    let subtrees = moments(rest, batches.count_ones())?;
    let level = u32::from_le_bytes(take(rest)?);
    let nodes = u32::from_le_bytes(take(rest)?);
    let nodes = moments(rest, nodes)?;
    let tree = Tree::from_subtrees(batches, subtrees)?;
    let state = State::from_parts(batch_size, tree, level, nodes).filter(|_| rest.is_empty());
    Some(state.ok_or(Refusal::Damaged { what: "its numbers fit no run" }))
}

/// The size of the floats, in bits.
fn bits(precision: Precision) -> u8 {
    match precision {
        Precision::F64 => 64,
        Precision::F32 => 32,
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    take(rest).map(u64::from_le_bytes)
}

fn moments(rest: &mut &[u8], many: u32) -> Option<Vec<Moments>> {
    (0..many)
        .map(|_| {
            let count = number(rest)?;
            let mean = f64::from_bits(number(rest)?);
            Some(Moments { count, mean, m2: f64::from_bits(number(rest)?) })
        })
        .collect()
}
