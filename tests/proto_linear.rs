//! Computing time grows with size and no faster: eight times the input takes at most three times eight as long (a quadratic step
//! would take sixty-four). Nothing here depends on how fast the machine is.

use imap4::proto::command::arg::{Arg, imap_arg_type::*};
use imap4::proto::command::criteria;
use imap4::proto::command::encode::Encoder;
use imap4::proto::limits::Limits;
use imap4::proto::line::Line;
use imap4::proto::machine::job::{Request, Verb};
use imap4::proto::machine::{Machine, Times};
use imap4::proto::response::{
    Response, code, entries, esearch, list, mailbox_status, namespace, quota, rights, thread, vanished, words,
};
use imap4::proto::tree::ROOT;
use std::time::Duration;

/// What this thread has computed so far: other programs on the machine do not count.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is writable.
    assert_eq!(
        unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) },
        0
    );
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Memory that was freed stays: else fetching it afresh costs more than all that is computed.
fn keep_memory() {
    // SAFETY: settings of the allocator, which may be changed at any time.
    unsafe {
        assert_eq!(libc::mallopt(libc::M_MMAP_MAX, 0), 1);
        assert_eq!(libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX), 1);
    }
}

fn fastest(mut run: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let begun = cpu_time();
            run();
            cpu_time().saturating_sub(begun)
        })
        .min()
        .unwrap_or_default()
}

/// `run` gets a size; `small` is grown until it takes long enough to be measured. A machine has bad moments: what is
/// linear shows it in one of three attempts, what is quadratic in none.
fn grows_linearly(what: &str, small: usize, run: impl Fn(usize)) {
    keep_memory();
    let mut small = small;
    while fastest(|| run(small)) < Duration::from_micros(300) {
        small *= 4;
    }
    let mut seen = Vec::new();
    for _ in 0..3 {
        let base = fastest(|| run(small));
        let large = fastest(|| run(8 * small));
        if large < base * 24 {
            return;
        }
        seen.push((base, large));
    }
    panic!("{what}: size {small} and eight times that take {seen:?}");
}

