//! The elementary functions against those of the platform, over an array, one
//! core: `cargo bench -p bench -- elementary`.
//!
//! - `jit-8` against `libmvec-8`, `jit-4` against `libmvec-4`: compiled code
//!   against glibc's vector versions, for the same lanes;
//! - `ours-scalar` against `std-scalar`: native code, one call a number;
//! - `ours-loop` against `std-loop`: native code, inlined as far as it can be; ours are
//!   the functions of `mc_core::elementary`, of which the compiler makes vectors.
//!
//! After a pair comes the ratio of the two times, the median over rounds in which
//! both run. What this build cannot compare is named on stderr.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mc_core::{Function, Real, elementary};

/// Numbers in an array; with the results they take 64 KiB.
const COUNT: usize = 4096;

/// Rounds that the ratio of two times is the median of.
const ROUNDS: usize = 501;

/// A function of each number of an array.
type Map = Box<dyn Fn(&[f64], &mut [f64])>;

/// Why there is none.
type Missing = String;

/// Each function with its name in libmvec, the range of its arguments, and what
/// the standard library has.
fn functions(criterion: &mut Criterion) {
    macro_rules! measure {
        ($($name:ident $mvec:literal $range:expr, $std:expr;)+) => {$({
            fn at<T: Real>(x: &[T]) -> T {
                x[0].$name()
            }
            let pairs = [
                vectors(&mc_core::function!(at), $mvec, 8),
                vectors(&mc_core::function!(at), $mvec, 4),
                scalar(<f64 as Real>::$name, $std),
                inlined(elementary::$name::<f64>, $std),
            ];
            measure(criterion, stringify!($name), $range, pairs);
        })+};
    }
    measure! {
        exp "exp" [-20.0, 20.0], |x| x.exp();
        ln "log" [0.01, 100.0], |x| x.ln();
        sin "sin" [-10.0, 10.0], |x| x.sin();
        cos "cos" [-10.0, 10.0], |x| x.cos();
    }
}

/// Two that compute the same, ours first, each with its name.
type Pair = Result<[(String, Map); 2], Missing>;

/// Compiled code against libmvec.
fn vectors(f: &impl Function, name: &str, lanes: u32) -> Pair {
    let [jit, libmvec] = [compiled::map(f, lanes)?, libmvec::map(name, lanes)?];
    Ok([(format!("jit-{lanes}"), jit), (format!("libmvec-{lanes}"), libmvec)])
}

/// Native code, one number after another.
fn scalar(
    ours: impl Fn(f64) -> f64 + Copy + 'static,
    std: impl Fn(f64) -> f64 + Copy + 'static,
) -> Pair {
    /// Not inlined, so that no loop makes vectors of it.
    #[inline(never)]
    fn call(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(x)
    }
    let [(_, ours), (_, std)] = inlined(move |x| call(ours, x), move |x| call(std, x))?;
    Ok([("ours-scalar".to_owned(), ours), ("std-scalar".to_owned(), std)])
}

/// Native code, as the compiler likes it.
fn inlined(ours: impl Fn(f64) -> f64 + 'static, std: impl Fn(f64) -> f64 + 'static) -> Pair {
    fn map(f: impl Fn(f64) -> f64 + 'static) -> Map {
        Box::new(move |x, out| {
            for (x, out) in x.iter().zip(out) {
                *out = f(*x);
            }
        })
    }
    Ok([("ours-loop".to_owned(), map(ours)), ("std-loop".to_owned(), map(std))])
}

fn measure(criterion: &mut Criterion, function: &str, range: [f64; 2], pairs: [Pair; 4]) {
    let mut group = criterion.benchmark_group(format!("elementary/{function}"));
    group.throughput(Throughput::Elements(COUNT as u64));
    let x = numbers(range);
    let mut out = vec![0.0; COUNT];
    for pair in pairs {
        let [(our_name, ours), (their_name, theirs)] = match pair {
            Ok(pair) => pair,
            Err(reason) => {
                eprintln!("elementary/{function}: left out: {reason}");
                continue;
            }
        };
        group.bench_function(&our_name, |b| b.iter(|| ours(black_box(&x), black_box(&mut out))));
        group
            .bench_function(&their_name, |b| b.iter(|| theirs(black_box(&x), black_box(&mut out))));

        let mut time = |map: &Map| {
            let start = Instant::now();
            map(black_box(&x), black_box(&mut out));
            start.elapsed().as_secs_f64()
        };
        let mut ratios: Vec<f64> = (0..ROUNDS).map(|_| time(&ours) / time(&theirs)).collect();
        ratios.sort_by(f64::total_cmp);
        println!("{function}: {our_name} takes {:.2} × {their_name}", ratios[ROUNDS / 2]);
    }
    group.finish();
}

