"""The sample captures: real servers, real clients. The mails come out whole, replies find their
commands, both passes agree; and what the samples show of the fields is written down.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import hashlib
import re
import shutil
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
from test_passes import AT_THE_END, BROKEN_OFF

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"
NAMES = sorted(path.name.split(".")[0] for path in SAMPLES.glob("*.pcapng.gz"))
FIELDS_IN_NO_SAMPLE = Path(__file__).resolve().parent / "fields-in-no-sample.txt"

# Mails that are exported beside those that were fetched whole.
MORE_MAILS = {
    "errors-dovecot": 1, "errors-mailutils": 1, "errors-popa3d": 1, "typed-with-telnet": 1,  # TOP
    "server-courier": 1, "server-cyrus": 1, "server-dovecot": 1, "server-mailutils": 1,  # TOP
    "server-popa3d": 1, "server-solid-pop3d": 1, "story-who-deleted-it": 5, "top-preview": 7,  # TOP
    "server-dovecot-24": 1, "server-tcllib": 1, "server-twisted": 1, "client-alpine": 3,  # TOP
    "client-mailfilter": 3, "client-movemail": 3, "client-neomutt": 3,  # TOP
    "client-perl-pop3client": 3, "client-php": 3, "client-s-nail": 3,  # TOP
    "client-jakarta-mail": 3, "server-inetsim": 1, "server-wildduck": 1,  # TOP
    "sixty-kinds": 2,  # two mails in mails
    "mail-zoo": 2, "mail-zoo-courier": 2,  # the mail in the mail in the mail
    "smtp-to-pop": 1,  # the mail on its way by SMTP
}

# Status lines that answer no command, greetings apart: the server stops; somebody else put it in.
UNSOLICITED = {"server-stopped": 1, "stls-injected-reply": 1}

JOBS = 2  # tsharks at once


def digests(mails) -> collections.Counter:
    return collections.Counter(hashlib.sha256(mail).hexdigest() for mail in mails)


def listed(name: str) -> collections.Counter:
    path = SAMPLES / f"{name}.sha256"
    lines = path.read_text().splitlines() if path.exists() else []
    return collections.Counter(line.split()[0] for line in lines)


class Decoded:
    """What one tshark says of a sample: its trees, and the mails that it exports."""

    def __init__(self, test: harness.CaptureTest, name: str, two_pass: bool) -> None:
        capture = test.workplace.folder / f"{name}.pcapng.gz"
        if not capture.exists():
            shutil.copy(SAMPLES / capture.name, capture)
            capture.chmod(0o644)
        folder = Path(tempfile.mkdtemp(dir=test.workplace.folder / "out"))
        folder.chmod(0o777)
        text = test.tshark(capture, "--export-objects", f"imf,{folder}", "-T", "pdml",
                           "-J", "frame pop _ws.malformed", two_pass=two_pass)
        self.mails = digests(path.read_bytes() for path in folder.iterdir())
        self.packets = ElementTree.fromstring(text)

    def trees(self) -> list[str]:
        without = harness.FORWARD_FIELDS + AT_THE_END
        return [BROKEN_OFF.sub("", f"frame {number}\n{harness.tree_text(packet, without)}")
                for number, packet in enumerate(self.packets, 1)]

    def field_names(self) -> set[str]:
        names = (element.get("name") or "" for element in self.packets.iter("field"))
        return {name for name in names if name.startswith("pop.")}

    def lonely_status_lines(self) -> list[str]:
        """Status lines and challenges whose reply names no command; a greeting need not."""
        lines = {line for line in self.packets.iter("field") if line.get("name") == "pop.response"}
        for reply in self.packets.iter("field"):
            if reply.get("name") == "pop.reply" and (reply.get("showname", "").startswith("Greeting")
                    or any(item.get("name") == "pop.response_to" for item in reply.iter("field"))):
                lines -= set(reply.iter("field"))
        return [line.get("show") for line in lines]

    def malformed(self) -> int:
        return sum(1 for proto in self.packets.iter("proto")
                   if proto.get("name") == "_ws.malformed")


class Samples(harness.CaptureTest):
    def check_one(self, name: str, first: Decoded, second: Decoded) -> None:
        self.assertEqual(listed(name) - first.mails, collections.Counter())
        more = first.mails - listed(name)
        self.assertEqual(sum(more.values()), MORE_MAILS.get(name, 0))
        self.assertEqual(first.mails, second.mails)
        self.assertEqual(len(first.lonely_status_lines()), UNSOLICITED.get(name, 0),
                         first.lonely_status_lines())
        self.assertEqual(first.malformed(), 0)
        for one, two in zip(first.trees(), second.trees()):
            self.assertMultiLineEqual(one, two)

    def test_all(self):
        seen: set[str] = set()
        with ThreadPoolExecutor(JOBS) as pool:
            passes = pool.map(lambda name: [Decoded(self, name, False), Decoded(self, name, True)],
                              NAMES)
            for name, (first, second) in zip(NAMES, passes):
                with self.subTest(sample=name):
                    seen |= second.field_names()
                    self.check_one(name, first, second)
        registered = {field for field in harness.registered_fields(self.workplace)
                      if field.startswith("pop.")}
        # Whoever adds a field sees here whether a sample shows it.
        self.assertEqual(sorted(registered - seen), FIELDS_IN_NO_SAMPLE.read_text().split())


if __name__ == "__main__":
    unittest.main()
