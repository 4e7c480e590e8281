"""Workbooks for tests, taken apart and put together again with some parts changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter

Change = Callable[[str], str] | str | bytes | None


def rewritten(source: bytes, changes: Mapping[str, Change]) -> bytes:
    """A package with parts replaced, changed as text, added, or (None) left out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            change = changes.get(name, old.read(name))
            if change is None:
                continue
            if callable(change):
                before = old.read(name).decode("utf-8")
                after = change(before)
                assert after != before, f"{name}: the change found nothing to change"
                change = after
            new.writestr(name, change)
        for name in changes.keys() - set(old.namelist()):
            added = changes[name]
            assert isinstance(added, (str, bytes))
            new.writestr(name, added)
    return out.getvalue()


def small_book(fill: Callable[[xlsxwriter.Workbook], None] | None = None) -> bytes:
    """A workbook made by XlsxWriter; without `fill`, one sheet with two figures."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    if fill is None:
        sheet = book.add_worksheet("填报")
        sheet.write("A1", "规上工业总产值")
        sheet.write("B1", 283)
    else:
        fill(book)
    book.close()
    return stream.getvalue()


def placed(folder: Path, data: bytes, name: str = "表.xlsx") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(data)
    return path


def sheet_xml(rows: str, after: str = "", before: str = "") -> str:
    """A bare worksheet part."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def with_sheet(rows: str, after: str = "", before: str = "") -> bytes:
    """The small workbook with another sheet in it."""
    return rewritten(small_book(), {"xl/worksheets/sheet1.xml": sheet_xml(rows, after, before)})


def signed(data: bytes) -> bytes:
    """A workbook with parts of a digital signature, as far as they show that there is one."""
    origin = (
        '<Relationship Id="rId88" Type="http://schemas.openxmlformats.org/package/2006/'
        'relationships/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/>'
        "</Relationships>"
    )
    return rewritten(
        data,
        {
            "_rels/.rels": lambda x: x.replace("</Relationships>", origin),
            "_xmlsignatures/origin.sigs": b"",
            "_xmlsignatures/sig1.xml": "<Signature/>",
        },
    )
