//! `estimate --emit`: what the integrand becomes, instead of its estimate.

use mc_core::{Problem, Short};

use crate::cli::flags::Emit;
use crate::cli::request::Request;
use crate::process::{Failure, print};
use crate::technique::jit::{self, Code};
use crate::technique::name::{KernelName, Name};
use crate::technique::simd::Simd;

/// Prints it on stdout.
pub fn run(request: &Request, what: Emit) -> Result<(), Failure> {
    let Request { problem, f, g, .. } = request;
    if what == Emit::Opencl {
        let kernel = request.techniques.first().map_or(KernelName::OpenCl, |name| name.kernel);
        if !kernel.is_on_device() {
            return Err(Failure::Request(format!(
                "--emit: {kernel} runs on no OpenCL device; {} do",
                KernelName::those(KernelName::is_on_device)
            )));
        }
        let program = request.devices.program(kernel, problem, request.sampling)?;
        let head = format!("// f = {f}, g = {g}, on {}\n", problem.support());
        return Ok(print(head + &program)?);
    }
    // What begins a comment in the language that is printed.
    let mark = match what {
        Emit::Llvm => ";",
        Emit::Asm if neon(request) => "//",
        _ => "#",
    };
    let code = match what {
        Emit::Llvm => code(request, Code::Llvm)?,
        Emit::Asm => code(request, Code::Assembly)?,
        _ => tape(problem),
    };
    let support = problem.support();
    let head = format!("{mark} f = {f}, g = {g}, on {support} (n = {})\n", problem.dims());
    Ok(print(head + &code)?)
}

fn neon(request: &Request) -> bool {
    match request.simd {
        None => cfg!(target_arch = "aarch64"),
        Some(simd) => simd == Simd::Neon,
    }
}

/// The code of the technique asked for; without one, of the tuned loop.
fn code(request: &Request, what: Code) -> Result<String, Failure> {
    let name = request.techniques.first().copied().unwrap_or(Name::alone(KernelName::Jit));
    if !name.kernel.is_compiled() {
        return Err(Failure::Request(format!(
            "--emit: {name} is not compiled by LLVM; {} are",
            KernelName::those(KernelName::is_compiled)
        )));
    }
    jit::code(name.kernel, request.simd, &request.problem, request.sampling, what)
        .map_err(|reason| Failure::Run(format!("{name} cannot be used: {reason}")))
}

fn tape(problem: &Problem) -> String {
    let tape = problem.h();
    let h = if problem.g().is_none() { "f" } else { "f·g" };
    let operations = match tape.len() {
        1 => "1 operation".to_owned(),
        many => format!("{many} operations, those in the bodies of loops counted once"),
    };
    let mut text = format!("# h = {h}: {operations}\n");
    let scale = problem.scale();
    if !scale.is_plain() {
        let (exponent, shift) = (scale.exponent(), scale.shift());
        text += &format!("# in units of its own: h*2^{exponent} - {}\n", Short(shift));
    }
    for (k, table) in tape.tables().iter().enumerate() {
        let entries: Vec<_> = table.iter().map(|entry| Short(entry.get()).to_string()).collect();
        text += &format!("table{k} = {}\n", entries.join(" "));
    }
    text + &tape.to_string()
}
