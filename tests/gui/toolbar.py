"""The toolbar POP of Wireshark's window: where its buttons and lists lead.
To be run by tests/gui/test_lives. SPDX-License-Identifier: GPL-2.0-or-later
"""
import subprocess
from pathlib import Path

import accessible
import captures
from accessible import choose, find_window, wait_for
from readers import DOWNLOAD, MESSAGE, SESSIONS, ReaderWindow, told_by_tshark
from window import PLACE, capture_of

ALL_USERS, ALL_SESSIONS = "All users of the capture", "All sessions of the capture"


def count_of(capture: str, display_filter: str) -> int:
    """How many frames tshark shows, which reads twice as the window does."""
    done = subprocess.run(["tshark", "-n", "-2", "-r", capture_of(capture), "-Y", display_filter, "-T", "fields",
                           "-e", "frame.number"], capture_output=True, text=True, check=True)
    return len(done.stdout.split())


def without_a_verdict() -> Path:
    """A session where alice seems to be let in, because a message is served, and then bob is not."""
    path = PLACE / "home/without-a-verdict.pcap"
    captures.capture(path, captures.conversation(
        ("S", b"+OK\r\n"), ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"), ("S", b"Willkommen\r\n"),
        ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nSubject: one\r\n\r\nhello\r\n.\r\n"),
        ("C", b"USER bob\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS y\r\n"), ("S", b"-ERR [AUTH] no\r\n")))
    return path


class Toolbar(ReaderWindow):
    def open(self, capture: str) -> None:
        self.open_file(capture, capture_of(capture))

    def open_file(self, capture: str, path: str) -> None:
        self.capture = capture
        self.start("-r", path)
        self.await_capture(capture)
        self.main = find_window(capture)
        self.assertEqual(self.buttons(), [])  # until the user asks for it
        choose("View", "Additional Toolbars", "POP")
        wait_for(lambda: len(self.buttons()) == 6, "the toolbar")

    def buttons(self) -> list[str]:
        names = [button.name for button in accessible.below(self.main, "push button")
                 if accessible.is_shown(button)]
        return [name for name in names if name.startswith("< ") or name.endswith(" >")]

    def step(self, button: str, frame: int) -> None:
        accessible.press_button(self.main, button)
        wait_for(lambda: self.is_selected(self.capture, frame), f"frame {frame} by {button}")
        self.alive()

    def lines(self, first: str) -> list[str]:
        """Of the list that begins with that line; one that is being filled has fewer."""
        return next((lines for box in accessible.below(self.main, "combo box")
                     if (lines := accessible.lines_of(box))[:1] == [first]), [])

    def choose_next(self, first: str) -> None:
        """The line behind the one that is chosen in that list."""
        box = next(box for box in accessible.below(self.main, "combo box")
                   if accessible.lines_of(box)[:1] == [first])
        accessible.press(box)  # the keyboard is the list's then
        accessible.type_key("Down")
        accessible.type_key("Return")

    def test_steps(self):
        self.open(DOWNLOAD)
        for button, frame in (("Message >", 17), ("Message >", 20), ("< Message", 17), ("< Message", 17),
                              ("Failed Login >", 17), ("< Session", 4), ("Message >", 17)):
            self.step(button, frame)
        self.read(("POP", MESSAGE))
        self.assert_shows(MESSAGE, told_by_tshark(DOWNLOAD, "read,17"))

    def test_lists(self):
        self.open(SESSIONS)
        sessions = [f"{number}: alice at 192.0.2.110" for number in (0, 1)]
        wait_for(lambda: self.lines(ALL_USERS) == [ALL_USERS, "alice"], "the user")
        wait_for(lambda: self.lines(ALL_SESSIONS) == [ALL_SESSIONS, *sessions], "the sessions")
        self.choose_next(ALL_SESSIONS)
        self.assert_displayed(count_of(SESSIONS, "pop.stream == 0"))
        self.choose_next(ALL_SESSIONS)
        self.assert_displayed(count_of(SESSIONS, "pop.stream == 1"))
        self.choose_next(ALL_USERS)
        self.assert_displayed(count_of(SESSIONS, 'pop.user == "alice"'))
        choose("File", "Close")
        wait_for(lambda: find_window("The Wireshark Network Analyzer"), "the window without a file")
        for first in (ALL_USERS, ALL_SESSIONS):
            wait_for(lambda: self.lines(first) == [first], "empty lists")
        accessible.press_button(self.main, "Message >")
        self.alive()
        choose("File", "Open Recent", capture_of(DOWNLOAD))
        self.await_capture(DOWNLOAD)
        wait_for(lambda: self.lines(ALL_SESSIONS) == [ALL_SESSIONS, sessions[0]], "the other session")
        choose("View", "Reload")
        self.await_capture(DOWNLOAD)
        wait_for(lambda: self.lines(ALL_SESSIONS) == [ALL_SESSIONS, sessions[0]], "the session again")

    def test_user_without_a_verdict(self):
        """Who is logged in is who is so in the report of sessions."""
        path = without_a_verdict()
        self.open_file(path.stem, str(path))
        wait_for(lambda: self.lines(ALL_USERS) == [ALL_USERS, "alice", "bob"], "the users")
        wait_for(lambda: self.lines(ALL_SESSIONS) == [ALL_SESSIONS, "0: alice at 192.0.2.110"], "the session")


class ToolbarWithStrictMemory(Toolbar):
    strict = True
