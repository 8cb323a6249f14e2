use super::super::fixture::response;
use super::*;

/// The tree as text: a message, its answers in brackets behind it.
fn walk(line: &str) -> String {
    let response = response(line);
    let (mut out, mut open) = (String::new(), Vec::new());
    let mut at = read(response.values(), ROOT);
    while let Some(message) = at {
        out += &message.number.to_string();
        if message.malformed {
            out += "!";
        }
        if message.child != 0 {
            out += "[";
            open.push(message.sibling);
            at = read(response.values(), message.child);
            continue;
        }
        let mut next = message.sibling;
        while next == 0 && !open.is_empty() {
            out += "]";
            next = open.pop().unwrap();
        }
        out += if next == 0 { "" } else { " " };
        at = (next != 0).then(|| read(response.values(), next)).flatten();
    }
    out
}

#[test]
fn threads_of_the_rfc() {
    assert_eq!(walk("* THREAD (2)(3 6 (4 23)(44 7 96))"), "2 3[6[4[23] 44[7[96]]]]");
    assert_eq!(
        walk("* THREAD (166)(167)(168)(169)(172)(170)(171)(173)(174 (175)(176)(178)(181)(180))"),
        "166 167 168 169 172 170 171 173 174[175 176 178 181 180]"
    );
}

#[test]
fn a_root_that_is_not_there() {
    assert_eq!(walk("* THREAD ((1)(2))"), "0[1 2]");
    assert_eq!(walk("* THREAD ((1)(2)) (3 ((4)(5 6)))"), "0[1 2] 3[0[4 5[6]]]");
}

#[test]
fn empty_and_a_trailing_blank() {
    assert_eq!(walk("* THREAD"), "");
    assert_eq!(walk("* THREAD "), "");
    assert_eq!(walk("* THREAD (1 2) "), "1[2]");
}

#[test]
fn broken_ones_give_what_they_have() {
    assert_eq!(walk("* THREAD ()(1)"), "0! 1");
    assert_eq!(walk("* THREAD 1 2"), "1[2]");
    assert_eq!(walk("* THREAD (1 (2) 3)"), "1[2 3]");
    assert_eq!(walk("* THREAD (x 2)(4294967296)(0)"), "0![2] 0! 0!");
    assert_eq!(walk("* THREAD (1 (2 3"), "1[2[3]]");
}

#[test]
fn deep_ones_end_where_the_tree_does() {
    let line = format!("* THREAD {}{}", "(1 ".repeat(6000), ")".repeat(6000));
    let walked = walk(&line);
    assert!(walked.starts_with("1[1[1["), "{}", &walked[..20]);
    assert_eq!(walked.matches('1').count(), 100);
}
