//! The command lines, and the files that some of them need.

/// Whatever is built.
pub const ALWAYS: &str = r#"
# No command, or another

frobnicate
estmate
help nonsense
help techniqes
help estimate --samples
help experiment skaling
completions
completions tcsh
man nonsense
estimate -samples 100
estimate --sampels 100
estimate --Seed 1
compare --rel-eror 1e-3
estimate --quiet=yes
estimate --strict=1
estimate --digits 12
compare --digits
estimate stray
compare stray
readme a b
readme no-such-run
estimate --nonsense
compare --nonsense
estimate --experiment sum
compare --rel-error 1e-3
compare --emit tape
compare --checkpoint run.mc
compare --launcher mpirun
compare --non-finite skip

# Both commands: how many, which, where

estimate --samples
estimate --samples 0
estimate --samples 1
estimate --samples -5
estimate --samples 1.5
estimate --samples many
estimate --samples 1e30
estimate --samples ''
estimate --samples 100,,200
estimate --samples 1,000
estimate --samples 10,000,000
estimate --samples 1m
estimate --samples 1e3k
estimate --samples 100G000
estimate --samples 20000000000G
estimate --sampling
estimate --sampling soboll
estimate --sampling halton
estimate --sampling Sobol
estimate --sampling sobol --samples 31
estimate --sampling sobol --support 0:1^21202
compare --sampling sobol --samples 1e4,10
compare --sampling random,sobol
calibrate --sampling even
experiment processes --sampling sobol
experiment scaling --sampling sobol --samples 20
estimate --seed
estimate --seed -1
estimate --seed 1.5
estimate --seed 1e3
estimate --seed x
estimate --seed 18446744073709551616
estimate --seed ''
estimate --seed 1 --seed 2
estimate --workers 0
estimate --workers -3
estimate --workers many
estimate --workers 10001
estimate --deadline 0
estimate --deadline -3
estimate --deadline soon
estimate --format xml
estimate --technique jitt
estimate --technique ryaon-serial
estimate --technique Serial
estimate --technique numpy
estimate --technique rayon
estimate --technique rayon-
estimate --technique ''
estimate --simd avx1024
estimate --simd AVX2
estimate --format jsn
estimate --simd avx2 --technique serial
estimate --precision f16
estimate --precision f32 --technique serial
estimate --device
estimate --device 0 --technique serial

# Both commands: problems by name

estimate --problem ishigama
estimate --problem Lecture
estimate --problem genz-gausian
estimate --problem mine
estimate --problem ''
estimate --problem ishigami --dims 2
estimate --problem lecture --dims 0
estimate --problem lecture --dims -1
estimate --problem lecture --dims 1e9
estimate --problem lecture --dims 2000000
estimate --problem lecture --dims two
estimate --dims 3
estimate --problem lecture --f x0
estimate --problem lecture --g 1
estimate --problem lecture --support 0:1

# Supports

