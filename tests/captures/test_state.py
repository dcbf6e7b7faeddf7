"""Files are opened and closed a hundred times in one process, with other preferences in between: nothing
is left of the one before, in what is shown and in memory.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import itertools
import json
import shutil
import subprocess
import unittest
from pathlib import Path
from typing import Any

import harness
from harness import captures

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"
NAMES = ("first-lesson", "mail-zoo", "transport-stls", "sasl-scram-sha-256", "gap-in-capture", "pop2",
         "pipelining-200", "delete-quit")
ROUNDS = 100
WARM_UP = 20  # rounds after which the process has what it needs
GROWTH = 2 * 1024  # KiB that the heap's pages may still come and go by
TURNS = (("pop.desegment_data", ("TRUE", "FALSE")), ("pop.line_limit", ("65536", "512")),
         ("pop.message_limit", ("256", "1")), ("pop.tcp.port", ("110", "110,2110")),
         ("pop.dissector", ("Plugin", "Built-in")))


def resident(process: int) -> int:
    """KiB of memory that the process has."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS:")))


class Process:
    """A sharkd that opens one file after the other."""

    def __init__(self, workplace: harness.Workplace) -> None:
        environment = workplace.environment() | {"MALLOC_ARENA_MAX": "1",
                                                 "MALLOC_TRIM_THRESHOLD_": "65536"}
        self.process = subprocess.Popen(
            workplace.command("sharkd", "-"), env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ordinal = 0

    def ask(self, method: str, **parameters: Any) -> Any:
        self.ordinal += 1
        request = {"jsonrpc": "2.0", "id": self.ordinal, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                answer = json.loads(line)
                if "result" not in answer:
                    raise AssertionError(f"{request}: {answer}")
                return answer["result"]
        raise AssertionError("sharkd has ended")

    def all_frames(self, capture: Path) -> list[Any]:
        """Opens the file; what is shown of each of its frames."""
        self.ask("load", file=str(capture))
        count = self.ask("status")["frames"]
        return [self.ask("frame", frame=number, proto=True, columns=True)
                for number in range(1, count + 1)]

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=harness.TIMEOUT)
        self.process.stdout.close()


class State(harness.CaptureTest):
    def files(self) -> list[Path]:
        """Samples, and all dialogues, a connection each."""
        files = []
        for name in NAMES:
            files.append(self.workplace.folder / f"{name}.pcapng.gz")
            shutil.copy(SAMPLES / files[-1].name, files[-1])
            files[-1].chmod(0o644)
        names = sorted(path.stem for path in harness.DIALOGUES.glob("*.dialogue")
                       if path.stat().st_size < 4000)
        return [*files, self.dialogues(names), self.dialogues(names, captures.by_size(7))]

    def begin(self) -> Process:
        process = Process(self.workplace)
        self.addCleanup(process.end)
        return process

    def test_a_hundred_files(self):
        """Each file again and again, preferences changed and set back between the rounds."""
        process, files = self.begin(), self.files()
        first: dict[Path, list[Any]] = {}
        turns = itertools.cycle(TURNS)
        sizes = []
        for number in range(ROUNDS):
            preference, (usual, other) = next(turns)
            process.ask("setconf", name=preference, value=other)
            process.ask("load", file=str(files[(number + 3) % len(files)]))
            process.ask("setconf", name=preference, value=usual)
            file = files[number % len(files)]
            shown = process.all_frames(file)
            with self.subTest(round=number, file=file.name):
                self.assertEqual(first.setdefault(file, shown), shown)
            sizes.append(resident(process.process.pid))
        self.assertLessEqual(max(sizes[-len(files):]), max(sizes[:WARM_UP]) + GROWTH, sizes)

    def test_preferences_take_effect(self):
        """What was changed in the middle is as good as what was set at the start."""
        process = self.begin()
        line = b"PASS " + b"x" * 600 + b"\r\n"
        capture = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", line), ("S", b"-ERR\r\n")))
        told = {}
        for limit in ("65536", "512", "65536"):
            process.ask("setconf", name="pop.line_limit", value=limit)
            shown = json.dumps(process.all_frames(capture))
            told.setdefault(limit, set()).add("longer than what is kept" in shown)
        self.assertEqual(told, {"65536": {False}, "512": {True}})


if __name__ == "__main__":
    unittest.main()
