"""Sessions on a bad network: every mail that is whole in the capture comes out octet by octet, what is
not whole is marked, nothing is made up.

POP_SEEDS sets how many sessions go through each impairment; a long run takes hundreds.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import os
import random
import unittest

import harness
from harness import captures
import impairment_matrix as matrix  # after harness, which finds tests/tools
import impairments
import reader
import sessions

SEEDS = int(os.environ.get("POP_SEEDS", "12"))
CUTS = [captures.whole, captures.by_size(1460), captures.by_size(536), captures.by_size(100),
        captures.by_lines, captures.at_random(3, 400), captures.by_size(17)]
# Dialogues with lines that the reader does not take as the documents of the protocol do, or that are
# longer than what a column shows.
NOT_PLAIN = {"bare-lf-dot-in-a-mail", "nul-octets", "start-in-a-login", "very-long-line"}
OVERLAP = impairments.overlapping(lambda octets: octets)
CONFLICT = impairments.overlapping(impairments.other_octets)


def cases_of(kind: str, impairment: impairments.Impairment, waits: bool = False,
             **more) -> list[matrix.Case]:
    """Sessions that differ; `waits`: only of clients that wait for each reply."""
    cases: list[matrix.Case] = []
    seed = 0
    while len(cases) < SEEDS:
        session = sessions.Session(seed)
        if not (waits and session.pipelined):
            whole = impairments.conversation_of(session.runs, CUTS[seed % len(CUTS)])
            cases.append(matrix.Case(
                "made by chance", kind, seed, reader.read(session.runs),
                impairment(whole, random.Random(seed)), waits=not session.pipelined, **more))
        seed += 1
    return cases


def plain_dialogues() -> list[tuple[str, captures.Dialogue, reader.Reader]]:
    """Dialogues that the all-seeing reader understands to the last line."""
    result = []
    for path in sorted(harness.DIALOGUES.glob("*.dialogue")):
        dialogue = captures.read_dialogue(path)
        if dialogue.directives in ([], [["start-unseen"]]):
            known = reader.read(dialogue.runs, greeted=bool(dialogue.directives))
            if known.plain and known.mails:
                result.append((path.stem, dialogue, known))
    return result


def waits(dialogue: captures.Dialogue) -> bool:
    """The client sends one command at a time: no other could be meant by a reply."""
    return all(run.direction == "S" or run.octets.count(b"\n") == 1 for run in dialogue.runs)


class Impairments(harness.CaptureTest):
    def assert_well(self, cases: list[matrix.Case], reordering: bool = False,
                    two_pass: bool = True) -> None:
        prefs = (matrix.REORDERING,) if reordering else ()
        found = matrix.look_at(self, cases, prefs, two_pass)
        faults = [f"{case.label}: {fault}" for case, shown in zip(cases, found)
                  for fault in matrix.judge(case, shown)]
        self.assertEqual(faults, [])

    def test_nothing(self):
        self.assert_well(cases_of("nothing", impairments.untouched))

    def test_one_segment_lost(self):
        self.assert_well(cases_of("lost", impairments.lose_one, waits=True))

    def test_one_segment_of_the_server_lost(self):
        self.assert_well(cases_of("lost", impairments.lose_one_of("S"), waits=True))

    def test_one_segment_of_the_client_lost(self):
        self.assert_well(cases_of("lost", impairments.lose_one_of("C"), waits=True))

    def test_three_segments_lost(self):
        self.assert_well(cases_of("three lost", impairments.lose_three, waits=True))

    def test_pair_swapped(self):
        self.assert_well(cases_of("swapped", impairments.swap_pair, waits=True))

    def test_pair_swapped_and_put_in_order(self):
        self.assert_well(cases_of("swapped", impairments.swap_pair), reordering=True)

    def test_pair_swapped_of_clients_that_pipeline(self):
        """Whole mails in the late segment are found; one at most is lost, which goes on in the other."""
        cases = cases_of("swapped", impairments.swap_pair)
        for case, found in zip(cases, matrix.look_at(self, cases)):
            sent = collections.Counter(mail.digest for mail in case.known.mails)
            got = collections.Counter(digest for digest, _ in found.mails)
            self.assertLessEqual((sent - got).total(), 1, case.label)
            self.assertEqual(got - sent, collections.Counter(), case.label)

    def test_no_mail_is_made_up(self):
        """Of clients, too, that send many commands at once: which reply is whose may be hidden there."""
        kinds = {"lost": impairments.lose_one, "three lost": impairments.lose_three,
                 "client's lost": impairments.lose_one_of("C"), "swapped": impairments.swap_pair,
                 "late start": impairments.start_late, "snapped": impairments.snapped(96)}
        cases = [case for kind, impairment in kinds.items() for case in cases_of(kind, impairment)]
        faults = [f"{case.label}: {fault}"
                  for case, shown in zip(cases, matrix.look_at(self, cases))
                  for fault in matrix.judge(case, shown) if matrix.MADE_UP in fault]
        self.assertEqual(faults, [])

    def test_command_and_reply_swapped(self):
        cases = cases_of("crossed", impairments.swap_directions)
        self.assert_well(cases)
        self.assert_well(cases, reordering=True)

    def test_segments_repeated(self):
        self.assert_well(cases_of("repeated", impairments.repeat))
        self.assert_well(cases_of("repeated later", impairments.repeat_later))

    def test_overlap(self):
        cases = cases_of("overlap", OVERLAP)
        self.assert_well(cases)
        self.assert_well(cases, reordering=True)

    def test_overlap_with_other_octets(self):
        """What came first counts, as it does for the receiver."""
        cases = cases_of("conflict", CONFLICT)
        self.assert_well(cases)
        self.assert_well(cases, reordering=True)

    def test_keep_alives(self):
        self.assert_well(cases_of("keep-alives", impairments.keep_alives))

    def test_keep_alive_before_the_first_segment(self):
        """In a capture that begins in mid-session, its octet is the last one before the capture."""
        dialogue = captures.read_dialogue(harness.DIALOGUES / "retr-stuffed.dialogue")
        whole = impairments.conversation_of(dialogue.runs, captures.whole, False)
        first = whole.segments[0]
        self.assertEqual(first.direction, "C")
        keep_alive = impairments.Segment("S", -1, b"\0", first.end, impairments.ACK)
        conversation = whole.with_segments([first, keep_alive, *whole.segments[1:]])
        self.assert_well([matrix.Case("retr-stuffed", "keep-alive", 0,
                                      reader.read(dialogue.runs, greeted=True), conversation)])

    def test_loss_behind_the_first_segments(self):
        """In a capture that begins in mid-session: what the client acknowledges tells, though until then
        it acknowledged nothing that was captured, that the end of the first mail is lost."""
        dialogue = captures.read_dialogue(harness.DIALOGUES / "top.dialogue")
        whole = impairments.conversation_of(dialogue.runs, captures.by_size(17), False)
        lost = next(i for i, segment in enumerate(whole.segments)
                    if segment.octets.endswith(b"first\r\n.\r\n"))
        conversation = whole.with_segments(whole.segments[:lost] + whole.segments[lost + 1:])
        self.assert_well([matrix.Case("top", "lost", 0, reader.read(dialogue.runs, greeted=True),
                                      conversation)])

    def test_zero_windows(self):
        self.assert_well(cases_of("zero windows", impairments.zero_windows))

    def test_sequence_numbers_wrap(self):
        self.assert_well(cases_of("wrap", impairments.wrap))

    def test_start_in_mid_session(self):
        self.assert_well(cases_of("late start", impairments.start_late, waits=True,
                                  starts_late=True))

    def test_end_in_mid_session(self):
        self.assert_well(cases_of("early end", impairments.end_early))

    def test_snapped_at_96_octets(self):
        self.assert_well(cases_of("snapped", impairments.snapped(96), waits=True))

    def test_snapped_within_lines(self):
        self.assert_well(cases_of("snapped short", impairments.snapped(54 + 15), waits=True))

    def test_server_only(self):
        self.assert_well(cases_of("server only", impairments.only("S")))

    def test_client_only(self):
        self.assert_well(cases_of("client only", impairments.only("C")))

    def test_quoted_in_icmp_errors(self):
        self.assert_well(cases_of("quoted", impairments.quoted))

    def test_same_ports_again(self):
        self.assert_well(cases_of("twice", impairments.untouched, times=2))

    def test_one_pass(self):
        cases = cases_of("lost", impairments.lose_one, waits=True)
        twice = matrix.look_at(self, cases, two_pass=True)
        once = matrix.look_at(self, cases, two_pass=False)
        self.assertEqual([found.mails for found in once], [found.mails for found in twice])

    def test_dialogues(self):
        kinds = {"lost": impairments.lose_one_of("S"), "repeated": impairments.repeat,
                 "keep-alives": impairments.keep_alives, "wrap": impairments.wrap,
                 "quoted": impairments.quoted}
        cases = [
            matrix.Case(name, kind, seed, known, impairment(impairments.conversation_of(
                dialogue.runs, CUTS[seed % len(CUTS)], not dialogue.directives),
                random.Random(seed)), waits=False)
            for name, dialogue, known in plain_dialogues() if name not in NOT_PLAIN
            for kind, impairment in kinds.items() for seed in range(max(2, SEEDS // 12))
            if kind != "lost" or waits(dialogue)]
        self.assertGreater(len({case.name for case in cases}), 8)
        self.assert_well(cases)


if __name__ == "__main__":
    unittest.main()
