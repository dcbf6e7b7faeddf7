"""What a TCP segment travels in: IPv4 and IPv6 with headers between, VLANs, tunnels, fragments, several
segments in one frame; and capture files with interfaces of several kinds (pcapng).
SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses
import struct
from pathlib import Path
from typing import Callable, Iterable, Sequence

import captures
from captures import ACK, CLIENT, SERVER, SYN
from link import OTHER, Packet, Taken, WHOLE

ETHERNET, LINUX_COOKED, WIRELESS = captures.ETHERNET, 113, captures.WIRELESS
HARDWARE = {CLIENT: b"\x02\0\0\0\0\x01", SERVER: b"\x02\0\0\0\0\x02"}
TCP, UDP, GRE, FRAGMENT, DESTINATION, HOP_BY_HOP, AUTHENTICATION = 6, 17, 47, 44, 60, 0, 51
VXLAN_PORT = 4789
MORE_FRAGMENTS = 0x2000
FIRST_CLIENT_PORT = 20000
FIRST_SECOND = captures.FIRST_SECOND


@dataclasses.dataclass
class Route:
    """Where a connection runs; its number tells its addresses and its client's port from others'."""
    number: int
    server_port: int = 110
    envelope: str = "ethernet"

    def address(self, side: str, version: int = 4) -> bytes:
        host = 1 if side == CLIENT else 110
        if version == 4:
            return bytes([10, self.number >> 8 & 0xFF, self.number & 0xFF, host])
        return bytes.fromhex("fd000000") + bytes(8) + struct.pack("!HH", self.number, host)

    def ports(self, side: str) -> tuple[int, int]:
        ports = {CLIENT: FIRST_CLIENT_PORT + self.number, SERVER: self.server_port}
        return ports[side], ports[OTHER[side]]


@dataclasses.dataclass
class Frame:
    time: float
    octets: bytes
    length: int  # of it that is captured
    link: int = ETHERNET
    interface: int = 0


# --- TCP and IP ------------------------------------------------------------------------------------

def tcp_segment(packet: Packet, route: Route, first_sequence: dict[str, int], version: int) -> bytes:
    side, other = packet.direction, OTHER[packet.direction]
    sequence = first_sequence[side] + 1 + packet.position & 0xFFFFFFFF
    acknowledged = first_sequence[other] + 1 + packet.acknowledged & 0xFFFFFFFF \
        if packet.flags & ACK else 0
    options = b"\x02\x04" + struct.pack("!H", 1460) if packet.flags & SYN else b""
    length = 20 + len(options) + len(packet.octets)
    pseudo = route.address(side, version) + route.address(other, version) \
        + struct.pack("!IHH", length, 0, TCP)

    def header(check: int) -> bytes:
        return struct.pack("!HHIIBBHHH", *route.ports(side), sequence, acknowledged,
                           (20 + len(options)) << 2, packet.flags, packet.window, check, 0) + options
    check = captures.checksum(pseudo + header(0) + packet.octets)
    return header(check) + packet.octets


def ipv4(source: bytes, destination: bytes, protocol: int, payload: bytes, identification: int,
         fragment: int = 0x4000) -> bytes:
    def header(check: int) -> bytes:
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification & 0xFFFF,
                           fragment, 64, protocol, check, source, destination)
    return header(captures.checksum(header(0))) + payload


def ipv6(source: bytes, destination: bytes, following: int, payload: bytes) -> bytes:
    return struct.pack("!IHBB", 0x60000000, len(payload), following, 64) + source + destination + payload


def extension_headers(tcp: bytes) -> bytes:
    """Hop-by-hop options, destination options, a whole fragment (RFC 6946), authentication (RFC 4302)."""
    authentication = bytes([TCP, 4]) + bytes(2) + b"\0\0\0\x01\0\0\0\x01" + bytes(12)
    fragment = bytes([AUTHENTICATION, 0, 0, 0]) + b"\0\0\0\x07"
    destination = bytes([FRAGMENT, 1, 1, 12]) + bytes(12)
    return bytes([DESTINATION, 0, 1, 4, 0, 0, 0, 0]) + destination + fragment + authentication + tcp


# --- Envelopes -------------------------------------------------------------------------------------

@dataclasses.dataclass
class Letter:
    """One packet on its way into frames."""
    packet: Packet
    route: Route
    first_sequence: dict[str, int]
    identification: int

    def tcp(self, version: int = 4) -> bytes:
        return tcp_segment(self.packet, self.route, self.first_sequence, version)

    def addresses(self, version: int = 4) -> tuple[bytes, bytes]:
        side = self.packet.direction
        return self.route.address(side, version), self.route.address(OTHER[side], version)

    def over_ipv4(self) -> bytes:
        return ipv4(*self.addresses(), TCP, self.tcp(), self.identification)

    def over_ipv6(self, headers: bool = False) -> bytes:
        tcp = self.tcp(6)
        if headers:
            return ipv6(*self.addresses(6), HOP_BY_HOP, extension_headers(tcp))
        return ipv6(*self.addresses(6), TCP, tcp)

    def ethernet(self, kind: bytes, payload: bytes) -> bytes:
        side = self.packet.direction
        return HARDWARE[OTHER[side]] + HARDWARE[side] + kind + payload

    def outer(self) -> tuple[bytes, bytes]:
        ends = {CLIENT: b"\xc6\x33\x64\x01", SERVER: b"\xc6\x33\x64\x02"}
        return ends[self.packet.direction], ends[OTHER[self.packet.direction]]


def in_ethernet(letter: Letter) -> list[bytes]:
    return [letter.ethernet(b"\x08\0", letter.over_ipv4())]


def in_vlans(letter: Letter) -> list[bytes]:
    return [letter.ethernet(b"\x88\xa8\0\x05\x81\0\0\x06\x08\0", letter.over_ipv4())]


def in_pppoe(letter: Letter) -> list[bytes]:
    packet = b"\0\x21" + letter.over_ipv4()
    header = struct.pack("!BBHH", 0x11, 0, 1, len(packet))
    return [letter.ethernet(b"\x88\x64", header + packet)]


def in_gre(letter: Letter) -> list[bytes]:
    inner = b"\0\0\x08\0" + letter.over_ipv4()
    return [letter.ethernet(b"\x08\0", ipv4(*letter.outer(), GRE, inner, letter.identification))]


def in_vxlan(letter: Letter) -> list[bytes]:
    inner = b"\x08\0\0\0\0\0\x2a\0" + in_ethernet(letter)[0]
    udp = struct.pack("!HHHH", 50000, VXLAN_PORT, 8 + len(inner), 0) + inner
    return [letter.ethernet(b"\x08\0", ipv4(*letter.outer(), UDP, udp, letter.identification))]


def in_ipv6(letter: Letter) -> list[bytes]:
    return [letter.ethernet(b"\x86\xdd", letter.over_ipv6())]


def in_ipv6_with_headers(letter: Letter) -> list[bytes]:
    return [letter.ethernet(b"\x86\xdd", letter.over_ipv6(headers=True))]


def in_cooked(letter: Letter) -> list[bytes]:
    """Linux cooked capture, version 1."""
    side = letter.packet.direction
    header = struct.pack("!HHH8sH", 0 if side == SERVER else 4, 1, 6, HARDWARE[side] + b"\0\0", 0x0800)
    return [header + letter.over_ipv4()]


def in_fragments(letter: Letter) -> list[bytes]:
    """Every third segment with octets in two IP packets, every sixth with the second one first."""
    tcp = letter.tcp()
    if letter.identification % 3 or len(letter.packet.octets) < 8:
        return in_ethernet(letter)
    first = 24
    rest = ipv4(*letter.addresses(), TCP, tcp[first:], letter.identification, first // 8)
    begin = ipv4(*letter.addresses(), TCP, tcp[:first], letter.identification, MORE_FRAGMENTS)
    parts = [letter.ethernet(b"\x08\0", part) for part in (begin, rest)]
    return parts if letter.identification % 6 else parts[::-1]


ENVELOPES: dict[str, Callable[[Letter], list[bytes]]] = {
    "ethernet": in_ethernet, "vlan": in_vlans, "pppoe": in_pppoe, "gre": in_gre, "vxlan": in_vxlan,
    "ipv6": in_ipv6, "ipv6 headers": in_ipv6_with_headers, "sll": in_cooked, "fragments": in_fragments,
    "a-msdu": in_ethernet,
}


# --- Several segments in one frame -------------------------------------------------------------------

def aggregated(frames: Sequence[bytes]) -> bytes:
    """Ethernet frames as one of a wireless network (IEEE 802.11 section 9.3.2.2, A-MSDU)."""
    header = b"\x88\x02\0\0" + b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x03" * 2 + b"\0\0" + b"\x80\0"
    parts = [frame[:12] + struct.pack("!H", len(frame) - 6) + b"\xaa\xaa\x03\0\0\0" + frame[12:]
             for frame in frames]
    padded = [part + bytes(-len(part) % 4) for part in parts[:-1]] + parts[-1:]
    return header + b"".join(padded)


def in_threes(frames: list[Frame]) -> list[Frame]:
    result = []
    for i in range(0, len(frames), 3):
        octets = aggregated([frame.octets for frame in frames[i:i + 3]])
        result.append(Frame(frames[i].time, octets, len(octets), WIRELESS))
    return result


# --- Frames ------------------------------------------------------------------------------------------

def frames_of(taken: Taken, route: Route, start: float = 0.0, two_interfaces: bool = False) -> list[Frame]:
    envelope = ENVELOPES[route.envelope]
    kind = LINUX_COOKED if route.envelope == "sll" else ETHERNET
    frames = []
    for count, packet in enumerate(taken.packets):
        letter = Letter(packet, route, taken.first_sequence, count + 1)
        interface = int(two_interfaces and packet.direction == SERVER)
        for octets in envelope(letter):
            missing = len(packet.octets) - packet.held
            frames.append(Frame(start + packet.time, octets, len(octets) - missing, kind, interface))
    return in_threes(frames) if route.envelope == "a-msdu" else frames


def merged(many: Iterable[list[Frame]]) -> list[Frame]:
    """By time; of equal times, as they came."""
    return sorted((frame for frames in many for frame in frames), key=lambda frame: frame.time)


# --- Files -------------------------------------------------------------------------------------------

def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def write_pcapng(path: Path, frames: Sequence[Frame]) -> None:
    """An interface for each kind of link and each clock."""
    interfaces = sorted({(frame.interface, frame.link) for frame in frames})
    with open(path, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for _, kind in interfaces:
            file.write(block(1, struct.pack("<HHI", kind, 0, 262144)))
        for frame in frames:
            micros = FIRST_SECOND * 1_000_000 + round(frame.time * 1_000_000)
            kept = frame.octets[:frame.length]
            file.write(block(6, struct.pack(
                "<IIIII", interfaces.index((frame.interface, frame.link)), micros >> 32,
                micros & 0xFFFFFFFF, len(kept), len(frame.octets)) + kept))


def write_capture(path: Path, frames: Sequence[Frame]) -> None:
    """As pcap where its name says so and one kind of link is enough."""
    if path.suffix != ".pcap":
        write_pcapng(path, frames)
        return
    kinds = {frame.link for frame in frames} or {ETHERNET}
    if len(kinds) > 1:
        raise ValueError("a pcap file holds one kind of link; ask for .pcapng")
    captures.write_pcap(path, [captures.Frame(frame.time, frame.octets, True, min(frame.length, WHOLE))
                               for frame in frames], link=kinds.pop())
