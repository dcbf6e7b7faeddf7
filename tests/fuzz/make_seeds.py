#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets from the dialogues, and from mails of many kinds.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import captures  # noqa: E402  (from tests/tools)
import mail_kinds  # noqa: E402

DIALOGUES = HERE.parent / "dialogues"
LARGEST = 4096  # octets of a seed; longer ones only slow the fuzzer down

# Of the octet of options in fuzz_session.c, and of its header octets.
START_SEEN, OLD_PORT, KERBEROS, SHORT_LINES, SMALL_MAILS = 1, 2, 4, 8, 16
HEADER, FROM_SERVER, TLS, GAP, LITERAL, CUT_OFF = 0xF0, 1, 2, 4, 0xF8, 0xFA
PORT_OPTIONS = {"109": OLD_PORT, "1109": KERBEROS}


def escaped(octets: bytes) -> bytes:
    return b"".join(bytes([LITERAL, octet]) if octet >= HEADER else bytes([octet])
                    for octet in octets)


def runs_with_tls(path: Path) -> list[tuple[captures.Run, bool]]:
    """The runs of a dialogue, each with whether it comes through TLS."""
    clear, behind = path.read_text().split("\n---\n", 1)[0], ""
    if "\n@ tls\n" in clear:
        clear, behind = clear.split("\n@ tls\n", 1)
    result = []
    for text, tls in ((clear, False), (behind, True)):
        lines = [line for line in text.split("\n") if line[:1] in ("C", "S")]
        runs = captures.joined(captures.parse_speech(line) for line in lines)
        result += [(run, tls) for run in runs]
    return result


def session_seed(path: Path) -> bytes:
    directives = {words[0]: words[1:] for words in captures.read_dialogue(path).directives}
    options = 0 if "start-unseen" in directives else START_SEEN
    options |= SHORT_LINES if "line-limit" in directives else 0
    options |= SMALL_MAILS if "message-limit" in directives else 0
    options |= PORT_OPTIONS.get(directives.get("server-port", [""])[0], 0)
    seed, lost = bytes([options]), 0
    for run, tls in runs_with_tls(path):
        if run.lost:
            lost = run.lost
            continue
        header = HEADER | (FROM_SERVER if run.direction == captures.SERVER else 0)
        header |= TLS if tls else 0
        seed += bytes([header | GAP, min(lost, 255)]) if lost else bytes([header])
        seed += escaped(run.octets)
        seed += bytes([CUT_OFF, min(run.cut_off, 255)]) if run.cut_off else b""
        lost = 0
    return seed


def lines_of(direction: str) -> set[bytes]:
    return {line.rstrip(b"\r") for path in DIALOGUES.glob("*.dialogue")
            for run in captures.read_dialogue(path).runs if run.direction == direction
            for line in run.octets.split(b"\n") if len(line) <= 512}


def first_of_each_word(lines: set[bytes], most: int) -> list[bytes]:
    """A few lines for each first word: the fuzzer finds the rest."""
    chosen: dict[bytes, list[bytes]] = {}
    for line in sorted(lines):
        chosen.setdefault(line.split(b" ")[0].upper(), []).append(line)
    return [line for group in chosen.values() for line in group[:most]]


# As fuzz_order.c has them.
ORDER_FROM_SERVER, ORDER_FIN, ORDER_SYN, ORDER_FAR, ORDER_CUT_OFF = 1, 2, 4, 32, 64
LINE, PAUSE = 100, 10  # octets of a segment, milliseconds


def order_step(kind: int, place: int = 0, length: int = LINE, pause: int = PAUSE) -> bytes:
    return bytes([kind, place & 0xff, length, 0, pause])


def order_seeds() -> dict[str, bytes]:
    """Connections that begin and end as they should; what happens between is the seed's name."""
    client, server = 0, ORDER_FROM_SERVER
    begin = order_step(client | ORDER_SYN, length=0) + order_step(server | ORDER_SYN, length=0)
    end = order_step(server | ORDER_FIN, length=0) + order_step(client | ORDER_FIN, length=0)
    middles = {
        "plain": [(client,), (server,), (server,), (client,), (server,)],
        "swapped": [(server, LINE), (server, -2 * LINE), (client,)],
        "repeated": [(server,), (server, -LINE), (server, -LINE // 2), (client,)],
        "lost": [(server, LINE), *[(server,)] * 4, (client,), *[(server,)] * 4],
        "forged": [(server,), (server | ORDER_FAR, 7), (client,), (server,)],
        "another": [(server,), (server | ORDER_FAR, 110), (client | ORDER_FAR, 110)],
        "cut-off": [(server,), (server | ORDER_CUT_OFF,), (server,), (client,)],
    }
    return {name: b"\0" + begin + b"".join(order_step(*step) for step in steps) + end
            for name, steps in middles.items()}


def write(target: str, name: str, octets: bytes) -> None:
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed-{name}").write_bytes(octets[:LARGEST])


def main() -> None:
    for path in sorted(DIALOGUES.glob("*.dialogue")):
        write("session", path.stem, session_seed(path))
    for number, line in enumerate(first_of_each_word(lines_of(captures.CLIENT), 2)):
        write("request", f"{number:03}", line)
    for number, line in enumerate(first_of_each_word(lines_of(captures.SERVER), 2)):
        write("reply", f"{number:03}", line)
    for name, seed in order_seeds().items():
        write("order", name, seed)
    for number, kind in enumerate(mail_kinds.all_kinds()):
        if number % 3 == 0 or not kind.name.endswith(("base64", "quoted-printable")):
            write("mail", f"{number:03}", kind.octets)


if __name__ == "__main__":
    main()
