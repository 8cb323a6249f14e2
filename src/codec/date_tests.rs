use super::*;

fn at(seconds: i64, offset_min: i32) -> Option<DateTime> {
    Some(DateTime { seconds, offset_min })
}

#[test]
fn reads_bare_quoted_and_inside_a_response() {
    let date = at(837_596_665, -420);
    for text in [
        "17-Jul-1996 02:44:25 -0700",
        "\"17-Jul-1996 02:44:25 -0700\"",
        "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"",
        "25 (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
        "25 (UID 5 internaldate  \"17-JUL-1996 02:44:25 -0700\" FLAGS (\\Seen))",
        "25 (X \"INTERNALDATE\" INTERNALDATE NIL INTERNALDATE \"17-jul-1996 02:44:25 -0700\")",
        " INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" BODY[] {342}",
    ] {
        assert_eq!(parse(text.as_bytes()), date, "{text}");
    }
}

/// The dates of CPython's test_Internaldate2tuple.
#[test]
fn three_spellings_of_the_year_2000_are_one_instant() {
    let start = 946_684_800;
    assert_eq!(parse(b"25 (INTERNALDATE \"01-Jan-2000 00:00:00 +0000\")"), at(start, 0));
    assert_eq!(
        parse(b"25 (INTERNALDATE \"01-Jan-2000 11:30:00 +1130\")"),
        at(start, 690)
    );
    assert_eq!(
        parse(b"25 (INTERNALDATE \"31-Dec-1999 12:30:00 -1130\")"),
        at(start, -690)
    );
}

#[test]
fn the_day_may_begin_with_a_blank_and_the_second_may_be_a_leap_second() {
    let leap = at(915_148_800, 0);
    assert_eq!(parse(b"31-Dec-1998 23:59:60 +0000"), leap);
    assert_eq!(parse(b" 1-Jan-1999 00:00:00 +0000"), leap);
    assert_eq!(parse(b"\" 1-Jan-1999 00:00:00 -0000\""), leap);
    assert_eq!(parse(b"29-Feb-2000 00:00:00 +0000"), at(951_782_400, 0));
    assert_eq!(parse(b"29-Feb-2024 12:00:00 +2359"), at(1_709_121_660, 1439));
}

#[test]
fn refuses_what_is_not_a_date() {
    for text in [
        "",
        "\"",
        "\"\"",
        "NIL",
        "00-Jan-2000 00:00:00 +0000",
        " 0-Jan-2000 00:00:00 +0000",
        "32-Jan-2024 00:00:00 +0000",
        "31-Apr-2024 00:00:00 +0000",
        "30-Feb-2024 00:00:00 +0000",
        "29-Feb-2023 00:00:00 +0000",
        "29-Feb-1900 00:00:00 +0000",
        "01-Jän-2024 00:00:00 +000",
        "01-Foo-2024 00:00:00 +0000",
        "00-Jan-0000 00:00:00 +0000",
        "01-Jan-0000 00:00:00 +0000",
        "1-Jan-2024 00:00:00 +0000",
        "1 -Jan-2024 00:00:00 +0000",
        "+1-Jan-2024 00:00:00 +0000",
        "01-Jan-24 00:00:00 +0000  ",
        "01-Jan-+024 00:00:00 +0000",
        "01-Jan-2024 24:00:00 +0000",
        "01-Jan-2024 00:60:00 +0000",
        "01-Jan-2024 00:00:61 +0000",
        "01-Jan-2024 0:00:00 +00000",
        "01-Jan-2024 00:00:00 +2400",
        "01-Jan-2024 00:00:00 +0060",
        "01-Jan-2024 00:00:00  0000",
        "01-Jan-2024 00:00:00 00000",
        "01-Jan-2024 00:00:00 +00:0",
        "01-Jan-2024 00:00:00 GMT  ",
        "01-Jan-2024 00:00:00 +0000 ",
        "\"01-Jan-2024 00:00:00 +0000",
        "\"01-Jan-2024 00:00:00 +0000\" ",
        "01-Jan-2024T00:00:00 +0000",
        "1 (INTERNALDATE NIL)",
        "1 (INTERNALDATE \"01-Jan-2024 00:00:00 +0000",
        "1 (INTERNALDATE 01-Jan-2024 00:00:00 +0000)",
        "1 (XINTERNALDATE \"01-Jan-2024 00:00:00 +0000\")",
        "1 (BODY[] \"INTERNALDATE \" 01-Jan-2024 00:00:00 +0000\")",
    ] {
        assert_eq!(parse(text.as_bytes()), None, "{text:?}");
    }
}

