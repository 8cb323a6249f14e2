//! The three handles behind the opaque pointers, and how they are told from other memory. The mark is best effort:
//! using a freed pointer is undefined, as in every C library.

use crate::client::Connection;
use crate::client::options::Options;
use crate::net::sys::Wake;
use crate::proto::response::Response;
use std::cell::UnsafeCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

const OPTIONS: u32 = 0x494d_414f;
const CONN: u32 = 0x494d_4143;
const RESPONSE: u32 = 0x494d_4152;
const ROW: u32 = 0x494d_4177;
const RESULT_ROW: u32 = 0x494d_4178;

// Each handle begins with its mark: nothing behind that is looked at before the mark is known to be the right one.

/// What connections are opened with.
#[repr(C)]
pub struct imap_options {
    magic: u32,
    pub(super) inner: Options,
}

/// One connection to one server.
#[repr(C)]
pub struct imap_conn {
    magic: AtomicU32,
    pub(super) busy: AtomicBool,
    /// A panic went through: only freeing is left.
    pub(super) poisoned: AtomicBool,
    pub(super) wake: Arc<Wake>,
    pub(super) inner: UnsafeCell<Connection>,
    row: UnsafeCell<CurrentRow>,
}

/// The row that imap_next hands out: one handle at one address, empty once it is over.
#[derive(Default)]
pub(super) struct CurrentRow {
    handle: Option<Box<imap_response>>,
    is_out: bool,
}

impl CurrentRow {
    /// The row is over: the receive buffer is the connection's again.
    #[inline]
    pub fn give_back(&mut self, c: &mut Connection) {
        if !std::mem::take(&mut self.is_out) {
            return;
        }
        let Some(handle) = &mut self.handle else { return };
        match &mut handle.inner {
            Held::Alone(row) => c.machine_mut().give_back(row),
            Held::Shared(_) => handle.inner = Held::nothing(),
        }
    }

    /// The response to be filled with the next row.
    pub fn response(&mut self) -> Option<&mut Response> {
        let place = self.place();
        if matches!(place, Held::Shared(_)) {
            *place = Held::nothing();
        }
        place.alone()
    }

    #[inline]
    fn place(&mut self) -> &mut Held {
        let handle = self.handle.get_or_insert_with(|| {
            Box::new(imap_response {
                magic: ROW,
                inner: Held::nothing(),
                rows: OnceLock::new(),
            })
        });
        &mut handle.inner
    }

    /// The next row is one that was kept.
    pub fn set(&mut self, kept: Arc<Response>) {
        *self.place() = Held::Shared(kept);
    }

    /// Hands it out.
    pub fn hand_out(&mut self) -> *const imap_response {
        self.is_out = true;
        self.handle.as_deref().map_or(std::ptr::null(), std::ptr::from_ref)
    }

    /// No more rows come for now: the memory they needed is given back.
    pub fn rest(&mut self) {
        if let Some(handle) = &mut self.handle {
            handle.inner = Held::nothing();
        }
    }
}

/// How a handle has its response.
pub(super) enum Held {
    Shared(Arc<Response>),
    /// The current row: nobody else has it, and it is filled again and again.
    Alone(Box<Response>),
}

impl Held {
    fn nothing() -> Held {
        Held::Alone(Box::new(Response::empty()))
    }

    fn alone(&mut self) -> Option<&mut Response> {
        match self {
            Held::Alone(row) => Some(row),
            Held::Shared(_) => None,
        }
    }
}

impl Deref for Held {
    type Target = Response;

    fn deref(&self) -> &Response {
        match self {
            Held::Shared(response) => response,
            Held::Alone(response) => response,
        }
    }
}

/// What the server answered: the result of a command, or one untagged response.
#[repr(C)]
pub struct imap_response {
    magic: u32,
    pub(super) inner: Held,
    /// Handles of its untagged responses, made when first asked for.
    rows: OnceLock<Box<[RowHandle]>>,
}

/// A row of a result: as a handle it stands for the response that the result has there.
#[repr(C)]
struct RowHandle {
    magic: u32,
    index: u32,
    result: *const imap_response,
}

impl imap_options {
    pub fn boxed(inner: Options) -> Box<imap_options> {
        Box::new(imap_options { magic: OPTIONS, inner })
    }

    /// Frees the handle; other memory is left alone.
    ///
    /// # Safety
    /// NULL, or memory of at least four octets.
    pub unsafe fn free(options: *mut imap_options) {
        // SAFETY: the caller's promise; the mark says that it is one of ours, made by `boxed`.
        unsafe {
            if Self::of(options).is_some() {
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
            row: UnsafeCell::default(),
        })
    }

