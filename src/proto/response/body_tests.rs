use super::*;
use crate::proto::response::param;
use crate::proto::response::test_lines::{damaged, item, octets, response, shown};

/// A part's fields that are there, by name: "TEXT/PLAIN charset=x octets=1 lines=2"; "bad=" and the bits at the end.
fn described(values: Values<'_>, node: u32) -> String {
    let Some(part) = read(values, node) else {
        return "none".to_owned();
    };
    let mut out = format!("{}/{}", shown(part.media_type), shown(part.subtype));
    let params = |first: u32| {
        let mut at = first;
        let mut out = Vec::new();
        while let Some(p) = param::read(values, at) {
            out.push(format!("{}={}", shown(p.name), shown(p.value)));
            at = p.next;
        }
        out
    };
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push_str(&format!(" {name}={value}"));
        }
    };
    let text = |text: Option<&[u8]>| text.map(|_| shown(text));
    add("multi", part.is_multipart.then(String::new));
    add("params", Some(params(part.params).join(",")).filter(|p| !p.is_empty()));
    add("id", text(part.id));
    add("description", text(part.description));
    add("encoding", text(part.encoding));
    add("octets", part.octets.map(|n| n.to_string()));
    add("lines", part.lines.map(|n| n.to_string()));
    add("md5", text(part.md5));
    add("disposition", text(part.disposition));
    add(
        "dparams",
        Some(params(part.disposition_params).join(",")).filter(|p| !p.is_empty()),
    );
    let languages: Vec<String> = if values.is_list(part.language) {
        values.children(part.language).map(|n| shown(values.text(n))).collect()
    } else {
        Vec::from_iter(text(values.text(part.language)))
    };
    add("language", Some(languages.join(",")).filter(|l| !l.is_empty()));
    add("location", text(part.location));
    add("envelope", (part.envelope != 0).then(String::new));
    add(
        "body",
        (part.body != 0).then(|| format!("[{}]", described(values, part.body))),
    );
    let mut child = part.child;
    while child != 0 {
        add("child", Some(format!("[{}]", described(values, child))));
        child = read(values, child).map_or(0, |c| c.next);
    }
    add("bad", (part.malformed != 0).then(|| part.malformed.to_string()));
    out
}

fn body(text: &str) -> String {
    let response = response(&format!("* 1 FETCH (UID 7 BODYSTRUCTURE {text} FLAGS ())"));
    let values = response.values();
    described(values, item(values, "BODYSTRUCTURE"))
}

fn check(table: &[(&str, &str, &str)]) {
    for (what, text, expected) in table {
        assert_eq!(body(text), *expected, "{what}: {text}");
    }
}

const T: &str = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 2)"#;

