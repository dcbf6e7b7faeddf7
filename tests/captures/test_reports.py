"""The reports and the statistics: of what the samples hold, counted by a reader that asks no POP decoder;
of conversations made for the purpose, value by value.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import csv
import hashlib
import io
import json
import re
import shutil
import unittest
from pathlib import Path
from typing import Any

import harness
from harness import captures
import plain_reader

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"
NAMES = sorted(path.name.split(".")[0] for path in SAMPLES.glob("*.pcapng.gz"))

# What a reader of lines cannot read: octets are missing, strangers put lines in, the server speaks
# unasked, or it is no POP3.
NOT_READ = {"gap-in-capture", "mirror-drops", "snapped-96", "starts-late", "stls-injected-reply",
            "stls-injected-command", "server-stopped", "proxy-haproxy-v1", "proxy-haproxy-v2",
            "pop2", "pop2-folders", "pop-rfc918"}

NAME_LIMIT = 64  # octets of an unknown command's name that are kept

# Segments come out of order in some.

Row = dict[str, Any]


def documents(text: str) -> list[Any]:
    """The JSON documents that stand one behind the other."""
    decoder, found = json.JSONDecoder(), []
    while text := text.lstrip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


# Where there is other text beside it.
JSON_PART = re.compile(r"^\[\]$|^\[$.*?^\]$", re.M | re.S)


class ReportTest(harness.CaptureTest):
    def report(self, capture: Path, name: str, filter: str = "", **options: Any) -> list[Row]:
        words = f"pop,{name},json" + (f",{filter}" if filter else "")
        return json.loads(self.tshark(capture, "-q", "-z", words, **options))

    def reports(self, capture: Path, *names: str, **options: Any) -> list[list[Row]]:
        """Several reports of one run, in the order in which it writes them."""
        words = [word for name in names for word in ("-z", f"pop,{name},json")]
        return documents(self.tshark(capture, "-q", *words, **options))

    def sample(self, name: str) -> Path:
        capture = self.workplace.folder / f"{name}.pcapng.gz"
        if not capture.exists():
            shutil.copy(SAMPLES / capture.name, capture)
            capture.chmod(0o644)
        return capture

    def tree(self, capture: Path, filter: str = "", **options: Any) -> dict[str, int]:
        """The counts of the statistics: {"Replies/RETR/positive": 3}."""
        words = "pop,tree" + (f",{filter}" if filter else "")
        return parse_tree(self.tshark(capture, "-q", "-z", words, **options))


def parse_tree(text: str) -> dict[str, int]:
    counts, path = {}, []
    for line in text.splitlines():
        match = re.match(r"( *)(\S.*?) {2,}(\d+) ", line)
        if match:
            path = path[:len(match[1])] + [match[2]]
            counts["/".join(path)] = int(match[3])
    return counts


# --- The samples -----------------------------------------------------------------------------------

def counts_of(sessions: dict[int, list[plain_reader.Exchange]]) -> collections.Counter:
    """What the statistics must have counted."""
    counts: collections.Counter = collections.Counter()
    for exchanges in sessions.values():
        for exchange in exchanges:
            verb = "XTND XMIT" if exchange.verb == "XTND" else exchange.verb[:NAME_LIMIT]
            counts[f"Commands/{verb}"] += 1
            if exchange.positive is not None:
                sign = "positive" if exchange.positive else "negative"
                counts[f"Replies/{verb}/{sign}"] += 1
            if exchange.code:
                counts[f"Response codes/{exchange.code}"] += 1
            if exchange.verb == "CAPA":
                for line in exchange.lines:
                    counts[f"Capabilities offered/{line.split()[0].decode().upper()}"] += 1
        for login in plain_reader.logins(exchanges):
            if login.verdict != "unanswered":
                counts[f"Login attempts/{login.mechanism}/{login.verdict}"] += 1
    return counts


COUNTED = re.compile(r"Response codes/.+|(Commands|Capabilities offered)/[^/]+$"
                     r"|(Replies|Login attempts)/[^/]+/[^/]+$")


class Samples(ReportTest):
    """Every sample: what the reports say against what a reader of lines finds."""

    def test_against_a_reader_of_lines(self):
        for name in sorted(set(NAMES) - NOT_READ):
            capture = self.sample(name)
            sessions = plain_reader.sessions(
                lambda *words: self.tshark(capture, *words, prefs=["tcp.desegment_tcp_streams:TRUE"]))
            text = self.tshark(capture, "-q", "-z", "pop,tree", "-z", "pop,logins,json",
                               "-z", "pop,mails,json")
            rows = [row for part in JSON_PART.findall(text) for row in json.loads(part)]
            text = JSON_PART.sub("", text)
            with self.subTest(sample=name, what="logins"):
                self.check_logins(sessions, [row for row in rows if "verdict" in row])
            with self.subTest(sample=name, what="mails"):
                self.check_mails(sessions, [row for row in rows if "fetched" in row])
            with self.subTest(sample=name, what="statistics"):
                counts = {key: count for key, count in parse_tree(text).items()
                          if count and COUNTED.match(key)}
                self.assertEqual(counts, dict(counts_of(sessions)))

    def check_logins(self, sessions, rows: list[Row]) -> None:
        expected = [(stream, number, login.user, login.mechanism, login.verdict)
                    for stream, exchanges in sessions.items()
                    for number, login in enumerate(plain_reader.logins(exchanges), 1)]
        found = [(row["tcp_stream"], row["attempt"], row["user"], row["mechanism"], row["verdict"])
                 for row in rows]
        self.assertEqual(sorted(found, key=str), sorted(expected, key=str))

    def check_mails(self, sessions, rows: list[Row]) -> None:
        expected = [(stream, exchange.verb, hashlib.sha256(exchange.mail).hexdigest(),
                     len(exchange.mail))
                    for stream, exchanges in sessions.items() for exchange in exchanges
                    if exchange.verb in ("RETR", "TOP") and exchange.positive]
        found = [(row["tcp_stream"], row["fetched"].split()[0], row["sha256"], row["size"])
                 for row in rows if row["fetched"] != "no" and row["complete"]]
        whole = [row for row in expected if row[2] in {row[2] for row in found}]
        broken = sum(1 for row in rows if row["complete"] is False)
        self.assertEqual(sorted(found), sorted(whole))
        self.assertEqual(len(found) + broken, len(expected))

    def test_passes_agree(self):
        words = [word for name in ("sessions", "logins", "mails")
                 for word in ("-z", f"pop,{name},json")] + ["-z", "pop,tree", "-z", "pop,srt"]
        for name in ("story-who-deleted-it", "story-password-guessing", "transport-stls",
                     "client-vanishes", "pop2-folders", "errors-dovecot", "idle-logout"):
            with self.subTest(sample=name):
                capture = self.sample(name)
                self.assertEqual(self.tshark(capture, "-q", *words),
                                 self.tshark(capture, "-q", *words, two_pass=True))


class Stories(ReportTest):
    """The questions of the samples, each answered by one command (sample-captures/ANSWERS.md)."""

    def test_who_deleted_this_mail(self):
        rows = self.report(self.sample("story-who-deleted-it"), "mails",
                           'pop.message.uid == "000000036b037eea"')
        self.assertEqual([(row["session"], row["client"], row["number"], row["fetched"],
                           row["deleted"]) for row in rows],
                         [(0, "198.51.100.23", 3, "TOP 0", "no"),
                          (1, "198.51.100.10", 3, "RETR", "undone"),
                          (2, "198.51.100.23", 3, "RETR", "lost"),
                          (4, "198.51.100.23", 2, "no", "yes")])

    def test_why_did_this_login_fail(self):
        for name, code in (("login-wrong-password", "AUTH"), ("login-locked", "IN-USE"),
                           ("login-system-fault", "SYS/TEMP")):
            row, = self.report(self.sample(name), "logins", 'pop.auth.result == "rejected"')
            self.assertEqual((row["user"], row["verdict"], row["code"]),
                             ("alice", "rejected", code))

    def test_which_mails_were_fetched_twice(self):
        rows = self.report(self.sample("story-who-deleted-it"), "mails")
        self.assertEqual({row["subject"] for row in rows if (row["fetches"] or 0) > 1},
                         {"The contract, signed"})

    def test_how_sessions_end(self):
        cases = {"first-lesson": ("QUIT", "client"), "idle-logout": ("idle", "server"),
                 "server-stopped": ("FIN", "server"), "client-vanishes": ("RST", "client"),
                 "delete-no-quit": ("FIN", "client"), "login-locked": ("FIN", "server")}
        for name, expected in cases.items():
            with self.subTest(sample=name):
                row = self.report(self.sample(name), "sessions")[0]
                self.assertEqual((row["ended"], row["ended_by"]), expected)

    def test_deletions(self):
        cases = {"delete-quit": (2, 0, 0), "delete-no-quit": (0, 2, 0), "delete-rset": (0, 0, 2)}
        for name, expected in cases.items():
            with self.subTest(sample=name):
                row = self.report(self.sample(name), "sessions")[0]
                self.assertEqual((row["deletions_committed"], row["deletions_lost"],
                                  row["deletions_undone"]), expected)

    def test_tls(self):
        cases = {"transport-clear": "no", "transport-stls": "STLS",
                 "transport-pop3s": "from the start"}
        for name, expected in cases.items():
            self.assertEqual(self.report(self.sample(name), "sessions")[0]["tls"], expected)


# --- Made for the purpose --------------------------------------------------------------------------

MAIL = (b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nFrom: \"B, C\" <b@example.org>\r\n"
        b"Message-ID: <1@example.org>\r\nDate: Mon, 6 Jan 2025 09:00:00 +0000\r\n\r\nHello\r\n")
FORMULA = b"Subject: =HYPERLINK(\"http://x\")\r\n\r\n.\r\n"

SESSION = captures.conversation(
    ("S", b"+OK Dovecot ready.\r\n"),
    ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"),
    ("C", b"PASS wrong\r\n"), ("S", b"-ERR [AUTH] no, \"alice\"\r\n"),
    ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"),
    ("C", b"PASS right\r\n"), ("S", b"+OK in\r\n"),
    ("C", b"LIST\r\n"), ("S", b"+OK\r\n1 %d\r\n2 99\r\n3 7\r\n.\r\n" % len(MAIL)),
    ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 -x\r\n2 b\r\n3 c\r\n.\r\n"),
    ("C", b"RETR 1\r\n"), ("S", b"+OK %d octets\r\n" % len(MAIL) + MAIL + b".\r\n"),
    ("C", b"RETR 1\r\nTOP 2 0\r\n"),
    ("S", b"+OK\r\n" + MAIL + b".\r\n+OK\r\n" + FORMULA.replace(b"\n.", b"\n..") + b".\r\n"),
    ("C", b"DELE 1\r\nDELE 3\r\nDELE 9\r\n"), ("S", b"+OK\r\n+OK\r\n-ERR no such message\r\n"),
    ("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n"))


class Session(ReportTest):
    def setUp(self) -> None:
        super().setUp()
        self.capture_file = self.capture(SESSION)

    def test_sessions(self):
        row, = self.report(self.capture_file, "sessions")
        expected = {
            "session": 0, "tcp_stream": 0, "client": "192.0.2.1", "client_port": 40000,
            "server": "192.0.2.110", "server_port": 110, "software": "Dovecot", "version": 3,
            "tls": "no", "user": "alice", "mechanism": "USER", "logins": 2, "commands": 13,
            "errors": 2, "mails": 2, "mails_incomplete": 0, "previews": 1, "submissions": 0,
            "mail_octets": 2 * len(MAIL), "deletions_committed": 2, "deletions_lost": 0,
            "deletions_undone": 0, "ended": "QUIT", "ended_by": "client", "first_frame": 4}
        self.assertEqual({name: row[name] for name in expected}, expected)
        octets = collections.Counter()
        for run in SESSION:
            octets[run.direction] += len(run.octets)
        self.assertEqual((row["client_octets"], row["server_octets"]), (octets["C"], octets["S"]))

    def test_times_of_sessions(self):
        """A frame each millisecond; the first three open the connection, the last three close it."""
        row, = self.report(self.capture_file, "sessions")
        frames = 3 + len(SESSION)
        self.assertEqual(row["start"], "2001-09-09T01:46:40.000000000Z")
        self.assertEqual(row["last_frame"], frames)
        self.assertAlmostEqual(row["duration"], frames / 1000)  # up to the client's FIN
        self.assertAlmostEqual(row["longest_server_wait"], 0.001)
        self.assertAlmostEqual(row["longest_client_wait"], 0.001)

    def test_logins(self):
        rows = self.report(self.capture_file, "logins")
        names = ("attempt", "user", "mechanism", "verdict", "code", "text", "tls", "first_frame",
                 "user_frame", "proof_frame", "verdict_frame")
        self.assertEqual([tuple(row[name] for name in names) for row in rows],
                         [(1, "alice", "USER", "rejected", "AUTH", 'no, "alice"', False, 5, 5, 7, 8),
                          (2, "alice", "USER", "accepted", None, "in", False, 9, 9, 11, 12)])

    def test_mails(self):
        rows = self.report(self.capture_file, "mails")
        names = ("number", "uid", "fetched", "complete", "listed_size", "announced_size", "size",
                 "fetches", "deleted")
        size = len(MAIL)
        self.assertEqual([tuple(row[name] for name in names) for row in rows],
                         [(1, "-x", "RETR", True, size, size, size, 2, "yes"),
                          (1, "-x", "RETR", True, size, None, size, 2, "yes"),
                          (2, "b", "TOP 0", True, 99, None, len(FORMULA), 1, "no"),
                          (3, "c", "no", None, 7, None, None, None, "yes")])
        first = rows[0]
        self.assertEqual(first["sha256"], hashlib.sha256(MAIL).hexdigest())
        self.assertEqual((first["subject"], first["from"], first["message_id"], first["date"]),
                         ("Grüße", '"B, C" <b@example.org>', "<1@example.org>",
                          "Mon, 6 Jan 2025 09:00:00 +0000"))

    def test_statistics(self):
        tree = self.tree(self.capture_file)
        self.assertEqual({key: tree[key] for key in (
            "Commands", "Commands/USER", "Replies/PASS/negative", "Replies/DELE/positive",
            "Response codes/AUTH", "Login attempts/USER", "Login attempts/USER/rejected",
            "Login attempts/USER/accepted", "Mails/fetched", "Mails/previewed",
            "Mails fetched, by user/alice", "Octets of mails fetched, by user/alice",
            "Octets of mails fetched, by server/192.0.2.110")},
            {"Commands": 13, "Commands/USER": 2, "Replies/PASS/negative": 1,
             "Replies/DELE/positive": 2, "Response codes/AUTH": 1, "Login attempts/USER": 2,
             "Login attempts/USER/rejected": 1, "Login attempts/USER/accepted": 1,
             "Mails/fetched": 2, "Mails/previewed": 1, "Mails fetched, by user/alice": 2,
             "Octets of mails fetched, by user/alice": 2 * len(MAIL),
             "Octets of mails fetched, by server/192.0.2.110": 2 * len(MAIL)})

    def test_cuts_change_nothing_but_frames_and_times(self):
        def facts(cut) -> list[list[Row]]:
            capture = self.capture(SESSION, cut)
            moving = re.compile(r".*frame|time|start|end|duration|verdict_time|longest_.*")
            return [[{name: value for name, value in row.items() if not moving.fullmatch(name)}
                     for row in rows]
                    for rows in self.reports(capture, "sessions", "logins", "mails")]
        expected = facts(captures.whole)
        for cut in (captures.by_size(1), captures.by_size(7), captures.by_lines):
            self.assertEqual(facts(cut), expected)

    def test_a_filter_chooses_rows_and_not_what_they_say(self):
        whole = self.report(self.capture_file, "sessions")
        self.assertEqual(self.report(self.capture_file, "sessions", "frame.number == 8"), whole)
        self.assertEqual(self.report(self.capture_file, "sessions", "tcp.port == 995"), [])
        rows = self.report(self.capture_file, "mails", "pop.message.number in {2, 3}")
        self.assertEqual([row["number"] for row in rows], [1, 2, 3])  # 1 and 2 share a frame
        rows = self.report(self.capture_file, "logins", 'pop.auth.password == "right"')
        self.assertEqual([row["attempt"] for row in rows], [2])


class Formats(ReportTest):
    def setUp(self) -> None:
        super().setUp()
        self.capture_file = self.capture(SESSION)

    def rows_of_csv(self, words: str) -> list[dict[str, str]]:
        text = self.tshark(self.capture_file, "-q", "-z", words)
        self.assertTrue(text.endswith("\r\n"))
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def test_csv_says_what_json_says(self):
        for name in ("sessions", "logins", "mails"):
            for found, expected in zip(self.rows_of_csv(f"pop,{name},csv"),
                                       self.report(self.capture_file, name)):
                self.assertEqual(list(found), list(expected))
                for column, value in expected.items():
                    self.assertEqual(found[column], self.as_csv(value), column)

    @staticmethod
    def as_csv(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return f"{value:.9f}"
        if isinstance(value, str) and value[:1] in "=+-@":
            return "'" + value
        return "" if value is None or value == [] else str(value)

    def test_formulas_are_disarmed(self):
        rows = self.rows_of_csv("pop,mails,csv")
        self.assertEqual(rows[2]["subject"], "'=HYPERLINK(\"http://x\")")
        self.assertEqual(rows[0]["uid"], "'-x")

    def test_text(self):
        lines = self.tshark(self.capture_file, "-q", "-z", "pop,logins").splitlines()
        self.assertEqual(lines[1], "POP Logins: 2")
        self.assertIn("rejected  AUTH  no, \"alice\"", lines[4])
        self.assertEqual(lines, self.tshark(self.capture_file, "-q", "-z",
                                            "pop,logins,text").splitlines())

    def test_filters_with_commas(self):
        rows = self.rows_of_csv("pop,sessions,csv,tcp.port in {109, 110}")
        self.assertEqual(len(rows), 1)
        self.assertEqual(self.report(self.capture_file, "logins", "json"), [])

    def test_a_bad_filter_is_told(self):
        with self.assertRaisesRegex(AssertionError, "-z pop,mails: "):
            self.tshark(self.capture_file, "-q", "-z", "pop,mails,csv,frame.number ==")
        with self.assertRaisesRegex(AssertionError, "a comma must follow"):
            self.tshark(self.capture_file, "-q", "-z", "pop,mailsx")

    def test_an_empty_capture(self):
        capture = self.capture([])
        self.assertEqual(self.report(capture, "mails"), [])
        self.assertIn("POP Sessions: 0", self.tshark(capture, "-q", "-z", "pop,sessions"))


class Guesses(ReportTest):
    """Which mail is the second one is a guess: where a row says so, the text has a column for it."""

    def test_after_a_loss(self):
        capture = self.dialogue("gap-from-one-mail-into-the-next")
        for two_pass in (False, True):
            rows = self.report(capture, "mails", two_pass=two_pass)
            self.assertEqual([(row["number"], row["complete"], row["uncertain"]) for row in rows],
                             [(1, False, True), (2, True, True)])
        self.assertIn("Complete  A guess  From", self.tshark(capture, "-q", "-z", "pop,mails"))

    def test_where_nothing_is_lost(self):
        rows = self.report(self.sample("mail-zoo"), "mails")
        self.assertEqual({row["uncertain"] for row in rows}, {False})
        self.assertIn("Complete  From", self.tshark(self.sample("mail-zoo"), "-q", "-z", "pop,mails"))


class Held(ReportTest):
    """The greeting was not captured, and the capture ends before it is given up: all is held then."""

    def test_passes_agree(self):
        capture = self.dialogue("gap-behind-a-client-that-has-waited",
                                options=captures.Options(drop=(1,), finish=False))
        for name in ("sessions", "logins", "mails"):
            first, second = (self.report(capture, name, two_pass=two_pass)
                             for two_pass in (False, True))
            self.assertEqual(first, second)
            self.assertEqual([(row["client"], row["server"]) for row in first][:1],
                             [(captures.ADDRESSES["C"], captures.ADDRESSES["S"])], name)

    def test_what_becomes_of_a_mail(self):
        capture = self.dialogue("gap-behind-a-client-that-has-waited")
        rows = self.report(capture, "mails", two_pass=True)
        self.assertEqual([(row["number"], row["complete"], row["uncertain"], row["deleted"])
                          for row in rows], [(1, True, False, "unknown"), (3, True, False, "no")])


class Attachments(ReportTest):
    def test_of_the_zoo(self):
        mails = self.report(self.sample("mail-zoo"), "mails")
        first = mails[0]["attachments"]
        self.assertEqual([(part["name"], part["type"], part["size"], part["damaged"])
                          for part in first],
                         [("sunset.png", "image/png", 6302, False),
                          ("plan.pdf", "application/pdf", 594, False)])


class AttachmentRows(ReportTest):
    """One row an attachment: of a mail that two users fetched, and of one that attaches a mail."""
    CAT = b"begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n"
    PLAIN = b"From: a@b.test\r\nSubject: cats\r\n\r\n" + CAT
    NESTED = (b"Subject: nested\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
              b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\n" + CAT + b"--b\r\n"
              b"Content-Type: application/octet-stream; name=d.bin\r\nContent-Transfer-Encoding: base64"
              b"\r\n\r\nYWJj*\r\n--b--\r\n")

    def setUp(self) -> None:
        super().setUp()
        conversations = []
        for i, (user, mail) in enumerate(((b"ann", self.PLAIN), (b"ben", self.NESTED))):
            runs = captures.conversation(
                ("S", b"+OK\r\n"), ("C", b"USER " + user + b"\r\n"), ("S", b"+OK\r\n"),
                ("C", b"PASS b\r\n"), ("S", b"+OK\r\n"), ("C", b"TOP 7 2\r\n"),
                ("S", b"+OK\r\n" + mail[:30] + b"\r\n.\r\n"), ("C", b"RETR 7\r\n"),
                ("S", b"+OK\r\n" + mail + b".\r\n"), ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))
            conversations.append((runs, captures.Options(client_port=40000 + i)))
        self.capture_file = self.file_for_capture()
        captures.capture_several(self.capture_file, conversations)

    COLUMNS = ("user", "number", "complete", "subject", "part", "name", "type", "size", "damaged",
               "copies")
    ROWS = [("ann", 7, True, "cats", "1", "cat.txt", "application/octet-stream", 3, False, 2),
            ("ben", 7, True, "nested", "1", "inner.eml", "message/rfc822", 18 + len(CAT) - 2, False, 1),
            ("ben", 7, True, "nested", "1.1", "cat.txt", "application/octet-stream", 3, False, 2),
            ("ben", 7, True, "nested", "2", "d.bin", "application/octet-stream", 3, True, 1)]

    def told(self, **options) -> list[tuple]:
        return [tuple(row[name] for name in self.COLUMNS)
                for row in self.report(self.capture_file, "attachments", **options)]

    def test_rows(self):
        self.assertEqual(self.told(), self.ROWS)
        self.assertEqual(self.told(two_pass=True), self.ROWS)

    def test_a_filter(self):
        """It chooses rows; the copies are those of the rows."""
        self.assertEqual([row[:7] for row in self.told(filter='pop.message.subject == "cats"')],
                         [self.ROWS[0][:7]])

    def test_frames_and_digests(self):
        frames = self.values(self.capture_file, "frame.number", filter="pop.message && pop.eom "
                             "&& pop.command == RETR")
        rows = self.report(self.capture_file, "attachments")
        self.assertEqual([str(row["frame"]) for row in rows], [frames[0], *[frames[1]] * 3])
        self.assertEqual([row["sha256"] for row in rows],
                         [hashlib.sha256(octets).hexdigest() for octets in
                          (b"Cat", b"Subject: inner\r\n\r\n" + self.CAT[:-2], b"Cat", b"abc")])

    def test_known_files(self):
        listing = self.workplace.folder / "known.txt"
        listing.write_text(hashlib.sha256(b"Cat").hexdigest() + " The cat\n")
        prefs = [f"pop.known_files:{listing}"]
        rows = self.report(self.capture_file, "attachments", prefs=prefs)
        self.assertEqual([row["known"] for row in rows], ["The cat", None, "The cat", None])
        mails = self.report(self.capture_file, "mails", prefs=prefs)
        self.assertEqual([part["known"] for row in mails for part in row["attachments"] or ()],
                         ["The cat", None, "The cat", None])

    def test_as_a_table(self):
        with harness.Sharkd(self, self.capture_file) as sharkd:
            table = sharkd.ask("tap", tap0="nstat:pop,attachments")["taps"][0]["tables"][0]
        self.assertEqual(len(table["i"]), len(self.ROWS))

    def test_recipients_and_text(self):
        mail = b"From: a@b.test\r\nTo: X <x@y.test>, z@y.test\r\nCc: c@y.test\r\n\r\nabc\r\n"
        runs = captures.conversation(("S", b"+OK\r\n"), ("C", b"RETR 1\r\n"),
                                     ("S", b"+OK\r\n" + mail + b".\r\n"))
        row, = self.report(self.capture(runs), "mails")
        self.assertEqual((row["to"], row["cc"], row["text_length"]),
                         ("X <x@y.test>, z@y.test", "c@y.test", 4))


class Fetched(ReportTest):
    """A mail that one session has fetched, and another deletes without fetching it."""
    LOGIN = (("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"),
             ("C", b"PASS b\r\n"), ("S", b"+OK\r\n"))

    def session(self, number: int, uid: bytes, *runs) -> list[captures.Frame]:
        connection = captures.Connection(captures.Options(client_port=40000 + number))
        connection.open()
        said = (*self.LOGIN, ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 " + uid + b"\r\n.\r\n"), *runs)
        for run in captures.conversation(*said):
            connection.send(run.direction, captures.PUSH | captures.ACK, run.octets)
        return connection.frames

    def test_subject_of_a_deletion(self):
        mail = b"+OK\r\nSubject: hello\r\nTo: b@c.test\r\n\r\nhi\r\n.\r\n"
        delete = (("C", b"DELE 1\r\n"), ("S", b"+OK\r\n"), ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))
        frames = self.session(0, b"u1", ("C", b"RETR 1\r\n"), ("S", mail))
        frames += self.session(1, b"u1", *delete) + self.session(2, b"u2", *delete)
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(frames, 0.001))
        for two_pass in (False, True):
            rows = self.report(path, "mails", two_pass=two_pass)
            self.assertEqual([(row["fetched"], row["subject"], row["to"]) for row in rows],
                             [("RETR", "hello", "b@c.test"), ("no", "hello", "b@c.test"),
                              ("no", None, None)])
            self.assertEqual(rows[0]["last_frame"], rows[0]["request_frame"] + 1)
            row, = self.report(path, "mails", 'pop.stream == 1', two_pass=two_pass)
            self.assertEqual(row, rows[1])


class Tail(ReportTest):
    """Octets are lost, and what comes behind them waits when the capture ends."""
    BEFORE = [("S", b"+OK\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
              ("S", b"+OK\r\n"), ("C", b"DELE 7\r\n"), ("S", b"+OK\r\n"), ("C", b"RETR 1\r\n"),
              ("S", b"+OK\r\nSubject: one\r\n\r\n")]
    LOST = b"line\r\n" * 10
    BEHIND = [("S", b"last line\r\n.\r\n"), ("C", b"RETR 2\r\n"),
              ("S", b"+OK\r\nSubject: two\r\n\r\nwhole\r\n.\r\n"),
              ("C", b"DELE 2\r\n"), ("S", b"+OK\r\n")]
    QUIT = [("C", b"QUIT\r\n"), ("S", b"+OK\r\n")]

    def write(self, behind: list[tuple[str, bytes]], closed: bool = False) -> Path:
        connection = captures.Connection(captures.Options())
        connection.open()
        for direction, octets in self.BEFORE:
            connection.send(direction, captures.PUSH | captures.ACK, octets)
        connection.lose("S", len(self.LOST))
        for direction, octets in behind:
            connection.send(direction, captures.PUSH | captures.ACK, octets)
        if closed:
            connection.close()
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(connection.frames, 0.001, 0))
        return path

    def deletions(self, capture: Path, two_pass: bool) -> list[tuple[Any, Any]]:
        return [(row["number"], row["deleted"]) for row in self.report(capture, "mails", two_pass=two_pass)
                if row["deleted"] != "no"]

    def test_one_pass_has_what_two_have(self):
        capture = self.write(self.BEHIND + self.QUIT)
        self.assertNotEqual(self.values(capture, "pop.held"), [])
        for name in ("mails", "sessions", "logins"):
            found = self.report(capture, name)
            self.assertEqual(found, self.report(capture, name, two_pass=True), name)
        self.assertEqual([(row["number"], row["complete"]) for row in self.report(capture, "mails")
                          if row["complete"] is not None], [(1, False), (2, True)])

    def test_rows_and_exports_of_one_pass(self):
        capture = self.write(self.BEHIND + self.QUIT)
        for words in ("pop,row,mails,2", "pop,row,mails,3"):
            self.assertEqual(self.tshark(capture, "-q", "-z", words),
                             self.tshark(capture, "-q", "-z", words, two_pass=True))
        one, two = (self.export("pop", capture, two_pass=two_pass) for two_pass in (False, True))
        broken = [octets for name, octets in two.items() if "(incomplete)" in name]
        self.assertEqual([octets for name, octets in one.items() if "(incomplete)" in name], broken)

    def test_deletions(self):
        """With QUIT they took effect, and without it they are lost, where the connection's end is seen."""
        for two_pass in (False, True):
            for behind, closed, fate in ((self.BEHIND + self.QUIT, False, "yes"),
                                         (self.BEHIND, False, "open"), (self.BEHIND, True, "lost")):
                with self.subTest(fate=fate, two_pass=two_pass):
                    self.assertEqual(self.deletions(self.write(behind, closed), two_pass),
                                     [(7, fate), (2, fate)])


