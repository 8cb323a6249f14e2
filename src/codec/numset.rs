//! Sequence sets, the arguments that name messages (RFC 9051, section 9, sequence-set): `2,4:7,9,12:*`, or `$` alone
//! for the last search's result. In: octets. Out: whether they are one, or where they stop being one. What the numbers
//! count (messages or UIDs) and whether they exist is not known here.

/// Checks a sequence set. Err is the offset of the first octet that is wrong, the length where more should follow.
/// Numbers are 1 to 4294967295 without leading zeros.
pub fn check(set: &[u8]) -> Result<(), usize> {
    if set == b"$" {
        return Ok(());
    }
    let mut at = number(set, 0)?;
    let mut in_range = false;
    while let Some(octet) = set.get(at) {
        in_range = match octet {
            b',' => false,
            b':' if !in_range => true,
            _ => return Err(at),
        };
        at = number(set, at + 1)?;
    }
    Ok(())
}

/// Where the number or `*` that starts at `start` ends.
fn number(set: &[u8], start: usize) -> Result<usize, usize> {
    match set.get(start) {
        Some(b'*') => return Ok(start + 1),
        Some(b'1'..=b'9') => {}
        _ => return Err(start),
    }
    let mut value = 0_u32;
    let mut at = start;
    while let Some(octet @ b'0'..=b'9') = set.get(at) {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(u32::from(octet - b'0')))
            .ok_or(at)?;
        at += 1;
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn accepts_sequence_sets() {
        for set in [
            "1",
            "2:4",
            "4:2",
            "1:3,6:9",
            "3:*",
            "*:3",
            "*",
            "*:*",
            "$",
            "2,4:7,9,12:*",
            "10,20,30",
            "4294967295",
            "4294967295:*,1",
        ] {
            assert_eq!(check(set.as_bytes()), Ok(()), "{set}");
        }
    }

    #[test]
    fn says_where_it_stops_being_one() {
        for (set, at) in [
            ("", 0),
            ("0", 0),
            ("01", 0),
            ("1:0", 2),
            ("1,", 2),
            ("1:", 2),
            (",1", 0),
            (":1", 0),
            ("1,,2", 2),
            ("1::2", 2),
            ("1:2:3", 3),
            ("1:*:3", 3),
            ("**", 1),
            ("*1", 1),
            ("1*", 1),
            ("$,1", 0),
            ("1,$", 2),
            ("$$", 0),
            ("-1", 0),
            ("1-2", 1),
            (" 1", 0),
            ("1 ", 1),
            ("1, 2", 2),
            ("(1)", 0),
            ("1\r\nA1 LOGOUT", 1),
            ("1\0", 1),
            ("4294967296", 9),
            ("42949672950", 10),
            ("7,99999999999999999999999999", 11),
            ("1,é", 2),
            ("ALL", 0),
        ] {
            assert_eq!(check(set.as_bytes()), Err(at), "{set:?}");
        }
    }
}
