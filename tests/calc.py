"""LibreOffice Calc with our extension installed, driven as a user does.

One program serves many tests; each opens its own documents and closes them.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kpixl.addin import calc_build, commands
from kpixl.grid import Snapshot
from kpixl.hosts.calc import CalcHost
from kpixl.hosts.calc_office import Office
from kpixl.hosts.calc_read import read_document, struct, values_of

TOOLBAR = "private:resource/toolbar/addon_org.kpixl.toolbar"
ESCAPE = 1281  # com.sun.star.awt.Key
PATIENCE = 120  # seconds, for a program that hangs


def installed(folder: Path) -> Path:
    """A fresh profile with the extension that `kpixl calc-addin` makes and puts in."""
    package = calc_build.build(folder)
    calc_build.install(package, folder / "profile")
    return folder / "profile"


class Calc:
    """A private Calc over a profile."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.office = Office(profile)
        self.office.start()

    def stop(self) -> None:
        """End the program."""
        self.office.stop()

    @contextmanager
    def another(self, folder: Path) -> Iterator[Calc]:
        """A second one with the extension as it was put in, for tests that damage it."""
        shutil.copytree(self.profile / "user", folder / "user")
        program = Calc(folder)
        try:
            yield program
        finally:
            program.stop()

    @contextmanager
    def opened(self, path: Path) -> Iterator[Any]:
        """The document of a file, in a window; closed without saving."""
        document = self.office.open(path)
        try:
            yield document
        finally:
            document.close(True)

    @contextmanager
    def empty(self) -> Iterator[Any]:
        """A new document."""
        document = self.office.new()
        try:
            yield document
        finally:
            document.close(True)

    def said(self) -> str:
        """What the last command said, once."""
        return str(self.office.service("org.kpixl.Reply").execute(()))

    def press(self, document: Any, name: str) -> str:
        """Press a button of the toolbar as a screen reader does; what the command said."""
        label = commands()[name].label
        manager = document.getCurrentController().getFrame().LayoutManager
        bar = manager.getElement(TOOLBAR).getRealInterface().getAccessibleContext()
        for i in range(bar.getAccessibleChildCount()):
            button = bar.getAccessibleChild(i).getAccessibleContext()
            if button.getAccessibleName() == label:
                self.said()
                button.doAccessibleAction(0)
                return self._reply(name)
        raise LookupError(label)

    def run(self, document: Any, name: str, arguments: Mapping[str, str] | None = None) -> str:
        """Dispatch a command with choices that a user would make in a dialog."""
        self.said()
        frame = document.getCurrentController().getFrame()
        helper = self.office.service("com.sun.star.frame.DispatchHelper")
        helper.executeDispatch(frame, f"org.kpixl:{name}", "", 0, values_of(arguments or {}))
        return self._reply(name)

    def press_and_escape(self, document: Any, name: str) -> str:
        """Press a button, and Esc again and again until there is an answer; what it said."""
        robot = self.office.service("com.sun.star.awt.Toolkit")
        key = struct("com.sun.star.awt.KeyEvent")
        key.Source = document.getCurrentController().getFrame().getComponentWindow()
        key.KeyCode, key.KeyChar = ESCAPE, "\x1b"
        answered = threading.Event()

        def escape() -> None:
            while not answered.wait(0.01):
                robot.keyPress(key)
                robot.keyRelease(key)

        keys = threading.Thread(target=escape)
        keys.start()
        try:
            return self.press(document, name)
        finally:
            answered.set()
            keys.join()

    def _reply(self, name: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            said = self.said()
            if said:
                return said
            time.sleep(0.02)
        raise TimeoutError(f"{name} did not answer")


def snapshot(document: Any) -> Snapshot:
    """The document as it is now."""
    return read_document(document)


def host(document: Any) -> CalcHost:
    """The document as the commands meet it."""
    return CalcHost(document)


def select(document: Any, name: str, row: int, column: int) -> None:
    """Stand on a cell."""
    cell = document.getSheets().getByName(name).getCellByPosition(column - 1, row - 1)
    document.getCurrentController().select(cell)


def settle(document: Any) -> None:
    """Wait until the program has nothing to do, as a user does before he looks."""
    toolkit = document.getCurrentController().getFrame().getContainerWindow().getToolkit()
    toolkit.processEventsToIdle()
