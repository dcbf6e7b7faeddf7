"""The benchmark's figures as Markdown tables; what misses its number is marked as such.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses
from typing import Optional

from loads import Content, Load
from measuring import Cost, Instructions

JSON_OF_BUILT_IN = 1.2
GROWTH = 1.1  # of linear
MEMORY_PER_OCTET = 1.2  # of the mails that are kept
MEMORY_PER_EXCHANGE = 1024  # octets
MEMORY_PER_LISTED = 100
PER_OCTET = 3.0  # instructions
PER_PAIR = 4000.0
FOREIGN = 1.01  # instructions, of those without the plugin
# A difference of two start-ups is as large as this: of a shorter time no ratio is told.
SHORTEST = 0.05  # seconds


@dataclasses.dataclass
class Figures:
    """What was measured of one load; costs by mode and variant, CPU net of the start-up."""
    load: Load
    content: Content
    costs: dict[str, dict[str, Cost]]
    instructions: Optional[Instructions] = None

    def memory(self) -> int:
        """Octets that the plugin takes beyond a tshark that does not dissect POP."""
        return self.costs["one pass"]["plugin"].memory - self.costs["one pass"]["disabled"].memory

    def memory_bound(self) -> float:
        return (self.content.mails * MEMORY_PER_OCTET
                + self.content.exchanges * MEMORY_PER_EXCHANGE
                + self.content.listed * MEMORY_PER_LISTED)


def judged(value: float, most: Optional[float], digits: int = 2) -> str:
    text = f"{value:.{digits}f}"
    if most is None or round(value, digits) <= most:
        return text
    return f"**{text}, misses {most:g}**"


def ratio(figures: Figures, mode: str, other: str, most: Optional[float]) -> str:
    if mode not in figures.costs:
        return "not measured"
    one, two = figures.costs[mode]["plugin"], figures.costs[mode][other]
    if one.stopped:
        return "**stopped**"
    if two.cpu < SHORTEST:
        return "too short"
    if two.stopped:
        return f"below {one.cpu / two.cpu:.3f}"
    return judged(one.cpu / two.cpu, most)


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def grid(head: list[str], rows: list[list[str]]) -> list[str]:
    return [row(head), row(["---"] * len(head)), *map(row, rows)]


def cpu_and_memory(all_figures: list[Figures]) -> list[str]:
    rows = []
    for figures in all_figures:
        load = figures.load
        rows.append([
            load.title, f"{figures.costs['one pass']['plugin'].cpu:.2f} s",
            ratio(figures, "one pass", "disabled", load.most),
            ratio(figures, "one pass", "built-in", load.of_built_in),
            ratio(figures, "-2 -T json", "built-in", JSON_OF_BUILT_IN),
            ratio(figures, "-2 -T json, all", "built-in", None),
            ratio(figures, "-T fields", "built-in", 1.0),
            ratio(figures, "export", "built-in", 1.0),
            f"{figures.memory() / 1e6:.1f} MB",
            judged(figures.memory() / figures.memory_bound(), 1.0)])
    return grid(["Capture", "One pass", "of disabled", "of built-in", "JSON, of built-in",
                 "with contents", "fields, of built-in", "export, of built-in", "Memory", "of its bound"], rows)


def growth(all_figures: list[Figures]) -> list[str]:
    by_name = {figures.load.name: figures for figures in all_figures}
    rows = []
    for figures in all_figures:
        if figures.load.linear_to is None or figures.load.linear_to[0] not in by_name:
            continue
        smaller, times = by_name[figures.load.linear_to[0]], figures.load.linear_to[1]
        time, time_before = (one.costs["one pass"]["plugin"].cpu for one in (figures, smaller))
        grown = judged(time / time_before / times, GROWTH) if time_before > SHORTEST \
            else "too short"
        memory = judged(figures.memory() / smaller.memory() / times, GROWTH) \
            if smaller.memory() > 0 else "too little"
        rows.append([f"{smaller.load.title} → {figures.load.title}", f"{times:g}", grown, memory])
    return grid(["From → to", "Larger by", "Time, of linear", "Memory, of linear"], rows)


def pairs(figures: Figures, counted: int) -> float:
    """Instructions per exchange, without those that the octets of its mail may take."""
    return (counted - PER_OCTET * figures.content.mails) / figures.content.exchanges


def instructions(all_figures: list[Figures]) -> list[str]:
    rows = []
    for figures in all_figures:
        counted = figures.instructions
        if counted is None:
            continue
        with_libc = counted.own + counted.libc
        large = figures.load.per_octet
        rows.append([
            figures.load.title, f"{counted.own:,}", f"{counted.libc:,}",
            judged(with_libc / figures.content.payload, PER_OCTET) if large else "",
            "" if large else judged(pairs(figures, with_libc), PER_PAIR, 0)])
    return grid(["Capture", "Plugin", "its memchr, memcpy …", "per octet", "per exchange"], rows)


def shares(all_figures: list[Figures]) -> list[str]:
    """Where the instructions of one pass go, net of the start-up."""
    rows = []
    for figures in all_figures:
        counted = figures.instructions
        if counted is None:
            continue
        own = counted.own + counted.libc
        parts = (own, counted.mail, counted.inside - own - counted.mail,
                 counted.total - counted.inside)
        rows.append([figures.load.title,
                     *(f"{100 * part / counted.total:.0f} %" for part in parts)])
    return grid(["Capture", "Plugin", "IMF, MIME", "Wireshark's functions for the plugin",
                 "TCP and all else"], rows)


@dataclasses.dataclass
class Foreign:
    """Instructions of one pass over a capture without POP, net of the start-up."""
    load: Load
    with_plugin: int
    without: int


def foreign(all_figures: list[Foreign]) -> list[str]:
    rows = [[figures.load.title, f"{figures.with_plugin / 1e6:,.1f}", f"{figures.without / 1e6:,.1f}",
             judged(figures.with_plugin / figures.without, FOREIGN, 4)] for figures in all_figures]
    return grid(["No POP in it", "Million instructions", "without the plugin", "of those"], rows)
