"""File > Export Objects > POP: mails and attachments come out octet by octet, under safe names.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import binascii
import collections
import email
import email.message
import hashlib
import random
import re
import shutil
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence

import harness
from harness import captures
import mails  # from tests/tools
from test_mails import stuffed

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"

LOGIN = [("S", b"+OK ready\r\n"), ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"),
         ("C", b"PASS b\r\n"), ("S", b"+OK\r\n")]
QUIT = [("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n")]

# "27-3.1 (incomplete) name": frame, message, attachment, mark, name. "27-3.1.2": in an attached mail.
FILE_NAME = re.compile(r"(?P<frame>\d+)(?:-(?P<message>\d+|sent))?(?:~\d+)?(?:\.(?P<part>[\d.]+))?"
                       r"(?: \((?P<mark>incomplete|uncertain|preview|damaged|attachments left out)\))?"
                       r"(?: (?P<name>.*))?", re.DOTALL)


def digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def digests(contents: Iterable[bytes]) -> collections.Counter:
    return collections.Counter(digest(octets) for octets in contents)


def download(contents: Sequence[bytes]) -> list[captures.Run]:
    body = [speech for i, mail in enumerate(contents, 1)
            for speech in (("C", b"RETR %d\r\n" % i), ("S", b"+OK\r\n" + stuffed(mail) + b".\r\n"))]
    return captures.conversation(*LOGIN, *body, *QUIT)


def is_mail(name: str) -> bool:
    return FILE_NAME.fullmatch(name)["part"] is None


def place(part: Optional[str]) -> list[int]:
    """An attachment's place in its mail: "2.1" comes behind "2", and before "10"."""
    return [int(number) for number in (part or "0").split(".")]


def by_message(exported: dict[str, bytes]) -> dict[str, list[tuple[str, bytes]]]:
    """Of each message the names and contents, itself first, then its attachments in order."""
    found: dict[str, list] = collections.defaultdict(list)
    for name, octets in exported.items():
        match = FILE_NAME.fullmatch(name)
        found[match["message"]].append((place(match["part"]), match["name"], octets))
    return {message: [row[1:] for row in sorted(rows)] for message, rows in found.items()}


def safe(name: str) -> str:
    return re.sub(r'[<>:"/\\|?*]', "_", name)


class RandomMails(harness.CaptureTest):
    """Mails of every encoding, nesting and way to name: what comes out is what went in."""
    COUNT = 120

    def setUp(self) -> None:
        super().setUp()
        source = random.Random(2045)
        self.mails = [mails.mail(source, f"mail {i}") for i in range(1, self.COUNT + 1)]
        for mail in self.mails:
            if not mail.octets.endswith(b"\r\n"):
                mail.octets += b"\r\n"  # as POP3 ends every line
        self.capture_file = self.capture(download([mail.octets for mail in self.mails]),
                                         captures.by_size(1460))

    def check(self, exported: dict[str, bytes]) -> None:
        found = by_message(exported)
        self.assertEqual(len(found), self.COUNT)
        for i, mail in enumerate(self.mails, 1):
            with self.subTest(mail=i):
                (name, octets), *attachments = found[str(i)]
                self.assertEqual(name, f"mail {i}.eml")
                self.assertEqual(digest(octets), digest(mail.octets))
                self.assertEqual([digest(content) for _, content in attachments],
                                 [attachment.digest() for attachment in mail.attachments])
                self.assertEqual([name for name, _ in attachments],
                                 [safe(attachment.name or "unnamed.jpg")
                                  for attachment in mail.attachments])

    def test_one_pass(self):
        self.check(self.export("pop", self.capture_file))

    def test_two_passes(self):
        self.check(self.export("pop", self.capture_file, two_pass=True))

    def test_the_mails_alone(self):
        exported = self.export("pop", self.capture_file)
        self.assertEqual(digests(octets for name, octets in exported.items() if is_mail(name)),
                         digests(mail.octets for mail in self.mails))


# --- The samples, by another decoder -----------------------------------------------------------------

def uuencoded_files(text: bytes) -> Iterator[bytes]:
    for body in re.findall(rb"(?m)^begin [0-7]{3,4} [^\r\n]*\r?\n(.*?)^end", text, re.DOTALL):
        yield b"".join(binascii.a2b_uu(line) for line in body.split(b"\n") if line.strip())


