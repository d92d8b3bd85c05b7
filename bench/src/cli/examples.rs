//! Three examples below the help of each command, and where more is told.

/// Below the list of commands.
pub(super) const ALL: &str = "\
Examples:
  cargo xtask estimate --f 'exp(-norm(x)^2)' --support -3:3^4 --samples 1e7
  cargo xtask compare --samples 1e4,1e6 --technique serial,jit,rayon-jit
  cargo xtask help language

Exit codes:
  0  done
  1  something failed
  2  the request is wrong
  3  a warning was given (with --strict)
  130, 143  Ctrl-C or SIGTERM ended it; what was drawn or measured by then is printed";

/// Below the flags of `estimate`.
pub(super) const ESTIMATE: &str = "\
Examples:
  cargo xtask estimate --f 'norm(x)^2' --support -1:2,3:5 --samples 100M
  cargo xtask estimate --f 'exp(-norm(x)^2)' --g 1 --support -3:3^4 --rel-error 0.1% --time-limit 20
  cargo xtask estimate --problem genz-corner-peak --dims 20 --quiet --format json

More: cargo xtask help language, help techniques, help problems";

/// Below the flags of `compare`.
pub(super) const COMPARE: &str = "\
Examples:
  cargo xtask compare --support 0:1^10 --samples 1e4,1e7 --technique serial,jit,rayon-jit
  cargo xtask compare --peers --workers 1
  cargo xtask compare --report page.html --note 'the machine was idle'

More: cargo xtask help language, help techniques, help problems";

/// Below the flags of `calibrate`.
pub(super) const CALIBRATE: &str = "\
Examples:
  cargo xtask calibrate
  cargo xtask calibrate --problem gaussian-peak --dims 4 --samples 1e3,1e5
  cargo xtask calibrate --seeds 10k --samples 1000 --format csv";

/// Below the list of experiments.
pub(super) const EXPERIMENT: &str = "\
Examples:
  cargo xtask experiment sum
  cargo xtask experiment scaling --samples 1e7 --workers 4
  cargo xtask experiment compile --format markdown";
