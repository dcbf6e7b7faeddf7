#!/usr/bin/env python3
"""Writes the table of the captures into README.md, from the comments within the captures.
SPDX-License-Identifier: GPL-2.0-or-later

Usage: table.py FOLDER    (the lines between the two marks in FOLDER/README.md are replaced)
The order and the headings of the table are those of FOLDER/order.txt.
"""
import pathlib
import sys

import pcapng

START, END = "<!-- table: made by lib/table.py -->", "<!-- end of table -->"
COLUMNS = "| Capture | What it shows | Server | Client | Frames | Size | Try this filter |\n"


def row(path):
    facts = dict(line.split(": ", 1) for line in pcapng.capture_comment(path).splitlines())
    name = path.name.split(".")[0]
    truth = path.with_name(f"{name}.sha256")
    mark = f" ([mails]({truth.name}))" if truth.exists() else ""
    size = max(1, round(path.stat().st_size / 1024))
    tries = facts["Try"].replace("|", "\\|")
    return (f"| [{name}]({path.name}){mark} | {facts['Shows']} | {facts['Server']} | {facts['Client']} |"
            f" {pcapng.count_frames(path)} | {size} kB | `{tries}` |\n")


def table(folder):
    paths = {path.name.split(".")[0]: path for path in folder.glob("*.pcapng.gz")}
    text, open_table = "", False
    for line in (folder / "order.txt").read_text().splitlines():
        if line.startswith("# "):
            text += f"\n### {line[2:]}\n"
            open_table = False
        elif line and not line.startswith("#"):
            if not open_table:
                text += "\n" + COLUMNS + "|---" * 7 + "|\n"
                open_table = True
            if line in paths:
                text += row(paths.pop(line))
    if paths:
        sys.exit(f"table.py: not in order.txt: {' '.join(sorted(paths))}")
    return text


def main():
    folder = pathlib.Path(sys.argv[1])
    readme = folder / "README.md"
    before, _, rest = readme.read_text().partition(START)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{START}\n{table(folder)}\n{END}{after}")


main()
