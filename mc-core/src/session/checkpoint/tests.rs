use std::fs;
use std::path::Path;

use super::*;
use crate::conformance::test_kernels::Good;
use crate::problem::{Density, Problem};
use crate::{Plan, Progress, Session, Technique};

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
    states_of(&plan())
}

fn states_of(plan: &Plan) -> Vec<State> {
    let problem = problem("norm(x)^2");
    let kernel = Good.prepare(&problem).unwrap();
    let progress = Progress::new();
    let mut states = vec![State::new(plan)];
    let session = Session::new(plan).keep_state();
    session.run(&*kernel, |state, _| states.push(state.clone()), &progress).unwrap();
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
fn every_state_of_sobol_points_reads_back() {
    let plan = Plan::sobol(300_000, 7).unwrap();
    let sobol = Identity::new(&problem("norm(x)^2"), &plan).unwrap();
    let random = identity("norm(x)^2", 7);
    for state in states_of(&plan) {
        let bytes = encode(&sobol, &state);
        assert_eq!(decode(&sobol, &bytes), Ok(state));
        let refused = decode(&random, &bytes).unwrap_err().to_string();
        assert!(refused.contains("not of random points"), "{refused}");
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
        (b"checkpoint 2", b"checkpoint 3", "of version 3 of the format"),
        (&7u64.to_le_bytes(), &8u64.to_le_bytes(), "of seed 8"),
    ] {
        fs::write(&path, rehashed(old, new)).unwrap();
        let message = refusal(&path, ours);
        assert!(message.contains(says), "{message}");
    }

    for (content, says) in [
        (&b""[..], "no checkpoint"),
        (b"some notes of mine", "no checkpoint"),
        (b"mc-checkpoint 2\n", "damaged"),
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

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_also_to_what_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("run"), dir.path().join("link"));
    let ours = identity("norm(x)^2", 7);
    let states = states();
    std::os::unix::fs::symlink("run", &link).unwrap();
    for state in &states[1..3] {
        CheckpointFile::open(&link, ours).unwrap().0.save(state).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(CheckpointFile::open(&path, ours).unwrap().1.as_ref(), Some(state));
    }
    assert_eq!(names(dir.path()), ["link", "run"]);
    // A circle is an error.
    std::os::unix::fs::symlink("circle", dir.path().join("circle")).unwrap();
    assert!(CheckpointFile::open(&dir.path().join("circle"), ours).is_err());
}

#[cfg(unix)]
#[test]
fn only_what_killed_runs_left_is_removed() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    let ours = identity("norm(x)^2", 7);
    let states = states();
    let bytes = encode(&ours, &states[1]);
    let theirs = ["run.part", "run.part-notes", "run.part-0123456789abcdef", "other"];
    for name in theirs {
        fs::write(dir.path().join(name), "my own").unwrap();
    }
    // Another's checkpoint, a link, and a part that a run writes right now.
    fs::write(dir.path().join("run.part-0123456789abcdeX"), &bytes).unwrap();
    symlink("other", dir.path().join("run.part-00000000000000aa")).unwrap();
    fs::write(dir.path().join("run.part-00000000000000bb"), &bytes[..9]).unwrap();
    let writing = fs::File::open(dir.path().join("run.part-00000000000000bb")).unwrap();
    writing.try_lock().unwrap();
    let stay = names(dir.path());
    for (name, len) in [("0000000000000001", 0), ("0000000000000002", 9), ("00000000000000ff", 99)]
    {
        fs::write(dir.path().join(format!("run.part-{name}")), &bytes[..len]).unwrap();
    }
    CheckpointFile::open(&path, ours).unwrap().0.save(&states[1]).unwrap();
    assert_eq!(names(dir.path()), [&["other".to_owned(), "run".to_owned()], &stay[1..]].concat());
    for name in theirs {
        assert_eq!(fs::read(dir.path().join(name)).unwrap(), b"my own", "{name}");
    }
}

