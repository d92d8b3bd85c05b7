//! The thread that starts worker processes.

use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;

use ::crossbeam::channel::{Receiver, Sender, bounded};

/// Starts processes of one command, all from one thread that lives as long as this.
///
/// Linux can end a process together with its parent, and takes the *thread* that
/// started it for the parent. A pool may be made in a thread that ends long before
/// the pool does.
pub(super) struct Starter {
    orders: Sender<()>,
    started: Receiver<io::Result<Child>>,
}

impl Starter {
    /// Starts the thread. Each process gets pipes for its stdin and stdout.
    pub fn new(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C goes to the terminal's process group. It concerns the
        // coordinator, which then ends its workers or lets them finish.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);

        let (orders, ordered) = bounded::<()>(0);
        let (answers, started) = bounded(0);
        thread::Builder::new().name("starts workers".to_owned()).spawn(move || {
            while ordered.recv().is_ok() && answers.send(command.spawn()).is_ok() {}
        })?;
        Ok(Self { orders, started })
    }

    /// Starts a process.
    pub fn start(&self) -> io::Result<Child> {
        let gone = || io::Error::other("the thread that starts workers is gone");
        self.orders.send(()).map_err(|_| gone())?;
        self.started.recv().map_err(|_| gone())?
    }
}

/// Has the system end this process when the thread that started it ends: a worker
/// that is stopped, or waits for a device, does not see its stdin end.
pub(super) fn end_with_parent() {
    // Elsewhere, and where it is refused, the end of stdin has to do.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}
