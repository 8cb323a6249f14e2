"""Python's imaplib as a contestant. It hands over lines; what is parsed of them is parsed here, as its users do: a
regular expression for meta and list, a split for search (it says parsed=0). Envelopes are counted and left alone."""

import imaplib
import re
import ssl
import sys

from cost import Cost, status_kib

WORKLOADS = "meta env body huge search list noop append appends conn idle".split()
META = re.compile(rb"UID (\d+) FLAGS \(([^)]*)\) INTERNALDATE \"([^\"]*)\" RFC822\.SIZE (\d+)")
NAME = re.compile(rb'\((?P<flags>[^)]*)\) "(?P<delimiter>.)" "(?P<name>[^"]*)"')
imaplib._MAXLINE = 1 << 30  # a line of SEARCH is longer than it takes by default


def message(n):
    octets = bytearray(b"A line of sixty-four octets, as an attachment in base64 has th\r\n" * (n // 64))
    for block, at in enumerate(range(0, n, 65536)):
        octets[at] = ord("a") + block % 26
    return bytes(octets)


class Job:
    def __init__(self, workload, n, port, ca=""):
        self.workload, self.n, self.port = workload, int(n), int(port)
        self.tls = ssl.create_default_context(cafile=ca) if ca else None
        self.count, self.check, self.session_kib = 0, None, None

    def login(self):
        if self.tls:
            session = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=self.tls)
        else:
            session = imaplib.IMAP4("127.0.0.1", self.port)
        session.login("alice", "secret")
        return session

    def open(self):
        self.session = self.login()
        must(self.session.select(("huge" if self.workload == "huge" else "n") + str(self.n)))
        size = {"append": self.n << 20, "appends": 4096}.get(self.workload)
        self.message = message(size) if size else b""

    def meta(self):
        self.check = 0
        for line in must(self.session.fetch("1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE)")):
            found = META.search(line)
            self.check += int(found[1]) + int(found[4])
            self.count += 1

    def env(self):
        rows = must(self.session.fetch("1:*", "(UID FLAGS ENVELOPE BODYSTRUCTURE)"))
        # A literal makes a pair, and what follows it an item that is no row of its own.
        self.count = sum(1 for row in rows if b" (UID " in (row[0] if isinstance(row, tuple) else row))

    def body(self):
        self.check = 0
        for row in must(self.session.fetch("1:*", "(UID BODY.PEEK[])")):
            if isinstance(row, tuple):
                self.check += len(row[1]) + row[1][-3]
                self.count += 1

    def huge(self):
        octets = must(self.session.fetch("1", "(UID BODY.PEEK[])"))[0][1]
        self.check = len(octets) + sum(octets[::65536])
        self.count = self.n

    def search(self):
        ids = must(self.session.uid("SEARCH", "ALL"))[0].split()
        self.check, self.count = sum(map(int, ids)), len(ids)

    def list(self):
        self.check = 0
        for line in must(self.session.list()):
            self.check += len(NAME.match(line)["name"])
            self.count += 1

    def noop(self):
        for self.count in range(1, self.n + 1):
            must(self.session.noop())

    def append(self):
        must(self.session.append("INBOX", None, None, self.message))
        self.count = self.n

    def appends(self):
        for self.count in range(1, self.n + 1):
            must(self.session.append("INBOX", None, None, self.message))

    def conn(self):
        for self.count in range(1, self.n + 1):
            self.login().logout()

    def idle(self):
        """It has no IDLE before Python 3.14: sessions that are logged in and quiet."""
        held = [self.login()]
        before = status_kib("VmRSS")
        held += [self.login() for _ in range(self.n)]
        self.session_kib = (status_kib("VmRSS") - before) / self.n
        self.count = self.n


def must(answer):
    if answer[0] != "OK":
        sys.exit(str(answer[1][0]))
    return answer[1]


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(WORKLOADS))
        return
    job = Job(*sys.argv[1:5])
    if job.workload not in ("conn", "idle"):
        job.open()
    with Cost() as cost:
        getattr(job, job.workload)()
    said = [f"count={job.count}"]
    if job.check is not None:
        said.append(f"check={job.check}")
    if job.workload in ("meta", "env", "search", "list"):
        said.append("parsed=0")
    if job.session_kib is not None:
        said.append(f"session_kib={job.session_kib:.2f}")
    print(*said, cost)


if __name__ == "__main__":
    main()
