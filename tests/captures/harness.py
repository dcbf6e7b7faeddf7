"""Runs tshark and sharkd with the built plugin, as an ordinary user with a home of its own.

As root, Wireshark loads no personal plugins and says nothing about it: so root drops its
privileges. The plugin is named by the environment variable POP_PLUGIN.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterable, Optional, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import captures  # noqa: E402  (from tests/tools)

DIALOGUES = Path(__file__).resolve().parent.parent / "dialogues"
NOBODY = "65534"
TIMEOUT = 600  # seconds; only what hangs takes as long

# What is known from the second pass on only.
FORWARD_FIELDS = ("pop.held.decoded_in", "pop.response_in", "pop.response.end_in", "pop.data.reassembled.in",
                  "pop.line.reassembled_in")  # where the line ends of which a piece is here

# Protocols whose trees are the host's affair.
BELOW_POP = ("geninfo", "frame", "eth", "ip", "tcp", "tls")


@functools.lru_cache(None)
def wireshark_version() -> str:
    """The folder of plugins: "4.0"."""
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True,
                          check=True).stdout
    return re.search(r"(\d+\.\d+)\.\d+", text)[1]


class Workplace:
    """A folder that an ordinary user can read, with a home, the plugin and captures in it. Programs run
    with `more` in their environment."""

    def __init__(self, plugin: Optional[str] = None, **more: str) -> None:
        self.more = more
        self.folder = Path(tempfile.mkdtemp(prefix="pop-test-"))
        plugins = self.folder / "plugins" / wireshark_version() / "epan"
        plugins.mkdir(parents=True)
        shutil.copy(plugin or os.environ["POP_PLUGIN"], plugins / "pop.so")
        self.folder.chmod(0o755)
        for name in ("home", "out"):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(0o777)

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "TZ": "UTC",
                "LC_ALL": "C", "WIRESHARK_PLUGIN_DIR": str(self.folder / "plugins"),
                "POP_MAILS": os.environ.get("POP_MAILS", ""),
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""), **self.more}

    def command(self, *words: str) -> list[str]:
        if os.getuid() != 0:
            return list(words)
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words]

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """Runs to a good end, without a complaint of the dissector's."""
        done = subprocess.run(self.command(*words), env=self.environment(), capture_output=True,
                              timeout=TIMEOUT, cwd=self.folder / "out")
        complaints = done.stderr.decode(errors="replace")
        if done.returncode != 0 or "issector bug" in complaints or "ERROR" in complaints:
            raise AssertionError(f"{' '.join(words)}: {done.returncode}\n{complaints}")
        return done

    def remove(self) -> None:
        shutil.rmtree(self.folder)


@functools.lru_cache(None)
def boolean_fields() -> set[str]:
    workplace = Workplace()
    try:
        text = workplace.run("tshark", "-G", "fields").stdout.decode(errors="replace")
    finally:
        workplace.remove()
    rows = [line.split("\t") for line in text.splitlines()]
    return {row[2] for row in rows if row[0] == "F" and row[3] == "FT_BOOLEAN"}


def in_digits(name: str, value: str) -> str:
    """Wireshark 4.0 writes "1" and "0" where later releases write "True" and "False"."""
    if value in ("True", "False") and name in boolean_fields():
        return str(int(value == "True"))
    return value


# From 4.6 on, Wireshark writes short times in smaller units, more digits of other numbers, and
# round ones with an exponent.
SHORT_TIME = re.compile(r"\b(\d+(?:\.\d+)?) (milli|micro|nano)seconds\b")
DIGITS_BELOW_A_SECOND = {"milli": 3, "micro": 6, "nano": 9}
NUMBER = re.compile(r"(?<=: )\d+(?:\.\d+|(?:\.\d+)?e\+\d+)(?=\]?$)")
DIGITS_OF_A_NUMBER = 15


