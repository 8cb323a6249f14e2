//! Writes `include/imap4.h` and `packaging/libimap4.map` from the exports in `src/ffi`. With `--check` writes nothing:
//! prints how the checked-in files differ and which rules the interface breaks, and exits with 1 if there is any.

mod comment;
mod compose;
mod declare;
mod rules;
mod source;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_check = match arguments.as_slice() {
        [] => false,
        [one] if one == "--check" => true,
        _ => {
            eprintln!("usage: header [--check]");
            return ExitCode::from(2);
        }
    };
    match run(is_check) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("header: {message}");
            ExitCode::from(2)
        }
    }
}

/// The crate's folder: two above this program's own, which cargo names; else the current one.
fn crate_folder() -> PathBuf {
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(own) => Path::new(&own).join("../.."),
        None => PathBuf::from("."),
    }
}

fn run(is_check: bool) -> Result<bool, String> {
    std::env::set_current_dir(crate_folder()).map_err(|e| format!("the crate's folder: {e}"))?;
    let files = source::read(Path::new("src"))?;
    let decls = declare::declarations(&files)?;
    let sections = compose::sections(&files, &read("tools/header/sections.txt")?);
    let version = version(&read("Cargo.toml")?)?;
    let header = compose::header(&files, &sections, &decls, &read("tools/header/overview.txt")?, &version);
    let outputs = [
        ("include/imap4.h", header),
        ("packaging/libimap4.map", compose::version_map(&files)),
    ];
    let broken = rules::broken(&files, &decls);
    for line in &broken {
        println!("{line}");
    }
    let mut is_same = true;
    for (path, text) in outputs {
        let present = fs::read_to_string(path).unwrap_or_default();
        if is_check && present != text {
            is_same = false;
            show_difference(path, &text)?;
        } else if present != text {
            fs::write(path, text).map_err(|e| format!("{path}: {e}"))?;
            println!("written: {path}");
        }
    }
    if !is_same {
        println!("run tools/header/run to bring these files up to date");
    }
    Ok(!is_check || (is_same && broken.is_empty()))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))
}

/// The first `version = "…"` of Cargo.toml, which is the package's.
fn version(manifest: &str) -> Result<String, String> {
    let line = manifest.lines().find_map(|l| l.strip_prefix("version = \""));
    line.and_then(|l| l.split('"').next())
        .map(str::to_owned)
        .ok_or_else(|| "Cargo.toml: no version".to_owned())
}

fn show_difference(path: &str, text: &str) -> Result<(), String> {
    let mut diff = Command::new("diff")
        .args(["-uN", path, "-"])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|e| format!("diff: {e}"))?;
    if let Some(mut input) = diff.stdin.take() {
        input.write_all(text.as_bytes()).map_err(|e| format!("diff: {e}"))?;
    }
    diff.wait().map_err(|e| format!("diff: {e}"))?;
    Ok(())
}
