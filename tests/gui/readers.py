"""The readers of messages and sessions in Wireshark's window: what they show, and where their buttons lead.
To be run by tests/gui/test_lives. SPDX-License-Identifier: GPL-2.0-or-later
"""
import subprocess
import time
from typing import Optional

import accessible
from accessible import choose, find_window, press_button, text_of, wait_for
from window import PLACE, WIRESHARK, Window, capture_of

DOWNLOAD, SESSIONS = "plain-download", "leave-on-server"
MESSAGE, SESSION = "Read This Message", "Read This Session"
MAILS = "POP Mails"
TITLES = {MESSAGE: "POP Message", SESSION: "POP Session", MAILS: "Report of POP Mails"}


def told_by_tshark(capture: str, words: str) -> str:
    """The same text without a window."""
    done = subprocess.run(["tshark", "-n", "-q", "-r", capture_of(capture), "-z", f"pop,{words}"],
                          capture_output=True, text=True, check=True)
    return done.stdout


class ReaderWindow(Window):
    def read(self, menu: tuple[str, ...]) -> None:
        choose(*menu)
        wait_for(lambda: self.window(menu[-1]), menu[-1])
        self.alive()

    def window(self, reader: str) -> Optional[accessible.Accessible]:
        return find_window(TITLES[reader])

    def assert_shows(self, reader: str, text: str) -> None:
        expected = text.strip()
        wait_for(lambda: text_of(self.window(reader)).strip() == expected, f"{expected[:60]} in {reader}")
        self.alive()

    def press(self, reader: str, button: str) -> None:
        press_button(self.window(reader), button)

    def is_selected(self, capture: str, frame: int) -> bool:
        return any(accessible.is_selected(tree, str(frame))
                   for tree in accessible.below(find_window(capture), "tree") if tree.name == "Packet list")

    def assert_displayed(self, count: int) -> None:
        wait_for(lambda: any(f"Displayed: {count} " in label.name for window in accessible.windows()
                             for label in accessible.below(window, "label")), f"{count} packets displayed")


