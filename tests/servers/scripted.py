#!/usr/bin/env python3
"""The scripted IMAP server: speaks exactly what a scenario says, and says so when the client does not.

  scripted.py SCENARIO                 one scenario on a free loopback port; prints "PORT n" when it accepts
  scripted.py DIR NAME                 the same, the file DIR/NAME.txt
  scripted.py --stdio SCENARIO         over standard input and output, as the child of a client
  scripted.py --serve DIR --env FILE   every DIR/*.txt on a port of its own, any number of connections each; writes
                                       SCENARIO_NAME_PORT=n lines to FILE (with --certs also SCENARIO_NAME_TLS_PORT),
                                       then prints "READY n"

The scenario format is described in scenario.py. On a mismatch the expected and the actual line go to standard error and
to the log, and the connection is closed. Exit status: 0 everything went as written, 1 a mismatch, 2 a wrong scenario or
option, 3 time over before a client came to the end. The server ends by itself after --limit seconds, and, if its
standard input is a pipe, when that is closed. Needs Python 3.9 and its standard library.
"""

import argparse
import os
import pathlib
import re
import select
import socket
import ssl
import stat
import sys
import threading
import time

sys.dont_write_bytecode = True  # no __pycache__ in the source tree
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scenario as scenarios  # noqa: E402
from player import Gone, Log, Player, Socket, Stdio  # noqa: E402
from scenario import ScenarioError  # noqa: E402


class Server:
    """Listeners and their connections; knows whether anything went wrong."""

    def __init__(self, options, context):
        self.options, self.context = options, context
        self.log = Log(options.log)
        self.lock = threading.Lock()
        self.failures = 0
        self.active = 0
        self.count = 0

    def listen(self):
        listener = socket.create_server((self.options.host, 0), backlog=128)
        return listener, listener.getsockname()[1]

    def serve(self, scenario, listener, tls, loop):
        while True:
            connection = listener.accept()[0]
            with self.lock:
                self.active += 1
                self.count += 1
                name = f"{scenario.name}#{self.count}"
            if not loop:
                return self.connection(scenario, connection, tls, name)
            threading.Thread(target=self.connection, args=(scenario, connection, tls, name), daemon=True).start()

    def connection(self, scenario, connection, tls, name):
        transport = Socket(connection, self.context)
        player = Player(scenario, transport, self.log, name)
        problem = None
        try:
            if tls:
                transport.start_tls()
            problem = player.play()
        except (Gone, ScenarioError) as error:
            transport.close("cut")
            # A client that refuses our certificate is what some tests want: noted, not counted.
            self.log.write(name, "--", str(error))
        finally:
            with self.lock:
                self.active -= 1
                self.failures += problem is not None

    def status(self, otherwise):
        return 1 if self.failures else otherwise

    def end(self, otherwise):
        """Ends the process; a connection about to end by itself may do so first."""
        until = time.monotonic() + 0.5
        while self.active and time.monotonic() < until:
            time.sleep(0.01)
        os._exit(self.status(otherwise))


def tls_context(options):
    if not options.certs:
        return None
    folder = pathlib.Path(options.certs)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if options.tls_only:
        version = getattr(ssl.TLSVersion, "TLSv" + options.tls_only.replace(".", "_"))
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    context.load_cert_chain(folder / f"{options.cert}.pem", folder / f"{options.cert}.key")
    if options.client_ca:
        context.load_verify_locations(options.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def watch_stdin(server):
    """Ends the server when its standard input, a pipe, is closed (one closed from the start says nothing)."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if any(event & select.POLLHUP for _, event in poll.poll(0)):
        return

    def watch():
        while os.read(0, 4096):
            pass
        server.end(0)

    threading.Thread(target=watch, daemon=True).start()


def start_limit(server, seconds, otherwise):
    timer = threading.Timer(seconds, lambda: os._exit(server.status(otherwise)))
    timer.daemon = True
    timer.start()


def serve_folder(server, options):
    lines = []
    for path in sorted(pathlib.Path(options.serve).glob("*.txt")):
        scenario = scenarios.load(path)
        variable = "SCENARIO_" + re.sub(r"[^A-Za-z0-9]", "_", scenario.name).upper()
        for tls in (False, True) if server.context else (False,):
            listener, port = server.listen()
            lines.append(f"{variable}_{'TLS_' if tls else ''}PORT={port}\n")
            threading.Thread(target=server.serve, args=(scenario, listener, tls, True), daemon=True).start()
    if not lines:
        raise ScenarioError(f"{options.serve} holds no *.txt file")
    if options.env:
        pathlib.Path(options.env).write_text("".join(lines))
    else:
        sys.stdout.write("".join(lines))
    print(f"READY {len(lines)}", flush=True)
    threading.Event().wait()


def options_from(arguments):
    parser = argparse.ArgumentParser(description="A scripted IMAP server for tests; see the head of this file.")
    parser.add_argument("scenario", nargs="*", help="a scenario file, or a folder and a name")
    parser.add_argument("--stdio", action="store_true", help="speak over standard input and output")
    parser.add_argument("--serve", metavar="DIR", help="serve every scenario of a folder")
    parser.add_argument("--env", metavar="FILE", help="with --serve: where the ports are written")
    parser.add_argument("--tls", action="store_true", help="TLS from the first octet")
    parser.add_argument("--certs", metavar="DIR", help="folder made by the script certs, for TLS and starttls")
    parser.add_argument("--cert", default="good", help="which certificate (good, expired, wrong-host, self-signed, cn-only)")
    parser.add_argument("--client-ca", metavar="FILE", help="refuse the handshake without a certificate signed by this CA")
    parser.add_argument("--tls-only", metavar="VERSION", choices=["1.0", "1.1", "1.2", "1.3"], help="this TLS version only")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which the server ends (default 120)")
    parser.add_argument("--log", metavar="FILE", help="transcript of all connections is appended here")
    options = parser.parse_args(arguments)
    if bool(options.serve) == bool(options.scenario) or len(options.scenario) > 2:
        parser.error("give one scenario file, a folder and a name, or --serve DIR")
    return options


def main(arguments):
    options = options_from(arguments)
    server = Server(options, tls_context(options))
    if options.serve:
        watch_stdin(server)
        start_limit(server, options.limit, 0)
        serve_folder(server, options)
    path = pathlib.Path(*options.scenario)
    scenario = scenarios.load(path if len(options.scenario) == 1 else path.with_name(path.name + ".txt"))
    if options.stdio:
        start_limit(server, options.limit, 3)
        return 1 if Player(scenario, Stdio(), server.log, scenario.name).play() else 0
    if (options.tls or scenario.needs_tls) and server.context is None:
        raise ScenarioError("TLS needs certificates: give --certs DIR, a folder made by the script certs")
    watch_stdin(server)
    start_limit(server, options.limit, 0 if scenario.loop else 3)
    listener, port = server.listen()
    print(f"PORT {port}", flush=True)
    server.serve(scenario, listener, options.tls, scenario.loop)
    return server.status(0)


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except (ScenarioError, OSError) as error:
        print(f"scripted: {error}", file=sys.stderr)
        code = 2
    sys.stdout.flush()
    os._exit(code)
