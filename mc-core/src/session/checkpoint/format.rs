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
use crate::sampling::Sampling;
use crate::session::batches::Batches;
use crate::session::replicated::Replicated;
use crate::session::state::{Done, State};

/// What every checkpoint begins with, of any version.
pub(super) const NAME: &[u8] = b"mc-checkpoint ";
const MAGIC: &[u8] = b"mc-checkpoint 2\n";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HASH: usize = 32;

/// What a checkpoint is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    problem: [u8; HASH],
    seed: u64,
    sampling: Sampling,
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
        let (seed, sampling) = (plan.seed(), plan.sampling());
        Ok(Self { problem, seed, sampling, precision: Precision::F64 })
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
    bytes.push(kind(identity.sampling));
    write_numbers(&mut bytes, &[identity.seed, state.batch_size()]);
    match state.done() {
        Done::Random(batches) => {
            write_tree(&mut bytes, batches.tree());
            write_numbers(&mut bytes, &[batches.level().into()]);
            write_nodes(&mut bytes, batches.nodes());
        }
        Done::Sobol(replicated) => {
            write_tree(&mut bytes, replicated.part());
            write_numbers(&mut bytes, &[replicated.level().into(), replicated.count()]);
            write_nodes(&mut bytes, replicated.done());
            write_nodes(&mut bytes, replicated.next());
        }
    }
    let hash = Sha256::digest(&bytes);
    bytes.extend(hash);
    bytes
}

fn write_numbers(bytes: &mut Vec<u8>, numbers: &[u64]) {
    numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
}

fn write_moments(bytes: &mut Vec<u8>, moments: &[Moments]) {
    for Moments { count, mean, m2 } in moments {
        write_numbers(bytes, &[*count, mean.to_bits(), m2.to_bits()]);
    }
}

fn write_tree(bytes: &mut Vec<u8>, tree: &Tree) {
    write_numbers(bytes, &[tree.leaves()]);
    write_moments(bytes, tree.subtrees());
}

fn write_nodes(bytes: &mut Vec<u8>, nodes: &[Moments]) {
    write_numbers(bytes, &[nodes.len() as u64]);
    write_moments(bytes, nodes);
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
    if take(rest)? != [kind(identity.sampling)] {
        return Some(Err(Refusal::Sampling { ours: identity.sampling }));
    }
    let [seed, batch_size] = [number(rest)?, number(rest)?];
    if seed != identity.seed {
        return Some(Err(Refusal::Seed { theirs: seed, ours: identity.seed }));
    }
    let tree = read_tree(rest)?;
    let level = u32::try_from(number(rest)?).ok()?;
    let done = match identity.sampling {
        Sampling::Random => {
            Batches::from_parts(batch_size, tree, level, read_nodes(rest)?).map(Done::Random)
        }
        Sampling::Sobol => {
            let (count, done, next) = (number(rest)?, read_nodes(rest)?, read_nodes(rest)?);
            Replicated::from_parts(batch_size, count, level, done, next, tree).map(Done::Sobol)
        }
    };
    let state = done.filter(|_| rest.is_empty()).map(|done| State::from_parts(batch_size, done));
    Some(state.ok_or(Refusal::Damaged { what: "its numbers fit no run" }))
}

fn read_tree(rest: &mut &[u8]) -> Option<Tree> {
    let batches = number(rest)?;
    let subtrees = moments(rest, batches.count_ones().into())?;
    Tree::from_subtrees(batches, subtrees)
}

fn read_nodes(rest: &mut &[u8]) -> Option<Vec<Moments>> {
    let many = number(rest)?;
    moments(rest, many)
}

/// The kind of points.
fn kind(sampling: Sampling) -> u8 {
    match sampling {
        Sampling::Random => 0,
        Sampling::Sobol => 1,
    }
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

fn moments(rest: &mut &[u8], many: u64) -> Option<Vec<Moments>> {
    (0..many)
        .map(|_| {
            let count = number(rest)?;
            let mean = f64::from_bits(number(rest)?);
            Some(Moments { count, mean, m2: f64::from_bits(number(rest)?) })
        })
        .collect()
}
