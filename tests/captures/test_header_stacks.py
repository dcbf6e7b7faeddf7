"""What TCP withholds is taken from the frame, whatever headers stand before TCP's.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct
import unittest
from typing import Callable

import harness
from harness import captures

ETHERNET_HEADER, IPV4_HEADER = 14, 20
TCP = captures.TCP
HOP_BY_HOP, IPV4, IPV6, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 4, 41, 44, 51, 60
OTHER = {"C": "S", "S": "C"}
HOSTS = {"C": bytes.fromhex("20010db8") + bytes(11) + b"\x01",
         "S": bytes.fromhex("20010db8") + bytes(11) + b"\x6e"}
HARDWARE = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02"

Stack = Callable[[str, bytes], bytes]  # direction and TCP segment → frame


def ipv4(direction: str, protocol: int, payload: bytes) -> bytes:
    return captures.ip_packet(captures.ADDRESSES[direction], captures.ADDRESSES[OTHER[direction]],
                              payload, 1, protocol)


def ipv6(direction: str, header: int, payload: bytes) -> bytes:
    return struct.pack("!IHBB", 0x60000000, len(payload), header, 64) \
        + HOSTS[direction] + HOSTS[OTHER[direction]] + payload


def over_ipv4(packet: bytes) -> bytes:
    return HARDWARE + b"\x08\0" + packet


def over_ipv6(packet: bytes) -> bytes:
    return HARDWARE + b"\x86\xdd" + packet


def options(following: int) -> bytes:
    """A header of options in which one fills it up: RFC 8200 section 4.2."""
    return bytes([following, 0, 1, 4, 0, 0, 0, 0])


def long_options(following: int) -> bytes:
    return bytes([following, 1, 1, 12]) + bytes(12)


def whole_fragment(following: int) -> bytes:
    """First and last of its packet: RFC 6946."""
    return bytes([following, 0, 0, 0]) + b"\0\0\0\x07"


def authentication(following: int) -> bytes:
    """RFC 4302 section 2, with an integrity check value of 12 octets."""
    return bytes([following, 4]) + bytes(2) + b"\0\0\0\x01\0\0\0\x01" + bytes(12)


STACKS: dict[str, Stack] = {
    "IPv4": lambda way, tcp: over_ipv4(ipv4(way, TCP, tcp)),
    "two VLAN tags": lambda way, tcp: HARDWARE + b"\x81\0\0\x05\x81\0\0\x06\x08\0" + ipv4(way, TCP, tcp),
    "IPv4 in IPv4": lambda way, tcp: over_ipv4(ipv4(way, IPV4, ipv4(way, TCP, tcp))),
    "IPv6": lambda way, tcp: over_ipv6(ipv6(way, TCP, tcp)),
    "IPv6 in IPv4": lambda way, tcp: over_ipv4(ipv4(way, IPV6, ipv6(way, TCP, tcp))),
    "IPv4, authentication": lambda way, tcp: over_ipv4(
        ipv4(way, AUTHENTICATION, authentication(TCP) + tcp)),
    "IPv6, authentication": lambda way, tcp: over_ipv6(
        ipv6(way, AUTHENTICATION, authentication(TCP) + tcp)),
    "IPv6, hop-by-hop": lambda way, tcp: over_ipv6(ipv6(way, HOP_BY_HOP, options(TCP) + tcp)),
    "IPv6, whole fragment": lambda way, tcp: over_ipv6(
        ipv6(way, FRAGMENT, whole_fragment(TCP) + tcp)),
    "IPv6, three headers": lambda way, tcp: over_ipv6(
        ipv6(way, HOP_BY_HOP, options(DESTINATION) + long_options(AUTHENTICATION)
             + authentication(TCP) + tcp)),
}

SENT_FIRST = b"+OK capabilities follow\r\nTOP\r\n"
SENT_AGAIN = SENT_FIRST + b"UIDL\r\n.\r\n"


def session() -> captures.Connection:
    """The reply to CAPA comes in part, and then once more, whole: a retransmission to TCP."""
    connection = captures.Connection(captures.Options())
    connection.open()
    connection.speak("S", [b"+OK ready\r\n"])
    connection.speak("C", [b"CAPA\r\n"])
    connection.speak("S", [SENT_FIRST])
    connection.next["S"] -= len(SENT_FIRST)
    connection.speak("S", [SENT_AGAIN])
    connection.speak("C", [b"QUIT\r\n"])
    connection.speak("S", [b"+OK bye\r\n"])
    return connection


class HeaderStacks(harness.CaptureTest):
    def repacked(self, frames: list[captures.Frame], stack: Stack) -> list[captures.Frame]:
        client = captures.address(captures.ADDRESSES["C"])
        result = []
        for frame in frames:
            packet = frame.octets[ETHERNET_HEADER:]
            way = "C" if packet[12:16] == client else "S"
            result.append(captures.Frame(0, stack(way, packet[IPV4_HEADER:]), frame.carries))
        return captures.timed(result, 0.001)

    def test_segment_that_begins_with_old_octets(self):
        frames = session().frames
        for name, stack in STACKS.items():
            path = self.file_for_capture()
            captures.write_pcap(path, self.repacked(frames, stack))
            for two_pass in (False, True):
                with self.subTest(headers=name, two_pass=two_pass):
                    self.assertEqual(self.values(path, "pop.capability.name", two_pass=two_pass),
                                     ["TOP", "UIDL"])
                    self.assertEqual(self.values(path, "pop.response", two_pass=two_pass),
                                     ["+OK ready", "+OK capabilities follow", "+OK bye"])


if __name__ == "__main__":
    unittest.main()
