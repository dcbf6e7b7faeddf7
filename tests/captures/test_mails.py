"""Mails come out of the plugin octet by octet as they were sent, wherever segments were cut.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import hashlib
import re
import unittest
from typing import Sequence

import harness
from harness import captures

CUTTINGS = {"runs": captures.whole, "lines": captures.by_lines,
            **{str(size): captures.by_size(size) for size in (1460, 536, 64, 7, 1)},
            "random": captures.at_random(1939)}

HEADER = b"From: a@example.org\r\nSubject: %s\r\n\r\n"

MAILS = [
    HEADER % b"plain" + b"One line.\r\n",
    HEADER % b"dots" + b".\r\n..\r\n.x\r\n...\r\n+OK fake\r\n-ERR fake\r\n+OK 99 octets\r\n",
    HEADER % b"long" + b"0123456789abcdef" * 5000 + b"\r\n",
    HEADER % b"bare line feeds" + b"a\nb\n..c\nd\r\n",
    HEADER % b"nothing behind the header",
    HEADER % b"eight bit" + bytes(range(1, 10)) + bytes(range(128, 256)) + b"\0\r\n",
    HEADER % b"many lines" + b"".join(b"%d .\r\n." % i for i in range(300)) + b"\r\n",
]

STATUS_TEXTS = [b"+OK\r\n", b"+OK message follows\r\n", b"+OK 5 octets\r\n",
                b"+OK 999999999 octets\r\n", b"+OK 1 (6355 octets)\r\n"]


def stuffed(mail: bytes) -> bytes:
    """Dot-stuffing (RFC 1939 section 3), by a server to which a bare LF ends a line, too."""
    return re.sub(rb"(?m)^\.", b"..", mail)


def reply(ordinal: int, mail: bytes) -> bytes:
    return STATUS_TEXTS[ordinal % len(STATUS_TEXTS)] + stuffed(mail) + b".\r\n"


def marked(number: int) -> list[bytes]:
    """The mails, told apart from those of another session."""
    return [mail.replace(b"Subject: ", b"Subject: %d " % number) for mail in MAILS]


def download(pipelined: bool, mails: Sequence[bytes] = tuple(MAILS)) -> list[captures.Run]:
    requests = [b"RETR %d\r\n" % (i + 1) for i in range(len(mails))]
    replies = [reply(i, mail) for i, mail in enumerate(mails)]
    head = [("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"),
            ("C", b"PASS b\r\n"), ("S", b"+OK\r\n")]
    if pipelined:
        body = [("C", b"".join(requests)), ("S", b"".join(replies))]
    else:
        body = [speech for pair in zip(requests, replies)
                for speech in zip(("C", "S"), pair)]
    return captures.conversation(*head, *body, ("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n"))


def digests(mails) -> list[str]:
    return sorted(hashlib.sha256(mail).hexdigest() for mail in mails)


class Export(harness.CaptureTest):
    def check(self, runs, cut, mails, **options) -> None:
        exported = self.export_imf(self.capture(runs, cut), **options)
        self.assertEqual(digests(exported.values()), digests(mails))

    def test_every_cutting(self):
        """All cuttings, pipelined and not, are one capture: a mail is known by its Subject."""
        cases = [(f"{name}, pipelined: {pipelined}", download(pipelined, marked(i)), cut)
                 for i, (name, cut, pipelined) in enumerate(
                     (name, cut, pipelined) for name, cut in CUTTINGS.items()
                     for pipelined in (False, True) if not (pipelined and name == "1"))]
        exported = self.export_imf(self.captures_in_one([case[1:] for case in cases]))
        found = collections.Counter(digests(exported.values()))
        for i, (name, _, _) in enumerate(cases):
            with self.subTest(cutting=name):
                expected = collections.Counter(digests(marked(i)))
                self.assertEqual(expected - found, collections.Counter())
        self.assertEqual(len(exported), len(cases) * len(MAILS))

    def captures_in_one(self, conversations) -> harness.Path:
        """Conversations, each with a cutting of its own, one behind the other."""
        frames: list[captures.Frame] = []
        for i, (runs, cut) in enumerate(conversations):
            frames += captures.frames_of(runs, cut, captures.Options(client_port=40000 + i))
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(frames, captures.Options.step))
        return path

    def test_two_passes(self):
        self.check(download(pipelined=False), CUTTINGS["536"], MAILS, two_pass=True)

    def test_without_desegmentation_by_tcp(self):
        self.check(download(pipelined=False), CUTTINGS["64"], MAILS,
                   prefs=["tcp.desegment_tcp_streams:FALSE"])

    def test_top_is_a_mail_too(self):
        runs = captures.conversation(
            ("S", b"+OK ready\r\n"), ("C", b"TOP 1 0\r\n"),
            ("S", b"+OK 5000 octets\r\n" + HEADER % b"top" + b".\r\n"),
            ("C", b"RETR 1\r\n"), ("S", reply(0, MAILS[0])))
        self.check(runs, captures.whole, [HEADER % b"top", MAILS[0]])


class Disorder(harness.CaptureTest):
    """Segments that are swapped, repeated, lost."""

    def setUp(self) -> None:
        super().setUp()
        self.runs = download(pipelined=False)

    def exported(self, prefs=(), **disturbance) -> dict[str, bytes]:
        capture = self.capture(self.runs, captures.by_size(536),
                               captures.Options(**disturbance))
        return self.export_imf(capture, prefs=prefs)

    def test_repeated_segments_count_once(self):
        self.assertEqual(digests(self.exported(repeat=(6, 10, 20, 40)).values()), digests(MAILS))

    def test_swapped_segments_whatever_the_preference_of_tcp(self):
        for wait in ("FALSE", "TRUE"):
            exported = self.exported(swap=(20, 60), prefs=[f"tcp.reassemble_out_of_order:{wait}"])
            self.assertEqual(digests(exported.values()), digests(MAILS))

    def test_a_lost_segment_spoils_one_mail_only(self):
        whole = digests(self.exported(drop=(60,)).values())
        self.assertEqual([digest for digest in digests(MAILS) if digest not in whole],
                         digests([MAILS[2]]))

    def test_a_lost_segment_is_told(self):
        capture = self.capture(self.runs, captures.by_size(536), captures.Options(drop=(60,)))
        self.assertEqual(self.count(capture, "pop.expert.gap"), 1)
        self.assertEqual(self.count(capture, "pop.expert.message_incomplete"), 1)


class Fields(harness.CaptureTest):
    """What is told of a mail where it ends."""

    def test_on_the_last_line(self):
        names = ["pop.message.length", "pop.message.subject", "pop.message.complete", "pop.eom"]
        for name in ("runs", "64", "7"):
            with self.subTest(cutting=name):
                capture = self.capture(download(pipelined=False), CUTTINGS[name])
                rows = self.fields(capture, *names, filter="pop.eom")
                lengths, subjects, complete, ends = ([value for row in rows for value in row[i]]
                                                     for i in range(len(names)))
                self.assertEqual(lengths, [str(len(mail)) for mail in MAILS])
                self.assertEqual(subjects[:3], ["plain", "dots", "long"])
                self.assertEqual(set(complete), {"1"})
                self.assertEqual(len(ends), len(MAILS))

    def test_imf_sees_each_mail_once(self):
        for name in ("runs", "536", "7"):
            with self.subTest(cutting=name):
                capture = self.capture(download(pipelined=False), CUTTINGS[name])
                self.assertEqual(self.count(capture, "imf"), len(MAILS))

    def test_every_segment_of_a_mail_names_it(self):
        capture = self.capture(download(pipelined=False), captures.by_size(536))
        rows = self.fields(capture, "pop.message.number", filter="pop.command == \"RETR\"")
        self.assertTrue(all(row[0] for row in rows))


class ManyMails(harness.CaptureTest):
    def test_thousands_of_mails_that_end_in_one_frame(self):
        count = 2000
        mail = b"Subject: x\r\n\r\n"
        runs = captures.conversation(
            ("S", b"+OK ready\r\n"),
            ("C", b"".join(b"RETR %d\r\n" % (i + 1) for i in range(count))),
            ("S", (b"+OK\r\n" + mail + b".\r\n") * count))
        exported = self.export_imf(self.capture(runs, captures.by_size(60000)),
                                   prefs=["gui.max_export_objects:5000"])
        self.assertEqual(len(exported), count)
        self.assertEqual(set(exported.values()), {mail})


if __name__ == "__main__":
    unittest.main()