class Endings(ReportTest):
    """How a connection ends that nobody ends with QUIT."""
    HEAD = captures.conversation(("S", b"+OK\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"),
                                 ("C", b"PASS b\r\n"), ("S", b"+OK\r\n"))

    def frames(self, ordinal: int, runs, last: str, flags: int) -> list[captures.Frame]:
        connection = captures.Connection(captures.Options(client_port=40000 + ordinal))
        connection.open()
        for run in runs:
            connection.send(run.direction, captures.PUSH | captures.ACK, run.octets)
        if last:
            connection.send(last, flags)
        return connection.frames

    def endings(self, cases) -> list[tuple[Any, Any, Any, Any]]:
        """Of sessions one after the other in one capture."""
        frames: list[captures.Frame] = []
        for ordinal, (runs, last, flags, step, _) in enumerate(cases):
            start = frames[-1].time + step if frames else 0
            frames += captures.timed(self.frames(ordinal, runs, last, flags), step, start)
        path = self.file_for_capture()
        captures.write_pcap(path, frames)
        rows = self.report(path, "sessions")
        self.assertEqual(self.report(path, "sessions", two_pass=True), rows)
        self.assertEqual([row["session"] for row in rows], list(range(len(cases))))
        return [(row["ended"], row["ended_by"], row["longest_client_wait"],
                 row["longest_server_wait"]) for row in rows]

    def test_endings(self):
        fin, reset = captures.FIN | captures.ACK, 0x04
        waiting = self.HEAD + [captures.Run("C", b"STAT\r\n")]
        said_why = self.HEAD + [captures.Run("S", b"-ERR Disconnected for inactivity.\r\n")]
        said_else = self.HEAD + [captures.Run("S", b"-ERR [SYS/TEMP] Shutting down.\r\n")]
        cases = [(self.HEAD, "C", fin, 2.0, ("FIN", "client", 2.0, 2.0)),
                 (self.HEAD, "S", fin, 2.0, ("idle", "server", 2.0, 2.0)),
                 (self.HEAD, "S", reset, 2.0, ("idle", "server", 2.0, 2.0)),
                 (self.HEAD, "S", fin, 0.25, ("FIN", "server", 0.25, 0.25)),
                 (self.HEAD, "S", reset, 0.25, ("RST", "server", 0.25, 0.25)),
                 (said_why, "S", fin, 0.25, ("idle", "server", 0.25, 0.25)),
                 (said_else, "S", fin, 2.0, ("FIN", "server", 2.0, 2.0)),
                 (waiting, "S", fin, 2.0, ("FIN", "server", 2.0, 2.0)),
                 (waiting, "C", reset, 2.0, ("RST", "client", 2.0, 2.0)),
                 (self.HEAD, "", 0, 2.0, ("capture end", None, 2.0, 2.0))]
        for (runs, *_, expected), found in zip(cases, self.endings(cases)):
            with self.subTest(expected=expected, last=runs[-1].octets):
                self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()
