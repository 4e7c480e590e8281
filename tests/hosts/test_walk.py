"""Nothing is lost: every kind of change to workbooks full of what must not be lost.

What a change may touch is worked out here, from the relationships of the workbook as it was,
and what it may change in those parts by taking the change out again and comparing the rest.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
import pytest
import python_calamine
from lxml import etree

from kpixl.grid import Area, Scalar, Spot
from kpixl.host import (
    ClearMarks,
    DataBar,
    Formula,
    Mark,
    MarkCells,
    Patch,
    PutSheet,
    SetValues,
    SheetSpec,
    Style,
    Validation,
)
from kpixl.hosts.files import FilesHost, edit
from tests.hosts.nasty_parts import PARTS
from tests.hosts.nasty_writers import WRITERS, by_libreoffice
from tests.hosts.packed import (
    Packed,
    canonical,
    differing,
    grown,
    same_book,
    same_styles,
    sheet_without,
)
from tests.soffice import Office, OfficeFailed

BY_OFFICE = (
    "LibreOffice: pivot table, note, picture",
    "LibreOffice: saved again from XlsxWriter",
    "LibreOffice: saved again from openpyxl",
)
NAMES = (*WRITERS, *PARTS, *BY_OFFICE)

VALUES: Mapping[Spot, Scalar] = {
    (2, 2): 300.25,  # over a figure
    (3, 2): None,  # a figure goes
    (4, 2): "不涉及",  # text over a figure
    (12, 3): "=甲&乙",  # into nothing
    (13, 3): date(2015, 12, 31),
    (14, 3): True,
    (1_000, 5): 7,
}
TOTAL = 300.25 + 3.2 - 0.7
MARKS = {
    (3, 2): Mark("FFC7CE", "找到“41.5”,应为整数"),
    (4, 1): Mark(note="缺单位"),
    (5, 2): Mark("FFEB9C"),
}
LONG = tuple(f"第{n}类,需要说明" for n in range(60))
OWNER = "考核"
OURS = ("考核排名", "考核说明")
MADE = (*OURS, "选项")  # a list of choices that is too long for its cell has a sheet


def ranking(places: int, note: str = "并列") -> Patch:
    """Two sheets of ours with what such sheets have."""
    first = SheetSpec(
        OURS[0],
        {(1, 1): "名次", (1, 2): "得分"}
        | {(1 + k, 1): k for k in range(1, places + 1)}
        | {(2, 2): Formula("=填报!B2*2", 600.5)},
        styles={(1, 1): Style(bold=True, fill="DDEEFF", border=True)},
        widths={1: 20},
        merged=(Area(20, 1, 20, 3),),
        freeze=(2, 1),
        autofilter=Area(1, 1, 1 + places, 2),
        validations=(Validation(Area(2, 3, 5, 3), "list", choices=LONG),),
        conditional=(DataBar(Area(2, 1, 9, 1), 0, 9),),
        notes={(2, 1): note},
    )
    second = SheetSpec(OURS[1], {(1, 1): f"共 {places} 名 & <其他>"})
    return Patch((PutSheet(first), PutSheet(second)), marks={"kpixl-run": "1"}, owner=OWNER)


# -- the workbooks ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def saved(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbooks that LibreOffice saved."""
    return by_libreoffice(soffice, tmp_path_factory.mktemp("saved"))


