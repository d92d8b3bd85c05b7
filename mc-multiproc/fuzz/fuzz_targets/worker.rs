//! Any bytes, to a worker and from one: an end that can be shown, or answers that make
//! sense. Neither side panics, takes memory for bytes that do not come, or exhausts its stack.
//!
//! The first byte says for which points, and what the others are: a stream of frames as it is; the contents of
//! frames behind a good hello, two bytes of length before each; or changes of a
//! conversation that was good, four bytes each.
#![no_main]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mc_core::{
    Block, Density, Kernel, Moments, Plan, PrepareError, Problem, RunError, Technique,
};
use mc_multiproc::fuzzing::{answers, coordinate, next_frame, serve};
use mc_serial::Flat;

/// An input has some kB. Nothing that is made of it may need as much as this.
const MOST_MEMORY: usize = 16 << 20;

struct Bounded;

// SAFETY: all is passed on to the system's.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > MOST_MEMORY {
            eprintln!("{} bytes at once", layout.size());
            std::process::abort();
        }
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static MEMORY: Bounded = Bounded;

/// The flat loop over any tape, for as long as there is patience: a tape of a few
/// bytes may take years, and that is no defect.
struct Patient;

struct PatientLoop {
    kernel: Box<dyn Kernel>,
    cost: u64,
}

impl Technique for Patient {
    fn name(&self) -> &'static str {
        "patient"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let cost = problem.h().cost().saturating_add(problem.dims() as u64);
        Ok(Box::new(PatientLoop { kernel: Flat.prepare(problem)?, cost }))
    }
}

impl Kernel for PatientLoop {
    fn problem(&self) -> &Problem {
        self.kernel.problem()
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        match block.samples(plan).saturating_mul(self.cost) {
            0..5000 => self.kernel.moments(plan, block),
            _ => Err(RunError::Cancelled),
        }
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        self.kernel.block_level(plan, workers)
    }
}

fn find(technique: &str, _: &str, _: &Problem) -> Option<Box<dyn Technique>> {
    (technique == "serial").then(|| Box::new(Patient) as Box<dyn Technique>)
}

/// What is asked when all is well, and what is answered.
struct Good {
    problem: Problem,
    plan: Plan,
    asked: Vec<u8>,
    answered: Vec<u8>,
}

/// Of random points and of Sobol' points.
static GOOD: LazyLock<[Good; 2]> = LazyLock::new(|| {
    [Plan::new(99, 1), Plan::sobol(99, 1)].map(|plan| good(plan.expect("enough samples")))
});

fn good(plan: Plan) -> Good {
    let f = "if(x1 > 0, sum(x*x), dot(x, [1, 2.5, 3]))";
    let g = Density::parse("1 + 0*x0", &"-1:2^3".parse().expect("a box")).expect("a density");
    let problem = Problem::parse("-1:2^3".parse().expect("a box"), f, g).expect("a problem");
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    coordinate(&problem, &plan, |request| {
        asked.extend(request);
        let (all, served) = serve(&find, &asked);
        served.expect("a good conversation");
        let new = next_frame(&mut &all[answered.len()..]);
        answered = all;
        new
    })
    .expect("a good run");
    Good { problem, plan, asked, answered }
}

/// The bytes of a hello, which come first, length included.
fn hello(stream: &[u8]) -> &[u8] {
    let mut rest = stream;
    next_frame(&mut rest).expect("a frame");
    &stream[..stream.len() - rest.len()]
}

/// The stream that the input stands for.
fn stream(input: &[u8], good: &[u8]) -> Vec<u8> {
    let Some((kind, mut rest)) = input.split_first() else { return Vec::new() };
    match kind % 3 {
        0 => rest.to_vec(),
        1 => {
            let mut stream = hello(good).to_vec();
            while let Some((len, after)) = rest.split_first_chunk() {
                let (frame, after) =
                    after.split_at(after.len().min(u16::from_le_bytes(*len).into()));
                stream.extend((frame.len() as u32).to_le_bytes());
                stream.extend(frame);
                rest = after;
            }
            stream
        }
        _ => {
            let mut stream = good.to_vec();
            for change in rest.as_chunks::<4>().0 {
                let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % stream.len();
                match change[2] % 3 {
                    0 => stream[at] = change[3],
                    1 => stream.insert(at, change[3]),
                    _ if stream.len() > 1 => drop(stream.remove(at)),
                    _ => {}
                }
            }
            stream
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let good = &GOOD[usize::from(input.first().is_some_and(|kind| kind & 4 != 0))];
    // A worker under a hostile coordinator.
    let (answered, _) = serve(&find, &stream(input, &good.asked));
    answers(&answered).expect("a worker says what can be understood");
    // A coordinator with a hostile worker.
    let stream = stream(input, &good.answered);
    let mut rest = &stream[..];
    if let Ok(moments) = coordinate(&good.problem, &good.plan, |_| next_frame(&mut rest)) {
        assert!(moments.is_finite() && moments.count <= good.plan.samples());
    }
});
