//! A script of calls and of server octets, in any order. Nothing panics; memory stays within the limits; each outcome comes
//! once; a dead connection stays dead, for the reason it died of, and ends all jobs.

use super::input::Input;
use super::render;
use imap4::proto::command::arg::{Arg, imap_arg_type::*};
use imap4::proto::command::encode::Encoder;
use imap4::proto::limits::Limits;
use imap4::proto::machine::append::Room;
use imap4::proto::machine::job::{Request, Verb};
use imap4::proto::machine::pull::Next;
use imap4::proto::machine::{Machine, Times};
use imap4::proto::response::Response;

const COMMANDS: &[(&str, &str)] = &[
    ("NOOP", ""),
    ("SELECT", "INBOX"),
    ("FETCH", "1:9 (UID BODY[])"),
    ("UID FETCH", "1:* FLAGS"),
    ("SEARCH", "ALL"),
    ("LIST", "\"\" *"),
    ("STATUS", "x (MESSAGES)"),
    ("CLOSE", ""),
    ("STORE", "1 +FLAGS (x)"),
    ("EXPUNGE", ""),
    ("X-NEW", "y"),
    ("LOGOUT", ""),
    ("CAPABILITY", ""),
    ("ENABLE", "UTF8=ACCEPT"),
];

/// What servers say; `T` stands for the tag of the oldest command that has left, `L` for the newest.
const LINES: &[&str] = &[
    "T OK done\r\n",
    "T NO no\r\n",
    "T BAD bad\r\n",
    "L OK done\r\n",
    "+ go\r\n",
    "* 1 FETCH (UID 7 BODY[] {9}\r\nabc\r\ndef )\r\n",
    "* 2 FETCH (BODY[TEXT] {40}\r\n",
    "* SEARCH 1 2 3\r\n",
    "* LIST () \"/\" x\r\n",
    "* 3 EXISTS\r\n",
    "* 1 EXPUNGE\r\n",
    "* BYE end\r\n",
    "* CAPABILITY IMAP4rev1 IDLE LITERAL+ MULTIAPPEND\r\n",
    "T OK [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT] done\r\n",
    "* ENABLED UTF8=ACCEPT\r\n",
    "T OK [READ-ONLY] done\r\n",
    "\r\n",
    "* STATUS x (MESSAGES 1)\r\n",
];

struct Dialogue {
    machine: Machine,
    row: Response,
    now_ms: u64,
    /// Tags of commands that have left and were not answered.
    tags: Vec<Vec<u8>>,
    sent: Vec<u8>,
    ids: Vec<u32>,
    died_of: Option<String>,
    fed: usize,
}

pub fn run(octets: &[u8]) {
    let mut input = Input::of(octets);
    let limits = Limits {
        max_line: 4_000,
        max_response: 8_000,
        max_literal: 2_000,
        max_unasked: 20_000,
        max_unasked_items: 20,
        max_kept: 20_000,
        max_status_lines: 30,
        untagged_keep: 10,
        ..Limits::default()
    };
    let times = Times {
        stall_ms: 1_000,
        idle_renew_ms: 500,
        idle_poll_ms: 300,
        ..Times::default()
    };
    let mut d = Dialogue {
        machine: Machine::new(limits, times, 1),
        row: Response::empty(),
        now_ms: 1,
        tags: Vec::new(),
        sent: Vec::new(),
        ids: Vec::new(),
        died_of: None,
        fed: 0,
    };
    d.machine.secure = true;
    d.submit(Ok(Request::Open {
        starttls: input.octet() % 8 == 7,
    }));
    let greeting = ["PREAUTH", "OK", "BYE", "NO"][input.below(16).saturating_sub(12)];
    let idle = ["", " IDLE", " IDLE LITERAL+", " LITERAL- MULTIAPPEND"][input.below(4)];
    d.feed(
        format!("* {greeting} [CAPABILITY IMAP4rev1{idle}] x\r\n").as_bytes(),
        usize::MAX,
    );
    for _ in 0..200 {
        if input.is_empty() {
            break;
        }
        d.act(&mut input);
        d.check();
    }
    d.finish();
}

