"""The scenario files of the scripted IMAP server: from text to steps. Nothing here talks to anybody.

A scenario reads like a transcript, one step a line; empty lines and lines that begin with # are skipped.

  S: TEXT           send TEXT and CRLF; {name} is what a C: line captured, {tag+1} the tag after that one
                    (steps that send and follow each other leave in one write; "wait 0" between them parts them)
  raw TEXT          send TEXT as it is, with the escapes \\r \\n \\t \\0 \\\\ \\xNN and {name}; no CRLF is added
  hex 2a 20 4f      send these octets
  octets N [TEXT]   send N octets, TEXT again and again (default: x)
  S64: TEXT         send "+ " and the base64 of TEXT (escapes as in raw)
  C: TEXT           the client's next line must be TEXT; {name} captures one argument (a word or a quoted string),
                    {*} is any text, {literal} any literal's announcement, whose size is remembered
  C~ REGEX          the same with a regular expression (Python's, the whole line; named groups capture)
  C64: TEXT         the client's next line must be the base64 of TEXT
  literal [TEXT]    read the octets announced last; they must be TEXT (escapes as in raw) if given
  any [TEXT]        take any command, literals included, and answer "{tag} TEXT" (default: OK done)
  starttls          TLS handshake, as a server
  drip N MS         from here on send N octets at a time, MS milliseconds apart; "drip off" ends it
  wait MS           do nothing for that long
  quiet MS          the client must send nothing for that long
  stall             never answer again: read and throw away until the client closes
  closed            the client must close now, sending nothing
  may close         from here on the client may close at any time
  close             close (with close_notify under TLS); "cut" closes without it, "reset" with a TCP reset
  repeat N ... end  the steps between, N times; {i} counts from 1
  on NAME ... end   what to do whenever the command NAME comes while another (or nothing) is expected
  capabilities TEXT    short for: on CAPABILITY, send "* CAPABILITY TEXT" and OK
  accept NAME...    short for: on NAME, send OK; SELECT and EXAMINE also send the data of a mailbox of three messages
  loop              take any number of connections, each from the top; without it one connection and the server ends

LOGOUT is understood (BYE, OK, close) unless there is an "on LOGOUT". After the last step the server waits for the
client to close.
"""

import binascii
import dataclasses
import pathlib
import re


class ScenarioError(Exception):
    """The scenario itself is wrong; the text says where and why."""


@dataclasses.dataclass
class Step:
    kind: str
    where: str  # "file:line", for messages
    value: object = None
    body: list = None


@dataclasses.dataclass
class Scenario:
    name: str
    steps: list
    rules: dict  # command name -> steps
    loop: bool = False
    needs_tls: bool = False


SELECTED = [
    "* 3 EXISTS",
    "* 0 RECENT",
    r"* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)",
    r"* OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted.",
    "* OK [UIDVALIDITY 1700000000] UIDs valid",
    "* OK [UIDNEXT 4] Predicted next UID",
]

_ESCAPE = re.compile(rb"\\(r|n|t|0|\\|x[0-9A-Fa-f]{2}|.)", re.S)
_SIMPLE = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}
_FIELD = re.compile(rb"(\{(?:\*|[a-z_]+)\})")
_REFERENCE = re.compile(rb"\{([a-z_]+)(?:\+(\d+))?\}")


def unescape(text, where):
    def one(match):
        code = match.group(1)
        if code in _SIMPLE:
            return _SIMPLE[code]
        if len(code) == 3:
            return bytes([int(code[1:], 16)])
        raise ScenarioError(f"{where}: unknown escape \\{code.decode('latin-1')}; known are \\r \\n \\t \\0 \\\\ \\xNN")

    return _ESCAPE.sub(one, text)


def pattern(text):
    """The regular expression a C: line stands for."""
    parts, seen = [], set()
    for part in _FIELD.split(text):
        name = part[1:-1]
        if not _FIELD.fullmatch(part):
            parts.append(re.escape(part))
        elif name == b"*":
            parts.append(rb".*")
        elif name == b"literal":
            parts.append(rb"~?\{(?P<size>\d+)\+?\}")
        elif name in seen:
            parts.append(rb"(?P=%s)" % name)
        else:
            seen.add(name)
            parts.append(rb'(?P<%s>"(?:[^"\\]|\\.)*"|[^ ]+)' % name)
    return re.compile(b"".join(parts), re.S)


