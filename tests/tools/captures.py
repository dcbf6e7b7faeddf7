"""Makes capture files of TCP conversations: who sends which octets, cut into which segments.

A conversation is a list of runs; a run is what one side sends before the other speaks.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses
import random
import re
import struct
from pathlib import Path
from typing import Callable, Iterable, Iterator

CLIENT, SERVER = "C", "S"
SYN, FIN, PUSH, ACK = 0x02, 0x01, 0x08, 0x10
ICMP, TCP = 1, 6  # protocols in IP
ETHERNET = 1
WIRELESS = 105
EXPORTED_PDU = 252  # Wireshark's own: each frame says which dissector reads it
WINDOW = 65535
LARGEST = 65000  # octets that one segment can carry, and a bit less
FIRST_SECOND = 1_000_000_000  # of the first frame, since 1970

ADDRESSES = {CLIENT: "192.0.2.1", SERVER: "192.0.2.110"}


@dataclasses.dataclass
class Run:
    """Octets that one side sends at once, perhaps with more that are cut off from the last frame; or, with
    `lost`, octets that the capture lacks, or lacks until they come `late`, in one segment. `unheard`
    octets of the other side had not reached the sender."""
    direction: str
    octets: bytes
    lost: int = 0
    cut_off: int = 0
    late: bool = False
    unheard: int = 0


@dataclasses.dataclass
class Options:
    """How a conversation is captured."""
    server_port: int = 110
    client_port: int = 40000
    handshake: bool = True
    finish: bool = True
    step: float = 0.001  # seconds between frames
    snaplen: int = 262144
    largest: int = LARGEST  # octets of a segment; more than TCP has, a card leaves that cuts them
    acknowledge: int = 0  # after so many segments the receiver sends an empty ACK; 0: never
    drop: tuple[int, ...] = ()  # ordinals of segments with octets, from 1
    swap: tuple[int, ...] = ()  # changes places with the segment behind it
    repeat: tuple[int, ...] = ()
    first_sequence: tuple[int, int] = (1000, 5000)  # client's, server's


@dataclasses.dataclass
class Frame:
    time: float
    octets: bytes
    carries: bool  # octets of the conversation
    captured: int = 262144  # octets of it that are in the file, at the most


Cutter = Callable[[bytes], Iterable[bytes]]


# --- Dialogue files ------------------------------------------------------------------------------

ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def unescape(text: str) -> bytes:
    def octet(match: re.Match) -> bytes:
        code = match[1].decode()
        return bytes([int(code[1:], 16)]) if code[0] == "x" else ESCAPES[code]
    return re.sub(rb"\\(x[0-9a-fA-F]{2}|.)", octet, text.encode())


def parse_speech(line: str) -> Run:
    match = re.fullmatch(r"([CS])(?:\*(\d+)|<(\d+))?([:!?^-])(?: (.*))?", line)
    if match is None:
        raise ValueError(f"not a line of a dialogue: {line!r}")
    direction, times, unheard, mark, text = match.groups()
    if mark == "?":
        return Run(direction, b"", int(text))
    if mark == "-":
        return Run(direction, b"", cut_off=int(text))
    octets = unescape(text or "") + (b"\r\n" if mark == ":" else b"")
    return Run(direction, octets * int(times or 1), late=mark == "^", unheard=int(unheard or 0))


def joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one direction made one."""
    result: list[Run] = []
    for run in runs:
        if result and not run.lost and not result[-1].lost and not result[-1].cut_off \
                and result[-1].direction == run.direction and result[-1].late == run.late \
                and result[-1].unheard == run.unheard:
            result[-1].octets += run.octets
            result[-1].cut_off = run.cut_off
        else:
            result.append(dataclasses.replace(run))
    return result


@dataclasses.dataclass
class Dialogue:
    runs: list[Run]
    directives: list[list[str]]
    log: str


def read_dialogue(path: Path) -> Dialogue:
    head, log = path.read_text().split("\n---\n", 1)
    lines = [line for line in head.split("\n") if line and not line.startswith("#")]
    speeches = (parse_speech(line) for line in lines if not line.startswith("@"))
    return Dialogue(joined(speeches), [line.split()[1:] for line in lines if line[0] == "@"], log)


# --- Cutting -------------------------------------------------------------------------------------

def whole(octets: bytes) -> Iterable[bytes]:
    return [octets] if octets else []


def by_size(size: int) -> Cutter:
    return lambda octets: [octets[i:i + size] for i in range(0, len(octets), size)]


def by_lines(octets: bytes) -> Iterable[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", octets)


def at_random(seed: int, most: int = 200) -> Cutter:
    """The same octets are cut the same way, whatever was cut before."""
    def cut(octets: bytes) -> Iterator[bytes]:
        source, at = random.Random(f"{seed} {len(octets)}"), 0
        while at < len(octets):
            size = source.randint(1, most)
            yield octets[at:at + size]
            at += size
    return cut


# --- Frames --------------------------------------------------------------------------------------

def checksum(octets: bytes) -> int:
    padded = octets + bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text: str) -> bytes:
    return bytes(int(part) for part in text.split("."))


def ip_packet(source: str, destination: str, payload: bytes, identification: int,
              protocol: int = TCP) -> bytes:
    def header(check: int) -> bytes:
        length = 20 + len(payload)
        length = length if length <= 0xFFFF else 0  # what a card leaves that cuts segments itself
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, identification & 0xFFFF,
                           0x4000, 64, protocol, check, address(source), address(destination))
    return header(checksum(header(0))) + payload


