"""Drives Wireshark's window by what it tells assistive technology: menus, buttons and rows by their names.
Needs AT-SPI's bus (tests/gui/session starts it). SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import time
from typing import Any, Callable, Iterator, Optional

import pyatspi
from gi.repository import Gio, GLib

PATIENCE = 120  # seconds; on a busy machine a window takes its time

KEYS = {"Down": 0xFF54, "Right": 0xFF53, "Return": 0xFF0D}  # as X names and numbers them

Accessible = Any


class NotThere(Exception):
    """What was looked for does not exist, or not yet."""


def without_errors(look: Callable[[], Any]) -> Any:
    """The answer; None where a window is coming or going."""
    try:
        return look()
    except (NotThere, GLib.Error, LookupError, AttributeError, NotImplementedError):
        return None


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """The first answer that is one, however long the window takes."""
    end = time.monotonic() + PATIENCE
    while not (answer := without_errors(look)):
        if time.monotonic() > end:
            raise NotThere(what)
        time.sleep(0.2)
    return answer


SHORTLY = 5  # seconds


def comes(look: Callable[[], Any], patience: float = SHORTLY) -> bool:
    """Whether there is an answer before long."""
    end = time.monotonic() + patience
    while not look():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def happens(look: Callable[[], Any], patience: float) -> bool:
    """The same while a window may be coming or going."""
    return comes(lambda: without_errors(look), patience)


# --- The program -----------------------------------------------------------------------------------

def call(bus: Gio.DBusConnection, name: str, path: str, interface: str, method: str) -> Any:
    return bus.call_sync(name, path, interface, method, None, None, Gio.DBusCallFlags.NONE, -1, None).unpack()


def accessibility_bus() -> Gio.DBusConnection:
    flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
             | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
    return Gio.DBusConnection.new_for_address_sync(os.environ["AT_SPI_BUS_ADDRESS"], flags, None, None)


def programs_of(bus: Gio.DBusConnection) -> list[tuple[str, str]]:
    """The programs that have made themselves known."""
    programs, = call(bus, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root",
                     "org.a11y.atspi.Accessible", "GetChildren")
    return programs


def program_answers() -> bool:
    """True when there is a program that says what it shows. Asked on a connection of its own: the library
    asks a program once, when it has come, and where that is too early never again."""
    bus = accessibility_bus()
    programs = programs_of(bus)
    for name, _ in programs:
        call(bus, name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems")
    bus.close_sync(None)
    return bool(programs)


def silence() -> str:
    """Why nobody can be asked."""
    bus = accessibility_bus()
    names, = call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames")
    programs = programs_of(bus)
    bus.close_sync(None)
    return f"{programs} have made themselves known, {names} are on the bus,"


# --- What it shows ---------------------------------------------------------------------------------

def children(parent: Accessible) -> Iterator[Accessible]:
    for i in range(parent.childCount):
        child = parent.getChildAtIndex(i)
        if child is not None:
            yield child


def role_of(thing: Accessible) -> str:
    """By the name that older releases of AT-SPI have for it."""
    name = thing.getRoleName()
    return "push button" if name == "button" else name


def below(parent: Accessible, role: str, depth: int = 8) -> Iterator[Accessible]:
    for child in children(parent):
        role_of_child = role_of(child)
        if role_of_child == role:
            yield child
        elif depth > 0 and role_of_child != "tree":
            yield from below(child, role, depth - 1)


def is_shown(thing: Accessible) -> bool:
    return thing.getState().contains(pyatspi.STATE_SHOWING)


def press(thing: Accessible) -> None:
    """A button, or a line of a menu. Where that opens a dialog that wants an answer first, the host does not
    say that it has been pressed."""
    action = thing.queryAction()
    names = [action.getName(i) for i in range(action.nActions)]
    if "Press" not in names:
        raise NotThere(f"{thing.name} cannot be pressed")
    try:
        action.doAction(names.index("Press"))
    except GLib.Error:
        pass


def plain(name: str) -> str:
    """Without the mark of the letter that chooses it."""
    return name.replace("&", "")


def windows() -> list[Accessible]:
    return [window for application in children(pyatspi.Registry.getDesktop(0))
            if application.name == "Wireshark" for window in children(application)]


def find_window(title: str) -> Optional[Accessible]:
    return next((window for window in windows() if title in window.name), None)


def line_of_menu(path: tuple[str, ...]) -> Accessible:
    bar = next(bar for window in windows() for bar in below(window, "menu bar", 0))
    lines = list(children(bar))
    for name in path[:-1]:
        menu = next((line for line in lines if plain(line.name) == name), None)
        if menu is None:
            raise NotThere(name)
        lines = [line for popup in children(menu) for line in children(popup)]
    line = next((line for line in lines if plain(line.name) == path[-1]), None)
    if line is None or "Press" not in pyatspi_actions(line):
        raise NotThere(path[-1])
    return line


def pyatspi_actions(thing: Accessible) -> list[str]:
    action = thing.queryAction()
    return [action.getName(i) for i in range(action.nActions)]


def choose(*path: str) -> None:
    """A line of the menus, once it can be chosen."""
    press(wait_for(lambda: line_of_menu(path), " > ".join(path)))


def click(thing: Accessible, button: int = 1) -> None:
    """Into its middle, which must be on the screen."""
    place = thing.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    pyatspi.Registry.generateMouseEvent(place.x + place.width // 2, place.y + place.height // 2,
                                        f"b{button}c")


def type_key(name: str) -> None:
    """Into the window that has the keyboard."""
    pyatspi.Registry.generateKeyboardEvent(KEYS[name], None, pyatspi.KEY_SYM)


def press_button(window: Accessible, name: str) -> None:
    """Until it has been clicked: the toolkit lets a button down, and clicks it a tenth of a second later."""
    button = wait_for(lambda: next((button for button in below(window, "push button")
                                    if plain(button.name) == name), None), name)
    press(button)
    # One that has gone with its window is not down.
    wait_for(lambda: not without_errors(lambda: button.getState().contains(pyatspi.STATE_PRESSED)),
             f"{name} to come up")


def tree_of(window: Accessible) -> Accessible:
    return wait_for(lambda: next(below(window, "tree"), None), f"the rows of {window.name}")


def is_selected(tree: Accessible, text: str) -> bool:
    return any(cell.name == text and cell.getState().contains(pyatspi.STATE_SELECTED)
               for cell in children(tree))


def selected_in(window: Accessible) -> list[str]:
    """The cells of its trees that are."""
    return [cell.name for tree in below(window, "tree") for cell in children(tree)
            if cell.getState().contains(pyatspi.STATE_SELECTED)]


def lines_of(box: Accessible) -> list[str]:
    """What there is to choose from."""
    return [line.name for popup in children(box) for line in children(popup)]


def rows_of(tree: Accessible) -> list[list[str]]:
    columns = tree.queryTable().nColumns
    cells = [(cell.getRoleName(), cell.name) for cell in children(tree)]
    texts = [name for role, name in cells if "header" not in role]
    if len(cells) != tree.childCount or len(texts) % columns != 0:
        raise NotThere("cells that are being made")
    return sorted(texts[i:i + columns] for i in range(0, len(texts), columns))


def columns_of(tree: Accessible) -> list[str]:
    return [cell.name for cell in children(tree) if "header" in cell.getRoleName()]


def column_of(tree: Accessible, name: str) -> Accessible:
    """Its head."""
    return wait_for(lambda: next((cell for cell in children(tree)
                                  if "header" in cell.getRoleName() and cell.name == name), None), name)


def cells_of(tree: Accessible, name: str) -> list[str]:
    """From the first row as it is shown to the last."""
    names = columns_of(tree)
    if name not in names:
        raise NotThere(name)
    texts = [cell.name for cell in children(tree) if "header" not in cell.getRoleName()]
    return texts[names.index(name)::len(names)]


def table_of(window: Accessible) -> list[list[str]]:
    """Its rows of cells as they are shown, in the order of the first column's text. A table that is being
    filled tells one cell after the other: what it tells twice is read."""
    tree = tree_of(window)
    seen: list[list[list[str]]] = [[]]

    def steady() -> bool:
        seen.append(rows_of(tree))
        return seen[-1] == seen[-2]
    wait_for(steady, f"a table that stays: {window.name}")
    return seen[-1]


def text_of(window: Accessible) -> str:
    """What stands in its largest text."""
    texts = [text.queryText() for text in below(window, "text")]
    return max((text.getText(0, text.characterCount) for text in texts), key=len, default="")
