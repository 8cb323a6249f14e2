"""The checks of docs.sh. Each function named check_… is one test; what it yields is what is wrong."""

import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ["IMAP4_BUILD_DIR"]
MAN = "docs/man/libimap4.3"
DOCUMENTS = ["README.md", "CHANGELOG.md", "bindings/lua/README.md", "bindings/ruby/README.md"] + sorted(glob.glob("docs/*.md")) + ["tests/servers/README.md"]
FOLDERS = ("src/", "tests/", "tools/", "docs/", "examples/", "include/", "packaging/", "benches/", "fuzz/", "bindings/")


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


HEADER = text_of("include/imap4.h")
HEADER_WORDS = set(re.findall(r"\w+", HEADER))


def enum(name):
    body = re.search(r"typedef enum %s \{\n(.*?)\n\} " % name, HEADER, re.S).group(1)
    return re.findall(r"^  (IMAP_\w+) = ", body, re.M)


def run(command, **more):
    """Exit status, and all that was printed."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **more
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def compiled(folder, name, source):
    """Compiles and links a C program as strictly as can be: its path, or what the compiler said."""
    path = os.path.join(folder, name)
    with open(path + ".c", "w", encoding="utf-8") as file:
        file.write(source)
    strict = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Iinclude"]
    link = ["-L" + BUILD, "-limap4", "-Wl,-rpath," + BUILD]
    status, said = run([os.environ.get("CC", "cc"), *strict, "-o", path, path + ".c", *link])
    return (path, "") if status == 0 else (None, said)


@contextlib.contextmanager
def filled_server(folder):
    """A private Dovecot with mail: its settings. What goes wrong with it fails the check."""

    def must(*words):
        status, said = run(["tests/servers/dovecot", *words])
        if status != 0:
            raise RuntimeError(said)

    place = tempfile.mkdtemp(dir=folder)
    os.chmod(place, 0o755)  # as root the server runs as nobody
    try:
        must("start", place, "--simple")
        must("fill", place)
        yield dict(re.findall(r"^(\w+)='?([^'\n]*)'?$", text_of(place + "/env"), re.M))
    finally:
        must("stop", place)


def readme_program():
    return re.search(r"^```c\n(.*?)^```$", text_of("README.md"), re.S | re.M).group(1)


def check_the_program_in_the_readme_lists_the_mailboxes_of_a_server(folder):
    program, said = compiled(folder, "readme", readme_program())
    if program is None:
        yield said
        return
    with filled_server(folder) as server:
        arguments = [program, server["IMAP_HOST"], server["IMAPS_PORT"], server["IMAP_USER"]]
        secret = {**os.environ, "IMAP_PASSWORD": server["IMAP_PASSWORD"]}
        status, said = run(arguments, env={**secret, "SSL_CERT_FILE": server["CA_FILE"]})
        if status != 0 or not re.search(r'^\(.*\) "/" INBOX$', said, re.M):
            yield "exit status %d: %s" % (status, said)
        status, said = run(arguments, env=secret)
        if status != 1 or "certificate verify failed" not in said:
            yield "without the authority, exit status %d: %s" % (status, said)


def readme_scripts():
    """The programs in Lua and Ruby: (name, command, environment)."""
    library = {"IMAP4_LIBRARY": os.path.join(BUILD, "libimap4.so.0")}
    here = os.getcwd()
    yield "lua", ["luajit"], {**library, "LUA_PATH": here + "/bindings/lua/?.lua;;"}
    modules = {**library, "LUA_PATH": here + "/bindings/lua/?.lua;;", "LUA_CPATH": os.path.join(BUILD, "lua/5.4/?.so;;")}
    yield "lua", ["lua5.4"], modules
    yield "ruby", ["ruby", "-I" + here + "/bindings/ruby/lib"], library


def check_the_programs_in_lua_and_ruby_in_the_readme_show_the_mail_of_a_server(folder):
    with filled_server(folder) as server:
        for language, command, environment in readme_scripts():
            piece = re.search(r"^```%s\n(.*?)^```$" % language, text_of("README.md"), re.S | re.M).group(1)
            path = os.path.join(folder, "readme." + language)
            with open(path, "w", encoding="utf-8") as file:
                file.write(piece)
            words = [*command, path, server["IMAP_HOST"], server["IMAPS_PORT"], server["IMAP_USER"]]
            secret = {"IMAP_PASSWORD": server["IMAP_PASSWORD"], "SSL_CERT_FILE": server["CA_FILE"]}
            status, said = run(words, env={**os.environ, **environment, **secret})
            if status != 0 or "12 messages" not in said or not re.search(r"^OK\t1 2 3 ", said, re.M):
                yield "%s, exit status %d: %s" % (command[0], status, said)
            status, said = run([*words[:-1], "bob"], env={**os.environ, **environment, **secret})  # who has no mail
            if status != 0 or "0 messages" not in said:
                yield "%s, of an empty mailbox, exit status %d: %s" % (command[0], status, said)


def check_the_other_pieces_of_c_in_the_readme_compile(folder):
    pieces = re.findall(r"^```c\n(.*?)^```$", text_of("README.md"), re.S | re.M)[1:]
    if not pieces:
        yield "there are none"
    for piece in pieces:
        program, said = compiled(folder, "piece", "#include <imap4.h>\n#include <stdio.h>\n%sint main(void) { return 0; }\n" % piece)
        if program is None:
            yield said


def check_the_program_in_the_manual_page_compiles(folder):
    source = re.search(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", text_of(MAN), re.S | re.M).group(1)
    program, said = compiled(folder, "manual", source.replace("\\e", "\\"))
    if program is None:
        yield said


def backticked(document):
    plain = re.sub(r"^```.*?^```$", "", text_of(document), flags=re.S | re.M)
    return re.findall(r"`([^`\n]+)`", plain)


def check_every_path_that_is_named_exists(_):
    for document in DOCUMENTS:
        for word in backticked(document):
            path = re.sub(r"^\./", "", word.split()[0])
            is_path = path.startswith(FOLDERS) or re.fullmatch(r"[A-Z][A-Za-z-]*(\.md|\.toml|\.lock|\.txt)|LICENSE-\w+", path)
            if is_path and not glob.glob(path):
                yield "%s: %s does not exist" % (document, path)


def check_every_function_of_the_source_stands_where_design_md_says(_):
    design = text_of("docs/design.md")
    named = [(n, path) for n, path in re.findall(r"`(\w+)`(?: and `\w+`)? in `(src/[^`]+)`", design)]
    named += [(n, path) for n, path in re.findall(r"` and `(\w+)` in `(src/[^`]+)`", design)]
    for path, names in re.findall(r"`(src/[^`]+)` \(((?:`\w+`(?:, )?)+)\)", design):
        named += [(name, path) for name in re.findall(r"\w+", names)]
    if len(named) < 8:
        yield "only %d functions are named" % len(named)
    for name, path in named:
        if not re.search(r"\bfn %s\b" % name, text_of(path)):
            yield "%s has no function %s" % (path, name)


def check_every_link_resolves(_):
    def anchors(path):
        titles = re.findall(r"^#+ (.*)$", text_of(path), re.M)
        return {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}

    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
            if re.match(r"https?:", target):
                continue
            path, _, anchor = target.partition("#")
            path = os.path.join(os.path.dirname(document), path) if path else document
            if not os.path.exists(path):
                yield "%s: %s does not exist" % (document, target)
            elif anchor and anchor not in anchors(path):
                yield "%s: %s has no such heading" % (document, target)


def check_every_transcript_named_in_servers_md_exists(_):
    named = re.findall(r"\| `([a-z]+/\w+)` \|$", text_of("docs/servers.md"), re.M)
    if len(named) < 30:
        yield "only %d transcripts are named" % len(named)
    for name in named:
        if not os.path.exists("tests/transcripts/%s.txt" % name):
            yield "tests/transcripts/%s.txt does not exist" % name


def check_every_function_and_constant_that_is_named_is_in_the_header(_):
    for document in DOCUMENTS + [MAN]:
        if document.startswith("tests/"):
            continue
        for word in sorted(set(re.findall(r"\b(?:imap_[a-z]\w*|IMAP_[A-Z]\w*)\b", text_of(document)))):
            # IMAP_PASSWORD is a variable of the examples; IMAP_OPT_ is how option names begin.
            if word not in HEADER_WORDS and word not in ("IMAP_PASSWORD", "IMAP_OPT_"):
                yield "%s: %s is not in the header" % (document, word)


def options_of_the_library(folder):
    """For each option its default as text (None where it has none), and whether it can change while open."""
    names = enum("imap_opt")
    rows = "\n".join('    show("%s", %s);' % (n, n) for n in names)
    source = """#include <imap4.h>
