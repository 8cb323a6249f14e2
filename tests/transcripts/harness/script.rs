//! A transcript as steps. In: the text of one file. Out: settings and steps, each with its line number for messages.

use super::text;
use std::collections::HashMap;

/// A stretch of a line.
#[derive(Clone, Debug)]
pub enum Part {
    Octets(Vec<u8>),
    /// `{name}`: a tag.
    Tag(String),
}

#[derive(Debug)]
pub enum What {
    /// Consecutive `S` lines: what may arrive in one piece.
    Server(Vec<Part>),
    /// `C`: what the client must have sent.
    Client(Vec<Part>),
    /// `> @label verb rest`
    Action {
        label: Option<String>,
        verb: String,
        rest: String,
    },
    /// `= @label name rest`
    Expect {
        label: Option<String>,
        name: String,
        rest: String,
    },
}

#[derive(Debug)]
pub struct Step {
    pub line: usize,
    pub what: What,
}

#[derive(Debug)]
pub struct Script {
    /// `% name value`
    pub settings: Vec<(usize, String, String)>,
    pub steps: Vec<Step>,
}

/// Tags that are known so far.
pub type Tags = HashMap<String, Vec<u8>>;

pub fn parse(source: &str) -> Result<Script, String> {
    let mut script = Script {
        settings: Vec::new(),
        steps: Vec::new(),
    };
    for (i, line) in source.lines().enumerate() {
        let number = i + 1;
        let at = |why: String| format!("line {number}: {why}");
        if line.ends_with([' ', '\t']) {
            return Err(at("ends in a blank nobody sees; write \\x20".to_owned()));
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(server) = server_line(line).map_err(at)? {
            if let Some(Step {
                what: What::Server(parts),
                ..
            }) = script.steps.last_mut()
            {
                parts.extend(server);
            } else {
                script.steps.push(Step {
                    line: number,
                    what: What::Server(server),
                });
            }
            continue;
        }
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let what = match mark {
            "C:" => What::Client(parts(rest, b"\r\n").map_err(at)?),
            "C-" => What::Client(parts(rest, b"").map_err(at)?),
            "C*" => What::Client(vec![repeated(rest).map_err(at)?]),
            ">" => {
                let (label, verb, rest) = words(rest);
                What::Action { label, verb, rest }
            }
            "=" => {
                let (label, name, rest) = words(rest);
                What::Expect { label, name, rest }
            }
            "%" if script.steps.is_empty() => {
                let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
                script.settings.push((number, name.to_owned(), value.to_owned()));
                continue;
            }
            _ => return Err(at(format!("is no line of a transcript: {line}"))),
        };
        script.steps.push(Step { line: number, what });
    }
    if script.steps.is_empty() {
        return Err("nothing happens in it".to_owned());
    }
    Ok(script)
}

/// `S: text`, `S- text without CRLF`, `S* times text without CRLF`.
fn server_line(line: &str) -> Result<Option<Vec<Part>>, String> {
    if let Some(rest) = line.strip_prefix("S:") {
        return parts(rest.strip_prefix(' ').unwrap_or(rest), b"\r\n").map(Some);
    }
    if let Some(rest) = line.strip_prefix("S- ") {
        return parts(rest, b"").map(Some);
    }
    let Some(rest) = line.strip_prefix("S* ") else {
        return Ok(None);
    };
    repeated(rest).map(|part| Some(vec![part]))
}

/// `5000 x`: a text many times over.
fn repeated(rest: &str) -> Result<Part, String> {
    let (times, unit) = rest.split_once(' ').ok_or("a number and a text are needed")?;
    let times: usize = times.parse().map_err(|_| format!("{times} is no number"))?;
    Ok(Part::Octets(text::octets(unit)?.repeat(times)))
}

/// Octets and `{name}`; braces around anything but lower-case letters are octets.
fn parts(line: &str, end: &[u8]) -> Result<Vec<Part>, String> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(open) = rest.find('{') {
        let name = rest[open + 1..].split('}').next().unwrap_or_default();
        let is_tag = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase())
            && rest[open + 1 + name.len()..].starts_with('}');
        if !is_tag {
            plain.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        }
        plain.push_str(&rest[..open]);
        out.push(Part::Octets(text::octets(&plain)?));
        plain.clear();
        out.push(Part::Tag(name.to_owned()));
        rest = &rest[open + name.len() + 2..];
    }
    plain.push_str(rest);
    let mut last = text::octets(&plain)?;
    last.extend_from_slice(end);
    out.push(Part::Octets(last));
    Ok(out)
}

/// An optional `@label`, a word, and the rest.
fn words(text: &str) -> (Option<String>, String, String) {
    let (label, text) = match text.strip_prefix('@') {
        Some(labelled) => {
            let (label, rest) = labelled.split_once(' ').unwrap_or((labelled, ""));
            (Some(label.to_owned()), rest)
        }
        None => (None, text),
    };
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (label, word.to_owned(), rest.to_owned())
}

/// The octets of server lines once the tags are known.
pub fn concrete(parts: &[Part], tags: &Tags) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for part in parts {
        match part {
            Part::Octets(octets) => out.extend_from_slice(octets),
            Part::Tag(name) => out.extend_from_slice(
                tags.get(name)
                    .ok_or_else(|| format!("the tag {{{name}}} is not known yet: no C: line has it"))?,
            ),
        }
    }
    Ok(out)
}

/// How many octets of `sent` a client line accounts for; an unknown tag takes the word that stands in its place.
pub fn matched(parts: &[Part], sent: &[u8], tags: &mut Tags) -> Result<usize, String> {
    let mut at = 0;
    for part in parts {
        let rest = sent.get(at..).unwrap_or_default();
        let expected = match part {
            Part::Octets(octets) => octets.clone(),
            Part::Tag(name) => match tags.get(name) {
                Some(tag) => tag.clone(),
                None => {
                    let tag: Vec<u8> = rest.iter().copied().take_while(|b| b.is_ascii_alphanumeric()).collect();
                    if tag.is_empty() {
                        return Err(format!("expected a tag, the client sent: {}", text::shown(rest)));
                    }
                    tags.insert(name.clone(), tag.clone());
                    tag
                }
            },
        };
        if !rest.starts_with(&expected) {
            return Err(format!(
                "expected the client to send: {}\n      it sent: {}",
                text::short(&text::shown(&expected)),
                text::short(&text::shown(rest))
            ));
        }
        at += expected.len();
    }
    Ok(at)
}
