//! The streams and estimates as random variables.
//!
//! Every test is seeded, so it gives the same verdict on every machine. The
//! false-alarm rate stated with each is the chance that a *correct*
//! implementation fails for a random seed; it tells how much a failure after a
//! change of the streams would mean.

use mc_core::{
    Density, Kernel, Moments, Plan, PrepareError, Problem, Progress, SquaredNorm, Stream, Support,
    Technique, conformance, run, stream,
};

const SEED: u64 = 2015;

/// χ² of counts that are all expected to be `expected`.
fn chi_squared(counts: &[u64], expected: f64) -> f64 {
    counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum()
}

/// How many standard deviations χ² with `degrees` is above its mean, by the
/// cube-root transformation (Wilson & Hilferty, PNAS 17, 1931).
fn z_of(chi_squared: f64, degrees: f64) -> f64 {
    let spread = 2.0 / (9.0 * degrees);
    ((chi_squared / degrees).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// Each |z| < 4.5: false-alarm rate 7·10⁻⁶ a χ² value.
fn assert_plausible(counts: &[u64], total: u64, what: &str) {
    let z =
        z_of(chi_squared(counts, total as f64 / counts.len() as f64), counts.len() as f64 - 1.0);
    assert!(z.abs() < 4.5, "{what}: z = {z}");
}

/// The first words of 2¹⁶ consecutive batches, read across batches: 16 such
/// sequences, the top 8 and the lowest used 8 bits. 32 values: 2·10⁻⁴ in all.
#[test]
fn words_are_uniform_across_batches() {
    const BATCHES: u64 = 1 << 16;
    let mut streams: Vec<_> = (0..BATCHES).map(|batch| Stream::new(SEED, batch)).collect();
    for place in 0..16 {
        let (mut top, mut low) = (vec![0; 256], vec![0; 256]);
        for stream in &mut streams {
            let word = stream.next_word();
            top[(word >> 56) as usize] += 1;
            low[((word >> 12) & 0xff) as usize] += 1;
        }
        assert_plausible(&top, BATCHES, &format!("top bits of word {place}"));
        assert_plausible(&low, BATCHES, &format!("low bits of word {place}"));
    }
}

/// Pairs of the same word in neighbouring batches, and of neighbouring words
/// in one batch, on a 32 × 32 grid. 8 values: 6·10⁻⁵ in all.
#[test]
fn neighbours_are_independent() {
    const BATCHES: u64 = 1 << 16;
    let first = |word: u64| (word >> 59) as usize;
    let mut streams: Vec<_> = (0..=BATCHES).map(|batch| Stream::new(SEED, batch)).collect();
    let mut before: Option<Vec<u64>> = None;
    for place in 0..5 {
        let words: Vec<u64> = streams.iter_mut().map(Stream::next_word).collect();
        let mut across = vec![0; 1024];
        for pair in words.windows(2) {
            across[first(pair[0]) * 32 + first(pair[1])] += 1;
        }
        assert_plausible(&across, BATCHES, &format!("word {place} of neighbouring batches"));
        if let Some(before) = before.replace(words.clone()) {
            let mut within = vec![0; 1024];
            for (a, b) in before.iter().zip(&words) {
                within[first(*a) * 32 + first(*b)] += 1;
            }
            assert_plausible(&within, BATCHES + 1, &format!("words {} and {place}", place - 1));
        }
    }
}

/// Bits of words of neighbouring batches and neighbouring seeds differ in half
/// of their places: 2²² bits each, |z| < 4.5. 2 values: 1.4·10⁻⁵ in all.
#[test]
fn neighbouring_streams_are_uncorrelated() {
    let words = |seed: u64, batch: u64| {
        let mut stream = Stream::new(seed, batch);
        std::array::from_fn::<u64, 16, _>(|_| stream.next_word())
    };
    let mut differ = [0u32; 2];
    for batch in 0..4096 {
        let here = words(SEED, batch);
        for (k, other) in [words(SEED, batch + 1), words(SEED + 1, batch)].iter().enumerate() {
            differ[k] += here.iter().zip(other).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        }
    }
    let bits = f64::from(4096 * 16 * 64);
    for differ in differ {
        let z = (f64::from(differ) - bits / 2.0) / (bits / 4.0).sqrt();
        assert!(z.abs() < 4.5, "z = {z}");
    }
}

/// All states of a run are distinct (exact, not statistical).
#[test]
fn states_are_distinct() {
    let mut words: Vec<u64> = (0..50_000)
        .flat_map(|batch| stream::initial_state(stream::scramble(SEED), batch))
        .collect();
    words.sort_unstable();
    assert!(words.windows(2).all(|pair| pair[0] != pair[1]));
}

/// A technique by the rules, slow and plain: what the suite compares with.
struct Rules;

struct RulesKernel(conformance::Case);

impl Technique for Rules {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(RulesKernel(conformance::Case::of_tape(problem))))
    }
}

