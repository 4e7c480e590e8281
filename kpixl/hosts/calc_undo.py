"""One entry on Calc's list of what can be undone, however much is done in it.

A list keeps a hundred steps and forgets the first without a word; a list within a list has
its own hundred.  So a long entry is cut into parts.  (Locking the list is no way out: the
first change that is made under a lock takes the lock away.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any

_A_PART = 40  # changes; one may be two steps


@cache
def _action() -> Any:
    """The kind of object that the list takes; it can only be made where the program is."""
    import unohelper
    from com.sun.star.document import XUndoAction

    class Action(unohelper.Base, XUndoAction):  # type: ignore[misc]
        def __init__(
            self, title: str, back: Callable[[], None], onward: Callable[[], None]
        ) -> None:
            self.Title, self._back, self._onward = title, back, onward

        def getTitle(self) -> str:  # noqa: N802 - the program's own name
            return self.Title

        def undo(self) -> None:
            self._back()

        def redo(self) -> None:
            self._onward()

    return Action


@contextmanager
def unseen(document: Any) -> Iterator[Callable[[], None]]:
    """Calc's list takes no notice of changes; what is given is called before each of them.

    A lock holds for one change only, so it is put on anew each time.
    """
    undo = document.getUndoManager()

    def again() -> None:
        undo.unlock()
        undo.lock()

    undo.lock()
    try:
        yield again
    finally:
        undo.unlock()


class Entry:
    """Everything that is done within `with Entry(document, title) as entry` is one entry.

    `step` is called before each change that Calc itself writes down.  An exception takes back
    what was done.  Formulas are calculated once, at the end.
    """

    def __init__(self, document: Any, title: str) -> None:
        self._undo, self._title, self._steps = document.getUndoManager(), title, 0
        self._document = document
        self._calculates = document.isAutomaticCalculationEnabled()

    def __enter__(self) -> Entry:
        self._document.enableAutomaticCalculation(False)
        self._undo.enterUndoContext(self._title)
        self._undo.enterUndoContext(self._title)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            if self._steps:
                self._undo.addUndoAction(_action()(self._title, *self._calculation(False)))
            self._undo.leaveUndoContext()
            self._undo.leaveUndoContext()
            if kind is not None and self._steps:  # an entry without a step is no entry
                self._undo.undo()
        finally:
            self._document.enableAutomaticCalculation(self._calculates)

    def step(self) -> None:
        """One more change."""
        if not self._steps:
            self._undo.addUndoAction(_action()(self._title, *self._calculation(True)))
            self._stay()
        self._steps += 1
        if self._steps % _A_PART == 0:
            self._undo.leaveUndoContext()
            self._undo.enterUndoContext(self._title)

    @contextmanager
    def calculating(self) -> Iterator[None]:
        """Formulas are calculated meanwhile, unless the user has switched that off."""
        self._document.enableAutomaticCalculation(self._calculates)
        try:
            yield
        finally:
            self._document.enableAutomaticCalculation(False)

    def _calculation(self, first: bool) -> tuple[Callable[[], None], Callable[[], None]]:
        """Formulas rest while the entry is undone or done again, or each change calculates all."""

        def rest() -> None:
            self._document.enableAutomaticCalculation(False)

        def go() -> None:
            self._document.enableAutomaticCalculation(self._calculates)

        return (go, rest) if first else (rest, go)

    def _stay(self) -> None:
        """Undoing comes back to the sheet on which the user stood; Calc goes to any other."""
        controller = self._document.getCurrentController()
        if controller is None:
            return
        name, sheets = controller.getActiveSheet().getName(), self._document.getSheets()

        def back() -> None:
            if sheets.hasByName(name):
                controller.setActiveSheet(sheets.getByName(name))

        self._undo.addUndoAction(_action()(self._title, back, lambda: None))

    def wrote(self, onward: Callable[[], None]) -> None:
        """Something was done that goes away with what was done before it; `onward` does it again."""
        self.step()
        self._undo.addUndoAction(_action()(self._title, lambda: None, onward))

    def do(self, onward: Callable[[], None], back: Callable[[], None]) -> None:
        """Do what Calc itself does not write down."""
        onward()
        self.step()
        self._undo.addUndoAction(_action()(self._title, back, onward))
