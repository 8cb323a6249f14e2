"""Python's imaplib and libimap4 side by side: the same calls, in the same order, on two fresh accounts of one Dovecot; what
each hands out is compared. Started by parity.sh, which sets IMAP_PORT and the accounts.

  parity.py LIBRARY

A call that is meant to differ stands in the list with its reason, and has to differ: a difference that is gone is reported
as well, unless Python is newer than 3.12, whose imaplib has begun to do the same. Ends with "parity: N passed, M failed".
"""

import ctypes
import imaplib
import os
import re
import sys
import time

NONE, ERROR, ABORT, READONLY, ARGUMENT = 0, 1, 2, 3, 7
RAISED = {ERROR: "error", ABORT: "abort", READONLY: "readonly", ARGUMENT: "argument"}
STATUS = {0: "", 1: "OK", 2: "NO", 3: "BAD", 4: "BYE", 5: "PREAUTH"}
UID, EXAMINE = 1, 2
Handle, Text, Size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
Challenge = ctypes.CFUNCTYPE(ctypes.c_int, Handle, Handle, Size, Handle)


class Raised(Exception):
    """A return code that imaplib raises an exception for."""


def octets(text):
    return text.encode() if isinstance(text, str) else text


class Ours:
    """libimap4 with imaplib's names and shapes, through the C interface."""

    def __init__(self, path, port):
        self.lib = ctypes.CDLL(path)
        self.lib.imap_response_item_count.restype = Size
        self.lib.imap_state_name.restype = Text
        self.lib.imap_last_message.restype = Text
        self.lib.imap_protocol_version.restype = Text
        self.conn = Handle()
        rc = self.lib.imap_open(b"127.0.0.1", port, 2, None, ctypes.byref(self.conn))
        if rc:
            raise SystemExit(f"parity: cannot open: {self.lib.imap_last_message(self.conn)}")

    def items(self, response, name=None):
        found = []
        for i in range(self.lib.imap_response_item_count(response, name)):
            text, literal = Handle(), Handle()
            text_len, literal_len = Size(), Size()
            self.lib.imap_response_item(
                response, name, Size(i), ctypes.byref(text), ctypes.byref(text_len), ctypes.byref(literal), ctypes.byref(literal_len)
            )
            head = ctypes.string_at(text.value, text_len.value)
            found.append((head, ctypes.string_at(literal.value, literal_len.value)) if literal.value else head)
        return found or [None]

    def call(self, name, *args, names=(None,)):
        response = Handle()
        passed = [Size(a) if isinstance(a, SizeOf) else octets(a) for a in args]
        rc = getattr(self.lib, "imap_" + name)(self.conn, *passed, ctypes.byref(response))
        kind = self.lib.imap_error_class(rc)
        try:
            if kind != NONE:
                raise Raised(RAISED.get(kind, str(kind)))
            status = STATUS[self.lib.imap_response_status(response)]
            lists = [self.items(response, name) for name in (names if status == "OK" else (None,))]
            return status, lists[0] if len(lists) == 1 else lists
        finally:
            self.lib.imap_response_free(response)

    # What is not simply imap_cmd_NAME(arguments, out).
    def list(self, directory=None, pattern=None):
        return self.call("cmd_list", directory, pattern)

    def lsub(self, directory=None, pattern=None):
        return self.call("cmd_lsub", directory, pattern)

    def select(self, mailbox=None, readonly=False):
        return self.call("cmd_select", mailbox, EXAMINE if readonly else 0)

    def fetch(self, message_set, parts):
        return self.call("cmd_fetch", message_set, parts, 0)

    def store(self, message_set, command, flags):
        return self.call("cmd_store", message_set, command, flags, 0)

    def copy(self, message_set, mailbox):
        return self.call("cmd_copy", message_set, mailbox, 0)

    def expunge(self):
        return self.call("cmd_expunge", None)

    def search(self, charset, *criteria):
        return self.call("cmd_search", charset, " ".join(criteria), 0)

    def sort(self, keys, charset, *criteria):
        return self.call("cmd_sort", keys, charset, " ".join(criteria), 0)

    def thread(self, algorithm, charset, *criteria):
        return self.call("cmd_thread", algorithm, charset, " ".join(criteria), 0)

    def append(self, mailbox, flags, date, message):
        return self.call("cmd_append", mailbox, flags, date, message, SizeOf(len(octets(message))), 0)

    def partial(self, number, part, start, length):
        return self.call("cmd_partial", number, part, int(start), int(length))

    def getquotaroot(self, mailbox):
        return self.call("cmd_getquotaroot", mailbox, names=(b"QUOTAROOT", b"QUOTA"))

    def uid(self, command, *args):
        return self.call("cmd_uid", command, " ".join(args))

    def xatom(self, name, *args):
        return self.call("cmd_xatom", name, " ".join(args) or None)

    def authenticate(self, mechanism, answer):
        def reply(_ctx, challenge, length, where):
            text = answer(ctypes.string_at(challenge, length))
            return 1 if text is None else self.lib.imap_reply_set(Handle(where), text, Size(len(text)))

        return self.call("cmd_authenticate_callback", mechanism, Challenge(reply), None)

    def response(self, code):
        response = Handle()
        rc = self.lib.imap_untagged(self.conn, code.encode(), ctypes.byref(response))
        found = (code, self.items(response) if rc == 0 else [None])
        self.lib.imap_response_free(response)
        return found

    @property
    def state(self):
        return self.lib.imap_state_name(self.lib.imap_conn_state(self.conn)).decode()

    @property
    def is_readonly(self):
        return bool(self.lib.imap_is_readonly(self.conn))

    @property
    def utf8_enabled(self):
        return bool(self.lib.imap_utf8_enabled(self.conn))

    @property
    def PROTOCOL_VERSION(self):
        return self.lib.imap_protocol_version(self.conn).decode()

    @property
    def capabilities(self):
        self.lib.imap_capability_at.restype = Text
        return tuple(self.lib.imap_capability_at(self.conn, i).decode() for i in range(self.lib.imap_capability_count(self.conn)))

    def __getattr__(self, name):
        return lambda *args: self.call("cmd_" + name, *args)


