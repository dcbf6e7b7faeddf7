"""Links that reorder, lose and repeat; captures with two clocks, and with frames missing: the octets are
put in order before they are read, whatever TCP's preferences are.

POP_SEEDS sets how many sessions go through each impairment. POP_SCORE=1 prints, for every impairment, how
many sessions and mails come out exactly.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import itertools
import os
import random
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Iterable

import harness
import order_judgement as judgement
import order_pools as pools
import order_reading as reading
import reader
from harness import captures
from order_pools import Case, Pool

SEEDS = int(os.environ.get("POP_SEEDS", "2"))
SCORE = os.environ.get("POP_SCORE") == "1"
TOLD = 40  # faults in a message
TCP = ("tcp.reassemble_out_of_order", "tcp.no_subdissector_on_error")
COMBINATIONS = [tuple(f"{name}:{value}" for name, value in zip(TCP, values))
                for values in itertools.product(("FALSE", "TRUE"), repeat=2)]
OFF = [(f"tcp.{name}:FALSE",) for name in ("desegment_tcp_streams", "relative_sequence_numbers",
                                           "analyze_sequence_numbers")]
NOTHING = reading.Reading()
LONGEST = 500  # characters of a fault

Way = tuple[tuple[str, ...], bool]  # preferences; two passes
Judge = Callable[[Case, reading.Reading, reading.Reading, bool], list[str]]


def in_full(_: Case, expected: reading.Reading, found: reading.Reading, two_pass: bool) -> list[str]:
    return judgement.judge_in_full(expected, found, two_pass)


def with_loss(case: Case, expected: reading.Reading, found: reading.Reading, two_pass: bool) -> list[str]:
    return judgement.judge_with_loss(case, expected, found, two_pass)


def is_kept_from_pop(case: Case) -> bool:
    """What newer releases do before POP is asked. From 4.4 on, TCP makes a connection of its own of a
    SYN-ACK behind the client's FIN; in 4.6, HTTP leaves out tunnelled segments that TCP takes for
    repeated."""
    if harness.wireshark_version() == "4.0":
        return False
    def first(direction: str, flag: int) -> float:
        return min((packet.time for packet in case.taken.packets
                    if packet.direction == direction and packet.flags & flag), default=float("inf"))
    is_split = first(pools.CLIENT, captures.FIN) < first(pools.SERVER, captures.SYN) < float("inf")
    is_in_http = case.kind == "through HTTP CONNECT" and harness.wireshark_version() != "4.4"
    return is_split or is_in_http


class OrderTest(unittest.TestCase):
    """A pool in two captures, without its impairments and with."""
    maxDiff = None

    @classmethod
    def prepare(cls, pool: Pool) -> None:
        cls.bench = harness.CaptureTest()
        cls.bench.setUp()
        cls.addClassCleanup(cls.bench.doCleanups)
        cls.pool = pool
        cls.ordered, cls.impaired = pool.write(cls.bench)
        cls.expected = reading.look(cls.bench, cls.ordered, two_pass=True)

    def looks(self, ways: Iterable[Way]) -> list[reading.Seen]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda way: reading.look(self.bench, self.impaired, *way), ways))

    def faults(self, seen: reading.Seen, judge: Judge, two_pass: bool) -> dict[int, list[str]]:
        """Sessions between the same ports are judged together, as the first of them."""
        return {case.number: judge(case, self.expected.sessions.get(case.number, NOTHING),
                                   seen.sessions.get(case.number, NOTHING), two_pass)
                if case.number == case.route.number and not is_kept_from_pop(case) else []
                for case in self.pool.cases}

    def assert_well(self, judge: Judge, prefs: Iterable[tuple[str, ...]]) -> None:
        """Both passes of every set of preferences."""
        ways = [(each, two_pass) for each in prefs for two_pass in (False, True)]
        wrong = []
        for (each, two_pass), seen in zip(ways, self.looks(ways)):
            name = f"{' '.join(each)}{' -2' if two_pass else ''}"
            faults = self.faults(seen, judge, two_pass)
            if SCORE:
                self.tell_score(name, seen, faults)
            wrong += [f"{name}: {case.label}: {fault}" for case in self.pool.cases
                      for fault in faults[case.number][:1]]
            wrong += [f"{name}: {fault}" for fault in self.export_faults(seen, judge, two_pass)]
        if wrong:
            told = "\n".join(fault[:LONGEST] for fault in wrong[:TOLD])
            self.fail(f"{len(wrong)} faults\n{told}")

    def export_faults(self, seen: reading.Seen, judge: Judge, two_pass: bool) -> list[str]:
        """Every mail that is whole in the capture, and that is not excused from being shown."""
        cases = [case for case in self.pool.cases if not is_kept_from_pop(case)]
        whole = collections.Counter(digest for case in cases for digest in case.whole_digests()
                                    if judge is in_full or not judgement.is_excused(
                                        case, seen.sessions.get(case.number, NOTHING), two_pass))
        return [f"--export-objects {name}: {(whole - found).total()} of {whole.total()} mails are missing"
                for name, found in (("imf", seen.imf), ("pop", seen.pop)) if whole - found]

    def tell_score(self, name: str, seen: reading.Seen, faults: dict[int, list[str]]) -> None:
        kinds: dict[str, list[Case]] = collections.defaultdict(list)
        for case in self.pool.cases:
            kinds[case.kind].append(case)
        print(f"\n{name}")
        for kind, cases in {**kinds, "all": self.pool.cases}.items():
            exact = sum(not faults[case.number] for case in cases)
            whole = [exact_mails(case, seen) for case in cases]
            print(f"  {kind:34} sessions {exact:3} of {len(cases):3}   whole mails"
                  f" {sum(got for got, _ in whole):4} of {sum(wanted for _, wanted in whole):4}")



def exact_mails(case: Case, seen: reading.Seen) -> tuple[int, int]:
    """How many of the whole mails are shown, under no other number than their own."""
    found = seen.sessions.get(case.route.number, NOTHING)
    shown = collections.Counter((row["sha256"], str(row["number"] or "")) for row in found.mails
                                if row["complete"])
    got = wanted = 0
    for mail in case.whole_mails():
        wanted += 1
        key = next((key for key in ((mail.digest, mail.number), (mail.digest, "")) if shown[key]), None)
        got += key is not None
        shown[key] -= 1
    return got, wanted


class InFull(OrderTest):
    """Every octet is in the capture: everything is as in the ordered one."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.prepare(pools.in_full(SEEDS))

    def test_the_measure(self):
        """The ordered capture, by which the others are judged, is read as it was made; the impaired one
        holds every octet."""
        known: dict[int, list[reader.Reader]] = collections.defaultdict(list)
        for case in self.pool.cases:
            if not case.impairment.get("only"):
                self.assertTrue(case.taken.is_whole, case.label)
                known[case.route.number].append(case.known)
        for number, sessions in known.items():
            shown = self.expected.sessions[number]
            mails = [mail for session in sessions for mail in session.mails]
            self.assertEqual([(row["sha256"], str(row["number"])) for row in shown.mails if row["sha256"]],
                             [(mail.digest, mail.number) for mail in mails], number)
            self.assertEqual([line.text.encode() for line in shown.requests if line.link is not None],
                             [command.line for session in sessions for command in session.commands], number)

    def test_unique_ids(self):
        """In the ordered capture they are those that were made."""
        for case in self.pool.cases:
            for row in self.expected.sessions[case.number].mails if case.kind in pools.IN_FULL else ():
                if row["uid"] is not None:
                    self.assertEqual(row["uid"], judgement.uid_of(case, str(row["number"])))

    def test_samples(self):
        """What real servers sent has the digests that were noted when the samples were made."""
        for name in pools.REAL:
            noted = {line.split()[0] for line in
                     (pools.SAMPLES / f"{name}.sha256").read_text().splitlines()}
            made = {digest for case in self.pool.cases if case.kind.endswith(f" {name}")
                    for digest in case.whole_digests()}
            self.assertEqual(noted - made, set(), name)

    def test_nothing_is_held_in_order(self):
        """But for a direction that is alone: the other one is waited for."""
        alone = {case.number for case in self.pool.cases if case.kind.endswith(" only")}
        self.assertEqual([number for number, shown in self.expected.sessions.items()
                          if shown.held and number not in alone], [])

    def test_held_and_other_octets_are_told(self):
        seen = reading.look(self.bench, self.impaired, two_pass=True)
        kinds: dict[str, list[reading.Reading]] = collections.defaultdict(list)
        for case in self.pool.cases:
            kinds[case.kind].append(seen.sessions[case.route.number])
        self.assertTrue(any(shown.held for shown in kinds["overtaken by a hundred"]))
        self.assertTrue(any(shown.frames[reading.DIFFERS]
                            for shown in kinds["other octets for the same place"]))

    def test_preferences_of_tcp(self):
        self.assert_well(in_full, COMBINATIONS)

    def test_without_what_tcp_does(self):
        self.assert_well(in_full, OFF)


