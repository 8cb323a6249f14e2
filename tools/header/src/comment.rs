//! Turns a Rust comment (Markdown) into the text of a C comment, wrapped. Knows what our comments use: paragraphs, lists,
//! code blocks, tables, links and backticks. A `# Safety` section speaks to Rust callers and is left out.

/// Lines that begin with one of these words and a colon stay lines of their own.
const LABELS: [&str; 8] = ["Does", "Returns", "Owns", "Blocks", "Threads", "Errors", "Since", "RFC"];

/// A C comment of one or more lines, each indented by `indent` spaces and at most `width` columns wide; room for the
/// closing mark is kept on every line.
pub fn block(text: &str, indent: usize, width: usize) -> String {
    let pad = " ".repeat(indent);
    let lines = wrap(text, width.saturating_sub(indent + 6));
    match lines.as_slice() {
        [] => String::new(),
        [first, rest @ ..] => {
            let mut out = format!("{pad}/* {first}");
            for line in rest {
                out.push('\n');
                out.push_str(format!("{pad} * {line}").trim_end());
            }
            out + " */\n"
        }
    }
}

/// Plain text lines of at most `width` columns; code, tables and words longer than that stay as they are.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<(String, usize)> = None; // the paragraph being gathered and its hanging indent
    let mut in_code = false;
    let mut skipping = false;
    for raw in text.lines() {
        let line = raw.trim_end();
        if line.trim_start().starts_with("```") {
            flush(&mut open, &mut out, width);
            in_code = !in_code;
        } else if in_code {
            if !skipping {
                out.push(safe(&format!("    {line}")).trim_end().to_owned());
            }
        } else if let Some(title) = line.strip_prefix('#').map(|l| l.trim_start_matches('#').trim()) {
            flush(&mut open, &mut out, width);
            skipping = title == "Safety";
            if !skipping {
                out.push(format!("{}:", plain(title)));
            }
        } else if skipping {
        } else if line.is_empty() {
            flush(&mut open, &mut out, width);
            if out.last().is_some_and(|l| !l.is_empty()) {
                out.push(String::new());
            }
        } else if open.is_none() && line.starts_with("    ") {
            out.push(safe(line));
        } else if line.starts_with('|') {
            flush(&mut open, &mut out, width);
            out.push(safe(&plain(line)));
        } else {
            let words = line.trim_start();
            let marker = list_marker(words);
            let is_label = LABELS
                .iter()
                .any(|l| words.strip_prefix(l).is_some_and(|rest| rest.starts_with(": ")));
            if marker > 0 || is_label || open.is_none() {
                flush(&mut open, &mut out, width);
                let indent = line.len() - words.len();
                open = Some((
                    format!("{}{}", " ".repeat(if marker > 0 { indent } else { 0 }), words),
                    indent + marker,
                ));
            } else if let Some((paragraph, _)) = &mut open {
                paragraph.push(' ');
                paragraph.push_str(words);
            }
        }
    }
    flush(&mut open, &mut out, width);
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

fn flush(open: &mut Option<(String, usize)>, out: &mut Vec<String>, width: usize) {
    let Some((paragraph, hanging)) = open.take() else {
        return;
    };
    let lead = paragraph.len() - paragraph.trim_start().len();
    let text = safe(&plain(paragraph.trim_start()));
    let mut line = " ".repeat(lead);
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.len() + 1 + word.len() > width {
            out.push(std::mem::replace(&mut line, " ".repeat(hanging)));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    out.push(line);
}

/// The length of "- ", "* " or "1. " at the beginning of a list item, else 0.
fn list_marker(words: &str) -> usize {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    match words.get(digits..).unwrap_or_default() {
        rest if digits > 0 && rest.starts_with(". ") => digits + 2,
        rest if digits == 0 && (rest.starts_with("- ") || rest.starts_with("* ")) => 2,
        _ => 0,
    }
}

/// Markdown's marks taken away: backticks, `**`, and links, of which an address on the web is kept.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        out.push_str(&rest[..start]);
        let inner = &rest[start + 1..];
        let is_code_link = inner.starts_with('`');
        let Some(end) = inner.find(if is_code_link { "`]" } else { "]" }) else {
            out.push_str(&rest[start..]);
            rest = "";
            break;
        };
        let label = inner[..end].trim_start_matches('`');
        let after = &inner[end + if is_code_link { 2 } else { 1 }..];
        let target = after.strip_prefix('(').and_then(|t| Some((t, t.find(')')?)));
        match target {
            Some((t, close)) => {
                out.push_str(last_segment(label));
                if t[..close].starts_with("http") {
                    out.push_str(&format!(" ({})", &t[..close]));
                }
                rest = &t[close + 1..];
            }
            None if is_code_link => {
                out.push_str(last_segment(label));
                rest = after;
            }
            None => {
                // Brackets that are no link: "[READ-ONLY]".
                out.push_str(&format!("[{label}]"));
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out.replace('`', "").replace("**", "")
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim_end_matches("()")
}

/// Nothing inside may begin or end a comment.
fn safe(text: &str) -> String {
    text.replace("*/", "* /").replace("/*", "/ *")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_backticks_become_plain_words() {
        let text =
            "See [`crate::ffi::imap_free`], [RFC 9051](https://example.org/9051), `[READ-ONLY]` and [x](super::y).";
        let want = "See imap_free, RFC 9051 (https://example.org/9051), [READ-ONLY] and x.";
        assert_eq!(wrap(text, 100), [want]);
    }

    #[test]
    fn list_items_hang_and_labels_keep_their_line() {
        let text = "Does one thing\nwell.\nReturns: 0.\n\n- a b c d\n- e";
        assert_eq!(
            wrap(text, 8),
            [
                "Does one", "thing", "well.", "Returns:", "0.", "", "- a b c", "  d", "- e"
            ]
        );
    }

    #[test]
    fn safety_sections_are_left_out_and_code_is_kept() {
        assert_eq!(
            wrap("A.\n\n# Safety\nb\n\n# Example\n```c\nint  x;\n```", 40),
            ["A.", "", "Example:", "    int  x;"]
        );
    }

    #[test]
    fn indented_lines_after_a_blank_one_are_code() {
        assert_eq!(
            wrap("Text\n    goes on.\n\n    int  x;\n      y();", 40),
            ["Text goes on.", "", "    int  x;", "      y();"]
        );
    }

    #[test]
    fn a_comment_cannot_be_ended_from_inside() {
        assert_eq!(block("set 1:*/2 and /*", 0, 80), "/* set 1:* /2 and / * */\n");
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let text = "word ".repeat(200);
        assert!(block(&text, 2, 60).lines().all(|l| l.len() <= 60));
    }
}