#[test]
fn parts_as_the_rfc_has_them() {
    check(&[
        (
            "a text",
            r#"("TEXT" "PLAIN" ("CHARSET" "utf-8") "<id>" "d" "7BIT" 2279 48)"#,
            "TEXT/PLAIN params=CHARSET=utf-8 id=<id> description=d encoding=7BIT octets=2279 lines=48",
        ),
        (
            "a text with all extension data",
            r#"("text" "html" NIL NIL NIL "8BIT" 1 2 "md" ("inline" ("a" "b")) ("en" "de") "loc" 1 ("x" (NIL (2))) NIL)"#,
            "text/html encoding=8BIT octets=1 lines=2 md5=md disposition=inline dparams=a=b language=en,de location=loc",
        ),
        (
            "neither text nor message",
            r#"("IMAGE" "png" ("name" "x.png") NIL NIL "BASE64" 9223372036854775807 NIL ("attachment" NIL) "en")"#,
            "IMAGE/png params=name=x.png encoding=BASE64 octets=9223372036854775807 disposition=attachment language=en",
        ),
        (
            "literals",
            "({5}\r\nIMAGE {3}\r\npng ({4}\r\nname {1}\r\nx) {1}\r\ni {1}\r\nd {1}\r\ne 3)",
            "IMAGE/png params=name=x id=i description=d encoding=e octets=3",
        ),
        (
            "a multipart without extension data",
            &format!(r#"({T}{T} "MIXED")"#),
            "MULTIPART/MIXED multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] \
             child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2]",
        ),
        (
            "a multipart with extension data",
            &format!(r#"({T} "MIXED" ("BOUNDARY" "b") ("inline" NIL) "en" "loc" (1 2))"#),
            "MULTIPART/MIXED multi= params=BOUNDARY=b disposition=inline language=en location=loc \
             child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2]",
        ),
        (
            "a message",
            &format!(
                r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 ("d" NIL NIL NIL NIL NIL NIL NIL NIL NIL) {T} 9 NIL ("attachment" NIL))"#
            ),
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=9 disposition=attachment envelope= \
             body=[TEXT/PLAIN encoding=7BIT octets=1 lines=2]",
        ),
        (
            "a message of RFC 6532",
            &format!(
                r#"("message" "global" NIL NIL NIL "8BIT" 300 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ({T} "mixed") 9)"#
            ),
            "message/global encoding=8BIT octets=300 lines=9 envelope= \
             body=[MULTIPART/mixed multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2]]",
        ),
        (
            "a report's part",
            r#"("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 300 NIL NIL NIL NIL)"#,
            "MESSAGE/DELIVERY-STATUS encoding=7BIT octets=300",
        ),
    ]);
}

#[test]
fn extension_data_may_stop_anywhere() {
    let all = r#""md" ("inline" ("a" "b")) "en" "loc" 1"#;
    let values = [
        "md5=md",
        "md5=md disposition=inline dparams=a=b",
        "md5=md disposition=inline dparams=a=b language=en",
        "md5=md disposition=inline dparams=a=b language=en location=loc",
    ];
    for (end, expected) in [4, 25, 30, 36].into_iter().zip(values) {
        assert_eq!(
            body(&format!(r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 2 {})"#, &all[..end])),
            format!("TEXT/PLAIN encoding=7BIT octets=1 lines=2 {expected}")
        );
        assert_eq!(
            body(&format!(r#"("image" "png" NIL NIL NIL "7BIT" 1 {})"#, &all[..end])),
            format!("image/png encoding=7BIT octets=1 {expected}")
        );
    }
}

#[test]
fn blanks_where_none_belong() {
    check(&[
        (
            "Yahoo.co.jp: before the closing parenthesis",
            r#"("TEXT" "PLAIN" ("CHARSET" "x" ) NIL NIL "7BIT" 1 2 )"#,
            "TEXT/PLAIN params=CHARSET=x encoding=7BIT octets=1 lines=2",
        ),
        (
            "between parts",
            &format!(r#"( {T}  {T} "MIXED" )"#),
            "MULTIPART/MIXED multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] \
             child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2]",
        ),
    ]);
}

#[test]
fn messages_in_other_forms() {
    check(&[
        (
            "basic form",
            r#"("MESSAGE" "RFC822" ("NAME" "x.eml") NIL NIL "7BIT" 300)"#,
            "MESSAGE/RFC822 params=NAME=x.eml encoding=7BIT octets=300 bad=8",
        ),
        (
            "basic form with extension data",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 NIL ("attachment" ("filename" "x")) NIL NIL)"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 disposition=attachment dparams=filename=x bad=8",
        ),
        (
            "basic form with lines",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 12)"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=12 bad=8",
        ),
        (
            "basic form, disposition without MD5",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 ("attachment" ("filename" "x")))"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 disposition=attachment dparams=filename=x bad=24",
        ),
        (
            "() for the body",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 ("d" NIL NIL NIL NIL NIL NIL NIL NIL NIL) () 12)"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=12 envelope= bad=8",
        ),
        (
            "NIL for the body",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 ("d" NIL NIL NIL NIL NIL NIL NIL NIL NIL) NIL 12 NIL)"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=12 envelope= bad=8",
        ),
        (
            "NIL for envelope and body",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 NIL NIL 12)"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=12 bad=8",
        ),
        (
            "NIL for the envelope",
            &format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 NIL {T} 12)"#),
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=12 body=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=8",
        ),
        (
            "() for both",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 () () 12 NIL)"#,
            "MESSAGE/RFC822 encoding=7BIT octets=300 lines=12 bad=8",
        ),
        (
            "lines missing",
            &format!(
                r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 ("d" NIL NIL NIL NIL NIL NIL NIL NIL NIL) {T} NIL ("inline" NIL))"#
            ),
            "MESSAGE/RFC822 encoding=7BIT octets=300 disposition=inline envelope= \
             body=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=4",
        ),
        (
            "a report's part with lines",
            r#"("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 410 19 NIL ("inline" NIL))"#,
            "MESSAGE/DELIVERY-STATUS encoding=7BIT octets=410 lines=19 disposition=inline bad=8",
        ),
        (
            "a report's part as a message",
            &format!(
                r#"("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 410 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) {T} 19)"#
            ),
            "MESSAGE/DELIVERY-STATUS encoding=7BIT octets=410 lines=19 envelope= \
             body=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=8",
        ),
    ]);
}

