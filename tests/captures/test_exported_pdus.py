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
SAMPLES = Path(harness.__file__).resolve().parents[2] / "sample-captures"
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
                [["PASS secret"], [], []], [[], ["+OK 2 messages"], ["bob"]], [["QUIT"], [], ["bob"]]])

    def test_without_addresses(self):
        """Who speaks cannot be told; but nothing stops, and each frame is shown."""
        for two_pass in (False, True):
            rows = self.fields(self.exported(False), "pop.stream", "pop.response", two_pass=two_pass)
            self.assertEqual([stream for stream, _ in rows], [["0"]] * len(SPEECHES))
            self.assertEqual(rows[0][1], ["+OK POP3 ready"])

    def exported_by_tshark(self, sample: str, *more: str) -> Path:
        path = self.workplace.folder / "out" / "exported.pcapng"
        self.workplace.run("tshark", "-U", "OSI layer 7", "-r", str(SAMPLES / f"{sample}.pcapng.gz"),
                           "-w", str(path), *more)
        return path

    def test_what_tshark_exports_comes_back(self):
        """What went through TLS, as in the capture: the same lines, mails and logins."""
        for two_pass in (False, True):
            names = ("pop.request", "pop.response", "pop.message.subject", "pop.auth.username",
                     "pop.session.tls", "imf.subject")
            original = self.fields(SAMPLES / "transport-stls.pcapng.gz", *names,
                                   filter="pop.session.tls == 1", two_pass=two_pass)
            again = self.fields(self.exported_by_tshark("transport-stls"), *names, two_pass=two_pass)
            self.assertEqual(again, original)
            self.assertEqual(sum(row[5] != [] for row in again), 2)  # mails

    def test_the_built_in_dissector_comes_back_as_itself(self):
        """Exported where it is chosen, the file names "pop", which every Wireshark knows."""
        built_in = ["pop.dissector:built-in"]
        path = self.exported_by_tshark("transport-stls", "-o", *built_in)
        self.assertEqual(set(self.values(path, "exported_pdu.prot_name")), {"pop"})
        path = self.exported_by_tshark("transport-stls")
        self.assertEqual(self.count(path, "pop.session.tls", prefs=built_in), 0)
        self.assertEqual(self.count(path, "pop", prefs=built_in), 12)


if __name__ == "__main__":
    unittest.main()
