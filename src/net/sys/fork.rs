//! Noticing that this process is a forked child, cheaply enough for every call.
//!
//! A page that the kernel wipes on fork holds the process's generation; reading it costs about 1 ns where getpid costs
//! 150. Where the kernel has no such pages, the process id serves as the generation.

use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// The wiped page; null before the first use, `&NO_PAGE` where there is none.
static PAGE: AtomicPtr<AtomicU64> = AtomicPtr::new(std::ptr::null_mut());
static NO_PAGE: AtomicU64 = AtomicU64::new(0);
/// The highest generation given so far. It survives a fork, so a child's is above its parent's.
static LAST: AtomicU64 = AtomicU64::new(0);

/// A number that differs in a forked child from the one in its parent, and otherwise stays.
pub fn process_generation() -> u64 {
    let mut page = PAGE.load(Ordering::Acquire);
    if page.is_null() {
        page = install_page();
    }
    if std::ptr::eq(page, &NO_PAGE) {
        return u64::from(std::process::id());
    }
    // SAFETY: a page once installed is never unmapped, is aligned, and is only used as this atomic.
    let generation = unsafe { &*page };
    match generation.load(Ordering::Relaxed) {
        0 => next_generation(generation),
        n => n,
    }
}

/// Gives this process its number. Two threads may come here together: one of their numbers wins.
#[cold]
fn next_generation(generation: &AtomicU64) -> u64 {
    let next = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    match generation.compare_exchange(0, next, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => next,
        Err(other) => other,
    }
}

/// Maps the page. No lock: a fork while another thread holds one would leave it locked in the child for ever.
#[cold]
fn install_page() -> *mut AtomicU64 {
    let page = map_wiped_page().unwrap_or((&raw const NO_PAGE).cast_mut());
    match PAGE.compare_exchange(std::ptr::null_mut(), page, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => page,
        Err(other) => {
            unmap_page(page);
            other
        }
    }
}

#[cfg(target_os = "linux")]
const PAGE_OCTETS: usize = 4096;

#[cfg(target_os = "linux")]
fn map_wiped_page() -> Option<*mut AtomicU64> {
    // SAFETY: a fresh private mapping, zeroed by the kernel; its address is used only if the call succeeded.
    unsafe {
        let page = libc::mmap(
            std::ptr::null_mut(),
            PAGE_OCTETS,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if page == libc::MAP_FAILED {
            return None;
        }
        if libc::madvise(page, PAGE_OCTETS, libc::MADV_WIPEONFORK) != 0 {
            libc::munmap(page, PAGE_OCTETS);
            return None;
        }
        Some(page.cast())
    }
}

#[cfg(target_os = "linux")]
fn unmap_page(page: *mut AtomicU64) {
    if !std::ptr::eq(page, &NO_PAGE) {
        // SAFETY: the page was mapped by `map_wiped_page` and, not having been installed, is known to nobody else.
        unsafe { libc::munmap(page.cast(), PAGE_OCTETS) };
    }
}

#[cfg(not(target_os = "linux"))]
fn map_wiped_page() -> Option<*mut AtomicU64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn unmap_page(_page: *mut AtomicU64) {}
