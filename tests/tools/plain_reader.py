"""Reads POP sessions out of a capture without any POP decoder: what the tests count against.

Takes the octets of TCP (or what TLS carried) from tshark, puts them in order, and reads the lines of
POP3 one after the other. Knows nothing of the plugin.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import binascii
import dataclasses
import re
from typing import Callable, Iterator, Optional

POP_PORTS = {109, 110, 995, 1109}
MULTILINE = {"RETR", "TOP", "CAPA"}
MULTILINE_WITHOUT_ARGUMENT = {"LIST", "UIDL", "AUTH", "LANG"}

Tshark = Callable[..., str]  # words -> output


@dataclasses.dataclass
class Exchange:
    """A command and what answered it."""
    verb: str
    words: list[str]
    positive: Optional[bool] = None  # None: nothing answered it
    code: Optional[str] = None  # extended response code
    lines: list[bytes] = dataclasses.field(default_factory=list)  # of a multi-line reply
    answers: list[bytes] = dataclasses.field(default_factory=list)  # to the challenges of AUTH

    @property
    def mail(self) -> bytes:
        return b"".join(self.lines)


@dataclasses.dataclass
class Login:
    user: Optional[str]
    mechanism: str
    verdict: str


# --- Octets ----------------------------------------------------------------------------------------

def in_order(parts: list[tuple[int, bytes]]) -> bytes:
    """Joins segments by their sequence numbers; ends at the first octet that is missing."""
    out = b""
    first = parts[0][0] if parts else 0
    places = sorted((((start - first + 2**31) % 2**32) - 2**31, data) for start, data in parts)
    expected = places[0][0] if places else 0
    for place, data in places:
        if place > expected:
            break
        if place + len(data) > expected:
            out += data[expected - place:]
            expected = place + len(data)
    return out


def segments_of(row: str) -> Iterator[tuple[str, ...]]:
    """The segments of a frame, mostly one; one without octets has no payload in the row."""
    *columns, payloads = [column.split(",") for column in (row.split("\t") + [""])[:7]]
    for *segment, length in zip(*columns):
        yield (*segment, payloads.pop(0) if int(length) else "")


def tcp_streams(tshark: Tshark) -> dict[int, tuple[bytes, bytes]]:
    """For each TCP connection of POP: the client's octets, the server's octets."""
    fields = ["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.flags", "tcp.len",
              "tcp.payload"]
    rows = tshark("-Y", "tcp", "-T", "fields", *(word for name in fields for word in ("-e", name)))
    pieces: dict[int, tuple[list, list]] = {}
    for stream, source, target, sequence, flags, payload in (
            segment for row in rows.splitlines() for segment in segments_of(row)):
        if int(source) not in POP_PORTS and int(target) not in POP_PORTS:
            continue
        start = int(sequence) + (int(flags, 16) >> 1 & 1)
        side = pieces.setdefault(int(stream), ([], []))[int(source) in POP_PORTS]
        side.append((start, bytes.fromhex(payload)))
    return {stream: (in_order(client), in_order(server))
            for stream, (client, server) in sorted(pieces.items())}


def decrypted(tshark: Tshark, stream: int) -> tuple[bytes, bytes]:
    """What TLS carried, as tshark's follow shows it: a tab marks the second node."""
    text = tshark("-q", "-z", f"follow,tls,raw,{stream}")
    ports = [int(port) for port in re.findall(r"^Node [01]: .*:(\d+)$", text, re.M)]
    sides = [b"", b""]
    for line in text.splitlines():
        if re.fullmatch(r"\t?(?:[0-9a-f]{2})+", line):
            sides[ports[line[0] == "\t"] in POP_PORTS] += bytes.fromhex(line.strip())
    return sides[0], sides[1]


# --- Lines -----------------------------------------------------------------------------------------

class Lines:
    def __init__(self, octets: bytes) -> None:
        self.octets, self.at = octets, 0

    def next(self) -> Optional[bytes]:
        end = self.octets.find(b"\n", self.at) + 1
        if end == 0:
            return None
        line, self.at = self.octets[self.at:end], end
        return line

    def body(self) -> Optional[list[bytes]]:
        """The unstuffed lines up to the final dot; None where that does not come."""
        lines = []
        while (line := self.next()) is not None:
            if line.rstrip(b"\r\n") == b".":
                return lines
            lines.append(line[1:] if line.startswith(b".") else line)
        return None


def is_challenge(line: bytes) -> bool:
    return re.match(rb"\+( |\r)", line) is not None


def answer(exchange: Exchange, client: Lines, server: Lines) -> None:
    status = server.next()
    while status is not None and exchange.verb == "AUTH" and is_challenge(status):
        line = client.next()
        exchange.answers.append(b"" if line is None else line.strip())
        status = server.next()
    if status is None:
        return
    exchange.positive = status.upper().startswith(b"+OK")
    code = re.match(rb"[+-]\w+ \[([^\]]+)\]", status)
    exchange.code = code[1].decode().upper() if code else None
    multiline = exchange.verb in MULTILINE or (
        exchange.verb in MULTILINE_WITHOUT_ARGUMENT and len(exchange.words) == 1)
    if exchange.positive and multiline:
        exchange.lines = server.body() or []


