"""The Info column: our own words first, and what strangers wrote cannot pass for them.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import itertools
import unicodedata
import unittest

import harness
from harness import captures

INFO = "_ws.col.Info"

# What somebody may write who wants a reader to see another verdict, and how it is written there.
FAKE = 'a" from X | -ERR no'
FAKE_SHOWN = r'a" from X \x7c -ERR no'
FAKE_QUOTED = r'"a\" from X \x7c -ERR no"'
REPLY = "+OK hi | -ERR fake"
REPLY_SHOWN = r"+OK hi \x7c -ERR fake"
# ESC, RIGHT-TO-LEFT OVERRIDE, LEFT-TO-RIGHT ISOLATE, NEXT LINE; a backslash
ODD = "x\x1b[2K\u202egnp.exe\u2066\u0085\\"
ODD_SHOWN = "x\\x1b[2K\\u202egnp.exe\\u2066\\u0085\\"
ODD_QUOTED = '"x\\x1b[2K\\u202egnp.exe\\u2066\\u0085\\\\"'


def in_base64(text: str) -> bytes:
    return base64.b64encode(text.encode())


def line(speaker: str, text: str) -> tuple[str, bytes]:
    return speaker, text.encode() + b"\r\n"


def as_column(printed: str) -> str:
    """From 4.4 on `-T fields` writes a column's backslash as two, as it does for strings."""
    return printed if harness.wireshark_version() == "4.0" else printed.replace("\\\\", "\\")


def as_given(runs: list[tuple[str, bytes]]) -> captures.Cutter:
    """Cuts what one side says into the runs that it was given in."""
    pieces: dict[bytes, list[bytes]] = {}
    for _, group in itertools.groupby(runs, key=lambda run: run[0]):
        parts = [octets for _, octets in group]
        pieces[b"".join(parts)] = parts
    return pieces.__getitem__


class InfoTest(harness.CaptureTest):
    def expect(self, *exchange: tuple[str, bytes, str]) -> None:
        """Each run in a frame of its own: who speaks, what, and what Info says to it."""
        runs = [run[:2] for run in exchange]
        capture = self.capture(captures.conversation(*runs), as_given(runs))
        shown = [as_column(row[0][0]) for row in self.fields(capture, INFO)]
        self.assertEqual(shown, [run[2] for run in exchange])


class Strangers(InfoTest):
    """Each place that a stranger fills holds one of the texts."""

    def test_server_lines(self):
        self.expect(
            (*line("S", REPLY), "S: " + REPLY_SHOWN),
            (*line("C", "CAPA"), "C: CAPA"),
            ("S", b"+OK\r\nTOP\r\n" + FAKE.encode() + b"\r\n.\r\n",
             f"S: CAPA, 2 capabilities: TOP, {FAKE_SHOWN}"),
            (*line("C", "USER a"), "C: USER a"),
            (*line("S", "+OK " + ODD), "S: +OK " + ODD_SHOWN),
            (*line("C", "PASS b"), "C: PASS b"),
            (*line("S", "-ERR " + FAKE),
             'S: login of "a" rejected (USER): -ERR ' + FAKE_SHOWN),
            (*line("C", "QUIT"), "C: QUIT"),
            (*line("S", "OK | +OK bye"), r"S: malformed status: OK \x7c +OK bye"))

    def test_empty_lines(self):
        """Of the server's, where a status line belongs: those of a frame are told at once."""
        self.expect(
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "NOOP"), "C: NOOP"),
            ("S", b"+OK\r\n\r\n\r\n\r\n", "S: +OK | malformed status, 3 empty lines"),
            (*line("C", "NOOP"), "C: NOOP"),
            ("S", b"+OK\r\n\r\n", "S: +OK | malformed status: "))

    def test_client_lines(self):
        self.expect(
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", FAKE), "C: " + FAKE_SHOWN),
            (*line("S", "-ERR"), "S: -ERR"),
            (*line("C", "USER " + FAKE), "C: USER " + FAKE_SHOWN),
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "PASS " + ODD), "C: PASS " + ODD_SHOWN),
            (*line("S", "+OK"), f"S: login of {FAKE_QUOTED} accepted (USER): +OK"))

    def test_user_of_a_sasl_login(self):
        self.expect(
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "AUTH PLAIN"), "C: AUTH PLAIN"),
            (*line("S", "+ "), "S: PLAIN challenge"),
            ("C", in_base64(f"\0{ODD}\0secret") + b"\r\n", f"C: PLAIN: {ODD_QUOTED}"),
            (*line("S", "+OK"), f"S: login of {ODD_QUOTED} accepted (PLAIN): +OK"))

    def test_name_of_a_mechanism(self):
        self.expect(
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "AUTH X|-ERR"), r"C: AUTH X\x7c-ERR"),
            (*line("S", "+ "), r"S: X\x7c-ERR challenge"),
            (*line("C", "YQ=="), r"C: X\x7c-ERR answer"),
            (*line("S", "-ERR"), r"S: login rejected (X\x7c-ERR): -ERR"))

    def test_subject_and_author(self):
        def retrieved(number: int, subject: str, author: str) -> bytes:
            return (f"+OK {number}\r\nSubject: {subject}\r\nFrom: {author}\r\n\r\n.\r\n").encode()
        self.expect(
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "USER a"), "C: USER a"),
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "PASS b"), "C: PASS b"),
            (*line("S", "+OK"), 'S: login of "a" accepted (USER): +OK'),
            (*line("C", "RETR 1"), "C: RETR 1"),
            # 'Subject: ' 9, 'From: ' 6, and three line ends 6: 21 octets beside the texts
            ("S", retrieved(1, FAKE, f'"{FAKE}" <m@example.com>'),
             f"S: message 1, {21 + 19 + 21 + 16} bytes: {FAKE_QUOTED} from {FAKE_QUOTED}"),
            (*line("C", "DELE 1"), f"C: DELE 1 ({FAKE_QUOTED})"),
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "RETR 2"), "C: RETR 2"),
            ("S", retrieved(2, REPLY, "m@example.com"),
             f'S: message 2, {21 + 18 + 13} bytes: "{REPLY_SHOWN}" from "m@example.com"'),
            (*line("C", "QUIT"), "C: QUIT"),
            (*line("S", REPLY), f"S: 2 messages retrieved, 1 deleted: {REPLY_SHOWN}"))

    def test_no_frame_of_them_has_a_control_character(self):
        capture = self.capture(captures.conversation(
            line("S", "+OK " + ODD), line("C", ODD), line("S", "-ERR " + ODD),
            line("C", "CAPA"), line("S", f"+OK {ODD}\r\n{ODD}\r\n.")))
        rows = [row[0][0] for row in self.fields(capture, INFO)]
        self.assertEqual(len(rows), 5)
        for shown in rows:
            self.assertEqual([c for c in shown if unicodedata.category(c) in ("Cc", "Cf")], [])


