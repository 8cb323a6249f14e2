#!/usr/bin/env python3
"""Prints the names of the IMAP commands clients sent, sorted, one a line: commands.py LOG...

In: logs of record.py. UID FETCH counts as UID and as UID FETCH. Literals, the lines of an AUTHENTICATE exchange and the
DONE of IDLE are no commands. --count puts how often each came before its name.
"""

import collections
import re
import sys

LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r?\n$")


class Client:
    """Follows one connection, line by line, as far as telling commands from what is none needs."""

    def __init__(self, names):
        self.names = names
        self.tag = b""
        self.state = "command"  # or "rest" (of a command), "wait" (for + before a literal), "sasl", "idle"
        self.literal = 0

    def sent(self, line):
        if self.literal:
            skipped = min(self.literal, len(line))
            self.literal -= skipped
            line = line[skipped:]
            if not line:
                return
        if self.state == "command":
            self.begin(line)
        elif self.state == "idle":
            if line.strip().upper() == b"DONE":
                self.state = "command"
            return
        elif self.state == "sasl":
            return
        match = LITERAL.search(line)
        if match:
            self.literal = int(match.group(1))
            self.state = "rest" if match.group(2) else "wait"
        elif self.state == "rest":
            self.state = "command"

    def begin(self, line):
        words = line.split()
        if len(words) < 2:
            return
        self.tag = words[0]
        name = words[1].upper().decode("latin-1")
        self.names[name] += 1
        if name == "UID" and len(words) > 2:
            self.names["UID " + words[2].upper().decode("latin-1")] += 1
        if name == "AUTHENTICATE":
            self.state = "sasl"
        elif name == "IDLE":
            self.state = "idle"

    def answered(self, line):
        if self.state == "wait" and line.startswith(b"+"):
            self.state = "rest"
        elif self.state in ("wait", "sasl", "idle") and line.startswith(self.tag + b" "):
            self.state, self.literal = "command", 0


def names_in(paths):
    names = collections.Counter()
    for path in paths:
        client = Client(names)
        with open(path, "rb") as file:
            for line in file:
                if line.startswith(b"# connection "):
                    client = Client(names)
                elif line.startswith(b"C: "):
                    client.sent(line[3:])
                elif line.startswith(b"S: "):
                    client.answered(line[3:])
    return names


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--count"]
    if not arguments:
        raise SystemExit("usage: commands.py [--count] LOG...")
    for name, count in sorted(names_in(arguments).items()):
        print(f"{count:6} {name}" if "--count" in sys.argv else name)