class Readers(ReaderWindow):
    def test_a_message(self):
        self.start("-r", capture_of(DOWNLOAD), "-g", "20")
        self.await_capture(DOWNLOAD)
        self.read(("Tools", "POP", MESSAGE))
        self.assert_shows(MESSAGE, told_by_tshark(DOWNLOAD, "read,20"))
        self.press(MESSAGE, "Next")
        self.assert_shows(MESSAGE, told_by_tshark(DOWNLOAD, "read,23"))
        self.press(MESSAGE, "Next")  # there is none
        self.assert_shows(MESSAGE, told_by_tshark(DOWNLOAD, "read,23"))
        for frame in (20, 17):
            self.press(MESSAGE, "Previous")
            self.assert_shows(MESSAGE, told_by_tshark(DOWNLOAD, f"read,{frame}"))
        self.press(MESSAGE, "Filter This Message")
        self.assert_displayed(2)
        self.press(MESSAGE, "Go to Frame")
        self.alive()

    def test_saving_a_message(self):
        self.start("-r", capture_of(DOWNLOAD), "-g", "17")
        self.await_capture(DOWNLOAD)
        self.read(("POP", MESSAGE))
        self.press(MESSAGE, "Save as .eml")
        dialog = wait_for(lambda: find_window("Save the message as"), "the question for a file")
        press_button(dialog, "OK")
        path = PLACE / "home" / "17-1 Lunch on Friday_.eml"
        wait_for(path.exists, str(path))
        self.assertTrue(path.read_bytes().startswith(b"From: Bob Builder <bob@example.org>\r\n"))
        self.assertEqual(len(path.read_bytes()), 254)

    def test_a_session(self):
        self.start("-r", capture_of(SESSIONS), "-g", "6")
        self.await_capture(SESSIONS)
        self.read(("Tools", "POP", SESSION))
        self.assert_shows(SESSION, told_by_tshark(SESSIONS, "dialogue,0"))
        self.press(SESSION, "Next Session")
        self.assert_shows(SESSION, told_by_tshark(SESSIONS, "dialogue,1"))
        self.press(SESSION, "Previous Session")
        self.assert_shows(SESSION, told_by_tshark(SESSIONS, "dialogue,0"))
        self.press(SESSION, "Filter This Session")
        self.alive()

    def test_a_report(self):
        self.start("-r", capture_of(DOWNLOAD))
        self.await_capture(DOWNLOAD)
        self.read(("POP", "Reports", MAILS))
        for button, row in (("Refresh", 1), ("Next Row", 2), ("Next Row", 3), ("Next Row", 3), ("Previous Row", 2)):
            self.press(MAILS, button)
            self.assert_shows(MAILS, told_by_tshark(DOWNLOAD, f"row,mails,{row}"))
        self.press(MAILS, "Go to Frame")
        wait_for(lambda: self.is_selected(DOWNLOAD, 20), "the frame of the row")
        self.press(MAILS, "Filter This Row")
        self.assert_displayed(2)
        self.press(MAILS, "Filter This Session")
        choose("File", "Close")
        wait_for(lambda: find_window("The Wireshark Network Analyzer"), "the window without a file")
        self.assert_shows(MAILS, told_by_tshark(DOWNLOAD, "row,mails,2"))
        for button in ("Go to Frame", "Filter This Row", "Refresh"):
            self.press(MAILS, button)
        self.assert_shows(MAILS, told_by_tshark(DOWNLOAD, "row,mails,2"))
        choose("File", "Open Recent", capture_of(SESSIONS))  # the window follows
        self.await_capture(SESSIONS)
        self.assert_shows(MAILS, told_by_tshark(SESSIONS, "row,mails,2"))

    if WIRESHARK >= (4, 6):
        def test_the_menu_of_a_packet(self):
            """Of a menu that pops up the toolkit does not tell: POP is its sixth line, the message the first there."""
            self.start("-r", capture_of(DOWNLOAD), "-g", "17")
            self.await_capture(DOWNLOAD)
            wait_for(lambda: self.is_selected(DOWNLOAD, 17), "the selected frame")
            tree = next(tree for tree in accessible.below(find_window(DOWNLOAD), "tree") if tree.name == "Packet list")
            cell = next(cell for cell in accessible.children(tree) if cell.name == "17")

            def opened() -> bool:
                accessible.click(cell, 3)
                time.sleep(1)  # until it has popped up
                for key in (*["Down"] * 6, "Right", "Return"):
                    accessible.type_key(key)
                return accessible.comes(lambda: self.window(MESSAGE))
            wait_for(opened, MESSAGE)
            self.assert_shows(MESSAGE, told_by_tshark(DOWNLOAD, "read,17"))

    def test_windows_outlive_the_capture(self):
        self.start("-r", capture_of(DOWNLOAD), "-g", "17")
        self.await_capture(DOWNLOAD)
        self.read(("POP", MESSAGE))
        self.read(("POP", SESSION))
        before = told_by_tshark(DOWNLOAD, "dialogue,0")
        choose("File", "Close")
        wait_for(lambda: find_window("The Wireshark Network Analyzer"), "the window without a file")
        self.assert_shows(SESSION, before)
        for button in ("Next", "Filter This Message", "Save as .eml", "Go to Frame"):
            self.press(MESSAGE, button)
        wait_for(lambda: "was closed" in text_of(self.window(MESSAGE)), "that the capture is gone")
        self.press(SESSION, "Next Session")
        self.alive()

    def test_filters_of_the_menu(self):
        self.start("-r", capture_of(DOWNLOAD))
        self.await_capture(DOWNLOAD)
        choose("POP", "Filter", "Messages")
        self.assert_displayed(3)
        self.alive()

    def test_conversation_filters(self):
        self.start("-r", capture_of(DOWNLOAD), "-g", "20")
        self.await_capture(DOWNLOAD)
        choose("Analyze", "Conversation Filter", "POP message")
        self.assert_displayed(2)
        choose("Analyze", "Conversation Filter", "POP user")
        self.alive()


class ReadersWithStrictMemory(Readers):
    strict = True
