"""Conversations as a bad network, or a bad capture, shows them: segments lost, reordered, repeated...

A conversation is a list of segments that know their place in the stream; an impairment makes another
list of it, by chance (a random.Random decides). What the capture then holds is known to the octet.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses
import random
import struct
from typing import Callable, Iterable

import captures
from captures import ACK, CLIENT, FIN, PUSH, SERVER, SYN, Frame, Run

OTHER = {CLIENT: SERVER, SERVER: CLIENT}
FULL = 0xFFFF


@dataclasses.dataclass
class Segment:
    """Octets of one direction, at a place of its stream; or a handshake's, or an end's, none."""
    direction: str
    position: int  # in the stream; the SYN stands at -1
    octets: bytes
    acknowledged: int = 0  # octets of the other direction that its sender has
    flags: int = PUSH | ACK
    window: int = FULL
    captured: int = 1 << 30  # octets of it that the capture holds, at the most
    quoted: bool = False  # inside an ICMP error

    @property
    def end(self) -> int:
        return self.position + len(self.octets)

    def with_octets(self, octets: bytes, position: int) -> "Segment":
        return dataclasses.replace(self, octets=octets, position=position)


@dataclasses.dataclass
class Conversation:
    segments: list[Segment]
    first_sequence: dict[str, int] = dataclasses.field(
        default_factory=lambda: {CLIENT: 1000, SERVER: 5000})  # of the SYN

    def with_segments(self, segments: Iterable[Segment]) -> "Conversation":
        return dataclasses.replace(self, segments=list(segments))


def conversation_of(runs: Iterable[Run], cut: captures.Cutter = captures.whole,
                    handshake: bool = True) -> Conversation:
    """All segments of a dialogue, the end included."""
    at = {CLIENT: 0, SERVER: 0}
    segments = [Segment(CLIENT, -1, b"", 0, SYN), Segment(SERVER, -1, b"", 0, SYN | ACK),
                Segment(CLIENT, 0, b"", 0, ACK)]
    for run in runs:
        side, other = run.direction, OTHER[run.direction]
        for piece in cut(run.octets):
            for octets in captures.by_size(captures.LARGEST)(piece):
                segments.append(Segment(side, at[side], octets, at[other]))
                at[side] += len(octets)
    for side in (CLIENT, SERVER):
        segments.append(Segment(side, at[side], b"", at[OTHER[side]], FIN | ACK))
        at[side] += 1
    segments.append(Segment(CLIENT, at[CLIENT], b"", at[SERVER], ACK))
    return Conversation(segments if handshake else segments[3:])


# --- Impairments ---------------------------------------------------------------------------------

Impairment = Callable[[Conversation, random.Random], Conversation]


def data_places(conversation: Conversation) -> list[int]:
    return [i for i, segment in enumerate(conversation.segments) if segment.octets]


def lose_one(conversation: Conversation, chance: random.Random) -> Conversation:
    lost = chance.choice(data_places(conversation))
    return conversation.with_segments(conversation.segments[:lost] + conversation.segments[lost + 1:])


def lose_one_of(direction: str) -> Impairment:
    def lose(conversation: Conversation, chance: random.Random) -> Conversation:
        places = [i for i in data_places(conversation)
                  if conversation.segments[i].direction == direction]
        if not places:
            return conversation
        lost = chance.choice(places)
        return conversation.with_segments(
            conversation.segments[:lost] + conversation.segments[lost + 1:])
    return lose


def lose_three(conversation: Conversation, chance: random.Random) -> Conversation:
    places = data_places(conversation)
    first = chance.randrange(len(places))
    lost = set(places[first:first + 3])
    return conversation.with_segments(
        segment for i, segment in enumerate(conversation.segments) if i not in lost)


def swap_pair(conversation: Conversation, chance: random.Random) -> Conversation:
    """Two segments of one direction that follow each other in its stream change places."""
    places = data_places(conversation)
    pairs = [(a, b) for a, b in zip(places, places[1:])
             if conversation.segments[a].direction == conversation.segments[b].direction]
    if not pairs:
        return conversation
    first, second = chance.choice(pairs)
    segments = list(conversation.segments)
    segments[first], segments[second] = segments[second], segments[first]
    return conversation.with_segments(segments)


def swap_directions(conversation: Conversation, chance: random.Random) -> Conversation:
    """A reply is captured before its command, or a command before the reply that it waited for."""
    places = data_places(conversation)
    pairs = [(a, b) for a, b in zip(places, places[1:])
             if conversation.segments[a].direction != conversation.segments[b].direction]
    if not pairs:
        return conversation
    first, second = chance.choice(pairs)
    segments = list(conversation.segments)
    segments[first], segments[second] = segments[second], segments[first]
    return conversation.with_segments(segments)


def repeat(conversation: Conversation, chance: random.Random) -> Conversation:
    segments: list[Segment] = []
    for segment in conversation.segments:
        segments.append(segment)
        if segment.octets and chance.random() < 0.3:
            segments.append(dataclasses.replace(segment))
    return conversation.with_segments(segments)


def repeat_later(conversation: Conversation, chance: random.Random) -> Conversation:
    """One segment comes again a few segments later."""
    segments = list(conversation.segments)
    place = chance.choice(data_places(conversation))
    segments.insert(min(place + chance.randint(1, 6), len(segments)),
                    dataclasses.replace(segments[place]))
    return conversation.with_segments(segments)


def overlapping(change: Callable[[bytes], bytes]) -> Impairment:
    """Segments that begin with octets of the one before: sent again, perhaps not the same ones."""
    def overlap(conversation: Conversation, chance: random.Random) -> Conversation:
        segments: list[Segment] = []
        latest: dict[str, Segment] = {}
        for segment in conversation.segments:
            before = latest.get(segment.direction)
            latest[segment.direction] = segment
            if segment.octets and before is not None and before.octets and chance.random() < 0.5:
                count = chance.randint(1, len(before.octets))
                segment = segment.with_octets(change(before.octets[-count:]) + segment.octets,
                                              segment.position - count)
            segments.append(segment)
        return conversation.with_segments(segments)
    return overlap


def other_octets(octets: bytes) -> bytes:
    return bytes(octet if octet in b"\r\n." else 0x58 for octet in octets)


def keep_alives(conversation: Conversation, chance: random.Random) -> Conversation:
    """The last octet again, or one that never was sent, or none: RFC 9293 section 3.8.4."""
    segments: list[Segment] = []
    at = {CLIENT: 0, SERVER: 0}
    for segment in conversation.segments:
        segments.append(segment)
        at[segment.direction] = max(at[segment.direction], segment.end)
        if segment.flags & (SYN | FIN):
            continue
        if chance.random() < 0.3:
            side = chance.choice((CLIENT, SERVER))
            octets = chance.choice((b"", b"\0", b"\n", b"+"))
            segments.append(Segment(side, at[side] - 1, octets, at[OTHER[side]], ACK))
            segments.append(Segment(OTHER[side], at[OTHER[side]], b"", at[side], ACK))
    return conversation.with_segments(segments)


def zero_windows(conversation: Conversation, chance: random.Random) -> Conversation:
    """The receiver's window closes; the sender probes with the next octet (RFC 9293 section 3.8.6.1),
    which is not taken, and sends the segment when the window opens."""
    segments: list[Segment] = []
    for segment in conversation.segments:
        if segment.octets and chance.random() < 0.3:
            other = Segment(OTHER[segment.direction], segment.acknowledged, b"", segment.position,
                            ACK)
            probe = segment.with_octets(segment.octets[:1], segment.position)
            segments += [dataclasses.replace(other, window=0), probe,
                         dataclasses.replace(other, window=0), other]
        segments.append(segment)
    return conversation.with_segments(segments)


def wrap(conversation: Conversation, chance: random.Random) -> Conversation:
    """Sequence numbers begin just before 2^32, in each direction."""
    total = {side: sum(len(segment.octets) for segment in conversation.segments
                       if segment.direction == side) for side in OTHER}
    return dataclasses.replace(conversation, first_sequence={
        side: ((1 << 32) - 1 - chance.randint(0, total[side] + 1)) for side in OTHER})


def start_late(conversation: Conversation, chance: random.Random) -> Conversation:
    places = data_places(conversation)
    return conversation.with_segments(
        conversation.segments[chance.choice(places[1:] or places):])


def end_early(conversation: Conversation, chance: random.Random) -> Conversation:
    return conversation.with_segments(
        conversation.segments[:chance.choice(data_places(conversation)) + 1])


def snapped(length: int) -> Impairment:
    """`length` octets of each frame, of which 54 are the headers'."""
    def snap(conversation: Conversation, _: random.Random) -> Conversation:
        return conversation.with_segments(
            dataclasses.replace(segment, captured=length - 54) for segment in conversation.segments)
    return snap


