//! Compiles what plays sequences of C calls for the target `calls`: C on purpose, so that imap4.h is what is tested.

fn main() {
    let folder = "../tests/capi/support";
    let files = [
        "actor",
        "actor_lines",
        "calls",
        "calls_look",
        "calls_one",
        "calls_session",
        "overheard",
        "stage",
    ];
    let mut build = cc::Build::new();
    build
        .include("../include")
        .include(folder)
        .std("gnu99")
        .opt_level(1)
        .debug(true);
    for file in files {
        let path = format!("{folder}/{file}.c");
        println!("cargo:rerun-if-changed={path}");
        build.file(path);
    }
    for header in ["actor.h", "calls.h", "overheard.h", "stage.h"] {
        println!("cargo:rerun-if-changed={folder}/{header}");
    }
    build.compile("calls");
}
