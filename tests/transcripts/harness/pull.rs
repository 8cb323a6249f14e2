//! Rows one by one, literals that pass through, discarding, IDLE, APPEND in pieces: what the caller does in more than
//! one call.

use super::player::Player;
use super::render;
use super::text;
use imap4::codec::secret::Secret;
use imap4::error::Result as ImapResult;
use imap4::proto::command::arg::{Arg, imap_arg_type::*};
use imap4::proto::command::encode::Encoder;
use imap4::proto::machine::append::Room;
use imap4::proto::machine::job::Request;
use imap4::proto::machine::pull::Next;
use imap4::proto::response::Response;
use std::sync::Arc;

/// What the caller has pulled so far.
#[derive(Default)]
pub struct Pulled {
    /// Jobs whose outcome stays with the machine, because rows may still be in it.
    pub jobs: std::collections::BTreeSet<u32>,
    /// What the last action found: `row 1 FETCH`, `literal`, `pending`, `end`, `unknown`.
    pub found: String,
    /// Octets of literals.
    pub octets: Vec<u8>,
    /// The rest of the literal is read as it comes, past the buffer where that is allowed.
    pub takes: bool,
    /// All that was found, for comparisons.
    pub log: String,
}

impl Player {
    /// `None` if there is no such action here.
    pub fn act_in_steps(&mut self, label: Option<&str>, verb: &str, rest: &str) -> Option<Result<(), String>> {
        let now = self.now_ms;
        // The label says which job is meant.
        let id = match label {
            Some(label) => self.labels.get(label).copied().unwrap_or(0),
            None => self.last_job,
        };
        let done = match verb {
            "next" => self.next_row(id),
            "take" => self.take_literal(rest),
            "skip" => {
                self.machine.skip_literal();
                Ok(())
            }
            "keep" => {
                self.machine.keep_rows(rest == "on");
                Ok(())
            }
            "stream" => self.stream(rest),
            "discard" => {
                match self.machine.discard(id, now) {
                    Ok(known) => self.found(if known { "discarded" } else { "unknown" }),
                    Err(error) => self.refused = Some(error),
                }
                self.pulled.jobs.remove(&id);
                Ok(())
            }
            "idle_end" => {
                self.refused = self.machine.idle_end(now).err();
                Ok(())
            }
            "message" => self.message(id, rest),
            "write" => self.write(id, rest),
            "append_end" => {
                self.refused = self.machine.append_end(id, now).err();
                Ok(())
            }
            "give_up" => {
                self.machine.give_up_append(id);
                Ok(())
            }
            _ => return None,
        };
        Some(done)
    }