def only(direction: str) -> Impairment:
    def select(conversation: Conversation, _: random.Random) -> Conversation:
        return conversation.with_segments(
            segment for segment in conversation.segments if segment.direction == direction)
    return select


def quoted(conversation: Conversation, chance: random.Random) -> Conversation:
    """Routers send some segments back in ICMP errors (RFC 792)."""
    segments: list[Segment] = []
    for segment in conversation.segments:
        segments.append(segment)
        if segment.octets and chance.random() < 0.3:
            segments.append(dataclasses.replace(segment, quoted=True))
    return conversation.with_segments(segments)


def untouched(conversation: Conversation, _: random.Random) -> Conversation:
    return conversation


# --- What the capture holds -----------------------------------------------------------------------

def octets_held(conversation: Conversation, direction: str) -> list[tuple[int, int]]:
    """Ranges of the stream that some segment of the capture holds, in order, without overlaps."""
    ranges = sorted((segment.position, segment.position + min(len(segment.octets), segment.captured))
                    for segment in conversation.segments
                    if segment.direction == direction and segment.octets and not segment.quoted)
    held: list[tuple[int, int]] = []
    for start, end in ranges:
        if held and start <= held[-1][1]:
            held[-1] = (held[-1][0], max(end, held[-1][1]))
        else:
            held.append((start, end))
    return held


