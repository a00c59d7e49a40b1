//! The memory of the machine, shared among the models that run at a time.

use std::sync::{Condvar, Mutex, MutexGuard};

/// Where the machine does not say what it has.
const ASSUMED: u64 = 16 << 30;

/// Memory in bytes: who takes a share waits until there is one, but never for ever: a model that needs more than all runs alone.
pub(super) struct Memory {
    total: u64,
    taken: Mutex<u64>,
    returned: Condvar,
}

/// A share, given back when dropped.
pub(super) struct Share<'a>(&'a Memory, u64);

impl Memory {
    /// What is available now on this machine, less what others than models will take of it.
    pub(super) fn of_this_machine(others: u64) -> Self {
        let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Self::new(available(&text).unwrap_or(ASSUMED).saturating_sub(others))
    }

    fn new(total: u64) -> Self {
        Self {
            total,
            taken: Mutex::new(0),
            returned: Condvar::new(),
        }
    }

    /// Waits until `bytes` are free, or nothing is taken.
    pub(super) fn take(&self, bytes: u64) -> Share<'_> {
        let mut taken = self.lock();
        while *taken > 0 && *taken + bytes > self.total {
            taken = self
                .returned
                .wait(taken)
                .unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        *taken += bytes;
        Share(self, bytes)
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.taken
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        *self.0.lock() -= self.1;
        self.0.returned.notify_all();
    }
}

fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn shares_stay_within_the_total_and_what_is_too_large_runs_alone() {
        let memory = Memory::new(10);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for bytes in [4, 6, 25, 3, 7, 2, 9] {
                let (memory, now, most) = (&memory, &now, &most);
                scope.spawn(move || {
                    let _share = memory.take(bytes);
                    let sum = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                    assert!(sum <= 10 || sum == 25, "{sum}");
                    most.fetch_max(sum, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(bytes, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 25);
        assert_eq!(*memory.lock(), 0);
    }

    #[test]
    fn reads_what_linux_says() {
        let text = "MemTotal:       24575080 kB\nMemAvailable:   23068672 kB\n";
        assert_eq!(available(text), Some(22 << 30));
        assert_eq!(available("MemFree: 1 kB"), None);
    }
}
