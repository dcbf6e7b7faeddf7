#!/usr/bin/env python3
"""The project's pages: their commands, tables, links and names; and the command that renews outputs.

    tests/captures/documentation.py --update [PAGE...]

writes what the commands of a page really print into their blocks, where it differs. Read the difference
before it is committed: the tests only compare, they never write. CONTRIBUTING.md tells the notation.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import functools
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, Optional

import harness

ROOT = Path(__file__).resolve().parents[2]
NOT_OF_THE_PROJECT = re.compile(r"\.git$|build|__pycache__$|\.cache$")
ELLIPSIS = "…"

# What may stand in a block that holds no command. A block says its language, always.
NOT_COMMANDS = {"text", "c", "cmake", "python", "ini", "json", "xml", "lua", "powershell"}
COMMANDS = {"console", "sh"}
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\s*$")
MARKER = re.compile(r"<!-- *(?P<kind>not run|output of|run by):? (?P<text>.*?) *-->")


# --- What a page holds ----------------------------------------------------------------------------

@dataclass
class Command:
    text: str
    output: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A fenced block; `line` is the number of its first fence, `marks` what stands directly before."""
    line: int
    language: str
    lines: list[str]
    marks: dict[str, str]
    indent: str = ""

    def commands(self) -> list[Command]:
        """Of a console block: each command and what it prints."""
        found: list[Command] = []
        continued = False
        for line in self.lines:
            if continued:
                found[-1].text += "\n" + line
            elif line.startswith("$ "):
                found.append(Command(line[2:]))
            elif found:
                found[-1].output.append(line)
            else:
                raise ValueError(f"line {self.line}: a console block begins with a command")
            continued = found[-1].text.endswith("\\") and not found[-1].output
        return found


class Page:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.text = path.read_text()
        self.blocks = list(self._blocks())

    def __repr__(self) -> str:
        return self.name

    def _blocks(self) -> Iterator[Block]:
        lines = self.text.splitlines()
        block: Optional[Block] = None
        for number, line in enumerate(lines, 1):
            fence = FENCE.match(line)
            if block is None and fence:
                block = Block(number, fence["language"], [], marks_before(lines, number - 1),
                              fence["indent"])
            elif fence and not fence["language"]:
                yield block
                block = None
            elif block is not None:
                block.lines.append(line.removeprefix(block.indent))
        if block is not None:
            raise ValueError(f"{self.name}:{block.line}: the block has no end")

    def prose(self) -> str:
        """The page without its blocks."""
        return re.sub(r"^ *```\S*$.*?^ *```\s*$", "", self.text, flags=re.M | re.S)

    def code_spans(self) -> list[str]:
        return re.findall(r"`([^`\n]+)`", self.prose())

    def links(self) -> list[str]:
        """Targets of links and pictures, without those that lead to other places."""
        targets = re.findall(r"\]\(([^)\s]+)\)", self.prose())
        return [target for target in targets if "://" not in target]

    def headings(self) -> set[str]:
        """As anchors of links."""
        titles = re.findall(r"^#+ +(.*)$", self.prose(), re.M)
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    def tables(self) -> Iterator[list[dict[str, str]]]:
        """Each table, as rows by column."""
        rows: list[list[str]] = []
        for line in self.prose().splitlines() + [""]:
            if line.startswith("|"):
                cells = re.split(r"(?<!\\)\|", line)[1:-1]
                rows.append([cell.strip().replace("\\|", "|") for cell in cells])
            elif rows:
                yield [dict(zip(rows[0], row)) for row in rows[2:]]
                rows = []


def marks_before(lines: list[str], index: int) -> dict[str, str]:
    """Of the comments directly before a line."""
    marks: dict[str, str] = {}
    while index > 0 and (not lines[index - 1].strip() or MARKER.search(lines[index - 1])):
        index -= 1
        mark = MARKER.search(lines[index])
        if mark:
            marks[mark["kind"]] = mark["text"]
    return marks


@functools.lru_cache(None)
def files() -> frozenset[str]:
    """Every file of the project, as a path from its root."""
    found = set()
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not NOT_OF_THE_PROJECT.match(name)]
        found |= {str((Path(folder) / name).relative_to(ROOT)) for name in names}
    return frozenset(found)


@functools.lru_cache(None)
def pages() -> tuple[Page, ...]:
    return tuple(Page(ROOT / name) for name in sorted(files()) if name.endswith(".md"))


# --- Running commands -----------------------------------------------------------------------------

@functools.lru_cache(None)
def personal_plugins() -> Path:
    """The personal plugin folder, from the home of whoever it is."""
    home = Path("/home/reader")
    folders = subprocess.run(["tshark", "-G", "folders"], env={"PATH": os.environ["PATH"], "HOME": str(home)},
                             check=True, capture_output=True, text=True).stdout
    return Path(re.search(r"^Personal Plugins:\s+(.*)$", folders, re.M)[1]).relative_to(home)


