"""The decode of each sample capture equals its golden file.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import goldens
import harness


class Goldens(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls) -> None:
        cls.workplace = harness.Workplace()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.workplace.remove()

    def test_every_sample_has_one(self) -> None:
        self.assertEqual(sorted(path.stem for path in goldens.GOLDEN.glob("*.txt")),
                         goldens.names())

    def test_decodes(self) -> None:
        for name in goldens.names():
            with self.subTest(sample=name):
                golden = (goldens.GOLDEN / f"{name}.txt").read_text()
                found = goldens.decode(self.workplace, name)
                if found != golden:
                    self.assertEqual(found.splitlines(), golden.splitlines())


if __name__ == "__main__":
    unittest.main()