#[cfg(unix)]
#[test]
fn mode_and_owner_stay() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    let ours = identity("norm(x)^2", 7);
    let states = states();
    CheckpointFile::open(&path, ours).unwrap().0.save(&states[1]).unwrap();
    // Only root may give files away.
    let (uid, gid) = match chown(&path, Some(65_534), Some(65_533)) {
        Ok(()) => (65_534, 65_533),
        Err(_) => {
            let own = fs::metadata(&path).unwrap();
            (own.uid(), own.gid())
        }
    };
    for mode in [0o600, 0o640, 0o664] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        CheckpointFile::open(&path, ours).unwrap().0.save(&states[2]).unwrap();
        let now = fs::metadata(&path).unwrap();
        assert_eq!((now.mode() & 0o777, now.uid(), now.gid()), (mode, uid, gid));
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let ours = identity("norm(x)^2", 7);
    let refused = |path: &Path, what: &str| {
        let error = CheckpointFile::open(path, ours).unwrap_err();
        assert!(matches!(error, CheckpointError::NotAFile { .. }), "{error}");
        assert!(error.to_string().contains(what), "{error}");
    };
    refused(dir.path(), "a folder");
    refused(Path::new("/dev/null"), "a device");
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
    refused(&dir.path().join("socket"), "a socket");
    let fifo = dir.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    refused(&fifo, "a FIFO");
}

/// Another system replaces no file that is open.
#[cfg(unix)]
#[test]
fn a_file_that_is_another_by_now_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    let ours = identity("norm(x)^2", 7);
    let states = states();
    let (mut first, _) = CheckpointFile::open(&path, ours).unwrap();
    first.save(&states[1]).unwrap();
    assert!(first.take_notices().is_empty());

    // Removed, and nobody took its place: it has it again.
    fs::remove_file(&path).unwrap();
    first.save(&states[2]).unwrap();
    let said: Vec<String> = first.take_notices().iter().map(ToString::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("was removed"), "{said:?}");
    assert_eq!(first.path(), fs::canonicalize(&path).unwrap());

    // Removed, and a second run took its place.
    fs::remove_file(&path).unwrap();
    let (mut second, state) = CheckpointFile::open(&path, ours).unwrap();
    assert_eq!(state, None);
    second.save(&states[0]).unwrap();
    fs::write(dir.path().join("run.2"), "my own").unwrap();
    first.save(&states[2]).unwrap();
    let said: Vec<String> = first.take_notices().iter().map(ToString::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("run.3"), "{said:?}");
    first.save(&states[3]).unwrap();
    assert!(first.take_notices().is_empty(), "it is said once");
    second.save(&states[1]).unwrap();
    drop((first, second));

    // A file of somebody else's in its place.
    let (mut third, state) = CheckpointFile::open(&path, ours).unwrap();
    assert_eq!(state.as_ref(), Some(&states[1]));
    fs::write(dir.path().join("new"), "my own").unwrap();
    fs::rename(dir.path().join("new"), &path).unwrap();
    third.save(&states[2]).unwrap();
    drop(third);
    assert_eq!(fs::read(&path).unwrap(), b"my own");
    assert_eq!(fs::read(dir.path().join("run.2")).unwrap(), b"my own");
    for (name, state) in [("run.3", &states[3]), ("run.4", &states[2])] {
        let (_, kept) = CheckpointFile::open(&dir.path().join(name), ours).unwrap();
        assert_eq!(kept.as_ref(), Some(state), "{name}");
    }
    assert_eq!(names(dir.path()), ["run", "run.2", "run.3", "run.4"]);
}

#[test]
fn a_name_as_long_as_a_file_system_takes_is_good() {
    let dir = tempfile::tempdir().unwrap();
    let ours = identity("norm(x)^2", 7);
    for name in ["n".repeat(255), "ä".repeat(127)] {
        let path = dir.path().join(name);
        let (mut file, _) = CheckpointFile::open(&path, ours).unwrap();
        file.save(&states()[1]).unwrap();
        file.save(&states()[2]).unwrap();
    }
    assert_eq!(names(dir.path()).len(), 2);
}
