"""Files are opened and closed a hundred times in one process, with other preferences in between: nothing
is left of the one before, in what is shown and in memory.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import itertools
import json
import re
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
ROUNDS, WARM_UP = 100, 20
CAPTURES, FIRST = 200, 10
# KiB that a round may add to what it adds without the plugin: Wireshark 4.0's sharkd itself keeps some
# 11,000 KiB of each file that it opens.
GROWTH = 32
TURNS = (("pop.desegment_data", ("TRUE", "FALSE")), ("pop.line_limit", ("65536", "512")),
         ("pop.message_limit", ("256", "1")), ("pop.tcp.port", ("110", "110,2110")),
         ("pop.dissector", ("Plugin", "Built-in")))
OURS = re.compile(r": pop_\w+ \(\w+\.c:\d+\)")  # a frame of a stack
VALGRIND = ("valgrind", "--leak-check=full", "--show-leak-kinds=definite", "--keep-debuginfo=yes",
            "--num-callers=40", "--error-exitcode=0")


def resident(process: int) -> int:
    """KiB of memory that the process has."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS:")))


class Process:
    """A sharkd that opens one file after the other."""

    def __init__(self, workplace: harness.Workplace, plugin: bool = True) -> None:
        self.plugin = plugin
        environment = workplace.environment() | {"MALLOC_ARENA_MAX": "1",
                                                 "MALLOC_TRIM_THRESHOLD_": "65536"}
        if not plugin:
            environment["WIRESHARK_PLUGIN_DIR"] = str(workplace.folder / "home")
        self.process = subprocess.Popen(
            workplace.command("sharkd", "-"), env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ordinal = 0

    def answer(self, method: str, **parameters: Any) -> str:
        """The result, as the text that it came as: most of them are only compared."""
        self.ordinal += 1
        request = {"jsonrpc": "2.0", "id": self.ordinal, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                if '"result":' not in line:
                    raise AssertionError(f"{request}: {line}")
                return line.split('"result":', 1)[1]
        raise AssertionError("sharkd has ended")

    def set(self, preference: str, value: str) -> None:
        """Without the plugin, its preferences are not there."""
        try:
            self.answer("setconf", name=preference, value=value)
        except AssertionError:
            if self.plugin:
                raise

    def all_frames(self, capture: Path) -> list[str]:
        """Opens the file; what is shown of each of its frames."""
        self.answer("load", file=str(capture))
        count = int(re.search(r'"frames":(\d+)', self.answer("status"))[1])
        return [self.answer("frame", frame=number, proto=True, columns=True)
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
        return [*files, self.dialogues(names)]

    def joined(self, files: list[Path]) -> Path:
        """One capture of several: valgrind takes a minute to begin."""
        path = self.workplace.folder / "joined.pcapng"
        subprocess.run(["mergecap", "-a", "-w", str(path), *map(str, files)], check=True)
        path.chmod(0o644)
        return path

    def begin(self, plugin: bool = True) -> Process:
        process = Process(self.workplace, plugin)
        self.addCleanup(process.end)
        return process

    def growth(self, process: Process, files: list[Path]) -> float:
        """Opens each file again and again, preferences changed and set back between the rounds; KiB
        that the process has more after each of them. What is shown is always the same."""
        first: dict[Path, list[str]] = {}
        turns = itertools.cycle(TURNS)
        sizes = []
        for number in range(ROUNDS):
            preference, (usual, other) = next(turns)
            process.set(preference, other)
            process.answer("load", file=str(files[(number + 3) % len(files)]))
            process.set(preference, usual)
            file = files[number % len(files)]
            shown = process.all_frames(file)
            with self.subTest(plugin=process.plugin, round=number, file=file.name):
                self.assertTrue(first.setdefault(file, shown) == shown)
            sizes.append(resident(process.process.pid))
        return (sizes[-1] - sizes[WARM_UP - 1]) / (ROUNDS - WARM_UP)

    def test_a_hundred_files(self):
        files = self.files()
        without = self.growth(self.begin(plugin=False), files)
        self.assertLess(self.growth(self.begin(), files), without + GROWTH)

    def growth_of_loads(self, files: list[Path], loads: int, plugin: bool = True) -> tuple[int, float]:
        """KiB of a process that has loaded the first captures, and what each one behind them adds."""
        process = self.begin(plugin)
        sizes = []
        for number in range(loads):
            process.answer("load", file=str(files[number % len(files)]))
            sizes.append(resident(process.process.pid))
        return sizes[FIRST - 1], (sizes[-1] - sizes[FIRST - 1]) / (loads - FIRST)

    def test_two_hundred_captures(self):
        """They end with the memory of the first ten. What sharkd keeps of each by itself is not counted:
        it is the same for a few."""
        names = sorted(path.stem for path in harness.DIALOGUES.glob("*.dialogue")
                       if path.stat().st_size < 4000)
        files = [self.dialogues(names[number::FIRST]) for number in range(FIRST)]
        first, growth = self.growth_of_loads(files, CAPTURES)
        growth_without = self.growth_of_loads(files, CAPTURES // 4, plugin=False)[1]
        self.assertLess((growth - growth_without) * (CAPTURES - FIRST), 0.02 * first)

    def test_preferences_take_effect(self):
        """What was changed in the middle is as good as what was set at the start."""
        process = self.begin()
        line = b"PASS " + b"x" * 600 + b"\r\n"
        capture = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", line), ("S", b"-ERR\r\n")))
        told = {}
        for limit in ("65536", "512", "65536"):
            process.answer("setconf", name="pop.line_limit", value=limit)
            shown = "".join(process.all_frames(capture))
            told.setdefault(limit, set()).add("Line too long" in shown)
        self.assertEqual(told, {"65536": {False}, "512": {True}})

    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_valgrind(self):
        """Reads nothing that was not written, and leaks nothing: of what tshark leaks by itself no
        stack knows the plugin."""
        files = self.files()
        environment = self.workplace.environment() | {"G_SLICE": "always-malloc",
                                                      "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"}
        together = self.joined([files[0], files[1], files[-1]])
        done = subprocess.run(
            self.workplace.command(*VALGRIND, "tshark", "-2", "-V", "-n", "-r", str(together)),
            env=environment, capture_output=True, timeout=4 * harness.TIMEOUT,
            cwd=self.workplace.folder / "out")
        said = done.stderr.decode(errors="replace")
        self.assertEqual(done.returncode, 0, said[-2000:])
        self.assertIn(b"Post Office Protocol", done.stdout)
        records = re.split(r"\n==\d+== \n", said)
        self.assertIn("ERROR SUMMARY", said)
        self.assertEqual([record for record in records if OURS.search(record)], [])


if __name__ == "__main__":
    unittest.main()
