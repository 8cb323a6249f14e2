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
const LEN: usize = 26;

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
    let month = MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
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

/// `dd-Mmm-yyyy hh:mm:ss +hhmm`, nothing before or behind.
pub fn parse_bare(text: &[u8; LEN]) -> Option<DateTime> {
    let [
        d1,
        d2,
        b'-',
        m1,
        m2,
        m3,
        b'-',
        y1,
        y2,
        y3,
        y4,
        b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b' ',
        sign,
        z1,
        z2,
        z3,
        z4,
    ] = text
    else {
        return None;
    };
    let day = number([if *d1 == b' ' { b'0' } else { *d1 }, *d2])?;
    let month = month_number(&[*m1, *m2, *m3])?;
    let year = number([*y1, *y2, *y3, *y4])?;
    let (hour, minute, second) = (number([*h1, *h2])?, number([*n1, *n2])?, number([*s1, *s2])?);
    let (offset_h, offset_m) = (number([*z1, *z2])?, number([*z3, *z4])?);
    if year < 1 || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 || offset_h > 23 || offset_m > 59 {
        return None;
    }
    let offset_min = match sign {
        b'+' => offset_h * 60 + offset_m,
        b'-' => -(offset_h * 60 + offset_m),
        _ => return None,
    };
    let local = days_from_civil(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    Some(DateTime {
        seconds: local - offset_min * 60,
        offset_min: i32::try_from(offset_min).ok()?,
    })
}

/// January is 1, in any case.
fn month_number(name: &[u8; 3]) -> Option<i64> {
    let lower = [name[0] | 0x20, name[1] | 0x20, name[2] | 0x20];
    let number = match &lower {
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
    name.iter().all(u8::is_ascii_alphabetic).then_some(number)
}

/// The value of at most four decimal digits.
fn number<const N: usize>(digits: [u8; N]) -> Option<i64> {
    let mut value = 0i64;
    let mut good = true;
    for octet in digits {
        let digit = octet.wrapping_sub(b'0');
        good &= digit <= 9;
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
    }
    good.then_some(value)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// The two functions below count years from March, so that the leap day is a year's last, in eras of 400 years
// (146 097 days). 719 468 is the number of days from 0000-03-01 to 1970-01-01. Years 1 to 9999 are all they are given.

/// Days from 1970-01-01 to a date of the Gregorian calendar, which is taken to have been in force always.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

/// Year, month and day of a number of days from 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year + era * 400;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
