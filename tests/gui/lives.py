"""Tables of Wireshark's window outlive the capture that they are of: what else is opened, loaded again,
changed or captured neither ends the program nor shows in them what is not there.
To be run by tests/gui/test_lives. SPDX-License-Identifier: GPL-2.0-or-later
"""
import re
import socket
import threading
import time

import accessible
from accessible import choose, find_window, press_button, table_of, tree_of, wait_for
from window import Window, capture_of

NO_FILE = "[no capture file]"
CAPTURING = "Capturing from"
PORT = 2110  # of the server on loopback: an ordinary user may not have 110

# Titles of the tables, and how they are opened.
TABLES = {
    "POP Sessions": ("Statistics", "POP Sessions"),
    "POP Logins": ("Statistics", "POP Logins"),
    "POP Mails": ("Statistics", "POP Mails"),
    "Commands, Logins and Mails": ("Statistics", "POP", "Commands, Logins and Mails"),
    "POP Service Response Time": ("Statistics", "Service Response Time", "POP"),
    "Credentials": ("Tools", "Credentials"),
    "Expert Information": ("Analyze", "Expert Information"),
}
REPORTS = ("POP Sessions", "POP Logins", "POP Mails")

# Sessions, logins, mails: of what the captures hold, by their descriptions.
FIRST, SECOND = "story-who-deleted-it", "plain-download"
ROWS = {FIRST: (7, 7, 10), SECOND: (1, 1, 3)}


class Tables(Window):
    # --- Tables ---

    def open(self, title: str) -> None:
        """The host does not open a table while it fills another, and says nothing: so it is asked again."""
        def opened() -> bool:
            choose(*TABLES[title])
            return self.process.poll() is not None or accessible.comes(lambda: find_window(f" {title}"))
        wait_for(opened, title)
        self.alive()

    def table(self, title: str) -> list[list[str]]:
        return table_of(wait_for(lambda: find_window(f" {title}"), title))

    def tables(self) -> dict[str, list[list[str]]]:
        return {title: self.table(title) for title in REPORTS}

    def close_tables(self) -> None:
        for title in TABLES:
            while (window := find_window(f" {title}")) is not None:
                press_button(window, "Close")
                wait_for(lambda: find_window(f" {title}") != window, f"the end of {title}")

    def assert_open_anew(self, name: str) -> dict[str, list[list[str]]]:
        """Tables that are opened now have the rows of that capture."""
        self.close_tables()
        for title in TABLES:
            self.open(title)
        wait_for(lambda: self.rows() == ROWS[name], f"the rows of {name}")
        return self.tables()

    def rows(self) -> tuple[int, ...]:
        return tuple(len(rows) for rows in self.tables().values())

    def assert_left_behind(self, before: dict[str, list[list[str]]]) -> None:
        """Tables that were open say that their capture is gone, and show what they showed of it."""
        self.alive()
        for title in REPORTS:
            wait_for(lambda: NO_FILE in find_window(f" {title}").name, f"{title} without a file")
            self.assertEqual(self.table(title), before[title], title)