def fill_in(text, captured, where):
    """TEXT with its {name}s replaced."""

    def one(match):
        name, plus = match.group(1).decode(), match.group(2)
        if name not in captured:
            raise ScenarioError(f"{where}: {{{name}}} was not captured by any C: line before; known: {sorted(captured)}")
        value = captured[name]
        if plus is None:
            return value
        digits = re.search(rb"\d+$", value)
        if digits is None:
            raise ScenarioError(f"{where}: {{{name}+{plus.decode()}}}: {value!r} does not end in a number")
        number = str(int(digits.group()) + int(plus)).encode().rjust(len(digits.group()), b"0")
        return value[: digits.start()] + number

    return _REFERENCE.sub(one, text)


def parse(text, name):
    """A Scenario from the octets of its file."""
    scenario = Scenario(name, [], {})
    stack = [(None, scenario.steps)]
    for number, line in enumerate(text.split(b"\n"), 1):
        where = f"{name}:{number}"
        line = line.rstrip(b"\r")
        if not line.strip() or line.startswith(b"#"):
            continue
        line = line.lstrip(b" ")
        word, _, rest = line.partition(b" ")
        word = word.decode("latin-1")
        if word == "end":
            if len(stack) == 1:
                raise ScenarioError(f"{where}: end without repeat or on")
            stack.pop()
        elif word == "repeat":
            step = Step("repeat", where, _number(rest, where), [])
            stack[-1][1].append(step)
            stack.append((step, step.body))
        elif word == "on":
            body = []
            scenario.rules[rest.strip().upper().decode()] = body
            stack.append((word, body))
        elif word == "loop":
            scenario.loop = True
        elif word == "capabilities":
            scenario.rules["CAPABILITY"] = _answer(where, [b"* CAPABILITY " + rest], b"OK CAPABILITY completed")
        elif word == "accept":
            for command in rest.upper().decode().split():
                scenario.rules[command] = _accept(where, command)
        else:
            stack[-1][1].append(_step(word, rest, where))
        if word == "starttls":
            scenario.needs_tls = True
    if len(stack) > 1:
        raise ScenarioError(f"{name}: repeat or on without end")
    return scenario


def load(path):
    path = pathlib.Path(path)
    return parse(path.read_bytes(), path.stem)


def _answer(where, lines, tagged):
    return [Step("send", where, line) for line in lines] + [Step("send", where, b"{tag} " + tagged)]


def _accept(where, command):
    name = command.encode()
    if command == "SELECT":
        return _answer(where, [line.encode() for line in SELECTED], b"OK [READ-WRITE] SELECT completed")
    if command == "EXAMINE":
        return _answer(where, [line.encode() for line in SELECTED], b"OK [READ-ONLY] EXAMINE completed")
    return _answer(where, [], b"OK " + name + b" completed")


def _number(text, where):
    try:
        return int(text)
    except ValueError:
        raise ScenarioError(f"{where}: expected a number, found {text.decode('latin-1')!r}") from None


def _step(word, rest, where):
    if word in ("starttls", "stall", "closed", "close", "cut", "reset"):
        if rest.strip():
            raise ScenarioError(f"{where}: {word} takes nothing behind it")
        return Step(word, where)
    if word == "S:":
        return Step("send", where, rest)
    if word == "raw":
        return Step("raw", where, unescape(rest, where))
    if word == "hex":
        try:
            return Step("octets", where, binascii.unhexlify(rest.replace(b" ", b"")))
        except binascii.Error as error:
            raise ScenarioError(f"{where}: hex: {error}") from None
    if word == "octets":
        count, _, filler = rest.partition(b" ")
        count, filler = _number(count, where), unescape(filler, where) or b"x"
        return Step("octets", where, (filler * (count // len(filler) + 1))[:count])
    if word == "S64:":
        return Step("octets", where, b"+ " + binascii.b2a_base64(unescape(rest, where), newline=False) + b"\r\n")
    if word == "C:":
        return Step("expect", where, (pattern(rest), rest))
    if word == "C~":
        try:
            return Step("expect", where, (re.compile(rest, re.S), rest))
        except re.error as error:
            raise ScenarioError(f"{where}: {error}") from None
    if word == "C64:":
        text = binascii.b2a_base64(unescape(rest, where), newline=False)
        return Step("expect", where, (re.compile(re.escape(text)), text))
    if word == "literal":
        return Step("literal", where, unescape(rest, where) if rest else None)
    if word == "any":
        return Step("any", where, rest or b"OK done")
    if word == "drip":
        if rest.strip() == b"off":
            return Step("drip", where, None)
        size, _, pause = rest.partition(b" ")
        return Step("drip", where, (_number(size, where), _number(pause, where) / 1000))
    if word in ("wait", "quiet"):
        return Step(word, where, _number(rest, where) / 1000)
    if word == "may" and rest.strip() == b"close":
        return Step("may close", where)
    raise ScenarioError(f"{where}: unknown step {word!r}")
