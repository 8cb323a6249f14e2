//! The C declaration of each item, as cbindgen prints it. In: the files. Out: a map from name to declaration, without
//! comments, functions on one line.

use crate::source::{Kind, SourceFile};
use cbindgen::{Builder, Config, Language, SortKey, Style};
use std::collections::BTreeMap;

pub type Declarations = BTreeMap<String, String>;

pub fn declarations(files: &[SourceFile]) -> Result<Declarations, String> {
    let mut config = Config {
        language: Language::C,
        documentation: false,
        no_includes: true,
        ..Config::default()
    };
    config.usize_is_size_t = true;
    config.style = Style::Type;
    config.sort_by = SortKey::None;
    config.function.sort_by = Some(SortKey::None);
    config.function.prefix = Some("IMAP4_API".to_owned());
    config.function.must_use = Some("IMAP4_WARN_UNUSED_RESULT".to_owned());
    config.function.deprecated = Some("IMAP4_DEPRECATED".to_owned());
    config.function.deprecated_with_note = Some("IMAP4_DEPRECATED".to_owned());
    // Enums stand in no signature (all are passed as int), so they have to be asked for.
    let items = files.iter().flat_map(|f| &f.items);
    let types = items.filter(|i| {
        matches!(
            i.kind,
            Kind::Enum { .. } | Kind::Struct { .. } | Kind::Opaque | Kind::Alias
        )
    });
    config.export.include = types.map(|i| i.name.clone()).collect();
    let mut builder = Builder::new().with_config(config);
    for file in files {
        builder = builder.with_src(&file.path);
    }
    let bindings = builder.generate().map_err(|e| format!("cbindgen: {e}"))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).map_err(|e| format!("cbindgen: {e}"))?;
    Ok(split(&text))
}

fn split(text: &str) -> Declarations {
    let mut out = Declarations::new();
    for block in text.split("\n\n").map(str::trim).filter(|b| !b.is_empty()) {
        if let Some(name) = name_of(block) {
            let block = &keywords_restored(block);
            let is_body = block.contains('{');
            let block = if is_body {
                block.to_owned()
            } else {
                block.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            out.insert(name, block);
        }
    }
    out
}

/// `type_`, as Rust has to write what is no keyword of C or C++, becomes `type`.
fn keywords_restored(block: &str) -> String {
    const RUST_ONLY: [&str; 6] = ["type", "ref", "match", "in", "use", "move"];
    let mut out = block.to_owned();
    for word in RUST_ONLY {
        for end in [";", ",", ")", "["] {
            for begin in [" ", "*"] {
                out = out.replace(&format!("{begin}{word}_{end}"), &format!("{begin}{word}{end}"));
            }
        }
    }
    out
}

/// The declared name: of `#define NAME …`, `typedef … NAME;`, `typedef … (*NAME)(…);` or `… NAME(…);`.
fn name_of(block: &str) -> Option<String> {
    if let Some(rest) = block.strip_prefix("#define ") {
        return rest.split_whitespace().next().map(str::to_owned);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = if let Some((_, pointer)) = block
        .strip_prefix("typedef ")
        .filter(|b| !b.contains('{'))
        .and_then(|b| b.split_once("(*"))
    {
        return pointer.split_once(')').map(|(name, _)| name.to_owned());
    } else if block.starts_with("typedef ") {
        block.trim_end_matches(';')
    } else {
        block.split_once('(')?.0
    };
    before.rsplit(|c| !is_name(c)).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_rust_forbids_lose_their_underscore() {
        assert_eq!(
            keywords_restored("int32_t type_; f(int in_, char *ref_)"),
            "int32_t type; f(int in, char *ref)"
        );
    }

    #[test]
    fn every_shape_of_declaration_is_found_by_its_name() {
        let text = "#define IMAP_X 1\n\ntypedef enum {\n  A = 0,\n} imap_e;\n\ntypedef struct imap_o imap_o;\n\n\
                    typedef int (*imap_fn)(void*, const char*);\n\nIMAP4_API\nint imap_f(int a,\n           void (*g)(int));\n";
        let found = split(text);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["IMAP_X", "imap_e", "imap_f", "imap_fn", "imap_o"]
        );
        assert_eq!(found["imap_f"], "IMAP4_API int imap_f(int a, void (*g)(int));");
    }
}
