"""What a message says is fields: to filter by, one pass or two, and worked out where somebody asks.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import hashlib
import unittest
from pathlib import Path
from typing import Sequence

import harness
import mail_kinds  # from tests/tools
from harness import captures
from test_export_pop import LOGIN, QUIT, download

# Those that a server can send: POP3 ends every line with CRLF.
KINDS = [kind for kind in mail_kinds.all_kinds()
         if kind.octets.endswith(b"\r\n") and b"\n" not in kind.octets.replace(b"\r\n", b"")]

DATE = "Jan  6, 2025 08:00:01.000000000 UTC" if harness.wireshark_version() in ("4.0", "4.2", "4.4") \
    else "2025-01-06T08:00:01.000000000Z"  # as Wireshark prints times
ALWAYS = ("length", "complete", "sha256", "subject", "from", "date", "message_id")

MAIL = (b"From: Bob <Bob@Example.org>\r\nTo: a@b.test\r\nCc: C <c@d.test>\r\nSubject: The invoice\r\n"
        b"Date: Mon, 6 Jan 2025 09:00:01 +0100\r\nMessage-ID: <1@example.org>\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"PHA+WW91ciA8Yj5pbnZvaWNlPC9iPiBpcyBkdWU8L3A+\r\n"
        b"--b\r\nContent-Type: application/octet-stream; name=\"Invoice.pdf.EXE\"\r\n\r\nMZ abc\r\n"
        b"--b--\r\n")
ATTACHED = hashlib.sha256(b"MZ abc").hexdigest()


class FieldTest(harness.CaptureTest):
    def of_message(self, capture: Path, name: str, **options) -> list[str]:
        return self.values(capture, f"pop.message.{name}", **options)


class Kinds(FieldTest):
    """All kinds of mails in one session: a frame ends each, so a row holds the values of one."""

    def check(self, two_pass: bool) -> None:
        names = ("subject", "from", "to", "address", "text", "attachment.name", "attachment.type",
                 "attachment.size", "attachment.sha256")
        capture = self.capture(download([kind.octets for kind in KINDS]))
        rows = self.fields(capture, *(f"pop.message.{name}" for name in names), filter="pop.message",
                           two_pass=two_pass)
        self.assertEqual(len(rows), len(KINDS))
        for kind, row in zip(KINDS, rows):
            with self.subTest(mail=kind.name):
                subject, sender, to, address, text, *attachments = row
                for told, expected in ((subject, kind.subject), (sender, kind.sender)):
                    if expected is not None:
                        self.assertEqual(told, [expected] if expected else [])
                for told, several in ((to, kind.to), (address, kind.addresses)):
                    if several is not None:
                        self.assertEqual(told, several)
                if kind.text is not None:
                    self.assertEqual("".join(text), kind.text.replace("\n", "\\n"))
                if kind.attachments is not None:
                    self.assertEqual(attachments, [
                        [name for name, _, _ in kind.attachments if name],
                        [media for _, media, _ in kind.attachments],
                        [str(len(octets)) for _, _, octets in kind.attachments],
                        [mail_kinds.digest(octets) for _, _, octets in kind.attachments]])

    def test_one_pass(self):
        self.check(two_pass=False)

    def test_two_passes(self):
        self.check(two_pass=True)


class Facts(FieldTest):
    def test_all_of_one(self):
        capture = self.capture(download([MAIL]))
        expected = {
            "length": [str(len(MAIL))], "complete": ["1"],
            "sha256": [hashlib.sha256(MAIL).hexdigest()], "subject": ["The invoice"],
            "from": ["Bob <Bob@Example.org>"], "date": [DATE],
            "message_id": ["<1@example.org>"], "to": ["a@b.test"], "cc": ["C <c@d.test>"],
            "address": ["bob@example.org", "a@b.test", "c@d.test"], "text": ["Your invoice is due\\n"],
            "attachment": ["1"], "attachment.name": ["Invoice.pdf.EXE"],
            "attachment.type": ["application/vnd.microsoft.portable-executable"],
            "attachment.size": ["6"], "attachment.sha256": [ATTACHED]}
        for name, values in expected.items():
            with self.subTest(field=name):
                self.assertEqual(self.of_message(capture, name), values)

    def test_without_a_date(self):
        """The value is 0, as the contract of fields that belong together wants; the tree says that there is none."""
        capture = self.capture(download([b"Subject: x\r\n\r\ny\r\n"]))
        tree = self.tshark(capture, "-O", "pop", "-Y", "pop.message")
        self.assertIn("[Date: none]\n", tree)
        self.assertNotIn("1970", tree)
        self.assertEqual(self.count(capture, 'pop.message.date == "1970-01-01 00:00:00"'), 1)

    def test_filters(self):
        capture = self.capture(download([b"Subject: x\r\n\r\ny\r\n", MAIL]))
        last, = self.values(capture, "frame.number", filter="pop.message == 2")
        for filter in ('pop.message.text contains "invoice"',
                       'pop.message.attachment.name matches "\\\\.(exe|js|scr)$"',
                       f'pop.message.attachment.sha256 == "{ATTACHED}"',
                       'pop.message.address == "bob@example.org"', 'pop.message.cc contains "C "',
                       'pop.message.date >= "2025-01-06 08:00:00"', "pop.message.attachment.size < 7",
                       'pop.message.attachment == "1"'):
            for two_pass in (False, True):
                with self.subTest(filter=filter, two_pass=two_pass):
                    rows = self.tshark(capture, "-Y", filter, two_pass=two_pass).splitlines()
                    self.assertEqual([row.split()[0] for row in rows], [last])

    def test_values_that_belong_together(self):
        """Several messages that end in one frame: the n-th values are those of the n-th message."""
        runs = captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\nRETR 2\r\nRETR 3\r\n"),
            ("S", b"".join(b"+OK\r\n" + mail + b".\r\n" for mail in
                           (b"From: a@b.test\r\n\r\n", b"Subject: two\r\n\r\n", MAIL))), *QUIT)
        row, = self.fields(self.capture(runs), *(f"pop.message.{name}" for name in ALWAYS),
                           filter="pop.message")
        self.assertEqual([len(values) for values in row], [3] * len(ALWAYS))
        self.assertEqual(row[3:5], [["", "two", "The invoice"],
                                    ["a@b.test", "", "Bob <Bob@Example.org>"]])

    def test_the_order_in_the_tree(self):
        tree, = (tree for tree in self.trees(self.capture(download([MAIL]))) if " pop.message " in tree)
        names = [line.split()[0] for line in tree.split("\n")]
        told = [name.removeprefix("pop.message.") for name in names
                if name.startswith("pop.message.") and name != "pop.message.data"]
        start = told.index("length")
        self.assertEqual(told[start:start + len(ALWAYS)], list(ALWAYS))

    def test_a_preview(self):
        head, _, body = MAIL.partition(b"\r\n\r\n")
        runs = captures.conversation(*LOGIN, ("C", b"TOP 1 3\r\n"),
                                     ("S", b"+OK\r\n" + head + b"\r\n\r\n" + body[:84] + b"\r\n.\r\n"))
        capture = self.capture(runs)
        self.assertEqual(self.of_message(capture, "from"), ["Bob <Bob@Example.org>"])
        self.assertEqual(self.of_message(capture, "text"), ["Your i"])

    def test_a_submitted_message(self):
        self.assertEqual(len(self.of_message(self.dialogue("xtnd-xmit"), "sha256")), 1)

    def test_a_message_that_breaks_off(self):
        mail = b"From: a@b.test\r\n\r\nthe beginning\r\n"
        runs = captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail))
        capture = self.capture(runs)
        for name, values in (("complete", ["0"]), ("sha256", []), ("from", ["a@b.test"]),
                             ("text", ["the beginning\\n"])):
            with self.subTest(field=name):
                self.assertEqual(self.of_message(capture, name, two_pass=True), values)

    def test_any_order(self):
        """Visited frames say the same in any order."""
        capture = self.capture(download([MAIL] * 3))
        with harness.Sharkd(self, capture) as sharkd:
            numbers = list(range(1, sharkd.frame_count() + 1))
            once = [sharkd.frame(number) for number in numbers]
            again = [sharkd.frame(number) for number in reversed(numbers)]
        self.assertEqual(once, list(reversed(again)))


class Preferences(FieldTest):
    def setUp(self) -> None:
        super().setUp()
        self.capture_file = self.capture(download([MAIL]))

    def told(self, *prefs: str) -> set[str]:
        names = (*ALWAYS, "to", "cc", "address", "text", "attachment")
        row, = self.fields(self.capture_file, *(f"pop.message.{name}" for name in names),
                           filter="pop.message", prefs=prefs)
        return {name for name, values in zip(names, row) if values}

    def test_contents(self):
        header = {*ALWAYS, "to", "cc", "address"}
        self.assertEqual(self.told(), {*header, "text", "attachment"})
        self.assertEqual(self.told("pop.contents:attachments"), {*header, "attachment"})
        self.assertEqual(self.told("pop.contents:header"), header)
        self.assertEqual(self.told("pop.contents:off"), {"length", "complete", "subject"})

    def test_the_longest_text(self):
        text = b"a" * 1023 + "ä".encode() + b"b" * 5000 + b"\r\n"
        capture = self.capture(download([b"Subject: x\r\n\r\n" + text]))
        for limit, length in ((1, 1023), (2, 2048), (64, 6026)):
            with self.subTest(limit=limit):
                value, = self.of_message(capture, "text", prefs=[f"pop.text_limit:{limit}"])
                self.assertEqual(len(value.replace("\\n", "\n").encode()), length)
                cut = self.count(capture, "pop.expert.contents_cut", prefs=[f"pop.text_limit:{limit}"])
                self.assertEqual(cut, int(limit < 64))


class KnownFiles(FieldTest):
    def setUp(self) -> None:
        super().setUp()
        self.capture_file = self.capture(download([MAIL, b"Subject: x\r\n\r\ny\r\n"]))

    def preference(self, *lines: str) -> list[str]:
        path = self.workplace.folder / "known.txt"
        path.write_text("".join(line + "\n" for line in lines))
        path.chmod(0o644)
        return [f"pop.known_files:{path}"]

    def told(self, prefs: Sequence[str], **options) -> list[str]:
        return self.values(self.capture_file, "_ws.expert.message", filter="pop.expert.known_file",
                           prefs=prefs, **options)

    def test_an_attachment_and_a_message(self):
        whole = hashlib.sha256(MAIL).hexdigest().upper()
        prefs = self.preference("# a list", f"{ATTACHED},Evil.A", f"{whole}  The mail", "0" * 64)
        for two_pass in (False, True):
            self.assertEqual(self.told(prefs, two_pass=two_pass),
                             ["On the list of known files: Evil.A",
                              "On the list of known files: The mail"])

    def test_without_a_name(self):
        self.assertEqual(self.told(self.preference(ATTACHED)), ["On the list of known files"])

    def test_the_expert_report_of_one_pass(self):
        """No tree is drawn for it."""
        text = self.tshark(self.capture_file, "-q", "-z", "expert",
                           prefs=self.preference(f"{ATTACHED} Evil.A"))
        self.assertIn("On the list of known files: Evil.A", text)

    def test_bad_lines_are_named(self):
        words = ["tshark", "-r", str(self.capture_file), "-Y", "pop.expert.known_file", "-o",
                 *self.preference("nonsense", f"{ATTACHED} Evil", "", "123", f"{ATTACHED}4")]
        done = self.workplace.run(*words)
        self.assertRegex(done.stderr.decode(), r"known\.txt, no SHA-256 begins line 1, 4, 5\.")
        self.assertEqual(len(done.stdout.decode().splitlines()), 1)

    def test_a_list_that_is_not_there(self):
        done = self.workplace.run("tshark", "-r", str(self.capture_file), "-o",
                                  "pop.known_files:/nowhere/list")
        self.assertIn("/nowhere/list", done.stderr.decode())

    def test_nobody_is_told_without_a_list(self):
        self.assertEqual(self.told(()), [])


class Hostile(FieldTest):
    """Bounded time, an expert item, and nothing lost of the rest."""

    def check(self, mail: bytes, *cut: str) -> None:
        mails = [mail, b"Subject: behind\r\n\r\nit\r\n"]
        capture = self.capture(download(mails), captures.by_size(60000))
        self.assertEqual(self.of_message(capture, "subject"), ["x", "behind"])
        told = self.values(capture, "pop.message.number", filter="pop.expert.contents_cut")
        self.assertEqual(sorted(set(told)), list(cut))

    def test_a_megabyte_of_nested_parts(self):
        mail = b"Subject: x\r\n"
        for i in range(14000):
            mail += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
        self.assertGreater(len(mail), 1_000_000 * 0.7)
        self.check(mail + b"\r\nx\r\n")

    def test_a_megabyte_of_parts(self):
        parts = b"--b\r\n\r\nx\r\n" * 110_000
        self.check(b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts, "1")

    def test_a_hundred_thousand_addresses(self):
        to = b"".join(b" a%d@example.org,\r\n" % i for i in range(100_000))
        self.check(b"To:" + to + b"Subject: x\r\n\r\nx\r\n", "1")

    def test_an_encoded_word_of_ten_megabytes(self):
        self.check(b"Subject: x\r\nFrom: =?utf-8?Q?" + b"a" * 10_000_000 + b"?=\r\n\r\nx\r\n", "1")

    def test_fifty_megabytes_of_tags(self):
        self.check(b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"<b>\r\n" * 10_000_000 + b"x\r\n", "1")


if __name__ == "__main__":
    unittest.main()
