//! The three handles behind the opaque pointers, and how they are told from other memory. The mark is best effort:
//! using a freed pointer is undefined, as in every C library.

use crate::client::Connection;
use crate::client::options::Options;
use crate::net::sys::Wake;
use crate::proto::response::Response;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

const OPTIONS: u32 = 0x494d_414f;
const CONN: u32 = 0x494d_4143;
const RESPONSE: u32 = 0x494d_4152;
const ROW: u32 = 0x494d_4177;

/// What connections are opened with.
pub struct imap_options {
    magic: u32,
    pub(super) inner: Options,
}

/// One connection to one server.
pub struct imap_conn {
    magic: AtomicU32,
    pub(super) busy: AtomicBool,
    /// A panic went through: only freeing is left.
    pub(super) poisoned: AtomicBool,
    pub(super) wake: Arc<Wake>,
    pub(super) inner: UnsafeCell<Connection>,
}

/// What the server answered: the result of a command, or one untagged response.
pub struct imap_response {
    magic: u32,
    pub(super) inner: Arc<Response>,
    /// Handles of its untagged responses, made when first asked for.
    rows: OnceLock<Box<[imap_response]>>,
}

impl imap_options {
    pub fn boxed(inner: Options) -> Box<imap_options> {
        Box::new(imap_options { magic: OPTIONS, inner })
    }

    /// Frees the handle; other memory is left alone.
    ///
    /// # Safety
    /// NULL, or memory of at least a handle's size.
    pub unsafe fn free(options: *mut imap_options) {
        // SAFETY: the caller's promise; the mark says that it is one of ours, made by `boxed`.
        unsafe {
            if !options.is_null() && (*options).magic == OPTIONS {
                (*options).magic = 0;
                drop(Box::from_raw(options));
            }
        }
    }
}

impl imap_conn {
    pub fn boxed(inner: Connection) -> Box<imap_conn> {
        Box::new(imap_conn {
            magic: AtomicU32::new(CONN),
            busy: AtomicBool::new(false),
            poisoned: AtomicBool::new(false),
            wake: Arc::clone(inner.wake()),
            inner: UnsafeCell::new(inner),
        })
    }

    /// Frees the handle. One that is inside a call is left alone: a leak is better than a crash.
    ///
    /// # Safety
    /// NULL, or memory of at least a handle's size.
    pub unsafe fn free(conn: *mut imap_conn) {
        // SAFETY: the caller's promise; the mark says that it is one of ours, made by `boxed`; the busy mark is ours.
        unsafe {
            if conn.is_null() || !(*conn).is_alive() || (*conn).busy.swap(true, Ordering::Acquire) {
                return;
            }
            (*conn).magic.store(0, Ordering::Relaxed);
            drop(Box::from_raw(conn));
        }
    }
}

impl imap_response {
    /// A handle of the caller's own.
    pub fn owned(inner: Arc<Response>) -> *mut imap_response {
        Box::into_raw(Box::new(imap_response {
            magic: RESPONSE,
            inner,
            rows: OnceLock::new(),
        }))
    }

    /// Handle of untagged response `i`, borrowed from this one.
    pub fn row(&self, i: usize) -> Option<&imap_response> {
        let rows = self.rows.get_or_init(|| {
            let handle = |row: &Arc<Response>| imap_response {
                magic: ROW,
                inner: Arc::clone(row),
                rows: OnceLock::new(),
            };
            self.inner.rows().iter().map(handle).collect()
        });
        rows.get(i)
    }

    /// Frees a handle of the caller's own; borrowed ones and other memory are left alone.
    ///
    /// # Safety
    /// NULL, or memory of at least a handle's size.
    pub unsafe fn free(response: *mut imap_response) {
        // SAFETY: the caller's promise; the mark says that it is one of ours, made by `owned`.
        unsafe {
            if !response.is_null() && (*response).magic == RESPONSE {
                (*response).magic = 0;
                drop(Box::from_raw(response));
            }
        }
    }
}

/// A handle that can be told from other memory.
pub trait Marked {
    fn is_alive(&self) -> bool;
}

impl Marked for imap_options {
    fn is_alive(&self) -> bool {
        self.magic == OPTIONS
    }
}

impl Marked for imap_conn {
    fn is_alive(&self) -> bool {
        self.magic.load(Ordering::Relaxed) == CONN
    }
}

impl Marked for imap_response {
    fn is_alive(&self) -> bool {
        self.magic == RESPONSE || self.magic == ROW
    }
}
