//! Puts the header together. In: files with their items, the C declaration of each, the overview and the order of the
//! sections. Out: the text of `imap4.h`, and the version map of the same functions.

use crate::comment;
use crate::declare::Declarations;
use crate::source::{Kind, SourceFile, SourceItem};
use std::collections::BTreeSet;

const WIDTH: usize = 100;

pub struct Section {
    pub title: Option<String>,
    pub heading: String,
    /// Positions in the list of files.
    pub files: Vec<usize>,
}

/// Which file stands where. `order` is the text of `sections.txt`. Types of other rooms go to the first section whose
/// source names one of them.
pub fn sections(files: &[SourceFile], order: &str) -> Vec<Section> {
    let mut stems: BTreeSet<&str> = files.iter().filter_map(|f| f.section.as_deref()).collect();
    let mut sections: Vec<Section> = Vec::new();
    let mut title: Option<String> = None;
    let order: Vec<&str> = order
        .lines()
        .filter(|l| !l.starts_with('#') && !l.trim().is_empty())
        .collect();
    for line in order {
        let (pattern, words) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if !words.trim().is_empty() {
            title = Some(words.trim().to_owned());
        }
        let is_match = |stem: &&str| match pattern.strip_suffix('*') {
            Some(prefix) => stem.starts_with(prefix),
            None => *stem == pattern,
        };
        let found: Vec<&str> = stems.iter().copied().filter(|s| is_match(s)).collect();
        for stem in found {
            stems.remove(stem);
            push_section(&mut sections, files, stem, &mut title);
        }
    }
    for stem in stems {
        push_section(&mut sections, files, stem, &mut None);
    }
    for (at, file) in files.iter().enumerate().filter(|(_, f)| f.section.is_none()) {
        let names_it = |s: &&mut Section| {
            s.files
                .iter()
                .any(|i| file.items.iter().any(|item| has_word(&files[*i].text, &item.name)))
        };
        if let Some(section) = sections.iter_mut().find(names_it) {
            section.files.insert(0, at);
        }
    }
    sections
}

fn push_section(sections: &mut Vec<Section>, files: &[SourceFile], stem: &str, title: &mut Option<String>) {
    let own = files
        .iter()
        .enumerate()
        .filter(|(_, f)| f.section.as_deref() == Some(stem) && !f.items.is_empty());
    let own: Vec<usize> = own.map(|(at, _)| at).collect();
    if !own.is_empty() {
        let first = files.iter().find(|f| f.section.as_deref() == Some(stem));
        let heading = first.map(|f| f.heading.clone()).unwrap_or_default();
        sections.push(Section {
            title: title.take(),
            heading,
            files: own,
        });
    }
}

