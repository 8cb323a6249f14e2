//! The short way and the usual one do the same.

use crate::proto::command::encode::Encoder;
use crate::proto::command::table::imap_state::{self, IMAP_STATE_AUTH, IMAP_STATE_NONAUTH, IMAP_STATE_SELECTED};
use crate::proto::limits::Limits;
use crate::proto::machine::answered::tests::{feed, told};
use crate::proto::machine::job::{Request, Verb};
use crate::proto::machine::{Machine, Times};

/// What the machine sends and tells when `name` is submitted, after and before others, as a bare name or as a text.
struct Dialogue {
    machine: Machine,
    bare: bool,
    tags: Vec<String>,
    all: Vec<String>,
}

impl Dialogue {
    fn begin(bare: bool, state: imap_state, times: Times) -> Dialogue {
        let mut machine = Machine::new(Limits::default(), times, 1);
        machine.submit(Request::Open { starttls: false }, 0).expect("taken");
        feed(&mut machine, "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n");
        machine.state = state;
        Dialogue {
            machine,
            bare,
            tags: Vec::new(),
            all: Vec::new(),
        }
    }

    fn submit(&mut self, name: &str, now_ms: u64) {
        let verb = Verb::new(name);
        let view = verb.view();
        let taken = if self.bare {
            self.machine.submit_name(verb, view, now_ms)
        } else {
            let wire = Some(Encoder::command(name, &[], self.machine.form()).expect("a name"));
            self.machine.submit(Request::Command { verb, view, wire }, now_ms)
        };
        self.all
            .push(format!("{name}: {taken:?} {:?}", self.machine.deadline_ms()));
    }

    fn send(&mut self) {
        let sent = String::from_utf8(self.machine.output().to_vec()).expect("text");
        self.machine.sent(sent.len(), 5);
        let tags = sent.lines().filter_map(|l| l.split(' ').next());
        self.tags.extend(tags.map(str::to_owned));
        self.all.push(sent);
    }

    fn answer(&mut self, text: &str) {
        if self.tags.is_empty() {
            return self.all.push("nothing to answer".into());
        }
        let tag = self.tags.remove(0);
        feed(&mut self.machine, &format!("{tag} {text}\r\n"));
    }

    fn end(mut self) -> Vec<String> {
        let deadline = self.machine.deadline_ms();
        self.all.extend(told(self.machine, 8));
        self.all.push(format!("{deadline:?}"));
        self.all
    }
}

#[test]
fn the_short_way_does_what_the_usual_one_does() {
    let before: [&[&str]; 7] = [
        &[],
        &["NOOP"],
        &["CHECK", "NOOP"],
        &["SELECT"],
        &["NAMESPACE"],
        &["XLONG"],
        &["LOGOUT"],
    ];
    let names = [
        "NOOP",
        "CHECK",
        "CLOSE",
        "NAMESPACE",
        "CAPABILITY",
        "EXPUNGE",
        "XODD",
        "UID EXPUNGE",
    ];
    let with_limit = Times {
        call_ms: 1_000,
        ..Times::default()
    };
    for state in [IMAP_STATE_NONAUTH, IMAP_STATE_AUTH, IMAP_STATE_SELECTED] {
        for times in [Times::default(), with_limit] {
            for others in before {
                for name in names {
                    let run = |bare| {
                        let mut dialogue = Dialogue::begin(bare, state, times);
                        for other in others {
                            dialogue.submit(other, 1);
                        }
                        dialogue.submit(name, 2);
                        dialogue.send();
                        dialogue.submit(name, 3);
                        dialogue.send();
                        for _ in 0..others.len() + 2 {
                            dialogue.answer("OK [READ-ONLY] done");
                            dialogue.send();
                            dialogue.submit(name, 4);
                            dialogue.send();
                        }
                        dialogue.end()
                    };
                    assert_eq!(run(true), run(false), "{name} after {others:?} in {state:?}");
                }
            }
        }
    }
}

#[test]
fn nothing_leaves_while_idle_runs_or_the_connection_is_over() {
    let run = |bare, idles: bool| {
        let mut dialogue = Dialogue::begin(bare, IMAP_STATE_SELECTED, Times::default());
        if idles {
            dialogue.machine.submit(Request::Idle, 0).expect("taken");
            dialogue.send();
            feed(&mut dialogue.machine, "+ idling\r\n");
        } else {
            feed(&mut dialogue.machine, "* BYE gone\r\n");
        }
        dialogue.submit("NOOP", 1);
        dialogue.send();
        dialogue.all
    };
    for idles in [true, false] {
        let all = run(true, idles);
        assert_eq!(all, run(false, idles));
        assert!(all.iter().any(|line| line.contains("Err(")), "{all:?}");
    }
}
