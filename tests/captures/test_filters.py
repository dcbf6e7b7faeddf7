"""A filter alone finds the frames in which the tree shows its field: what nobody asks for may be left undrawn.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest
from xml.etree import ElementTree

import harness
from test_passes import NAMES

# Fields of the lines of a listing, and those of its lines that are not as they should be.
FAMILIES = ("pop.response.data", "pop.list.", "pop.uidl.", "pop.capability", "pop.command", "pop.session.",
            "pop.message.", "pop.line.", "pop.expert.", "pop.language")
LEAST = 30  # fields that the dialogues show of these families


class Filters(harness.CaptureTest):
    def frames_with(self, capture) -> dict[str, list[str]]:
        """For each field, the frames whose tree shows it."""
        found: dict[str, list[str]] = {}
        text = self.tshark(capture, "-T", "pdml")
        for number, packet in enumerate(ElementTree.fromstring(text), 1):
            for name in {field.get("name") for field in packet.iter("field")}:
                if name.startswith(FAMILIES):
                    found.setdefault(name, []).append(str(number))
        return found

    def frames_by_filter(self, capture, name: str) -> list[str]:
        return [line.split()[0] for line in self.tshark(capture, "-Y", name).splitlines()]

    def test_frames_by_filter_are_those_in_the_tree(self):
        capture = self.dialogues(NAMES)
        found = self.frames_with(capture)
        self.assertGreater(len(found), LEAST)
        for name, frames in found.items():
            with self.subTest(field=name):
                self.assertEqual(self.frames_by_filter(capture, name), frames)


if __name__ == "__main__":
    unittest.main()
