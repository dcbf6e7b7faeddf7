"""A frame looks the same in the first pass, in the second, and in whatever order it is clicked on.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
import re
import struct
import unittest

import harness
from harness import captures

# Dialogues inside TLS can be no captures, and what the host makes of broken TLS is not ours; the
# longest would take long in small segments.
LEFT_OUT = {"stls", "stls-injection", "stls-undecrypted", "tls-from-the-start", "very-long-line",
            "pipelining-many", "pipelining-mails"}

NAMES = sorted(path.stem for path in harness.DIALOGUES.glob("*.dialogue")
               if path.stem not in LEFT_OUT)

# Their tokens are no Kerberos messages; what the host says of that depends on TCP's preferences.
FALSE_KERBEROS = {"sasl-gssapi", "sasl-gssapi-layer", "sasl-gssapi-refused"}


CUTTINGS = {"runs": captures.whole, "7": captures.by_size(7)}

# What is known only at the end of a session stands on its last frame, from the second pass on.
AT_THE_END = ("pop.expert.no_reply", "pop.expert.no_terminator", "pop.expert.deletions_lost",
              "pop.maildrop", "_ws.expert")

# That a segment was the last of a mail that broke off, and what there is of it, is known only when another
# reply comes; that a login stays without a verdict, at the end of the session.
BROKEN_OFF = re.compile(r"(?<=bytes)(\n *)pop\.message \[[^\n]*incomplete[^\n]*(\1 [^\n]*)*"
                        r"|\n *pop\.auth\.result [^\n]*unanswered[^\n]*")


def aggregated(frames: list[captures.Frame]) -> captures.Frame:
    """The Ethernet frames as one of a wireless network (IEEE 802.11 section 9.3.2.2, A-MSDU)."""
    header = b"\x88\x02\0\0" + b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x03" * 2 + b"\0\0" + b"\x80\0"
    parts = [frame.octets[:12] + struct.pack("!H", len(frame.octets) - 6) + b"\xaa\xaa\x03\0\0\0"
             + frame.octets[12:] for frame in frames]
    padded = [part + bytes(-len(part) % 4) for part in parts[:-1]] + parts[-1:]
    return captures.Frame(frames[0].time, header + b"".join(padded), True)


class Passes(harness.CaptureTest):
    def compare(self, names=NAMES, **options) -> None:
        for cutting, cut in CUTTINGS.items():
            with self.subTest(cutting=cutting):
                capture = self.dialogues(names, cut)
                for first, second in zip(self.seen(capture), self.seen(capture, **options)):
                    self.assertMultiLineEqual(first, second)

    def seen(self, capture, **options) -> list[str]:
        without = harness.FORWARD_FIELDS + AT_THE_END
        trees = self.trees(capture, without=without, **options)
        return [BROKEN_OFF.sub("", tree) for tree in trees]

    def test_one_pass_and_two(self):
        """Whether a value is all of a reply to LIST or UIDL of one message is known when the client goes
        on."""
        self.compare([name for name in NAMES if name != "uidl-one-and-list-one-bare"], two_pass=True)

    def test_several_segments_in_a_frame(self):
        """Each of them tells where the mail stands behind it."""
        mail = b"Subject: many parts\r\n\r\n" + b"0123456789\r\n" * 20
        runs = captures.conversation(("S", b"+OK\r\n"), ("C", b"RETR 1\r\n"),
                                     ("S", b"+OK\r\n" + mail + b".\r\n"))
        frames = captures.frames_of(runs, captures.by_size(10), captures.Options())
        path = self.file_for_capture()
        together = [aggregated(frames[at:at + 3]) for at in range(0, len(frames), 3)]
        captures.write_pcap(path, captures.timed(together, 0.001), link=captures.WIRELESS)
        for two_pass in (False, True):
            infos = "\n".join(self.values(path, "_ws.col.Info", two_pass=two_pass))
            positions = re.findall(r"bytes \((\d+)", infos)
            # Five octets of the status line stand before the mail, and all but its last in tens.
            self.assertEqual(positions[:-1], [str(at) for at in range(5, len(mail), 10)])

    def test_segment_repeated_in_a_frame(self):
        """The host keeps one of the two back in the first pass, both in the second: the segment behind
        them is told by its own record then, too."""
        first = captures.Connection(captures.Options(client_port=40000))
        second = captures.Connection(captures.Options(client_port=40001))
        for connection in (first, second):
            connection.open()
            connection.speak("S", [b"+OK ready\r\n"])
            connection.speak("C", [b"USER a\r\n"])
        second.speak("S", [b"+OK\r\n"])
        before = [aggregated([frame]) for frame in first.frames + second.frames]
        first.speak("S", [b"+OK name is ok\r\n"])
        second.speak("C", [b"PASS topsecret\r\n"])
        together = aggregated([first.frames[-1], first.frames[-1], second.frames[-1]])
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed([*before, together], 0.001), link=captures.WIRELESS)
        for two_pass in (False, True):
            text = self.tshark(path, "-V", two_pass=two_pass, prefs=["pop.hide_passwords:TRUE"])
            self.assertIn("Request: PASS (hidden)", text)
            self.assertNotIn("PASS topsecret", text)

    def test_read_filter(self):
        """Frames that a read filter rejects give their numbers to those behind them."""
        capture = self.dialogues(["user-pass", "top", "pipelining-mails"], captures.by_size(40))
        for name in ("pop.response", "pop.request", "pop.message.data"):
            infos = self.values(capture, "_ws.col.Info", filter=name)
            self.assertGreater(len(infos), 5)
            kept = self.tshark(capture, "-R", name, "-T", "fields", "-e", "_ws.col.Info", two_pass=True)
            self.assertEqual(kept.splitlines(), infos)

    def test_without_desegmentation_by_tcp(self):
        names = [name for name in NAMES if name not in FALSE_KERBEROS]
        self.compare(names, prefs=["tcp.desegment_tcp_streams:FALSE"])

    def test_with_reordering_by_tcp(self):
        # With that preference, TCP waits for lost octets to the end of the capture.
        whole = [name for name in NAMES if not name.startswith("gap-")]
        self.compare(whole, prefs=["tcp.reassemble_out_of_order:TRUE"])


class RandomAccess(harness.CaptureTest):
    """What a user sees who clicks on frames in whatever order."""

    def shown(self, capture, order: str) -> dict:
        with harness.Sharkd(self, capture) as sharkd:
            numbers = list(range(1, sharkd.frame_count() + 1))
            if order == "backward":
                numbers.reverse()
            elif order == "shuffled":
                random.Random(1939).shuffle(numbers)
            return {number: sharkd.frame(number) for number in numbers}

    def test_any_order(self):
        capture = self.dialogues(NAMES, captures.by_size(11))
        forward = self.shown(capture, "forward")
        for order in ("backward", "shuffled"):
            other = self.shown(capture, order)
            for number, frame in forward.items():
                self.assertEqual(frame, other[number], f"frame {number}, {order}")


if __name__ == "__main__":
    unittest.main()
