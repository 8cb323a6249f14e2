//! Base64 as SASL uses it in IMAP (RFC 9051, 6.2.2; RFC 4648, section 4): one line, whatever its length. In: an answer,
//! or a challenge as the server sent it. Out: the other form, in a buffer that is wiped. CRLF, the lone `=` of an empty
//! initial response, and the `*` that cancels belong to the exchange, not here.

use super::secret::Secret;
use crate::error::{Error, IMAP_ERR_AUTH, Result};
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use base64::engine::{DecodePaddingMode, Engine};
use base64::{DecodeError, DecodeSliceError, alphabet, encoded_len};

/// Writes padding; reads challenges with or without it, since servers differ.
const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The base64 of an answer. The empty answer is the empty line.
pub fn encode(octets: &[u8]) -> Result<Secret> {
    let len = encoded_len(octets.len(), true)
        .ok_or_else(|| Error::new(IMAP_ERR_AUTH, "the answer to a challenge is too long for base64"))?;
    Secret::filled(len, |line| STANDARD.encode_slice(octets, line)).map_err(|_| {
        Error::new(
            IMAP_ERR_AUTH,
            "the answer to a challenge could not be written as base64",
        )
    })
}

/// What a challenge says. Only the standard alphabet, padding whole or absent, no left-over bits; anything else is an
/// error, upon which the exchange is to be cancelled.
pub fn decode(line: &[u8]) -> Result<Secret> {
    let not_base64 = |reason: String| {
        Error::new(
            IMAP_ERR_AUTH,
            format!("the server's challenge is not base64 ({reason}); exchange cancelled"),
        )
    };
    let wrong_length = || not_base64(format!("wrong length or padding, {} octets", line.len()));
    if line.ends_with(b"=") && line.len() % 4 != 0 {
        return Err(wrong_length());
    }
    let len = base64::decoded_len_estimate(line.len());
    Secret::filled(len, |octets| STANDARD.decode_slice(line, octets)).map_err(|e| match e {
        DecodeSliceError::DecodeError(DecodeError::InvalidByte(at, octet)) => {
            not_base64(format!("octet {} at offset {at}", octet.escape_ascii()))
        }
        DecodeSliceError::DecodeError(DecodeError::InvalidLastSymbol(at, _)) => {
            not_base64(format!("left-over bits at offset {at}"))
        }
        _ => wrong_length(),
    })
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    /// RFC 4648, section 10, the `fake` of CPython's tests, and all 256 octets.
    #[test]
    fn encodes_with_padding_and_decodes_with_or_without() {
        let all: Vec<u8> = (0..=255).collect();
        let pairs: [(&[u8], &str); 7] = [
            (b"", ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foobar", "Zm9vYmFy"),
            (b"fake", "ZmFrZQ=="),
            (&[0xfb, 0xff, 0xbf], "+/+/"),
        ];
        for (octets, line) in pairs {
            assert_eq!(encode(octets).unwrap().as_slice(), line.as_bytes());
            assert_eq!(decode(line.as_bytes()).unwrap().as_slice(), octets, "{line}");
            assert_eq!(
                decode(line.trim_end_matches('=').as_bytes()).unwrap().as_slice(),
                octets,
                "{line} unpadded"
            );
        }
        assert_eq!(decode(encode(&all).unwrap().as_slice()).unwrap().as_slice(), all);
    }

    #[test]
    fn a_long_answer_stays_one_line() {
        let line = encode(&[0; 10_000]).unwrap();
        assert_eq!(line.len(), 13_336);
        assert!(line.as_slice().iter().all(|o| matches!(o, b'A' | b'=')));
    }

    #[test]
    fn refuses_what_is_not_base64_and_says_where() {
        for (line, reason) in [
            (&b"Zm9v!"[..], "octet ! at offset 4"),
            (b"Zm 9v", "octet   at offset 2"),
            (b"Zm9v\r\n", "octet \\r at offset 4"),
            (b"-_-_", "octet - at offset 0"),
            (b"Z=g=", "octet = at offset 1"),
            (b"Zh==", "left-over bits at offset 1"),
            (b"Z", "wrong length or padding, 1 octets"),
            (b"Zg=", "wrong length or padding, 3 octets"),
            (b"*", "octet * at offset 0"),
        ] {
            let message = decode(line).unwrap_err().message;
            assert!(message.contains(reason), "{}: {message}", line.escape_ascii());
        }
    }
}
