//! An answer pulled row by row is the answer that is kept: same rows, same events, same outcome, in any pieces.

use super::input::{Input, Pieces};
use super::render;
use imap4::proto::command::arg::{Arg, imap_arg_type::*};
use imap4::proto::command::encode::Encoder;
use imap4::proto::limits::Limits;
use imap4::proto::machine::job::{Request, Verb};
use imap4::proto::machine::pull::Next;
use imap4::proto::machine::{Machine, Times};
use imap4::proto::response::Response;

pub fn run(octets: &[u8]) {
    let mut input = Input::of(octets);
    let mut pieces = Pieces(u64::from(input.octet()) + 1);
    let command = [
        ("FETCH", "1:9 ALL"),
        ("SEARCH", "ALL"),
        ("LIST", "\"\" *"),
        ("X-NEW", "x"),
    ][input.below(4)];
    let octets = input.all();
    let kept = kept(command, octets);
    assert_eq!(kept, pulled(command, octets, &mut pieces, false));
    assert_eq!(
        kept,
        pulled(command, octets, &mut pieces, true),
        "what came was left unread"
    );
}

/// A machine in a mailbox, the command on the wire, and the command's tag.
fn machine(command: (&str, &str)) -> (Machine, u32, Vec<u8>) {
    let mut machine = Machine::new(Limits::default(), Times::default(), 1);
    machine.secure = true;
    machine.submit(Request::Open { starttls: false }, 0).expect("it opens");
    receive(&mut machine, b"* PREAUTH [CAPABILITY IMAP4rev1] x\r\n", || usize::MAX);
    let (_, tag) = submit(&mut machine, ("SELECT", "INBOX"));
    receive(&mut machine, &[&tag, &b" OK x\r\n"[..]].concat(), || usize::MAX);
    machine.events.clear();
    let (id, tag) = submit(&mut machine, command);
    (machine, id, tag)
}

fn submit(machine: &mut Machine, (name, rest): (&str, &str)) -> (u32, Vec<u8>) {
    let verb = Verb::new(name);
    let wire = Encoder::command(name, &[Arg::new(IMAP_ARG_RAW, rest.as_bytes())], machine.form()).expect("valid");
    let (view, wire) = (verb.view(), Some(wire));
    let id = machine.submit(Request::Command { verb, view, wire }, 0).expect("taken");
    let sent = machine.output().to_vec();
    machine.sent(sent.len(), 0);
    (id, sent.split(|b| *b == b' ').next().unwrap_or_default().to_vec())
}

fn receive(machine: &mut Machine, octets: &[u8], mut piece: impl FnMut() -> usize) {
    let mut rest = octets;
    while !rest.is_empty() && machine.dead().is_none() {
        let Ok(space) = machine.space() else { return };
        let n = piece().min(space.len()).min(rest.len());
        space[..n].copy_from_slice(&rest[..n]);
        machine.received(n, 0);
        rest = &rest[n..];
    }
}

/// The command is answered at the end: a fuzzer cannot know its tag.
fn answered(octets: &[u8], tag: &[u8]) -> Vec<u8> {
    [octets, tag, b" OK done\r\n"].concat()
}

fn ending(machine: &mut Machine, id: u32, rows: Vec<String>) -> Vec<String> {
    let mut out = rows;
    // Of a connection that ends, the rows that were kept are lost with it, those that were pulled are not.
    if let Some(dead) = machine.dead() {
        return vec![format!("dead {:?}", dead.code)];
    }
    match machine.outcome(id) {
        Some(outcome) => {
            out.push(format!("{:?} {}", outcome.rc, outcome.message()));
            out.extend(outcome.response(64).iter().map(|r| render::all(r)));
        }
        None => out.push("under way".to_owned()),
    }
    while let Some(event) = machine.events.pop() {
        out.push(format!("event {}", render::all(&event)));
    }
    out
}

fn kept(command: (&str, &str), octets: &[u8]) -> Vec<String> {
    let (mut machine, id, tag) = machine(command);
    receive(&mut machine, &answered(octets, &tag), || usize::MAX);
    let mut rows = Vec::new();
    let mut row = Response::empty();
    while let Next::Kept(kept) = machine.next_row(id, &mut row, 1) {
        rows.push(render::all(&kept));
    }
    ending(&mut machine, id, rows)
}

fn pulled(command: (&str, &str), octets: &[u8], pieces: &mut Pieces, leaves_unread: bool) -> Vec<String> {
    let (mut machine, id, tag) = machine(command);
    let mut row = Response::empty();
    let mut rows = Vec::new();
    assert!(matches!(machine.next_row(id, &mut row, 1), Next::Pending));
    machine.leave_unread(leaves_unread);
    let all = answered(octets, &tag);
    let mut rest = &all[..];
    loop {
        match machine.next_row(id, &mut row, 1) {
            Next::Row => {
                let shown = render::all(&row);
                assert_eq!(shown, render::all(&row.to_owned_line()));
                machine.give_back(&mut row);
                rows.push(shown);
            }
            Next::Kept(kept) => rows.push(render::all(&kept)),
            Next::Literal => panic!("no literal passes through unasked"),
            Next::Ended | Next::Unknown => break,
            Next::Pending if rest.is_empty() => break,
            Next::Pending => {
                let n = pieces.next().min(rest.len());
                receive(&mut machine, &rest[..n], || usize::MAX);
                rest = &rest[n..];
            }
        }
    }
    // What is behind the answer is read as well.
    machine.leave_unread(false);
    if machine.has_unread() {
        machine.read_on();
    }
    receive(&mut machine, rest, || usize::MAX);
    ending(&mut machine, id, rows)
}