def read_session(client: Lines, server: Lines, greeted: bool) -> tuple[list[Exchange], bool]:
    """The exchanges, and whether an accepted STLS was the last of them."""
    exchanges: list[Exchange] = []
    if not greeted:
        server.next()
    while (line := client.next()) is not None:
        words = line.decode("latin-1").split()
        if not words:
            continue
        exchange = Exchange(words[0].upper(), words)
        exchanges.append(exchange)
        answer(exchange, client, server)
        if exchange.verb == "STLS" and exchange.positive:
            return exchanges, True
    return exchanges, False


def without_proxy_header(client: bytes) -> bytes:
    """What follows the line that a proxy puts first (PROXY protocol, version 1)."""
    return client.partition(b"\n")[2] if client.startswith(b"PROXY ") else client


def sessions(tshark: Tshark) -> dict[int, list[Exchange]]:
    """For each TCP connection with a POP3 session its exchanges, in order."""
    result = {}
    for stream, (client, server) in tcp_streams(tshark).items():
        if client[:1] == b"\x16":  # TLS from the first octet
            client, server = decrypted(tshark, stream)
        client = without_proxy_header(client)
        exchanges, secured = read_session(Lines(client), Lines(server), False)
        if secured:
            client, server = decrypted(tshark, stream)
            exchanges += read_session(Lines(client), Lines(server), True)[0]
        result[stream] = exchanges
    return result


# --- Logins ----------------------------------------------------------------------------------------

def decode(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def ntlm_user(message: bytes) -> Optional[str]:
    if message[:8] != b"NTLMSSP\0" or message[8] != 3:
        return None
    length, start, flags = (int.from_bytes(message[at:at + 4], "little") & mask
                            for at, mask in ((36, 0xFFFF), (40, 0xFFFFFFFF), (60, 0xFFFFFFFF)))
    unicode_negotiated = flags & 1
    return message[start:start + length].decode("utf-16-le" if unicode_negotiated else "latin-1")


def sasl_user(mechanism: str, messages: list[bytes]) -> Optional[str]:
    """Whom the client's messages name."""
    text = [message.decode("latin-1") for message in messages]
    patterns = {"DIGEST-MD5": r'username="([^"]*)"', "XOAUTH2": r"^user=([^\x01]*)",
                "OAUTHBEARER": r"^n,a=([^,]*)"}
    if mechanism == "PLAIN":
        parts = text[0].split("\0")
        return parts[0] or parts[1]
    if mechanism in ("LOGIN", "EXTERNAL"):
        return text[0] or None
    if mechanism == "CRAM-MD5":
        return text[0].rpartition(" ")[0]
    if mechanism == "NTLM":
        return next((user for user in map(ntlm_user, messages) if user), None)
    pattern = r"^[npy].*,n=([^,]*)" if mechanism.startswith("SCRAM-") else patterns.get(mechanism)
    found = pattern and re.search(pattern, text[0])
    return found[1] if found else None


def verdict_of(exchange: Exchange) -> str:
    if exchange.positive is None:
        return "unanswered"
    if exchange.positive:
        return "accepted"
    return "cancelled" if exchange.answers[-1:] == [b"*"] else "rejected"


def logins(exchanges: list[Exchange]) -> list[Login]:
    """What is refused to somebody who is logged in, or a PASS without a name, was judged by nobody: it is
    no attempt."""
    found, name, inside = [], None, False
    for exchange in exchanges:
        verdict = verdict_of(exchange)
        if verdict == "rejected" and exchange.verb in ("USER", "PASS", "APOP", "AUTH") \
                and (inside or (exchange.verb == "PASS" and name is None)
                     or (exchange.verb == "USER" and len(exchange.words) < 2)):
            continue
        inside |= verdict == "accepted" and (exchange.verb in ("PASS", "APOP")
                                             or (exchange.verb == "AUTH" and len(exchange.words) > 1))
        if exchange.verb == "USER":
            name = " ".join(exchange.words[1:]) or None
            if verdict == "rejected":
                found.append(Login(name, "USER", verdict))
        elif exchange.verb == "PASS":
            found.append(Login(name, "USER", verdict))
        elif exchange.verb == "APOP":
            found.append(Login(exchange.words[1], "APOP", verdict))
        elif exchange.verb == "AUTH" and len(exchange.words) > 1:
            mechanism = exchange.words[1].upper()
            initial = [word.encode() for word in exchange.words[2:]]
            messages = [decode(line) for line in initial + exchange.answers if line != b"*"]
            user = sasl_user(mechanism, messages) if messages else None
            found.append(Login(user, mechanism, verdict))
    return found
