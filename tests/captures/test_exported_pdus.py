"""POP in PDUs that Wireshark exported: a frame has a port and octets; addresses only where they are told.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct
import unittest
from pathlib import Path

import harness
from harness import captures

# The tags of Wireshark's wsutil/exported_pdu_tlvs.h.
END, TABLE_NAME, TABLE_VALUE = 0, 14, 32
IPV4_SOURCE, IPV4_DESTINATION, PORT_TYPE, SOURCE_PORT, DESTINATION_PORT = 20, 21, 24, 25, 26
PORT_TYPE_TCP = 2
PORTS = {"C": 40000, "S": 110}

SPEECHES = (("S", b"+OK POP3 ready\r\n"), ("C", b"USER bob\r\n"), ("S", b"+OK\r\n"),
            ("C", b"PASS secret\r\n"), ("S", b"+OK 2 messages\r\n"),
            ("C", b"QUIT\r\n"))


def tag(kind: int, value: bytes) -> bytes:
    padded = value + bytes(-len(value) % 4)
    return struct.pack(">HH", kind, len(padded)) + padded


def number(value: int) -> bytes:
    return struct.pack(">I", value)


def ends(direction: str) -> bytes:
    """The tags of addresses and ports."""
    other = "S" if direction == "C" else "C"
    return (tag(IPV4_SOURCE, captures.address(captures.ADDRESSES[direction]))
            + tag(IPV4_DESTINATION, captures.address(captures.ADDRESSES[other]))
            + tag(PORT_TYPE, number(PORT_TYPE_TCP)) + tag(SOURCE_PORT, number(PORTS[direction]))
            + tag(DESTINATION_PORT, number(PORTS[other])))


class ExportedPdus(harness.CaptureTest):
    def exported(self, with_ends: bool) -> Path:
        reader = tag(TABLE_NAME, b"tcp.port") + tag(TABLE_VALUE, number(110))
        frames = [captures.Frame(0, reader + (ends(direction) if with_ends else b"")
                                 + tag(END, b"") + octets, True)
                  for direction, octets in SPEECHES]
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(frames, 0.001), link=captures.EXPORTED_PDU)
        return path

    def test_with_addresses(self):
        for two_pass in (False, True):
            rows = self.fields(self.exported(True), "pop.request", "pop.response", "pop.session.user",
                               two_pass=two_pass)
            self.assertEqual(rows, [
                [[], ["+OK POP3 ready"], []], [["USER bob"], [], []], [[], ["+OK"], []],
                [["PASS secret"], [], []], [[], ["+OK 2 messages"], []], [["QUIT"], [], ["bob"]]])

    def test_without_addresses(self):
        """Who speaks cannot be told; but nothing stops, and each frame is shown."""
        for two_pass in (False, True):
            rows = self.fields(self.exported(False), "pop.stream", "pop.response", two_pass=two_pass)
            self.assertEqual([stream for stream, _ in rows], [["0"]] * len(SPEECHES))
            self.assertEqual(rows[0][1], ["+OK POP3 ready"])


if __name__ == "__main__":
    unittest.main()
