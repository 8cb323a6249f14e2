//! The short way and the usual one say the same.

use crate::proto::command::table::imap_state::IMAP_STATE_SELECTED;
use crate::proto::limits::Limits;
use crate::proto::machine::job::{Request, Verb};
use crate::proto::machine::{Machine, Times};

/// A machine with the commands on the wire, and their tags.
fn talking(commands: &[&str]) -> (Machine, Vec<String>) {
    let mut machine = Machine::new(Limits::default(), Times::default(), 1);
    machine.submit(Request::Open { starttls: false }, 0).expect("taken");
    feed(&mut machine, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n");
    machine.state = IMAP_STATE_SELECTED;
    let mut tags = Vec::new();
    for name in commands {
        let verb = Verb::new(name);
        let view = verb.view();
        machine.submit_name(verb, view, 0).expect("taken");
        let sent = machine.output().to_vec();
        machine.sent(sent.len(), 0);
        let text = String::from_utf8(sent).expect("text");
        tags.push(text.split(' ').next().unwrap_or_default().to_owned());
    }
    (machine, tags)
}

pub fn feed(machine: &mut Machine, octets: &str) {
    for piece in octets.as_bytes().chunks(512) {
        let space = machine.space().expect("room");
        space[..piece.len()].copy_from_slice(piece);
        machine.received(piece.len(), 0);
    }
}

/// All that can be told of the machine and of the outcomes.
pub fn told(mut machine: Machine, count: u32) -> Vec<String> {
    let mut all = Vec::new();
    for id in 2..2 + count {
        let Some(outcome) = machine.outcome(id) else {
            all.push(format!("{id}: none"));
            continue;
        };
        all.push(format!(
            "{id}: {:?} {} {}",
            outcome.rc,
            outcome.errno(),
            outcome.message()
        ));
        if let Some(response) = outcome.response(64) {
            let items: Vec<_> = (0..response.item_count(None)).map(|i| response.item(None, i)).collect();
            all.push(format!(
                "{} {:?} {} {items:?} {:?} {:?}",
                response.name().as_str(),
                String::from_utf8_lossy(response.raw()),
                response.arrival(),
                response.texts().text_with_nul(),
                response.texts().code_with_nul(),
            ));
        }
    }
    for name in ["APPENDUID", "READ-ONLY", "READ-WRITE", "CAPABILITY", "ODD", "OK"] {
        if let Some(filed) = machine.take_untagged(name) {
            all.push(format!("{name}: {:?}", filed.item(None, 0)));
        }
    }
    for i in 0..machine.trace.len() {
        let line = machine
            .trace
            .get(i)
            .map(|(text, _)| String::from_utf8_lossy(text).into_owned());
        all.push(format!("{line:?}"));
    }
    all.push(format!(
        "{:?} {:?} {:?}",
        machine.state(),
        machine.dead(),
        machine.caps.has("XNEW")
    ));
    all
}

#[test]
fn the_short_way_says_what_the_usual_one_says() {
    let lines = [
        "OK done",
        "OK  two blanks",
        "OK ",
        "OK [APPENDUID 1 2] done",
        "OK [ODD (a \"]\" b) [c]] text",
        "OK [READ-ONLY] changed",
        "OK [CAPABILITY IMAP4rev1 XNEW] told",
        "OK [no end",
        "OK text [APPENDUID 1 2]",
        "NO refused",
        "NO [ALERT] refused",
        "BAD what",
        "BAD [ODD] what",
    ];
    for line in lines {
        for commands in [&["NOOP", "CHECK", "COPY"][..], &["UID COPY", "STORE", "CREATE"]] {
            for order in [[0usize, 1, 2], [2, 1, 0], [1, 2, 0]] {
                let answers = |status: &dyn Fn(&str) -> String| {
                    let (mut machine, tags) = talking(commands);
                    for at in order {
                        feed(&mut machine, &format!("{} {}\r\n", tags[at], status(line)));
                    }
                    told(machine, 3)
                };
                let short = answers(&|line| line.to_owned());
                // A status word in lower case is left to the usual way.
                let usual = answers(&|line| {
                    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
                    format!("{} {rest}", word.to_ascii_lowercase())
                });
                let same_case = |all: &[String]| all.join("\n").to_ascii_uppercase();
                assert_eq!(same_case(&short), same_case(&usual), "{line} {commands:?} {order:?}");
            }
        }
    }
}
