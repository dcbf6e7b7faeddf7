"""Many sessions, each across a bad link of its own, pooled in one capture; and the truth about each.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses
import functools
import struct
from pathlib import Path
from typing import Any, Callable, Iterable, Optional, Sequence

import harness  # finds tests/tools
from harness import captures
import conversations
import envelopes
import link
import reader
import served
from link import CLIENT, SERVER, Write

BOTH = CLIENT + SERVER
SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"
REAL = ("server-dovecot", "server-courier", "server-cyrus", "server-popa3d", "server-solid-pop3d",
        "server-mailutils", "pipelining-200", "delete-quit", "mail-zoo")
START = 0.003  # seconds between the beginnings of two sessions
PAUSE = 0.5  # seconds between two of the same ports
LATE = dict(reorder=0.1, loss_before=0.04, loss_behind=0.04, mss=400)

# Every octet is in the capture.
IN_FULL: dict[str, dict[str, Any]] = {
    "nothing": {},
    "one in a hundred overtaken": dict(reorder=0.01, mss=200),
    "one in five overtaken": dict(reorder=0.2, mss=200),
    "overtaken by a hundred": dict(reorder=0.03, reorder_by=0.02, mss=60),
    "lost before": dict(loss_before=0.05, mss=300),
    "lost behind": dict(loss_behind=0.05, mss=300),
    "all of it": LATE,
    "acknowledgments overtaken": dict(reorder=0.1, reorder_behind=0.1, repeat=0.05, cut=0.5),
    "repeated by the link": dict(repeat=0.2, reorder=0.05),
    "retransmissions cut elsewhere": dict(loss_behind=0.08, loss_before=0.03, resegment=True, mss=150,
                                          cut=0.3),
    "numbers wrap": dict(wrap=True, **LATE),
    "zero windows": dict(stall=0.15, window=700, mss=300, loss_before=0.02),
    "keep-alives": dict(pause=0.2, keep_alive=0.4, loss_before=0.03, mss=300),
    "delay varies": dict(jitter=0.02, reorder=0.05, reorder_by=0.04),
    "ends in RST": dict(end="rst", **LATE),
    "never ends": dict(end="open", **LATE),
    # Sessions of which each side shows a frame before the other ends.
    "clocks apart, server ahead": dict(skew=0.9, delay=0.3),
    "clocks apart, client ahead": dict(skew=-0.9, delay=0.3),
    "clocks apart by little": dict(skew=-0.007, reorder=0.05, mss=300),
    "clocks apart, and all of it": dict(skew=0.3, **LATE),
    "captured twice": dict(doubled=True, reorder=0.05, mss=300),
    "captured twice, the second late": dict(doubled=True, doubled_by=0.009, loss_before=0.03, mss=300),
    "other octets for the same place": dict(forged=0.2, reorder=0.1, loss_before=0.03, mss=300),
    "late SYN-ACK": dict(late_syn_ack=0.05, mss=300),
    "without handshake": dict(without_handshake=True, **LATE),
    "server only": dict(only=SERVER, **LATE),
    "client only": dict(only=CLIENT, **LATE),
}
OF_SHORT_SESSIONS = {"segments of one octet": dict(mss=1, reorder=0.03, loss_before=0.005,
                                                   loss_behind=0.005, reorder_by=0.001)}
LONG = {"long mail, in order": {}, "long mail, overtaken": dict(reorder=0.02, reorder_by=0.001),
        "long mail, lost": dict(loss_before=0.01, loss_behind=0.01)}

# Octets are missing in the capture.
WITH_LOSS: dict[str, dict[str, Any]] = {
    "frames dropped": dict(dropped=0.03, mss=300),
    "frames dropped of a bad link": dict(dropped=0.03, **LATE),
    "server's frames dropped": dict(dropped=0.05, dropped_of=SERVER, mss=300),
    "client's frames dropped": dict(dropped=0.05, dropped_of=CLIENT, mss=300),
    "dropped, clocks apart": dict(dropped=0.03, skew=0.1, delay=0.12, mss=300),
    "begins anywhere": dict(begins=0.4, **LATE),
    "ends anywhere": dict(ends=0.6, **LATE),
    "snap length": dict(snaplen=150, mss=300, reorder=0.05),
    "dropped, server only": dict(only=SERVER, dropped=0.03, mss=300),
}
# Two sessions, one behind the other, between the same ports.
AGAIN: dict[str, dict[str, Any]] = {
    "same ports again": LATE, "same ports again behind RST": dict(end="rst", **LATE),
    "same ports again, no handshake": dict(without_handshake=True, **LATE),
}
BEHIND_PROXIES = {"SOCKS": 1080, "HTTP CONNECT": 8080}


# --- Truth -----------------------------------------------------------------------------------------

@dataclasses.dataclass
class Case:
    """One connection of the capture. Its route has the number of the first one between these ports."""
    number: int
    kind: str
    seed: int
    writes: list[Write]
    impairment: dict[str, Any]
    route: envelopes.Route
    taken: link.Taken
    known: reader.Reader
    preface: int = 0  # writes of a proxy's, before POP begins
    waits: bool = True  # the client sends a command when the one before has its reply

    @property
    def label(self) -> str:
        return f"{self.kind}, session {self.number} (seed {self.seed})"

    def offset(self, side: str) -> int:
        """Where POP begins in the stream."""
        return sum(len(w.octets) for w in self.writes[:self.preface] if w.direction == side)

    def holds(self, side: str, start: int, end: int) -> bool:
        at = self.offset(side)
        return self.taken.holds(side, start + at, end + at)

    def touches(self, side: str, start: int, end: int) -> bool:
        at = self.offset(side)
        return self.taken.touches(side, start + at, end + at)

    def whole_mails(self) -> list[reader.Mail]:
        """All their octets, from the status line to the final dot, are in the capture."""
        return [mail for mail in self.known.mails if self.holds(SERVER, mail.start, mail.end)]

    def whole_digests(self) -> list[str]:
        return [mail.digest for mail in self.whole_mails()]

    def damaged_mails(self) -> list[reader.Mail]:
        """Of which something is there. Lines with which a capture begins cannot be told to be a mail's."""
        begins = min((start for start, _ in self.taken.held(SERVER)), default=0)
        return [mail for mail in self.known.mails if not self.holds(SERVER, mail.body, mail.end)
                and self.touches(SERVER, mail.body, mail.end) and mail.start + self.offset(SERVER) >= begins]

    def is_alone_at_its_end(self) -> bool:
        """The server's direction ends before the client has shown a frame: it is not waited for longer."""
        first = min((packet.time for packet in self.taken.packets if packet.direction == CLIENT), default=0)
        return any(packet.direction == SERVER and packet.flags & captures.FIN and packet.time < first
                   for packet in self.taken.packets)


