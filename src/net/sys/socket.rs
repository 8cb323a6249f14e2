//! Sockets: made non-blocking and close-on-exec, connected, read, and written with the one send routine of the library.

use super::Descriptor;
use std::io;
use std::mem::{MaybeUninit, size_of};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::RawFd;

fn check(rc: libc::c_int) -> io::Result<libc::c_int> {
    if rc < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(rc)
    }
}

/// A new TCP socket for addresses like `addr`.
pub fn new_socket(addr: &SocketAddr) -> io::Result<Descriptor> {
    let family = if addr.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    // SAFETY: no pointers are passed.
    let fd = check(unsafe { libc::socket(family, libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC, 0) })?;
    Ok(Descriptor::new(fd, true))
}

/// A connected pair for a child process: ours does not block, the child's does.
pub fn stream_pair() -> io::Result<(Descriptor, Descriptor)> {
    let mut fds = [-1; 2];
    // SAFETY: `fds` has room for the two descriptors the call stores.
    check(unsafe {
        libc::socketpair(
            libc::AF_UNIX,
            libc::SOCK_STREAM | libc::SOCK_CLOEXEC,
            0,
            fds.as_mut_ptr(),
        )
    })?;
    let [ours, theirs] = fds;
    let pair = (Descriptor::new(ours, true), Descriptor::new(theirs, true));
    // SAFETY: no pointers are passed. The socket is new and its open file is shared with nobody.
    unsafe {
        let flags = check(libc::fcntl(ours, libc::F_GETFL))?;
        check(libc::fcntl(ours, libc::F_SETFL, flags | libc::O_NONBLOCK))?;
    }
    Ok(pair)
}

/// The C form of an address, with the length that belongs to it.
fn with_c_address<T>(addr: &SocketAddr, f: impl FnOnce(*const libc::sockaddr, libc::socklen_t) -> T) -> T {
    match addr {
        SocketAddr::V4(a) => {
            // SAFETY: all octets zero is a valid sockaddr_in.
            let mut c: libc::sockaddr_in = unsafe { MaybeUninit::zeroed().assume_init() };
            c.sin_family = libc::AF_INET as libc::sa_family_t;
            c.sin_port = a.port().to_be();
            c.sin_addr.s_addr = u32::from(*a.ip()).to_be();
            f((&raw const c).cast(), size_of::<libc::sockaddr_in>() as libc::socklen_t)
        }
        SocketAddr::V6(a) => {
            // SAFETY: all octets zero is a valid sockaddr_in6.
            let mut c: libc::sockaddr_in6 = unsafe { MaybeUninit::zeroed().assume_init() };
            c.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            c.sin6_port = a.port().to_be();
            c.sin6_addr.s6_addr = a.ip().octets();
            c.sin6_scope_id = a.scope_id();
            f(
                (&raw const c).cast(),
                size_of::<libc::sockaddr_in6>() as libc::socklen_t,
            )
        }
    }
}

/// Reads an internet address; `None` for other families.
///
/// # Safety
/// `c` points to a socket address of the length that its family says.
pub(super) unsafe fn address_from_c(c: *const libc::sockaddr) -> Option<SocketAddr> {
    // SAFETY: the caller's promise; the reads are unaligned because a resolver's memory owes us no alignment.
    unsafe {
        match libc::c_int::from((&raw const (*c).sa_family).read_unaligned()) {
            libc::AF_INET => {
                let a = c.cast::<libc::sockaddr_in>().read_unaligned();
                let ip = Ipv4Addr::from(u32::from_be(a.sin_addr.s_addr));
                Some(SocketAddr::V4(SocketAddrV4::new(ip, u16::from_be(a.sin_port))))
            }
            libc::AF_INET6 => {
                let a = c.cast::<libc::sockaddr_in6>().read_unaligned();
                let ip = Ipv6Addr::from(a.sin6_addr.s6_addr);
                Some(SocketAddr::V6(SocketAddrV6::new(
                    ip,
                    u16::from_be(a.sin6_port),
                    0,
                    a.sin6_scope_id,
                )))
            }
            _ => None,
        }
    }
}

/// Binds to a local address, any port.
pub fn bind(fd: RawFd, ip: IpAddr) -> io::Result<()> {
    // SAFETY: the pointer and length describe a live address.
    check(with_c_address(&SocketAddr::new(ip, 0), |a, len| unsafe {
        libc::bind(fd, a, len)
    }))
    .map(drop)
}