class OwnWords(InfoTest):
    def logged_in(self, *exchange: tuple[str, bytes, str]) -> None:
        self.expect((*line("S", "+OK ready"), "S: +OK ready"), (*line("C", "USER a"), "C: USER a"),
                    (*line("S", "+OK"), "S: +OK"), (*line("C", "PASS b"), "C: PASS b"),
                    (*line("S", "+OK"), 'S: login of "a" accepted (USER): +OK'), *exchange)

    def test_listings(self):
        self.logged_in(
            (*line("C", "LIST"), "C: LIST"),
            (*line("S", "+OK 2\r\n1 100\r\n2 250\r\n."), "S: LIST, 2 messages, 350 bytes: +OK 2"),
            (*line("C", "UIDL"), "C: UIDL"),
            (*line("S", "+OK\r\n1 x"), "S: UIDL, 1 message so far: +OK"),
            (*line("S", "2 y\r\n3 z"), "S: UIDL, messages 2 to 3"),
            (*line("S", "4 w"), "S: UIDL, message 4"),
            (*line("S", "."), "S: end of UIDL"),
            (*line("C", "LIST 2"), "C: LIST 2"),
            (*line("S", "+OK 2 250"), "S: +OK 2 250"),
            (*line("C", "AUTH"), "C: AUTH"),
            (*line("S", "+OK\r\nPLAIN\r\nLOGIN\r\n."), "S: AUTH, 2 mechanisms: PLAIN, LOGIN"))

    def test_a_message_as_it_comes(self):
        self.logged_in(
            (*line("C", "RETR 1"), "C: RETR 1"),
            ("S", b"+OK 40 octets\r\nSubject: hi\r\n", "S: message 1, 13 bytes (13 of 40): +OK 40 octets"),
            ("S", b"From: B <b@x>\r\n", "S: message 1, 15 bytes (28 of 40)"),
            ("S", b"\r\nabcdefgh\r\n", "S: message 1, 12 bytes (40 of 40)"),
            ("S", b".\r\n", 'S: message 1, 40 bytes: "hi" from "B"'),
            (*line("C", "RETR 2"), "C: RETR 2"),
            ("S", b"+OK 5 octets\r\nabcdefgh\r\n", "S: message 2, 10 bytes (10): +OK 5 octets"),
            ("S", b".\r\n", "S: message 2, 10 bytes"),
            (*line("C", "TOP 1 0"), "C: TOP 1 0"),
            ("S", b"+OK\r\nSubject: hi\r\n\r\n.\r\n", 'S: top of message 1: "hi"'))

    def test_challenges_and_proofs(self):
        digest = in_base64("tim b913a602c7eda7a495b4e6e7334d3890")
        self.expect(
            (*line("S", "+OK"), "S: +OK"),
            (*line("C", "AUTH CRAM-MD5"), "C: AUTH CRAM-MD5"),
            ("S", b"+ " + in_base64("<1@x>") + b"\r\n", "S: CRAM-MD5 challenge"),
            ("C", digest + b"\r\n", 'C: CRAM-MD5 proof of "tim"'),
            (*line("S", "-ERR no"), 'S: login of "tim" rejected (CRAM-MD5): -ERR no'),
            ("C", b"AUTH PLAIN " + in_base64("\0tim\0tanstaaf") + b"\r\n", 'C: AUTH PLAIN: "tim"'),
            (*line("S", "+OK"), 'S: login of "tim" accepted (PLAIN): +OK'))

    def test_commands_and_replies_of_one_frame(self):
        self.logged_in(
            ("C", b"NOOP\r\nDELE 1\r\nSTAT\r\n", "C: NOOP | DELE 1 | STAT"),
            ("S", b"+OK\r\n+OK gone\r\n+OK 0 0\r\n", "S: +OK | +OK gone | +OK 0 0"))


if __name__ == "__main__":
    unittest.main()
