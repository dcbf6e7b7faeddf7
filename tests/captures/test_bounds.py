"""Each bound of what is kept and shown is crossed: that is told, and the rest of the capture is decoded.
The bounds that are preferences are crossed in test_anomalies.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import subprocess
import unittest
from pathlib import Path

import harness
from harness import captures

GREETING = ("S", b"+OK ready\r\n")
LOGIN = (GREETING, ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
         ("S", b"+OK\r\n"))
# After whatever goes before: a command that has to be decoded with its reply.
LAST = (("C", b"STAT\r\n"), ("S", b"+OK 2 320\r\n"))

QUEUE, MAILDROP, ENTRIES = 256 * 1024, 1_000_000, 65536
FRAGMENTS, CHALLENGE, DELETIONS = 1000, 4096, 10_000
MARKS, HEADER_FIELDS = 100, 10_000

# Layers that a frame may have; and a dissector that nests more items than may be nested.
DEPTH = 100
DEEP_DISSECTOR = """
local deep = Proto("deep", "Deep")
function deep.dissector(octets, packet, tree)
    for i = 1, 1000 do tree = tree:add(deep, octets()) end
end
DissectorTable.get("media_type"):add("application/x-deep", deep)
"""


class Bounds(harness.CaptureTest):
    def read(self, capture: Path, *names: str, **options) -> list[list[str]]:
        """All values of each field. In the same run, since these captures take long: the command at the
        end is decoded with its reply."""
        rows = self.fields(capture, *names, "pop.stat.size", two_pass=True, **options)
        *values, sizes = ([value for row in rows for value in row[i]] for i in range(len(names) + 1))
        self.assertEqual(sizes[-1:], ["320"])
        return values

    def counts(self, capture: Path, *names: str, **options) -> list[int]:
        return [len(values) for values in self.read(capture, *names, **options)]

    def test_queue_full(self):
        """So many commands wait: all but the last one find their replies."""
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"NOOP\r\n" * (QUEUE + 1)), ("S", b"+OK\r\n" * QUEUE), *LAST),
            captures.by_size(60_000))
        self.assertEqual(
            self.counts(capture, "pop.expert.queue_full", "pop.expert.unsolicited_reply",
                        "pop.expert.not_drawn"), [1, 0, 0])

    def test_maildrop_full(self):
        listing = b"".join(b"%d 7\r\n" % number for number in range(1, MAILDROP + 3))
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"LIST\r\n"), ("S", b"+OK\r\n" + listing + b".\r\n"),
            ("C", b"DELE 1000000\r\nDELE 1000001\r\n"), ("S", b"+OK\r\n+OK\r\n"), *LAST),
            captures.by_size(60_000))
        self.assertEqual(self.counts(capture, "pop.expert.maildrop_full", "pop.list.size"),
                         [1, MAILDROP + 2])

    def test_too_many_lines(self):
        """More lines in one segment than are told apart; a segment on the wire cannot have them, but a
        card that cuts segments itself leaves such frames to a capture."""
        lines = b"\n" * (ENTRIES + 100)
        capture = self.capture(captures.conversation(*LOGIN, ("C", lines), *LAST),
                               options=captures.Options(largest=200_000))
        self.assertEqual(self.counts(capture, "pop.expert.too_many_lines"), [1])

    def test_not_drawn(self):
        """A frame of more lines than its tree may have items."""
        capture = self.capture(captures.conversation(*LOGIN, ("C", b"\n" * 65_000), *LAST))
        drawn, said, bugs = self.counts(capture, "pop.request", "pop.expert.not_drawn",
                                        "_ws.malformed", prefs=["gui.max_tree_items:50000"])
        self.assertEqual((said, bugs), (1, 0))
        self.assertGreater(drawn, 10_000)
        self.assertLess(drawn, 65_000)

    def test_listing_is_not_drawn_beyond(self):
        """The same with the lines of one listing."""
        listing = b"1 2\r\n" * 50_000
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"LIST\r\n"), ("S", b"+OK\r\n" + listing + b".\r\n"), *LAST),
            options=captures.Options(largest=250_200))
        drawn, said = self.counts(capture, "pop.list.size", "pop.expert.not_drawn",
                                  prefs=["gui.max_tree_items:100000"])
        self.assertGreaterEqual(said, 1)
        self.assertGreater(drawn, 5_000)
        self.assertLess(drawn, 50_000)
        for name in ("pop.expert.not_drawn", '_ws.expert.message contains "Too much for one frame"'):
            frames = self.tshark(capture, "-Y", name, prefs=["gui.max_tree_items:100000"])
            self.assertEqual(len(frames.splitlines()), 1, name)

    def test_mail_of_a_million_lines(self):
        """The mail dissector adds an item for each line; the host takes more than a million of them for
        an endless loop. What comes behind in the same frame is decoded."""
        mail = b"Subject: many\r\n\r\n" + b"\r\n" * 1_000_000
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\nRETR 2\r\n"),
            ("S", b"+OK\r\n" + mail + b".\r\n+OK\r\nSubject: two\r\n\r\n.\r\n"), *LAST),
            captures.by_size(60_000))
        said, bugs, subjects = self.read(capture, "pop.expert.not_drawn", "_ws.malformed",
                                         "imf.subject")
        self.assertEqual((len(said), bugs, subjects), (1, [], ["many", "two"]))
        self.assertNotIn("Dissector bug", self.tshark(capture, "-V", two_pass=True)[-100_000:])

    def test_mail_of_many_header_fields(self):
        """The mail dissector makes items of each. What is behind so many is not drawn; the export has it."""
        mail = b"Subject: many\r\n" + b"a: b\r\n" * HEADER_FIELDS + b"\r\nbody\r\n"
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\nRETR 2\r\n"),
            ("S", b"+OK\r\n" + mail + b".\r\n+OK\r\nSubject: two\r\n\r\n.\r\n"), *LAST),
            captures.by_size(60_000))
        said, bugs, subjects, fields = self.read(capture, "pop.expert.not_drawn", "_ws.malformed",
                                                 "imf.subject", "imf.extension")
        self.assertEqual((len(said), bugs, subjects), (1, [], ["many", "two"]))
        self.assertEqual(len(fields), HEADER_FIELDS - 1)
        for kind in ("imf", "pop"):
            self.assertIn(mail, self.export(kind, capture).values(), kind)

    def test_marks_of_one_kind(self):
        """Of so many lines with the same fault in a frame the next one says that there are more."""
        for lines, marks in ((MARKS, MARKS), (MARKS + 1, MARKS + 1), (30_000, MARKS + 1)):
            capture = self.capture(captures.conversation(
                *LOGIN, ("C", b"x\n" * lines), ("S", b"-ERR\r\n" * lines), *LAST),
                options=captures.Options(largest=200_000))
            commands, lf, unknown, messages = self.read(
                capture, "pop.request.command", "pop.expert.bare_lf", "pop.expert.unknown_command",
                "_ws.expert.message")
            self.assertEqual((len(commands), len(lf), len(unknown)), (lines + 3, marks, marks))
            more = [text for text in messages if "(more of them in this frame are not marked)" in text]
            self.assertEqual(len(more), 2 if marks > MARKS else 0)

    def check_parts(self, count: int, said: int) -> None:
        """Two mails of so many parts, which end in one frame, and another one behind them."""
        part = b"--b\r\nContent-Disposition: attachment; filename=x\r\n\r\nabc\r\n"
        head = b"Subject: %d parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" % count
        mail = b"+OK\r\n" + head + part * count + b"--b--\r\n.\r\n"
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\nRETR 2\r\nRETR 3\r\n"),
            ("S", mail * 2 + b"+OK\r\nSubject: small\r\n\r\nx\r\n.\r\n"), *LAST),
            captures.by_size(65_000))
        self.assertEqual(self.counts(capture, "pop.expert.not_drawn", "_ws.malformed"), [said, 0])
        self.assertEqual(self.values(capture, "imf.subject", two_pass=True),
                         [f"{count} parts"] * 2 + ["small"])
        parts = len(self.values(capture, "mime_multipart.part", two_pass=True))
        self.assertTrue(parts == 2 * count if said == 0 else 800 < parts < 2 * count)
        self.assertNotIn("Dissector bug", self.tshark(capture, "-V", two_pass=True))
        self.assertEqual(len(self.export("pop", capture)), 3 + 2 * count)
        self.assertEqual(len(self.export("imf", capture)), 3)

    def test_mail_of_many_parts(self):
        """Each part is a layer of the frame, and the host takes 500 layers for an endless loop. A mail with
        fewer parts leaves room for the next in the same frame."""
        self.check_parts(300, said=0)

    def test_mail_of_more_parts_than_layers(self):
        """What does not fit is left out, with a remark; the mails are exported whole."""
        self.check_parts(600, said=2)

    def test_mistake_of_a_dissector_below(self):
        """It is shown as the host shows it, also where the frame has as many layers as it may have: then
        it must not be taken for one layer too many."""
        script = self.workplace.folder / "deep.lua"
        script.write_text(DEEP_DISSECTOR)
        script.chmod(0o644)
        part = b"--b\r\nContent-Disposition: attachment; filename=x\r\n\r\nabc\r\n"
        deep = b"--b\r\nContent-Type: application/x-deep\r\n\r\nabc\r\n--b--\r\n"
        head = b"Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        mails = [head + part * count + deep for count in range(DEPTH - 30, DEPTH)]
        capture = self.capture(captures.conversation(
            *LOGIN, *((direction, octets) for mail in mails for direction, octets in
                      (("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n")))),
            captures.by_size(60_000))
        options = ("-X", f"lua_script:{script}", "-o", f"gui.max_tree_depth:{DEPTH}")
        done = subprocess.run(
            self.workplace.command("tshark", "-r", str(capture), *options, "-T", "fields", "-e", "deep",
                                   "-e", "_ws.expert.message", "-e", "pop.expert.not_drawn"),
            env=self.workplace.environment(), capture_output=True, text=True, check=True)
        rows = [row.split("\t") for row in done.stdout.splitlines()]
        called = [row for row in rows if row[0] != ""]
        self.assertGreater(len(called), 10)
        self.assertGreater(len([row for row in rows if row[2] != ""]), 2)  # some have no layer left
        for row in called:
            self.assertIn(f"Maximum tree depth {DEPTH} exceeded", row[1])
            self.assertEqual(row[2], "")

    def test_parts_in_the_info_column(self):
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"NOOP\r\n" * 20), ("S", b"+OK\r\n" * 20),
            ("C", b"NOOP\r\n" * 21), ("S", b"+OK\r\n" * 21), *LAST))
        infos, = self.read(capture, "_ws.col.Info")
        for speech in (["C: NOOP"] + ["NOOP"] * 19, ["S: +OK"] + ["+OK"] * 19):
            self.assertIn(" | ".join(speech), infos)
            self.assertIn(" | ".join([*speech, "..."]), infos)

    def test_long_challenge(self):
        """What is kept of it for its answer ends with a whole character."""
        challenge = "x" + "\u00e9" * 3000
        capture = self.capture(captures.conversation(
            GREETING, ("C", b"AUTH CRAM-MD5\r\n"),
            ("S", b"+ " + base64.b64encode(challenge.encode()) + b"\r\n"),
            ("C", base64.b64encode(b"a " + b"0" * 32) + b"\r\n"), ("S", b"+OK\r\n"), *LAST))
        self.assertEqual(self.read(capture, "pop.auth.challenge"),
                         [["x" + "\u00e9" * ((CHALLENGE - 1) // 2)]])

    def test_deletions(self):
        """The maildrop at the session's end counts all of them."""
        commands = b"".join(b"DELE %d\r\n" % number for number in range(1, DELETIONS + 3))
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", commands), ("S", b"+OK\r\n" * (DELETIONS + 2)), *LAST,
            ("C", b"QUIT\r\n"), ("S", b"+OK\r\n")), captures.by_size(60_000))
        deleted, total = self.read(capture, "pop.message.deleted", "pop.maildrop.deleted")
        self.assertEqual(deleted, [str(number) for number in range(1, DELETIONS + 1)])
        self.assertEqual(total, [str(DELETIONS + 2)])

    def test_fragments(self):
        """The list of segments of one mail ends after so many; how many there are is told."""
        mail = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 200
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n"), ("S", mail + b".\r\n"), *LAST),
            captures.by_size(2))
        fragments, counts = self.read(capture, "pop.data.fragment", "pop.data.fragment.count")
        self.assertEqual(len(fragments), FRAGMENTS)
        # The first segment of the mail begins with the last octet of "+OK\r\n".
        self.assertEqual(int(counts[0]), 1 + len(mail) // 2)


if __name__ == "__main__":
    unittest.main()
