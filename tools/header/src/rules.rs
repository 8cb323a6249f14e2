//! What the header promises about its own shape (rule R3 of the design): checked on the C declarations, reported by name.

use crate::declare::Declarations;
use crate::source::{Kind, SourceFile};

const MAX_ARGUMENTS: usize = 8;

/// One line for each rule that an item breaks.
pub fn broken(files: &[SourceFile], decls: &Declarations) -> Vec<String> {
    let mut out = Vec::new();
    let all = || files.iter().flat_map(|f| &f.items);
    let enums: Vec<&str> = all()
        .filter(|i| matches!(i.kind, Kind::Enum { .. }))
        .map(|i| i.name.as_str())
        .collect();
    let structs: Vec<&str> = all()
        .filter(|i| matches!(i.kind, Kind::Struct { .. }))
        .map(|i| i.name.as_str())
        .collect();
    for file in files {
        for item in &file.items {
            let mut report = |what: &str| out.push(format!("{}: {}: {what}", file.path.display(), item.name));
            if item.comment.is_empty() {
                report("has no comment; the header is the manual");
            }
            let Kind::Function { arguments, variadic } = item.kind else {
                continue;
            };
            if file.section.is_none() {
                report("exports live in src/ffi");
            }
            if !item.name.starts_with("imap_") {
                report("exported names begin with imap_");
            }
            if arguments > MAX_ARGUMENTS {
                report("takes more than 8 arguments");
            }
            if variadic {
                report("takes varargs");
            }
            let Some(declaration) = decls.get(&item.name) else {
                report("could not be declared in C (an unknown type?)");
                continue;
            };
            let words: Vec<&str> = declaration
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '*'))
                .collect();
            if words.contains(&"bool") {
                report("uses bool; use int");
            }
            if words.iter().any(|w| enums.contains(w)) {
                report("uses an enum type; use int");
            }
            let by_value = |pair: &[&str]| structs.contains(&pair[0]) && !pair[1].starts_with('*');
            if words.windows(2).any(by_value) {
                report("passes a struct by value");
            }
        }
    }
    out
}