impl Kernel for RulesKernel {
    fn problem(&self) -> &Problem {
        self.0.problem()
    }

    fn moments(&self, plan: &Plan, block: mc_core::Block) -> Result<Moments, mc_core::RunError> {
        Ok(self.0.expected(plan, block))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(2, workers)
    }
}

/// |z| < 5 for every M, and at M = 10⁶ a standard error within 10 % of its
/// closed form. False-alarm rate: 6·10⁻⁷ a case for z where the estimate is
/// normally distributed (M ≥ 100); at M = 2 and 3 z is heavy-tailed, and is
/// asserted only together with a true standard error, from the closed form.
#[test]
fn estimates_meet_their_closed_forms() {
    for text in ["0:1^2", "-1:2,3:5", "0:1^10", "-3:-1^3"] {
        let support: Support = text.parse().unwrap();
        let truth = SquaredNorm::mean(&support);
        let std_dev = SquaredNorm::variance(&support).sqrt();
        let densities = ["uniform".to_owned(), "prod(1/(hi-lo))".to_owned()];
        for density in densities {
            let g = Density::parse(&density, &support).unwrap();
            let problem = Problem::parse(support.clone(), SquaredNorm::TEXT, g).unwrap();
            let kernel = Rules.prepare(&problem).unwrap();
            for samples in [2, 3, 100, 1_000, 10_000, 1_000_000] {
                let plan = Plan::new(samples, SEED).unwrap();
                let estimate = run(&*kernel, &plan, &Progress::new()).unwrap();
                let true_error = std_dev / (samples as f64).sqrt();
                let what = format!("{text}, g = {density}, M = {samples}: {estimate}");
                assert!((estimate.value - truth).abs() < 5.0 * true_error, "{what}");
                if samples >= 100 {
                    assert!(estimate.distance(truth) < 5.0, "{what}");
                }
                if samples == 1_000_000 {
                    assert!((estimate.std_error / true_error - 1.0).abs() < 0.1, "{what}");
                }
            }
        }
    }
}

/// 400 seeds: how many 95 % intervals cover the truth is binomial with mean
/// 380 and standard deviation 4.4; within 4.5 of those: 7·10⁻⁶.
#[test]
fn intervals_cover_as_often_as_they_say() {
    let support: Support = "-1:2,3:5".parse().unwrap();
    let truth = SquaredNorm::mean(&support);
    let problem = SquaredNorm::problem(support).unwrap();
    let kernel = Rules.prepare(&problem).unwrap();
    let covered = (0..400u64)
        .filter(|&seed| {
            let plan = Plan::new(2_000, seed).unwrap();
            let estimate = run(&*kernel, &plan, &Progress::new()).unwrap();
            let (lo, hi) = estimate.interval95();
            lo <= truth && truth <= hi
        })
        .count() as f64;
    let spread = (400.0 * 0.95 * 0.05f64).sqrt();
    assert!((covered - 380.0).abs() < 4.5 * spread, "{covered} of 400");
}
