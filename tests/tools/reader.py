"""A reader of whole, undamaged POP3 conversations: which commands were sent, which mails came, and
where in the stream each stands. It sees everything, so that it can be simple.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import dataclasses
import hashlib
import re
from typing import Iterable, Optional

from captures import CLIENT, SERVER, Run

MULTI_LINE = {b"RETR", b"TOP", b"CAPA"}
MULTI_LINE_ALONE = {b"LIST", b"UIDL", b"AUTH", b"LANG"}


@dataclasses.dataclass
class Command:
    line: bytes
    start: int  # in the client's stream
    end: int

    @property
    def words(self) -> list[bytes]:
        return self.line.upper().split() or [b""]

    @property
    def is_multi_line(self) -> bool:
        word, count = self.words[0], len(self.words)
        return word in MULTI_LINE or (word in MULTI_LINE_ALONE and count == 1)

    @property
    def is_login(self) -> bool:
        return self.words[0] == b"AUTH" and len(self.words) > 1


@dataclasses.dataclass
class Mail:
    command: Command
    octets: bytes
    start: int  # of the status line, in the server's stream
    body: int  # of the mail
    end: int  # behind the final "."

    @property
    def number(self) -> str:
        return self.command.words[1].decode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.octets).hexdigest()


class Reader:
    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.mails: list[Mail] = []
        self.statuses: list[tuple[int, int]] = []
        self.waiting: collections.deque[Command] = collections.deque()
        self.buffer = {CLIENT: b"", SERVER: b""}
        self.position = {CLIENT: 0, SERVER: 0}
        self.greeted = False
        self.current: Optional[tuple[Command, int]] = None
        self.plain = True  # nothing that this reader does not understand

    def feed(self, run: Run) -> None:
        self.buffer[run.direction] += run.octets
        if run.direction == CLIENT:
            while self.client_line():
                continue
        else:
            while self.server_unit():
                continue

    def take(self, direction: str, length: int) -> bytes:
        taken, self.buffer[direction] = (self.buffer[direction][:length],
                                         self.buffer[direction][length:])
        self.position[direction] += length
        return taken

    def client_line(self) -> bool:
        length = self.buffer[CLIENT].find(b"\r\n") + 2
        if length < 2:
            return False
        if self.waiting and self.waiting[-1].is_login:
            self.take(CLIENT, length)  # an answer
            return True
        start = self.position[CLIENT]
        command = Command(self.take(CLIENT, length)[:-2], start, start + length)
        self.commands.append(command)
        self.waiting.append(command)
        return True

    def server_unit(self) -> bool:
        return self.status_line() if self.current is None else self.body()

    def status_line(self) -> bool:
        start, length = self.position[SERVER], self.buffer[SERVER].find(b"\r\n") + 2
        if length < 2:
            return False
        line = self.take(SERVER, length)
        if not self.greeted:
            self.greeted = True
        elif self.waiting and line.startswith(b"+ ") and self.waiting[0].is_login:
            pass
        elif self.waiting and line.startswith((b"+OK", b"-ERR")):
            command = self.waiting.popleft()
            self.statuses.append((start, start + length))
            if line.startswith(b"+OK") and command.is_multi_line:
                self.current = command, start
        else:
            self.plain = False
        return True

    def body(self) -> bool:
        command, start = self.current
        buffer = self.buffer[SERVER]
        found = 0 if buffer.startswith(b".\r\n") else buffer.find(b"\r\n.\r\n") + 2
        if found == 1:
            return False
        first = self.position[SERVER]
        octets = self.take(SERVER, found + 3)[:-3]
        self.current = None
        if command.words[0] in (b"RETR", b"TOP"):
            self.mails.append(Mail(command, re.sub(rb"(?:^|(?<=\n))\.", b"", octets), start, first,
                                   self.position[SERVER]))
        return True


def read(runs: Iterable[Run], greeted: bool = False) -> Reader:
    """`greeted`: the session began before."""
    reader = Reader()
    reader.greeted = greeted
    for run in runs:
        reader.plain = reader.plain and not run.lost and not run.cut_off \
            and not run.late
        reader.feed(run)
    return reader
