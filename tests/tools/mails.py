"""Makes mails with attachments of every encoding, nested and named in every way, and says what is in
them. What is said comes from how the mail was put together, not from a parser.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import binascii
import dataclasses
import hashlib
import quopri
import random
import string
from typing import Callable, Optional
from urllib.parse import quote


@dataclasses.dataclass(frozen=True)
class Attachment:
    """What must come out; a name of None: the mail does not give one."""
    name: Optional[str]
    octets: bytes

    def digest(self) -> str:
        return hashlib.sha256(self.octets).hexdigest()


@dataclasses.dataclass
class Part:
    """Octets of a part, header and all, and the attachments in it, in order."""
    octets: bytes
    attachments: list[Attachment]


# --- Names (RFC 2183, RFC 2231, and what mailers do) ---------------------------------------------

def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def plain_name(parameter: str, name: str) -> list[str]:
    return [f"{parameter}={quoted(name)}"]


def extended_name(parameter: str, name: str) -> list[str]:
    return [f"{parameter}*=UTF-8''{quote(name, safe='')}"]


def latin_name(parameter: str, name: str) -> list[str]:
    return [f"{parameter}*=iso-8859-1'de'{quote(name.encode('iso-8859-1'), safe='')}"]


def continued_name(parameter: str, name: str) -> list[str]:
    octets = name.encode()  # characters may be cut in two, "%XX" may not
    pieces = [quote(octets[i:i + 14], safe="") for i in range(0, len(octets), 14)]
    return [f"{parameter}*{i}*={'UTF-8' + 2 * chr(39) if i == 0 else ''}{piece}"
            for i, piece in enumerate(pieces)]


def encoded_word_name(parameter: str, name: str) -> list[str]:
    """RFC 2047 section 5 forbids it; many mailers do it."""
    word = base64.b64encode(name.encode()).decode()
    return [f'{parameter}="=?UTF-8?B?{word}?="']


def raw_name(parameter: str, name: str) -> list[str]:
    """As UTF8 mails have it (RFC 6532)."""
    return [f"{parameter}={quoted(name)}"]


ASCII_NAMES = ["report.pdf", "a b c.txt", 'with "quotes".bin', "semi;colon.dat", "no-extension",
               "back\\slash.txt", "x" * 60 + ".jpeg", "back`tick.sh", "(parentheses).zip"]
LATIN_NAMES = ["Grüße.doc", "Überweisung März.pdf", "ça va.txt"]
WIDE_NAMES = ["Приветствие.txt", "挨拶と長い名前" * 6 + ".pdf", "umbrella ☂.png", "😀.gif"]


def random_name(source: random.Random) -> tuple[str, Callable[[str, str], list[str]]]:
    kind = source.randrange(3)
    if kind == 0:
        return source.choice(ASCII_NAMES), plain_name
    if kind == 1:
        return source.choice(LATIN_NAMES), source.choice(
            [extended_name, latin_name, encoded_word_name, raw_name, continued_name])
    return source.choice(WIDE_NAMES), source.choice(
        [extended_name, encoded_word_name, raw_name, continued_name])


# --- Contents ------------------------------------------------------------------------------------

def random_octets(source: random.Random) -> bytes:
    size = source.choice([0, 1, 2, 3, 45, 46, 57, 58, source.randrange(5000)])
    return source.randbytes(size)


def random_lines(source: random.Random) -> bytes:
    """A text with nothing in it that a transport without encoding could not carry."""
    letters = string.ascii_letters + " .-"
    lines = ["".join(source.choices(letters, k=source.randrange(70)))
             for _ in range(source.randrange(40))]
    return "\r\n".join(lines).encode()


def as_base64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


def as_quoted_printable(octets: bytes) -> bytes:
    """All that is no plain character, line ends too, is encoded: so octets come out as they were."""
    text = b""
    line = b""
    for octet in octets:
        plain = 33 <= octet <= 126 and octet != 61
        piece = bytes([octet]) if plain else b"=%02X" % octet
        if len(line) + len(piece) > 75:
            text += line + b"=\r\n"
            line = b""
        line += piece
    return text + line


def as_uuencode(octets: bytes, name: str, backtick: bool = True) -> bytes:
    lines = [binascii.b2a_uu(octets[i:i + 45], backtick=backtick)
             for i in range(0, len(octets), 45)]
    body = b"".join(lines) + (b"`\n" if backtick else b" \n")
    return (b"begin 644 %s\n" % name.encode() + body + b"end\n").replace(b"\n", b"\r\n")


def header(*fields: str) -> bytes:
    return "".join(f"{field}\r\n" for field in fields).encode()


# --- Parts ----------------------------------------------------------------------------------------

def named_fields(source: random.Random, name: str, write: Callable, media: str) -> list[str]:
    """Content-Type and Content-Disposition, one of which, or both, say the name."""
    place = source.randrange(3)
    types, dispositions = [media], [source.choice(["attachment", "inline"])]
    if place in (0, 2):
        types += write("name", name)
    if place in (1, 2):
        dispositions += write("filename", name)
    fields = ["Content-Type: " + ";\r\n ".join(types)]
    if place != 0 or source.random() < 0.5:
        fields.append("Content-Disposition: " + ";\r\n\t".join(dispositions))
    source.shuffle(fields)
    return fields


ENCODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("base64", as_base64), ("BASE64", as_base64),
    ("x-uuencode", lambda octets: as_uuencode(octets, "other.bin")),
    ("quoted-printable", as_quoted_printable)]


def encoded_part(source: random.Random, encodings=tuple(ENCODINGS)) -> Part:
    name, write = random_name(source)
    octets = random_octets(source)
    media = source.choice(["application/octet-stream", "image/png", "text/plain", "text/csv",
                           "APPLICATION/PDF", "text/html; charset=utf-16"])
    encoding, encode = source.choice(encodings)
    fields = named_fields(source, name, write, media)
    fields.append(f"Content-Transfer-Encoding: {encoding}")
    return Part(header(*fields) + b"\r\n" + encode(octets), [Attachment(name, octets)])


def plain_part(source: random.Random) -> Part:
    """A text as it is; the line end before the boundary is not part of it."""
    name, write = random_name(source)
    octets = random_lines(source)
    fields = named_fields(source, name, write, "text/plain")
    encoding = source.choice(["7bit", "8bit", "binary", None])
    if encoding is not None:
        fields.append(f"Content-Transfer-Encoding: {encoding}")
    if encoding == "8bit":
        octets += "\r\nÄhm".encode("iso-8859-1")
    return Part(header(*fields) + b"\r\n" + octets, [Attachment(name, octets)])


def nameless_part(source: random.Random) -> Part:
    octets = random_octets(source)
    fields = ["Content-Type: image/jpeg", "Content-ID: <x@example.org>",
              "Content-Transfer-Encoding: base64"]
    return Part(header(*fields) + b"\r\n" + as_base64(octets), [Attachment(None, octets)])


def text_part(source: random.Random) -> Part:
    media = source.choice(["text/plain; charset=utf-8", "text/html"])
    return Part(header(f"Content-Type: {media}") + b"\r\n" + random_lines(source), [])


def bare_part(source: random.Random) -> Part:
    """Without any field."""
    return Part(b"\r\n" + random_lines(source), [])


def uuencoded_text(source: random.Random) -> Part:
    """Files in the midst of a text, as before MIME."""
    text, attachments = random_lines(source) + b"\r\n\r\n", []
    for _ in range(source.randrange(1, 3)):
        name = source.choice(["small.png", "two words.bin", "notes"])
        octets = source.randbytes(source.randrange(1, 400))
        text += as_uuencode(octets, name, source.random() < 0.5) + b"\r\nbegin the day well\r\n"
        attachments.append(Attachment(name, octets))
    return Part(header("Content-Type: text/plain") + b"\r\n" + text, attachments)


def multipart(source: random.Random, depth: int) -> Part:
    # Boundaries that begin with each other, and with dashes.
    boundary = f"{source.choice(['--=_', 'b', 'b-', '_.,:=? '])}{source.randrange(10 ** 6)}x"
    kind = source.choice(["mixed", "related", "alternative", "MIXED", "x-unknown"])
    parts = [random_part(source, depth + 1) for _ in range(source.randrange(1, 5))]
    octets = header(f"Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"") + b"\r\n"
    octets += source.choice([b"", b"This is a prologue.\r\n", b"--\r\n-- \r\n"])
    padding = source.choice([b"", b"", b"  "])
    for part in parts:
        octets += b"--" + boundary.encode() + padding + b"\r\n" + part.octets + b"\r\n"
    octets += b"--" + boundary.encode() + b"--" + padding
    octets += source.choice([b"", b"\r\n", b"\r\nAn epilogue\r\n"])
    return Part(octets, [found for part in parts for found in part.attachments])


def attached_mail(source: random.Random, depth: int) -> Part:
    subject = source.choice(["Lunch", "Blue folder"])
    inner = mail(source, subject, depth + 1)
    fields = ["Content-Type: message/rfc822"]
    name = None
    if source.random() < 0.5:
        name, write = random_name(source)
        fields.append("Content-Disposition: attachment; " + "; ".join(write("filename", name)))
    found = Attachment(name or f"{subject}.eml", inner.octets)
    return Part(header(*fields) + b"\r\n" + inner.octets, [found, *inner.attachments])


def random_part(source: random.Random, depth: int) -> Part:
    kinds = [encoded_part, encoded_part, encoded_part, plain_part, nameless_part, text_part,
             bare_part, uuencoded_text]
    if depth < 5 and source.random() < 0.3:
        return source.choice([multipart, attached_mail])(source, depth)
    return source.choice(kinds)(source)


def mail(source: random.Random, subject: str, depth: int = 0) -> Part:
    """A whole mail; `attachments` is what is to be found in it, in order."""
    part = source.choice([multipart, multipart, multipart, multipart, lone_part])(source, depth)
    head = header("From: Bob <bob@example.org>", "To: alice@example.com", f"Subject: {subject}",
                  "MIME-Version: 1.0")
    return Part(head + part.octets, part.attachments)


def lone_part(source: random.Random, _: int) -> Part:
    """A mail that is no multipart. The line end behind it would belong to what is quoted-printable."""
    return source.choice([lambda source: encoded_part(source, ENCODINGS[:3]), text_part,
                          uuencoded_text])(source)
