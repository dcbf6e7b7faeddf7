"""What is wrong with what was shown of a session, against the ordered capture and against the truth.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
from typing import Any, Iterable, Optional

import reader
from order_pools import CLIENT, SERVER, Case
from order_reading import FACTS, GAP, OF_A_MAIL, Line, Reading

COUNTED = {b"RETR", b"TOP", b"DELE"}


def texts(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines]


def difference(name: str, expected: list, found: list) -> list[str]:
    """The first place where two lists part."""
    if expected == found:
        return []
    at = next((i for i, (a, b) in enumerate(zip(expected, found)) if a != b),
              min(len(expected), len(found)))
    return [f"{name} {at}: expected {expected[at:at + 1]}, found {found[at:at + 1]}"
            f" ({len(expected)} and {len(found)})"]


# --- Nothing is missing ------------------------------------------------------------------------------

def alone(lines: Iterable[Line]) -> dict[int, int]:
    """By frame, the place of a line that has its frame for itself."""
    lines = list(lines)
    count = collections.Counter(line.frame for line in lines)
    return {line.frame: i for i, line in enumerate(lines) if count[line.frame] == 1}


def partners(reading: Reading) -> list[Optional[int]]:
    """For each reply which command it answers, by its place among the commands, where that command's
    frame has no other."""
    places = alone(reading.requests)
    return [places.get(reply.link) if reply.link is not None else None for reply in reading.replies]


def is_shared(expected: Reading, found: Reading, reply: Line) -> bool:
    """The reply's command stands in one frame with others, in either capture."""
    return len(alone(expected.requests)) < len(expected.requests) or reply.link is None \
        and len(found.requests) == 0


def judge_links(expected: Reading, found: Reading, two_pass: bool) -> list[str]:
    """Each reply names the frame of its own command, and, in the second pass, the other way round."""
    for place, reply in zip(partners(expected), found.replies):
        shown = None if place is None else found.requests[place].frame
        if (place is None) != (reply.link is None) and not is_shared(expected, found, reply):
            return [f"reply {reply.text!r} names frame {reply.link}, its command is in {shown}"]
        if place is not None and reply.link != shown:
            return [f"reply {reply.text!r} names frame {reply.link}, its command is in {shown}"]
    replies = alone(expected.replies)
    for wanted, command in zip(expected.requests, found.requests):
        place = None if wanted.link is None else replies.get(wanted.link)
        shown = None if place is None else found.replies[place].frame
        if two_pass and place is not None and command.link != shown:
            return [f"command {command.text!r} names frame {command.link}, its reply is in {shown}"]
    return []


def rows(reading: Reading) -> list[tuple]:
    return [tuple(row[name] for name in OF_A_MAIL) for row in reading.mails]


def judge_in_full(expected: Reading, found: Reading, two_pass: bool) -> list[str]:
    faults = difference("command", texts(expected.requests), texts(found.requests))
    faults += difference("reply", texts(expected.replies), texts(found.replies))
    if not faults:
        faults += judge_links(expected, found, two_pass)
    for name in ("number", "uid"):
        faults += difference(name, [getattr(line, name) for line in expected.replies],
                             [getattr(line, name) for line in found.replies])
    for name in FACTS:
        faults += difference(name, expected.facts[name], found.facts[name])
    # By number: the report's order is that of their times, which a link changes.
    faults += difference("mail", sorted(rows(expected), key=repr), sorted(rows(found), key=repr))
    if len(found.frames[GAP]) > len(expected.frames[GAP]):
        faults.append(f"octets are told as lost that are there, in {sorted(found.frames[GAP])}")
    return faults + judge_held(found, two_pass) + found.negative


def judge_held(found: Reading, two_pass: bool) -> list[str]:
    """What was held is decoded; from the second pass on, both frames name each other."""
    decoded = {frame for frames in found.decoded.values() for frame in frames}
    faults = [f"frame {frame} is held and nowhere decoded" for frame in found.held if frame not in decoded]
    for frame, place in found.held.items() if two_pass else ():
        if place is None or frame not in found.decoded[place]:
            faults.append(f"frame {frame} is held, and decoded in {place}, which does not name it")
    return faults


# --- Octets are missing ------------------------------------------------------------------------------

def truth(case: Case) -> dict[str, reader.Mail]:
    return {mail.digest: mail for mail in case.known.mails}


def is_marked(row: dict[str, Any], found: Reading, two_pass: bool) -> bool:
    """Some frame in which the mail is shown says that what is told is a guess. In one pass what was held when
    the capture ended is shown in no frame: there the row says it."""
    if row["uncertain"] and not two_pass:
        return True
    first, last = row["first_frame"], row["last_frame"]
    return first is not None and last is not None \
        and any(first <= frame <= last for frame in found.uncertain)


def uid_of(case: Case, number: str) -> str:
    return f"{int(number):08x}{case.seed + 0x46B00000:08x}"


