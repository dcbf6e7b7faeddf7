"""What tshark shows of many sessions in one capture: commands, replies, which belongs to which, mails.

A session is told by its client's port. What is read is told by names of fields and by what stands inside
what, not by how trees are arranged otherwise.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import dataclasses
import hashlib
import json
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any, Iterator, Optional, Sequence

import harness
from envelopes import FIRST_CLIENT_PORT  # from tests/tools

# Each stands once for each thing it tells, wherever its octets were cut.
FACTS = ("pop.request.message", "pop.request.lines", "pop.stat.count", "pop.stat.size",
         "pop.list.message", "pop.list.size", "pop.uidl.message", "pop.uidl.uid", "pop.capability.name",
         "pop.message.deleted", "pop.apop.digest", "pop.auth.password")
OF_A_MAIL = ("user", "number", "uid", "fetched", "complete", "uncertain", "message_id", "from", "subject",
             "listed_size", "announced_size", "size", "sha256", "deleted")
PORTS = re.compile(r"Src Port: (\d+), Dst Port: (\d+)")
TIME = re.compile(r"pop\.(\S*\.)?\S*(time|delay|duration)$")
UNCERTAIN = "pop.expert.uncertain"
GAP, DIFFERS = "pop.expert.gap", "pop.expert.repetition_differs"
HELD, DECODED_IN, HELD_FRAME = "pop.held", "pop.held.decoded_in", "pop.held.frame"


@dataclasses.dataclass
class Line:
    """A command, or a status line."""
    text: str
    frame: int
    link: Optional[int] = None  # the frame of the other half, where that is told
    number: Optional[str] = None
    uid: Optional[str] = None


@dataclasses.dataclass
class Reading:
    """What is shown of one session."""
    requests: list[Line] = dataclasses.field(default_factory=list)
    replies: list[Line] = dataclasses.field(default_factory=list)
    facts: dict[str, list[str]] = dataclasses.field(
        default_factory=lambda: collections.defaultdict(list))
    mails: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    negative: list[str] = dataclasses.field(default_factory=list)
    frames: dict[str, set[int]] = dataclasses.field(  # with experts, and with octets that were held
        default_factory=lambda: collections.defaultdict(set))
    decoded: dict[int, set[int]] = dataclasses.field(  # for each frame, whose octets it decodes
        default_factory=lambda: collections.defaultdict(set))
    held: dict[int, Optional[int]] = dataclasses.field(default_factory=dict)  # frame → decoded in

    @property
    def uncertain(self) -> set[int]:
        return self.frames[UNCERTAIN]

    def requests_in(self, frame: Optional[int]) -> set[str]:
        return {line.text for line in self.requests if line.frame == frame}


@dataclasses.dataclass
class Seen:
    """What is shown of a whole capture."""
    sessions: dict[int, Reading]
    imf: collections.Counter[str]  # SHA-256 of what was exported
    pop: collections.Counter[str]


# --- Trees -----------------------------------------------------------------------------------------

def descendants(element: ElementTree.Element, name: str) -> list[str]:
    return [field.get("show", "") for field in element.iter("field") if field.get("name") == name]


def first(values: Sequence[str]) -> Optional[str]:
    return values[0] if values else None


def frame_in(values: Sequence[str]) -> Optional[int]:
    return int(values[0]) if values else None


def note_request(reading: Reading, element: ElementTree.Element, frame: int) -> None:
    reading.requests.append(Line(element.get("show", ""), frame,
                                 frame_in(descendants(element, "pop.response_in"))))


def note_reply(reading: Reading, element: ElementTree.Element, around: ElementTree.Element,
               frame: int) -> None:
    reading.replies.append(Line(
        element.get("show", ""), frame, frame_in(descendants(around, "pop.response_to")),
        first(descendants(around, "pop.message.number")), first(descendants(around, "pop.message.uid"))))


def walk(reading: Reading, element: ElementTree.Element, reply: Optional[ElementTree.Element],
         frame: int) -> None:
    """`reply`: the subtree of a reply in which the element stands, where replies have one."""
    name, value = element.get("name", ""), element.get("show", "")
    if name == "pop.request":
        note_request(reading, element, frame)
    elif name == "pop.response":
        note_reply(reading, element, element if reply is None else reply, frame)
    elif name in FACTS:
        reading.facts[name].append(value)
    elif name in (UNCERTAIN, GAP, DIFFERS):
        reading.frames[name].add(frame)
    elif name == HELD:
        reading.held.setdefault(frame, None)
    elif name == DECODED_IN:
        reading.held[frame] = int(value)
    elif name == HELD_FRAME:
        reading.decoded[frame].add(int(value))
    if TIME.match(name) and value.startswith("-"):
        reading.negative.append(f"{name} {value} in frame {frame}")
    inner = element if name == "pop.reply" else reply
    for child in element:
        walk(reading, child, inner, frame)


def layers(packet: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Those of an aggregated frame (802.11) stand within its layer."""
    return packet.iterfind(f".//proto[@name='{name}']")


def client_port(packet: ElementTree.Element) -> Optional[int]:
    for proto in layers(packet, "tcp"):
        if proto.get("showname") is not None:
            ports = [int(port) for port in PORTS.search(proto.get("showname", "")).groups()]
            return max(ports)
    return None


def packets(text: str) -> Iterator[ElementTree.Element]:
    parser = ElementTree.XMLPullParser(("end",))
    parser.feed(text)
    for _, element in parser.read_events():
        if element.tag == "packet":
            yield element
            element.clear()


def read_trees(text: str) -> dict[int, Reading]:
    sessions: dict[int, Reading] = collections.defaultdict(Reading)
    for packet in packets(text):
        port = client_port(packet)
        if port is None:
            continue
        frame = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
        for proto in layers(packet, "pop"):
            walk(sessions[port - FIRST_CLIENT_PORT], proto, None, frame)
    return sessions


# --- Reports and exports -----------------------------------------------------------------------------

def number_of(address: str) -> int:
    """10.x.y.1 or fd00::n:1 → the number of the session."""
    if ":" in address:
        return int(address.rstrip().split(":")[-2] or "0", 16)
    octets = address.split(".")
    return int(octets[1]) << 8 | int(octets[2])


def digests(folder: Path) -> collections.Counter[str]:
    return collections.Counter(hashlib.sha256(path.read_bytes()).hexdigest()
                               for path in folder.iterdir())


def folder_of(workplace: harness.Workplace) -> Path:
    folder = Path(tempfile.mkdtemp(dir=workplace.folder / "out"))
    folder.chmod(0o777)
    return folder


def look(test: harness.CaptureTest, capture: Path, prefs: Sequence[str] = (),
         two_pass: bool = False) -> Seen:
    """One tshark shows trees, report and exports."""
    imf, pop = folder_of(test.workplace), folder_of(test.workplace)
    text = test.tshark(capture, "-T", "pdml", "-J", "pop wlan_aggregate", "-z", "pop,mails,json",
                       "--export-objects", f"imf,{imf}", "--export-objects", f"pop,{pop}",
                       two_pass=two_pass, prefs=prefs)
    trees, end, report = text.partition("</pdml>")
    sessions = read_trees(trees + end)
    for row in json.loads(report):
        sessions[number_of(row["client"])].mails.append(row)
    return Seen(sessions, digests(imf), digests(pop))
