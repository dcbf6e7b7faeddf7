#!/usr/bin/env python3
"""Small servers for the two old versions of POP, of which no package is left.
SPDX-License-Identifier: GPL-2.0-or-later

Usage: old_pop.py 1|2|lang    (talks on standard input and output, as a program under inetd)
Mails are files: /srv/old/FOLDER/NUMBER, with CRLF; the default folder is INBOX. Version 1 follows
RFC 918, version 2 RFC 937. `lang` is a POP3 server with as much as the examples of RFC 6856 need.
"""
import pathlib
import re
import sys

STORE = pathlib.Path("/srv/old")
USER, PASSWORD = "alice", "wonderland"


def send(data):
    sys.stdout.buffer.write(data if isinstance(data, bytes) else data.encode() + b"\r\n")
    sys.stdout.buffer.flush()


def commands():
    for line in sys.stdin.buffer:
        words = line.decode().split()
        yield (words[0].upper() if words else ""), words[1:]


def folder(name):
    path = STORE / name
    files = sorted(path.iterdir(), key=lambda file: int(file.name)) if path.is_dir() else []
    return {int(file.name): file for file in files}


def goodbye(text):
    send(text)
    sys.exit()


class Pop2:
    """RFC 937: one mail at a time is sized, sent, and acknowledged."""

    def __init__(self):
        self.mails, self.at, self.deleted = {}, 1, set()

    def size(self):
        file = self.mails.get(self.at)
        return file.stat().st_size if file and self.at not in self.deleted else 0

    def announce(self):
        size = self.size()
        send(f"={size} characters in message {self.at}" if size else "=0 no more messages")

    def release(self):
        for number in self.deleted:
            self.mails[number].unlink()
        self.deleted = set()

    def open(self, name):
        self.release()
        self.mails, self.at = folder(name), 1
        send(f"#{len(self.mails)} messages in {name}")

    def run(self):
        send("+ POP2 pop.example.com Server")
        for verb, words in commands():
            if verb == "HELO":
                if words != [USER, PASSWORD]:
                    goodbye("- Bad login")
                self.open("INBOX")
            elif verb == "FOLD":
                self.open(words[0])
            elif verb == "READ":
                self.at = int(words[0]) if words else self.at
                self.announce()
            elif verb == "RETR":
                send(self.mails[self.at].read_bytes())
            elif verb in ("ACKS", "ACKD"):
                if verb == "ACKD":
                    self.deleted.add(self.at)
                self.at += 1
                self.announce()
            elif verb == "NACK":
                self.announce()
            elif verb == "QUIT":
                self.release()
                goodbye("+ OK, bye, bye")
            else:
                goodbye("- What?")


def pop1():
    """RFC 918: a mailbox is sent as a whole."""
    send("+OK")
    mails, remove = {}, False
    for verb, words in commands():
        if verb in ("USER", "NOOP"):
            send("+OK")
        elif verb == "PASS":
            send("+OK" if words == [PASSWORD] else "-ERR invalid password")
        elif verb in ("RETR", "RDEL"):
            mails, remove = folder(words[0]), verb == "RDEL"
            send(f"#{sum(file.stat().st_size for file in mails.values())}")
        elif verb == "RCEV":
            send(b"".join(file.read_bytes() for file in mails.values()))
        elif verb == "RCVD":
            for file in mails.values() if remove else ():
                file.unlink()
            send("+OK")
        elif verb == "RSET":
            mails = {}
            send("+OK")
        elif verb == "QUIT":
            goodbye("+OK")
        else:
            send("-ERR what?")


LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "el": "Ελληνικά"}
TEXTS = {"en": ("logged in", "goodbye", "no such message"),
         "de": ("angemeldet, schönen Tag", "tschüss", "diese Nachricht gibt es nicht"),
         "fr": ("connecté", "à bientôt", "ce message n'existe pas"),
         "el": ("συνδεθήκατε", "αντίο", "δεν υπάρχει τέτοιο μήνυμα")}


def multiline(lines):
    text = "".join(("." if line.startswith(".") else "") + line + "\r\n" for line in lines)
    send((text + ".\r\n").encode())


def lang():
    """POP3 with LANG and UTF8, RFC 6856."""
    tag, utf8, mails = "en", False, folder("INBOX")
    send("+OK POP3 server ready")
    for verb, words in commands():
        number = int(words[0]) if words and re.fullmatch(r"\d+", words[0]) else 0
        if verb == "CAPA":
            send("+OK Capability list follows")
            multiline(["TOP", "USER", "UIDL", "RESP-CODES", "UTF8 USER", "LANG"])
        elif verb == "LANG" and not words:
            send("+OK Language listing follows:")
            multiline(f"{key} {name}" for key, name in LANGUAGES.items())
        elif verb == "LANG":
            wanted = "de" if words[0] == "*" else words[0].lower()
            if wanted not in TEXTS:
                send(f"-ERR invalid language {words[0]}")
                continue
            tag = wanted
            send(f"+OK {tag} {LANGUAGES[tag]}")
        elif verb == "UTF8":
            utf8 = True
            send("+OK UTF8 enabled")
        elif verb == "USER":
            send("+OK")
        elif verb == "PASS":
            send("+OK " + TEXTS[tag][0])
        elif verb == "STAT":
            send(f"+OK {len(mails)} {sum(file.stat().st_size for file in mails.values())}")
        elif verb == "RETR" and number not in mails:
            send("-ERR " + TEXTS[tag][2])
        elif verb == "RETR" and not utf8 and not mails[number].read_bytes().isascii():
            send("-ERR [UTF8] the message has internationalized headers")
        elif verb == "RETR":
            send("+OK")
            multiline(mails[number].read_bytes().decode().split("\r\n")[:-1])
        elif verb == "QUIT":
            goodbye("+OK " + TEXTS[tag][1])
        else:
            send("-ERR")


if __name__ == "__main__":
    {"1": pop1, "2": lambda: Pop2().run(), "lang": lang}[sys.argv[1]]()
