"""Makes mails of many kinds: every charset and encoding, names and addresses in every form, and what is
broken in the ways that mailers break it. What is expected of each comes from how it was put together.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import dataclasses
import hashlib
import quopri
from typing import Iterator
from urllib.parse import quote

import mails

TEXTS = {
    "iso-8859-1": "Grüße aus Köln, ça va? ÿ", "iso-8859-2": "Zażółć gęślą jaźń",
    "iso-8859-5": "Привет, мир", "iso-8859-7": "Καλημέρα κόσμε", "iso-8859-8": "שלום עולם",
    "iso-8859-9": "Günaydın dünya, İstanbul", "iso-8859-13": "Labas rytas, ąčęėįšųūž",
    "iso-8859-15": "Preis: 5 €, Œuvre", "windows-1250": "Příliš žluťoučký kůň",
    "windows-1251": "Съешь же ещё этих булок", "windows-1252": "“quoted” – 5 € …",
    "windows-1253": "Ξεσκεπάζω την ψυχοφθόρα", "windows-1254": "Pijamalı hasta yağız",
    "windows-1255": "דג סקרן שט בים", "windows-1256": "صباح الخير", "windows-1257": "Glāžšķūņa rūķīši",
    "windows-1258": "Xin chào", "koi8-r": "В чащах юга жил бы цитрус", "koi8-u": "Її ґанок, єдиний",
    "iso-2022-jp": "挨拶、日本語のメール", "euc-jp": "東京特許許可局", "shift_jis": "カタカナと漢字",
    "gb2312": "你好,世界", "gbk": "測試 繁體 简体", "gb18030": "生僻字:𠀀 😀 ä", "big5": "中文郵件",
    "euc-kr": "안녕하세요", "iso-2022-kr": "한글 메일", "utf-8": "☂ 😀 Ünïcödé", "utf-16": "x ☂ 😀",
    "utf-16be": "wide ä", "utf-16le": "wide ß", "utf-7": "Hi Mom -☺-!", "us-ascii": "plain",
    "tis-620": "สวัสดี", "cp437": "Ç╬█", "cp850": "ÄÖÜß", "macintosh": "Ünïcödé",
}
PYTHON = {"macintosh": "mac_roman"}  # names that Python has for them

SENDER, RECIPIENT = "bob@example.org", "alice@example.com"


@dataclasses.dataclass
class Kind:
    """A mail, and what must be read in it; None: it is not asked."""
    name: str
    octets: bytes
    subject: str | None = None
    sender: str | None = None
    to: list[str] | None = None
    addresses: list[str] | None = None
    text: str | None = None
    attachments: list[tuple[str, str, bytes]] | None = None  # name, type, octets
    # Why Python's email package reads something else: by the field that differs.
    differs: dict[str, str] = dataclasses.field(default_factory=dict)


def encoded(text: str, charset: str) -> bytes:
    return text.encode(PYTHON.get(charset, charset))


def b_word(text: str, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(encoded(text, charset)).decode()}?="


def q_word(text: str, charset: str) -> str:
    return "=?" + charset + "?Q?" + "".join(
        "_" if octet == 32 else chr(octet) if chr(octet).isalnum() and octet < 128
        else f"={octet:02X}" for octet in encoded(text, charset)) + "?="


def lines(*fields: str | bytes) -> bytes:
    return b"".join((field if isinstance(field, bytes) else field.encode()) + b"\r\n"
                    for field in fields)


HEAD = (f"From: Bob <{SENDER}>", f"To: {RECIPIENT}", "Date: Mon, 6 Jan 2025 09:00:01 +0100",
        "Message-ID: <1@example.org>", "MIME-Version: 1.0")


def mail(*fields: str | bytes, body: bytes = b"x\r\n") -> bytes:
    return lines(*HEAD, *fields) + b"\r\n" + body


def quoted_printable(octets: bytes) -> bytes:
    return quopri.encodestring(octets, quotetabs=True).replace(b"\n", b"\r\n")


# --- Charsets ----------------------------------------------------------------------------------------

def of_charsets() -> Iterator[Kind]:
    for charset, text in TEXTS.items():
        octets = encoded(text, charset)
        base = base64.encodebytes(octets).replace(b"\n", b"\r\n")
        yield Kind(f"{charset}, base64", mail(
            f"Subject: {b_word(text, charset)}", f"Content-Type: text/plain; charset={charset}",
            "Content-Transfer-Encoding: base64", body=base), subject=text, text=text)
        yield Kind(f"{charset}, quoted-printable", mail(
            f"Subject: {q_word(text, charset)}", f"Content-Type: text/plain; charset=\"{charset}\"",
            "Content-Transfer-Encoding: quoted-printable", body=quoted_printable(octets)),
            subject=text, text=text)


# --- Header fields -----------------------------------------------------------------------------------

def of_subjects() -> Iterator[Kind]:
    word = "=?utf-8?Q?=C3=84?="
    cases = {
        "folded": ("Subject: one\r\n two\r\n\tthree", "one two three", {}),
        "adjacent words": (f"Subject: {word} {word}\r\n {word}", "ÄÄÄ", {}),
        "words and text": (f"Subject: a {word} b", "a Ä b", {}),
        "a character cut in two": ("Subject: =?utf-8?B?w4Q=?= =?utf-8?Q?=C3?= =?utf-8?Q?=9F?=", "Äß",
                                   {}),
        "raw UTF-8": ("Subject: Ärger".encode(), "Ärger", {}),
        "raw ISO 8859-1": ("Subject: Ärger".encode("iso-8859-1"), "Ärger",
                           {"subject": "raw octets: Python has U+FFFD for what is no UTF-8"}),
        "wrong charset": ("Subject: =?utf-8?Q?=C4rger?=", "Ärger",
                          {"subject": "no UTF-8 in it: read as Windows-1252, Python has U+FFFD"}),
        "unknown charset": ("Subject: =?x-nonsense?Q?=C3=A4?=", "ä", {}),
        "unknown encoding": ("Subject: =?utf-8?X?abc?=", "=?utf-8?X?abc?=", {}),
        "language": ("Subject: =?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße", {}),
        "blanks in a word": ("Subject: =?utf-8?Q?a b?=", "a b", {}),
        "base64 without padding": ("Subject: =?utf-8?B?w4TDnw?=", "Äß", {}),
        "control characters": ("Subject: a\x01b\x7fc\td", "a b c d",
                               {"subject": "each control character is one space here"}),
        "empty": ("Subject:", "", {}),
        "second one": ("Subject: first\r\nSubject: second", "first", {}),
        "upper case": ("SUBJECT: loud", "loud", {}),
    }
    for name, (field, subject, differs) in cases.items():
        yield Kind(f"subject, {name}", mail(field), subject=subject, differs=differs)


def of_addresses() -> Iterator[Kind]:
    cases = {
        "a list": ("a@b.test, \"Last, First\" <c@d.test>,\r\n <e@f.test>",
                   ["a@b.test", "Last, First <c@d.test>", "e@f.test"], {}),
        "a group": ("Friends: a@b.test, C <c@d.test>;, e@f.test",
                    ["a@b.test", "C <c@d.test>", "e@f.test"], {}),
        "nobody": ("undisclosed-recipients:;", [], {}),
        "comments": ("(hi) a@b.test (A \\) man), Pete(x) <p(y)@q.test>",
                     ["A ) man <a@b.test>", "Pete <p@q.test>"],
                     {"to": "Python's new parser does not take a comment for a name"}),
        "encoded names": ("=?utf-8?B?w4TDn3o=?= <a@b.test>, \"=?utf-8?Q?x=2Cy?=\" <c@d.test>",
                          ["Äßz <a@b.test>", "x,y <c@d.test>"], {}),
        "UTF-8": ("Jörg <jörg@exämple.test>".encode(), ["Jörg <jörg@exämple.test>"],
                  {"to": "Python keeps octets beyond ASCII as surrogates"}),
        "a route": ("<@x.test,@y.test:a@b.test>", ["a@b.test"], {}),
        "a quoted local part": ("\"a b\"@c.test", ["\"a b\"@c.test"], {}),
        "an address as a name": ("\"boss@bank.test\" <evil@x.test>",
                                 ["boss@bank.test <evil@x.test>"], {}),
        "no angle at the end": ("Bob <a@b.test", ["Bob <a@b.test>"], {}),
        "empty ones": (", a@b.test,, c@d.test,", ["a@b.test", "c@d.test"], {}),
        "without a domain": ("root, Bob <bob>", ["root", "Bob <bob>"], {}),
    }
    for name, (field, to, differs) in cases.items():
        value = field if isinstance(field, bytes) else field.encode()
        octets = lines(f"From: {SENDER}", b"To: " + value, "Cc: CC@Example.COM", "Subject: x")
        bare = [SENDER] + [one.rsplit("<", 1)[-1].rstrip(">").lower() for one in to] \
            + ["cc@example.com"]
        yield Kind(f"addresses, {name}", octets + b"\r\nx\r\n", to=to, sender=SENDER,
                   addresses=bare, differs=differs)


# --- Names of attachments ----------------------------------------------------------------------------

def part(name_field: str | bytes, octets: bytes = b"abc",
         type_field: str = "Content-Type: application/octet-stream") -> bytes:
    disposition = name_field if isinstance(name_field, bytes) else name_field.encode()
    return lines(type_field, b"Content-Disposition: attachment; " + disposition,
                 "Content-Transfer-Encoding: base64") + b"\r\n" + base64.encodebytes(octets)


def multipart(*parts: bytes, subtype: str = "mixed") -> bytes:
    body = b"".join(b"--b=_1\r\n" + one + b"\r\n" for one in parts) + b"--b=_1--\r\n"
    return mail("Subject: x", f'Content-Type: multipart/{subtype}; boundary="b=_1"', body=body)


def of_names() -> Iterator[Kind]:
    long = "ein sehr langer Name mit Ümläuten " * 4 + ".pdf"
    cases = {
        "plain": ("filename=a.txt", "a.txt", {}),
        "quoted": (r'filename="a \"b\" ; c.txt"', 'a "b" ; c.txt', {}),
        "RFC 2231": ("filename*=utf-8''%C3%84.txt", "Ä.txt", {}),
        "RFC 2231, Latin": ("filename*=iso-8859-1'de'%C4.txt", "Ä.txt", {}),
        "continued": ("; ".join(mails.continued_name("filename", long)), long, {}),
        "continued, mixed": ("filename*0*=utf-8''%C3%84; filename*1=\"b c\"; filename*2*=%2Ed",
                             "Äb c.d", {}),
        "out of order": ("filename*1=b.txt; filename*0=a", "ab.txt", {}),
        "encoded word": ('filename="=?utf-8?B?w4TDny50eHQ=?="', "Äß.txt", {}),
        "raw UTF-8": ("filename=\"Ärger.txt\"".encode(), "Ärger.txt", {}),
        "raw ISO 8859-1": ("filename=\"Ärger.txt\"".encode("iso-8859-1"), "Ärger.txt",
                           {"attachments": "raw octets: Python has U+FFFD for what is no UTF-8"}),
        "unquoted blanks": ("filename=two words (1).txt", "two words (1).txt",
                            {"attachments": "Python's new parser ends the name at the blank"}),
        "both": ("filename=plain.txt; filename*=utf-8''%C3%84.txt", "Ä.txt",
                 {"attachments": "Python takes the first of the two, RFC 2231 goes before"}),
        "none": ("x=y", "", {}),
        "path": ('filename="../../etc/passwd"', "../../etc/passwd", {}),
        "Japanese": ("filename*=iso-2022-jp''" + quote("日本.txt".encode("iso-2022-jp")), "日本.txt",
                     {}),
    }
    for name, (field, expected, differs) in cases.items():
        yield Kind(f"name, {name}", multipart(lines("Content-Type: text/plain") + b"\r\nhello",
                                              part(field)),
                   text="hello", attachments=[(expected, "application/octet-stream", b"abc")],
                   differs=differs)


# --- Structures --------------------------------------------------------------------------------------

def of_structures() -> Iterator[Kind]:
    plain = lines("Content-Type: text/plain") + b"\r\nplain text"
    html = lines("Content-Type: text/html; charset=utf-8") + b"\r\n<p>rich &amp; text</p>"
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    yield Kind("alternatives", multipart(plain, html, subtype="alternative"),
               text="plain text\n\nrich & text\n",
               differs={"text": "all alternatives are told here, Python's get_body() gives one"})
    yield Kind("a picture in a page", multipart(
        html, lines("Content-Type: image/png", "Content-ID: <p>", "Content-Transfer-Encoding: base64")
        + b"\r\n" + base64.encodebytes(picture), subtype="related"),
        text="rich & text\n", attachments=[("", "image/png", picture)],
        differs={"text": "Python leaves the markup"})
    yield Kind("a type by its octets", multipart(part("filename=invoice.pdf", b"MZ\x90\0\3")),
               attachments=[("invoice.pdf", "application/vnd.microsoft.portable-executable",
                             b"MZ\x90\0\3")],
               differs={"attachments": "Python tells the declared type"})
    inner = lines("Subject: inner", f"From: {SENDER}") + b"\r\ninside\r\n"
    yield Kind("a mail in a mail", multipart(plain, lines("Content-Type: message/rfc822") + b"\r\n" + inner),
               text="plain text\n\ninside\n",
               attachments=[("inner.eml", "message/rfc822", inner)],
               differs={"attachments": "Python has no name for it, and keeps no octets of it",
                        "text": "Python's get_body() does not look into attached mails"})
    yield Kind("uuencode", mail("Subject: x", body=b"see\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nbye\r\n"),
               text="see\nbye\n", attachments=[("cat.txt", "application/octet-stream", b"Cat")],
               differs={"text": "Python leaves the encoded file in the text",
                        "attachments": "Python does not look for files in a text"})
    yield Kind("format=flowed", mail("Subject: x", "Content-Type: text/plain; format=flowed",
                                     body=b"one \r\ntwo\r\n> q \r\n> r\r\n From\r\n-- \r\nme\r\n"),
               text="one two\n> q r\nFrom\n-- \nme\n",
               differs={"text": "Python leaves the lines as they were sent"})
    yield Kind("HTML alone", mail("Subject: x", "Content-Type: text/html",
                                  body=b"<html><style>p{}</style><body>Hi<br><a href=\"http://l.test/\">"
                                       b"there</a></body></html>\r\n"),
               text="Hi\nthere <http://l.test/>\n",
               differs={"text": "Python leaves the markup"})
    yield Kind("quoted-printable", mail(
        "Subject: x", "Content-Transfer-Encoding: quoted-printable",
        body=b"soft =\r\nbreak =3D trailing  \r\n=ZZ left=\r\n"), text="soft break = trailing\n=ZZ left")
    yield Kind("base64 with rubbish", mail(
        "Subject: x", "Content-Transfer-Encoding: base64", body=b"aGVs*bG8\r\n"), text="hello")
    yield Kind("an unknown encoding", mail(
        "Subject: x", "Content-Transfer-Encoding: x-nonsense", body=b"as it is\r\n"),
        text="as it is\n")
    yield Kind("no header", b"\r\njust text\r\n", text="just text\n", subject="", sender="")
    yield Kind("no end of the header", lines("Subject: all"), subject="all", text="")
    yield Kind("no boundary", mail("Content-Type: multipart/mixed", body=b"text\r\n"), text="",
               attachments=[("", "multipart/mixed", b"text\r\n")])
    yield Kind("a boundary that never comes", mail(
        'Content-Type: multipart/mixed; boundary="nowhere"', body=b"text\r\n"), text="",
        attachments=[], differs={"attachments": "Python takes it for a part of its own"})
    yield Kind("bare line ends", mail("Subject: x").replace(b"\r\n", b"\n"), subject="x", text="x\n")


def all_kinds() -> list[Kind]:
    return [*of_charsets(), *of_subjects(), *of_addresses(), *of_names(), *of_structures()]


def digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
