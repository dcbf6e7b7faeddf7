"""What a mail says, decoded: against how the mails were put together, and against Python's email package.
Every difference from Python is explained, mail by mail, in tests/tools/mail_kinds.py.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import email
import email.policy
import email.utils
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
import mail_kinds  # from tests/tools

KINDS = mail_kinds.all_kinds()


def records(output: bytes) -> list[tuple[str, str]]:
    """The records that pop_mail prints: "name octets", the text, a line end."""
    found, at = [], 0
    while at < len(output):
        end = output.index(b"\n", at)
        name, size = output[at:end].split()
        text = output[end + 1:end + 1 + int(size)]
        found.append((name.decode(), text.decode()))
        at = end + 1 + int(size) + 1
    return found


class Told:
    """What the plugin's decoders say of one mail."""

    def __init__(self, told: list[tuple[str, str]]) -> None:
        self.values: dict[str, list[str]] = collections.defaultdict(list)
        for name, text in told:
            self.values[name].append(text)

    def one(self, name: str) -> str:
        value, = self.values[name]
        return value

    def attachments(self) -> list[tuple[str, str, str]]:
        return list(zip(self.values["name"], self.values["type"], self.values["sha256"]))


def told_of(mails: list[bytes]) -> list[Told]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(i) for i in range(len(mails))]
        for path, octets in zip(paths, mails):
            path.write_bytes(octets)
        output = subprocess.run([os.environ["POP_MAIL"], *paths], capture_output=True,
                                check=True).stdout
    told: list[Told] = []
    under_way: list[tuple[str, str]] = []
    for record in records(output):
        if record[0] == "end":
            told.append(Told(under_way))
            under_way = []
        else:
            under_way.append(record)
    return told


# --- Python's reading of the same mail ------------------------------------------------------------------

def clean(text: str) -> str:
    return " ".join(str(text).split())


def python_addresses(message: email.message.EmailMessage, *names: str) -> list[tuple[str, str]]:
    return [(clean(one.display_name), one.addr_spec) for name in names
            for field in message.get_all(name, []) for one in field.addresses]


def python_text(message: email.message.EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    return "" if body is None else body.get_content()


def python_attachments(message: email.message.EmailMessage) -> list[tuple[str, str, str]]:
    found = []
    for part in message.walk():
        if part.is_multipart():
            continue
        is_text = part.get_content_maintype() == "text"
        if part.is_attachment() or part.get_filename() or not is_text:
            found.append((part.get_filename() or "", part.get_content_type(),
                          mail_kinds.digest(part.get_payload(decode=True))))
    return found


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


class Kinds(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.told = told_of([kind.octets for kind in KINDS])

    def each(self, check) -> None:
        for kind, told in zip(KINDS, self.told):
            with self.subTest(mail=kind.name):
                check(kind, told)

    def test_there_are_many(self):
        self.assertEqual(len(self.told), len(KINDS))
        self.assertGreaterEqual(len(KINDS), 120)
        self.assertEqual(len({kind.name for kind in KINDS}), len(KINDS))

    def check_made(self, kind: mail_kinds.Kind, told: Told) -> None:
        for name, expected in (("subject", kind.subject), ("from", kind.sender)):
            if expected is not None:
                self.assertEqual(told.one(name), expected)
        if kind.text is not None:
            self.assertEqual(told.one("text"), kind.text)
        for name, several in (("to", kind.to), ("address", kind.addresses)):
            if several is not None:
                self.assertEqual(told.values[name], several)
        if kind.attachments is not None:
            self.assertEqual(told.attachments(), [(name, media, mail_kinds.digest(octets))
                                                  for name, media, octets in kind.attachments])

    def test_as_they_were_put_together(self):
        self.each(self.check_made)

    # --- Against Python ---

    def compare(self, kind: mail_kinds.Kind, field: str, ours, pythons) -> None:
        """Where the table says that they differ, they do: a reason that no longer holds is a fault too."""
        with self.subTest(field=field):
            if field in kind.differs:
                self.assertNotEqual(ours, pythons, kind.differs[field])
            else:
                self.assertEqual(ours, pythons)

    def check_python(self, kind: mail_kinds.Kind, told: Told) -> None:
        message = email.message_from_bytes(kind.octets, policy=email.policy.default)
        self.compare(kind, "subject", told.one("subject"), clean(message["Subject"] or ""))
        self.compare(kind, "to", told.values["to"],
                     [f"{name} <{address}>" if name else address
                      for name, address in python_addresses(message, "To")])
        self.compare(kind, "text", trimmed(told.one("text")), trimmed(python_text(message)))
        self.compare(kind, "attachments", told.attachments(), python_attachments(message))

    def test_as_python_reads_them(self):
        self.each(self.check_python)

    def check_date(self, kind: mail_kinds.Kind, told: Told) -> None:
        date = email.message_from_bytes(kind.octets)["Date"]
        if date is not None:
            expected = email.utils.parsedate_to_datetime(date).timestamp()
            self.assertEqual(int(told.one("date")), expected)

    def test_dates(self):
        self.each(self.check_date)


if __name__ == "__main__":
    unittest.main()
