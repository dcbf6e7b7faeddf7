"""scripts/batch: many captures, some of them broken, an interruption, ring buffers, large captures.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import csv
import hashlib
import ipaddress
import json
import mailbox
import os
import re
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any, Iterator

import harness
from harness import captures
from captures import CLIENT, SERVER, Run  # noqa: E402  (harness has put its folder on the path)

ROOT = Path(__file__).resolve().parent.parent.parent
BATCH = ROOT / "scripts" / "batch"
PATIENCE = 600  # seconds; only what hangs takes as long


def mail(number: int) -> bytes:
    return (b"From: alice@example.org\r\nSubject: Mail \"%d\", of many\r\n\r\n"
            b"Line one\r\n.dot\r\n" % number)


def session(*numbers: int) -> list[Run]:
    runs = [Run(SERVER, b"+OK ready\r\n"), Run(CLIENT, b"USER bob\r\n"), Run(SERVER, b"+OK\r\n"),
            Run(CLIENT, b"PASS secret\r\n"), Run(SERVER, b"+OK\r\n")]
    for number in numbers:
        stuffed = mail(number).replace(b"\r\n.", b"\r\n..")
        runs += [Run(CLIENT, b"RETR %d\r\n" % number),
                 Run(SERVER, b"+OK %d octets\r\n" % len(mail(number)) + stuffed + b".\r\n")]
    return [*runs, Run(CLIENT, b"QUIT\r\n"), Run(SERVER, b"+OK\r\n")]


class BatchTest(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        self.folder = self.workplace.folder / "captures"
        self.folder.mkdir()
        self.output = self.workplace.folder / "decoded"

    def write(self, name: str, *numbers: int) -> Path:
        path = self.folder / name
        captures.capture(path, session(*numbers))
        path.chmod(0o644)
        return path

    def words(self, *more: str) -> list[str]:
        return [str(BATCH), "--plugin", os.environ["POP_PLUGIN"], "--output", str(self.output),
                *more, str(self.folder)]

    def batch(self, *more: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.words(*more), capture_output=True, text=True, timeout=PATIENCE)

    def assert_decoded(self, done: subprocess.CompletedProcess) -> None:
        self.assertEqual(done.returncode, 0, done.stderr)

    def exported(self, folder: Path) -> list[bytes]:
        return sorted(path.read_bytes() for path in folder.rglob("*.eml"))


class KindsOfOutput(BatchTest):
    def test_csv(self) -> None:
        self.write("one.pcap", 1)
        fields = "pop.request.command,pop.response.indicator,pop.message.subject"
        self.assert_decoded(self.batch("--as", "csv", "--fields", fields))
        text = (self.output / "one.pcap.csv").read_text()
        self.assertEqual(list(csv.reader(text.splitlines())), [
            ["capture", *fields.split(",")],
            ["one.pcap", "", "+OK", ""],
            ["one.pcap", "USER", "", ""], ["one.pcap", "", "+OK", ""],
            ["one.pcap", "PASS", "", ""], ["one.pcap", "", "+OK", ""],
            ["one.pcap", "RETR", "", ""], ["one.pcap", "", "+OK", 'Mail "1", of many'],
            ["one.pcap", "QUIT", "", ""], ["one.pcap", "", "+OK", ""]])

    def test_mails(self) -> None:
        self.write("one.pcap", 1)
        (self.folder / "below").mkdir()
        self.write("below/two.pcap", 2, 3)
        self.assert_decoded(self.batch("--as", "mails"))
        self.assertEqual(self.exported(self.output / "one.pcap.mails"), [mail(1)])
        self.assertEqual(self.exported(self.output / "below" / "two.pcap.mails"),
                         [mail(2), mail(3)])

    def test_ndjson(self) -> None:
        self.write("one.pcap", 1)
        self.assert_decoded(self.batch())
        lines = [json.loads(line)
                 for line in (self.output / "one.pcap.ndjson").read_text().splitlines()]
        self.assertEqual([set(line) for line in lines[::2]], [{"index"}] * 9)
        self.assertEqual([set(line["index"]) for line in lines[::2]], [{"_index"}] * 9)
        documents = lines[1::2]
        self.assertEqual({document["capture"] for document in documents}, {"one.pcap"})
        commands = [document["layers"]["pop"].get("pop_pop_request_command")
                    for document in documents]
        self.assertEqual([command for command in commands if command],
                         ["USER", "PASS", "RETR", "QUIT"])
        subject = documents[6]["layers"]["imf"]["imf_imf_subject"]
        self.assertEqual(subject, 'Mail "1", of many')

    def test_ndjson_has_the_text_where_it_is_asked_for(self) -> None:
        self.write("one.pcap", 1)
        for more, has_text in (((), False), (("-o", "pop.contents:all"), True)):
            with self.subTest(options=more):
                shutil.rmtree(self.output, ignore_errors=True)
                self.assert_decoded(self.batch(*more))
                text = (self.output / "one.pcap.ndjson").read_text()
                self.assertEqual("pop_pop_message_text" in text, has_text)

    def test_mailboxes(self) -> None:
        self.write("one.pcap", 1, 2)
        for form, opened in (("mbox", mailbox.mbox), ("maildir", mailbox.Maildir)):
            with self.subTest(form=form):
                self.assert_decoded(self.batch("--as", form))
                found = opened(self.output / f"one.pcap.{form}", create=False)
                mails = [found.get_bytes(key).rstrip(b"\n") for key in found.keys()]
                found.close()
                self.assertEqual(sorted(mails),
                                 [mail(number).replace(b"\r\n", b"\n").rstrip(b"\n")
                                  for number in (1, 2)])

    def test_attachments(self) -> None:
        text = (b"Subject: s\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n")
        path = self.folder / "one.pcap"
        captures.capture(path, [*session()[:-2], Run(CLIENT, b"RETR 1\r\n"),
                                Run(SERVER, b"+OK\r\n" + text + b".\r\n")])
        path.chmod(0o644)
        self.assert_decoded(self.batch("--as", "attachments"))
        with open(self.output / "one.pcap.attachments.csv", newline="") as result:
            row, = csv.DictReader(result)
        self.assertEqual((row["capture"], row["user"], row["name"], row["sha256"]),
                         ("one.pcap", "bob", "cat.txt", hashlib.sha256(b"Cat").hexdigest()))

    def test_two_captures_of_one_name(self) -> None:
        self.write("one.pcap", 1)
        done = subprocess.run(self.words() + [str(self.folder / "one.pcap")], capture_output=True,
                              text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("two captures are called one.pcap", done.stderr)


class ManyCaptures(BatchTest):
    """Twenty captures, two of them broken; the work is killed half-way and begun again."""

    def logged(self) -> list[int]:
        log = self.output / "jobs.csv.log"
        rows = log.read_text().splitlines()[1:] if log.exists() else []
        return [int(row.split("\t")[0]) for row in rows]

    def test_interrupted_and_resumed(self) -> None:
        for i in range(18):
            self.write(f"good-{i:02}.pcap", i)
        whole = self.write("broken-cut.pcap", 98, 99).read_bytes()
        (self.folder / "broken-cut.pcap").write_bytes(whole[:-100])
        (self.folder / "broken-head.pcap").write_bytes(whole[:20])
        words = self.words("--as", "csv", "--jobs", "2", "--fields", "pop.message.subject")
        first = subprocess.Popen(words, start_new_session=True, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + PATIENCE
        while len(self.logged()) < 5 and time.monotonic() < give_up:
            time.sleep(0.05)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        before = self.logged()
        self.assertGreaterEqual(len(before), 5)
        self.assertLess(len(before), 20)
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("18 of 20 captures decoded, 2 failed", done.stderr)
        failed = re.findall(r"^FAILED (\S+): (.*)$", done.stderr, re.MULTILINE)
        self.assertEqual([name for name, _ in failed], ["broken-cut.pcap", "broken-head.pcap"])
        self.assertIn("cut short", failed[0][1])
        self.assertEqual(sorted(self.logged()), list(range(1, 21)))  # nothing was done twice
        self.assertEqual(self.logged()[:len(before)], before)
        for i in range(18):
            text = (self.output / f"good-{i:02}.pcap.csv").read_text()
            self.assertEqual(text.count(f'"Mail ""{i}"", of many"'), 1)
        # What could be read of the capture that was cut short is there.
        self.assertIn('Mail ""98""', (self.output / "broken-cut.pcap.csv").read_text())
        errors = {path.name for path in self.output.glob("*.error")}
        self.assertEqual(errors, {f"{name}.csv.error" for name, _ in failed})


class RingBuffer(BatchTest):
    def test_a_session_spans_its_files(self) -> None:
        frames = captures.timed(captures.frames_of(session(1, 2), captures.by_size(40),
                                                   captures.Options()), 0.001)
        third = len(frames) // 3
        pieces = (frames[:third], frames[third:2 * third], frames[2 * third:])
        for i, piece in enumerate(pieces, 1):
            path = self.folder / f"ring_{i:05}_2024010100000{i}.pcap"
            captures.write_pcap(path, piece)
            path.chmod(0o644)
        self.assert_decoded(self.batch("--as", "mails", "--merge"))
        self.assertEqual(self.exported(self.output / "ring.pcap.mails"), [mail(1), mail(2)])


class LargeCapture(BatchTest):
    def frames_of_host(self, host: int, numbers: list[int]) -> list[captures.Frame]:
        frames = captures.frames_of(session(*numbers), captures.by_size(30), captures.Options())
        old = captures.address(captures.ADDRESSES[CLIENT])
        new = captures.address(f"198.51.100.{host}")
        for frame in frames:
            frame.octets = frame.octets[:26] + frame.octets[26:34].replace(old, new) \
                + frame.octets[34:]
        return frames

    def test_no_connection_is_torn(self) -> None:
        hosts = [self.frames_of_host(host, [2 * host, 2 * host + 1]) for host in range(1, 13)]
        mixed = [frames[i] for i in range(max(map(len, hosts))) for frames in hosts
                 if i < len(frames)]
        path = self.folder / "large.pcap"
        captures.write_pcap(path, captures.timed(mixed, 0.0001))
        path.chmod(0o644)
        self.assert_decoded(self.batch("--as", "mails", "--split", str(path.stat().st_size // 3)))
        parts = sorted((self.output / ".parts" / "large.pcap.parts").iterdir())
        self.assertGreater(len(parts), 2)
        clients = [set(self.values(part, "ip.addr", filter="tcp")) - {"192.0.2.110"}
                   for part in parts]
        self.assertGreater(sum(1 for some in clients if some), 1)
        self.assertEqual(sum(map(len, clients)), 12)
        self.assertEqual(len(set().union(*clients)), 12)
        self.assertEqual(sum(self.count(part, "frame") for part in parts), len(mixed))
        self.assertEqual(self.exported(self.output), sorted(map(mail, range(2, 26))))


# --- The mapping -----------------------------------------------------------------------------------

def leaves(node: dict[str, Any], types: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Key, mapped type and value of all that the mapping knows."""
    for key, value in node.items():
        for one in value if isinstance(value, list) else [value]:
            known = types.get(key, {})
            if isinstance(one, dict):
                yield from leaves(one, known.get("properties", {}))
            elif "type" in known and one is not None:
                yield key, known["type"], one


