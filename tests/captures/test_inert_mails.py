"""Where no tree is drawn, a mail is dissected for what dissectors may remember of it, and for that alone.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import unittest
from pathlib import Path

import harness
from harness import captures

PROBE = Path(__file__).with_name("probe.lua")

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nNothing.\r\n"
PROBED = b"Content-Type: application/x-probe; name=x\r\n\r\n12345\r\n"
TAKEN_OVER = b"content-type: Text/HTML; charset=utf-8\r\n\r\n<p>\r\n"


def multipart(*parts: bytes, boundary: bytes = b"b") -> bytes:
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return (b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n' % boundary
            + body + b"--%s--\r\n" % boundary)


def encoded_multipart(*parts: bytes) -> bytes:
    """RFC 2045 section 6.4 forbids it, and some do it."""
    header, body = multipart(*parts, boundary=b"e").split(b"\r\n\r\n", 1)
    return (b"Content-Transfer-Encoding: base64\r\n" + header + b"\r\n\r\n"
            + base64.encodebytes(body).replace(b"\n", b"\r\n"))


# Each mail, and whether the probe is called for it. Wireshark 4.0 takes no type without parameters for one.
MAILS = [
    (b"Subject: no type\r\n\r\nNothing.\r\n", False),
    (PLAIN, False),
    (multipart(PLAIN, b"Content-Type: application/octet-stream\r\n\r\nxyz\r\n"), False),
    (multipart(multipart(PLAIN, boundary=b"c"), PLAIN), False),
    (PROBED, True),
    (TAKEN_OVER, True),
    (multipart(PLAIN, PROBED), True),
    (multipart(PLAIN, multipart(PLAIN, TAKEN_OVER, boundary=b"c")), True),
    (multipart(b"Content-Type: message/rfc822\r\n\r\n" + PROBED), True),
    (multipart(encoded_multipart(PROBED)), True),
]


class InertMails(harness.CaptureTest):
    def session(self) -> Path:
        """Each mail in a frame of its own."""
        speeches = [("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"),
                    ("C", b"PASS b\r\n"), ("S", b"+OK\r\n")]
        for number, (mail, _) in enumerate(MAILS, 1):
            speeches += [("C", b"RETR %d\r\n" % number), ("S", b"+OK\r\n" + mail + b".\r\n")]
        return self.capture(captures.conversation(*speeches), captures.whole)

    def frames_of_mails(self, capture: Path, probed: bool) -> list[str]:
        frames = self.values(capture, "frame.number", filter="pop.message.complete == 1")
        self.assertEqual(len(frames), len(MAILS))
        return [frame for frame, (_, calls) in zip(frames, MAILS) if calls or not probed]

    def calls(self, capture: Path, *words: str, two_pass: bool = False) -> list[str]:
        self.tshark(capture, "-X", f"lua_script:{PROBE}", "-o",
                    "mime_multipart.remove_base64_encoding:TRUE", *words, two_pass=two_pass)
        return [line.split(" ")[0]
                for line in (self.workplace.folder / "out" / "probed").read_text().splitlines()]

    def test_who_is_called_without_a_tree(self):
        capture = self.session()
        expected = self.frames_of_mails(capture, probed=True)
        self.assertEqual(self.calls(capture), expected)

    def test_same_calls_with_a_tree(self):
        """The second pass draws what the first was asked to remember."""
        capture = self.session()
        expected = self.frames_of_mails(capture, probed=True)
        self.assertEqual(self.calls(capture, "-Y", "imf"), expected)
        self.assertEqual(sorted(set(self.calls(capture, "-V", two_pass=True)), key=int), expected)

    def test_all_of_them_are_drawn(self):
        capture = self.session()
        for two_pass in (False, True):
            frames = self.values(capture, "frame.number", filter="imf", two_pass=two_pass)
            self.assertEqual(frames, self.frames_of_mails(capture, probed=False))

    def test_octets_of_all_of_them_are_shown(self):
        """Without a tree, too."""
        text = self.tshark(self.session(), "-x")
        self.assertEqual(text.count("Reassembled POP message"), len(MAILS))

    def test_same_lines_with_and_without_a_tree(self):
        capture = self.session()
        self.assertEqual(self.tshark(capture), self.tshark(capture, "-Y", "frame"))


if __name__ == "__main__":
    unittest.main()
