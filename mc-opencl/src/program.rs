//! Programs as the device's compiler made them, once per process and text.

use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ocl::core::{self, ClDeviceIdPtr, ProgramBuildInfo as Query};
use ocl::{Context, Device, OclCoreError as CoreError, Program};

use crate::device::DeviceInfo;
use crate::error::OpenClError;

/// No option that lets a compiler change a result: above all not
/// `-cl-fast-relaxed-math`, `-cl-mad-enable` or `-cl-denorms-are-zero`.
const OPTIONS: &str = "-cl-std=CL1.2";

/// A device that was opened, and the programs that were built for it.
pub(crate) struct Opened {
    pub context: Context,
    device: Device,
    name: String,
    programs: Mutex<HashMap<String, Program>>,
}

impl Opened {
    /// Opens a device, or finds it open.
    pub fn device(info: &DeviceInfo) -> Result<Arc<Self>, OpenClError> {
        static OPENED: OnceLock<Mutex<HashMap<usize, Arc<Opened>>>> = OnceLock::new();
        let mut opened = lock(OPENED.get_or_init(Mutex::default));
        let key = info.device.as_core().as_ptr() as usize;
        if let Some(device) = opened.get(&key) {
            return Ok(Arc::clone(device));
        }
        let context = Context::builder()
            .platform(info.platform_id)
            .devices(info.device)
            .build()
            .map_err(OpenClError::at("opening the device"))?;
        let device = Arc::new(Self {
            context,
            device: info.device,
            name: info.name.clone(),
            programs: Mutex::default(),
        });
        opened.insert(key, Arc::clone(&device));
        Ok(device)
    }

    /// Builds a program, or finds it built.
    pub fn program(&self, text: &str) -> Result<Program, OpenClError> {
        /// Programs that are kept; when there are more, all are dropped.
        const KEPT: usize = 64;
        // Held while building: who wants the same program waits for it.
        let mut programs = lock(&self.programs);
        if let Some(program) = programs.get(text) {
            return Ok(program.clone());
        }
        let program = self.build(text)?;
        if programs.len() >= KEPT {
            programs.clear();
        }
        programs.insert(text.to_owned(), program.clone());
        Ok(program)
    }

    fn build(&self, text: &str) -> Result<Program, OpenClError> {
        // OpenCL C is ASCII. Comments are not, and some compilers read them too.
        let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        let c_string = |text: &str| {
            CString::new(text).map_err(|error| OpenClError::Call {
                step: "passing the program",
                status: error.to_string(),
            })
        };
        let (source, options) = (c_string(&ascii)?, c_string(OPTIONS)?);
        let program = core::create_program_with_source(self.context.as_core(), &[source])
            .map_err(OpenClError::core("passing the program"))?;
        match core::build_program(&program, Some(&[self.device]), &options, None, None) {
            Ok(()) => Ok(program.into()),
            Err(CoreError::ProgramBuild(_)) => {
                let log = core::get_program_build_info(&program, self.device, Query::BuildLog)
                    .map_err(OpenClError::core("reading the compiler's log"))?
                    .to_string();
                let (device, lines) = (self.name.clone(), named_lines(&log, text));
                Err(OpenClError::Build { device, log, lines })
            }
            Err(other) => Err(OpenClError::core("building the program")(other)),
        }
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

/// Locks; that another thread panicked meanwhile does not matter, since nothing
/// here is left half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let device = crate::device::choose(None).unwrap();
        let opened = Opened::device(&device).unwrap();
        let text = "__kernel void f(__global double *x)\n{\n    x[0] = undeclared;\n}\n";
        let message = opened.program(text).unwrap_err().to_string();
        assert!(message.contains("line 3: x[0] = undeclared;"), "{message}");
        assert!(message.contains(&device.name), "{message}");
    }

    #[test]
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    fn a_program_is_built_once() {
        let device = crate::device::choose(None).unwrap();
        let opened = Opened::device(&device).unwrap();
        let text = "__kernel void once(__global double *x)\n{\n    x[0] = 1.0;\n}\n";
        let address = || opened.program(text).unwrap().as_core().as_ptr();
        assert_eq!(address(), address());
        assert!(Arc::ptr_eq(&opened, &Opened::device(&device).unwrap()));
    }
}