fn selected() -> Machine {
    let limits = Limits {
        max_line: usize::MAX,
        max_response: usize::MAX,
        max_unasked: usize::MAX,
        max_kept: usize::MAX,
        max_status_lines: usize::MAX,
        ..Limits::default()
    };
    let mut machine = Machine::new(limits, Times::default(), 1);
    machine.secure = true;
    let _ = machine.submit(Request::Open { starttls: false }, 0);
    feed(&mut machine, b"* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    submit(&mut machine, "SELECT");
    let tag = drain(&mut machine);
    feed(&mut machine, &[&tag[..], b" OK done\r\n"].concat());
    machine
}

fn submit(machine: &mut Machine, name: &str) {
    let verb = Verb::new(name);
    let (view, wire) = (verb.view(), None);
    machine
        .submit(Request::Command { verb, view, wire }, 0)
        .expect("is allowed");
}

/// Sends all there is; the tag it begins with.
fn drain(machine: &mut Machine) -> Vec<u8> {
    let mut first = Vec::new();
    loop {
        let octets = machine.output();
        if octets.is_empty() {
            return first.split(|b| *b == b' ').next().unwrap_or_default().to_vec();
        }
        if first.is_empty() {
            first = octets.to_vec();
        }
        let n = octets.len();
        machine.sent(n, 0);
    }
}

fn feed(machine: &mut Machine, octets: &[u8]) {
    feed_in(machine, octets, usize::MAX);
}

fn feed_in(machine: &mut Machine, octets: &[u8], piece: usize) {
    let mut rest = octets;
    while !rest.is_empty() {
        let space = machine.space().expect("memory");
        let n = rest.len().min(space.len()).min(piece);
        space[..n].copy_from_slice(&rest[..n]);
        machine.received(n, 0);
        rest = &rest[n..];
    }
    assert!(machine.dead().is_none(), "{:?}", machine.dead());
}

/// One response with `n` times `unit` in it is received, and its tree built.
fn response(what: &str, begin: &str, unit: &str, end: &str) {
    grows_linearly(what, 2_000, |n| {
        let mut machine = selected();
        feed(&mut machine, format!("{begin}{}{end}\r\n", unit.repeat(n)).as_bytes());
        while let Some(event) = machine.events.pop() {
            let _ = (
                event.tree().is_malformed(),
                event.item_count(None),
                event.texts().code().is_some(),
            );
            if let Some(last) = event.tree().children(ROOT).last() {
                let _ = event.tree().raw(event.line(), event.raw(), last);
            }
        }
    });
}

#[test]
fn responses_are_read_in_linear_time() {
    response("digits", "* 1 FETCH (UID ", "1", ")");
    response("a marker of digits", "* 1 FETCH (X {", "0", "5}");
    response("a literal's size of zeros", "* 1 FETCH (X {", "0", "}\r\n)");
    response("brackets that open", "* XFOO ", "[", "");
    response("brackets in atoms", "* XFOO ", "a[b ", "");
    response("brackets in atoms with ends", "* XFOO ", "a[b]c[d ", "");
    response("sections that open", "* 1 FETCH (", "BODY[ ", ")");
    response("sections with quotes that open", "* 1 FETCH (", "BODY[\" ", ")");
    response("quotes nothing may follow", "* XFOO ", "\"a\"b", "");
    response("quotes that open", "* XFOO ", "\"a ", "");
    response("escapes", "* XFOO \"", "\\\"", "\"");
    response("empty lists", "* XFOO ", "()", "");
    response("lists that open", "* XFOO ", "(", "");
    response("lists that close", "* XFOO ", ")", "");
    response("stray parentheses and atoms", "* XFOO ", ")a", "");
    response("empty literals", "* XFOO ", "{0}\r\n", "");
    response("literals and strings that open", "* XFOO ", "\"{1}\r\nx", "");
    response("literals that atoms follow", "* XFOO ", "{3}\r\nabcd", "");
    response("literals in an open code", "* OK [X ", "{1}\r\nx", "");
    response("literals in a section", "* 1 FETCH (BODY[", "{1}\r\nx", "])");
    response("a first word and literals", "* X", "a{1}\r\nb", "");
    response("brackets in a code", "* OK [", "[", "");
    response("brackets in text", "* OK ", "]", "");
    response("NULs before a response", "", "\0", "* 1 EXISTS");
    response("search numbers", "* SEARCH", " 12345", "");
}

#[test]
fn one_octet_at_a_time_is_linear() {
    for unit in ["a", "{1}\r\nb", "(", "\"x\" "] {
        grows_linearly(unit, 500, |n| {
            let mut machine = selected();
            feed_in(&mut machine, format!("* XFOO {}\r\n", unit.repeat(n)).as_bytes(), 1);
        });
    }
    grows_linearly("a long literal", 70_000, |n| {
        let mut machine = selected();
        feed_in(
            &mut machine,
            format!("* XFOO {{{n}}}\r\n{}\r\n", "x".repeat(n)).as_bytes(),
            7,
        );
    });
}

#[test]
fn many_responses_are_handled_in_linear_time() {
    for line in [
        "* 1 EXPUNGE\r\n",
        "* 1 EXISTS\r\n",
        "* OK [X 1] y\r\n",
        "* LIST () \"/\" x\r\n",
        "\r\n",
        "+ x\r\n",
    ] {
        grows_linearly(line, 500, |n| {
            let mut machine = selected();
            feed(&mut machine, line.repeat(n).as_bytes());
            while machine.events.pop().is_some() {}
        });
    }
}

#[test]
fn a_result_of_many_rows_is_linear() {
    grows_linearly("rows", 300, |n| {
        let mut machine = selected();
        submit(&mut machine, "FETCH");
        let tag = drain(&mut machine);
        feed(
            &mut machine,
            "* 1 FETCH (FLAGS (\\Seen) X {1}\r\ny)\r\n".repeat(n).as_bytes(),
        );
        feed(&mut machine, &[&tag[..], b" OK done\r\n"].concat());
        let outcome = machine.outcome(machine.last_id()).expect("an outcome");
        let result = outcome.response(64).expect("a response");
        assert_eq!(result.item_count(None), 2 * n);
        for i in 0..2 * n {
            assert!(result.item(None, i).is_some());
        }
    });
}

#[test]
fn queued_commands_are_linear() {
    grows_linearly("commands", 50, |n| {
        let mut machine = selected();
        for _ in 0..n {
            submit(&mut machine, "SEARCH");
        }
        for _ in 0..n {
            let tag = drain(&mut machine);
            feed(&mut machine, &[&tag[..], b" OK done\r\n"].concat());
        }
        assert!(!machine.is_pending(machine.last_id()));
    });
}

#[test]
fn arguments_are_checked_in_linear_time() {
    for (unit, utf8) in [
        ("\u{e4}", true),
        ("{1", false),
        ("{1111", false),
        ("\"a\"", false),
        ("\"\u{e4}\"", false),
        ("()", false),
    ] {
        grows_linearly(unit, 500, |n| {
            let _ = criteria::check(unit.repeat(n).as_bytes(), utf8);
        });
    }
    for kind in [
        IMAP_ARG_ASTRING,
        IMAP_ARG_MAILBOX,
        IMAP_ARG_MAILBOX_LENIENT,
        IMAP_ARG_FLAGS,
        IMAP_ARG_SET,
    ] {
        grows_linearly("an argument", 2_000, |n| {
            let form = Default::default();
            let _ = Encoder::command("X", &[Arg::new(kind, "1,".repeat(n).as_bytes())], form);
            let _ = Encoder::command("X", &[Arg::new(kind, "\u{e4}&\" ".repeat(n).as_bytes())], form);
        });
    }
}

/// A response of the line, without a connection.
fn whole(line: &str) -> Response {
    Response::from_line(Line::synthetic(line.as_bytes()), 1, 100)
}

fn walk(mut step: impl FnMut(&mut u32) -> bool) {
    let mut cursor = 0;
    while step(&mut cursor) {}
}

/// One response with `n` times `unit` in it is looked at through all views.
fn views(what: &str, begin: &str, unit: &str, end: &str) {
    grows_linearly(what, 2_000, |n| {
        let response = whole(&format!("{begin}{}{end}", unit.repeat(n)));
        let (values, data) = (response.values(), response.data());
        let _ = (list::read(values), mailbox_status::read(values), esearch::read(values));
        let _ = (vanished::read(values), response.numbers(), response.copy_of(1));
        for class in 0..3 {
            walk(|at| {
                let entry = namespace::next(values, class, at);
                entry.and_then(|e| response.mailbox(e.prefix)).is_some()
            });
        }
        walk(|at| quota::next(values, at).is_some());
        walk(|at| rights::next(values, at).is_some());
        walk(|at| entries::next(values, data, at).is_some());
        walk(|at| words::next(values, data, ROOT, at).is_some());
        let mut pending = vec![ROOT];
        while let Some(message) = pending.pop().and_then(|node| thread::read(values, node)) {
            pending.extend([message.sibling, message.child].iter().filter(|n| **n != 0));
        }
        if let Some(code) = code::read(values) {
            walk(|at| words::next(values, data, code.node, at).is_some());
        }
    });
}

#[test]
fn views_are_read_in_linear_time() {
    views("attributes", "* LIST (", "\\X ", ") \"/\" a");
    views("a name in pieces", "* LIST () \"/\" ", "&AOk- b(", "");
    views("parentheses behind a name", "* LIST () \"/\" a", ")", "");
    views("extended data", "* LIST () \"/\" a (", "\"X\" (b) ", ")");
    views("items of STATUS", "* STATUS a (", "MESSAGES ", ")");
    views("namespaces", "* NAMESPACE (", "(\"&AOk-\" \"/\")", ") NIL NIL");
    views(
        "extensions of a namespace",
        "* NAMESPACE ((\"\" \"/\" ",
        "X (Y) ",
        ")) NIL NIL",
    );
    views("resources", "* QUOTA a (", "STORAGE 1 2 ", ")");
    views("names of resources", "* QUOTA a (", "STORAGE ", ")");
    views("an ACL", "* ACL a ", "b lr ", "");
    views("entries", "* METADATA a (", "/x y ", ")");
    views("annotations", "* ANNOTATION a ", "\"/x\" (y z) ", "");
    views("capabilities", "* CAPABILITY ", "X ", "");
    views("flags in lists", "* FLAGS (", "(x) ", ")");
    views("numbers", "* SEARCH ", "12345 ", "");
    views("words among numbers", "* SEARCH ", "x ", "");
    views("parentheses among numbers", "* SEARCH ", "(", "");
    views("digits", "* SEARCH ", "1", "");
    views("results in parentheses", "* ESEARCH ", "(MIN 1) ", "");
    views("results that open", "* ESEARCH ", "(", "");
    views("updates", "* ESEARCH (TAG \"a\") ", "ADDTO (0 1:3) ", "");
    views("a set", "* VANISHED ", "5:7,", "9");
    views("threads", "* THREAD ", "(1 2 (3)(4))", "");
    views("a long thread", "* THREAD (", "1 ", ")");
    views("copies", "* OK [COPYUID 1 ", "5:7,", "9 1:2] x");
    views("words of a code", "* OK [CAPABILITY ", "X ", "] x");
}