def runs_of(writes: Iterable[Write]) -> list[captures.Run]:
    return [captures.Run(write.direction, write.octets) for write in writes]


def one_by_one(writes: Sequence[Write]) -> list[Write]:
    """The same commands and replies, each command sent when all before it are answered: an ordered
    capture of that says which reply is whose."""
    result: list[Write] = []
    lines = [line for write in writes if write.direction == CLIENT
             for line in captures.by_lines(write.octets)]
    total = {CLIENT: 0, SERVER: 0}
    ends, at = [], 0
    for line in lines:
        at += len(line)
        ends.append(at)

    def speak(write: Write) -> None:
        result.append(write)
        total[write.direction] += len(write.octets)
    for write in writes:
        if write.direction == SERVER:
            while total[CLIENT] < write.after:
                speak(Write(CLIENT, lines.pop(0), total[SERVER]))
            speak(Write(SERVER, write.octets, total[CLIENT]))
    for line in lines:
        speak(Write(CLIENT, line, total[SERVER]))
    return result


def socks(port: int) -> list[Write]:
    """RFC 1928: no authentication; to 192.0.2.110."""
    target = b"\x01\xc0\0\x02\x6e" + struct.pack("!H", port)
    return link.in_turn([captures.Run(CLIENT, b"\x05\x01\x00"), captures.Run(SERVER, b"\x05\x00"),
                         captures.Run(CLIENT, b"\x05\x01\x00" + target),
                         captures.Run(SERVER, b"\x05\x00\x00" + target)])


