use super::*;

fn begin(name: &str, authzid: Option<&str>, user: &str, secret: &str) -> Result<Box<dyn Mechanism>> {
    let secret = Secret::from(secret.as_bytes());
    mechanism(
        name,
        Credentials {
            authzid: authzid.map(Into::into),
            user: user.into(),
            secret,
        },
    )
}

fn begin_ok(name: &str) -> Box<dyn Mechanism> {
    begin(name, None, "tim", "tanstaaftanstaaf").unwrap()
}

fn refusal(name: &str, authzid: Option<&str>, user: &str, secret: &str) -> Error {
    match begin(name, authzid, user, secret) {
        Ok(_) => panic!("{name} was not refused"),
        Err(e) => e,
    }
}

#[test]
fn names_are_found_in_any_case() {
    for (asked, name, is_clear_name) in [
        ("plain", "PLAIN", true),
        ("Login", "LOGIN", true),
        ("cram-md5", "CRAM-MD5", false),
    ] {
        assert_eq!(begin_ok(asked).name(), name);
        assert_eq!(is_clear(asked), is_clear_name);
        assert_eq!(is_clear(name), is_clear_name);
    }
    assert!(is_clear("XOAUTH2") && is_clear("OAuthBearer"));
    assert!(!is_clear("") && !is_clear("PLAINER"));
}

#[test]
fn an_unknown_name_is_refused_with_the_known_ones() {
    let error = refusal("X\r\nOAUTH", None, "tim", "hush");
    assert_eq!(error.code, IMAP_ERR_UNSUPPORTED);
    assert_eq!(
        error.message,
        r#"AUTHENTICATE: no mechanism "X\r\nOAUTH" is built in; there are PLAIN, LOGIN and CRAM-MD5"#
    );
}

/// The messages of RFC 4616, section 4.
#[test]
fn plain_speaks_first_and_once() {
    let mut plain = begin_ok("PLAIN");
    assert_eq!(plain.first().unwrap().as_slice(), b"\0tim\0tanstaaftanstaaf");
    assert!(plain.first().is_none());
    assert_eq!(plain.step(b"").unwrap_err().code, IMAP_ERR_AUTH);

    let mut plain = begin("PLAIN", Some("Ursel"), "Kurt", "xipj3plmq").unwrap();
    assert_eq!(plain.first().unwrap().as_slice(), b"Ursel\0Kurt\0xipj3plmq");
}

#[test]
fn plain_answers_the_first_challenge_if_it_did_not_speak() {
    let mut plain = begin_ok("PLAIN");
    assert_eq!(plain.step(b"").unwrap().as_slice(), b"\0tim\0tanstaaftanstaaf");
    let error = plain.step(b"").unwrap_err();
    assert_eq!(
        error.message,
        "the server sent one challenge too many; exchange cancelled"
    );
}

#[test]
fn plain_refuses_nul_in_any_part_without_printing_it() {
    for (authzid, user, secret, part) in [
        (Some("hush\0x"), "tim", "pw", "authorization identity"),
        (None, "hush\0x", "pw", "user name"),
        (None, "tim", "hush\0x", "password"),
    ] {
        let error = refusal("PLAIN", authzid, user, secret);
        assert_eq!(error.code, IMAP_ERR_ARGUMENT);
        assert!(
            error.message.contains(part) && !error.message.contains("hush"),
            "{}",
            error.message
        );
    }
}

#[test]
fn login_answers_by_order_whatever_the_prompts_say() {
    for prompts in [
        ["User Name\0", "Password\0"],
        ["Username:", "Password:"],
        ["", ""],
        ["Password:", "Username:"],
    ] {
        let mut login = begin_ok("LOGIN");
        assert!(login.first().is_none());
        assert_eq!(login.step(prompts[0].as_bytes()).unwrap().as_slice(), b"tim");
        assert_eq!(
            login.step(prompts[1].as_bytes()).unwrap().as_slice(),
            b"tanstaaftanstaaf"
        );
        assert_eq!(login.step(b"").unwrap_err().code, IMAP_ERR_AUTH);
    }
}

/// RFC 2195, section 2.
#[test]
fn cram_md5_gives_the_answer_of_the_rfc() {
    let mut cram = begin_ok("CRAM-MD5");
    assert!(cram.first().is_none());
    let answer = cram.step(b"<1896.697170952@postoffice.reston.mci.net>").unwrap();
    assert_eq!(answer.as_slice(), b"tim b913a602c7eda7a495b4e6e7334d3890");
    assert_eq!(cram.step(b"<again>").unwrap_err().code, IMAP_ERR_AUTH);
}

/// Keys of a block's length and one more (RFC 2104: longer keys are hashed first), with a challenge of several blocks.
/// Digests from CPython's hmac.
#[test]
fn cram_md5_takes_keys_of_any_length() {
    for (length, digest) in [
        (0, "7a9ff7f8172375c9251a54c4cb764cab"),
        (1, "75f01c3a20a334245980d5957024f9e0"),
        (63, "fb4414d80a02218fbf396a0c1a0f8766"),
        (64, "d13badeb71ef4f6ea287e776977acbc2"),
        (65, "87fe972cbb86b51dd440b2295dab27e9"),
        (200, "7513c05e1108ad983106ae65aea5ccbb"),
    ] {
        let mut cram = begin("CRAM-MD5", Some(""), "u v", &"k".repeat(length)).unwrap();
        let answer = cram.step("<challenge>".repeat(20).as_bytes()).unwrap();
        assert_eq!(answer.as_slice(), format!("u v {digest}").as_bytes(), "{length}");
    }
}

#[test]
fn cram_md5_does_not_answer_an_empty_challenge() {
    let mut cram = begin_ok("CRAM-MD5");
    assert_eq!(cram.step(b"").unwrap_err().code, IMAP_ERR_AUTH);
    assert_eq!(cram.step(b"<later>").unwrap_err().code, IMAP_ERR_AUTH);
}

#[test]
fn an_identity_to_act_as_is_refused_where_it_would_be_lost() {
    for name in ["LOGIN", "CRAM-MD5"] {
        let error = refusal(name, Some("boss"), "tim", "pw");
        assert_eq!(error.code, IMAP_ERR_ARGUMENT);
        assert!(
            error.message.contains(name) && error.message.contains("use PLAIN"),
            "{}",
            error.message
        );
    }
}

#[test]
fn credentials_print_without_their_secret() {
    let secret = Secret::from(&b"hush"[..]);
    let text = format!(
        "{:?}",
        Credentials {
            authzid: None,
            user: b"tim".to_vec(),
            secret
        }
    );
    assert!(
        text.contains("***") && !text.contains("hush") && !text.contains("104, 117"),
        "{text}"
    );
}