class SizeOf(int):
    """A number that C takes as a size_t."""


# imaplib has no method of its own for these in every version; both sides say what they send.
class Theirs(imaplib.IMAP4):
    def move(self, message_set, mailbox):
        return self._simple_command("MOVE", message_set, mailbox)


imaplib.Commands.setdefault("MOVE", ("SELECTED",))
Ours.move = lambda self, message_set, mailbox: self.call("cmd_move", message_set, mailbox, 0)

MESSAGE = b"From: Ada <ada@example.test>\r\nSubject: parity\r\nMessage-ID: <1@example.test>\r\n\r\nbody\r\n"
REPLY = b"From: Bob <bob@example.test>\r\nSubject: Re: parity\r\nIn-Reply-To: <1@example.test>\r\n\r\nYes.\r\n"
DATE = '"17-Jul-1996 02:44:25 -0700"'


class Case:
    """One call: what ours gets; what imaplib gets, if it has to be given in another form; why they differ, if they do."""

    def __init__(self, name, *args, theirs=None, differs=None):
        self.name, self.args, self.differs = name, args, differs
        self.their_args = args if theirs is None else theirs


# Why a call differs; docs/imaplib.md says more.
QUOTING = "imaplib sends a blank as it is; we quote values"
EMPTY = "imaplib sends nothing for an empty argument; we send \"\""
ITEMS = "imaplib sends several items without parentheses; we add them"
UNICODE = "imaplib cannot encode the name; we send modified UTF-7"
CRITERIA = "imaplib cannot encode the criteria; we send a literal and name the charset"
LINES = "imaplib sends the line end (injection); we refuse the argument"
UTF8 = "imaplib switches on the OK alone; we follow the ENABLED list, and Dovecot enabled nothing"
LEFTOVERS = "imaplib mixes data of an earlier command (here MOVE) into the result; ours are per command"

