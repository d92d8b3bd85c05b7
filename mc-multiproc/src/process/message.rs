//! What coordinator and worker tell each other.
//!
//! Both begin with a [`Hello`]. Then the coordinator sends [`Request`]s; the
//! worker sends one [`Reply`] to each (none to [`Request::Forget`]), in the same
//! order. A request says all that it needs but the kernel, so a worker remembers
//! kernels and nothing else, and any worker can do what another one left.

use std::fmt;
use std::ops::Range;

use mc_core::{Moments, Plan, PrepareError, Problem, Sampling};
use serde::{Deserialize, Serialize};

/// The version of these messages. Any change of them, or of what they carry,
/// makes a new one.
pub(crate) const PROTOCOL: u32 = 2;

/// The first message of each side. It never changes its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    magic: [u8; 8],
    /// Who says it: an echo of our own hello is no answer.
    pub role: Role,
    /// The sender's [`PROTOCOL`].
    pub protocol: u32,
    /// The version of the sender's crate: other versions may have other bits.
    pub version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    Coordinator,
    Worker,
}

impl Hello {
    const MAGIC: [u8; 8] = *b"mc-multi";

    pub fn from(role: Role) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { magic: Self::MAGIC, role, protocol: PROTOCOL, version }
    }

    /// Whether it is a hello at all, and from the other side.
    pub fn is_from(&self, role: Role) -> bool {
        self.magic == Self::MAGIC && self.role == role
    }

    /// Whether the sender is of the same version as we are.
    pub fn same_version(&self) -> bool {
        let ours = Self::from(self.role);
        self.protocol == ours.protocol && self.version == ours.version
    }
}

impl fmt::Display for Hello {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mc-multiproc {} (protocol {})", self.version, self.protocol)
    }
}

/// Names a prepared kernel; the coordinator counts them.
pub(crate) type KernelId = u64;

/// From coordinator to worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Prepare a technique for a problem and a kind of points, and keep the kernel.
    Prepare {
        kernel: KernelId,
        technique: String,
        key: String,
        problem: Box<Problem>,
        sampling: Sampling,
    },
    /// At which level does the kernel want its blocks?
    Level { kernel: KernelId, plan: Plan, workers: u32 },
    /// Compute the moments of these blocks, one after another: [`MOST_BLOCKS`] or fewer.
    Blocks { kernel: KernelId, plan: Plan, level: u32, range: Range<u64> },
    /// Drop a kernel. This has no reply.
    Forget { kernel: KernelId },
}

/// The most blocks in a request: some milliseconds of work.
pub(crate) const MOST_BLOCKS: u64 = 16;

/// The level of one who takes any block as a whole, because it shares it among others.
pub(crate) const WHOLE: u32 = 63;

/// From worker to coordinator, in the order of the requests.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    Prepared(Result<(), Refusal>),
    Level(Result<u32, String>),
    /// The moments of the blocks up to the first that failed, and why it did.
    Blocks(Vec<Moments>, Option<String>),
}

/// A [`PrepareError`] in words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Refusal {
    Unavailable(String),
    Failed(String),
}

impl From<PrepareError> for Refusal {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::Unavailable { reason } => Self::Unavailable(reason),
            error => Self::Failed(error.to_string()),
        }
    }
}