def holds(held: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in held)


def touches(held: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in held)


def later(conversation: Conversation, times: int) -> Conversation:
    """The same once more on the same ports, with sequence numbers of its own."""
    return dataclasses.replace(conversation, first_sequence={
        side: number + 777_777_777 * times & 0xFFFFFFFF
        for side, number in conversation.first_sequence.items()})


# --- Frames --------------------------------------------------------------------------------------

HARDWARE = {CLIENT: b"\x02\0\0\0\0\x01", SERVER: b"\x02\0\0\0\0\x02"}


def address_of(number: int, direction: str) -> str:
    host = 1 if direction == CLIENT else 110
    return f"10.{number >> 8 & 0xFF}.{number & 0xFF}.{host}"


def packet_of(segment: Segment, conversation: Conversation, number: int, server_port: int) -> bytes:
    side, other = segment.direction, OTHER[segment.direction]
    ports = {CLIENT: 40000, SERVER: server_port}
    sequence = conversation.first_sequence[side] + 1 + segment.position
    acknowledged = conversation.first_sequence[other] + 1 + segment.acknowledged \
        if segment.flags & ACK else 0
    source, destination = address_of(number, side), address_of(number, other)
    header = bytearray(captures.tcp_segment(
        source, destination, (ports[side], ports[other]), sequence, acknowledged, segment.flags,
        segment.octets))
    if segment.window != FULL:
        header[14:16] = struct.pack("!H", segment.window)
        header[16:18] = b"\0\0"
    return captures.ip_packet(source, destination, bytes(header), number)


def icmp_of(packet: bytes, segment: Segment, number: int) -> bytes:
    """Destination unreachable, fragmentation needed, quoting the whole packet."""
    body = struct.pack("!BBHHH", 3, 4, 0, 0, 1400) + packet
    body = body[:2] + struct.pack("!H", captures.checksum(body)) + body[4:]
    return captures.ip_packet("203.0.113.1", address_of(number, segment.direction), body, number,
                              captures.ICMP)


def frames_of(conversation: Conversation, number: int, server_port: int = 110) -> list[Frame]:
    """The frames; `number` tells the addresses of this conversation from those of others."""
    frames = []
    for segment in conversation.segments:
        packet = packet_of(segment, conversation, number, server_port)
        if segment.quoted:
            packet = icmp_of(packet, segment, number)
        octets = HARDWARE[OTHER[segment.direction]] + HARDWARE[segment.direction] + b"\x08\0" + packet
        captured = len(octets) - len(segment.octets) + min(len(segment.octets), segment.captured)
        frames.append(Frame(0, octets, bool(segment.octets), captured))
    return frames
