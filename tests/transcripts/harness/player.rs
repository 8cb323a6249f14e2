//! One replay: a machine, the octets on their way to and from it, and what the transcript knows of it.

use super::pull::Pulled;
use super::random::Random;
use super::render;
use super::script::{self, Script, Step, Tags, What};
use super::text::shown;
use imap4::error::Error;
use imap4::proto::limits::Limits;
use imap4::proto::machine::outcome::Outcome;
use imap4::proto::machine::{Machine, Times};
use imap4::proto::response::Response;
use std::collections::BTreeMap;
use std::sync::Arc;

/// In what pieces a group of server lines arrives, and the client's octets leave.
pub enum Pieces {
    Whole,
    Octets,
    Random(Random),
}

/// One replay of one transcript.
pub struct Player {
    pub machine: Machine,
    pub now_ms: u64,
    pieces: Pieces,
    /// The client's octets leave after each piece, not only after a whole group.
    prompt: bool,
    /// What left and no `C` line has accounted for.
    pub unread: Vec<u8>,
    pub sent_total: Vec<u8>,
    /// The transport takes nothing: octets can be seen by `C` lines, but do not leave.
    pub held: bool,
    /// Octets that were seen while held.
    pub seen: usize,
    pub labels: BTreeMap<String, u32>,
    pub outcomes: BTreeMap<u32, Outcome>,
    pub last_job: u32,
    pub refused: Option<Error>,
    pub selected: Option<Arc<Response>>,
    pub pulled: Pulled,
    tags: Tags,
}