    /// The current row.
    ///
    /// # Safety
    /// Inside the connection's guard, and no other reference to it.
    #[allow(clippy::mut_from_ref)]
    pub(super) unsafe fn row_mut(&self) -> &mut CurrentRow {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.row.get() }
    }

    /// Frees the handle. One that is inside a call is left alone: a leak is better than a crash.
    ///
    /// # Safety
    /// NULL, or memory of at least four octets.
    pub unsafe fn free(conn: *mut imap_conn) {
        // SAFETY: the caller's promise; the mark says that it is one of ours, made by `boxed`; the busy mark is ours.
        unsafe {
            if Self::of(conn).is_none_or(|c| c.busy.swap(true, Ordering::Acquire)) {
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
            inner: Held::Shared(inner),
            rows: OnceLock::new(),
        }))
    }

    /// One more reference to the response: of a row in the receive buffer or packed in a result, a copy.
    pub fn kept(&self) -> Arc<Response> {
        match &self.inner {
            Held::Shared(response) if !response.is_packed() => Arc::clone(response),
            held => Arc::new(held.to_owned_line()),
        }
    }

    /// Handle of untagged response `i`, borrowed from this one; NULL if there is none.
    pub fn row(&self, i: usize) -> *const imap_response {
        let rows = self.rows.get_or_init(|| {
            let handle = |index| RowHandle {
                magic: RESULT_ROW,
                index: index as u32,
                result: self,
            };
            (0..self.inner.row_count()).map(handle).collect()
        });
        rows.get(i)
            .map_or(std::ptr::null(), |row| std::ptr::from_ref(row).cast())
    }

    /// Frees a handle of the caller's own; borrowed ones and other memory are left alone.
    ///
    /// # Safety
    /// NULL, or memory of at least four octets.
    pub unsafe fn free(response: *mut imap_response) {
        // SAFETY: the caller's promise; the mark says that it is one of ours, made by `owned`.
        unsafe {
            if Self::of(response).is_some_and(|r| r.magic == RESPONSE) {
                (*response).magic = 0;
                drop(Box::from_raw(response));
            }
        }
    }
}

/// A handle that can be told from other memory.
pub trait Marked: Sized {
    fn is_mark(mark: u32) -> bool;

    /// The handle, if it is one of this kind.
    ///
    /// # Safety
    /// NULL, or memory of at least four octets; if it is a handle, it stays for `'a`.
    unsafe fn of<'a>(handle: *const Self) -> Option<&'a Self> {
        if handle.is_null() || !handle.is_aligned() {
            return None;
        }
        // SAFETY: the caller's promise; every handle begins with its mark.
        unsafe {
            let mark = (*handle.cast::<AtomicU32>()).load(Ordering::Relaxed);
            Self::is_mark(mark).then(|| &*handle)
        }
    }

    /// Calls `f` with the handle; `None` if it is none of this kind.
    ///
    /// # Safety
    /// As for `of`.
    unsafe fn with<T>(handle: *const Self, f: impl FnOnce(&Self) -> T) -> Option<T> {
        // SAFETY: the caller's promise.
        unsafe { Self::of(handle) }.map(f)
    }
}

impl Marked for imap_options {
    fn is_mark(mark: u32) -> bool {
        mark == OPTIONS
    }
}

impl Marked for imap_conn {
    fn is_mark(mark: u32) -> bool {
        mark == CONN
    }
}

impl Marked for imap_response {
    fn is_mark(mark: u32) -> bool {
        mark == RESPONSE || mark == ROW
    }

    unsafe fn with<T>(handle: *const Self, f: impl FnOnce(&Self) -> T) -> Option<T> {
        // SAFETY: the caller's promise; a row's handle begins with its mark too, and stays as long as its result.
        unsafe {
            let of_row;
            let response = match Self::of(handle) {
                Some(response) => response,
                None => {
                    let row = RowHandle::of(handle.cast())?;
                    of_row = imap_response {
                        magic: ROW,
                        inner: Held::Shared((*row.result).inner.row(row.index as usize)?),
                        rows: OnceLock::new(),
                    };
                    &of_row
                }
            };
            Some(f(response))
        }
    }
}

impl Marked for RowHandle {
    fn is_mark(mark: u32) -> bool {
        mark == RESULT_ROW
    }
}