impl Dialogue {
    fn submit(&mut self, request: imap4::error::Result<Request>) {
        let Ok(request) = request else { return };
        if let Ok(id) = self.machine.submit(request, self.now_ms) {
            assert!(self.died_of.is_none(), "a dead connection takes a command");
            self.ids.push(id);
        }
    }

    fn command(&mut self, (name, rest): (&str, &str)) {
        let verb = Verb::new(name);
        let raw = [Arg::new(IMAP_ARG_RAW, rest.as_bytes())];
        let wire = match rest {
            "" => Ok(None),
            _ => Encoder::command(verb.name(), &raw, self.machine.form()).map(Some),
        };
        let view = verb.view();
        self.submit(wire.map(|wire| Request::Command { verb, view, wire }));
    }

    fn feed(&mut self, octets: &[u8], piece: usize) {
        let mut rest = octets;
        while !rest.is_empty() && self.machine.dead().is_none() {
            let Ok(space) = self.machine.space() else { return };
            assert!(!space.is_empty(), "no space to read into");
            let n = piece.max(1).min(space.len()).min(rest.len());
            space[..n].copy_from_slice(&rest[..n]);
            self.machine.received(n, self.now_ms);
            self.fed += n;
            rest = &rest[n..];
        }
    }

    /// At most `n` octets leave.
    fn drain(&mut self, n: usize) {
        let out = self.machine.output();
        let n = n.min(out.len());
        self.sent.extend_from_slice(&out[..n]);
        self.machine.sent(n, self.now_ms);
        while let Some(end) = self.sent.windows(2).position(|w| w == b"\r\n") {
            let line: Vec<u8> = self.sent.drain(..end + 2).collect();
            let word = line.split(|b| *b == b' ').next().unwrap_or_default().to_vec();
            let is_tag = word.len() > 4 && word.iter().all(u8::is_ascii_alphanumeric);
            if is_tag {
                self.tags.push(word);
            }
        }
    }

    fn id(&self, choice: u8) -> u32 {
        self.ids
            .get(usize::from(choice) % self.ids.len().max(1))
            .copied()
            .unwrap_or(99)
    }

    fn act(&mut self, input: &mut Input<'_>) {
        let now = self.now_ms;
        match input.octet() % 24 {
            0 | 1 | 20 => self.command(COMMANDS[input.below(COMMANDS.len())]),
            2 | 3 | 21 => self.drain(usize::MAX),
            4 => self.drain(input.below(30)),
            5 | 6 | 22 | 23 => self.line(LINES[input.below(LINES.len())], usize::MAX),
            7 => self.line(LINES[input.below(LINES.len())], 1),
            8 => {
                let n = usize::from(input.octet());
                self.feed(input.octets(n), 1 + n / 3);
            }
            9 => {
                self.pull(input.octet());
            }
            10 => {
                let known = self.machine.discard(self.id(input.octet()), now);
                let _ = known;
            }
            11 => self.submit(Ok(Request::Idle)),
            12 => {
                let _ = self.machine.idle_end(now);
            }
            13 => {
                let args = [Arg::new(IMAP_ARG_MAILBOX, b"x")];
                let wire = Encoder::command("APPEND", &args, self.machine.form());
                self.submit(wire.map(|wire| Request::Append { wire }));
            }
            14 => self.message(input.octet()),
            15 => self.write(usize::from(input.octet())),
            16 => {
                let id = self.id(input.octet());
                if let Some(id) = self.machine.open_append().or(Some(id)) {
                    let _ = self.machine.append_end(id, now);
                }
            }
            17 => {
                self.now_ms += u64::from(input.octet()) * 4;
                self.machine.count_time(self.now_ms);
                self.machine.tick(self.now_ms);
            }
            18 => self.rarely(input.octet()),
            _ => self.literal(input.octet()),
        }
    }

    fn line(&mut self, line: &str, piece: usize) {
        let mut octets = line.as_bytes().to_vec();
        let is_tagged = line.starts_with("T ") || line.starts_with("L ");
        if is_tagged {
            if self.tags.is_empty() {
                return;
            }
            let at = if line.starts_with('T') { 0 } else { self.tags.len() - 1 };
            octets.splice(..1, self.tags.remove(at));
        }
        self.feed(&octets, piece);
    }

