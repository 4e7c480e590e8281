"""A workbook that is open in LibreOffice Calc."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpixl.grid import Area, Snapshot
from kpixl.host import Patch
from kpixl.hosts.calc_read import area_of, read_document
from kpixl.hosts.calc_write import apply


class CalcHost:
    """A workbook open in Calc: read once, changed once, undone in one step.

    `document` is the program's own object for it.  While it is changed, `step` is told how far
    that is (words, done, total) and may stop it by an exception.
    """

    def __init__(
        self, document: Any, step: Callable[[str, int, int], None] = lambda words, done, all_: None
    ) -> None:
        self.document, self.step = document, step

    def snapshot(self) -> Snapshot:
        """The workbook as it is now, unsaved changes included."""
        return read_document(self.document)

    def apply(self, patch: Patch) -> None:
        """Make all changes of a patch, or none of them."""
        apply(self.document, patch, self.step)

    def selection(self) -> tuple[str, Area] | None:
        """The sheet and cells that the user stands on; None where there is no window."""
        controller = self.document.getCurrentController()
        if controller is None:
            return None
        chosen = self.document.getCurrentSelection()
        if hasattr(chosen, "getRangeAddresses"):
            addresses = chosen.getRangeAddresses()
            address = addresses[0] if addresses else None
        else:
            address = chosen.getRangeAddress() if hasattr(chosen, "getRangeAddress") else None
        if address is None:
            return None
        return self.document.getSheets().getByIndex(address.Sheet).getName(), area_of(address)
