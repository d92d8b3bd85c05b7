//! Compiled once, used again: what this process has compiled lately.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Values by key, each made once, the ones used last.
pub(crate) struct Cache<K, V> {
    most: usize,
    entries: Mutex<Entries<K, V>>,
}

struct Entries<K, V> {
    of: HashMap<K, Entry<V>>,
    weight: usize,
    clock: u64,
}

struct Entry<V> {
    slot: Slot<V>,
    weight: usize,
    used: u64,
}

/// Empty until its value is made; locked while that happens, so that others who
/// want the same value wait for it instead of making another.
type Slot<V> = Arc<Mutex<Option<Arc<V>>>>;

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// Keeps values of a total weight of `most`, and always the last one.
    pub(crate) fn new(most: usize) -> Self {
        let entries = Entries { of: HashMap::new(), weight: 0, clock: 0 };
        Self { most, entries: Mutex::new(entries) }
    }

    /// The value of `key`, made unless it is there.
    pub(crate) fn get<E>(
        &self,
        key: K,
        weight: usize,
        make: impl FnOnce() -> Result<V, E>,
    ) -> Result<Arc<V>, E> {
        let slot = self.slot(key, weight);
        let mut value = lock(&slot);
        if let Some(value) = &*value {
            return Ok(Arc::clone(value));
        }
        // After an error the slot stays empty, and the next one tries again.
        let made = Arc::new(make()?);
        *value = Some(Arc::clone(&made));
        Ok(made)
    }

    fn slot(&self, key: K, weight: usize) -> Slot<V> {
        let mut entries = lock(&self.entries);
        entries.clock += 1;
        let used = entries.clock;
        if let Some(entry) = entries.of.get_mut(&key) {
            entry.used = used;
            return Arc::clone(&entry.slot);
        }
        while entries.weight.saturating_add(weight) > self.most && !entries.of.is_empty() {
            entries.drop_oldest();
        }
        let slot = Slot::default();
        entries.weight += weight;
        entries.of.insert(key, Entry { slot: Arc::clone(&slot), weight, used });
        slot
    }
}

impl<K: Eq + Hash + Clone, V> Entries<K, V> {
    fn drop_oldest(&mut self) {
        let oldest = self.of.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone());
        if let Some(entry) = oldest.and_then(|key| self.of.remove(&key)) {
            self.weight -= entry.weight;
        }
    }
}

/// A thread that panicked leaves a value or none, so nothing is half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn get(cache: &Cache<u32, u32>, key: u32, weight: usize, made: &AtomicUsize) -> u32 {
        let make = || {
            made.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(key * 10)
        };
        let Ok(value) = cache.get(key, weight, make);
        *value
    }

    #[test]
    fn a_value_is_made_once() {
        let (cache, made) = (Cache::new(10), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(get(&cache, 4, 1, &made), 40));
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn the_oldest_go_first() {
        let (cache, made) = (Cache::new(10), AtomicUsize::new(0));
        for key in [1, 2, 1, 3] {
            get(&cache, key, 4, &made);
        }
        assert_eq!(made.load(Ordering::Relaxed), 3, "2 went, not 1");
        get(&cache, 1, 4, &made);
        assert_eq!(made.load(Ordering::Relaxed), 3);
        get(&cache, 2, 4, &made);
        assert_eq!(made.load(Ordering::Relaxed), 4);
        get(&cache, 5, 100, &made);
        get(&cache, 5, 100, &made);
        assert_eq!(made.load(Ordering::Relaxed), 5, "the last one stays, whatever it weighs");
    }

    #[test]
    fn an_error_is_not_kept() {
        let cache = Cache::<u32, u32>::new(10);
        assert_eq!(cache.get(1, 1, || Err("no")), Err("no"));
        assert_eq!(cache.get(1, 1, || Ok::<_, &str>(7)).as_deref(), Ok(&7));
    }
}
