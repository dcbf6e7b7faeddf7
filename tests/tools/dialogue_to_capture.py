#!/usr/bin/env python3
"""Turns a .dialogue file into a capture file, cut and disturbed as asked.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
from pathlib import Path

import captures


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dialogue", type=Path)
    parser.add_argument("capture", type=Path, help="the pcap file that is written")
    cutting = parser.add_mutually_exclusive_group()
    cutting.add_argument("--mss", type=int, metavar="N", help="segments of N octets at the most")
    cutting.add_argument("--octets", action="store_true", help="segments of one octet")
    cutting.add_argument("--lines", action="store_true", help="a segment for each line")
    cutting.add_argument("--random", type=int, metavar="SEED", help="segments of random lengths")
    for name, what in (("drop", "leave out"), ("swap", "swap with the next"), ("repeat", "repeat")):
        parser.add_argument(f"--{name}", type=int, action="append", default=[], metavar="K",
                            help=f"{what} the K-th segment with octets (from 1)")
    parser.add_argument("--snaplen", type=int, default=262144, metavar="N")
    parser.add_argument("--server-port", type=int)
    parser.add_argument("--client-port", type=int, default=40000)
    parser.add_argument("--step", type=float, default=0.001, help="seconds between frames")
    parser.add_argument("--no-syn", action="store_true", help="no handshake")
    parser.add_argument("--no-fin", action="store_true")
    return parser.parse_args()


def cutter(arguments: argparse.Namespace) -> captures.Cutter:
    if arguments.mss:
        return captures.by_size(arguments.mss)
    if arguments.octets:
        return captures.by_size(1)
    if arguments.lines:
        return captures.by_lines
    if arguments.random is not None:
        return captures.at_random(arguments.random)
    return captures.whole


def options(arguments: argparse.Namespace, dialogue: captures.Dialogue) -> captures.Options:
    directives = {words[0]: words[1:] for words in dialogue.directives}
    port = arguments.server_port or int(directives.get("server-port", ["110"])[0])
    return captures.Options(
        server_port=port, client_port=arguments.client_port,
        handshake=not arguments.no_syn and "start-unseen" not in directives,
        finish=not arguments.no_fin, step=arguments.step, snaplen=arguments.snaplen,
        drop=tuple(arguments.drop), swap=tuple(arguments.swap), repeat=tuple(arguments.repeat))


def main() -> None:
    arguments = parse_arguments()
    dialogue = captures.read_dialogue(arguments.dialogue)
    captures.capture(arguments.capture, dialogue.runs, cutter(arguments),
                     options(arguments, dialogue))


if __name__ == "__main__":
    main()
