"""What may differ between two packages: which parts, and in them what.

By other means than those under test: zipfile, lxml, and trees compared as text.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from kpixl.address import a1, parse_a1
from kpixl.grid import Spot


@dataclass(frozen=True)
class Packed:
    """A package by other means than those under test: parts, packed bytes, what points where."""

    parts: Mapping[str, bytes]
    packed: Mapping[str, bytes]
    order: tuple[str, ...]

    @classmethod
    def of(cls, path: Path) -> Packed:
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert package.testzip() is None
            infos = package.infolist()
            assert len({i.filename for i in infos}) == len(infos)
            packed = {}
            for info in infos:
                name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
                start = info.header_offset + 30 + name + extra
                packed[info.filename] = data[start : start + info.compress_size]
            parts = {i.filename: package.read(i) for i in infos}
        parts, packed = ({n.replace("\\", "/"): c for n, c in p.items()} for p in (parts, packed))
        return cls(parts, packed, tuple(parts))

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part by id: the last word of the kind, and the target."""
        place = PurePosixPath(part)
        name = str(place.parent / "_rels" / f"{place.name}.rels") if part else "_rels/.rels"
        if name not in self.parts:
            return {}
        found = {}
        for element in etree.fromstring(self.parts[name]):
            target = element.get("Target")
            base = place.parent if part else PurePosixPath()
            whole = PurePosixPath("/") / (base / target)
            steps: list[str] = []
            for step in whole.parts[1:]:
                steps = steps[:-1] if step == ".." else [*steps, step]
            kind = element.get("Type").rpartition("/")[2]
            found[element.get("Id")] = (kind, "/".join(steps))
        return found

    @property
    def book(self) -> str:
        return next(t for kind, t in self.links("").values() if kind == "officeDocument")

    @property
    def book_links(self) -> str:
        folder, _, file = self.book.rpartition("/")
        return f"{folder}/_rels/{file}.rels".lstrip("/")

    def sheets(self) -> dict[str, str]:
        """Names of sheets in their order, with their parts."""
        links = self.links(self.book)
        root = etree.fromstring(self.parts[self.book])
        found = {}
        for element in root.iterfind("{*}sheets/{*}sheet"):
            number = next(v for k, v in element.attrib.items() if k.endswith("}id"))
            found[element.get("name")] = links[number][1] if number in links else ""
        return found

    def part_of(self, sheet: str) -> str:
        return self.sheets()[sheet]

    def linked(self, part: str, kind: str) -> str:
        return next((t for k, t in self.links(part).values() if k == kind), "")


def differing(old: Packed, new: Packed) -> set[str]:
    """The parts that are not the same, were added, or are gone; the others are, packed too."""
    names = {
        name
        for name in old.parts.keys() | new.parts.keys()
        if old.parts.get(name) != new.parts.get(name) or old.packed[name] != new.packed[name]
    }
    kept = [n for n in new.order if n in old.parts]
    assert kept == [n for n in old.order if n in new.parts]
    return names


# -- parts that were touched: all but the change itself is as it was -------------------


def canonical(root: Any) -> str:
    """A tree as text; spaces between elements count for nothing."""
    root = deepcopy(root)
    for element in root.iter():
        if element.tail and not element.tail.strip():
            element.tail = None
        if len(element) and element.text and not element.text.strip():
            element.text = None
    return str(etree.tostring(root, method="c14n2").decode())


def local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def sheet_without(xml: bytes, spots: Iterable[Spot]) -> str:
    """A worksheet without these cells, and without what counts its cells."""
    root, gone = etree.fromstring(xml), set(spots)
    data = root.find("{*}sheetData")
    last_row = 0
    for row in list(data.iterfind("{*}row")):
        column = 0
        cells = list(row.iterfind("{*}c"))
        said = row.get("r") or next(
            (str(parse_a1(c.get("r"))[0]) for c in cells if c.get("r")), None
        )
        last_row = int(said) if said else last_row + 1
        for cell in cells:
            column = parse_a1(cell.get("r"))[1] if cell.get("r") else column + 1
            if (last_row, column) in gone:
                row.remove(cell)
            else:
                cell.set("r", a1(last_row, column))
        row.attrib.pop("spans", None)
        row.set("r", str(last_row))
        if not len(row) and set(row.attrib) == {"r"}:
            data.remove(row)
    for element in root.iterfind("{*}dimension"):
        element.set("ref", "")
    for element in list(root):
        if local(element) == "conditionalFormatting" and "kpixl-mark" in "".join(
            element.itertext()
        ):
            root.remove(element)
    return canonical(root)


def same_book(old: bytes, new: bytes, ours: Collection[str]) -> None:
    """The workbook part is the same but for sheets, names and calculation of ours."""
    before, after = etree.fromstring(old), etree.fromstring(new)
    for root in (before, after):
        for element in list(root.iter("{*}sheet")):
            if element.get("name") in ours:
                element.getparent().remove(element)
        sheets = len(list(root.iterfind("{*}sheets/{*}sheet")))
        for box in list(root.iterfind("{*}definedNames")):
            for element in list(box):
                if int(element.get("localSheetId", "0")) >= sheets:
                    box.remove(element)
            if not len(box):
                root.remove(box)
        for element in list(root.iterfind("{*}calcPr")):
            element.attrib.pop("fullCalcOnLoad", None)
            if not element.attrib:
                root.remove(element)
    assert canonical(before) == canonical(after)


def grown(old: bytes, new: bytes) -> list[Any]:
    """The elements that a list has now; those that it had stand there as they were."""
    before = [canonical(e) for e in etree.fromstring(old)]
    after = list(etree.fromstring(new))
    texts = [canonical(e) for e in after]
    assert [t for t in texts if t in before] == before
    return [e for e, text in zip(after, texts, strict=True) if text not in before]


def same_styles(old: bytes, new: bytes) -> None:
    """Every record of the styles stands where it stood; new ones follow."""
    before, after = etree.fromstring(old), etree.fromstring(new)
    assert before.attrib == after.attrib
    boxes = {local(box): box for box in after if local(box)}
    for box in before:
        if not local(box):
            continue
        there = boxes[local(box)]
        records = [canonical(e) for e in box if local(e)]
        assert records == [canonical(e) for e in there if local(e)][: len(records)]
        assert set(box.attrib) <= {*there.attrib, "count"}
        for key in set(box.attrib) - {"count"}:
            assert box.get(key) == there.get(key)
        if "count" in there.attrib:
            assert int(there.get("count")) == len([e for e in there if local(e)])
    assert {local(b) for b in before} <= set(boxes)
