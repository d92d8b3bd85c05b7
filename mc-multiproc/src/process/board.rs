//! What can be read of the workers while a run has them.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::lock::lock;

/// How many notices are kept until someone reads them.
const NOTICES: usize = 1000;

/// Who hears notices as they come.
pub(super) type Listener = Box<dyn Fn(&str) + Send>;

/// What others may look at while a run has the [`Supervisor`](super::supervisor::Supervisor).
#[derive(Default)]
pub(super) struct Board {
    notices: Mutex<VecDeque<String>>,
    // Hears them at once, in their place.
    listener: Mutex<Option<Listener>>,
    ids: Mutex<Vec<u32>>,
}

impl Board {
    pub fn take_notices(&self) -> Vec<String> {
        lock(&self.notices).drain(..).collect()
    }

    pub fn ids(&self) -> Vec<u32> {
        lock(&self.ids).clone()
    }

    /// The ids of the worker processes are these now.
    pub fn post_ids(&self, ids: Vec<u32>) {
        *lock(&self.ids) = ids;
    }

    pub fn set_listener(&self, listener: Listener) {
        *lock(&self.listener) = Some(listener);
    }

    pub fn note(&self, line: String) {
        if let Some(listener) = &*lock(&self.listener) {
            return listener(&line);
        }
        let mut notices = lock(&self.notices);
        if notices.len() == NOTICES {
            notices.pop_front();
        }
        notices.push_back(line);
    }
}
