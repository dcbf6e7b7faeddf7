#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets from the dialogues, and from mails of many kinds.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import hashlib
import hmac
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


def proof_of(hash_name: str, password: bytes, salt: bytes, iterations: int, message: bytes) -> bytes:
    """The client's proof (RFC 5802 section 3)."""
    salted = hashlib.pbkdf2_hmac(hash_name, password, salt, iterations)
    key = hmac.digest(salted, b"Client Key", hash_name)
    signature = hmac.digest(hashlib.new(hash_name, key).digest(), message, hash_name)
    return base64.b64encode(bytes(a ^ b for a, b in zip(key, signature)))


def scram_seed(name: bytes, hash_name: str) -> bytes:
    first, final = b"n=user,r=abc", b"c=biws,r=abcdef"
    challenge = b"r=abcdef,s=c2FsdA==,i=10"
    proof = proof_of(hash_name, b"pencil", b"salt", 10, first + b"," + challenge + b"," + final)
    return b"\xff".join((name, b"user", b"pencil", b"n,," + first, challenge, final + b",p=" + proof, b"v=eA=="))


def verify_seeds() -> dict[str, bytes]:
    """Logins whose secret is given with them; the digests are those of RFC 2195 and RFC 2831."""
    challenge = (b'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,'
                 b'charset=utf-8')
    response = (b'charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",'
                b'nc=00000001,cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",'
                b'response=d388dad90d4bbd760a152321f2143af7,qop=auth')
    return {
        "cram-md5": b"\xff".join((b"CRAM-MD5", b"tim", b"tanstaaftanstaaf",
                                  b"tim b913a602c7eda7a495b4e6e7334d3890",
                                  b"<1896.697170952@postoffice.reston.mci.net>")),
        "digest-md5": b"\xff".join((b"DIGEST-MD5", b"chris", b"secret", response, challenge, b"",
                                    b"rspauth=ea40f60335c427b5527b84dbabcdfffd")),
        "scram-sha-1": scram_seed(b"SCRAM-SHA-1", "sha1"),
        "scram-sha-256": scram_seed(b"SCRAM-SHA-256", "sha256"),
        "beyond-ascii": "CRAM-MD5\u00ffj".encode("latin-1") + b"\xff" + "p\u00e4ss\u00adw\u00f6rt".encode(),
    }


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
    for target, seeds in (("order", order_seeds()), ("verify", verify_seeds())):
        for name, seed in seeds.items():
            write(target, name, seed)
    for number, kind in enumerate(mail_kinds.all_kinds()):
        if number % 3 == 0 or not kind.name.endswith(("base64", "quoted-printable")):
            write("mail", f"{number:03}", kind.octets)


if __name__ == "__main__":
    main()
