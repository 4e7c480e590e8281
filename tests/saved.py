"""What a saved .xlsx holds of a sheet, byte for byte, without what merely points elsewhere.

A cell's style and a shared text are numbers that lead to other parts; here they are replaced by
what stands there, so that two files are the same where their cells are.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class _Package:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._names = set(self._zip.namelist())

    def part(self, name: str) -> Any:
        return etree.fromstring(self._zip.read(name))

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Kind and name of the parts that a part leads to, by their id."""
        folder, _, file = name.rpartition("/")
        where = f"{folder}/_rels/{file}.rels"
        if where not in self._names:
            return {}
        return {
            r.get("Id"): (
                r.get("Type").rpartition("/")[2],
                posixpath.normpath(posixpath.join(folder, r.get("Target"))).lstrip("/"),
            )
            for r in self.part(where)
        }


def sheet_bytes(path: Path, sheet: str) -> bytes:
    """All of a sheet: cells with values, formulas and styles, widths, merged cells, conditional
    formats, validations, protection, and its notes; not where a window stands on it."""
    package = _Package(path)
    book = package.part("xl/workbook.xml")
    number = next(s.get(f"{_REL}id") for s in book.iter(f"{_MAIN}sheet") if s.get("name") == sheet)
    place = package.related("xl/workbook.xml")[number][1]
    found = package.part(place)
    for view in found.findall(f"{_MAIN}sheetViews"):
        found.remove(view)
    texts = [_plain(t) for t in package.part("xl/sharedStrings.xml")]
    styles = _styles(package.part("xl/styles.xml"))
    for element in found.iter():
        for key in ("s", "style"):  # of cells and rows; of columns
            if element.tag != f"{_MAIN}f" and element.get(key, "").isdigit():
                element.set(key, styles[int(element.get(key))])
        if element.tag == f"{_MAIN}c" and element.get("t") == "s":
            value = element.find(f"{_MAIN}v")
            value.text = texts[int(value.text)]
    notes = [_plain(package.part(n)) for kind, n in _sorted(package, place) if kind == "comments"]
    return "\n".join([_plain(found), *notes]).encode()


def _sorted(package: _Package, place: str) -> Iterator[tuple[str, str]]:
    yield from sorted(package.related(place).values())


def _plain(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def _styles(part: Any) -> list[str]:
    """Every look of a cell, written out."""

    def all_of(name: str) -> list[str]:
        found = part.find(f"{_MAIN}{name}")
        return [] if found is None else [_plain(e) for e in found]

    formats = {f.get("numFmtId"): f.get("formatCode") for f in part.iter(f"{_MAIN}numFmt")}
    parts = {"fontId": all_of("fonts"), "fillId": all_of("fills"), "borderId": all_of("borders")}

    def look(xf: Any) -> str:
        facts = [f"{k}={v}" for k, v in sorted(xf.attrib.items()) if k not in (*parts, "xfId")]
        facts.append(formats.get(xf.get("numFmtId"), ""))
        facts += [of[int(xf.get(key, 0))] for key, of in parts.items()]
        return "\n".join([*facts, *map(_plain, xf)])

    return [look(xf) for xf in part.find(f"{_MAIN}cellXfs")]
