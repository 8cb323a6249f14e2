//! Host names to addresses: getaddrinfo, which blocks.

use super::{errno, socket::address_from_c};
use std::ffi::{CStr, CString};
use std::net::SocketAddr;

/// Why a name has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupFailure {
    /// The resolver's verdict, in our words: its own would be translated by the host's locale.
    Resolver(&'static str),
    System(i32),
}

/// The addresses of `host`, in the resolver's order. `family` is AF_UNSPEC, AF_INET or AF_INET6.
pub fn lookup(host: &CStr, port: u16, family: i32) -> Result<Vec<SocketAddr>, LookupFailure> {
    let mut list: *mut libc::addrinfo = std::ptr::null_mut();
    // SAFETY: all octets zero is a valid addrinfo, meaning "no wish"; `list` is freed below, once, and only if the call
    // has set it; the addresses inside are valid until then.
    unsafe {
        let mut hints: libc::addrinfo = std::mem::zeroed();
        hints.ai_family = family;
        hints.ai_socktype = libc::SOCK_STREAM;
        let rc = libc::getaddrinfo(host.as_ptr(), std::ptr::null(), &hints, &mut list);
        if rc != 0 {
            return Err(failure(rc));
        }
        let mut found = Vec::new();
        let mut entry = list;
        while let Some(info) = entry.as_ref() {
            let addr = if info.ai_addr.is_null() {
                None
            } else {
                address_from_c(info.ai_addr)
            };
            if let Some(mut addr) = addr {
                addr.set_port(port);
                if !found.contains(&addr) {
                    found.push(addr);
                }
            }
            entry = info.ai_next;
        }
        libc::freeaddrinfo(list);
        Ok(found)
    }
}

fn failure(rc: libc::c_int) -> LookupFailure {
    LookupFailure::Resolver(match rc {
        libc::EAI_SYSTEM => return LookupFailure::System(errno()),
        libc::EAI_MEMORY => return LookupFailure::System(libc::ENOMEM),
        libc::EAI_AGAIN => "no name server answered (temporary failure); try again later or check the network",
        libc::EAI_FAIL => "the name server failed",
        libc::EAI_FAMILY => "it has no address of the wanted family",
        // EAI_NONAME, and EAI_NODATA where there is one.
        _ => "the name is not known or has no address; check its spelling",
    })
}

/// The number of a network interface (`eth0` in fe80::1%eth0).
pub fn scope_id(interface: &str) -> Option<u32> {
    if let Ok(n) = interface.parse() {
        return Some(n);
    }
    let name = CString::new(interface).ok()?;
    // SAFETY: `name` is a C string.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => None,
        n => Some(n),
    }
}