@cache
def made(name: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {**WRITERS, **PARTS}[name]()


@dataclass(frozen=True)
class Case:
    """One of the workbooks, as it was."""

    name: str
    path: Path


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    name: str = request.param
    data = request.getfixturevalue("saved")[name] if name in BY_OFFICE else made(name)
    path = tmp_path / "前.xlsx"
    path.write_bytes(data)
    return Case(name, path)


# -- values ----------------------------------------------------------------------------


def test_values_change_their_cells_and_nothing_else(case: Case, tmp_path: Path) -> None:
    before = case.path
    after = tmp_path / "后.xlsx"
    edit(before, after, Patch((SetValues("填报", VALUES),)))
    old, new = Packed.of(before), Packed.of(after)
    sheet = old.part_of("填报")
    styles = old.linked(old.book, "styles")
    made_styles = set() if styles else {new.linked(new.book, "styles"), new.book_links}
    allowed = (
        {sheet, old.book, styles}
        | made_styles
        | ({"[Content_Types].xml"} if made_styles else set())
    )
    assert {sheet} <= differing(old, new) <= allowed
    assert sheet_without(old.parts[sheet], VALUES) == sheet_without(new.parts[sheet], VALUES)
    same_book(old.parts[old.book], new.parts[old.book], MADE)
    if styles:
        same_styles(old.parts[styles], new.parts[styles])
    is_read_as_before(case, after, VALUES)
    again = tmp_path / "再.xlsx"
    edit(after, again, Patch((SetValues("填报", VALUES),)))
    assert again.read_bytes() == after.read_bytes()


# -- sheets of ours --------------------------------------------------------------------


def test_our_sheets_come_behind_and_are_replaced_alone(case: Case, tmp_path: Path) -> None:
    before = case.path
    first, second, third = (tmp_path / f"{n}.xlsx" for n in "一二三")
    edit(before, first, ranking(5))
    old, new = Packed.of(before), Packed.of(first)
    assert tuple(new.sheets())[: len(old.sheets())] == tuple(old.sheets())
    assert tuple(new.sheets())[len(old.sheets()) :] == MADE
    ours = {new.part_of(name) for name in MADE}
    hanging = {t for part in ours for _, t in new.links(part).values()}
    rels = {str(PurePosixPath(p).parent / "_rels" / f"{PurePosixPath(p).name}.rels") for p in ours}
    properties = new.linked("", "custom-properties") or new.linked("", "customProperties")
    styles = new.linked(new.book, "styles")
    lists = {"[Content_Types].xml", old.book_links, old.book, styles, "_rels/.rels", properties}
    added = ours | hanging | (rels & new.parts.keys())
    assert not added & old.parts.keys()
    assert differing(old, new) <= added | lists
    same_book(old.parts[old.book], new.parts[old.book], MADE)
    new_links = grown(old.parts[old.book_links], new.parts[old.book_links])
    assert len(new_links) == 3 + (not old.linked(old.book, "styles"))
    types = grown(old.parts["[Content_Types].xml"], new.parts["[Content_Types].xml"])
    assert {e.get("PartName", "").lstrip("/") for e in types} - {""} <= added | {styles, properties}
    if old.linked(old.book, "styles"):
        same_styles(old.parts[styles], new.parts[styles])
    theirs = {name: new.parts[name] for name in new.parts.keys() - added - lists}

    edit(first, second, ranking(7, "改了"))
    newer = Packed.of(second)
    assert newer.sheets() == new.sheets()
    assert {name: newer.parts[name] for name in theirs} == theirs
    own = added | {styles, newer.book}
    assert differing(new, newer) <= own
    same_book(old.parts[old.book], newer.parts[old.book], MADE)
    edit(second, third, ranking(7, "改了"))
    assert third.read_bytes() == second.read_bytes()

    is_read_as_before(case, third, {})
    if case.name not in NOT_BY_OPENPYXL:
        cells = by_openpyxl(third, OURS[0])
        assert cells[8, 1] == 7 and cells[1, 2] == "得分"


# -- marks -----------------------------------------------------------------------------


def test_marks_leave_the_cells_alone_and_go_again(case: Case, tmp_path: Path) -> None:
    before = case.path
    marked, cleared = tmp_path / "标.xlsx", tmp_path / "清.xlsx"
    edit(before, marked, Patch((MarkCells("填报", MARKS),)))
    old, new = Packed.of(before), Packed.of(marked)
    sheet = old.part_of("填报")
    place = PurePosixPath(sheet)
    hanging = {
        t
        for package in (old, new)
        for kind, t in package.links(sheet).values()
        if kind in ("comments", "vmlDrawing", "threadedComment")
    }
    persons = {new.linked(new.book, "person")}
    lists = {
        "[Content_Types].xml",
        str(place.parent / "_rels" / f"{place.name}.rels"),
        new.linked(new.book, "styles"),
    }
    if not old.linked(old.book, "styles"):
        lists.add(old.book_links)
    assert sheet in differing(old, new) <= {sheet} | hanging | persons | lists
    assert sheet_without(old.parts[sheet], ()) == re.sub(
        r"<(?:\w+:)?legacyDrawing [^>]*></(?:\w+:)?legacyDrawing>",
        ""
        if not old.linked(sheet, "vmlDrawing") or b"legacyDrawing " not in old.parts[sheet]
        else r"\g<0>",
        sheet_without(new.parts[sheet], ()),
    )
    is_read_as_before(case, marked, {})
    edit(marked, cleared, Patch((ClearMarks(),)))
    newest = Packed.of(cleared)
    assert differing(old, newest) <= hanging | persons | lists | {sheet}
    assert sheet_without(old.parts[sheet], ()) == sheet_without(newest.parts[sheet], ())
    assert newest.parts.keys() - old.parts.keys() <= {new.linked(new.book, "styles"), *persons}
    for name in hanging & old.parts.keys():
        if name.endswith(".xml"):
            assert canonical(etree.fromstring(old.parts[name])) == canonical(
                etree.fromstring(newest.parts[name])
            )


# -- other readers ---------------------------------------------------------------------

# In what another reader finds no cells, whether we wrote into it or not.
NOT_BY_OPENPYXL = ("by hand: strict", "by hand: separators of Windows")
NOT_BY_LIBREOFFICE = "by hand: separators of Windows"
NOT_BY_CALAMINE = (
    "by hand: UTF-16",
    "by hand: without addresses and styles",
    "by hand: dialog and macro sheet",
)


def by_openpyxl(path: Path, sheet: str) -> dict[Spot, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    return {spot: plain(c.value) for spot, c in cells_of(book[sheet]) if c.value is not None}


def cells_of(sheet: Any) -> list[tuple[Spot, Any]]:
    """The cells that there are; a walk over all rows would take minutes to the last one."""
    return sorted(sheet._cells.items())


def by_calamine(path: Path, sheet: str) -> dict[Spot, Any]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=2_000)
    cells = ((r, c, v) for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1))
    return {(r, c): v for r, c, v in cells if v != ""}


