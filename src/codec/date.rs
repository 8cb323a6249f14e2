//! INTERNALDATE, a message's date as IMAP writes it (RFC 9051, section 9, date-time): `"17-Jul-1996 02:44:25 -0700"`.
//! In: that text. Out: the instant and the offset it was written with. And back. Strict, and without any locale or
//! time zone data: what a local time means is the caller's business.

use super::item;

/// An instant, and the offset from UTC that its writer used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_min: i32,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const SECONDS_A_DAY: i64 = 86_400;
/// The largest offset that four digits can spell sensibly: 23:59.
const MAX_OFFSET_MIN: i32 = 23 * 60 + 59;
/// Octets of the bare form.
pub const LEN: usize = 26;

/// Reads a date: bare, in quotes, or in a response text that holds `INTERNALDATE "..."`. The day has two characters,
/// the first may be a blank; the month may be in any case; a 60th second is allowed and is the first of the next
/// minute. None if there is no valid date.
pub fn parse(text: &[u8]) -> Option<DateTime> {
    match text.len() {
        LEN => parse_bare(text.try_into().ok()?),
        _ if text.first() == Some(&b'"') => parse_bare(text.strip_prefix(b"\"")?.strip_suffix(b"\"")?.try_into().ok()?),
        _ => item::values(text, "INTERNALDATE").find_map(parse_value),
    }
}

/// A bare date whose day has one digit and no blank before it, as some servers write it (QQ).
pub fn parse_short(text: &[u8]) -> Option<DateTime> {
    parse_bare([b" ", text].concat().as_slice().try_into().ok()?)
}

/// Writes a date in quotes, in local time at the offset; the day has two digits. None if the year there is not in
/// 1 to 9999 or the offset is a day or more.
pub fn format(seconds: i64, offset_min: i32) -> Option<String> {
    if !(-MAX_OFFSET_MIN..=MAX_OFFSET_MIN).contains(&offset_min) {
        return None;
    }
    let local = seconds.checked_add(i64::from(offset_min) * 60)?;
    let (days, second) = (local.div_euclid(SECONDS_A_DAY), local.rem_euclid(SECONDS_A_DAY));
    if !(days_from_civil(1, 1, 1)..=days_from_civil(9999, 12, 31)).contains(&days) {
        return None;
    }
    let (year, month, day) = civil_from_days(days);
    let month = MONTHS.get((month as usize).checked_sub(1)?)?;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let (sign, offset) = if offset_min < 0 {
        ('-', -offset_min)
    } else {
        ('+', offset_min)
    };
    let (offset_h, offset_m) = (offset / 60, offset % 60);
    Some(format!(
        "\"{day:02}-{month}-{year:04} {hour:02}:{minute:02}:{second:02} {sign}{offset_h:02}{offset_m:02}\""
    ))
}

/// A date in quotes with anything behind it.
fn parse_value(text: &[u8]) -> Option<DateTime> {
    let (bare, rest) = text.strip_prefix(b"\"")?.split_at_checked(LEN)?;
    if rest.first() != Some(&b'"') {
        return None;
    }
    parse_bare(bare.try_into().ok()?)
}

/// `dd-Mmm-yyyy hh:mm:ss +hhmm`, nothing before or behind. Digits are read eight places at a time (~90 instructions in
/// all), since a date stands in most rows of a FETCH.
pub fn parse_bare(text: &[u8; LEN]) -> Option<DateTime> {
    // `dd-.....`, `..-yyyy `, `hh:mm:ss`, `ss +hhmm`: four looks that overlap.
    let day = places(text, 0, *b"00-.....", text[0] == b' ')?;
    let year = places(text, 4, *b"..-0000 ", false)?;
    let time = places(text, 12, *b"00:00:00", false)?;
    let zone = places(text, 18, *b"00 .0000", false)?;
    let month = month_number(&[text[3], text[4], text[5]])?;
    let (day, year) = (
        pair(day, 0),
        pair(year, 3).wrapping_mul(100).wrapping_add(pair(year, 5)),
    );
    let (hour, minute, second) = (pair(time, 0), pair(time, 3), pair(time, 6));
    let (offset_h, offset_m) = (pair(zone, 4), pair(zone, 6));
    if year < 1 || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 || offset_h > 23 || offset_m > 59 {
        return None;
    }
    let offset = offset_h.wrapping_mul(60).wrapping_add(offset_m) as i32;
    let offset_min = match text[21] {
        b'+' => offset,
        b'-' => offset.wrapping_neg(),
        _ => return None,
    };
    let of_day = hour
        .wrapping_mul(3600)
        .wrapping_add(minute.wrapping_mul(60))
        .wrapping_add(second);
    let local = days_from_civil(year, month, day) * SECONDS_A_DAY + i64::from(of_day);
    Some(DateTime {
        seconds: local - i64::from(offset_min) * 60,
        offset_min,
    })
}

/// Eight places of a date from `at` on, if they are as `form` has them: digits where it has `0`, anything where it has a
/// `.`, else the same octet. The result has the digits' values, and in each place ten times its own and the next one.
#[inline(always)]
fn places(text: &[u8; LEN], at: usize, form: [u8; 8], first_is_blank: bool) -> Option<u64> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // What a place may exceed by without a carry into its highest bit: digits 9, others 0.
    let most = u64::from_le_bytes(form.map(|b| if b == b'0' { 0x76 } else { 0x7f }));
    let looked_at = u64::from_le_bytes(form.map(|b| if b == b'.' { 0 } else { 0xff }));
    let word = u64::from_le_bytes(*text.get(at..)?.first_chunk::<8>()?);
    let mut values = (word ^ u64::from_le_bytes(form)) & looked_at;
    if first_is_blank {
        values &= !0xff;
    }
    if (values.wrapping_add(most) | values) & HIGH != 0 {
        return None;
    }
    Some(values.wrapping_mul(10).wrapping_add(values >> 8))
}

/// The two digits at a place.
#[inline(always)]
fn pair(values: u64, place: u32) -> u32 {
    u32::from((values >> (8 * place)) as u8)
}

/// January is 1, in any case.
fn month_number(name: &[u8; 3]) -> Option<u32> {
    // Only a letter becomes a small letter by this bit.
    let number = match &name.map(|b| b | 0x20) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    };
    Some(number)
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// The two functions below count years from March, so that the leap day is a year's last. 719 468 is the number of days
// from 0000-03-01 to 1970-01-01. Years 1 to 9999 are all they are given.

/// Days from 1970-01-01 to a date of the Gregorian calendar, which is taken to have been in force always.
fn days_from_civil(year: u32, month: u32, day: u32) -> i64 {
    let (year, month) = if month > 2 {
        (year, month.wrapping_sub(3))
    } else {
        (year.wrapping_sub(1), month.wrapping_add(9))
    };
    let leap_days = (year / 4).wrapping_sub(year / 100).wrapping_add(year / 400);
    let day_of_year = (month.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(day);
    let days = year.wrapping_mul(365).wrapping_add(leap_days).wrapping_add(day_of_year);
    i64::from(days) - 719_469
}

/// Year, month and day of a number of days from 1970-01-01.
fn civil_from_days(days: i64) -> (u32, u32, u32) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year + era * 400;
    let (year, month) = if month < 10 {
        (year, month + 3)
    } else {
        (year + 1, month - 9)
    };
    (year as u32, month as u32, day as u32)
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
