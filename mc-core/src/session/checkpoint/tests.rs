use std::fs;
use std::path::Path;

use super::*;
use crate::conformance::test_kernels::Good;
use crate::problem::{Density, Problem};
use crate::{Plan, Progress, Session, Technique, run_block};

fn problem(f: &str) -> Problem {
    Problem::parse("0:1^2".parse().unwrap(), f, Density::Uniform).unwrap()
}

fn plan() -> Plan {
    Plan::new(100_003, 7).unwrap()
}

fn identity(f: &str, seed: u64) -> Identity {
    Identity::new(&problem(f), &Plan::new(1_000, seed).unwrap()).unwrap()
}

/// The states of a run on the way.
fn states() -> Vec<State> {
    let problem = problem("norm(x)^2");
    let kernel = Good.prepare(&problem).unwrap();
    let progress = Progress::new();
    let mut states = vec![State::new(&plan())];
    let compute = |block| run_block(&*kernel, &plan(), block, &progress);
    let session = Session::new(&problem, &plan()).keep_state();
    session.run(compute, |state, _| states.push(state.clone()), &progress).unwrap();
    states
}

fn refusal(path: &Path, identity: Identity) -> String {
    let before = fs::read(path).unwrap();
    let error = CheckpointFile::open(path, identity).unwrap_err();
    assert_eq!(fs::read(path).unwrap(), before, "it is left as it is");
    error.to_string()
}

#[test]
fn every_state_reads_back() {
    let identity = identity("norm(x)^2", 7);
    for state in states() {
        let bytes = encode(&identity, &state);
        assert!(bytes.len() < 10_000);
        assert_eq!(decode(&identity, &bytes), Ok(state));
    }
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let identity = identity("norm(x)^2", 7);
    let bytes = encode(&identity, states().last().unwrap());
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&identity, &flipped).is_err(), "bit {bit}");
    }
    for len in 0..bytes.len() {
        assert!(decode(&identity, &bytes[..len]).is_err(), "{len} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(decode(&identity, &longer), Err(Refusal::Damaged { .. })));
}

#[test]
fn what_is_of_something_else_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    let ours = identity("norm(x)^2", 7);
    let (mut file, state) = CheckpointFile::open(&path, ours).unwrap();
    assert_eq!(state, None);
    file.save(states().last().unwrap()).unwrap();
    drop(file);

    let other = refusal(&path, identity("norm(x)^3", 7));
    assert!(other.contains("another problem") && other.contains("left as it is"), "{other}");
    let wider = Problem::parse("0:2,0:1".parse().unwrap(), "norm(x)^2", Density::Uniform).unwrap();
    let wider = Identity::new(&wider, &plan()).unwrap();
    assert!(refusal(&path, wider).contains("another problem"));
    let weighed = Density::parse("1", &"0:1^2".parse().unwrap()).unwrap();
    let weighed = Problem::parse("0:1^2".parse().unwrap(), "norm(x)^2", weighed).unwrap();
    assert!(refusal(&path, Identity::new(&weighed, &plan()).unwrap()).contains("another problem"));
    let seed = refusal(&path, identity("norm(x)^2", 8));
    assert!(seed.contains("of seed 7") && seed.contains("of seed 8"), "{seed}");
    let single = refusal(&path, ours.in_precision(Precision::F32));
    assert!(single.contains("computed in f32"), "{single}");
    // The same tape from another text is the same problem.
    assert!(CheckpointFile::open(&path, identity("norm( x ) ^ 2", 7)).is_ok());

    // What another version wrote, with a hash that fits.
    let bytes = fs::read(&path).unwrap();
    let rehashed = |old: &[u8], new: &[u8]| {
        use sha2::Digest as _;
        let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
        let mut bytes = bytes[..bytes.len() - 32].to_vec();
        bytes[at..at + old.len()].copy_from_slice(new);
        let hash = sha2::Sha256::digest(&bytes);
        bytes.extend(hash);
        bytes
    };
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    let newer = [b"9", &version[1..]].concat();
    for (old, new, says) in [
        (version, &newer[..], "of version 9."),
        (b"checkpoint 1", b"checkpoint 2", "of version 2 of the format"),
        (&7u64.to_le_bytes(), &8u64.to_le_bytes(), "of seed 8"),
    ] {
        fs::write(&path, rehashed(old, new)).unwrap();
        let message = refusal(&path, ours);
        assert!(message.contains(says), "{message}");
    }

    for (content, says) in [
        (&b""[..], "no checkpoint"),
        (b"some notes of mine", "no checkpoint"),
        (b"mc-checkpoint 1\n", "damaged"),
    ] {
        fs::write(&path, content).unwrap();
        let message = refusal(&path, ours);
        assert!(message.contains(says), "{message}");
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(CheckpointFile::open(&path, ours).is_err());
}

#[test]
fn no_two_runs_have_the_same_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    let ours = identity("norm(x)^2", 7);
    let states = states();
    // Both find no file; the first to save has it.
    let (mut first, _) = CheckpointFile::open(&path, ours).unwrap();
    let (mut second, _) = CheckpointFile::open(&path, ours).unwrap();
    first.save(&states[1]).unwrap();
    assert!(matches!(second.save(&states[2]), Err(CheckpointError::Busy { .. })));
    assert!(matches!(CheckpointFile::open(&path, ours), Err(CheckpointError::Busy { .. })));
    // It keeps the file that it has replaced itself.
    first.save(&states[3]).unwrap();
    assert!(matches!(CheckpointFile::open(&path, ours), Err(CheckpointError::Busy { .. })));
    drop(first);
    let (_third, state) = CheckpointFile::open(&path, ours).unwrap();
    assert_eq!(state.as_ref(), Some(&states[3]));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_what_a_killed_process_left_is_no_hindrance() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("run"), dir.path().join("link"));
    let ours = identity("norm(x)^2", 7);
    let states = states();
    fs::write(dir.path().join("run.part"), "half a st").unwrap();
    CheckpointFile::open(&path, ours).unwrap().0.save(&states[1]).unwrap();
    std::os::unix::fs::symlink("run", &link).unwrap();
    let (mut linked, state) = CheckpointFile::open(&link, ours).unwrap();
    assert_eq!(state.as_ref(), Some(&states[1]));
    linked.save(&states[2]).unwrap();
    drop(linked);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(CheckpointFile::open(&path, ours).unwrap().1.as_ref(), Some(&states[2]));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "no part is left");
}
