//! Programs as the device's compiler made them, once per process and text.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use mc_core::Precision;

use super::info::DeviceInfo;
use crate::cl::{BuildError, Context, Id, Program};
use crate::error::{OpenClError, Step};
use crate::lock::lock;

/// No option that lets a compiler change a result: above all not
/// `-cl-fast-relaxed-math`, `-cl-mad-enable` or `-cl-denorms-are-zero`.
const OPTIONS: &str = "-cl-std=CL1.2";

/// Quotients and roots of floats may be off by some units otherwise.
const EXACT_DIVISION: &str = " -cl-fp32-correctly-rounded-divide-sqrt";

/// A device that was opened, and the programs that were built for it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub context: Context,
    id: Id,
    name: String,
    exact_division: bool,
    programs: Mutex<HashMap<String, Arc<Built>>>,
}

/// A program that was built.
#[derive(Debug)]
pub(crate) struct Built {
    pub program: Program,
    /// Seconds that one sample takes, once they were measured.
    pub seconds_per_sample: OnceLock<f64>,
}

/// The devices that are open.
static OPENED: Mutex<Vec<(Id, Arc<Opened>)>> = Mutex::new(Vec::new());

impl Opened {
    /// Opens a device, or finds it open.
    pub fn device(info: &DeviceInfo) -> Result<Arc<Self>, OpenClError> {
        let mut opened = lock(&OPENED);
        if let Some((_, device)) = opened.iter().find(|(id, _)| *id == info.id) {
            return Ok(Arc::clone(device));
        }
        let context = Context::new(info.platform_id, info.id)
            .map_err(OpenClError::at(Step::Opening("opening the device"), &info.name))?;
        let device = Arc::new(Self {
            context,
            id: info.id,
            name: info.name.clone(),
            exact_division: info.exact_division,
            programs: Mutex::default(),
        });
        opened.push((info.id, Arc::clone(&device)));
        Ok(device)
    }

    /// Forgets a device that was lost: the next one to ask opens it anew.
    pub fn forget(info: &DeviceInfo) {
        lock(&OPENED).retain(|(id, _)| *id != info.id);
    }

    /// Builds a program, or finds it built.
    pub fn program(&self, text: &str, precision: Precision) -> Result<Arc<Built>, OpenClError> {
        /// Programs that stay built; when there are more, all are dropped.
        const MOST: usize = 64;
        // Held while building: who wants the same program waits for it.
        let mut programs = lock(&self.programs);
        if let Some(built) = programs.get(text) {
            return Ok(Arc::clone(built));
        }
        let program = self.build(text, precision)?;
        let built = Arc::new(Built { program, seconds_per_sample: OnceLock::new() });
        if programs.len() >= MOST {
            programs.clear();
        }
        programs.insert(text.to_owned(), Arc::clone(&built));
        Ok(built)
    }

    fn build(&self, text: &str, precision: Precision) -> Result<Program, OpenClError> {
        // OpenCL C is ASCII. Comments are not, and some compilers read them too.
        let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        let mut options = OPTIONS.to_owned();
        if precision == Precision::F32 && self.exact_division {
            options.push_str(EXACT_DIVISION);
        }
        Program::build(&self.context, self.id, &ascii, &options).map_err(|error| match error {
            BuildError::Rejected { log } => {
                let (device, lines) = (self.name.clone(), named_lines(&log, text));
                OpenClError::Build { device, log, lines }
            }
            BuildError::Call(status) => {
                OpenClError::at(Step::Opening("building the program"), &self.name)(status)
            }
        })
    }
}

/// The lines of `text` that a compiler's log names, as in `program.cl:12:5: …`.
fn named_lines(log: &str, text: &str) -> Vec<(usize, String)> {
    /// So many are enough to see what is wrong.
    const MOST: usize = 5;
    let lines: Vec<&str> = text.lines().collect();
    let mut named: Vec<(usize, String)> = Vec::new();
    for message in log.lines().filter(|line| line.contains("error")) {
        let number = message.split(':').find_map(|part| part.parse::<usize>().ok());
        let line = number.and_then(|number| Some((number, lines.get(number.checked_sub(1)?)?)));
        if let Some((number, line)) = line
            && named.len() < MOST
            && named.iter().all(|(known, _)| *known != number)
        {
            named.push((number, line.trim().to_owned()));
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cl::Buffer;
    use crate::device::Wanted;

    #[test]
    fn a_log_names_lines() {
        let text = "first\n  second;\nthird";
        let log = "1 error generated\nprogram.cl:2:7: error: what is this?\n<kernel>:3:1: warning";
        assert_eq!(named_lines(log, text), [(2, "second;".to_owned())]);
        assert_eq!(named_lines("program.cl:99:1: error", text), []);
    }

    #[test]
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    fn a_rejected_program_is_quoted() {
        let device = Wanted::default().choose().unwrap().0.remove(0);
        let opened = Opened::device(&device).unwrap();
        let text = "__kernel void f(__global double *x)\n{\n    x[0] = undeclared;\n}\n";
        let message = opened.program(text, Precision::F64).unwrap_err().to_string();
        assert!(message.contains("line 3: x[0] = undeclared;"), "{message}");
        assert!(message.contains(&device.name), "{message}");
    }

    #[test]
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    fn memory_that_no_device_has_is_an_error() {
        let device = Wanted::default().choose().unwrap().0.remove(0);
        let opened = Opened::device(&device).unwrap();
        let allocating = OpenClError::at(Step::Allocating("making room"), &device.name);
        for len in [1 << 46, usize::MAX / 8] {
            let status = Buffer::<f64>::new(&opened.context, 1, len).err().unwrap();
            let message = allocating(status).to_string();
            assert!(message.contains("is out of memory while making room"), "{message}");
        }
    }

    #[test]
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    fn a_program_is_built_once() {
        let device = Wanted::default().choose().unwrap().0.remove(0);
        let opened = Opened::device(&device).unwrap();
        let text = "__kernel void once(__global double *x)\n{\n    x[0] = 1.0;\n}\n";
        let built = || opened.program(text, Precision::F64).unwrap();
        assert!(Arc::ptr_eq(&built(), &built()));
        assert!(Arc::ptr_eq(&opened, &Opened::device(&device).unwrap()));
    }
}
