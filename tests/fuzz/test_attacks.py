"""What somebody sends to cost time or memory costs as much as its length, and no more: each attack is run
at a size and at twice that, and the instructions and the memory are counted.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import re
import shutil
import subprocess
import unittest

ATTACK = os.environ["POP_ATTACK"]
SIZE = 4000
# Twice the work for twice the length; a cost that grows with the square would be four times as much.
MOST_GROWTH = 2.5
# Octets of memory for each octet of the wire, as docs/security.md says: where each line, or each
# segment, is as short as can be; where it is a mail or a line of any length.
MOST_KEPT = 300
MOST_KEPT_OF_TEXT = 3
TEXT = ("brackets_in_greeting", "brackets_in_replies", "line_without_end", "body_without_end",
        "body_of_dots")


def attacks() -> list[str]:
    return subprocess.run([ATTACK, "--list"], capture_output=True, text=True,
                          check=True).stdout.split()


def octets(name: str, size: int) -> tuple[int, int]:
    """Octets fed, and the most octets of memory that there were at once."""
    words = subprocess.run([ATTACK, "--once", name, str(size)], capture_output=True, text=True,
                           check=True).stdout.split()
    return int(words[0]), int(words[2])


def instructions(name: str, size: int) -> int:
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", ATTACK,
                           "--once", name, str(size)], capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


class Attacks(unittest.TestCase):
    def test_memory(self):
        for name in attacks():
            with self.subTest(attack=name):
                fed, most = octets(name, 10 * SIZE)
                twice_fed, twice_most = octets(name, 20 * SIZE)
                self.assertLess(twice_most / most, MOST_GROWTH)
                self.assertLess(twice_most / twice_fed,
                                MOST_KEPT_OF_TEXT if name in TEXT else MOST_KEPT)

    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_time(self):
        nothing = instructions("empty_lines_of_client", 0)  # what the program costs by itself
        for name in attacks():
            with self.subTest(attack=name):
                once = instructions(name, SIZE) - nothing
                self.assertGreater(once, 0)
                self.assertLess((instructions(name, 2 * SIZE) - nothing) / once, MOST_GROWTH)


if __name__ == "__main__":
    unittest.main()
