"""Plays a scenario to one client: the transports (TCP, TLS, standard input and output) and the steps.

In: a Scenario and a connection. Out: None, or the text of the first thing the client did otherwise. What the steps mean
is described in scenario.py; accepting connections is scripted.py's work.
"""

import os
import re
import select
import socket
import ssl
import struct
import sys
import threading
import time

import scenario as scenarios
from scenario import ScenarioError


class Mismatch(Exception):
    """The client did something else than the scenario says."""


class Gone(Exception):
    """The client closed."""


class Finished(Exception):
    """The server closed: nothing is left to do on this connection."""


class Log:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.lock = threading.Lock()

    def write(self, name, direction, octets):
        if self.file is None:
            return
        text = octets if isinstance(octets, str) else repr(octets)[2:-1]
        with self.lock:
            self.file.write(f"{name} {direction} {text}\n")
            self.file.flush()


class Socket:
    """One accepted TCP connection, TLS or not."""

    def __init__(self, connection, context):
        self.connection, self.context = connection, context
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self):
        try:
            return self.connection.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return b""

    def send(self, octets):
        try:
            self.connection.sendall(octets)
        except (ConnectionError, ssl.SSLError) as error:
            raise Gone(f"the client closed while we sent ({error})") from None

    def start_tls(self):
        if self.context is None:
            raise ScenarioError("TLS needs certificates: give --certs DIR, a folder made by the script certs")
        try:
            self.connection = self.context.wrap_socket(self.connection, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise Gone(f"the TLS handshake failed ({error})") from None

    def is_readable(self, seconds):
        pending = getattr(self.connection, "pending", lambda: 0)()
        return pending > 0 or bool(select.select([self.connection], [], [], seconds)[0])

    def close(self, how):
        connection = self.connection
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return
        try:
            if how == "close" and isinstance(connection, ssl.SSLSocket):
                # Sends close_notify; we do not wait for the client's.
                connection.setblocking(False)
                try:
                    connection.unwrap()
                except (OSError, ValueError):
                    pass
            connection.shutdown(socket.SHUT_WR)
            # Octets we left unread would turn the close into a reset, and what we sent last might be lost.
            connection.settimeout(1)
            while connection.recv(65536):
                pass
        except (OSError, ValueError):
            pass
        connection.close()


class Stdio:
    """Standard input and output, as a client's child process."""

    def receive(self):
        return os.read(0, 65536)

    def send(self, octets):
        view = memoryview(octets)
        try:
            while view:
                view = view[os.write(1, view) :]
        except OSError as error:
            raise Gone(f"the client closed while we sent ({error})") from None

    def start_tls(self):
        raise ScenarioError("starttls is not possible over standard input and output")

    def is_readable(self, seconds):
        return bool(select.select([0], [], [], seconds)[0])

    def close(self, how):
        os.close(1)


class Player:
    """Plays one scenario on one connection."""

    def __init__(self, scenario, transport, log, name):
        self.scenario, self.transport, self.log, self.name = scenario, transport, log, name
        self.buffer = b""
        self.unsent = bytearray()
        self.captured = {}
        self.drip = None
        self.may_close = False

    def play(self):
        """Returns None if all went as written, else what was wrong."""
        how = "close"
        try:
            self.steps(self.scenario.steps)
            self.finish()
        except Finished as finished:
            how = str(finished)
        except Gone as gone:
            if not self.may_close:
                return self.failed(str(gone))
            self.log.write(self.name, "--", str(gone))
        except (Mismatch, ScenarioError) as error:
            return self.failed(str(error))
        finally:
            self.transport.close(how)
        self.log.write(self.name, "--", "as written")
        return None

    def failed(self, what):
        self.log.write(self.name, "MISMATCH", what)
        print(f"scripted: {self.name}: {what}", file=sys.stderr, flush=True)
        return what

    def steps(self, steps):
        for step in steps:
            self.step(step)

    def step(self, step):
        kind, value = step.kind, step.value
        if kind not in ("send", "raw", "octets", "repeat"):
            self.flush()
        if kind == "send":
            self.send(scenarios.fill_in(value, self.captured, step.where) + b"\r\n")
        elif kind == "raw":
            self.send(scenarios.fill_in(value, self.captured, step.where))
        elif kind == "octets":
            self.send(value)
        elif kind == "expect":
            self.expect(step.where, *value)
        elif kind == "literal":
            octets = self.exactly(int(self.captured.pop("size", 0)), step.where)
            if value is not None and octets != value:
                raise Mismatch(f"{step.where}: expected the literal {value!r}, got {octets!r}")
        elif kind == "any":
            self.command(self.line(step.where, "any command"))
            self.send(self.captured["tag"] + b" " + value + b"\r\n")
        elif kind == "repeat":
            for i in range(1, value + 1):
                self.captured["i"] = str(i).encode()
                self.steps(step.body)
        elif kind == "drip":
            self.drip = value
        elif kind == "wait":
            time.sleep(value)
        elif kind == "quiet":
            if not self.buffer and self.transport.is_readable(value):
                self.more()
            if self.buffer:
                raise Mismatch(f"{step.where}: expected silence, got {self.buffer!r}")
        elif kind == "may close":
            self.may_close = True
        elif kind == "starttls":
            if self.buffer:
                raise Mismatch(f"{step.where}: octets in clear before the TLS handshake: {self.buffer!r}")
            self.transport.start_tls()
            self.log.write(self.name, "--", "TLS")
        elif kind == "stall":
            self.may_close = True
            while True:
                self.more()
        elif kind == "closed":
            self.must_close(step.where)
        else:
            raise Finished(kind)

    def send(self, octets):
        self.unsent += octets
        if len(self.unsent) > 65536:
            self.flush()

    def flush(self):
        octets, self.unsent = bytes(self.unsent), bytearray()
        if not octets:
            return
        for line in octets[:20000].splitlines(keepends=True):
            self.log.write(self.name, "S:", line)
        if self.drip is None:
            self.transport.send(octets)
            return
        size, pause = self.drip
        for start in range(0, len(octets), size):
            self.transport.send(octets[start : start + size])
            time.sleep(pause)

    def more(self):
        octets = self.transport.receive()
        if not octets:
            raise Gone("the client closed")
        self.buffer += octets
        if len(self.buffer) > 1 << 26:
            self.buffer = b""

    def line(self, where, expected):
        self.flush()
        while b"\n" not in self.buffer:
            try:
                self.more()
            except Gone as gone:
                raise Gone(f"{where}: expected {expected}, but {gone} (unread: {self.buffer!r})") from None
        line, self.buffer = self.buffer.split(b"\n", 1)
        self.log.write(self.name, "C:", line + b"\n")
        if not line.endswith(b"\r"):
            raise Mismatch(f"{where}: the client's line ends in LF alone: {line!r}")
        return line[:-1]

    def exactly(self, size, where):
        self.flush()
        while len(self.buffer) < size:
            try:
                self.more()
            except Gone as gone:
                raise Gone(f"{where}: expected a literal of {size} octets, but {gone}") from None
        octets, self.buffer = self.buffer[:size], self.buffer[size:]
        self.log.write(self.name, "C:", octets if size < 2000 else octets[:2000] + b"...")
        return octets

    def expect(self, where, pattern, text):
        while True:
            line = self.line(where, repr(text))
            match = pattern.fullmatch(line)
            if match:
                self.captured.update({k: v for k, v in match.groupdict().items() if v is not None})
                return
            if not self.by_rule(line):
                raise Mismatch(f"{where}: expected {text!r}, got {line!r}")

    def by_rule(self, line):
        """Answers a command there is a rule for; says whether there was one."""
        words = line.upper().split(b" ")
        name = words[1].decode("latin-1") if len(words) > 1 else ""
        rule = self.scenario.rules.get(name)
        if rule is None and name != "LOGOUT":
            return False
        self.command(line)
        if rule is not None:
            self.steps(rule)
            return True
        self.send(b"* BYE see you\r\n" + self.captured["tag"] + b" OK LOGOUT completed\r\n")
        self.flush()
        raise Finished("close")

    def command(self, line):
        """Reads the rest of a command: its literals. Remembers the tag."""
        self.captured["tag"] = line.split(b" ", 1)[0]
        while True:
            literal = re.search(rb"\{(\d+)(\+?)\}$", line)
            if literal is None:
                return
            if not literal.group(2):
                self.send(b"+ go ahead\r\n")
            self.exactly(int(literal.group(1)), "literal")
            line = self.line("literal", "the rest of the command")

    def finish(self):
        """After the last step: only commands there are rules for, then the client's close."""
        while True:
            self.may_close = True
            line = self.line("end", "the client to close")
            if not self.by_rule(line):
                raise Mismatch(f"end of {self.scenario.name}: expected the client to close, got {line!r}")

    def must_close(self, where):
        try:
            if not self.buffer:
                self.more()
        except Gone:
            raise Finished("close") from None
        raise Mismatch(f"{where}: expected the client to close, got {self.buffer!r}")
