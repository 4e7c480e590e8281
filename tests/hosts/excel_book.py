"""A workbook as Excel holds it while it is open: every part of its file, and what changes in it.

Parts that nobody touches stay as they are; sheets keep the values of their formulas.  It is
written for the stand-in of Excel alone and shares no code with the writers of kpixl.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from posixpath import dirname, normpath, relpath
from typing import Any, TypeAlias

from lxml import etree
from openpyxl.utils import coordinate_to_tuple, get_column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_CHILDREN = """
sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells
phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins
pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors
smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls
webPublishItems tableParts extLst
"""
_ORDER = re.findall(r"\w+", _CHILDREN)
_FORMULAS = {"f", "formula", "formula1", "formula2"}
_ERROR = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Spot: TypeAlias = tuple[int, int]
Value: TypeAlias = "float | str | bool | Fault | None"


@dataclass(frozen=True)
class Fault:
    """An error value in a cell."""

    code: str


@dataclass
class Defined:
    """A defined name; `sheet` is where it is local."""

    name: str
    text: str
    sheet: SheetPart | None = None
    hidden: bool = False


@dataclass
class Note:
    """A note at a cell."""

    text: str
    author: str = ""


def q(name: str, space: str = MAIN) -> str:
    """A name as lxml writes it."""
    return f"{{{space}}}{name}"


def local(element: Any) -> str:
    """The name of an element without its namespace; nothing for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def quoted(name: str) -> str:
    """A sheet's name in a formula, in quotes where Excel writes them."""
    if re.fullmatch(r"[^\W\d]\w*", name):
        return name
    return "'" + name.replace("'", "''") + "'"


def pointing(text: str, old: str, new: str) -> str:
    """A formula in which references to one sheet go to another; texts in it stay."""
    inside = re.escape(old.replace("'", "''"))
    pattern = re.compile(rf"(?:'{inside}'|(?<![\w.'\]]){re.escape(old)})!", re.IGNORECASE)
    parts = text.split('"')
    parts[::2] = [pattern.sub(lambda _: new + "!", part) for part in parts[::2]]
    return '"'.join(parts)


def sheets_in(text: str) -> Iterator[str]:
    """The sheets that a formula refers to; those of other workbooks are left out."""
    for part in re.sub(r"'(?:[^']|'')*\[[^\]]*\](?:[^']|'')*'!|\[\d+\][^!]*!", "", text).split('"')[
        ::2
    ]:
        for match in re.finditer(r"'((?:[^']|'')+)'!|(?<![\w.#])([^\W\d][\w.]*)!", part):
            yield (match[1] or match[2]).replace("''", "'")


