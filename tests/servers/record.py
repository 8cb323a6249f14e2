#!/usr/bin/env python3
"""A recording proxy: passes an IMAP connection on unchanged and writes down what both sides said.

  record.py --log FILE HOST PORT                listens on a free loopback port, prints "PORT n" when it accepts
  record.py --log FILE --stdio -- COMMAND...    starts COMMAND and stands between it and standard input and output

  --tls, --to-tls    TLS towards the client, towards the server
  --certs DIR        folder made by the script certs: good.pem is shown to the client. With it STARTTLS is followed too:
                     the proxy makes both handshakes itself and goes on recording. Without it, what follows STARTTLS is
                     passed on unrecorded.
  --client-cert      shows the server client.pem of --certs
  --limit SECONDS    ends by itself after that long (default 600); also when standard input, a pipe, is closed

The log gets one block for each connection, when it ends: "# connection N", then every line as "C: " or "S: " and its
octets as they were, CRLF included, literals and passwords too: for test accounts only. commands.py reads it.
"""

import argparse
import os
import re
import select
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading


class Record:
    """The log: open conversations in memory, ended ones in the file."""

    def __init__(self, path):
        self.path, self.lock, self.open, self.count = path, threading.RLock(), {}, 0

    def begin(self):
        with self.lock:
            self.count += 1
            self.open[self.count] = []
            return self.count

    def add(self, number, side, line):
        self.open[number].append(side + b": " + line + (b"" if line.endswith(b"\n") else b"\n"))

    def end(self, number):
        with self.lock:
            lines = self.open.pop(number, None)
            if lines is not None:
                with open(self.path, "ab") as file:
                    file.write(b"# connection %d\n" % number + b"".join(lines))

    def end_all(self):
        # A conversation that another thread is writing down just now is no longer open, and not yet in the file. The lock
        # can be taken twice: a signal may arrive while it is held.
        with self.lock:
            for number in list(self.open):
                self.end(number)


class Side:
    """One of the two ends: a socket, or a pair of file descriptors."""

    def __init__(self, letter, reader, writer=None):
        self.letter, self.reader, self.writer = letter, reader, reader if writer is None else writer
        self.line = b""
        self.ended = False

    def fileno(self):
        return self.reader if isinstance(self.reader, int) else self.reader.fileno()

    def pending(self):
        return self.reader.pending() if isinstance(self.reader, ssl.SSLSocket) else 0

    def read(self):
        """What has come; b"" at the end; None if that was nothing but TLS's own messages."""
        try:
            if isinstance(self.reader, int):
                return os.read(self.reader, 65536)
            if not isinstance(self.reader, ssl.SSLSocket):
                return self.reader.recv(65536)
            self.reader.setblocking(False)
            try:
                return self.reader.recv(65536)
            except ssl.SSLWantReadError:
                return None
            finally:
                self.reader.setblocking(True)
        except OSError:
            return b""

    def write(self, octets):
        try:
            while isinstance(self.writer, int) and octets:
                octets = octets[os.write(self.writer, octets) :]
            if octets:
                self.writer.sendall(octets)
        except OSError:
            self.ended = True

    def finish_writing(self):
        try:
            if isinstance(self.writer, int):
                os.close(self.writer)
            elif isinstance(self.writer, ssl.SSLSocket):
                self.writer.setblocking(False)
                self.writer.unwrap()
            else:
                self.writer.shutdown(socket.SHUT_WR)
        except (OSError, ValueError):
            pass

    def close(self):
        if not isinstance(self.reader, int):
            self.reader.close()


