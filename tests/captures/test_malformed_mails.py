"""Mails with truncated or malformed MIME parts between good ones: all are exported octet by octet.

The host's dissectors of a mail and its parts throw where octets are missing; what they throw may cost
neither the rest of the frame nor a mail. RFC 2045 (fields), RFC 2046 (multipart, message).
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import unittest
from typing import Sequence

import harness
from harness import captures
from test_tls import TlsTest

LOGIN = (("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
         ("S", b"+OK\r\n"))
COUNT = 2000
EACH = 8  # so many mails are good, then comes one that is not
PREFS = ["gui.max_export_objects:100000"]
OF_ONE_FRAME = captures.Options(largest=250_000)  # what a card leaves that cuts segments itself

MULTIPART = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

# What is behind "Subject: ...": each is wrong in its own way.
MALFORMED = [
    b"Content-Type: multipart/mixed; boundary=b\r\n",  # its header does not end
    MULTIPART,  # no part
    MULTIPART + b"--b\r\n",  # a part without anything
    MULTIPART + b"--b\r\nContent-Type: text/plain\r\n",  # ends in a part's header
    MULTIPART + b"--b\r\nContent-Type: text/plain\r\n\r\nabc\r\n",  # no last boundary
    MULTIPART + b"--b--\r\n",  # the last boundary alone
    MULTIPART + b"--b\r\nContent-Type: message/rfc822\r\n\r\n--b--\r\n",  # a mail of no octets
    MULTIPART + b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"iVBORw0KGgoAAAANSUhE\r\n--b--\r\n",  # a picture that is cut off
    MULTIPART + b"--b\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--b--\r\n",
    MULTIPART + b"--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0\0\r\n--b--\r\n",
    MULTIPART + b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!*=\r\n--b--\r\n",
    MULTIPART + b"--b\r\nContent-Type: application/pkcs7-mime\r\n\r\n0\x82\xff\xff\r\n--b--\r\n",
    b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n\r\n----\r\n",  # an empty boundary
    b'Content-Type: multipart/mixed; boundary="b\r\n\r\n--b\r\n\r\nabc\r\n--b--\r\n',
    b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nabc\r\n--b--\r\n",  # no boundary
    b"Content-Type:\r\n\r\nabc\r\n",
    b"Content-Type: message/rfc822\r\n\r\nContent-Type: image/gif\r\n\r\nGIF8\r\n",
    b"Content-Type: image/gif\r\n\r\nG\r\n",
    b": no name\r\n\0\r\n\r\n\xff\r\n",
]


def good(number: int) -> bytes:
    return b"Subject: good %d\r\n\r\nabc\r\n" % number


def mails() -> list[bytes]:
    bad = (b"Subject: bad %d\r\n" % number + MALFORMED[number % len(MALFORMED)]
           for number in range(COUNT))
    return [next(bad) if number % (EACH + 1) == EACH else good(number) for number in range(COUNT)]


def download(whole: Sequence[bytes]) -> list[captures.Run]:
    return captures.conversation(
        *LOGIN, ("C", b"".join(b"RETR %d\r\n" % (i + 1) for i in range(len(whole)))),
        ("S", b"".join(b"+OK\r\n" + mail + b".\r\n" for mail in whole)),
        ("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n"))


class MalformedMails(TlsTest):
    def setUp(self) -> None:
        super().setUp()
        self.mails = mails()

    def check_exports(self, capture) -> None:
        expected = collections.Counter(self.mails)
        for kind in ("imf", "pop"):
            with self.subTest(kind=kind):
                exported = self.export(kind, capture, prefs=[*PREFS, *self.prefs])
                found = collections.Counter(exported.values())
                self.assertEqual({mail for mail in expected if found[mail] != 1}, set())

    def check_rest(self, capture, ends_in: int) -> None:
        """The mails end in so many frames; what comes behind them is decoded."""
        rows = self.fields(capture, "pop.eom", "pop.message.complete", filter="pop.eom",
                           two_pass=True, prefs=self.prefs)
        self.assertEqual(len(rows), ends_in)
        self.assertEqual(sum(len(eom) for eom, _ in rows), COUNT)
        self.assertEqual({value for _, complete in rows for value in complete}, {"1"})
        self.assertEqual(self.values(capture, "pop.response.description", prefs=self.prefs)[-1],
                         "bye")

    def test_they_end_in_one_frame(self):
        capture = self.capture(download(self.mails), options=OF_ONE_FRAME)
        self.check_exports(capture)
        self.check_rest(capture, 1)

    def test_they_end_in_many_frames(self):
        capture = self.capture(download(self.mails), captures.by_size(1460))
        self.check_exports(capture)

    def test_inside_tls(self):
        """Each record is handed to us by itself, and all are of one frame."""
        options = captures.Options(server_port=995, largest=250_000)
        capture = self.capture(self.through_tls(download(self.mails)), options=options)
        self.check_exports(capture)
        self.check_rest(capture, 1)


if __name__ == "__main__":
    unittest.main()
