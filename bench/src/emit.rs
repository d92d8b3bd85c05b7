//! `estimate --emit`: what the integrand becomes, instead of its estimate.

use std::io::Write;

use mc_core::Problem;

use crate::Failure;
use crate::command::Emit;
use crate::request::Request;
use crate::techniques::KernelName;

/// Prints it on stdout.
pub fn run(request: &Request, what: Emit) -> Result<(), Failure> {
    let Request { problem, f, g, .. } = request;
    let mut out = std::io::stdout().lock();
    if what == Emit::Opencl {
        let kernel = request.techniques.first().map_or(KernelName::OpenCl, |name| name.kernel);
        if !kernel.is_on_device() {
            return Err(Failure::Request(format!(
                "--emit: {kernel} runs on no OpenCL device; opencl-host, opencl-grid and opencl do"
            )));
        }
        let program = request.devices.program(kernel, problem)?;
        write!(out, "// f = {f}, g = {g}, on {}\n{program}", problem.support())?;
        return Ok(());
    }
    writeln!(out, "# f = {f}, g = {g}, on {} (n = {})", problem.support(), problem.dims())?;
    match what {
        Emit::Tape => tape(problem, &mut out)?,
        Emit::Opencl => {}
    }
    Ok(())
}

fn tape(problem: &Problem, out: &mut impl Write) -> std::io::Result<()> {
    let tape = problem.h();
    let h = if problem.g().is_none() { "f" } else { "f·g" };
    let operations = match tape.len() {
        1 => "1 operation".to_owned(),
        many => format!("{many} operations, those in the bodies of loops counted once"),
    };
    writeln!(out, "# h = {h}: {operations}")?;
    for (k, table) in tape.tables().iter().enumerate() {
        let entries: Vec<_> = table.iter().map(|entry| entry.get().to_string()).collect();
        writeln!(out, "table{k} = {}", entries.join(" "))?;
    }
    write!(out, "{tape}")
}