class Conversation:
    """One client, one server, until both have closed."""

    def __init__(self, client, server, record, contexts):
        self.client, self.server, self.record = client, server, record
        self.contexts = contexts  # (towards the client, towards the server), or None: STARTTLS is not followed
        self.number = record.begin()
        self.starttls_tag = None
        self.is_recording = True

    def run(self):
        sides = [self.client, self.server]
        try:
            while sides:
                ready = [side for side in sides if side.pending()] or select.select(sides, [], [])[0]
                for side in ready:
                    other = self.server if side is self.client else self.client
                    octets = side.read()
                    if octets:
                        self.pass_on(side, other, octets)
                        if self.starttls_tag == b"":  # both sides have new sockets
                            self.starttls_tag = None
                            break
                    elif octets is not None:
                        sides.remove(side)
                        other.finish_writing()
                        if side is self.server or other.ended:
                            sides = []
        except OSError as error:
            self.record.add(self.number, b"#", str(error).encode())
        finally:
            for side in (self.client, self.server):
                if side.line:
                    self.record.add(self.number, side.letter, side.line)
                side.close()
            self.record.end(self.number)

    def pass_on(self, side, other, octets):
        follows_tls = False
        if self.is_recording:
            side.line += octets
            *lines, side.line = side.line.split(b"\n")
            for line in lines:
                self.record.add(self.number, side.letter, line + b"\n")
                follows_tls = self.watch(side, line) or follows_tls
        other.write(octets)
        if follows_tls:
            self.handshakes()

    def watch(self, side, line):
        """Notices STARTTLS; says whether this line is the OK to it."""
        if side is self.client:
            match = re.fullmatch(rb"(\S+) STARTTLS\r", line, re.I)
            self.starttls_tag = match.group(1) if match else self.starttls_tag
            return False
        return self.starttls_tag is not None and line.upper().startswith(self.starttls_tag.upper() + b" OK")

    def handshakes(self):
        self.starttls_tag = None
        if self.contexts is None or isinstance(self.client.reader, int) or isinstance(self.server.reader, int):
            self.is_recording = False
            return
        towards_client, towards_server = self.contexts
        tls = towards_server.wrap_socket(self.server.reader, server_hostname="localhost")
        self.server.reader = self.server.writer = tls
        tls = towards_client.wrap_socket(self.client.reader, server_side=True)
        self.client.reader = self.client.writer = tls
        self.starttls_tag = b""


def tls_contexts(options):
    if not options.certs:
        if options.tls:
            raise SystemExit("record: --tls needs --certs DIR, a folder made by the script certs")
        towards_client = None
    else:
        towards_client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        towards_client.load_cert_chain(f"{options.certs}/good.pem", f"{options.certs}/good.key")
    # The real server's certificate is not the subject here: the client verifies ours.
    towards_server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    towards_server.check_hostname = False
    towards_server.verify_mode = ssl.CERT_NONE
    if options.client_cert:
        towards_server.load_cert_chain(f"{options.certs}/client.pem", f"{options.certs}/client.key")
    return towards_client, towards_server


def converse(connection, options, record, contexts):
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = socket.create_connection((options.target[0], int(options.target[1])), timeout=20)
        server.settimeout(None)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if options.to_tls:
            server = contexts[1].wrap_socket(server, server_hostname="localhost")
        if options.tls:
            connection = contexts[0].wrap_socket(connection, server_side=True)
    except OSError as error:
        print(f"record: {error}", file=sys.stderr, flush=True)
        connection.close()
        return
    follow = contexts if contexts[0] else None
    Conversation(Side(b"C", connection), Side(b"S", server), record, follow).run()


def end_with_stdin(end):
    """Calls end() when standard input, if it is a pipe, is closed (one closed from the start says nothing)."""
    mode = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if any(event & select.POLLHUP for _, event in poll.poll(0)):
        return

    def watch():
        while os.read(0, 4096):
            pass
        end()

    threading.Thread(target=watch, daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description="A recording IMAP proxy; see the head of this file.")
    parser.add_argument("--log", required=True)
    parser.add_argument("--stdio", action="store_true")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--to-tls", action="store_true")
    parser.add_argument("--certs")
    parser.add_argument("--client-cert", action="store_true")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--limit", type=float, default=600)
    parser.add_argument("target", nargs="+", help="HOST PORT, or a command")
    options = parser.parse_args()
    if not options.stdio and len(options.target) != 2:
        parser.error("give HOST PORT")
    record = Record(options.log)
    open(options.log, "ab").close()

    def end(*_):
        record.end_all()
        os._exit(0)

    timer = threading.Timer(options.limit, end)
    timer.daemon = True
    timer.start()
    signal.signal(signal.SIGTERM, end)
    if options.stdio:
        command = options.target if len(options.target) > 1 else ["sh", "-c", options.target[0]]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # Descriptors of our own: the process object closes its two itself.
        reader, writer = os.dup(child.stdout.fileno()), os.dup(child.stdin.fileno())
        child.stdout.close()
        child.stdin.close()
        client, server = Side(b"C", 0, 1), Side(b"S", reader, writer)
        Conversation(client, server, record, None).run()
        return child.wait()
    contexts = tls_contexts(options)
    listener = socket.create_server((options.host, 0), backlog=128)
    print(f"PORT {listener.getsockname()[1]}", flush=True)
    end_with_stdin(end)
    while True:
        connection = listener.accept()[0]
        threading.Thread(target=converse, args=(connection, options, record, contexts), daemon=True).start()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
