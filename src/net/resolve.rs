//! From a host to its addresses. In: the name as the caller gave it. Out: addresses in the order to try them.
//!
//! getaddrinfo has no time limit, so it runs in a thread of its own with all signals blocked, and its answer is announced
//! through a descriptor. A lookup that is dropped leaves its thread to finish alone. Numeric addresses need none of it.

use super::options::Family;
use super::sys::{self, LookupFailure, Wake};
use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_RESOLVE, Result};
use std::ffi::CString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::os::fd::RawFd;
use std::sync::{Arc, Mutex, PoisonError};

type Answer = std::result::Result<Vec<SocketAddr>, LookupFailure>;

/// Where the thread leaves its answer.
struct Slot {
    answer: Mutex<Option<Answer>>,
    wake: Wake,
}

/// A lookup on its way.
pub struct Lookup {
    host: String,
    slot: Arc<Slot>,
    told_by: RawFd,
}

pub enum Resolved {
    Addresses(Vec<SocketAddr>),
    Later(Lookup),
}

/// Enough for getaddrinfo and the modules that nsswitch.conf makes it load.
const THREAD_STACK_OCTETS: usize = 512 * 1024;

/// Begins to look up `host`; the empty name is this machine, as imaplib has it.
pub fn resolve(host: &str, port: u16, family: Family, inline: bool) -> Result<Resolved> {
    check_host(host)?;
    if host.is_empty() {
        let local: [IpAddr; 2] = [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()];
        return chosen(host, local.map(|ip| SocketAddr::new(ip, port)).to_vec(), family).map(Resolved::Addresses);
    }
    if let Some(addr) = parse_numeric(host, port) {
        return chosen(host, vec![addr], family).map(Resolved::Addresses);
    }
    let c_host = CString::new(host).map_err(|_| unusable(host))?;
    let c_family = match family {
        Family::Any => libc::AF_UNSPEC,
        Family::V4 => libc::AF_INET,
        Family::V6 => libc::AF_INET6,
    };
    if inline {
        return finish(host, sys::lookup(&c_host, port, c_family)).map(Resolved::Addresses);
    }
    let slot = Arc::new(Slot {
        answer: Mutex::new(None),
        wake: Wake::default(),
    });
    let told_by = slot.wake.fd()?;
    let theirs = Arc::clone(&slot);
    let thread = std::thread::Builder::new()
        .name("imap4-resolve".to_owned())
        .stack_size(THREAD_STACK_OCTETS);
    let work = move || {
        let answer = sys::lookup(&c_host, port, c_family);
        *theirs.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        theirs.wake.wake();
    };
    match sys::with_all_signals_blocked(|| thread.spawn(work)) {
        Ok(_) => Ok(Resolved::Later(Lookup {
            host: host.to_owned(),
            slot,
            told_by,
        })),
        Err(e) => Err(Error::system(
            &format!("cannot start the thread that resolves '{host}' (option RESOLVE_INLINE needs none)"),
            e.raw_os_error().unwrap_or(libc::EAGAIN),
        )),
    }
}

impl Lookup {
    /// Readable once the answer is there.
    pub fn fd(&self) -> RawFd {
        self.told_by
    }

    /// The answer, if it is there. It is given once.
    pub fn poll(&mut self) -> Option<Result<Vec<SocketAddr>>> {
        let answer = self.slot.answer.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(finish(&self.host, answer))
    }
}

/// A numeric IPv4 or IPv6 address, `%scope` included.
pub fn parse_numeric(text: &str, port: u16) -> Option<SocketAddr> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(SocketAddr::new(ip, port));
    }
    let (ip, scope) = text.split_once('%')?;
    let ip: Ipv6Addr = ip.parse().ok()?;
    Some(SocketAddrV6::new(ip, port, 0, sys::scope_id(scope)?).into())
}

/// The address of an option that takes numeric ones only.
pub fn numeric_option(option: &str, text: &str, port: u16) -> Result<SocketAddr> {
    parse_numeric(text, port).ok_or_else(|| {
        let message = format!(
            "{option}: expected a numeric IPv4 or IPv6 address, found \"{}\"",
            text.escape_debug()
        );
        Error::new(IMAP_ERR_ARGUMENT, message)
    })
}

/// Those of `addresses` that the wish for a family leaves.
pub fn chosen(host: &str, addresses: Vec<SocketAddr>, family: Family) -> Result<Vec<SocketAddr>> {
    let fits = |a: &SocketAddr| match family {
        Family::Any => true,
        Family::V4 => a.is_ipv4(),
        Family::V6 => a.is_ipv6(),
    };
    let addresses: Vec<SocketAddr> = addresses.into_iter().filter(fits).collect();
    if addresses.is_empty() {
        let message = format!("cannot resolve host '{host}': it has no address of the wanted family (IP_FAMILY)");
        return Err(Error::new(IMAP_ERR_RESOLVE, message));
    }
    Ok(addresses)
}

fn finish(host: &str, answer: Answer) -> Result<Vec<SocketAddr>> {
    match answer {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err(Error::new(
            IMAP_ERR_RESOLVE,
            format!("cannot resolve host '{host}': it has no internet address"),
        )),
        Err(LookupFailure::Resolver(why)) => Err(Error::new(
            IMAP_ERR_RESOLVE,
            format!("cannot resolve host '{host}': {why}"),
        )),
        Err(LookupFailure::System(errno)) => {
            let error = Error::system(&format!("cannot resolve host '{host}'"), errno);
            Err(Error {
                code: IMAP_ERR_RESOLVE,
                ..error
            })
        }
    }
}

fn check_host(host: &str) -> Result<()> {
    if host.chars().any(|c| c.is_control() || c.is_whitespace()) {
        Err(unusable(host))
    } else {
        Ok(())
    }
}

fn unusable(host: &str) -> Error {
    let message = format!(
        "host \"{}\" contains a blank, a NUL or a control character",
        host.escape_debug()
    );
    Error::new(IMAP_ERR_ARGUMENT, message)
}