/// The value of CPython's test_Time2Internaldate is the second.
#[test]
fn writes_two_digits_for_the_day_and_the_offset_as_given() {
    let text = |seconds, offset| format(seconds, offset).unwrap();
    assert_eq!(text(0, 0), "\"01-Jan-1970 00:00:00 +0000\"");
    assert_eq!(text(2_000_000_000, 120), "\"18-May-2033 05:33:20 +0200\"");
    assert_eq!(text(837_596_665, -420), "\"17-Jul-1996 02:44:25 -0700\"");
    assert_eq!(text(-1, 0), "\"31-Dec-1969 23:59:59 +0000\"");
    assert_eq!(text(0, -1), "\"31-Dec-1969 23:59:00 -0001\"");
    assert_eq!(text(951_782_399, 1439), "\"29-Feb-2000 23:58:59 +2359\"");
}

#[test]
fn writes_years_1_to_9999_at_the_offset_and_no_others() {
    let (first, last) = (-62_135_596_800, 253_402_300_799);
    assert_eq!(format(first, 0).unwrap(), "\"01-Jan-0001 00:00:00 +0000\"");
    assert_eq!(format(last, 0).unwrap(), "\"31-Dec-9999 23:59:59 +0000\"");
    assert_eq!(format(first - 1, 0), None);
    assert_eq!(format(last + 1, 0), None);
    assert_eq!(format(first - 1, 1).unwrap(), "\"01-Jan-0001 00:00:59 +0001\"");
    assert_eq!(format(first, -1), None);
    assert_eq!(format(last, 1), None);
    assert_eq!(format(last + 60, -1).unwrap(), "\"31-Dec-9999 23:59:59 -0001\"");
    for seconds in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX] {
        for offset in [-1439, -1, 0, 1, 1439] {
            assert_eq!(format(seconds, offset), None);
        }
    }
    for offset in [-1440, 1440, i32::MIN, i32::MAX] {
        assert_eq!(format(0, offset), None);
    }
}

#[test]
fn what_is_written_reads_back_at_both_ends_and_between() {
    for seconds in [-62_135_596_800, -1, 0, 951_782_400, 4_102_444_799, 253_402_300_799] {
        for offset in (-1439..=1439).step_by(13) {
            if let Some(text) = format(seconds, offset) {
                assert_eq!(parse(text.as_bytes()), at(seconds, offset), "{text}");
            }
        }
    }
}

/// Every day from 1900 to 2100 against a calendar that only counts, both ways and through the text.
#[test]
fn every_day_of_two_centuries_agrees_with_a_counter() {
    let lengths = |year: u32| {
        let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        [
            31,
            if is_leap { 29 } else { 28 },
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
        ]
    };
    let mut days = -25_567i64;
    for year in 1900..=2100 {
        for (month, length) in (1..).zip(lengths(year)) {
            assert_eq!(days_in_month(year, month), length);
            for day in 1..=length {
                assert_eq!(days_from_civil(year, month, day), days);
                assert_eq!(civil_from_days(days), (year, month, day));
                let seconds = days * 86_400 + 45_296;
                let name = MONTHS[month as usize - 1];
                let text = format!("\"{day:02}-{name}-{year} 12:34:56 +0000\"");
                assert_eq!(format(seconds, 0), Some(text.clone()));
                assert_eq!(parse(text.as_bytes()), at(seconds, 0));
                days += 1;
            }
        }
    }
    assert_eq!(days, 47_847);
}

#[test]
fn every_day_from_year_1_to_9999_comes_back() {
    let (first, last) = (days_from_civil(1, 1, 1), days_from_civil(9999, 12, 31));
    assert_eq!((first, last), (-719_162, 2_932_896));
    let mut before = (0, 12, 31);
    for days in first..=last {
        let date = civil_from_days(days);
        assert!(date > before, "{date:?} follows {before:?}");
        assert_eq!(days_from_civil(date.0, date.1, date.2), days);
        before = date;
    }
}