def judge_row(case: Case, row: dict[str, Any], found: Reading, two_pass: bool) -> list[str]:
    """A number, a unique-id and a subject that do not belong together; a whole mail that never was."""
    faults = []
    mail = truth(case).get(row["sha256"] or "")
    if row["complete"] and mail is None:
        return [f"a mail that never was, as number {row['number']}"]
    number = mail.number if mail else number_in_subject(row["subject"])
    if is_marked(row, found, two_pass):
        return []
    if number and row["number"] is not None and str(row["number"]) != number:
        faults.append(f"mail {number} stands under {row['number']}")
    if row["uid"] and number and row["uid"] != uid_of(case, number):
        faults.append(f"mail {number} stands under the unique-id {row['uid']}")
    faults += judge_fate(case, row, number)
    size = row["listed_size"]
    if row["complete"] and row["fetched"] == "RETR" and size not in (None, len(mail.octets)):
        faults.append(f"mail {number}, {len(mail.octets)} octets, was listed with {size}")
    return faults


def judge_fate(case: Case, row: dict[str, Any], number: Optional[str]) -> list[str]:
    """All these sessions end with QUIT: what DELE named is gone, and nothing else."""
    if number is None or str(row["number"]) != number:
        return []
    exchanges = dict(zip((command.line for command in case.known.commands),
                         zip(case.known.commands, case.known.statuses)))
    deciding = [exchanges.get(line) for line in (b"DELE " + number.encode(), b"QUIT")]
    if deciding[0] is None:
        return [f"mail {number} is told as deleted"] if row["deleted"] == "yes" else []
    seen = all(case.holds(CLIENT, command.start, command.end) and case.holds(SERVER, *status)
               for command, status in deciding)
    if seen and case.waits and row["deleted"] != "yes":
        return [f"mail {number} is told as not deleted"]
    return []


def number_in_subject(subject: Optional[str]) -> Optional[str]:
    words = (subject or "").split()
    return words[1] if len(words) == 5 and words[::2] == ["mail", "of", str(words[4])] else None


def judge_pairs(case: Case, expected: Reading, found: Reading) -> list[str]:
    """No reply stands beside a command that no reply of that text answered."""
    pairs = set()
    for place, reply in zip(partners(expected), expected.replies):
        if place is not None:
            pairs.add((expected.requests[place].text, reply.text))
    faults = []
    for reply in found.replies:
        near = found.requests_in(reply.link)
        if reply.link is None or reply.frame in found.uncertain or case.impairment.get("snaplen"):
            continue
        if near and not any((text, reply.text) in pairs for text in near):
            faults.append(f"{reply.text!r} is taken for the reply to {sorted(near)}")
        if reply.number is not None and not any(reply.number == number_of(text) for text in near
                                                if (text, reply.text) in pairs):
            faults.append(f"{reply.text!r} is told of message {reply.number}, beside {sorted(near)}")
    return faults


def number_of(command: str) -> Optional[str]:
    words = command.split()
    return words[1] if len(words) > 1 and words[0].encode() in COUNTED | {b"LIST", b"UIDL"} else None


def judge_commands(case: Case, found: Reading) -> list[str]:
    sent = collections.Counter(command.line.decode() for command in case.known.commands
                               if case.holds(CLIENT, command.start, command.end))
    missing = sent - collections.Counter(texts(found.requests))
    return [f"commands not shown: {sorted(missing.elements())}"] if missing else []


def keeps_tail(found: Reading) -> bool:
    """Octets wait for others until the capture ends: in one pass what they are is shown nowhere."""
    decoded = {frame for frames in found.decoded.values() for frame in frames}
    return any(frame not in decoded for frame in found.held)


def is_excused(case: Case, found: Reading, two_pass: bool) -> bool:
    """From showing all there is; not from telling the truth. Of commands that were sent at once, with replies
    missing, it may stay open which of them are answered."""
    return not case.waits or case.is_alone_at_its_end() or (not two_pass and keeps_tail(found))


def judge_with_loss(case: Case, expected: Reading, found: Reading, two_pass: bool) -> list[str]:
    told = judge_told(case, expected, found, two_pass)
    return told if is_excused(case, found, two_pass) else judge_lost(case, found) + told


def judge_lost(case: Case, found: Reading) -> list[str]:
    """What is whole is shown so, what is not is marked, and no command is passed over."""
    whole = collections.Counter(mail.digest for mail in case.whole_mails())
    got = collections.Counter(row["sha256"] for row in found.mails if row["complete"])
    lost = [truth(case)[digest].number for digest in (whole - got).elements()]
    faults = [f"mails {','.join(lost)} are whole and not shown"] if lost else []
    marked = sum(1 for row in found.mails if row["complete"] is False)
    damaged = len(case.damaged_mails())
    if marked < damaged and not case.impairment.get("ends"):
        faults.append(f"{damaged} damaged mails, {marked} marked")
    return faults + judge_commands(case, found)


def judge_told(case: Case, expected: Reading, found: Reading, two_pass: bool) -> list[str]:
    """Nothing is told wrongly without a mark."""
    faults = [fault for row in found.mails for fault in judge_row(case, row, found, two_pass)]
    return faults + judge_pairs(case, expected, found) + found.negative
