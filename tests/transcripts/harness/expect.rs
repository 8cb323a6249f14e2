//! `=` lines: what must hold now. Those about a response speak of the selected one: the outcome of the last action,
//! until `row`, `event`, `untagged` or `result` selects another.

use super::player::Player;
use super::render;
use super::text::{octets, short, shown};
use super::views;
use imap4::error::imap_rc;
use imap4::proto::machine::outcome::Outcome;
use imap4::proto::response::Response;
use std::sync::Arc;

type Verdict = Result<(), String>;

impl Player {
    pub fn expect(&mut self, job: u32, name: &str, rest: &str) -> Verdict {
        match name {
            // Outcomes.
            "rc" => same("rc", rest, &rc_name(self.outcome(job)?.rc)),
            "class" => same(
                "class",
                rest,
                format!("{:?}", self.outcome(job)?.rc.class()).trim_start_matches("IMAP_CLASS_"),
            ),
            "message" => text_is("message", rest, self.outcome(job)?.message().as_bytes()),
            "pending" => holds(
                self.machine.is_pending(job) && !self.outcomes.contains_key(&job),
                "the job has ended",
            ),
            "refused" => {
                let error = self.refused.take().ok_or("the action before was not refused")?;
                let (code, message) = rest.split_once(' ').unwrap_or((rest, ""));
                same("code", code, &rc_name(error.code))?;
                if message.is_empty() {
                    Ok(())
                } else {
                    text_is("message", message, error.message.as_bytes())
                }
            }
            "challenge" => match self.machine.challenge(job) {
                Some(challenge) => text_is("challenge", rest, challenge.as_slice()),
                None => same("challenge", rest, "none"),
            },
            // The connection.
            "state" => same("state", rest, self.machine.state().name()),
            "readonly" => same("readonly", rest, yes_no(self.machine.is_readonly())),
            "utf8" => same("utf8", rest, yes_no(self.machine.utf8_enabled())),
            "stale" => same("stale", rest, yes_no(self.machine.caps.stale)),
            "capabilities" => {
                let all: Vec<&str> = (0..self.machine.caps.len())
                    .filter_map(|i| self.machine.caps.at(i))
                    .map(|n| n.trim_end_matches('\0'))
                    .collect();
                same("capabilities", rest, &all.join(" "))
            }
            "wants_tls" => same("wants_tls", rest, yes_no(self.machine.wants_tls())),
            "alive" => holds(
                self.machine.dead().is_none(),
                &format!("the connection is dead: {:?}", self.machine.dead()),
            ),
            "dead" => {
                let error = self.machine.dead().ok_or("the connection is alive")?.clone();
                let (code, message) = rest.split_once(' ').unwrap_or((rest, ""));
                same("code", code, &rc_name(error.code))?;
                if message.is_empty() {
                    Ok(())
                } else {
                    text_is("message", message, error.message.as_bytes())
                }
            }
            "deadline" => match self.machine.deadline_ms() {
                Some(at) => same("deadline", rest, &at.saturating_sub(self.now_ms).to_string()),
                None => same("deadline", rest, "none"),
            },
            "sent" => {
                holds(rest == "nothing", "only `= sent nothing` is known")?;
                holds(
                    self.unread.is_empty(),
                    &format!("the client sent {}", shown(&self.unread)),
                )
            }
            "trace" => self.expect_trace(rest),
            // Rows, literals, IDLE, APPEND.
            "found" => same("found", rest, &self.pulled.found),
            "taken" => {
                let taken = std::mem::take(&mut self.pulled.octets);
                match rest.strip_prefix("size ") {
                    Some(size) => same("taken", size, &taken.len().to_string()),
                    None => text_is("taken", rest, &taken),
                }
            }
            "literal_info" => same("literal_info", rest, &self.literal_info()),
            "room" => same("room", rest, &self.room(job)),
            "progress" => match self.machine.progress(job) {
                Some((done, total)) => same("progress", rest, &format!("{done} of {total}")),
                None => same("progress", rest, "none"),
            },
            "idling" => same("idling", rest, yes_no(self.machine.is_idling())),
            // Which response.
            "result" => {
                self.selected = self.answer(job)?;
                holds(self.selected.is_some(), "the outcome has no response")
            }
            "rows" => {
                let result = self.answer(job)?.ok_or("the outcome has no response")?;
                let titles: Vec<String> = result.rows().iter().map(|r| render::title(r)).collect();
                same(
                    "rows",
                    rest,
                    &if titles.is_empty() {
                        "none".to_owned()
                    } else {
                        titles.join(", ")
                    },
                )
            }
            "row_count" => {
                let result = self.answer(job)?.ok_or("the outcome has no response")?;
                same("row_count", rest, &result.row_count().to_string())
            }
            "row" => {
                let result = self.answer(job)?.ok_or("the outcome has no response")?;
                let (number, raw) = rest.split_once(' ').unwrap_or((rest, ""));
                let i = number
                    .parse::<usize>()
                    .ok()
                    .and_then(|n| n.checked_sub(1))
                    .ok_or("rows count from 1")?;
                let row = result
                    .row(i)
                    .ok_or_else(|| format!("there are only {} rows", result.row_count()))?;
                let is = if raw.is_empty() {
                    Ok(())
                } else {
                    text_is("row", raw, &render::raw(&row))
                };
                self.selected = Some(row);
                is
            }
            "event" => {
                let event = self.machine.events.pop();
                let Some(event) = event else {
                    return same("event", rest, "none");
                };
                let verdict = text_is("event", rest, &render::raw(&event));
                self.selected = Some(event);
                verdict
            }
            "untagged" => {
                let (name, expected) = rest.split_once(' ').unwrap_or((rest, ""));
                let Some(taken) = self.machine.take_untagged(name) else {
                    return same("untagged", expected, "none");
                };
                let items = render::items(&taken, None);
                self.selected = Some(Arc::new(taken));
                same("untagged", &rendered(expected)?, &items)
            }
            _ => {
                let selected = self.selected.clone().ok_or("no response is selected")?;
                expect_response(&selected, name, rest)
            }
        }
    }