CASES = [
    Case("state"),
    Case("PROTOCOL_VERSION"),
    Case("capabilities"),
    Case("capability"),
    Case("fetch", "1", "FLAGS"),
    Case("select", "INBOX"),
    Case("login", "{user}", "wrong"),
    Case("state"),
    Case("login_cram_md5", "{user}", "wrong"),
    Case("login", "{user}", "secret"),
    Case("state"),
    Case("login", "{user}", "secret"),
    Case("noop"),
    Case("namespace"),
    Case("list"),
    Case("list", "", "%", theirs=('""', "%")),
    Case("list", "", "no-such-*", theirs=('""', "no-such-*")),
    Case("create", "Work"),
    Case("create", "Work"),
    Case("create", "Work/Below"),
    Case("create", "with space", theirs=('"with space"',)),
    Case("create", "two words"),
    Case("list", "", "two*", theirs=('""', "two*"), differs=QUOTING),
    Case("create", "Entwürfe", differs=UNICODE),
    Case("create", "", differs=EMPTY),
    Case("list", "", "Work*", theirs=('""', "Work*")),
    Case("subscribe", "Work"),
    Case("lsub"),
    Case("unsubscribe", "Work"),
    Case("lsub"),
    Case("status", "Work", "(MESSAGES UIDNEXT)"),
    Case("status", "Work", "MESSAGES UNSEEN", differs=ITEMS),
    Case("status", "Missing", "(MESSAGES)"),
    Case("append", "Work", r"(\Seen $Mark)", DATE, MESSAGE),
    Case("response", "APPENDUID"),
    Case("response", "APPENDUID"),
    Case("append", "Work", None, DATE, REPLY),
    Case("append", "Work", r"\Flagged", DATE, b"Subject: bare\nlines\n\nend\n"),
    Case("append", "Missing", None, DATE, MESSAGE),
    Case("rename", "Work/Below", "Work/Renamed"),
    Case("rename", "Missing", "Other"),
    Case("select", "Missing"),
    Case("state"),
    Case("select", "Work"),
    Case("state"),
    Case("is_readonly"),
    Case("response", "UIDVALIDITY"),
    Case("response", "uidnext"),
    Case("response", "PERMANENTFLAGS"),
    Case("response", "READ-WRITE"),
    Case("response", "EXISTS"),
    Case("recent"),
    Case("recent"),
    Case("check"),
    Case("search", None, "ALL"),
    Case("search", None, "UNSEEN"),
    Case("search", None, 'SUBJECT "no such"'),
    Case("search", "UTF-8", "SUBJECT", "parity"),
    Case("search", None, 'SUBJECT "ä"', differs=CRITERIA),
    Case("search", "X-NONE", "ALL"),
    Case("search", None, "NONSENSE"),
    Case("sort", "(SUBJECT)", "UTF-8", "ALL"),
    Case("sort", "REVERSE ARRIVAL", "UTF-8", "ALL"),
    Case("thread", "REFERENCES", "UTF-8", "ALL"),
    Case("fetch", "1:3", "(FLAGS)"),
    Case("fetch", "1", "(UID INTERNALDATE RFC822.SIZE)"),
    Case("fetch", "1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT])"),
    Case("fetch", "1:2", "(BODY.PEEK[])"),
    Case("fetch", "3", "RFC822"),
    Case("fetch", "1", "ENVELOPE"),
    Case("fetch", "1", "(BODYSTRUCTURE)"),
    Case("fetch", "1:*", "FAST"),
    Case("fetch", "1", "FLAGS UID", differs=ITEMS),
    Case("fetch", "1", "NONSENSE"),
    Case("fetch", "9", "FLAGS"),
    Case("partial", "1", "RFC822", "1", "10"),
    Case("store", "1", "+FLAGS", r"(\Answered)"),
    Case("store", "1", "+FLAGS", r"\Draft"),
    Case("store", "1", "-FLAGS.SILENT", r"(\Draft)"),
    Case("store", "2", "FLAGS", "($One $Two)"),
    Case("copy", "1", "INBOX"),
    Case("response", "COPYUID"),
    Case("copy", "1:2", "Missing"),
    Case("uid", "FETCH", "2", "(FLAGS)"),
    Case("uid", "SEARCH", "ALL"),
    Case("uid", "SORT", "(SUBJECT) UTF-8 ALL"),
    Case("uid", "THREAD", "REFERENCES UTF-8 ALL"),
    Case("uid", "STORE", "1", r"+FLAGS (\Flagged)"),
    Case("uid", "COPY", "1", "INBOX"),
    Case("uid", "XNONE", "1"),
    Case("move", "3", "INBOX"),
    Case("store", "1", "+FLAGS.SILENT", r"(\Deleted)"),
    Case("expunge", differs=LEFTOVERS),
    Case("expunge"),
    Case("search", None, "ALL"),
    Case("getacl", "Work"),
    Case("setacl", "Work", "bob", "lr"),
    Case("getacl", "Work"),
    Case("deleteacl", "Work", "bob"),
    Case("myrights", "Work"),
    Case("getquotaroot", "INBOX"),
    Case("getquota", "User quota", theirs=('"User quota"',)),
    Case("setquota", "User quota", "(STORAGE 5)", theirs=('"User quota"', "(STORAGE 5)")),
    Case("getannotation", "INBOX", '"/comment"', '"value.priv"'),
    Case("setannotation", "INBOX", '"/comment"', '("value.priv" "x")'),
    Case("proxyauth", "bob"),
    Case("xatom", "ID", '("name" "x")'),
    Case("response", "ID"),
    Case("xatom", "XNONE", "1"),
    Case("close"),
    Case("state"),
    Case("select", "Work", True),
    Case("is_readonly"),
    Case("response", "READ-ONLY"),
    Case("unselect"),
    Case("state"),
    Case("enable", "CONDSTORE"),
    Case("delete", "Work/Renamed"),
    Case("delete", "Missing"),
    Case("fetch", "1", "FLAGS"),
    Case("enable", "UTF8=ACCEPT"),
    Case("utf8_enabled", differs=UTF8),
    Case("logout"),
    Case("state"),
]