def is_read_as_before(case: Case, after: Path, values: Mapping[Spot, Scalar]) -> None:
    """What openpyxl and calamine find is what they found, but for these values."""
    for reader, fails in ((by_openpyxl, NOT_BY_OPENPYXL), (by_calamine, NOT_BY_CALAMINE)):
        if case.name in fails:
            continue
        wanted = reader(case.path, "填报") | dict(values)
        assert reader(after, "填报") == {s: v for s, v in wanted.items() if v is not None}


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        *((name, by_openpyxl) for name in NOT_BY_OPENPYXL),
        *((name, by_calamine) for name in NOT_BY_CALAMINE),
    ],
)
def test_what_another_reader_is_excused_from_it_could_not_read_before(
    name: str, reader: Callable[[Path, str], dict[Spot, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "前.xlsx"
    path.write_bytes(made(name))
    try:
        found = reader(path, "填报")
    except (KeyError, python_calamine.CalamineError):
        found = {}
    assert found == {}


def plain(value: Any) -> Any:
    """A value that can be compared."""
    if isinstance(value, datetime):
        return value.date() if (value.hour, value.minute) == (0, 0) else value
    return vars(value) if hasattr(value, "ref") else value


def test_libreoffice_shows_our_cells_in_every_workbook(
    saved: dict[str, bytes], soffice: Office, tmp_path: Path
) -> None:
    refused = tmp_path / "不认.xlsx"
    refused.write_bytes(made(NOT_BY_LIBREOFFICE))
    with pytest.raises(OfficeFailed):
        soffice.recalculate([refused], tmp_path / "开")
    names = [name for name in NAMES if name != NOT_BY_LIBREOFFICE]
    paths = []
    for number, name in enumerate(names):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(saved[name] if name in BY_OFFICE else made(name))
        host = FilesHost(path)
        host.apply(Patch((SetValues("填报", VALUES), MarkCells("填报", MARKS))))
        host.apply(ranking(5))
        paths.append(path)
    opened = dict(zip(names, soffice.recalculate(paths, tmp_path / "开"), strict=True))
    for name, path in opened.items():
        book = openpyxl.load_workbook(path, data_only=True)
        sheet = book["填报"]
        assert sheet["B2"].value == 300.25, name
        assert (sheet["B3"].value, sheet["B4"].value) == (None, "不涉及"), name
        assert sheet["C12"].value == "=甲&乙", name
        assert plain(sheet["C13"].value) == date(2015, 12, 31), name
        assert sheet["C14"].value is True, name
        assert sheet["E1000"].value == 7, name
        assert sheet["B10"].value == pytest.approx(TOTAL), name
        ours = book[OURS[0]]
        assert [ours.cell(row, 1).value for row in range(2, 7)] == [1, 2, 3, 4, 5], name
        assert ours["B2"].value == 600.5, name
        assert book[OURS[1]]["A1"].value == "共 5 名 & <其他>", name
        notes = {c.coordinate: c.comment.text for _, c in cells_of(sheet) if c.comment}
        assert "缺单位" in notes["A4"], name
        # LibreOffice does not show conversations, in which our words are a reply.
        assert "应为整数" in notes["B3"] or name == "by hand: conversation", name
