"""Splits a capture so that no connection is torn: all packets between two hosts go to one part.

usage: editcap -F nsecpcap CAPTURE - | split_by_hosts.py PARTS PREFIX

Writes PREFIX-1.pcap to PREFIX-PARTS.pcap in one walk, whatever the capture's size. Not the connection but
the pair of addresses decides: so fragments of IP, which have no ports, ICMP errors, and TLS sessions that
are taken up again stay with what they belong to. What is not IP goes to the first part.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct
import sys
import zlib
from typing import BinaryIO, Iterator, Optional

# Link types (www.tcpdump.org/linktypes.html): octets before the network layer's type, and its octets.
NULL, ETHERNET, RAW, LOOP, LINUX_COOKED, IPV4, IPV6, LINUX_COOKED_2 = 0, 1, 101, 108, 113, 228, 229, 276
WITH_TYPE = {ETHERNET: (12, 14), LINUX_COOKED: (14, 16), LINUX_COOKED_2: (0, 20)}
BARE = {RAW: 0, IPV4: 0, IPV6: 0, 12: 0, 14: 0, NULL: 4, LOOP: 4}  # 12, 14: RAW on some systems
VLAN_TAGS = (0x8100, 0x88A8, 0x9100)
PPPOE, PPPOE_HEADER = 0x8864, 8
IP_TYPES = (0x0800, 0x86DD)

MAGICS = {b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">",
          b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<"}


def start_of_ip(link: int, packet: bytes) -> Optional[int]:
    if link in BARE:
        return BARE[link]
    if link not in WITH_TYPE:
        raise SystemExit(f"split_by_hosts: link type {link} is not known")
    at, start = WITH_TYPE[link]
    kind = int.from_bytes(packet[at:at + 2], "big")
    while kind in VLAN_TAGS:
        kind = int.from_bytes(packet[start + 2:start + 4], "big")
        start += 4
    if kind == PPPOE:
        return start + PPPOE_HEADER
    return start if kind in IP_TYPES else None


def hosts_of(link: int, packet: bytes) -> bytes:
    """Both addresses, in an order that does not depend on the direction; empty where there are none."""
    start = start_of_ip(link, packet)
    if start is None or len(packet) <= start:
        return b""
    version = packet[start] >> 4
    if version not in (4, 6):
        return b""
    first, length = (start + 12, 4) if version == 4 else (start + 8, 16)
    source = packet[first:first + length]
    destination = packet[first + length:first + 2 * length]
    return min(source, destination) + max(source, destination)


def packets(file: BinaryIO, order: str) -> Iterator[tuple[bytes, bytes]]:
    while True:
        head = file.read(16)
        if len(head) < 16:
            return
        body = file.read(struct.unpack(order + "8xI4x", head)[0])
        yield head, body


def split(source: BinaryIO, parts: int, prefix: str) -> None:
    header = source.read(24)
    if header[:4] not in MAGICS:
        raise SystemExit("split_by_hosts: no capture in the format of pcap came in")
    order = MAGICS[header[:4]]
    link = struct.unpack(order + "I", header[20:24])[0] & 0xFFFF
    files = [open(f"{prefix}-{i + 1}.pcap", "wb") for i in range(parts)]
    for file in files:
        file.write(header)
    for head, body in packets(source, order):
        hosts = hosts_of(link, body)
        file = files[zlib.crc32(hosts) % parts if hosts else 0]
        file.write(head + body)
    for file in files:
        file.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    split(sys.stdin.buffer, int(sys.argv[1]), sys.argv[2])
