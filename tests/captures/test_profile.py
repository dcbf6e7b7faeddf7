"""The profile POP: Wireshark takes it, its columns show what they should, its filters compile and find
something in the sample captures.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import re
import shutil
import unittest
from pathlib import Path

import harness
from harness import captures

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "profile" / "POP"
SAMPLES = ROOT / "sample-captures"

SESSION = captures.conversation(
    ("S", b"+OK ready\r\n"), ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"),
    ("C", b"PASS b\r\n"), ("S", b"+OK\r\n"),
    ("C", b"UIDL\r\n"), ("S", b"+OK\r\n7 aa\r\n8 bb\r\n.\r\n"),
    ("C", b"DELE 7\r\n"), ("S", b"-ERR [SYS/TEMP] later\r\n"))

# Samples in which each rule and each button finds something, its own title after "POP: ".
FINDS = {
    "injected around STLS": "stls-injected-reply", "login failed": "login-wrong-password",
    "error": "errors-dovecot", "message not whole": "client-vanishes",
    "bytes missing": "gap-in-capture", "deletions lost": "delete-no-quit", "password in the clear": "plain-download",
    "login accepted": "plain-download", "login": "plain-download", "messages deleted": "delete-quit",
    "message": "plain-download", "Commands": "plain-download", "client": "plain-download", "server": "plain-download",
    "TCP: connection reset": "client-vanishes", "TCP: lost or repeated segments": "bad-link",
    "TCP: begin and end": "plain-download", "TCP": "plain-download",
    "POP": "plain-download", "Logins": "plain-download", "Failed": "login-wrong-password",
    "Passwords": "plain-download", "Mails": "plain-download", "Not whole": "client-vanishes",
    "Deleted": "delete-quit", "Sessions": "plain-download", "Errors": "errors-dovecot",
    "Slow": "slow-server", "Warnings": "plain-download",
}


def lines_of(name: str) -> list[str]:
    lines = (PROFILE / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def coloring_rules() -> dict[str, str]:
    """Title and filter, in order."""
    rules = (re.fullmatch(r"@(.+?)@(.+)@\[[\d,]+\]\[[\d,]+\]", line) for line in
             lines_of("colorfilters"))
    return {rule[1].removeprefix("POP: "): rule[2] for rule in rules}


def buttons() -> dict[str, str]:
    """Label and filter, in order."""
    rows = (re.fullmatch(r'"TRUE","(.+?)","(.+?)","(.+?)"', line) for line in
            lines_of("dfilter_buttons"))
    return {row[1]: row[2].replace("\\x22", '"') for row in rows}


class Profile(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        folder = self.workplace.folder / "home" / ".config" / "wireshark" / "profiles" / "POP"
        shutil.copytree(PROFILE, folder)
        for path in (folder, *folder.parents[:4]):
            path.chmod(0o777)

    def test_columns(self) -> None:
        text = self.tshark(self.capture(SESSION), "-C", "POP", "-Y", "pop", "-T", "tabs")
        # tshark puts an arrow between the addresses.
        rows = [[cell.strip() for cell in line.split("\t") if cell.strip() not in ("→", "->")]
                for line in text.splitlines()]
        # protocol, TLS, user: whose login it is, then who is logged in
        self.assertEqual([row[4:7] for row in rows],
                         [["POP", "", ""]] + [["POP", "", "alice"]] * 8)
        self.assertEqual(rows[-1][7], "S: -ERR [SYS/TEMP] later")

    def test_column_of_tls(self) -> None:
        text = self.tshark(self.sample("transport-pop3s"), "-C", "POP", "-Y", "pop", "-T", "tabs")
        self.assertEqual({"TLS 1.3" in line or "TLS 1.2" in line for line in text.splitlines()}, {True})

    def test_nothing_to_complain_of(self) -> None:
        done = self.workplace.run("tshark", "-n", "-C", "POP", "-r", str(self.capture(SESSION)))
        warnings = [line for line in done.stderr.decode().splitlines() if "Running as user" not in line]
        self.assertEqual(warnings, [])

    def test_out_of_order_segments(self) -> None:
        """bad-link has mails that are whole only where segments are put in order: by whichever profile."""
        capture = self.sample("bad-link")
        mails = len((SAMPLES / "bad-link.sha256").read_text().splitlines())
        for profile in ([], ["-C", "POP"]):
            with self.subTest(profile=profile):
                complete = self.values(capture, "pop.message.complete", more=profile)
                self.assertEqual(complete, ["1"] * mails)

    def sample(self, name: str) -> Path:
        copy = self.file_for_capture()
        copy.write_bytes((SAMPLES / f"{name}.pcapng.gz").read_bytes())
        return copy

    def test_filters_find_something(self) -> None:
        filters = {**coloring_rules(), **buttons()}
        self.assertEqual(set(filters), set(FINDS))
        wanted = sorted(filters, key=lambda title: FINDS[title])
        loaded = FINDS[wanted[0]]
        with harness.Sharkd(self, self.sample(loaded)) as sharkd:
            for title in wanted:
                with self.subTest(title=title, filter=filters[title]):
                    if FINDS[title] != loaded:
                        loaded = FINDS[title]
                        sharkd.ask("load", file=str(self.sample(loaded)))
                    self.assertTrue(sharkd.ask("frames", filter=filters[title], limit=1))

    def test_first_coloring_rule_counts(self) -> None:
        """tshark names the rule that colours a frame."""
        rows = self.fields(self.capture(SESSION), "frame.coloring_rule.name",
                           more=["-C", "POP", "--color"])
        self.assertEqual([row[0][0].removeprefix("POP: ") for row in rows], [
            "server", "login", "login", "password in the clear", "login accepted",
            "client", "server", "client", "error"])


if __name__ == "__main__":
    unittest.main()