#include <stdio.h>
static imap_options *options;
static imap_conn *conn;
static void show(const char *name, int option) {
    int64_t number;
    const char *text;
    if (imap_options_get_int(options, option, &number) == IMAP_OK)
        printf("%%s %%lld %%d\\n", name, (long long)number, imap_set_int(conn, option, number) == IMAP_OK);
    else if (imap_options_get_str(options, option, &text) == IMAP_OK)
        printf("%%s %%s %%d\\n", name, text == NULL ? "unset" : text, imap_set_str(conn, option, NULL) == IMAP_OK);
    else
        printf("%%s none 0\\n", name);
}
int main(void) {
    /* A port that cannot be: the open fails before anything is sent, and still gives a connection. */
    if (imap_options_new(&options) != IMAP_OK || imap_open("localhost", 70000, 0, NULL, &conn) != IMAP_ERR_ARGUMENT)
        return 1;
%s
    imap_free(conn);
    imap_options_free(options);
    return 0;
}
""" % rows
    program, said = compiled(folder, "options", source)
    if program is None:
        raise RuntimeError(said)
    status, said = run([program])
    if status != 0:
        raise RuntimeError("exit status %d: %s" % (status, said))
    return {name: (default, live == "1") for name, default, live in (line.split() for line in said.splitlines())}


def check_the_options_in_the_manual_page_are_those_of_the_library(folder):
    found = options_of_the_library(folder)
    rows = re.findall(r"^\.It Li (\w+)( \*)? Ta (\w+) Ta ", text_of(MAN), re.M)
    named = {"IMAP_OPT_" + name: (default, bool(live)) for name, live, default in rows}
    for name in sorted(found.keys() | named.keys()):
        if found.get(name) != named.get(name):
            yield "%s: the library has %s, the page %s" % (name, found.get(name), named.get(name))


def check_defaults_named_in_the_header_are_those_of_the_library(folder):
    found = options_of_the_library(folder)
    body = re.search(r"typedef enum imap_opt \{\n(.*?)\n\} ", HEADER, re.S).group(1)
    for comment, name in re.findall(r"/\*(.*?)\*/\s*(IMAP_OPT_\w+) = ", body, re.S):
        comment = re.sub(r"\s*\n\s*\*\s*", " ", comment)
        default, live = found[name]
        said = re.search(r"Default (\d+)|(\d+) for no limit, the default", comment)
        number = said and (said.group(1) or said.group(2))
        if default.isdigit() and number != default:
            yield "%s: the library has %s, the comment %s" % (name, default, number)
        if live != ("Live." in comment):
            yield "%s: the library says live: %s" % (name, live)


def check_the_return_codes_in_the_manual_page_are_those_of_the_header(_):
    page = text_of(MAN)
    listed = re.findall(r"^\.It Dv (.*)$", page, re.M)
    named = [word for line in listed for word in re.findall(r"IMAP_\w+", line)] + ["IMAP_OK"]
    for code in enum("imap_rc"):
        if named.count(code) != 1:
            yield "%s is listed %d times" % (code, named.count(code))
    for code in set(named) - set(enum("imap_rc")):
        yield "%s is no return code" % code


def check_the_limits_in_security_md_are_those_in_force(folder):
    found = options_of_the_library(folder)
    source = text_of("src/proto/limits.rs")
    rows = re.findall(r"^\| (.*`(\w+)`.*) \| (\d+) \|$", text_of("docs/security.md"), re.M)
    if len(rows) < 17:
        yield "only %d limits are named" % len(rows)
    for _, name, figure in rows:
        if name.startswith("IMAP_OPT_"):
            default = found.get(name, ("none", False))[0]
        else:
            match = re.search(r"\b%s(?:: \w+ =|:) ([0-9_ *<]+)[;,]" % name, source)
            default = str(eval(match.group(1), {})) if match else "none"
        if default != figure:
            yield "%s: in force is %s, the table has %s" % (name, default, figure)


def check_the_versions_named_in_the_readme_are_those_asked_for(_):
    readme = text_of("README.md")
    rust = re.search(r'^rust-version = "(.*)"', text_of("Cargo.toml"), re.M).group(1)
    cmake = re.search(r"cmake_minimum_required\(VERSION (.*)\)", text_of("CMakeLists.txt")).group(1)
    for wanted in ("Rust %s or newer" % rust, "CMake %s or newer" % cmake):
        if wanted not in readme:
            yield "README.md does not say: %s" % wanted


def check_the_manual_page_is_well_formed(_):
    tools = [["mandoc", "-Tlint", MAN], ["man", "--warnings", "-l", MAN]]
    tool = next((t for t in tools if shutil.which(t[0])), None)
    if tool is None:
        yield "neither mandoc nor man is here to check it"
        return
    if tool[0] == "man":
        _, said = run(["sh", "-c", "LC_ALL=C.UTF-8 man --warnings -l %s 2>&1 >/dev/null" % MAN])
    else:
        _, said = run(tool)
    for line in said.splitlines():
        # Other manuals need not be installed here.
        if "outdated mandoc.db" not in line and "referenced manual not found" not in line:
            yield line


def main():
    passed = failed = 0
    for name, check in list(globals().items()):
        if not name.startswith("check_"):
            continue
        folder = tempfile.mkdtemp(prefix="imap4-docs-")
        os.chmod(folder, 0o755)  # as root the server runs as nobody
        try:
            wrong = list(check(folder))
        except Exception as error:  # a document without the thing to be checked
            wrong = ["%s: %s" % (type(error).__name__, error)]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        title = name[len("check_"):].replace("_", " ")
        print("%s %s" % ("FAILED  " if wrong else "ok      ", title), flush=True)
        for line in wrong:
            print("    " + line.strip().replace("\n", "\n    "), flush=True)
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print("docs: %d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
