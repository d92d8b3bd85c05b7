//! Frames: a length, then that many bytes.

#![allow(
    clippy::indexing_slicing,
    reason = "the frame begins with PREFIX bytes, and `have` is below PREFIX"
)]

use std::io::{self, ErrorKind, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most bytes in a frame. The largest problem that mc-core takes, 2²⁰
/// coordinates with a table of constants for each function, is below it.
pub(crate) const MAX_LEN: u32 = 1 << 26;

/// Bytes of the length: u32, little-endian.
pub(crate) const PREFIX: usize = 4;

/// Why a frame cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FrameError {
    /// The stream ended between two frames, as it does when the other side ends.
    #[error("the stream ended")]
    Ended,
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame, {missing} bytes before its end")]
    Truncated {
        /// How much is missing.
        missing: u64,
    },
    /// A length that no message has: most likely text where a frame should be.
    #[error("a frame of {len} bytes was announced, and at most {MAX_LEN} make sense")]
    TooLong {
        /// What was announced.
        len: u64,
    },
    /// The bytes are not a message.
    #[error("a frame is not a message: {0}")]
    Meaning(postcard::Error),
    /// There are bytes after the message.
    #[error("a frame has {0} bytes after its message")]
    Longer(usize),
    /// The system failed to read or write.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A message as a whole frame, length included.
pub(crate) fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let mut frame = postcard::to_extend(message, vec![0; PREFIX]).map_err(FrameError::Meaning)?;
    let len = frame.len() - PREFIX;
    match u32::try_from(len) {
        Ok(len) if len <= MAX_LEN => frame[..PREFIX].copy_from_slice(&len.to_le_bytes()),
        _ => return Err(FrameError::TooLong { len: len as u64 }),
    }
    Ok(frame)
}

/// Writes a frame at once, so that its reader wakes once.
pub(crate) fn write(output: &mut impl Write, frame: &[u8]) -> Result<(), FrameError> {
    output.write_all(frame)?;
    Ok(output.flush()?)
}

/// Reads the content of the next frame.
pub(crate) fn read(input: &mut impl Read) -> Result<Vec<u8>, FrameError> {
    let mut prefix = [0; PREFIX];
    let mut have = 0;
    while have < PREFIX {
        match input.read(&mut prefix[have..]) {
            Ok(0) if have == 0 => return Err(FrameError::Ended),
            Ok(0) => return Err(FrameError::Truncated { missing: (PREFIX - have) as u64 }),
            Ok(more) => have += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let len = u32::from_le_bytes(prefix);
    if len > MAX_LEN {
        return Err(FrameError::TooLong { len: u64::from(len) });
    }
    // Grows with what arrives, not with what was announced.
    let mut content = Vec::new();
    let got = input.take(u64::from(len)).read_to_end(&mut content)? as u64;
    match u64::from(len) - got {
        0 => Ok(content),
        missing => Err(FrameError::Truncated { missing }),
    }
}

/// The message that a frame's content is, all of it.
pub(crate) fn decode<T: DeserializeOwned>(content: &[u8]) -> Result<T, FrameError> {
    match postcard::take_from_bytes(content).map_err(FrameError::Meaning)? {
        (message, []) => Ok(message),
        (_, rest) => Err(FrameError::Longer(rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::process::message::{Hello, Reply, Request, Role};

    #[test]
    fn frames_come_back_one_by_one() {
        let mut bytes = Vec::new();
        for text in ["", "a", "some words"] {
            write(&mut bytes, &encode(&text).unwrap()).unwrap();
        }
        let mut input = &bytes[..];
        for text in ["", "a", "some words"] {
            assert_eq!(decode::<String>(&read(&mut input).unwrap()).unwrap(), text);
        }
        assert!(matches!(read(&mut input), Err(FrameError::Ended)));
    }

    #[test]
    fn a_frame_cut_short_says_how_much_is_missing() {
        let frame = encode(&"some words").unwrap();
        for len in 1..frame.len() {
            let missing = if len < PREFIX { PREFIX } else { frame.len() } - len;
            match read(&mut &frame[..len]) {
                Err(FrameError::Truncated { missing: got }) => assert_eq!(got, missing as u64),
                other => panic!("{len} bytes gave {other:?}"),
            }
        }
    }

    #[test]
    fn text_is_no_frame() {
        let error = read(&mut &b"Hello, world!\n"[..]).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { len: 0x6c6c_6548 }), "{error}");
        let error = encode(&vec![0u8; MAX_LEN as usize]).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { .. }), "{error}");
    }

    #[test]
    fn a_long_frame_that_does_not_come_takes_no_memory() {
        let mut announced = MAX_LEN.to_le_bytes().to_vec();
        announced.extend([0; 10]);
        assert!(matches!(read(&mut &announced[..]), Err(FrameError::Truncated { .. })));
    }

    #[test]
    fn bytes_after_a_message_are_seen() {
        let mut content = encode(&7u32).unwrap().split_off(PREFIX);
        content.push(0);
        assert!(matches!(decode::<u32>(&content), Err(FrameError::Longer(1))));
    }

    proptest! {
        #[test]
        fn random_bytes_are_messages_or_errors(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode::<Hello>(&bytes);
            let _ = decode::<Request>(&bytes);
            let _ = decode::<Reply>(&bytes);
            let mut input = &bytes[..];
            while read(&mut input).is_ok() {}
        }

        #[test]
        fn a_spoilt_message_is_another_message_or_an_error(at in 0usize..400, by in 1u8..) {
            let problem = "norm(x)^2 + dot(x, [1, 2, 3])";
            let support = mc_core::Support::cube(0.0, 1.0, 3).unwrap();
            let problem = mc_core::Problem::parse(support, problem, mc_core::Density::Uniform);
            let request = Request::Prepare {
                kernel: 3,
                technique: "jit".to_owned(),
                key: "key".to_owned(),
                problem: Box::new(problem.unwrap()),
                sampling: mc_core::Sampling::Sobol,
            };
            let mut content = encode(&request).unwrap().split_off(PREFIX);
            prop_assert!(decode::<Request>(&content).is_ok());
            let at = at % content.len();
            content[at] ^= by;
            let _ = decode::<Request>(&content);
            prop_assert!(decode::<Request>(&content[..at]).is_err());
        }
    }

    #[test]
    fn a_hello_of_another_version_is_still_understood() {
        let mut hello = Hello::from(Role::Worker);
        assert!(hello.is_from(Role::Worker) && hello.same_version());
        assert!(!hello.is_from(Role::Coordinator));
        hello.protocol += 1;
        let hello: Hello = decode(&encode(&hello).unwrap()[PREFIX..]).unwrap();
        assert!(hello.is_from(Role::Worker) && !hello.same_version());
    }
}