def attachments_of(part: email.message.Message) -> Iterator[Optional[bytes]]:
    """As Python's email package has them; None: what Python takes apart and does not keep as it
    was."""
    if part.get_content_maintype() == "message" and part.is_multipart():
        yield None
    if part.get_content_type() == "message/delivery-status":
        return
    if part.is_multipart():
        for inner in part.get_payload():
            yield from attachments_of(inner)
    elif part.get_content_disposition() == "attachment" or part.get_filename() \
            or part.get_content_maintype() != "text":
        yield part.get_payload(decode=True)
    else:
        yield from uuencoded_files(part.get_payload(decode=True))


class Samples(harness.CaptureTest):
    def sample(self, name: str) -> Path:
        path = self.workplace.folder / f"{name}.pcapng.gz"
        shutil.copy(SAMPLES / path.name, path)
        path.chmod(0o644)
        return path

    def check_attachments(self, mail: bytes, found: list[bytes]) -> None:
        expected = list(attachments_of(email.message_from_bytes(mail)))
        self.assertEqual(len(found), len(expected))
        for octets, wanted in zip(found, expected):
            if wanted is None:
                self.assertIn(octets, mail)
            else:
                self.assertEqual(digest(octets), digest(wanted))

    def check_sample(self, name: str, exported: dict[str, bytes]) -> int:
        listing = (SAMPLES / f"{name}.sha256").read_text().splitlines()
        whole = {file: octets for file, octets in exported.items()
                 if is_mail(file) and FILE_NAME.fullmatch(file)["mark"] is None}
        self.assertEqual(digests(whole.values()),
                         collections.Counter(line.split()[0] for line in listing))
        for file, mail in whole.items():
            label = file.split(" ")[0]
            self.check_attachments(mail, [octets for other, octets in exported.items()
                                          if other.startswith(label + ".")])
        return len(exported) - len(whole)

    def test_all(self):
        names = sorted(listing.stem for listing in SAMPLES.glob("*.sha256"))
        attachments = 0
        with ThreadPoolExecutor(2) as pool:
            exports = pool.map(lambda name: self.export("pop", self.sample(name)), names)
            for name, exported in zip(names, exports):
                with self.subTest(sample=name):
                    attachments += self.check_sample(name, exported)
        self.assertGreaterEqual(attachments, 12)


# --- What is listed, and how -----------------------------------------------------------------------

