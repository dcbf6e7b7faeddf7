"""Sessions by chance, as named servers word them and as clients of different habits lead them. Every reply
waits for its own command, not for all that the client has sent: a client that pipelines gets the first
mail while its later commands are still on their way.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import dataclasses
import hashlib
import random
import re
from typing import Sequence

from captures import CLIENT, SERVER
from link import Write

CAPABILITIES = (b"TOP", b"UIDL", b"USER", b"PIPELINING", b"SASL PLAIN")
ODD_LINES = (b"+OK this is a line of the mail", b"-ERR so is this", b".", b"..", b".hidden", b"RETR 1",
             b"", b"1 120", b"QUIT", b"+ ", b"Subject: inside", b"+OK Marked to be deleted.")
BANNER = b"<1896.697170952@pop.example.org>"


@dataclasses.dataclass(frozen=True)
class Wording:
    """Status lines of one server; {n} number, {size} octets of the message, {count} and {total} of all."""
    greeting: str
    user: str = "+OK"
    accepted: str = "+OK"
    stat: str = "+OK {count} {total}"
    listing: str = "+OK"
    uidl: str = "+OK"
    retr: str = "+OK"
    top: str = "+OK"
    dele: str = "+OK"
    capa: str = "+OK"
    quit: str = "+OK"


WORDINGS = {
    "dovecot": Wording("+OK Dovecot (Debian) ready. {banner}", accepted="+OK Logged in.",
                       listing="+OK {count} messages:", retr="+OK {size} octets",
                       dele="+OK Marked to be deleted.", quit="+OK Logging out, messages deleted."),
    "courier": Wording("+OK Hello there. {banner}", "+OK Password required.", "+OK logged in.",
                       listing="+OK POP3 clients that break here, they violate STD53.",
                       retr="+OK {size} octets follow.", top="+OK headers follow.",
                       dele="+OK Deleted.", capa="+OK Here's what I can do:", quit="+OK Bye-bye."),
    "cyrus": Wording("+OK pop.example.org Cyrus POP3 3.6.1 server ready {banner}",
                     "+OK Name is a valid mailbox", "+OK Mailbox locked and ready",
                     listing="+OK scan listing follows", uidl="+OK unique-id listing follows",
                     retr="+OK Message follows", top="+OK Message follows", dele="+OK message deleted",
                     capa="+OK List of capabilities follows"),
    "popa3d": Wording("+OK {banner}"),
    "qpopper": Wording("+OK Qpopper (version 4.0.19) at pop.example.org starting. {banner}",
                       "+OK Password required for alice.",
                       "+OK alice has {count} visible messages (0 hidden) in {total} octets.",
                       listing="+OK {count} visible messages ({total} octets)",
                       uidl="+OK uidl command accepted.", retr="+OK {size} octets",
                       top="+OK Message follows", dele="+OK Message {n} has been deleted.",
                       capa="+OK Capability list follows", quit="+OK Pop server at pop.example.org signing off."),
    "exchange": Wording("+OK The Microsoft Exchange POP3 service is ready. {banner}",
                        accepted="+OK User successfully logged on.", listing="+OK {count} {total}",
                        quit="+OK Microsoft Exchange Server POP3 server signing off."),
    "solid": Wording("+OK Solid POP3 server ready {banner}", "+OK username accepted",
                     "+OK authentication successful", listing="+OK scan listing follows",
                     uidl="+OK unique-id listing follows", retr="+OK message follows",
                     dele="+OK message {n} deleted", quit="+OK session ended"),
}
LOGINS = ("USER", "APOP", "PLAIN", "PLAIN at once")
HABITS = ("one by one", "RETR and DELE", "TOP, RETR, DELE", "pipelined", "all at once")


def mail(chance: random.Random, seed: int, number: int, lines: int) -> bytes:
    octets = [b"Return-Path: <bob@example.net>", b"From: Bob %d <bob@example.net>" % seed,
              b"Subject: mail %d of session %d" % (number, seed),
              b"Message-ID: <%d.%d.%d@example.net>" % (seed, number, chance.randrange(1 << 30)), b""]
    for i in range(lines):
        odd = chance.random() < 0.1
        octets.append(chance.choice(ODD_LINES) if odd else
                      b"Line %d of mail %d: " % (i, number) + b"x" * chance.randint(0, 54))
    return b"\r\n".join(octets) + b"\r\n"


class Served:
    """One session: `writes`, in an order in which it can have been."""

    def __init__(self, seed: int, server: str = "", habit: str = "", login: str = "",
                 mail_lines: Sequence[int] = ()) -> None:
        self.chance = random.Random(f"served {seed}")
        self.seed = seed
        self.server = server or self.chance.choice(sorted(WORDINGS))
        self.habit = habit or self.chance.choice(HABITS)
        self.wording = WORDINGS[self.server]
        self.writes: list[Write] = []
        self.total = {CLIENT: 0, SERVER: 0}
        self.batch: list[tuple[bytes, bytes]] = []
        lines = mail_lines or [self.chance.choice((0, 3, 12, 40, 120))
                               for _ in range(self.chance.randint(2, 6))]
        self.mails = [mail(self.chance, seed, i, count) for i, count in enumerate(lines, 1)]
        self.log_in(login or self.chance.choice(LOGINS))
        self.survey()
        self.fetch()
        self.ask(b"QUIT", self.line(self.wording.quit))
        self.send()

    # --- Parts of the conversation ---

    def line(self, text: str, number: int = 0) -> bytes:
        size = len(self.mails[number - 1]) if number else 0
        words = text.format(n=number, size=size, count=len(self.mails),
                            total=sum(map(len, self.mails)), banner=BANNER.decode())
        return words.encode() + b"\r\n"

    def lines(self, text: str, lines: Sequence[bytes]) -> bytes:
        return self.line(text) + b"".join(line + b"\r\n" for line in lines) + b".\r\n"

    def speak(self, direction: str, octets: bytes, after: int) -> None:
        self.writes.append(Write(direction, octets, after))
        self.total[direction] += len(octets)

    def ask(self, command: bytes, reply: bytes) -> None:
        """Sent with the next ones, where the client pipelines."""
        self.batch.append((command + b"\r\n", reply))
        if self.habit not in ("pipelined", "all at once"):
            self.send()

    def send(self) -> None:
        """The batch, at once; its replies each behind its own command."""
        if not self.batch:
            return
        at = self.total[CLIENT]
        self.speak(CLIENT, b"".join(command for command, _ in self.batch), self.total[SERVER])
        for command, reply in self.batch:
            at += len(command)
            self.speak(SERVER, reply, at)
        self.batch = []

    def log_in(self, kind: str) -> None:
        self.speak(SERVER, self.line(self.wording.greeting), 0)
        if self.chance.random() < 0.6 or "PLAIN" in kind:
            self.ask(b"CAPA", self.lines(self.wording.capa, CAPABILITIES))
            self.send()
        accepted = self.line(self.wording.accepted)
        plain = base64.b64encode(b"\0alice\0wonderland")
        if kind == "USER":
            self.ask(b"USER alice", self.line(self.wording.user))
            self.send()
            self.ask(b"PASS wonderland", accepted)
        elif kind == "APOP":
            digest = hashlib.md5(BANNER + b"wonderland").hexdigest().encode()
            self.ask(b"APOP alice " + digest, accepted)
        elif kind == "PLAIN at once":
            self.ask(b"AUTH PLAIN " + plain, accepted)
        else:
            self.ask(b"AUTH PLAIN", b"+ \r\n")
            self.send()
            self.ask(plain, accepted)
        self.send()

    def survey(self) -> None:
        self.ask(b"STAT", self.line(self.wording.stat))
        self.ask(b"UIDL", self.lines(self.wording.uidl, [
            b"%d %s" % (i, self.uid(i)) for i in range(1, len(self.mails) + 1)]))
        self.ask(b"LIST", self.lines(self.wording.listing, [
            b"%d %d" % (i, len(octets)) for i, octets in enumerate(self.mails, 1)]))
        if self.habit != "all at once":
            self.send()

    def uid(self, number: int) -> bytes:
        return b"%08x%08x" % (number, self.seed + 0x46B00000)

    def fetch(self) -> None:
        numbers = range(1, len(self.mails) + 1)
        for number in numbers:
            if self.habit == "TOP, RETR, DELE":
                self.top(number)
            self.ask(b"RETR %d" % number,
                     self.line(self.wording.retr, number) + stuffed(self.mails[number - 1]))
            if self.habit in ("RETR and DELE", "TOP, RETR, DELE"):
                self.delete(number)
        if self.habit in ("pipelined", "all at once"):
            for number in numbers:
                self.delete(number)

    def top(self, number: int) -> None:
        octets = self.mails[number - 1]
        head = octets[:octets.index(b"\r\n\r\n") + 4]
        self.ask(b"TOP %d 0" % number, self.line(self.wording.top, number) + stuffed(head))

    def delete(self, number: int) -> None:
        self.ask(b"DELE %d" % number, self.line(self.wording.dele, number))


def stuffed(octets: bytes) -> bytes:
    return re.sub(rb"(?m)^\.", b"..", octets) + b".\r\n"
