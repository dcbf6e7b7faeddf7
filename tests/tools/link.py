"""Two ends of a TCP connection across a link that delays, reorders, loses and repeats, with a capture
point in its middle. From a seed: the same seed, the same packets.

The ends are real ones: they acknowledge what they have and nothing else, keep a retransmission timer,
retransmit at the third duplicate acknowledgment, obey windows (RFC 9293, RFC 5681). So what the capture
holds fits together as it does in life: a packet that is lost before the capture point comes again, one
that is lost behind it is captured twice, and nothing is acknowledged before it has passed.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses
import heapq
import random
from typing import Any, Callable, Iterable, Optional

from captures import ACK, CLIENT, FIN, PUSH, SERVER, SYN, Run

RST = 0x04
OTHER = {CLIENT: SERVER, SERVER: CLIENT}
WHOLE = 1 << 30
RETRANSMISSION_TIMEOUT = 0.25  # seconds; doubled each time
LONGEST_TIMEOUT = 2.0
DUPLICATES = 3  # acknowledgments, RFC 5681 section 3.2
PERSIST_TIMEOUT = 0.25  # between probes of a closed window
SPACING = 0.00002  # seconds between packets of one direction
QUIET_END = 600.0  # a simulation that is not done by then never is


@dataclasses.dataclass(frozen=True)
class Write:
    """What an application writes at once, when it has read `after` octets of the other side."""
    direction: str
    octets: bytes
    after: int = 0


@dataclasses.dataclass(frozen=True)
class Impairment:
    """What the link, the ends and the capture are like. Chances are per packet, times in seconds."""
    # The link, in each direction
    delay: float = 0.004  # from an end to the capture point, and from there to the other end
    jitter: float = 0.0  # that much more, at the most; does not reorder
    reorder: float = 0.0  # chance to be overtaken before the capture point
    reorder_by: float = 0.003  # how long such a packet is late, at the most
    reorder_behind: float = 0.0  # the same, behind the capture point
    loss_before: float = 0.0
    loss_behind: float = 0.0
    repeat: float = 0.0  # the link itself sends it twice
    forged: float = 0.0  # somebody sends the same place with other octets, which come too late to count
    calm: int = 0  # octets of the client's stream before which nothing happens to a packet
    # The ends
    mss: int = 1460
    cut: float = 0.0  # chance that a segment is shorter
    window: int = 65535
    delayed_ack: float = 0.04
    stall: float = 0.0  # chance, per segment with octets, that the application stops reading
    pause: float = 0.0  # chance, per write, that the application thinks for seconds
    keep_alive: float = 0.0  # with no traffic for so long, a keep-alive; 0: none
    resegment: bool = False  # retransmissions are cut elsewhere, and may go on with new octets
    first_sequence: Optional[tuple[int, int]] = None  # client's, server's
    wrap: bool = False  # sequence numbers begin just before 2^32
    end: str = "fin"  # or "rst", or "open"
    # The capture
    dropped: float = 0.0  # frames that it misses: lost for good
    dropped_of: str = CLIENT + SERVER
    doubled: bool = False  # every frame twice, as two mirror ports show it
    doubled_by: float = 0.00001
    skew: float = 0.0  # the server's frames have a clock that is ahead by so much
    late_syn_ack: float = 0.0  # the SYN-ACK is captured so much later
    snaplen: int = WHOLE  # octets of a segment
    begins: float = 0.0  # the first frame, as a fraction of all
    ends: float = 1.0
    without_handshake: bool = False
    only: str = CLIENT + SERVER


@dataclasses.dataclass
class Packet:
    """A TCP segment, as it passes the capture point."""
    direction: str
    position: int  # in the stream; the SYN stands at -1
    octets: bytes
    flags: int
    acknowledged: int = 0
    window: int = 65535
    genuine: bool = True  # not a keep-alive's, and not forged
    time: float = 0.0
    captured: int = WHOLE  # octets, at the most

    @property
    def end(self) -> int:
        return self.position + len(self.octets) + bool(self.flags & (SYN | FIN))

    @property
    def held(self) -> int:
        return min(len(self.octets), self.captured)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.queue: list[tuple[float, int, Callable, tuple]] = []
        self.count = 0

    def at(self, time: float, call: Callable, *arguments: Any) -> None:
        self.count += 1
        heapq.heappush(self.queue, (time, self.count, call, arguments))

    def after(self, delay: float, call: Callable, *arguments: Any) -> None:
        self.at(self.now + delay, call, *arguments)

    def run(self) -> None:
        while self.queue and self.now < QUIET_END:
            self.now, _, call, arguments = heapq.heappop(self.queue)
            call(*arguments)


class Stretch:
    """One direction of one half of the link: keeps the order, but for packets that are overtaken."""

    def __init__(self, clock: Clock, chance: random.Random, impairment: Impairment,
                 reorder: float) -> None:
        self.clock, self.chance, self.impairment, self.reorder = clock, chance, impairment, reorder
        self.latest = 0.0

    def arrival(self, calm: bool) -> float:
        """When a packet that is sent now comes out."""
        impairment = self.impairment
        time = self.clock.now + impairment.delay
        if calm:
            self.latest = max(time, self.latest + SPACING)
            return self.latest
        if self.chance.random() < self.reorder:
            return max(time, self.latest) + self.chance.uniform(0.1, 1) * impairment.reorder_by
        time += self.chance.uniform(0, impairment.jitter)
        self.latest = max(time, self.latest + SPACING)
        return self.latest


class Endpoint:
    """One end: its TCP, and the application above it."""

    def __init__(self, link: "Link", side: str, writes: list[Write]) -> None:
        self.link, self.side = link, side
        self.writes = writes  # still to do
        self.thinking = False
        # Sending
        self.stream = b""  # written
        self.unacknowledged, self.next = -1, -1
        self.peer_window = 0
        self.duplicates = 0
        self.recovery = -1  # in recovery up to here
        self.timer = 0  # its generation
        self.timeout = RETRANSMISSION_TIMEOUT
        self.probing = False
        self.finished = False  # nothing will be written any more
        self.closed = False
        # Receiving
        self.received = bytearray()
        self.expected = -1
        self.early: dict[int, bytes] = {}
        self.fin_at: Optional[int] = None
        self.read = 0  # octets that the application has
        self.stalled = False
        self.pending = 0  # segments that are not acknowledged
        self.ack_timer = 0

    # --- The application ---

    def think(self) -> None:
        """Writes what it is time for."""
        if self.thinking or self.closed or min(self.expected, self.unacknowledged) < 0:
            return
        if self.writes and self.writes[0].after <= self.read:
            self.thinking = True
            chance, impairment = self.link.chance, self.link.impairment
            is_long = chance.random() < impairment.pause
            delay = chance.uniform(1.0, 2.5) if is_long else chance.uniform(0.0001, 0.001)
            self.link.clock.after(delay, self.write)
            if is_long and impairment.keep_alive:
                self.link.clock.after(impairment.keep_alive, self.keep_alive, len(self.stream))
        self.end_if_done()

    def write(self) -> None:
        self.thinking = False
        self.stream += self.writes.pop(0).octets
        self.end_if_done()
        self.push()
        self.think()

    def end_if_done(self) -> None:
        if self.writes or self.thinking or self.finished or self.link.impairment.end == "open":
            return
        other = self.link.ends[OTHER[self.side]]
        if self.side == SERVER:
            # The server closes behind its reply to QUIT.
            self.finished = self.read >= self.link.total[CLIENT]
        elif self.link.impairment.end == "rst":
            if self.read >= self.link.total[SERVER]:
                self.closed = other.closed = True
                self.link.send(Packet(self.side, self.next, b"", RST | ACK, self.expected))
        else:
            self.finished = self.fin_at is not None and self.expected > self.fin_at

    def keep_alive(self, written: int) -> None:
        """RFC 9293 section 3.8.4: the last octet again, or any in its place, or none."""
        if self.closed or self.unacknowledged < self.next or written != len(self.stream) \
                or self.next < 1:
            return
        octets = self.link.chance.choice((b"", b"\0", b"\n"))
        self.link.send(Packet(self.side, self.next - 1, octets, ACK, self.expected,
                              self.free(), genuine=False))
        self.link.clock.after(self.link.impairment.keep_alive, self.keep_alive, written)

    # --- Sending ---

    def open(self) -> None:
        self.transmit(-1, -1)

    def last(self) -> int:
        """Behind all that there is to send."""
        return len(self.stream) + self.finished

    def transmit(self, start: int, length: int) -> None:
        """Sends octets of the stream, the SYN (at -1) or the FIN (behind them)."""
        if start < 0:
            packet = Packet(self.side, -1, b"", SYN | (ACK if self.expected >= 0 else 0))
        else:
            octets = self.stream[start:start + length]
            flags = ACK | (PUSH if octets else 0)
            if self.finished and start + len(octets) == len(self.stream):
                flags |= FIN
            packet = Packet(self.side, start, bytes(octets), flags)
        packet.acknowledged = max(self.expected, 0)
        packet.window = self.free()
        self.next = max(self.next, packet.end)
        self.pending = 0
        self.ack_timer += 1
        self.link.send(packet)
        self.start_timer()

    def segment_length(self) -> int:
        chance, impairment = self.link.chance, self.link.impairment
        return chance.randint(1, impairment.mss) if chance.random() < impairment.cut else impairment.mss

    def push(self) -> None:
        """Sends what the window lets."""
        if self.closed or self.unacknowledged < 0:
            return
        edge = self.unacknowledged + self.peer_window
        while self.next < len(self.stream) and self.next < edge:
            self.transmit(self.next, min(self.segment_length(), edge - self.next))
        if self.next == len(self.stream) < self.last():
            self.transmit(self.next, 0)
        if self.next < len(self.stream) and self.unacknowledged == self.next and not self.probing:
            self.probing = True
            self.link.clock.after(PERSIST_TIMEOUT, self.probe)

    def probe(self) -> None:
        """RFC 9293 section 3.8.6.1: one octet into a closed window."""
        self.probing = False
        if self.closed or self.peer_window > 0 or self.next >= len(self.stream):
            return
        octets = self.stream[self.next:self.next + 1]
        self.link.send(Packet(self.side, self.next, octets, ACK, self.expected, self.free()))
        self.probing = True
        self.link.clock.after(PERSIST_TIMEOUT, self.probe)

    def retransmit(self) -> None:
        start = self.unacknowledged
        length = self.link.impairment.mss
        if self.link.impairment.resegment:
            length = self.link.chance.randint(1, 2 * length)
            length = min(length, max(self.peer_window, 1))
        else:
            length = min(length, max(self.next - start, 0))
        self.transmit(start, length)

    def start_timer(self) -> None:
        self.timer += 1
        self.link.clock.after(self.timeout, self.time_out, self.timer)

    def time_out(self, generation: int) -> None:
        if generation != self.timer or self.closed or self.unacknowledged >= self.next:
            return
        self.timeout = min(2 * self.timeout, LONGEST_TIMEOUT)
        self.recovery = self.next
        self.duplicates = 0
        self.retransmit()

    # --- Receiving ---

    def free(self) -> int:
        """The window to advertise."""
        return max(self.link.impairment.window - (len(self.received) - self.read), 0)

    def receive(self, packet: Packet) -> None:
        if self.closed:
            return
        if packet.flags & RST:
            self.closed = True
            return
        if packet.flags & ACK:
            self.take_acknowledgment(packet)
        if packet.end > packet.position or packet.octets or packet.position < self.expected:
            self.take_octets(packet)
        self.think()
        self.push()

    def take_acknowledgment(self, packet: Packet) -> None:
        moved = packet.window != self.peer_window
        if packet.acknowledged >= self.unacknowledged:
            self.peer_window = packet.window
        if packet.acknowledged > self.unacknowledged and packet.acknowledged <= self.next:
            self.unacknowledged = packet.acknowledged
            self.duplicates = 0
            self.timeout = RETRANSMISSION_TIMEOUT
            self.timer += 1
            if self.unacknowledged < self.next:
                if self.unacknowledged < self.recovery:
                    self.retransmit()
                else:
                    self.start_timer()
        elif packet.acknowledged == self.unacknowledged < self.next and not packet.octets \
                and not moved and not packet.flags & (SYN | FIN):
            self.duplicates += 1
            if self.duplicates == DUPLICATES and self.unacknowledged >= self.recovery:
                self.recovery = self.next
                self.retransmit()

    def take_octets(self, packet: Packet) -> None:
        before = self.expected
        if packet.flags & SYN:
            self.expected = max(self.expected, 0)
            if self.side == SERVER and self.next < 0:
                self.transmit(-1, 0)
                return
            self.acknowledge()
            self.think()
            return
        if self.expected < 0:
            return
        if packet.flags & FIN:
            self.fin_at = packet.position + len(packet.octets)
        in_order = packet.position <= self.expected < packet.end
        self.keep(packet)
        self.assemble()
        self.read_octets(bool(packet.octets))
        if self.expected == before or not in_order or self.early or self.free() == 0 \
                or packet.flags & FIN:
            self.acknowledge()
        else:
            self.acknowledge_later()
        self.think()

    def keep(self, packet: Packet) -> None:
        """What fits into the window, for the first time."""
        edge = self.expected + self.free()
        octets = packet.octets[:max(edge - packet.position, 0)]
        if packet.genuine and octets and packet.position + len(octets) > self.expected:
            kept = self.early.get(packet.position, b"")
            self.early[packet.position] = max(kept, octets, key=len)

    def assemble(self) -> None:
        for start in sorted(self.early):
            if start > self.expected:
                break
            octets = self.early.pop(start)[self.expected - start:]
            self.received += octets
            self.expected += len(octets)
        if self.fin_at == self.expected:
            self.expected += 1

    def read_octets(self, came: bool) -> None:
        if self.stalled:
            return
        if came and self.link.chance.random() < self.link.impairment.stall:
            self.stalled = True
            self.link.clock.after(self.link.chance.uniform(0.2, 0.9), self.go_on)
        else:
            self.read = len(self.received)

    def go_on(self) -> None:
        self.stalled = False
        self.read = len(self.received)
        if not self.closed:
            self.acknowledge()
            self.think()

    def acknowledge(self) -> None:
        self.pending = 0
        self.ack_timer += 1
        self.link.send(Packet(self.side, max(self.next, 0), b"", ACK, max(self.expected, 0), self.free()))

    def acknowledge_later(self) -> None:
        self.pending += 1
        if self.pending >= 2:
            self.acknowledge()
        else:
            self.ack_timer += 1
            self.link.clock.after(self.link.impairment.delayed_ack, self.ack_time_out, self.ack_timer)

    def ack_time_out(self, generation: int) -> None:
        if generation == self.ack_timer and self.pending and not self.closed:
            self.acknowledge()


class Link:
    """Both ends, and what passes the capture point."""

    def __init__(self, writes: Iterable[Write], seed: int, impairment: Impairment) -> None:
        writes = list(writes)
        self.impairment = impairment
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.passed: list[Packet] = []
        self.total = {side: sum(len(write.octets) for write in writes if write.direction == side)
                      for side in OTHER}
        self.ends = {side: Endpoint(self, side, [w for w in writes if w.direction == side])
                     for side in OTHER}
        self.before = {side: Stretch(self.clock, self.chance, impairment, impairment.reorder)
                       for side in OTHER}
        self.behind = {side: Stretch(self.clock, self.chance, impairment, impairment.reorder_behind)
                       for side in OTHER}

    def is_calm(self, packet: Packet) -> bool:
        at = packet.position if packet.direction == CLIENT else packet.acknowledged
        return at < self.impairment.calm

    def send(self, packet: Packet) -> None:
        calm = self.is_calm(packet)
        if not calm and self.chance.random() < self.impairment.loss_before:
            return
        times = 1 + (not calm and self.chance.random() < self.impairment.repeat)
        for _ in range(times):
            self.clock.at(self.before[packet.direction].arrival(calm), self.capture, packet, calm)

    def capture(self, packet: Packet, calm: bool) -> None:
        packet = dataclasses.replace(packet, time=self.clock.now)
        self.passed.append(packet)
        if packet.octets and packet.genuine and self.chance.random() < self.impairment.forged:
            self.passed.append(forged(packet))
        if calm or self.chance.random() >= self.impairment.loss_behind:
            self.clock.at(self.behind[packet.direction].arrival(calm),
                          self.ends[OTHER[packet.direction]].receive, packet)

    def run(self) -> list[Packet]:
        self.ends[CLIENT].open()
        self.clock.run()
        if self.impairment.end != "open":
            for side, end in self.ends.items():
                if len(end.received) != self.total[OTHER[side]]:
                    raise AssertionError(f"the {side} side has not got all: a fault of the simulator")
        return self.passed


def forged(packet: Packet) -> Packet:
    """The lines stay lines."""
    octets = bytes(octet if octet in b"\r\n." else 0x58 for octet in packet.octets)
    return dataclasses.replace(packet, octets=octets, genuine=False)


# --- The capture -----------------------------------------------------------------------------------

def as_captured(packets: list[Packet], impairment: Impairment, chance: random.Random) -> list[Packet]:
    """What a capture with its own faults makes of what passed, in the order of its file."""
    kept = packets[int(impairment.begins * len(packets)):
                   max(1, int(impairment.ends * len(packets)))]
    result = []
    for packet in kept:
        if packet.direction not in impairment.only:
            continue
        if packet.flags & SYN and impairment.without_handshake:
            continue
        if packet.direction in impairment.dropped_of and chance.random() < impairment.dropped \
                and not within_calm(packet, impairment):
            continue
        time = packet.time + (impairment.skew if packet.direction == SERVER else 0)
        if packet.flags & SYN and packet.direction == SERVER:
            time += impairment.late_syn_ack
        packet = dataclasses.replace(packet, time=time, captured=impairment.snaplen)
        result.append(packet)
        if impairment.doubled:
            result.append(dataclasses.replace(packet, time=time + impairment.doubled_by))
    result.sort(key=lambda packet: packet.time)
    return result


def within_calm(packet: Packet, impairment: Impairment) -> bool:
    at = packet.position if packet.direction == CLIENT else packet.acknowledged
    return at < impairment.calm


@dataclasses.dataclass
class Taken:
    """A capture of one connection, and the truth about it."""
    packets: list[Packet]
    streams: dict[str, bytes]  # all that the applications wrote
    first_sequence: dict[str, int]  # of the SYN

    def held(self, direction: str) -> list[tuple[int, int]]:
        """Ranges of the stream that the capture holds, in order, without overlaps."""
        ranges = sorted((packet.position, packet.position + packet.held) for packet in self.packets
                        if packet.direction == direction and packet.genuine and packet.held)
        held: list[tuple[int, int]] = []
        for start, end in ranges:
            if held and start <= held[-1][1]:
                held[-1] = (held[-1][0], max(end, held[-1][1]))
            else:
                held.append((start, end))
        return held

    def holds(self, direction: str, start: int, end: int) -> bool:
        return any(first <= start and end <= last for first, last in self.held(direction))

    def touches(self, direction: str, start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in self.held(direction))

    @property
    def is_whole(self) -> bool:
        return all(self.held(side) == ([(0, len(stream))] if stream else [])
                   for side, stream in self.streams.items())


def in_turn(runs: Iterable[Run]) -> list[Write]:
    """Each run is written when all before it have come."""
    total = {CLIENT: 0, SERVER: 0}
    writes = []
    for run in runs:
        writes.append(Write(run.direction, run.octets, total[OTHER[run.direction]]))
        total[run.direction] += len(run.octets)
    return writes


def numbers_of(writes: list[Write], impairment: Impairment, chance: random.Random) -> dict[str, int]:
    if impairment.first_sequence is not None:
        return dict(zip((CLIENT, SERVER), impairment.first_sequence))
    if not impairment.wrap:
        return {side: chance.randrange(1 << 30) for side in OTHER}
    total = {side: sum(len(write.octets) for write in writes if write.direction == side)
             for side in OTHER}
    return {side: (1 << 32) - 1 - chance.randint(0, total[side] + 1) for side in OTHER}


def link(writes: Iterable[Write], seed: int = 0, **impairment: Any) -> Taken:
    """Sends what the applications write across the link; `impairment`: fields of Impairment."""
    return link_with(writes, seed, Impairment(**impairment))


def link_with(writes: Iterable[Write], seed: int, impairment: Impairment) -> Taken:
    writes = list(writes)
    chance = random.Random(f"capture {seed}")
    packets = as_captured(Link(writes, seed, impairment).run(), impairment, chance)
    streams = {side: b"".join(write.octets for write in writes if write.direction == side)
               for side in OTHER}
    return Taken(packets, streams, numbers_of(writes, impairment, chance))
