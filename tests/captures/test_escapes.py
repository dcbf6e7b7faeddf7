"""Control characters in every place that a stranger fills: no output lets them reach a terminal.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import re
import subprocess
import unicodedata
import unittest

import harness
from harness import captures

# All but what ends a line; in UTF-8 the second set (C1), and its CSI as a lone octet.
CONTROLS = "".join(chr(code) for code in (*range(1, 10), 11, 12, *range(14, 32), *range(127, 160))).encode() + b"\x9b"
REPORTS = ("sessions", "logins", "mails", "attachments")
FORMS = ("", ",csv", ",json")
ALLOWED = "\n\t"


def odd(text: str) -> bytes:
    """The text with every control character in its midst."""
    half = len(text) // 2
    return text[:half].encode() + CONTROLS + text[half:].encode()


def line(speaker: str, *parts: "str | bytes") -> tuple[str, bytes]:
    return speaker, b"".join(part if isinstance(part, bytes) else part.encode() for part in parts) + b"\r\n"


def encoded(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


MAIL = b"\r\n".join((
    b"From: " + odd("Bob Builder") + b" <bob@example.org>", b"To: " + odd("alice") + b" <alice@example.com>",
    b"Subject: " + odd("Lunch"), b"Message-ID: <" + odd("1234") + b"@example.org>",
    b'Content-Type: multipart/mixed; boundary="b"', b"", b"--b", b"Content-Type: text/plain", b"",
    odd("Hello Alice"), b"--b", b'Content-Type: application/x-' + odd("some"),
    b'Content-Disposition: attachment; filename="' + odd("plan.pdf") + b'"', b"", odd("octets"), b"--b--", b".", b""))

EXCHANGE = [
    line("S", "+OK ", odd("Dovecot ready")), line("C", odd("HELLO")), line("S", "-ERR [", odd("SYS/TEMP"), "] ", odd("no")),
    line("C", "CAPA"), ("S", b"+OK " + odd("these") + b"\r\nIMPLEMENTATION " + odd("Server") + b"\r\n"
                        b"SASL " + odd("PLAIN") + b"\r\n" + odd("XNAME") + b"\r\n.\r\n"),
    line("C", "LANG ", odd("en")), line("S", "-ERR ", odd("no")),
    line("C", "AUTH ", odd("FOO")), line("S", "-ERR ", odd("no")),
    line("C", "AUTH PLAIN ", encoded(b"\0" + odd("eve") + b"\0" + odd("secret"))), line("S", "-ERR ", odd("no")),
    line("C", "AUTH LOGIN"), line("S", "+ ", encoded(odd("Username:"))), line("C", encoded(odd("eve"))),
    line("S", "+ ", encoded(odd("Password:"))), line("C", encoded(odd("secret"))), line("S", "-ERR ", odd("no")),
    line("C", "APOP ", odd("eve"), " 0123456789abcdef0123456789abcdef"), line("S", "-ERR ", odd("no")),
    line("C", "USER ", odd("alice")), line("S", "+OK ", odd("go on")),
    line("C", "PASS ", odd("secret")), line("S", "+OK ", odd("in")),
    line("C", "STAT"), line("S", "+OK 1 300 ", odd("text")),
    line("C", "XTND BBOARDS ", odd("board")), line("S", "+OK ", odd("1 1")),
    line("C", "LIST"), ("S", b"+OK\r\n1 300 " + CONTROLS + b"\r\n.\r\n"),
    line("C", "UIDL"), ("S", b"+OK\r\n1 " + odd("uid-one") + b"\r\n2 " + CONTROLS + b"\r\n.\r\n"),
    line("C", "UIDL 1"), line("S", "+OK 1 ", odd("uid-one")),
    line("C", "RETR 1"), ("S", b"+OK " + odd("300 octets") + b"\r\n" + MAIL),
    line("C", "TOP 1 ", CONTROLS), ("S", b"+OK\r\n" + MAIL),
    line("C", "DELE 1"), line("S", odd("malformed")),
    line("C", "HELP"), ("S", b"+OK\r\n" + odd("help text") + b"\r\n.\r\n"),
    line("C", "QUIT"), line("S", "+OK ", odd("bye")), line("S", odd("unexpected"))]


class Escapes(harness.CaptureTest):
    @classmethod
    def outputs(cls) -> dict[str, tuple[str, ...]]:
        taps = [*(f"pop,{report}{form}" for report in REPORTS for form in FORMS), "pop,read,38", "pop,dialogue,0",
                "pop,tree", "pop,srt", "expert", "credentials"]
        return {"packet list": (), "tree": ("-O", "pop"), "last column": ("-T", "fields", "-e", "_ws.col.Info"),
                **{tap: ("-q", "-z", tap) for tap in taps}}

    def assert_harmless(self, name: str, octets: bytes) -> None:
        text = octets.decode().replace("\r\n", "\n")  # fails where it is no UTF-8
        bad = {f"U+{ord(c):04X}" for c in text if unicodedata.category(c) == "Cc" and c not in ALLOWED}
        shown = next((row for row in text.splitlines() if re.search(r"[^\n\t -~\x80-\uffff]", row)), "")
        self.assertEqual(bad, set(), f"{name}: {shown!r}")

    def run_raw(self, capture, *options: str) -> bytes:
        return subprocess.run(self.workplace.command("tshark", "-2", "-r", str(capture), *options), check=True,
                              env=self.workplace.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def test_outputs(self):
        capture = self.capture(captures.conversation(*EXCHANGE))
        for name, options in self.outputs().items():
            with self.subTest(output=name):
                octets = self.run_raw(capture, *options)
                self.assertGreater(len(octets), 40)
                self.assert_harmless(name, octets)

    def test_names_of_files(self):
        exported = self.export("pop", self.capture(captures.conversation(*EXCHANGE)))
        self.assertGreaterEqual(len(exported), 3)
        for name in exported:
            self.assert_harmless(name, name.encode())

    def test_what_the_window_shows(self):
        """sharkd draws trees and columns as the window does. Those of other protocols are the host's."""
        with harness.Sharkd(self, self.capture(captures.conversation(*EXCHANGE))) as sharkd:
            for number in range(1, sharkd.frame_count() + 1):
                frame = sharkd.frame(number)
                ours = [item for item in frame["tree"] if item["l"].startswith("Post Office Protocol")]
                for text in texts_of([ours, frame.get("col", [])]):
                    self.assert_harmless(f"frame {number}", text.encode())


def texts_of(value) -> list[str]:
    """All labels and columns in an answer of sharkd's, but for filters made of an item, which nobody prints."""
    if isinstance(value, dict):
        return [text for key, part in value.items() if key not in ("ds", "bytes", "f")
                for text in texts_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []


if __name__ == "__main__":
    unittest.main()
