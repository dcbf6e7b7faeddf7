"""Sessions made by chance, as clients and servers of many kinds lead them. The same seed, the same session.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
import re

from captures import CLIENT, SERVER, Run

GREETINGS = [b"+OK Dovecot ready. <1.2@example.org>", b"+OK Hello there.", b"+OK POP3 ready",
             b"+OK Gpop ready for requests from 192.0.2.1 ab1"]
RETR_TEXTS = [b"+OK %(size)d octets", b"+OK %(size)d octets follow.", b"+OK message follows",
              b"+OK", b"+OK Message follows", b"+OK %(number)d (%(size)d octets)"]
LIST_TEXTS = [b"+OK %(count)d messages:", b"+OK scan listing follows", b"+OK",
              b"+OK %(count)d messages (%(total)d octets)"]
UIDL_TEXTS = [b"+OK", b"+OK unique-id listing follows", b"+OK %(count)d messages"]
DELE_TEXTS = [b"+OK Marked to be deleted.", b"+OK", b"+OK message %(number)d deleted"]
ODD_LINES = [b"+OK this is a line of the mail", b"-ERR so is this", b".", b"..", b".hidden",
             b"RETR 1", b"", b"1 120", b"QUIT", b"+", b"Subject: inside"]


class Session:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.runs: list[Run] = []
        self.client = b""
        self.server = b""
        self.pipelined = self.chance.random() < 0.4
        self.texts = {name: self.chance.choice(texts) for name, texts in (
            ("RETR", RETR_TEXTS), ("LIST", LIST_TEXTS), ("UIDL", UIDL_TEXTS), ("DELE", DELE_TEXTS))}
        self.mails = [self.mail(seed, i) for i in range(1, self.chance.randint(2, 9))]
        self.play()

    def mail(self, seed: int, number: int) -> bytes:
        lines = [b"From: a%d@example.org" % seed, b"Subject: mail %d of %d" % (number, seed),
                 b"Message-ID: <%d.%d@example.org>" % (seed, number), b""]
        for i in range(self.chance.choice((0, 3, 30, 200))):
            odd = self.chance.random() < 0.15
            lines.append(self.chance.choice(ODD_LINES) if odd else b"Line %d of %d: " % (i, number)
                         + b"x" * self.chance.randint(0, 60))
        return b"\r\n".join(lines) + b"\r\n"

    def flush(self) -> None:
        if self.client:
            self.runs.append(Run(CLIENT, self.client))
        if self.server:
            self.runs.append(Run(SERVER, self.server))
        self.client = self.server = b""

    def ask(self, command: bytes, reply: bytes, barrier: bool = False) -> None:
        self.client += command + b"\r\n"
        self.server += reply
        if barrier or not self.pipelined or len(self.server) > 20000:
            self.flush()

    def multi_line(self, text: bytes, lines: list[bytes]) -> bytes:
        return text + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b".\r\n"

    def body(self, mail: bytes) -> bytes:
        return re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n"

    def log_in(self) -> None:
        self.runs.append(Run(SERVER, self.chance.choice(GREETINGS) + b"\r\n"))
        if self.pipelined or self.chance.random() < 0.4:
            extra = [b"PIPELINING"] if self.pipelined else []
            self.ask(b"CAPA", self.multi_line(b"+OK", [b"TOP", b"UIDL", b"USER"] + extra), True)
        self.ask(b"USER alice", b"+OK\r\n", True)
        self.ask(b"PASS secret", b"+OK Logged in.\r\n", True)

    def facts(self, number: int = 0) -> dict[bytes, int]:
        size = len(self.mails[number - 1]) if number else 0
        return {b"count": len(self.mails), b"total": sum(map(len, self.mails)),
                b"number": number, b"size": size}

    def survey(self) -> None:
        total = self.facts()
        if self.chance.random() < 0.7:
            self.ask(b"STAT", b"+OK %(count)d %(total)d\r\n" % total)
        if self.chance.random() < 0.7:
            self.ask(b"LIST", self.multi_line(self.texts["LIST"] % total, [
                b"%d %d" % (i, len(mail)) for i, mail in enumerate(self.mails, 1)]))
        if self.chance.random() < 0.7:
            self.ask(b"UIDL", self.multi_line(self.texts["UIDL"] % total, [
                b"%d uid%d" % (i, i) for i in range(1, len(self.mails) + 1)]))
        self.flush()

    def fetch(self) -> None:
        style = self.chance.choice(("RETR", "RETR", "RETR DELE", "TOP RETR", "LIST RETR DELE"))
        for number, mail in enumerate(self.mails, 1):
            facts = self.facts(number)
            for word in style.split():
                if word == "RETR":
                    self.ask(b"RETR %d" % number, self.texts["RETR"] % facts + b"\r\n"
                             + self.body(mail))
                elif word == "DELE":
                    self.ask(b"DELE %d" % number, self.texts["DELE"] % facts + b"\r\n")
                elif word == "LIST":
                    self.ask(b"LIST %d" % number, b"+OK %(number)d %(size)d\r\n" % facts)
                else:
                    head = mail[:mail.index(b"\r\n\r\n") + 4]
                    self.ask(b"TOP %d 0" % number, b"+OK\r\n" + self.body(head))
        self.flush()

    def play(self) -> None:
        self.log_in()
        self.survey()
        self.fetch()
        if self.chance.random() < 0.3:
            self.ask(b"NOOP", b"+OK\r\n", True)
        if self.chance.random() < 0.8:
            self.ask(b"QUIT", b"+OK Logging out.\r\n", True)


def session(seed: int) -> list[Run]:
    return Session(seed).runs
