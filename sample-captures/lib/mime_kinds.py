"""Sixty mails, each of another MIME kind.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import quopri
import struct

import mails

THOUSAND = b"".join(b"%d\n" % n for n in range(1, 1001))

TEXTS = {
    "iso-8859-1": "Grüße aus Köln", "iso-8859-2": "Zażółć gęślą jaźń", "iso-8859-5": "Привет, мир",
    "iso-8859-7": "Καλημέρα κόσμε", "iso-8859-8": "שלום עולם", "iso-8859-9": "Günaydın dünya",
    "iso-8859-13": "Labas rytas, ąčęėįšųūž", "iso-8859-15": "Preis: 5 €", "windows-1250": "Příliš žluťoučký kůň",
    "windows-1251": "Съешь же ещё этих булок", "windows-1252": "“quoted” – 5 €",
    "windows-1253": "Ξεσκεπάζω την ψυχοφθόρα", "windows-1256": "صباح الخير", "windows-1257": "Glāžšķūņa rūķīši",
    "koi8-r": "В чащах юга жил бы цитрус", "koi8-u": "Її ґанок", "iso-2022-jp": "日本語のメール",
    "euc-jp": "東京特許許可局", "shift_jis": "カタカナと漢字", "gb2312": "你好,世界", "gbk": "測試 繁體 简体",
    "gb18030": "生僻字:𠀀 ä", "big5": "中文郵件", "euc-kr": "안녕하세요", "iso-2022-kr": "한글 메일",
    "utf-8": "☂ Ünïcödé", "tis-620": "สวัสดี", "utf-7": "Hi Mom -☺-!",
}
NAMES = {
    "plain": ['filename="report.pdf"'], "extended": ["filename*=UTF-8''%E2%82%AC%20rates.pdf"],
    "continued": ['filename*0="a very long name that"', 'filename*1=" goes on.pdf"'],
    "continued and extended": ["filename*0*=ISO-8859-1'de'%DCber", "filename*1*=sicht%20", 'filename*2="1.pdf"'],
    "encoded word": ['filename="=?UTF-8?B?UHLDvGZ1bmcucGRm?="'], "no quotes": ["filename=report.pdf"],
    "escaped": ['filename="a \\"quoted\\" name.pdf"'], "none": [],
}
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:20250106-1@example.org
DTSTAMP:20250106T090000Z
DTSTART:20250110T120000Z
SUMMARY:Lunch
ORGANIZER:mailto:bob@example.org
ATTENDEE:mailto:alice@example.com
END:VEVENT
END:VCALENDAR
"""
STATUS = """Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; nobody@example.com
Action: failed
Status: 5.1.1
"""
OPAQUE = bytes(range(256)) * 2  # stands for what only the keys of somebody else would open
PGP = "-----BEGIN PGP MESSAGE-----\n\n" + mails.coded(OPAQUE) + "-----END PGP MESSAGE-----\n"


def tnef():
    """The smallest: signature, key, and the version of it."""
    body = struct.pack("<I", 0x00010000)
    return struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BII", 1, 0x00089006, len(body)) + body \
        + struct.pack("<H", sum(body) & 0xFFFF)


def one_part(number, subject, kind, body, *more):
    """`body` as it is sent, octets."""
    head = mails.head(number, subject, more=["MIME-Version: 1.0", f"Content-Type: {kind}", *more])
    return head.encode() + b"\n" + body


def of_charset(number, charset, text):
    octets = text.encode(charset)
    way = number % 3
    word = f"=?{charset}?B?{base64.b64encode(octets).decode()}?="
    encoding = ("base64", "quoted-printable", "base64" if charset.startswith("utf-7") else "8bit")[way]
    body = {"base64": base64.encodebytes(octets), "quoted-printable": quopri.encodestring(octets) + b"\n",
            "8bit": octets + b"\n"}[encoding]
    return one_part(number, word, f"text/plain; charset={charset}", body,
                    f"Content-Transfer-Encoding: {encoding}")


def of_name(number, kind, parameters):
    return mails.mime(number, f"A name, {kind}", f"name-{number}", [
        mails.part("text/plain", "See the file.\n"),
        mails.part("application/pdf", mails.coded(mails.pdf(kind)), "Content-Transfer-Encoding: base64",
                   "Content-Disposition: " + ";\n ".join(["attachment", *parameters]))])


