"""A window of Wireshark's that is tested, and the run of all tests of it.
To be run by tests/gui/test_lives. SPDX-License-Identifier: GPL-2.0-or-later
"""
import importlib
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import accessible
from accessible import find_window, wait_for

PLACE = Path(os.environ["POP_GUI_PLACE"])  # with captures, a home and the plugin
CAPTURES = sorted(path.name.split(".")[0] for path in PLACE.glob("*.pcapng.gz"))
WIRESHARK = tuple(map(int, re.findall(r"\d+", subprocess.run(
    ["tshark", "--version"], capture_output=True, text=True, check=True).stdout)[:2]))
MODULES = ("lives", "readers", "toolbar")
# A program makes itself known once, when it starts; the toolkit does not look whether it was heard. One that
# was not is started again, and given longer.
START_PATIENCE = (30, 60, 120, 120)  # seconds

# Tables of which all columns shall be on the screen.
WIDE = ("POP Sessions", "POP Logins", "POP Mails")
GEOMETRY = {"x": 0, "y": 300, "width": 4100, "height": 500, "maximized": "FALSE"}


def capture_of(name: str) -> str:
    return str(PLACE / f"{name}.pcapng.gz")


class Window(unittest.TestCase):
    strict = False
    process = None
    lived = False  # until the test failed; a program that ended is no accident of the screen

    def start(self, *words: str) -> None:
        environment = dict(os.environ)
        if self.strict:
            environment["WIRESHARK_DEBUG_WMEM_OVERRIDE"] = "strict"
        home = PLACE / "home/.config/wireshark"
        (home / "recent_common").write_text("".join(
            [f"recent.capture_file: {capture_of(name)}\n" for name in CAPTURES]
            + [f"gui.geom.{title}.{key}: {value}\n" for title in WIDE for key, value in GEOMETRY.items()]))
        self.launch(words, environment)
        self.addCleanup(self.end)
        self.alive()

    def launch(self, words: tuple[str, ...], environment: dict[str, str]) -> None:
        """Until it says what it shows. One that ends is not started again."""
        for patience in START_PATIENCE:
            with (PLACE / "home/said").open("wb") as said:
                self.process = subprocess.Popen(["wireshark", *words], env=environment, cwd=PLACE / "home",
                                                stdout=subprocess.DEVNULL, stderr=said)
            if accessible.happens(lambda: self.process.poll() is not None or accessible.program_answers(),
                                  patience):
                return
            print(f"Wireshark is started again: {accessible.silence()} after {patience} seconds", flush=True)
            self.process.kill()
            self.process.wait()
        self.fail(f"no window that can be asked; {self.said()}")

    def said(self) -> str:
        return "Wireshark says: " + (PLACE / "home/said").read_text(errors="replace")[-2000:]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        wait_for(lambda: not accessible.windows(), "the end of the window")

    def alive(self) -> None:
        self.assertIsNone(self.process.poll(), f"Wireshark has ended; {self.said()}")

    def state(self) -> str:
        """What somebody wants to know who reads that this test has failed."""
        ended = self.process.poll()
        shown = [f"{window.name}, where {accessible.selected_in(window)} is selected" for window in accessible.windows()]
        return f"{'Wireshark lives' if ended is None else f'Wireshark ended with {ended}'}; {shown}; {self.said()}"

    def await_capture(self, name: str) -> None:
        """Until the main window has read it: then there is something to count in its status bar."""
        wait_for(lambda: self.process.poll() is not None or self.has_read(name), f"{name} is read")
        self.alive()

    def has_read(self, name: str) -> bool:
        window = find_window(name)
        return window is not None and any(
            label.name.startswith("Packets:") for label in accessible.below(window, "label"))


def tests_named(name: str) -> unittest.TestSuite:
    """Of a class, or a method of one, whichever module has it."""
    module = next((module for module in map(importlib.import_module, MODULES)
                   if hasattr(module, name.split(".")[0])), None)
    if module is None:
        raise SystemExit(f"there is no test {name}")
    return unittest.defaultTestLoader.loadTestsFromName(name, module)


class Result(unittest.TextTestResult):
    """Looks at the window of a test that fails before it is closed."""

    def addError(self, test, error):
        super().addError(test, error)
        self.tell(test)

    def addFailure(self, test, failure):
        super().addFailure(test, failure)
        self.tell(test)

    def tell(self, test) -> None:
        if getattr(test, "process", None) is not None:  # a module that could not be loaded has none
            test.lived = test.process.poll() is None
            self.stream.writeln(accessible.without_errors(test.state) or "Nobody can tell what the window shows")


def main() -> int:
    loader, names = unittest.defaultTestLoader, sys.argv[1:]
    suite = unittest.TestSuite(map(tests_named, names)) if names else unittest.TestSuite(
        loader.loadTestsFromModule(importlib.import_module(module)) for module in MODULES)
    runner = unittest.TextTestRunner(verbosity=2, resultclass=Result)
    result = runner.run(suite)
    failed = failed_in(result)
    if failed and all(getattr(test, "lived", False) for test in failed):
        for test in failed:
            print(f"run once more: {test.id()}", flush=True)
        failed = failed_in(runner.run(unittest.TestSuite(type(test)(test._testMethodName) for test in failed)))
    print(f"{result.testsRun - len(failed)} passed, {len(failed)} failed", flush=True)
    return 0 if not failed and result.testsRun > 0 else 1


def failed_in(result: unittest.TestResult) -> list[unittest.TestCase]:
    """Each once, whatever of it has failed."""
    tests = [getattr(test, "test_case", test) for test, _ in result.failures + result.errors]
    return list({test.id(): test for test in tests}.values())


if __name__ == "__main__":
    sys.exit(main())