class Parts:
    """The parts of a file, each read when it is first needed."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            self.data = {i.filename: file.read(i) for i in file.infolist() if not i.is_dir()}
        self._trees: dict[str, Any] = {}

    def tree(self, name: str) -> Any:
        """A part as a tree; what is changed in it is saved."""
        if name not in self._trees:
            self._trees[name] = etree.fromstring(self.data[name])
        return self._trees[name]

    def put(self, name: str, tree: Any, kind: str) -> None:
        """A new part."""
        self.data[name] = b""
        self._trees[name] = tree
        types = self.tree("[Content_Types].xml")
        for old in types.findall(q("Override", _TYPES)):
            if old.get("PartName") == "/" + name:
                types.remove(old)
        etree.SubElement(types, q("Override", _TYPES), PartName="/" + name, ContentType=kind)

    def put_bytes(self, name: str, data: bytes, kind: str) -> None:
        """A new part as it is."""
        self.put(name, None, kind)
        del self._trees[name]
        self.data[name] = data

    def remove(self, name: str) -> None:
        """A part and its relationships go."""
        for one in (name, links_of(name)):
            self.data.pop(one, None)
            self._trees.pop(one, None)
        types = self.tree("[Content_Types].xml")
        for old in types.findall(q("Override", _TYPES)):
            if old.get("PartName") == "/" + name:
                types.remove(old)

    def kind(self, name: str) -> str:
        """The content type of a part."""
        types = self.tree("[Content_Types].xml")
        for one in types:
            if one.get("PartName") == "/" + name:
                return str(one.get("ContentType"))
        ends = {str(one.get("Extension")): str(one.get("ContentType")) for one in types}
        return ends[name.rpartition(".")[2]]

    def links(self, name: str) -> Any:
        """The relationships of a part; made where there are none."""
        at = links_of(name)
        if at not in self.data:
            self.data[at] = b""
            self._trees[at] = etree.Element(q("Relationships", _PACKAGE), nsmap={None: _PACKAGE})
        return self.tree(at)

    def linked(self, name: str, kind: str) -> Iterator[tuple[Any, str]]:
        """The parts of a kind that hang on a part."""
        for link in list(self.links(name)):
            if str(link.get("Type")).endswith("/" + kind) and link.get("TargetMode") is None:
                target = str(link.get("Target"))
                base = target.lstrip("/") if target[0] == "/" else f"{dirname(name)}/{target}"
                yield link, normpath(base).lstrip("/")

    def link(self, name: str, kind: str, target: str, key: str = "") -> str:
        """A part hung on another; the id of the relationship."""
        links = self.links(name)
        taken = {link.get("Id") for link in links}
        key = key or next(k for n in count(1) if (k := f"rIdX{n}") not in taken)
        where = relpath(target, dirname(name) or ".")
        full = kind if "://" in kind else f"{RELATION}/{kind}"
        etree.SubElement(links, q("Relationship", _PACKAGE), Id=key, Type=full, Target=where)
        return key

    def free(self, stem: str, end: str) -> str:
        """A name that no part has."""
        return next(n for i in count(1) if (n := f"{stem}{i}{end}") not in self.data)

    def mentions(self, name: str, words: str) -> bool:
        """Whether a part may hold some words."""
        if name in self._trees:
            return True
        plain = words.replace("&", "&amp;").replace("<", "&lt;").replace("'", "''")
        data = self.data[name]
        return plain.encode() in data or b"&#" in data or words.casefold() != words

    def save(self, path: Path) -> None:
        """Write the file."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for name in sorted(self.data, key=lambda n: n != "[Content_Types].xml"):
                tree = self._trees.get(name)
                data = self.data[name]
                if tree is not None:
                    data = etree.tostring(
                        tree, xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                file.writestr(name, data)


def links_of(name: str) -> str:
    """Where the relationships of a part stand."""
    folder, _, last = name.rpartition("/")
    return f"{folder}/_rels/{last}.rels".lstrip("/")


@dataclass(eq=False)
class SheetPart:
    """A sheet: its name and state, and its part."""

    book: Book
    name: str
    state: str
    part: str
    chart: bool = False
    _cells: dict[Spot, Any] | None = None
    _rows: dict[int, Any] = field(default_factory=dict)
    _notes: dict[Spot, Note] | None = None
    notes_changed: bool = False

    @property
    def tree(self) -> Any:
        return self.book.parts.tree(self.part)

    def child(self, name: str) -> Any:
        """A child of the sheet, or None."""
        return self.tree.find(q(name))

    def insert(self, element: Any) -> None:
        """A child in its place."""
        at = _ORDER.index(local(element))
        for number, other in enumerate(self.tree):
            if local(other) in _ORDER and _ORDER.index(local(other)) > at:
                self.tree.insert(number, element)
                return
        self.tree.append(element)

    def cells(self) -> dict[Spot, Any]:
        """All cells that stand in the part."""
        if self._cells is None:
            self._cells = {}
            data = self.child("sheetData")
            for number, row in enumerate(data, 1):
                r = int(row.get("r", number))
                self._rows[r] = row
                for column, cell in enumerate(row, 1):
                    there = cell.get("r")
                    self._cells[coordinate_to_tuple(there) if there else (r, column)] = cell
        return self._cells

    def cell(self, spot: Spot) -> Any:
        """A cell, made where there is none."""
        cells = self.cells()
        if spot not in cells:
            row = self._rows.get(spot[0])
            if row is None:
                row = etree.Element(q("row"), r=str(spot[0]))
                data = self.child("sheetData")
                data.insert(sum(r < spot[0] for r in self._rows), row)
                self._rows[spot[0]] = row
            made = etree.Element(q("c"), r=f"{get_column_letter(spot[1])}{spot[0]}")
            row.insert(sum(1 for r, c in cells if r == spot[0] and c < spot[1]), made)
            cells[spot] = made
        return cells[spot]

    def formula(self, spot: Spot) -> str | None:
        """The formula of a cell without its "="."""
        cell = self.cells().get(spot)
        found = None if cell is None else cell.find(q("f"))
        return None if found is None else str(found.text or "")

    def value(self, spot: Spot) -> Value:
        """What a cell shows: its own value, or that of its formula."""
        cell = self.cells().get(spot)
        if cell is None:
            return None
        kind, text = cell.get("t", "n"), cell.findtext(q("v"))
        if kind == "inlineStr":
            return _plain(cell.find(q("is")))
        if text is None:
            return None
        if kind == "s":
            return _plain(self.book.strings()[int(str(text))])
        if kind == "str":
            return str(text)
        if kind == "b":
            return bool(text == "1")
        return Fault(str(text)) if kind == "e" else float(str(text))

    def set_value(self, spot: Spot, value: Value) -> None:
        """Put a value into a cell; its look stays."""
        cell = self.cell(spot)
        cell.attrib.pop("t", None)
        for child in list(cell):
            cell.remove(child)
        if value is None:
            return
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, q("is")), q("t"))
            text.text = _ESCAPE.sub("_x005F_", value)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return
        shown = etree.SubElement(cell, q("v"))
        if isinstance(value, bool):
            cell.set("t", "b")
            shown.text = "1" if value else "0"
        elif isinstance(value, Fault):
            cell.set("t", "e")
            shown.text = value.code
        else:
            shown.text = repr(float(value))

    def set_formula(self, spot: Spot, text: str) -> None:
        """Put a formula into a cell; it has no value until it is calculated."""
        self.set_value(spot, None)
        etree.SubElement(self.cell(spot), q("f")).text = text.removeprefix("=")

    def formulas(self) -> Iterator[Any]:
        """All elements that hold a formula: cells, conditional formats, validations."""
        for element in self.tree.iter():
            if local(element) in _FORMULAS and element.text:
                yield element

    def notes(self) -> dict[Spot, Note]:
        """The notes by their cells."""
        if self._notes is None:
            self._notes = {}
            for _, part in self.book.parts.linked(self.part, "comments"):
                tree = self.book.parts.tree(part)
                authors = [a.text or "" for a in tree.find(q("authors"))]
                for one in tree.find(q("commentList")):
                    spot = coordinate_to_tuple(str(one.get("ref")))
                    author = authors[int(one.get("authorId", 0))]
                    self._notes[spot] = Note(_plain(one.find(q("text"))), author)
        return self._notes

    def threads(self) -> set[Spot]:
        """The cells at which a conversation stands."""
        return {
            coordinate_to_tuple(str(one.get("ref")))
            for _, part in self.book.parts.linked(self.part, "threadedComment")
            for one in self.book.parts.tree(part)
        }

    def settle(self) -> None:
        """Write changed notes into their parts, with a box each."""
        if not self.notes_changed:
            return
        parts = self.book.parts
        for kind in ("comments", "vmlDrawing"):
            for link, name in parts.linked(self.part, kind):
                parts.links(self.part).remove(link)
                parts.remove(name)
        old = self.child("legacyDrawing")
        if old is not None:
            self.tree.remove(old)
        self.notes_changed = False
        if not self.notes():
            return
        made = etree.Element(q("comments"), nsmap={None: MAIN})
        authors = sorted({note.author for note in self.notes().values()})
        names = etree.SubElement(made, q("authors"))
        for author in authors:
            etree.SubElement(names, q("author")).text = author
        every = etree.SubElement(made, q("commentList"))
        boxes = ""
        for (row, column), note in sorted(self.notes().items()):
            ref, author = f"{get_column_letter(column)}{row}", str(authors.index(note.author))
            one = etree.SubElement(every, q("comment"), ref=ref, authorId=author)
            text = etree.SubElement(etree.SubElement(one, q("text")), q("t"))
            text.text = note.text
            boxes += _BOX.format(number=1024 + row * 50 + column, row=row - 1, column=column - 1)
        name = parts.free("xl/comments", ".xml")
        parts.put(name, made, _CONTENT + "comments+xml")
        parts.link(self.part, "comments", name)
        drawing = parts.free("xl/drawings/vmlDrawing", ".vml")
        kind = "application/vnd.openxmlformats-officedocument.vmlDrawing"
        parts.put_bytes(drawing, _DRAWING.format(boxes=boxes).encode(), kind)
        key = parts.link(self.part, "vmlDrawing", drawing)
        self.insert(etree.Element(q("legacyDrawing"), {q("id", RELATION): key}))