def connect(port: int) -> list[Write]:
    """RFC 9110 section 9.3.6."""
    host = b"pop.example.org:%d" % port
    return link.in_turn([
        captures.Run(CLIENT, b"CONNECT " + host + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"),
        captures.Run(SERVER, b"HTTP/1.1 200 Connection established\r\n\r\n")])


def behind(preface: list[Write], writes: Iterable[Write]) -> list[Write]:
    total = {side: sum(len(w.octets) for w in preface if w.direction == side) for side in BOTH}
    return preface + [Write(w.direction, w.octets, w.after + total[link.OTHER[w.direction]])
                      for w in writes]


# --- Pools -----------------------------------------------------------------------------------------

class Pool:
    """Cases with numbers of their own."""

    def __init__(self, first: int = 0) -> None:
        self.cases: list[Case] = []
        self.next = first

    def add(self, kind: str, session: served.Served, impairment: dict[str, Any], **more: Any) -> None:
        waits = session.habit not in ("pipelined", "all at once")
        self.add_writes(kind, session.writes, session.seed, impairment, waits=waits, **more)

    def add_writes(self, kind: str, writes: Sequence[Write], seed: int, impairment: dict[str, Any],
                   waits: bool = False, envelope: str = "ethernet", port: int = 110,
                   preface: Sequence[Write] = (), ports_of: Optional[int] = None) -> None:
        """`ports_of`: the number of the case between the same ports, which is over by then."""
        number = self.next
        self.next += 1
        known = reader.read(runs_of(writes))
        calm = sum(len(write.octets) for write in preface if write.direction == CLIENT)
        impairment = dict(impairment, calm=calm + 1 if preface else 0)
        writes = behind(list(preface), writes)
        route = envelopes.Route(number if ports_of is None else ports_of, port, envelope)
        self.cases.append(Case(number, kind, seed, writes, impairment, route,
                               link.link(writes, number, **impairment), known, len(preface), waits))

    def add_samples(self, kind: str, names: Sequence[str], impairment: dict[str, Any]) -> None:
        """What real servers and clients said, across a link that is made."""
        for name in names:
            for conversation in conversations.of_capture(SAMPLES / f"{name}.pcapng.gz"):
                self.add_writes(f"{kind} of {name}", conversation.writes, self.next, impairment)

    def ordered(self) -> list[envelopes.Frame]:
        """The same conversations without impairment, command by command."""
        def ordered(case: Case) -> link.Taken:
            writes = behind(case.writes[:case.preface], one_by_one(undone(case)))
            return link.link(writes, case.number, only=case.impairment.get("only", BOTH),
                             without_handshake=case.kind == "without handshake",
                             end=case.impairment.get("end", "fin"))
        return self.frames(ordered, "ethernet")

    def impaired(self) -> list[envelopes.Frame]:
        return self.frames(lambda case: case.taken)

    def frames(self, taken_of: Callable[[Case], link.Taken], envelope: str = "") -> list[envelopes.Frame]:
        """All sessions at once, but for those between the same ports."""
        ends: dict[int, float] = {}
        many = []
        for case in self.cases:
            route = dataclasses.replace(case.route, envelope=envelope or case.route.envelope)
            start = ends.get(route.number, START * case.number)
            taken = taken_of(case)
            ends[route.number] = start + max(packet.time for packet in taken.packets) + PAUSE
            many.append(envelopes.frames_of(taken, route, start, bool(case.impairment.get("skew"))))
        return envelopes.merged(many)

    def write(self, test: harness.CaptureTest) -> tuple[Path, Path]:
        """Captures without impairments, and with."""
        paths = []
        for frames in (self.ordered(), self.impaired()):
            path = test.file_for_capture()
            envelopes.write_pcapng(path, frames)
            paths.append(path)
        return paths[0], paths[1]


def undone(case: Case) -> list[Write]:
    """The session's writes as they were before a proxy's came before them."""
    return [Write(w.direction, w.octets, w.after - case.offset(link.OTHER[w.direction]))
            for w in case.writes[case.preface:]]


def short_session(seed: int) -> served.Served:
    return served.Served(seed, mail_lines=(0, 2))


@functools.lru_cache(None)
def in_full(seeds: int) -> Pool:
    """Nothing is missing in these captures."""
    pool = Pool()
    for seed in range(seeds):
        for kind, impairment in IN_FULL.items():
            pool.add(kind, served.Served(1000 * seed + pool.next), impairment)
        for kind, impairment in OF_SHORT_SESSIONS.items():
            pool.add(kind, short_session(pool.next), impairment)
        for envelope in envelopes.ENVELOPES:
            pool.add(f"in {envelope}", served.Served(pool.next), LATE, envelope=envelope)
        for proxy, port in BEHIND_PROXIES.items():
            preface = socks(110) if proxy == "SOCKS" else connect(110)
            pool.add(f"through {proxy}", served.Served(pool.next), LATE, port=port, preface=preface)
        for kind, impairment in AGAIN.items():
            first = pool.next
            for _ in range(2):
                pool.add(kind, served.Served(pool.next), impairment, ports_of=first)
        many = served.Served(pool.next, habit="all at once", mail_lines=[1] * 40)
        pool.add("many small mails", many, dict(reorder=0.1, loss_before=0.02, mss=500))
    pool.add_samples("words", REAL, LATE)
    for kind, impairment in LONG.items():
        pool.add(kind, served.Served(pool.next, habit="RETR and DELE", mail_lines=(8500, 3)), impairment)
    return pool


@functools.lru_cache(None)
def with_loss(seeds: int) -> Pool:
    pool = Pool(4096)
    for seed in range(seeds):
        for kind, impairment in WITH_LOSS.items():
            pool.add(kind, served.Served(1000 * seed + pool.next), impairment)
    return pool