class Listing(harness.CaptureTest):
    def names(self, runs: list[captures.Run], cut: captures.Cutter = captures.whole,
              **options) -> list[str]:
        capture = self.capture(runs, cut, captures.Options(**options))
        one, two = (self.export("pop", capture, two_pass=two_pass) for two_pass in (False, True))
        self.assertEqual(one, two)
        return list(one)

    def rows(self, capture: Path) -> list[dict]:
        with harness.Sharkd(self, capture) as sharkd:
            return sharkd.ask("tap", tap0="eo:pop")["taps"][0]["objects"]

    def test_the_columns(self):
        runs = captures.conversation(
            *LOGIN, ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 abc\r\n2 d:e\r\n.\r\n"),
            ("C", b"RETR 2\r\n"), ("S", b"+OK\r\nSubject: Lunch?\r\n\r\nx\r\n.\r\n"), *QUIT)
        row, = self.rows(self.capture(runs))
        self.assertEqual((row["hostname"], row["type"], row["filename"], row["len"]),
                         ("alice@192.0.2.110, message 2, unique-id d:e", "message/rfc822",
                          "12-2 Lunch_.eml", 22))

    def test_a_known_file_is_listed_so(self):
        """Under its name on the list, which is not fit for a file's; with the other mark, where it has one."""
        listing = self.workplace.folder / "known.txt"
        listing.write_text(digest(b"Cat") + " The cat: a/b\n")
        uuencoded = b"begin 644 cat\r\n#0V%T\r\n`\r\nend\r\n"
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nSubject: x\r\n\r\n" + uuencoded + b".\r\n"),
            ("C", b"TOP 1 9\r\n"), ("S", b"+OK\r\nSubject: x\r\n\r\n" + uuencoded + b".\r\n")))
        self.assertEqual(set(self.export("pop", capture, [f"pop.known_files:{listing}"])),
                         {"10-1 x.eml", "10-1.1 (known) cat", "12-1 (preview) x.eml",
                          "12-1.1 (preview, known) cat"})
        with harness.Sharkd(self, capture) as sharkd:
            sharkd.ask("setconf", name="pop.known_files", value=str(listing))
            sharkd.load(capture)
            rows = sharkd.ask("tap", tap0="eo:pop")["taps"][0]["objects"]
        self.assertEqual([row["type"] for row in rows if row["filename"].endswith("cat")],
                         ["application/octet-stream (known: The cat: a/b)",
                          "application/octet-stream (preview, known: The cat: a/b)"])

    def test_a_mail_that_breaks_off_is_listed_so(self):
        mail = b"Subject: long\r\n\r\n" + b"line\r\n" * 1000
        runs = captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail))
        name, = self.names(runs, captures.by_size(1000))
        self.assertEqual(FILE_NAME.fullmatch(name).group("mark", "name"),
                         ("incomplete", "long.eml"))
        row, = self.rows(self.capture(runs, captures.by_size(1000)))
        self.assertEqual(row["type"], "message/rfc822 (incomplete)")

    def test_several_that_break_off_come_in_their_order(self):
        mail = b"+OK\r\nSubject: %d\r\n\r\nx\r\n"
        conversations = [(captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"), ("S", mail % i)),
                          captures.Options(client_port=40000 + i)) for i in range(5)]
        path = self.file_for_capture()
        captures.capture_several(path, conversations)
        exported = self.export("pop", path)
        self.assertEqual(len(exported), 5)
        self.assertEqual(exported, self.export("pop", path, two_pass=True))

    def test_a_mail_with_a_gap_is_listed_so(self):
        mail = b"Subject: long\r\n\r\n" + b"line\r\n" * 1000
        names = self.names(download([mail, b"Subject: b\r\n\r\n"]), captures.by_size(1000),
                           drop=(10,))
        self.assertEqual([FILE_NAME.fullmatch(name).group("message", "mark", "name")
                          for name in names],
                         [("1", "incomplete", "long.eml"), ("2", None, "b.eml")])

    def test_what_is_decoded_only_at_the_end(self):
        """Octets are missing, and nothing says that they will not come any more."""
        mail = b"Subject: long\r\n\r\n" + b"line\r\n" * 1000
        names = self.names(download([mail, b"Subject: b\r\n\r\n"]), captures.by_size(1000),
                           drop=(10,), finish=False)
        self.assertEqual([FILE_NAME.fullmatch(name).group("message", "mark", "name")
                          for name in names],
                         [("1", "incomplete", "long.eml"), ("2", None, "b.eml")])

    def test_what_is_decoded_only_at_the_end_behind_a_repetition(self):
        mail = b"Subject: long\r\n\r\n" + b"line\r\n" * 1000
        segments = 6 + 7 + 4  # of the login, the first mail, and what is behind it
        names = self.names(download([mail, b"Subject: b\r\n\r\n"]), captures.by_size(1000),
                           drop=(10,), finish=False, repeat=(segments,))
        self.assertEqual([FILE_NAME.fullmatch(name).group("message", "name") for name in names],
                         [("1", "long.eml"), ("2", "b.eml")])

    def test_a_reply_doubted_later_is_listed_so(self):
        """The capture begins where a command waits, and only the end shows it."""
        names = self.names([captures.Run("C", b"RETR 2\r\n"),
                            captures.Run("S", b"+OK\r\nSubject: a\r\n\r\n.\r\n"),
                            captures.Run("C", b"QUIT\r\n"),
                            captures.Run("S", b"+OK\r\nSubject: b\r\n\r\n.\r\n+OK\r\n")],
                           handshake=False)
        self.assertEqual([FILE_NAME.fullmatch(name).group("message", "mark", "name")
                          for name in names],
                         [("2", "uncertain", "a.eml"), (None, None, "b.eml")])

    def test_a_preview_is_listed_so(self):
        runs = captures.conversation(*LOGIN, ("C", b"TOP 3 0\r\n"),
                                     ("S", b"+OK\r\nSubject: a\r\n\r\n.\r\n"), *QUIT)
        self.assertEqual(self.names(runs), ["10-3 (preview) a.eml"])

    def test_a_submitted_mail(self):
        names = list(self.export("pop", self.dialogue("xtnd-xmit")))
        self.assertEqual([FILE_NAME.fullmatch(name).group("message", "mark") for name in names],
                         [("sent", None)])

    def test_older_versions(self):
        for name, count in (("pop2-rfc937-example-1", 2), ("pop1-rfc918-scenario", 1)):
            with self.subTest(dialogue=name):
                dialogue = self.dialogue(name)
                self.assertEqual(sorted(self.export("pop", dialogue).values()),
                                 sorted(self.export_imf(dialogue).values()))
                self.assertEqual(len(self.export("pop", dialogue)), count)

    def test_mails_without_a_subject_and_without_anything(self):
        runs = download([b"From: a@example.org\r\n\r\nx\r\n", b""])
        self.assertEqual([name.split(" ", 1)[1] for name in self.names(runs)],
                         ["no subject.eml", "no subject.eml"])

    def test_a_subject_is_decoded_and_made_safe(self):
        runs = download([b"Subject: =?utf-8?B?w4RyZ2VyL1dhcz8=?= ../x\r\n\r\n"])
        self.assertEqual([name.split(" ", 1)[1] for name in self.names(runs)],
                         ["Ärger_Was_ .._x.eml"])

    def test_the_same_mail_many_times_in_one_frame(self):
        count = 2000
        runs = captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\n" * count), ("S", b"+OK\r\nSubject: x\r\n\r\n.\r\n" * count))
        exported = self.export("pop", self.capture(runs, captures.by_size(60000)))
        self.assertEqual(len(exported), count)

    def test_imf_beside_it(self):
        capture = self.capture(download([b"Subject: x\r\n\r\nabc\r\n"]))
        folders = [self.workplace.folder / "out" / kind for kind in ("imf", "pop")]
        self.tshark(capture, "-q", "--export-objects", f"imf,{folders[0]}",
                    "--export-objects", f"pop,{folders[1]}")
        contents = [[path.read_bytes() for path in folder.iterdir()] for folder in folders]
        self.assertEqual(contents, [[b"Subject: x\r\n\r\nabc\r\n"]] * 2)

    def test_twice_in_one_program(self):
        capture = self.capture(download([b"Subject: x\r\n\r\nabc\r\n"]))
        with harness.Sharkd(self, capture) as sharkd:
            for _ in range(2):
                taps = sharkd.ask("tap", tap0="eo:pop")["taps"]
                self.assertEqual(len(taps[0]["objects"]), 1)


