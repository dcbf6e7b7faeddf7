"""The mails of the scenes, with fixed names, dates and contents.
SPDX-License-Identifier: GPL-2.0-or-later

A mail is a bytes object with LF line ends; each server's store has its own form of it.
"""
import base64
import binascii
import random
import struct
import zlib

ALICE = "Alice Example <alice@example.com>"
BOB = "Bob Builder <bob@example.org>"
CAROL = "=?UTF-8?Q?Carol_M=C3=BCller?= <carol@example.net>"


def head(number, subject, sender=BOB, to=ALICE, more=()):
    minute, hour = number % 60, 9 + number // 60 % 12
    rows = [f"From: {sender}", f"To: {to}", f"Subject: {subject}",
            f"Date: Mon, 06 Jan 2025 {hour:02}:{minute:02}:00 +0000",
            f"Message-ID: <2025010609{number:04}@mail.example.org>"]
    return "\n".join(rows + list(more)) + "\n"


def plain(number, subject, body, **options):
    return (head(number, subject, **options) + "\n" + body).encode()


def everyday(count=3):
    """A few ordinary mails."""
    texts = [
        ("Lunch on Friday?", "Hello Alice,\n\nshall we have lunch on Friday at noon?\n\nBob\n"),
        ("Re: The blue folder", "It is on the shelf behind your desk, second from the left.\n\nBob\n"),
        ("Train times", "There are trains at 07:14, 08:14 and 09:14.\n"
                        "The last one back leaves at 19:40.\n\nBob\n"),
        ("Choir practice", "We sing in the small hall this week.\nPlease bring the green book.\n"),
        ("Photos", "The photos from the garden are ready. I shall print two of each.\n"),
    ]
    return [plain(n + 1, *texts[n % len(texts)]) for n in range(count)]


def many(count):
    """Short mails, for sessions with many commands."""
    return [plain(n, f"Reading number {n}", f"Station 7 reports {1000 + 13 * n % 97} hPa.\n")
            for n in range(1, count + 1)]


def png(width=64, height=48):
    rows = b"".join(b"\0" + b"".join(bytes((4 * x % 256, 5 * y % 256, 160)) for x in range(width))
                    for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def pdf(text="A one page document"):
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
               b" /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (b"xref\n0 6\n0000000000 65535 f \n" + table
                  + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out))


def coded(data):
    return base64.encodebytes(data).decode()


def uuencoded(name, data):
    rows = "".join(binascii.b2a_uu(data[n:n + 45]).decode() for n in range(0, len(data), 45))
    return f"begin 644 {name}\n{rows}`\nend\n"


def part(kind, body, *more):
    return "\n".join([f"Content-Type: {kind}", *more]) + "\n\n" + body


def multipart(boundary, parts, preamble="This is a message with several parts.\n"):
    text = "".join(f"\n--{boundary}\n{one}" for one in parts)
    return f"{preamble}{text}\n--{boundary}--\n"


def mime(number, subject, boundary, parts, kind="mixed", **options):
    more = ["MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="{boundary}"']
    return plain(number, subject, multipart(boundary, parts), more=more, **options)


def attachments():
    """A letter with an image and a PDF, as mail programs write it."""
    alternative = multipart("inner-2", [
        part("text/plain; charset=UTF-8", "The plan is enclosed.\n"),
        part("text/html; charset=UTF-8", "<p>The <b>plan</b> is enclosed.</p>\n")], "")
    return mime(21, "The plan, with a picture", "outer-1", [
        part('multipart/alternative; boundary="inner-2"', alternative),
        part('image/png; name="sunset.png"', coded(png()), "Content-Transfer-Encoding: base64",
             'Content-Disposition: attachment; filename="sunset.png"'),
        part('application/pdf; name="plan.pdf"', coded(pdf()), "Content-Transfer-Encoding: base64",
             'Content-Disposition: attachment; filename="plan.pdf"')])


def forwarded():
    """A mail within a mail within a mail."""
    first = everyday(1)[0].decode()
    second = mime(22, "Fwd: Lunch on Friday?", "fwd-1", [
        part("text/plain", "See below.\n"), part("message/rfc822", first)]).decode()
    return mime(23, "Fwd: Fwd: Lunch on Friday?", "fwd-2", [
        part("text/plain", "And so on.\n"), part("message/rfc822", second)], sender=CAROL)


def eight_bit():
    more = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=ISO-8859-1",
            "Content-Transfer-Encoding: 8bit"]
    text = head(24, "=?ISO-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=", sender=CAROL, more=more)
    return (text + "\nViele Grüße aus Köln, wo die Bäume schon blühen.\n").encode("latin-1")


def utf8_headers():
    more = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: 8bit"]
    return plain(25, "Приветствие, 挨拶, ☂", "Доброе утро! おはようございます。\n",
                 sender="Jörg Straße <jörg@example.net>", more=more)


def quoted():
    more = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: quoted-printable"]
    return plain(26, "=?UTF-8?B?w4Q=?= =?UTF-8?B?ZXJnZXI=?=",
                 "A line that is longer than a line of mail should be, and so it is =\n"
                 "folded with an equals sign. Caf=C3=A9 costs 2=E2=82=AC.\n", more=more)


def uuencode():
    return plain(27, "Old style attachment", "Here is the file:\n\n" + uuencoded("small.png", png(16, 12)))


def no_final_line_end():
    return plain(28, "No line end", "The last line of this mail has no line end.")


def dots():
    return plain(29, "Dots and false replies",
                 ".\n..\n...\n.a line that begins with a dot\n+OK this is not a reply\n"
                 "-ERR neither is this\n+ nor this\n.\n\n.\nRETR 1\nQUIT\n+OK 0 octets\n.\nend\n")


def large(megabytes=3):
    """Some megabytes that compress well: a table, base64 as an attachment."""
    rows = "".join(f"{n:07};station 7;ok\n" for n in range(1000)) * (megabytes * 1000000 // 29400)
    return mime(30, "The table you asked for", "table-1", [
        part("text/plain", "It is a long one.\n"),
        part('text/csv; name="table.csv"', coded(rows.encode()),
             "Content-Transfer-Encoding: base64",
             'Content-Disposition: attachment; filename="table.csv"')])


def medium(number, kilobytes, subject="Report", seed=1):
    """A mail of some kilobytes of words."""
    words = "the a quick lazy brown white fox dog jumps sleeps over under near fence tree".split()
    chance, lines, size = random.Random(seed * 1000 + number), [], 0
    while size < kilobytes * 1000:
        line = " ".join(chance.choice(words) for _ in range(11))
        lines.append(line)
        size += len(line) + 2
    return plain(number, f"{subject} {number}", "\n".join(lines) + "\n")
