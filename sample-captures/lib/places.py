"""What the place and the manner of capturing make of the frames of a session (Ethernet, IPv4): each
function takes the list of frames and returns another.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

import pcapng

SERVER_MAC = bytes.fromhex("02000000026e")
ROUTERS = b"\xc0\0\x02\x01", b"\xc6\x33\x64\x01"  # 192.0.2.1, 198.51.100.1: the ends of the tunnels
ACCESS_POINT = bytes.fromhex("020000000001")
UDP, GRE, VXLAN_PORT = 17, 47, 4789
LARGEST = 65535 - 40


def is_of_server(frame):
    return frame.data[6:12] == SERVER_MAC


# --- Clocks and copies -----------------------------------------------------------------------------

def clocks_apart(micros):
    def edit(frames):
        for frame in frames:
            frame.interface = "server-side" if is_of_server(frame) else "client-side"
            frame.time += micros * is_of_server(frame)
        return sorted(frames, key=lambda frame: frame.time)
    return edit


def twice(frames):
    copies = [frame.with_octets(frame.data, time=frame.time + 9, comments=[]) for frame in frames]
    return [frame for pair in zip(frames, copies) for frame in pair]


# --- Segmentation offload --------------------------------------------------------------------------

def place_of(frame):
    """Where its payload begins, and the TCP sequence number of its first octet."""
    start = len(frame.data) - len(pcapng.payload(frame)) if pcapng.payload(frame) else 0
    ip = 14 + (frame.data[14] & 15) * 4
    return start, struct.unpack_from(">I", frame.data, ip + 4)[0]


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def longer_by(frame, octets):
    """The frame with more payload; the checksum of its TCP is left to the card, as offload does."""
    data = bytearray(frame.data + octets)
    struct.pack_into(">H", data, 16, len(data) - 14)
    struct.pack_into(">H", data, 24, 0)
    struct.pack_into(">H", data, 24, checksum(bytes(data[14:34])))
    return frame.with_octets(bytes(data))


def large_segments(frames):
    """Segments of one direction that follow each other become one; the ACKs between them go."""
    kept = []
    for frame in frames:
        payload = pcapng.payload(frame)
        last = kept[-1] if kept else None
        if not payload and last and is_of_server(last) and not is_of_server(frame) \
                and len(pcapng.payload(last)) > 1000 and not frame.data[47] & 7:
            continue
        if payload and last and is_of_server(last) == is_of_server(frame) and pcapng.payload(last) \
                and place_of(frame)[1] == place_of(last)[1] + len(pcapng.payload(last)) \
                and len(pcapng.payload(last)) + len(payload) <= LARGEST:
            kept[-1] = longer_by(last, payload)
            continue
        kept.append(frame)
    return kept


# --- What carries the frames -------------------------------------------------------------------------

def ipv4(of_server, protocol, payload, number):
    source, target = ROUTERS if of_server else ROUTERS[::-1]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), number & 0xFFFF, 0, 64, protocol, 0)
    head += source + target
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def in_tunnel(protocol, wrap):
    def edit(frames):
        return [frame.with_octets(frame.data[:14] + ipv4(is_of_server(frame), protocol,
                                                         wrap(frame.data), number))
                for number, frame in enumerate(frames, 1)]
    return edit


def vxlan(frame):
    inner = b"\x08\0\0\0\0\0\x2a\0" + frame
    return struct.pack(">HHHH", 50000, VXLAN_PORT, 8 + len(inner), 0) + inner


in_vxlan = in_tunnel(UDP, vxlan)
in_gre = in_tunnel(GRE, lambda frame: b"\0\0\x08\0" + frame[14:])


def in_pppoe(frames):
    result = []
    for frame in frames:
        packet = b"\0\x21" + frame.data[14:]
        session = struct.pack(">BBHH", 0x11, 0, 7, len(packet)) + packet
        result.append(frame.with_octets(frame.data[:12] + b"\x81\0\0\x2a\x88\x64" + session))
    return result


# --- Wireless ----------------------------------------------------------------------------------------

def a_msdu(group):
    """Ethernet frames of one direction in one frame of the access point (IEEE 802.11, A-MSDU)."""
    first = group[0].data
    station = first[:6] if is_of_server(group[0]) else first[6:12]
    ways = (b"\x88\x02", (station, ACCESS_POINT, ACCESS_POINT)) if is_of_server(group[0]) \
        else (b"\x88\x01", (ACCESS_POINT, station, ACCESS_POINT))
    header = ways[0] + b"\0\0" + b"".join(ways[1]) + b"\0\0" + b"\x80\0"
    parts = [frame.data[:12] + struct.pack(">H", len(frame.data) - 6) + b"\xaa\xaa\x03\0\0\0"
             + frame.data[12:] for frame in group]
    return header + b"".join(part + bytes(-len(part) % 4) for part in parts[:-1]) + parts[-1]


def in_a_msdus(frames):
    """Up to three frames of one direction that follow each other within a millisecond or two."""
    groups = []
    for frame in frames:
        last = groups[-1] if groups else []
        if last and len(last) < 3 and is_of_server(last[0]) == is_of_server(frame) \
                and frame.time - last[-1].time < 2000:
            last.append(frame)
        else:
            groups.append([frame])
    return [group[-1].with_octets(a_msdu(group), interface="wlan0", link=pcapng.WIRELESS)
            for group in groups]
