//! One response from octets that lie in memory: no connection, no buffer. In: octets that begin with a response. Out: the
//! response in memory of its own, and how many octets it took; nothing if it goes on beyond them. Framing is `frame`'s,
//! as for what a server sends, so the result is the same; only the response itself is copied.

use super::frame::{Advance, DETACH_MIN, Framer};
use super::limits::Limits;
use super::line::{Held, Line, Literal};
use super::response::Response;
use crate::error::{Error, IMAP_ERR_NOMEM, Result};

/// The first response in `octets`, and where the next one begins. NULs and empty lines before it are skipped, as on a
/// connection.
pub fn read(octets: &[u8], limits: &Limits) -> Result<Option<(Response, usize)>> {
    let mut rest = octets;
    loop {
        let padding = rest.iter().take_while(|b| **b == 0).count();
        rest = rest.get(padding..).unwrap_or_default();
        let mut framer = Framer::default();
        let Some(end) = end_of(rest, limits, &mut framer)? else {
            return Ok(None);
        };
        let (frame, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        rest = behind;
        if frame.len() > 2 {
            let line = cut(frame, framer.finish())?;
            let response = Response::from_line(line, 0, limits.max_depth);
            return Ok(Some((response, octets.len() - rest.len())));
        }
    }
}

/// Where the response ends. Every literal is said to lie in the line, where it does lie.
fn end_of(octets: &[u8], limits: &Limits, framer: &mut Framer) -> Result<Option<usize>> {
    loop {
        // Whoever has the octets asked for them.
        match framer.advance(octets, limits, u64::MAX, DETACH_MIN)? {
            Advance::More => return Ok(None),
            Advance::Done { end } => return Ok(Some(end)),
            Advance::Literal { size, .. } => {
                let len = framer.admit(size as u64, limits)?;
                framer.place(len, Held::Here { after: 0 });
            }
        }
    }
}

/// The line as connections keep it: long literals in memory of their own.
fn cut(frame: &[u8], literals: Vec<Literal>) -> Result<Line> {
    let is_long = |l: &Literal| l.len as u64 >= DETACH_MIN;
    let apart: usize = literals.iter().filter(|l| is_long(l)).map(|l| l.len).sum();
    let mut octets = room(frame.len().saturating_sub(apart))?;
    let mut places = Vec::with_capacity(literals.len());
    let (mut from, mut before) = (0, 0);
    for literal in literals {
        let behind = literal.end();
        octets.extend_from_slice(frame.get(from..literal.at).unwrap_or_default());
        let at = octets.len();
        let value = frame.get(literal.at..behind).unwrap_or_default();
        from = behind;
        let held = if is_long(&literal) {
            let mut apart = room(value.len() + 1)?;
            apart.extend_from_slice(value);
            apart.push(0);
            Held::Apart(apart.into_boxed_slice())
        } else {
            octets.extend_from_slice(value);
            literal.held
        };
        let place = Literal {
            at,
            len: literal.len,
            before,
            held,
        };
        before += place.here();
        places.push(place);
    }
    octets.extend_from_slice(frame.get(from..).unwrap_or_default());
    Ok(Line::new(octets, places))
}

fn room(octets: usize) -> Result<Vec<u8>> {
    let mut room = Vec::new();
    room.try_reserve_exact(octets)
        .map_err(|_| Error::new(IMAP_ERR_NOMEM, format!("no memory for a response of {octets} octets")))?;
    Ok(room)
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
