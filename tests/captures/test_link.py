"""The simulated link does what it says, so that a test of order tests what it means to; and what judges a
session sees each kind of fault.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import copy
import hashlib
import itertools
import re
import subprocess
import unittest
from pathlib import Path
from typing import Any

import harness
import envelopes
import link
import order_judgement as judgement
import order_pools as pools
import order_reading as reading
import served
from link import ACK, CLIENT, OTHER, SERVER, SYN

TOOLS = Path(__file__).resolve().parent.parent / "tools"
SEEDS = range(12)


def taken(seed: int, **impairment: Any) -> link.Taken:
    return link.link(served.Served(seed).writes, seed, **impairment)


def late(packets: list[link.Packet]) -> int:
    """Packets with octets that come behind later ones of their direction."""
    highest = {CLIENT: 0, SERVER: 0}
    count = 0
    for packet in packets:
        if packet.octets and packet.genuine:
            count += packet.position < highest[packet.direction]
            highest[packet.direction] = max(highest[packet.direction], packet.end)
    return count


def fresh(packets: list[link.Packet]) -> int:
    """Packets with octets that were not captured before."""
    seen: set[tuple[str, int]] = set()
    count = 0
    for packet in packets:
        places = {(packet.direction, packet.position + i) for i in range(len(packet.octets))}
        count += bool(places - seen)
        seen |= places
    return count


class Links(unittest.TestCase):
    def test_same_seed_same_packets(self):
        for seed in SEEDS:
            self.assertEqual(taken(seed, **pools.LATE).packets, taken(seed, **pools.LATE).packets)
        self.assertNotEqual(taken(1, **pools.LATE).packets, taken(2, **pools.LATE).packets)

    def test_without_impairment_nothing_is_late_or_repeated(self):
        for seed in SEEDS:
            packets = taken(seed, mss=100).packets
            self.assertEqual(late(packets), 0)
            with_octets = [packet for packet in packets if packet.octets]
            self.assertEqual(fresh(packets), len(with_octets))

    def test_octets_are_those_that_were_written(self):
        for seed in SEEDS:
            result = taken(seed, **pools.IN_FULL["retransmissions cut elsewhere"])
            for packet in result.packets:
                stream = result.streams[packet.direction]
                self.assertEqual(packet.octets, stream[packet.position:packet.end]
                                 if packet.octets else b"")

    def test_nothing_is_acknowledged_that_has_not_passed(self):
        """With one clock, and an honest capture."""
        for seed, kind in itertools.product(SEEDS, ("all of it", "zero windows", "keep-alives")):
            passed = {CLIENT: set(), SERVER: set()}
            has = {CLIENT: 0, SERVER: 0}
            for packet in taken(seed, **pools.IN_FULL[kind]).packets:
                other = OTHER[packet.direction]
                limit = has[other] + 1  # of a FIN
                if packet.flags & ACK and not packet.flags & SYN:
                    self.assertLessEqual(packet.acknowledged, limit, kind)
                if packet.genuine:
                    passed[packet.direction] |= set(range(packet.position, packet.end))
                while has[packet.direction] in passed[packet.direction]:
                    has[packet.direction] += 1

    def test_each_impairment_shows(self):
        """Of a dozen sessions, those in which it does: at least half."""
        signs = {
            "reorder": (dict(reorder=0.1, mss=100), lambda it: late(it.packets) > 0),
            "loss before": (dict(loss_before=0.1, mss=100),
                            lambda it: late(it.packets) > 0 and it.is_whole),
            "loss behind": (dict(loss_behind=0.1, mss=100), lambda it: fresh(it.packets)
                            < sum(bool(packet.octets) for packet in it.packets)),
            "zero windows": (pools.IN_FULL["zero windows"],
                             lambda it: any(packet.window == 0 for packet in it.packets)),
            "keep-alives": (pools.IN_FULL["keep-alives"],
                            lambda it: any(not packet.genuine for packet in it.packets)),
            "dropped": (dict(dropped=0.1, mss=100), lambda it: not it.is_whole),
            "snap length": (dict(snaplen=50), lambda it: not it.is_whole),
            "wrap": (dict(wrap=True), lambda it: any(
                it.first_sequence[side] + len(it.streams[side]) >= 1 << 32 for side in OTHER)),
        }
        for name, (impairment, shows) in signs.items():
            count = sum(shows(taken(seed, **impairment)) for seed in SEEDS)
            self.assertGreaterEqual(count, len(SEEDS) // 2, name)

    def test_clocks_apart(self):
        for seed in SEEDS:
            apart, together = taken(seed, skew=-0.9), taken(seed)
            self.assertEqual(len(apart.packets), len(together.packets))
            self.assertEqual(apart.packets[0].direction, SERVER)
            times = [packet.time for packet in apart.packets]
            self.assertEqual(times, sorted(times))


class Envelopes(harness.CaptureTest):
    def test_every_segment_is_found(self):
        """tshark finds the TCP segments, whatever they travel in."""
        for name in envelopes.ENVELOPES:
            with self.subTest(envelope=name):
                result = taken(5)
                path = self.file_for_capture()
                envelopes.write_pcapng(path, envelopes.frames_of(result, envelopes.Route(7, 110, name)))
                rows = self.fields(path, "tcp.seq_raw", filter="tcp")
                found = [int(value) for row in rows for value in row[0]]
                self.assertEqual(found, [
                    (result.first_sequence[packet.direction] + 1 + packet.position) % (1 << 32)
                    for packet in result.packets])


class Tool(harness.CaptureTest):
    """tests/tools/impair, as somebody types it."""

    def impair(self, source: Path, *words: str) -> tuple[Path, str]:
        path = self.file_for_capture().with_suffix(".pcapng")
        done = subprocess.run([TOOLS / "impair", source, *words, "-w", path], capture_output=True,
                              text=True, check=True)
        path.chmod(0o644)
        return path, done.stdout

    def test_sample(self):
        path, told = self.impair(pools.SAMPLES / "server-courier.pcapng.gz", "--seed", "3",
                                 "--repeat", "0.2", "--envelope", "vlan")
        mails = [hashlib.sha256(octets).hexdigest() for octets in self.export_imf(path).values()]
        self.assertEqual(sorted(re.findall(r"whole +\d+ octets +(\w{64})", told)), sorted(mails))
        self.assertEqual(len(mails), 4)

    def test_dialogue(self):
        path, told = self.impair(harness.DIALOGUES / "top.dialogue", "--mss", "5")
        self.assertEqual(self.values(path, "pop.request"), ["TOP 1 10", "top 2 0", "TOP 10", "TOP 4 1"])
        self.assertEqual(told.count("whole"), 3)

    def test_what_is_dropped_is_told(self):
        _, told = self.impair(pools.SAMPLES / "server-courier.pcapng.gz", "--dropped", "1")
        self.assertEqual(told.count("not whole"), 4)


class Judgement(harness.CaptureTest):
    """What is exact passes; each fault is seen."""

    def setUp(self) -> None:
        super().setUp()
        pool = pools.Pool()
        pool.add("nothing", served.Served(3, habit="RETR and DELE"), {})
        self.case, = pool.cases
        ordered, _ = pool.write(self)
        self.exact = reading.look(self, ordered, two_pass=True).sessions[0]

    def changed(self, change) -> reading.Reading:
        found = copy.deepcopy(self.exact)
        change(found)
        return found

    def test_exact(self):
        self.assertEqual(judgement.judge_in_full(self.exact, self.exact, True), [])
        self.assertEqual(judgement.judge_with_loss(self.case, self.exact, self.exact, True), [])

    def test_faults_in_full(self):
        def swap(lines: list, name: str) -> None:
            first, second = getattr(lines[-1], name), getattr(lines[-2], name)
            setattr(lines[-1], name, second)
            setattr(lines[-2], name, first)

        def swap_octets(mails: list[dict]) -> None:
            mails[-1]["sha256"], mails[-2]["sha256"] = mails[-2]["sha256"], mails[-1]["sha256"]
        changes = {
            "a command less": lambda it: it.requests.pop(),
            "a reply more": lambda it: it.replies.append(it.replies[-1]),
            "replies of each other's commands": lambda it: swap(it.replies, "link"),
            "commands of each other's replies": lambda it: swap(it.requests, "link"),
            "another number": lambda it: setattr(it.replies[-2], "number", "77"),
            "another unique-id": lambda it: setattr(it.replies[-2], "uid", "x"),
            "another size": lambda it: it.facts["pop.list.size"].reverse(),
            "mails swapped": lambda it: swap_octets(it.mails),
            "another fate": lambda it: it.mails[0].update(deleted="no"),
            "a mail twice": lambda it: it.mails.append(it.mails[0]),
            "a gap": lambda it: it.frames[reading.GAP].add(5),
            "held for good": lambda it: it.held.update({5: None}),
            "a negative time": lambda it: it.negative.append("pop.time -1"),
        }
        for name, change in changes.items():
            with self.subTest(fault=name):
                self.assertNotEqual(judgement.judge_in_full(self.exact, self.changed(change), True), [])

    def test_faults_with_loss(self):
        changes = {
            "another number": lambda it: it.mails[0].update(number=77),
            "another unique-id": lambda it: it.mails[0].update(uid="x"),
            "a mail that never was": lambda it: it.mails[0].update(sha256="00"),
            "a mail less": lambda it: it.mails.pop(),
            "another fate": lambda it: it.mails[0].update(deleted="no"),
            "a command less": lambda it: it.requests.pop(),
            "DELE's reply for RETR's": lambda it: setattr(it.replies[-2], "link", it.replies[-3].link),
        }
        for name, change in changes.items():
            with self.subTest(fault=name):
                self.assertNotEqual(
                    judgement.judge_with_loss(self.case, self.exact, self.changed(change), True), [])

    def test_marked_guesses_are_no_faults(self):
        def guess(it: reading.Reading) -> None:
            it.mails[0].update(number=77)
            it.frames[reading.UNCERTAIN].add(it.mails[0]["last_frame"])
        self.assertEqual(judgement.judge_with_loss(self.case, self.exact, self.changed(guess), True), [])


if __name__ == "__main__":
    unittest.main()
