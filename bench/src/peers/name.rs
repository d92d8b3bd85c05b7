//! Which peers there are, and how each is started.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use mc_core::{Support, did_you_mean};

use super::child::{Patience, Peer};
use crate::results::distinct;
use crate::technique::look::{Look, Shape};

/// A program that is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerName {
    text: &'static str,
    /// What it has `--workers` of, if it uses several cores.
    workers: Option<&'static str>,
    look: Look,
}

const fn peer(text: &'static str, workers: Option<&'static str>, look: Look) -> PeerName {
    PeerName { text, workers, look }
}

/// What processes of Python look like.
const POOL: Look = Look::kernel(6).shaped(Shape::Diamond);

impl PeerName {
    /// Processes that are kept, each with NumPy in pieces.
    pub const POOL: Self = peer("multiprocessing-pool", Some("processes"), POOL.variant(2));

    /// The GNU Scientific Library, the one that is not in Python.
    pub const GSL: Self = peer("gsl", None, Look::kernel(6).shaped(Shape::Square));

    /// All of them, in the order of the lecture.
    pub const ALL: [Self; 9] = [
        // The lecture's loop.
        peer("python-loop", None, Look::kernel(6).shaped(Shape::Cross)),
        // The lecture's arrays.
        peer("numpy", None, Look::kernel(6)),
        // NumPy in cache-sized pieces.
        peer("numpy-chunked", None, Look::kernel(6).variant(2)),
        // The lecture's loop under Numba.
        peer("numba", None, Look::kernel(7)),
        // Numba, one hand-written stream a thread.
        peer("numba-xoshiro", Some("threads"), Look::kernel(7).variant(0)),
        // Numba, many streams a thread side by side.
        peer("numba-tuned", Some("threads"), Look::kernel(7).variant(2)),
        // The lecture's processes and queue.
        peer("multiprocessing", Some("processes"), POOL),
        Self::POOL,
        Self::GSL,
    ];

    /// Its name in the table and on the command line.
    pub fn text(self) -> &'static str {
        self.text
    }

    /// How it looks in every picture.
    pub fn look(self) -> Look {
        self.look
    }

    /// Whether it uses several cores.
    pub fn uses_many(self) -> bool {
        self.workers.is_some()
    }

    /// What is to be known about its row: it uses `--workers` cores.
    pub fn note(self) -> Option<String> {
        self.workers.map(|workers| format!("a peer that uses --workers {workers}"))
    }

    /// Starts it for a box. `cargo xtask compare --peers` has made what that takes and
    /// says where in `MC_PEERS_PYTHON` and `MC_PEERS_GSL`.
    pub fn start(
        self,
        support: &Support,
        workers: usize,
        patience: Patience,
    ) -> Result<Peer, String> {
        let command = self.command(workers)?;
        Peer::start(command, support, workers, patience).map_err(|error| error.to_string())
    }

    fn command(self, workers: usize) -> Result<Command, String> {
        let (program, missing) = match self {
            Self::GSL => ("MC_PEERS_GSL", "MC_MISSING_PEERS_GSL"),
            _ => ("MC_PEERS_PYTHON", "MC_MISSING_PEERS_PYTHON"),
        };
        let Some(program) = std::env::var_os(program) else {
            return Err(std::env::var(missing).unwrap_or_else(|_| {
                format!("{program} is not set; `cargo xtask compare --peers` makes what it names")
            }));
        };
        let mut command = Command::new(program);
        if self != Self::GSL {
            // Without the user's Python variables and packages: the versions are pinned.
            command.args(["-E", "-s"]).arg(folder().join("peer.py")).arg(self.text());
            // One core means one: NumPy's BLAS would take all for a dot product.
            command.env("OPENBLAS_NUM_THREADS", "1");
            command.env("NUMBA_NUM_THREADS", workers.to_string());
            // Its threads sleep between runs; OpenMP's spin, at the next competitor's cost.
            command.env("NUMBA_THREADING_LAYER", "workqueue");
        }
        Ok(command)
    }
}

/// Where the programs are.
fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"))
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl FromStr for PeerName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|name| name.text() == text).ok_or_else(|| {
            let names: Vec<_> = std::iter::once("all").chain(Self::ALL.map(Self::text)).collect();
            format!("there is no peer `{text}`: {}", did_you_mean(text, &names))
        })
    }
}

/// The peers that `--peers` names; `all` is all of them.
pub fn chosen(words: &[String]) -> Result<Vec<PeerName>, String> {
    if words.iter().any(|word| word == "all") {
        return Ok(PeerName::ALL.to_vec());
    }
    let names: Result<Vec<_>, _> = words.iter().map(|word| word.parse()).collect();
    names.map(distinct)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_wrong_ones_are_named() {
        for name in PeerName::ALL {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        let words = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(chosen(&words("all")).map(|names| names.len()), Ok(9));
        assert_eq!(
            chosen(&words("gsl,numpy,gsl")),
            Ok(vec![PeerName::GSL, PeerName::ALL[1]]),
            "each once"
        );
        assert!(chosen(&words("gsl,nympy")).unwrap_err().contains("`nympy`"));
    }
}
