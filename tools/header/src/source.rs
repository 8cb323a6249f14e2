//! Reads the crate's source. In: the `src` folder. Out: for each file that has something for the header, its items in
//! source order with their comments. Nothing is expanded or type-checked; C types are cbindgen's work (`declare`).

use std::fs;
use std::path::{Path, PathBuf};
use syn::{Attribute, Expr, Item, Lit, Meta};

pub enum Kind {
    /// An export: how many arguments it takes and whether the last ones are C varargs.
    Function {
        arguments: usize,
        variadic: bool,
    },
    Constant,
    /// `repr(C)`, with the comments of its fields or variants.
    Enum {
        variants: Vec<(String, String)>,
    },
    Struct {
        fields: Vec<(String, String)>,
    },
    /// A struct whose inside stays hidden: not `repr(C)`, or with private fields.
    Opaque,
    Alias,
}

pub struct SourceItem {
    pub name: String,
    pub comment: String,
    pub kind: Kind,
}

pub struct SourceFile {
    pub path: PathBuf,
    /// `options` for `src/ffi/options.rs` and for all below `src/ffi/options/`; none outside `src/ffi`.
    pub section: Option<String>,
    /// The first paragraph of the file's own comment.
    pub heading: String,
    pub items: Vec<SourceItem>,
    pub text: String,
}

/// All files below `src` that hold a `#[unsafe(no_mangle)]` function or a public C type or constant named `imap_…`.
pub fn read(src: &Path) -> Result<Vec<SourceFile>, String> {
    let mut paths = Vec::new();
    list(src, &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let parsed = syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let section = section_of(src, &path);
        let items: Vec<SourceItem> = parsed.items.iter().filter_map(|i| item(i, section.is_some())).collect();
        let heading = first_paragraph(&comment(&parsed.attrs));
        if !items.is_empty() || section.is_some() {
            files.push(SourceFile {
                path,
                section,
                heading,
                items,
                text,
            });
        }
    }
    Ok(files)
}

fn list(folder: &Path, out: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() && name != "tests" {
            list(&path, out)?;
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            out.push(path);
        }
    }
    Ok(())
}

fn section_of(src: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(src.join("ffi")).ok()?;
    let first = below.iter().next()?.to_str()?;
    let stem = first.strip_suffix(".rs").unwrap_or(first);
    (stem != "mod").then(|| stem.to_owned())
}

/// What the header takes from one item: exports everywhere, types named `imap_…`, and constants named `IMAP_…`.
/// A struct without `repr(C)` counts only inside `src/ffi`: elsewhere it is Rust's own.
fn item(item: &Item, in_ffi: bool) -> Option<SourceItem> {
    let (name, attrs, public, kind) = match item {
        Item::Fn(f) => {
            let is_export = f.attrs.iter().any(|a| {
                a.path().is_ident("no_mangle") || matches!(&a.meta, Meta::List(l) if l.path.is_ident("unsafe") && l.tokens.to_string().contains("no_mangle"))
            });
            if !is_export {
                return None;
            }
            let kind = Kind::Function {
                arguments: f.sig.inputs.len(),
                variadic: f.sig.variadic.is_some(),
            };
            return Some(SourceItem {
                name: f.sig.ident.to_string(),
                comment: comment(&f.attrs),
                kind,
            });
        }
        Item::Const(c) => (&c.ident, &c.attrs, &c.vis, Kind::Constant),
        Item::Type(t) => (&t.ident, &t.attrs, &t.vis, Kind::Alias),
        Item::Enum(e) if is_repr_c(&e.attrs) => {
            let variants = e
                .variants
                .iter()
                .map(|v| (v.ident.to_string(), comment(&v.attrs)))
                .collect();
            (&e.ident, &e.attrs, &e.vis, Kind::Enum { variants })
        }
        Item::Struct(s) if is_repr_c(&s.attrs) && is_open(s) => {
            let named = s
                .fields
                .iter()
                .filter_map(|f| Some((f.ident.as_ref()?, comment(&f.attrs))));
            let fields = named
                .map(|(ident, text)| {
                    (
                        ident
                            .to_string()
                            .trim_start_matches("r#")
                            .trim_end_matches('_')
                            .to_owned(),
                        text,
                    )
                })
                .collect();
            (&s.ident, &s.attrs, &s.vis, Kind::Struct { fields })
        }
        Item::Struct(s) if in_ffi => (&s.ident, &s.attrs, &s.vis, Kind::Opaque),
        _ => return None,
    };
    let name = name.to_string();
    let wanted = match kind {
        Kind::Constant => name.starts_with("IMAP_"),
        Kind::Opaque => name.starts_with("imap_"),
        _ => name.starts_with("imap_"),
    };
    (wanted && matches!(public, syn::Visibility::Public(_))).then(|| SourceItem {
        name,
        comment: comment(attrs),
        kind,
    })
}

/// All its fields are public: C may see inside. Others have their layout for reasons of their own.
fn is_open(item: &syn::ItemStruct) -> bool {
    item.fields.iter().all(|f| matches!(f.vis, syn::Visibility::Public(_)))
}

fn is_repr_c(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .any(|a| matches!(&a.meta, Meta::List(l) if l.path.is_ident("repr") && l.tokens.to_string().contains('C')))
}

/// The text of all `///` or `//!` lines, without the space that follows the slashes.
fn comment(attrs: &[Attribute]) -> String {
    let mut text = String::new();
    for attr in attrs {
        if let Meta::NameValue(pair) = &attr.meta {
            if let (true, Expr::Lit(literal)) = (pair.path.is_ident("doc"), &pair.value) {
                if let Lit::Str(line) = &literal.lit {
                    let line = line.value();
                    text.push_str(line.strip_prefix(' ').unwrap_or(&line).trim_end());
                    text.push('\n');
                }
            }
        }
    }
    text.trim_end().to_owned()
}

fn first_paragraph(text: &str) -> String {
    text.lines()
        .skip_while(|l| l.is_empty())
        .take_while(|l| !l.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_opaque(text: &str) -> bool {
        let parsed: Item = syn::parse_str(text).unwrap();
        matches!(item(&parsed, true).unwrap().kind, Kind::Opaque)
    }

    #[test]
    fn structs_with_private_fields_are_opaque_whatever_their_layout() {
        assert!(!is_opaque("#[repr(C)] pub struct imap_io { pub size: usize }"));
        assert!(is_opaque(
            "#[repr(C)] pub struct imap_conn { magic: u32, pub(super) busy: u8 }"
        ));
        assert!(is_opaque("pub struct imap_reply { pub octets: u8 }"));
    }
}