    /// APPEND to a mailbox, whose messages come later.
    pub fn append<'a>(&self, mailbox: &'a str) -> ImapResult<Request<'a>> {
        let args = [Arg::new(IMAP_ARG_MAILBOX, mailbox.as_bytes())];
        let wire = Encoder::command("APPEND", &args, self.machine.form())?;
        Ok(Request::Append { wire })
    }

    fn found(&mut self, what: &str) {
        self.pulled.found = what.to_owned();
        self.pulled.log.push_str(&format!("found {what}\n"));
    }

    fn next_row(&mut self, id: u32) -> Result<(), String> {
        if self.outcomes.contains_key(&id) {
            return Err("its outcome was taken before: pull it from the beginning".to_owned());
        }
        self.pulled.jobs.insert(id);
        let mut row = Response::empty();
        match self.machine.next_row(id, &mut row, self.now_ms) {
            Next::Row => {
                let borrowed = render::all(&row);
                let kept = row.to_owned_line();
                self.machine.give_back(&mut row);
                // One in the receive buffer and its copy say the same.
                same_both_ways(&borrowed, &kept)?;
                self.row_is(Arc::new(kept));
            }
            Next::Kept(kept) => self.row_is(kept),
            Next::Literal => self.found("literal"),
            Next::Pending => {
                self.machine.count_time(self.now_ms);
                self.found("pending");
            }
            Next::Ended => {
                self.pulled.jobs.remove(&id);
                self.found("end");
            }
            Next::Unknown => {
                self.pulled.jobs.remove(&id);
                self.found("unknown");
            }
        }
        Ok(())
    }

    fn row_is(&mut self, row: Arc<Response>) {
        self.found(&format!("row {}", render::title(&row)));
        self.pulled.log.push_str(&format!("{}\n", render::all(&row)));
        self.selected = Some(row);
    }

    /// `take` reads the rest as it comes, `take 5` five octets of those that are here.
    fn take_literal(&mut self, rest: &str) -> Result<(), String> {
        if rest.is_empty() {
            self.pulled.takes = true;
            self.take_what_is_here(usize::MAX);
            return Ok(());
        }
        let n = rest.parse().map_err(|_| format!("{rest} is no number of octets"))?;
        self.take_what_is_here(n);
        Ok(())
    }

    pub fn take_what_is_here(&mut self, most: usize) {
        let octets = self.machine.literal_octets();
        let octets = octets[..octets.len().min(most)].to_vec();
        self.machine.literal_taken(octets.len(), self.now_ms);
        self.pulled.octets.extend_from_slice(&octets);
        self.pulled.takes &= self.machine.has_literal();
        self.waits_for_more();
    }

    /// Octets that go from the transport to the caller; how many were used.
    pub fn read_past_buffer(&mut self, octets: &[u8]) -> usize {
        if !self.pulled.takes {
            return 0;
        }
        let n = self.machine.literal_past_buffer().min(octets.len());
        if n > 0 {
            self.pulled.octets.extend_from_slice(&octets[..n]);
            self.machine.literal_read(n, self.now_ms);
            self.pulled.takes &= self.machine.has_literal();
            self.waits_for_more();
        }
        n
    }

    /// Whoever reads the rest of a literal is there all the time.
    fn waits_for_more(&mut self) {
        if self.pulled.takes {
            self.machine.count_time(self.now_ms);
        }
    }

    /// `stream 1000 BODY[] BINARY[1]`
    fn stream(&mut self, rest: &str) -> Result<(), String> {
        let mut words = rest.split(' ');
        let min = words.next().unwrap_or_default();
        let min = min.parse().map_err(|_| format!("{min} is no number of octets"))?;
        self.machine.set_streaming(min, words.map(str::to_owned).collect());
        Ok(())
    }

    /// `message 5 | (\Seen) | 17-Jul-1996 02:44:25 -0700`
    fn message(&mut self, id: u32, rest: &str) -> Result<(), String> {
        let mut parts = rest.split(" | ");
        let size = parts.next().unwrap_or_default();
        let size = size.parse().map_err(|_| format!("{size} is no number of octets"))?;
        let (flags, date) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut args = Vec::new();
        args.extend((!flags.is_empty()).then(|| Arg::new(IMAP_ARG_FLAGS, flags.as_bytes())));
        args.extend((!date.is_empty()).then(|| Arg::new(IMAP_ARG_DATE, date.as_bytes())));
        let mut encoder = Encoder::continuing("APPEND", &args, self.machine.form());
        for arg in &args {
            encoder.arg(arg).map_err(|e| e.message)?;
        }
        let announced = self.machine.append_message(id, encoder.finish(), size, self.now_ms);
        self.refused = announced.err();
        Ok(())
    }

    /// Octets of the message leave, as many as may: `write hello`, `write 5000 times x`.
    fn write(&mut self, id: u32, rest: &str) -> Result<(), String> {
        let octets = match rest.split_once(" times ") {
            Some((times, unit)) => {
                let times: usize = times.parse().map_err(|_| format!("{times} is no number"))?;
                text::octets(unit)?.repeat(times)
            }
            None => text::octets(rest)?,
        };
        self.drain();
        let mut written = 0;
        while let Room::Octets(room) = self.machine.append_room(id) {
            let left = usize::try_from(room).unwrap_or(usize::MAX).min(octets.len() - written);
            if left == 0 || self.machine.has_output() {
                break;
            }
            let n = self.piece(left);
            let piece = &octets[written..written + n];
            self.unread.extend_from_slice(piece);
            self.sent_total.extend_from_slice(piece);
            self.machine.append_written(id, n, self.now_ms);
            written += n;
        }
        self.found(&format!("written {written}"));
        Ok(())
    }

    /// How much of a message may be written: a number, `later`, `ended`.
    pub fn room(&mut self, id: u32) -> String {
        match self.machine.append_room(id) {
            Room::Octets(n) => n.to_string(),
            Room::Later => "later".to_owned(),
            Room::NoMessage => "no message".to_owned(),
            Room::Ended => "ended".to_owned(),
        }
    }

    /// `5 of 10 BODY[1] of 1 uid=7 binary`; `none`.
    pub fn literal_info(&self) -> String {
        let Some(info) = self.machine.literal_info() else {
            return "none".to_owned();
        };
        let item = info.item.strip_suffix(b"\0").unwrap_or(&info.item);
        let uid = if info.uid == 0 {
            String::new()
        } else {
            format!(" uid={}", info.uid)
        };
        let binary = if info.is_binary { " binary" } else { "" };
        format!(
            "{} of {} {} of {}{uid}{binary}",
            info.done,
            info.total,
            text::shown(item),
            info.number
        )
    }

    /// A password is due.
    pub fn reply(&mut self, rest: &str) -> Result<(), String> {
        let secret = Secret::from(&text::octets(rest)?[..]);
        self.refused = self
            .machine
            .reply(self.last_job, Some(&secret), None, self.now_ms)
            .err();
        Ok(())
    }
}

fn same_both_ways(borrowed: &str, kept: &Response) -> Result<(), String> {
    let kept = render::all(kept);
    if borrowed == kept {
        return Ok(());
    }
    Err(format!(
        "a row in the receive buffer and its copy differ:\n    {}\n    {}",
        text::short(borrowed),
        text::short(&kept)
    ))
}
