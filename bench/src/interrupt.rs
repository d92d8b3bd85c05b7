//! Ctrl-C, and the signal of a system that ends: stop, tidy up, then end by it.

use std::sync::Arc;

use mc_core::Progress;

/// The signal that asked this process to end, if one did.
#[cfg(unix)]
mod unix {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI32, Ordering};
    use std::thread;

    use mc_core::Progress;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// 0: none.
    static CAME: AtomicI32 = AtomicI32::new(0);

    pub fn watch(progress: Arc<Progress>) {
        // Where this cannot be had, a signal ends the process as it always did, and
        // the workers see their stdin end.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
        thread::spawn(move || {
            for signal in signals.forever() {
                if CAME.swap(signal, Ordering::Relaxed) != 0 {
                    // The second time, at once.
                    let _ = emulate_default_handler(signal);
                }
                progress.cancel();
            }
        });
    }

    pub fn end_if_it_came() {
        let signal = CAME.load(Ordering::Relaxed);
        if signal != 0 {
            let _ = emulate_default_handler(signal);
        }
    }
}

/// From now on the first SIGINT, SIGTERM or SIGHUP cancels what runs with the
/// returned progress; the second one ends the process.
///
/// A run then returns soon, its workers are dismissed and waited for, and
/// [`end_if_it_came`] lets the process end as the signal would have ended it.
pub fn watch() -> Arc<Progress> {
    let progress = Arc::new(Progress::new());
    #[cfg(unix)]
    unix::watch(Arc::clone(&progress));
    progress
}

/// Ends the process by the signal that came, so that a shell sees it; returns if
/// none did.
pub fn end_if_it_came() {
    #[cfg(unix)]
    unix::end_if_it_came();
}