def tcp_segment(source: str, destination: str, ports: tuple[int, int], sequence: int,
                acknowledged: int, flags: int, octets: bytes) -> bytes:
    def header(check: int) -> bytes:
        return struct.pack("!HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF,
                           0x50, flags, WINDOW, check, 0)
    pseudo = address(source) + address(destination) \
        + struct.pack("!BBH", 0, 6, (20 + len(octets)) & 0xFFFF)
    return header(checksum(pseudo + header(0) + octets)) + octets


class Connection:
    """Both ends of a TCP connection; collects the frames of what they send."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.frames: list[Frame] = []
        self.next = dict(zip((CLIENT, SERVER), options.first_sequence))
        self.gap = dict(self.next)  # where octets were last missing
        self.ports = {CLIENT: options.client_port, SERVER: options.server_port}

    def send(self, direction: str, flags: int, octets: bytes = b"", unheard: int = 0) -> None:
        other = SERVER if direction == CLIENT else CLIENT
        acknowledged = self.next[other] - unheard if flags & ACK else 0
        segment = tcp_segment(ADDRESSES[direction], ADDRESSES[other],
                              (self.ports[direction], self.ports[other]), self.next[direction],
                              acknowledged, flags, octets)
        packet = ip_packet(ADDRESSES[direction], ADDRESSES[other], segment, len(self.frames) + 1)
        hardware = {CLIENT: b"\x02\0\0\0\0\x01", SERVER: b"\x02\0\0\0\0\x02"}
        frame = hardware[other] + hardware[direction] + b"\x08\0" + packet
        self.frames.append(Frame(0, frame, bool(octets)))
        self.next[direction] += len(octets) + (1 if flags & (SYN | FIN) else 0)

    def open(self) -> None:
        self.send(CLIENT, SYN)
        self.send(SERVER, SYN | ACK)
        self.send(CLIENT, ACK)

    def speak(self, direction: str, pieces: Iterable[bytes], cut_off: int = 0,
              unheard: int = 0) -> None:
        """Of the last segment so many octets more, which are not captured."""
        receiver = SERVER if direction == CLIENT else CLIENT
        segments = [octets for piece in pieces for octets in by_size(self.options.largest)(piece)]
        for sent, octets in enumerate(segments, start=1):
            if cut_off and sent == len(segments):
                self.send(direction, PUSH | ACK, octets + bytes(cut_off), unheard)
                self.frames[-1].captured = len(self.frames[-1].octets) - cut_off
            else:
                self.send(direction, PUSH | ACK, octets, unheard)
            if self.options.acknowledge and sent % self.options.acknowledge == 0:
                self.send(receiver, ACK)

    def lose(self, direction: str, octets: int) -> None:
        if octets:
            self.gap[direction] = self.next[direction]
            self.next[direction] += octets

    def speak_late(self, direction: str, octets: bytes) -> None:
        """In one segment, what was last missing."""
        after = self.next[direction]
        self.next[direction] = self.gap[direction]
        self.send(direction, PUSH | ACK, octets)
        self.next[direction] = after

    def close(self) -> None:
        self.send(CLIENT, FIN | ACK)
        self.send(SERVER, FIN | ACK)
        self.send(CLIENT, ACK)


def frames_of(runs: Iterable[Run], cut: Cutter, options: Options) -> list[Frame]:
    connection = Connection(options)
    if options.handshake:
        connection.open()
    else:
        connection.next = {side: number + 1 for side, number in connection.next.items()}
    for run in runs:
        connection.lose(run.direction, run.lost)
        if run.late:
            connection.speak_late(run.direction, run.octets)
        else:
            connection.speak(run.direction, cut(run.octets), run.cut_off, run.unheard)
    if options.finish:
        connection.close()
    return connection.frames


def disturbed(frames: list[Frame], options: Options) -> list[Frame]:
    """Drops, repeats and swaps segments; ordinals count segments with octets."""
    places = [i for i, frame in enumerate(frames) if frame.carries]
    order: list[Frame] = list(frames)
    for ordinal in options.swap:
        first, second = places[ordinal - 1], places[ordinal]
        order[first], order[second] = order[second], order[first]
    dropped = {id(frames[places[ordinal - 1]]) for ordinal in options.drop}
    repeated = {id(frames[places[ordinal - 1]]) for ordinal in options.repeat}
    result = []
    for frame in order:
        if id(frame) not in dropped:
            result.append(frame)
        if id(frame) in repeated:
            result.append(dataclasses.replace(frame))
    return result


# --- Files ---------------------------------------------------------------------------------------

def write_pcap(path: Path, frames: Iterable[Frame], snaplen: int = 262144,
               link: int = ETHERNET) -> None:
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, link))
        for frame in frames:
            micros = round(frame.time * 1_000_000)
            kept = frame.octets[:min(snaplen, frame.captured)]
            file.write(struct.pack("<IIII", FIRST_SECOND + micros // 1_000_000, micros % 1_000_000,
                                   len(kept), len(frame.octets)) + kept)


def timed(frames: list[Frame], step: float, start: float = 0) -> list[Frame]:
    for i, frame in enumerate(frames):
        frame.time = start + i * step
    return frames


def capture(path: Path, runs: Iterable[Run], cut: Cutter = whole,
            options: Options = Options()) -> None:
    """Writes the conversation as a pcap file."""
    frames = timed(disturbed(frames_of(runs, cut, options), options), options.step)
    write_pcap(path, frames, options.snaplen)


def capture_several(path: Path, conversations: Iterable[tuple[list[Run], Options]],
                    cut: Cutter = whole) -> None:
    """Writes conversations, one behind the other, as one pcap file."""
    frames: list[Frame] = []
    for runs, options in conversations:
        frames += disturbed(frames_of(runs, cut, options), options)
    write_pcap(path, timed(frames, Options.step))


def conversation(*speeches: tuple[str, bytes]) -> list[Run]:
    """Runs from pairs of direction and octets."""
    return joined(Run(direction, octets) for direction, octets in speeches)
