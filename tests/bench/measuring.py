"""Runs tshark on a capture and tells what it cost: CPU, peak memory, instructions of the plugin.

CPU and memory are those that the kernel counted for the process (what GNU time prints, with more
digits). Instructions are callgrind's: they do not depend on the machine's load.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import concurrent.futures
import dataclasses
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterable

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "captures"))
import harness  # noqa: E402  (from tests/captures)

VARIANTS = {
    "plugin": [],
    "built-in": ["-o", "pop.dissector:built-in"],
    "disabled": ["--disable-protocol", "pop"],
}

# What tshark is asked for. Without any of it "tshark -r" prints a line a frame and builds no tree.
MODES = {
    "one pass": [],
    "-2 -T json": ["-2", "-T", "json", "-o", "pop.contents:header"],
    "-2 -T json, all": ["-2", "-T", "json"],  # with the texts and attachments of mails
    "-T fields": ["-T", "fields", "-e", "pop.request.command"],
    "export": ["-Q", "--export-objects", "imf,{folder}"],
}

CPU_LIMIT = 120  # seconds; what takes longer is told as such
ENOUGH = 8.0  # seconds of CPU spent on one figure: it is not measured once more
COUNTS = 4  # of instructions, where a hundredth matters: Wireshark's hashes are other ones in each run


@dataclasses.dataclass
class Cost:
    cpu: float  # seconds, user and system
    memory: int  # peak, octets
    stopped: bool = False  # at the limit

    def least(self, other: "Cost") -> "Cost":
        return Cost(min(self.cpu, other.cpu), min(self.memory, other.memory),
                    self.stopped and other.stopped)


class Bench:
    """Runs tshark in a workplace of the tests, so that it loads the plugin."""

    def __init__(self) -> None:
        self.workplace = harness.Workplace()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self.workplace.remove()

    def words(self, capture: Path, variant: str, mode: str, folder: Path) -> list[str]:
        keys = capture.with_suffix(".keys")
        decryption = ["-o", f"tls.keylog_file:{keys}"] if keys.exists() else []
        asked = [word.format(folder=folder) for word in MODES[mode]]
        return ["tshark", "-n", "-r", str(capture), *decryption, *VARIANTS[variant], *asked]

    def start(self, words: list[str], limit: int) -> subprocess.Popen:
        return subprocess.Popen(
            self.workplace.command(*words), env=self.workplace.environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=self.workplace.folder / "out",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)))

    def cost(self, capture: Path, variant: str, mode: str) -> Cost:
        folder = Path(tempfile.mkdtemp(dir=self.workplace.folder / "out"))
        folder.chmod(0o777)
        process = self.start(self.words(capture, variant, mode, folder), CPU_LIMIT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        shutil.rmtree(folder)
        stopped = process.returncode < 0 and usage.ru_utime + usage.ru_stime > CPU_LIMIT - 5
        if process.returncode != 0 and not stopped:
            raise RuntimeError(f"tshark ended with {process.returncode}: {process.args}")
        return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, stopped)

    def costs(self, captures: Iterable[Path], mode: str, rounds: int) -> dict[tuple[Path, str], Cost]:
        """The least of several rounds, in which the variants take turns: what else the machine does
        then falls on all of them alike."""
        best: dict[tuple[Path, str], Cost] = {}
        spent: dict[tuple[Path, str], float] = {}
        captures = list(captures)
        for _ in range(rounds):
            for capture in captures:
                for variant in VARIANTS:
                    key = capture, variant
                    if spent.get(key, 0) > ENOUGH:
                        continue
                    cost = self.cost(capture, variant, mode)
                    spent[key] = spent.get(key, 0) + cost.cpu
                    best[key] = cost.least(best[key]) if key in best else cost
        return best

    def environment(self, plugin: bool) -> dict[str, str]:
        environment = self.workplace.environment()
        return environment if plugin else environment | {
            "WIRESHARK_PLUGIN_DIR": str(self.workplace.folder / "home")}

    def instructions(self, capture: Path, plugin: bool = True) -> "Instructions":
        """Those of one pass, with the plugin or without it, counted by callgrind."""
        folder = Path(tempfile.mkdtemp(dir=self.workplace.folder / "out"))
        folder.chmod(0o777)
        out = folder / "callgrind.out"
        words = self.words(capture, "plugin", "one pass", folder)
        done = subprocess.run(
            self.workplace.command("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                                   *words),
            env=self.environment(plugin), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode(errors="replace"))
        counted = read_callgrind(out)
        shutil.rmtree(folder)
        return counted

    def least_total(self, capture: Path, plugin: bool) -> int:
        """Instructions of all: the least of several counts, which do not mind each other."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = pool.map(lambda _: self.instructions(capture, plugin).total, range(COUNTS))
            return min(counts)


# --- Callgrind's file --------------------------------------------------------------------------------

@dataclasses.dataclass
class Instructions:
    own: int = 0  # in functions of the plugin
    libc: int = 0  # in the memory functions of libc that the plugin calls (memchr, memcpy, …)
    mail: int = 0  # in the mail dissector that the plugin calls, and in those below it
    inside: int = 0  # from the call of the plugin to its return: all of these, and the host's functions
    total: int = 0  # of tshark as a whole

    def minus(self, other: "Instructions") -> "Instructions":
        return Instructions(*(one - two for one, two in zip(dataclasses.astuple(self),
                                                            dataclasses.astuple(other))))


# The plugin asks for memory through the host: what that takes is the host's.
LIBC_FUNCTIONS = re.compile(r"_*mem(chr|cpy|move|set|cmp)")
HAND_OVER = re.compile(r"call_(heur_)?dissector")
ENTRY = re.compile(r"dissect_t(cp|ls)")
DOOR = "dissect_door"  # through which the plugin calls TCP


class Names:
    """Callgrind writes a name once, "(3) name", and then its number alone, "(3)"."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def read(self, text: str) -> str:
        number, _, name = text.partition(" ")
        if name:
            self.known[number] = name
        return self.known.get(number, text)


def count_call(counted: Instructions, here: str, caller: str, called: str, function: str,
               cost: int) -> None:
    """A call takes its callee's instructions and those of all that the callee calls."""
    from_plugin, to_plugin = here.endswith("/pop.so"), called.endswith("/pop.so")
    if from_plugin and "libc" in called and LIBC_FUNCTIONS.match(function):
        counted.libc += cost
    elif from_plugin and HAND_OVER.match(function) and not caller.startswith(DOOR):
        counted.mail += cost
    elif to_plugin and not from_plugin and ENTRY.match(function):
        counted.inside += cost


def read_callgrind(path: Path) -> Instructions:
    """Sums the lines of cost: "SUBPOSITION COST". One behind "calls=" is what the call took."""
    objects, functions = Names(), Names()
    here, caller, called, function = "", "", "", ""
    counted = Instructions()
    after_call = False
    for line in path.read_text(errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key == "ob":
            here = objects.read(value)
        elif key == "cob":
            called = objects.read(value)
        elif key == "fn":
            caller = functions.read(value)
            called = here
        elif key == "cfn":
            function = functions.read(value)
        elif key == "calls":
            after_call = True
        elif line and line[0] in "0123456789+-*":
            cost = int(line.split()[1])
            if after_call:
                count_call(counted, here, caller, called, function, cost)
                called = here
            else:
                counted.total += cost
                counted.own += cost if here.endswith("/pop.so") else 0
            after_call = False
    return counted