WHOLE_NUMBERS = {"byte": 7, "short": 15, "integer": 31, "long": 63}  # bits without the sign


def is_accepted(kind: str, value: Any) -> bool:
    """What Elasticsearch takes for a field of that type ("coerce" being on, as it is)."""
    if kind in WHOLE_NUMBERS:
        return -2 ** WHOLE_NUMBERS[kind] <= int(value) < 2 ** WHOLE_NUMBERS[kind]
    if kind == "unsigned_long":
        return 0 <= int(value) < 2 ** 64
    if kind == "double":
        return bool(float(value) + 1)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "date_nanos":
        return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z", value) is not None
    if kind == "ip":
        return bool(str(ipaddress.ip_address(value)))
    return kind in ("keyword", "text") and isinstance(value, str)


class Mapping(BatchTest):
    def mapping(self) -> dict[str, Any]:
        done = subprocess.run([ROOT / "scripts" / "elastic-mapping", "--plugin",
                               os.environ["POP_PLUGIN"]], capture_output=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["mappings"]["properties"]["layers"]["properties"]

    def test_types(self) -> None:
        pop = self.mapping()["pop"]["properties"]
        self.assertEqual(pop["pop_pop_time"]["type"], "double")
        self.assertEqual(pop["pop_pop_request_command"]["type"], "keyword")
        self.assertEqual(pop["pop_pop_message_number"]["type"], "long")
        self.assertEqual(pop["pop_pop_session_tls"]["type"], "boolean")

    def test_every_value_fits(self) -> None:
        for name in ("plain-download", "ipv6", "bad-link", "sasl-ntlm"):
            shutil.copy(ROOT / "sample-captures" / f"{name}.pcapng.gz", self.folder)
        self.assert_decoded(self.batch())
        mapping = self.mapping()
        seen = set()
        for path in self.output.glob("*.ndjson"):
            for line in path.read_text().splitlines():
                for key, kind, value in leaves(json.loads(line).get("layers", {}), mapping):
                    with self.subTest(key=key, kind=kind, value=value):
                        self.assertTrue(is_accepted(kind, value))
                    seen.add(kind)
        self.assertGreaterEqual(seen, {"double", "keyword", "long", "boolean", "ip", "date_nanos",
                                       "unsigned_long", "text"})


if __name__ == "__main__":
    unittest.main()
