"""Sessions x impairments x seeds in one capture, and what the plugin makes of each, against what a
reader of the undamaged session knows.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import dataclasses
import hashlib
import os
import random
from pathlib import Path
from typing import Callable, Iterable, Iterator, Sequence

import harness
from harness import captures
import impairments  # from tests/tools
import reader

LUA = Path(__file__).with_name("mails.lua")
REORDERING = "tcp.reassemble_out_of_order:TRUE"
SEPARATOR = "\x1f"
MADE_UP = "mails that were never sent"


@dataclasses.dataclass
class Case:
    """One conversation of the capture."""
    name: str
    kind: str
    seed: int
    known: reader.Reader
    conversation: impairments.Conversation
    server_port: int = 110
    times: int = 1  # how often the same ports are used
    waits: bool = True  # the client sends a command when the one before has its reply
    starts_late: bool = False  # the capture begins in mid-session

    @property
    def label(self) -> str:
        return f"{self.kind}: {self.name}, seed {self.seed}"


@dataclasses.dataclass
class Found:
    """What the plugin shows of one conversation."""
    mails: list[tuple[str, tuple[str, ...]]] = dataclasses.field(default_factory=list)
    requests: list[str] = dataclasses.field(default_factory=list)
    incomplete: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    unsolicited: int = 0
    marks: int = 0
    frames: dict[int, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def number_of(address: str) -> int:
    octets = address.split(".")
    return int(octets[1]) << 8 | int(octets[2])


FIELDS = ("frame.number", "ip.src", "pop.request", "pop.message.number", "pop.message.complete",
          "pop.expert.gap", "pop.expert.unsolicited_reply", "_ws.malformed")


def look_at(test: harness.CaptureTest, cases: Sequence[Case], prefs: Sequence[str] = (),
            two_pass: bool = True) -> list[Found]:
    """Runs tshark once over all cases."""
    frames = []
    for number, case in enumerate(cases):
        for time in range(case.times):
            frames += impairments.frames_of(
                impairments.later(case.conversation, time), number, case.server_port)
    path = test.file_for_capture()
    captures.write_pcap(path, captures.timed(frames, 0.001))
    mails = Path(test.workplace.folder, "out", "mails")
    rows = read_rows(test, path, mails, prefs, two_pass)
    found = [Found() for _ in cases]
    for row in rows:
        note_row(found[number_of(row[1][0])], row)
    for frame, number, digest in read_mails(mails):
        found[number].mails.append((digest, found[number].frames.get(frame, ())))
    path.unlink()
    return found


def read_mails(mails: Path) -> Iterator[tuple[int, int, str]]:
    """What mails.lua wrote: frame, number of the conversation and SHA-256 of each mail."""
    for line in mails.read_text().splitlines():
        frame, address, *octets = line.split(" ")
        digest = hashlib.sha256(bytes.fromhex(octets[0] if octets else "")).hexdigest()
        yield int(frame), number_of(address), digest


def read_rows(test: harness.CaptureTest, path: Path, mails: Path, prefs: Sequence[str],
              two_pass: bool) -> list[list[list[str]]]:
    os.environ["POP_MAILS"] = str(mails)
    return test.fields(path, *FIELDS, filter="pop && !icmp", two_pass=two_pass, prefs=prefs,
                       more=("-X", f"lua_script:{LUA}"))


def note_row(found: Found, row: list[list[str]]) -> None:
    frame, _, requests, numbers, complete, gap, unsolicited, _ = row
    found.frames[int(frame[0])] = tuple(numbers)
    found.requests += requests
    found.marks += len(gap)
    found.unsolicited += len(unsolicited)
    found.incomplete += [tuple(numbers)] * complete.count("0")


# --- Judgement -------------------------------------------------------------------------------------

def judge(case: Case, found: Found) -> list[str]:
    """What is wrong with what was found; nothing: all is well."""
    held = {side: impairments.octets_held(case.conversation, side) for side in impairments.OTHER}
    faults = judge_mails(case, found, held)
    faults += judge_commands(case, found, held)
    return faults


def judge_mails(case: Case, found: Found, held: dict[str, list[tuple[int, int]]]) -> list[str]:
    faults = []
    server, client = held["S"], held["C"]
    every = collections.Counter(mail.digest for mail in case.known.mails * case.times)
    got = collections.Counter(digest for digest, _ in found.mails)
    wanted = [mail for mail in case.known.mails * case.times
              if impairments.holds(server, mail.start, mail.end)]
    missing = collections.Counter(mail.digest for mail in wanted) - got
    if missing:
        names = [mail.number for mail in wanted if mail.digest in missing]
        faults.append(f"mails {','.join(names)} are not there")
    if got - every:
        faults.append(f"{(got - every).total()} {MADE_UP}")
    damaged = [mail for mail in case.known.mails * case.times
               if not impairments.holds(server, mail.body, mail.end)
               and impairments.touches(server, mail.body, mail.end)]
    # Where commands were sent at once, it may be hidden how many mails a stretch was of.
    least = len(damaged) if case.waits else min(1, len(damaged))
    if len(found.incomplete) < least and not case.starts_late:
        faults.append(f"{len(damaged)} damaged, {len(found.incomplete)} marked")
    numbers = {mail.digest: mail.number for mail in wanted
               if impairments.holds(client, mail.command.start, mail.command.end)}
    numbers = {digest: number for digest, number in numbers.items() if every[digest] == case.times}
    wrong = [numbers[digest] for digest, shown in found.mails
             if digest in numbers and numbers[digest] not in shown]
    if wrong:
        faults.append(f"number of mails {','.join(wrong)} not shown")
    return faults


def cut_off(case: Case) -> collections.Counter[bytes]:
    """What is left of commands whose segments were cut off behind their keyword."""
    left: collections.Counter[bytes] = collections.Counter()
    for segment in case.conversation.segments:
        end = segment.position + segment.captured
        for command in case.known.commands:
            if segment.direction == "C" and segment.captured < len(segment.octets) \
                    and max(command.start, segment.position) < end < command.start + len(command.line):
                line = command.line[:end - command.start]
                # With a number these two ask for one line, and without for many.
                if b" " in line and command.words[0] not in (b"LIST", b"UIDL"):
                    left[line] += 1
    return left


def judge_commands(case: Case, found: Found, held: dict[str, list[tuple[int, int]]]) -> list[str]:
    sent = collections.Counter(
        command.line for command in case.known.commands * case.times
        if impairments.holds(held["C"], command.start, command.end))
    shown = collections.Counter(line.encode() for line in found.requests)
    missing = sent + cut_off(case) - shown
    return [f"commands not shown: {dict(missing)}"] if missing else []