PLAIN = lambda user: lambda challenge: f"\0{user}\0secret".encode()  # noqa: E731
AUTHENTICATIONS = [
    Case("capability"),
    Case("authenticate", "PLAIN", lambda challenge: None),
    Case("authenticate", "XNONE", PLAIN("{user}")),
    Case("authenticate", "LOGIN", lambda challenge: {b"Username:": b"{user}", b"Password:": b"wrong"}[challenge]),
    Case("authenticate", "PLAIN", "plain"),
    Case("state"),
    # The last: imaplib is out of step from here on.
    Case("create", "a\r\nb NOOP", differs=LINES),
]


def outcome(connection, name, args):
    """What a call gives: its value, or the class of what it raises."""
    try:
        found = getattr(connection, name)
        return found(*args) if callable(found) else found
    except Raised as raised:
        return f"raises {raised}"
    except imaplib.IMAP4.readonly:
        return "raises readonly"
    except imaplib.IMAP4.abort:
        return "raises abort"
    except imaplib.IMAP4.error:
        return "raises error"
    except UnicodeEncodeError:
        return "raises UnicodeEncodeError"
    except ValueError:
        return "raises argument"


def comparable(value, user):
    """Without what differs between two accounts and from one run to the next."""
    text = repr(value).replace(user, "USER")
    text = re.sub(r" ?\(\d\.\d+ \+ [^)]*\)", "", text)  # how long Dovecot took
    text = re.sub(r"\b1\d{9}\b", "UIDVALIDITY", text)
    return re.sub(r"(HIGHESTMODSEQ|MODSEQ) \d+", r"\1 N", text)


