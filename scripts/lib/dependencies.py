#!/usr/bin/env python3
"""Which file of plugin/protocol depends on which: no circles, no arrows up between the rooms, one writer.
SPDX-License-Identifier: GPL-2.0-or-later

A file, its header and its source together, depends on another where it includes its header, or where it
names a function which the other's source defines, in whatever header that is declared.
"""
import argparse
import re
import sys
from pathlib import Path

# What each room may know besides itself. A session picks the driver of another version, and such a driver
# reads as the session does: those two stand side by side, and their files make no circle all the same.
ROOMS = {
    "text": set(),
    "grammar": {"text"},
    "sasl": {"text"},
    "mail": {"text"},
    "order": {"text"},
    "session": {"text", "grammar", "sasl", "mail", "recovery", "legacy"},
    "recovery": {"text", "grammar", "mail", "session"},
    "legacy": {"text", "grammar", "mail", "session"},
}
# Recovery looks at the session, and does nothing to it.
VIEW_OF_SESSION = {"pop_state"}

INCLUDE = re.compile(r'^\s*#\s*include\s*"(?:\w+/)*(\w+)\.(h|def)"', re.MULTILINE)
DEFINITION = re.compile(r"^(?!static|typedef|struct|enum)[a-z][\w \*]*?\b(\w+)\([^;{}]*\)\s*\{", re.MULTILINE)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', re.DOTALL)
PART_WRITTEN = re.compile(r"\bsession->\w+(?:\[\w+\])?\.[\w.\[\]]+\s*(?:=(?!=)|[-+|&]=|\+\+|--)")


class File:
    """A header, a source, or both of one name."""

    def __init__(self, name: str, room: str) -> None:
        self.name, self.room = name, room
        self.includes: set[str] = set()
        self.defines: set[str] = set()
        self.words: set[str] = set()
        self.writes: list[str] = []

    def read(self, path: Path) -> None:
        text = path.read_text()
        self.includes |= {name for name, _ in INCLUDE.findall(text)} - {self.name}
        code = COMMENT.sub(lambda match: " " if match[0].startswith("/") else '""', text)
        if path.suffix != ".h":  # a header declares what others may define
            self.words |= set(re.findall(r"\b\w+\b", code))
        if path.suffix == ".c":
            self.defines |= set(DEFINITION.findall(code))
        for number, line in enumerate(code.splitlines(), 1):
            if PART_WRITTEN.search(line):
                self.writes.append(f"{path}:{number}: {line.strip()}")


def read_files(protocol: Path) -> dict[str, File]:
    files: dict[str, File] = {}
    for path in sorted(protocol.glob("*/*.[ch]")):
        files.setdefault(path.stem, File(path.stem, path.parent.name)).read(path)
    for path in sorted(protocol.glob("*/*.def")):  # a table is part of each file that includes it
        table = File(path.stem, path.parent.name)
        table.read(path)
        for file in files.values():
            if path.stem in file.includes:
                file.words |= table.words
    return files


def dependencies(files: dict[str, File]) -> dict[str, set[str]]:
    defined_in = {function: file.name for file in files.values() for function in file.defines}
    return {file.name: ({name for name in file.includes if name in files}
                        | {defined_in[word] for word in file.words & defined_in.keys()}) - {file.name}
            for file in files.values()}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one file (Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in order:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], order[other])
        if low[name] == order[name]:
            component = stack[stack.index(name):]
            del stack[stack.index(name):]
            if len(component) > 1:
                found.append(sorted(component))

    for name in sorted(graph):
        if name not in order:
            visit(name)
    return found


def arrows_up(files: dict[str, File], graph: dict[str, set[str]]) -> list[str]:
    found = []
    for name, others in sorted(graph.items()):
        room = files[name].room
        for other in sorted(others):
            target = files[other].room
            if target != room and target not in ROOMS.get(room, set()):
                found.append(f"{room}/{name} knows {target}/{other}")
        if room == "recovery":
            found += [f"recovery/{name} knows session/{other}, not the view of it"
                      for other in sorted(files[name].includes)
                      if other in files and files[other].room == "session" and other not in VIEW_OF_SESSION]
    return found


def complaints(protocol: Path) -> list[str]:
    files = read_files(protocol)
    graph = dependencies(files)
    rooms = sorted({file.room for file in files.values()} - ROOMS.keys())
    return ([f"no rule for the room {room}" for room in rooms]
            + ["a circle: " + ", ".join(circle) for circle in circles(graph)]
            + arrows_up(files, graph)
            + [f"{place}  (a part of the session, written by another file than its own)"
               for file in files.values() for place in file.writes])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("protocol", type=Path, help="plugin/protocol")
    found = complaints(parser.parse_args().protocol)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