class Lives(Tables):
    def test_reload_open_close(self):
        self.start("-r", capture_of(FIRST))
        self.await_capture(FIRST)
        first = self.assert_open_anew(FIRST)
        choose("View", "Reload")
        self.await_capture(FIRST)
        self.assert_left_behind(first)
        self.assertEqual(self.assert_open_anew(FIRST), first)
        choose("Analyze", "Reload Lua Plugins")  # the file stays open
        self.await_capture(FIRST)
        self.assertEqual(self.tables(), first)
        self.assertEqual(self.assert_open_anew(FIRST), first)
        choose("File", "Open Recent", capture_of(SECOND))
        self.await_capture(SECOND)
        self.assert_left_behind(first)
        second = self.assert_open_anew(SECOND)
        choose("File", "Close")
        wait_for(lambda: find_window("The Wireshark Network Analyzer"), "the window without a file")
        self.assert_left_behind(second)
        choose("File", "Open Recent", capture_of(FIRST))
        self.await_capture(FIRST)
        self.assert_left_behind(second)
        self.assertEqual(self.assert_open_anew(FIRST), first)

    def test_another_profile(self):
        self.start("-r", capture_of(FIRST))
        self.await_capture(FIRST)
        first = self.assert_open_anew(FIRST)
        choose("Edit", "Configuration Profiles…")
        dialog = wait_for(lambda: find_window("Configuration Profiles"), "the profiles")
        names = [cell.name for cell in accessible.children(tree_of(dialog)) if cell.name]
        self.assertIn("POP", names)
        for _ in names:  # down from Default, as far as the first of the user's own
            if accessible.comes(lambda: accessible.is_selected(tree_of(dialog), "POP")):
                break
            accessible.type_key("Down")
        press_button(dialog, "OK")
        wait_for(lambda: any(label.name == "Profile: POP" for window in accessible.windows()
                             for label in accessible.below(window, "label")), "the profile POP")
        self.await_capture(FIRST)
        self.alive()
        self.assertEqual(self.tables(), first)
        self.assertEqual(self.assert_open_anew(FIRST), first)

    def test_the_same_table_twice(self):
        """Sorting and what the second shows are no business of the first."""
        self.start("-r", capture_of(FIRST))
        self.await_capture(FIRST)
        self.open("POP Mails")
        mails = self.table("POP Mails")
        choose(*TABLES["POP Mails"])
        wait_for(lambda: len([window for window in accessible.windows()
                              if " POP Mails" in window.name]) == 2, "a second table")
        press_button(find_window(" POP Mails"), "Apply")
        for window in [window for window in accessible.windows() if " POP Mails" in window.name]:
            self.assertEqual(wait_for(lambda: table_of(window), "mails"), mails)
        self.close_tables()
        self.alive()

    def test_sorting(self):
        """By each column, those that are empty in some rows, too: what holds nothing comes first or last."""
        self.start("-r", capture_of(FIRST))
        self.await_capture(FIRST)
        for title in REPORTS:
            self.open(title)
            tree = tree_of(wait_for(lambda: find_window(f" {title}"), title))
            before = self.table(title)
            for name in accessible.columns_of(tree):
                accessible.click(accessible.column_of(tree, name))
                self.assert_sorted(tree, name)
            self.assertEqual(self.table(title), before)
            self.close_tables()

    def assert_sorted(self, tree: accessible.Accessible, name: str) -> None:
        """Up or down, as numbers or as texts."""
        def in_order() -> bool:
            self.alive()
            cells = [value_of(text) for text in accessible.cells_of(tree, name)]
            return cells in (sorted(cells), sorted(cells, reverse=True))
        wait_for(in_order, f"rows in the order of {name}")

    def test_live_capture(self):
        self.start("-k", "-i", "lo", "-f", f"tcp port {PORT}", "-o", f"pop.tcp.port:{PORT}")
        self.await_live()
        with Server() as server:
            for count in (1, 2, 3):
                server.talk()
                self.await_sessions(count)
            choose("Capture", "Stop")
            wait_for(lambda: find_window(CAPTURING) is None, "the end of the capture")
            choose("Capture", "Start")
            choose_without_saving()
            self.await_live()
            server.talk()
            self.await_sessions(1)
        choose("Capture", "Stop")
        self.alive()

    def await_live(self) -> None:
        """Until packets are captured: the title says so before that."""
        def captures() -> bool:
            self.alive()
            if find_window(CAPTURING) is None:
                return False
            time.sleep(1)  # the count of an earlier capture goes
            knock()
            return self.has_read(CAPTURING)
        wait_for(captures, "a live capture")

    def await_sessions(self, count: int) -> None:
        """A table that is opened now has so many: what is captured last takes its time to arrive."""
        def opened() -> bool:
            self.alive()
            self.close_tables()
            self.open("POP Sessions")
            return len(self.table("POP Sessions")) == count
        wait_for(opened, f"{count} sessions")


def value_of(text: str) -> tuple[bool, float, bytes]:
    """For a comparison: nothing, a number, a text."""
    if re.fullmatch(r" *\d+(\.\d+)?", text):
        return True, float(text), b""
    return text != "", 0, text.encode()


def choose_without_saving() -> None:
    """Answers the question whether what was captured should be saved."""
    def answered() -> bool:
        if find_window(CAPTURING) is not None:
            return True
        for window in accessible.windows():
            for button in accessible.below(window, "push button"):
                if "without Saving" in button.name:
                    accessible.press(button)
        return False
    wait_for(answered, "the question about saving")


def knock() -> None:
    """Packets that pass the capture filter and are no session: a refused connection from the server's port."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(("127.0.0.2", PORT))
        client.connect_ex(("127.0.0.1", 1))


class Server:
    """A server on loopback, and its client."""

    def __enter__(self) -> "Server":
        self.socket = socket.create_server(("127.0.0.1", PORT))
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)  # else who waits in accept() keeps the port
        self.socket.close()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:  # it was closed
                return
            with connection, connection.makefile("rwb", buffering=0) as lines:
                lines.write(b"+OK ready\r\n")
                for _ in lines:
                    lines.write(b"+OK\r\n")

    def talk(self) -> None:
        with socket.create_connection(("127.0.0.1", PORT)) as connection:
            lines = connection.makefile("rwb", buffering=0)
            lines.readline()
            for command in (b"USER alice\r\n", b"PASS wonderland\r\n", b"QUIT\r\n"):
                lines.write(command)
                lines.readline()


class LivesWithStrictMemory(Lives):
    strict = True
