"""Lines of any length in segments of one octet, and lines that never end.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest
from pathlib import Path

import harness
from harness import captures

LINE_LIMIT = 65536  # pop.line_limit, with the line's end
LENGTHS = (1, 2, 3, 77, 239, 241, 513, 4095)
SESSION = (("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
           ("S", b"+OK\r\n"))


def line_of(length: int) -> bytes:
    """So many octets of a line: any that is dropped or moved is missed."""
    return (b"".join(b"%d." % number for number in range(length // 2 + 1)))[:length]


class OctetByOctet(harness.CaptureTest):
    def test_commands(self):
        lines = [b"X" + line_of(length - 1) for length in (*LENGTHS, LINE_LIMIT - 2)]
        capture = self.capture(captures.conversation(
            *SESSION, *(("C", line + b"\r\n") for line in lines)), captures.by_size(1))
        self.assertEqual(self.values(capture, "pop.request")[2:],
                         [line.decode() for line in lines])

    def test_status_lines(self):
        texts = [line_of(length - 4) for length in LENGTHS if length > 4]
        speeches = [speech for text in texts
                    for speech in (("C", b"NOOP\r\n"), ("S", b"+OK " + text + b"\r\n"))]
        capture = self.capture(captures.conversation(*SESSION, *speeches), captures.by_size(1))
        self.assertEqual(self.values(capture, "pop.response.description")[1:],
                         [text.decode() for text in texts])

    def test_lines_of_a_listing(self):
        """RFC 2449 section 5: a line of CAPA; no limit of the document is kept here."""
        names = [b"X" + line_of(length - 1) for length in LENGTHS]
        capture = self.capture(captures.conversation(
            *SESSION, ("C", b"CAPA\r\n"),
            ("S", b"+OK\r\n" + b"".join(name + b"\r\n" for name in names) + b".\r\n")),
            captures.by_size(1))
        self.assertEqual(self.values(capture, "pop.capability"), [name.decode() for name in names])

    def test_longer_than_the_limit(self):
        """The line is told to be too long, once, and the next one is read again."""
        speeches = (("C", b"NOOP " + line_of(LINE_LIMIT + 1000) + b"\r\n"), ("S", b"+OK 1\r\n"),
                    ("C", b"STAT\r\n"), ("S", b"+OK 2 320\r\n"))
        capture = self.capture(captures.conversation(*SESSION, *speeches), captures.by_size(1))
        rows = self.fields(capture, "pop.expert.line_too_long", "pop.stat.size",
                           filter="pop.expert.line_too_long or pop.stat.size")
        self.assertEqual([row[1] for row in rows], [[], ["320"]])


class WithoutALineEnd(harness.CaptureTest):
    """The session ends, by FIN or by the capture's end, in the middle of a line."""

    def captured(self, *speeches, finish: bool) -> list[Path]:
        runs = captures.conversation(*SESSION, *speeches)
        options = captures.Options(finish=finish)
        return [self.capture(runs, cut, options) for cut in (captures.whole, captures.by_size(1))]

    def all_captures(self, *speeches) -> list[Path]:
        return [path for finish in (True, False)
                for path in self.captured(*speeches, finish=finish)]

    def check(self, capture: Path, part: str) -> None:
        """All but the last line is decoded; that is shown as far as it goes, and marked."""
        rows = self.fields(capture, "pop.line.part", "pop.expert.line_incomplete",
                           "pop.line.reassembled_in", filter="pop.line.part", two_pass=True)
        open_parts = [text[0] for text, _, ends_in in rows if not ends_in]
        self.assertEqual("".join(open_parts), part)
        self.assertEqual({len(marks) for _, marks, ends_in in rows if not ends_in}, {1})
        self.assertEqual({len(marks) for _, marks, ends_in in rows if ends_in} - {0}, set())
        self.assertEqual(self.count(capture, "_ws.malformed"), 0)

    def test_a_command(self):
        for capture in self.all_captures(("C", b"STAT\r\n"), ("S", b"+OK 2 320\r\n"), ("C", b"QUI")):
            self.check(capture, "QUI")
            self.assertEqual(self.values(capture, "pop.stat.size"), ["320"])
            self.assertEqual(self.values(capture, "pop.request.command"), ["USER", "PASS", "STAT"])

    def test_a_status_line(self):
        for capture in self.all_captures(("C", b"STAT\r\n"), ("S", b"+OK 2 320\r\n"),
                                         ("C", b"QUIT\r\n"), ("S", b"+OK by")):
            self.check(capture, "+OK by")
            self.assertEqual(self.values(capture, "pop.stat.size"), ["320"])
            self.assertEqual(len(self.values(capture, "pop.response.indicator")), 4)

    def test_a_listing(self):
        for capture in self.all_captures(("C", b"LIST\r\n"), ("S", b"+OK\r\n1 120\r\n2 2")):
            self.check(capture, "2 2")
            self.assertEqual(self.values(capture, "pop.list.size"), ["120"])

    def test_a_mail(self):
        """Its terminator lacks the line end; a mail that is whole goes before."""
        mail = b"Subject: one\r\n\r\nabc\r\n"
        for capture in self.all_captures(
                ("C", b"RETR 1\r\nRETR 2\r\n"),
                ("S", b"+OK\r\n" + mail + b".\r\n+OK\r\nSubject: two\r\n\r\nabc\r\n.")):
            self.assertEqual(set(self.export_imf(capture).values()), {mail})
            complete = self.values(capture, "pop.message.complete", two_pass=True)
            self.assertEqual(sorted(complete), ["0", "1"])
            self.assertEqual(self.count(capture, "_ws.malformed"), 0)


if __name__ == "__main__":
    unittest.main()
