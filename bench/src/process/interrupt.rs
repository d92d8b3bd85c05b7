//! Ctrl-C, and the signal of a system that ends: stop, tidy up, print what there is, and end with
//! a code that says so.

use std::sync::Arc;

use mc_core::Progress;

/// The signal that asked this process to end, if one did.
#[cfg(unix)]
mod unix {
    use std::sync::atomic::{AtomicI32, Ordering};
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Once, OnceLock};
    use std::thread;

    use mc_core::Progress;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// 0: none.
    static CAME: AtomicI32 = AtomicI32::new(0);

    /// What a signal cancels; before it is set there is nothing to lose.
    static CANCELS: OnceLock<Arc<Progress>> = OnceLock::new();

    pub fn watch() -> Arc<Progress> {
        attend();
        Arc::clone(CANCELS.get_or_init(Arc::default))
    }

    pub fn attend() {
        static ONCE: Once = Once::new();
        ONCE.call_once(take_over);
    }

    fn take_over() {
        // Where this cannot be had, a signal ends the process as it always did, and
        // the workers see their stdin end.
        let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| !is_ignored(signal));
        let (started, ready) = channel();
        let heed = move || {
            let Ok(mut signals) = Signals::new(wanted) else { return };
            let _ = started.send(());
            drop(started);
            for signal in signals.forever() {
                match CANCELS.get() {
                    Some(progress) if CAME.swap(signal, Ordering::Relaxed) == 0 => {
                        progress.cancel();
                    }
                    // At once: the second time, or while all is being prepared.
                    _ => drop(emulate_default_handler(signal)),
                }
            }
        };
        // Only the thread takes the signals over: without one they are what they always were.
        if thread::Builder::new().name("signals".to_owned()).spawn(heed).is_ok() {
            // Either word or its end: then they are taken over, or never will be.
            let _ = ready.recv();
        }
    }

    /// Whether whoever started this process wants a signal to be ignored, as `nohup`
    /// does: it must stay so.
    fn is_ignored(signal: i32) -> bool {
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
            // Not told here; only the one that `nohup` is about is left alone.
            return signal == SIGHUP;
        };
        let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    }

    pub fn signal() -> Option<i32> {
        Some(CAME.load(Ordering::Relaxed)).filter(|&signal| signal != 0)
    }
}

/// Takes the signals over; until [`watch`] they end the process as they always did.
///
/// It comes before anything is prepared: PoCL brings an LLVM that takes SIGINT over too, calls whoever had
/// it before, and is not to be called by it.
pub fn attend() {
    #[cfg(unix)]
    unix::attend();
}

/// From now on the first SIGINT, SIGTERM or SIGHUP cancels what runs with the
/// returned progress; the second one ends the process by the signal. Before, while there is
/// nothing to lose, the first does.
///
/// A run then returns soon, what it has is printed, and its workers are dismissed and waited for.
pub fn watch() -> Arc<Progress> {
    #[cfg(unix)]
    return unix::watch();
    #[cfg(not(unix))]
    Arc::default()
}

/// The exit code of a run that a signal ended early, if one did: 128 and the signal's number, as a
/// shell tells of a process that a signal ended. So it is 130 after Ctrl-C, 143 after SIGTERM.
pub fn code() -> Option<u8> {
    #[cfg(unix)]
    return unix::signal().and_then(|signal| u8::try_from(128 + signal).ok());
    #[cfg(not(unix))]
    None
}
