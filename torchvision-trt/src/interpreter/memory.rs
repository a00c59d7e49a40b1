//! Memory between the layers.

/// Lets this process keep memory that is freed, for the next tensor, where the C library is glibc.
///
/// By default glibc asks the system for each large tensor anew, and the system clears it page by page: half of the time of a
/// network with large maps. For programs that do little else than [`run`](super::run), since it holds for the whole process.
pub fn keep_freed_memory() {
    #[cfg(target_env = "gnu")]
    // No mapping for an allocation of its own, no memory given back.
    for (parameter, value) in [(libc::M_MMAP_MAX, 0), (libc::M_TRIM_THRESHOLD, -1)] {
        // SAFETY: the call takes two numbers and locks what it changes. What it refuses stays as it was.
        unsafe { libc::mallopt(parameter, value) };
    }
}
