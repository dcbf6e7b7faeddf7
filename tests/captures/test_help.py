"""Every command of the project says what it does: --help, status 0, and nothing else happens.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import documentation

ROOT = documentation.ROOT


def commands() -> list[Path]:
    return [ROOT / name for name in sorted(documentation.files()) if os.access(ROOT / name, os.X_OK)]


def help_of(command: Path) -> subprocess.CompletedProcess:
    return subprocess.run([command, "--help"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, timeout=300)


class Help(unittest.TestCase):
    def test_every_command(self) -> None:
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            answers = list(pool.map(help_of, commands()))
        self.assertGreater(len(answers), 20)
        for command, answer in zip(commands(), answers):
            with self.subTest(command=str(command.relative_to(ROOT))):
                self.assertEqual(answer.returncode, 0, answer.stderr)
                self.assertGreater(len(answer.stdout.strip()), 30)
                self.assertIn(command.stem, answer.stdout)
                self.assertNotIn("Traceback", answer.stderr)


if __name__ == "__main__":
    unittest.main()