    fn answer(&self, job: u32) -> Result<Option<Arc<Response>>, String> {
        Ok(self.outcome(job)?.response(self.machine.limits.max_depth))
    }

    fn outcome(&self, job: u32) -> Result<&Outcome, String> {
        self.outcomes
            .get(&job)
            .ok_or_else(|| match self.machine.is_pending(job) {
                true => "the job has not ended".to_owned(),
                false => "there is no such job".to_owned(),
            })
    }

    /// `= trace lacks TEXT`, `= trace has TEXT`
    fn expect_trace(&mut self, rest: &str) -> Verdict {
        let (word, part) = rest.split_once(' ').ok_or("trace has TEXT, trace lacks TEXT")?;
        let part = octets(part)?;
        let trace = &mut self.machine.trace;
        let lines: Vec<String> = (0..trace.len())
            .filter_map(|i| trace.get(i).map(|(text, _)| shown(text)))
            .collect();
        let is_there = lines.iter().any(|l| l.contains(&shown(&part)));
        holds(
            is_there == (word == "has"),
            &format!("the trace is:\n      {}", lines.join("\n      ")),
        )
    }
}

/// Attributes of one response. Typed views get their lines here.
fn expect_response(response: &Response, name: &str, rest: &str) -> Verdict {
    match name {
        "raw" => text_is("raw", rest, &render::raw(response)),
        "raw_length" => same("raw_length", rest, &render::raw(response).len().to_string()),
        "name" => same("name", rest, response.name().as_str()),
        "number" => same(
            "number",
            rest,
            &response.number().map_or("none".to_owned(), |n| n.to_string()),
        ),
        "status" => same("status", rest, render::status(response.status())),
        "text" => text_is("text", rest, response.texts().text()),
        "human" => text_is("human", rest, response.texts().message()),
        "code" => {
            let texts = response.texts();
            let code = match (texts.code(), texts.argument()) {
                (None, _) => "none".to_owned(),
                (Some(code), None) => shown(code),
                (Some(code), Some(argument)) => format!("{} {}", shown(code), shown(argument)),
            };
            same("code", &rendered(rest)?, &code)
        }
        "tree" => {
            let actual = render::tree(response);
            match rest.strip_prefix("contains ") {
                Some(part) => holds(
                    actual.contains(&rendered(part)?),
                    &format!("the tree is: {}", short(&actual)),
                ),
                None => same("tree", &rendered(rest)?, &actual),
            }
        }
        "malformed" => holds(
            response.tree().is_malformed(),
            &format!("it is well-formed: {}", render::tree(response)),
        ),
        "well_formed" => holds(
            !response.tree().is_malformed(),
            &format!("it is malformed: {}", render::tree(response)),
        ),
        "items" => {
            // `= items FETCH | ...`, or `= items own | ...` for the command's own.
            let (name, expected) = rest
                .split_once(" | ")
                .or_else(|| rest.split_once(' '))
                .unwrap_or((rest, ""));
            let items = render::items(response, (name != "own").then_some(name.as_bytes()));
            same("items", &rendered(expected)?, &items)
        }
        "literal" => {
            // `= literal 1 size 70000`, `= literal 1 hello`
            let (number, expected) = rest.split_once(' ').unwrap_or((rest, ""));
            let i = number
                .parse::<usize>()
                .ok()
                .and_then(|n| n.checked_sub(1))
                .ok_or("literals count from 1")?;
            let literal = response.line().literal(i).ok_or("there is no such literal")?;
            match expected.strip_prefix("size ") {
                Some(size) => same("size", size, &literal.len().to_string()),
                None => text_is("literal", expected, literal),
            }
        }
        _ => {
            let actual = views::named(response, name).ok_or_else(|| format!("there is no expectation {name}"))?;
            match rest.strip_prefix("contains ") {
                Some(part) => holds(
                    actual.contains(&rendered(part)?),
                    &format!("{name} is: {}", short(&actual)),
                ),
                None => same(name, &rendered(rest)?, &actual),
            }
        }
    }
}

fn rc_name(rc: imap_rc) -> String {
    format!("{rc:?}").trim_start_matches("IMAP_").to_owned()
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn holds(it: bool, otherwise: &str) -> Verdict {
    if it { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn same(what: &str, expected: &str, actual: &str) -> Verdict {
    let difference = || format!("{what}: expected {}\n      it is {}", short(expected), short(actual));
    holds(expected == actual, &difference())
}

/// Exactly a text, or `contains` a part of it.
fn text_is(what: &str, expected: &str, actual: &[u8]) -> Verdict {
    if let Some(part) = expected.strip_prefix("contains ") {
        let part = shown(&octets(part)?);
        let all = shown(actual);
        return holds(
            all.contains(&part),
            &format!("{what}: expected to find {part}\n      it is {}", short(&all)),
        );
    }
    let expected = if expected == "(empty)" {
        Vec::new()
    } else {
        octets(expected)?
    };
    same(what, &shown(&expected), &shown(actual))
}

/// An expected rendering as renderings are written.
fn rendered(text: &str) -> Result<String, String> {
    Ok(shown(&octets(text)?))
}
