"""TCP conversations of captures that are in order, and of dialogue files: who wrote what, and what each had
when it did.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import subprocess
from pathlib import Path

import captures
import link
from captures import CLIENT, SERVER

FIELDS = ("tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.flags.syn", "tcp.seq_raw", "tcp.ack_raw",
          "tcp.payload")
SPACE = 1 << 32


class NotInOrder(ValueError):
    """Octets are missing, or come late."""


class Conversation:
    def __init__(self, server_port: int, start_seen: bool = False) -> None:
        self.server_port = server_port
        self.start_seen = start_seen
        self.first: dict[str, int] = {}  # sequence numbers of the first octets
        self.total = {CLIENT: 0, SERVER: 0}
        self.writes: list[link.Write] = []

    def take(self, side: str, is_syn: bool, sequence: int, acknowledged: int, octets: bytes) -> None:
        if is_syn and side == CLIENT:
            self.start_seen = True
            self.first = {side: (sequence + 1) % SPACE}
            return
        other = link.OTHER[side]
        self.first.setdefault(side, (sequence + is_syn) % SPACE)
        self.first.setdefault(other, acknowledged)
        at = (sequence + is_syn - self.first[side]) % SPACE
        if not octets or (at + len(octets)) % SPACE <= self.total[side] or at >= SPACE // 2:
            return  # nothing new
        if at > self.total[side]:
            raise NotInOrder("octets are missing in this capture, or come late")
        octets = octets[self.total[side] - at:]
        after = min((acknowledged - self.first[other]) % SPACE, self.total[other])
        self.writes.append(link.Write(side, octets, after))
        self.total[side] += len(octets)


def of_capture(path: Path) -> list[Conversation]:
    """Those in which something is said; tshark reads the file."""
    words = [word for name in FIELDS for word in ("-e", name)]
    text = subprocess.run(
        [os.environ.get("TSHARK", "tshark"), "-n", "-r", path, "-Y", "tcp && !icmp", "-o",
         "tcp.desegment_tcp_streams:FALSE", "-T", "fields", *words],
        capture_output=True, text=True, check=True).stdout
    conversations: dict[str, Conversation] = {}
    for row in text.splitlines():
        stream, source, target, syn, sequence, acknowledged, payload = row.split("\t")
        port = min(int(source), int(target))
        conversation = conversations.setdefault(stream, Conversation(port))
        side = SERVER if int(source) == conversation.server_port else CLIENT
        conversation.take(side, syn in ("1", "True"), int(sequence), int(acknowledged),
                          bytes.fromhex(payload))
    return [each for each in conversations.values() if each.writes]


def of_dialogue(path: Path) -> Conversation:
    dialogue = captures.read_dialogue(path)
    if any(run.lost or run.cut_off or run.unheard for run in dialogue.runs):
        raise NotInOrder("octets are missing in this dialogue, or cross each other")
    directives = {words[0]: words[1:] for words in dialogue.directives}
    conversation = Conversation(int(directives.get("server-port", ["110"])[0]),
                                "start-unseen" not in directives)
    conversation.writes = link.in_turn(dialogue.runs)
    return conversation
