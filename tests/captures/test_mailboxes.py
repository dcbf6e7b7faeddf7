"""The mails of a capture as an mbox and as a Maildir: what other programs find in them.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import email
import hashlib
import mailbox
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Iterable, Sequence

import harness
from harness import captures
from test_export_pop import LOGIN, QUIT, download

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"
FORMS = {"mbox": mailbox.mbox, "maildir": mailbox.Maildir}

MAILS = [b"From: Bob <bob@example.org>\r\nSubject: one\r\n\r\nFrom here\r\n>From there\r\nx\r\n",
         b"Subject: two\r\n\r\n\r\nFrom\r\n\r\n", b"Subject: three\r\n\r\n\xE4\r\n"]


def with_line_feeds(mail: bytes) -> bytes:
    return mail.replace(b"\r\n", b"\n")


def digests(mails: Iterable[bytes]) -> list[str]:
    """Of mails that may be too long to be told in full."""
    return sorted(hashlib.sha256(mail).hexdigest() for mail in mails)


class MailboxTest(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        self.folder = Path(tempfile.mkdtemp(dir=self.workplace.folder / "out"))
        self.folder.chmod(0o777)

    def written(self, capture: Path, form: str, filter: str = "", prefs: Sequence[str] = (),
                **options) -> Path:
        path = Path(tempfile.mkdtemp(dir=self.folder)) / "box"
        path.parent.chmod(0o777)
        self.tshark(capture, "-q", "-z", f"pop,{form},{path}" + (f",{filter}" if filter else ""),
                    prefs=prefs, **options)
        return path

    def found(self, capture: Path, form: str, **options) -> list[bytes]:
        """The mails as Python's mailbox has them; of an mbox, one ">" is taken from the lines "From "."""
        box = FORMS[form](self.written(capture, form, **options), create=False)
        mails = [box.get_bytes(key) for key in sorted(box.keys())]
        box.close()
        if form == "mbox":
            return [re.sub(rb"(?m)^>(>*From )", rb"\1", mail) for mail in mails]
        return mails

    def sample(self, name: str) -> Path:
        path = self.workplace.folder / f"{name}.pcapng.gz"
        shutil.copy(SAMPLES / path.name, path)
        path.chmod(0o644)
        return path


class Contents(MailboxTest):
    def test_each_mail_as_it_was(self):
        capture = self.capture(download(MAILS))
        for form in FORMS:
            for two_pass in (False, True):
                with self.subTest(form=form, two_pass=two_pass):
                    self.assertEqual(self.found(capture, form, two_pass=two_pass),
                                     [with_line_feeds(mail) for mail in MAILS])

    def test_the_lines_from_of_an_mbox(self):
        text = self.written(self.capture(download(MAILS)), "mbox").read_bytes()
        starts = re.findall(rb"(?m)^From (\S+) (.*)$", text)
        self.assertEqual([sender for sender, _ in starts],
                         [b"bob@example.org", b"MAILER-DAEMON", b"MAILER-DAEMON"])
        self.assertIn(b"\n>From here\n>>From there\n", text)
        self.assertEqual({date[-4:] for _, date in starts}, {b"2001"})  # the capture's, not the mail's
        for _, date in starts:
            self.assertRegex(date, rb"^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$")

    def test_samples(self):
        for name in ("mail-zoo", "big-mail"):
            capture = self.sample(name)
            exported = [octets for file, octets in self.export("pop", capture).items()
                        if re.match(r"\d+-\d+ ", file)]
            for form in FORMS:
                with self.subTest(sample=name, form=form):
                    self.assertEqual(digests(self.found(capture, form)),
                                     digests(map(with_line_feeds, exported)))

    def test_a_filter(self):
        capture = self.capture(download(MAILS))
        self.assertEqual(self.found(capture, "mbox", filter='pop.message.subject == "two"'),
                         [with_line_feeds(MAILS[1])])

    def test_forgetful_tshark(self):
        """tshark -M reads the capture in several readings; each adds its mails."""
        path = self.folder / "forgetful"
        self.tshark(self.capture(download(MAILS)), "-M", "20", "-q", "-z", f"pop,mbox,{path}")
        self.assertEqual(path.read_bytes().count(b"\nSubject: "), len(MAILS))


