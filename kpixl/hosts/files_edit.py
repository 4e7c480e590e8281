"""Changing an existing .xlsx or .xlsm: only the parts that must change, all others byte for byte.

A patch is applied whole or not at all: everything is found out before the first byte is
written.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kpixl.address import a1
from kpixl.errors import SignedFile, UnwritableFile
from kpixl.grid import Area, Scalar, Spot
from kpixl.host import ClearMarks, Mark, MarkCells, Patch, SetResults, SetValues
from kpixl.hosts.files_book import Book, SheetEntry
from kpixl.hosts.files_cells import Refused, SheetText
from kpixl.hosts.files_marks import clear_marks, set_marks
from kpixl.hosts.files_notes import Notes
from kpixl.hosts.files_parts import Package, local
from kpixl.hosts.files_properties import properties, put_properties
from kpixl.hosts.files_sheets import OwnSheets
from kpixl.hosts.files_styles import StyleBook, TooManyFormats
from kpixl.hosts.files_zip import TooLarge
from kpixl.hosts.patching import (
    OWN_NAME,
    Other,
    holdable,
    read_own_text,
    settled,
    sheet_missing,
)
from kpixl.hosts.verdicts import refused

_OUR_REMARK = "kpixl"
# An area of this many cells is walked; a larger one is held against each wanted cell.
_SMALL_AREA = 4096


def edit(
    data: bytes,
    patch: Patch,
    stream: BinaryIO,
    path: str | Path,
    *,
    void_signature: bool = False,
) -> None:
    """Write the workbook `data` to `stream`, with the patch applied.

    `data` has been sniffed; `path` only names the file in errors.  Raises UnwritableFile
    with nothing written (SignedFile unless `void_signature`), and ValueError for what no
    workbook can hold.
    """
    with sound(path):
        editor = _Editor(data, path)
        if editor.package.is_signed and not void_signature:
            raise SignedFile(path)
        editor.apply(patch)
    try:
        editor.package.write(stream)
    except TooLarge as error:
        raise UnwritableFile(path, "写入后文件超过 4 GB", "请拆成几个工作簿。") from error


@contextmanager
def sound(path: str | Path) -> Iterator[None]:
    """Say of a package that is not what its parts promise that it is damaged."""
    try:
        yield
    except TooManyFormats as error:
        raise UnwritableFile(
            path, "单元格格式已经多到文件装不下", "请清理不用的单元格格式,再试。"
        ) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        IndexError,
        StopIteration,
        SyntaxError,  # lxml's errors are of this class
        RecursionError,
        UnicodeError,
    ) as error:
        raise refused(path, "damaged", type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class About:
    """What must be known of a workbook before anything is written into it.

    `own` holds its sheets of ours with whose they are, `marks` its custom properties.
    """

    own: Mapping[str, str]
    marks: Mapping[str, str]
    signed: bool


def about(data: bytes, path: str | Path) -> About:
    """Look at the parts that describe a workbook; `data` has been sniffed, `path` is its name."""
    with sound(path):
        package = Package(data)
        book = Book(package)
        own = {}
        for entry in book.sheets:
            text = book.local_names(entry.index).get(OWN_NAME)
            owner = None if text is None else read_own_text(text, entry.name)
            if owner is not None:
                own[entry.name] = owner
        return About(own, properties(package), package.is_signed)


class _Editor:
    """One patch on one package."""

    def __init__(self, data: bytes, path: str | Path) -> None:
        self._path = path
        self.package = Package(data)
        self._book = Book(self.package)
        self._styles = StyleBook(self.package)
        self._texts: dict[str, SheetText] = {}

    def apply(self, patch: Patch) -> None:
        """Make all changes in memory."""
        sheets, others = settled(patch, self._path)
        if sheets:
            own = OwnSheets(self.package, self._book, self._styles, patch.owner, self._path)
            own.put(sheets)
        for change in others:
            if isinstance(change, (SetValues, SetResults)):
                self._set(change)
        self._mark(others)
        for name, meaning in sorted(patch.names.items()):
            self._name(name, meaning.removeprefix("="))
        if patch.marks:
            put_properties(self.package, patch.marks)
        values = any(isinstance(c, (SetValues, SetResults)) for c in others)
        if patch.recalculate and (sheets or values):
            self._book.recalculate()
        for part, text in self._texts.items():
            if text.changed:
                self.package.put(part, text.pieces())

    def _name(self, name: str, text: str) -> None:
        """Define a name, unless somebody else uses it for something else."""
        there = self._book.names().get(name.casefold())
        if there is not None and there[0] == text:
            return
        if there is not None and there[1] != _OUR_REMARK:
            raise UnwritableFile(
                self._path, f"名称“{name}”已经用于 {there[0]}", "请先在“名称管理器”中给它改名。"
            )
        self._book.drop_names([name], None)
        self._book.add_name(name, text, comment=_OUR_REMARK)

    # -- values ----------------------------------------------------------------------

    def _set(self, change: SetValues | SetResults) -> None:
        entry = self._worksheet(change.sheet)
        text = self._text(entry)
        results = isinstance(change, SetResults)
        values = {spot: holdable(value) for spot, value in change.values.items()}
        try:
            self._refuse_areas(entry, text, values, results=results)
            text.set_cells(
                values,
                self._styles.for_result if results else self._styles.for_value,
                epoch_1904=self._book.epoch_1904,
                results=results,
                areas=change.areas if isinstance(change, SetResults) else None,
            )
        except Refused as fault:
            place = "" if fault.spot is None else f" {a1(*fault.spot)} "
            raise UnwritableFile(
                self._path, f"“{entry.name}”表{place}{fault.why}", fault.remedy
            ) from fault

    # -- marks -----------------------------------------------------------------------

    def _mark(self, changes: Iterable[Other]) -> None:
        """Clear marks first, wherever the patch says so, and then put the new ones."""
        # A sheet that this patch has put bears no marks but its own.
        entries = [
            e
            for e in self._book.sheets
            if e.kind == "worksheet" and e.part in self.package and not self.package.was_put(e.part)
        ]
        wanted: dict[str, dict[Spot, Mark]] = {}
        cleared: set[str] = set()
        for change in changes:
            if isinstance(change, MarkCells):
                entry = self._worksheet(change.sheet)
                wanted.setdefault(entry.name, {}).update(change.marks)
            elif isinstance(change, ClearMarks):
                if change.sheet is not None:
                    self._worksheet(change.sheet)
                cleared |= {e.name for e in entries if change.sheet in (None, e.name)}
                for name in cleared:
                    wanted.pop(name, None)
        for entry in entries:
            marks = wanted.get(entry.name, {})
            if entry.name not in cleared and not marks:
                continue
            text = self._text(entry)
            notes = Notes(self.package, entry.part, text)
            if entry.name in cleared:
                clear_marks(text)
                notes.clear()
            fills = {spot: mark.fill for spot, mark in marks.items() if mark.fill}
            set_marks(text, self._styles, fills, cleared=entry.name in cleared)
            notes.put({spot: mark.note for spot, mark in marks.items() if mark.note})

    def _worksheet(self, name: str) -> SheetEntry:
        entry = next((s for s in self._book.sheets if s.name == name), None)
        if entry is None:
            raise sheet_missing(self._path, name)
        if entry.kind != "worksheet" or entry.part not in self.package:
            raise UnwritableFile(
                self._path, f"“{name}”不是由单元格组成的工作表", "请改填普通的工作表。"
            )
        return entry

    def _text(self, entry: SheetEntry) -> SheetText:
        if entry.part not in self._texts:
            try:
                self._texts[entry.part] = SheetText(self.package.read(entry.part))
            except (ValueError, SyntaxError) as error:
                raise UnwritableFile(
                    self._path,
                    f"“{entry.name}”表的内容已损坏",
                    "请用 Excel 或 WPS 打开后另存为 .xlsx,再试。",
                ) from error
        return self._texts[entry.part]

    def _refuse_areas(
        self, entry: SheetEntry, text: SheetText, values: Mapping[Spot, Scalar], *, results: bool
    ) -> None:
        """Raise Refused for a cell that belongs to something larger than itself."""
        for area in text.merged():
            for spot in _inside(area, values):
                if spot != (area.top, area.left):
                    raise Refused(
                        spot,
                        "被合并单元格盖住",
                        f"请改填合并区域左上角的 {a1(area.top, area.left)}。",
                    )
        if results:
            return
        for area, is_table in text.filled_by_one_formula():
            for spot in _inside(area, values):
                if spot == (area.top, area.left) and not is_table:
                    why = "是公式,不能填入数值"
                else:
                    kind = "模拟运算表" if is_table else "数组公式"
                    why = f"属于{kind}的区域 {area.a1},不能填入数值"
                raise Refused(spot, why, "请改填公式所引用的单元格。")
        for area, what, remedy in self._objects(entry):
            for spot in _inside(area, values):
                raise Refused(spot, what, remedy)

    def _objects(self, entry: SheetEntry) -> Iterable[tuple[Area, str, str]]:
        """Areas of a sheet that a table or a pivot table keeps for itself."""
        for link in self.package.links(entry.part):
            if link.external or link.target not in self.package:
                continue
            if link.kind == "table":
                yield from _table_edges(self.package.tree(link.target))
            elif link.kind == "pivotTable":
                place = self.package.tree(link.target).find("{*}location")
                area = None if place is None else _area(place.get("ref", ""))
                if area is not None:
                    yield (
                        area,
                        "在数据透视表的区域里,刷新后会被盖掉",
                        "请改填数据透视表以外的单元格。",
                    )


def _table_edges(table: object) -> Iterable[tuple[Area, str, str]]:
    """The heading and the total row of a table: their texts stand in the table's part too."""
    from typing import Any, cast

    root = cast(Any, table)
    area = _area(root.get("ref", ""))
    if area is None or local(root) != "table":
        return
    remedy = "请改填表格中的数据行。"
    if root.get("headerRowCount", "1") != "0":
        top = Area(area.top, area.left, area.top, area.right)
        yield top, "是“表格”的标题行,不能填入数值", remedy
    if root.get("totalsRowCount", "0") != "0":
        bottom = Area(area.bottom, area.left, area.bottom, area.right)
        yield bottom, "是“表格”的汇总行,不能填入数值", remedy


def _area(reference: str) -> Area | None:
    from kpixl.address import parse_a1

    try:
        first, _, last = reference.partition(":")
        return Area(*parse_a1(first), *parse_a1(last or first))
    except ValueError:
        return None


def _inside(area: Area, values: Mapping[Spot, Scalar]) -> list[Spot]:
    """The wanted cells that lie in an area, in order."""
    rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
    if rows * columns > min(_SMALL_AREA, len(values)):
        return sorted(spot for spot in values if spot in area)
    return [
        (row, column)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (row, column) in values
    ]
