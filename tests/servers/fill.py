"""Fills alice's mailboxes with the sample messages of mail/*.eml: fill.py HOST PORT USER PASSWORD

Dates and flags are fixed and the order is that of the file names, so that every run gives the same mailboxes (their
UIDVALIDITY excepted, which a server takes from its clock). Running it again replaces what is there.
Tested on Dovecot and Cyrus; uses nothing but the base protocol.
"""

import imaplib
import pathlib
import sys

# One line a message, in the order of the files: flags and internal date.
INBOX = [
    (r"\Seen \Answered", "08-Jan-2024 09:30:05 +0000"),
    (r"\Seen", "08-Jan-2024 17:02:12 +0000"),
    (r"\Flagged", "09-Jan-2024 08:00:01 +0000"),
    ("", "10-Jan-2024 15:00:00 +0000"),
    (r"\Seen $Label1", "11-Jan-2024 07:15:02 +0000"),
    (r"\Seen $Forwarded", "12-Jan-2024 16:45:31 +0100"),
    ("", "13-Jan-2024 00:00:00 +0000"),
    (r"\Seen", "14-Jan-2024 13:00:00 +0000"),
    ("", " 5-Feb-1994 21:52:25 -0700"),
    (r"\Deleted", "15-Jan-2024 12:00:00 +0000"),
    (r"\Draft \Seen", "16-Jan-2024 11:04:05 +0000"),
    ("", "17-Jan-2024 20:00:01 +0000"),
]

# Name on the wire (quoted where needed), subscribed, numbers of the messages it holds. `Entw&APw-rfe` is "Entwürfe".
MAILBOXES = [
    ("Archive", True, [1, 2, 8]),
    ("Archive/2023", False, [9]),
    ("Drafts", True, []),
    ("Entw&APw-rfe", True, [4]),
    ("Sent", True, [1]),
    ('"with space"', False, [7]),
]


def must(answer):
    status, data = answer
    if status != "OK":
        raise SystemExit(f"fill: the server refused: {status} {data}")
    return data


def main(host, port, user, password):
    files = sorted((pathlib.Path(__file__).parent / "mail").glob("*.eml"))
    if len(files) != len(INBOX):
        raise SystemExit(f"fill: mail/ holds {len(files)} messages, the list in fill.py {len(INBOX)}")
    messages = [path.read_bytes().replace(b"\n", b"\r\n") for path in files]
    connection = imaplib.IMAP4(host, int(port))
    must(connection.login(user, password))
    must(connection.select("INBOX"))
    if must(connection.search(None, "ALL"))[0]:
        must(connection.store("1:*", "+FLAGS", r"(\Deleted)"))
    must(connection.close())
    for (flags, date), message in zip(INBOX, messages):
        must(connection.append("INBOX", f"({flags})", f'"{date}"', message))
    must(connection.subscribe("INBOX"))
    for name, _, _ in reversed(MAILBOXES):
        connection.delete(name)
    for name, subscribed, numbers in MAILBOXES:
        must(connection.create(name))
        if subscribed:
            must(connection.subscribe(name))
        for number in numbers:
            must(connection.append(name, r"(\Seen)", f'"{INBOX[number - 1][1]}"', messages[number - 1]))
    connection.logout()


if __name__ == "__main__":
    if len(sys.argv) != 5:
        raise SystemExit("usage: fill.py HOST PORT USER PASSWORD")
    main(*sys.argv[1:])