def coded_part(kind, octets, *more):
    return mails.part(kind, mails.coded(octets), "Content-Transfer-Encoding: base64", *more)


def of_structure(first):
    text, png = mails.part("text/plain", "Hello.\n"), mails.png(8, 8)
    html = mails.part("text/html", '<p>Hello <img src="cid:dot@example.org"></p>\n')
    inline = coded_part("image/png", png, "Content-ID: <dot@example.org>")
    letter = mails.plain(1, "Inside", "A mail in a mail.\n").decode()
    calendar = mails.part("text/calendar; method=REQUEST", EVENT)
    made = [
        ("Two forms", [text, html], "alternative"), ("With a picture", [html, inline], "related"),
        ("A digest", ["\n" + letter, "\n" + letter], "digest"), ("At once", [text, inline], "parallel"),
        ("An invitation", [text, calendar], "alternative"),
        ("Not delivered", [text, mails.part("message/delivery-status", STATUS),
                           mails.part("message/rfc822", letter)], 'report; report-type="delivery-status"'),
        ("Read", [text, mails.part("message/disposition-notification",
                                   "Final-Recipient: rfc822; alice@example.com\n"
                                   "Disposition: manual-action/MDN-sent-manually; displayed\n")],
         'report; report-type="disposition-notification"'),
        ("Signed", [text, coded_part("application/pkcs7-signature; name=smime.p7s", OPAQUE)],
         'signed; micalg=sha-256; protocol="application/pkcs7-signature"'),
        ("Signed with PGP", [text, mails.part("application/pgp-signature; name=signature.asc", PGP)],
         'signed; micalg=pgp-sha256; protocol="application/pgp-signature"'),
        ("Encrypted with PGP", [mails.part("application/pgp-encrypted", "Version: 1\n"),
                                mails.part("application/octet-stream; name=encrypted.asc", PGP)],
         'encrypted; protocol="application/pgp-encrypted"'),
        ("winmail.dat", [text, coded_part('application/ms-tnef; name="winmail.dat"', tnef())], "mixed"),
        ("A mail with it", [text, mails.part("message/rfc822", letter)], "mixed"),
        ("Elsewhere", [text, mails.part('message/external-body; access-type=URL;\n'
                                        ' URL="http://files.example.org/a.txt"',
                                        "Content-Type: text/plain\n\n")], "mixed"),
        ("Two pictures", [inline, coded_part('image/png; name="dot.png"', png)], "mixed"),
        ("Sound", [text, coded_part('audio/basic; name="beep.au"', b".snd" + bytes(60))], "mixed"),
        ("Contact", [text, mails.part("text/vcard; name=bob.vcf", "BEGIN:VCARD\nVERSION:4.0\nFN:Bob\n"
                                      "END:VCARD\n")], "mixed"),
        ("In parts of parts", [mails.part('multipart/mixed; boundary="deep"', mails.multipart(
            "deep", [text, inline], ""))], "mixed"),
        ("A form", [mails.part("text/plain", "Bob\n", 'Content-Disposition: form-data; name="who"')],
         "form-data"),
    ]
    return [mails.mime(first + n, subject, f"kind-{first + n}", parts, kind)
            for n, (subject, parts, kind) in enumerate(made)]


def without_parts(first):
    encoded = [("Encrypted", 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', OPAQUE),
               ("Only a picture", 'image/png; name="dot.png"', mails.png(8, 8)),
               ("Only HTML", "text/html; charset=utf-8", "<p>Grüße</p>\n".encode())]
    made = [one_part(first + n, subject, kind, base64.encodebytes(octets), "Content-Transfer-Encoding: base64")
            for n, (subject, kind, octets) in enumerate(encoded)]
    flowed = b"A line that goes \non, and one\n> that is quoted\n-- \nBob\n"
    made.append(one_part(first + 3, "Flowed", "text/plain; format=flowed; delsp=yes", flowed))
    made.append(mails.plain(first + 4, "In the text", mails.uuencoded("dot.png", mails.png(8, 8))))
    made.append(mails.plain(first + 5, "", "No subject.\n"))
    return made


def sixty():
    made = [of_charset(n, *item) for n, item in enumerate(TEXTS.items(), 1)]
    made += [of_name(n, *item) for n, item in enumerate(NAMES.items(), len(made) + 1)]
    made += of_structure(len(made) + 1)
    made += without_parts(len(made) + 1)
    return made
