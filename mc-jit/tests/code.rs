//! Code is compiled and called on any thread, and can be read.

use mc_core::{Density, Kernel, Moments, Plan, Problem, Sampling, SquaredNorm, Support, Technique};
use mc_jit::{Jit, JitCalls, Lanes, Simd};

fn problem(f: &str, dims: usize) -> Problem {
    Problem::parse(Support::cube(-1.0, 2.0, dims).unwrap(), f, Density::Uniform).unwrap()
}

fn moments(kernel: &dyn Kernel) -> Moments {
    let plan = Plan::new(1000, 7).unwrap();
    kernel.moments(&plan, plan.whole()).unwrap()
}

#[test]
fn several_threads_compile_at_once() {
    let texts = ["norm(x)^2", "x0*x1 - 3", "sum(x)*prod(x)"];
    let alone: Vec<_> =
        texts.iter().map(|f| moments(&*Jit::new().prepare(&problem(f, 20)).unwrap())).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (f, alone) in texts.iter().zip(&alone) {
                    assert_eq!(moments(&*Jit::new().prepare(&problem(f, 20)).unwrap()), *alone);
                }
            });
        }
    });
}

#[test]
fn a_kernel_moves_between_threads() {
    let kernel = Jit::new().prepare(&problem("norm(x)^2", 3)).unwrap();
    let here = moments(&*kernel);
    let there = std::thread::spawn(move || moments(&*kernel)).join().unwrap();
    assert_eq!(here, there);
}

#[test]
fn the_code_can_be_read() {
    let support = Support::cube(0.0, 1.0, 2).unwrap();
    let problem = SquaredNorm::problem(support).unwrap();
    let jit = Jit::with_lanes(Lanes::Four);
    let text = jit.llvm_ir(&problem).unwrap();
    let text = text.split("attributes #").next().unwrap();
    assert!(text.contains("define void @monte_carlo"), "{text}");
    assert!(text.contains("<4 x double> @llvm.fma"), "{text}");
    assert!(!text.contains("fast"), "no fast-math flag on any operation: {text}");
    assert!(!text.contains("contract"), "no contraction: {text}");
    let assembly = jit.assembly(&problem).unwrap();
    assert!(assembly.contains("\nmonte_carlo:"), "{assembly}");
    for step in ["Draw the point", "Evaluate h = f·g there.", "Accumulate: deviations"] {
        assert!(text.contains(&format!("  ; {step}")), "{step}: {text}");
    }
    for step in ["start", "draw: word", "draw: to the box", "evaluate", "accumulate", "store"] {
        assert!(assembly.contains(&format!(" {step}\n")), "{step}: {assembly}");
    }
    for text in [text, &assembly] {
        assert!(!text.contains("dbg") && !text.contains(".loc\t"), "{text}");
    }
}

#[test]
fn the_code_at_sobol_points_can_be_read() {
    let (problem, jit) = (problem("norm(x)^2", 20), Jit::new().with_simd(Simd::Avx512));
    let text = jit.llvm_ir_for(&problem, Sampling::Sobol).unwrap();
    let assembly = jit.assembly_for(&problem, Sampling::Sobol).unwrap();
    for text in [&text, &assembly] {
        assert!(
            text.contains("monte_carlo(groups, samples, words, states, sums, memory)"),
            "{text}"
        );
        assert!(text.contains(" Draw the point: a coordinate's state is d"), "{text}");
        assert!(!text.contains("xoshiro") && !text.contains("SplitMix"), "{text}");
    }
    for step in
        ["start", "draw: digit", "draw: state", "draw: to the box", "evaluate", "accumulate"]
    {
        assert!(assembly.contains(&format!(" {step}\n")), "{step}: {assembly}");
    }
    // A direction number goes from memory into all lanes, for two vectors at once.
    let broadcasts = |line: &&str| line.contains("vbroadcastsd") && line.ends_with("draw: state");
    assert_eq!(assembly.lines().filter(broadcasts).count(), 2, "{assembly}");
}

#[test]
fn called_functions_can_be_read() {
    let support: Support = "-1:2,3:5".parse().unwrap();
    let g = Density::parse("x0/4", &support).unwrap();
    let problem = Problem::parse(support, "norm(x)^2", g).unwrap();
    let text = JitCalls::new().llvm_ir(&problem).unwrap();
    assert!(text.contains("; f, called") && text.contains("; g, called"), "{text}");
    assert_eq!(text.matches("define double @at_point").count(), 2, "{text}");
    assert!(JitCalls::new().assembly(&problem).unwrap().contains("\nat_point:"));
}

/// Vectors that are put aside must not lie across lines of the cache.
#[test]
fn the_stack_is_aligned_for_vectors() {
    let problem = problem("norm(x)^2", 2);
    let assembly = Jit::new().with_simd(Simd::Avx512).assembly(&problem).unwrap();
    assert!(assembly.contains("$-64, %rsp"), "{assembly}");
    let spills = |name: &str| assembly.lines().filter(|line| line.contains(name)).count();
    assert_eq!(spills("vmovdqu64") + spills("vmovups"), 0, "{assembly}");
}