    fn pull(&mut self, choice: u8) {
        let id = self.id(choice);
        match self.machine.next_row(id, &mut self.row, self.now_ms) {
            Next::Row => {
                let shown = render::all(&self.row);
                assert_eq!(shown, render::all(&self.row.to_owned_line()));
                self.machine.give_back(&mut self.row);
            }
            Next::Literal => {
                assert!(self.machine.has_front());
                assert!(self.machine.literal_info().is_some());
            }
            Next::Ended => assert!(!self.machine.is_pending(id)),
            _ => {}
        }
    }

    fn message(&mut self, size: u8) {
        let Some(id) = self.machine.open_append() else { return };
        let encoder = Encoder::continuing("APPEND", &[], self.machine.form());
        let _ = self
            .machine
            .append_message(id, encoder.finish(), u64::from(size), self.now_ms);
    }

    fn write(&mut self, n: usize) {
        let Some(id) = self.machine.open_append() else { return };
        self.drain(usize::MAX);
        if let Room::Octets(room) = self.machine.append_room(id) {
            if !self.machine.has_output() {
                let n = n.min(usize::try_from(room).unwrap_or(usize::MAX));
                self.machine.append_written(id, n, self.now_ms);
            }
        }
    }

    fn literal(&mut self, choice: u8) {
        match choice % 4 {
            0 => {
                let n = usize::from(choice).min(self.machine.literal_octets().len());
                self.machine.literal_taken(n, self.now_ms);
            }
            1 => self.machine.skip_literal(),
            2 => {
                let n = self.machine.literal_past_buffer().min(usize::from(choice));
                if n > 0 {
                    self.machine.literal_read(n, self.now_ms);
                }
            }
            _ => self.machine.set_streaming(u64::from(choice), vec!["BODY[]".to_owned()]),
        }
    }

    fn rarely(&mut self, choice: u8) {
        match choice % 16 {
            0 => self.machine.ended(self.now_ms, None),
            1 => self.machine.close(),
            2 => {
                self.machine.keep_rows(true);
                self.machine.keep_rows(false);
            }
            3 => drop(self.machine.take_untagged("FETCH")),
            4 => drop(self.machine.events.pop()),
            5 => {
                if let Some(id) = self.machine.open_append() {
                    self.machine.give_up_append(id);
                }
            }
            6 => self.machine.release(),
            7 => {
                let _ = self.machine.take_raw_line();
            }
            8 => {
                let _ = self.machine.take_raw(usize::from(choice));
            }
            9 => {
                let id = self.id(choice);
                let _ = self.machine.progress(id);
                self.submit(Ok(Request::Recent));
            }
            10 => self.machine.tls_ready(self.now_ms),
            11 => self.submit(Ok(Request::StartTls)),
            _ => {
                let id = self.id(choice);
                if let Some(outcome) = self.machine.outcome(id) {
                    let _ = outcome.message();
                    assert!(self.machine.outcome(id).is_none(), "an outcome came twice");
                    assert!(!self.machine.is_pending(id), "a job has ended and has not");
                }
            }
        }
    }

    fn check(&mut self) {
        assert!(self.machine.queued_octets() < 64 * 1024, "output grows");
        if let Some(dead) = self.machine.dead() {
            let why = format!("{:?} {}", dead.code, dead.message);
            let before = self.died_of.get_or_insert_with(|| why.clone());
            assert_eq!(before, &why, "it died twice");
            assert!(self.machine.is_idle(), "a dead connection has jobs");
            assert_eq!(self.machine.deadline_ms(), None, "a dead connection waits");
        } else {
            assert!(self.died_of.is_none(), "it rose from the dead");
        }
    }

    /// A connection that is closed ends every job.
    fn finish(&mut self) {
        self.machine.close();
        self.check();
        assert!(self.machine.dead().is_some());
        let mut events = 0;
        while self.machine.events.pop().is_some() {
            events += 1;
        }
        assert!(events <= 21, "{events} events of at most 20 and an OVERFLOW");
        for id in std::mem::take(&mut self.ids) {
            assert!(!self.machine.is_pending(id));
            if let Some(outcome) = self.machine.outcome(id) {
                let _ = outcome.response(64).map(|r| render::all(&r));
            }
        }
    }
}