class Marks(MailboxTest):
    NAMES = ("State", "Frames", "User", "Unique-ID", "SHA256")

    def blocks(self, capture: Path, form: str = "mbox", **options) -> list[list[str]]:
        return [[email.message_from_bytes(mail)[f"X-POP-Capture-{name}"] for name in self.NAMES]
                for mail in self.found(capture, form, **options)]

    def test_only_where_it_is_asked_for(self):
        runs = captures.conversation(
            *LOGIN, ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 ab\x01c\r\n.\r\n"), ("C", b"RETR 1\r\n"),
            ("S", b"+OK\r\n" + MAILS[2] + b".\r\n"), *QUIT)
        capture = self.capture(runs)
        frame, = self.values(capture, "frame.number", filter="pop.message")
        for form in FORMS:
            self.assertEqual(self.blocks(capture, form), [[None] * 5])
            self.assertEqual(self.blocks(capture, form, prefs=["pop.mailbox_block:TRUE"]),
                             [["complete", f"{frame}-{frame}", "alice", "ab c",
                               hashlib.sha256(MAILS[2]).hexdigest()]])

    def test_what_is_not_whole_is_marked(self):
        head = b"Subject: x\r\n\r\n"
        runs = captures.conversation(
            *LOGIN, ("C", b"TOP 1 0\r\n"), ("S", b"+OK\r\n" + head + b".\r\n"),
            ("C", b"RETR 2\r\n"), ("S", b"+OK\r\n" + head + b"the beginning\r\n"))
        capture = self.capture(runs)
        states = [block[0] for block in self.blocks(capture)]
        self.assertEqual(states, ["preview", "incomplete"])
        names = [path.name for path in (self.written(capture, "maildir") / "new").iterdir()]
        self.assertEqual(sorted(name.rsplit(".", 1)[1] for name in names), ["incomplete", "preview"])

    def test_without_previews(self):
        runs = captures.conversation(*LOGIN, ("C", b"TOP 1 0\r\n"),
                                     ("S", b"+OK\r\nSubject: x\r\n\r\n.\r\n"), *QUIT)
        self.assertEqual(self.found(self.capture(runs), "mbox", prefs=["pop.decode_top:FALSE"]), [])

    def test_names_come_from_the_capture(self):
        evil = b"Message-ID: <../../evil>\r\nSubject: ../../evil:2,S\r\n\r\nx\r\n"
        folder = self.written(self.capture(download([evil, evil])), "maildir")
        for path in (folder / "new").iterdir():
            self.assertRegex(path.name, r"^\d+\.M\d{6}S\d+F\d+N\d+\.complete$")
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["cur", "new", "tmp"])

    def test_a_known_file(self):
        listing = self.workplace.folder / "list"
        listing.write_text(hashlib.sha256(MAILS[0]).hexdigest() + " Evil\n")
        mail, = self.found(self.capture(download(MAILS[:1])), "mbox", prefs=[
            "pop.mailbox_block:TRUE", f"pop.known_files:{listing}"])
        self.assertEqual(email.message_from_bytes(mail)["X-POP-Capture-Known-As"], "Evil")


class Words(MailboxTest):
    def said(self, words: str) -> str:
        done = subprocess.run(
            self.workplace.command("tshark", "-q", "-r", str(self.capture([])), "-z", words),
            env=self.workplace.environment(), capture_output=True, text=True,
            cwd=self.workplace.folder / "out")
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def test_mistakes_are_told(self):
        self.assertIn("a path must follow", self.said("pop,mbox"))
        self.assertIn("a path must follow", self.said("pop,maildir,,pop"))
        self.assertIn("/nowhere/box: No such file or directory", self.said("pop,mbox,/nowhere/box"))
        self.assertIn("pop.nonsense", self.said("pop,mbox,box,pop.nonsense == 1"))


if __name__ == "__main__":
    unittest.main()
