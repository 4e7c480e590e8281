"""Marks and notes on cells of existing workbooks, and their going without a trace."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from kpixl.errors import UnwritableFile
from kpixl.grid import Spot
from kpixl.host import ClearMarks, Mark, MarkCells, Patch, PutSheet, SetValues, SheetSpec
from kpixl.hosts.files import FilesHost
from kpixl.hosts.files_marks import areas_of
from tests.hosts.packages import placed, rewritten, small_book, with_sheet
from tests.soffice import Office

SHEET = "xl/worksheets/sheet1.xml"
RED, YELLOW = "FFC7CE", "FFEB9C"
MARKS: dict[Spot, Mark] = {
    (1, 1): Mark(RED, "找到“约30”\n应为数字"),
    (2, 2): Mark(YELLOW, "=核实 <1>"),
    (2, 3): Mark(YELLOW),
    (9, 9): Mark(note="只有说明"),
}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def plain(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("填报")
    sheet.write("A1", "规上工业总产值", book.add_format({"bg_color": "#112233"}))
    sheet.write("B2", 283)


def commented(book: xlsxwriter.Workbook) -> None:
    plain(book)
    sheet = book.worksheets()[0]
    sheet.write_comment("B2", "别人的批注", {"author": "甲"})
    sheet.write_comment("D4", "另一条", {"author": "乙"})
    sheet.insert_button("F2", {"caption": "按钮"})
    sheet.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 1})
    sheet.data_validation("C2", {"validate": "list", "source": ["是", "否"]})
    other = book.add_worksheet("别的")
    other.write_comment("A1", "第三条")


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "填报"
    sheet["A1"] = "x"
    sheet["B2"].comment = openpyxl.comments.Comment("别人的批注", "甲")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOKS = {
    "plain": small_book(plain),
    "comments, controls, conditional formats": small_book(commented),
    "by openpyxl, with a comment": by_openpyxl(),
}


@pytest.fixture(params=list(BOOKS.values()), ids=list(BOOKS))
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    data: bytes = request.param
    return placed(tmp_path, data)


def notes(path: Path) -> dict[str, str]:
    sheet = openpyxl.load_workbook(path)["填报"]
    return {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}


def colours(path: Path) -> dict[str, str]:
    """The areas that an always-true rule fills, with the colour."""
    found = {}
    for ranges in openpyxl.load_workbook(path)["填报"].conditional_formatting:
        for rule in ranges.rules:
            if rule.type == "expression":
                found[str(ranges.sqref)] = rule.dxf.fill.bgColor.rgb
    return found


def test_marks_are_seen_and_what_was_there_stays(path: Path) -> None:
    before, old = parts(path), notes(path)
    FilesHost(path).apply(Patch((MarkCells("填报", MARKS),)))
    after, new = parts(path), notes(path)
    assert colours(path) == {"A1": f"FF{RED}", "B2:C2": f"FF{YELLOW}"}
    assert new["A1"] == "kpixl:\n找到“约30”\n应为数字"
    assert new["I9"] == "kpixl:\n只有说明"
    assert new["B2"].startswith(old.get("B2", "")) and new["B2"].endswith("=核实 <1>")
    assert {k: v for k, v in new.items() if k not in ("A1", "B2", "I9")} == {
        k: v for k, v in old.items() if k != "B2"
    }
    kinds = ("/comments", "vmlDrawing", "/legacyDrawing", SHEET, "styles.xml", "_rels/sheet1.xml")
    touched = {n for n in after if after[n] != before.get(n)} - {"[Content_Types].xml"}
    assert all(any(kind in name for kind in kinds) for name in touched), touched
    assert before.keys() <= after.keys()
    sheet, was = openpyxl.load_workbook(path)["填报"], before[SHEET].decode()
    assert sheet["A1"].fill.fgColor.rgb == ("FF112233" if "112233" in str(before) else "00000000")
    cells = re.search(r"<sheetData>.*</sheetData>", was, re.DOTALL)
    assert cells is not None and cells[0] in after[SHEET].decode()


def test_cleared_marks_leave_the_same_bytes_but_for_an_unused_format(path: Path) -> None:
    before = parts(path)
    FilesHost(path).apply(Patch((MarkCells("填报", MARKS),)))
    FilesHost(path).apply(Patch((ClearMarks("填报"),)))
    after = parts(path)
    assert after.keys() == before.keys()
    differing = {name for name in after if after[name] != before[name]}
    # openpyxl writes its XML in a way that is spelt anew once a tree was changed in between.
    same = {n for n in differing if canonical(after[n]) == canonical(before[n])}
    assert differing - same == {"xl/styles.xml"}
    assert not same or b"openpyxl" in before["docProps/app.xml"] + before["docProps/core.xml"]
    assert SHEET not in differing
    assert without_dxfs(after["xl/styles.xml"]) == without_dxfs(before["xl/styles.xml"])


def without_dxfs(data: bytes) -> str:
    root = etree.fromstring(data)
    for box in root.findall("{*}dxfs"):
        root.remove(box)
    return canonical(etree.tostring(root))


def canonical(data: bytes) -> str:
    return etree.canonicalize(data.decode()) if data.lstrip().startswith(b"<") else repr(data)


def test_checking_again_replaces_the_old_marks(path: Path) -> None:
    FilesHost(path).apply(Patch((MarkCells("填报", MARKS),)))
    again = Patch((ClearMarks(), MarkCells("填报", {(3, 1): Mark(RED, "新")})))
    FilesHost(path).apply(again)
    assert colours(path) == {"A3": f"FF{RED}"}
    assert notes(path)["A3"] == "kpixl:\n新"
    assert "A1" not in notes(path) and "I9" not in notes(path)
    once = path.read_bytes()
    FilesHost(path).apply(again)
    assert path.read_bytes() == once
    FilesHost(path).apply(Patch((MarkCells("填报", {(3, 1): Mark(note="改")}),)))
    assert notes(path)["A3"] == "kpixl:\n改"


def test_marks_and_values_go_together(path: Path) -> None:
    FilesHost(path).apply(
        Patch((SetValues("填报", {(3, 1): 7}), MarkCells("填报", {(3, 1): Mark(RED, "改")})))
    )
    sheet = openpyxl.load_workbook(path)["填报"]
    assert (sheet["A3"].value, sheet["A3"].comment.text) == (7, "kpixl:\n改")


def test_old_marks_are_cleared_and_sheets_of_ours_put_in_one_step(path: Path) -> None:
    host = FilesHost(path)
    host.apply(Patch((MarkCells("填报", {(1, 1): Mark(RED, "应为数字")}),)))
    sheet = PutSheet(SheetSpec("问题清单", {(1, 1): "没有问题"}))
    for _ in range(2):
        host.apply(Patch((ClearMarks(), sheet), owner="考核"))
        book = openpyxl.load_workbook(path)
        assert book.sheetnames[-1] == "问题清单"
        assert book["填报"]["A1"].comment is None


def test_marks_that_a_spreadsheet_program_saved_go_as_well(soffice: Office, tmp_path: Path) -> None:
    made = []
    for number, data in enumerate(BOOKS.values()):
        book = placed(tmp_path, data, f"书{number}.xlsx")
        FilesHost(book).apply(Patch((MarkCells("填报", MARKS),)))
        made.append(book)
    for book in soffice.recalculate(made, tmp_path / "存"):
        assert set(colours(book).values()) == {f"FF{RED}", f"FF{YELLOW}"}
        assert notes(book)["I9"] == "kpixl:\n只有说明"
        FilesHost(book).apply(Patch((ClearMarks(),)))
        assert colours(book) == {}
        assert set(notes(book).values()) <= {"别人的批注", "另一条"}


def test_a_mark_is_seen_where_others_colour_the_cell_too(soffice: Office, tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        plain(book)
        (sheet,) = book.worksheets()
        green = book.add_format({"bg_color": "#00FF00"})
        sheet.conditional_format(
            "B2", {"type": "cell", "criteria": ">", "value": 0, "format": green}
        )

    path = placed(tmp_path, small_book(fill))
    FilesHost(path).apply(Patch((MarkCells("填报", {(2, 2): Mark(RED)}),)))
    (page,) = soffice.convert([path], "html:HTML (StarCalc)", tmp_path / "页")
    cell = re.search(r"<td[^>]*>[^/]*?283", page.read_text("utf-8"), re.I | re.S)
    assert cell is not None and f'bgcolor="#{RED}"' in cell[0]


def test_every_note_has_a_box_with_a_number_of_its_own(tmp_path: Path) -> None:
    path = placed(tmp_path, BOOKS["comments, controls, conditional formats"])
    many = {(row, 1): Mark(RED, f"第 {row} 条") for row in range(1, 1200)}
    FilesHost(path).apply(Patch((MarkCells("填报", many),)))
    drawings = [data for name, data in parts(path).items() if name.endswith(".vml")]
    numbers = [n for data in drawings for n in re.findall(rb'id="_x0000_s(\d+)"', data)]
    assert len(numbers) == len(set(numbers)) == 2 + 1 + 1 + 1199
    for data in drawings:
        etree.fromstring(data)
        blocks = re.findall(rb'idmap [^>]*data="([\d,]+)"', data)[0].split(b",")
        own = re.findall(rb'id="_x0000_s(\d+)"', data)
        assert {int(n) // 1024 for n in own} <= {int(b) for b in blocks}
    used = [re.findall(rb'idmap [^>]*data="([\d,]+)"', d)[0].split(b",") for d in drawings]
    assert len({b for blocks in used for b in blocks}) == sum(map(len, used))


THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
TALK = (
    f'<ThreadedComments xmlns="{THREADED}"><threadedComment ref="B2" '
    'dT="2024-05-01T08:00:00.00" personId="{AAAAAAAA-0000-4000-8000-000000000001}" '
    'id="{BBBBBBBB-0000-4000-8000-000000000002}"><text>请核对</text></threadedComment>'
    "</ThreadedComments>"
)
PERSONS = (
    f'<personList xmlns="{THREADED}"><person displayName="张三" '
    'id="{AAAAAAAA-0000-4000-8000-000000000001}" userId="S::1" providerId="AD"/></personList>'
)


def with_conversation() -> bytes:
    base = BOOKS["comments, controls, conditional formats"]
    talk = (
        '<Relationship Id="rId77" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
        'threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    person = (
        '<Relationship Id="rId77" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
        'person" Target="persons/person.xml"/></Relationships>'
    )
    types = (
        '<Override PartName="/xl/threadedComments/threadedComment1.xml" '
        'ContentType="application/vnd.ms-excel.threadedcomments+xml"/>'
        '<Override PartName="/xl/persons/person.xml" '
        'ContentType="application/vnd.ms-excel.person+xml"/></Types>'
    )
    return rewritten(
        base,
        {
            "xl/threadedComments/threadedComment1.xml": TALK,
            "xl/persons/person.xml": PERSONS,
            "xl/worksheets/_rels/sheet1.xml.rels": lambda x: x.replace("</Relationships>", talk),
            "xl/_rels/workbook.xml.rels": lambda x: x.replace("</Relationships>", person),
            "[Content_Types].xml": lambda x: x.replace("</Types>", types),
            "xl/comments1.xml": lambda x: x.replace(
                "<author>甲</author>", "<author>tc={BBBBBBBB-0000-4000-8000-000000000002}</author>"
            ),
        },
    )


def test_in_a_conversation_our_note_is_a_reply(tmp_path: Path) -> None:
    path = placed(tmp_path, with_conversation())
    before = parts(path)
    FilesHost(path).apply(Patch((MarkCells("填报", {(2, 2): Mark(RED, "应为 300")}),)))
    after = parts(path)
    talk = etree.fromstring(after["xl/threadedComments/threadedComment1.xml"])
    first, reply = talk
    assert reply.get("parentId") == first.get("id")
    assert (reply.get("ref"), reply.get("dT")) == ("B2", first.get("dT"))
    assert reply.findtext("{*}text") == "应为 300"
    persons = {p.get("id"): p.get("displayName") for p in etree.fromstring(
        after["xl/persons/person.xml"]
    )}  # fmt: skip
    assert persons[reply.get("personId")] == "kpixl"
    assert after["xl/comments1.xml"] == before["xl/comments1.xml"]
    FilesHost(path).apply(Patch((ClearMarks(),)))
    cleared = parts(path)
    assert {n for n in cleared if cleared[n] != before[n]} <= {
        "xl/styles.xml",
        "xl/threadedComments/threadedComment1.xml",
        "xl/persons/person.xml",
    }
    for name in ("xl/threadedComments/threadedComment1.xml", "xl/persons/person.xml"):
        assert canonical(cleared[name]) == canonical(before[name])


def test_rows_and_columns_of_no_sensible_size_bear_notes(tmp_path: Path) -> None:
    rows = '<row r="1" ht="hoch"><c r="A1"/></row><row r="2" ht="-5"/><row r="3" ht="nan"/>'
    head = (
        '<sheetFormatPr defaultRowHeight="string" defaultColWidth="0"/>'
        '<cols><col min="1" max="9" width="inf"/></cols>'
    )
    path = placed(tmp_path, with_sheet(rows, before=head))
    FilesHost(path).apply(Patch((MarkCells("填报", {(1, 1): Mark(note="说"), (3, 2): Mark(RED)}),)))
    with zipfile.ZipFile(path) as package:
        assert "说" in package.read("xl/comments1.xml").decode()


def test_marks_for_a_sheet_that_is_not_there_are_refused(path: Path) -> None:
    before = path.read_bytes()
    for change in (MarkCells("缺", {(1, 1): Mark(RED)}), ClearMarks("缺")):
        with pytest.raises(UnwritableFile, match="没有名为“缺”的工作表"):
            FilesHost(path).apply(Patch((MarkCells("填报", MARKS), change)))
    assert path.read_bytes() == before


def test_neighbours_are_one_area() -> None:
    block: list[Spot] = [(r, c) for r in range(2, 6) for c in range(3, 5)]
    assert [a.a1 for a in areas_of([*block, (9, 1), (2, 7), (4, 7), (5, 7)])] == [
        "C2:D5",
        "G2",
        "G4:G5",
        "A9",
    ]
