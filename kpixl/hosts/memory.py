"""A workbook that exists only in memory: for tests, and for figures without a file."""

from __future__ import annotations

from dataclasses import replace

from kpixl.grid import Sheet, Snapshot, Source
from kpixl.host import Patch, PutSheet, SetResults, SetValues
from kpixl.hosts.patching import (
    as_sheet,
    check,
    dense,
    holdable,
    refuse_hidden_writes,
    same_name,
    sheet_missing,
)


class MemoryHost:
    """A host without a file.

    >>> from kpixl.host import SheetSpec
    >>> host = MemoryHost()
    >>> host.apply(Patch((PutSheet(SheetSpec("排名", {(1, 1): "单位"})),)))
    >>> host.snapshot().sheets[0].value(1, 1)
    '单位'
    """

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self._snapshot = snapshot or Snapshot(Source(""), ())

    def snapshot(self) -> Snapshot:
        """The workbook as it is now."""
        return self._snapshot

    def apply(self, patch: Patch) -> None:
        """Make all changes of a patch, or none of them."""
        check(patch)
        name = self._snapshot.source.name or "内存工作簿"
        sheets = list(self._snapshot.sheets)
        for change in patch.changes:
            if isinstance(change, PutSheet):
                _put(sheets, as_sheet(change.sheet))
            elif isinstance(change, (SetValues, SetResults)):
                _set(sheets, change, name)
            elif change.sheet is not None and all(s.name != change.sheet for s in sheets):
                # Marks can't be seen in a snapshot; that their sheet exists can.
                raise sheet_missing(name, change.sheet)
        self._snapshot = replace(
            self._snapshot,
            source=Source(self._snapshot.source.name),
            sheets=tuple(sheets),
            marks={**self._snapshot.marks, **patch.marks},
            names={
                **self._snapshot.names,
                **{name: text.removeprefix("=") for name, text in patch.names.items()},
            },
        )


def _put(sheets: list[Sheet], new: Sheet) -> None:
    for index, old in enumerate(sheets):
        if same_name(old.name, new.name):
            sheets[index] = new
            return
    sheets.append(new)


def _set(sheets: list[Sheet], change: SetValues | SetResults, workbook: str) -> None:
    for index, old in enumerate(sheets):
        if old.name == change.sheet:
            if isinstance(change, SetValues):
                live, arrays = old.formulas, old.arrays
                refuse_hidden_writes(workbook, old.name, change.values, live, old.merged, arrays)
            else:
                refuse_hidden_writes(workbook, old.name, change.values, (), old.merged)
            values = {(row, column): value for row, column, value in old.filled()}
            values.update({spot: holdable(value) for spot, value in change.values.items()})
            sheets[index] = replace(old, rows=dense(values))
            return
    raise sheet_missing(workbook, change.sheet)
