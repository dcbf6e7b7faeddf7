"""Reads a plain pcap file and writes it as pcapng with comments and TLS secrets.
SPDX-License-Identifier: GPL-2.0-or-later

Written here, not taken from the capture program, so that a capture names nothing of the machine
that it was made on.
"""
import gzip
import struct

ETHERNET, WIRELESS = 1, 105  # link types
SECTION, INTERFACE, PACKET, SECRETS = 0x0A0D0D0A, 1, 6, 10
COMMENT = 1
TLS_KEY_LOG = 0x544C534B


class Frame:
    """One captured frame; `time` is in microseconds, `length` that on the wire."""

    def __init__(self, time, data, length, interface="eth0", link=ETHERNET):
        self.time, self.data, self.length = time, data, length
        self.interface, self.link = interface, link
        self.comments = []

    def with_octets(self, data, **others):
        """The frame with other octets, and as many as these on the wire."""
        frame = Frame(self.time, data, len(data), self.interface, self.link)
        frame.comments = self.comments
        frame.__dict__.update(others)
        return frame


def read_pcap(path):
    with open(path, "rb") as file:
        raw = file.read()
    magic, = struct.unpack_from("<I", raw)
    divisor = {0xA1B2C3D4: 1, 0xA1B23C4D: 1000}[magic]
    frames, at = [], 24
    while at < len(raw):
        seconds, fraction, kept, length = struct.unpack_from("<IIII", raw, at)
        at += 16
        frames.append(Frame(seconds * 1000000 + fraction // divisor, raw[at:at + kept], length))
        at += kept
    return frames


def padded(data):
    return data + bytes(-len(data) % 4)


def options(pairs):
    coded = b"".join(struct.pack("<HH", code, len(text)) + padded(text) for code, text in pairs)
    return coded + bytes(4) if coded else b""


def block(kind, body):
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def packet(frame, interfaces):
    number = interfaces.index((frame.interface, frame.link))
    head = struct.pack("<IIIII", number, frame.time >> 32, frame.time & 0xFFFFFFFF,
                       len(frame.data), frame.length)
    comments = [(COMMENT, text.encode()) for text in frame.comments]
    return block(PACKET, head + padded(frame.data) + options(comments))


def write(path, frames, comment, secrets=b"", snaplen=262144):
    """Writes a gzip-compressed pcapng file."""
    section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options([(COMMENT, comment.encode())])
    interfaces = sorted({(frame.interface, frame.link) for frame in frames})
    blocks = [block(SECTION, section)]
    for name, link in interfaces:
        blocks.append(block(INTERFACE, struct.pack("<HHI", link, 0, snaplen)
                            + options([(2, name.encode())])))
    if secrets:
        blocks.append(block(SECRETS, struct.pack("<II", TLS_KEY_LOG, len(secrets)) + padded(secrets)))
    blocks += [packet(frame, interfaces) for frame in frames]
    # No name and no time in the gzip header: the same frames give the same file.
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(b"".join(blocks))


def read_blocks(path):
    """Yields (kind, body) of each block of a gzip-compressed pcapng file written by `write`."""
    with gzip.open(path) as file:
        raw = file.read()
    at = 0
    while at < len(raw):
        kind, size = struct.unpack_from("<II", raw, at)
        yield kind, raw[at + 8:at + size - 4]
        at += size


def capture_comment(path):
    for kind, body in read_blocks(path):
        if kind == SECTION:
            code, length = struct.unpack_from("<HH", body, 16)
            return body[20:20 + length].decode() if code == COMMENT else ""
    return ""


def count_frames(path):
    return sum(kind == PACKET for kind, _ in read_blocks(path))


def payload(frame):
    """The TCP payload of a frame, IPv4 or IPv6 without extension headers."""
    data = frame.data
    if data[12:14] == b"\x08\x00":
        start = 14 + (data[14] & 15) * 4
        end = 14 + struct.unpack_from(">H", data, 16)[0]
    else:
        start = 14 + 40
        end = start + struct.unpack_from(">H", data, 18)[0]
    return data[start + (data[start + 12] >> 4) * 4:end]
