"""Steps of ours on Calc's list of what can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from kpixl.grid import Spot
from kpixl.hosts.calc import properties, set_property
from kpixl.hosts.calc_marks import put_fills


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


def properties_step(
    document: Any, title: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Any:
    """The document's properties, from what they were to what they are."""

    def put(wanted: Mapping[str, str]) -> None:
        bag = document.getDocumentProperties().getUserDefinedProperties()
        for name in properties(document).keys() - wanted.keys():
            bag.removeProperty(name)
        for name, text in wanted.items():
            set_property(document, name, text)

    return _action()(title, lambda: put(before), lambda: put(after))


def fills_step(
    document: Any, sheet: str, before: Mapping[Spot, str], after: Mapping[Spot, str]
) -> Any:
    """The colours of our marks on a sheet, from what they were to what they are."""

    def put(wanted: Mapping[Spot, str]) -> None:
        sheets = document.getSheets()
        if sheets.hasByName(sheet):
            put_fills(document, sheets.getByName(sheet), wanted)

    return _action()("kpixl", lambda: put(before), lambda: put(after))