class WithLoss(OrderTest):
    """Frames are missing: what is whole is exact, what is not is marked, and nothing is told wrongly."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.prepare(pools.with_loss(3 * SEEDS))

    def test_preferences_of_tcp(self):
        self.assert_well(with_loss, COMBINATIONS)

    def test_whole_mails(self):
        """Nearly all, also where commands were sent at once."""
        seen, = self.looks([((), True)])
        counts = [exact_mails(case, seen) for case in self.pool.cases]
        self.assertGreaterEqual(sum(got for got, _ in counts), 0.97 * sum(wanted for _, wanted in counts))


class RandomAccess(harness.CaptureTest):
    """In the window, frames are looked at in whatever order."""

    def shown(self, capture: Path, order: str) -> dict:
        with harness.Sharkd(self, capture) as sharkd:
            numbers = list(range(1, sharkd.frame_count() + 1))
            if order == "backward":
                numbers.reverse()
            elif order == "shuffled":
                random.Random(1939).shuffle(numbers)
            return {number: sharkd.frame(number) for number in numbers}

    def test_any_order(self):
        pool = Pool()
        for kind in ("all of it", "clocks apart, and all of it", "captured twice",
                     "retransmissions cut elsewhere"):
            pool.add(kind, pools.short_session(pool.next), pools.IN_FULL[kind])
        pool.add("frames dropped", pools.short_session(pool.next), pools.WITH_LOSS["frames dropped"])
        _, impaired = pool.write(self)
        forward, backward, shuffled = (self.shown(impaired, order)
                                       for order in ("forward", "backward", "shuffled"))
        for number, frame in forward.items():
            self.assertEqual(frame, backward[number], f"frame {number}, backward")
            self.assertEqual(frame, shuffled[number], f"frame {number}, shuffled")


if __name__ == "__main__":
    unittest.main()
