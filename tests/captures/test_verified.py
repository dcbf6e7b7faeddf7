"""Logins are verified against the secrets that the user has put into the preferences.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import shutil
import unittest

import harness
from harness import captures

SAMPLES = harness.DIALOGUES.parent.parent / "sample-captures"
FITS, DIFFERS = "1", "0"

# The examples of the documents: dialogue, user, secret, and how many proofs there are, the server's too.
EXAMPLES = (
    ("apop-session", "mrose", "tanstaaf", 1),  # RFC 1939 section 7
    ("auth-cram-md5", "tim", "tanstaaftanstaaf", 1),  # RFC 2195 section 2
    ("rfc5034-digest-md5", "chris", "secret", 2),  # RFC 5034 section 6
    ("auth-scram", "user", "pencil", 2),  # RFC 7677 section 3
)

# Logins with real servers, of alice and then of somebody with a wrong password.
REAL = {"sasl-cram-md5": [FITS, DIFFERS], "sasl-digest-md5": [FITS, FITS, DIFFERS],
        "sasl-scram-sha-1": [FITS, FITS, DIFFERS], "sasl-scram-sha-256": [FITS, FITS, DIFFERS]}


def row(user: str, secret: str) -> str:
    return f'uat:pop_secrets:"{user}","{secret}"'


def login_with_scram(iterations: int) -> list[captures.Run]:
    def encoded(text: str) -> bytes:
        return base64.b64encode(text.encode())
    return captures.conversation(
        ("S", b"+OK ready\r\n"),
        ("C", b"AUTH SCRAM-SHA-1 " + encoded("n,,n=user,r=abc") + b"\r\n"),
        ("S", b"+ " + encoded(f"r=abcdef,s=c2FsdA==,i={iterations}") + b"\r\n"),
        ("C", encoded("c=biws,r=abcdef,p=" + "A" * 27 + "=") + b"\r\n"), ("S", b"-ERR\r\n"))


class Verified(harness.CaptureTest):
    def verified(self, capture, *rows: str, **options) -> list[str]:
        return self.values(capture, "pop.auth.verified", prefs=rows, **options)

    def test_examples_of_the_documents(self):
        for dialogue, user, secret, proofs in EXAMPLES:
            with self.subTest(dialogue=dialogue):
                capture = self.dialogue(dialogue)
                self.assertEqual(self.verified(capture, row(user, secret)), [FITS] * proofs)
                self.assertEqual(self.verified(capture, row(user, "wrong")), [DIFFERS] * proofs)
                self.assertEqual(self.verified(capture, row("nobody", secret)), [])
                self.assertEqual(self.verified(capture), [])

    def test_secret_for_everybody(self):
        capture = self.dialogues([dialogue for dialogue, *_ in EXAMPLES])
        rows = [row("", secret) for _, _, secret, _ in EXAMPLES]
        for two_pass in (False, True):
            self.assertEqual(self.verified(capture, *rows, two_pass=two_pass),
                             [FITS] * sum(proofs for *_, proofs in EXAMPLES))

    def test_cut_into_octets(self):
        capture = self.dialogues([dialogue for dialogue, *_ in EXAMPLES], captures.by_size(3))
        rows = [row(user, secret) for _, user, secret, _ in EXAMPLES]
        self.assertEqual(self.verified(capture, *rows),
                         [FITS] * sum(proofs for *_, proofs in EXAMPLES))

    def test_real_servers(self):
        for sample, expected in REAL.items():
            with self.subTest(sample=sample):
                capture = self.workplace.folder / f"{sample}.pcapng.gz"
                shutil.copy(SAMPLES / capture.name, capture)
                capture.chmod(0o644)
                self.assertEqual(self.verified(capture, row("alice", "wonderland")), expected)

    def test_expert_items(self):
        capture = self.dialogue("auth-cram-md5")
        for secret, name in (("tanstaaftanstaaf", "auth_verified"), ("wrong", "auth_differs")):
            self.assertEqual(self.count(capture, f"pop.expert.{name}",
                                        prefs=[row("tim", secret)]), 1)

    def test_more_iterations_than_are_computed(self):
        capture = self.capture(login_with_scram(1_000_000_000))
        self.assertEqual(self.verified(capture, row("user", "pencil")), [])
        self.assertEqual(self.count(capture, "pop.expert.auth_not_verified",
                                    prefs=[row("user", "pencil")]), 1)
        capture = self.capture(login_with_scram(5000))
        self.assertEqual(self.verified(capture, row("user", "pencil")), [DIFFERS])

    def test_table_in_the_profile(self):
        """The file that Wireshark's dialog writes."""
        folder = self.workplace.folder / "home" / ".config" / "wireshark"
        folder.mkdir(parents=True)
        (folder / "pop_secrets").write_text('"tim","tanstaaftanstaaf"\n')
        for path in (folder, *folder.parents[:2]):
            path.chmod(0o777)
        self.assertEqual(self.verified(self.dialogue("auth-cram-md5")), [FITS])


if __name__ == "__main__":
    unittest.main()