pub fn header(
    files: &[SourceFile],
    sections: &[Section],
    decls: &Declarations,
    overview: &str,
    version: &str,
) -> String {
    let mut out = comment::block(overview.trim(), 0, WIDTH);
    out.push_str(&opening(version));
    out.push_str(&types(files, sections, decls));
    for section in sections {
        // A file with handles only has said all it has among the types.
        if section
            .files
            .iter()
            .flat_map(|i| &files[*i].items)
            .all(|item| matches!(item.kind, Kind::Opaque))
        {
            continue;
        }
        if let Some(title) = &section.title {
            out.push_str(&format!(
                "\n\n/* ---- {title} {} */\n",
                "-".repeat(WIDTH - 12 - title.len())
            ));
        }
        if !section.heading.is_empty() {
            out.push_str(&format!("\n{}", comment::block(&section.heading, 0, WIDTH)));
        }
        let mut previous_was_constant = false;
        for item in section.files.iter().flat_map(|i| &files[*i].items) {
            let Some(declaration) = decls.get(&item.name) else {
                continue;
            };
            let Some(text) = declared(item, declaration) else {
                continue;
            };
            // Constants stand close together, everything else has a line of air.
            let is_constant = matches!(item.kind, Kind::Constant);
            if !(is_constant && previous_was_constant) {
                out.push('\n');
            }
            previous_was_constant = is_constant;
            out.push_str(&comment::block(&item.comment, 0, WIDTH));
            out.push_str(&text);
            out.push('\n');
        }
    }
    out.push_str("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    out
}

/// Guard, includes, version, attributes.
fn opening(version: &str) -> String {
    let numbers: Vec<u32> = version.split(['.', '-', '+']).map_while(|n| n.parse().ok()).collect();
    let number = numbers.iter().take(3).fold(0, |sum, n| sum * 100 + n);
    format!(
        "#ifndef IMAP4_H
#define IMAP4_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header; imap_version_number and imap_version_string tell the library's. The
 * number is major * 10000 + minor * 100 + patch. */
#define IMAP4_VERSION_STRING \"{version}\"
#define IMAP4_VERSION_NUMBER {number}

#if defined(__GNUC__) || defined(__clang__)
#define IMAP4_API __attribute__((visibility(\"default\")))
#define IMAP4_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define IMAP4_DEPRECATED __attribute__((deprecated))
#else
#define IMAP4_API
#define IMAP4_WARN_UNUSED_RESULT
#define IMAP4_DEPRECATED
#endif

#ifdef __cplusplus
extern \"C\" {{
#endif
"
    )
}

/// All struct names first, so that no section depends on another's place; opaque ones with their comments. A struct
/// that is not ours (OpenSSL's) is only named.
fn types(files: &[SourceFile], sections: &[Section], decls: &Declarations) -> String {
    let mut out = String::new();
    let mut value_structs = String::new();
    for item in sections.iter().flat_map(|s| &s.files).flat_map(|i| &files[*i].items) {
        match item.kind {
            Kind::Opaque if decls.contains_key(&item.name) && item.name.starts_with("imap_") => {
                let text = comment::block(&item.comment, 0, WIDTH);
                out.push_str(&format!("\n{text}typedef struct {0} {0};\n", item.name));
            }
            Kind::Struct { .. } if decls.contains_key(&item.name) => {
                value_structs.push_str(&format!("typedef struct {0} {0};\n", item.name));
            }
            _ => {}
        }
    }
    for name in handles_from_elsewhere(decls) {
        out.push_str(&format!("\ntypedef struct {name} {name};\n"));
    }
    if decls.values().any(|d| has_word(d, "ssl_ctx_st")) {
        out.push_str("\n/* OpenSSL's SSL_CTX. */\nstruct ssl_ctx_st;\n");
    }
    if !value_structs.is_empty() {
        out.push_str(&format!(
            "\n/* Structs that the caller sees inside of; each is described in its section. */\n{value_structs}"
        ));
    }
    out
}

/// Types that functions point to and that are a Rust type under another name.
fn handles_from_elsewhere(decls: &Declarations) -> BTreeSet<&str> {
    let words = decls
        .values()
        .flat_map(|d| d.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    words
        .filter(|w| w.starts_with("imap_") && !decls.contains_key(*w))
        .collect()
}

/// The item's declaration as it stands in the header, without its own comment. Opaque structs stand among the types.
fn declared(item: &SourceItem, declaration: &str) -> Option<String> {
    Some(match &item.kind {
        Kind::Function { .. } | Kind::Alias => fill(&tagged(declaration)),
        Kind::Constant => constant(declaration),
        Kind::Enum { variants } => {
            let body = members(&numbered(declaration), variants, |line| {
                line.split([' ', ',']).next().map(str::to_owned)
            });
            format!("typedef enum {} {{\n{}\n}} {0};", item.name, without_last_comma(&body))
        }
        Kind::Struct { fields } => format!(
            "struct {} {{\n{}}};",
            item.name,
            members(declaration, fields, field_name)
        ),
        Kind::Opaque => return None,
    })
}

/// `ssl_ctx_st *` becomes `struct ssl_ctx_st *`.
fn tagged(declaration: &str) -> String {
    declaration
        .replace("ssl_ctx_st *", "struct ssl_ctx_st *")
        .replace("struct struct ", "struct ")
}

/// Negative numbers get their parentheses.
fn constant(declaration: &str) -> String {
    match declaration.splitn(3, ' ').collect::<Vec<_>>().as_slice() {
        [define, name, value] if value.starts_with('-') => format!("{define} {name} ({value})"),
        _ => declaration.to_owned(),
    }
}

/// C89 and C++98 know no comma behind the last constant.
fn without_last_comma(body: &str) -> &str {
    body.trim_end_matches([',', '\n'])
}

/// Every variant with its number, as the numbers are part of the contract.
fn numbered(declaration: &str) -> String {
    let mut next: i64 = 0;
    let mut out = String::new();
    for line in declaration.lines() {
        let variant = line.strip_prefix("  ").and_then(|l| l.strip_suffix(','));
        match variant.map(|v| v.split_once(" = ").unwrap_or((v, ""))) {
            Some((name, "")) => out.push_str(&format!("  {name} = {next},\n")),
            Some((_, value)) => {
                next = value.parse().unwrap_or(next);
                out.push_str(&format!("{line}\n"));
            }
            None => {
                out.push_str(&format!("{line}\n"));
                continue;
            }
        }
        next += 1;
    }
    out
}

/// The lines between the braces, each member under its comment.
fn members(declaration: &str, comments: &[(String, String)], name_of: fn(&str) -> Option<String>) -> String {
    let inside = declaration.split_once('{').map_or("", |(_, rest)| rest);
    let inside = inside.rsplit_once('}').map_or(inside, |(body, _)| body);
    let mut lines: Vec<String> = Vec::new();
    for raw in inside.lines().map(str::trim).filter(|l| !l.is_empty()) {
        match lines.last_mut() {
            Some(last) if !last.ends_with([';', ',']) || is_open(last) => {
                last.push(' ');
                last.push_str(raw);
            }
            _ => lines.push(raw.to_owned()),
        }
    }
    let mut out = String::new();
    for line in lines {
        let found = name_of(&line).and_then(|n| comments.iter().find(|(name, _)| *name == n.trim_end_matches('_')));
        if let Some((_, text)) = found {
            out.push_str(&comment::block(text, 2, WIDTH));
        }
        out.push_str(&format!("  {line}\n"));
    }
    out
}

fn is_open(line: &str) -> bool {
    line.matches('(').count() > line.matches(')').count()
}

/// `int32_t flags;`, `char name[4];`, `void (*close)(void *user);`
fn field_name(line: &str) -> Option<String> {
    if let Some((_, pointer)) = line.split_once("(*") {
        return pointer.split_once(')').map(|(name, _)| name.to_owned());
    }
    let end = line.find('[').unwrap_or(line.len());
    line[..end]
        .trim_end_matches(';')
        .rsplit([' ', '*'])
        .next()
        .map(str::to_owned)
}

/// Breaks a function's line after commas.
fn fill(declaration: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for (at, part) in declaration.split(", ").enumerate() {
        let part = part.replace("void*", "void *").replace("char*", "char *");
        if at > 0 {
            line.push(',');
            if line.len() + 2 + part.len() > WIDTH {
                out.push_str(&line);
                out.push('\n');
                line = "   ".to_owned();
            }
            line.push(' ');
        }
        line.push_str(&part);
    }
    out + &line
}

fn has_word(text: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_name) && !text[at + word.len()..].starts_with(is_name))
}