estimate --support ''
estimate --support 1:0
estimate --support 2:2
estimate --support 0..1
estimate --support 0:1:2
estimate --support '0:1 0:1'
estimate --support 0:1,
estimate --support 0:1,,0:1
estimate --support 0:1/0
estimate --support -1/0:1
estimate --support (0/0):1
estimate --support 0:1e400
estimate --support 0:1e-400
estimate --support -1e308:1e308
estimate --support 0:1^0
estimate --support 0:1^-1
estimate --support 0:1^1.5
estimate --support 0:1^2000000
estimate --support a:1
estimate --support 0:x0
estimate --support 0:[1,2]
estimate --support 0:(1
estimate --support 0:inf
estimate --support 0:w
estimate --support -oo:1
estimate --support 0:π
estimate --support 0:2**3

# Expressions: what does not belong

estimate --f ''
estimate --f 'x0 +'
estimate --f 'x0 + * 2'
estimate --f '(x0 + 1'
estimate --f 'x0 + 1)'
estimate --f '[1, 2'
estimate --f '[]'
estimate --f '2 x0'
estimate --f 'sin x0'
estimate --f '0x10'
estimate --f '1.2.3'
estimate --f '1e999'
estimate --f 'x0 = 1'
estimate --f 'x0 & x1'
estimate --f '0 < x0 < 1'
estimate --f '"x0"'
estimate --f 'x0²'

# Expressions: as they are written elsewhere

estimate --f 'x0**2'
estimate --f 'x0 % 2'
estimate --f 'x0 mod 2'
estimate --f '2*π*x0'
estimate --f '√x0'
estimate --f 'x₀'
estimate --f 'x0 × x1'
estimate --f 'x0 ≤ x1'
estimate --f '‖x‖'
estimate --f '{x0}'
estimate --f 'log(x0)'
estimate --f 'lg(x0)'
estimate --f 'arctan(x0)'
estimate --f 'arcsinh(x0)'
estimate --f 'fabs(x0)'
estimate --f 'Sin(x0)'
estimate --f 'SQRT(x0)'
estimate --f 'sqr(x0)'
estimate --f 'norm_cfd(x0)'
estimate --f 'Pi*x0'
estimate --f 'X1'
estimate --f 'voluem'
estimate --f 'mean(x)'
estimate --f 'where(x0 < 1, 1, 0)'
estimate --f 'y'
estimate --f 'x0 < 1 and x1 < 1'
estimate --f 'x0 < 1 or x1 < 1'
estimate --f 'not x0'
estimate --f 'exp(i*x0)'
estimate --f 'exp(2i*x0)'
estimate --f 'exp(j*x0)'
estimate --f 'inf'
estimate --g 'Uniform'

# Expressions: names, numbers of arguments, lengths

estimate --f 'x0 + y'
estimate --f 'X0'
estimate --f 'foo(x)'
estimate --f 'pi()'
estimate --f 'sum'
estimate --f 'x2'
estimate --f 'x[7]'
estimate --f 'x[-1]'
estimate --f 'x[0.5]'
estimate --f 'x[x0]'
estimate --f 'x0[0]'
estimate --f 'x'
estimate --f 'exp(x)'
estimate --f 'sum(x0)'
estimate --f 'sum(x0, x1)'
estimate --f 'sqrt()'
estimate --f 'pow(x0)'
estimate --f 'min()'
estimate --f 'if(x0, 1)'
estimate --f 'x + [1, 2, 3]'
estimate --f 'dot(x, [1, 2, 3])'
estimate --f '[x, 1]'
estimate --f 1/0

# Densities

estimate --g ''
estimate --g unifrom
estimate --g 'x0 + z'
estimate --g x
estimate --g 1/0
estimate --g 0/0
estimate --g 1 --support 0:1e-200^2

# Only estimate

estimate --samples 10,20
estimate --samples 12,345
estimate --digits --emit tape
estimate --technique serial,ndarray
estimate --technique auto,serial
estimate --technique serial --explain
estimate --explain --emit tape
estimate --simd avx2
estimate --launcher
estimate --launcher srun
estimate --launcher mpirun --emit tape
estimate --rel-error
estimate --rel-error 0
estimate --rel-error -1e-3
estimate --rel-error nan
estimate --rel-error 0%
estimate --rel-error %
estimate --abs-error 1%
estimate --rel-error 1e-400
estimate --abs-error inf
estimate --abs-error small
estimate --time-limit 0
estimate --time-limit -1
estimate --time-limit soon
estimate --time-limit 60s
estimate --time-limit 1e30
estimate --non-finite
estimate --non-finite ignore
estimate --emit
estimate --emit poetry
estimate --emit tape --format json
estimate --emit tape --rel-error 1e-3
estimate --emit tape --abs-error 1e-3
estimate --emit tape --time-limit 10
estimate --emit tape --non-finite skip
estimate --emit tape --checkpoint new.mc
estimate --emit asm --technique serial
estimate --emit llvm --technique ndarray
estimate --emit opencl --technique serial

# Only estimate: files

estimate --checkpoint
estimate --checkpoint ''
estimate --checkpoint folder
estimate --checkpoint .
estimate --checkpoint no/such/folder/run.mc
estimate --checkpoint notes.mc/run.mc
estimate --checkpoint-every 1
estimate --checkpoint new.mc --checkpoint-every 0
estimate --checkpoint new.mc --f y
estimate --technique serial --checkpoint empty.mc
estimate --technique serial --checkpoint notes.mc
estimate --technique serial --checkpoint cut.mc
estimate --technique serial --checkpoint flipped.mc
estimate --technique serial --checkpoint older.mc
estimate --technique serial --checkpoint newer.mc
estimate --technique serial --checkpoint good.mc --f x0
estimate --technique serial --checkpoint good.mc --support 0:2^2
estimate --technique serial --checkpoint good.mc --seed 2
estimate --technique serial --checkpoint good.mc --samples 4.5e6
estimate --technique serial --checkpoint skipped.mc --f 'sqrt(x0 - 0.5)' --samples 5e6
estimate --technique serial --checkpoint good.mc --sampling sobol
estimate --technique serial --checkpoint sobol.mc
estimate --technique serial --checkpoint sobol.mc --sampling sobol --samples 6e6

# Only estimate: the choice

estimate --explain=yes
estimate --technique serial --explain

# Only compare

compare --technique serial,jitt
compare --samples 1,000
compare --peers=jl
compare --peers=nunba
compare --peers gsl
compare --budget 0
compare --budget soon
compare --experiment
compare --experiment product
compare --experiment sum --keep
compare --calibrate --keep
experiment
experiment product
experiment sum --f x0
experiment sum --peers
experiment sum --report page.html
experiment compile --samples 100
experiment processes --technique serial
experiment processes --deadline 0
experiment memory --precision f32
experiment elementwise --support 0:1
experiment elementwise --samples many
experiment scaling --budget 3
experiment scaling --samples 1
calibrate --keep
calibrate --report page.html
calibrate --peers
calibrate --simd avx2
calibrate --deadline 3
calibrate --f 'exp(x0)'
calibrate --technique rayon-serial
calibrate --technique serial,ndarray
calibrate --seeds 1
calibrate --seeds 1e3.5
compare --seeds 100
compare --note busy
compare --report
compare --report ''
compare --report folder
compare --report no/such/folder/page.html
"#;

/// Of a build without LLVM. A request for what is not here is not wrong, so 1 is the code.
pub const WITHOUT_LLVM: &str = r#"
# Without LLVM

1| estimate --technique jit
1| MC_MISSING_JIT='LLVM 18 to 22 is missing: the words of cargo xtask' estimate --technique jit
1| estimate --emit llvm
1| estimate --emit asm --technique jit-calls
1| experiment compile
"#;

/// Of a build without OpenCL.
pub const WITHOUT_OPENCL: &str = r#"
# Without OpenCL

1| estimate --technique opencl
1| MC_MISSING_OPENCL='OpenCL is missing: the words of cargo xtask' estimate --technique opencl-grid
1| estimate --device list
1| estimate --emit opencl
1| experiment elementwise
"#;

/// Of a build with LLVM.
pub const WITH_LLVM: &str = r#"
# With LLVM

estimate --simd avx2 --technique auto
estimate --emit llvm --technique rayon-serial
compare --simd sse2 --technique serial,ndarray
calibrate --technique rayon-jit
"#;

/// Of a build with OpenCL, where there is a device.
pub const WITH_A_DEVICE: &str = r#"
# With a device

estimate --technique opencl --device Cray-1
estimate --technique opencl --device 99
estimate --technique opencl --device ''
estimate --technique opencl --device all,0
estimate --technique opencl --device list,0
compare --technique serial,opencl --device Cray-1
"#;

/// This checkpoint, if another version had written it.
pub fn of_version(version: &str, good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let at = b"mc-checkpoint 2\n".len() + 1;
    bytes[at..at + version.len()].copy_from_slice(version.as_bytes());
    hashed(bytes)
}

/// This checkpoint, if it were of another format.
pub fn of_format(format: &str, good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let at = b"mc-checkpoint ".len();
    bytes[at..at + format.len()].copy_from_slice(format.as_bytes());
    hashed(bytes)
}

/// With a hash that fits.
fn hashed(mut bytes: Vec<u8>) -> Vec<u8> {
    use sha2::Digest as _;
    bytes.truncate(bytes.len() - 32);
    let hash = sha2::Sha256::digest(&bytes);
    bytes.extend(hash);
    bytes
}
