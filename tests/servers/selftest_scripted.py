"""The checks of the scripted server, the recording proxy and commands.py; run by selftest."""

import contextlib
import imaplib
import pathlib
import re
import shlex
import socket
import ssl
import subprocess
import sys
import time

import player
import scenario

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE / "scenarios"
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


@contextlib.contextmanager
def started(program, *arguments, status=0):
    """A program that prints its port; yields the port. Its standard input is closed at the end, which ends it."""
    process = subprocess.Popen([HERE / program, *map(str, arguments)], cwd="/", stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    try:
        line = process.stdout.readline()
        assert line.startswith((b"PORT ", b"READY ")), process.stderr.read()
        yield int(line.split()[1])
    finally:
        process.stdin.close()
        ended = process.wait(10)
        process.stdout.close()
        process.errors = process.stderr.read()
        process.stderr.close()
    assert ended == status, f"{program} {arguments}: status {ended}, not {status}: {process.errors.decode()}"


def written(folder, text):
    path = folder / "one.txt"
    path.write_text(text)
    return path


def certificates(scratch):
    subprocess.run([HERE / "certs", scratch / "c"], check=True)
    return scratch / "c"


def logged_in(port):
    connection = imaplib.IMAP4("127.0.0.1", port)
    connection.login("alice", "secret")
    connection.select()
    return connection


def failure(call, *arguments):
    try:
        call(*arguments)
    except (imaplib.IMAP4.error, OSError) as error:
        return error
    raise AssertionError(f"{call} {arguments} succeeded")


@check
def scenarios_all_parse(_):
    names = [scenario.load(path).name for path in sorted(SCENARIOS.glob("*.txt"))]
    assert len(names) > 40, names


# What a client says where a scenario has a regular expression, in order.
SAID = {
    "auth-oauth-failed": [b"a AUTHENTICATE XOAUTH2 eHg=", b"AQ=="],
    "literal-minus": [b"a APPEND x {3+}", b"a APPEND x {10000}"],
    "literal-plus": [b"a APPEND x {5000+}"],
    "out-of-order": [b"a3 STATUS Archive (MESSAGES)"],
    "partial": [b"a PARTIAL 1 RFC822.TEXT 1 10"],
    "utf8-accept": [b"a APPEND x UTF8 (~{3}"],
}


class Obedient:
    """A client, in place of a connection, that says just what the scenario waits for."""

    def __init__(self, script):
        self.said = list(SAID.get(script.name, []))
        self.answers = []
        size = 0
        for step in flat(script.steps):
            if step.kind == "expect":
                pattern, text = step.value
                line = text.replace(b"{tag}", b"a1").replace(b"{literal}", b"{3}").replace(b"{*}", b"any thing")
                line = re.sub(rb"\{[a-z_]+\}", b"word", line)
                if pattern.pattern != scenario.pattern(text).pattern:
                    line = self.said.pop(0)
                announced = re.search(rb"\{(\d+)\+?\}$", line)
                size = int(announced.group(1)) if announced else 0
                self.answers.append(line + b"\r\n")
            elif step.kind == "literal":
                self.answers.append(step.value or b"x" * size)
        self.answers += [command + b" x\r\n" for command in rules_of(script)]

    def receive(self):
        return self.answers.pop(0) if self.answers else b""

    def send(self, octets):
        pass

    def start_tls(self):
        pass

    def is_readable(self, seconds):
        return False

    def close(self, how):
        pass


def flat(steps):
    for step in steps:
        yield from flat(step.body) if step.kind == "repeat" else [step]


def rules_of(script):
    """Each command there is a rule for, unless the script ends before the client could say it."""
    ends = any(step.kind in ("close", "cut", "reset", "stall", "closed") for step in script.steps)
    return [] if ends else [b"a9 " + name.encode() for name in script.rules]


@check
def scenarios_can_all_be_played_to_their_end(scratch):
    patient, time.sleep = time.sleep, lambda _: None
    try:
        for path in sorted(SCENARIOS.glob("*.txt")):
            script = scenario.load(path)
            client = Obedient(script)
            wrong = player.Player(script, client, player.Log(None), script.name).play()
            assert wrong is None, wrong
            assert not client.answers and not client.said, f"{script.name}: not taken: {client.answers} {client.said}"
    finally:
        time.sleep = patient


@check
def scenario_mistakes_are_named_with_their_line(_):
    for text in (b"S: x\nnonsense", b"S: x\nend", b"S: x\nraw \\q", b"S: x\nwait long", b"S: x\nhex 1", b"S: x\nC~ ("):
        try:
            scenario.parse(text, "bad")
        except scenario.ScenarioError as error:
            assert "bad:2" in str(error), error
        else:
            raise AssertionError(f"{text} was accepted")


@check
def scripted_plays_captures_and_literals(scratch):
    path = written(scratch, "S: * OK hello\nC: {tag} CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: {tag} OK done\n"
                   'C: {tag} LOGIN {user} "secret"\nS: {tag} OK welcome {user}\n'
                   "C: {tag} APPEND INBOX {literal}\nS: + go\nliteral a\\r\\n\\x00b\nC:\nS: {tag} OK stored\n")  # fmt: skip
    with started("scripted.py", path) as port:
        connection = imaplib.IMAP4("127.0.0.1", port)
        assert connection.login("alice", "secret") == ("OK", [b"welcome alice"])
        # imaplib turns the lone CR and LF into CRLF.
        assert connection.append("INBOX", None, None, b"a\r\n\0b") == ("OK", [b"stored"])
        assert connection.logout() == ("BYE", [b"see you"])


@check
def scripted_reports_a_mismatch(scratch):
    path = written(scratch, "S: * OK [CAPABILITY IMAP4rev1] hello\nC: {tag} CAPABILITY\nS: * CAPABILITY IMAP4rev1\n"
                   "S: {tag} OK done\nC: {tag} NOOP\nS: {tag} OK done\n")  # fmt: skip
    log = scratch / "log"
    with started("scripted.py", "--log", log, path, status=1) as port:
        connection = imaplib.IMAP4("127.0.0.1", port)
        failure(connection.login, "alice", "secret")
        connection.shutdown()
    text = log.read_text()
    assert "one MISMATCH one:5: expected b'{tag} NOOP', got b'" in text.replace("#1", ""), text


@check
def scripted_reports_an_early_close(scratch):
    path = written(scratch, "S: * OK hello\nC: {tag} NOOP\nS: {tag} OK\n")
    with started("scripted.py", path, status=1) as port:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.recv(100)


@check
def scripted_ends_by_itself(scratch):
    path = written(scratch, "stall\n")
    begin = time.monotonic()
    done = subprocess.run([HERE / "scripted.py", "--limit", "0.3", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert done.returncode == 3 and time.monotonic() - begin < 3


@check
def scripted_speaks_over_stdio(scratch):
    command = shlex.join([str(HERE / "scripted.py"), "--stdio", str(SCENARIOS / "basic.txt")])
    connection = imaplib.IMAP4_stream(command)
    connection.login("alice", "secret")
    connection.select()
    assert connection.fetch("1", "(BODY[])")[1][0][1] == b"Subject: x\r\n"
    connection.logout()
    assert connection.process.wait(10) == 0


@check
def scripted_drips_and_repeats(scratch):
    path = written(scratch, "drip 1 5\nS: * OK [CAPABILITY IMAP4rev1] slow\ndrip off\ncapabilities IMAP4rev1\n"
                   "C: {tag} SEARCH ALL\nraw * SEARCH\nrepeat 5\nraw \\x20{i}\nend\nS:\nS: {tag} OK done\naccept SELECT LOGIN\n")  # fmt: skip
    with started("scripted.py", path) as port:
        begin = time.monotonic()
        connection = logged_in(port)
        assert time.monotonic() - begin > 0.15
        assert connection.search(None, "ALL") == ("OK", [b"1 2 3 4 5"])
        connection.logout()


@check
def scripted_serves_a_folder(scratch):
    certs, env = certificates(scratch), scratch / "env"
    with started("scripted.py", "--serve", SCENARIOS, "--env", env, "--certs", certs, "--log", scratch / "log"):
        ports = dict(line.split("=") for line in env.read_text().splitlines())

        def port(name):
            return int(ports[f"SCENARIO_{name}_PORT"])

        for _ in range(2):
            logged_in(port("BASIC")).logout()
        connection = imaplib.IMAP4("127.0.0.1", port("PROXYAUTH"))
        connection.login("admin", "secret")
        assert connection.proxyauth("bob")[0] == "OK"
        connection.logout()
        connection = logged_in(port("PARTIAL"))
        assert connection.partial("1", "RFC822.TEXT", "1", "10")[1][0][1] == b"Hello worl"
        connection.logout()
        connection = logged_in(port("READONLY_LATER"))
        connection.noop()
        # imaplib notices at the next command.
        assert isinstance(failure(connection.noop), imaplib.IMAP4.readonly)
        connection.shutdown()
        assert isinstance(failure(logged_in, port("READONLY_SELECT")), imaplib.IMAP4.readonly)
        assert "maintenance" in str(failure(logged_in(port("BYE_DURING_FETCH")).fetch, "1:3", "FLAGS"))
        assert "too many" in str(failure(imaplib.IMAP4, "127.0.0.1", port("BYE_GREETING")))
        failure(imaplib.IMAP4, "127.0.0.1", port("GARBAGE_GREETING"))
        context = ssl.create_default_context(cafile=certs / "ca.pem")
        connection = imaplib.IMAP4("localhost", port("STARTTLS"))
        connection.starttls(context)
        assert connection.capabilities == ("IMAP4REV1", "IDLE")
        connection.logout()
        imaplib.IMAP4_SSL("localhost", port("BASIC_TLS"), ssl_context=context).logout()
        with socket.create_connection(("127.0.0.1", port("SILENT")), 5) as connection:
            connection.settimeout(0.1)
            failure(connection.recv, 1)
    assert "MISMATCH" not in (scratch / "log").read_text()


@check
def scripted_sends_the_injection_in_the_same_write(scratch):
    with started("scripted.py", "--certs", certificates(scratch), SCENARIOS, "starttls-injection") as port:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.recv(1000)
            connection.sendall(b"a1 STARTTLS\r\n")
            time_limit = time.monotonic() + 5
            octets = b""
            while b"a2 OK injected\r\n" not in octets and time.monotonic() < time_limit:
                octets += connection.recv(1000)
            assert octets.startswith(b"a1 OK begin TLS now\r\n* CAPABILITY") and octets.endswith(b"a2 OK injected\r\n"), octets


@check
def scripted_limits_tls_versions_and_asks_for_certificates(scratch):
    certs = certificates(scratch)
    context = ssl.create_default_context(cafile=certs / "ca.pem")
    with started("scripted.py", "--tls", "--tls-only", "1.1", "--certs", certs, SCENARIOS, "basic") as port:
        failure(lambda: imaplib.IMAP4_SSL("localhost", port, ssl_context=context))
    with started("scripted.py", "--tls", "--tls-only", "1.2", "--client-ca", certs / "ca.pem", "--certs", certs, SCENARIOS, "basic") as port:
        failure(lambda: imaplib.IMAP4_SSL("localhost", port, ssl_context=context))
        context.load_cert_chain(certs / "client.pem", certs / "client.key")
        connection = imaplib.IMAP4_SSL("localhost", port, ssl_context=context)
        assert connection.sock.version() == "TLSv1.2"
        connection.logout()


@check
def record_writes_down_what_both_sides_said(scratch):
    certs, log = certificates(scratch), scratch / "log"
    context = ssl.create_default_context(cafile=certs / "ca.pem")
    with started("scripted.py", "--serve", SCENARIOS, "--env", scratch / "env", "--certs", certs):
        ports = dict(line.split("=") for line in (scratch / "env").read_text().splitlines())
        target = ("127.0.0.1", ports["SCENARIO_BASIC_PORT"])
        with started("record.py", "--log", log, *target) as port:
            first, second = logged_in(port), logged_in(port)
            first.fetch("1", "(BODY[])")
            first.logout()
            second.logout()
        with started("record.py", "--log", log, "--certs", certs, "127.0.0.1", ports["SCENARIO_STARTTLS_PORT"]) as port:
            connection = imaplib.IMAP4("localhost", port)
            connection.starttls(context)
            connection.login("alice", "secret")
            connection.logout()
        options = ("--tls", "--to-tls", "--certs", certs)
        with started("record.py", "--log", log, *options, "127.0.0.1", ports["SCENARIO_BASIC_TLS_PORT"]) as port:
            connection = imaplib.IMAP4_SSL("localhost", port, ssl_context=context)
            connection.noop()
            connection.logout()
        with started("record.py", "--log", log, "127.0.0.1", ports["SCENARIO_LITERAL_REFUSED_PORT"]) as port:
            connection = logged_in(port)
            connection.append("x", None, None, b"y1 FAKE\r\n")
            connection.logout()
    command = [str(HERE / "record.py"), "--log", str(log), "--stdio", "--"]
    command += [str(HERE / "scripted.py"), "--stdio", str(SCENARIOS / "auth-cancelled.txt")]
    connection = imaplib.IMAP4_stream(shlex.join(command))
    failure(connection.authenticate, "XTEST", lambda _: None)
    connection.authenticate("PLAIN", lambda _: b"\0alice\0secret")
    connection.logout()
    assert connection.process.wait(10) == 0
    names = subprocess.run([HERE / "commands.py", log], stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
    assert names[:-1] == ["APPEND", "AUTHENTICATE", "CAPABILITY", "FETCH", "LOGIN", "LOGOUT", "NOOP", "SELECT", "STARTTLS"], names


@check
def commands_skips_what_is_no_command(scratch):
    log = scratch / "log"
    log.write_bytes(
        b"# connection 1\nS: * OK\r\nC: 1 uid FETCH 1 X\r\nS: 1 OK\r\nC: 2 APPEND x {9+}\r\nC: 3 FAKE1\r\nC:  {9}\r\nS: + go\r\n"
        b"C: 4 FAKE2\r\nC: \r\nS: 2 OK\r\nC: 5 IDLE\r\nS: + idling\r\nC: DONE\r\nS: 5 OK\r\nC: 6 AUTHENTICATE X\r\nS: +\r\n"
        b"C: 7 FAKE3\r\nS: +\r\nC: \r\nS: 6 NO\r\nC: 8 CREATE {5}\r\nS: 8 NO\r\nC: 9 NOOP\r\n"
        b"# connection 2\nC: 1 CHECK\r\n"
    )
    names = subprocess.run([sys.executable, HERE / "commands.py", log], stdout=subprocess.PIPE, check=True).stdout.split(b"\n")
    assert names[:-1] == [b"APPEND", b"AUTHENTICATE", b"CHECK", b"CREATE", b"IDLE", b"NOOP", b"UID", b"UID FETCH"], names