def with_earlier_numbers(line: str) -> str:
    """The line as earlier releases have it: times in seconds, to the nanosecond; numbers to 15 digits."""
    def seconds(time: re.Match) -> str:
        return f"{Decimal(time[1]).scaleb(-DIGITS_BELOW_A_SECOND[time[2]]):.9f} seconds"

    def shorter(number: re.Match) -> str:
        is_long = len(number[0]) > DIGITS_OF_A_NUMBER + 1 or "e" in number[0]
        return f"{float(number[0]):.{DIGITS_OF_A_NUMBER}g}" if is_long else number[0]
    return NUMBER.sub(shorter, SHORT_TIME.sub(seconds, line))


def registered_fields(workplace: Workplace) -> set[str]:
    text = workplace.run("tshark", "-G", "fields").stdout.decode(errors="replace")
    return {line.split("\t")[2] for line in text.splitlines() if line.startswith("F\t")}


def options_of(dialogue: captures.Dialogue, **more: Any) -> captures.Options:
    """What the directives of the file say."""
    directives = {words[0]: words[1:] for words in dialogue.directives}
    port = int(directives.get("server-port", ["110"])[0])
    return captures.Options(server_port=port, handshake="start-unseen" not in directives, **more)


class CaptureTest(unittest.TestCase):
    """A test with a workplace."""
    maxDiff = None

    def make_workplace(self) -> Workplace:
        return Workplace()

    def setUp(self) -> None:
        self.workplace = self.make_workplace()
        self.addCleanup(self.workplace.remove)

    # --- Captures ---

    def capture(self, runs: Iterable[captures.Run], cut: captures.Cutter = captures.whole,
                options: captures.Options = captures.Options()) -> Path:
        path = self.file_for_capture()
        captures.capture(path, runs, cut, options)
        return path

    def file_for_capture(self) -> Path:
        handle, name = tempfile.mkstemp(suffix=".pcap", dir=self.workplace.folder)
        os.close(handle)
        os.chmod(name, 0o644)
        return Path(name)

    def dialogues(self, names: Sequence[str], cut: captures.Cutter = captures.whole) -> Path:
        """One capture with all of them, a connection each."""
        conversations = []
        for i, name in enumerate(names):
            dialogue = captures.read_dialogue(DIALOGUES / f"{name}.dialogue")
            conversations.append((dialogue.runs, options_of(dialogue, client_port=40000 + i)))
        path = self.file_for_capture()
        captures.capture_several(path, conversations, cut)
        return path

    def dialogue(self, name: str, cut: captures.Cutter = captures.whole,
                 options: Optional[captures.Options] = None) -> Path:
        dialogue = captures.read_dialogue(DIALOGUES / f"{name}.dialogue")
        return self.capture(dialogue.runs, cut, options or options_of(dialogue))

    # --- tshark ---

    def tshark(self, capture: Path, *words: str, two_pass: bool = False,
               prefs: Sequence[str] = ()) -> str:
        options = ["-2"] if two_pass else []
        for preference in prefs:
            options += ["-o", preference]
        done = self.workplace.run("tshark", "-n", "-r", str(capture), *options, *words)
        return done.stdout.decode(errors="surrogateescape")

    def fields(self, capture: Path, *names: str, filter: Optional[str] = None,
               two_pass: bool = False, prefs: Sequence[str] = (),
               more: Sequence[str] = ()) -> list[list[list[str]]]:
        """A row for each frame: for each field, its values."""
        words = ["-T", "fields", "-E", "separator=\x1e", "-E", "aggregator=\x1f",
                 "-E", "occurrence=a", *more]
        for name in names:
            words += ["-e", name]
        text = self.tshark(capture, "-Y", filter or "pop", *words, two_pass=two_pass, prefs=prefs)
        rows = text.split("\n")[:-1]
        return [[[in_digits(name, value) for value in values.split("\x1f")] if values else []
                 for name, values in zip(names, row.split("\x1e"))]
                for row in rows]

    def values(self, capture: Path, name: str, **options: Any) -> list[str]:
        """All values of one field, in order."""
        return [value for row in self.fields(capture, name, **options) for value in row[0]]

    def count(self, capture: Path, filter: str, **options: Any) -> int:
        return len(self.fields(capture, "frame.number", filter=filter, **options))

    def values_by_dialogue(self, names: Sequence[str], fields: Sequence[str],
                           **options: Any) -> dict[str, dict[str, list[str]]]:
        """For each dialogue all values of each field, in order: one tshark reads them all."""
        capture = self.dialogues(names)
        result: dict[str, dict[str, list[str]]] = {
            name: {field: [] for field in fields} for name in names}
        for stream, *columns in self.fields(capture, "tcp.stream", *fields, filter="tcp",
                                            **options):
            for field, values in zip(fields, columns):
                result[names[int(stream[0])]][field] += values
        return result

    def trees(self, capture: Path, without: Sequence[str] = (), **options: Any) -> list[str]:
        """The pop tree of each frame, as text, without the named fields."""
        text = self.tshark(capture, "-T", "pdml", "-J", "frame pop", **options)
        return [f"frame {number}\n{tree_text(packet, without)}"
                for number, packet in enumerate(ElementTree.fromstring(text), 1)]

    def export(self, kind: str, capture: Path, prefs: Sequence[str] = (),
               two_pass: bool = False, more: Sequence[str] = ()) -> dict[str, bytes]:
        """What "Export Objects" writes: names of files, and what is in them."""
        folder = self.folder_for_files()
        self.tshark(capture, "-q", "--export-objects", f"{kind},{folder}", *more,
                    two_pass=two_pass, prefs=prefs)
        return files_of(folder)

    def folder_for_files(self) -> Path:
        """That an ordinary user can write to."""
        folder = Path(tempfile.mkdtemp(dir=self.workplace.folder / "out"))
        folder.chmod(0o777)
        return folder

    def export_imf(self, capture: Path, prefs: Sequence[str] = (),
                   two_pass: bool = False) -> dict[str, bytes]:
        return self.export("imf", capture, prefs, two_pass)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def tree_text(packet: ElementTree.Element, without: Sequence[str]) -> str:
    lines: list[str] = []

    def walk(element: ElementTree.Element, depth: int) -> None:
        if element.get("name") in without:
            return
        shown = element.get("showname") or element.get("show")
        lines.append(f"{'  ' * depth}{element.get('name')} [{element.get('pos')},"
                     f"{element.get('size')}] {shown}")
        for child in element:
            walk(child, depth + 1)

    for proto in packet:
        if proto.get("name") not in BELOW_POP:
            walk(proto, 0)
    return "\n".join(lines)


class Sharkd:
    """A sharkd that has loaded one capture, and shows its frames in any order."""

    def __init__(self, test: CaptureTest, capture: Path) -> None:
        self.process = subprocess.Popen(
            test.workplace.command("sharkd", "-"), env=test.workplace.environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ordinal = 0
        self.load(capture)

    def load(self, capture: Path) -> None:
        """Another capture takes the place of the one before."""
        self.ask("load", file=str(capture))

    def ask(self, method: str, **parameters: Any) -> Any:
        self.ordinal += 1
        request = {"jsonrpc": "2.0", "id": self.ordinal, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)["result"]
        raise AssertionError("sharkd has ended")

    def frame(self, number: int) -> Any:
        """Trees, columns and sources of data of one frame."""
        answer = self.ask("frame", frame=number, proto=True, columns=True)
        answer["tree"] = [item for item in answer["tree"] if item.get("f") != "frame"]
        return answer

    def frame_count(self) -> int:
        return self.ask("status")["frames"]

    def __enter__(self) -> "Sharkd":
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=TIMEOUT)
        self.process.stdout.close()
