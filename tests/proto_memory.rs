//! What a server may cost: nothing is reserved far ahead of what was received, and what no command asked for stays
//! below 48 MiB with the default limits (docs/security.md). One test, since it watches the memory of its process.

use imap4::proto::limits::Limits;
use imap4::proto::machine::job::Request;
use imap4::proto::machine::{Machine, Times};
use imap4::proto::receive::Receiver;

const MIB: usize = 1 << 20;

/// Resident memory; None where the system does not say.
fn resident() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

fn machine() -> Machine {
    let mut machine = Machine::new(Limits::default(), Times::default(), 1);
    let _ = machine.submit(Request::Open { starttls: false }, 0);
    feed(&mut machine, b"* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    machine
}

/// False once the connection has ended.
fn feed(machine: &mut Machine, octets: &[u8]) -> bool {
    let mut rest = octets;
    while !rest.is_empty() {
        if machine.dead().is_some() {
            return false;
        }
        let space = machine.space().expect("memory");
        let n = rest.len().min(space.len());
        space[..n].copy_from_slice(&rest[..n]);
        machine.received(n, 0);
        rest = &rest[n..];
    }
    machine.dead().is_none()
}

/// Sends `total` octets of `unit` over and over; how much memory that took at most.
fn flood(what: &str, begin: &str, unit: &str, total: usize, limit: usize) {
    let mut machine = machine();
    let chunk = unit.repeat((64 * 1024 / unit.len()).max(1));
    let Some(idle) = resident() else { return };
    let mut peak = idle;
    let mut sent = 0;
    feed(&mut machine, begin.as_bytes());
    while sent < total && feed(&mut machine, chunk.as_bytes()) {
        sent += chunk.len();
        peak = peak.max(resident().unwrap_or_default());
    }
    let used = peak.saturating_sub(idle);
    assert!(
        used <= limit,
        "{what}: {} KiB over idle after {sent} octets",
        used / 1024
    );
}

fn nothing_is_reserved_ahead(announced: usize, begin: &str, piece: usize) {
    let mut receiver = Receiver::default();
    let limits = Limits::default();
    let mut received = 0;
    let mut put = |receiver: &mut Receiver, octets: &[u8]| {
        let mut rest = octets;
        while !rest.is_empty() {
            let space = receiver.space().expect("memory");
            let allowed = (received / 8).max(64 * 1024);
            assert!(
                space.len() <= allowed,
                "{} octets of space after {received} received",
                space.len()
            );
            let n = rest.len().min(space.len());
            space[..n].copy_from_slice(&rest[..n]);
            receiver.filled(n);
            received += n;
            rest = &rest[n..];
            let _ = receiver.next_line(&limits);
        }
    };
    put(&mut receiver, begin.as_bytes());
    let octets = vec![b'x'; piece];
    for _ in 0..announced / piece {
        put(&mut receiver, &octets);
    }
}

#[test]
fn memory_follows_what_was_received() {
    // Announced, and little of it sent.
    let mut machine = machine();
    let idle = resident();
    assert!(feed(&mut machine, b"* 1 FETCH (BODY[] {33000000}\r\nonly this"));
    if let (Some(idle), Some(now)) = (idle, resident()) {
        assert!(
            now.saturating_sub(idle) < MIB,
            "{} octets for a literal announced",
            now - idle
        );
    }
    drop(machine);
    for piece in [100, 4_096, 70_000, MIB] {
        nothing_is_reserved_ahead(16 * MIB, "* 1 FETCH (BODY[] {16777216}\r\n", piece);
        nothing_is_reserved_ahead(7 * MIB, "* XFOO ", piece);
        nothing_is_reserved_ahead(MIB, "* 1 FETCH (BODY[] {60000}\r\n", piece);
    }
    // Kept as events, until they become one OVERFLOW.
    let kept = 48 * MIB;
    flood("tiny events", "", "* X\r\n", 3 * MIB, kept);
    flood("EXPUNGE", "", "* 1 EXPUNGE\r\n", 3 * MIB, kept);
    flood("odd lines", "", "x\r\n", 3 * MIB, kept);
    flood("status lines", "", "* OK [X 1] y\r\n", 3 * MIB, kept);
    flood(
        "long names",
        "",
        &format!("* {}\r\n", "x".repeat(1000)),
        100 * MIB,
        kept,
    );
    flood(
        "literals",
        "",
        &format!("* X {{60000}}\r\n{}\r\n", "x".repeat(60_000)),
        80 * MIB,
        kept,
    );
    flood(
        "long literals",
        "",
        &format!("* X {{{MIB}}}\r\n{}\r\n", "x".repeat(MIB)),
        80 * MIB,
        kept,
    );
    flood(
        "empty literals",
        "",
        &format!("* X {}\r\n", "{0}\r\n".repeat(1000)),
        20 * MIB,
        kept,
    );
    flood("one response of empty literals", "* X ", "{0}\r\n", 20 * MIB, kept);
    flood(
        "one response of literals",
        "* X ",
        &format!("{{1000}}\r\n{}", "x".repeat(1000)),
        100 * MIB,
        kept,
    );
    flood("one literal", "* X {300000000}\r\n", "x", 64 * MIB, kept);
    flood("one line", "* X ", "x", 64 * MIB, kept);
    // Nothing is kept of these.
    let nothing = 4 * MIB;
    flood("EXISTS", "", "* 1 EXISTS\r\n", 3 * MIB, nothing);
    flood("continuations", "", "+ x\r\n", 3 * MIB, nothing);
    flood("empty lines", "", "\r\n", 3 * MIB, nothing);
    flood("NULs", "", "\0", 3 * MIB, nothing);
}