/// What stands behind an inner body is no part, also if the lines between are missing.
#[test]
fn an_inner_body_has_no_neighbours() {
    for behind in [
        "9",
        r#"9 NIL ("inline" NIL)"#,
        r#"NIL ("inline" NIL)"#,
        r#"("attachment" ("a" "b"))"#,
    ] {
        let envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
        let message = format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 {envelope} {T} {behind})"#);
        let response = response(&format!("* 1 FETCH (BODYSTRUCTURE {message})"));
        let values = response.values();
        let part = read(values, item(values, "BODYSTRUCTURE")).unwrap();
        let inner = read(values, part.body).unwrap();
        assert_eq!((inner.lines, inner.next), (Some(2), 0), "{behind}");
    }
}

#[test]
fn multiparts_in_other_forms() {
    check(&[
        ("Gmail: a subtype only", r#"("MIXED")"#, "MULTIPART/MIXED multi= bad=8"),
        (
            "Gmail: a subtype and parameters",
            r#"("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)"#,
            "MULTIPART/ALTERNATIVE multi= params=BOUNDARY=x bad=8",
        ),
        (
            "Gmail: a subtype and NIL",
            r#"("RELATED" NIL NIL NIL)"#,
            "MULTIPART/RELATED multi= bad=8",
        ),
        (
            "Yandex: NIL and a subtype",
            r#"(NIL "mixed" ("boundary" "x") NIL NIL)"#,
            "MULTIPART/mixed multi= params=boundary=x bad=8",
        ),
        (
            "GMX: told as a single part",
            r#"("multipart" "related" ("boundary" "x") NIL NIL "7bit" 0)"#,
            "multipart/related multi= params=boundary=x encoding=7bit octets=0 bad=8",
        ),
        ("() and a subtype", r#"(() "mixed")"#, "MULTIPART/mixed multi= bad=8"),
        (
            "Gmail: such a one inside",
            &format!(r#"({T}("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)("MIXED") "MIXED")"#),
            "MULTIPART/MIXED multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] \
             child=[MULTIPART/ALTERNATIVE multi= params=BOUNDARY=x bad=8] child=[MULTIPART/MIXED multi= bad=8]",
        ),
        (
            "NIL and () between parts",
            &format!(r#"(NIL {T} () {T} () "MIXED")"#),
            "MULTIPART/MIXED multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] \
             child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=8",
        ),
        (
            "subtype missing",
            &format!("({T})"),
            "MULTIPART/- multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=1",
        ),
        (
            "subtype missing before the parameters",
            &format!(r#"({T} ("BOUNDARY" "x") NIL NIL)"#),
            "MULTIPART/- multi= params=BOUNDARY=x child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=1",
        ),
        (
            "subtype NIL before two parameters",
            &format!(r#"({T} NIL ("BOUNDARY" "x" "a" "b"))"#),
            "MULTIPART/- multi= params=BOUNDARY=x,a=b child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=1",
        ),
        (
            "Exchange: a part behind that has a text in place of its parameters",
            &format!(r#"({T}("TEXT" "HTML" "charset" NIL NIL "7BIT" 1 2) "MIXED")"#),
            "MULTIPART/MIXED multi= child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] \
             child=[TEXT/HTML encoding=7BIT octets=1 lines=2 bad=2]",
        ),
        (
            "subtype NIL",
            &format!(r#"({T} NIL ("BOUNDARY" "x"))"#),
            "MULTIPART/- multi= params=BOUNDARY=x child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2] bad=1",
        ),
    ]);
}

#[test]
fn fields_in_other_forms() {
    check(&[
        (
            "subtype missing",
            r#"("TEXT" ("CHARSET" "x") NIL NIL "7BIT" 1 2)"#,
            "TEXT/- params=CHARSET=x encoding=7BIT octets=1 lines=2 bad=1",
        ),
        (
            "subtype NIL",
            r#"("TEXT" NIL ("CHARSET" "x") NIL NIL "7BIT" 1 2)"#,
            "TEXT/- params=CHARSET=x encoding=7BIT octets=1 lines=2 bad=1",
        ),
        (
            "empty type",
            r#"("" "" NIL NIL NIL "7BIT" 1)"#,
            "/ encoding=7BIT octets=1 bad=1",
        ),
        ("all NIL", "(NIL NIL NIL NIL NIL NIL NIL NIL)", "-/- bad=5"),
        (
            "an unknown type and NIL",
            r#"("x-own" NIL NIL NIL NIL "7BIT" 1)"#,
            "x-own/- encoding=7BIT octets=1 bad=1",
        ),
        ("one word", r#"("TEXT")"#, "TEXT/- bad=7"),
        (
            "mail.ru: a boundary that is NIL",
            r#"("TEXT" "PLAIN" ("boundary" NIL) NIL NIL "7BIT" 1 2)"#,
            "TEXT/PLAIN params=boundary=- encoding=7BIT octets=1 lines=2",
        ),
        (
            "Exchange: a text in place of the parameters",
            r#"("TEXT" "PLAIN" "charset" NIL NIL "7BIT" 1 2)"#,
            "TEXT/PLAIN encoding=7BIT octets=1 lines=2 bad=2",
        ),
        (
            "Exchange: -1 octets",
            r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" -1 -1 NIL ("inline" NIL))"#,
            "TEXT/PLAIN encoding=7BIT disposition=inline bad=4",
        ),
        (
            "mail.ru: 9.37e+06 octets",
            r#"("application" "zip" NIL NIL NIL "base64" 9.37e+06 NIL ("attachment" ("filename" "x")))"#,
            "application/zip encoding=base64 disposition=attachment dparams=filename=x bad=4",
        ),
        (
            "octets beyond 63 bits",
            r#"("application" "zip" NIL NIL NIL "base64" 9223372036854775808)"#,
            "application/zip encoding=base64 bad=4",
        ),
        (
            "numbers in quotes",
            r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" "12" "3")"#,
            "TEXT/PLAIN encoding=7BIT octets=12 lines=3 bad=4",
        ),
        (
            "octets NIL",
            r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" NIL NIL NIL ("inline" NIL))"#,
            "TEXT/PLAIN encoding=7BIT disposition=inline bad=4",
        ),
        (
            "lines missing",
            r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12)"#,
            "TEXT/PLAIN encoding=7BIT octets=12 bad=4",
        ),
        (
            "lines missing before the extension data",
            r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 "md" ("inline" NIL))"#,
            "TEXT/PLAIN encoding=7BIT octets=12 md5=md disposition=inline bad=4",
        ),
        (
            "lines with another type",
            r#"("image" "png" NIL NIL NIL "7BIT" 12 3 NIL ("inline" NIL))"#,
            "image/png encoding=7BIT octets=12 lines=3 disposition=inline bad=4",
        ),
        (
            "a field too few",
            r#"("image" "png" NIL NIL "7BIT" 12 NIL ("inline" NIL))"#,
            "image/png description=7BIT octets=12 disposition=inline bad=2",
        ),
    ]);
}

#[test]
fn extension_data_in_other_forms() {
    let table = [
        ("Exchange: bare text", r#"NIL "inline""#, "disposition=inline bad=16"),
        (
            "Exchange: bare text, more behind",
            r#"NIL "attachment" "en" "loc""#,
            "disposition=attachment language=en location=loc bad=16",
        ),
        ("NIL NIL", "NIL (NIL NIL)", "bad=16"),
        ("no parameters", r#"NIL ("inline")"#, "disposition=inline bad=16"),
        (
            "parameters without their list",
            r#"NIL ("inline" "a" "b")"#,
            "disposition=inline dparams=a=b bad=16",
        ),
        (
            "swapped, a text",
            r#"NIL "en" ("inline" ("a" "b")) "loc""#,
            "disposition=inline dparams=a=b language=en location=loc bad=16",
        ),
        (
            "swapped, a list",
            r#"NIL ("en" "de") ("inline" ("a" "b"))"#,
            "disposition=inline dparams=a=b language=en,de bad=16",
        ),
        (
            "swapped, a list of one",
            r#"NIL ("en") ("inline" NIL)"#,
            "disposition=inline language=en bad=16",
        ),
        (
            "swapped, NIL",
            r#"NIL NIL ("inline" ("a" "b")) "loc""#,
            "disposition=inline dparams=a=b location=loc bad=16",
        ),
        ("Exchange: the description", r#"NIL "A picture" NIL NIL"#, "bad=16"),
        (
            "Exchange: the description, a language",
            r#"NIL "A picture" ("en" "de") "loc""#,
            "language=en,de location=loc bad=16",
        ),
        (
            "no MD5",
            r#"("inline" ("a" "b")) "en""#,
            "disposition=inline dparams=a=b language=en bad=16",
        ),
        ("empty lists", r#"NIL () () ()"#, "bad=16"),
        ("location ()", r#"NIL NIL NIL ()"#, "bad=16"),
        (
            "an own disposition without parameters",
            r#"NIL ("x-own")"#,
            "disposition=x-own bad=16",
        ),
        ("an own disposition", r#"NIL ("x-own" NIL) NIL"#, "disposition=x-own"),
        ("a further segment", r#"NIL NIL NIL NIL ("a" "b") 7"#, ""),
    ];
    for (what, data, expected) in table {
        let found = body(&format!(r#"("image" "png" NIL NIL NIL "7BIT" 1 {data})"#));
        assert_eq!(
            found,
            format!("image/png encoding=7BIT octets=1 {expected}").trim_end(),
            "{what}"
        );
    }
}

#[test]
fn what_is_no_part() {
    for text in ["NIL", "()", "\"TEXT\"", "7"] {
        assert_eq!(body(text), "none", "{text}");
    }
    let response = response("* 1 FETCH (UID 7)");
    assert_eq!(described(response.values(), 0), "none");
    assert_eq!(described(response.values(), 12_345), "none");
}

/// Domino: the response is contained, the part behind is found.
#[test]
fn broken_quoting_inside_a_parameter_is_contained() {
    let found = body(&format!(
        r#"(("TEXT" "PLAIN" ("CHARSET" 3D"utf-8"") NIL NIL "7BIT" 1 2){T} "MIXED")"#
    ));
    assert!(
        found.contains("child=[TEXT/PLAIN encoding=7BIT octets=1 lines=2]"),
        "{found}"
    );
    assert!(found.starts_with("MULTIPART/MIXED"), "{found}");
}

#[test]
fn damaged_structures_are_read_without_harm() {
    let line = format!(
        "* 1 FETCH (BODYSTRUCTURE (({T}(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 3 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) \
         {T} 9 \"md\" (\"inline\" (\"a\" \"b\")) (\"en\" \"de\") {{3}}\r\nloc) \"MIXED\")(\"ALTERNATIVE\" (\"B\" \"x\") NIL) \
         \"MIXED\" (\"B\" \"y\") NIL \"en\"))"
    );
    let mut parts = 0;
    for line in damaged(&line) {
        let Some(response) = octets(&line) else { continue };
        let values = response.values();
        for node in 0..90 {
            if let Some(part) = read(values, node) {
                parts += 1;
                for inner in [part.next, part.child, part.body] {
                    assert!(inner == 0 || inner > node, "{}", line.escape_ascii());
                }
            }
        }
    }
    assert!(parts > 10_000, "{parts} were parts");
}
