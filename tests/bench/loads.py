"""The captures of the benchmark, made from a seed: large mails, many mails, listings, sessions, TLS.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import dataclasses
import random
import sys
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import captures  # noqa: E402  (from tests/tools)
import tls  # noqa: E402
from captures import CLIENT, SERVER, Run  # noqa: E402

SEGMENT = 1460  # octets of a full segment on Ethernet
SMALL_SEGMENT = 64
LINE = 76  # octets of a base64 line (RFC 2045 section 6.8)
MILLION = 1_000_000
SMALL_MAIL = 3500
TLS_PORT = 995
FOREIGN_PORT = 45678  # no dissector has it
QUICK = 10  # a quick run takes loads of a tenth of the size

# What is asked of a load: CPU of one pass as a ratio to POP disabled; None: nothing.
LARGE, SMALL, LISTING = 1.15, 1.5, 1.3


@dataclasses.dataclass
class Load:
    """One capture and what is in it."""
    name: str
    title: str
    most: float | None  # CPU of one pass at most, as a ratio to POP disabled
    make: Callable[[Path, random.Random], "Content"]
    of_built_in: float = 1.0  # … and at most, as a ratio to the built-in dissector
    linear_to: tuple[str, float] | None = None  # a smaller load, and how many times as large this is
    counted: bool = False  # its instructions are counted …
    per_octet: bool = False  # … and told per octet that the server sends, else per exchange
    foreign: bool = False  # nothing of it is POP: its instructions are compared with those without the plugin


@dataclasses.dataclass
class Content:
    """What a capture holds, as the dissector will see it."""
    mails: int = 0  # octets of all mails
    payload: int = 0  # octets that the server sends
    exchanges: int = 0
    keylog: bool = False
    listed: int = 0  # messages that listings tell of


# --- Mails ---------------------------------------------------------------------------------------

def base64_lines(octets: int, source: random.Random) -> bytes:
    """So many octets, and a few more, of lines such as an attachment has."""
    count = octets // (LINE + 2) + 1
    text = base64.b64encode(source.randbytes(count * LINE * 3 // 4))
    return b"".join(text[i:i + LINE] + b"\r\n" for i in range(0, len(text), LINE))


def header(number: int, content_type: bytes) -> bytes:
    return (b"From: Alice <alice@example.org>\r\nTo: Bob <bob@example.net>\r\n"
            b"Subject: Report %d of the benchmark\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n"
            b"Message-ID: <%d.bench@example.org>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: %s\r\n" % (number, number, content_type))


def with_attachment(octets: int, source: random.Random) -> bytes:
    return (header(1, b'multipart/mixed; boundary="bench"')
            + b"\r\n--bench\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee attachment.\r\n"
            + b'--bench\r\nContent-Type: application/octet-stream; name="report.bin"\r\n'
            + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64_lines(octets, source)
            + b"--bench--\r\n")


def plain(number: int, octets: int, source: random.Random) -> bytes:
    return header(number, b"text/plain; charset=utf-8") + b"\r\n" + base64_lines(octets, source)


# --- Sessions --------------------------------------------------------------------------------------

LOGIN = [Run(SERVER, b"+OK ready\r\n"), Run(CLIENT, b"USER bob\r\n"), Run(SERVER, b"+OK\r\n"),
         Run(CLIENT, b"PASS secret\r\n"), Run(SERVER, b"+OK logged in\r\n")]
QUIT = [Run(CLIENT, b"QUIT\r\n"), Run(SERVER, b"+OK bye\r\n")]
FRAME_EXCHANGES = 3  # USER, PASS, QUIT


def reply_with(mail: bytes) -> bytes:
    return b"+OK %d octets\r\n" % len(mail) + mail + b".\r\n"


def session(*runs: Run) -> list[Run]:
    return [*LOGIN, *runs, *QUIT]


def one_after_another(mails: Iterable[bytes]) -> Iterator[Run]:
    for number, mail in enumerate(mails, 1):
        yield Run(CLIENT, b"RETR %d\r\n" % number)
        yield Run(SERVER, reply_with(mail))


def content_of(runs: Iterable[Run], mails: Iterable[bytes], exchanges: int) -> Content:
    return Content(mails=sum(map(len, mails)), exchanges=exchanges,
                   payload=sum(len(run.octets) for run in runs if run.direction == SERVER))


def write(path: Path, runs: list[Run], segment: int = SEGMENT, port: int = 110, **more: Any) -> None:
    """A receiver acknowledges every second segment, as TCP does (RFC 9293 section 3.8.6.3)."""
    options = captures.Options(step=0.0001, acknowledge=2, server_port=port, **more)
    captures.capture(path, runs, captures.by_size(segment), options)


# --- The loads -------------------------------------------------------------------------------------

Maker = Callable[[Path, random.Random], Content]


def large_mail(octets: int, segment: int = SEGMENT) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        mail = with_attachment(octets, source)
        runs = session(*one_after_another([mail]))
        write(path, runs, segment)
        return content_of(runs, [mail], FRAME_EXCHANGES + 1)
    return make


def disturbed_mail(octets: int, disturbance: str, each: int) -> Maker:
    """A large mail of which one segment in so many is dropped, or comes behind the next ("swap")."""
    def make(path: Path, source: random.Random) -> Content:
        mail = with_attachment(octets, source)
        runs = session(*one_after_another([mail]))
        ordinals = tuple(range(each, octets // SEGMENT - each, each))
        write(path, runs, **{disturbance: ordinals})
        return content_of(runs, [mail], FRAME_EXCHANGES + 1)
    return make


def small_mails(count: int) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        mails = [plain(number, SMALL_MAIL, source) for number in range(1, count + 1)]
        runs = session(*one_after_another(mails))
        write(path, runs)
        return content_of(runs, mails, FRAME_EXCHANGES + count)
    return make


def pipelined(count: int) -> Maker:
    """All commands at once, then all replies (RFC 2449 section 6.6)."""
    def make(path: Path, source: random.Random) -> Content:
        mails = [plain(number, SMALL_MAIL, source) for number in range(1, count + 1)]
        runs = session(
            Run(CLIENT, b"".join(b"RETR %d\r\n" % (i + 1) for i in range(count))),
            Run(SERVER, b"".join(map(reply_with, mails))))
        write(path, runs)
        return content_of(runs, mails, FRAME_EXCHANGES + count)
    return make


def listings(count: int) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        numbers = range(1, count + 1)
        unique_ids = b"".join(b"%d %s\r\n" % (i, source.randbytes(8).hex().encode())
                              for i in numbers)
        sizes = b"".join(b"%d %d\r\n" % (i, source.randint(500, 5_000_000)) for i in numbers)
        runs = session(Run(CLIENT, b"UIDL\r\n"), Run(SERVER, b"+OK\r\n" + unique_ids + b".\r\n"),
                       Run(CLIENT, b"LIST\r\n"), Run(SERVER, b"+OK\r\n" + sizes + b".\r\n"))
        write(path, runs)
        return dataclasses.replace(content_of(runs, [], FRAME_EXCHANGES + 2), listed=count)
    return make


def short_sessions(count: int) -> Maker:
    """Clients that find nothing new: the usual session of all."""
    def make(path: Path, _: random.Random) -> Content:
        runs = session(Run(CLIENT, b"STAT\r\n"), Run(SERVER, b"+OK 0 0\r\n"))
        first_port = 20000
        captures.capture_several(
            path, ((runs, captures.Options(step=0.0001, client_port=first_port + i))
                   for i in range(count)))
        one = content_of(runs, [], FRAME_EXCHANGES + 1)
        return Content(payload=one.payload * count, exchanges=one.exchanges * count)
    return make


def commands(count: int) -> Maker:
    """Short commands and replies, nothing else: what one pair costs."""
    def make(path: Path, _: random.Random) -> Content:
        pairs = [run for i in range(1, count + 1)
                 for run in (Run(CLIENT, b"DELE %d\r\n" % i), Run(SERVER, b"+OK deleted\r\n"))]
        runs = session(*pairs)
        write(path, runs)
        return content_of(runs, [], FRAME_EXCHANGES + count)
    return make


# --- What is not POP --------------------------------------------------------------------------------

def foreign_stream(octets: int) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        write(path, [Run(CLIENT, b"get\n"), Run(SERVER, source.randbytes(octets))], port=FOREIGN_PORT)
        return Content(payload=octets)
    return make


def foreign_connections(count: int) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        captures.capture_several(
            path, (([Run(CLIENT, source.randbytes(20)), Run(SERVER, source.randbytes(60))],
                    captures.Options(client_port=20000 + i, server_port=FOREIGN_PORT))
                   for i in range(count)))
        return Content(payload=60 * count)
    return make


def foreign_ping_pong(segments: int) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        write(path, [Run(side, source.randbytes(16)) for _ in range(segments // 2)
                     for side in (CLIENT, SERVER)], port=FOREIGN_PORT)
        return Content(payload=8 * segments)
    return make


# --- TLS -------------------------------------------------------------------------------------------

def through_tls(octets: int) -> Maker:
    def make(path: Path, source: random.Random) -> Content:
        mail = with_attachment(octets, source)
        plain_runs = session(*one_after_another([mail]))
        channel = tls.Channel(keylog_of(path))
        write(path, captures.joined([*channel.handshake(), *channel.protect(plain_runs)]),
              port=TLS_PORT)
        content = content_of(plain_runs, [mail], FRAME_EXCHANGES + 1)
        return dataclasses.replace(content, keylog=True)
    return make


def keylog_of(path: Path) -> Path:
    return path.with_suffix(".keys")


# --- The list ----------------------------------------------------------------------------------------

def loads(quick: bool) -> list[Load]:
    """All loads, or a tenth of each."""
    def times(number: int) -> int:
        return number // QUICK if quick else number

    def mail(millions: int, **more: Any) -> Load:
        return Load(f"mail-{millions}", f"one mail of {millions} MB", LARGE,
                    large_mail(times(millions * MILLION)), **more)

    return [
        mail(1),
        mail(7, counted=True, per_octet=True),
        mail(28, linear_to=("mail-7", 4), of_built_in=0.2),
        mail(112, linear_to=("mail-28", 4)),
        Load("mail-28-small-segments", "28 MB in segments of 64 octets", LARGE,
             large_mail(times(28 * MILLION), SMALL_SEGMENT)),
        Load("mail-28-swapped-1", "28 MB, 1 % of segments out of order", None,
             disturbed_mail(times(28 * MILLION), "swap", 100)),
        Load("mail-28-swapped-10", "28 MB, 10 % of segments out of order", None,
             disturbed_mail(times(28 * MILLION), "swap", 10)),
        Load("mail-28-lost-1", "28 MB, 1 % of segments lost", None,
             disturbed_mail(times(28 * MILLION), "drop", 100)),
        Load("mail-28-tls", "28 MB through TLS", LARGE, through_tls(times(28 * MILLION))),
        Load("mails-2000", "2,000 mails of 3.5 kB", SMALL, small_mails(times(2000)),
             counted=True),
        Load("mails-20000", "20,000 mails of 3.5 kB", SMALL, small_mails(times(20000)),
             linear_to=("mails-2000", 10)),
        Load("pipelined-2000", "2,000 mails, pipelined", SMALL, pipelined(times(2000)),
             counted=True),
        Load("listings-100000", "UIDL and LIST of 100,000 mails", LISTING, listings(times(100000))),
        Load("sessions-20000", "20,000 short sessions", None, short_sessions(times(20000))),
        Load("commands-2000", "2,000 commands DELE", None, commands(times(2000)), counted=True),
        Load("foreign-stream", "60 MB of one stream", None, foreign_stream(times(60 * MILLION)),
             foreign=True),
        Load("foreign-connections", "30,000 short connections", None,
             foreign_connections(times(30000)), foreign=True),
        Load("foreign-ping-pong", "120,000 segments to and fro", None,
             foreign_ping_pong(times(120000)), foreign=True),
    ]