def prepared(args, user):
    made = []
    for arg in args:
        if arg == "plain":
            arg = PLAIN(user)
        elif isinstance(arg, str):
            arg = arg.replace("{user}", user)
        made.append(arg)
    return made


def compare(cases, ours, theirs, users):
    passed = failed = 0
    for case in cases:
        our = comparable(outcome(ours, case.name, prepared(case.args, users[0])), users[0])
        their = comparable(outcome(theirs, case.name, prepared(case.their_args, users[1])), users[1])
        shown = f"{case.name}({', '.join(repr(a) for a in case.args if not callable(a))})"
        may_agree = case.differs is None or sys.version_info >= (3, 13)
        if (may_agree if our == their else case.differs is not None):
            passed += 1
            print(f"ok       {shown}" + (f", differs: {case.differs}" if case.differs else ""))
        else:
            failed += 1
            print(f"FAILED   {shown}" + (f", should differ: {case.differs}" if case.differs else ""))
            print(f"         ours      {our}\n         imaplib's {their}")
    return passed, failed


def utilities(lib):
    """imaplib's functions that need no connection, against ours."""
    checks = []
    for text in (b'25 (INTERNALDATE "17-Jul-1996 02:44:25 -0700")', b'1 (INTERNALDATE " 1-Jan-2024 00:00:00 +0000")', b"none"):
        seconds, offset = ctypes.c_int64(), ctypes.c_int32()
        rc = lib.imap_internaldate_parse(text, Size(len(text)), ctypes.byref(seconds), ctypes.byref(offset))
        theirs = imaplib.Internaldate2tuple(text)
        checks.append((f"Internaldate2tuple({text})", None if rc else seconds.value, theirs and int(time.mktime(theirs))))
    for number in (0, 1, 15, 16, 123456789, 2**63 - 1):
        buf = ctypes.create_string_buffer(20)
        lib.imap_int_to_ap(ctypes.c_uint64(number), buf, Size(20))
        checks.append((f"Int2AP({number})", buf.value, imaplib.Int2AP(number)))
    for text in (rb"1 (FLAGS (\Seen $a [b]))", b"FLAGS ()", b"1 (UID 5)"):
        response = Handle()
        lib.imap_flags_parse(text, Size(len(text)), ctypes.byref(response))
        ours = []
        for i in range(lib.imap_response_item_count(response, None)):
            at, size = Handle(), Size()
            lib.imap_response_item(response, None, Size(i), ctypes.byref(at), ctypes.byref(size), None, None)
            ours.append(ctypes.string_at(at.value, size.value))
        lib.imap_response_free(response)
        checks.append((f"ParseFlags({text})", tuple(ours), imaplib.ParseFlags(text)))
    for seconds in (0, 837596665, 1705305600):
        buf = ctypes.create_string_buffer(40)
        lib.imap_internaldate_format(ctypes.c_int64(seconds), 0, buf, Size(40))
        checks.append((f"Time2Internaldate({seconds})", buf.value.decode(), imaplib.Time2Internaldate(seconds)))
    failed = 0
    for name, our, their in checks:
        print(f"{'ok    ' if our == their else 'FAILED'}   {name}" + ("" if our == their else f": ours {our!r}, imaplib's {their!r}"))
        failed += our != their
    return len(checks) - failed, failed


def main(path):
    port = int(os.environ["IMAP_PORT"])
    os.environ["TZ"] = "UTC"
    time.tzset()
    passed = failed = 0
    for cases in (CASES, AUTHENTICATIONS):
        users = ("parity1", "parity2")
        ours, theirs = Ours(path, port), Theirs("127.0.0.1", port)
        good, bad = compare(cases, ours, theirs, users)
        ours.lib.imap_free(ours.conn)
        passed, failed = passed + good, failed + bad
    good, bad = utilities(Ours(path, port).lib)
    print(f"Python {sys.version.split()[0]}")
    print(f"parity: {passed + good} passed, {failed + bad} failed")
    return failed + bad > 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: parity.py LIBRARY (started by parity.sh)")
    sys.exit(main(sys.argv[1]))