/// Numbers spread evenly over a range, in no order that a branch predictor knows.
fn numbers([low, high]: [f64; 2]) -> Vec<f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    (0..COUNT).map(|i| (i as f64 * GOLDEN).fract().mul_add(high - low, low)).collect()
}

/// What the technique `jit` makes of a function.
#[cfg(feature = "_jit")]
mod compiled {
    use mc_core::{Function, Tape};
    use mc_jit::{ArrayFunction, Lanes};

    use super::{Map, Missing};

    pub fn map(f: &impl Function, lanes: u32) -> Result<Map, Missing> {
        let same = |of: &&Lanes| of.count() == lanes;
        let &lanes = Lanes::ALL.iter().find(same).ok_or("there are no such lanes")?;
        let tape = Tape::trace(f, 1).map_err(|error| error.to_string())?;
        let f = ArrayFunction::with_lanes(&tape, lanes).map_err(|error| error.to_string())?;
        Ok(Box::new(move |x, out| f.map(x, out).expect("as many values as numbers")))
    }
}

#[cfg(not(feature = "_jit"))]
mod compiled {
    use super::{Function, Map, Missing};

    pub fn map(_: &impl Function, lanes: u32) -> Result<Map, Missing> {
        Err(format!("jit-{lanes} and libmvec-{lanes}: built without a feature llvm18 … llvm22"))
    }
}

/// glibc's vector functions: x86-64 only, without a header, named by the ABI.
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
mod libmvec {
    #[cfg(any(target_feature = "avx2", target_feature = "avx512f"))]
    use std::arch::x86_64::*;

    use super::{Map, Missing};

    /// The address of one of them.
    type Symbol = unsafe extern "C" fn();

    // Declared without their arguments: Rust has no stable way to declare a
    // foreign function on vectors, only to call one by its address.
    #[link(name = "mvec")]
    unsafe extern "C" {
        fn _ZGVeN8v_exp();
        fn _ZGVeN8v_log();
        fn _ZGVeN8v_sin();
        fn _ZGVeN8v_cos();
        fn _ZGVdN4v_exp();
        fn _ZGVdN4v_log();
        fn _ZGVdN4v_sin();
        fn _ZGVdN4v_cos();
    }

    pub fn map(name: &str, lanes: u32) -> Result<Map, Missing> {
        match (name, lanes) {
            ("exp", 8) => eight(_ZGVeN8v_exp),
            ("log", 8) => eight(_ZGVeN8v_log),
            ("sin", 8) => eight(_ZGVeN8v_sin),
            ("cos", 8) => eight(_ZGVeN8v_cos),
            ("exp", 4) => four(_ZGVdN4v_exp),
            ("log", 4) => four(_ZGVdN4v_log),
            ("sin", 4) => four(_ZGVdN4v_sin),
            ("cos", 4) => four(_ZGVdN4v_cos),
            _ => Err(format!("libmvec-{lanes}: no {name} is declared in this benchmark")),
        }
    }

    /// `$name(symbol)`: the map over arrays whose length is a multiple of the lanes.
    macro_rules! with_lanes {
        ($name:ident, $feature:literal, $lanes:literal, $vector:ident, $load:ident, $store:ident) => {
            #[cfg(target_feature = $feature)]
            fn $name(symbol: Symbol) -> Result<Map, Missing> {
                #[expect(
                    improper_ctypes_definitions,
                    reason = "with the feature enabled, a vector is passed in a register as in C"
                )]
                type Vectors = unsafe extern "C" fn($vector) -> $vector;
                // SAFETY: this is the signature that the vector ABI gives `symbol`.
                let f = unsafe { std::mem::transmute::<Symbol, Vectors>(symbol) };
                Ok(Box::new(move |x, out| {
                    for (x, out) in x.chunks_exact($lanes).zip(out.chunks_exact_mut($lanes)) {
                        // SAFETY: both have the length of a vector, and this build
                        // is for a CPU with the feature.
                        unsafe { $store(out.as_mut_ptr(), f($load(x.as_ptr()))) };
                    }
                }))
            }

            #[cfg(not(target_feature = $feature))]
            fn $name(_: Symbol) -> Result<Map, Missing> {
                let lacks =
                    concat!("libmvec-", $lanes, ": this build is for a CPU without ", $feature);
                Err(lacks.to_owned())
            }
        };
    }
    with_lanes!(eight, "avx512f", 8, __m512d, _mm512_loadu_pd, _mm512_storeu_pd);
    with_lanes!(four, "avx2", 4, __m256d, _mm256_loadu_pd, _mm256_storeu_pd);
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")))]
mod libmvec {
    use super::{Map, Missing};

    pub fn map(_: &str, lanes: u32) -> Result<Map, Missing> {
        Err(format!("jit-{lanes} and libmvec-{lanes}: libmvec is part of glibc on x86-64 only"))
    }
}

criterion_group! {
    name = elementary;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    targets = functions
}
criterion_main!(elementary);
