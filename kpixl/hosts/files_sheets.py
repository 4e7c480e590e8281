"""Sheets of ours in somebody's workbook.

They are made by the writer of new workbooks and moved over, so they look and print the same
in both.  A sheet is known as ours by a mark that goes with it, never by its name; one that
somebody renamed or put a chart on is theirs from then on.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpixl.errors import UnwritableFile
from kpixl.host import Patch, SheetSpec
from kpixl.hosts.files_book import Book, SheetEntry
from kpixl.hosts.files_notes import blocks_in_use, renumbered
from kpixl.hosts.files_parts import Link, Package, links_part, local, parsed
from kpixl.hosts.files_styles import StyleBook, adopting
from kpixl.hosts.files_write import CHOICES_SHEET, sheets_bytes
from kpixl.hosts.patching import OWN_NAME, own_text, read_own_text, same_name

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What a sheet of ours has, or what a program adds when it prints or saves; all else that
# hangs on it was put there by somebody.
_OURS = frozenset(("comments", "vmlDrawing", "printerSettings", "hyperlink"))
_KINDS = {
    "drawing": "图表或图片",
    "table": "“表格”",
    "pivotTable": "数据透视表",
    "threadedComment": "批注对话",
    "image": "背景图片",
}
_BUILT_IN = "_xlnm."
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")?(?: t="s"><v>([0-9]+)</v></c>)?')
_STRING = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
_SELECTED = re.compile(rb'\stabSelected\s*=\s*["\'](?:1|true)["\']')


@dataclass(frozen=True, slots=True)
class _Donor:
    """A sheet as the writer of new workbooks made it."""

    name: str
    state: str
    content: bytes
    parts: Mapping[str, tuple[Link, bytes]]  # by relationship id
    names: Sequence[tuple[str, str, bool]]  # local names: name, text, hidden


class OwnSheets:
    """Puts sheets of ours into one workbook."""

    def __init__(
        self, package: Package, book: Book, styles: StyleBook, owner: str, path: str | Path
    ) -> None:
        self._package, self._book, self._styles = package, book, styles
        self._owner, self._path = owner, path

    def put(self, specs: Sequence[SheetSpec]) -> None:
        """Add these sheets behind all others, or replace them where we put them before.

        Raises UnwritableFile where a name is taken by a sheet that is not ours.
        """
        there: dict[str, SheetEntry] = {}
        for spec in specs:
            entry = self._replaceable(spec.name)
            if entry is not None:
                there[spec.name] = entry
        choices = self._choices_name()
        data = sheets_bytes(Patch(()), specs, choices)
        donor = Package(data)
        styles = adopting(self._styles, _part_of(donor, "styles"))
        strings = _strings(donor)
        donors = _donors(donor, specs)
        if any(d.name == choices for d in donors):
            entry = self._replaceable(choices)
            if entry is not None:
                there[choices] = entry
        if self._book.structure_locked and len(there) < len(donors):
            raise UnwritableFile(
                self._path,
                "工作簿的结构受保护,不能增加工作表",
                "请先取消“保护工作簿”,再运行。",
            )
        selected = {name: self._is_selected(entry) for name, entry in there.items()}
        for entry in there.values():
            self._drop_what_hangs_on(entry)
        for one in donors:
            content = _moved(one.content, styles, strings, selected.get(one.name, False))
            self._place(one, content, there.get(one.name))
        self._forget_calculation(entry.sheet_id for entry in there.values())

    # -- whose a sheet is --------------------------------------------------------------

    def _replaceable(self, name: str) -> SheetEntry | None:
        """The sheet of that name if it is ours; None if there is none; else UnwritableFile."""
        entry = next((s for s in self._book.sheets if same_name(s.name, name)), None)
        if entry is None:
            return None
        owner = self._owner_of(entry)
        if owner is None or not self._owner:
            raise UnwritableFile(
                self._path,
                f"已有一张名为“{entry.name}”的工作表,不是 kpixl 写的,不能覆盖",
                "请先给那张表改名(双击表名),或换一个工作簿。",
            )
        if owner != self._owner:
            raise UnwritableFile(
                self._path,
                f"已有的“{entry.name}”表是另一个方案({owner})的结果,不能覆盖",
                "要留着它,请先给那张表改名;不要了,请先删去;或换一个工作簿。",
            )
        for link in self._package.links(entry.part):
            if link.kind not in _OURS:
                what = _KINDS.get(link.kind, "其他内容")
                raise UnwritableFile(
                    self._path,
                    f"“{entry.name}”表上有后来放上去的{what},重写这张表会丢掉它",
                    "请把它移到别的工作表,或给这张表改名,把它留下。",
                )
        return entry

    def _owner_of(self, entry: SheetEntry) -> str | None:
        if entry.kind != "worksheet" or entry.part not in self._package:
            return None
        text = self._book.local_names(entry.index).get(OWN_NAME)
        return None if text is None else read_own_text(text, entry.name)

    def _choices_name(self) -> str:
        number, name = 1, CHOICES_SHEET
        while True:
            entry = next((s for s in self._book.sheets if same_name(s.name, name)), None)
            if entry is None or (self._owner and self._owner_of(entry) == self._owner):
                return name
            number += 1
            name = f"{CHOICES_SHEET}{number}"

    # -- replacing ---------------------------------------------------------------------

    def _is_selected(self, entry: SheetEntry) -> bool:
        head = self._package.read(entry.part).partition(b"sheetData")[0]
        return _SELECTED.search(head) is not None

    def _drop_what_hangs_on(self, entry: SheetEntry) -> None:
        for link in self._package.links(entry.part):
            if not link.external:
                self._package.drop(link.target)
        if links_part(entry.part) in self._package:
            self._package.drop(links_part(entry.part))

    def _place(self, donor: _Donor, content: bytes, entry: SheetEntry | None) -> None:
        package, book = self._package, self._book
        if entry is None:
            part = package.free_name(self._under("worksheets/sheet{}.xml"))
            package.put(part, b"", _WORKSHEET)
            entry = book.add(donor.name, part, donor.state)
        else:
            mine = [n for n in book.local_names(entry.index) if n.startswith(_BUILT_IN)]
            book.drop_names([*mine, OWN_NAME], entry.index)
        package.put(entry.part, self._translated(content), _WORKSHEET)
        for id_, (link, data) in donor.parts.items():
            self._place_part(entry.part, id_, link, data)
        for name, text, hidden in donor.names:
            attributes = {"localSheetId": str(entry.index), **({"hidden": "1"} if hidden else {})}
            book.add_name(name, text, **attributes)
        if self._owner:
            text = own_text(self._owner, donor.name)
            book.add_name(OWN_NAME, text, localSheetId=str(entry.index), hidden="1")

    def _place_part(self, sheet: str, id_: str, link: Link, data: bytes) -> None:
        package = self._package
        if link.kind == "vmlDrawing":
            name = package.free_name(self._under("drawings/vmlDrawing{}.vml"))
            data = renumbered(data, blocks_in_use(package))
            package.declare_extension("vml", _DRAWING)
            package.put(name, data, _DRAWING)
        elif link.kind == "comments":
            name = package.free_name(self._under("comments{}.xml"))
            package.put(name, self._translated(data), _COMMENTS)
        else:
            raise ValueError(f"a sheet of ours has a part of kind {link.kind}")
        if package.link(sheet, link.kind, name) != id_:
            raise ValueError(f"relationship {id_} of a sheet of ours is not the first free one")

    def _translated(self, content: bytes) -> bytes:
        """The content in the dialect of this workbook."""
        if not self._package.strict:
            return content
        head, rest = content[:2000], content[2000:]
        head = head.replace(_MAIN.encode(), _MAIN_STRICT.encode())
        transitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        return head.replace(transitional.encode(), self._package.link_space.encode()) + rest

    def _under(self, name: str) -> str:
        return posixpath.join(self._package.folder, name)

    def _forget_calculation(self, sheet_ids: Any) -> None:
        """Take cells that are no formulas any more out of the order of calculation."""
        gone = {str(number) for number in sheet_ids}
        link = next(
            (k for k in self._package.links(self._package.workbook) if k.kind == "calcChain"), None
        )
        if not gone or link is None or link.target not in self._package:
            return
        root = self._package.tree(link.target)
        sheet, said = "", ""  # a cell without a sheet is on the one of the cell before it
        for cell in [c for c in root if local(c) == "c"]:
            sheet = cell.get("i", sheet)
            if sheet in gone:
                root.remove(cell)
            else:
                if cell.get("i") is None and said != sheet:
                    cell.set("i", sheet)
                said = sheet
        if not any(local(c) == "c" for c in root):
            self._package.unlink(self._package.workbook, [link.target])
            self._package.drop(link.target)


# -- the donor -------------------------------------------------------------------------


def _part_of(donor: Package, kind: str) -> Any:
    link = next(k for k in donor.links(donor.workbook) if k.kind == kind)
    return parsed(donor.read(link.target))


def _strings(donor: Package) -> list[bytes]:
    link = next((k for k in donor.links(donor.workbook) if k.kind == "sharedStrings"), None)
    return [] if link is None else _STRING.findall(donor.read(link.target))


def _donors(donor: Package, specs: Sequence[SheetSpec]) -> list[_Donor]:
    book = Book(donor)
    hidden = {spec.name: spec.hidden for spec in specs}
    elements = [e for e in book.root.iter("{*}definedName") if e.get("localSheetId") is not None]
    found = []
    for entry in book.sheets:
        state = "hidden" if hidden.get(entry.name) else ""
        found.append(
            _Donor(
                name=entry.name,
                state=state if entry.name in hidden else "veryHidden",
                content=donor.read(entry.part),
                parts={
                    link.id: (link, donor.read(link.target)) for link in donor.links(entry.part)
                },
                names=[
                    (e.get("name", ""), e.text or "", e.get("hidden") == "1")
                    for e in elements
                    if e.get("localSheetId") == str(entry.index)
                ],
            )
        )
    return found


def _moved(
    content: bytes, style: Callable[[int], int], strings: Sequence[bytes], selected: bool
) -> bytes:
    """A sheet of the donor with the styles of its new workbook and its texts in the cells."""
    start, end = content.index(b"<sheetData"), content.rindex(b"</sheetData>") if (
        b"</sheetData>" in content
    ) else content.index(b"<sheetData") + 1  # fmt: skip
    head, cells, tail = content[:start], content[start:end], content[end:]
    if not selected:
        head = _SELECTED.sub(b"", head)
    elif not _SELECTED.search(head):
        head = head.replace(b"<sheetView ", b'<sheetView tabSelected="1" ', 1)
    known: dict[bytes | None, bytes] = {}

    def replaced(match: re.Match[bytes]) -> bytes:
        place, old, text = match.groups()
        if old not in known:
            known[old] = b"%d" % style(int(old or b"0"))
        cell = b'<c r="%b" s="%b"' % (place, known[old])
        if text is None:
            return cell
        return b'%b t="inlineStr"><is>%b</is></c>' % (cell, strings[int(text)])

    cells = _CELL.sub(replaced, cells)
    if b' t="s"' in cells or b' style="' in head or b"dxfId" in tail:
        raise ValueError("the writer of new workbooks has changed its ways")
    return head + cells + tail