/// The linker's version map: what is not named here is not exported.
pub fn version_map(files: &[SourceFile]) -> String {
    let functions = files
        .iter()
        .flat_map(|f| &f.items)
        .filter(|i| matches!(i.kind, Kind::Function { .. }));
    let names: BTreeSet<&str> = functions.map(|i| i.name.as_str()).collect();
    let mut out = String::from("# Written by tools/header/run from the exports of src/ffi.\nLIBIMAP4_0 {\n");
    for (at, name) in names.iter().enumerate() {
        let scope = if at == 0 { "  global:\n" } else { "" };
        out.push_str(&format!("{scope}    {name};\n"));
    }
    out + "  local:\n    *;\n};\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(section: Option<&str>, text: &str, names: &[&str]) -> SourceFile {
        let item = |name: &&str| SourceItem {
            name: (*name).to_owned(),
            comment: String::new(),
            kind: Kind::Alias,
        };
        SourceFile {
            path: "x.rs".into(),
            section: section.map(str::to_owned),
            heading: String::new(),
            items: names.iter().map(item).collect(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn sections_come_in_the_listed_order_and_types_where_they_are_first_named() {
        let files = [
            file(None, "", &["imap_rc"]),
            file(Some("zoo"), "", &["a"]),
            file(Some("cmd_b"), "imap_rc", &["b"]),
            file(Some("version"), "imap_rcs", &["c"]),
        ];
        let found = sections(&files, "# order\nversion Versions\ncmd_* Commands\n");
        let shape: Vec<(Option<&str>, &[usize])> =
            found.iter().map(|s| (s.title.as_deref(), s.files.as_slice())).collect();
        assert_eq!(
            shape,
            [(Some("Versions"), &[3][..]), (Some("Commands"), &[0, 2]), (None, &[1])]
        );
    }

    #[test]
    fn long_functions_break_after_a_comma() {
        let long = format!("IMAP4_API int imap_f({});", ["const char *name"; 8].join(", "));
        let text = fill(&long);
        assert!(
            text.lines().count() == 2 && text.lines().all(|l| l.len() <= WIDTH),
            "{text}"
        );
    }

    #[test]
    fn enum_constants_without_a_number_count_on() {
        let text = numbered("typedef enum {\n  A = 3,\n  B,\n  C = -2,\n  D,\n} imap_e;");
        assert_eq!(
            text,
            "typedef enum {\n  A = 3,\n  B = 4,\n  C = -2,\n  D = -1,\n} imap_e;\n"
        );
    }

    #[test]
    fn the_last_constant_has_no_comma() {
        assert_eq!(without_last_comma("  A = 3,\n  B = 4,\n"), "  A = 3,\n  B = 4");
    }

    #[test]
    fn negative_constants_are_in_parentheses() {
        assert_eq!(constant("#define IMAP_NONE -1"), "#define IMAP_NONE (-1)");
        assert_eq!(constant("#define IMAP_SOME 1"), "#define IMAP_SOME 1");
    }
}