_DRAWING = """<xml xmlns:v="urn:schemas-microsoft-com:vml" \
xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">\
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>\
<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" \
path="m,l,21600r21600,l21600,xe"/>{boxes}</xml>"""
_BOX = """<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="visibility:hidden">\
<x:ClientData ObjectType="Note"><x:Row>{row}</x:Row><x:Column>{column}</x:Column>\
</x:ClientData></v:shape>"""


def _plain(element: Any) -> str:
    """The text of a string, with its runs; how it is pronounced is left out."""
    return "".join(str(t.text or "") for t in element.iter(q("t")) if local(t.getparent()) != "rPh")


class Book:
    """An open workbook."""

    def __init__(self, path: Path) -> None:
        self.parts = Parts(path)
        (_, self.part), *_ = self.parts.linked("", "officeDocument")
        self.tree = self.parts.tree(self.part)
        for kind in ("calcChain",):  # the order of calculation is no longer that of the file
            for link, name in self.parts.linked(self.part, kind):
                self.parts.links(self.part).remove(link)
                self.parts.remove(name)
        by_id = {
            link.get("Id"): (name, kind)
            for kind in ("worksheet", "chartsheet")
            for link, name in self.parts.linked(self.part, kind)
        }
        self.sheets = []
        for one in self.tree.find(q("sheets")):
            name, kind = by_id[one.get(q("id", RELATION))]
            state = one.get("state", "visible")
            self.sheets.append(
                SheetPart(self, str(one.get("name")), state, name, kind == "chartsheet")
            )
        self.names = []
        names = self.tree.find(q("definedNames"))
        for one in () if names is None else names:
            at = one.get("localSheetId")
            sheet = None if at is None else self.sheets[int(at)]
            hidden = one.get("hidden") in ("1", "true")
            self.names.append(Defined(str(one.get("name")), str(one.text), sheet, hidden))
        self.series: list[Defined] = []  # what charts show
        self._strings: list[Any] | None = None

    # -- what sheets share --

    def strings(self) -> list[Any]:
        """The texts that cells share."""
        if self._strings is None:
            found = [name for _, name in self.parts.linked(self.part, "sharedStrings")]
            self._strings = list(self.parts.tree(found[0])) if found else []
        return self._strings

    def _add_strings(self, more: Iterable[Any]) -> int:
        """Take up texts of another workbook; the number of the first."""
        first = len(self.strings())
        found = [name for _, name in self.parts.linked(self.part, "sharedStrings")]
        if not found:
            found = ["xl/sharedStrings.xml"]
            self.parts.put(
                found[0],
                etree.Element(q("sst"), nsmap={None: MAIN}),
                _CONTENT + "sharedStrings+xml",
            )
            self.parts.link(self.part, "sharedStrings", found[0])
        tree = self.parts.tree(found[0])
        for attribute in ("count", "uniqueCount"):
            tree.attrib.pop(attribute, None)
        tree.extend(deepcopy(list(more)))
        self._strings = list(tree)
        return first

    def styles(self) -> Any:
        """The part with the looks of cells."""
        ((_, name),) = self.parts.linked(self.part, "styles")
        return self.parts.tree(name)

    def _add_styles(self, donor: Book) -> tuple[Callable[[int], int], int]:
        """Take up the looks of another workbook: what a number becomes, and the first format
        of conditions.  A cell without a look has the one of this workbook."""
        mine, theirs = self.styles(), donor.styles()

        def add(name: str, before: tuple[str, ...]) -> int:
            group, more = mine.find(q(name)), theirs.find(q(name))
            if group is None:
                group = etree.Element(q(name))
                at = [i for i, e in enumerate(mine) if local(e) in before]
                mine.insert(at[-1] + 1 if at else 0, group)
            first = len(group)
            group.extend(deepcopy(list(() if more is None else more)))
            group.set("count", str(len(group)))
            return first

        fonts, fills, borders = (add(n, ("numFmts",)) for n in ("fonts", "fills", "borders"))
        formats = mine.find(q("numFmts"))
        taken = {int(f.get("numFmtId")) for f in (() if formats is None else formats)}
        numbers: dict[int, int] = {}
        their_formats = theirs.find(q("numFmts"))
        for one in () if their_formats is None else their_formats:
            if formats is None:
                formats = etree.Element(q("numFmts"))
                mine.insert(0, formats)
            new = next(n for n in count(164) if n not in taken)
            taken.add(new)
            numbers[int(one.get("numFmtId"))] = new
            etree.SubElement(
                formats, q("numFmt"), numFmtId=str(new), formatCode=str(one.get("formatCode"))
            )
            formats.set("count", str(len(formats)))
        first = add("cellXfs", ("cellStyleXfs",))
        for one in list(mine.find(q("cellXfs")))[first:]:
            for name, offset in (("fontId", fonts), ("fillId", fills), ("borderId", borders)):
                one.set(name, str(int(one.get(name, 0)) + offset))
            number = int(one.get("numFmtId", 0))
            one.set("numFmtId", str(numbers.get(number, number)))
            one.set("xfId", "0")
        conditions = add("dxfs", ("cellStyles", "cellXfs"))
        return lambda style: style + first if style else 0, conditions

    # -- sheets --

    def copy_in(self, sheets: list[SheetPart], at: int, names: list[str]) -> list[SheetPart]:
        """Sheets of another workbook behind one of this, together."""
        donor = sheets[0].book
        strings = self._add_strings(donor.strings())
        look, conditions = self._add_styles(donor)
        made = []
        for sheet, name in zip(sheets, names, strict=True):
            sheet.settle()
            tree = deepcopy(sheet.tree)
            for element in tree.iter():
                kind = local(element)
                if kind == "c" and element.get("t") == "s":
                    shown = element.find(q("v"))
                    shown.text = str(int(shown.text) + strings)
                for holder, attribute in (("c", "s"), ("row", "s"), ("col", "style")):
                    if kind == holder and element.get(attribute):
                        element.set(attribute, str(look(int(element.get(attribute)))))
                if kind == "cfRule" and element.get("dxfId") is not None:
                    element.set("dxfId", str(int(element.get("dxfId")) + conditions))
                if kind in _FORMULAS and element.text:
                    for old, new in zip(sheets, names, strict=True):
                        element.text = pointing(element.text, old.name, quoted(new))
            part = self.parts.free("xl/worksheets/copied", ".xml")
            self.parts.put(part, tree, _CONTENT + "worksheet+xml")
            self.parts.link(self.part, "worksheet", part)
            for link in donor.parts.links(sheet.part):
                self._copy_link(donor, sheet, link, part)
            joined = SheetPart(self, name, sheet.state, part)
            for defined in list(donor.names):
                if defined.sheet is sheet:
                    text = defined.text
                    for old, new in zip(sheets, names, strict=True):
                        text = pointing(text, old.name, quoted(new))
                    self.names.append(Defined(defined.name, text, joined, defined.hidden))
            made.append(joined)
        self.sheets[at:at] = made
        return made

    def _copy_link(self, donor: Book, sheet: SheetPart, link: Any, part: str) -> None:
        kind, key = str(link.get("Type")).rpartition("/")[2], str(link.get("Id"))
        if link.get("TargetMode") is not None:
            self.parts.links(part).append(deepcopy(link))
            return
        (name,) = (n for one, n in donor.parts.linked(sheet.part, kind) if one is link)
        assert links_of(name) not in donor.parts.data, "parts of parts are not copied here"
        stem, dot, end = name.rpartition(".")
        new = self.parts.free(stem.rstrip("0123456789") + "Copied", dot + end)
        self.parts.put_bytes(new, donor.parts.data[name], donor.parts.kind(name))
        self.parts.link(part, str(link.get("Type")), new, key)

    def rename(self, sheet: SheetPart, name: str) -> None:
        """Another name for a sheet; whatever points to it goes on doing so."""
        self.point(sheet.name, quoted(name))
        sheet.name = name

    def point(self, old: str, new: str) -> None:
        """References to a sheet become others."""
        for other in self.sheets:
            if self.parts.mentions(other.part, old):
                for element in other.formulas():
                    element.text = pointing(element.text, old, new)
        for defined in (*self.names, *self.series):
            defined.text = pointing(defined.text, old, new)

    def delete(self, sheet: SheetPart) -> None:
        """A sheet goes; what pointed to it points nowhere."""
        self.sheets.remove(sheet)
        self.names = [d for d in self.names if d.sheet is not sheet]
        self.point(sheet.name, "#REF")
        kind = "chartsheet" if sheet.chart else "worksheet"
        for link, name in self.parts.linked(self.part, kind):
            if name == sheet.part:
                self.parts.links(self.part).remove(link)
        self.parts.remove(sheet.part)

    # -- properties --

    def properties(self) -> Any:
        """The part with the custom properties of the document."""
        found = [name for _, name in self.parts.linked("", "custom-properties")]
        if not found:
            found = ["docProps/custom.xml"]
            tree = etree.Element(q("Properties", _CUSTOM), nsmap={None: _CUSTOM, "vt": _VARIANT})
            kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
            self.parts.put(found[0], tree, kind)
            self.parts.link("", "custom-properties", found[0])
        return self.parts.tree(found[0])

    def property(self, name: str) -> Any:
        """The element that holds a property's text, or None."""
        return next((p[0] for p in self.properties() if p.get("name") == name), None)

    def add_property(self, name: str, text: str) -> None:
        """A property more."""
        tree = self.properties()
        number = max((int(p.get("pid")) for p in tree), default=1) + 1
        made = etree.SubElement(
            tree,
            q("property", _CUSTOM),
            fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}",
            pid=str(number),
            name=name,
        )
        etree.SubElement(made, q("lpwstr", _VARIANT)).text = text

    # -- the file --

    def save(self, path: Path) -> None:
        """Write the workbook as it is now."""
        for sheet in self.sheets:
            sheet.settle()
        every = self.tree.find(q("sheets"))
        by_part = {
            name: link.get("Id")
            for kind in ("worksheet", "chartsheet")
            for link, name in self.parts.linked(self.part, kind)
        }
        for old in list(every):
            every.remove(old)
        for number, sheet in enumerate(self.sheets, 1):
            one = etree.SubElement(every, q("sheet"), name=sheet.name, sheetId=str(number))
            if sheet.state != "visible":
                one.set("state", sheet.state)
            one.set(q("id", RELATION), str(by_part[sheet.part]))
        names = self.tree.find(q("definedNames"))
        if names is not None:
            self.tree.remove(names)
        if self.names:
            names = etree.Element(q("definedNames"))
            every.addnext(names)
            for defined in self.names:
                made = etree.SubElement(names, q("definedName"), name=defined.name)
                made.text = defined.text
                if defined.sheet is not None:
                    made.set("localSheetId", str(self.sheets.index(defined.sheet)))
                if defined.hidden:
                    made.set("hidden", "1")
        self.parts.save(path)


def entered(text: str) -> tuple[str, Value]:
    """What Excel makes of a text that is put into a cell: a kind, and its value.

    >>> entered("'1"), entered("=A1"), entered("2000"), entered("#N/A")[0], entered("50%")
    (('value', '1'), ('formula', '=A1'), ('value', 2000.0), 'value', ('value', 0.5))
    """
    if text.startswith("'"):
        return "value", text[1:]
    if text.startswith(("=", "+", "-", "@")) and len(text) > 1 and not _figure(text):
        return "formula", text
    if not text:
        return "value", None
    if text.upper() in ("TRUE", "FALSE"):
        return "value", text.upper() == "TRUE"
    if _ERROR.fullmatch(text):
        return "value", Fault(text)
    if _figure(text):
        percent = text.strip().endswith("%")
        figure = float(text.strip().rstrip("%").replace(",", ""))
        return "value", figure / 100 if percent else figure
    if re.fullmatch(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}", text):
        return "value", 42_000.0  # some day
    return "value", text


def _figure(text: str) -> bool:
    return bool(re.fullmatch(r"\s*[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?%?\s*", text))
