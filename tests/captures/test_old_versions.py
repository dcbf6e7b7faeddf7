"""Versions 1 and 2 on a bad network and with one direction captured: every mail whose octets and whose
count were captured comes out octet by octet, and nothing is made up.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import dataclasses
import hashlib
import os
import random
import unittest
from pathlib import Path
from typing import Callable

import harness
from harness import captures
from captures import CLIENT, SERVER, Run
import impairment_matrix as matrix
import impairments

PORT = 109
SEEDS = int(os.environ.get("POP_SEEDS", "12"))
CUTS = [captures.whole, captures.by_lines, captures.by_size(100), captures.by_size(17)]

# As marks of replies begin, and are no replies in a mail.
LINES = [b"-- \r\n", b"+OK\r\n", b"=3D and so on\r\n", b"#5\r\n", b"+ yes\r\n", b".\r\n", b"\r\n",
         b"-ERR\r\n", b"RETR\r\n", b"=20\r\n", b"text that goes on for a while\r\n"]


@dataclasses.dataclass
class Mail:
    octets: bytes
    start: int  # in the server's stream, of the reply with its count
    body: int  # of the mail itself

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.octets).hexdigest()

    @property
    def end(self) -> int:
        return self.body + len(self.octets)


class Session:
    """One of the old versions, with some mails."""

    def __init__(self, version: int, seed: int) -> None:
        self.chance = random.Random(f"{version} {seed}")
        self.runs: list[Run] = []
        self.mails: list[Mail] = []
        self.sent = 0  # octets of the server
        if version == 1:
            self.play_version_1(seed)
        else:
            self.play_version_2(seed)

    def ask(self, line: bytes) -> None:
        self.runs.append(Run(CLIENT, line + b"\r\n"))

    def say(self, octets: bytes) -> None:
        self.runs.append(Run(SERVER, octets))
        self.sent += len(octets)

    def new_mail(self, seed: int) -> bytes:
        lines = self.chance.choices(LINES, k=self.chance.randrange(12))
        return b"From: a@example.org\r\nSubject: %d of %d\r\n\r\n" % (len(self.mails), seed) \
            + b"".join(lines)

    def send(self, count: bytes, command: bytes, mail: bytes) -> None:
        start = self.sent
        self.say(count % len(mail))
        self.ask(command)
        self.mails.append(Mail(mail, start, self.sent))
        self.say(mail)

    def play_version_1(self, seed: int) -> None:
        """RFC 918: a mailbox is one piece of data."""
        self.say(b"+OK\r\n")
        for line in (b"USER alice", b"PASS secret"):
            self.ask(line)
            self.say(b"+OK\r\n")
        for _ in range(self.chance.randint(1, 5)):
            self.ask(self.chance.choice((b"RETR inbox", b"RDEL inbox")))
            self.send(b"#%d\r\n", b"RCEV", self.new_mail(seed))
            self.ask(self.chance.choice((b"RCVD", b"RSET")))
            self.say(b"+OK\r\n")
        self.ask(b"QUIT")
        self.say(b"+OK\r\n")

    def play_version_2(self, seed: int) -> None:
        self.say(b"+ POP2 example.org\r\n")
        self.ask(b"HELO alice secret")
        count = self.chance.randint(1, 5)
        self.say(b"#%d messages\r\n" % count)
        self.ask(b"READ")
        for _ in range(count):
            self.send(b"=%d characters\r\n", b"RETR", self.new_mail(seed))
            self.ask(self.chance.choice((b"ACKS", b"ACKD")))
        self.say(b"=0\r\n")
        self.ask(b"QUIT")
        self.say(b"+ bye\r\n")


@dataclasses.dataclass
class Case:
    name: str
    session: Session
    conversation: impairments.Conversation


def sessions() -> list[tuple[str, Session, captures.Cutter]]:
    return [(f"version {version}, seed {seed}", Session(version, seed), CUTS[seed % len(CUTS)])
            for version in (1, 2) for seed in range(SEEDS)]


def cases_at_places(word: str, change: Callable[[list[impairments.Segment], int],
                                                list[impairments.Segment]]) -> list[Case]:
    """Each session with a change at each of its segments with octets, some two dozen at the most."""
    cases = []
    for name, session, cut in sessions():
        whole = impairments.conversation_of(session.runs, cut)
        places = impairments.data_places(whole)
        for place in places[:: len(places) // 24 + 1]:
            changed = whole.with_segments(change(whole.segments, place))
            cases.append(Case(f"{name}, {word} {place}", session, changed))
    return cases


class OldVersions(harness.CaptureTest):
    def mails_of(self, cases: list[Case]) -> list[collections.Counter[str]]:
        """What the IMF dissector was given in each."""
        frames = []
        for number, case in enumerate(cases):
            frames += impairments.frames_of(case.conversation, number, PORT)
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(frames, 0.001))
        mails = Path(self.workplace.folder, "out", "mails")
        os.environ["POP_MAILS"] = str(mails)
        self.tshark(path, "-X", f"lua_script:{matrix.LUA}")
        found: list[collections.Counter[str]] = [collections.Counter() for _ in cases]
        for _, number, digest in matrix.read_mails(mails):
            found[number][digest] += 1
        return found

    def assert_well(self, cases: list[Case]) -> None:
        for case, found in zip(cases, self.mails_of(cases)):
            held = impairments.octets_held(case.conversation, SERVER)
            sent = collections.Counter(mail.digest for mail in case.session.mails)
            wanted = collections.Counter(
                mail.digest for mail in case.session.mails
                if impairments.holds(held, mail.start, mail.end))
            self.assertEqual(wanted - found, collections.Counter(), case.name)
            self.assertEqual(found - sent, collections.Counter(), case.name)

    def test_nothing(self):
        self.assert_well([Case(name, session, impairments.conversation_of(session.runs, cut))
                          for name, session, cut in sessions()])

    def test_server_only(self):
        only = impairments.only(SERVER)
        self.assert_well([
            Case(name, session, only(impairments.conversation_of(session.runs, cut), random.Random()))
            for name, session, cut in sessions()])

    def test_one_segment_lost(self):
        self.assert_well(cases_at_places(
            "without", lambda segments, place: segments[:place] + segments[place + 1:]))

    def test_segments_repeated(self):
        self.assert_well([
            Case(name, session, impairments.repeat_later(
                impairments.conversation_of(session.runs, cut), random.Random(name)))
            for name, session, cut in sessions()])

    def test_pair_swapped(self):
        """Of one mail, octets come late: it alone is not whole."""
        cases = [Case(name, session, impairments.swap_pair(
                     impairments.conversation_of(session.runs, cut), random.Random(name)))
                 for name, session, cut in sessions()]
        for case, found in zip(cases, self.mails_of(cases)):
            sent = collections.Counter(mail.digest for mail in case.session.mails)
            self.assertLessEqual((sent - found).total(), 1, case.name)
            self.assertEqual(found - sent, collections.Counter(), case.name)

    def test_start_in_mid_session(self):
        self.assert_well(cases_at_places("from", lambda segments, place: segments[place:]))


if __name__ == "__main__":
    unittest.main()
