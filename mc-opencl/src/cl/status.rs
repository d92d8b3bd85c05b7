//! What OpenCL answers when it cannot do what it is asked.

use std::fmt;

/// The number that a call of OpenCL returned, never 0.
///
/// Any number at all: drivers have some of their own, such as NVIDIA's −9999 for
/// a kernel that read or wrote where it must not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status(pub i32);

/// A call that made nothing, and did not say why.
pub(crate) const UNTOLD: i32 = i32::MIN;

impl Status {
    pub(crate) const DEVICE_NOT_FOUND: Self = Self(-1);
    pub(crate) const BUILD_PROGRAM_FAILURE: Self = Self(-11);
    pub(crate) const PLATFORM_NOT_FOUND: Self = Self(-1001);

    /// Its name in the headers, where it has one.
    fn name(self) -> Option<&'static str> {
        let (_, name) = NAMES.iter().find(|(number, _)| *number == self.0)?;
        Some(name)
    }

    /// Whether memory ran out. `allocating`: NVIDIA's driver then has no
    /// resources, which while running means something else, and a buffer may be
    /// too large for any memory.
    pub(crate) fn is_out_of_memory(self, allocating: bool) -> bool {
        matches!(self.0, -4 | -6) || allocating && matches!(self.0, -5 | -61)
    }

    /// Whether the device, or what it was running, is gone: it is not available,
    /// has no resources left, its commands or context failed, or NVIDIA's driver
    /// reports a kernel that was stopped.
    pub(crate) fn is_lost(self) -> bool {
        matches!(self.0, -2 | -5 | -14 | -34 | -36 | -1121 | -9999)
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "CL_{name}"),
            None => write!(f, "status {}", self.0),
        }
    }
}

const NAMES: &[(i32, &str)] = &[
    (-1, "DEVICE_NOT_FOUND"),
    (-2, "DEVICE_NOT_AVAILABLE"),
    (-3, "COMPILER_NOT_AVAILABLE"),
    (-4, "MEM_OBJECT_ALLOCATION_FAILURE"),
    (-5, "OUT_OF_RESOURCES"),
    (-6, "OUT_OF_HOST_MEMORY"),
    (-7, "PROFILING_INFO_NOT_AVAILABLE"),
    (-11, "BUILD_PROGRAM_FAILURE"),
    (-12, "MAP_FAILURE"),
    (-14, "EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"),
    (-30, "INVALID_VALUE"),
    (-31, "INVALID_DEVICE_TYPE"),
    (-32, "INVALID_PLATFORM"),
    (-33, "INVALID_DEVICE"),
    (-34, "INVALID_CONTEXT"),
    (-35, "INVALID_QUEUE_PROPERTIES"),
    (-36, "INVALID_COMMAND_QUEUE"),
    (-37, "INVALID_HOST_PTR"),
    (-38, "INVALID_MEM_OBJECT"),
    (-42, "INVALID_BINARY"),
    (-43, "INVALID_BUILD_OPTIONS"),
    (-44, "INVALID_PROGRAM"),
    (-45, "INVALID_PROGRAM_EXECUTABLE"),
    (-46, "INVALID_KERNEL_NAME"),
    (-48, "INVALID_KERNEL"),
    (-49, "INVALID_ARG_INDEX"),
    (-50, "INVALID_ARG_VALUE"),
    (-51, "INVALID_ARG_SIZE"),
    (-52, "INVALID_KERNEL_ARGS"),
    (-54, "INVALID_WORK_GROUP_SIZE"),
    (-55, "INVALID_WORK_ITEM_SIZE"),
    (-58, "INVALID_EVENT"),
    (-59, "INVALID_OPERATION"),
    (-61, "INVALID_BUFFER_SIZE"),
    (-63, "INVALID_GLOBAL_WORK_SIZE"),
    (-1001, "PLATFORM_NOT_FOUND_KHR"),
    (-1121, "CONTEXT_TERMINATED_KHR"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_words() {
        assert_eq!(Status(-4).to_string(), "CL_MEM_OBJECT_ALLOCATION_FAILURE");
        // No constant of any header: a number that a driver made up.
        assert_eq!(Status(-9999).to_string(), "status -9999");
        assert!(Status(-9999).is_lost() && !Status(-9999).is_out_of_memory(true));
        assert!(Status(-5).is_out_of_memory(true) && !Status(-5).is_out_of_memory(false));
        for number in [i32::MIN, -1, 0, 1, i32::MAX] {
            assert!(!Status(number).to_string().is_empty());
        }
    }
}