class Filter(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        self.capture_file = self.capture(
            download([b"From: %s\r\nSubject: %s\r\n\r\nx\r\n" % (sender, subject)
                      for sender, subject in ((b"bob@example.org", b"one"),
                                              (b"eve@example.org", b"two"))]))

    def names(self, filter: str, two_pass: bool = False) -> list[str]:
        exported = self.export("pop", self.capture_file, [f"pop.export_filter:{filter}"], two_pass)
        return [FILE_NAME.fullmatch(name)["name"] for name in exported]

    def test_fields_of_pop_and_of_the_mail(self):
        for filter, expected in (("", ["one.eml", "two.eml"]),
                                 ("pop.message.number == 2", ["two.eml"]),
                                 ('imf.from contains "bob"', ["one.eml"]),
                                 ('pop.message.subject == "two" && pop.session.user == "alice"',
                                  ["two.eml"]),
                                 ("udp", [])):
            for two_pass in (False, True):
                with self.subTest(filter=filter, two_pass=two_pass):
                    self.assertEqual(self.names(filter, two_pass), expected)

    def test_a_mail_that_breaks_off(self):
        runs = captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nSubject: a\r\n"))
        capture = self.capture(runs)
        for filter, count in (("pop.message.number == 1", 1), ("pop.message.number == 2", 0)):
            exported = self.export("pop", capture, [f"pop.export_filter:{filter}"])
            self.assertEqual(len(exported), count)

    def test_an_invalid_filter_exports_nothing_and_says_so(self):
        folder = self.workplace.folder / "out" / "none"
        done = self.workplace.run(
            "tshark", "-q", "-r", str(self.capture_file), "-o", "pop.export_filter:pop.nonsense ==",
            "--export-objects", f"pop,{folder}")
        self.assertIn("pop.export_filter", done.stderr.decode())
        self.assertEqual(list(folder.iterdir()), [])


# --- Mails that want to do harm --------------------------------------------------------------------

def multipart(parts: Iterable[bytes]) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + body + b"--b--\r\n"


def attached(field: bytes, content: bytes = b"abc") -> bytes:
    return b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; " \
        + field + b"\r\n\r\n" + content


class Hostile(harness.CaptureTest):
    def exported(self, mail: bytes) -> dict[str, bytes]:
        return self.export("pop", self.capture(download([mail]), captures.by_size(60000)))

    def attachments(self, mail: bytes) -> list[tuple[Optional[str], str, bytes]]:
        """Mark, name and octets of each attachment in order; the mail itself must be there."""
        exported = self.exported(mail)
        self.assertEqual([octets for name, octets in exported.items() if is_mail(name)], [mail])
        matches = [(FILE_NAME.fullmatch(name), octets) for name, octets in exported.items()]
        return [(*match.group("mark", "name"), octets)
                for match, octets in sorted(matches, key=lambda row: place(row[0]["part"]))
                if match["part"] is not None]

    def test_names(self):
        names = (
            (b'filename="../../../tmp/evil"', ".._.._.._tmp_evil"),
            (b'filename="..\\\\..\\\\evil"', ".._.._evil"),
            (b'filename="/etc/passwd"', "_etc_passwd"),
            (b'filename=""', "unnamed.bin"),
            (b'filename="NUL"', "NUL"), (b"filename=con.txt", "con.txt"),  # behind "27-3.1 "
            (b"filename*=utf-8''a%E2%80%AEfdp.exe", "a_fdp.exe"),  # turns the writing around
            (b"filename*=utf-8''%E2%80%8B%EF%BB%BF%C2%ADx", "___x"),  # nobody sees them
            (b"filename*=utf-8''a%00b%0Ac", "a\ufffdb_c"),  # what stands behind a NUL is not hidden
            (b"filename*=utf-8''a%0Ab", "a_b"),
            (b"filename*=utf-8''%FF%FE.txt", "ÿþ.txt"),
            (b'filename="x.txt...  "', "x.txt"))
        found = self.attachments(multipart(attached(field) for field, _ in names))
        self.assertEqual(found, [(None, expected, b"abc") for _, expected in names])

    def test_long_names(self):
        for name in ("x" * 300, "あ" * 100):
            field = b'filename="' + name.encode() + b'.pdf"'
            exported = self.exported(multipart([attached(field)]))
            attachment, = (name for name in exported if not is_mail(name))
            self.assertRegex(attachment, r"\.1 (x{100,}|あ{50,})\.pdf$")
            self.assertIn(len(attachment.encode()), (198, 199, 200))

    def test_broken_base64(self):
        part = b"Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        contents = ((b"YWJj*ZGVm", b"abcdef"), (b"YWJjZ", b"abc"), (b"!!!!", b""))
        found = self.attachments(multipart([*(part + content for content, _ in contents),
                                            attached(b"filename=whole.bin")]))
        self.assertEqual(found, [*(("damaged", "x.png", octets) for _, octets in contents),
                                 (None, "whole.bin", b"abc")])

    def test_a_uuencoded_file_without_its_end(self):
        mail = b"Subject: x\r\n\r\nbegin 644 cat\r\n#0V%T\r\n"
        self.assertEqual(self.attachments(mail), [("damaged", "cat", b"Cat")])

    def test_fifty_thousand_parts(self):
        mail = multipart([attached(b"filename=x")] * 50000)
        marks = collections.Counter(FILE_NAME.fullmatch(name)["mark"]
                                    for name in self.exported(mail))
        self.assertEqual(marks, {"attachments left out": 1, None: 10000})

    def test_a_thousand_levels(self):
        mail = b"Subject: x\r\n"
        for i in range(1000):
            mail += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
        mail += attached(b"filename=deep") + b"\r\n"
        self.assertEqual(self.attachments(mail), [(None, "deep", b"abc\r\n")])

    def test_a_thousand_mails_in_each_other(self):
        mail = b"Content-Type: message/rfc822\r\n\r\n" * 1000 + attached(b"filename=deep", b"abc\r\n")
        *outer, last = self.attachments(mail)
        self.assertEqual(last, (None, "deep", b"abc\r\n"))
        self.assertEqual(len(outer), 8)

    def test_deeper_than_anything_is_cut(self):
        mail = b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"Subject: x\r\n\r\n"
        self.assertLess(len(self.attachments(mail)), 100)

    def test_fields_that_would_end_a_parser(self):
        fields = (b"To: " + b"a:" * 300000, b"To: " + b"(" * 300000,
                  b"Content-Type: text/plain" + b"; a=b" * 50000,
                  b"Content-Type: " + b"(" * 60000,
                  b"Content-Type: x/y" + b"".join(b"; name*%d=x" % i for i in range(3000)),
                  b"X:" + b"\0" * 1000)
        for field in fields:
            with self.subTest(field=field[:40]):
                mail = b"Content-Type: message/rfc822\r\n\r\n" + field + b"\r\n\r\nabc"
                found = self.attachments(multipart([mail, attached(b"filename=whole")]))
                self.assertEqual(found[0][2], field + b"\r\n\r\nabc")
                self.assertEqual(found[-1], (None, "whole", b"abc"))

    def test_a_boundary_that_is_everywhere(self):
        mail = multipart([]) + b"--b\r\n" * 200000 + b"--b--\r\n"
        self.assertEqual(self.attachments(mail), [])


if __name__ == "__main__":
    unittest.main()