class Reader:
    """A user who has the project in a folder and the plugin in the personal plugin folder, and
    follows one page: the blocks run in order, in one folder."""

    def __init__(self, workplace: harness.Workplace, project: Path) -> None:
        self.workplace = workplace
        self.home = Path(tempfile.mkdtemp(dir=workplace.folder))
        self.folder = self.home / "wireshark-pop"
        self.folder.mkdir()
        for entry in project.iterdir():
            (self.folder / entry.name).symlink_to(entry)
        plugins = self.home / personal_plugins() / "epan"
        plugins.mkdir(parents=True)
        shutil.copy(os.environ["POP_PLUGIN"], plugins / "pop.so")
        for folder in (self.home, *(path for path in self.home.rglob("*") if path.is_dir())):
            if not folder.is_symlink() and os.getuid() == 0:
                os.chown(folder, int(harness.NOBODY), int(harness.NOBODY))

    def environment(self) -> dict[str, str]:
        environment = self.workplace.environment() | {
            "HOME": str(self.home), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        del environment["WIRESHARK_PLUGIN_DIR"]
        return environment

    def run(self, script: str) -> str:
        """What the commands print; they must end well."""
        done = subprocess.run(
            self.workplace.command("bash", "-euo", "pipefail", "-c", script), cwd=self.folder,
            env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=harness.TIMEOUT)
        complaints = done.stderr.decode(errors="replace")
        if done.returncode != 0 or "issector bug" in complaints or "ERROR" in complaints:
            raise AssertionError(f"{script}\nexit status {done.returncode}\n{complaints}"
                                 f"{done.stdout.decode(errors='replace')[-2000:]}")
        return done.stdout.decode(errors="replace")


class Library:
    """A copy of the project that every user can read."""

    def __init__(self) -> None:
        self.workplace = harness.Workplace()
        self.project = self.workplace.folder / "project"
        shutil.copytree(ROOT, self.project, ignore=lambda _, names: [
            name for name in names if NOT_OF_THE_PROJECT.match(name)])
        for folder, _, names in os.walk(self.project):
            os.chmod(folder, 0o755)
            for name in names:
                path = Path(folder) / name
                path.chmod(path.stat().st_mode | 0o444)

    def reader(self) -> Reader:
        return Reader(self.workplace, self.project)

    def remove(self) -> None:
        self.workplace.remove()


def printed(text: str) -> list[str]:
    """Lines as they are compared: no blanks at their ends, no empty lines at the end; numbers as
    earlier releases write them."""
    return [harness.with_earlier_numbers(line.rstrip()) for line in text.rstrip().splitlines()]


def line_fits(expected: str, found: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in expected.split(ELLIPSIS))
    return re.fullmatch(pattern, found) is not None


def fits(expected: list[str], found: list[str]) -> bool:
    """A line "…" stands for any lines, and "…" within a line for any text."""
    runs: list[list[str]] = [[]]
    for line in printed("\n".join(expected)):
        if line.strip() == ELLIPSIS:
            runs.append([])
        else:
            runs[-1].append(line)

    def run_fits(run: list[str], place: int) -> bool:
        return all(map(line_fits, run, found[place:place + len(run)]))

    first, last = runs[0], runs[-1]
    if len(runs) == 1:
        return len(first) == len(found) and run_fits(first, 0)
    end = len(found) - len(last)
    if len(first) > end or not run_fits(first, 0) or not run_fits(last, end):
        return False
    place = len(first)
    for run in runs[1:-1]:  # each at the first place that fits: what follows has the more lines left
        place = next((at for at in range(place, end - len(run) + 1) if run_fits(run, at)), None)
        if place is None:
            return False
        place += len(run)
    return True


def is_run(block: Block) -> bool:
    return block.language in COMMANDS and not {"not run", "run by"} & set(block.marks)


def compares(block: Block) -> bool:
    """Whether the output is to be the same on this version of Wireshark."""
    only = block.marks.get("output of")
    return only is None or only == f"Wireshark {harness.wireshark_version()}"


# --- Renewing -------------------------------------------------------------------------------------

def renewed(page: Page, reader: Reader) -> str:
    lines = page.text.splitlines()
    changes: list[tuple[Block, list[str]]] = []
    for block in filter(is_run, page.blocks):
        if block.language == "sh":
            reader.run("\n".join(block.lines))
            continue
        wanted: list[str] = []
        for command in block.commands():
            found = printed(reader.run(command.text))
            output = command.output if fits(command.output, found) else found
            wanted += f"$ {command.text}".splitlines() + output
        changes.append((block, wanted))
    for block, wanted in reversed(changes):
        lines[block.line:block.line + len(block.lines)] = [
            (block.indent + line).rstrip() for line in wanted]
    return "\n".join(lines) + "\n"


def update(names: list[str]) -> None:
    library = Library()
    try:
        for page in pages():
            if names and page.name not in names:
                continue
            text = renewed(page, library.reader())
            if text != page.text:
                page.path.write_text(text)
                print(f"{page.name}: renewed")
    finally:
        library.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--update", action="store_true", required=True,
                        help="write what the commands print into the pages")
    parser.add_argument("page", nargs="*", help="such as docs/cookbook.md; without: all")
    arguments = parser.parse_args()
    os.environ.setdefault("POP_PLUGIN", str(ROOT / "build" / "pop.so"))
    update(arguments.page)


if __name__ == "__main__":
    main()
