#!/bin/sh
# docs/imaplib.md has a row for each entry of imaplib's reference and for each later method; the C names in it stand in
# the header, the programs it names exist, each uses a function of its row, and each function is used by a program; what
# it names in Lua and Ruby is used by an example in that language. Ends with "imaplib_table: N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
exec python3 - <<'PYTHON'
import pathlib
import re
import sys

# All entries of the reference (Python 3.5, section 21.15), in its order; then later methods, and what it does not name.
ROWS = """
class imaplib.IMAP4(host='', port=IMAP4_PORT)
exception IMAP4.error
exception IMAP4.abort
exception IMAP4.readonly
class imaplib.IMAP4_SSL(host='', port=IMAP4_SSL_PORT, keyfile=None, certfile=None, ssl_context=None)
class imaplib.IMAP4_stream(command)
imaplib.Internaldate2tuple(datestr)
imaplib.Int2AP(num)
imaplib.ParseFlags(flagstr)
imaplib.Time2Internaldate(date_time)
IMAP4.append(mailbox, flags, date_time, message)
IMAP4.authenticate(mechanism, authobject)
IMAP4.check()
IMAP4.close()
IMAP4.copy(message_set, new_mailbox)
IMAP4.create(mailbox)
IMAP4.delete(mailbox)
IMAP4.deleteacl(mailbox, who)
IMAP4.enable(capability)
IMAP4.expunge()
IMAP4.fetch(message_set, message_parts)
IMAP4.getacl(mailbox)
IMAP4.getannotation(mailbox, entry, attribute)
IMAP4.getquota(root)
IMAP4.getquotaroot(mailbox)
IMAP4.list([directory[, pattern]])
IMAP4.login(user, password)
IMAP4.login_cram_md5(user, password)
IMAP4.logout()
IMAP4.lsub(directory='""', pattern='*')
IMAP4.myrights(mailbox)
IMAP4.namespace()
IMAP4.noop()
IMAP4.open(host, port)
IMAP4.partial(message_num, message_part, start, length)
IMAP4.proxyauth(user)
IMAP4.read(size)
IMAP4.readline()
IMAP4.recent()
IMAP4.rename(oldmailbox, newmailbox)
IMAP4.response(code)
IMAP4.search(charset, criterion[, ...])
IMAP4.select(mailbox='INBOX', readonly=False)
IMAP4.send(data)
IMAP4.setacl(mailbox, who, what)
IMAP4.setannotation(mailbox, entry, attribute[, ...])
IMAP4.setquota(root, limits)
IMAP4.shutdown()
IMAP4.socket()
IMAP4.sort(sort_criteria, charset, search_criterion[, ...])
IMAP4.starttls(ssl_context=None)
IMAP4.status(mailbox, names)
IMAP4.store(message_set, command, flag_list)
IMAP4.subscribe(mailbox)
IMAP4.thread(threading_algorithm, charset, search_criterion[, ...])
IMAP4.uid(command, arg[, ...])
IMAP4.unsubscribe(mailbox)
IMAP4.xatom(name[, ...])
IMAP4.PROTOCOL_VERSION
IMAP4.debug
IMAP4.utf8_enabled
with IMAP4(host) as M
IMAP4(timeout=None)
IMAP4.append(translate_line_endings=False)
IMAP4.capabilities
IMAP4.capability()
IMAP4.fetch(uid=True)
IMAP4.id(fields)
IMAP4.idle(duration)
IMAP4.is_readonly
IMAP4.literal
IMAP4.login_plain(user, password)
IMAP4.move(message_set, new_mailbox)
IMAP4.print_log()
IMAP4.state
IMAP4.unselect()
IMAP4.untagged_responses
IMAP4.welcome
""".split("\n")[1:-1]

failures = []
passed = 0


def check(name, problems):
    global passed
    if problems:
        failures.append(name)
        print(f"FAILED   {name}")
        for problem in problems:
            print(f"    {problem}")
    else:
        passed += 1
        print(f"ok       {name}")


def source(path):
    """A program's text, and that of support.h beside it if it is included."""
    text = path.read_text()
    support = path.parent / "support.h"
    return text + (support.read_text() if '"support.h"' in text and support.exists() else "")


def names_of(cell):
    """The last name in each piece of code: append in `c:append(mailbox, …)`, ReadOnly in `IMAP4::ReadOnly`; of
    `imap4.is(err, "abort")` the class, and the options in braces or behind a comma."""
    names = []
    for code in re.findall(r"`([^`]+)`", cell):
        names += re.findall(r'is\(err, "(\w+)"', code) or [re.split(r"[:.]", re.split(r"[({ ]", code)[0])[-1]]
        names += re.findall(r"(\w+)(?: = |: )", code.split("(", 1)[-1].split("{", 1)[-1])
    return names


def shown(language, name):
    files = pathlib.Path("examples", language).glob("**/*")
    return any(re.search(rf"\b{re.escape(name)}\b", path.read_text()) for path in files if path.is_file())


text = pathlib.Path("docs/imaplib.md").read_text()
header = pathlib.Path("include/imap4.h").read_text()
rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")]
wrong = [f"{len(row)} cells, not 6: {row[0]}" for row in rows if len(row) != 6]
names = [row[0].strip("`") for row in rows]
check("every row has six cells", wrong)
wrong = [f"missing: {name}" for name in ROWS if name not in names]
wrong += [f"not in this test's list: {name}" for name in names if name not in ROWS]
wrong += [] if names == ROWS else ["the order is another, or a row is there twice"]
check("all entries of the reference and the later methods, in order, once", wrong)

named = sorted(set(re.findall(r"\b(?:imap|IMAP)_\w+", text)))
unknown = [name for name in named if not re.search(rf"\b{name}\b", header)]
check("every C name stands in the header", [f"not in include/imap4.h: {name}" for name in unknown])

for row in rows:
    if len(row) != 6:
        continue
    problems = []
    functions = re.findall(r"`(imap_\w+)`", row[1])
    programs = re.findall(r"`([^`]+)`", row[5])
    if not functions or not programs:
        problems.append("names no C function" if not functions else "names no program")
    texts = {}
    for program in programs:
        if pathlib.Path(program).is_file():
            texts[program] = source(pathlib.Path(program))
        else:
            problems.append(f"no such file: {program}")
    used_by = {path: {name for name in functions if re.search(rf"\b{name}\(", text)} for path, text in texts.items()}
    problems += [f"{path} uses none of these functions" for path, used in used_by.items() if not used]
    idle = set(functions).difference(*used_by.values())
    problems += [f"{name} is used by none of these programs" for name in sorted(idle)]
    for language, cell in (("lua", row[2]), ("ruby", row[3])):
        problems += [f"no example in {language} uses {name}" for name in names_of(cell) if not shown(language, name)]
        problems += [] if names_of(cell) else [f"names nothing in {language}"]
    if not row[4]:
        problems.append("does not say what differs, or that nothing does")
    check(row[0].strip("`"), problems)

print(f"imaplib_table: {passed} passed, {len(failures)} failed")
sys.exit(1 if failures else 0)
PYTHON
