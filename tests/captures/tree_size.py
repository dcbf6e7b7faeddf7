#!/usr/bin/env python3
"""How long the trees are that a reader meets: lines of POP trees over the sample captures.

    tests/captures/tree_size.py [NAME...]

prints, for each sample (all without NAME), how many lines `tshark -2 -O pop` draws below "Post Office
Protocol", and how many of them are generated (in brackets). What stands closed in the window counts as its
one line: the subtree of the session. Lists of fragments and the facts of a message are not counted.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterator

import goldens
import harness

ROOT = Path(__file__).resolve().parents[2]

# Subtrees that count as their own line, and those that do not count at all.
CLOSED = re.compile(r" *\[Session: \d+, ")
MESSAGE = re.compile(r" *\[Message: \d+")
FRAGMENTS = re.compile(r" *\[(\d+ DATA fragment|Line of \d+ bytes in )")


def depth_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def counted(text: str) -> Iterator[str]:
    """The lines that count."""
    within, skipped = False, None
    for line in goldens.without_guests(text):
        within = goldens.is_ours(line, within)
        depth = depth_of(line)
        if not within or skipped is not None and depth > skipped:
            continue
        is_list = FRAGMENTS.match(line) is not None
        skipped = depth if is_list or CLOSED.match(line) or MESSAGE.match(line) else None
        if not is_list:
            yield line


def is_generated(line: str) -> bool:
    return line.lstrip(" ").startswith("[")


def measure(workplace: harness.Workplace, name: str) -> tuple[int, int]:
    """Lines in all, and generated ones."""
    text = workplace.run("tshark", "-n", "-2", "-r", str(goldens.SAMPLES / f"{name}.pcapng.gz"),
                         "-Y", "pop", "-O", "pop").stdout.decode(errors="replace")
    lines = list(counted(text))
    return len(lines), sum(map(is_generated, lines))


def main(names: list[str]) -> None:
    workplace = harness.Workplace()
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(lambda name: measure(workplace, name), names))
    finally:
        workplace.remove()
    for name, (lines, generated) in zip(names, rows):
        print(f"{lines:7} {generated:7}  {name}")
    lines, generated = map(sum, zip(*rows))
    print(f"{lines:7} {generated:7}  in all: {100 * generated / lines:.1f} % generated")


if __name__ == "__main__":
    if sys.argv[1:2] in (["-h"], ["--help"]):
        sys.exit(print(__doc__))
    os.environ.setdefault("POP_PLUGIN", str(ROOT / "build" / "pop.so"))
    main(sys.argv[1:] or goldens.names())