impl Player {
    pub fn new(script: &Script, pieces: Pieces, prompt: bool) -> Result<Player, String> {
        let mut limits = Limits::default();
        let mut times = Times::default();
        let mut begin = "nothing";
        let mut capabilities = "IMAP4rev1";
        for (line, name, value) in &script.settings {
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| format!("line {line}: {value} is no number"))
            };
            match name.as_str() {
                "begin" => begin = value,
                "capabilities" => capabilities = value,
                "max_line" => limits.max_line = number()?,
                "max_response" => limits.max_response = number()?,
                "max_literal" => limits.max_literal = number()? as u64,
                "max_depth" => limits.max_depth = number()?,
                "max_unasked" => limits.max_unasked = number()?,
                "max_unasked_items" => limits.max_unasked_items = number()?,
                "max_kept" => limits.max_kept = number()?,
                "max_status_lines" => limits.max_status_lines = number()?,
                "untagged_keep" => limits.untagged_keep = number()?,
                "untagged_octets" => limits.untagged_octets = number()?,
                "untagged_literal" => limits.untagged_literal = number()?,
                "connect_ms" => times.connect_ms = number()? as u64,
                "stall_ms" => times.stall_ms = number()? as u64,
                "call_ms" => times.call_ms = number()? as u64,
                "idle_renew_ms" => times.idle_renew_ms = number()? as u64,
                "idle_poll_ms" => times.idle_poll_ms = number()? as u64,
                _ => return Err(format!("line {line}: there is no setting {name}")),
            }
        }
        let mut machine = Machine::new(limits, times, 0x1337);
        machine.secure = true;
        let mut player = Player {
            machine,
            now_ms: 1_000,
            pieces,
            prompt,
            unread: Vec::new(),
            sent_total: Vec::new(),
            held: false,
            seen: 0,
            labels: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            last_job: 0,
            refused: None,
            selected: None,
            pulled: Pulled::default(),
            tags: Tags::new(),
        };
        player.begin(begin, capabilities)?;
        Ok(player)
    }

    /// Brings the machine to where the transcript begins; nothing of that is left in tables and queues.
    fn begin(&mut self, state: &str, capabilities: &str) -> Result<(), String> {
        let greeting = match state {
            "nothing" => return Ok(()),
            "nonauth" => "OK",
            "auth" | "selected" => "PREAUTH",
            _ => return Err(format!("% begin {state}: nothing, nonauth, auth or selected")),
        };
        self.act(None, "open", "")?;
        self.deliver_whole(format!("* {greeting} [CAPABILITY {capabilities}] ready\r\n").as_bytes());
        if state == "selected" {
            self.act(None, "args", "SELECT | mailbox INBOX")?;
            let tag: Vec<u8> = self.unread.iter().copied().take_while(|b| *b != b' ').collect();
            self.deliver_whole(&[&tag[..], b" OK [READ-WRITE] selected\r\n"].concat());
        }
        self.gather();
        self.outcomes.clear();
        self.unread.clear();
        self.sent_total.clear();
        self.selected = None;
        self.machine.events.clear();
        self.machine.untagged.clear();
        self.machine.trace.clear();
        Ok(())
    }

    /// Plays the script with its expectations; the server's octets, group by group, are handed back.
    pub fn check(&mut self, script: &Script) -> Result<Vec<Vec<u8>>, String> {
        let mut groups = Vec::new();
        for step in &script.steps {
            self.check_step(step, &mut groups)
                .map_err(|why| format!("line {}: {why}", step.line))?;
        }
        self.nothing_unread("at the end")?;
        if let Some(error) = &self.refused {
            return Err(format!(
                "at the end: an action was refused and no `= refused` says so: {}",
                error.message
            ));
        }
        Ok(groups)
    }

    fn check_step(&mut self, step: &Step, groups: &mut Vec<Vec<u8>>) -> Result<(), String> {
        if let Some(error) = self
            .refused
            .take_if(|_| !matches!(&step.what, What::Expect { name, .. } if name == "refused"))
        {
            return Err(format!("the action before was refused: {}", error.message));
        }
        match &step.what {
            What::Server(parts) => {
                self.nothing_unread("before the server goes on")?;
                let octets = script::concrete(parts, &self.tags)?;
                groups.push(octets.clone());
                self.deliver(&octets);
                self.gather();
            }
            What::Client(parts) => {
                self.peek();
                let n = script::matched(parts, &self.unread, &mut self.tags)?;
                self.unread.drain(..n);
            }
            What::Action { label, verb, rest } => {
                self.nothing_unread("before the next action")?;
                self.act(label.as_deref(), verb, rest)?;
                self.gather();
            }
            What::Expect { label, name, rest } => {
                let job = match label {
                    Some(label) => *self
                        .labels
                        .get(label)
                        .ok_or_else(|| format!("no action has the label @{label}"))?,
                    None => self.last_job,
                };
                self.expect(job, name, rest)?;
            }
        }
        Ok(())
    }

    /// Plays the actions and other octets than the script's, without expectations; all that can be observed comes back.
    pub fn replay(&mut self, script: &Script, groups: &[Vec<u8>]) -> String {
        let mut groups = groups.iter();
        let mut observed = String::new();
        for step in &script.steps {
            match &step.what {
                What::Server(_) => self.deliver(groups.next().map(Vec::as_slice).unwrap_or_default()),
                What::Action { label, verb, rest } => {
                    if let Err(why) = self.act(label.as_deref(), verb, rest) {
                        observed.push_str(&format!("action failed: {why}\n"));
                    }
                    if let Some(error) = self.refused.take() {
                        observed.push_str(&format!("refused: {:?} {}\n", error.code, error.message));
                    }
                }
                What::Expect { name, rest, .. } if name == "untagged" => {
                    let name = rest.split(' ').next().unwrap_or_default();
                    let taken = self.machine.take_untagged(name);
                    observed.push_str(&format!("untagged {name}: {:?}\n", taken.map(|r| render::all(&r))));
                }
                What::Expect { .. } | What::Client(_) => {}
            }
            self.gather();
        }
        observed + &self.observed()
    }

    /// Everything a caller could find out now.
    fn observed(&mut self) -> String {
        let mut out = format!(
            "state {}; readonly {}; utf8 {}; capabilities {:?} stale {}; sent {}\n",
            self.machine.state().name(),
            self.machine.is_readonly(),
            self.machine.utf8_enabled(),
            (0..self.machine.caps.len())
                .map(|i| self.machine.caps.at(i))
                .collect::<Vec<_>>(),
            self.machine.caps.stale,
            shown(&self.sent_total)
        );
        if let Some(dead) = self.machine.dead() {
            out.push_str(&format!("dead {:?} {}\n", dead.code, without_digits(&dead.message)));
        }
        out.push_str(&self.pulled.log);
        out.push_str(&format!(
            "taken {}; {}; idling {}\n",
            shown(&self.pulled.octets),
            self.literal_info(),
            self.machine.is_idling()
        ));
        for id in std::mem::take(&mut self.pulled.jobs) {
            if self.machine.has_outcome(id) {
                self.gather();
            } else {
                out.push_str(&format!("job {id} is under way: {}\n", self.machine.is_pending(id)));
            }
        }
        for (id, outcome) in &self.outcomes {
            out.push_str(&format!(
                "job {id}: {:?} {}\n",
                outcome.rc,
                without_digits(&outcome.message())
            ));
            if let Some(response) = outcome.response(self.machine.limits.max_depth) {
                out.push_str(&format!("  {}\n", render::all(&response)));
            }
        }
        while let Some(event) = self.machine.events.pop() {
            out.push_str(&format!("event {}\n", render::all(&event)));
        }
        for name in [
            "OK",
            "NO",
            "BAD",
            "FETCH",
            "SEARCH",
            "EXISTS",
            "RECENT",
            "EXPUNGE",
            "FLAGS",
            "LIST",
            "CAPABILITY",
        ] {
            if let Some(taken) = self.machine.take_untagged(name) {
                out.push_str(&format!("untagged {name}: {}\n", render::all(&taken)));
            }
        }
        for i in 0..self.machine.trace.len() {
            if let Some((text, _)) = self.machine.trace.get(i) {
                out.push_str(&format!("trace {}\n", shown(text)));
            }
        }
        out
    }

    fn deliver_whole(&mut self, octets: &[u8]) {
        let pieces = std::mem::replace(&mut self.pieces, Pieces::Whole);
        self.deliver(octets);
        self.gather();
        self.pieces = pieces;
    }

    /// Octets from the server.
    pub fn deliver(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() && self.machine.dead().is_none() {
            let wanted = match &mut self.pieces {
                Pieces::Whole => rest.len(),
                Pieces::Octets => small(octets.len() - rest.len()),
                Pieces::Random(random) => {
                    // Mostly small pieces, sometimes large ones.
                    let scale = [3, 20, 200, 70_000][random.below(4)];
                    1 + random.below(scale)
                }
            };
            let past = self.read_past_buffer(&rest[..wanted.min(rest.len())]);
            if past > 0 {
                rest = &rest[past..];
                continue;
            }
            let n = match self.machine.space() {
                Ok(space) => {
                    let n = wanted.min(rest.len()).min(space.len());
                    space[..n].copy_from_slice(&rest[..n]);
                    n
                }
                Err(error) => return self.machine.fail(error),
            };
            assert!(n > 0, "there is no space to read into");
            self.machine.received(n, self.now_ms);
            rest = &rest[n..];
            if self.pulled.takes {
                self.take_what_is_here(usize::MAX);
            }
            if self.prompt {
                self.drain();
            }
        }
        self.drain();
    }

    /// What the client wants to send leaves.
    pub fn drain(&mut self) {
        while !self.held {
            let octets = self.machine.output();
            if octets.is_empty() {
                return;
            }
            let all = octets.len();
            let n = self.piece(all);
            let octets = self.machine.output();
            let unseen = self.seen.min(n);
            self.unread.extend_from_slice(&octets[unseen..n]);
            self.seen -= unseen;
            self.sent_total.extend_from_slice(&octets[..n]);
            self.machine.sent(n, self.now_ms);
        }
    }

    /// How many of `all` octets leave at once.
    pub fn piece(&mut self, all: usize) -> usize {
        match &mut self.pieces {
            Pieces::Whole => all,
            Pieces::Octets => small(self.sent_total.len()).min(all),
            Pieces::Random(random) => 1 + random.below(all),
        }
    }

    /// `n` octets leave although the transport is held.
    pub fn leak(&mut self, n: usize) {
        let octets = self.machine.output();
        let n = n.min(octets.len());
        self.sent_total.extend_from_slice(&octets[..n]);
        self.machine.sent(n, self.now_ms);
        self.seen = self.seen.saturating_sub(n);
    }

    fn peek(&mut self) {
        if self.held {
            let octets = self.machine.output();
            self.unread
                .extend_from_slice(octets.get(self.seen..).unwrap_or_default());
            self.seen = octets.len();
        }
    }

    fn nothing_unread(&self, when: &str) -> Result<(), String> {
        if self.unread.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{when}: the client sent what no C: line expects: {}",
            shown(&self.unread)
        ))
    }

    /// Outcomes are fetched as soon as they are there.
    pub fn gather(&mut self) {
        for id in 1..=self.machine.last_id() {
            // What may still have rows to pull stays where it is.
            if self.pulled.jobs.contains(&id) {
                continue;
            }
            if let Some(outcome) = self.machine.outcome(id) {
                if id == self.last_job {
                    self.selected = outcome.response(self.machine.limits.max_depth);
                }
                self.outcomes.insert(id, outcome);
            }
        }
    }
}

/// Octet by octet; somewhat faster inside long literals.
fn small(done: usize) -> usize {
    if done % 65_536 < 512 || done < 8_192 { 1 } else { 1_021 }
}

/// Some messages count octets that a whole delivery has in the buffer and a slow one has not.
fn without_digits(message: &str) -> String {
    let parts = message.split(|c: char| c.is_ascii_digit());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("#")
}