/// Begins to connect; false while it goes on.
pub fn connect(fd: RawFd, addr: &SocketAddr) -> io::Result<bool> {
    // SAFETY: the pointer and length describe a live address.
    match check(with_c_address(addr, |a, len| unsafe { libc::connect(fd, a, len) })) {
        Ok(_) => Ok(true),
        // After a signal the connecting goes on by itself (POSIX, connect).
        Err(e) if matches!(e.raw_os_error(), Some(libc::EINPROGRESS | libc::EINTR)) => Ok(false),
        Err(e) => Err(e),
    }
}

/// The error that waits on the socket, 0 for none; how a connecting ended.
pub fn socket_error(fd: RawFd) -> io::Result<i32> {
    let mut value: libc::c_int = 0;
    let mut len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `value` has the room that `len` says.
    check(unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut value).cast(), &mut len) })?;
    Ok(value)
}

type NameCall = unsafe extern "C" fn(libc::c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> libc::c_int;

/// The address family and, for the internet families, the address that `call` reports.
fn name(fd: RawFd, call: NameCall) -> io::Result<(i32, Option<SocketAddr>)> {
    let mut storage = MaybeUninit::<libc::sockaddr_storage>::zeroed();
    let mut len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
    // SAFETY: sockaddr_storage has room for every address and is zeroed, so all of it may be read; the address is
    // read as the family the kernel stored.
    unsafe {
        check(call(fd, storage.as_mut_ptr().cast(), &mut len))?;
        let family = libc::c_int::from(storage.assume_init_ref().ss_family);
        Ok((family, address_from_c(storage.as_ptr().cast())))
    }
}

/// Family and address of the other end.
pub fn peer_address(fd: RawFd) -> io::Result<(i32, Option<SocketAddr>)> {
    name(fd, libc::getpeername)
}

/// Family and address of our end.
pub fn local_address(fd: RawFd) -> io::Result<(i32, Option<SocketAddr>)> {
    name(fd, libc::getsockname)
}

fn set_flag(fd: RawFd, level: libc::c_int, option: libc::c_int) -> io::Result<()> {
    let on: libc::c_int = 1;
    let len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `on` is live and has the size that is passed.
    check(unsafe { libc::setsockopt(fd, level, option, (&raw const on).cast(), len) }).map(drop)
}

pub fn set_nodelay(fd: RawFd) -> io::Result<()> {
    set_flag(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY)
}

pub fn set_keepalive(fd: RawFd) -> io::Result<()> {
    set_flag(fd, libc::SOL_SOCKET, libc::SO_KEEPALIVE)
}

/// Ends both directions, also for processes that hold a copy of the descriptor.
pub fn shutdown_both(fd: RawFd) {
    // SAFETY: no pointers are passed. A socket that is not connected any more refuses, which is as good.
    unsafe { libc::shutdown(fd, libc::SHUT_RDWR) };
}

/// The one send routine: never raises SIGPIPE, never blocks.
pub fn send(fd: RawFd, buf: &[u8]) -> io::Result<usize> {
    loop {
        // SAFETY: `buf` is readable for its whole length.
        let n = unsafe {
            libc::send(
                fd,
                buf.as_ptr().cast(),
                buf.len(),
                libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT,
            )
        };
        match usize::try_from(n) {
            Ok(n) => return Ok(n),
            Err(_) if super::errno() == libc::EINTR => continue,
            Err(_) => return Err(io::Error::last_os_error()),
        }
    }
}

pub fn recv(fd: RawFd, buf: &mut [u8]) -> io::Result<usize> {
    // SAFETY: `buf` is writable for its whole length.
    unsafe { recv_raw(fd, buf.as_mut_ptr(), buf.len()) }
}

/// Receives behind what `buf` holds, into its spare room, which need not be cleared first.
pub fn recv_into(fd: RawFd, buf: &mut Vec<u8>) -> io::Result<usize> {
    let spare = buf.spare_capacity_mut();
    // SAFETY: the spare room is writable; the kernel has initialised the `n` octets by which the length grows.
    unsafe {
        let n = recv_raw(fd, spare.as_mut_ptr().cast(), spare.len())?;
        buf.set_len(buf.len() + n);
        Ok(n)
    }
}

/// # Safety
/// `place` is writable for `len` octets.
unsafe fn recv_raw(fd: RawFd, place: *mut u8, len: usize) -> io::Result<usize> {
    loop {
        // SAFETY: the caller's promise.
        let n = unsafe { libc::recv(fd, place.cast(), len, libc::MSG_DONTWAIT) };
        match usize::try_from(n) {
            Ok(n) => return Ok(n),
            Err(_) if super::errno() == libc::EINTR => continue,
            Err(_) => return Err(io::Error::last_os_error()),
        }
    }
}
